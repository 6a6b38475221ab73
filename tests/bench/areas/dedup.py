"""dedup.py - rows and parts of rows that stand in an earlier one, beside short programs with a set."""
import importlib.util
import os

from harness import size_of
from inputs import documents, events

SEEN = """import json, sys, hashlib
seen = set()
for line in sys.stdin:
    key = hashlib.blake2b(json.loads(line)['text'].encode(), digest_size=16).digest()
    if key not in seen:
        seen.add(key)
        sys.stdout.write(line)
"""

LINES = """import json, sys
seen = {}
for number, line in enumerate(sys.stdin):
    record = json.loads(line)
    parts = record['text'].split('\\n')
    kept = [part for part in parts if len(part.strip()) < 20 or seen.setdefault(part.strip(), number) == number]
    if len(kept) < len(parts):
        record['text'] = '\\n'.join(kept)
        line = json.dumps(record) + '\\n'
    if not kept or any(kept):
        sys.stdout.write(line)
"""

# As datatrove does it: xxh64 of 5 words is not in the standard library, so sha1; the same permutations and bands.
MINHASH = """import json, sys, hashlib, numpy
state = numpy.random.RandomState(1)
a = state.randint(1, (1 << 61) - 1, dtype=numpy.uint64, size=(1, 112))
b = state.randint(0, (1 << 61) - 1, dtype=numpy.uint64, size=(1, 112))
seen = [set() for _ in range(14)]
for line in sys.stdin:
    words = json.loads(line)['text'].lower().split()
    grams = [' '.join(words[i:i + 5]).encode() for i in range(len(words) - 4)]
    if grams:
        x = numpy.array([int.from_bytes(hashlib.sha1(gram).digest()[:8], 'little') for gram in grams], dtype=numpy.uint64)
        least = ((x[:, None] * a + b) % numpy.uint64((1 << 61) - 1)).min(axis=0)
        bands = [least[8 * i:8 * i + 8].tobytes() for i in range(14)]
        known = any(band in table for band, table in zip(bands, seen))
        for band, table in zip(bands, seen):
            table.add(band)
        if known:
            continue
    sys.stdout.write(line)
"""


def program(bench, name, text):
    path = bench.place(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def run(bench):
    garner, docs, small = bench.garner, documents(bench), events(bench)
    dedup = f"{garner} dedup -q -j1"
    seen, lines = program(bench, "seen.py", SEEN), program(bench, "lines.py", LINES)
    bench.task("dedup, exact, long texts", size_of(docs), [
        ("garner", garner, f"{dedup} {docs} | wc -l"),
        ("python3, json, blake2b, set", "python3", f"python3 {seen} < {docs} | wc -l"),
    ])
    bench.task("dedup, exact, whole small records", size_of(small), [
        ("garner", garner, f"{dedup} {small} | wc -l"),
        ("sort -u (lines, no JSON)", "sort", f"LC_ALL=C sort -u --parallel=1 -S1G {small} | wc -l"),
    ])
    bench.task("dedup, normalized, long texts", size_of(docs),
               [("garner", garner, f"{dedup} --method normalized {docs} | wc -l")])
    has_numpy = importlib.util.find_spec("numpy") is not None
    minhash = program(bench, "minhash.py", MINHASH)
    bench.task("dedup, MinHash, 112 permutations", size_of(docs), [
        ("garner", garner, f"{dedup} --method minhash {docs} | wc -l"),
        ("garner, datatrove's signatures", garner, f"{dedup} --preset datatrove {docs} | wc -l"),
        ("numpy, datatrove's method", "python3" if has_numpy else "numpy", f"python3 {minhash} < {docs} | wc -l"),
    ])
    bench.task("dedup, SimHash", size_of(docs), [("garner", garner, f"{dedup} --method simhash {docs} | wc -l")])
    bench.task("dedup, lines of texts", size_of(docs), [
        ("garner", garner, f"{dedup} --method lines {docs} | wc -l"),
        ("python3, json, dict", "python3", f"python3 {lines} < {docs} | wc -l"),
    ])
    bench.task("dedup, sentences in threes", size_of(docs), [("garner", garner, f"{dedup} --method sentences {docs} | wc -l")])
    bench.task("dedup, stretches of 100 bytes", size_of(docs),
               [("garner", garner, f"{dedup} --method substring {docs} | wc -l")])
    embedded = bench.place("embedded-64.jsonl")
    if not os.path.exists(embedded):
        bench.shell(f"head -n 4000 {docs} | {garner} embed -q --encoding base64 > {embedded}.tmp && mv {embedded}.tmp {embedded}")
    count = sum(1 for _ in open(embedded, encoding="utf-8"))
    bench.task(f"dedup, {count} embeddings, all pairs", size_of(embedded),
               [("garner", garner, f"{dedup} --method semantic {embedded} | wc -l")], count)
