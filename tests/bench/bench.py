#!/usr/bin/env python3
"""bench.py GARNER FOLDER TREE RUNS - interleaved runs of garner and its peers, in MB per CPU second.

MB is 10^6 bytes of input; CPU seconds are user + system of the whole command, least of RUNS turns. A task's check column
(lines or bytes of output) must agree between competitors before their speeds are compared."""
import json
import os
import random
import resource
import shutil
import subprocess
import sys

garner, folder, tree, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
os.makedirs(folder, exist_ok=True)


def place(name):
    return os.path.join(folder, name)


def texts():
    """Readable files of the tree, largest part of real prose first come, in a fixed order."""
    for root, folders, files in os.walk(tree):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(root, name)
            if os.path.islink(path) or not os.path.isfile(path) or name.endswith((".gz", ".png", ".pdf")):
                continue
            with open(path, "rb") as file:
                data = file.read(1 << 20)
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            if "\0" not in text and len(text) > 200:
                yield path, text


def make_documents():
    path = place("docs.jsonl")
    if os.path.exists(path):
        return
    size = 0
    with open(path + ".tmp", "w") as out:
        while size < 60_000_000:
            for source, text in texts():
                for start in range(0, len(text), 7500):
                    line = json.dumps({"id": f"u{size}", "text": text[start:start + 7500],
                                       "metadata": {"source": source, "start": start}}, ensure_ascii=False) + "\n"
                    out.write(line)
                    size += len(line.encode())
                if size >= 60_000_000:
                    break
    os.rename(path + ".tmp", path)


def make_events():
    path = place("events.jsonl")
    if os.path.exists(path):
        return
    chance = random.Random(7)
    with open(path + ".tmp", "w") as out:
        for number in range(250_000):
            out.write(json.dumps({"id": number, "time": 1700000000 + number, "user": {"id": chance.randrange(5000), "name":
                      f"user{chance.randrange(5000)}", "plan": chance.choice(["free", "team", "firm"])}, "event":
                      chance.choice(["view", "click", "buy"]), "price": round(chance.random() * 100, 2), "tags":
                      [chance.choice("abcdef") for _ in range(3)], "ok": chance.random() < .9}) + "\n")
    os.rename(path + ".tmp", path)


def make_rows():
    path = place("rows.csv")
    if os.path.exists(path):
        return
    import csv
    chance = random.Random(9)
    words = "harbour crane lantern rope tide keel anchor ledger quay signal winter cargo".split()
    with open(path + ".tmp", "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "title", "body", "price", "day"])
        for number in range(300_000):
            body = " ".join(chance.choices(words, k=20))
            if number % 11 == 0:
                body = body.replace("rope", 'the "rope",\nnew') 
            writer.writerow([number, " ".join(chance.choices(words, k=4)), body, round(chance.random() * 99, 2),
                             f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"])
    os.rename(path + ".tmp", path)


def make_tree():
    """A copy of part of the tree with readable files only, so that every competitor reads the same bytes."""
    target = place("tree")
    if not os.path.isdir(target):
        size = 0
        for path, text in texts():
            copy = os.path.join(target + ".tmp", os.path.relpath(path, tree).replace("/.", "/_"))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            with open(copy, "w") as out:
                out.write(text)
            size += len(text.encode())
            if size > 120_000_000:
                break
        os.rename(target + ".tmp", target)
    archive = place("tree.tar.zst")
    if not os.path.exists(archive):
        subprocess.run(["bash", "-c", f"tar -C {folder} --sort=name -cf - tree | zstd -q -3 -o {archive}"], check=True)


def make_html():
    path = place("html")
    if os.path.isdir(path):
        return
    os.makedirs(path + ".tmp")
    number = 0
    for source, text in texts():
        if source.endswith((".html", ".htm")):
            shutil.copy(source, os.path.join(path + ".tmp", f"{number:05}.html"))
            number += 1
    os.rename(path + ".tmp", path)


def tree_size(path):
    return sum(os.path.getsize(os.path.join(root, name)) for root, _, files in os.walk(path) for name in files)


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["bash", "-c", "set -o pipefail; " + command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, done.stdout.strip().decode()[:24], done.returncode


def task(title, size, competitors):
    best, check = {}, {}
    names = [name for name, need, _ in competitors if shutil.which(need) or os.path.exists(need)]
    if not size:
        print(f"{title}: no input here")
        return
    for _ in range(runs):
        for name, need, command in competitors:
            if name not in names:
                continue
            seconds, text, code = cpu(command)
            if code > 2:
                text = f"exit {code}"
            best[name] = min(best.get(name, 1e9), seconds)
            check[name] = text
    print(f"\n{title} ({size / 1e6:.0f} MB)")
    base = best.get("garner")
    for name in sorted(best, key=best.get):
        ratio = f"{best[name] / base:6.1f} x garner's time" if base and name != "garner" else ""
        print(f"  {name:26} {size / 1e6 / max(best[name], 1e-4):9.0f} MB/cpu-s   check {check[name]:>12}  {ratio}")


for make in (make_documents, make_events, make_rows, make_tree, make_html):
    make()
docs, events, rows = place("docs.jsonl"), place("events.jsonl"), place("rows.csv")
python_filter = "import json,sys\nfor line in sys.stdin:\n    if {}: sys.stdout.write(line)"
size = os.path.getsize(docs)
task("filter, long texts", size, [
    ("garner", garner, f"{garner} filter -j1 'length(text) > 4000' {docs} | wc -l"),
    ("jq", "jq", f"jq -c 'select((.text|length) > 4000)' {docs} | wc -l"),
    ("python3 json", "python3", f"python3 -c \"{python_filter.format('len(json.loads(line)[chr(116)+chr(101)+chr(120)+chr(116)]) > 4000')}\" < {docs} | wc -l"),
    ("ripgrep (a literal, no JSON)", "rg", f"rg -c 'GNU' {docs}"),
])
size = os.path.getsize(events)
task("filter, small records", size, [
    ("garner", garner, f"{garner} filter -j1 \"user.plan = 'firm' AND price > 50\" {events} | wc -l"),
    ("jq", "jq", f"jq -c 'select(.user.plan == \"firm\" and .price > 50)' {events} | wc -l"),
    ("miller", "mlr", f"mlr --ijsonl --ojsonl filter '$user.plan == \"firm\" && $price > 50' {events} | wc -l"),
])
size = tree_size(place("tree"))
task("folder to JSONL, as text", size, [
    ("garner", garner, f"{garner} ingest -j1 --as text {place('tree')} | wc -l"),
    ("python3", "python3", "python3 -c \"import json,os\nfor r,_,fs in os.walk('" + place("tree") + "'):\n    for f in fs:\n        p=os.path.join(r,f); print(json.dumps({'id':p,'text':open(p,'rb').read().decode('utf-8','replace')}))\" | wc -l"),
    ("bsdtar -c (no JSON)", "bsdtar", f"bsdtar -cf - {place('tree')} | wc -c"),
])
task("tar.zst to JSONL, as text", size, [
    ("garner", garner, f"{garner} ingest -j1 --as text {place('tree.tar.zst')} | wc -l"),
    ("bsdtar -xO (no JSON)", "bsdtar", f"bsdtar -xOf {place('tree.tar.zst')} | wc -c"),
])
task("HTML to text", tree_size(place("html")), [
    ("garner", garner, f"{garner} ingest -j1 --as html {place('html')} | wc -l"),
])
size = os.path.getsize(rows)
task("CSV to JSONL", size, [
    ("garner", garner, f"{garner} ingest -j1 --as csv {rows} | wc -l"),
    ("miller", "mlr", f"mlr --icsv --ojsonl cat {rows} | wc -l"),
    ("python3", "python3", f"python3 -c \"import csv,json,sys\nfor r in csv.DictReader(open('{rows}')): print(json.dumps(r))\" | wc -l"),
])
size = os.path.getsize(docs)
task("chunk, recursive", size, [("garner", garner, f"{garner} chunk -j1 {docs} | wc -l")])
task("embed, builtin, base64", size, [("garner", garner, f"{garner} embed -j1 --encoding base64 {docs} | wc -l")])
shutil.rmtree(place("lexical"), ignore_errors=True)
task("BM25 index", size, [("garner", garner, f"rm -rf {place('lexical')}; {garner} index -j1 {place('lexical')} {docs}; echo done")])
