#!/usr/bin/env python3
"""near_duplicates.py [GARNER] [TEXTS.jsonl]: how many near duplicates `dedup --method minhash` finds, beside exact Jaccard.

Each text is written twice, the second time with a share of its words changed: 1 to 20 percent. Truth is the Jaccard
similarity of the two texts' sets of five words, reckoned here. Texts are made up unless a file of records is given."""
import json
import os
import random
import subprocess
import sys
import tempfile

GARNER = sys.argv[1] if len(sys.argv) > 1 else "build/release/garner"
SHARES, PAIRS, WIDTH, THRESHOLD = (1, 2, 3, 5, 7, 10, 15, 20), 1500, 5, 0.7


def spelled(number):
    """In letters: some presets make all digits alike."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def texts(chance):
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            for line in file:
                words = [word for word in json.loads(line).get("text", "").lower().split() if word.isalpha()]
                if len(words) >= 30:
                    yield words[:400]
    vocabulary = [spelled(number) for number in range(20000)]
    while True:
        yield [vocabulary[int(chance.paretovariate(0.6)) % 20000] for _ in range(chance.randrange(30, 400))]


def shingles(words):
    return {tuple(words[i:i + WIDTH]) for i in range(len(words) - WIDTH + 1)}


def jaccard(left, right):
    left, right = shingles(left), shingles(right)
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
        truth[f"{number}b"] = (share, f"{number}a", jaccard(words, changed))
    chance.shuffle(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"id": name, "text": " ".join(words)}) + "\n" for name, words in rows)
        for options in (["--method", "minhash"], ["--preset", "datatrove"], ["--preset", "data-juicer"],
                        ["--preset", "text-dedup"]):
            judge(options, path, truth)


def judge(options, path, truth):
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
        alike = {name for name in names if truth[name][2] >= THRESHOLD}
        right, wrong = len(alike & found), len((set(names) - alike) & found)
        mean = sum(truth[name][2] for name in names) / len(names)
        print(f"{share:>6}% {len(names):>6} {len(alike):>15} {right:>14} {wrong:>16} {mean:>13.2f}")
        all_alike, all_found, all_right = all_alike + len(alike), all_found + right + wrong, all_right + right
    print(f"recall {all_right / max(1, all_alike):.4f}, precision {all_right / max(1, all_found):.4f}")


main()
