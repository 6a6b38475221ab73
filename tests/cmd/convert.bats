# convert.bats - rows of one form as rows of another: what a user sees.
load ../support/setup

CHAT='{"messages":[{"role":"system","content":"One word."},{"role":"user","content":"Opposite of hot?"},{"role":"assistant","content":"Cold.","weight":1}],"id":9007199254740993}'

@test "convert: the form is found, numbers and escapes stay, what is lost is named with its place" {
    printf '%s\n' "$CHAT" '{"id":"d","deleted":true}' > rows.jsonl
    run --separate-stderr garner convert --to bedrock-claude --keep-extras rows.jsonl
    [ "${lines[0]}" = '{"system":"One word.","messages":[{"role":"user","content":"Opposite of hot?"},{"role":"assistant","content":"Cold."}]}' ]
    [ "${lines[1]}" = '{"id":"d","deleted":true}' ]
    [ "$stderr" = 'garner convert: warning: rows.jsonl:1: the row loses weight, extras' ]
    run --separate-stderr garner convert --to trl-messages --keep-extras --accept-loss weight rows.jsonl
    [ "${lines[0]}" = '{"messages":[{"role":"system","content":"One word."},{"role":"user","content":"Opposite of hot?"},{"role":"assistant","content":"Cold."}],"id":9007199254740993}' ]
    [ -z "$stderr" ]
}

@test "convert: there and back is the same row" {
    while read -r profile; do
        garner convert --from garner --to "$profile" <<< '{"messages":[{"role":"user","content":"a \"b\"\n"},{"role":"assistant","content":"\ud83c\udf0a"}]}' > there
        garner convert --to openai-sft there
    done <<< $'openai-sft\ntogether-chat\nfireworks\nbedrock-converse\nbedrock-claude\nnova-sft\njumpstart\ngemini\nmistral\ncohere\ntrl-messages\ntrl-prompt-completion\nalpaca\nsharegpt\ntorchtune\naxolotl' > back
    [ "$(sort -u back)" = $'{"messages":[{"role":"user","content":"a \\"b\\"\\n"},{"role":"assistant","content":"🌊"}]}' ]
    [ "$(wc -l < back)" = 16 ]
}

@test "convert: a preference becomes SFT rows, labelled rows or prompts only when asked" {
    ROW='{"prompt":"Sky?","chosen":"Blue.","rejected":"Green."}'
    run -1 --separate-stderr garner convert --to openai-sft <<< "$ROW"
    [ "$stderr" = "garner convert: stdin:1: the row is of the form preference, openai-sft takes chat; --answers=chosen takes the better answer" ]
    [ "$(garner convert -q --to openai-sft --answers chosen <<< "$ROW")" = '{"messages":[{"role":"user","content":"Sky?"},{"role":"assistant","content":"Blue."}]}' ]
    [ "$(garner convert -q --to trl-kto --answers each <<< "$ROW")" = $'{"prompt":"Sky?","completion":"Blue.","label":true}\n{"prompt":"Sky?","completion":"Green.","label":false}' ]
    [ "$(garner convert -q --to bedrock-distillation --answers none <<< "$ROW")" = '{"schemaVersion":"bedrock-conversation-2024","messages":[{"role":"user","content":[{"text":"Sky?"}]}]}' ]
    printf '{"prompt":"a","completion":"b","label":true}\n{"prompt":"a","completion":"c","label":false}\n' > kto
    garner convert -q --from trl-kto --to trl-prompt-completion --answers chosen --dropped no --summary sum kto > yes
    [ "$(cat yes)" = '{"prompt":"a","completion":"b"}' ]
    [ "$(jq -r .code no)" = not_chosen ]
    [ "$(jq -c '.steps[0] | [.in, .kept, .dropped, .out, .from, .losses]' sum)" = '[2,1,1,1,{"trl-kto":2},{"label":1}]' ]
}

@test "convert: --on-loss drops or rejects rows that lose something" {
    printf '%s\n' "$CHAT" '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}' > rows.jsonl
    garner convert --to cohere --on-loss drop --dropped lost rows.jsonl > kept
    [ "$(cat kept)" = '{"messages":[{"role":"User","content":"a"},{"role":"Chatbot","content":"b"}]}' ]
    [ "$(jq -r '.code + ": " + .reason' lost)" = 'loss: the row loses weight, extras' ]
    run -2 garner convert -q --to cohere --on-loss reject --rejects lost rows.jsonl
    [ "$(jq -r '[.line, .code, .reason] | join(" ")' lost)" = '1 E_CONVERT_LOSS the row loses weight, extras' ]
}

@test "convert: a row that is faulty, of no form, of two forms, or that would break the target is a reject with the place" {
    cat > rows.jsonl <<'EOF'
{"messages":[{"role":"User","content":"a"},{"role":"assistants","content":"b"}]}
{"foo":1}
{"text":"t","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
{"messages":[{"role":"user","content":"a"}]}
{"text":"plain"}
not json
{"instruction":"i","input":"","response":"r"}
{"system":"s","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"note":1}
EOF
    run -2 garner convert -q --to bedrock-claude --rejects no rows.jsonl
    [ -z "$output" ]
    jq -r '[.line, .code, .field, .reason] | map(tostring) | join("|")' no > found
    cat > wanted <<'EOF'
1|E_ROLE_UNKNOWN|/messages/1/role|as cohere: role is 'assistants', expected one of System, User, Chatbot
2|E_FORMAT_UNKNOWN||the row has the keys of no profile; --from names one
3|E_FORMAT_AMBIGUOUS||the row may be one of openai-sft or of nova-cpt; --from says which
4|E_TURNS_MIN||for bedrock-claude: the conversation has 1 turn, expected 2 at least
5|E_CONVERT_FORM||the row is of the form text, bedrock-claude takes chat
6|E_JSON_SYNTAX||expected a value
7|E_FORMAT_UNKNOWN||the row has the keys of no profile; --from names one
8|E_KEY_UNKNOWN|/note|as bedrock-claude: key 'note' is none of a conversation, expected one of system, messages
EOF
    diff wanted found
}

@test "convert: batch rows get ids and a model, tools are renamed, a system text is put in" {
    run --separate-stderr garner convert --to anthropic-batch --model claude --system S --accept-loss extras <<< '{"id":"r1","messages":[{"role":"user","content":"a"}]}'
    [ "$output" = '{"custom_id":"r1","params":{"model":"claude","max_tokens":4096,"system":"S","messages":[{"role":"user","content":"a"}]}}' ]
    garner convert -q --from alpaca --to openai-batch --model m <<< '{"instruction":"i","output":"o"}' | jq -e '.custom_id | test("^row-[0-9a-f]{32}$")'
    run -1 --separate-stderr garner convert --from alpaca --to openai-batch <<< '{"instruction":"i","output":"o"}'
    [ "$stderr" = "garner convert: stdin:1: the row has nothing for 'model', which openai-batch wants" ]
    run --separate-stderr garner convert --to bedrock-text --system-joiner ' / ' --accept-loss role <<< '{"instruction":"i","output":"o","system":"s"}'
    [ "$output" = '{"prompt":"s / i","completion":"o"}' ]
}

@test "convert: the same bytes for any --jobs, and unknown names are usage errors with the nearest" {
    for i in $(seq 400); do echo "{\"conversations\":[{\"from\":\"human\",\"value\":\"q$i\"},{\"from\":\"gpt\",\"value\":\"a$i\"}],\"system\":\"s\"}"; done > rows.jsonl
    for jobs in 1 2 8; do garner convert -q -j "$jobs" --to nova-sft rows.jsonl | sha256sum; done | sort -u > sums
    [ "$(wc -l < sums)" = 1 ]
    run -64 --separate-stderr garner convert --to openai_sft rows.jsonl
    [ "$stderr" = "garner convert: --to: no profile 'openai_sft', nearest is 'openai-sft'"$'\n'"try 'garner convert --help'" ]
    run -64 garner convert --to openai-sft --accept-loss wieght rows.jsonl
    [[ "$output" == *"--accept-loss: no loss 'wieght', nearest is weight"* ]]
}

@test "convert: a file that is one JSON array is a row for each element" {
    printf '[\n  {"instruction": "a",\n   "output": "b, c]"},\n  {"instruction": "", "output": "x"},\n  {"instruction": "d", "output": "e"}\n]\n' > alpaca.json
    run -2 --separate-stderr garner convert --to cohere --on-error skip alpaca.json
    [ "${lines[0]}" = '{"messages":[{"role":"User","content":"a"},{"role":"Chatbot","content":"b, c]"}]}' ]
    [ "${lines[1]}" = '{"messages":[{"role":"User","content":"d"},{"role":"Chatbot","content":"e"}]}' ]
    [ "${stderr_lines[0]}" = "garner convert: alpaca.json:2: as alpaca: instruction is empty, expected a text" ]
    head -c 60 alpaca.json > cut.json
    run -65 --separate-stderr garner convert --to cohere cut.json
    [[ "$stderr" == *"cut.json: the JSON array is cut short: its ']' is missing"* ]]
}
