load ../support/setup

DELETED='{"id":"gone","deleted":true}'

notes() {
    cat <<'END'
{"id":"a","text":"Mail ann@tea.org or call +1 415 555 2671.","n":1.0}
{"id":"b","text":"Tea, 1.2.3 and 256.1.1.1."}
{"id":"gone","deleted":true}
{"messages":[{"role":"user","content":"It is \u00e9 4111 1111 1111 1111 \ud83c\udf75"},{"role":"assistant","content":[{"type":"text","text":"no"},{"type":"text","text":"bob@tea.org\n"}]}]}
END
}

@test "redact: finds are masked in place, the same for any --jobs, all other bytes stay" {
    notes > notes.jsonl
    cat > wanted <<'END'
{"id":"a","text":"Mail [EMAIL] or call [PHONE].","n":1.0}
{"id":"b","text":"Tea, 1.2.3 and 256.1.1.1."}
{"id":"gone","deleted":true}
{"messages":[{"role":"user","content":"It is \u00e9 [CREDIT_CARD] \ud83c\udf75"},{"role":"assistant","content":[{"type":"text","text":"no"},{"type":"text","text":"[EMAIL]\n"}]}]}
END
    for jobs in 1 4; do
        garner redact -j $jobs notes.jsonl | diff wanted -
    done
}

@test "redact: tag leaves the text and names kind, place in characters and path" {
    notes > notes.jsonl
    garner redact --action tag notes.jsonl > tagged.jsonl
    [ "$(jq -c 'select(.id == "a").metadata.redactions' tagged.jsonl)" = '[{"kind":"email","start":5,"end":16,"path":"text"},{"kind":"phone","start":25,"end":40,"path":"text"}]' ]
    [ "$(jq -c 'select(.messages).metadata.redactions' tagged.jsonl)" = '[{"kind":"credit-card","start":8,"end":27,"path":"messages[0].content"},{"kind":"email","start":0,"end":11,"path":"messages[1].content[1].text"}]' ]
    [ "$(sed -n 2p tagged.jsonl)" = '{"id":"b","text":"Tea, 1.2.3 and 256.1.1.1."}' ]
    run -0 garner redact --action tag --into pii --field body <<< '{"body":"x@y.org","text":"z@y.org"}'
    [ "$output" = '{"body":"x@y.org","text":"z@y.org","pii":[{"kind":"email","start":0,"end":7,"path":"body"}]}' ]
}

@test "redact: drop takes records out and says which kind stands where, without the value" {
    notes > notes.jsonl
    garner redact --action drop --dropped dropped.jsonl notes.jsonl > kept.jsonl
    [ "$(wc -l < kept.jsonl)" = 2 ]
    [ "$(jq -r '[.code, .field, .reason] | join("|")' dropped.jsonl)" = "email|text|holds email at character 5
credit-card|messages[0].content|holds credit-card at character 8" ]
}

@test "redact: a pseudonym is the same for the same value under one key, and not under another" {
    echo "0123456789abcdef" > key
    echo "another key of 16 bytes" > other
    echo '{"text":"Ann@tea.org, ann@tea.org, bob@tea.org 4111 1111 1111 1111 4111111111111111"}' > in.jsonl
    garner redact --action pseudonym --pseudonym-key-file key in.jsonl > out.jsonl
    grep -qE '^\{"text":"(person[0-9a-f]{12}@example.invalid), \1, person[0-9a-f]{12}@example.invalid 0000 ([0-9]{4}) ([0-9]{4}) ([0-9]{4}) 0000\2\3\4"\}$' out.jsonl
    garner redact --action pseudonym --pseudonym-key-file key in.jsonl | cmp - out.jsonl
    ! garner redact --action pseudonym --pseudonym-key-file other in.jsonl | cmp -s - out.jsonl
    run -0 garner redact --action hash --pseudonym-key-file key <<< '{"text":"ann@tea.org"}'
    [[ "$output" =~ ^\{\"text\":\"\[EMAIL:[0-9a-f]{12}\]\"\}$ ]]
}

@test "redact: hash and pseudonym need a key of 16 bytes" {
    run -64 --separate-stderr garner redact --action hash < /dev/null
    [ "${stderr_lines[0]}" = "garner redact: --action: 'hash' needs --pseudonym-key-file" ]
    echo short > key
    run -78 --separate-stderr garner redact --action hash --pseudonym-key-file key < /dev/null
    [ "${stderr_lines[0]}" = "garner redact: --pseudonym-key-file: 'key' has 5 bytes, expected at least 16" ]
}

@test "redact: kinds are chosen by name and group, and one can be left out" {
    echo '{"text":"ann@tea.org 10.0.0.1 https://u:pw1@tea.org"}' > in.jsonl
    [ "$(garner redact --kind email in.jsonl)" = '{"text":"[EMAIL] 10.0.0.1 https://u:pw1@tea.org"}' ]
    [ "$(garner redact --kind network,secrets in.jsonl)" = '{"text":"ann@tea.org [IPV4] https://[URL_CREDENTIALS]@tea.org"}' ]
    [ "$(garner redact --kind=all,-email in.jsonl)" = '{"text":"ann@tea.org [IPV4] https://[URL_CREDENTIALS]@tea.org"}' ]
    [ "$(garner redact --kind=-email --addresses public in.jsonl)" = '{"text":"ann@tea.org 10.0.0.1 https://[URL_CREDENTIALS]@tea.org"}' ]
    run -64 --separate-stderr garner redact --kind emial in.jsonl
    [ "${stderr_lines[0]}" = "garner redact: --kind: there is no kind 'emial', nearest is 'email'" ]
}

@test "redact: own patterns and lists are kinds of their own" {
    printf 'ticket: "\\\\bT-\\\\d{4}\\\\b"\n' > own.yaml
    printf '# people\nAnn Lee\n12 High Street, London\n' > names
    echo '{"text":"ann  lee, 12 High Street,London: T-1234 T-12345 Annlee"}' > in.jsonl
    run -0 garner redact --patterns own.yaml --list person=names in.jsonl
    [ "$output" = '{"text":"[PERSON], [PERSON]: [TICKET] T-12345 Annlee"}' ]
    printf 'a: x\nb: "("\n' > bad.yaml
    run -78 --separate-stderr garner redact --patterns bad.yaml in.jsonl
    [[ "${stderr_lines[0]}" = "garner redact: bad.yaml:2: pattern, column "* ]]
    run -64 --separate-stderr garner redact --list names in.jsonl
    [ "${stderr_lines[0]}" = "garner redact: --list: 'names' has no '=', expected KIND=FILE" ]
}

@test "redact: the summary and -v count finds by kind" {
    notes > notes.jsonl
    run -0 --separate-stderr garner redact -v --summary sum.json -o out.jsonl notes.jsonl
    [[ "$stderr" == *"garner redact: 4 finds in 2 records: email 2, phone 1, credit-card 1"* ]]
    [ "$(jq -c '.steps[0] | [.kinds, .finds, .records_with_finds]' sum.json)" = '[{"email":2,"phone":1,"credit-card":1},4,2]' ]
}

@test "redact: a record without text, or that is no JSON, is a reject" {
    run -2 --separate-stderr garner redact --rejects bad.jsonl <<< $'{"title":"x"}\n{"text":7}\nno\n{"text":"x@y.org"}'
    [ "$output" = '{"text":"[EMAIL]"}' ]
    [ "$(jq -r .code bad.jsonl | xargs)" = "E_FIELD_MISSING E_FIELD_TYPE E_JSON_SYNTAX" ]
}
