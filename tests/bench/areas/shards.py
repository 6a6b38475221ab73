"""shards.py - rows for continued pre-training: plain text, rows of one length, shards, and reading them back."""
import os

from harness import size_of
from inputs import documents

PLAIN = ("import json,sys\nfor line in sys.stdin:\n    text=json.loads(line)['text'].strip()\n"
         "    if text: print(json.dumps({'text':text},ensure_ascii=False))")

# Best fit decreasing over all documents, tokens guessed as four bytes; what is too long is cut. As TRL's bfd does it.
PACK = """import bisect,json,sys
length,pieces,rows,rooms=4096,[],[],[]
for line in sys.stdin:
    text=json.loads(line)['text']
    for start in range(0,len(text),length*4): pieces.append(text[start:start+length*4])
for piece in sorted(pieces,key=len,reverse=True):
    size=-(-len(piece)//4); place=bisect.bisect_left(rooms,(size,-1))
    if place==len(rooms): rows.append([]); room,row=length,len(rows)-1
    else: room,row=rooms.pop(place)
    rows[row].append(piece); bisect.insort(rooms,(room-size,row))
for row in rows: print(json.dumps({'text':'\\n\\n'.join(row)},ensure_ascii=False))
"""


def run(bench):
    garner, docs = bench.garner, documents(bench)
    script, shards = bench.place("pack.py"), bench.place("shards")
    with open(script, "w") as out:
        out.write(PACK)
    bench.task("pretrain", size_of(docs), [
        ("garner", garner, f"{garner} pretrain -j1 {docs} | wc -l"),
        ("python3", "python3", f'python3 -c "{PLAIN}" < {docs} | wc -l'),
    ])
    bench.task("pack, best fit", size_of(docs), [
        ("garner", garner, f"{garner} pack -j1 {docs} | wc -l"),
        ("python3 (no tokenizer)", "python3", f"python3 {script} < {docs} | wc -l"),
    ])
    bench.task("pack, zstd shards with SHA-256", size_of(docs), [
        ("garner", garner, f"{garner} pack -j1 --shard-size 16M -o '{shards}/{{shard}}.jsonl.zst' {docs} && echo done"),
        ("zstd -3 (compression only)", "zstd", f"zstd -q -3 -c -T1 {docs} | wc -c"),
    ])
    if not os.path.exists(shards):
        return
    bench.task("verify shards", size_of(docs), [("garner", garner, f"{garner} verify {shards}")])
    bench.task("read shards back", size_of(docs), [
        ("garner", garner, f"{garner} filter -j1 true {shards}/*.zst | wc -l"),
        ("zstd (no JSON)", "zstd", f"zstd -q -dc {shards}/*.zst | wc -l"),
    ])
