# records.bats - what every tool that reads records owes them. No tool is named but for the operands it cannot do without.
load ../support/setup

tools() {
    garner help --json | jq -r '.tools[] | select(.reads == "records") | .name'
}

# Those that work on records; one that only shows them (view) shows the faulty ones, too, and goes on.
workers() {
    garner help --json | jq -r '.tools[] | select(.reads == "records" and (.common | index("on-error"))) | .name'
}

# A model that answers anything, for those that need one.
model=(--cache none --command 'while read -r line; do id=${line#*:}; echo "{\"id\":${id%%,*},\"completion\":\"5\"}"; done')

# An item that no record holds.
evaluation() {
    echo '{"text":"one two three four five six seven eight nine ten eleven twelve thirteen"}'
}

# on TOOL OPTION...: the tool with its operands.
on() {
    local tool=$1
    shift
    case $tool in
    filter) garner filter "$@" true ;;
    decontaminate) garner decontaminate "$@" --against <(evaluation) ;;
    generate) garner generate "$@" "${model[@]}" --user '{{text}}' ;;
    judge) garner judge "$@" "${model[@]}" --completion text ;;
    tokens) garner tokens "$@" --into n ;;
    sort) garner sort "$@" --by id ;;
    sample) garner sample "$@" --count 1000000 ;;
    index) rm -rf kb && garner index "$@" kb ;;
    *) garner "$tool" "$@" ;;
    esac
}

# on_file TOOL FILE OPTION...
on_file() {
    local tool=$1 file=$2
    shift 2
    case $tool in
    filter) garner filter "$@" true "$file" ;;
    decontaminate) garner decontaminate "$@" --against <(evaluation) "$file" ;;
    generate) garner generate "$@" "${model[@]}" --user '{{text}}' "$file" ;;
    judge) garner judge "$@" "${model[@]}" --completion text "$file" ;;
    tokens) garner tokens "$@" --into n "$file" ;;
    sort) garner sort "$@" --by id "$file" ;;
    sample) garner sample "$@" --count 1000000 "$file" ;;
    index) rm -rf kb && garner index "$@" kb "$file" ;;
    *) garner "$tool" "$@" "$file" ;;
    esac
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
            expect 65 on_file "$tool" $file.jsonl
            grep -q "^garner $tool: $file.jsonl:2: " errors || { echo "$tool $file"; cat errors; return 1; }
            expect 2 on_file "$tool" $file.jsonl --on-error skip
            grep -q "^garner $tool: $file.jsonl:2: " errors || { echo "$tool $file"; cat errors; return 1; }
            expect 2 on_file "$tool" $file.jsonl --rejects rejects
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
        expect 0 on_file "$tool" in
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
        on "$tool" < in > out 2> errors || code=$?
        [ "$code" = 65 ] || { echo "$tool: exit $code"; cat errors; return 1; }
        if garner help --json | jq -e --arg t "$tool" '.tools[] | select(.name == $t) | .writes == "records"' > found; then
            [ "$(tail -1 out | jq -r '.garner.error | type')" = object ] || { echo "$tool"; cat out; return 1; }
        fi
        [ ! -e kb/manifest ]
    done
}

@test "records: nothing in is nothing out, exit 0" {
    for tool in $(tools); do
        expect 0 on "$tool" < /dev/null
        [ ! -s out ]
        [ ! -s errors ] || { echo "$tool"; cat errors; return 1; }
        printf '\n\n' > blank
        expect 0 on_file "$tool" blank
    done
}

@test "records: CRLF, a byte order mark and a last line without its end" {
    printf '%s\n{"id":"b","text":"tide"}\n' "$good" > unix
    printf '%s\r\n{"id":"b","text":"tide"}\r\n' "$good" > crlf
    printf '\xef\xbb\xbf%s\n{"id":"b","text":"tide"}' "$good" > mark
    for tool in $(tools); do
        expect 0 on_file "$tool" unix
        tr -d '\r' < out > wanted
        for file in crlf mark; do
            expect 0 on_file "$tool" $file
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
            expect 2 on_file "$tool" in.jsonl --on-error skip
            grep -q "^garner $tool: in.jsonl:2: " errors || { echo "$tool ${bad:0:40}"; cat errors; return 1; }
        done
    done
}
