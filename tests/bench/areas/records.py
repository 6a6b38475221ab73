"""records.py - tools that read records: filter, chunk, embed."""
from harness import size_of
from inputs import documents, events

FILTER = "import json,sys\nfor line in sys.stdin:\n    if {}: sys.stdout.write(line)"


def run(bench):
    garner, docs, small = bench.garner, documents(bench), events(bench)
    long_text = FILTER.format("len(json.loads(line)['text']) > 4000")
    bench.task("filter, long texts", size_of(docs), [
        ("garner", garner, f"{garner} filter -j1 'length(text) > 4000' {docs} | wc -l"),
        ("jq", "jq", f"jq -c 'select((.text|length) > 4000)' {docs} | wc -l"),
        ("python3", "python3", f'python3 -c "{long_text}" < {docs} | wc -l'),
    ])
    bench.task("filter, a word in long texts", size_of(docs), [
        ("garner", garner, f"{garner} filter -j1 \"text ~ 'GNU'\" {docs} | wc -l"),
        ("ripgrep (no JSON)", "rg", f"rg -c GNU {docs}"),
    ])
    bench.task("filter, small records", size_of(small), [
        ("garner", garner, f"{garner} filter -j1 \"user.plan = 'firm' AND price > 50\" {small} | wc -l"),
        ("jq", "jq", f"jq -c 'select(.user.plan == \"firm\" and .price > 50)' {small} | wc -l"),
        ("miller", "mlr", f"mlr --ijsonl --ojsonl filter '$user.plan == \"firm\" && $price > 50' {small} | wc -l"),
    ])
    bench.task("filter, by language", size_of(docs),
               [("garner", garner, f"{garner} filter -j1 --language any {docs} | wc -l")])
    bench.task("stats", size_of(docs), [("garner", garner, f"{garner} stats -j1 {docs} | wc -l")])
    bench.task("chunk, recursive", size_of(docs), [("garner", garner, f"{garner} chunk -j1 {docs} | wc -l")])
    bench.task("embed, builtin, base64", size_of(docs),
               [("garner", garner, f"{garner} embed -j1 --encoding base64 {docs} | wc -l")])
