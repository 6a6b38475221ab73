#!/usr/bin/env python3
"""dedup_large.py GARNER FOLDER [GB...]: time, peak memory and spilled bytes of the methods of `dedup` in a given memory.

Rows are made of random words; every fifth is an earlier row with some bytes changed. The input is removed afterwards."""
import json
import os
import random
import sys
import time

GARNER, FOLDER, SIZES = sys.argv[1], sys.argv[2], [float(size) for size in sys.argv[3:]] or [1.0]
MEMORY = os.environ.get("MEMORY", "512M")
METHODS = os.environ.get("METHODS", "exact,minhash,simhash,lines,sentences,substring").split(",")
LETTERS = bytes(b"      etaoinshrdlucmfwygpbvkxqjz"[i % 32] for i in range(256))


def rows(chance, size):
    kept, made, number = [], 0, 0
    while made < size:
        if kept and number % 5 == 4:
            text = bytearray(chance.choice(kept))
            for _ in range(chance.randrange(6)):
                text[chance.randrange(len(text))] = 122
            text = bytes(text)
        else:
            text = chance.randbytes(chance.randrange(500, 7000)).translate(LETTERS)
            text = b". T".join(text[i:i + 90] for i in range(0, len(text), 90))
            if len(kept) < 4096:
                kept.append(text)
            else:
                kept[chance.randrange(4096)] = text
        line = b'{"id":%d,"text":"%s"}\n' % (number, text)
        made, number = made + len(line), number + 1
        yield line


def run(method, path):
    summary = os.path.join(FOLDER, "summary.json")
    start, child = time.monotonic(), os.fork()
    if child == 0:
        os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
        os.environ["TMPDIR"] = FOLDER
        os.execv(GARNER, [GARNER, "dedup", "-q", "-j1", "--memory", MEMORY, "--summary", summary, "--method", method, path])
    _, status, usage = os.wait4(child, 0)
    with open(summary, encoding="utf-8") as file:
        figures = json.load(file)
    spilled = sum(step["spilled_bytes"] for step in figures["steps"] if "spilled_bytes" in step)
    print(f"  {method:10} exit {os.waitstatus_to_exitcode(status)}  cpu {usage.ru_utime + usage.ru_stime:8.1f} s  wall "
          f"{time.monotonic() - start:8.1f} s  peak {usage.ru_maxrss / 1024:7.0f} MiB  spilled {spilled / 1e6:9.0f} MB", flush=True)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for size in SIZES:
        path = os.path.join(FOLDER, "rows.jsonl")
        with open(path, "wb") as file:
            file.writelines(rows(random.Random(17), size * 1e9))
        print(f"{size:g} GB, --memory {MEMORY}, one job", flush=True)
        for method in METHODS:
            run(method, path)
        os.remove(path)


main()
