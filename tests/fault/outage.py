#!/usr/bin/env python3
"""outage.py GARNER FAKEAPI - 10,000 records through a server that fails every 7th request, resets every 50th connection and is
killed twice: the output is that of an undisturbed run, and no text is asked for again once its answer was given."""
import collections
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

garner, fakeapi = sys.argv[1:3]
COUNT = 10000
script = ",".join("reset" if i % 50 == 0 else "500" if i % 7 == 0 else "slow:0.02" for i in range(1, 4000))


def serve(folder, log, script, port=0):
    port_file = os.path.join(folder, "port")
    if os.path.exists(port_file):
        os.remove(port_file)
    process = subprocess.Popen([sys.executable, fakeapi, "--port", str(port), "--port-file", port_file, "--dim", "16", "--log", log,
                                "--script", script], stderr=subprocess.DEVNULL)
    while not os.path.exists(port_file):
        time.sleep(0.02)
    return process, int(open(port_file).read())


def command(folder, port, cache):
    return [garner, "embed", "--url", f"http://127.0.0.1:{port}", "--model", "m", "--batch-size", "20", "--cache", cache, "--summary",
            os.path.join(folder, "summary"), os.path.join(folder, "in")]


with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "in"), "w") as file:
        for i in range(COUNT):
            file.write(json.dumps({"id": i, "text": f"record {i} of the harbour"}) + "\n")
    server, port = serve(folder, os.path.join(folder, "good.log"), "ok")
    wanted = subprocess.run(command(folder, port, "none"), capture_output=True, check=True).stdout
    server.kill()
    server.wait()
    log, cache = os.path.join(folder, "bad.log"), os.path.join(folder, "cache")
    server, port = serve(folder, log, script)
    runs, kills = [], 0
    while True:
        with open(os.path.join(folder, "out"), "wb") as out, open(os.path.join(folder, "err"), "wb") as err:
            run = subprocess.Popen(command(folder, port, cache), stdout=out, stderr=err)
            while run.poll() is None:
                done = sum(1 for _ in open(log))
                if kills < 2 and done > 150 * (kills + 1):
                    server.kill()
                    server.wait()
                    kills += 1
                    time.sleep(1.0)
                    if kills == 2:  # and the client dies, too
                        run.send_signal(signal.SIGKILL)
                    server, port = serve(folder, log, script, port)
                time.sleep(0.02)
        runs.append(run.returncode)
        if run.returncode == 0 or len(runs) > 10:
            break
    server.kill()
    server.wait()
    answered = collections.Counter()
    requests = 0
    for line in open(log):
        entry = json.loads(line)
        requests += 1
        if entry["code"] == 200:
            answered.update(entry["inputs_sha"])
    twice = sum(count > 1 for count in answered.values())
    equal = open(os.path.join(folder, "out"), "rb").read() == wanted
    print(json.dumps({"runs": runs, "kills": kills, "requests": requests, "texts_answered": len(answered), "answered_twice": twice,
                      "probe_and_in_flight_at_most": 1 + 8 * 20, "equal": equal}))
    sys.exit(not equal)
