# generate.bats - questions to chat models: every dialect, kept answers, what is no good row, budgets.
load ../support/setup

# start_server MODE: sets url; requests are lines of `log`. The server ends with the test: its standard input is ours.
start_server() {
    rm -f port log
    mkfifo hold
    python3 "$ROOT/tests/support/chat_server.py" port "$1" log < hold &
    exec 9> hold
    rm hold
    until [ -s port ]; do read -rt 0.02 <> <(:) || true; done
    url=http://127.0.0.1:$(cat port)
}

stop_server() {
    exec 9>&-
}

three() {
    printf '{"id":"a","text":"tea","n":9007199254740993}\n{"id":"gone","deleted":true}\n{"id":"b","text":"bad hot"}\n{"id":"c","text":"soup"}\n'
}

requests() {
    wc -l < log
}

@test "generate: the answer joins its record, the rest stays byte for byte, a re-run asks nothing" {
    three > in
    start_server ok
    garner generate --url "$url" --cache cache --user 'Say {{text}}' in > out
    cat > wanted <<'END'
{"id":"a","text":"tea","n":9007199254740993,"completion":"SAY TEA","finish_reason":"stop","model":"stub","usage":{"prompt_tokens":10,"completion_tokens":2}}
{"id":"gone","deleted":true}
{"id":"b","text":"bad hot","completion":"SAY BAD HOT","finish_reason":"stop","model":"stub","usage":{"prompt_tokens":10,"completion_tokens":2}}
{"id":"c","text":"soup","completion":"SAY SOUP","finish_reason":"stop","model":"stub","usage":{"prompt_tokens":10,"completion_tokens":2}}
END
    diff wanted out
    [ "$(requests)" = 3 ]
    [ "$(jq -c .body log | head -1)" = '{"messages":[{"role":"user","content":"Say tea"}]}' ]
    garner generate --url "$url" --cache cache --user 'Say {{text}}' --summary sum --concurrency 1 in > again
    cmp out again
    [ "$(requests)" = 3 ]
    [ "$(jq -c '.steps[0] | [.questions, .cached, .asked, .requests]' sum)" = '[3,3,0,0]' ]
    stop_server
    garner generate --url "$url" --cache cache --user 'Say {{text}}' in | cmp - out
}

@test "generate: every dialect asks in its own form and is understood" {
    printf '{"text":"tea"}\n' > in
    printf '{"type":"object","required":["echo"]}' > schema.json
    start_server ok
    for provider in openai ollama anthropic bedrock; do
        AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalr AWS_REGION=us-east-1 \
            garner generate --provider $provider --url "$url" --model m:1 --cache none --system S --user '{{text}}' in > out
        [ "$(jq -c '[.completion, .usage.completion_tokens]' out)" = '["TEA",2]' ] || { cat out; return 1; }
        AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalr AWS_REGION=us-east-1 \
            garner generate --provider $provider --url "$url" --model m:1 --cache none --schema schema.json --user '{{text}}' in > out
        [ "$(jq -c .answer out)" = '{"echo":"tea"}' ] || { cat out; return 1; }
    done
    [ "$(jq -r .path log | sort -u | tr '\n' ' ')" = '/api/chat /model/m%3A1/converse /v1/chat/completions /v1/messages ' ]
    [ "$(jq -r 'select(.path == "/v1/messages") | .version' log | sort -u)" = 2023-06-01 ]
    [ "$(jq -r 'select(.path | endswith("converse")) | .authorization' log | sort -u)" = 'AWS4-HMAC-SHA256' ]
    stop_server
}

@test "generate: answers that are no good rows are rejects with their own code, and are not asked for again" {
    three > in
    for mode in length:E_ANSWER_TRUNCATED filter:E_ANSWER_FILTERED refusal:E_ANSWER_REFUSED tool:E_ANSWER_UNUSABLE empty:E_ANSWER_UNUSABLE; do
        start_server "${mode%%:*}"
        run -2 garner generate --url "$url" --cache "cache-${mode%%:*}" --user '{{text}}' --rejects rejects in
        [ "$(jq -r '[.file, .line, .code] | join(" ")' rejects)" = "in 3 ${mode#*:}" ] || { cat rejects; return 1; }
        [ "$(grep -c completion <<< "$output")" = 2 ]
        [ "$(requests)" = 3 ]
        run -2 garner generate --url "$url" --cache "cache-${mode%%:*}" --user '{{text}}' --on-error skip in
        [ "$(requests)" = 3 ]
        stop_server
    done
    start_server length
    garner generate --url "$url" --cache none --user '{{text}}' --keep-truncated in > out
    [ "$(jq -c 'select(.id == "b") | [.completion, .finish_reason]' out)" = '["BAD HOT","length"]' ]
    run -65 --separate-stderr garner generate --url "$url" --cache none --user '{{text}}' in
    [[ "$stderr" == *"garner generate: in:3: the answer was cut at the limit of tokens"* ]]
    stop_server
}

@test "generate: a refused request is one reject, an unknown path or key ends the run, nonsense is 76" {
    three > in
    start_server status:400
    run -2 garner generate --url "$url" --cache none --user '{{text}}' --rejects rejects in
    [ "$(jq -r '[.line, .code] | join(" ")' rejects)" = "3 E_PROTOCOL" ]
    [[ "$(jq -r .reason rejects)" == *"not today"* ]]
    stop_server
    for mode in html nochoice; do
        start_server $mode
        run -76 --separate-stderr garner generate --url "$url" --cache cache --user '{{text}}' in
        stop_server
    done
    start_server status:401:all
    run -69 --separate-stderr garner generate --url "$url" --cache none --user '{{text}}' in
    stop_server
}

@test "generate: samples, their least number, and seeds" {
    three > in
    start_server ok
    garner generate --url "$url" --cache none --user '{{text}}' -n 2 --seed 40 --temperature 0.5 --stop X in > out
    [ "$(jq -c 'select(.id == "a") | [.completions, .finish_reasons, .usage.prompt_tokens]' out)" = '[["TEA","TEA"],["stop","stop"],20]' ]
    [ "$(jq -c 'select(.body.messages[0].content == "tea") | .body | [.seed, .temperature, .stop]' log | sort)" = $'[40,0.5,["X"]]\n[41,0.5,["X"]]' ]
    stop_server
    run -64 garner generate --url "$url" --user x -n 2 --min-samples 3 in
    garner generate --cache none --user '{{text}}' -n 3 --min-samples 1 --command \
        'jq -c --unbuffered "{id, completion: (if .id % 3 == 1 then \"\" else \"good\" end)}"' in > out
    [ "$(jq -c 'select(.id == "a") | .completions' out)" = '["good","good"]' ]
}

@test "generate: a budget ends the asking with its code; what was answered is kept" {
    for i in 1 2 3 4 5 6; do echo "{\"id\":$i,\"text\":\"t$i\"}"; done > in
    start_server ok
    run -1 --separate-stderr garner generate --url "$url" --cache cache --user '{{text}}' --max-requests 4 in
    [[ "$stderr" == *"in:5: --max-requests 4 are used up"* ]]
    run -2 garner generate --url "$url" --cache cache --user '{{text}}' --max-requests 1 --rejects rejects in
    [ "$(grep -c completion <<< "$output")" = 5 ]
    [ "$(jq -r '[.line, .code] | join(" ")' rejects)" = "6 E_BUDGET" ]
    garner generate --url "$url" --cache cache --user '{{text}}' in > out
    [ "$(wc -l < out)" = 6 ]
    [ "$(requests)" = 6 ]
    # 10 tokens in at 1 a million and 2 out at 5: 20 millionths each; set aside are 7 in and 4 out.
    run -2 garner generate --url "$url" --cache none --user '{{text}}' --max-cost 0.000067 --max-tokens 4 --input-price 1 --output-price 5 --rejects rejects --summary sum in
    [ "$(jq -r .code rejects | sort -u)" = E_BUDGET ]
    [ "$(jq -c '.steps[0] | [.asked, (.cost * 1000000 | round)]' sum)" = '[3,60]' ]
    stop_server
    run -64 --separate-stderr garner generate --url "$url" --max-cost 1 --max-tokens 5 in
    [[ "$stderr" == *"--max-cost needs a price"* ]]
}

@test "generate: a dry run asks nobody and says what it would cost" {
    three > in
    printf 'm*: {input: 3, output: 15}\n' > prices.yaml
    run -0 --separate-stderr garner generate --dry-run --url http://127.0.0.1:1 --cache none --user '{{text}}' --model m1 --max-tokens 10 --prices prices.yaml in
    [ -z "$output" ]
    [[ "$stderr" == *"dry run: 3 questions, 0 answered in the cache, about 16 tokens to send, at most 30 to come, cost at most about 0.000498"* ]]
}

@test "generate: a prompt file, the record's own messages, and the conversation as a row" {
    cat > prompt.yaml <<'END'
system: You know {{topic|all}}.
constraints: [Be short.]
examples:
  - record: {text: sun}
    assistant: warm
user: "What of {{text}}?"
END
    printf '{"text":"tea {{x}}"}\n' > in
    start_server ok
    garner generate --url "$url" --cache none --prompt prompt.yaml --messages in > out
    [ "$(jq -c '[.messages[].content]' out)" = '["You know all.\n\n- Be short.","What of sun?","warm","What of tea {{x}}?","WHAT OF TEA {{X}}?"]' ]
    printf '{"messages":[{"role":"user","content":"hi"}]}\n' | garner generate --url "$url" --cache none > out
    [ "$(jq -r .completion out)" = HI ]
    run -65 --separate-stderr garner generate --url "$url" --cache none in
    [[ "$stderr" == *"there is no field 'messages' or 'prompt', and no --user template is given"* ]]
    run -65 --separate-stderr garner generate --url "$url" --cache none --user '{{title}}' in
    [[ "$stderr" == *"in:1: field 'title' is missing"* ]]
    stop_server
    printf 'usr: x\n' > bad.yaml
    run -78 --separate-stderr garner generate --url "$url" --prompt bad.yaml in
    [[ "$stderr" == "garner generate: bad.yaml:1:1: a prompt file has no key 'usr', nearest is 'user'" ]]
    run -64 garner generate --url "$url" --user '{{a' in
}

@test "generate: a run that was killed goes on where it was" {
    for i in $(seq 40); do echo "{\"id\":$i,\"text\":\"t$i\"}"; done > in
    start_server ok
    garner generate --url "$url" --cache cache --user '{{text}}' --requests-per-minute 600 in > first 9>&- &
    pid=$!
    while [ "$(wc -l < log 2> /dev/null || echo 0)" -lt 5 ]; do read -rt 0.02 <> <(:) || true; done
    kill -9 $pid
    wait $pid || true
    sent=$(requests)
    garner generate --url "$url" --cache cache --user '{{text}}' --concurrency 4 --summary sum in > out
    [ "$(jq -r .completion out | grep -c '^T')" = 40 ]
    # Only what was under way when it died may have been asked for twice.
    [ $(($(requests) - 40)) -le 8 ]
    [ "$(jq '.steps[0].cached' sum)" -ge $((sent - 8)) ]
    garner generate --url "$url" --cache cache --user '{{text}}' in | cmp - out
    stop_server
}

# answer_batch PROVIDER: what the service would send back for `batch`, last question first, the first one failed.
answer_batch() {
    case $1 in
    openai) tac batch | jq -c 'if .body.messages[0].content == "tea" then {custom_id, response: {status_code: 500, body: {error: {message: "busy"}}}, error: null}
        else {custom_id, response: {status_code: 200, body: {model: "stub", choices: [{finish_reason: "stop", message: {content: (.body.messages[0].content | ascii_upcase)}}]}}, error: null} end' ;;
    anthropic) jq -c '.requests | reverse | .[] | if .params.messages[0].content == "tea" then {custom_id, result: {type: "errored", error: {type: "error", error: {message: "busy"}}}}
        else {custom_id, result: {type: "succeeded", message: {model: "stub", content: [{type: "text", text: (.params.messages[0].content | ascii_upcase)}], stop_reason: "end_turn"}}} end' batch ;;
    bedrock) tac batch | jq -c 'if .modelInput.messages[0].content[0].text == "tea" then {recordId, modelInput, error: {errorCode: 500, errorMessage: "busy"}}
        else {recordId, modelInput, modelOutput: {output: {message: {content: [{text: (.modelInput.messages[0].content[0].text | ascii_upcase)}]}}, stopReason: "end_turn"}} end' ;;
    esac
}

@test "generate: batch files of three services are written, and their results joined by what was asked" {
    three > in
    printf '{"id":"e","text":"soup"}\n' >> in
    for provider in openai anthropic bedrock; do
        asked=(--provider "$provider" --model m --cache "cache-$provider" --user '{{text}}' in)
        run -0 --separate-stderr garner generate "${asked[@]}" --url http://127.0.0.1:1 --batch-requests batch --summary sum
        [ "$output" = '{"id":"gone","deleted":true}' ]
        [ "$(jq -c '[.dropped, .drops, .steps[0].batched]' sum)" = '[4,{"batched":4},3]' ] || { cat sum; return 1; }
        [ "$(grep -c tea batch)" = 1 ]
        answer_batch $provider > results
        run -2 --separate-stderr garner generate "${asked[@]}" --batch-results results --rejects rejects
        [ "$(jq -rs '[.[] | .completion // "-"] | join(" ")' <<< "$output")" = '- BAD HOT SOUP SOUP' ] || { echo "$output"; return 1; }
        [ "$(jq -r '[.line, .code, .reason] | join(" ")' rejects)" = '1 E_ANSWER_MISSING busy' ]
    done
    printf '{"custom_id":"x","response":{}}\n' > odd
    run -65 --separate-stderr garner generate --provider openai --model m --cache c --user '{{text}}' --batch-results odd in
    [[ "$stderr" == *"odd:1: not a result of a batch that garner wrote: its id is 'x'"* ]]
    run -64 garner generate --provider ollama --url http://127.0.0.1:1 --model m --user '{{text}}' --batch-requests b in
    run -64 garner generate --provider openai --model m --cache none --user '{{text}}' --batch-requests b in
}
