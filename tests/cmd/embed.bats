# embed.bats - vectors by the builtin hashing, a server, a program.
load ../support/setup
load ../support/model_server

two() {
    printf '{"id":"a","text":"harbour crane","n":9007199254740993}\n{"id":"b","text":"x"}\n'
}

@test "embed: builtin vectors have unit length, the model's name, and the rest of the record stays" {
    two | garner embed --dimension 8 > out
    [ "$(jq -c '[.embedding_model, (.embedding | length), ((.embedding | map(. * .) | add) > 0.9999), ((.embedding | map(. * .) | add) < 1.0001)]' out | sort -u)" = '["builtin:ngram-1:8",8,true,true]' ]
    head -1 out | grep -q '^{"id":"a","text":"harbour crane","n":9007199254740993,"embedding":\[' 
}

@test "embed: texts that share words are nearer than texts that do not" {
    printf '{"text":"the harbour crane lifts cargo"}\n{"text":"a crane in the harbour"}\n{"text":"poems about quiet gardens"}\n' |
        garner embed | jq -s '[.[].embedding] as [$a, $b, $c] | def dot($x; $y): [range($x | length) | $x[.] * $y[.]] | add;
            dot($a; $b) > dot($a; $c) + 0.2' > out
    [ "$(cat out)" = true ]
}

@test "embed: jobs, cpu level, encoding and a second pass do not change the vectors" {
    for i in $(seq 300); do echo "{\"id\":$i,\"text\":\"record $i of the harbour log, number $((i * 7919))\"}"; done > in
    garner embed -j1 in > one
    garner embed -j8 in > eight
    cmp one eight
    GARNER_CPU=scalar garner embed in > scalar
    cmp one scalar
    garner embed one > again
    cmp one again
    garner embed --encoding base64 in | head -c 300 | grep -q '"embedding":"'
}

@test "embed: a missing, empty or wrong text is a reject with its place; a tombstone passes" {
    printf '{"id":1}\n{"text":" "}\n{"text":5}\n{"id":"d","deleted":true}\n{"text":"ok"}\n' > in.jsonl
    run -2 --separate-stderr garner embed --on-error skip in.jsonl
    [ "${#lines[@]}" -eq 2 ]
    [ "${lines[0]}" = '{"id":"d","deleted":true}' ]
    [[ "$stderr" == *"garner embed: in.jsonl:1: "*"'text' is missing"* ]]
    [[ "$stderr" == *"garner embed: in.jsonl:2: field 'text' is empty, so there is nothing to embed"* ]]
    [[ "$stderr" == *"garner embed: in.jsonl:3: field 'text' is a number, expected a string"* ]]
    run -65 --separate-stderr garner embed in.jsonl
}

@test "embed: a server's vectors are placed by index, in either encoding, over several requests" {
    for i in $(seq 1 20); do printf '{"text":"%*s"}\n' "$i" x; done | tr ' ' y > in
    for mode in ok float reversed; do
        start_server $mode
        garner embed --url "$url" --model m --batch-size 3 --concurrency 4 in > out
        [ "$(jq -c '.embedding[0] == (.text | length)' out | sort -u)" = true ]
        [ "$(jq -r '.embedding_model' out | sort -u)" = openai:m:3 ]
        stop_server
    done
    start_server ok
    garner embed --url "$url/v1/embeddings" in | head -1 | jq -r .embedding_model > name
    [ "$(cat name)" = openai:stub-3:3 ]
    stop_server
}

@test "embed: what a server does wrong is one line and the right exit code, and no vector gets through" {
    two > in
    check() {
        start_server "$1"
        run -"$2" --separate-stderr garner embed --cache none --url "$url" --model m in
        [[ "$stderr" == "garner embed: '$url/v1/embeddings'"*"$3"* ]] || { echo "$1: $stderr"; return 1; }
        ! grep -q embedding_model <<< "$output"
        stop_server
    }
    check shuffled-count 76 "1 embeddings came for 2 texts"
    check dimension 76 "an embedding has 4 numbers, expected 3"
    check nan 76 "a number that is not finite"
    check zero 76 "an embedding is all zeros"
    check html 76 "the answer is not JSON"
    check status:500 69 "answered 500: not today"
}

@test "embed: a key comes from environment or file, is never shown, and does not travel unencrypted" {
    two > in
    start_server key-echo
    TEST_KEY=secret-1234 run -69 --separate-stderr garner embed --url "$url" --api-key-env TEST_KEY in
    [[ "$stderr" == *"answered 401"* && "$stderr" != *secret* ]]
    stop_server
    TEST_KEY=k run -64 --separate-stderr garner embed --url http://198.51.100.1 --api-key-env TEST_KEY in
    [[ "$stderr" == *"unencrypted"* ]]
    run -69 --separate-stderr garner embed --url http://127.0.0.1:1 --api-key-env NOT_THERE in
    [[ "$stderr" == *"the environment has no 'NOT_THERE'"* ]]
    run -69 --separate-stderr garner embed --url http://127.0.0.1:1 --offline in
    [[ "$stderr" == *"--offline forbids"* ]]
    run -69 --separate-stderr garner embed --url http://127.0.0.1:1 in
}

@test "embed: a program answers line by line; one that dies, lies or refuses is told" {
    two > in
    garner embed --command 'jq -c --unbuffered "{id, embedding: [(.text | length), 1]}"' in > out
    [ "$(jq -c .embedding out | head -1)" = '[13,1]' ]
    [ "$(jq -r .embedding_model out | head -1)" = command:command:2 ]
    run -69 --separate-stderr garner embed --command 'head -c 0; exit 3' in
    [[ "$stderr" == *"ended (exit code 3) before it had answered everything"* ]]
    # One that dies in the middle is started again, and goes on with the text it did not answer.
    for i in $(seq 7); do echo "{\"text\":\"text $i\"}"; done > seven
    garner embed --command 'echo started >> starts; for i in 1 2 3; do read -r line || exit; echo "{\"embedding\":[$i,1]}"; done' seven > out
    [ "$(jq -c '.embedding[0]' out | tr '\n' ' ')" = "1 2 3 1 2 3 1 " ]
    [ "$(wc -l < starts)" = 3 ]
    run -69 --separate-stderr garner embed --command 'if [ -e once ]; then exit 4; fi; touch once; read -r line; echo "{\"embedding\":[1]}"' seven
    [[ "$stderr" == *"ended (exit code 4)"* ]]
    run -76 --separate-stderr garner embed --command 'while read -r l; do echo hello; done' in
    [[ "$stderr" == *"not a JSON object: hello"* ]]
    run -2 --separate-stderr garner embed --on-error skip --command 'jq -c --unbuffered "if .id == 0 then {error: \"too long\"} else {embedding: [1]} end"' in
    [ "${#lines[@]}" -eq 1 ]
    [[ "$stderr" == *"too long"* ]]
}

@test "embed: options that exclude one another are usage errors" {
    run -64 --separate-stderr garner embed --url http://127.0.0.1 --command cat
    run -64 --separate-stderr garner embed --provider openai
    run -64 --separate-stderr garner embed --provider builtin --model other
}

@test "embed: a named model's vectors are asked for once; a run that is done asks for nothing" {
    for i in $(seq 20); do echo "{\"text\":\"text number $((i % 7))\"}"; done > in
    start_server ok
    garner embed --url "$url" --model m --batch-size 3 --summary first in > one
    garner embed --url "$url" --model m --batch-size 5 --summary second in > two
    cmp one two
    [ "$(jq -c '.steps[0] | [.cache_puts, .requests > 0]' first)" = '[8,true]' ] # and the probe text
    [ "$(jq -c '.steps[0] | [.cache_hits, .requests]' second)" = '[20,0]' ]
    garner embed --url "$url" --model m --cache none --summary third in > three
    cmp one three
    [ "$(jq '.steps[0].requests' third)" = 1 ]
    stop_server
    garner embed --url "$url" --model m in > four # nobody is there any more
    cmp one four
    [ -z "$(grep -rl 'text number' cache)" ]
}

@test "embed: weights that changed under the same name are noticed, and --cache-scope keeps them apart" {
    two > in
    start_server ok
    garner embed --url "$url" --model m in > one
    stop_server
    echo '{"text":"new"}' > new
    start_server other
    run -78 --separate-stderr garner embed --url "$url" --model m new
    [[ "$stderr" == *"the model 'm' is not the one that filled the cache"*"--cache-scope"* ]]
    garner embed --url "$url" --model m --cache-scope v2 new > two
    stop_server
}

@test "embed: a batch with a text that the server refuses is halved down to it; the rest is embedded" {
    for i in $(seq 30); do echo "{\"id\":$i,\"text\":\"text $i\"}"; done > in
    echo '{"id":31,"text":"POISON"}' >> in
    start_server poison
    run -2 --separate-stderr garner embed --url "$url" --model m --rejects rejects --batch-size 16 in
    [ "${#lines[@]}" -eq 30 ]
    [ "$(jq -rc '[.code, .record.id, .line]' rejects)" = '["E_MODEL_REFUSED",31,31]' ]
    stop_server
}

@test "embed: attributes that a sidecar marks are embedded in front of the text, which stays as it is" {
    mkdir docs
    echo 'Rotate them yearly.' > docs/a.txt
    attribute() {
        printf '"%s":{"value":{"type":"%s","%s":%s},"includeForEmbedding":%s}' "$@"
    }
    {
        printf '{"metadataAttributes":{'
        attribute team STRING stringValue '"ops \"night\""' true
        printf ,
        attribute source STRING_LIST stringListValue '["wiki","mail"]' true
        printf ,
        attribute year NUMBER numberValue 2024 true
        printf ,
        attribute secret STRING stringValue '"no"' false
        printf '}}'
    } > docs/a.txt.metadata.json
    garner ingest -q docs | garner chunk -q > chunks
    [ "$(jq -c .metadata.embed_fields chunks)" = '["team","document_source","year"]' ]
    jq -c '{id, text: ("team: ops \"night\"\ndocument_source: wiki, mail\nyear: 2024\n" + .text)}' chunks > joined
    garner embed -q chunks > found
    [ "$(jq -c .embedding found)" = "$(garner embed -q joined | jq -c .embedding)" ]
    [ "$(jq -c .text found)" = "$(jq -c .text chunks)" ]
    [ "$(jq -c .embedding found)" != "$(jq -c 'del(.metadata)' chunks | garner embed -q | jq -c .embedding)" ]
    [ "$(jq -c '.metadata.embed_fields = ["none", 1, "mime"] | .metadata.mime = null' chunks | garner embed -q | jq -c .embedding)" = "$(jq -c 'del(.metadata)' chunks | garner embed -q | jq -c .embedding)" ]
}
