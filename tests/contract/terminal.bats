# terminal.bats - what a person at a terminal sees of a run: its progress, and that a second Ctrl-C ends it at once.
load ../support/setup

@test "terminal: progress stands in one line of a terminal and is wiped at the end" {
    cat > live.py << 'END'
import os, pty, select, subprocess, sys, time
master, slave = pty.openpty()
run = subprocess.Popen(["garner", "filter", "true", "-o", "out.jsonl"], stdin=subprocess.PIPE, stderr=slave)
os.close(slave)
seen, written, give_up = b"", 0, time.monotonic() + 30
while b"records" not in seen and time.monotonic() < give_up:
    run.stdin.write(b'{"id":"a","text":"one"}\n')
    run.stdin.flush()
    written += 1
    if select.select([master], [], [], 0.02)[0]:
        seen += os.read(master, 4096)
run.stdin.close()
code = run.wait()
try:
    while more := os.read(master, 4096):
        seen += more
except OSError:  # the terminal has no writer any more
    pass
lines = sum(1 for _ in open("out.jsonl"))
print(code, lines == written)
sys.stdout.write(seen.decode().replace("\033[K", "<wipe>").replace("\r", "<start>"))
END
    run python3 live.py
    [ "${lines[0]}" = "0 True" ]
    [[ "${lines[1]}" =~ ^\<start\>garner\ filter:\ [0-9,]+\ records,\ [0-9,]+/s,\ .*\<wipe\>.*\<start\>\<wipe\>$ ]]
    [ "${#lines[@]}" -eq 2 ]
}

@test "terminal: without a terminal there is no progress, and with -q none on one" {
    printf '{"id":"a","text":"one"}\n' | garner filter true > out 2> errors
    [ ! -s errors ]
    printf '{"id":"a","text":"one"}\n' > in.jsonl
    [ -z "$(script -qec 'garner filter -q true in.jsonl > out' /dev/null < /dev/null)" ]
    printf '{"id":"a","text":"one"}\n' | cmp - out
}

# Both signals wait while the process is stopped, so the second one comes before the first could be acted on.
@test "terminal: a second signal ends a run at once, without a word, and leaves no temporary" {
    mkfifo pipe
    exec 7<> pipe
    printf '{"id":"a","text":"one"}\n' >&7
    env --default-signal garner filter true pipe -o out.jsonl 7>&- 2> errors &
    pid=$!
    for _ in {1..500}; do
        grep -qs ' (garner) S' "/proc/$pid/stat" && [ -n "$(find . -name '*out.jsonl*')" ] && break
        sleep 0.01
    done
    [ -n "$(find . -name '*out.jsonl*')" ]
    kill -STOP "$pid"
    kill -INT "$pid"
    kill -TERM "$pid"
    kill -CONT "$pid"
    code=0
    wait "$pid" || code=$?
    exec 7>&-
    [ "$code" -eq 130 ] || [ "$code" -eq 143 ]
    [ ! -s errors ]
    [ -z "$(find . -name '*out.jsonl*')" ]
}
