load ../support/setup

DELETED='{"id":"gone","deleted":true}'

rows() {
    for number in $(seq 60); do
        echo "{\"id\":$number, \"prompt\":\"Question $((number % 30))?\",\"completion\":\"Answer $number\",\"kind\":\"k$((number % 3))\",\"day\":\"2026-01-$((10 + number % 20))\"}"
        [ "$number" != 7 ] || echo "$DELETED"
    done
}

count_of() {
    jq -c "select(.metadata.split == \"$1\")" "$2" | wc -l
}

@test "split: each row goes to one file as it is, tombstones to all, the same for any --jobs" {
    rows > rows.jsonl
    garner split -j1 -o 'out/{split}/rows.jsonl' --summary summary.json rows.jsonl
    sort <(grep -hv deleted out/*/rows.jsonl) | cmp - <(grep -v deleted rows.jsonl | sort)
    [ "$(grep -hc deleted out/*/rows.jsonl | xargs)" = "1 1 1" ]
    [ "$(jq -c '[.outputs[] | [.path, .records]]' summary.json)" = "$(for split in train validation test; do
        jq -nc --arg path "out/$split/rows.jsonl" --argjson rows "$(wc -l < out/$split/rows.jsonl)" '[$path, $rows]'; done | jq -sc .)" ]
    garner split -j4 -o 'again/{split}/rows.jsonl' rows.jsonl
    diff -r out again
}

@test "split: one prompt goes to one split, and rows that come later move none" {
    rows > rows.jsonl
    garner split --ratio train=0.5,test=50% rows.jsonl > tagged.jsonl
    [ "$(jq -r 'select(.prompt) | .prompt + " " + .metadata.split' tagged.jsonl | sort -u | wc -l)" = 30 ]
    [ "$(count_of test tagged.jsonl)" -gt 10 ]
    (rows | head -20; echo '{"id":0,"text":"new"}'; rows | tail -n +21) | garner split --ratio train=0.5,test=50% | grep -v '"text":"new"' | cmp - tagged.jsonl
    ! garner split --seed 2 --ratio train=0.5,test=50% rows.jsonl | cmp -s - tagged.jsonl
    # what is asked counts, not how it is written down
    garner split --ratio train=0.5,test=0.5 --into s << 'END' | jq -r .s | sort -u > splits
{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Why tea?"},{"role":"assistant","content":"Yes."}]}
{"conversations":[{"from":"human","value":"why TEA"},{"from":"gpt","value":"No."}]}
{"contents":[{"role":"user","parts":[{"text":"Why tea?"}]}]}
{"prompt":[{"role":"user","content":[{"type":"text","text":"Why tea?"}]}],"chosen":"a","rejected":"b"}
{"input":{"messages":[{"role":"user","content":"Why tea?"}]},"preferred_output":[]}
{"instruction":"Why tea?","input":"","output":"c"}
{"text":"Why tea?"}
{"question":"Why tea?","answer":"d"}
END
    [ "$(wc -l < splits)" = 1 ]
}

@test "split: --by keeps groups together, and a row without its key is rejected" {
    rows > rows.jsonl
    garner split --by kind --ratio a=0.5,b=0.5 rows.jsonl > tagged.jsonl
    [ "$(jq -r 'select(.kind) | .kind + " " + .metadata.split' tagged.jsonl | sort -u | wc -l)" = 3 ]
    run -65 --separate-stderr garner split --by nope rows.jsonl
    [ "${stderr_lines[0]}" = "garner split: rows.jsonl:1: field 'nope' is missing, which --by names" ]
}

@test "split: --count, --stratify and --time meet their sizes, and the order of rows stays" {
    rows > rows.jsonl
    garner split --by id --count validation=5,test=7 rows.jsonl > tagged.jsonl
    [ "$(for split in train validation test; do count_of $split tagged.jsonl; done | xargs)" = "48 5 7" ]
    [ "$(jq -c 'del(.metadata)' tagged.jsonl)" = "$(jq -c . rows.jsonl)" ]
    garner split --by id --stratify kind --ratio a=0.75,b=0.25 rows.jsonl > tagged.jsonl
    [ "$(jq -r 'select(.kind) | .kind + .metadata.split' tagged.jsonl | sort | uniq -c | xargs)" = "15 k0a 5 k0b 15 k1a 5 k1b 15 k2a 5 k2b" ]
    garner split --time day --ratio a=0.8,b=0.2 rows.jsonl > tagged.jsonl
    [ "$(jq -r 'select(.metadata.split == "a").day' tagged.jsonl | sort | tail -1)" = 2026-01-25 ]
    [ "$(count_of b tagged.jsonl)" = 12 ]
    garner split --time day --cut 2026-01-12,2026-01-29 --ratio a=1,b=0,c=0 rows.jsonl > tagged.jsonl
    [ "$(for split in a b c; do count_of $split tagged.jsonl; done | xargs)" = "6 51 3" ]
    run -65 --separate-stderr garner split --time n --cut 3 --ratio a=0.5,b=0.5 <<< $'{"n":2}\n{"n":10}\n{"n":null}'
    [ "$(jq -r '.metadata.split // empty' <<< "$output" | xargs)" = "a b" ]
}

leaky() {
    cat << 'END'
{"id":1,"text":"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"}
{"id":2,"text":"Other words."}
{"id":3,"text":"other words"}
{"id":4,"text":"Well, so it goes: ONE two three four five six seven eight nine ten eleven twelve thirteen. And on it went for long"}
{"id":5,"text":"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen seventeen"}
{"id":6,"text":"Other words."}
{"id":7,"text":"Alone."}
END
}

@test "split: leaks of each kind are counted, told and named" {
    leaky > leaky.jsonl
    run -0 --separate-stderr garner split --time id --cut 3 --ratio train=0.5,test=0.5 --leak exact,normalized,prompt,ngram,near --summary summary.json -o '{split}.jsonl' leaky.jsonl
    [ "$(jq -c '.steps[0] | [.splits, .leaks, .moved]' summary.json)" = '[{"train":2,"test":5},{"E_LEAK_EXACT":1,"E_LEAK_NORMALISED":2,"E_LEAK_PROMPT":2,"E_LEAK_NGRAM":2,"E_LEAK_NEAR":3},0]' ]
    [ "${stderr_lines[0]}" = "garner split: warning: leaky.jsonl:6: rows that are the same as a row of a split before theirs: 1; this is the first, its twin is leaky.jsonl:2" ]
    [ "${#stderr_lines[@]}" = 3 ]
    run -1 garner split --time id --cut 3 --ratio train=0.5,test=0.5 --leak near --require 'steps[0].leaks.E_LEAK_NEAR = 0' -o 'gate/{split}.jsonl' leaky.jsonl
    [ ! -e gate/train.jsonl ]
}

@test "split: leaks move to the first of their splits or are dropped" {
    leaky > leaky.jsonl
    garner split --time id --cut 3 --ratio train=0.5,test=0.5 --leak normalized,ngram --on-leak move leaky.jsonl > moved.jsonl
    [ "$(jq -r 'select(.metadata.split == "test").id' moved.jsonl | xargs)" = 7 ]
    garner split --time id --cut 3 --ratio train=0.5,test=0.5 --leak normalized,ngram --on-leak drop --dropped dropped.jsonl leaky.jsonl > kept.jsonl
    [ "$(jq -r .id kept.jsonl | xargs)" = "1 2 7" ]
    diff - <(jq -r '[.line, .code, .reason] | join(" ")' dropped.jsonl) << 'END'
3 E_LEAK_NORMALISED a row of test is but for letter case, blanks and marks leaky.jsonl:2 of train
4 E_LEAK_NGRAM a row of test has words in a row with leaky.jsonl:1 of train
5 E_LEAK_NGRAM a row of test has words in a row with leaky.jsonl:1 of train
6 E_LEAK_NORMALISED a row of test is but for letter case, blanks and marks leaky.jsonl:2 of train
END
}

@test "split: --group-near keeps rows together that are much alike" {
    for seed in 1 2 3 4 5 6; do
        leaky | garner split --seed $seed --by id --group-near --ratio a=0.5,b=0.5 --leak near --require 'steps[0].leaks.E_LEAK_NEAR = 0' > tagged.jsonl
        [ "$(jq -r 'select(.id == 1 or .id == 5).metadata.split' tagged.jsonl | sort -u | wc -l)" = 1 ]
    done
}

@test "split: the same bytes for any --memory and --jobs when rows wait" {
    rows > rows.jsonl
    leaky >> rows.jsonl
    garner split -j1 --by id --count test=9 --leak near,prompt --on-leak drop rows.jsonl > wanted.jsonl
    garner split -j4 --memory 4M --by id --count test=9 --leak near,prompt --on-leak drop rows.jsonl | cmp - wanted.jsonl
}

@test "split: nothing appears when a row is faulty, and a seal ends each file" {
    rows > rows.jsonl
    (cat rows.jsonl; echo '{"id"') > faulty.jsonl
    run -65 garner split -o 'out/{split}.jsonl' faulty.jsonl
    [ -z "$(ls out)" ]
    garner split -q --seal -o 'out/{split}.jsonl.zst' rows.jsonl
    for split in train validation test; do
        garner filter true --sealed "out/$split.jsonl.zst" > "$split"
    done
    [ "$(cat train validation test | grep -vc deleted)" = 60 ]
}

@test "split: in a pipeline, and options that do not fit are told" {
    rows > rows.jsonl
    printf 'version: 1\nname: s\nsteps:\n  - filter: {expression: "id < 50", input: rows.jsonl}\n  - split: {ratio: [train=0.5, test=0.5], output: "out/{split}.jsonl"}\n' > p.yaml
    garner run p.yaml
    [ "$(cat out/train.jsonl out/test.jsonl | grep -vc deleted)" = 49 ]
    tell() {
        run -64 --separate-stderr garner split "$@" rows.jsonl
        echo "${stderr_lines[0]#garner split: }" >> told
    }
    tell --ratio a=0.5,b=0.4
    tell --ratio a=2
    tell --ratio a
    tell --count train=4
    tell --cut 3
    tell --time a --by b
    tell --time a --cut 3 --ratio a=0.2,b=0.2,c=0.6
    tell --time a --cut 3,2 --ratio a=0.2,b=0.2,c=0.6
    tell --leak exakt
    tell --on-leak drop
    tell -o '{shard}.jsonl'
    tell -o 'x-{splt}{split}'
    diff - told << 'END'
--ratio: the shares make 0.9 together, expected 1
--ratio: 'a=2' is not a share from 0 to 1
--ratio: 'a' is not NAME=VALUE
--count: 'train' gets what the others leave
--cut: needs --time
--time: excludes --by, --stratify and --group-near
--cut: 1 values for 3 splits, expected 2
--cut: '2' does not come behind '3'
--leak: 'exakt' is none of exact, normalized, prompt, ngram, near
--on-leak: needs --leak
--output: '{shard}.jsonl' has no {split}
--output: '{splt}' is no part of a file's name here, expected {split}
END
}
