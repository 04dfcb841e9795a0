"""English texts for the model to read: questions, variants of them, WordNet's example sentences, and questions made by frames from WordNet's words."""
import bisect, collections, itertools, json, os, random, re

LEXICOGRAPHER = """adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition noun.communication noun.event noun.feeling noun.food
    noun.group noun.location noun.motive noun.object noun.person noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state noun.substance
    noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption verb.contact verb.creation verb.emotion verb.motion verb.perception verb.possession
    verb.social verb.stative verb.weather adj.ppl""".split()

# How often a frame's word comes from which of WordNet's files: more of goods, acts, money and messages than of plants.
NOUNS = {
    "noun.possession": 4, "noun.artifact": 4, "noun.communication": 4, "noun.act": 4, "noun.cognition": 1.5, "noun.attribute": 1, "noun.state": 1.5, "noun.event": 1.5,
    "noun.group": 1, "noun.food": 1.5, "noun.time": 1, "noun.substance": 0.7, "noun.body": 0.7, "noun.quantity": 0.7, "noun.object": 0.4, "noun.person": 1,
    "noun.feeling": 0.4, "noun.phenomenon": 0.4, "noun.process": 0.4, "noun.animal": 0.3, "noun.plant": 0.2, "noun.location": 0.5, "noun.relation": 0.4}
VERBS = {
    "verb.possession": 4, "verb.communication": 2, "verb.change": 2, "verb.social": 2.5, "verb.contact": 2, "verb.creation": 1, "verb.cognition": 1, "verb.motion": 1,
    "verb.competition": 0.5, "verb.consumption": 0.6, "verb.perception": 0.7, "verb.stative": 0.5, "verb.body": 0.5, "verb.emotion": 0.4}

# {X} something to do; {N}, {M} nouns; {V}, {D}, {G} a verb, its past and its -ing; {A} an adjective; {P} a person; {L} a place.
TO_DO = """how do i {X}|how can i {X}|i want to {X}|i would like to {X}|can i {X}|can you {X} for me|please {X}|i need to {X}|why can't i {X}|why am i not able to {X}
what do i have to do to {X}|is it possible to {X}|am i allowed to {X}|help me {X}|i tried to {X} but it did not work|i forgot to {X}|when can i {X}|where can i {X}|do i have to {X}
do you {X}|will you {X}|should i {X}|i don't know how to {X}|could you tell me how to {X}|what happens if i {X}|how long does it take to {X}|how much does it cost to {X}
is there a way to {X}|what is the best way to {X}|i am unable to {X}|who can {X}|i do not want to {X}|i can't {X} anymore|someone tried to {X}|how often can i {X}
is there a fee to {X}|remind me to {X}|{X}""".replace("\n", "|").split("|")
OF_THINGS = """where is my {N}|what is the {N}|i have a question about my {N}|i lost my {N}|my {N} is not working|my {N} has not arrived|my {N} is broken|my {N} is wrong
the {N} is missing|why is there a {N} on my {M}|i did not make this {N}|how much is the {N}|how long does a {N} take|do you offer {N}|what kinds of {N} do you have
i was charged for a {N}|i want a new {N}|cancel my {N}|change my {N}|is my {N} still {A}|is the {N} {A}|why is my {N} so {A}|the {N} of my {M} is {A}|can i use my {N} for {M}
can i get a {N} without a {M}|when will i get my {N}|do i need a {N} for the {M}|tell me about {N}|what does {N} mean|is there a limit for {N}|i never received my {N}
there is a problem with my {N}|i would like to know more about {N} and {M}|the {N} came without the {M}|who is responsible for the {N}|what is the difference between {N} and {M}
which {N} is {A}|are there any {N} near me|my {N} was stolen|i think my {N} has been used by someone else|which {M} do you accept for {N}|the {N} says {M}|my {N} expired
where do i find the {N} of my {M}|how many {N} can i have|does the {M} include {N}|i have not got a {N} yet|it shows the wrong {N}|please send me the {N}|your {N} is too {A}
is {N} available in {L}|the {M} was {A} and i want my {N} back|do you have {A} {N}|{N} for {M}|{A} {N}|{N} {M}|what time is the {N}|i need help with {N}""".replace("\n", "|").split("|")
OF_DEEDS = """how do i {V} my {N}|how can i {V} a {N}|i want to {V} the {N}|can you {V} my {N}|why was my {N} {D}|my {N} was {D} but i did not get the {M}|my {N} has been {D} twice
has my {N} been {D}|when will my {N} be {D}|why has the {N} not been {D} yet|who {D} my {N}|i {D} a {N} yesterday and it is still {A}|i {D} the wrong {N}|how do i stop {G} {N}
is there a charge for {G} a {N}|what if my {N} is {D}|i can't {V} my {N} with this {M}|{V} the {N} to my {M}|can i {V} {N} from {M} to {L}|do you {V} {N} to {L}
do i have to {V} a {N} before {G}|it will not let me {V} the {N}|where do i {V} the {N}|{V} {N}|i don't want to {V} my {N} any more|the {N} i {D} is not {A}|my {N} still shows as {D}
how many times can i {V} the {N}|can someone else {V} my {N}|i need to {V} a {N} for my {P}|my {P} {D} the {N}|what do i do when the {N} is {D}|need help {G} my {N}|{G} a {N}
the {N} should be {D} by now|why do i have to {V} my {N}|can i {V} my {N} abroad|i accidentally {D} my {N}|i was {D} without {N}|please {V} the {A} {N}""".replace("\n", "|").split("|")


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


def synsets(folder, part):
    """(lexicographer file, its words, its gloss) of each entry of one part of speech."""
    with open(os.path.join(folder, "data." + part), encoding="latin-1") as lines:
        for line in lines:
            if line[0] == " ":
                continue
            fields, gloss = line.split(" | ", 1)
            fields = fields.split()
            words = [re.sub(r"\(\w+\)$", "", fields[4 + 2 * i]).replace("_", " ") for i in range(int(fields[3], 16))]
            yield LEXICOGRAPHER[int(fields[1])], words, gloss


def sentences(folder):
    """WordNet's examples of three words and more, each once."""
    seen, found = set(), []
    for part in ("noun", "verb", "adj", "adv"):
        for _, _, gloss in synsets(folder, part):
            for text in re.findall(r'"([^"]+)"', gloss):
                text = text.strip(" ;-")
                if 3 <= len(text.split()) <= 25 and text.lower() not in seen:
                    seen.add(text.lower())
                    found.append(text)
    return found


def framed(folder, vocabulary, wanted=60_000):
    """Questions from the frames: words of the vocabulary, phrases of two of them, and what WordNet's examples do with its verbs."""
    counts, irregular, words, deeds = collections.Counter(), {}, collections.defaultdict(set), []
    with open(os.path.join(folder, "cntlist.rev"), encoding="latin-1") as lines:
        for line in lines:
            sense, _, count = line.split()
            lemma, rest = sense.split("%")
            counts[lemma.replace("_", " "), rest[0]] += int(count)
    with open(os.path.join(folder, "verb.exc"), encoding="latin-1") as lines:
        for line in lines:
            form, verb = line.split()[:2]
            if not form.endswith("ing"):
                irregular[verb] = form
    for part in ("noun", "verb", "adj"):
        for file, names, gloss in synsets(folder, part):
            words[file].update(w for w in names if re.fullmatch("[a-z]+( [a-z]+)?", w) and all(x in vocabulary for x in w.split()))
            if part == "verb":
                for text in re.findall(r'"([^"]+)"', gloss):
                    if text.split(" ")[0].lower() == names[0].lower() and names[0].isalpha() and 1 < len(text.split()) <= 9:
                        deeds.append(text[0].lower() + text[1:].rstrip(" .!;"))

    def inflected(verb, ending):
        head, *rest = verb.split(" ")
        if ending == "ed" and head in irregular:
            head = irregular[head]
        else:
            if ending == "ing" and head.endswith("ie"):
                head = head[:-2] + "y"
            elif head.endswith("e") and (ending == "ed" or not head.endswith("ee")):
                head = head[:-1]
            elif ending == "ed" and re.search("[^aeiou]y$", head):
                head = head[:-1] + "i"
            elif re.fullmatch("[^aeiou]*[aeiou][bdglmnprt]", head):
                head += head[-1]
            head += ending
        return " ".join([head] + rest)

    rng = random.Random(5)

    def chooser(files, kind):
        # By the root of how often a word was met, so that rare ones come too; phrases are counted seldom and are worth more.
        names, weights = [], []
        for file, weight in files.items():
            own = sorted(words[file])
            each = [(counts[w, kind] + 1.0) ** 0.5 * (1.5 if " " in w else 1) for w in own]
            names += own
            weights += [weight * x / sum(each) for x in each]
        sums = list(itertools.accumulate(weights))
        return lambda: names[bisect.bisect(sums, rng.random() * sums[-1], 0, len(names) - 1)]

    noun, verb, adjective = chooser(NOUNS, "1"), chooser(VERBS, "2"), chooser({"adj.all": 1}, "3")
    person, place = chooser({"noun.person": 1}, "1"), chooser({"noun.location": 1}, "1")
    found = {}
    while len(found) < wanted:
        kind, v = rng.random(), verb()
        slots = dict(N=noun(), M=noun(), A=adjective(), V=v, D=inflected(v, "ed"), G=inflected(v, "ing"), P=person(), L=place())
        if kind < 0.25:
            slots["X"] = rng.choice(deeds) if rng.random() < 0.7 else v + " " + rng.choice(["my ", "the ", "a ", ""]) + slots["N"]
            frame = rng.choice(TO_DO)
        else:
            frame = rng.choice(OF_THINGS if kind < 0.6 else OF_DEEDS)
        text = frame.format(**slots)
        if rng.random() < 0.12:
            text += " " + rng.choice(OF_THINGS).format(**dict(slots, M=noun(), A=adjective()))
        found[text + "?" if rng.random() < 0.2 else text] = None
    return list(found)
