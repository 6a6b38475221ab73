load ../support/setup

digest() {
    garner info --digest --format json "$1" | jq -r .digest
}

# ids DIR: what is in it, by a query that every note answers.
ids() {
    garner query "$1" --mode lexical -k 100 "tea water coffee straw lemon" | jq -r .id | sort | paste -sd' '
}

# vectors N [MODEL]: two records with N dimensions.
vectors() {
    for id in v1 v2; do
        jq -nc --arg id "$id" --argjson n "$1" --arg model "${2:-test:model:$1}" \
            '{id: $id, text: "tea \($id)", embedding: [range($n) | . + 1.5], embedding_model: $model}'
    done
}

@test "index: makes an index silently, and the same records again change nothing" {
    run --separate-stderr garner index kb "$FIXTURES/notes.jsonl"
    [ "$status" -eq 0 ]
    [ -z "$output$stderr" ]
    [ "$(ids kb)" = "coffee.md#0 mate tea.md#0 tea.md#1" ]
    before=$(digest kb)
    run --separate-stderr garner index -v kb < "$FIXTURES/notes.jsonl"
    [ "$stderr" = "garner index: 'kb': 0 documents added, 3 replaced, 0 deleted; 4 rows now" ]
    [ "$(digest kb)" = "$before" ]
    garner verify kb
    [ -z "$(find kb -name '*.tmp*')" ]
}

@test "index: the same bytes for any --jobs" {
    for jobs in 1 2 7; do
        garner index -j "$jobs" "kb$jobs" "$FIXTURES/notes.jsonl"
        diff -r kb1 "kb$jobs"
    done
}

@test "index: a new version of a document replaces all of its chunks" {
    garner index kb "$FIXTURES/notes.jsonl"
    echo '{"id":"tea.md#0","text":"Tea with lemon.","metadata":{"document_id":"tea.md"}}' | garner index kb
    [ "$(ids kb)" = "coffee.md#0 mate tea.md#0" ]
    garner query kb lemon | jq -e '.text == "Tea with lemon."'
}

@test "index: a tombstone removes its document in the same commit as what follows" {
    garner index kb "$FIXTURES/notes.jsonl"
    printf '%s\n' '{"id":"tea.md","deleted":true}' '{"id":"x","text":"lemon tea"}' '{"id":"mate","deleted":true}' |
        garner index kb
    [ "$(ids kb)" = "coffee.md#0 x" ]
}

@test "index: --delete takes documents and records, warns of unknown ids, and reads no stream" {
    garner index kb "$FIXTURES/notes.jsonl"
    run --separate-stderr garner index kb --delete tea.md#1 --delete nobody --delete mate
    [ "$status" -eq 0 ]
    [ "$stderr" = "garner index: warning: --delete: there is no document or record 'nobody'" ]
    [ "$(ids kb)" = "coffee.md#0 tea.md#0" ]
    garner index kb --compact
    [ "$(garner info --format json kb | jq -c '[.rows, .rows_dead, .segments]')" = "[2,0,1]" ]
    [ "$(find kb -type f | wc -l)" -eq 3 ]
    ! grep -rq Mate kb
}

@test "index: a stream that breaks off commits nothing, or whole documents with --commit-every" {
    garner index kb "$FIXTURES/notes.jsonl"
    before=$(digest kb)
    { echo '{"id":"n#0","text":"lemon","metadata":{"document_id":"n"}}'
      echo '{"id":"o#0","text":"lemon","metadata":{"document_id":"o"}}'
      echo '{"garner":{"error":{"message":"boom"}}}'; } > broken.jsonl
    run -65 --separate-stderr garner index kb broken.jsonl
    [ "$(digest kb)" = "$before" ]
    run -65 --separate-stderr garner index -j 1 kb --commit-every 1 broken.jsonl
    [ "$(ids kb)" = "coffee.md#0 mate n#0 tea.md#0 tea.md#1" ]
    run -65 --separate-stderr garner index --sealed kb "$FIXTURES/notes.jsonl"
    [ "$(ids kb)" = "coffee.md#0 mate n#0 tea.md#0 tea.md#1" ]
}

@test "index: faulty records are rejected, and with --on-error skip the rest is indexed" {
    { head -1 "$FIXTURES/notes.jsonl"; echo '{"text":"no id"}'; echo '{"id":"e"}'; echo '{"id":"","text":"x"}'; echo '{"id":[1],"text":"x"}'
      echo '{"id":7,"text":"water"}'; } > mixed.jsonl
    run -65 --separate-stderr garner index kb mixed.jsonl
    [ "$stderr" = "garner index: mixed.jsonl:2: field 'id' is missing" ]
    [ ! -e kb/manifest ]
    run -2 --separate-stderr garner index kb --on-error skip --rejects rejects.jsonl mixed.jsonl
    [ "$(ids kb)" = "7 tea.md#0" ]
    [ "$(jq -r '"\(.line) \(.code) \(.field)"' rejects.jsonl | paste -sd,)" = \
        "2 E_FIELD_MISSING id,3 E_FIELD_MISSING text,4 E_FIELD_VALUE id,5 E_FIELD_TYPE id" ]
}

@test "index: another model, another dimension, no vector, other settings are refused" {
    vectors 4 | garner index kb
    before=$(digest kb)
    run -78 --separate-stderr garner index kb < <(vectors 5)
    [ "$stderr" = "garner index: stdin:1: a vector of 5 dimensions by model 'test:model:5', the index holds 4 dimensions by 'test:model:4'" ]
    run -78 --separate-stderr garner index kb < <(vectors 4 other:model:4)
    [ "$stderr" = "garner index: stdin:1: vectors of model 'other:model:4', the index holds those of 'test:model:4'" ]
    run -65 --separate-stderr garner index kb "$FIXTURES/notes.jsonl"
    [ "$stderr" = "garner index: $FIXTURES/notes.jsonl:1: field 'embedding' is missing, the index holds vectors of model 'test:model:4'" ]
    run -78 --separate-stderr garner index kb --language german < <(vectors 4)
    [ "$stderr" = "garner index: kb: the index was made with language 'english', not 'german'" ]
    run -65 --separate-stderr garner index kb <<< '{"id":"z","text":"t","embedding":[0,0,0,0],"embedding_model":"test:model:4"}'
    [ "$stderr" = "garner index: stdin:1: field 'embedding' is a zero vector, which has no direction" ]
    [ "$(digest kb)" = "$before" ]
}

@test "index: --dry-run and usage errors leave no folder behind" {
    garner index --dry-run kb "$FIXTURES/notes.jsonl"
    [ ! -e kb ]
    run -64 --separate-stderr garner index kb --language klingon "$FIXTURES/notes.jsonl"
    run -64 --separate-stderr garner index kb --commit-every soon "$FIXTURES/notes.jsonl"
    [ "${stderr_lines[0]}" = "garner index: --commit-every: 'soon' is neither a number of records nor a time such as 30s" ]
    [ ! -e kb ]
    mkdir letters && echo hello > letters/letter.txt
    run -73 --separate-stderr garner index letters "$FIXTURES/notes.jsonl"
    [ "$stderr" = "garner index: 'letters' is no index and holds other files ('letter.txt'); give a folder of its own" ]
}

@test "index: a held lock is exit 75 and changes nothing" {
    garner index kb "$FIXTURES/notes.jsonl"
    before=$(digest kb)
    run -75 flock kb/lock garner index kb --wait 0 --delete mate
    [ "$(digest kb)" = "$before" ]
}

@test "index: a stored record is the line as it came, but for its vector" {
    printf '%s\n' '{ "id" : "a", "embedding":[1,2], "big": 9007199254740993, "x":"\u00e9" ,"embedding_model":"m:m:2", "text": "tea" }' | garner index kb
    garner query kb --mode lexical tea | grep -qF '{ "id" : "a", "big": 9007199254740993, "x":"\u00e9", "text": "tea"'
}

@test "index: a sample of format 1 stays readable" {
    [ "$(digest "$FIXTURES/format-1")" = "$(cat "$FIXTURES/format-1.digest")" ]
    garner verify "$FIXTURES/format-1"
    cp -r "$FIXTURES/format-1" kb
    garner index kb --compact
    [ "$(digest kb)" = "$(cat "$FIXTURES/format-1.digest")" ]
}
