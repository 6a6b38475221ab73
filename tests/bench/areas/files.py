"""files.py - ingest: folders, archives, HTML, CSV."""
from harness import size_of
from inputs import html_tree, rows, text_tree

WALK = ("import json,os\nfor r,_,fs in os.walk('{0}'):\n    for f in fs:\n"
        "        p=os.path.join(r,f); print(json.dumps({{'id':p,'text':open(p,'rb').read().decode('utf-8','replace')}}))")


def run(bench):
    garner, tree, html, table = bench.garner, text_tree(bench), html_tree(bench), rows(bench)
    bench.task("folder to JSONL, as text", size_of(tree), [
        ("garner", garner, f"{garner} ingest -j1 --as text {tree} | wc -l"),
        ("python3", "python3", f'python3 -c "{WALK.format(tree)}" | wc -l'),
        ("bsdtar -c (no JSON)", "bsdtar", f"bsdtar -cf - {tree} | wc -c"),
    ])
    bench.task("tar.zst to JSONL, as text", size_of(tree), [
        ("garner", garner, f"{garner} ingest -j1 --as text {tree}.tar.zst | wc -l"),
        ("bsdtar -xO (no JSON)", "bsdtar", f"bsdtar -xOf {tree}.tar.zst | wc -c"),
    ])
    bench.task("HTML to text", size_of(html), [("garner", garner, f"{garner} ingest -j1 --as html {html} | wc -l")])
    bench.task("CSV to JSONL", size_of(table), [
        ("garner", garner, f"{garner} ingest -j1 --as csv {table} | wc -l"),
        ("miller", "mlr", f"mlr --icsv --ojsonl cat {table} | wc -l"),
        ("python3", "python3", "python3 -c \"import csv,json\nfor r in csv.DictReader(open('" + table +
         "')): print(json.dumps(r))\" | wc -l"),
    ])
