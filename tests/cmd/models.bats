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
