#!/usr/bin/env python3
"""bench.py GARNER FOLDER TREE RUNS [full] [AREA...] - all areas, or the named ones: the files of areas/, one row or more each.

An area is a module with run(bench); to add rows, add calls of bench.task() there, or a file. `full` makes the long ones longer."""
import importlib
import os
import sys

from harness import Bench

garner, folder, tree, runs, *rest = sys.argv[1:]
bench = Bench(garner, folder, tree, int(runs), "full" in rest)
areas = sorted(name[:-3] for name in os.listdir(os.path.join(os.path.dirname(__file__), "areas")) if name.endswith(".py"))
wanted = [name for name in rest if name != "full"] or areas
for name in wanted:
    if name not in areas:
        sys.exit(f"bench.py: no area '{name}'; there are {', '.join(areas)}")
for name in wanted:
    importlib.import_module(f"areas.{name}").run(bench)
if bench.missing:
    print(f"\nnot installed here, so not compared: {', '.join(sorted(bench.missing))}")
