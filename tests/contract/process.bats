# What a well-behaved process does whatever the tool: signals, closed pipes, full disks, links, descriptors.
load ../support/setup
load ../support/tools

# The tools that read records; index writes none, generate and judge wait for a model.
readers() {
    garner help --json | jq -r '.tools[] | select(.reads == "records" and (.common | index("input"))) | .name' |
        grep -vx -e index -e generate -e judge
}

# More than a pipe holds, no two alike.
many() {
    seq 100000 | sed 's/.*/{"id":"&","text":"some text & to fill the pipe"}/'
}

# Their command lines; one that only adds up has nothing to pass on.
passing() {
    for tool in $(readers | grep -vx stats); do
        needs "$tool"
        printf '%q ' "$tool" "${needed[@]}" "${operands[@]}"
        echo
    done
}

# held TOOL SIGNAL...: starts the tool on an input that never ends, sends the signals, prints the exit code.
held() {
    local tool=$1 code=0 pid needed operands
    shift
    needs "$tool"
    rm -f pipe
    mkfifo pipe
    exec 7<> pipe
    printf '{"id":"a","text":"one"}\n' >&7
    # env gives SIGINT its default action back: bash makes background jobs ignore it.
    env --default-signal garner "$tool" "${needed[@]}" "${operands[@]}" pipe 7>&- > out 2> errors &
    pid=$!
    for _ in {1..200}; do
        grep -qs ' (garner) S' "/proc/$pid/stat" && break
        sleep 0.01
    done
    for signal; do kill -s "$signal" "$pid"; done
    { sleep 5; kill -9 "$pid"; } > /dev/null 2>&1 3>&- & # nobody waits for it: the substitution would, for its output
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
        [ ! -s errors ] || { echo "$tool"; cat errors; return 1; }
    done < <(passing)
}

@test "process: a full disk is exit 74 with a message, a closed stdout, too" {
    printf '{"id":"a","text":"one"}\n' > in.jsonl
    for tool in $(readers); do
        code=0
        with_file "$tool" in.jsonl > /dev/full 2> errors || code=$?
        [ "$code" = 74 ] || { echo "$tool: $code"; return 1; }
        grep -q "^garner $tool: .*no space left on device" errors
        code=0
        with_file "$tool" in.jsonl >&- 2> errors || code=$?
        [ "$code" = 74 ]
        [ "$(grep -vc "^garner dpo: good answers have" errors)" = 1 ] || { echo "$tool"; cat errors; return 1; }
    done
}

@test "process: -o writes the same bytes, whole or not at all" {
    printf '{"id":"a","text":"one"}\n' > in.jsonl
    for tool in $(readers); do
        COLUMNS=80 with_file "$tool" in.jsonl > wanted
        COLUMNS=80 with_file "$tool" in.jsonl -o out
        cmp wanted out
        code=0
        with_file "$tool" in.jsonl -o out nosuch.jsonl 2> errors || code=$?
        [ "$code" = 66 ]
        cmp wanted out
        code=0
        with_file "$tool" in.jsonl -o nosuch/out 2> errors || code=$?
        [ "$code" = 73 ]
    done
    [ -z "$(ls | grep tmp)" ]
}

@test "process: an input that is missing, and one that is a folder, are exit 66 and named" {
    mkdir folder
    for tool in $(readers); do
        for input in nosuch.jsonl folder; do
            run -66 --separate-stderr with_file "$tool" "$input"
            [[ $stderr == "garner $tool: "*"$input"* ]]
        done
    done
}

@test "process: control bytes of a file's name do not reach the terminal" {
    for tool in $(readers); do
        run -66 --separate-stderr with_file "$tool" $'no\e[31m\nsuch'
        [[ $stderr != *$'\e'* ]]
        [ "${#stderr_lines[@]}" = 1 ]
        run -66 --separate-stderr with_file "$tool" $'no\e[31m\n\xff\\such' --log-format json
        [ "$(jq -r '[.level, .tool, .code] | join(" ")' <<< "$stderr")" = "error $tool E_NO_INPUT" ]
    done
}
