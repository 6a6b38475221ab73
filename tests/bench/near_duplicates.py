#!/usr/bin/env python3
"""near_duplicates.py [--check] [GARNER] [TEXTS.jsonl]: how many near duplicates `dedup` finds, beside exact Jaccard.

Each text is written twice, the second time with a share of its words changed: 1 to 20 percent. Truth is the Jaccard
similarity of the two texts' sets of five words (three for simhash), reckoned here. Texts are made up unless a file of records is
given. --check: fewer of them, and the exit code says whether recall and precision of the defaults are what they should be."""
import json
import os
import random
import subprocess
import sys
import tempfile

CHECKS = "--check" in sys.argv
ARGUMENTS = [argument for argument in sys.argv[1:] if argument != "--check"]
GARNER = ARGUMENTS[0] if ARGUMENTS else "build/release/garner"
SHARES, PAIRS, THRESHOLD = (1, 2, 3, 5, 7, 10, 15, 20), 60 if CHECKS else 1500, 0.7
# What is tried, words in a shingle, and what recall and precision must be.
DEFAULTS = ((["--method", "minhash"], 5, 0.99, 1), (["--method", "simhash"], 3, 0.55, 1))
OTHERS = ((["--method", "simhash", "--distance", "8"], 3, 0, 0), (["--method", "simhash", "--preset", "data-juicer"], 6, 0, 0),
          (["--method", "simhash", "--preset", "text-dedup"], 3, 0, 0), (["--preset", "datatrove"], 5, 0, 0),
          (["--preset", "data-juicer"], 5, 0, 0), (["--preset", "text-dedup"], 5, 0, 0))


def spelled(number):
    """In letters: some presets make all digits alike."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def texts(chance):
    if len(ARGUMENTS) > 1:
        with open(ARGUMENTS[1], encoding="utf-8") as file:
            for line in file:
                words = [word for word in json.loads(line).get("text", "").lower().split() if word.isalpha()]
                if len(words) >= 30:
                    yield words[:400]
    vocabulary = [spelled(number) for number in range(20000)]
    while True:
        yield [vocabulary[int(chance.paretovariate(0.6)) % 20000] for _ in range(chance.randrange(30, 400))]


def shingles(words, width):
    return {tuple(words[i:i + width]) for i in range(len(words) - width + 1)}


def jaccard(left, right, width):
    left, right = shingles(left, width), shingles(right, width)
    return len(left & right) / len(left | right)


def main():
    chance, rows, truth = random.Random(11), [], {}
    source = texts(chance)
    for number in range(PAIRS * len(SHARES)):
        words = next(source)
        share = SHARES[number % len(SHARES)]
        changed = list(words)
        for place in chance.sample(range(len(words)), max(1, len(words) * share // 100)):
            changed[place] = "x" + spelled(chance.randrange(10**6))
        rows += [(f"{number}a", words), (f"{number}b", changed)]
        truth[f"{number}b"] = (share, f"{number}a", {width: jaccard(words, changed, width) for width in (3, 5, 6)})
    chance.shuffle(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"id": name, "text": " ".join(words)}) + "\n" for name, words in rows)
        results = [judge(options, width, path, truth) for options, width, *_ in DEFAULTS + (() if CHECKS else OTHERS)]
    sys.exit(any(recall < wanted[2] or precision < wanted[3]
                 for (recall, precision), wanted in zip(results, DEFAULTS)))


def judge(options, width, path, truth):
    lines = subprocess.run([GARNER, "dedup", "-q", "--emit", "clusters", *options, path], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    cluster = {record["id"]: record["cluster"] for record in map(json.loads, lines)}
    found = {name for name, (_, twin, _) in truth.items() if name in cluster and cluster[name] == cluster.get(twin)}
    strangers = {}
    for name, number in cluster.items():
        strangers.setdefault(number, set()).add(name[:-1])
    print(f"\n{' '.join(options)}: {sum(len(names) > 1 for names in strangers.values())} sets of unlike texts")
    print("changed  pairs  Jaccard >= 0.7  found of them  found below 0.7  mean Jaccard")
    all_alike = all_found = all_right = 0
    for share in SHARES:
        names = [name for name, (of, _, _) in truth.items() if of == share]
        alike = {name for name in names if truth[name][2][width] >= THRESHOLD}
        right, wrong = len(alike & found), len((set(names) - alike) & found)
        mean = sum(truth[name][2][width] for name in names) / len(names)
        print(f"{share:>6}% {len(names):>6} {len(alike):>15} {right:>14} {wrong:>16} {mean:>13.2f}")
        all_alike, all_found, all_right = all_alike + len(alike), all_found + right + wrong, all_right + right
    recall, precision = all_right / max(1, all_alike), all_right / max(1, all_found)
    print(f"recall {recall:.4f}, precision {precision:.4f}")
    return recall, precision


main()
