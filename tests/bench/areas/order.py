"""order.py - tokens, and tools that see everything before they say anything: sort, shuffle."""
import os

from harness import size_of
from inputs import documents, events

# npm packages below $BENCH_NODE_MODULES (a folder with node_modules in it); only cl100k_base is the same vocabulary for all.
NODE = """import fs from 'fs';
const [name, file] = process.argv.slice(2);
const package_ = await import(name === 'tiktoken' ? 'tiktoken' : 'gpt-tokenizer/encoding/cl100k_base');
const encoder = name === 'tiktoken' ? package_.get_encoding('cl100k_base') : null;
const count = encoder ? text => encoder.encode_ordinary(text).length : package_.countTokens;
let all = 0;
for (const line of fs.readFileSync(file, 'utf8').split('\\n')) if (line) all += count(JSON.parse(line).text);
console.log(all);
"""


def node_peers(docs):
    folder = os.environ.get("BENCH_NODE_MODULES")
    if not folder:
        return []
    script = os.path.join(folder, "count_tokens.mjs")
    with open(script, "w", encoding="ascii") as output:
        output.write(NODE)
    return [(name, os.path.join(folder, "node_modules", name), f"node {script} {name} {docs}") for name in ("tiktoken", "gpt-tokenizer")]


def run(bench):
    garner, docs, small = bench.garner, documents(bench), events(bench)
    bench.task("tokens, estimated", size_of(docs), [("garner", garner, f"{garner} tokens -j1 {docs} | wc -l")])
    vocabulary = os.environ.get("BENCH_TOKENIZER")
    if vocabulary:
        bench.task(f"tokens, {os.path.basename(vocabulary)}", size_of(docs),
                   [("garner", garner, f"{garner} tokens -j1 --tokenizer {vocabulary} {docs} | jq .tokens")] + node_peers(docs))
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
