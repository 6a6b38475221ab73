# dpo.bats - preference pairs: from ratings, verdicts, logs, trees; conflicts and length.
load ../support/setup

@test "dpo: pairs in the form of the profile; what teaches nothing is dropped with a trainer's code" {
    cat > in <<'END'
{"prompt":"2+2?","chosen":"4","rejected":"5"}
{"prompt":"q","chosen":"same","rejected":"same"}
{"prompt":"q","chosen":"begin","rejected":"begin and more"}
{"prompt":"q","chosen":"q again","rejected":"x"}
END
    garner dpo --preset pairs --profile openai-dpo --dropped dropped in > out
    [ "$(cat out)" = '{"input":{"messages":[{"role":"user","content":"2+2?"}]},"preferred_output":[{"role":"assistant","content":"4"}],"non_preferred_output":[{"role":"assistant","content":"5"}]}' ]
    [ "$(jq -r .code dropped | tr '\n' ' ')" = 'E_PREF_IDENTICAL E_PREF_PREFIX E_PREF_PROMPT_REPEATED ' ]
    garner help E_PREF_PREFIX | grep -q '^E_PREF_PREFIX: '
}

@test "dpo: contradictions, cycles and repeats among all rows are found, and dropped unless they shall be kept" {
    cat > in <<'END'
{"prompt":"q","chosen":"a","rejected":"b"}
{"prompt":"q","chosen":"b","rejected":"c"}
{"id":"gone","deleted":true}
{"prompt":"q","chosen":"c","rejected":"a"}
{"prompt":"q","chosen":"x","rejected":"a"}
{"prompt":"p","chosen":"x","rejected":"a"}
{"prompt":"p","chosen":"x","rejected":"a"}
{"prompt":"o","chosen":"x","rejected":"a"}
{"prompt":"o","chosen":"a","rejected":"x"}
END
    garner dpo --preset pairs --dropped dropped --summary sum in > out
    [ "$(jq -c 'select(.deleted | not) | [.prompt[0].content, .chosen[0].content]' out)" = $'["q","x"]\n["p","x"]' ]
    [ "$(jq -c '[.code, .line]' dropped | tr '\n' ' ')" = '["W_PREF_CYCLE",1] ["W_PREF_CYCLE",2] ["W_PREF_CYCLE",4] ["repeated",7] ["W_PREF_CONTRADICTION",8] ["W_PREF_CONTRADICTION",9] ' ]
    [ "$(jq -c '.steps[0] | [.in, .kept, .dropped, .contradictions, .cycles, .repeated]' sum)" = '[8,2,6,2,3,1]' ]
    garner dpo --preset pairs --conflicts keep in > all
    [ "$(wc -l < all)" = 9 ]
    garner dpo --preset pairs --memory 2M --jobs 3 in | cmp - out
}

@test "dpo: answers that are said to be good and bad contradict, however many of them there are" {
    for answer in a b; do printf '{"prompt":"q","response":"%s","accepted":%s}\n' "$answer" true "$answer" false; done > in
    garner dpo --preset feedback --profile trl-kto --dropped dropped in > out
    [ ! -s out ]
    [ "$(jq -r .code dropped | sort | uniq -c | tr -s ' ')" = ' 4 W_PREF_CONTRADICTION' ]
}

@test "dpo: the same question about another image is another prompt" {
    echo '{"user":"{{q}}","image":"{{i}}","answers":[{"text":"{{a}}","score":1},{"text":"{{b}}","score":0}]}' > map.yaml
    printf '{"q":"Where?","i":"%s.png","a":"%s","b":"%s"}\n' x A B y B A > in
    garner dpo --map map.yaml --dropped dropped in > out
    [ "$(jq -c '[.prompt[0].content[0].uri, .chosen[0].content]' out)" = $'["x.png","A"]\n["y.png","B"]' ]
    [ ! -s dropped ]
}

@test "dpo: samples that a judge scored: the best against the worst, or all pairs with a margin" {
    printf '{"prompt":"q","completions":["a","b","c"],"scores":[2,9,8]}\n' > in
    [ "$(garner dpo --preset samples in | jq -c '[.chosen[0].content, .rejected[0].content]')" = '["b","a"]' ]
    [ "$(garner dpo --preset samples --method all --margin 2 in | jq -c '[.chosen[0].content, .rejected[0].content]')" = $'["b","a"]\n["c","a"]' ]
}

@test "dpo: verdicts of judge --mode pair, with ties dropped" {
    cat > in <<'END'
{"prompt":"q","chosen":"a","rejected":"b","preferred":"second","consistent":true}
{"prompt":"q","chosen":"c","rejected":"d","preferred":"tie","consistent":false}
END
    garner dpo --preset verdicts --dropped dropped in > out
    [ "$(jq -c '[.chosen[0].content, .rejected[0].content]' out)" = '["b","a"]' ]
    [ "$(jq -r .code dropped)" = tie ]
}

@test "dpo: accepted and rejected entries of a log meet by their prompt; for KTO each stands alone" {
    cat > in <<'END'
{"prompt":"q","response":"good","accepted":true}
{"prompt":"p","response":"only","accepted":true}
{"prompt":"q","response":"bad","accepted":false}
END
    garner dpo --preset feedback --dropped dropped in > out
    [ "$(jq -c '[.prompt[0].content, .chosen[0].content, .rejected[0].content]' out)" = '["q","good","bad"]' ]
    [ "$(jq -r .code dropped)" = no_pair ]
    garner dpo --preset feedback --profile trl-kto in > out
    [ "$(jq -c '[.completion[0].content, .label]' out)" = $'["good",true]\n["bad",false]\n["only",true]' ]
}

@test "dpo: of entries that meet, the one at fault is named" {
    printf '{"prompt":"q","response":"a","accepted":true}\n{"prompt":"p","response":"c","accepted":1}\n{"prompt":"q","response":"b","accepted":"maybe"}\n' > in
    run -65 --separate-stderr garner dpo --preset feedback in
    [ "$stderr" = "garner dpo: in:3: the score 'maybe' is no number" ]
}

@test "dpo: transcripts that begin alike share their prompt" {
    printf '{"chosen":"\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\n\\nAssistant: d","rejected":"\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\n\\nAssistant: e"}\n' > in
    garner dpo --preset hh-pairs in > out
    [ "$(jq -c '[(.prompt | map(.content)), .chosen[0].content, .rejected[0].content]' out)" = '[["a","b","c"],"d","e"]' ]
}

@test "dpo: how long good and other answers are is said, for a model learns that first" {
    printf '{"prompt":"q","chosen":"long answer","rejected":"no"}\n{"prompt":"r","chosen":"y","rejected":"not now"}\n' > in
    run --separate-stderr -0 garner dpo --preset pairs --summary sum in
    [[ "$stderr" == *"good answers have 6 characters, others 4; the good one is the longer in 50.0% of 2 pairs"* ]]
    [ "$(jq -c '.steps[0].length' sum)" = '{"good":6,"bad":4.5,"good_longer":0.5}' ]
}

@test "dpo: refused before anything is read: no answers, a profile without preferences" {
    run -64 --separate-stderr garner dpo --preset faq < /dev/null
    [[ "$stderr" == *"nothing says which answers there are: --preset or --map do"* ]]
    run -64 --separate-stderr garner dpo --preset pairs --profile openai-sft < /dev/null
    [[ "$stderr" == *"--profile: its rows are neither preferences nor labelled answers"* ]]
}
