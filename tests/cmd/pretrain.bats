load ../support/setup

@test "pretrain: each profile has its key, and --keep says what stays beside it" {
    row='{"id":"a","text":"Basalt is \u0061 rock.","metadata":{"source":"x.md","n":1.0}}'
    [ "$(garner pretrain <<< "$row")" = '{"text":"Basalt is \u0061 rock."}' ]
    [ "$(garner pretrain --profile nova-cpt <<< "$row")" = '{"text":"Basalt is \u0061 rock."}' ]
    [ "$(garner pretrain --profile bedrock-cpt <<< "$row")" = '{"input":"Basalt is \u0061 rock."}' ]
    [ "$(garner pretrain --keep id,metadata.n,nothing <<< "$row")" = '{"text":"Basalt is \u0061 rock.","id":"a","n":1.0}' ]
    [ "$(garner pretrain --field metadata.source <<< "$row")" = '{"text":"x.md"}' ]
}

@test "pretrain: white space at the ends goes, --tidy also what no reader sees" {
    jq -n -c '{text: " \n a \r\nb\t\n\n\n\nc\n "}' > in
    [ "$(garner pretrain in)" = '{"text":"a \r\nb\t\n\n\n\nc"}' ]
    [ "$(garner pretrain --tidy in)" = '{"text":"a\nb\n\nc"}' ]
    [ "$(garner pretrain --no-strip in)" = '{"text":" \n a \r\nb\t\n\n\n\nc\n "}' ]
    [ "$(garner pretrain --no-strip --tidy in)" = '{"text":"\n a\nb\n\nc\n"}' ]
}

@test "pretrain: empty and short texts are dropped with the reason, long ones are split at sentences" {
    printf '%s\n' '{"text":" \n"}' '{"text":"kurz ü"}' '{"text":"Long enough to stay here."}' |
        garner pretrain --min-chars 10 --dropped dropped --summary summary > rows
    [ "$(cat rows)" = '{"text":"Long enough to stay here."}' ]
    [ "$(jq -r '.code + ": " + .reason' dropped)" = 'empty_text: the text is empty
too_short: the text has 6 characters' ]
    jq -e '.steps[0] | .rows == 1 and .characters == 25 and .plan_tokens == 5' summary
    run -0 garner pretrain --max-tokens 8 --keep id <<< '{"id":7,"text":"The tide is high at noon. Ships wait outside. It turns."}'
    [ "$output" = '{"text":"The tide is high at noon.","id":7}
{"text":"Ships wait outside. It turns.","id":7}' ]
}

@test "pretrain: --join undoes chunk, whatever the overlap" {
    garner ingest "$ROOT/pipelines/documents" > documents
    garner pretrain --keep id documents | jq -c . > wanted
    # Where a piece ends with a sentence the white space is gone; so compare words.
    garner chunk --size 60 --overlap 20 documents | garner pretrain --join --keep id > joined
    words() { jq -c '[.id, (.text | [scan("[^ \n\t]+")])]' "$1"; }
    diff <(words wanted) <(words joined)
    garner chunk --size 60 --overlap 20 documents | garner pretrain --join --keep id -j1 | cmp - joined
}

@test "pretrain: tombstones, marks and records that are no chunk keep their place" {
    printf '%s\n' '{"id":"a#0","text":"One.","metadata":{"document_id":"a"}}' '{"id":"a#1","text":"Two.","metadata":{"document_id":"a"}}' \
        '{"id":"b","deleted":true}' '{"id":"b","text":"Three."}' '{"garner":{"ledger":"x"}}' > in
    run -0 garner pretrain --join --separator ' + ' in
    [ "$output" = '{"text":"One. + Two."}
{"id":"b","deleted":true}
{"text":"Three."}
{"garner":{"ledger":"x"}}' ]
}

@test "pretrain: what is no text is a reject, and options that do not go together are refused" {
    run -65 --separate-stderr garner pretrain <<< '{"messages":[]}'
    [[ "$stderr" == *"field 'text' is missing: how a chat becomes text"* ]]
    run -2 garner pretrain -q --rejects r <<< '{"text":"\ud800"}'
    grep -q '"code":"E_JSON_SURROGATE"' r
    refuses() {
        local message=$1
        shift
        run -64 --separate-stderr garner pretrain "$@"
        [ "${stderr_lines[0]}" = "garner pretrain: $message" ] || { echo "${stderr_lines[0]}"; return 1; }
    }
    refuses "--keep: bedrock-cpt takes 'input' and no other key" --profile bedrock-cpt --keep id
    refuses "--keep: 'metadata.text' would be called as the text is" --keep metadata.text
    refuses "--separator: needs --join" --separator x
    refuses "--profile: 'openai-sft' has no rows of plain text; trl-text, nova-cpt and bedrock-cpt do" --profile openai-sft
}
