"""order.py - tokens, and tools that see everything before they say anything: sort, shuffle."""
import os

from harness import size_of
from inputs import documents, events


def run(bench):
    garner, docs, small = bench.garner, documents(bench), events(bench)
    bench.task("tokens, estimated", size_of(docs), [("garner", garner, f"{garner} tokens -j1 {docs} | wc -l")])
    vocabulary = os.environ.get("BENCH_TOKENIZER")
    if vocabulary:
        bench.task(f"tokens, {os.path.basename(vocabulary)}", size_of(docs),
                   [("garner", garner, f"{garner} tokens -j1 --tokenizer {vocabulary} {docs} | wc -l")])
    bench.task("sort by a number", size_of(small), [
        ("garner", garner, f"{garner} sort -j1 --by price {small} | wc -l"),
        ("garner, 8 MB", garner, f"{garner} sort -j1 --memory 8M --by price {small} | wc -l"),
        ("sort (lines, no JSON)", "sort", f"LC_ALL=C sort --parallel=1 -S1G {small} | wc -l"),
        ("jq", "jq", f"jq -cs 'sort_by(.price)[]' {small} | wc -l"),
    ])
    bench.task("shuffle", size_of(small), [
        ("garner", garner, f"{garner} shuffle -j1 {small} | wc -l"),
        ("shuf (lines, no JSON)", "shuf", f"shuf {small} | wc -l"),
    ])
