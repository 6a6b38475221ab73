load ../support/setup

TINY="$FIXTURES/tiny-cl100k.tiktoken"
DELETED='{"id":"gone","deleted":true}'

@test "tokens: one record says how many there are, the same for any --jobs" {
    printf '{"text":"the harbour"}\n{"text":"the sea 12345"}\n%s\n{"text":"bathe!"}\n' "$DELETED" > texts.jsonl
    for jobs in 1 4; do
        run -0 --separate-stderr garner tokens -j $jobs --tokenizer "$TINY" texts.jsonl
        [ "${lines[0]}" = "$DELETED" ]
        [ "${lines[1]}" = '{"tokenizer":"tiny-cl100k","records":3,"bytes":30,"tokens":12,"mean":4.0,"minimum":2,"p50":4,"p90":6,"p99":6,"maximum":6}' ]
        [ -z "$stderr" ]
    done
    run -0 garner tokens /dev/null
    [ "$output" = '{"tokenizer":"o200k-estimate","records":0,"bytes":0,"tokens":0}' ]
}

@test "tokens: ids are those of byte-pair encoding, and decode to the same text" {
    printf '{"id":1,"text":"the sea 12345"}\n{"id":2,"text":"B\\u0000é"}\n' > texts.jsonl
    garner tokens --tokenizer "$TINY" --encode texts.jsonl > ids.jsonl
    printf '%s\n' '{"id":1,"text":"the sea 12345","tokens":[257,268,32,270,52,53]}' \
        '{"id":2,"text":"B\u0000é","tokens":[66,0,195,169]}' | diff - ids.jsonl
    garner tokens --tokenizer "$TINY" --decode --into back ids.jsonl | jq -e 'select(.text != .back) | false' > differs || true
    [ ! -s differs ]
}

@test "tokens: --into counts the texts of the form found, or those of --field" {
    garner tokens --tokenizer "$TINY" --into n > found.jsonl <<'END'
{"messages":[{"role":"user","content":"the sea"},{"role":"assistant","content":[{"type":"text","text":"the harbour"}]}]}
{"prompt":"the sea","chosen":"the","rejected":null}
{"instruction":"the","input":"","output":"sea"}
{"text":"the","title":"the sea"}
END
    [ "$(jq -c .n found.jsonl | xargs)" = "4 3 2 1" ]
    run -0 garner tokens --tokenizer "$TINY" --into n --field text,title <<< '{"text":"the","title":"the sea"}'
    [ "$output" = '{"text":"the","title":"the sea","n":3}' ]
}

@test "tokens: a record without text, with another type, or with an unknown id is a reject" {
    run -65 --separate-stderr garner tokens <<< '{"title":"x"}'
    [ "$stderr" = "garner tokens: stdin:1: field 'text' is missing" ]
    run -65 --separate-stderr garner tokens <<< '{"text":7}'
    [ "$stderr" = "garner tokens: stdin:1: field 'text' is a number, expected a string" ]
    run -65 --separate-stderr garner tokens --decode --tokenizer "$TINY" <<< '{"tokens":[1,4000]}'
    [ "$stderr" = "garner tokens: stdin:1: there is no token 4000 in tiny-cl100k" ]
    run -2 --separate-stderr garner tokens --into n --rejects bad.jsonl <<< $'{"text":[]}\n{"text":"tea"}'
    [ "$output" = '{"text":"tea","n":1}' ]
    [ "$(jq -r .code bad.jsonl)" = E_FIELD_TYPE ]
}

@test "tokens: a tokenizer that is not there, no vocabulary, or only an estimate is refused" {
    run -64 --separate-stderr garner tokens --tokenizer cl100k
    [ "${stderr_lines[0]}" = "garner tokens: --tokenizer: there is no 'cl100k', nearest is 'cl100k-estimate'" ]
    run -64 --separate-stderr garner tokens --tokenizer words
    [ "${stderr_lines[0]}" = "garner tokens: --tokenizer: there is no 'words', expected 'o200k-estimate' or a .tiktoken or tokenizer.json file" ]
    run -66 --separate-stderr garner tokens --tokenizer ./none.tiktoken
    [ "$stderr" = "garner tokens: --tokenizer: './none.tiktoken' cannot be read: no such file or directory" ]
    run -64 --separate-stderr garner tokens --encode
    [ "${stderr_lines[0]}" = "garner tokens: --encode: 'o200k-estimate' only estimates counts, expected --tokenizer FILE" ]
    echo "IQ== x" > cl100k.tiktoken
    run -65 --separate-stderr garner tokens --tokenizer ./cl100k.tiktoken < /dev/null
    [ "$stderr" = "garner tokens: ./cl100k.tiktoken:1: not a line of a .tiktoken file, expected 'BASE64 RANK'" ]
}

@test "tokens: a name stands for a vocabulary in the user's folder" {
    mkdir -p data/garner/tokenizers
    cp "$TINY" data/garner/tokenizers/mine-cl100k.tiktoken
    XDG_DATA_HOME=$PWD/data run -0 garner tokens --tokenizer mine-cl100k --into n <<< '{"text":"the sea"}'
    [ "$output" = '{"text":"the sea","n":2}' ]
}

@test "chunk: with a vocabulary no piece has more tokens than --size, counted alone" {
    for text in "the harbour the sea, 12345678 bathe the harbourharbourharbour! " "theseaharbour"; do
        for _ in {1..30}; do printf '%s' "$text"; done | jq -Rs '{id: "a", text: .}' -c
    done > texts.jsonl
    for size in 3 7 20; do
        garner chunk --tokenizer "$TINY" --size $size --overlap 20% texts.jsonl | garner tokens --tokenizer "$TINY" > figures.json
        jq -e ".maximum <= $size and .p50 >= $size / 2" figures.json
    done
}
