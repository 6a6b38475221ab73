# Streams that trickle: records go through every tool one by one, and are found before the stream ends.
load ../support/setup

# pause: some hundredths of a second, for loops that wait for another process.
pause() {
    read -rt 0.05 <> <(:) || true
}

# wait_for COMMAND...: until it succeeds, at most a minute.
wait_for() {
    for _ in {1..1200}; do
        if "$@" > /dev/null 2>&1; then return 0; fi
        pause
    done
    echo "never: $*"
    return 1
}

finds() {
    garner query kb --mode lexical "$2" | jq -se --arg id "$1" 'any(.id == $id)'
}

# start COMMAND...: its standard input is descriptor 8, its output comes from descriptor 7, $pid is its number.
start() {
    rm -f in out
    mkfifo in out
    # env gives SIGINT its default action back: bash makes background jobs ignore it.
    env --default-signal "$@" < in > out 2> errors 3>&- &
    pid=$!
    exec 8> in 7< out
}

# stop [CODE]: ends its input; it must exit with CODE.
stop() {
    local code=0
    exec 8>&-
    wait "$pid" || code=$?
    exec 7<&-
    [ "$code" = "${1:-0}" ] || { echo "exit $code"; cat errors; return 1; }
}

@test "live: a record is through every tool before the next one is there" {
    for tool in "chunk" "filter true" "embed" "embed -j 1" "filter --match tea -j 3"; do
        # shellcheck disable=SC2086
        start garner $tool
        for n in 1 2 3; do
            printf '{"id":"d%d","text":"green tea"}\n' "$n" >&8
            read -rt 60 line <&7
            [ "$(jq -r '.metadata.document_id // .id' <<< "$line")" = "d$n" ]
        done
        stop
    done
}

@test "live: the first bytes of a line wait for the rest of it" {
    start garner filter true
    printf '{"id":"a"}\n{"id":' >&8
    read -rt 60 line <&7
    [ "$line" = '{"id":"a"}' ]
    printf '"b"}\n' >&8
    read -rt 60 line <&7
    [ "$line" = '{"id":"b"}' ]
    stop
}

@test "live: index --commit-every shows a record while the stream goes on" {
    start garner index kb --commit-every 0.01s
    echo '{"id":"a","text":"green tea"}' >&8
    wait_for finds a tea
    echo '{"id":"b","text":"black coffee"}' >&8
    wait_for finds b coffee
    finds a tea
    stop
    garner verify kb
}

@test "live: index --commit-every never shows a tombstone without the new version behind it" {
    start garner index kb --commit-every 1 --max-delay 0.01
    echo '{"id":"a","text":"green tea"}' >&8
    wait_for finds a tea
    printf '%s\n' '{"id":"z","text":"filler"}' '{"id":"a","deleted":true}' '{"id":"a","text":"white tea"}' '{"id":"y","text":"filler"}' >&8
    wait_for finds y filler
    stop
    garner query kb white --mode lexical | jq -e '.id == "a"'
    garner verify kb
}

@test "live: a document that stops half way is shown as far as it came, and completed by what follows" {
    start garner index kb --commit-every 0.01s --max-delay 0.01
    echo '{"id":"a#0","text":"green tea","metadata":{"document_id":"a"}}' >&8
    wait_for finds "a#0" tea
    echo '{"id":"a#1","text":"black coffee","metadata":{"document_id":"a"}}' >&8
    wait_for finds "a#1" coffee
    finds "a#0" tea
    stop
    [ "$(garner info --format json kb | jq .rows)" = 2 ]
}

@test "live: without --commit-every nothing is shown before the end" {
    start garner index kb
    echo '{"id":"a","text":"green tea"}' >&8
    pause
    [ ! -e kb/manifest ]
    stop
    finds a tea
}

@test "live: SIGTERM ends a waiting index with 143, and what was complete is kept" {
    start garner index kb --commit-every 1h --max-delay 0.01
    printf '{"id":"a","text":"green tea"}\n' >&8
    wait_for grep -q ' (garner) S' "/proc/$pid/stat"
    for _ in {1..10}; do pause; done
    kill -TERM "$pid"
    while kill -0 "$pid" 2> /dev/null; do pause; done
    stop 143
    grep -q 'stopped by signal 15 (SIGTERM)' errors
    finds a tea
}

@test "live: kill -9 leaves what was committed" {
    start garner index kb --commit-every 0.01s
    echo '{"id":"a","text":"green tea"}' >&8
    wait_for finds a tea
    printf '{"id":"b","text":"black ' >&8
    kill -KILL "$pid"
    stop 137
    finds a tea
    garner verify kb
    echo '{"id":"b","text":"black coffee"}' | garner index kb
    finds b coffee
}

@test "live: embed asks a server for each record that trickles in, with --max-delay for several at once" {
    mkfifo hold
    python3 "$ROOT/tests/support/model_server.py" port ok < hold 3>&- &
    exec 9> hold
    wait_for test -s port
    start garner embed --url "http://127.0.0.1:$(cat port)" --model stub
    for n in 1 2; do
        echo "{\"id\":\"d$n\",\"text\":\"green tea $n\"}" >&8
        read -rt 60 line <&7
        [ "$(jq -r .id <<< "$line")" = "d$n" ]
    done
    stop
    start garner embed --url "http://127.0.0.1:$(cat port)" --model stub --max-delay 10m
    echo '{"id":"a","text":"white tea"}' >&8
    if read -rt 0.3 line <&7; then return 1; fi
    echo '{"id":"b","text":"black coffee"}' >&8
    exec 8>&-
    [ "$(jq -r .id <&7 | paste -sd,)" = a,b ]
    stop
    exec 9>&-
}

@test "live: ingest --follow reads a log line by line, and rows of standard input" {
    start garner ingest --follow app.log
    echo "first line" >> app.log
    read -rt 60 line <&7
    [ "$(jq -r '.text, .metadata.source' <<< "$line" | paste -sd,)" = "first line,app.log" ]
    printf 'second' >> app.log
    printf ' line\n' >> app.log
    read -rt 60 line <&7
    [ "$(jq -r .text <<< "$line")" = "second line" ]
    mv app.log app.log.1
    echo "third line" >> app.log
    read -rt 60 line <&7
    [ "$(jq -r .text <<< "$line")" = "third line" ]
    kill -TERM "$pid"
    stop 143
    start garner ingest --follow --as jsonl --name feed
    echo '{"text":"a message","n":1}' >&8
    read -rt 60 line <&7
    [ "$(jq -r '.text, .metadata.source' <<< "$line" | paste -sd,)" = "a message,feed" ]
    printf '{"text":"the last, without a line end"}' >&8
    stop
}

@test "live: ingest --follow keeps line numbers, repeats and rejects from piece to piece" {
    start garner ingest --follow --on-error skip --rejects rejects rows.jsonl
    echo '{"text":"one"}' >> rows.jsonl
    read -rt 60 first <&7
    echo '{"text":"one"}' >> rows.jsonl
    read -rt 60 line <&7
    [ "$(jq -r .id <<< "$line")" = "$(jq -r .id <<< "$first")~2" ]
    printf '%s\n' '{broken' '{"text":"two"}' >> rows.jsonl
    read -rt 60 line <&7
    [ "$(jq -r .text <<< "$line")" = two ]
    kill -TERM "$pid"
    stop 143
    [ "$(jq -c '[.file, .line, .code]' rejects)" = '["rows.jsonl",3,"E_JSON_SYNTAX"]' ]
}

@test "live: ingest --follow reads CSV with its header, and ends by itself with --idle-exit" {
    printf 'name,note\nann,"two\nlines"\n' > t.csv
    run --separate-stderr garner ingest --follow --idle-exit 0.2 --text-field note t.csv
    [ "$status" -eq 0 ]
    [ "$(jq -c '[.text, .metadata.name]' <<< "$output")" = '["two\nlines","ann"]' ]
    printf 'a line\nan unfinished one' > t.txt
    [ "$(garner ingest --follow --watch-poll 0.05 --idle-exit 0.2 t.txt | jq -r .text)" = "a line" ]
}

@test "live: ingest --follow refuses folders and what a growing file has not" {
    mkdir d
    run -64 garner ingest --follow d
    [ "$output" = "garner ingest: --follow: 'd' is a folder, expected a file
try 'garner ingest --help'" ]
    run -64 garner ingest --follow --digest x
    run -64 garner ingest --idle-exit 1 x
}

# watched: docs/ into kb through a shell pipe, in a process group of its own.
watched() {
    setsid env --default-signal bash -c 'garner ingest --watch docs --ledger l --prune "$@" | garner chunk | garner embed | garner index kb --acknowledge l --commit-every 0.05s' watched "$@" \
        < /dev/null > out 2> errors 3>&- &
    pid=$!
}

loses() {
    ! finds "$@"
}

@test "live: ingest --watch: what is saved, changed, moved in and deleted is in the index while the pipe runs" {
    mkdir docs other other/deep
    echo "green tea" > docs/a.md
    echo "cocoa bean" > other/deep/c.md
    watched --max-deletes 50%
    wait_for finds "docs/a.md#0" tea
    echo "black coffee" > docs/b.md
    wait_for finds "docs/b.md#0" coffee
    echo "lemon water" > docs/a.md
    wait_for finds "docs/a.md#0" lemon
    loses "docs/a.md#0" tea
    mkdir docs/new
    echo "orange juice" > docs/new/d.md
    wait_for finds "docs/new/d.md#0" juice
    mv other docs/other
    wait_for finds "docs/other/deep/c.md#0" cocoa
    rm docs/b.md
    wait_for loses "docs/b.md#0" coffee
    mv docs/new gone
    wait_for loses "docs/new/d.md#0" juice
    kill -TERM -- "-$pid"
    wait "$pid" || true
    garner verify kb
    [ "$(garner info --format json kb | jq .rows)" = 2 ]
}

@test "live: ingest --watch: killed at any moment, the next start brings what was not acknowledged" {
    mkdir docs
    for n in {1..30}; do echo "word$n" > "docs/f$n.md"; done
    for n in 1 2 3 4 5; do
        watched
        echo "saved$n" > "docs/s$n.md"
        for ((i = 0; i < n; i++)); do pause; done
        kill -KILL -- "-$pid"
        wait "$pid" || true
    done
    watched --idle-exit 1
    wait "$pid"
    garner verify kb
    garner ingest docs | garner chunk | garner embed | garner index clean
    [ "$(garner info --digest --format json kb | jq -r .digest)" = "$(garner info --digest --format json clean | jq -r .digest)" ]
    [ -z "$(garner ingest docs --ledger l)" ]
}

@test "live: ingest --watch: polling sees the same, and --idle-exit ends it; the ledger is that of a plain run" {
    mkdir docs
    echo "green tea" > docs/a.md
    garner ingest docs --ledger l | garner index kb --acknowledge l
    start garner ingest --watch docs --ledger l --watch-poll 0.05 --idle-exit 5
    echo "black coffee" > docs/b.md
    read -rt 60 line <&7
    [ "$(jq -r .id <<< "$line")" = docs/b.md ]
    stop
}

@test "live: a pipeline file with ingest --watch is the same in one process" {
    mkdir docs
    printf 'version: 1\nsteps:\n  - ingest: {paths: [docs], watch: true, ledger: l}\n  - chunk: {}\n  - index: {path: kb, acknowledge: l, commit-every: 0.05s}\n' > watch.yaml
    start garner run watch.yaml
    echo "green tea" > docs/a.md
    wait_for finds "docs/a.md#0" tea
    kill -TERM "$pid"
    while kill -0 "$pid" 2> /dev/null; do pause; done
    stop 143
    [ ! -s errors ]
    [ -z "$(garner ingest docs --ledger l)" ]
}

@test "live: ingest --watch says what it needs" {
    run -64 garner ingest --watch docs
    [ "${lines[0]}" = "garner ingest: --watch needs --ledger FILE, to know what changed" ]
    run -64 garner ingest --watch --ledger l -
    run -64 garner ingest --watch --ledger l --follow docs
    mkdir docs
    garner ingest docs --ledger l --prune
}
