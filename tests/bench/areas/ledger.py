"""ledger.py - what a ledger costs, and what it saves: a made tree of small files, beside git status and find, which also
look at each file once. 20,000 files, `full`: 100,000."""
import os
import subprocess

from harness import size_of
from inputs import made


def tree_of(count):
    def write(path, _):
        for number in range(count):
            folder = os.path.join(path, f"d{number // 1000:04}")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"f{number:07}.md"), "w", encoding="utf-8") as file:
                file.write(f"# File {number}\n\n" + f"The crane {number % 977} lifts, the tide {number % 89} turns. " * 8)
        subprocess.run(f"cd {path} && git init -q && git add -A && git -c user.name=b -c user.email=b@example.org commit -qm all",
                       shell=True, check=False, stderr=subprocess.DEVNULL)
    return write


def run(bench):
    count = 100_000 if bench.is_full else 20_000
    tree = made(bench, f"ledger-{count}", tree_of(count))
    garner, ledger, knowledge, size = bench.garner, bench.place("l"), bench.place("ledger-kb"), size_of(tree)
    ingest = f"{garner} ingest --ledger={ledger}"
    bench.task("first run", size, [
        ("garner", garner, f"{ingest} {tree} | wc -l", f"rm -f {ledger}"),
        ("garner, no ledger", garner, f"{garner} ingest {tree} | wc -l"),
    ], count)
    bench.shell(f"rm -rf {ledger} {knowledge}; {ingest} {tree} | {garner} index --acknowledge={ledger} {knowledge}")
    bench.task("nothing changed", size, [
        ("garner", garner, f"{ingest} --prune {tree} | wc -l"),
        ("git status", "git", f"git -C {tree} status --porcelain | wc -l"),
        ("find, one stat each", "find", f"find {tree} -name '*.md' -size +0 -newermt 2001-01-01 | wc -l"),
    ], count)
    bench.task("all touched", size,
               [("garner", garner, f"{ingest} {tree} | wc -l", f"find {tree} -name '*.md' -exec touch {{}} +")], count)
