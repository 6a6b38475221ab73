#!/bin/bash
# quickstart.sh GARNER - the main job on the documents that ship with garner: a folder, an index, three questions.
set -euo pipefail
cd "$(dirname "$0")/../.."
garner=$1
index=build/knowledge-base

rm -rf "$index"
echo "Reading pipelines/documents, cutting it into chunks, embedding them, building $index:"
echo "  garner ingest pipelines/documents | garner chunk --strategy markdown | garner embed | garner index $index"
"$garner" ingest pipelines/documents | "$garner" chunk --strategy markdown | "$garner" embed | "$garner" index "$index"
"$garner" info "$index" | sed -n 1,12p
for question in 'how do I rotate the code of the key safe?' 'what is the fee for a late return?' \
    'why did the fuse of the workbench blow?'; do
    printf '\nQ: %s\n' "$question"
    COLUMNS=100 "$garner" query "$index" "$question" --top-k 1 --format table
done
printf 'The index is in %s. Ask it yourself:\n  %s query %s %s\n' "$index" "$garner" "$index" "'who may borrow the chainsaw?'"
