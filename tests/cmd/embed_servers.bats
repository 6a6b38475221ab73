# embed_servers.bats - how each service is asked, what its limits and refusals mean; against the stub, which is strict.
load ../support/setup
load ../support/model_server

ten() {
    for i in $(seq 10); do echo "{\"id\":$i,\"text\":\"number $i of the harbour\"}"; done
}

# Ten vectors of documents that are the stub's, in their order.
assert_vectors() {
    [ "$(jq -c 'select(.embedding == [(.text | length), 5, 1]) | .id' "$1" | wc -l)" = 10 ] && [ "$(jq -s 'map(.id) == [range(1; 11)]' "$1")" = true ]
}

aws() {
    AWS_ACCESS_KEY_ID=AKTEST AWS_SECRET_ACCESS_KEY=aws-secret AWS_SESSION_TOKEN=session garner "$@" --provider bedrock --url "$url" \
        --model "$model"
}

setup_file() {
    export KEY_COHERE=k-cohere KEY_VOYAGE=k-voyage AWS_REGION=eu-test-1
}

@test "embed servers: openai is asked for base64, and for numbers when it knows no base64" {
    ten > in
    start_server ok
    garner embed --provider openai --url "$url" --model m in > out
    assert_vectors out
    [ "$(jq -r '[.path, .body.encoding_format, .authorization] | join(" ")' asked | sort -u)" = "/v1/embeddings base64 " ]
    garner embed --provider openai --url "$url" --model m --dimension 2 in | jq -c .embedding_model | sort -u > name
    [ "$(cat name)" = '"openai:m:2"' ]
    stop_server
    start_server no-base64
    garner embed --provider openai --url "$url" --model n --batch-size 4 --concurrency 1 in > out
    assert_vectors out
    [ "$(jq -r .body.encoding_format asked | uniq -c | tr -s ' \n' ' ')" = " 1 base64 3 float " ]
    stop_server
}

@test "embed servers: ollama: its path, truncate, limits from /api/show; no such model is 69" {
    ten > in
    start_server ok
    garner embed --provider ollama --url "$url" --model m in > out
    assert_vectors out
    [ "$(jq -r '[.path, (.body.truncate | tostring)] | join(" ")' asked | tr '\n' ,)" = "/api/show null,/api/embed false," ]
    garner embed --provider ollama --url "$url" --model m --truncate end --cache none in > out
    [ "$(jq -c .body.truncate asked | tail -1)" = true ]
    run -69 --separate-stderr garner embed --provider ollama --url "$url" --model missing in
    [[ "$stderr" == *"answered 404: model \"missing\" not found, try pulling it first" ]]
    stop_server
    start_server info-404
    garner embed --provider ollama --url "$url" --model n in > out
    assert_vectors out
    stop_server
}

@test "embed servers: tei is asked for its limits first and never for more" {
    ten > in
    start_server ok
    garner embed --provider tei --url "$url" in > out
    assert_vectors out
    [ "$(jq -r .path asked | head -1)" = /info ]
    [ "$(jq '.body.inputs // [] | length' asked | sort -n | tail -1)" = 4 ]
    stop_server
    start_server info-404 # then by what its refusal says
    garner embed --provider tei --url "$url" --concurrency 1 in > out
    assert_vectors out
    [ "$(jq '.body.inputs // [] | length' asked | tr '\n' ' ')" = "0 10 4 4 2 " ]
    stop_server
}

@test "embed servers: cohere: key, input types of documents and queries, base64 or numbers" {
    ten > in
    for mode in ok no-base64; do
        start_server $mode
        garner embed --provider cohere --url "$url" --model embed-v4.0 --api-key-env KEY_COHERE --cache none in > out
        assert_vectors out
        [ "$(jq -c '[.path, .body.input_type, .body.truncate]' asked | sort -u)" = '["/v2/embed","search_document","NONE"]' ]
        [ "$(jq -c .body.embedding_types asked | tail -1)" = "$([ $mode = ok ] && echo '["base64"]' || echo '["float"]')" ]
        stop_server
    done
    start_server ok
    garner index kb out
    garner query kb 'the harbour' --mode vector --url "$url" --api-key-env KEY_COHERE > hits
    [ "$(wc -l < hits)" = 10 ]
    [ "$(jq -c '[.body.input_type, .body.model]' asked | tail -1)" = '["search_query","embed-v4.0"]' ]
    run -65 --separate-stderr garner embed --provider cohere --url "$url" --model m in
    [[ "$stderr" == *"answered 400: no key"* ]]
    stop_server
}

@test "embed servers: voyage: key, input types, base64 or numbers" {
    ten > in
    for mode in ok no-base64 reversed; do
        start_server $mode
        garner embed --provider voyage --url "$url/voyage" --model voyage-3 --api-key-env KEY_VOYAGE --cache none --dimension 3 in > out
        assert_vectors out
        [ "$(jq -c '[.body.input_type, .body.truncation, .body.output_dimension]' asked | sort -u)" = '["document",false,3]' ]
        stop_server
    done
}

@test "embed servers: bedrock: signed requests, a text each for Titan, many for Cohere" {
    ten > in
    start_server ok
    for model in amazon.titan-embed-text-v2:0 amazon.titan-embed-text-v1 cohere.embed-english-v3; do
        rm -f asked
        aws embed --cache none in > out
        assert_vectors out
        [ "$(jq -r .embedding_model out | sort -u)" = "bedrock:$model:3" ]
        [ "$(wc -l < asked)" = "$([[ $model == amazon* ]] && echo 10 || echo 1)" ]
        ! grep -q aws-secret asked
    done
    [ "$(jq -c '.body.embedding_types' asked)" = '["float"]' ]
    stop_server
}

@test "embed servers: an error in any dialect's form is told in its words, of each text" {
    ten | head -2 > in
    start_server poison
    echo '{"id":3,"text":"POISON"}' >> in
    check() {
        run -2 --separate-stderr garner embed --cache none --url "$url$3" --provider "$1" --model "$2" "${@:4}" --rejects rejects in
        [ "${#lines[@]}" = 2 ]
        [ "$(jq -rc '[.code, .record.id, (.reason | test("answered 400: too long"))]' rejects)" = '["E_MODEL_REFUSED",3,true]' ]
    }
    check openai m ""
    check ollama m ""
    check tei m ""
    check cohere m "" --api-key-env KEY_COHERE
    check voyage m /voyage --api-key-env KEY_VOYAGE
    stop_server
}

@test "embed servers: texts that are refused one and all are rejects; a wrong request ends the run" {
    ten > in
    start_server status:400
    run -2 --separate-stderr garner embed --url "$url" --model m --rejects rejects in
    [ -z "$output" ]
    [ "$(jq -r .code rejects | sort | uniq -c | tr -s ' ')" = " 10 E_MODEL_REFUSED" ]
    run -65 --separate-stderr garner embed --url "$url" --model m in
    [[ "$stderr" == "garner embed: in:1: '$url/v1/embeddings' answered 400: not today"* ]]
    stop_server
    check() {
        start_server "say:$1"
        run "-$2" --separate-stderr garner embed --url "$url" --model m --on-error skip in
        [ "$stderr" = "garner embed: '$url/v1/embeddings' answered 400: $1" ] || [[ "$stderr" == *"answered 400: $1 ("* ]]
        [ "$(wc -l < asked)" -le 2 ]
        stop_server
    }
    check "The model 'm' does not exist" 69
    check "This model does not support specifying dimensions." 78
}

@test "embed servers: limits that a refusal tells are kept for the run, and the vectors are the same" {
    for i in $(seq 40); do echo "{\"id\":$i,\"text\":\"text $i\"}"; done > in
    start_server batch:5
    garner embed --url "$url" --model m --cache none --concurrency 1 --batch-size 20 in > out
    [ "$(jq ".body.input | length" asked | tr "\n" " ")" = "20 20 5 5 5 5 5 5 5 5 " ] # two were under way
    stop_server
    start_server load:20
    garner embed --url "$url" --model m --cache none --concurrency 1 --batch-size 40 in > two
    cmp out two
    stop_server
}

@test "embed servers: a text that is too long is refused alone, or cut to what the server says fits" {
    { ten | head -3; jq -nc '{id: "long", text: ("word " * 50)}'; } > in
    start_server context:12
    run -2 --separate-stderr garner embed --url "$url" --model m --rejects rejects in
    [ "${#lines[@]}" = 3 ]
    [ "$(jq -r .record.id rejects)" = long ]
    rm asked
    garner embed --url "$url" --model m --truncate end --cache none --batch-size 1 --concurrency 1 in > out
    [ "$(jq -c 'select(.id == "long") | .embedding[1] > 9 and .embedding[1] <= 12' out)" = true ]
    [ "$(wc -l < asked)" = 5 ] # the long one twice
    stop_server
}

@test "embed servers: doctor tells the limits of a named model's server; its name stands for all its settings" {
    ten > in
    start_server ok
    printf 'models:\n  mine: {provider: tei, url: "%s", model: stub}\n' "$url" > config.yaml
    GARNER_CONFIG=config.yaml garner doctor > report || [ $? = 69 ]
    grep -qE '^ok +model +mine +.*tei:stub:3 answers in [0-9]+ ms, dimension 3, 4 texts a request, 16384 tokens a request, 512 tokens a text' report
    GARNER_CONFIG=config.yaml garner embed --model mine in > out
    assert_vectors out
    [ "$(jq -r .embedding_model out | sort -u)" = tei:stub:3 ]
    stop_server
    garner info cache/garner | grep -q '"\?vectors"\?[^0-9]*10'
    garner verify cache/garner > report
    printf 'x' | dd of=cache/garner/00000001.log bs=1 seek=200 conv=notrunc status=none
    run -65 --separate-stderr garner verify cache/garner
}
