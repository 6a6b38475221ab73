load ../support/setup

@test "view: texts wrapped, chats as dialogue, embeddings shortened, control bytes escaped" {
    garner view --width 60 "$FIXTURES/records.jsonl" > found
    assert_golden found records.expected.txt
    run grep -c $'\x1b' found
    [ "$output" = 0 ]
}

@test "view: a line that is no record is shown with its fault, the rest goes on, exit 2" {
    printf '{"id":"a","text":"one"}\n{"id":\n{"id":"b","text":"two"}\n' > in.jsonl
    run -2 --separate-stderr garner view -w 40 in.jsonl
    [ -z "$stderr" ]
    [ "${lines[0]}" = "--- a ----------------------------------" ]
    [[ ${lines[2]} == "--- line 2 is no record: "* ]]
    [ "${lines[4]}" = "--- b ----------------------------------" ]
}

@test "view: tombstones and the seal are shown, a failed stream is an error of its writer" {
    printf '{"id":"a.md","deleted":true}\n{"garner":{"end":{"records":1}}}\n' > in.jsonl
    run -0 garner view -w 40 in.jsonl
    [ "${lines[0]}" = "--- a.md (deleted) ---------------------" ]
    [ "${lines[1]}" = "--- end of the stream: 1 record --------" ]
    printf '{"garner":{"error":{"tool":"chunk","message":"disk full"}}}\n' > in.jsonl
    run -65 --separate-stderr garner view -w 60 in.jsonl
    [[ ${lines[0]} == "--- the stream was cut: chunk: disk full --"* ]]
    [ "$stderr" = "garner view: the step that writes this stream failed" ]
}

@test "view: --fields chooses and orders, --limit stops, --lines cuts and counts" {
    run -0 garner view -w 40 -n 1 -f metadata.page,text --lines 1 "$FIXTURES/records.jsonl"
    [ "${#lines[@]}" = 5 ]
    [ "${lines[1]}" = "metadata.page: 9007199254740993" ]
    [ "${lines[2]}" = "text:" ]
    [[ ${lines[4]} =~ ^\ \ \[[0-9]+\ more\ characters\]$ ]]
    run -64 --separate-stderr garner view -f 'a[' "$FIXTURES/records.jsonl"
    [[ ${stderr_lines[0]} == "garner view: "* ]]
}

@test "view: a file that is not there is exit 66" {
    run -66 --separate-stderr garner view nosuch.jsonl
    [ -z "$output" ]
    [[ $stderr == *nosuch.jsonl* ]]
}

@test "view: reading a terminal without FILE is refused with a hint" {
    run -64 script -qec 'garner view' /dev/null
    [[ $output == *"no FILE given and standard input is a terminal"* ]]
}
