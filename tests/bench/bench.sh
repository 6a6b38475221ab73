#!/bin/bash
# bench.sh GARNER - runs garner beside the peers that are installed, in turns, and prints MB per CPU second and ratios.
#
# BENCH_FOLDER (build/bench): where the inputs are; they are made on the first run from BENCH_TREE (/usr/share/doc), so a figure
# means something only beside the others of the same call. BENCH_RUNS (3): the least CPU time of so many turns counts.
set -euo pipefail
cd "$(dirname "$0")/../.."
garner=$(realpath "$1")
for rows in bench ingest; do
    python3 tests/bench/$rows.py "$garner" "${BENCH_FOLDER:-build/bench}" "${BENCH_TREE:-/usr/share/doc}" "${BENCH_RUNS:-3}"
done
