# query_rerank.bats - what a reranker makes of an answer: its order, its dialects, its failures.
load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    export XDG_CACHE_HOME=$PWD/cache
}

start_server() {
    rm -rf cache
    exec 9>&- 2> /dev/null || true
    rm -f port asked
    mkfifo hold
    python3 "$ROOT/tests/support/answer_server.py" port "${1:-ok}" < hold 3>&- &
    exec 9> hold
    rm hold
    until [ -s port ]; do read -rt 0.02 <> <(:) || true; done
    url=http://127.0.0.1:$(cat port)
}

teardown() {
    exec 9>&- 2> /dev/null || true
}

# By words: three, two, one; by letters e: one, two, three.
rows() {
    cat << 'END'
{"id":"one","text":"A fox sees the three green trees here."}
{"id":"two","text":"A fox, a fox and the hen."}
{"id":"three","text":"Fox, fox, fox."}
END
}

# ids ARGUMENT...: the ids of the answer, in order, on one line.
ids() {
    garner query kb fox "$@" | jq -r .id | paste -sd ' '
}

@test "query --rerank: the reranker's score ranks, the search's stays beside it" {
    rows | garner index kb
    start_server
    [ "$(ids)" = "three two one" ]
    garner query kb fox --rerank "$url" > found
    [ "$(jq -c '[.id, .rank, .score, .search_rank, (.search_score | type)]' found)" = '["one",1,11,3,"number"]
["two",2,2,2,"number"]
["three",3,0,1,"number"]' ]
    [ "$(jq -c .body asked)" = '{"query":"fox","documents":["Fox, fox, fox.","A fox, a fox and the hen.","A fox sees the three green trees here."],"top_n":3}' ]
    [ "$(garner query kb fox --rerank "$url" --format trec | cut -d ' ' -f 3-5 | paste -sd ' ')" = "one 1 11 two 2 2 three 3 0" ]
    # Of three only the candidates are seen; of those the best.
    [ "$(ids --rerank "$url" --rerank-candidates 2 -k 1)" = two ]
    [ "$(ids --rerank "$url" -k 1)" = one ]
    run -1 garner query kb zebra --rerank "$url"
}

@test "query --rerank: every dialect, by path and form" {
    rows | garner index kb
    start_server
    for dialect in cohere jina voyage tei; do
        [ "$(ids --rerank "$url" --rerank-provider $dialect --rerank-model m)" = "one two three" ] || { echo $dialect; return 1; }
    done
    AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_REGION=eu-north-1 \
        garner query kb fox --rerank "$url" --rerank-provider bedrock --rerank-model arn:x | jq -r .id | paste -sd ' ' > found
    [ "$(cat found)" = "one two three" ]
    [ "$(jq -c '[.path, (.body | del(.documents, .texts, .sources))]' asked)" = '["/v2/rerank",{"model":"m","query":"fox","top_n":3}]
["/v1/rerank",{"model":"m","query":"fox","top_n":3}]
["/v1/rerank",{"model":"m","query":"fox","top_k":3}]
["/rerank",{"query":"fox"}]
["/rerank",{"queries":[{"type":"TEXT","textQuery":{"text":"fox"}}],"rerankingConfiguration":{"type":"BEDROCK_RERANKING_MODEL","bedrockRerankingConfiguration":{"modelConfiguration":{"modelArn":"arn:x"},"numberOfResults":3}}}]' ]
    tail -1 asked | grep -q 'AWS4-HMAC-SHA256 Credential=a/[0-9]*/eu-north-1/bedrock/aws4_request'
    rm -r cache
    KEY=secret ids --rerank "$url" --rerank-api-key-env KEY
    [ "$(tail -1 asked | jq -r .key)" = "Bearer secret" ]
}

@test "query --rerank: a program" {
    rows | garner index kb
    program='jq -c --unbuffered "{id, scores: [.documents[] | [match(\"e\"; \"g\")] | length]}"'
    [ "$(ids --rerank-command "$program")" = "one two three" ]
    [ "$(ids --rerank-command "$program" --rerank-model m --rerank-candidates 2 -k 2)" = "two three" ]
    for pair in 'exit 3=69=ended (exit code 3) before it had answered' 'echo x=76=answered: no JSON' \
        'cat=76=answered: there is no array '"'results' or 'data', and the answer is none" \
        'echo "{\"error\":\"no such model\"}"=76=answered: no such model' 'echo "{\"scores\":[1]}"=76=answered: 1 scores for 3 documents'; do
        program=${pair%%=*} rest=${pair#*=}
        run "-${rest%%=*}" --separate-stderr garner query kb fox --rerank-command "$program"
        [ -z "$output" ]
        [ "$stderr" = "garner query: the command '$program' ${rest#*=}" ]
    done
}

@test "query --rerank: equal scores go by id" {
    for id in b c a; do printf '{"id":"%s","text":"fox %s"}\n' $id "$id$id$id"; done | garner index kb
    [ "$(ids --rerank-command 'jq -c --unbuffered "{scores: [.documents[] | 1]}"')" = "a b c" ]
}

@test "query --rerank: nonsense and refusals end the query, or with --rerank-fallback the search answers" {
    rows | garner index kb
    for pair in 'short=76=2 scores for 3 documents' 'html=76=no JSON'; do
        mode=${pair%%=*} rest=${pair#*=}
        start_server "$mode"
        run "-${rest%%=*}" --separate-stderr garner query kb fox --rerank "$url" --rerank-model m
        [ -z "$output" ]
        [ "$stderr" = "garner query: the reranker 'jina:m' answered: ${rest#*=}" ] || { echo "$mode: $stderr"; return 1; }
        [ "$(wc -l < asked)" -eq 3 ]
    done
    start_server status:401
    run -69 --separate-stderr garner query kb fox --rerank "$url"
    [[ "$stderr" == *"not today"* ]]
    run -0 --separate-stderr garner query kb fox --rerank "$url" --rerank-fallback --format trec
    [ "$(cut -d ' ' -f 3 <<< "$output" | paste -sd ' ')" = "three two one" ]
    [[ "${stderr_lines[0]}" == *"not today"* ]]
    [ "${stderr_lines[1]}" = "garner query: the reranker is left out from here on (--rerank-fallback)" ]
    start_server status:422
    run -76 --separate-stderr garner query kb fox --rerank "$url"
    run -64 --separate-stderr garner query kb fox --rerank not-a-url
}

@test "query --rerank: a request that is too large is halved" {
    rows | garner index kb
    start_server limit:1
    [ "$(ids --rerank "$url")" = "one two three" ]
    [ "$(jq -s 'map(.body.documents | length) | sort' -c asked)" = "[1,1,1,2,3]" ]
}

@test "query --rerank: a score that was paid for is not asked for again" {
    rows | garner index kb
    start_server
    garner query kb fox --rerank "$url" > one
    garner query kb fox --rerank "$url" | cmp one -
    [ "$(wc -l < asked)" -eq 1 ]
    printf '{"id":"four","text":"One more fox."}\n' | garner index kb
    garner query kb fox --rerank "$url" -k 4 > /dev/null
    [ "$(tail -n +2 asked | jq -c .body.documents)" = '["One more fox."]' ]
    # Another model, another score.
    garner query kb fox --rerank "$url" --rerank-model other > /dev/null
    [ "$(tail -n +3 asked | jq -c '.body.documents | length')" = 4 ]
}

@test "query --rerank: offline and a dry run ask nothing" {
    rows | garner index kb
    start_server
    run -69 --separate-stderr garner query kb fox --rerank "$url" --offline
    [ "$stderr" = "garner query: --offline forbids the request to '$url'" ]
    run -0 --separate-stderr garner query kb fox --rerank "$url" --answer "$url" --rewrite 3 --dry-run
    [ ! -e asked ]
    [ "$stderr" = "garner query: dry run: 1 questions, lexical, 3 of 3 rows, 1 to be worded anew, up to 50 rows to be reranked, up to 1 answers of a chat model (4000 tokens each at most, and 1024 said); nothing was asked" ]
}

@test "query --rerank: options that do not fit are refused" {
    rows | garner index kb
    for pair in '--rerank-model m=--rerank-model: needs --rerank or --rerank-command' '--rerank-candidates 3=--rerank-candidates: needs --rerank or --rerank-command' \
        '--rerank http://127.0.0.1:1 --rerank-candidates 3=--rerank-candidates: 3 must be at least --top-k 10' \
        '--rerank http://127.0.0.1:1 --rerank-command cat=--rerank and --rerank-command exclude one another' \
        '--rerank http://127.0.0.1:1 --rerank-provider cohere=reranker cohere needs the name of a model' \
        '--rerank http://127.0.0.1:1 --rerank-provider command=--rerank-provider command goes with --rerank-command, the others with --rerank'; do
        # shellcheck disable=SC2086
        run -64 --separate-stderr garner query kb fox ${pair%%=*}
        [ "${stderr_lines[0]}" = "garner query: ${pair#*=}" ] || { echo "$stderr"; return 1; }
    done
}

@test "query --rerank: pieces are ranked before they become parents" {
    printf '{"id":"a","text":"Fox fox. Red hen."}\n{"id":"b","text":"Fox sees trees. Blue cow."}\n' |
        garner chunk --strategy hierarchical --unit words --parent-size 5 --size 3 --overlap 0 | garner index kb
    start_server
    [ "$(ids --parents)" = "a#p0 b#p0" ]
    [ "$(ids --parents --rerank "$url")" = "b#p0 a#p0" ]
}
