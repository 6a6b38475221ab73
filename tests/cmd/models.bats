# models.bats - named models: what the configuration says once, and what refers to it.
load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    export XDG_CACHE_HOME=$PWD/cache GARNER_CONFIG=$PWD/config.yaml
    exec 9>&- 2> /dev/null || true
}

teardown() {
    exec 9>&- 2> /dev/null || true
}

# start STUB ARGUMENT...: sets url; requests are lines of `asked`.
start() {
    mkfifo hold
    python3 "$ROOT/tests/support/$1" port "${@:2}" < hold 3>&- &
    exec 9> hold
    until [ -s port ]; do read -rt 0.02 <> <(:) || true; done
    url=http://127.0.0.1:$(cat port)
}

@test "generate, judge: --model NAME brings its server, model, limits and price; options given win" {
    start chat_server.py ok asked
    cat > config.yaml << END
models:
  small: {url: "$url", model: stub-1, max-tokens: 50, temperature: 0.5, input-price: 3, output-price: 15}
  local: {command: 'jq -c --unbuffered "{id, completion: \"3\"}"'}
END
    echo '{"id":"a","text":"tea","prompt":"p","completion":"c"}' > in
    garner generate --model small --user '{{text}}' --summary sum in > out
    [ "$(jq -c .body asked)" = '{"model":"stub-1","messages":[{"role":"user","content":"tea"}],"max_tokens":50,"temperature":0.5}' ]
    [ "$(jq -r .completion out)" = TEA ]
    grep -q '"cost":0.00006' sum
    garner generate --model small --max-tokens 7 --user '{{text}}' in > out
    [ "$(tail -1 asked | jq .body.max_tokens)" = 7 ]
    # A name of ours is none of the server's; a server that is told takes any name.
    [ "$(garner generate --model local --user '{{text}}' in | jq -c '[.completion, .model]')" = '["3",null]' ]
    garner generate --model other --url "$url" --user '{{text}}' in > out
    [ "$(tail -1 asked | jq -r .body.model)" = other ]
    [ "$(garner judge --model local --maximum 5 in | jq .score)" = 3 ]
}

@test "--model: a name that nothing knows is an error with the nearest" {
    echo 'models: {small: {url: "http://127.0.0.1:1"}}' > config.yaml
    for tool in generate judge embed; do
        run -64 --separate-stderr garner $tool --model smal < /dev/null
        [ "${stderr_lines[0]}" = "garner $tool: --model: there is no named model 'smal'; did you mean 'small'?" ]
    done
    run -64 --separate-stderr garner generate --model zebra < /dev/null
    [ "${stderr_lines[0]}" = "garner generate: --model: there is no named model 'zebra'" ]
}

@test "generate: without a model's name answers of one program are none of another's" {
    rm -f config.yaml
    unset GARNER_CONFIG
    echo '{"text":"tea"}' > in
    for word in one two one; do
        garner generate --command "tee -a asked-$word | jq -c --unbuffered '{id, completion: \"$word\"}'" --user '{{text}}' in | jq -r .completion
    done > out
    [ "$(paste -sd ' ' out)" = "one two one" ]
    [ "$(wc -l < asked-one)" = 1 ]
}

@test "generate: a key comes from where an option says, and from nowhere else" {
    start answer_server.py ok
    unset GARNER_CONFIG
    echo '{"text":"tea"}' > in
    OPENAI_API_KEY=secret garner generate --url "$url" --user '{{text}}' --cache none in > out
    [ "$(jq -c .key asked)" = null ]
    printf 'hidden\n' > key
    garner generate --url "$url" --user '{{text}}' --cache none --api-key-file key in > out
    [ "$(tail -1 asked | jq -r .key)" = "Bearer hidden" ]
    run -64 --separate-stderr garner generate --url http://192.0.2.1 --user '{{text}}' --cache none --api-key-file key in
    [[ "$stderr" == *"an API key would go to another host unencrypted"* ]]
}

kb() {
    printf '{"id":"one","text":"A fox sees the three green trees here."}\n{"id":"two","text":"A fox, a fox and the hen."}\n' | garner index kb
}

@test "query: --rerank, --answer and --rewrite-by take names; what the command line says wins" {
    kb
    start answer_server.py ok
    echo secret > key
    cat > config.yaml << END
models:
  sharp: {provider: cohere, url: "$url", model: sharp-1, batch-size: 1, api-key-file: key}
  paid: {url: "$url", model: chat-1, max-tokens: 77, temperature: 0.25, api-key-env: PAID_KEY}
  words: {url: "$url", model: small-1}
END
    export PAID_KEY=paid-key
    echo 'Trees [1].' > say
    echo 'green trees' > reword
    garner query kb fox --rerank sharp --answer paid --rewrite 1 --rewrite-by words > found
    [ "$(jq -c '[.path, .key, .body.model, .body.max_tokens, .body.temperature, (.body.documents | length)]' asked)" = '["/v1/chat/completions",null,"small-1",512,0,0]
["/v2/rerank","Bearer secret","sharp-1",null,null,1]
["/v2/rerank","Bearer secret","sharp-1",null,null,1]
["/v1/chat/completions","Bearer paid-key","chat-1",77,0.25,0]' ]
    rm asked
    garner query kb fox --answer paid --answer-model other --answer-tokens 5 --answer-temperature 0 > found
    [ "$(jq -c '[.key, .body.model, .body.max_tokens, .body.temperature]' asked)" = '["Bearer paid-key","other",5,0]' ]
    rm asked
    garner query kb fox --rerank "$url" --rerank-api-key-file key --answer "$url" --answer-api-key-file key --cache none > found
    [ "$(jq -r .key asked | sort -u)" = "Bearer secret" ]
    for option in rerank answer rewrite-by; do
        run -64 --separate-stderr garner query kb fox --rewrite 1 "--$option" shar
        [ "${stderr_lines[0]}" = "garner query: --$option: there is no named model 'shar'; did you mean 'sharp'?" ]
    done
}

@test "query: limits and the cache hold for each model; keys do not travel unencrypted" {
    kb
    unset GARNER_CONFIG
    start answer_server.py status:500
    echo 'secret' > key
    for option in --rerank --answer; do
        run -64 --separate-stderr garner query kb fox $option http://192.0.2.1 "$option-api-key-file" key
        [[ "$stderr" == *"an API key would go to another host unencrypted"* ]]
        run -69 --separate-stderr garner query kb fox $option http://192.0.2.1 "$option-api-key-file" key --allow-plain-http --offline
        [[ "$stderr" == *"--offline forbids"* ]]
    done
    exec 9>&-
    rm -f port hold asked
    start answer_server.py ok
    garner query kb fox --rerank "$url" --cache here > found
    garner query kb fox --rerank "$url" --cache here > found
    [ "$(wc -l < asked)" = 1 ]
    garner query kb fox --rerank "$url" --cache none > found
    [ "$(wc -l < asked)" = 2 ]
    [ ! -e cache ]
    garner info here > shown
}

@test "doctor: each named model is tried by what it is for; latency and limits, never a key" {
    start answer_server.py ok
    mkdir other
    (cd other && mkfifo hold && exec python3 "$ROOT/tests/support/chat_server.py" port ok < hold 3>&-) &
    until [ -p other/hold ]; do read -rt 0.02 <> <(:) || true; done
    exec 8> other/hold
    until [ -s other/port ]; do read -rt 0.02 <> <(:) || true; done
    echo the-secret > key
    cat > config.yaml << END
models:
  sharp: {provider: jina, url: "$url", model: sharp-1, api-key-file: key, requests-per-minute: 50}
  talk: {kind: chat, url: "http://127.0.0.1:$(cat other/port)", model: chat-1, tokens-per-minute: 9000}
  local: {kind: rerank, command: 'jq -c --unbuffered "{id, scores: [1,0]}"'}
  words: {dimension: 8}
  down: {kind: chat, command: 'exit 3'}
  odd: {kind: pet}
END
    garner doctor > report || [ $? = 69 ]
    exec 8>&-
    grep -qE '^ok +model +sharp +reranker jina:sharp-1 answers in [0-9]+ ms, at most 50 requests a minute$' report
    grep -qE '^ok +model +talk +chat model stub answers in [0-9]+ ms, at most 9000 tokens a minute$' report
    grep -qE '^ok +model +local +reranker command: answers in [0-9]+ ms$' report
    grep -qE '^ok +model +words +builtin:[^ ]* answers in [0-9]+ ms, dimension 8' report
    grep -qE "^warn +model +down +.*ended" report
    grep -qE "^warn +model +odd +kind: 'pet' is not one of embed, chat, rerank$" report
    [ "$(grep -c secret report)" = 0 ]
}

@test "run: a pipeline's models serve rerank and answer; one that is a program needs leave" {
    kb
    start answer_server.py ok
    rm -f config.yaml
    unset GARNER_CONFIG
    cat > p.yaml << 'END'
version: 1
vars: {url: ""}
models:
  sharp: {kind: rerank, url: "${url}", model: sharp-1}
  local: {kind: rerank, command: 'jq -c --unbuffered "{id, scores: [.documents[] | length]}"'}
  unused: {url: "${env.NOT_THERE}"}
steps:
  - query: {path: kb, text: fox, rerank: sharp}
END
    garner run p.yaml --set "url=$url" > found
    [ "$(jq -c '[.path, .body.model]' asked)" = '["/v1/rerank","sharp-1"]' ]
    sed 's/rerank: sharp/rerank: local/' p.yaml > q.yaml
    run -78 --separate-stderr garner run q.yaml
    [[ "$stderr" == "garner run: q.yaml:8:"*": query: --command runs a program; --allow-exec permits that" ]] || { echo "$stderr"; return 1; }
    [ "$(garner run q.yaml --allow-exec | jq -r .id | head -1)" = one ]
    sed 's/rerank: sharp/rerank: shark/' p.yaml > r.yaml
    run -78 --separate-stderr garner run r.yaml
    [[ "$stderr" == *"--rerank: there is no named model 'shark'; did you mean 'sharp'?"* ]] || { echo "$stderr"; return 1; }
}
