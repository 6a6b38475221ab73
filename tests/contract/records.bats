# records.bats - what every tool that reads records owes them. No tool is named but for the operands it cannot do without.
load ../support/setup
load ../support/tools

tools() {
    garner help --json | jq -r '.tools[] | select(.reads == "records") | .name'
}

# Those that work on records; one that only shows them (view) shows the faulty ones, too, and goes on.
workers() {
    garner help --json | jq -r '.tools[] | select(.reads == "records" and (.common | index("on-error"))) | .name'
}

# expect CODE COMMAND...: out and errors hold what it wrote.
expect() {
    local wanted=$1 code=0
    shift
    "$@" > out 2> errors || code=$?
    [ "$code" = "$wanted" ] || { echo "$*: exit $code, not $wanted"; cat errors; return 1; }
}

good='{"id":"a","text":"harbour"}'

@test "records: NUL bytes and bad UTF-8 are rejects that name file and line" {
    printf '%s\n{"id":"b","text":"x\0y"}\n' "$good" > nul.jsonl
    printf '%s\n{"id":"b","text":"x\xff\xfey"}\n' "$good" > utf8.jsonl
    printf '%s\n{"id":"b","text":"\xed\xa0\x80"}\n' "$good" > surrogate.jsonl
    for tool in $(workers); do
        for file in nul utf8 surrogate; do
            expect 65 with_file "$tool" $file.jsonl
            grep -q "^garner $tool: $file.jsonl:2: " errors || { echo "$tool $file"; cat errors; return 1; }
            expect 2 with_file "$tool" $file.jsonl --on-error skip
            grep -q "^garner $tool: $file.jsonl:2: " errors || { echo "$tool $file"; cat errors; return 1; }
            expect 2 with_file "$tool" $file.jsonl --rejects rejects
            [ "$(jq -r '[.tool, .file, .line, (.code | startswith("E_")), has("record") or has("raw")] | join(" ")' rejects)" = "$tool $file.jsonl 2 true true" ] ||
                { echo "$tool $file"; cat rejects; return 1; }
            expect 2 garner view $file.jsonl
            grep -q '^--- line 2 is no record: ' out
            rm rejects
        done
    done
}

@test "records: a tombstone passes untouched" {
    printf '{ "deleted":true,"id":"gone\\u0020x" }\n%s\n' "$good" > in
    for tool in $(tools); do
        expect 0 with_file "$tool" in
        # What writes records passes it on; what shows or stores them has no fault to find.
        if garner help --json | jq -e --arg t "$tool" '.tools[] | select(.name == $t) | .writes == "records"' > found; then
            [ "$(head -1 out)" = '{ "deleted":true,"id":"gone\u0020x" }' ] || { echo "$tool"; cat out; return 1; }
            [ "$(wc -l < out)" -eq 2 ]
        fi
    done
}

@test "records: an error from upstream is passed on, exit 65, and nothing of it is committed" {
    printf '%s\n{"garner":{"error":{"tool":"ingest","code":"E_IO","message":"lost"}}}\n' "$good" > in
    for tool in $(tools); do
        code=0
        with "$tool" < in > out 2> errors || code=$?
        [ "$code" = 65 ] || { echo "$tool: exit $code"; cat errors; return 1; }
        if garner help --json | jq -e --arg t "$tool" '.tools[] | select(.name == $t) | .writes == "records"' > found; then
            [ "$(tail -1 out | jq -r '.garner.error | type')" = object ] || { echo "$tool"; cat out; return 1; }
        fi
        [ ! -e kb/manifest ]
    done
}

@test "records: nothing in is nothing out, but for a count of it, exit 0" {
    for tool in $(tools); do
        expect 0 with "$tool" < /dev/null
        [ "$tool" = stats ] || [ ! -s out ]
        [ ! -s errors ] || { echo "$tool"; cat errors; return 1; }
        printf '\n\n' > blank
        expect 0 with_file "$tool" blank
    done
}

@test "records: CRLF, a byte order mark and a last line without its end" {
    printf '%s\n{"id":"b","text":"tide"}\n' "$good" > unix
    printf '%s\r\n{"id":"b","text":"tide"}\r\n' "$good" > crlf
    printf '\xef\xbb\xbf%s\n{"id":"b","text":"tide"}' "$good" > mark
    for tool in $(tools | grep -vx stats); do # which counts the bytes, too
        expect 0 with_file "$tool" unix
        tr -d '\r' < out > wanted
        for file in crlf mark; do
            expect 0 with_file "$tool" $file
            tr -d '\r' < out | cmp wanted - || { echo "$tool $file"; return 1; }
        done
    done
}

@test "records: no JSON, no object, a cut line and one that is too deep are rejects" {
    deep=$(printf '[%.0s' $(seq 600))$(printf ']%.0s' $(seq 600))
    for bad in 'hello' '[1]' '{"id":"b","text":"cut' '{"id":"b"}}' "{\"id\":\"b\",\"text\":\"x\",\"d\":$deep}" '{"id":"b","text":"\ud800"}'; do
        printf '%s\n%s\n%s\n' "$good" "$bad" '{"id":"c","text":"tide"}' > in.jsonl
        for tool in $(workers); do
            # A lone surrogate is a fault only where the field is decoded.
            [[ $bad == *ud800* && $tool =~ ^(filter|sort|shuffle|sample)$ ]] && continue
            expect 2 with_file "$tool" in.jsonl --on-error skip
            grep -q "^garner $tool: in.jsonl:2: " errors || { echo "$tool ${bad:0:40}"; cat errors; return 1; }
        done
    done
}
