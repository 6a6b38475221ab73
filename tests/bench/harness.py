"""harness.py - runs commands in turns and prints what they cost.

MB is 10^6 bytes of input; CPU seconds are user + system of the whole command, the least of some turns. The check column (lines or
bytes of output) must agree between competitors before their speeds are compared."""
import os
import resource
import shutil
import subprocess
import time


def size_of(path):
    if not os.path.isdir(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(root, name)) for root, _, files in os.walk(path) for name in files)


class Bench:
    def __init__(self, garner, folder, tree, runs, is_full):
        self.garner, self.folder, self.tree, self.runs, self.is_full = garner, folder, tree, runs, is_full
        self.missing = set()
        os.makedirs(folder, exist_ok=True)

    def place(self, name):
        return os.path.join(self.folder, name)

    def has(self, program):
        if shutil.which(program) or os.path.exists(program):
            return True
        self.missing.add(program)
        return False

    def shell(self, command):
        """CPU seconds, the end of the output, exit code."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(["bash", "-c", "set -o pipefail; " + command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return seconds, done.stdout.strip().decode()[-24:], done.returncode

    def task(self, title, size, competitors, count=0):
        """competitors: (name, program it needs, shell command[, what runs before, not measured]); the one named garner is the
        measure of the others. count: files or records, shown per CPU second, too."""
        competitors = [competitor for competitor in competitors if self.has(competitor[1])]
        if not size or not competitors:
            print(f"\n{title}: no input here", flush=True)
            return
        best, check = {}, {}
        for _ in range(self.runs):
            for name, _, command, *before in competitors:
                for preparation in before:
                    self.shell(preparation)
                seconds, text, code = self.shell(command)
                best[name] = min(best.get(name, 1e9), seconds)
                check[name] = f"exit {code}" if code > 2 else text
        print(f"\n{title} ({size / 1e6:.0f} MB{f', {count} files or records' if count else ''})")
        base = best.get("garner")
        for name in sorted(best, key=best.get):
            ratio = f"{best[name] / base:6.1f} x garner's time" if base and name != "garner" else ""
            speed = size / 1e6 / max(best[name], 1e-4)
            each = f"{count / max(best[name], 1e-4):9.0f} /cpu-s " if count else ""
            print(f"  {name:28} {each}{speed:9.0f} MB/cpu-s   check {check[name]:>12}  {ratio}", flush=True)

    def wall(self, title, commands, times):
        """Milliseconds of one run, the mean of so many after one that warms up; commands: (name, argument vector)."""
        print(f"\n{title} (mean of {times})")
        for name, arguments in commands:
            subprocess.run(arguments, stdout=subprocess.DEVNULL, check=False)
            start = time.monotonic()
            for _ in range(times):
                subprocess.run(arguments, stdout=subprocess.DEVNULL, check=False)
            print(f"  {name:28} {(time.monotonic() - start) * 1000 / times:9.2f} ms", flush=True)

    def memory(self, title, source, arguments):
        """Peak memory of a command that reads what a shell command writes."""
        with subprocess.Popen(["bash", "-c", source], stdout=subprocess.PIPE) as feeder:
            reader = subprocess.Popen(arguments, stdin=feeder.stdout, stdout=subprocess.DEVNULL)
            feeder.stdout.close()
            _, status, usage = os.wait4(reader.pid, 0)
            reader.returncode = status
        print(f"  {title:28} {usage.ru_maxrss / 1024:9.1f} MB   exit {os.waitstatus_to_exitcode(status)}", flush=True)
