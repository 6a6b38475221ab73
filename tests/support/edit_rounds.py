#!/usr/bin/env python3
"""edit_rounds.py GARNER ROUNDS SEED [kill] - random edits of a folder; the index that follows it must equal a rebuild.

Each round adds, changes, deletes, renames and touches files (text, rows, archives, faulty ones), lets the pipe
`ingest --ledger | chunk | index --acknowledge` run, and compares the index with one that is made anew: the digest of ids, texts and
vectors, and the answers of a query. With kill, zero to three runs before it are killed at a random moment. Prints TAP; works in the
current folder."""
import io
import os
import random
import signal
import subprocess
import sys
import tarfile
import time

garner, rounds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with_kills = "kill" in sys.argv[4:]
dice = random.Random(seed)
WORDS = "crane tide harbour cargo lamp key safe cellar tea steam rope sail".split()


def words(count):
    return " ".join(dice.choice(WORDS) for _ in range(count))


def rows(count):
    return [f"{dice.randrange(40)},{words(3)}" for _ in range(count)]


def archive(count):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for number in sorted(dice.sample(range(8), count)):
            text = words(6).encode()
            member = tarfile.TarInfo(f"m{number}.md")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    return data.getvalue()


def content(path):
    kind = path.rsplit(".", 1)[1]
    if kind == "csv":
        return ("number,text\n" + "\n".join(sorted(set(rows(dice.randrange(12))))) + "\n").encode()
    if kind == "jsonl":
        lines = [f'{{"text":"{words(4)}"}}' for _ in range(dice.randrange(6))] + ["{oops"] * dice.randrange(2)
        return "".join(line + "\n" for line in lines).encode()
    if kind == "tar":
        return archive(dice.randrange(5))
    if kind == "txt":
        return bytes([0xff, 0xfe, 0x41, 0xd8]) if dice.random() < 0.3 else b"" if dice.random() < 0.3 else words(4).encode()
    return (f"# {words(2)}\n\n{words(dice.choice([3, 3, 30]))}\n").encode()


def files():
    return sorted(os.path.join(top, name) for top, _, names in os.walk("docs") for name in names)


def fresh_path():
    folder = dice.choice(["docs", "docs/a", "docs/a/b", "docs/c"])
    os.makedirs(folder, exist_ok=True)
    return f"{folder}/f{dice.randrange(60)}.{dice.choice(['md', 'md', 'md', 'csv', 'jsonl', 'tar', 'txt'])}"


def write(path, data):
    """In place, or by a rename as editors do."""
    if dice.random() < 0.5:
        with open(path, "wb") as file:
            file.write(data)
    else:
        with open("scratch", "wb") as file:
            file.write(data)
        os.rename("scratch", path)


def edit():
    there = files()
    deed = dice.choice(["add", "add", "change", "change", "delete", "rename", "touch", "same", "folder"])
    if deed == "add" or not there:
        path = fresh_path()
        write(path, content(path))
        return
    path = dice.choice(there)
    if deed == "change":
        write(path, content(path))
    elif deed == "delete":
        os.unlink(path)
    elif deed == "rename":
        target = fresh_path().rsplit(".", 1)[0] + "." + path.rsplit(".", 1)[1]
        os.rename(path, target)
    elif deed == "touch":
        moment = dice.choice([time.time(), 1e9, 1e9 + 0.5])
        os.utime(path, (moment, moment))
    elif deed == "same":  # other bytes, the same size and time
        status = os.stat(path)
        with open(path, "rb") as file:
            data = bytearray(file.read())
        if data and path.endswith(".md"):
            data[-1:] = dice.choice([b"x", b"y"])
            write(path, bytes(data))
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif deed == "folder" and dice.random() < 0.2:
        subprocess.run(["rm", "-rf", dice.choice(["docs/a/b", "docs/c"])], check=True)


INGEST = [garner, "ingest", "-q", "--ledger=ledger", "--prune", "--max-deletes=100%", "docs"]
PIPELINE = """version: 1
steps:
  - ingest: {paths: [docs], ledger: ledger, prune: true, max-deletes: 100%}
  - filter: "not (text ~ 'cellar')"
  - chunk: {size: 10, overlap: 2}
  - embed: {dimension: 8}
  - index: {path: kb, commit-every: 3}
"""
STEPS = [["filter", "-q", "not (text ~ 'cellar')"], ["chunk", "--size=10", "--overlap=2"], ["embed", "--dimension=8"]]


def start_pipe(source, index):
    """The processes of a shell pipe."""
    processes, before = [], None
    for command in [source] + [[garner] + step for step in STEPS] + [index]:
        last = command is index
        process = subprocess.Popen(command, stdin=before, stdout=subprocess.DEVNULL if last else subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        if before:
            before.close()
        before = process.stdout
        processes.append(process)
    return processes


def start():
    if dice.random() < 0.4:
        return [subprocess.Popen([garner, "run", "-q", "pipeline.yaml"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)]
    index = [garner, "index", "--acknowledge=ledger", "kb"] + dice.choice([[], ["--commit-every=3"]])
    return start_pipe(INGEST, index)


def killed_run():
    processes = start()
    time.sleep(dice.random() ** 2 * 0.08)
    dice.choice(processes).send_signal(signal.SIGKILL)
    for process in processes:
        process.wait()


def whole_run():
    processes = start()
    codes = [process.wait() for process in processes]
    return all(code in (0, 2) for code in codes), codes


def look(index):
    digest = subprocess.run([garner, "info", "--digest", "--format=json", index], capture_output=True, text=True)
    answers = subprocess.run([garner, "query", index, "crane tide", "-k", "40"], capture_output=True, text=True)
    found = [part for part in digest.stdout.split(",") if '"digest"' in part]
    return found, answers.stdout


def check():
    subprocess.run(["rm", "-rf", "clean"], check=True)
    codes = [process.wait() for process in start_pipe([garner, "ingest", "-q", "docs"], [garner, "index", "clean"])]
    if any(code not in (0, 2) for code in codes):
        return f"the rebuild failed: {codes}"
    if not os.path.exists("clean/manifest") and not os.path.exists("kb/manifest"):
        return None
    followed, rebuilt = look("kb"), look("clean")
    if not files():
        return None
    if followed[0] != rebuilt[0]:
        return f"the digests differ: {followed[0]} {rebuilt[0]}"
    return None if followed[1] == rebuilt[1] else "the answers differ"


def main():
    os.makedirs("docs")
    with open("pipeline.yaml", "w", encoding="utf-8") as file:
        file.write(PIPELINE)
    faults, kills = [], 0
    for number in range(1, rounds + 1):
        for _ in range(dice.randrange(1, 6)):
            edit()
        for _ in range(dice.randrange(4) if with_kills else 0):
            killed_run()
            kills += 1
            if dice.random() < 0.5:
                edit()
        is_good, codes = whole_run()
        fault = check() if is_good else f"a run failed: {codes}"
        quiet = subprocess.run(INGEST, capture_output=True, text=True) if not fault else None
        if quiet and quiet.stdout:
            fault = f"something is still pending: {quiet.stdout[:200]}"
        if fault:
            faults.append(f"round {number}: {fault}")
            break
    name = f"edits: {rounds} rounds, seed {seed}, {kills} runs killed: the index equals a rebuild after each"
    print(f"{'not ok' if faults else 'ok'} 1 - {name}")
    for fault in faults:
        print("# " + fault)
    return 1 if faults else 0


sys.exit(main())
