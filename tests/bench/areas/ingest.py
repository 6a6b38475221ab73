"""ingest.py - what ingest decodes: many small files, mail, web archives, PDF."""
import os
import shutil

from harness import size_of
from inputs import made, texts

FILES = 20_000
WALK = ("import json,os,sys\nfor r,_,fs in os.walk(sys.argv[1]):\n for f in fs:\n  p=os.path.join(r,f); "
        "print(json.dumps({'id':p,'text':open(p,'rb').read().decode('utf-8','replace')}))")
MAIL = ("import email.policy,json,mailbox,sys\nfor m in mailbox.mbox(sys.argv[1],factory=lambda f:"
        "email.message_from_binary_file(f,policy=email.policy.default)):\n b=m.get_body(('plain','html'))\n "
        "print(json.dumps({'id':m['message-id'],'text':b.get_content(),'title':m['subject']}))")


def short_texts(tree, most):
    """The same ones over and over until there are enough."""
    number = 0
    while number < most:
        before = number
        for _, text in texts(tree):
            if number == most:
                break
            if len(text) < 65536:
                yield number, text
                number += 1
        if number == before:
            return


def write_small(path, tree):
    for number, text in short_texts(tree, FILES):
        inner = os.path.join(path, f"{number // 500:02}")
        os.makedirs(inner, exist_ok=True)
        with open(os.path.join(inner, f"{number:05}.txt"), "w", encoding="utf-8") as file:
            file.write(text)


def write_mailbox(path, tree):
    with open(path, "w", encoding="utf-8") as box:
        for number, text in short_texts(tree, 4000):
            text = text.replace("\nFrom ", "\n>From ")
            box.write(f"From a@b Sat Mar 15 09:30:00 2025\nFrom: Ann <a@b>\nSubject: =?utf-8?q?n=C3=BAmero_{number}?=\n"
                      f"Date: Sat, 15 Mar 2025 09:30:00 +0100\nMessage-ID: <{number}@b>\nMIME-Version: 1.0\n"
                      f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n")


def write_warc(path, tree):
    with open(path, "wb") as archive:
        for number, text in short_texts(tree, 4000):
            page = "<!doctype html><title>x</title><pre>" + text.replace("&", "&amp;").replace("<", "&lt;")
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
            archive.write(b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.org/%d\r\nWARC-Date: "
                          b"2024-05-17T09:30:00Z\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n"
                          % (number, len(block)) + block + b"\r\n\r\n")


def write_pdfs(path, tree):
    os.makedirs(path)
    found = (os.path.join(root, name) for root, _, names in os.walk(tree) for name in sorted(names) if name.endswith(".pdf"))
    for number, source in zip(range(200), found):
        shutil.copy(source, os.path.join(path, f"{number}.pdf"))


def run(bench):
    garner = bench.garner
    small = made(bench, "small", write_small)
    bench.task("20,000 small files to JSONL", size_of(small), [
        ("garner", garner, f"{garner} ingest -j1 {small} | wc -l"),
        ("garner --as text", garner, f"{garner} ingest -j1 --as text {small} | wc -l"),
        ("python3", "python3", f'python3 -c "{WALK}" {small} | wc -l'),
        ("tar -c (no JSON)", "tar", f"tar -cf - {small} | wc -c"),
        ("find | xargs cat (no JSON)", "xargs", f"find {small} -type f -print0 | xargs -0 cat | wc -c"),
    ], FILES)
    box = made(bench, "mail.mbox", write_mailbox)
    bench.task("mailbox to JSONL", size_of(box), [
        ("garner", garner, f"{garner} ingest -j1 {box} | wc -l"),
        ("python3 mailbox, email", "python3", f'python3 -c "{MAIL}" {box} | wc -l'),
    ], 4000)
    crawl = made(bench, "crawl.warc", write_warc)
    bench.task("web archive to JSONL", size_of(crawl), [("garner", garner, f"{garner} ingest -j1 {crawl} | wc -l")], 4000)
    pdfs = made(bench, "pdfs", write_pdfs)
    bench.task("PDF to text", size_of(pdfs), [
        ("garner", garner, f"{garner} ingest -j1 {pdfs} | wc -w"),
        ("pdftotext for each file", "pdftotext", f"for file in {pdfs}/*; do pdftotext $file -; done | wc -w"),
    ], len(os.listdir(pdfs)))
