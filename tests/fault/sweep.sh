#!/bin/bash
# sweep.sh BINARY - each system call that a tool makes on its data fails once, then its memory does; prints TAP.
#
# Allowed: exit 0 with exactly the output of an undisturbed run, or another exit code. Never: a death by signal, exit 0 with other
# bytes, a temporary left behind, an index that is neither the old nor the new one.
set -uo pipefail
binary=$(realpath "${1:?sweep.sh BINARY}")
source_folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C TZ=UTC
number=0
bad=0

# verdict NAME FAULTS: one TAP line for a whole sweep.
verdict() {
    number=$((number + 1))
    if [ -s "$2" ]; then
        echo "not ok $number - $1"
        head -n 8 "$2" | sed 's/^/# /'
        bad=1
    else
        echo "ok $number - $1"
    fi
}

prepare() {
    local i
    mkdir input old
    for i in $(seq 20); do
        printf '{"id":"r%d","text":"The crane %d lifts cargo; the tide turns.","metadata":{"year":%d}}\n' "$i" "$i" $((1990 + i))
        printf '# Note %d\n\nThe crane lifts.\n' "$i" > "input/$i.md"
    done > records
    "$binary" embed --dimension 8 records > embedded || exit 1
    sed -n 1,10p embedded | "$binary" index old/kb || exit 1
    printf '{"garner":1}\n' > none
}

# The work of each tool inside a folder of its own; -j1 keeps the order of calls.
arguments() {
    case $1 in
    filter) echo "filter -j1 -o out true ../records" ;;
    chunk) echo "chunk -j1 -o out --size 5 --overlap 0 ../records" ;;
    embed) echo "embed -j1 -o out --dimension 8 ../records" ;;
    ingest) echo "ingest -j1 -o out ../input" ;;
    index) echo "index -j1 kb ../embedded" ;;
    query) echo "query -o out kb crane" ;;
    esac
}

fresh() {
    rm -rf run
    mkdir run
    case $1 in index | query) cp -r old/kb run/kb ;; esac
}

state() {
    if [ "$1" = index ]; then
        "$binary" info --digest run/kb 2> errors.state | grep -i digest
    else
        cat run/out 2> errors.state
    fi
}

# judge TOOL CODE WHAT: appends what is wrong to faults.
judge() {
    local tool=$1 code=$2 what=$3 found
    state "$tool" > found
    if [ "$code" -ge 128 ]; then
        echo "$what: died, exit $code" >> faults
    elif [ "$code" -eq 0 ] && ! cmp -s found "wanted.$tool"; then
        echo "$what: exit 0 with another result" >> faults
    elif [ "$code" -ne 0 ] && [ ! -s errors ]; then
        echo "$what: exit $code without a message" >> faults
    fi
    if [ "$tool" = index ]; then
        "$binary" verify run/kb > errors.state 2>&1 || echo "$what: exit $code, then: $(head -n 1 errors.state)" >> faults
        cmp -s found wanted.index || cmp -s found wanted.old || echo "$what: neither the old index nor the new one" >> faults
        found=$(find run/kb -type f ! -name manifest ! -name lock ! -name '*.seg')
    else
        found=$(find run -type f ! -path 'run/kb/*' ! -name out)
    fi
    [ -z "$found" ] || echo "$what: exit $code, left behind: $found" >> faults
}

# How often the undisturbed run makes that call.
calls() {
    fresh "$1"
    # shellcheck disable=SC2046
    (cd run && strace -f -qq -o ../trace -e "trace=$2" -e signal=none "$binary" $(arguments "$1") > ../errors 2>&1)
    grep -c '(' trace
}

sweep_call() {
    local tool=$1 call=$2 fault=$3 count at code failed=0
    : > faults
    count=$(calls "$tool" "$call")
    for ((at = 1; at <= count; at++)); do
        fresh "$tool"
        code=0
        # shellcheck disable=SC2046
        (cd run && timeout 20 strace -f -qq -o ../trace -e "trace=$call" -e signal=none -e "inject=$call:error=$fault:when=$at" \
            "$binary" $(arguments "$tool") > ../errors 2>&1) || code=$?
        # strace counts in each thread: past the busiest one there is nothing left to fail.
        grep -q INJECTED trace || break
        failed=$((failed + $(grep -c INJECTED trace)))
        judge "$tool" "$code" "$call $at of $count ($fault)"
        [ "$call" != write ] || [ "$code" -eq 74 ] || echo "write $at of $count: exit $code, not 74" >> faults
    done
    [ "$failed" -ge "$count" ] || echo "only $failed of $count calls failed" >> faults
    verdict "$tool: each of $count $call fails with $fault" faults
}

# In a run as long as this each allocation would take minutes, so about 25 of them are tried, the first ones densely.
sweep_memory() {
    local tool=$1 count at=1 code
    : > faults
    fresh "$tool"
    # shellcheck disable=SC2046
    (cd run && FAIL_COUNT=../count LD_PRELOAD=../malloc_fail.so "$binary" $(arguments "$tool") > ../errors 2>&1)
    count=$(cat count)
    while [ "$at" -le "$count" ]; do
        fresh "$tool"
        code=0
        # shellcheck disable=SC2046
        (cd run && FAIL_AT=$at LD_PRELOAD=../malloc_fail.so timeout 20 "$binary" $(arguments "$tool") > ../errors 2>&1) || code=$?
        [ "$code" -eq 0 ] || [ "$code" -eq 71 ] || echo "allocation $at of $count: exit $code, not 71" >> faults
        judge "$tool" "$code" "allocation $at of $count"
        at=$((at + 1 + at / 4))
    done
    verdict "$tool: memory ends at any of $count allocations" faults
}

prepare
for tool in filter chunk embed ingest index query; do
    fresh "$tool"
    # shellcheck disable=SC2046
    (cd run && "$binary" $(arguments "$tool") 2> ../errors) || { echo "not ok 1 - $tool runs undisturbed"; exit 1; }
    state "$tool" > "wanted.$tool"
done
fresh index
state index > wanted.old

if strace -o trace -e trace=none true 2> errors; then
    for tool in filter chunk embed ingest index query; do
        for call in write fsync rename openat close; do
            fault=EIO
            [ "$call" = write ] && fault=ENOSPC
            sweep_call "$tool" "$call" "$fault"
        done
    done
else
    number=$((number + 1))
    echo "ok $number - system calls # SKIP strace may not trace here"
fi

if ${CC:-cc} -O1 -shared -fPIC -o malloc_fail.so "$source_folder/malloc_fail.c" -ldl 2> errors; then
    for tool in filter chunk embed ingest index query; do sweep_memory "$tool"; done
else
    number=$((number + 1))
    echo "ok $number - memory # SKIP no compiler for the shim: $(head -n 1 errors)"
fi
echo "1..$number"
exit $bad
