load ../support/setup

# lines N...: those lines of the notes, byte for byte.
lines() {
    local script=
    for number in "$@"; do script+="${number}p;"; done
    sed -n "$script" "$FIXTURES/notes.jsonl"
}

# keeps EXPR N...: filter keeps exactly those lines, and the tombstone (line 4).
keeps() {
    local expression=$1
    shift
    garner filter "$expression" "$FIXTURES/notes.jsonl" > found.jsonl
    lines "$@" > expected.jsonl
    diff expected.jsonl found.jsonl || { echo "filter $expression"; return 1; }
}

@test "filter: keeps matching records and every tombstone, byte for byte and in order" {
    keeps "length(text) > 4" 2 4
    keeps "length(text) <= 4" 1 3 4
    keeps "metadata.year < 2004 OR n = 9007199254740993" 1 2 4
    keeps "n = 9007199254740992" 4
    keeps "metadata.year = 2004" 2 4
    keeps "has(metadata.tags, 'food') AND metadata.tags[*] = 'drink'" 3 4
    keeps "text IS NULL" 4 5
    keeps 'messages[0].role = "user" && score > 1e300' 4 5
    keeps "text LIKE '%ü_' or text ~ 'te\\p{L}\\.$'" 2 3 4
    keeps '{"tags": "drink", "year": {"$exists": true}}' 1 4
    keeps '{"year": {"$ne": 1999}}' 2 3 4 5
    keeps "true" 1 2 3 4 5
    keeps "missing = 1" 4
}

@test "filter: reads standard input and several files, whatever --jobs" {
    garner filter "id = 'c'" < "$FIXTURES/notes.jsonl" > one
    lines 3 4 | diff - one
    for jobs in 1 2 5; do
        garner filter -j "$jobs" "id IN ('a', 'c')" "$FIXTURES/notes.jsonl" - "$FIXTURES/notes.jsonl" < "$FIXTURES/notes.jsonl" > "found.$jobs"
        { lines 1 3 4; lines 1 3 4; lines 1 3 4; } | diff - "found.$jobs"
    done
}

@test "filter: --not keeps exactly what would be dropped" {
    for expression in "length(text) > 4" "metadata.year = 1999" "missing = 1" '{"year": 1999}'; do
        garner filter "$expression" "$FIXTURES/notes.jsonl" > kept
        garner filter --not "$expression" "$FIXTURES/notes.jsonl" > dropped
        { grep -v deleted kept; grep -v deleted dropped; } | sort > both || true
        lines 1 2 3 5 | sort | diff - both
    done
}

@test "filter: --match searches the text or the messages, any of several patterns" {
    garner filter --match '(?i)^tea' "$FIXTURES/notes.jsonl" | diff - <(lines 1 4 5)
    garner filter --match 'Gr.n$' --match 'teá' "$FIXTURES/notes.jsonl" | diff - <(lines 2 3 4)
    garner filter --match "^[ab]$" --field id "$FIXTURES/notes.jsonl" | diff - <(lines 1 2 4)
    garner filter --match "o'r|tea," --field 'messages[*].content' "$FIXTURES/notes.jsonl" | diff - <(lines 4)
    garner filter --not --match 'e' < "$FIXTURES/notes.jsonl" | diff - <(lines 3 4)
}

@test "filter: --dropped keeps each dropped record with a stable reason, and the exit code is 0" {
    run -0 --separate-stderr garner filter "metadata.year > 2000" --dropped dropped.jsonl "$FIXTURES/notes.jsonl"
    [ -z "$stderr" ]
    jq -r '[.tool, .line, .code] | @tsv' dropped.jsonl > found
    printf 'filter\t1\tcondition_false\nfilter\t3\tcondition_unknown\nfilter\t5\tcondition_unknown\n' | diff - found
    jq -c '.record.id' dropped.jsonl | diff - <(printf '"a"\n"c"\n"d"\n')
    garner filter --not "id = 'c'" --dropped dropped.jsonl < "$FIXTURES/notes.jsonl" > kept
    [ "$(jq -r .code dropped.jsonl)" = condition_true ]
    garner filter --match 'x' --dropped dropped.jsonl "$FIXTURES/notes.jsonl" > kept
    [ "$(jq -r .code dropped.jsonl | sort -u)" = no_match ]
}

@test "filter: a wrong expression is one line with its column, exit 64, and nothing is read" {
    check() {
        run -64 --separate-stderr garner filter "$1" no-such-file
        [ -z "$output" ]
        [ "${stderr_lines[0]}" = "garner filter: $2" ] || { echo "$stderr"; return 1; }
    }
    check "n = " "expression, column 5: expected a value after '='"
    check "lenght(text) > 3" "expression, column 1: unknown function 'lenght', did you mean 'length'"
    check "text ~ 'a('" "expression, column 11: pattern: missing closing parenthesis"
    check '{"a": {"$gtt": 1}}' "expression, column 8: unknown operator '\$gtt', did you mean '\$gt'"
    check "length(text)" "expression, column 1: expected a condition such as length(text) > 200, found a number or text"
    check "n = 1 OR 2" "expression, column 10: expected a condition here, found a number or text"
    check "" "expression, column 1: the expression is empty"
    run -64 --separate-stderr garner filter --match 'a(' x
    [ "${stderr_lines[0]}" = "garner filter: --match, column 3: pattern: missing closing parenthesis" ]
    run -64 --separate-stderr garner filter --match a --field 'a[' x
    [[ "${stderr_lines[0]}" = "garner filter: --field, column "* ]]
    run -64 --separate-stderr garner filter "$FIXTURES/notes.jsonl"
    [ "${stderr_lines[0]}" = "garner filter: '$FIXTURES/notes.jsonl' is a file, expected an expression as the first operand" ]
    run -64 --separate-stderr garner filter
    [[ "${stderr_lines[0]}" = "garner filter: EXPR is missing"* ]]
}

@test "filter: a faulty record is rejected with file, line and field" {
    printf '%s\n' '{"n":1}' '{"n":1,"n":2}' '{"n":}' '{"t":"\ud800","n":1}' '[1]' '{"n":1,"x":1,"x":2}' > faulty.jsonl
    run -65 --separate-stderr garner filter 'n = 1' faulty.jsonl
    [ "$output" = '{"n":1}
{"garner":{"error":'"$(tail -n 1 <<< "$output" | sed 's/^{"garner":{"error"://')" ]
    [ "${stderr_lines[0]}" = "garner filter: faulty.jsonl:2: a key of 'n' stands twice in one object" ]
    run -2 --separate-stderr garner filter 'n = 1' --rejects rejects.jsonl faulty.jsonl
    [ "$output" = '{"n":1}
{"t":"\ud800","n":1}
{"n":1,"x":1,"x":2}' ]
    jq -r '[.line, .field, .code] | @tsv' rejects.jsonl | diff - <(printf '2\tn\tE_JSON_DUPKEY\n3\t\tE_JSON_SYNTAX\n5\t\tE_RECORD_TYPE\n')
    run -2 --separate-stderr garner filter "t = 'x'" --rejects rejects.jsonl faulty.jsonl
    grep -q '"line":4,"field":"t","code":"E_JSON_SURROGATE"' rejects.jsonl
    printf '{"t":"%040db"}\n' 0 | tr 0 a > slow.jsonl
    run -2 --separate-stderr garner filter "t ~ '^(a+)+\$'" --on-error skip --rejects rejects.jsonl slow.jsonl
    [ "$(jq -r .code rejects.jsonl)" = E_LIMIT ]
}

@test "filter: a mistyped field is pointed out when nothing was kept" {
    run -0 --separate-stderr garner filter "metadata.yaer = 1999" "$FIXTURES/notes.jsonl"
    [ "$stderr" = "garner filter: nothing was kept: there is no field 'metadata.yaer', did you mean 'year'" ]
    run -0 --separate-stderr garner filter "metadata.yaer = 1999" -q "$FIXTURES/notes.jsonl"
    [ -z "$stderr" ]
    run -0 --separate-stderr garner filter "metadata.colour = 'red'" "$FIXTURES/notes.jsonl"
    [ -z "$stderr" ]
    run -0 --separate-stderr garner filter "n > 3" <<< '{"n":"5"}'
    [ "$stderr" = "garner filter: nothing was kept: 'n' is a text, compare number(n) with a number" ]
    run -0 --separate-stderr garner filter "n = '5'" <<< '{"n":5}'
    [ "$stderr" = "garner filter: nothing was kept: 'n' is a number, compare it with a number without quotes" ]
    run -0 --separate-stderr garner filter "text = NULL" "$FIXTURES/notes.jsonl"
    [ "$stderr" = "garner filter: a comparison with NULL is never true, use IS NULL" ]
}

@test "filter: the language is explained by garner help expressions, within 79 columns" {
    garner help expressions > page
    grep -q 'BETWEEN' page
    ! awk 'length($0) > 79' page | grep .
}
