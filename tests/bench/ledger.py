#!/usr/bin/env python3
"""ledger.py GARNER FOLDER [FILES] - what a ledger costs, and what it saves: files a second over a made tree of small files.

Beside it, where they are installed, git status and find, which also look at each file once. Least CPU time (user + system) of three
turns; the tree is made in FOLDER on the first run."""
import os
import resource
import subprocess
import sys
import time

garner, folder = os.path.realpath(sys.argv[1]), sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
os.makedirs(folder, exist_ok=True)
os.chdir(folder)


def make_tree():
    if os.path.isdir("tree"):
        return
    for number in range(count):
        path = f"tree.tmp/d{number // 1000:04}"
        os.makedirs(path, exist_ok=True)
        with open(f"{path}/f{number:07}.md", "w", encoding="utf-8") as file:
            file.write(f"# File {number}\n\n" + f"The crane {number % 977} lifts, the tide {number % 89} turns. " * 8)
    os.rename("tree.tmp", "tree")
    subprocess.run(["git", "-C", "tree", "init", "-q"], check=False)
    subprocess.run("git -C tree add -A && git -C tree -c user.name=b -c user.email=b@example.org commit -qm all", shell=True, check=False)


def measure(title, command, before=None):
    best_cpu, best_real = 1e9, 1e9
    for _ in range(3):
        if before:
            subprocess.run(before, shell=True, check=True)
        start, usage = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        code = subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if code:
            print(f"{title:44} exit {code}")
            return
        best_cpu = min(best_cpu, after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime)
        best_real = min(best_real, time.monotonic() - start)
    print(f"{title:44} {best_cpu:7.2f} CPU s {best_real:7.2f} s {count / best_cpu:10.0f} files/CPU s")


make_tree()
measure("ingest, no ledger", f"{garner} ingest tree")
measure("ingest --ledger, first run", f"{garner} ingest --ledger=l tree", "rm -f l")
subprocess.run(f"rm -rf l kb; {garner} ingest --ledger=l tree | {garner} index --acknowledge=l kb", shell=True, check=True)
measure("ingest --ledger, nothing changed", f"{garner} ingest --ledger=l tree")
measure("ingest --ledger --prune, nothing changed", f"{garner} ingest --ledger=l --prune tree")
measure("ingest --ledger, all touched", f"{garner} ingest --ledger=l tree", "find tree -name '*.md' -exec touch {} +")
measure("git status, nothing changed", "git -C tree status --porcelain", "git -C tree status --porcelain")
measure("find, one stat each", "find tree -name '*.md' -size +0 -newermt 2001-01-01")
