"""quality.py - filter's presets beside the same rules in plain Python (tests/support/quality_oracle.py), which parts words likewise.

The check is the number of records kept."""
import os

from harness import size_of
from inputs import documents

ORACLE = os.path.join(os.path.dirname(__file__), "..", "..", "support", "quality_oracle.py")
PRESETS = ("gopher-quality", "gopher-repetition", "c4", "fineweb", "nemo")


def run(bench):
    garner, docs, few = bench.garner, documents(bench), bench.place("docs-first.jsonl")
    if not os.path.exists(few):
        bench.shell(f"head -n 1500 {docs} > {few}")
    for preset in PRESETS:
        off = "--threshold c4.min-sentences=off" if preset == "c4" else ""
        bench.task(f"filter --preset {preset}", size_of(few), [
            ("garner", garner, f"{garner} filter -j1 --preset {preset} {off} {few} | wc -l"),
            ("python3", "python3", f"python3 {ORACLE} {preset} < {few} | grep -c '^\"'"),
        ])
