# ingest_bombs.bats - files that unpack or parse to far more than they are end at a named limit, in little time and memory.
bats_require_minimum_version 1.5.0
load ../support/setup

@test "ingest: every bomb ends within 5 seconds and 300 MB and names its limit" {
    [[ "${GARNER_BUILD:-}" != *address* && "${GARNER_BUILD:-}" != *thread* ]] || export LIMITS=no
    python3 "$ROOT/tests/support/bombs.py" "$(command -v garner)" bombs
    # All in one run: each is a reject, and what stands between them is read.
    echo text > bombs/m.txt
    run -2 --separate-stderr garner ingest --rejects rejects --max-decoder-memory 256M bombs
    [ "$(jq -r 'select(.id == "bombs/m.txt").text' <<< "$output")" = text ]
    [ "$(jq -r 'select(.code == "E_INTERNAL").file' rejects)" = "" ]
}
