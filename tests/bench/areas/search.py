"""search.py - index and query: the lexical build, and one question to a process that starts for it."""
import os
import shutil

from harness import size_of
from inputs import documents


def run(bench):
    garner, docs, target = bench.garner, documents(bench), bench.place("lexical")
    bench.task("index, lexical", size_of(docs),
               [("garner", garner, f"rm -rf {target}; {garner} index -j1 {target} {docs}; echo done")])
    shutil.rmtree(target, ignore_errors=True)
    count = 100_000 if bench.is_full else 20_000
    knowledge = bench.place(f"chunks-{count}")
    if not os.path.exists(os.path.join(knowledge, "manifest")):
        bench.shell(f"{garner} chunk --size 60 --overlap 0 {docs} | head -n {count} | {garner} embed --encoding base64 | "
                    f"{garner} index {knowledge}")
    bench.wall(f"query, one process a question, {count} chunks x 384, warm", [
        (mode, [garner, "query", "--mode", mode, knowledge, "how is the package configured"])
        for mode in ("hybrid", "vector", "lexical")], 20)
