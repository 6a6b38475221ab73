# training.bats - the pipelines that ask a chat model run on what ships, against a stub of one.
load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    ln -s "$ROOT/pipelines" pipelines
    mkdir build
}

# start_teacher: sets CHAT_URL and JUDGE_URL. The server ends with the test: its standard input is ours.
start_teacher() {
    mkfifo hold
    python3 "$ROOT/tests/support/chat_server.py" port teach log < hold &
    exec 9> hold
    rm hold
    until [ -s port ]; do read -rt 0.02 <> <(:) || true; done
    CHAT_URL=http://127.0.0.1:$(cat port)
    export CHAT_URL JUDGE_URL=$CHAT_URL
}

@test "pipelines: sft-from-docs.yaml makes rows of passages, drops what a passage does not say, and asks nothing twice" {
    start_teacher
    run -0 --separate-stderr garner run pipelines/sft-from-docs.yaml
    [ "$(jq -r '[.messages[].role] | join(" ")' build/sft.jsonl | sort -u)" = 'user assistant' ]
    [ "$(jq -r .code build/sft.dropped.jsonl | sort -u)" = unsupported ]
    [ "$(jq -r .reason build/sft.dropped.jsonl | sort -u)" = 'number 4711 is not in the passage' ]
    [ "$(cat build/sft.jsonl build/sft.dropped.jsonl | wc -l)" = "$(garner ingest pipelines/documents | garner chunk --size 200 --overlap 0 | wc -l)" ]
    [ -z "$(jq -r .file build/sft.dropped.jsonl | grep -v '^pipelines/documents/')" ]
    cp build/sft.jsonl first
    asked=$(wc -l < log)
    garner run -q pipelines/sft-from-docs.yaml --set profile=bedrock-converse
    [ "$(wc -l < log)" = "$asked" ]
    [ "$(jq -c '[.messages[].content[0].text]' build/sft.jsonl)" = "$(jq -c '[.messages[].content]' first)" ]
    exec 9>&-
}

@test "pipelines: distill-from-teacher.yaml keeps each question's best answer, if it is good enough" {
    start_teacher
    garner run -q pipelines/distill-from-teacher.yaml --set least=8
    [ "$(cat build/distill.jsonl build/distill.dropped.jsonl | wc -l)" = "$(wc -l < pipelines/questions/handbook.jsonl)" ]
    [ -s build/distill.jsonl ]
    [ "$(jq -r '.messages[0].content' build/distill.jsonl | sort -u)" = 'Answer in at most three sentences.' ]
    [ "$(jq -r .code build/distill.dropped.jsonl | sort -u)" = below_score ]
    exec 9>&-
}

@test "pipelines: dpo-from-judge.yaml sets the best sample against the worst" {
    start_teacher
    run -0 --separate-stderr garner run pipelines/dpo-from-judge.yaml
    [[ "$stderr" == *"good answers have "* ]]
    [ "$(jq -c 'keys' build/dpo.jsonl | sort -u)" = '["input","non_preferred_output","preferred_output"]' ]
    [ "$(cat build/dpo.jsonl build/dpo.dropped.jsonl | wc -l)" = "$(wc -l < pipelines/questions/handbook.jsonl)" ]
    exec 9>&-
}
