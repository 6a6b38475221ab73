"""inputs.py - the inputs of the benchmark, made on first use in its folder; each function returns the path.

Texts come from the readable files of a tree (/usr/share/doc), so figures are comparable inside one run only."""
import csv
import json
import os
import random
import shutil
import subprocess


def texts(tree):
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


def made(bench, name, write):
    """A file or folder of that name, made by write(path, tree) if need be, whole or not at all."""
    path = bench.place(name)
    if not os.path.exists(path):
        shutil.rmtree(path + ".tmp", ignore_errors=True)
        write(path + ".tmp", bench.tree)
        os.rename(path + ".tmp", path)
    return path


def documents(bench):
    tree = bench.tree
    path = bench.place("docs.jsonl")
    if os.path.exists(path):
        return path
    size = 0
    with open(path + ".tmp", "w") as out:
        while size < 60_000_000:
            for source, text in texts(tree):
                for start in range(0, len(text), 7500):
                    line = json.dumps({"id": f"u{size}", "text": text[start:start + 7500],
                                       "metadata": {"source": source, "start": start}}, ensure_ascii=False) + "\n"
                    out.write(line)
                    size += len(line.encode())
                if size >= 60_000_000:
                    break
    os.rename(path + ".tmp", path)
    return path


def events(bench):
    path = bench.place("events.jsonl")
    if os.path.exists(path):
        return path
    chance = random.Random(7)
    with open(path + ".tmp", "w") as out:
        for number in range(250_000):
            out.write(json.dumps({"id": number, "time": 1700000000 + number, "user": {"id": chance.randrange(5000), "name":
                      f"user{chance.randrange(5000)}", "plan": chance.choice(["free", "team", "firm"])}, "event":
                      chance.choice(["view", "click", "buy"]), "price": round(chance.random() * 100, 2), "tags":
                      [chance.choice("abcdef") for _ in range(3)], "ok": chance.random() < .9}) + "\n")
    os.rename(path + ".tmp", path)
    return path


def rows(bench):
    path = bench.place("rows.csv")
    if os.path.exists(path):
        return path
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
    return path


def text_tree(bench):
    """A copy of part of the tree with readable files only, so that every competitor reads the same bytes."""
    tree = bench.tree
    target = bench.place("tree")
    if not os.path.isdir(target):
        size = 0
        for path, text in texts(tree):
            copy = os.path.join(target + ".tmp", os.path.relpath(path, tree).replace("/.", "/_"))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            with open(copy, "w") as out:
                out.write(text)
            size += len(text.encode())
            if size > 120_000_000:
                break
        os.rename(target + ".tmp", target)
    archive = bench.place("tree.tar.zst")
    if not os.path.exists(archive):
        subprocess.run(["bash", "-c", f"tar -C {bench.folder} --sort=name -cf - tree | zstd -q -3 -o {archive}"], check=True)
    return target


def html_tree(bench):
    tree = bench.tree
    path = bench.place("html")
    if os.path.isdir(path):
        return path
    os.makedirs(path + ".tmp")
    number = 0
    for source, text in texts(tree):
        if source.endswith((".html", ".htm")):
            shutil.copy(source, os.path.join(path + ".tmp", f"{number:05}.html"))
            number += 1
    os.rename(path + ".tmp", path)
    return path
