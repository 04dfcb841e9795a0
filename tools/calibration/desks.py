#!/usr/bin/env python3
"""Makes desks to fit the confidence on, and prints the arguments of `centralino kb calibrate`: see README.md beside this file.

  desks.py DATA DEMO OUT [--plain]
"""
import json, os, random, sys

# How many desks are made of a set.
MADE = {"banking77": 14, "clinc150": 14, "hwu64": 12, "bitext": 6, "xsid_it": 6, "xsid_de": 4, "hint3_curekart": 6, "hint3_powerplay11": 8, "hint3_sofmattress": 6}
# The sets as they are: what each counts.
WHOLE = {"banking77/train": 1, "banking77/train_5shot": 1, "banking77/train_10shot": 0.35, "hwu64/train": 1, "hwu64/train_5shot": 1, "hwu64/train_10shot": 0.35,
         "clinc150/train": 1, "banking77oos/train": 1, "bitext/train": 1, "xsid_it/train": 1, "xsid_en/train": 1, "xsid_de/train": 1,
         "hint3_curekart/train": 3, "hint3_powerplay11/train": 3, "hint3_sofmattress/train": 3}
MADE_WEIGHT, DEMO_WEIGHT, ARTICLES_WEIGHT = 0.35, 6, 1


def rows(*path):
    with open(os.path.join(*path), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def write(path, examples):
    with open(path, "w", encoding="utf-8") as out:
        for row in examples:
            out.write(json.dumps({k: row[k] for k in ("text", "intent", "lang") if k in row}, ensure_ascii=False) + "\n")
    return path


def made(train, dev, strangers, number):
    """A desk with some of a set's intents and a few questions of each; what asks for the others, and a few strangers, has no article."""
    rng = random.Random(number)
    intents = sorted({r["intent"] for r in train})
    wanted = rng.choice([n for n in (5, 8, 12, 20, 30, 45, 60, 90) if n <= 0.8 * len(intents)])
    most = rng.choice([3, 5, 8, 12, 20, 40])
    own, taken, questions = set(rng.sample(intents, wanted)), {}, []
    for row in rng.sample(train, len(train)):
        if row["intent"] in own and taken.get(row["intent"], 0) < most:
            taken[row["intent"]] = taken.get(row["intent"], 0) + 1
            questions.append(row)
    inside = [r for r in dev if r["intent"] in own]
    others = [r for r in dev if r["intent"] not in own]
    rng.shuffle(inside)
    rng.shuffle(others)
    share = rng.choice([0.2, 0.35, 0.5, 0.65])
    inside = inside[:300]
    others = others[:max(8, int(len(inside) * share / (1 - share)))]
    if others and others[0].get("lang", "en") == "en":
        others += [{"text": text} for text in rng.sample(strangers, len(others) // 8)]
    return questions, inside + [{**r, "intent": "oos"} for r in others]


def main(data, demo, out, plain):
    os.makedirs(out, exist_ok=True)
    sets = []

    def add(knowledge, questions, language, weight):
        # Without the table, languages that never have one count three times.
        if plain or language == "en":
            sets.append(f"{knowledge}={questions}={weight * (3 if plain and language != 'en' else 1)}")

    language = lambda name: name[5:] if name.startswith("xsid_") else "en"
    for name, weight in WHOLE.items():
        folder = name.split("/")[0]
        add(f"{data}/{name}.jsonl", f"{data}/{folder}/dev.jsonl", language(folder), weight)
    strangers = [r["text"] for name in ("banking77", "hwu64", "clinc150") for r in rows(data, name, "dev.jsonl") if r["intent"] != "oos"]
    for name, count in MADE.items():
        train = [r for r in rows(data, name, "train.jsonl") if r["intent"] != "oos"]
        for turn in range(count):
            questions, messages = made(train, rows(data, name, "dev.jsonl"), strangers, f"{name} {turn}")
            path = os.path.join(out, f"{name}-{turn}")
            add(write(path + ".train.jsonl", questions), write(path + ".test.jsonl", messages), language(name), MADE_WEIGHT)
    # CovidFAQ: articles alone, and with about four questions each.
    articles, asked = rows(data, "covidfaq", "articles.jsonl"), rows(data, "covidfaq", "queries_dev.jsonl")
    weight = ARTICLES_WEIGHT * (3 if plain else 1)
    add(f"{data}/covidfaq/articles.jsonl", write_asked(f"{out}/covidfaq.test.jsonl", asked), "en", weight)
    rng = random.Random("covidfaq")
    rng.shuffle(asked)
    given = {a["id"]: a for a in articles}
    for row in asked[:len(asked) // 2]:
        given[row.get("article") or row["articles"][0]]["questions"].append(row["text"])
    with open(f"{out}/covidfaq-asked.train.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(a, ensure_ascii=False) + "\n" for a in articles)
    add(f"{out}/covidfaq-asked.train.jsonl", write_asked(f"{out}/covidfaq-asked.test.jsonl", asked[len(asked) // 2:]), "en", weight)
    for code in ("en", "it"):
        add(demo, f"{demo}/dev/questions.{code}.jsonl", code, DEMO_WEIGHT)
    print("\n".join(sets))


def write_asked(path, asked):
    with open(path, "w", encoding="utf-8") as out:
        for row in asked:
            right = row.get("articles") or [row["article"]]
            out.write(json.dumps({"text": row["text"], "intent": right[0], "articles": right}, ensure_ascii=False) + "\n")
    return path


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:4], plain="--plain" in sys.argv[4:])
