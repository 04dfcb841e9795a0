#!/usr/bin/env python3
"""Makes Sources/CentralinoCommand/Tables/LANGUAGE.words: see README.md beside this file.

  build.py FLOOR LANGUAGE… FOLDER     the words of each language that wordfreq has from that frequency on (Zipf: 3 is one in a million)
"""
import collections, math, os, re, struct, sys, unicodedata

BITS_A_WORD = 10
PROBES = 7              # WordList.probes
MASK = (1 << 64) - 1


def fold(text):
    """The words of a text as the matcher reads them (Folding.swift), near enough."""
    text = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return re.findall(r"[^\W_]+", "".join(c for c in text if not unicodedata.combining(c)))


def words(language, floor):
    """Folded words of at least four letters (shorter ones are never repaired), sorted; what folds alike adds up."""
    import wordfreq
    frequencies = collections.defaultdict(float)
    for entry, frequency in wordfreq.get_frequency_dict(language, wordlist="best").items():
        parts = fold(entry)
        if len(parts) == 1 and re.fullmatch("[a-z]{4,32}", parts[0]):
            frequencies[parts[0]] += frequency
    return sorted(word for word, frequency in frequencies.items() if math.log10(frequency) + 9 >= floor)


def digest(data):
    """FixedHash.hash"""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & MASK
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = (value ^ value >> 33) * factor & MASK
    return value ^ value >> 33


def word_filter(words):
    """A Bloom filter: its number of bits, and its bytes."""
    bits = max(64, (len(words) * BITS_A_WORD + 63) // 64 * 64)
    field = bytearray(bits // 8)
    for word in words:
        value = digest(word.encode())
        for turn in range(PROBES):
            bit = ((value & 0xFFFFFFFF) + turn * (value >> 32 | 1) & MASK) % bits
            field[bit >> 3] |= 1 << (bit & 7)
    return bits, bytes(field)


def main(floor, languages, folder):
    for language in languages:
        own = words(language, floor)
        bits, field = word_filter(own)
        with open(os.path.join(folder, language + ".words"), "wb") as f:
            f.write(b"CTWORDS1" + struct.pack("<II", bits, 0) + field)
        print(language, len(own), "words,", len(field) + 16, "bytes")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(float(sys.argv[1]), sys.argv[2:-1], sys.argv[-1])
