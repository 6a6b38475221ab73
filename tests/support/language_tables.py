"""language_tables.py - makes lib/curate/language_tables.c: which letter sequences tell languages apart.

usage: language_tables.py FOLDER > lib/curate/language_tables.c

FOLDER holds what `dpkg-deb -x` makes of these Debian packages, all free software whose texts are translated by people:
mediawiki (GPL-2+; messages in JSON), wesnoth-1.16-data, gimp-data, evolution-common, aptitude, gcompris-qt-data and
vlc-l10n (GPL-2+, GPL-3+, AGPL-3; message catalogues), gnome-user-docs (CC-BY-SA; help pages). Nothing of the texts is
kept: only how often short sequences of letters occur, in steps of a factor of two.

For each set of languages that share a script:
1. Count sequences of one to five letters, with _ for the ends of words.
2. Keep those that say most about the language beyond what their own ending says already (mutual information).
3. Count anew which kept sequence is the longest one that ends at each letter: that is what the reader will look up.
4. A sequence's level in a language is 8 minus how many halvings its share is below that of the language where it is
   commonest, at least 0.
"""
import collections
import glob
import json
import math
import os
import random
import re
import struct
import sys

LETTERS_PER_LANGUAGE = 250000
LENGTH_MAXIMUM = 5
LEVELS = 9
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./:;<=>@"

# script: its languages, its letters, how many sequences
SETS = {
    "latin": (
        "af az ca cs cy da de en eo es et eu fi fr ga gl ha hr hu id is it jv lt lv ms mt nl no pl pt ro sk sl so sq "
        "sr su sv sw tl tr uz vi yo",
        r"a-zA-Z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff", 4000),
    "cyrillic": ("be bg kk ky mk mn ru sr-cyrillic tg tt uk", r"\u0400-\u0481\u048a-\u052f", 1500),
    "arabic": ("ar ckb fa ps sd ug ur", r"\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f", 800),
    "devanagari": ("hi mr ne", r"\u0900-\u0963\u0971-\u097f", 500),
    "bengali": ("as bn", r"\u0980-\u09e5\u09f0-\u09f1", 200),
    "hebrew": ("he yi", r"\u05d0-\u05ea\u05f0-\u05f2", 200),
}
# names of the translations where they are not the language's own
TRANSLATIONS = {
    "be": ["be", "be-tarask"], "bn": ["bn", "bn_IN"], "en": ["en", "en_GB"], "es": ["es", "es_419"],
    "kk": ["kk", "kk-cyrl"], "no": ["nb", "nb_NO", "nn"], "pt": ["pt", "pt-br", "pt_BR", "pt_PT"],
    "sr": ["sr-el", "sr@latin"], "sr-cyrillic": ["sr", "sr-ec"], "tg": ["tg", "tg-cyrl"], "tt": ["tt", "tt-cyrl"],
    "ug": ["ug", "ug-arab"],
}


def clean(text):
    """A message without mark-up, addresses and places for values."""
    text = re.sub(r"<[^>]*>|https?://\S+|\{\{[A-Za-z#]+:[^|{}]*\|?|\[\[[^|\]]*\||&[a-zA-Z#0-9]+;", " ", text)
    text = re.sub(r"%[-+ 0-9.]*[a-zA-Z]|\$[A-Za-z0-9]+|\\[nt]", " ", text)
    return re.sub(r"\S*[_/\\@=]\S*", " ", text)


def read_catalogue(path):
    """The translations of a .mo file that differ from the original."""
    data = open(path, "rb").read()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack(order + "III", data[8:20])
    for i in range(count):
        length, start = struct.unpack_from(order + "II", data, originals + 8 * i)
        original = data[start : start + length].split(b"\0")[0].decode("utf-8", "replace")
        length, start = struct.unpack_from(order + "II", data, translations + 8 * i)
        for text in data[start : start + length].decode("utf-8", "replace").split("\0"):
            if original and text != original:
                yield text.replace("_", "").replace("&", "") if len(text) < 60 else text


def read_messages(folder, name, is_english):
    """The messages of MediaWiki, its extensions and their parts."""
    for path in sorted(glob.glob(f"{folder}/usr/share/mediawiki/**/i18n/**/{name}.json", recursive=True)):
        english = {}
        if not is_english:
            other = os.path.join(os.path.dirname(path), "en.json")
            english = json.load(open(other, encoding="utf-8")) if os.path.exists(other) else {}
        for key, text in json.load(open(path, encoding="utf-8")).items():
            if isinstance(text, str) and english.get(key) != text:
                yield text


def read_help(folder, name):
    for path in sorted(glob.glob(f"{folder}/usr/share/help/{name}/**/*.page", recursive=True)):
        page = re.sub(r"(?s)<info>.*?</info>", " ", open(path, encoding="utf-8").read())
        yield from re.findall(r"(?s)<(?:p|title)[^>]*>(.*?)</(?:p|title)>", page)


def read_texts(folder, language):
    seen = set()
    for name in TRANSLATIONS.get(language, [language]):
        sources = [read_messages(folder, name, language == "en"), read_help(folder, "C" if name == "en" else name)]
        for pattern in (f"{folder}/usr/share/**/{name}/LC_MESSAGES/*.mo", f"{folder}/usr/share/**/{name}.mo"):
            sources += [read_catalogue(path) for path in sorted(glob.glob(pattern, recursive=True))]
        for source in sources:
            for text in source:
                text = clean(text)
                if len(text) >= 12 and text not in seen:
                    seen.add(text)
                    yield text


def lower(letter):
    """The simple mapping: one letter to one."""
    low = letter.lower()
    return low if len(low) == 1 else "i" if letter == "\u0130" else letter


def words_of(text, letters):
    """Lowered words, with _ between them."""
    text = "".join(map(lower, text)).replace("\u200c", "").replace("\u200d", "")
    return re.sub(f"[^{letters}]+", "_", text).strip("_")


def load(folder, language, letters):
    texts = list(read_texts(folder, language))
    random.Random(1).shuffle(texts)
    parts, total = [], 0
    for text in texts:
        words = words_of(text, letters)
        if len(words) >= 3:
            parts.append(words)
            total += len(words)
        if total > LETTERS_PER_LANGUAGE:
            break
    print(f"{language}: {total} letters", file=sys.stderr)
    return "_" + "_".join(parts) + "_"


def count_sequences(text):
    counts = collections.Counter()
    for length in range(1, LENGTH_MAXIMUM + 1):
        found = collections.Counter(map("".join, zip(*[text[i:] for i in range(length)])))
        counts.update({s: n for s, n in found.items() if n > 1 and "_" not in s[1:-1] and s.strip("_")})
    return counts


def count_longest(text, kept):
    counts = collections.Counter()
    for word in text.split("_"):
        word = f"_{word}_"
        for end in range(2, len(word) + 1):
            for length in range(min(LENGTH_MAXIMUM, end), 0, -1):
                if word[end - length : end] in kept:
                    counts[word[end - length : end]] += 1
                    break
    return counts


def choose(texts, counts, languages, limit):
    """The sequences that tell most."""
    common = collections.Counter()
    for language in languages:
        for sequence, count in counts[language].items():
            common[sequence] += count / len(texts[language])
    known = {}

    def shares(sequence):
        if sequence not in known:
            found = [counts[language][sequence] / len(texts[language]) + 2e-6 for language in languages]
            mean = sum(found) / len(found)
            known[sequence] = found, [math.log2(share / mean) for share in found]
        return known[sequence]

    ranked = []
    for sequence, share in common.items():
        if len(sequence) == 1 or sequence[1:] == "_":
            ranked.append((math.inf if share > 1e-5 else 0, sequence))
        elif share > 8e-5:
            mine, ending = shares(sequence), shares(sequence[1:])
            ranked.append((sum(p * abs(a - b) for p, a, b in zip(mine[0], mine[1], ending[1])), sequence))
    ranked.sort(reverse=True)
    return {sequence for _, sequence in ranked[:limit]}


def levels_of(texts, languages, kept):
    matched = {language: count_longest(texts[language], kept) for language in languages}
    totals = {language: sum(matched[language].values()) + 0.5 * len(kept) for language in languages}
    for sequence in sorted(kept):
        logs = [math.log2((matched[language][sequence] + 0.5) / totals[language]) for language in languages]
        levels = [max(0, LEVELS - 1 - round(max(logs) - log)) for log in logs]
        if max(levels) > min(levels):
            yield sequence, levels


def pack(levels):
    """Two levels a character."""
    levels = levels + [0] * (len(levels) % 2)
    return "".join(ALPHABET[levels[i] * LEVELS + levels[i + 1]] for i in range(0, len(levels), 2))


def write_set(folder, name):
    names, letters, limit = SETS[name]
    languages = names.split()
    texts = {language: load(folder, language, letters) for language in languages}
    counts = {language: count_sequences(texts[language]) for language in languages}
    kept = choose(texts, counts, languages, limit)
    entries = [sequence + pack(levels) for sequence, levels in levels_of(texts, languages, kept)]
    lines, line = [], ""
    for entry in entries:
        if len((line + " " + entry).encode()) > 112:
            lines.append(line)
            line = ""
        line += (" " if line else "") + entry
    lines.append(line)
    width = max(len(line.encode()) for line in lines) + 1
    print(f"static const char {name}_lines[][{width}] = {{")
    for line in lines:
        print(f'    "{line}",')
    print("};\n")
    return " ".join("sr" if language == "sr-cyrillic" else language for language in languages), width


def main():
    folder = sys.argv[1]
    print("/* language_tables.c - letter sequences that tell languages of one script apart; see language_tables.h.\n *\n"
          " * Made by tests/support/language_tables.py, which names the packages whose translations were counted and their\n"
          " * licences (GPL, AGPL, CC-BY-SA). Here are facts about how often letters follow each other, no text of theirs. */\n"
          '#include "curate/language_tables.h"\n\n/* clang-format off */')
    sets = [(name, *write_set(folder, name)) for name in SETS]
    print(f'const char language_levels[] = "{ALPHABET}";\n')
    print("const struct language_table language_tables[LANGUAGE_TABLES] = {")
    for name, languages, width in sets:
        print(f"    {{ \"{languages}\",\n      {name}_lines[0], {width}, sizeof {name}_lines / sizeof {name}_lines[0] }},")
    print("};\n/* clang-format on */")


main()
