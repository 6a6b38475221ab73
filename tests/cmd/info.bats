load ../support/setup

@test "info: an index with its rows, settings and columns" {
    garner index kb "$BATS_TEST_DIRNAME/index/notes.jsonl"
    run --separate-stderr garner info --format json kb
    [ -z "$stderr" ]
    jq -e '.kind == "index" and .rows == 4 and .documents == 3 and .segments == 1 and .language == "english"
           and .columns["metadata.year"] == "integer, number" and .columns["metadata.tags"] == "array"' <<< "$output"
    garner info kb | grep -qx 'fields               title, text'
    garner index kb --delete tea.md
    [ "$(garner info --format json kb | jq -c '[.rows, .documents, .rows_dead]')" = "[2,2,2]" ]
}

@test "info: a file of records with its forms and fields" {
    { cat "$BATS_TEST_DIRNAME/index/notes.jsonl"; echo '{"id":"x","deleted":true}'; echo '{"messages":[]}'; echo '{"garner":{"end":{"records":6}}}'; } |
        gzip > notes.jsonl.gz
    run --separate-stderr garner info --format json notes.jsonl.gz
    jq -e '.kind == "records" and .compression == "gzip" and .records == 5 and .chunks == 3 and .documents == 1
           and .chats == 1 and .tombstones == 1 and .sealed and .fields["metadata.year"] == "3 x number"' <<< "$output"
}

@test "info: what is neither is exit 1, what is not there 66" {
    echo 'hello world' > letter.txt
    run -1 garner info letter.txt
    run -66 --separate-stderr garner info nothing
    mkdir empty
    run -66 --separate-stderr garner info empty
    [ "$stderr" = "garner info: 'empty' is no index: it has no manifest" ]
}
