#!/usr/bin/env python3
"""redact.py - precision and recall of `garner redact` per kind, and its speed.

usage: redact.py GARNER TEXTS.jsonl [--seed N] [--misses] [--speed]

TEXTS holds {"text"} lines of real prose. Spans of every kind, made by the rules of their issuers with other code than garner's,
and look-alikes (versions, order numbers, dates, hashes, ISBNs, UUIDs, sections, times) are put between its sentences. A planted
span counts as found when a find of its kind covers it all; a find counts as false when it touches a look-alike. Finds in the
real text itself are counted apart. --misses lists what went wrong. --speed: MB a CPU second, least of three, -j 1.
"""
import argparse
import json
import os
import random
import re
import resource
import string
import subprocess
import tempfile
import uuid

R = random.Random()
LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def digits(count):
    return "".join(R.choice(string.digits) for _ in range(count))


def pick(alphabet, count):
    return "".join(R.choice(alphabet) for _ in range(count))


def luhn(start):
    for last in string.digits:
        total = 0
        for place, digit in enumerate(reversed(start + last)):
            value = int(digit) * (1 + place % 2)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return start + last


def grouped(text, sizes, separator):
    parts, start = [], 0
    for size in sizes:
        parts.append(text[start:start + size])
        start += size
    return separator.join(parts)


def email():
    name = R.choice(["ann", "bob.pine", "c_lee", "d-ray", "eve+news", "frank99", "g.h.i", "o'hara"])
    return f"{name}{R.choice(['', digits(2)])}@{R.choice(['tea.org', 'mail.example.co.uk', 'uni-koeln.de', 'x.io'])}"


def phone():
    area = f"{R.randint(212, 989)}".replace("11", "12")
    rest = f"{R.randint(2, 9)}{digits(2)}"
    return R.choice([f"+1 {area} {rest} {digits(4)}", f"({area}) {rest}-{digits(4)}", f"{area}-{rest}-{digits(4)}",
                     f"+44 20 {digits(4)} {digits(4)}", f"+49 30 {R.randint(1, 9)}{digits(6)}", f"+33 6 {grouped(digits(8), [2] * 4, ' ')}",
                     f"0{R.randint(1, 9)} {grouped(digits(8), [2] * 4, ' ')}", f"0{R.randint(30, 99)} {digits(7)}",
                     f"07{digits(3)} {digits(6)}"])


def card():
    number = luhn(R.choice(["4" + digits(14), "51" + digits(13), "6011" + digits(11), "2221" + digits(11)]))
    return R.choice([number, grouped(number, [4] * 4, " "), grouped(number, [4] * 4, "-")])


def iban():
    country, inner = R.choice([("DE", digits(18)), ("FR", digits(23)), ("GB", "NWBK" + digits(14)), ("NL", "ABNA" + digits(10)),
                               ("ES", digits(20)), ("IT", "X" + digits(22))])
    value = int("".join(str(int(c, 36)) for c in inner + country + "00"))
    whole = f"{country}{98 - value % 97:02d}{inner}"
    return R.choice([whole, " ".join(re.findall("..?.?.?", whole))])


def ssn():
    return f"{R.choice([R.randint(1, 665), R.randint(667, 899)]):03d}-{R.randint(1, 99):02d}-{R.randint(1, 9999):04d}"


def tax_id():
    while True:
        some = R.sample(string.digits, 9)
        some.insert(R.randint(0, 9), R.choice(some))
        product = 10
        for digit in some:
            product = ((int(digit) + product) % 10 or 10) * 2 % 11
        if some[0] != "0":
            whole = "".join(some) + str((11 - product) % 10)
            return R.choice([whole, grouped(whole, [2, 3, 3, 3], " ")])


def dni():
    number = R.randint(0, 10**8 - 1)
    return f"{number:08d}{LETTERS[number % 23]}" if R.random() < 0.7 else foreign()


def foreign():
    first, number = R.randint(0, 2), R.randint(0, 10**7 - 1)
    return f"{'XYZ'[first]}{number:07d}{LETTERS[(first * 10**7 + number) % 23]}"


def nir():
    start = f"{R.randint(1, 2)}{digits(2)}{R.randint(1, 12):02d}{R.randint(1, 95):02d}{digits(6)}"
    whole = start + f"{97 - int(start) % 97:02d}"
    return R.choice([whole, grouped(whole, [1, 2, 2, 2, 3, 3, 2], " ")])


def fiscal():
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    code = pick("BCDFGLMNPRST", 6) + digits(2) + pick("ABCDEHLMPRST", 1) + f"{R.randint(1, 31):02d}" + pick("ABCDEFGHIL", 1) + digits(3)
    values = [ord(c) - (48 if c.isdigit() else 65) for c in code]
    return code + chr(65 + sum(odd[v] if i % 2 == 0 else v for i, v in enumerate(values)) % 26)


def cpf():
    number = digits(9)
    for length in (9, 10):
        number += str(sum(int(number[i]) * (length + 1 - i) for i in range(length)) * 10 % 11 % 10)
    return R.choice([f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}", "CPF " + number])


def aadhaar():
    def times(a, b):
        if a < 5:
            return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
        return (a - 5 - b) % 5 + 5 if b < 5 else (a - b) % 5
    rows = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    while len(rows) < 8:
        rows.append([rows[-1][rows[1][i]] for i in range(10)])
    start = R.choice("23456789") + digits(10)
    for last in string.digits:
        check = 0
        for place, digit in enumerate(reversed(start + last)):
            check = times(check, rows[place % 8][int(digit)])
        if check == 0:
            return R.choice([start + last, grouped(start + last, [4] * 3, " ")])


def bsn():
    while True:
        start = R.choice("123456789") + digits(7)
        check = sum(int(start[i]) * (9 - i) for i in range(8)) % 11
        if check < 10:
            return start + str(check)


def pesel():
    start = f"{R.randint(40, 99)}{R.randint(1, 12):02d}{R.randint(1, 28):02d}{digits(4)}"
    return start + str(-sum(int(d) * w for d, w in zip(start, [1, 3, 7, 9] * 3)) % 10)


def nino():
    text = pick("ABCEGHJKLMNPRSTWXYZ", 1) + pick("ABCEGHJKLMNPRSTWXYZ", 1)
    if text in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ"):
        text = "AB"
    number, last = digits(6), pick("ABCD", 1)
    return R.choice([f"{text} {grouped(number, [2] * 3, ' ')} {last}", f"NI number {text}{number}{last}"])


B64 = string.ascii_letters + string.digits


def api_key():
    return R.choice([lambda: "AKIA" + pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16), lambda: "ghp_" + pick(B64, 36),
                     lambda: "glpat-" + pick(B64, 20), lambda: "xox" + "b-" + digits(12) + "-" + digits(12) + "-" + pick(B64, 24),
                     lambda: "sk-ant-" + "api03-" + pick(B64, 60), lambda: "sk_" + "live_" + pick(B64, 24), lambda: "AIza" + pick(B64, 35),
                     lambda: "npm_" + pick(B64, 36), lambda: "sk-proj-" + pick(B64, 48), lambda: "hf_" + pick(string.ascii_letters, 34),
                     lambda: "SK" + pick("0123456789abcdef", 32),
                     lambda: "SG." + pick(B64, 22) + "." + pick(B64, 43)])()


# kind: maker, and what may stand in front of it
KINDS = {
    "email": (email, ["write to ", "contact ", "(", "mailto:"]),
    "phone": (phone, ["call me on ", "phone: ", "Tel. ", "my mobile is ", "fax ", "Reach us at "]),
    "credit-card": (card, ["card ", "paid with ", "Visa ", "charge it to "]),
    "iban": (iban, ["IBAN ", "transfer to ", "account "]),
    "ipv4": (lambda: ".".join(str(R.randint(1, 254)) for _ in range(4)), ["from ", "host ", "blocked ", "http://", "see "]),
    "ipv6": (lambda: R.choice([f"2001:db8:{pick('123456789abcdef', 4)}::{R.randint(1, 9)}",
                               ":".join(pick("123456789abcdef", 4) for _ in range(8))]), ["from ", "host ", "at "]),
    "mac": (lambda: R.choice(":-").join(f"{R.randint(16, 255):02x}" for _ in range(5)).replace("-", ":") + ":a1", ["device ", "mac ", "from "]),
    "us-ssn": (ssn, ["SSN ", "social security number ", "his number is "]),
    "uk-nino": (nino, ["", "she gave "]),
    "de-tax-id": (tax_id, ["Steuer-ID ", "Steueridentifikationsnummer ", "tax id "]),
    "es-dni": (dni, ["DNI ", "NIE ", "con documento "]),
    "fr-nir": (nir, ["NIR ", "numéro de sécurité sociale "]),
    "it-codice-fiscale": (fiscal, ["codice fiscale ", "nato a Roma, ", ""]),
    "br-cpf": (cpf, ["", "cliente "]),
    "in-aadhaar": (aadhaar, ["Aadhaar ", "aadhaar number ", "UID "]),
    "nl-bsn": (bsn, ["BSN ", "burgerservicenummer ", "mijn bsn is "]),
    "ca-sin": (lambda: luhn(R.choice("1234567") + digits(7)), ["SIN ", "social insurance number "]),
    "pl-pesel": (pesel, ["PESEL ", "numer PESEL: "]),
    "url-credentials": (lambda: f"{R.choice(['ann', 'app', 'root'])}:{pick(B64, 10)}", ["https://", "postgres://", "ftp://"]),
    "jwt": (lambda: f"eyJhbGciOiJIUzI1NiJ9.eyJ{pick(B64, 40)}.{pick(B64, 43)}", ["token ", "Bearer ", ""]),
    "private-key": (lambda: f"-----BEGIN RSA PRIVATE KEY-----\n{pick(B64, 64)}\n{pick(B64, 64)}\n-----END RSA PRIVATE KEY-----", ["", "key:\n"]),
    "api-key": (api_key, ["", "key ", "use ", "export X="]),
    "secret": (lambda: pick(B64, 30) + "7a", ["password=", 'api_key: "', "client_secret = ", "TOKEN="]),
}
BEHIND = {"url-credentials": "@tea.org/x", "secret": '" '}

LOOK_ALIKES = [
    lambda: f"version {R.randint(0, 30)}.{R.randint(0, 30)}.{R.randint(0, 30)}.{R.randint(0, 30)}", lambda: f"v{digits(1)}.{digits(2)}.{digits(1)}",
    lambda: f"order {digits(3)}-{digits(3)}-{digits(4)}", lambda: f"order {digits(16)}", lambda: f"invoice #{digits(10)}",
    lambda: f"{R.randint(256, 999)}.{R.randint(1, 255)}.{R.randint(1, 255)}.1", lambda: f"{R.randint(1900, 2099)}-{R.randint(1, 12):02d}-{R.randint(1, 28):02d}",
    lambda: f"{R.randint(1, 28):02d}.{R.randint(1, 12):02d}.{R.randint(1900, 2099)}", lambda: f"{R.randint(0, 23):02d}:{digits(2)}:{digits(2)}",
    lambda: pick("0123456789abcdef", 40), lambda: pick("0123456789abcdef", 64), lambda: str(uuid.UUID(int=R.getrandbits(128))),
    lambda: f"ISBN 978-{digits(1)}-{digits(2)}-{digits(6)}-{digits(1)}", lambda: f"section {R.randint(1, 9)}.{R.randint(1, 20)}.{R.randint(1, 9)}.{R.randint(1, 9)}",
    lambda: f"std::{pick('abcdef', 4)}", lambda: f"@{pick(string.ascii_lowercase, 7)}", lambda: f"{digits(13)} ms", lambda: f"{digits(10)}",
    lambda: f"{digits(3)},{digits(3)},{digits(3)}", lambda: f"0.{digits(16)}", lambda: f"part {pick(string.ascii_uppercase, 2)}{digits(6)}",
    lambda: f"logo@{R.randint(2, 3)}x.png", lambda: "git@github.com:tea/pot.git", lambda: f"{digits(11)}", lambda: f"{digits(9)}", lambda: f"{digits(12)}",
    lambda: f"doi:10.{digits(4)}/{digits(8)}", lambda: f"tracking 1Z{pick(string.ascii_uppercase + string.digits, 16)}",
    lambda: f"{pick(string.ascii_lowercase, 6)}_{pick(string.ascii_lowercase, 8)}_{pick(string.ascii_lowercase, 9)}", lambda: "password: see the manual",
    lambda: f"token = parse_{pick(string.ascii_lowercase, 6)}()", lambda: f"${digits(3)}.{digits(2)}", lambda: f"{digits(4)} {digits(4)} {digits(4)}",
    lambda: luhn(digits(15))[:-1] + "x", lambda: f"sha1:{pick('0123456789abcdef', 40)}", lambda: f"{digits(8)}T{digits(6)}Z",
    lambda: f"1:2:{digits(1)}:4:5:6:7:8", lambda: f"{':'.join(pick('0123456789ABCDEF', 2) for _ in range(20))}", lambda: f"GB{digits(2)} {digits(4)} {digits(4)}",
    lambda: f"127.0.0.{R.randint(1, 9)}",
]


def make(texts, each, look_alikes):
    """Records, and what was planted in each: (kind or None, start, end)."""
    wanted = [kind for kind in KINDS for _ in range(each)] + [None] * look_alikes
    R.shuffle(wanted)
    records, labels, number = [], [], 0
    while wanted:
        sentences = re.split(r"(?<=[.!?]) +", texts[number % len(texts)][:4000])
        number += 1
        text, planted = "", []
        for sentence in sentences:
            text += sentence + " "
            if wanted and R.random() < 0.6:
                kind = wanted.pop()
                value = KINDS[kind][0]() if kind else R.choice(LOOK_ALIKES)()
                text += R.choice(["Also: ", "Then ", "It was ", "(see) "]) + (R.choice(KINDS[kind][1]) if kind else "")
                for word in ("NI number ", "CPF "):
                    if kind and value.startswith(word):
                        text, value = text + word, value[len(word):]
                planted.append((kind, len(text), len(text) + len(value)))
                text += value + BEHIND.get(kind, "") + R.choice([". ", ", ", " and more. ", "\n"])
        records.append({"id": number, "text": text})
        labels.append(planted)
    return records, labels


def redact(garner, records, folder):
    path = os.path.join(folder, "in.jsonl")
    with open(path, "w", encoding="utf-8") as out:
        for record in records:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    lines = subprocess.run([garner, "redact", "--action", "tag", "--into", "found", path], check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line).get("found", []) for line in lines.decode().splitlines()]


def judge(records, labels, found, shows):
    table = {kind: [0, 0, 0] for kind in KINDS}  # planted, found, false
    own = {}
    for record, planted, finds in zip(records, labels, found):
        free = list(finds)
        for kind, start, end in planted:
            over = [find for find in finds if find["start"] < end and find["end"] > start]
            free = [find for find in free if find not in over]
            if kind:
                table[kind][0] += 1
                good = any(find["kind"] == kind and find["start"] <= start and find["end"] >= end for find in over)
                table[kind][1] += good
                if shows and not good:
                    print("missed", kind, repr(record["text"][max(0, start - 25):end + 5]), [find["kind"] for find in over])
            for find in over:
                if find["kind"] != kind:
                    table[find["kind"]][2] += 1
                    if shows:
                        print("false", find["kind"], "for", kind, repr(record["text"][max(0, start - 25):end + 5]))
        for find in free:
            own[find["kind"]] = own.get(find["kind"], 0) + 1
            if shows:
                print("in the text", find["kind"], repr(record["text"][find["start"] - 15:find["end"] + 5]))
    print(f"{'kind':20} planted  found  false  precision  recall")
    for kind, (planted, good, false) in table.items():
        print(f"{kind:20} {planted:7} {good:6} {false:6} {100 * good / max(1, good + false):9.1f}% {100 * good / planted:6.1f}%")
    planted, good, false = (sum(row[i] for row in table.values()) for i in range(3))
    print(f"{'all':20} {planted:7} {good:6} {false:6} {100 * good / max(1, good + false):9.1f}% {100 * good / planted:6.1f}%")
    print(f"look-alikes planted: {sum(kind is None for planted in labels for kind, _, _ in planted)}; finds in the real text itself: {own}")


def speed(garner, texts, folder, name):
    path = os.path.join(folder, name)
    size = 0
    with open(path, "w", encoding="utf-8") as out:
        while size < 60e6:
            for text in texts:
                size += out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    best = 1e9
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([garner, "redact", "-j", "1", path], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{name}: {os.path.getsize(path) / 1e6 / best:.0f} MB a CPU second")
    os.remove(path)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("garner")
    parser.add_argument("texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--speed", action="store_true")
    arguments = parser.parse_args()
    R.seed(arguments.seed)
    with open(arguments.texts, encoding="utf-8") as lines:
        texts = [text for text in (json.loads(line)["text"] for line in lines) if len(text) > 2000]
    with tempfile.TemporaryDirectory() as folder:
        records, labels = make(texts, 30, 2000)
        judge(records, labels, redact(arguments.garner, records, folder), arguments.misses)
        if arguments.speed:
            speed(arguments.garner, texts, folder, "clean")
            speed(arguments.garner, [record["text"] for record in records], folder, "many-finds")


if __name__ == "__main__":
    main()
