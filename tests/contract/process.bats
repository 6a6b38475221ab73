# What a well-behaved process does whatever the tool: signals, closed pipes, full disks, links, descriptors.
load ../support/setup

# The tools that read records and need nothing else; generate and judge need a model that only the user can name.
readers() {
    garner help --json | jq -r '
        .tools[] | select(.reads == "records" and (.common | index("input")) and ([.options[] | select(.required)] == []))
            | .name | select(. != "generate" and . != "judge")'
}

# More than a pipe holds, no two alike.
many() {
    seq 100000 | sed 's/.*/{"id":"&","text":"some text & to fill the pipe"}/'
}

# One that only adds up is told to pass records on.
passing() {
    readers | sed 's/^tokens$/& --into n/; s/^sample$/& --count 1000000/'
}

# held TOOL SIGNAL...: starts the tool on an input that never ends, sends the signals, prints the exit code.
held() {
    local tool=$1 code=0 pid
    shift
    rm -f pipe
    mkfifo pipe
    exec 7<> pipe
    printf '{"id":"a","text":"one"}\n' >&7
    # env gives SIGINT its default action back: bash makes background jobs ignore it.
    env --default-signal garner "$tool" pipe 7>&- > out 2> errors &
    pid=$!
    for _ in {1..200}; do
        grep -qs ' (garner) S' "/proc/$pid/stat" && break
        sleep 0.01
    done
    for signal; do kill -s "$signal" "$pid"; done
    { sleep 5; kill -9 "$pid"; } 2> /dev/null 3>&- &
    wait "$pid" || code=$?
    kill $! 2> /dev/null
    exec 7>&-
    echo "$code"
}

@test "process: SIGTERM, SIGINT and SIGHUP end a waiting tool with 128 + the signal" {
    [ -n "$(readers)" ]
    for tool in $(readers); do
        [ "$(held "$tool" TERM)" = 143 ] || { echo "$tool"; return 1; }
        [ "$(held "$tool" INT)" = 130 ]
        [ "$(held "$tool" HUP)" = 129 ]
        grep -qx "garner $tool: .*stopped by signal 1 (SIGHUP)" errors
    done
}

@test "process: a tool that waits for its reader ends on SIGTERM" {
    many > many.jsonl
    while read -r tool; do
        bash -c "env --default-signal garner $tool many.jsonl 2> errors & echo \$! > pid; wait \$!; echo \$? > code" | sleep 5 3>&- &
        for _ in {1..200}; do
            grep -qs ' (garner) S' "/proc/$(cat pid 2> /dev/null)/stat" && break
            sleep 0.01
        done
        kill -TERM "$(cat pid)"
        for _ in {1..200}; do
            [ -s code ] && break
            sleep 0.01
        done
        [ "$(cat code)" = 143 ] || { echo "$tool: $(cat code)"; return 1; }
        rm pid code
        kill %1 2> /dev/null || true
    done < <(passing)
}

@test "process: a reader that leaves ends a tool quietly, by SIGPIPE" {
    many > many.jsonl
    while read -r tool; do
        bash -c "garner $tool many.jsonl 2> errors; echo \$? > code" | head -1 > /dev/null
        [ "$(cat code)" = 141 ] || { echo "$tool: $(cat code)"; return 1; }
        [ ! -s errors ]
    done < <(passing)
}

@test "process: a full disk is exit 74 with a message, a closed stdout, too" {
    printf '{"id":"a","text":"one"}\n' > in.jsonl
    for tool in $(readers); do
        code=0
        garner "$tool" in.jsonl > /dev/full 2> errors || code=$?
        [ "$code" = 74 ] || { echo "$tool: $code"; return 1; }
        grep -q "^garner $tool: .*no space left on device" errors
        code=0
        garner "$tool" in.jsonl >&- 2> errors || code=$?
        [ "$code" = 74 ]
        [ "$(wc -l < errors)" = 1 ]
    done
}

@test "process: -o writes the same bytes, whole or not at all" {
    printf '{"id":"a","text":"one"}\n' > in.jsonl
    for tool in $(readers); do
        COLUMNS=80 garner "$tool" in.jsonl > wanted
        COLUMNS=80 garner "$tool" -o out in.jsonl
        cmp wanted out
        code=0
        garner "$tool" -o out in.jsonl nosuch.jsonl 2> errors || code=$?
        [ "$code" = 66 ]
        cmp wanted out
        code=0
        garner "$tool" -o nosuch/out in.jsonl 2> errors || code=$?
        [ "$code" = 73 ]
    done
    [ -z "$(ls | grep tmp)" ]
}

@test "process: an input that is missing, and one that is a folder, are exit 66 and named" {
    mkdir folder
    for tool in $(readers); do
        for input in nosuch.jsonl folder; do
            run -66 --separate-stderr garner "$tool" "$input"
            [[ $stderr == "garner $tool: "*"$input"* ]]
        done
    done
}

@test "process: control bytes of a file's name do not reach the terminal" {
    for tool in $(readers); do
        run -66 --separate-stderr garner "$tool" $'no\e[31m\nsuch'
        [[ $stderr != *$'\e'* ]]
        [ "${#stderr_lines[@]}" = 1 ]
        run -66 --separate-stderr garner "$tool" --log-format json $'no\e[31m\n\xff\\such'
        [ "$(jq -r '[.level, .tool, .code] | join(" ")' <<< "$stderr")" = "error $tool E_NO_INPUT" ]
    done
}
