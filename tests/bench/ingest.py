#!/usr/bin/env python3
"""ingest.py GARNER FOLDER TREE RUNS - garner ingest beside its peers: small files, mail, web archives, PDF.

Inputs are made in FOLDER from the readable files of TREE. CPU seconds are user + system of the whole command, least of
RUNS turns, taken in turns; MB is 10^6 bytes of input. The check column (records, bytes or words) says what came out."""
import os
import resource
import shutil
import subprocess
import sys

garner, folder, tree, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
FILES = 20000


def place(name):
    return os.path.join(folder, name)


def readable():
    for root, folders, names in os.walk(tree):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(root, name)
            if os.path.islink(path) or not os.path.isfile(path) or not 200 < os.path.getsize(path) < 65536:
                continue
            with open(path, "rb") as file:
                data = file.read()
            if b"\0" not in data:
                yield data


def make(name, write):
    path = place(name)
    if not os.path.exists(path):
        shutil.rmtree(path + ".tmp", ignore_errors=True)
        write(path + ".tmp")
        os.rename(path + ".tmp", path)
    return path


def write_small(path):
    """The same files over and over under other names, until there are enough."""
    number = 0
    while number < FILES:
        before = number
        for data in readable():
            if number == FILES:
                break
            inner = os.path.join(path, f"{number // 500:02}")
            os.makedirs(inner, exist_ok=True)
            with open(os.path.join(inner, f"{number:05}.txt"), "wb") as file:
                file.write(data)
            number += 1
        if number == before:
            sys.exit(f"ingest.py: no readable files in {tree}")


def write_mailbox(path):
    with open(path, "wb") as box:
        for number, data in enumerate(readable()):
            if number == 4000:
                break
            text = data.decode("utf-8", "replace").replace("\nFrom ", "\n>From ")
            box.write(f"From a@b Sat Mar 15 09:30:00 2025\nFrom: Ann <a@b>\nSubject: =?utf-8?q?n=C3=BAmero_{number}?=\n"
                      f"Date: Sat, 15 Mar 2025 09:30:00 +0100\nMessage-ID: <{number}@b>\nMIME-Version: 1.0\n"
                      f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n".encode())


def write_warc(path):
    with open(path, "wb") as archive:
        for number, data in enumerate(readable()):
            if number == 4000:
                break
            page = b"<!doctype html><title>x</title><pre>" + data.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
            archive.write(b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.org/%d\r\nWARC-Date: "
                          b"2024-05-17T09:30:00Z\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n"
                          % (number, len(block)) + block + b"\r\n\r\n")


def write_pdfs(path):
    os.makedirs(path)
    number = 0
    for root, _, names in os.walk(tree):
        for name in names:
            if name.endswith(".pdf") and number < 200:
                shutil.copy(os.path.join(root, name), os.path.join(path, f"{number}.pdf"))
                number += 1


def size_of(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(path) for name in names)


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, done.stdout.strip().decode()[:24]


def task(title, path, count, competitors):
    size, best, check = size_of(path), {}, {}
    if not size:
        print(f"\n{title}: no input here")
        return
    for _ in range(runs):
        for name, need, command in competitors:
            if shutil.which(need):
                seconds, check[name] = cpu(command)
                best[name] = min(best.get(name, 1e9), seconds)
    print(f"\n{title} ({size / 1e6:.0f} MB, {count} files or records)")
    for name in sorted(best, key=best.get):
        print(f"  {name:26} {count / best[name]:9.0f} /cpu-s {size / 1e6 / best[name]:7.0f} MB/cpu-s   check "
              f"{check[name]:>12}  {best[name] / best['garner']:5.1f} x garner's time")


os.makedirs(folder, exist_ok=True)
WALK = ("import json,os,sys\nfor r,_,fs in os.walk(sys.argv[1]):\n for f in fs:\n  p=os.path.join(r,f); "
        "print(json.dumps({'id':p,'text':open(p,'rb').read().decode('utf-8','replace')}))")
MAIL = ("import email.policy,json,mailbox,sys\nfor m in mailbox.mbox(sys.argv[1],factory=lambda f:"
        "email.message_from_binary_file(f,policy=email.policy.default)):\n b=m.get_body(('plain','html'))\n "
        "print(json.dumps({'id':m['message-id'],'text':b.get_content(),'title':m['subject']}))")
small = make("small", write_small)
task("20,000 small files to JSONL", small, FILES, [
    ("garner", garner, f"{garner} ingest -j1 {small} | wc -l"),
    ("garner --as text", garner, f"{garner} ingest -j1 --as text {small} | wc -l"),
    ("python3", "python3", f'python3 -c "{WALK}" {small} | wc -l'),
    ("tar -c (no JSON)", "tar", f"tar -cf - {small} | wc -c"),
    ("find | xargs cat (no JSON)", "xargs", f"find {small} -type f -print0 | xargs -0 cat | wc -c"),
])
box = make("mail.mbox", write_mailbox)
task("mailbox to JSONL", box, 4000, [
    ("garner", garner, f"{garner} ingest -j1 {box} | wc -l"),
    ("python3 mailbox, email", "python3", f'python3 -c "{MAIL}" {box} | wc -l'),
])
crawl = make("crawl.warc", write_warc)
task("web archive to JSONL", crawl, 4000, [("garner", garner, f"{garner} ingest -j1 {crawl} | wc -l")])
pdfs = make("pdfs", write_pdfs)
task("PDF to text", pdfs, len(os.listdir(pdfs)), [
    ("garner", garner, f"{garner} ingest -j1 {pdfs} | wc -w"),
    ("pdftotext for each file", "pdftotext", f"for file in {pdfs}/*; do pdftotext $file -; done | wc -w"),
])
