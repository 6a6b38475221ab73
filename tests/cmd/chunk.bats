load ../support/setup

# show FILE: each chunk as CHUNK START-END "text" [headings], one a line.
show() {
    jq -c '[.metadata.chunk, .metadata.start, .metadata.end, .text] + (if .metadata.headings then [.metadata.headings] else [] end)' "$1"
}

# rejoins DOCUMENTS CHUNKS: every chunk is text[start:end] of its document, code point by code point.
rejoins() {
    jq -s -e --slurpfile documents "$1" '
        ($documents | map({key: .id, value: (.text | explode)}) | from_entries) as $texts
        | all(.[]; (.text | explode) == $texts[.metadata.document_id][.metadata.start:.metadata.end])' "$2" > /dev/null
}

@test "chunk: hard texts are cut at the same places as ever" {
    garner chunk --unit chars --size 12 --overlap 4 "$FIXTURES/texts.jsonl" > chunks.jsonl
    show chunks.jsonl > shown
    assert_golden shown texts.expected
    rejoins "$FIXTURES/texts.jsonl" chunks.jsonl
}

@test "chunk: sections, code and tables of Markdown" {
    garner chunk --size 30 --overlap 5 "$FIXTURES/markdown.jsonl" > recursive.jsonl
    garner chunk --strategy markdown --size 30 "$FIXTURES/markdown.jsonl" > markdown.jsonl
    garner chunk --strategy sentence --unit words --size 8 --overlap 0 "$FIXTURES/markdown.jsonl" > sentence.jsonl
    for strategy in recursive markdown sentence; do
        show $strategy.jsonl > shown
        assert_golden shown markdown-$strategy.expected
        rejoins "$FIXTURES/markdown.jsonl" $strategy.jsonl
    done
}

@test "chunk: --headings decides, not the mime type" {
    [ "$(garner chunk --headings never "$FIXTURES/markdown.jsonl" | jq -c 'select(.metadata.headings)' | wc -l)" -eq 0 ]
    jq -c 'del(.metadata)' "$FIXTURES/markdown.jsonl" > plain.jsonl
    [ "$(garner chunk plain.jsonl | jq -c 'select(.metadata.headings)' | wc -l)" -eq 0 ]
    [ "$(garner chunk --headings always plain.jsonl | jq -c '[.id, .metadata.headings]' | tail -1)" = '["page.html#0",["Page"]]' ]
}

@test "chunk: all other bytes of a record stay, values of ours are replaced in place" {
    garner chunk --overlap 0 > found <<'END'
{"n":9007199254740993, "text" : "One." ,"id":"a\u00e4","metadata":{ "x":1e400 },"z":[1 , 2]}
{"id":7,"text":"Two.","metadata":null}
{"text":"Three.","_id":"b","title":"T","metadata":{"chunk":9,"end":"?","headings":["H"],"a":{}}}
{"id":"d","deleted":true}
{"metadata":{},"id":"e","text":"a\u0000\"\\\/\n\u00e9"}
END
    cat > expected <<'END'
{"n":9007199254740993, "text" : "One." ,"id":"a\u00e4#0","metadata":{ "x":1e400 ,"document_id":"a\u00e4","chunk":0,"start":0,"end":4},"z":[1 , 2]}
{"id":"7#0","text":"Two.","metadata":{"document_id":"7","chunk":0,"start":0,"end":4}}
{"text":"Three.","_id":"b","title":"T","metadata":{"chunk":0,"end":6,"headings":["H"],"a":{},"document_id":"b","start":0},"id":"b#0"}
{"id":"d","deleted":true}
{"metadata":{"document_id":"e","chunk":0,"start":0,"end":7},"id":"e#0","text":"a\u0000\"\\/\né"}
END
    diff expected found
}

@test "chunk: a record without any id is known by the hash of its line" {
    garner chunk <<< '{"text":"x"}' > found
    jq -e '.id == .metadata.document_id + "#0" and (.metadata.document_id | test("^[0-9a-f]{32}$"))' found
    [ "$(garner chunk <<< '{"text":"x"}')" = "$(cat found)" ]
}

@test "chunk: the text may lie deeper, and pages are told" {
    run garner chunk --field 'body.parts[1]' --strategy page <<< '{"id":"a","body":{"parts":[1,"p q\fr"]},"metadata":{"pages":[0,4],"k":1}}'
    [ "${lines[0]}" = '{"id":"a#0","body":{"parts":[1,"p q"]},"metadata":{"page":1,"k":1,"document_id":"a","chunk":0,"start":0,"end":3}}' ]
    [ "${lines[1]}" = '{"id":"a#1","body":{"parts":[1,"r"]},"metadata":{"page":2,"k":1,"document_id":"a","chunk":1,"start":4,"end":5}}' ]
}

@test "chunk: a record without text is dropped and counted" {
    garner chunk --dropped dropped --summary summary > found <<'END'
{"id":"a","text":""}
{"id":"b","text":" \n\u3000"}
{"id":"c","text":"x"}
END
    [ "$(jq -r .id found)" = "c#0" ]
    [ "$(jq -c '[.code, .line, .field, .reason, .record.id]' dropped)" = '["empty_text",1,"text","the text is empty","a"]
["empty_text",2,"text","the text is only white space","b"]' ]
    jq -e '.in == 3 and .dropped == 2 and .rejected == 0' summary
}

@test "chunk: a record that cannot be cut is rejected with field and place" {
    printf '%s\n' '{"id":"a"}' '{"id":"b","text":5}' '{"id":[],"text":"x"}' '{"id":"c","text":"x","text":"y"}' \
        '{"id":"e","text":"x","metadata":"m"}' '{"id":"f","text":"good"}' > in.jsonl
    run -2 --separate-stderr garner chunk --rejects rejects in.jsonl
    [ "$(jq -r .id <<< "$output")" = "f#0" ]
    [ "$(jq -r '"\(.line) \(.code) \(.field) \(.reason)"' rejects)" = "1 E_FIELD_MISSING text field 'text' is missing
2 E_FIELD_TYPE text field 'text' is a number, expected a string
3 E_FIELD_TYPE id field 'id' is an array, expected a string or a number
4 E_JSON_DUPKEY text field 'text' stands twice
5 E_FIELD_TYPE metadata field 'metadata' is a string, expected an object" ]
    run -65 --separate-stderr garner chunk <<< '{"id":"d","text":"a\ud800"}'
    [ "$stderr" = "garner chunk: stdin:1: field 'text' holds half a surrogate pair" ]
    run -65 --separate-stderr garner chunk in.jsonl
    [ "$stderr" = "garner chunk: in.jsonl:1: field 'text' is missing" ]
}

@test "chunk: options that cannot be are usage errors and write nothing" {
    refuses() {
        local message=$1
        shift
        run -64 --separate-stderr garner chunk "$@" /dev/null
        [ -z "$output" ]
        [ "${stderr_lines[0]}" = "garner chunk: $message" ] || { echo "$stderr"; return 1; }
    }
    refuses "--overlap: 5 must be below --size 5" --size=5 --overlap=5
    refuses "--overlap: 'x' is not a number of units or a share from 0% to 99%" --overlap x
    refuses "--overlap: '100%' is not a number of units or a share from 0% to 99%" --overlap 100%
    refuses "--strategy regex: needs --separator" --strategy regex
    refuses "--separator: needs --strategy regex" --separator x
    refuses "--tokenizer: there is no 'o200k_estimate', nearest is 'o200k-estimate'" --tokenizer o200k_estimate
}

@test "chunk: the bytes do not depend on --jobs or on the CPU" {
    for i in {1..300}; do sed "s/\"id\":\"/&$i-/" "$FIXTURES/texts.jsonl" "$FIXTURES/markdown.jsonl"; done > many.jsonl
    garner chunk --size 20 -j 1 many.jsonl > one
    garner chunk --size 20 -j 4 many.jsonl | cmp - one
    GARNER_CPU=scalar garner chunk --size 20 many.jsonl | cmp - one
}

@test "chunk: the pieces of a hierarchy carry their parent, and are cut again into others" {
    printf '{"id":"a","text":"One \\"two\\". Three four. Five six. Seven. Eight nine ten."}\n' > in
    garner chunk --strategy hierarchical --unit words --parent-size 8 --size 4 --overlap 1 in > found
    run jq -c '[.id, .text] + (.metadata | [.start, .end, .parent_id, .parent_start, .parent_end, .parent_text])' found
    [ "${lines[0]}" = '["a#0","One \"two\". Three four.",0,22,"a#p0",0,39,"One \"two\". Three four. Five six. Seven."]' ]
    [ "${lines[1]}" = '["a#1","four. Five six. Seven.",17,39,"a#p0",0,39,"One \"two\". Three four. Five six. Seven."]' ]
    [ "${lines[2]}" = '["a#2","Seven. Eight nine ten.",33,55,"a#p1",33,55,"Seven. Eight nine ten."]' ]
    [ "${#lines[@]}" -eq 3 ]
    # Members that stand there are replaced in their places; other strategies leave them.
    garner chunk --strategy hierarchical found | sed -n 3p > again
    [ "$(cat again)" = '{"id":"a#2#0","text":"Seven. Eight nine ten.","metadata":{"document_id":"a#2","chunk":0,"start":0,"end":22,"parent_id":"a#2#p0","parent_start":0,"parent_end":22,"parent_text":"Seven. Eight nine ten."}}' ]
    garner chunk found | sed -n 3p | grep -qF '"parent_id":"a#p1","parent_start":33,"parent_end":55,"parent_text":"Seven. Eight nine ten."'
}

subjects() {
    printf '{"id":"%s","text":"Boil water. Boil the water well. Water boils hot. Cats sleep all day. A cat sleeps at night. Cats and cats."}\n' "$@"
}

@test "chunk: semantic cuts where neighbouring sentences are least alike" {
    subjects a b > in
    printf '{"id":"c","text":"One sentence."}\n{"id":"d","deleted":true}\n' >> in
    garner chunk --strategy semantic --breakpoint 80 in > found
    run jq -c '[.id, .text, .metadata.start]' found
    [ "${lines[0]}" = '["a#0","Boil water. Boil the water well. Water boils hot.",0]' ]
    [ "${lines[1]}" = '["a#1","Cats sleep all day. A cat sleeps at night. Cats and cats.",50]' ]
    [ "${lines[2]}${lines[3]}" = "$(sed 's/"a#/"b#/g' <<< "${lines[0]}${lines[1]}")" ]
    [ "${lines[4]}" = '["c#0","One sentence.",0]' ]
    [ "${#lines[@]}" -eq 6 ]
    # Vectors of a program: the number of letters o and 1, so the break lies where sentences stop to have any.
    program='jq -c --unbuffered "{id, embedding: [([.text | match(\"o\"; \"g\")] | length), 1]}"'
    garner chunk --strategy semantic --command "$program" <<< '{"id":"o","text":"No no no. Oh no, no. So so so. Bit by bit. It is it."}' > found
    [ "$(jq -r .text found)" = "No no no. Oh no, no. So so so."$'\n'"Bit by bit. It is it." ]
    # What is still too long is cut again.
    [ "$(subjects a | garner chunk --strategy semantic --breakpoint 80 --unit words --size 5 --overlap 0 | wc -l)" -eq 6 ]
}

@test "chunk: semantic rejects a document whose sentence the model refuses" {
    program='jq -c --unbuffered "if (.text | contains(\"bad\")) then {id, error: \"no bad words\"} else {id, embedding: [1, 1]} end"'
    printf '{"id":"a","text":"Good one. A bad one. Good."}\n{"id":"b","text":"Fine. Good."}\n' > in
    run -2 --separate-stderr garner chunk --strategy semantic --command "$program" --rejects rejects in
    [ "$(jq -r .id <<< "$output")" = "b#0" ]
    [ "$(jq -c '[.line, .field, .record.id]' rejects)" = '[1,"text","a"]' ]
}

@test "chunk: presets set strategy, sizes and overlap, and other options still count" {
    subjects a > in
    for pair in bedrock-default='--strategy sentence --overlap 0' bedrock-fixed='--strategy fixed' bedrock-none='--strategy none' \
        bedrock-hierarchical='--strategy hierarchical --parent-size 1500 --overlap 60' \
        bedrock-semantic='--strategy semantic --breakpoint 95 --overlap 0'; do
        garner chunk --preset "${pair%%=*}" in > one
        # shellcheck disable=SC2086
        garner chunk --size 300 ${pair#*=} in > two
        cmp one two
    done
    [ "$(garner chunk --preset bedrock-hierarchical --unit words --size 6 --overlap 0 --parent-size 12 in | jq -r .metadata.parent_id | paste -sd ' ')" = "a#p0 a#p0 a#p1 a#p1 a#p1" ]
}

@test "chunk: options of another strategy are refused" {
    for pair in '--breakpoint 90=--breakpoint: needs --strategy semantic' '--buffer 1=--buffer: needs --strategy semantic' \
        '--url http://127.0.0.1:1=a model: needs --strategy semantic' '--parent-size 9=--parent-size: needs --strategy hierarchical' \
        '--strategy hierarchical --parent-size 299=--parent-size: 299 must be at least --size 300'; do
        # shellcheck disable=SC2086
        run -64 --separate-stderr garner chunk ${pair%%=*} /dev/null
        [ "${stderr_lines[0]}" = "garner chunk: ${pair#*=}" ]
    done
}
