#!/bin/bash
# bench.sh GARNER [full] [AREA...] - runs garner beside the peers that are installed, in turns; prints MB per CPU second and ratios.
#
# BENCH_FOLDER (build/bench): where the inputs are; they are made on the first run from BENCH_TREE (/usr/share/doc), so a figure
# means something only beside the others of the same call. BENCH_RUNS (3): the least CPU time of so many turns counts. BENCH_AREAS:
# the areas to run (files of areas/), `full` for 10 million records, 100,000 chunks
# and 100,000 files; all areas in short when empty. BENCH_TOKENIZER: a vocabulary file to count tokens with, too; BENCH_NODE_MODULES: a folder
# whose node_modules hold tiktoken and gpt-tokenizer, to count beside it (with cl100k_base).
set -euo pipefail
cd "$(dirname "$0")/../.."
garner=$(realpath "$1")
shift
export PYTHONDONTWRITEBYTECODE=1
read -ra areas <<< "${BENCH_AREAS:-} $*"
python3 tests/bench/bench.py "$garner" "$(realpath -m "${BENCH_FOLDER:-build/bench}")" "${BENCH_TREE:-/usr/share/doc}" "${BENCH_RUNS:-3}" \
    "${areas[@]}"
