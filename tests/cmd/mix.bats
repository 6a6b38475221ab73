load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    seq -f '{"id":"a%g", "text":"short text"}' 1000 > a.jsonl
    seq -f '{"id":"b%g", "text":"a much longer text than that, with many words in it"}' 100 > b.jsonl
}

shares() {
    jq -r .id | cut -c1 | sort | uniq -c | xargs
}

@test "mix: weights are shares of rows, in every stretch, and no row comes twice" {
    garner mix a.jsonl:0.7 b.jsonl:0.3 --dropped dropped.jsonl --summary summary.json > out.jsonl
    [ "$(shares < out.jsonl)" = "233 a 100 b" ]
    [ "$(sort -u out.jsonl | wc -l)" = 333 ]
    [ "$(grep -vcFxf <(cat a.jsonl b.jsonl) out.jsonl)" = 0 ]
    for start in 1 101 201; do
        [ "$(tail -n +$start out.jsonl | head -100 | grep -c '"b')" -ge 28 ]
        [ "$(tail -n +$start out.jsonl | head -100 | grep -c '"b')" -le 32 ]
    done
    [ "$(jq -r .code dropped.jsonl | sort | uniq -c | xargs)" = "767 not_taken" ]
    [ "$(jq -c '[.in, .out, .dropped, (.steps[0].sources | map([.file, .rows, .planned, .taken]))]' summary.json)" = '[1100,333,767,[["a.jsonl",1000,233,233],["b.jsonl",100,100,100]]]' ]
    garner mix --weight a=7,b.jsonl=3 a.jsonl b.jsonl | cmp - out.jsonl
    ! garner mix --seed 1 a.jsonl:0.7 b.jsonl:0.3 | cmp -s - out.jsonl
}

@test "mix: the order of each file stays, and without weights sizes count" {
    garner mix a.jsonl b.jsonl > out.jsonl
    grep 'id":"a' out.jsonl | cmp - a.jsonl
    grep 'id":"b' out.jsonl | cmp - b.jsonl
    [ "$(head -550 out.jsonl | shares)" = "500 a 50 b" ]
}

@test "mix: temperature, epochs, repeats and caps" {
    [ "$(garner mix --temperature 2 a.jsonl b.jsonl | shares)" = "316 a 100 b" ]
    [ "$(garner mix --stop all-exhausted a.jsonl:1 b.jsonl:1 | shares)" = "1000 a 1000 b" ]
    garner mix --stop all-exhausted --max-repeats 2.5 a.jsonl:1 b.jsonl:1 > out.jsonl
    [ "$(shares < out.jsonl)" = "1000 a 250 b" ]
    [ "$(grep '"b' out.jsonl | sort | uniq -c | awk '{print $1}' | sort | uniq -c | xargs)" = "50 2 50 3" ]
    [ "$(garner mix --epochs 2 a.jsonl b.jsonl | sort | uniq -c | awk '{print $1}' | sort -u)" = 2 ]
    [ "$(garner mix --max-rows 110 a.jsonl b.jsonl | shares)" = "100 a 10 b" ]
}

@test "mix: weights as shares of tokens" {
    garner mix --unit tokens --summary summary.json a.jsonl:1 b.jsonl:1 > out.jsonl
    jq -e '.steps[0].sources | map(.taken * .tokens / .rows) | (.[0] / .[1] - 1) | . < 0.01 and . > -0.01' summary.json
    [ "$(garner mix --max-tokens 400 a.jsonl b.jsonl | garner tokens | jq -s 'map(.tokens // 0) | add | . < 450')" = true ]
}

@test "mix: a dry run prints the plan and writes nothing; --into says where a row is from" {
    run -0 --separate-stderr garner mix --dry-run a.jsonl:0.7 b.jsonl:0.3
    [ -z "$output" ]
    [ "${stderr_lines[0]}" = "garner mix: a.jsonl: 233 rows of 1000, 0.233 times, 70.0 % of the mix" ]
    [ "${stderr_lines[1]}" = "garner mix: b.jsonl: 100 rows of 100, 1 times, 30.0 % of the mix" ]
    [ "$(garner mix --into metadata.mix_source a.jsonl b.jsonl | jq -r .metadata.mix_source | sort | uniq -c | xargs)" = "1000 a.jsonl 100 b.jsonl" ]
    printf 'version: 1\nname: m\nsteps:\n  - mix: {sources: [a.jsonl:1, b.jsonl:1], stop: all-exhausted, max-repeats: 1}\n  - filter: {expression: "starts_with(id, %s)", output: out.jsonl}\n' "'b7'" > p.yaml
    garner run p.yaml
    [ "$(wc -l < out.jsonl)" = 11 ]
}

@test "mix: compressed files, empty ones, tombstones, faulty rows, and what cannot be mixed" {
    gzip -k b.jsonl
    : > empty.jsonl
    printf '{"id":"x","deleted":true}\n{"id":"c1"}\n{"id"\n' > c.jsonl
    run -2 --separate-stderr garner mix --on-error skip b.jsonl.gz empty.jsonl c.jsonl
    [ "$(grep -c . <<< "$output")" = 102 ]
    run -65 --separate-stderr garner mix empty.jsonl
    [ "${stderr_lines[0]}" = "garner mix: no source has both rows and a weight above 0" ]
    run -64 --separate-stderr garner mix a.jsonl:1 b.jsonl
    [ "${stderr_lines[0]}" = "garner mix: SOURCE: some have a weight and some have none" ]
    run -64 --separate-stderr garner mix --weight d=1 a.jsonl
    [ "${stderr_lines[0]}" = "garner mix: --weight: 'd=1' is the name of no source" ]
    run -64 --separate-stderr garner mix - a.jsonl
    [ "${stderr_lines[0]}" = "garner mix: SOURCE: standard input cannot be read twice; name files" ]
    run -66 garner mix missing.jsonl:1
}
