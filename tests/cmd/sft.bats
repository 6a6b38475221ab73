# sft.bats - rows to fine-tune on: by templates, by mappings, whole and dropped.
load ../support/setup

@test "sft: fields become messages; tombstones pass; what makes no row is dropped with its reason" {
    cat > in <<'END'
{"id":"a","q":"2+2?","a":"4"}
{"id":"gone","deleted":true}
{"id":"b","q":"3+3?","a":" "}
{"id":"c","q":"","a":"6"}
END
    garner sft --system 'Be {{mood|brief}}.' --user '{{q}}' --assistant '{{a}}' --dropped dropped --summary sum in > out
    cat > wanted <<'END'
{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"2+2?"},{"role":"assistant","content":"4"}],"id":"a"}
{"id":"gone","deleted":true}
END
    diff wanted out
    [ "$(jq -c '[.code, .line]' dropped)" = $'["no_answer",3]\n["no_question",4]' ]
    [ "$(jq -c '.steps[0] | [.in, .out, .kept, .dropped, .rejected, .rows]' sum)" = '[3,1,1,2,0,1]' ]
}

@test "sft: a field that is missing is a reject with its name" {
    run -65 --separate-stderr garner sft --user '{{q}}' --assistant '{{a}}' <<< '{"q":"x"}'
    [[ "$stderr" == "garner sft: stdin:1: field 'a' is missing, expected by the template; {{a|}} allows that"* ]]
    printf '{"q":"x"}\n[]\n{"q":"x","a":"y"}\n' > in
    run -2 garner sft --on-error skip -q --rejects rejects --user '{{q}}' --assistant '{{a}}' in
    [ "$(jq -c '[.code, .field]' rejects)" = $'["E_FIELD_MISSING","a"]\n["E_RECORD_TYPE",""]' ]
}

@test "sft: rows are written in the form of the profile, and say what it has no place for" {
    printf '{"q":"x","a":"y"}\n' > in
    garner sft --system s --user '{{q}}' --assistant '{{a}}' --profile bedrock-converse in > out
    [ "$(cat out)" = '{"schemaVersion":"bedrock-conversation-2024","system":[{"text":"s"}],"messages":[{"role":"user","content":[{"text":"x"}]},{"role":"assistant","content":[{"text":"y"}]}]}' ]
    printf '{"c":[{"f":"user","v":"a"},{"f":"gpt","v":"b"},{"f":"user","v":"c"},{"f":"gpt","v":"d"}]}\n' > in
    echo 'turns: {path: c, role: f, content: v}' > map.yaml
    run --separate-stderr -0 garner sft --map map.yaml --train-on last --profile bedrock-text in
    [ "$output" = '{"prompt":"c","completion":"d"}' ]
    [[ "$stderr" == *"the profile has no place for: turns 1"* ]]
    garner sft --map map.yaml --role-tags 'user=U: ' --role-tags 'assistant=A: ' --profile bedrock-text in > out
    [ "$(cat out)" = '{"prompt":"U: a\nA: b\nU: c\nA:","completion":"d"}' ]
}

@test "sft: many rows of one record have ids of their own, and rows that were not made beside them are counted" {
    printf '{"id":"t","i":[{"x":"a","y":"b"},{"x":"c","y":""},{"x":"d","y":"e"}]}\n' > in
    printf 'rows: i\nuser: "{{x}}"\nassistant: "{{y}}"\n' > map.yaml
    run --separate-stderr -0 garner sft --map map.yaml --summary sum in
    [ "$(jq -c '[.id, .messages[1].content]' <<< "$output")" = $'["t#0","b"]\n["t#1","e"]' ]
    [[ "$stderr" == *"rows not made beside others: no_answer 1"* ]]
    [ "$(jq -c '.steps[0] | [.kept, .rows, .rows_dropped]' sum)" = '[1,2,{"no_answer":1}]' ]
}

@test "sft: threads are gathered from records in any order, whatever the memory and the jobs" {
    for i in $(seq 400); do
        printf '{"conversation_id":%d,"index":2,"role":"agent","text":"answer %d"}\n' $((i % 97)) "$i"
        printf '{"conversation_id":%d,"index":1,"role":"customer","text":"question %d"}\n' $((i % 97)) "$i"
    done > in
    garner sft --preset threads --merge-turns in > out
    [ "$(wc -l < out)" = 97 ]
    [ "$(head -1 out | jq -c '[.messages[] | .role, (.content | split("\n") | length)]')" = '["user",5,"assistant",5]' ]
    [ "$(head -1 out | jq -r '.messages[0].content | split("\n")[0]')" = 'question 1' ]
    garner sft --preset threads --merge-turns --memory 2M --jobs 3 in | cmp - out
}

@test "sft: a thread that is too large ends the run where it is" {
    text=$(head -c 2000000 /dev/zero | tr '\0' x)
    for ((i = 0; i < 40; i++)); do printf '{"conversation_id":1,"index":%d,"role":"user","text":"%s"}\n' "$i" "$text"; done > in
    run -65 --separate-stderr garner sft --preset threads in
    [ "$stderr" = 'garner sft: in:34: the records of this thread or group are more than 64 MiB, the most that is held at once' ]
}

@test "sft: mail is threaded by what answers what" {
    cat > in <<'END'
{"id":"3","text":"Thanks. And on Sunday?","metadata":{"message_id":"3","in_reply_to":"2","from":"ann","date":"2020-01-03"}}
{"id":"1","text":"When do you open?","metadata":{"message_id":"1","from":"ann","date":"2020-01-01"}}
{"id":"9","text":"Spam","metadata":{"message_id":"9","from":"eve","date":"2020-01-01"}}
{"id":"2","text":"At nine.","metadata":{"message_id":"2","in_reply_to":"1","from":"desk","date":"2020-01-02"}}
{"id":"4","text":"Closed.","metadata":{"message_id":"4","in_reply_to":"3","from":"desk","date":"2020-01-04"}}
END
    garner sft --preset mail --dropped dropped in > out
    [ "$(jq -c '[.messages[] | .role[:1], .content]' out)" = '["u","When do you open?","a","At nine.","u","Thanks. And on Sunday?","a","Closed."]' ]
    [ "$(jq -r .code dropped)" = no_answer ]
}

@test "sft: documents of ingest become rows: a chat log, a FAQ in YAML, a table, images" {
    mkdir docs
    printf '[04:04] <ann> how do I install it?\n=== eve joined\n[04:05] <bob> ann: with apt\n' > docs/log.txt
    printf 'conversations:\n- - What is AI?\n  - A science.\n  - A film.\n' > faq.yml
    printf 'text,category\nWhere is my card?,arrival\n' > t.csv
    printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\2\0\0\0\3\x08\6\0\0\0' > cat.png
    garner ingest docs | garner sft --preset irc | jq -c '[.messages[].content]' > out
    garner ingest --as text faq.yml | garner sft --preset faq-yaml | jq -c '[.messages[].content]' >> out
    garner ingest --text-field text --metadata-fields category t.csv | garner sft --preset labels | jq -c '[.messages[].content]' >> out
    cat > wanted <<'END'
["how do I install it?","with apt"]
["What is AI?","A science."]
["What is AI?","A film."]
["Where is my card?","arrival"]
END
    diff wanted out
    printf '{"id":"a.png","text":"a cat","metadata":{"source":"p/a.png","mime":"image/png"}}\n' > in
    garner sft --preset caption --image-uri-prefix s3://bucket/ --profile bedrock-image in > out
    [ "$(cat out)" = '{"image-ref":"s3://bucket/p/a.png","caption":"a cat"}' ]
}

@test "sft: an answer that its passage does not hold is dropped, and the number is named" {
    cat > in <<'END'
{"id":"a#0","text":"The lamp was lit in 1821.","answer":{"question":"When?","answer":"In 1821"},"metadata":{"document_id":"a"}}
{"id":"a#1","text":"The lamp was lit in 1821.","answer":{"question":"When?","answer":"In 1822"}}
END
    garner sft --preset qa --check-passage 0.6 --keep id,metadata.document_id --dropped dropped in > out
    [ "$(jq -c '[.id, .document_id, .messages[1].content]' out)" = '["a#0","a","In 1821"]' ]
    [ "$(jq -c '[.code, .reason]' dropped)" = '["unsupported","number 1822 is not in the passage"]' ]
}

@test "sft: what is wrong with options, presets and mappings is said before anything is read" {
    printf 'user: "{{q}}"\nassistant: "{{a}}"\ngroup: "{{q}}"\n' > group.yaml
    run -64 --separate-stderr garner sft --map group.yaml
    [ "${stderr_lines[0]}" = 'garner sft: the mapping has answers to choose from, which is for dpo and distill' ]
    run -64 --separate-stderr garner sft < /dev/null
    [[ "$stderr" == "garner sft: nothing says what the question is: --preset, --map, or --user and --assistant do"* ]]
    run -64 --separate-stderr garner sft --user x < /dev/null
    [[ "$stderr" == *"--assistant: missing"* ]]
    run -64 --separate-stderr garner sft --preset sharegtp < /dev/null
    [[ "$stderr" == *"--preset: 'sharegtp' is none, nearest is 'sharegpt'"* ]]
    run -64 --separate-stderr garner sft --preset pairs < /dev/null
    [[ "$stderr" == *"which is for dpo and distill"* ]]
    run -64 --separate-stderr garner sft --preset faq --profile openai-stf < /dev/null
    [[ "$stderr" == *"--profile: no profile 'openai-stf', nearest is 'openai-sft'"* ]]
    printf 'user: x\nasistant: y\n' > map.yaml
    run -78 --separate-stderr garner sft --map map.yaml < /dev/null
    [[ "$stderr" == *"map.yaml:2:1: a mapping has no key 'asistant', nearest is 'assistant'"* ]]
    run -64 --separate-stderr garner sft --preset faq --stride 2 < /dev/null
    [[ "$stderr" == *"--stride: needs --window"* ]]
}
