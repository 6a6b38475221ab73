load ../support/setup

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    seq 0 999 | sed 's/.*/{"n":&}/' | jq -c '.group = .n % 7' > in.jsonl
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    ln -s "$BATS_FILE_TMPDIR/in.jsonl" .
}

@test "sample: --count keeps that many, in their order; the rest is dropped with the reason" {
    garner sample --count 100 --dropped dropped.jsonl in.jsonl > some.jsonl
    [ "$(wc -l < some.jsonl)" = 100 ]
    [ "$(wc -l < dropped.jsonl)" = 900 ]
    [ "$(jq -r .code dropped.jsonl | sort -u)" = not_sampled ]
    jq .n some.jsonl | sort -nc
    garner sample --count 100 --seed 5 in.jsonl > others.jsonl
    ! cmp -s some.jsonl others.jsonl
    garner sample --count 5000 in.jsonl | cmp - in.jsonl
    [ -z "$(garner sample --count 0 in.jsonl)" ]
    [ "$(cat in.jsonl in.jsonl | garner sample | wc -l)" = 1000 ]
}

@test "sample: --per keeps that many of each group" {
    garner sample --count 10 --per group in.jsonl > some.jsonl
    [ "$(jq .group some.jsonl | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 10 ]
    [ "$(wc -l < some.jsonl)" = 70 ]
}

@test "sample: --share keeps about that many, and records that come later change nothing" {
    garner sample --share 20% in.jsonl > some.jsonl
    count=$(wc -l < some.jsonl)
    [ "$count" -gt 140 ] && [ "$count" -lt 260 ]
    { cat in.jsonl; cat in.jsonl; } | garner sample --share 20% | head -n "$count" | cmp - some.jsonl
    garner sample --share 100% in.jsonl | cmp - in.jsonl
    [ -z "$(garner sample --share 0 in.jsonl)" ]
}

@test "sample: --by keeps or drops all of a value, wherever they stand" {
    garner sample --share 50% --by group in.jsonl > some.jsonl
    [ "$(jq .group some.jsonl | sort | uniq -c | awk '$1 < 142' | wc -l)" = 0 ]
    groups=$(jq .group some.jsonl | sort -u | wc -l)
    [ "$groups" -gt 0 ] && [ "$groups" -lt 7 ]
    tac in.jsonl | garner sample --share 50% --by group | tac | cmp - some.jsonl
}

@test "sample: options that exclude one another" {
    refuses() {
        local message=$1
        shift
        run -64 --separate-stderr garner sample "$@"
        [ "${stderr_lines[0]}" = "garner sample: $message" ] || { echo "${stderr_lines[0]}"; return 1; }
    }
    refuses "--count: excludes --share" --count 1 --share 1%
    refuses "--by: needs --share; with --count, --per names the groups" --count 1 --by a
    refuses "--per: needs --count" --share 1% --per a
    refuses "--share: 'few' is not a share from 0% to 100%" --share few
}
