#!/usr/bin/env python3
"""memory.py GARNER TEXTS.jsonl GIGABYTES... [--tools NAME,...] - what each curation tool holds and costs, by the size of its input.

The input comes through a pipe: TEXTS over and over, each time with another number in front of every text, so that no row is an
exact copy of another one. Peak RSS is that of garner alone; CPU seconds are its user + system. Temporary files count as spill:
the most that $TMPDIR lost in free space while the tool ran, so what others write there counts, too."""
import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import threading

TOOLS = {
    "filter": "filter 'length(text) > 200'",
    "presets": "filter --preset gopher-repetition,gopher-quality,c4,fineweb",
    "language": "filter --language en",
    "redact": "redact",
    "decontaminate": "decontaminate --against {evaluation}",
    "tokens": "tokens --into metadata.tokens",
    "sample": "sample --count 1000",
    "sort": "sort --by text",
    "shuffle": "shuffle",
    "dedup-exact": "dedup",
    "dedup-minhash": "dedup --method minhash",
    "dedup-lines": "dedup --method lines",
    "stats": "stats",
}


def feed(texts, size):
    """To stdout, that many bytes of whole lines; a reader that has had enough ends it."""
    with open(texts, "rb") as source:
        block = source.read()
    written, turn = 0, 0
    while written < size:
        part = block.replace(b'"text": "', b'"text": "%d ' % turn).replace(b'"text":"', b'"text":"%d ' % turn)
        if len(part) > size - written:
            part = part[:part.find(b"\n", size - written) + 1] or part
        sys.stdout.buffer.write(part)
        written += len(part)
        turn += 1


def free_bytes(folder):
    """What is free there: spill files have no name to be found by."""
    status = os.statvfs(folder)
    return status.f_bfree * status.f_frsize


def measure(garner, command, texts, size):
    free = [free_bytes(tempfile.gettempdir())]
    # a process of its own: what this one holds would count as the peak of its children
    feeder = subprocess.Popen([sys.executable, __file__, "--feed", texts, str(size)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process = subprocess.Popen([garner] + shlex.split(command), stdin=feeder.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    feeder.stdout.close()
    done = threading.Event()

    def watch():
        while not done.wait(0.2):
            free.append(free_bytes(tempfile.gettempdir()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    done.set()
    watcher.join()
    feeder.wait()
    code = os.waitstatus_to_exitcode(status)
    if code > 2:
        return f"exit {code}: {message.decode(errors='replace').strip().splitlines()[-1][:90]}"
    cpu = usage.ru_utime + usage.ru_stime
    return (f"{usage.ru_maxrss / 1024:8.0f} MB peak {max(0, free[0] - min(free)) / 1e6:8.0f} MB spill {cpu:8.1f} CPU s "
            f"{size / 1e6 / cpu:8.0f} MB/cpu-s")


def main():
    if sys.argv[1:2] == ["--feed"]:
        feed(sys.argv[2], int(sys.argv[3]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("garner")
    parser.add_argument("texts")
    parser.add_argument("gigabytes", type=float, nargs="+")
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--options", default="", help="put behind each command: '-j1', '--memory 512M'")
    options = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as evaluation:
        for number in range(500):
            evaluation.write('{"question":"In how many of the %d harbours of the old coast was the tide lower than the '
                             'keel of ship number %d that year?"}\n' % (number + 3, number * 7))
        evaluation.flush()
        for name in options.tools.split(","):
            for gigabytes in options.gigabytes:
                command = TOOLS[name].format(evaluation=evaluation.name) + " " + options.options
                print(f"{name:14} {gigabytes:5.1f} GB {measure(options.garner, command, options.texts, int(gigabytes * 1e9))}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
