load ../support/setup

LONG="A ferry carries forty cars and ninety people over the strait four times on each day of summer"

evals() {
    cat > eval.jsonl <<END
{"id":"q1","question":"$LONG.","answer":"It makes eight trips with all of them on board."}
{"task_id":7,"question":"Why is the sky above the old harbour grey?","answer":"Fog."}
{"question":"Two and two?","answer":"Four."}
END
    cat > train.jsonl <<END
{"id":"clean","prompt":"A ferry carries forty cars.","completion":"Ninety people go over the strait four times on each day."}
{"id":"copy","prompt":"Well: $LONG!","completion":"Yes."}
{"id":"gone","deleted":true}
{"id":"chat","messages":[{"role":"user","content":"why  is THE sky, above the old harbour, grey"},{"role":"assistant","content":"It is not."}]}
{"id":"across","prompt":"So on each day of summer","completion":"it makes eight trips with all of them"}
END
}

@test "decontaminate: rows with words of an item in a row are dropped and name it, the same for any --jobs" {
    evals
    garner decontaminate -q -j1 --against eval.jsonl --dropped dropped.jsonl train.jsonl > out.jsonl
    [ "$(jq -r .id out.jsonl | xargs)" = "clean gone" ]
    diff - <(jq -r '[.code, .field, .reason] | join("|")' dropped.jsonl) <<END
contaminated|prompt|shares 'a ferry carries forty cars and ninety people over the strait four times' with eval.jsonl:1 (id "q1")
contaminated|messages[0].content|shares 'why is the sky above the old harbour grey' with eval.jsonl:2 (id 7)
contaminated|prompt|shares 'on each day of summer it makes eight trips with all of them' with eval.jsonl:1 (id "q1")
END
    garner decontaminate -q -j4 --against eval.jsonl train.jsonl | cmp - out.jsonl
}

@test "decontaminate: items that are too short are told, with their lines in the summary" {
    evals
    run -0 --separate-stderr garner decontaminate --against eval.jsonl --summary summary.json train.jsonl
    [ "$stderr" = "garner decontaminate: warning: eval.jsonl:3: 1 of 3 items have fewer than 8 words in a row and are not looked for; this is the first" ]
    [ "$(jq -c '.steps[0] | [.against, .ngrams, .contaminated]' summary.json)" = '[[{"file":"eval.jsonl","items":3,"found":2,"short":1,"short_lines":[3]}],18,3]' ]
    run -0 --separate-stderr garner decontaminate --against eval.jsonl --shortest 3 --ngram 13 train.jsonl
    [ "$stderr" = "" ]
    run -0 garner help W_ITEM_SHORT
}

@test "decontaminate: tag leaves the texts and says what they share, in characters" {
    evals
    garner decontaminate -q --against eval.jsonl --action tag train.jsonl > out.jsonl
    [ "$(jq -c 'select(.id == "copy").metadata.contamination' out.jsonl)" = '[{"against":"eval.jsonl:1","id":"q1","path":"prompt","start":6,"end":99,"ngrams":6,"ngram":"a ferry carries forty cars and ninety people over the strait four times"}]' ]
    [ "$(jq -c 'select(.id == "across").metadata.contamination | map([.path, .start, .end, .ngrams])' out.jsonl)" = '[["prompt",3,24,1],["completion",0,37,null]]' ]
    [ "$(sed -n 1p out.jsonl)" = "$(sed -n 1p train.jsonl)" ]
    run -0 --separate-stderr garner decontaminate -q --against eval.jsonl --action tag --into hit --field b <<< "{\"b\":\"\\u00e9 $LONG\",\"text\":\"$LONG\"}"
    [ "$(jq -c '.hit | map([.path, .start, .end])' <<< "$output")" = '[["b",2,95]]' ]
}

@test "decontaminate: cut takes a leak out up to the ends of sentences and drops what is nothing without it" {
    evals
    echo "{\"id\":1,\"text\":\"It rains. Listen: \\\"$LONG.\\\" Nobody knew! \\u00c9t\\u00e9.\",\"n\":1.0}" > in.jsonl
    run -0 --separate-stderr garner decontaminate -q --against eval.jsonl --action cut --cut-characters 3 --keep-characters 0 in.jsonl
    [ "$output" = '{"id":1,"text":"It rains.\n\nÉté.","n":1.0}' ]
    run -0 --separate-stderr garner decontaminate -q --against eval.jsonl --action cut --dropped dropped.jsonl in.jsonl
    [ "$output" = "" ]
    [[ "$(jq -r .reason dropped.jsonl)" = "nothing is left without it: shares 'a ferry"* ]]
    run -0 --separate-stderr garner decontaminate -q --against eval.jsonl --action cut --cut-characters 3 --keep-characters 0 --max-pieces 1 --dropped dropped.jsonl in.jsonl
    [[ "$(jq -r .reason dropped.jsonl)" = "more pieces than --max-pieces are left without it: shares "* ]]
}

@test "decontaminate: --max-matches spares what many rows have, and the order stays" {
    evals
    for number in 1 2 3; do
        echo "{\"id\":$number,\"text\":\"Why is the sky above the old harbour grey? $number\"}"
        [ $number = 2 ] && sed -n 2,3p train.jsonl
    done > in.jsonl
    [ "$(garner decontaminate -q --against eval.jsonl --max-matches 2 in.jsonl | jq -r .id | xargs)" = "1 2 gone 3" ]
    [ "$(garner decontaminate -q --against eval.jsonl --max-matches 3 in.jsonl | jq -r .id | xargs)" = "gone" ]
}

@test "decontaminate: evaluation sets as CSV, as a JSON array, inside of an object, and compressed" {
    evals
    printf 'nr,q,a\n1,"%s\nof 1999",b\n' "$LONG" > eval.csv
    jq -s . eval.jsonl > array.json
    jq -s '{canary: "x", examples: .}' eval.jsonl > task.json
    gzip -k eval.jsonl
    for file in eval.csv array.json task.json eval.jsonl.gz; do
        garner decontaminate -q --against "$file" --dropped dropped.jsonl train.jsonl > out.jsonl
        grep -q '"id":"copy"' dropped.jsonl
        ! grep -q '"id":"clean"' dropped.jsonl
    done
    [[ "$(garner decontaminate -q --against eval.csv --action tag train.jsonl | jq -r 'select(.id == "copy").metadata.contamination[0].against')" = eval.csv:2 ]]
    [[ "$(garner decontaminate -q --against array.json --action tag train.jsonl | jq -r 'select(.id == "copy").metadata.contamination[0].against')" = array.json:2 ]]
}

@test "decontaminate: presets have the words of their tools" {
    echo '{"question":"Mind.","answer":"You cannot pay 3,500 naïve pounds to a well-known ferry at noon"}' > eval.jsonl
    # datatrove: numbers are alike, marks blanks, accents gone, "cannot" two words
    echo '{"text":"so you can not pay 7 NAIVE pounds to a well known ferry!"}' > in.jsonl
    [ -z "$(garner decontaminate -q --preset datatrove --against eval.jsonl in.jsonl)" ]
    [ -n "$(garner decontaminate -q --against eval.jsonl in.jsonl)" ]
    # NeMo: marks vanish, words end at blanks
    echo '{"text":"You cannot pay 3500 na\u00efve pounds to a wellknown ferry at, noon"}' > in.jsonl
    [ -z "$(garner decontaminate -q --preset nemo --against eval.jsonl in.jsonl)" ]
    [ -n "$(garner decontaminate -q --against eval.jsonl in.jsonl)" ]
}

@test "decontaminate: what is wrong with evaluation sets and options is told" {
    evals
    run -66 --separate-stderr garner decontaminate --against missing.jsonl train.jsonl
    [ "${stderr_lines[0]}" = "garner decontaminate: cannot open 'missing.jsonl': no such file or directory" ]
    echo '{"question":"a b' > bad.jsonl
    run -65 --separate-stderr garner decontaminate --against bad.jsonl train.jsonl
    [[ "${stderr_lines[0]}" = "garner decontaminate: bad.jsonl:1:"* ]]
    : > empty.jsonl
    run -65 --separate-stderr garner decontaminate --against empty.jsonl train.jsonl
    [ "${stderr_lines[0]}" = "garner decontaminate: 'empty.jsonl' has no items to compare with" ]
    run -65 --separate-stderr garner decontaminate --against eval.jsonl --against-field nope train.jsonl
    [ "${stderr_lines[0]}" = "garner decontaminate: eval.jsonl:1: no string at 'nope', which --against-field names" ]
    run -64 --separate-stderr garner decontaminate --against eval.jsonl --ngram 5 --shortest 6 train.jsonl
    [ "${stderr_lines[0]}" = "garner decontaminate: --shortest: 6 is above --ngram 5" ]
    seq 60000 | xargs -n 20 | sed 's/.*/{"q":"&"}/' > many.jsonl
    run -65 --separate-stderr garner decontaminate --memory 1M --against many.jsonl train.jsonl
    [[ "${stderr_lines[0]}" = *"the n-grams to compare with need more than 1 MiB, the limit of --memory" ]]
}
