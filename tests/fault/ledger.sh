#!/bin/bash
# ledger.sh BINARY [ROUNDS] - kills at every write, sync, rename, truncation and removal of ingest --ledger and of index --acknowledge
# over an update of 200 files; after each, one more run must make the index that a rebuild makes. Then random edits with random
# kills. Prints TAP. The calls are counted and hit by strace.
set -uo pipefail
binary=$(realpath "${1:?ledger.sh BINARY [ROUNDS]}")
rounds=${2:-300}
support=$(cd "$(dirname "$0")/../support" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C TZ=UTC
calls=(write pwrite64 fdatasync fsync rename ftruncate unlink)
number=0
bad=0

# The state before: 200 files in ledger and index; then a third of them changes, some vanish, some are new.
prepare() {
    local i
    mkdir -p old/docs
    for i in $(seq 200); do echo "Document $i on cranes." > "old/docs/$i.md"; done
    printf 'n,text\n1,one\n2,two\n3,three\n' > old/docs/rows.csv
    (cd old && "$binary" ingest -q --ledger=l docs | "$binary" index --acknowledge=l kb)
    for i in $(seq 1 3 200); do echo "Document $i, changed: tides." > "old/docs/$i.md"; done
    for i in $(seq 2 30 200); do rm "old/docs/$i.md"; done
    for i in $(seq 201 210); do echo "Document $i is new." > "old/docs/$i.md"; done
    printf 'n,text\n1,one\n3,three!\n4,four\n' > old/docs/rows.csv
    (cd old && "$binary" ingest -q docs | "$binary" index ../clean)
    wanted=$(look clean)
}

look() {
    "$binary" info --digest "$1" | grep '^digest'
    "$binary" query "$1" 'tides cranes four' -k 300 --format jsonl | cksum
}

# hit TOOL CALL N: the update with a kill at the N-th such call of the tool. Returns 1 when the tool makes fewer.
hit() {
    local inject=(strace -qq -f -o trace -e "trace=$2" -e "inject=$2:signal=KILL:when=$3") ingest=() index=()
    if [ "$1" = ingest ]; then ingest=("${inject[@]}"); else index=("${inject[@]}"); fi
    rm -rf run
    cp -a old run
    cd run || exit 1
    local status code
    { # the shell tells of every process that was killed
        "${ingest[@]}" "$binary" ingest -q -j1 --ledger=l --prune docs 2> errors |
            "${index[@]}" "$binary" index -j1 --acknowledge=l kb 2>> errors
        status=("${PIPESTATUS[@]}")
    } 2> /dev/null
    if [ "$1" = ingest ]; then code=${status[0]}; else code=${status[1]}; fi
    local fault=""
    "$binary" ingest -q --ledger=l --prune docs 2> again | "$binary" index --acknowledge=l kb 2>> again || fault="the run after it failed"
    cd .. || exit 1
    [ -n "$fault" ] || [ "$(look run/kb)" = "$wanted" ] || fault="the index differs from a rebuild"
    [ -n "$fault" ] || [ -z "$("$binary" ingest -q --ledger=run/l --prune run/docs)" ] || fault="something is still pending"
    [ -z "$fault" ] || echo "$1, $2 number $3: $fault ($(head -c 200 run/again))" >> faults
    points=$((points + 1))
    [ "$code" -eq 137 ]
}

sweep() {
    local n=1
    : > faults
    points=0
    while hit "$1" "$2" "$n"; do n=$((n + 1)); done
    number=$((number + 1))
    if [ -s faults ]; then
        echo "not ok $number - $1: killed at each $2"
        head -n 8 faults | sed 's/^/# /'
        bad=1
    else
        echo "ok $number - $1: killed at each $2 ($((points - 1)))"
    fi
}

prepare
for tool in ingest index; do
    for call in "${calls[@]}"; do
        sweep "$tool" "$call"
    done
done
mkdir edits
number=$((number + 1))
(cd edits && "$support/edit_rounds.py" "$binary" "$rounds" 1 kill) | sed "s/^\(not \)\?ok 1/\1ok $number/"
[ "${PIPESTATUS[0]}" -eq 0 ] || bad=1
exit $bad
