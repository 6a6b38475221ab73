# setup.bash - what every bats file loads: the built garner in PATH, a fixed locale and zone, a scratch folder as the working directory.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PATH="${GARNER_BUILD:-$ROOT/build/release}:$PATH"
export LC_ALL=C TZ=UTC
unset GARNER_CONFIG GARNER_CPU EMBED_PROVIDER
FIXTURES="${BATS_TEST_FILENAME%.bats}"
bats_require_minimum_version 1.5.0

# limit_memory KILOBYTES: of address space. Sanitizers need terabytes of it, so there is no bound on their builds.
limit_memory() {
    [[ "${GARNER_BUILD:-}" == *address* ]] || ulimit -v "$1"
}
export -f limit_memory

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
}

# assert_golden FOUND EXPECTED: the same bytes; GOLDEN=write makes the expected file anew.
assert_golden() {
    if [ "${GOLDEN:-}" = write ]; then
        mkdir -p "$(dirname "$FIXTURES/$2")" && cp "$1" "$FIXTURES/$2"
    fi
    diff -u "$FIXTURES/$2" "$1"
}
