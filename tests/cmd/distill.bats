# distill.bats - prompts for a teacher, and answers for a student.
load ../support/setup

@test "distill: prompts alone, in the form of the service" {
    printf '{"id":"1","prompt":"why?"}\n{"messages":[{"role":"user","content":"how?"},{"role":"assistant","content":"so"}]}\n{"prompt":""}\n' > in
    garner distill --prompts-only --system T --profile bedrock-distillation --dropped dropped in > out
    cat > wanted <<'END'
{"schemaVersion":"bedrock-conversation-2024","system":[{"text":"T"}],"messages":[{"role":"user","content":[{"text":"why?"}]}]}
{"schemaVersion":"bedrock-conversation-2024","system":[{"text":"T"}],"messages":[{"role":"user","content":[{"text":"how?"}]}]}
END
    diff wanted out
    [ "$(jq -r .code dropped)" = no_question ]
}

@test "distill: what generate writes is joined to its prompt, with or without a template" {
    printf '{"id":"1","prompt":"why?","completion":"because"}\n{"id":"2","prompt":"how?","completions":["so","thus"],"scores":[1,2]}\n' > in
    garner distill in > out
    [ "$(jq -c '[.id, .messages[].content]' out)" = $'["1","why?","because"]\n["2","how?","thus"]' ]
    [ "$(garner distill --user 'Q {{id}}' --choose all in | jq -c '[.id, .messages[].content]')" = $'["1","Q 1","because"]\n["2#0","Q 2","so"]\n["2#1","Q 2","thus"]' ]
}

@test "distill: rejection by score, by vote, and what was left out is counted" {
    printf '{"prompt":"2+2?","completions":["A: 4","it is A: 4","A: 5"],"scores":[3,9,9]}\n' > in
    [ "$(garner distill -q --min-score 9 in | jq -r '.messages[1].content')" = 'it is A: 4' ]
    run --separate-stderr -0 garner distill --vote 'A: *(\d+)' --choose first in
    [ "$(jq -r '.messages[1].content' <<< "$output")" = 'A: 4' ]
    [[ "$stderr" == *"rows not made beside others: outvoted 1"* ]]
    run -0 garner distill -q --vote 'A: *(\d+)' --agreement 0.9 --dropped dropped in
    [ "$(jq -c '[.code, .reason]' dropped)" = '["no_majority","2 of 3 answers agree at most"]' ]
}

@test "distill: answers of trees and transcripts are the assistant's turns" {
    echo '{"prompt":{"text":"q","role":"prompter","replies":[{"text":"a","role":"assistant","rank":1},{"text":"b","role":"assistant","rank":0},{"text":"c","role":"prompter"}]}}' > in
    [ "$(garner distill --preset oasst in | jq -c '.messages | map([.role, .content])')" = '[["user","q"],["assistant","b"]]' ]
    [ "$(garner distill --preset oasst --prompts-only in | jq -c '.messages | map(.content)' | sort -u)" = $'["q","c"]\n["q"]' ]
    echo '{"chosen":"\n\nHuman: q\n\nAssistant: a\n\nHuman: r\n\nAssistant: b","rejected":"\n\nHuman: q\n\nAssistant: c"}' > in
    [ "$(garner distill --preset hh-pairs in | jq -c '.messages | map([.role, .content])')" = '[["user","q"],["assistant","a"],["user","r"],["assistant","b"]]' ]
    echo '{"chosen":"\n\nHuman: q\n\nAssistant: a\n\nHuman: r","rejected":"\n\nHuman: q\n\nAssistant: c"}' > in
    [ "$(garner distill --preset hh-pairs in | jq -c '.messages | map(.content)')" = '["q","c"]' ]
}

@test "distill: a program says which answers are right" {
    cat > check.py <<'END'
import json, sys
for line in sys.stdin:
    row = json.loads(line)
    right = row["answer"] == str(eval(row["prompt"]))
    print(json.dumps({"ok": right, "reason": "it is not " + row["answer"]}), flush=True)
END
    printf '{"prompt":"2+2","completions":["5","4"]}\n{"prompt":"3+3","completions":["7"]}\n' > in
    garner distill -q --check 'python3 check.py' --dropped dropped in > out
    [ "$(jq -c '[.messages[].content]' out)" = '["2+2","4"]' ]
    [ "$(jq -c '[.code, .reason]' dropped)" = '["check_failed","it is not 7"]' ]
    run -76 --separate-stderr garner distill --check 'sed -u s/.*/maybe/' in
    [[ "$stderr" == *"--check: answered no JSON"* ]]
    run -69 --separate-stderr garner distill --check 'exit 3' in
    [[ "$stderr" == *"exit code 3"* ]]
}

@test "distill: a pipeline file that runs a checker needs --allow-exec" {
    printf '{"prompt":"a","completion":"b"}\n' > in
    printf 'version: 1\nname: x\nsteps:\n  - distill: {input: in, check: "sed -u s/.*/true/"}\n' > p.yaml
    run -78 --separate-stderr garner run p.yaml
    [[ "$stderr" == *"--check runs a program; --allow-exec permits that"* ]]
    garner run --allow-exec p.yaml | jq -c '[.messages[].content]' > out
    [ "$(cat out)" = '["a","b"]' ]
}

@test "distill: invocation logs are prompts, or rows with what was answered" {
    printf '{"modelId":"m","input":{"inputBodyJson":{"messages":[{"role":"user","content":[{"text":"why?"}]}]}},"output":{"outputBodyJson":{"output":{"message":{"content":[{"text":"so"}]}}}}}\n' > in
    [ "$(garner distill --preset invocation-log in | jq -c '[.messages[].content]')" = '["why?","so"]' ]
    [ "$(garner distill --preset invocation-log --prompts-only in | jq -c '[.messages[].content]')" = '["why?"]' ]
}

@test "distill: refused before anything is read: choosing without answers, a pattern that is none" {
    run -64 --separate-stderr garner distill --prompts-only --min-score 3 < /dev/null
    [[ "$stderr" == *"--min-score: there are no answers to choose from"* ]]
    run -64 --separate-stderr garner distill --vote '(' < /dev/null
    [[ "$stderr" == *"--vote, column 2: "* ]]
    run -64 --separate-stderr garner distill --min-score high < /dev/null
    [[ "$stderr" == *"--min-score: 'high' is not a number"* ]]
    run -64 --separate-stderr garner distill --agreement 0.5 < /dev/null
    [[ "$stderr" == *"--agreement: needs --vote"* ]]
}
