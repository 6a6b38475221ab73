#!/bin/bash
# check.sh - builds everything and runs all tests; the last line is "N passed, N failed". check.sh [full]
#
# plain: C tests and all bats files on the release build; C tests, contracts and fuzz seeds under ASan and UBSan; the parallel parts
# under TSan. full: also every bats file under the sanitizers, and the C tests under valgrind.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
tier=${1:-plain}
jobs=$(nproc)
passed=0
failed=0
export CCACHE_DISABLE=${CCACHE_DISABLE-}
[ -n "$CCACHE_DISABLE" ] || unset CCACHE_DISABLE

# Counts the TAP lines of a command, shows what failed; a command that printed no test at all has failed.
tap() {
    local title=$1 log status ok bad
    shift
    log=$(mktemp)
    "$@" > "$log" 2>&1
    status=$?
    ok=$(grep -c '^ok ' "$log")
    bad=$(grep -c '^not ok ' "$log")
    if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$ok" -eq 0 ]; }; then
        bad=1
        tail -n 40 "$log"
    fi
    awk '/^not ok /{ show = 1 } /^ok /{ show = 0 } show || /^# .*:[0-9]+: /' "$log"
    grep -E 'ERROR: |runtime error|WARNING: ThreadSanitizer' "$log" | head -n 5
    printf '%-50s %5d passed, %d failed\n' "$title" "$ok" "$bad"
    passed=$((passed + ok))
    failed=$((failed + bad))
    rm -f "$log"
}

build() {
    if ! make -s -j"$jobs" "$@" binaries > build/make.log 2>&1; then
        tail -n 30 build/make.log
        echo "the build failed: make $*"
        echo "$passed passed, $((failed + 1)) failed"
        exit 1
    fi
}

# Seeds and what fuzzing once found: each file is a test.
replay() {
    local folder=$1 program name seed number=0
    for program in "$folder"/replay-*; do
        name=${program##*/replay-}
        for seed in tests/fuzz/seeds/"$name"/*; do
            [ -f "$seed" ] || continue
            number=$((number + 1))
            if "$program" "$seed" > /dev/null 2>> "$folder/replay.log"; then
                echo "ok $number - $name ${seed##*/}"
            else
                echo "not ok $number - $name ${seed##*/}"
                tail -n 20 "$folder/replay.log"
            fi
        done
    done
}

bats_files() {
    GARNER_BUILD=$PWD/$1 bats --tap -r "${@:2}"
}

mkdir -p build
build
tap "C tests" build/release/unit-tests
tap "bats" bats_files build/release tests
asan=build/address-undefined
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
build SANITIZE=address,undefined CC=clang CFLAGS='-O1 -g'
tap "C tests, address and undefined sanitizers" $asan/unit-tests
tap "fuzz seeds, address and undefined sanitizers" replay $asan
if [ "$tier" = full ]; then
    tap "bats, address and undefined sanitizers" bats_files $asan tests
    tap "C tests, valgrind" env GARNER_VALGRIND=1 valgrind -q --error-exitcode=99 --leak-check=full build/release/unit-tests
    tap "failing calls" tests/fault/sweep.sh build/release/garner
    tap "kills between ingest and index" tests/fault/ledger.sh build/release/garner
else
    tap "contracts, address and undefined sanitizers" bats_files $asan tests/contract
fi
build SANITIZE=thread CC=clang CFLAGS='-O1 -g'
tap "parallel parts, thread sanitizer" build/thread/unit-tests parallel stream

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
