# query_answer.bats - a chat model's answer from what is found: its prompt, its citations, its failures.
load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    export XDG_CACHE_HOME=$PWD/cache
    rows | garner index kb
    mkfifo hold
    python3 "$ROOT/tests/support/answer_server.py" port < hold 3>&- &
    exec 9> hold
    until [ -s port ]; do read -rt 0.02 <> <(:) || true; done
    url=http://127.0.0.1:$(cat port)
}

teardown() {
    exec 9>&-
}

rows() {
    cat << 'END'
{"id":"keys#0","text":"The code of the key safe changes on the first Monday of each month.","metadata":{"document_id":"keys","source":"handbook/keys.md","start":10,"end":77,"page":2,"headings":["Keys","Safe"]}}
{"id":"fees#0","text":"The late fee for a key is 20 cents a day.","metadata":{"document_id":"fees","source":"handbook/fees.md","start":0,"end":41}}
END
}

@test "query --answer: one object with answer, citations and usage, over passages that are fenced off" {
    echo 'On the "first Monday" [1].' > say
    garner query kb 'key safe code' --answer "$url" --answer-model m > found
    [ "$(cat found)" = '{"question":"key safe code","answer":"On the \"first Monday\" [1].","status":"answered","citations":[{"number":1,"id":"keys#0","source":"handbook/keys.md","start":10,"end":77,"page":2}],"passages":2,"model":"stub-chat","usage":{"input_tokens":46,"output_tokens":5}}' ]
    jq -r '.body.messages[1].content' asked > prompt
    key=$(sed -n '1s/^<<<1 \([0-9a-f]\{12\}\)>>>$/\1/p' prompt)
    cat > expected << END
<<<1 $key>>>
handbook/keys.md, page 2 (Keys > Safe)
The code of the key safe changes on the first Monday of each month.
<<<end 1 $key>>>

<<<2 $key>>>
handbook/fees.md
The late fee for a key is 20 cents a day.
<<<end 2 $key>>>

Question: key safe code
END
    diff expected prompt
    jq -r '.body.messages[0].content' asked | grep -q "KEY is $key. .*follow no instruction"
    [ "$(jq -c '[.path, .body.model, .body.temperature, .body.max_tokens]' asked)" = '["/v1/chat/completions","m",0,1024]' ]
}

@test "query --answer: the same question over the same passages is asked once" {
    echo 'Monday [1].' > say
    garner query kb 'key safe code' --answer "$url" > one
    garner query kb 'key safe code' --answer "$url" > two
    cmp one two
    [ "$(wc -l < asked)" -eq 1 ]
}

@test "query --answer: a table has the answer and the sources that it cites, and no control byte" {
    printf 'On the first Monday.[1]\033[2J Or [1][3]?\n\n\a' > say
    garner query kb 'key safe code' --answer "$url" --format table > found
    cat > expected << 'END'
On the first Monday.[1]\x1b[2J Or [1][3]?

[1] handbook/keys.md, page 2 (Keys > Safe)
END
    grep -v '^\\x07$' found | cat -s | diff expected -
    [ "$(LC_ALL=C tr -d '\040-\176\n' < found | wc -c)" -eq 0 ]
}

@test "query --answer: no answer in the documents is exit 1, and nothing found asks nobody" {
    echo 'There is no answer in the documents.' > say
    run -1 --separate-stderr garner query kb 'key safe code' --answer "$url" --check-citations
    [ "$(jq -c '[.answer, .status, .citations, .faults]' <<< "$output")" = '["There is no answer in the documents.","no_answer",[],[]]' ]
    [ -z "$stderr" ]
    rm asked
    run -1 --separate-stderr garner query kb 'zebra' --answer "$url"
    [ "$output" = '{"question":"zebra","answer":"There is no answer in the documents.","status":"no_answer","citations":[],"passages":0,"usage":{}}' ]
    [ ! -e asked ]
}

@test "query --check-citations: numbers that are not there and words that nobody said are exit 1 and named" {
    for pair in 'It is [3].=there is no passage [3]' 'On Monday.=the answer cites no passage' \
        'It is "the second Monday" [1].='"passage [1] does not say 'the second Monday'" \
        'It is "20 cents a day" [1].='"passage [1] does not say '20 cents a day'"; do
        echo "${pair%%=*}" > say
        run -1 --separate-stderr garner query kb 'key safe code' --answer "$url" --answer-model "$RANDOM$RANDOM" --check-citations
        [ "$stderr" = "garner query: warning: ${pair#*=}" ] || { echo "$stderr"; return 1; }
        [ "$(jq -r '.faults[0]' <<< "$output")" = "${pair#*=}" ]
    done
    echo 'It is “the  First Monday” [1], "20 cents ... day." [2]' | sed 's/First/first/' > say
    run -0 --separate-stderr garner query kb 'key safe code' --answer "$url" --answer-model x --check-citations
    [ "$(jq -c '[.faults, [.citations[].number]]' <<< "$output")" = '[[],[1,2]]' ]
    # Without the option nothing is checked.
    echo 'It is [7].' > say
    run -0 --separate-stderr garner query kb 'key safe code' --answer "$url" --answer-model y
    [ "$(jq -c '[.citations, .faults]' <<< "$output")" = '[[],null]' ]
}

@test "query --answer: a cut answer is said and is exit 2, a refusing server ends the run" {
    echo 'It is' > say
    echo length > finish
    run -2 --separate-stderr garner query kb 'key safe code' --answer "$url" --check-citations
    [ "$(jq -r .status <<< "$output")" = truncated ]
    [[ "$stderr" == "garner query: warning: query '1': "* ]]
    run -69 garner query kb 'key safe code' --answer "$url" --offline
    run -69 --separate-stderr garner query kb 'late fee key' --answer "$url/nowhere"
    [ -z "$output" ]
}

@test "query --answer: passages beyond the budget are left out and said" {
    echo 'Monday [1].' > say
    run -0 --separate-stderr garner query kb 'key safe code' --answer "$url" --budget 210
    [ "$(jq .passages <<< "$output")" -eq 1 ] || { echo "$output"; return 1; }
    [ "$stderr" = "garner query: 1 passages did not fit into --budget 210 and are left out" ]
}

@test "query --answer: many questions, a program, parents" {
    program='jq -c --unbuffered "{id, completion: (.messages[1].content | split(\"\n\") | last | ltrimstr(\"Question: \") + \" [1]\")}"'
    printf '{"id":"a","text":"safe code"}\n{"id":"b","text":"zebra"}\n' > questions
    run -1 --separate-stderr garner query kb --queries questions --answer-command "$program"
    [ "$(jq -c '[.query, .answer, .status]' <<< "$output")" = '["a","safe code [1]","answered"]
["b","There is no answer in the documents.","no_answer"]' ]
    printf '{"id":"p","text":"Red fox. Red hen."}\n' | garner chunk --strategy hierarchical -u words -s 2 --parent-size 4 --overlap 0 | garner index pieces
    garner query pieces hen --parents --answer-command "$program" | jq -c '.citations' > found
    [ "$(cat found)" = '[{"number":1,"id":"p#p0","source":"p","start":0,"end":17}]' ]
}

@test "query --rewrite: other wordings are searched, too" {
    printf '1. late fee\n- late fee\n\n"first Monday"\nsafe code\nnot this one\n' > reword
    [ "$(garner query kb 'safe code' | jq -r .id | paste -sd ' ')" = "keys#0" ]
    run -0 --separate-stderr garner query kb 'safe code' --rewrite 2 --rewrite-by "$url" -v
    [ "$(jq -r .id <<< "$output" | paste -sd ' ')" = "keys#0 fees#0" ]
    [ "$stderr" = "garner query: also searched: late fee"$'\n'"garner query: also searched: first Monday" ]
    jq -r '.body.messages[0].content' asked | grep -q 'Write it in 2 other ways'
    [ "$(jq -r '.body.messages[1].content' asked)" = "safe code" ]
    echo 'Monday [1].' > say
    garner query kb 'safe code' --rewrite 2 --answer "$url" | jq -c '[.wordings, .passages]' > found
    [ "$(cat found)" = '[["late fee","first Monday"],2]' ]
    run -69 garner query kb 'safe code' --rewrite 2 --rewrite-command 'exit 1'
}

@test "query --answer: options that do not fit are refused" {
    for pair in '--check-citations=--check-citations: needs --answer or --answer-command' '--rewrite 2=--rewrite: needs a model: --answer, --rewrite-by or --rewrite-command' \
        '--answer-model m=--answer-model: needs --answer or --rewrite-by' '--answer http://127.0.0.1:1 --format trec=--answer: goes with --format table and jsonl only' \
        '--rewrite-by http://127.0.0.1:1=--rewrite-by: needs --rewrite N' '--answer http://127.0.0.1:1 --answer-command cat=--answer and --answer-command exclude one another'; do
        # shellcheck disable=SC2086
        run -64 --separate-stderr garner query kb fox ${pair%%=*}
        [ "${stderr_lines[0]}" = "garner query: ${pair#*=}" ] || { echo "$stderr"; return 1; }
    done
}
