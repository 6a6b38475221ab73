# judge.bats - scores, pairs in both orders, agreement with people.
load ../support/setup

# A judge that likes the answer that is longer, or always the first one.
LONGER='jq -c --unbuffered "(.messages[-1].content | capture(\"Assistant A.s Answer\\\\]\\n(?<a>.*)\\n\\\\[The End of Assistant A(.|\\n)*Assistant B.s Answer\\\\]\\n(?<b>.*)\\n\\\\[The End\")) as \$m | {id, completion: ({reason: \"length\", better: (if (\$m.a | length) > (\$m.b | length) then \"A\" elif (\$m.a | length) < (\$m.b | length) then \"B\" else \"tie\" end)} | tojson)}"'
FIRST='while read -r line; do id=${line#*:}; echo "{\"id\":${id%%,*},\"completion\":\"I say [[A]]\"}"; done'
SCORE='jq -c --unbuffered "{id, completion: ({reason: \"r\", score: (.messages[-1].content | capture(\"Answer\\\\]\\n(?<a>.*)\\n\").a | tonumber)} | tojson)}"'

@test "judge: scores for one answer and for several, with the reason" {
    printf '{"prompt":"q","completion":"7"}\n{"id":"d","deleted":true}\n{"prompt":"q","completions":["3","9.5"]}\n{"prompt":"q","completion":"12"}\n' > in
    run -2 garner judge --cache none --command "$SCORE" --rejects rejects in
    [ "${lines[0]}" = '{"prompt":"q","completion":"7","score":7,"reason":"r"}' ]
    [ "${lines[1]}" = '{"id":"d","deleted":true}' ]
    [ "${lines[2]}" = '{"prompt":"q","completions":["3","9.5"],"scores":[3,9.5],"reasons":["r","r"]}' ]
    [ "$(jq -r '[.line, .code, .reason] | join(" ")' rejects)" = "4 E_ANSWER_SCHEMA the judge's score 12 is outside 1 to 10" ]
}

@test "judge: pairs are asked in both orders; a judge that favours a place gives ties" {
    printf '{"prompt":"q","chosen":"a long one","rejected":"short"}\n{"prompt":"q","completions":["s","a long one"]}\n{"prompt":"q","chosen":"one","rejected":"two"}\n' > in
    garner judge --mode pair --cache none --command "$LONGER" --summary sum in > out 2> errors
    [ "$(jq -c '[.preferred, .consistent, .reason]' out | tr '\n' ' ')" = '["first",true,"length"] ["second",true,"length"] ["tie",true,"length"] ' ]
    [ "$(jq -c '.steps[0] | [.asked, .pairs, .consistent, .ties]' sum)" = '[6,3,3,1]' ]
    [ "$(cat errors)" = 'garner judge: 3 pairs, the same verdict in both orders 100.0%, ties 1' ]
    garner judge --mode pair --cache none --command "$FIRST" in > out 2> errors
    [ "$(jq -c '[.preferred, .consistent]' out | sort -u)" = '["tie",false]' ]
    [ "$(cat errors)" = 'garner judge: 3 pairs, the same verdict in both orders 0.0%, ties 3' ]
}

@test "judge: agreement with people's labels" {
    for pair in '7 7' '7 7' '3 3' '3 7'; do
        printf '{"prompt":"q%s","completion":"%s","human":%s}\n' "$RANDOM" ${pair% *} ${pair#* }
    done > in
    garner judge --cache none --command "$SCORE" --label human --summary sum in > out 2> errors
    [ "$(cat errors)" = 'garner judge: agreement with 4 labels 75.0%, kappa 0.500' ]
    [ "$(jq -c '.steps[0] | [.labels, .agreement, .kappa]' sum)" = '[4,0.75,0.5]' ]
}

@test "judge: what cannot be judged is a reject, a bad scale a usage error" {
    printf '{"prompt":"q"}\n{"completion":"x"}\n{"prompt":"q","completion":5}\n' > in
    run -2 garner judge --cache none --command "$FIRST" --rejects rejects in
    [ "$(jq -r .code rejects | tr '\n' ' ')" = 'E_FIELD_MISSING E_FIELD_MISSING E_FIELD_TYPE ' ]
    run -64 garner judge --command cat --minimum 5 --maximum 5 in
    run -64 garner judge in
}
