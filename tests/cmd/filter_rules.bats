load ../support/setup

# prose ID: a record that passes gopher-quality and c4.
prose() {
    local text='The tide was out when we came to the pier. Nobody had told us that the ferry left at noon.\nSo we sat on the wall and ate what we had with us. It was not much, but it was enough to last until the evening. Then the wind turned, and the boats came home one by one with the last of the light.'
    printf '{"id":"%s","text":"%s","n":1.0}\n' "$1" "$text"
}

corpus() {
    prose a
    printf '%s\n' '{"id":"b","text":"Too short."}' '{"id":"gone","deleted":true}' '{"id":"c","text":" \n\t"}'
    printf '{"id":"d","text":"%s"}\n' "$(yes 'buy now cheap tea today' | head -n 20 | tr '\n' ' ')"
}

@test "filter rules: the first rule that fails is the code, with what was found and expected; counts in the summary" {
    corpus > corpus.jsonl
    garner filter --preset gopher-quality,gopher-repetition --dropped dropped --summary summary corpus.jsonl > kept
    { prose a; echo '{"id":"gone","deleted":true}'; } | diff - kept
    jq -r '[.line, .code, .reason] | @tsv' dropped > found
    diff - found <<'END'
2	gopher-quality.min-words	text-words: 2, expected at least 50
4	empty	the text has no characters but white space
5	gopher-quality.min-stop-words	stop-words: 0, expected at least 2
END
    [ "$(jq -c '.steps[0].rules' summary)" = '{"gopher-quality.min-words":1,"gopher-quality.min-stop-words":1,"empty":1}' ]
    [ "$(jq -c '[.in, .kept, .dropped, .rejected]' summary)" = '[4,1,3,0]' ]
    run -0 --separate-stderr garner filter -v --preset gopher-repetition corpus.jsonl
    [[ "$stderr" = *"failed: gopher-repetition.max-top-2-gram 2, empty 1"* ]]
}

@test "filter rules: thresholds change and switch off rules of presets" {
    corpus > corpus.jsonl
    garner filter --preset gopher-quality --threshold gopher-quality.min-words=2,gopher-quality.min-stop-words=off corpus.jsonl > kept
    [ "$(jq -c .id kept | tr -d '\n')" = '"a""b""gone""d"' ]
    garner filter --not --preset gopher-quality corpus.jsonl --dropped dropped > kept
    [ "$(jq -c .id kept | tr -d '\n')" = '"b""gone""c""d"' ]
    [ "$(jq -r .code dropped)" = passed ]
}

@test "filter rules: c4 cuts lines and citations out of texts, all other bytes stay, and what follows sees what is left" {
    cat > page.jsonl <<'END'
{"id":1.0,"text":"Home | About\nThe pier was built in 1910.[12] It is long.\n  Enable JavaScript to go on here. \n\nWe use cookies. You know that.\nOne, two.\nIt was caf\u00e9 time [citation needed] for us all!\nto be continued...","x":"\u00e9"}
{"text":"One line of prose stands here. It has two sentences."}
{"text":"A brace { in a line."}
{"messages":[{"role":"user","content":"Menu\nTell me of the pier, please."},{"role":"assistant","content":"It was built in 1910. It is long. It is old. It is grey."}]}
END
    garner filter --preset c4 --threshold c4.min-sentences=2 --dropped dropped --summary summary page.jsonl > kept
    diff - kept <<'END'
{"id":1.0,"text":"The pier was built in 1910. It is long.\nIt was café time  for us all!","x":"\u00e9"}
{"text":"One line of prose stands here. It has two sentences."}
{"messages":[{"role":"user","content":"Tell me of the pier, please."},{"role":"assistant","content":"It was built in 1910. It is long. It is old. It is grey."}]}
END
    [ "$(jq -r '[.line, .code] | @tsv' dropped)" = "3	c4.curly-bracket" ]
    [ "$(jq -c '.steps[0].lines' summary)" = '{"kept":5,"c4.citations":2,"c4.no-end-mark":4,"c4.few-words":1,"c4.javascript":1,"c4.policy":1}' ]
    [ "$(jq -c '.steps[0].edited' summary)" = 2 ]
    garner filter --preset c4,c4-paragraphs --threshold c4.min-sentences=off,c4-paragraphs.min-long-lines=1 --dropped dropped page.jsonl > kept
    [ "$(jq -r .code dropped | sort -u | tr '\n' ' ')" = "c4-paragraphs.min-long-lines c4.curly-bracket " ]
    run -0 garner filter --preset c4 --dropped dropped <<< '{"text":"a menu\nanother menu"}'
    [ -z "$output" ]
    [ "$(jq -r '.code + " " + .reason' dropped)" = "c4.min-sentences sentences in the lines that are left: 0, expected at least 5" ]
}

@test "filter rules: tag keeps all records and adds the rule and every value" {
    run -0 garner filter --preset fineweb --action tag <<< '{"text":"One line, and no end","metadata":{"a":1}}'
    [ "$output" = '{"text":"One line, and no end","metadata":{"a":1,"quality":{"rule":"fineweb.min-ended-rows","values":{"fineweb.min-ended-rows":0,"fineweb.max-short-rows":1,"fineweb.max-repeated-row-characters":0,"fineweb.max-newlines":0}}}}' ]
    run -0 garner filter --preset c4 --action tag --into q <<< '{"text":"Menu"}'
    [ "$output" = '{"text":"Menu","q":{"rule":"c4.min-sentences","values":{"c4.min-sentences":0}}}' ]
    garner filter --preset gopher-quality,c4 --threshold c4.min-sentences=off --action tag <<< '{"text":"Menu"}' |
        jq -e '.metadata.quality | .rule == "gopher-quality.min-words" and .values["gopher-quality.min-words"] == 1'
    printf '%s\n' '{"text":"We had some tea. We had some more."}' '{"text":"We had { some tea."}' > in.jsonl
    garner filter -j1 --preset c4 --action tag in.jsonl | jq -c '.metadata.quality | [.rule, .values["c4.min-sentences"]]' > found
    diff found - <<< $'["c4.min-sentences",2]\n["c4.curly-bracket",0]' # and not 2 of the record before
}

@test "filter rules: rules of one's own, with presets, patterns and word lists" {
    cat > rules.yaml <<'END'
rules:
  - preset: gopher-quality
    thresholds: {min-words: 4, min-stop-words: off}
  - {measure: stop-words, words: [der, die, das], min: 1}
  - {measure: digits, max: 0.2, min: 0.01, code: numbers}
  - match: '(?i)tee'
  - {no-match: 'GmbH$', code: company}
END
    printf '%s\n' '{"text":"der Tee kostet 3 Mark"}' '{"text":"der Tee kostet"}' '{"text":"ein Tee kostet 3 Mark"}' \
        '{"text":"der Tee kostet 333333333333 Mark"}' '{"text":"der Tee kostet drei Mark"}' '{"text":"der Kaffee kostet 3 Mark"}' \
        '{"text":"der Tee kostet 3 bei der Tee GmbH"}' > in
    garner filter --rules rules.yaml --dropped dropped in | diff - <(head -n 1 in)
    jq -r .code dropped | diff - <(printf '%s\n' gopher-quality.min-words min-stop-words max-numbers min-numbers match company)
    garner filter --rules rules.yaml --threshold company=off,gopher-quality.min-words=3 --where "length(text) < 30" --match '\d' --dropped dropped in > kept
    jq -r .code dropped | diff - <(printf '%s\n' no_match min-stop-words condition_false no_match match condition_false)
}

@test "filter rules: a faulty file of rules is named with line, column and the nearest name" {
    check() {
        printf "$1" > rules.yaml
        run -78 --separate-stderr garner filter --rules rules.yaml <<< '{"text":"a"}'
        [ "${stderr_lines[0]}" = "garner filter: rules.yaml:$2" ] || { echo "$stderr"; return 1; }
    }
    check 'rules:\n  - {measure: digit, max: 1}\n' "2:15: no measure 'digit', nearest is digits"
    check 'rules:\n  - measure: words\n    mim: 1\n' "3:5: a rule has no key 'mim', nearest is min"
    check 'rules:\n  - {measure: words, min: few}\n' "2:27: 'few' is a text, expected a number"
    check 'rules:\n  - {measure: words}\n' "2:5: a rule needs min, max or both"
    check 'rules:\n  - {preset: gopher}\n' "2:14: no preset 'gopher', nearest is gopher-quality"
    check 'rules:\n  - {preset: c4, thresholds: {polcy: off}}\n' "2:31: no rule 'c4.polcy' is in use, nearest is c4.policy"
    check 'rules:\n  - {preset: c4, thresholds: {policy: 3}}\n' "2:39: '3' is not on or off, which is all that 'c4.policy' takes"
    check 'rules:\n  - {match: "a("}\n' "2:13: pattern: missing closing parenthesis"
    check 'rules:\n  - {match: a, no-match: b}\n' "2:16: a rule has no key 'no-match'"
    check 'rules:\n  - {measure: words, n: 3, min: 1}\n' "2:25: measure 'words' takes no n"
    check 'rules:\n  - {measure: words, min: 1}\n  - {measure: words, min: 2}\n' "3:5: rule 'min-words' is there twice"
    check 'words: 1\n' "1:1: a rule has no key 'words'"
    check '[]\n' "1:1: a list, expected 'rules:' and a list of rules"
}

@test "filter rules: wrong options are usage errors" {
    check() {
        run -64 --separate-stderr garner filter "${@:2}" no-such-file
        [ "${stderr_lines[0]}" = "garner filter: $1" ] || { echo "$stderr"; return 1; }
    }
    check "--preset: no preset 'gofer-quality', nearest is gopher-quality" --preset gofer-quality
    check "--preset: rule 'c4.long-word' is there twice" --preset c4,c4
    check "--threshold: no rule 'c4.words' is in use" --preset c4 --threshold c4.words=1
    check "--threshold: 'c4.few-words' has no '=', expected RULE=NUMBER or RULE=off" --preset c4 --threshold c4.few-words
    check "--threshold: 'x' is not a number or off" --preset c4 --threshold c4.few-words=x
    check "--threshold: belongs to --preset or --rules, which are not given" true --threshold c4.few-words=1
    check "--action: 'tag' belongs to --preset or --rules, which are not given" true --action tag
    check "--not: --action tag keeps all records, expected one of the two" --not --preset c4 --action tag
    check "--field: names the text for --match, --language, --preset, --rules: none is given" true --field text
    run -65 --separate-stderr garner filter --preset c4 <<< '{"id":1}'
    [ "${stderr_lines[0]}" = "garner filter: stdin:1: field 'text' is missing" ]
}

@test "filter rules: every preset decides as a plain implementation does, for any --jobs" {
    python3 "$ROOT/tests/support/quality_oracle.py" --check
}
