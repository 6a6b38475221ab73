load ../support/setup

note='{"id":"a","text":"Tea."}'

@test "verify: whole files and indexes are named as such" {
    echo "$note" | garner index kb
    { echo "$note"; echo '{"garner":{"end":{"records":1}}}'; } > sealed.jsonl
    run --separate-stderr garner verify kb kb/segment-00000001.seg sealed.jsonl
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$output" = "kb: whole (index, 1 rows)
kb/segment-00000001.seg: whole (segment, 1 rows)
sealed.jsonl: whole (records, 1 records)" ]
    garner verify --sealed sealed.jsonl
    [ "$(garner verify --format json kb)" = '{"path":"kb","kind":"index","whole":true,"faults":0,"records":1}' ]
}

@test "verify: damage is named with section and byte, exit 65" {
    echo "$note" | garner index kb
    offset=$(($(stat -c %s kb/segment-00000001.seg) - 5))
    printf '\377' | dd of=kb/segment-00000001.seg bs=1 seek=$offset conv=notrunc status=none
    run -65 --separate-stderr garner verify kb
    [ "$output" = "kb: 1 fault" ]
    [[ "$stderr" == "garner verify: kb/segment-00000001.seg: damaged in section 'lexical' at byte "* ]]
    truncate -s 100 kb/segment-00000001.seg
    run -65 --separate-stderr garner verify kb
    [ "$stderr" = "garner verify: kb/segment-00000001.seg: has 100 bytes, expected at least 4096: cut short" ]
    rm kb/segment-00000001.seg
    run -65 --separate-stderr garner query kb tea
    run -65 garner verify kb
    run -66 garner verify nothing
}

@test "verify: a broken line, a failed writer and a missing seal are told" {
    printf '%s\n{"id":\n' "$note" > broken.jsonl
    run -65 --separate-stderr garner verify broken.jsonl
    [[ "$stderr" == "garner verify: broken.jsonl:2:"* ]]
    printf '%s\n{"garner":{"error":{}}}\n' "$note" > failed.jsonl
    run -65 --separate-stderr garner verify failed.jsonl
    [ "$stderr" = "garner verify: failed.jsonl:2: the stream ends with the failure of its writer" ]
    echo "$note" > open.jsonl
    garner verify open.jsonl
    run -65 --separate-stderr garner verify --sealed open.jsonl
    [ "$stderr" = "garner verify: open.jsonl: it ends without a seal: its writer did not finish" ]
}
