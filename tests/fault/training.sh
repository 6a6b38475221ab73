#!/bin/bash
# training.sh BINARY [DOCS [URL [MODEL]]] - kills pipelines/sft-from-docs.yaml twice, at a third and at two thirds of its answers; the third run
# must ask only for what is missing and give the bytes of an undisturbed run. Without DOCS it makes its own, without URL it asks the tests' stub
# of a chat model. Prints TAP.
set -uo pipefail
binary=$(realpath "${1:?training.sh BINARY [DOCS [URL [MODEL]]]}")
docs=${2:+$(realpath "$2")}
export CHAT_URL=${3:-} CHAT_MODEL=${4:-default}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"; exec 9>&-' EXIT
cd "$work" || exit 1
export LC_ALL=C TZ=UTC
number=0
bad=0

# check NAME COMMAND...: one TAP line.
check() {
    local name=$1
    shift
    number=$((number + 1))
    if "$@"; then echo "ok $number - $name"; else
        echo "not ok $number - $name"
        bad=1
    fi
}

# pipeline OUT: replaces the shell that calls it.
pipeline() {
    exec "$binary" run -q "$root/pipelines/sft-from-docs.yaml" --set docs="$docs" --set prompt="$root/pipelines/prompts/question.yaml" --set out="$1" \
        --summary "$1.summary" 2>> errors
}

# kept OUT: bytes of its answers so far.
kept() {
    stat -c %s "$1".cache/*.log 2> /dev/null | awk '{ sum += $1 } END { print sum + 0 }'
}

# shellcheck disable=SC2317 # called by check
# kill_at BYTES: the pipeline, killed once so much is kept. Fails when it ended before.
kill_at() {
    pipeline cut &
    local child=$!
    while kill -0 "$child" 2> /dev/null; do
        [ "$(kept cut)" -lt "$1" ] || break
    done
    kill -9 "$child" 2> /dev/null || return 1
    wait "$child" 2> /dev/null
    [ $? -eq 137 ]
}

if [ -z "$docs" ]; then
    docs=$work/docs
    mkdir "$docs"
    for i in $(seq 600); do echo "The crane number $i was built in $((1800 + i)). It lifts $((i * 3)) tons and stands at berth $((i % 17))." > "$docs/$i.md"; done
fi
if [ -z "$CHAT_URL" ]; then
    mkfifo hold
    python3 "$root/tests/support/chat_server.py" port teach < hold 2> /dev/null &
    exec 9> hold
    until [ -s port ]; do read -rt 0.02 <> <(:) || true; done
    CHAT_URL=http://127.0.0.1:$(cat port)
fi

(pipeline whole)
code=$?
check "the undisturbed run ends with 0, or with 2 for files that cannot be read" test "$code" = 0 -o "$code" = 2
echo "# $(wc -l < whole.jsonl) rows, $(wc -l < whole.dropped.jsonl) dropped, $(kept whole) bytes of answers"
all=$(kept whole)
check "killed at a third" kill_at $((all / 3))
check "nothing is published" test ! -e cut.jsonl
check "killed again at two thirds" kill_at $((all * 2 / 3))
check "nothing is published" test ! -e cut.jsonl
(pipeline cut)
check "the third run ends as the undisturbed one" test $? = "$code"
check "rows are the same, byte for byte" cmp whole.jsonl cut.jsonl
check "so is what was dropped" cmp whole.dropped.jsonl cut.dropped.jsonl
read -r cached asked < <(jq -r '.stages[].summary.steps[] | select(.name | startswith("generate")) | "\(.cached) \(.asked)"' cut.summary)
echo "# the third run found $cached answers and asked for $asked"
check "it asked for a part only" test "$cached" -gt 0
check "the rows are valid" "$binary" validate --profile openai-sft --format jsonl -o faults cut.jsonl
[ "$bad" = 0 ] || { sort errors | uniq -c | head; head -3 faults; } | sed 's/^/# /'
echo "1..$number"
exit "$bad"
