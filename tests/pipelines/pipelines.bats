# pipelines.bats - every file of pipelines/ checks, runs on the documents that ship, and gives what its shell form gives.
load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    ln -s "$ROOT/pipelines" pipelines
    mkdir build
}

@test "pipelines: every file has no fault, needs no network to be checked, and has its test" {
    for file in pipelines/*.yaml; do
        garner run --check -q "$file"
        head -1 "$file" | grep -q "^# ${file##*/} - "
        cat "$ROOT"/tests/pipelines/*.bats | grep -q "^@test.*${file##*/}"
    done
}

@test "pipelines: knowledge-base.yaml makes an index that answers, and makes the same one again" {
    run -0 --separate-stderr garner run pipelines/knowledge-base.yaml
    [ -z "$output" ]
    [ -z "$stderr" ]
    garner query build/knowledge-base 'how do I rotate the code of the key safe?' -k 1 | jq -r .metadata.source > source
    [ "$(cat source)" = documents/handbook/keys.md ]
    garner info --digest build/knowledge-base | grep '^digest ' > first
    garner run pipelines/knowledge-base.yaml
    garner info --digest build/knowledge-base | grep '^digest ' > second
    cmp first second
    garner verify -q build/knowledge-base
}

@test "pipelines: the shell pipe that knowledge-base.yaml prints gives the same index" {
    garner run pipelines/knowledge-base.yaml --set kb=build/a
    garner run --print-shell pipelines/knowledge-base.yaml --set kb=build/b > pipe.sh
    grep -q '^garner ingest --seal pipelines/documents | garner filter --sealed --seal ' pipe.sh
    bash -o pipefail pipe.sh
    [ "$(garner info --digest build/a | grep '^digest ')" = "$(garner info --digest build/b | grep '^digest ')" ]
    garner query build/a 'late fee' > a
    garner query build/b 'late fee' > b
    cmp a b
}

@test "pipelines: corpus-to-jsonl.yaml keeps what it leaves out, with the reason" {
    garner run pipelines/corpus-to-jsonl.yaml
    garner filter true build/corpus.jsonl.zst | jq -r .id | LC_ALL=C sort > kept
    grep -q '^documents/handbook/keys.md$' kept
    jq -r .tool build/corpus.dropped.jsonl | sort -u > tools
    [ "$(cat tools)" = filter ]
    [ ! -s build/corpus.rejects.jsonl ]
}

@test "pipelines: search-quality.yaml measures, and its gate is exit 1" {
    garner run pipelines/search-quality.yaml
    [ "$(jq -c '[.queries, .ndcg_10 >= 0.7]' build/search-quality/figures.jsonl)" = '[6,true]' ]
    run -1 --separate-stderr garner run pipelines/search-quality.yaml --set least=1.01
    [[ "$stderr" == *"--require 'ndcg_10 >= 1.01' is not met"* ]]
}

@test "pipelines: nightly-knowledge-base.yaml follows its folder, and so does its shell form" {
    cp -r pipelines/documents docs
    garner run pipelines/nightly-knowledge-base.yaml --set docs=docs --set kb=kb
    rm docs/handbook/keys.md
    echo 'The key safe moved to the cellar.' > docs/handbook/safe.md
    garner run --print-shell pipelines/nightly-knowledge-base.yaml --set docs=docs --set kb=kb > pipe.sh
    grep -q -- '| garner index --sealed --acknowledge=kb.ledger kb$' pipe.sh
    cp -r kb other
    cp kb.ledger other.ledger
    garner run pipelines/nightly-knowledge-base.yaml --set docs=docs --set kb=kb
    sed 's/kb/other/g' pipe.sh > other.sh
    bash -o pipefail other.sh
    garner run pipelines/knowledge-base.yaml --set docs=docs --set kb=clean
    for name in kb other clean; do garner info --digest $name | grep '^digest '; done | uniq > digests
    [ "$(wc -l < digests)" -eq 1 ]
    [ -z "$(garner ingest --ledger=kb.ledger docs)" ]
}

@test "pipelines: passages.yaml gives each question its parents, each once" {
    garner run pipelines/passages.yaml --set keep=2
    jq -r .query build/passages/passages.jsonl | uniq -c | awk '$1 != 2 { bad = 1 } END { exit bad || NR != 6 }'
    [ "$(jq -r '.query + " " + .id' build/passages/passages.jsonl | sort | uniq -d | wc -l)" -eq 0 ]
    jq -s -e 'all(.[]; (.id | contains("#p")) and (.children | length > 0) and (.metadata | has("parent_text") | not))' build/passages/passages.jsonl > parents
    [ "$(cat parents)" = true ]
    # A parent is text[start:end] of its document.
    garner ingest pipelines/documents > documents
    jq -s -e --slurpfile documents documents '($documents | map({key: .id, value: (.text | explode)}) | from_entries) as $texts
        | all(.[]; (.text | explode) == $texts[.metadata.document_id][.metadata.start:.metadata.end])' build/passages/passages.jsonl
}

@test "pipelines: pretrain-corpus.yaml makes a whole set of shards without what is short, repeated or leaks, and so does its shell form" {
    mkdir docs
    cp -r pipelines/documents docs
    cp docs/documents/handbook/keys.md docs/again.md
    jq -c -n --arg text "$(cat docs/documents/handbook/safety.md)" '{id: "e1", question: $text}' > evaluation.jsonl
    garner run -q pipelines/pretrain-corpus.yaml --set docs=docs --set evaluations=evaluation.jsonl --set length=512 --set out=build/a
    [ "$(garner verify build/a)" = "build/a: whole (shards, $(jq .rows build/a/manifest.json) rows)" ]
    [ "$(jq '.rows > 1' build/a/manifest.json)" = true ]
    garner tokens --into n build/a/*.zst | jq -e -s 'all(.[]; .n <= 512 and keys == ["n", "text"])'
    [ "$(jq -r .record.id build/a.repeated.jsonl)" = docs/documents/handbook/keys.md ]
    [ "$(jq -r .record.id build/a.leaks.jsonl)" = docs/documents/handbook/safety.md ]
    garner run --print-shell pipelines/pretrain-corpus.yaml --set docs=docs --set evaluations=evaluation.jsonl --set length=512 --set out=build/b > pipe.sh
    bash -o pipefail pipe.sh
    cmp build/a/manifest.json build/b/manifest.json
}

@test "pipelines: ci-dataset-gate.yaml lets good rows pass, and says no to bad, repeated and leaking ones" {
    refuses() { run -1 --separate-stderr garner run -q pipelines/ci-dataset-gate.yaml --set rows="$1"; }
    garner run -q pipelines/ci-dataset-gate.yaml
    cmp build/gate.clean.jsonl pipelines/rows/train.jsonl
    cat pipelines/rows/train.jsonl pipelines/rows/test.jsonl > known.jsonl
    refuses known.jsonl
    [ "$(jq -r 'select(.code) | .code' build/gate.faults.jsonl | sort -u)" = E_LEAK_EXACT ]
    { cat pipelines/rows/train.jsonl; head -2 pipelines/rows/train.jsonl; } > twice.jsonl
    refuses twice.jsonl
    [ "$stderr" = "garner run: dedup: --require 'dropped <= 0.01 * in' is not met" ]
    jq -c '.messages[1].content |= "Please tell me once more. " + . + " I forgot."' pipelines/rows/test.jsonl | cat pipelines/rows/train.jsonl - > asked.jsonl
    refuses asked.jsonl
    [ "$stderr" = "garner run: decontaminate: --require 'dropped = 0' is not met" ]
    [ "$(jq .line build/gate.leaks.jsonl | xargs)" = '13 14 15' ]
}
