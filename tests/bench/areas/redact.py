"""redact.py - personal data and secrets, beside programs that search five patterns and report where."""
import os

from harness import size_of
from inputs import documents

PATTERNS = (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,24}", r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b", r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
            r"\b(?:[0-9][ -]?){13,16}\b", r"\+?[0-9]{1,3}[ .-]?\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}")
FIVE = "email,ipv4,us-ssn,credit-card,phone"
PYTHON = "import re,sys\nwanted=re.compile(open(sys.argv[1]).read(), re.A)\nprint(sum(len(wanted.findall(line)) for line in open(sys.argv[2])))"


def run(bench):
    garner, docs = bench.garner, documents(bench)
    pattern = os.path.join(bench.folder, "patterns.txt")
    with open(pattern, "w", encoding="ascii") as output:
        output.write("|".join(f"(?:{one})" for one in PATTERNS))
    bench.task("redact: all 23 kinds, masked", size_of(docs), [("garner", garner, f"{garner} redact -q -j1 {docs} | wc -l")])
    bench.task("redact: five kinds, where they are", size_of(docs), [
        ("garner", garner, f"{garner} redact -q -j1 --kind {FIVE} --action tag {docs} | wc -l"),
        ("ripgrep", "rg", f"rg -oaN --no-unicode --no-filename -f {pattern} {docs} | wc -l"),
        ("python3 re", "python3", f"python3 -c '{PYTHON}' {pattern} {docs}"),
    ])
