#!/usr/bin/env python3
"""servers.py GARNER FAKEAPI [--chat] [MODE...] - every fault of a model server through embed, with --chat through generate.

FAKEAPI is a server with a fault script (`--port-file F --script MODE --key K --dim N`), of which each MODE is tried for ever
and once. A row: mode, exit code, records out, rejected, requests; then what must hold: 20 records in = out + rejected or the
run failed whole; a second run against a good server with the same cache gives the bytes of an undisturbed run, so nothing was
lost and no bad vector or answer was stored; the key stands in no output, message or file."""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

MODES = """ok 429:1 429date:1 429none 429huge 429bad 500 502 503 504 400 401 403 404 413 422 html500 hang:30 hanghead:30 drip:0.2
slow:1 reset resetmid close trunc badjson empty notjson wrongdim mixeddim nan inf null strvec zero huge fewer more dupindex reorder
noindex errbody bighdr bigbody redirect:http://127.0.0.1:1/ gzip badgzip chunkbad noslash partial poison:number7x leak""".split()
KEY = "sk-test-5d41402abc4b2a76b9719d911017c592"
garner, fakeapi = sys.argv[1:3]
is_chat = "--chat" in sys.argv
FIELD = b'"completion"' if is_chat else b'"embedding"'
# These change vectors only; a chat server with them is a good one.
EMBEDDING_MODES = "wrongdim mixeddim nan inf null strvec zero huge fewer more dupindex reorder noindex partial".split()


class Server:
    def __init__(self, folder, script):
        self.port_file = os.path.join(folder, "port")
        if os.path.exists(self.port_file):
            os.remove(self.port_file)
        self.process = subprocess.Popen([sys.executable, fakeapi, "--port-file", self.port_file, "--script", script,
                                         "--key", KEY, "--dim", "16"], stderr=subprocess.DEVNULL)
        while not os.path.exists(self.port_file):
            time.sleep(0.02)
        self.url = "http://127.0.0.1:" + open(self.port_file).read()

    def requests(self):
        return json.load(urllib.request.urlopen(self.url + "/__stats"))["requests"]

    def end(self):
        self.process.kill()
        self.process.wait()


def ask(url, folder, name):
    output, errors = os.path.join(folder, name), os.path.join(folder, name + ".err")
    tool = ["generate", "--user", "{{text}}", "--max-wait", "5"] if is_chat else ["embed", "--batch-size", "12"]
    command = [garner, *tool, "--url", url, "--model", "m", "--concurrency", "2", "--api-key-env", "FAULT_KEY",
               "--cache", os.path.join(folder, "cache"), "--on-error", "skip", "--rejects",
               os.path.join(folder, name + ".rejects"), "--summary", os.path.join(folder, name + ".summary"),
               "--timeout", "4", os.path.join(folder, "in")]
    if not is_chat:
        command[-1:-1] = ["--first-byte-timeout", "2"]
    with open(output, "wb") as out, open(errors, "wb") as err:
        code = subprocess.run(command, stdout=out, stderr=err, env=dict(os.environ, FAULT_KEY=KEY), timeout=300).returncode
    return code, open(output, "rb").read(), open(errors, errors="replace").read().strip()


def lines(path):
    return sum(1 for _ in open(path)) if os.path.exists(path) else 0


def try_mode(script, wanted):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "in"), "w") as file:
            for i in range(20):
                file.write(json.dumps({"id": i, "text": f"record number{i}x of the harbour"}) + "\n")
        server = Server(folder, script)
        start = time.monotonic()
        code, out, message = ask(server.url, folder, "out")
        seconds = time.monotonic() - start
        requests = server.requests()
        server.end()
        records = sum(FIELD in line for line in out.splitlines())
        rejected = lines(os.path.join(folder, "out.rejects"))
        faults = []
        if code in (0, 2) and records + rejected != 20:
            faults.append("records are lost")
        if FIELD in out and any(line not in wanted for line in out.splitlines() if FIELD in line):
            faults.append("an answer differs")
        server = Server(folder, "ok")
        again, whole, _ = ask(server.url, folder, "again")
        server.end()
        if again != 0 or whole.splitlines() != wanted:
            faults.append(f"the next run differs ({again})")
        for root, _, names in os.walk(folder):
            for name in names:
                if KEY.encode() in open(os.path.join(root, name), "rb").read():
                    faults.append("the key is in " + name)
        return script, code, records, rejected, requests, seconds, faults, message.splitlines()[0][:110] if message else ""


def undisturbed():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "in"), "w") as file:
            for i in range(20):
                file.write(json.dumps({"id": i, "text": f"record number{i}x of the harbour"}) + "\n")
        server = Server(folder, "ok")
        code, out, message = ask(server.url, folder, "out")
        server.end()
        assert code == 0, message
        return out.splitlines()


wanted = undisturbed()
modes = [mode for mode in sys.argv[3:] if mode != "--chat"] or [mode for mode in MODES if not is_chat or mode not in EMBEDDING_MODES]
scripts = [text for mode in modes for text in (mode, mode + "*1,ok")]
bad = 0
with concurrent.futures.ThreadPoolExecutor(6) as pool:
    print(f"{'mode':34} {'exit':>4} {'out':>4} {'rej':>4} {'req':>4} {'s':>6}  message")
    for script, code, records, rejected, requests, seconds, faults, message in pool.map(lambda s: try_mode(s, wanted), scripts):
        print(f"{script:34} {code:4} {records:4} {rejected:4} {requests:4} {seconds:6.1f}  {'; '.join(faults) or message}")
        bad += bool(faults)
print(f"{len(scripts) - bad} passed, {bad} failed")
sys.exit(bad > 0)
