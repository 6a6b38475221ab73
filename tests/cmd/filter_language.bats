load ../support/setup

notes() {
    cat <<'END'
{"id":"a","text":"Der Tee steht noch auf dem Tisch und wird langsam kalt."}
{"id":"b","text":"The tea is still on the table and it is getting cold.","metadata":{"year":1.0}}
{"id":"c","deleted":true}
{"id":"d","text":"お茶はまだテーブルの上にあります。","metadata":{"language":null}}
{"id":"e","text":"17:30, 42 %"}
{"id":"f","text":"x","metadata":{"language":"de-AT"}}
{"messages":[{"role":"user","content":"Где ещё стоит чай?"},{"role":"assistant","content":"Чай всё ещё стоит на столе, и он уже остыл."}]}
END
}

@test "filter: --language keeps what is in the languages, writes them with a confidence, and passes tombstones" {
    notes | garner filter --language de,ja --dropped dropped.jsonl > kept
    diff - kept <<'END'
{"id":"a","text":"Der Tee steht noch auf dem Tisch und wird langsam kalt.","metadata":{"language":"de","language_confidence":1}}
{"id":"c","deleted":true}
{"id":"d","text":"お茶はまだテーブルの上にあります。","metadata":{"language":"ja","language_confidence":1}}
{"id":"f","text":"x","metadata":{"language":"de-AT"}}
END
    diff - <(jq -r '[.line, .code, .field, .reason] | @tsv' dropped.jsonl) <<'END'
2	language	metadata.language	'en' with confidence 1.000, expected one of de,ja with 0.5
5	language	metadata.language	'und' with confidence 0.000, expected one of de,ja with 0.5
7	language	metadata.language	'ru' with confidence 1.000, expected one of de,ja with 0.5
END
    grep -qF "\"record\":$(notes | sed -n 2p)}" dropped.jsonl
}

@test "filter: --language any keeps all, and the summary counts the languages" {
    notes | garner filter --language any --summary sum.json > kept
    [ "$(jq -r '.metadata.language // "-"' kept | paste -sd' ')" = "de en - ja und de-AT ru" ]
    [ "$(jq -c '.steps[0].languages' sum.json)" = '{"de":2,"en":1,"ja":1,"ru":1,"und":1}' ]
    grep -q '"metadata":{"year":1.0,"language":"en","language_confidence":1}}$' kept
    for jobs in 1 2 5; do notes | garner filter --language any -j "$jobs" | diff kept -; done
}

@test "filter: a record that says its language is believed, with its confidence, unless --detect" {
    say='{"text":"Der Tee steht noch auf dem Tisch.","metadata":{"language":"EN_us","language_confidence":0.3}}'
    garner filter --language en <<< "$say" --dropped dropped.jsonl > kept
    [ ! -s kept ]
    [ "$(jq -r .code dropped.jsonl)" = language_confidence ]
    garner filter --language en --language-confidence 0.2 <<< "$say" | diff - <(echo "$say")
    garner filter --language de --detect <<< "$say" > kept
    [ "$(cat kept)" = '{"text":"Der Tee steht noch auf dem Tisch.","metadata":{"language":"de","language_confidence":1}}' ]
    garner filter --language de <<< "$say" --dropped dropped.jsonl > kept
    [ ! -s kept ]
    garner filter --language no <<< '{"text":"x","metadata":{"language":"nb"}}' | grep -q nb
}

@test "filter: --language goes with --match, --field and --not" {
    notes | garner filter --language any --match 'T' | jq -r .id | paste -sd' ' | grep -qx 'a b c'
    notes | garner filter --language de --match 'Tee' > both
    notes | garner filter --language de --match 'Tee' --not > others
    [ "$(wc -l < both) $(wc -l < others)" = "2 6" ]
    notes | garner filter --language en --not --dropped dropped.jsonl > kept
    [ "$(jq -r .code dropped.jsonl)" = language_wanted ]
    garner filter --language fr --field 'title' <<< '{"title":"Le thé est encore sur la table","text":"The tea is cold"}' | grep -q '"fr"'
}

@test "filter: a wrong language, --detect alone and a language that is no text are refused" {
    run -64 --separate-stderr garner filter --language english
    [[ ${stderr_lines[0]} = "garner filter: --language: 'english' is no language that is known, expected any or: af am "* ]]
    run -64 --separate-stderr garner filter --detect true
    [ "${stderr_lines[0]}" = "garner filter: --detect: belongs to --language, which is not given" ]
    run -65 --separate-stderr garner filter --language en <<< '{"text":"a","metadata":{"language":["en"]}}'
    [ "$stderr" = "garner filter: stdin:1: field 'metadata.language' is an array, expected a string" ]
    run -65 --separate-stderr garner filter --language en <<< '{"text":"The tea is cold","metadata":7}'
    [[ $stderr = "garner filter: stdin:1: "*metadata* ]]
}
