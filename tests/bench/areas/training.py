"""training.py - tools that make training sets out of rows: decontaminate, split, mix."""
import json

from harness import size_of
from inputs import documents, made

GRAMS = r'''
import json, re, sys
words = re.compile(r"\w+")
def grams(text):
    found = words.findall(text.lower())
    return {" ".join(found[i:i + 13]) for i in range(len(found) - 12)}
known = set()
for line in open(sys.argv[1]): known |= grams(json.loads(line)["text"])
for line in sys.stdin:
    if known.isdisjoint(grams(json.loads(line)["text"])): sys.stdout.write(line)
'''


SPLIT = r'''
import hashlib, json, sys
out = [open(sys.argv[1] + name, "w") for name in ("train", "validation", "test")]
for line in sys.stdin:
    text = " ".join(json.loads(line)["text"].lower().split())
    place = int.from_bytes(hashlib.md5(text.encode()).digest()[:8], "big") / 2**64
    out[0 if place < .9 else 1 if place < .95 else 2].write(line)
'''


def program(bench, name, text):
    path = bench.place(name)
    with open(path, "w") as file:
        file.write(text)
    return path


def evaluation_set(bench, docs):
    """Pieces of every hundredth text."""
    def write(path, _):
        with open(docs) as source, open(path, "w") as out:
            for number, line in enumerate(source):
                if number % 100 == 0:
                    out.write(json.dumps({"id": number, "text": json.loads(line)["text"][:400]}) + "\n")
    return made(bench, "evaluation.jsonl", write)


def half_of(bench, docs):
    def write(path, _):
        bench.shell(f"head -n 4000 {docs} > {path}")
    return made(bench, "half.jsonl", write)


def run(bench):
    garner, docs = bench.garner, documents(bench)
    known, grams = evaluation_set(bench, docs), program(bench, "grams.py", GRAMS)
    bench.task("decontaminate, 13 words", size_of(docs), [
        ("garner", garner, f"{garner} decontaminate -q -j1 --against {known} {docs} | wc -l"),
        ("garner, as datatrove", garner, f"{garner} decontaminate -q -j1 --preset datatrove --against {known} {docs} | wc -l"),
        ("garner, as NeMo", garner,
         f"{garner} decontaminate -q -j1 --preset nemo --action drop --max-matches 0 --against {known} {docs} | wc -l"),
        ("python3, a set of n-grams", "python3", f"python3 {grams} {known} < {docs} | wc -l"),
    ])
    parts, script = bench.place("parts"), program(bench, "split.py", SPLIT)
    bench.task("split, by the hash of the text", size_of(docs), [
        ("garner", garner, f"{garner} split -q -j1 -o '{parts}/{{split}}' {docs} && cat {parts}/* | wc -l"),
        ("python3", "python3", f"mkdir -p {parts} && python3 {script} {parts}/ < {docs} && cat {parts}/* | wc -l"),
    ])
    bench.task("split, leaks of n-grams and near rows", size_of(docs), [
        ("garner", garner, f"{garner} split -q -j1 --leak ngram,near --on-leak move {docs} 2> /dev/null | wc -l")])
    half = half_of(bench, docs)
    bench.task("mix of two files, one twice as long", size_of(docs) + size_of(half), [
        ("garner", garner, f"{garner} mix -q --stop all-exhausted --epochs 1 {docs} {half} | wc -l"),
        ("cat and shuf (lines, no JSON)", "shuf", f"cat {docs} {half} | shuf | wc -l"),
    ])
