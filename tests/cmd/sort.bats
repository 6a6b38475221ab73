load ../support/setup

DELETED='{"id":"gone","deleted":true}'

# order OPTION...: the values of n after sorting
order() {
    garner sort "$@" | jq -c .n | xargs
}

@test "sort: numbers by exact value, types apart, missing last, equal ones in their order" {
    printf '%s\n' '{"n":1,"k":9007199254740993}' '{"n":2}' '{"n":3,"k":9007199254740992}' '{"n":4,"k":"b"}' '{"n":5,"k":null}' \
        '{"n":6,"k":"B"}' '{"n":7,"k":-1e3}' '{"n":8,"k":9007199254740992.0}' > in.jsonl
    [ "$(order --by k in.jsonl)" = "5 7 3 8 1 6 4 2" ]
    [ "$(order --by=-k in.jsonl)" = "4 6 1 3 8 7 5 2" ]
    [ "$(order --by k --reverse in.jsonl)" = "4 6 1 3 8 7 5 2" ]
}

@test "sort: several keys; records leave byte for byte, tombstones first" {
    printf '%s\n' '{"m":{"y":2},"n":1.0}' '{"m":{"y":1}, "n":2}' "$DELETED" '{"m":{"y":2},"n":3e0}' > in.jsonl
    garner sort --by m.y --by=-n in.jsonl > out.jsonl
    printf '%s\n' "$DELETED" '{"m":{"y":1}, "n":2}' '{"m":{"y":2},"n":3e0}' '{"m":{"y":2},"n":1.0}' | diff - out.jsonl
}

@test "sort, shuffle, sample: the same bytes for any --memory and --jobs, and what is given is what comes" {
    for i in {1..12000}; do echo "{\"n\":$((i * 7919 % 5003)),\"pad\":\"$i ...........................................................................................................................\"}"; done > in.jsonl
    for tool in "sort --by n" "shuffle" "sample --count 9000"; do
        garner $tool in.jsonl > one
        garner $tool --memory 1M -j 3 --summary figures.json in.jsonl > two
        cmp one two
    done
    garner shuffle in.jsonl | LC_ALL=C sort > shuffled
    LC_ALL=C sort in.jsonl | cmp - shuffled
    garner sort --by n --memory 1M --summary figures.json in.jsonl > out
    jq -e '.tools[0].spilled_bytes > 1000000' figures.json || jq -e '[.. | .spilled_bytes? // empty] | add > 1000000' figures.json
}

@test "sort: what is no record is a reject, a path that is none a usage error" {
    run -2 --separate-stderr garner sort --by n --rejects bad.jsonl <<< $'{"n":2}\nnonsense\n{"n":1,"n":2}\n{"n":1}'
    [ "$output" = $'{"n":1}\n{"n":2}' ]
    [ "$(jq -r .code bad.jsonl | xargs)" = "E_JSON_SYNTAX E_JSON_DUPKEY" ]
    run -64 --separate-stderr garner sort --by 'a['
    [ "${stderr_lines[0]}" = "garner sort: --by, column 3: path 'a[': expected a number, * or a key in quotes after '['" ]
    run -64 --separate-stderr garner sort
    [ "${stderr_lines[0]}" = "garner sort: --by is required" ]
}
