#!/bin/bash
# quickstart.sh GARNER - the main job on the documents that ship with garner: a folder, an index, three questions.
set -euo pipefail
cd "$(dirname "$0")/../.."
garner=$1
index=build/knowledge-base

rm -rf "$index"
echo "Reading pipelines/documents, cutting it into chunks, embedding them, building $index:"
echo "  garner ingest pipelines/documents | garner chunk | garner embed | garner index $index"
"$garner" ingest pipelines/documents | "$garner" chunk | "$garner" embed | "$garner" index "$index"
"$garner" info "$index"
for question in 'how do I rotate the code of the key safe?' 'what is the fee for a late return?' \
    'why did the fuse of the workbench blow?'; do
    printf '\nQ: %s\n' "$question"
    "$garner" query "$index" "$question" --top-k 1 --format jsonl |
        python3 -c '
import json, sys, textwrap
for line in sys.stdin:
    hit = json.loads(line)
    print(textwrap.fill(" ".join(hit["text"].split()), 100, initial_indent="A: ", subsequent_indent="   "))
    print("   source:", hit["metadata"]["source"])' || exit 1
done
printf '\nThe index is in %s. Ask it yourself:\n  %s query %s %s\n' "$index" "$garner" "$index" "'who may borrow the chainsaw?'"
