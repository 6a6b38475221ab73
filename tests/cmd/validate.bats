load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR"
    for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
        printf '{"messages":[{"role":"user","content":"Question %d?"},{"role":"assistant","content":"Answer %d."}]}\n' "$n" "$n"
    done > good.jsonl
}

@test "validate: a good file is taken, from a file, a pipe and compressed" {
    run -0 garner validate -p openai-sft good.jsonl
    [ "$output" = "good.jsonl: openai-sft: yes, 12 rows, 0 refused, 0 with remarks" ]
    gzip -c good.jsonl > good.jsonl.gz
    run -0 garner validate -p openai-sft good.jsonl.gz
    run -0 garner validate -p openai-sft < good.jsonl
    [ "$output" = "-: openai-sft: yes, 12 rows, 0 refused, 0 with remarks" ]
}

@test "validate: every fault of every row, with line, pointer, code, expectation and hint; exit 1" {
    {
        cat good.jsonl
        echo '{"messages":[{"role":"User","content":"a"},{"role":"assistant","content":"b","weight":0.5}]}'
        echo "{'messages':[]}"
    } > bad.jsonl
    run -1 garner validate -p openai-sft bad.jsonl
    [ "${lines[0]}" = "bad.jsonl:13: E_ROLE_UNKNOWN /messages/0/role: role is 'User', expected one of system, developer, user, assistant, tool, function; write 'user'" ]
    [ "${lines[1]}" = "bad.jsonl:13: E_WEIGHT /messages/1/weight: weight is 0.5, expected an integer" ]
    [ "${lines[2]}" = "bad.jsonl:14: E_JSON_SYNTAX column 2: expected a key in double quotes" ]
    [ "${lines[3]}" = "bad.jsonl: openai-sft: no, 14 rows, 2 refused, 0 with remarks" ]
}

@test "validate: jsonl, junit and github say the same; jsonl has the cookbook's names" {
    { cat good.jsonl; echo '{"messages":[{"role":"bot","content":"a & b"},{"role":"assistant","content":"b"}]}'; } > bad.jsonl
    run -1 garner validate -p openai-sft --format jsonl bad.jsonl
    [ "$(jq -r 'select(.line) | [.line, .code, .pointer, .alias] | @csv' <<< "$output")" = '13,"E_ROLE_UNKNOWN","/messages/0/role","unrecognized_role"' ]
    [ "$(jq -c 'select(.rows) | [.valid, .rows, .faulty, .codes]' <<< "$output")" = '[false,13,1,{"E_ROLE_UNKNOWN":1}]' ]
    run -1 garner validate -p openai-sft --format github bad.jsonl
    [[ "$output" = "::error file=bad.jsonl,line=13,title=E_ROLE_UNKNOWN::/messages/0/role: role is 'bot'"* ]]
    run -1 garner validate -p openai-sft --format junit bad.jsonl
    python3 -c 'import sys, xml.etree.ElementTree as e; s = e.fromstring(sys.argv[1].encode()).find("testsuite"); assert s.get("failures") == "1" and s.find("testcase/failure").get("type") == "E_ROLE_UNKNOWN"' "$output"
}

@test "validate: files that are one array or objects over lines are told once, and their rows are checked" {
    jq -s . good.jsonl > array.json
    run -1 garner validate -p openai-sft array.json
    [[ "${lines[0]}" = "array.json:1: E_JSON_ARRAY_FILE"* ]]
    [ "${lines[1]}" = "array.json: openai-sft: no, 12 rows, 0 refused, 0 with remarks" ]
    jq '.messages[0].role = "bot"' good.jsonl > pretty.json
    run -1 garner validate -p openai-sft --faults 1 pretty.json
    [[ "${lines[0]}" = "pretty.json:1: E_JSON_PRETTY"* ]]
    [[ "${lines[1]}" = "pretty.json:1: E_ROLE_UNKNOWN /messages/0/role"* ]]
    [[ "${lines[4]}" = *"E_ROLE_UNKNOWN "*" 12  (1 shown)" ]]
    garner validate -p openai-sft --fix -q array.json | cmp - good.jsonl
}

@test "validate: what must be accepted is: CRLF, no final newline, U+2028, pairs, huge numbers" {
    sed 's/$/\r/' good.jsonl > crlf.jsonl
    printf '{"messages":[{"role":"user","content":"\xe2\x80\xa8 \\ud83d\\ude00"},{"role":"assistant","content":"b"}],"parallel_tool_calls":true,"tools":[{"type":"function","function":{"name":"t","parameters":{"n":1e400}}}]}' >> crlf.jsonl
    run -0 garner validate -p openai-sft --strict crlf.jsonl
}

@test "validate: byte order marks, blank lines, UTF-16 and empty files" {
    { printf '\xef\xbb\xbf'; cat good.jsonl; echo; } > marked.jsonl
    run -1 garner validate -p openai-sft marked.jsonl
    [[ "${lines[0]}" = "marked.jsonl:1: E_BOM "* ]]
    [[ "${lines[1]}" = "marked.jsonl: W_BLANK_LINE the file has 1 blank line"* ]]
    run -0 garner validate -p azure-openai marked.jsonl
    run -1 garner validate -p azure-openai --strict good.jsonl
    [[ "${lines[0]}" = "good.jsonl: W_BOM_ABSENT"* ]]
    iconv -f UTF-8 -t UTF-16 good.jsonl > wide.jsonl
    run -1 garner validate -p openai-sft wide.jsonl
    [[ "${lines[0]}" = "wide.jsonl:1: E_JSON_UTF8 the file is UTF-16"* ]]
    run -1 garner validate -p openai-sft /dev/null
    [[ "${lines[0]}" = "/dev/null: E_FILE_EMPTY"* ]]
}

@test "validate: --fix mends marks, CRLF, blank lines, double encoding, key order and reserved texts, and nothing else" {
    {
        printf '\xef\xbb\xbf'
        printf '{"messages": [ {"role":"user","content":"a"}, {"role":"assistant","content":"1.0"} ] }\r\n\n'
        printf '{"messages":[{"content":"it said\\nHuman: x","role":"user"},{"role":"assistant","content":"b"}]}\n'
        printf '"{\\"messages\\":[]}"\n'
    } > broken.jsonl
    run -1 --separate-stderr garner validate -p bedrock-claude --fix broken.jsonl
    [ "${lines[0]}" = '{"messages": [ {"role":"user","content":"a"}, {"role":"assistant","content":"1.0"} ] }' ]
    [ "${lines[1]}" = '{"messages":[{"role":"user","content":"it said\nHuman : x"},{"role":"assistant","content":"b"}]}' ]
    [ "${lines[2]}" = '{"messages":[]}' ]
    [[ "$stderr" = *"broken.jsonl:4: E_EMPTY /messages"* ]]
    [[ "$stderr" = *"1 of 3 still refused"* ]]
}

@test "validate: rows that repeat, whatever the order of keys and the escapes" {
    { cat good.jsonl; echo '{"messages":[{"content":"\u0051uestion 1?","role":"user"},{"role":"assistant","content":"Answer 1."}]}'; } > twice.jsonl
    run -0 garner validate -p openai-sft twice.jsonl
    [[ "${lines[0]}" = "twice.jsonl:13: W_DUP_ROW the row is the same as line 1"* ]]
    run -1 garner validate -p openai-sft --strict twice.jsonl
}

@test "validate: preferences that contradict each other, directly or in a circle" {
    pair() { printf '{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[{"role":"assistant","content":"%s"}],"non_preferred_output":[{"role":"assistant","content":"%s"}]}\n' "$1" "$2"; }
    { pair a b; pair b a; pair x y; pair y z; pair z x; } > pairs.jsonl
    run -0 garner validate -p fireworks-dpo pairs.jsonl
    [[ "${lines[0]}" = "pairs.jsonl:2: W_PREF_CONTRADICTION line 1 prefers the opposite"* ]]
    [[ "${lines[1]}" = "pairs.jsonl:5: W_PREF_CYCLE"* ]]
    for n in $(seq 300); do pair "$n" $((n % 300 + 1)); done > long.jsonl
    run -0 garner validate -p fireworks-dpo long.jsonl
    [[ "${lines[0]}" = "long.jsonl:300: W_PREF_CYCLE"* ]]
    { pair a a; pair a b; pair b c; } > same.jsonl
    run -1 garner validate -p fireworks-dpo same.jsonl
    [[ "$output" = *"same.jsonl:1: E_PREF_IDENTICAL"* ]]
    [[ "$output" != *"W_PREF_CYCLE"* ]]
}

@test "validate: an empty text is told once, be it of the table or of a rule" {
    printf '{"prompt":"%s","completion":"%s"}\n' "" c p "" > empty.jsonl
    run -1 garner validate -p trl-prompt-completion empty.jsonl
    [[ "${lines[0]}" = "empty.jsonl:1: E_EMPTY /prompt: prompt is empty"* ]]
    [[ "${lines[1]}" = "empty.jsonl:2: E_EMPTY /completion: completion is empty"* ]]
    [ "${lines[2]}" = "empty.jsonl: trl-prompt-completion: no, 2 rows, 2 refused, 0 with remarks" ]
    run -1 garner validate -p garner empty.jsonl
    [[ "$output" = *"E_EMPTY "*" 2" ]]
}

@test "validate: options of rejects are none of its own" {
    for option in --on-error=skip --rejects=r.jsonl --dropped=d.jsonl --max-errors=1 --dry-run; do
        run -64 garner validate -p openai-sft "$option" good.jsonl
    done
}

@test "validate: --against finds rows and prompts of the other file" {
    {
        sed -n 3p good.jsonl
        echo '{"messages":[{"role":"user","content":"Question 4?"},{"role":"assistant","content":"Other."}]}'
        echo '{"messages":[{"role":"user","content":"question  5"},{"role":"assistant","content":"Other."}]}'
        echo '{"messages":[{"role":"user","content":"New?"},{"role":"assistant","content":"New."}]}'
    } > test.jsonl
    run -1 garner validate -p openai-sft --role validation --against good.jsonl test.jsonl
    [[ "${lines[0]}" = "test.jsonl:1: E_LEAK_EXACT the row is that of line 3"* ]]
    [[ "${lines[1]}" = "test.jsonl:2: E_LEAK_PROMPT the prompt is that of line 4"* ]]
    [[ "${lines[2]}" = "test.jsonl:3: E_LEAK_NORMALISED"*"line 5 of the other file"* ]]
    [ "${lines[3]}" = "test.jsonl: openai-sft: no, 4 rows, 0 refused, 0 with remarks" ]
}

@test "validate: rules of batch files: ids, urls and models" {
    row() { printf '{"custom_id":"%s","method":"POST","url":"%s","body":{"model":"%s","messages":[{"role":"user","content":"%s"}]}}\n' "$@"; }
    { row a /v1/chat/completions m 1; row a /v1/responses m 2; row b /v1/chat/completions n 3; } > batch.jsonl
    run -1 garner validate -p openai-batch batch.jsonl
    [[ "$output" = *"batch.jsonl:2: E_URL_MIXED"*"batch.jsonl:2: E_ID_DUP the id is that of line 1"*"batch.jsonl:3: E_MODEL_MIXED"* ]]
}

@test "validate: all shows who takes the file and what mends it" {
    run -0 garner validate -p all good.jsonl
    [[ "$output" = *$'\n'"openai-sft "*" yes "* ]]
    [[ "$output" = *"bedrock-converse "*" no "*"garner convert --from"*"--to bedrock-converse good.jsonl"* ]]
    run -1 garner validate -p openai-sft,bedrock-text good.jsonl
    [ "$(garner validate -p all --format jsonl good.jsonl | jq -r 'select(.valid) | .profile' | grep -cx openai-sft)" = 1 ]
}

@test "validate: same bytes for any --jobs, and the sums go to --summary" {
    awk 'BEGIN { for (n = 1; n <= 3000; n++) printf "{\"messages\":[{\"role\":\"user\",\"content\":\"%d\"},{\"role\":\"%s\",\"content\":\"%0200d\"}]}\n", n % 2900, n % 7 ? "assistant" : "bot", 0 }' > many.jsonl
    garner validate -p openai-sft --faults 50 -j1 --summary sums.json many.jsonl > one.txt || [ $? = 1 ]
    garner validate -p openai-sft --faults 50 -j8 many.jsonl > eight.txt || [ $? = 1 ]
    cmp one.txt eight.txt
    [ "$(jq -c '.files[0] | [.rows, .faulty, .codes.E_ROLE_UNKNOWN]' sums.json)" = "[3000,428,428]" ]
}

@test "validate: limits of rows, tokens and validation files; labels of one side" {
    head -n 3 good.jsonl > few.jsonl
    run -1 garner validate -p openai-sft few.jsonl
    [[ "${lines[0]}" = "few.jsonl: E_TOO_FEW the file has 3 rows, openai-sft wants 10 at least"* ]]
    yes '{"prompt":"p","completion":"c"}' | head -n 1001 > many.jsonl
    run -1 garner validate -p bedrock-text --role validation --faults 1 many.jsonl
    [[ "$output" = *"E_TOO_MANY_ROWS the file has 1001 rows, bedrock-text takes 1000 at most"* ]]
    rows() { awk -v "first=$1" -v "last=$2" 'BEGIN { for (n = first; n <= last; n++) printf "{\"messages\":[{\"role\":\"user\",\"content\":\"%d\"},{\"role\":\"assistant\",\"content\":\"b\"}]}\n", n }'; }
    rows 1 9500 > train.jsonl
    rows 9501 10000 > fits.jsonl
    run -0 garner validate -p bedrock-claude --role validation --against train.jsonl fits.jsonl
    rows 9501 10001 > more.jsonl
    run -1 garner validate -p bedrock-claude --role validation --against train.jsonl more.jsonl
    [[ "${lines[0]}" = "more.jsonl: E_TOO_MANY_ROWS the file and those of --against have 10001 rows, bedrock-claude takes 10000 at most"* ]]
    echo '{"image-ref":"s3://bucket/cat.png","caption":"a cat"}' > image.jsonl
    run -1 garner validate -p bedrock-image --role validation image.jsonl
    [[ "$output" = *"E_NO_VALIDATION_SET"* ]]
    printf '{"messages":[{"role":"user","content":"%0100000d"},{"role":"assistant","content":"b"}]}\n' 0 > long.jsonl
    run -1 garner validate -p bedrock-claude long.jsonl
    [[ "${lines[0]}" = "long.jsonl:1: E_TOO_LONG the row has about 33333 tokens, expected 32000 at most"* ]]
    printf '{"prompt":"p","completion":"%d","label":true}\n' 1 2 > labels.jsonl
    run -0 garner validate -p trl-kto labels.jsonl
    [[ "${lines[0]}" = "labels.jsonl: W_LABEL_ONE_SIDED all 2 rows are labelled true"* ]]
}

@test "validate: limits of bytes, of a file and of an image" {
    { cat good.jsonl; for n in $(seq 210); do printf '%1000000s\n' ""; done; } > large.jsonl
    run -1 garner validate -p openai-batch --faults 0 --format jsonl large.jsonl
    [ "$(jq .codes.E_FILE_SIZE <<< "$output")" = 1 ]
    rm large.jsonl
    {
        printf '{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,'
        head -c 14000000 /dev/zero | tr '\0' A
        printf '"}}]},{"role":"assistant","content":"a cat"}]}\n'
    } > image.jsonl
    run -1 garner validate -p openai-sft image.jsonl
    [[ "$output" = *"image.jsonl:1: E_IMAGE_SIZE /messages/0/content/0: the image has 10500000 bytes, expected 10485760 at most"* ]]
}

@test "validate: --require decides by its expressions alone" {
    { cat good.jsonl good.jsonl good.jsonl; echo '{"messages":[]}'; } > some.jsonl
    run -0 garner validate -p openai-sft --require 'faulty < 0.05 * rows' some.jsonl
    run -1 --separate-stderr garner validate -p openai-sft --require 'codes.E_EMPTY IS NULL' some.jsonl
    [[ "$stderr" = *"--require 'codes.E_EMPTY IS NULL' is not met"* ]]
    run -64 garner validate -p openai-sft --require 'faulty <' some.jsonl
}

@test "validate: --explain shows the turns and which are trained on" {
    echo '{"messages":[{"role":"user","content":"a\nb"},{"role":"assistant","content":"no","weight":0},{"role":"user","content":"c"},{"role":"assistant","content":"yes"}]}' > turns.jsonl
    run -0 garner validate -p together-chat --explain turns.jsonl
    [ "${lines[0]}" = "turns.jsonl:1 chat" ]
    [ "${lines[1]}" = '   1 user                    a\nb' ]
    [ "${lines[2]}" = '   2 assistant               no' ]
    [ "${lines[4]}" = '   4 assistant  trained      yes' ]
}

@test "validate: --list names version, date and source; unknown profiles the nearest" {
    garner validate --list | grep -q '^openai-sft .* 2026-11  OpenAI supervised fine-tuning$'
    [ "$(garner validate --list --format jsonl | jq -r 'select(.name == "bedrock-text") | .forms[0]')" = completion ]
    run -64 garner validate -p openai-stf good.jsonl
    [[ "${lines[0]}" = "garner validate: no profile 'openai-stf', nearest is 'openai-sft'" ]]
    run -64 garner validate good.jsonl
    run -64 garner validate -p all --fix good.jsonl
    run -66 garner validate -p openai-sft missing.jsonl
}
