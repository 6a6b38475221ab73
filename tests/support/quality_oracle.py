#!/usr/bin/env python3
"""The presets of garner filter once more, plainly, for comparison.

quality_oracle.py PRESET... < RECORDS: prints the rule that each text fails first, or the text that is left.
quality_oracle.py --check [stdin]: garner must decide likewise, on texts made here or those of standard input.

Words are what white space parts. C4's count of sentences is left out."""
import json
import random
import re
import subprocess
import sys
import unicodedata
from collections import Counter

MARKS = set("!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»")
MARKS |= {chr(c) for a, b in ((0, 9), (11, 13), (13, 32), (127, 160)) for c in range(a, b)}
STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}
# Of the characters that end sentences only those that the tests use.
TERMINAL = set("!.?։؟۔।॥።‼‽⁇⁈⁉。﹒﹖﹗！．？｡")
POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
BOILERPLATE = POLICY + ("privacy overview", "privacy & cookies policy", "privacy and cookies policy")
ELLIPSES = ("...", "[...]", "…", "(...)", "[…]", "-»", "read more..", "read more")
BULLETS = tuple("•‣⁃⁌⁍∙○●◘◦⦾⦿")
GRAMS = ((2, .2), (3, .18), (4, .16)), ((5, .15), (6, .14), (7, .13), (8, .12), (9, .11), (10, .1))


def grams(words, n):
    return [tuple(words[i:i + n]) for i in range(len(words) - n + 1)]


def is_plain(word):
    return any(c not in MARKS and c not in TERMINAL for c in word)


def gopher_quality(text):
    words, lines = text.split(), text.splitlines()
    plain = [w for w in words if is_plain(w)]
    mean = sum(map(len, plain)) / len(plain) if plain else 0
    ellipses = text.count("...") + text.count("…")
    yield "min-words", len(plain) < 50
    yield "max-words", len(plain) > 100000
    yield "min-word-length", mean < 3
    yield "max-word-length", mean > 10
    yield "max-hashes", text.count("#") / len(words) > 0.1
    yield "max-ellipses", ellipses / len(words) > 0.1
    yield "max-bullet-lines", sum(s.lstrip().startswith(("•", "-")) for s in lines) / len(lines) > 0.9
    yield "max-ellipsis-lines", sum(s.rstrip().endswith(("...", "…")) for s in lines) / len(lines) > 0.3
    yield "min-alphabetic-words", sum(any(c.isalpha() for c in w) for w in words) / len(words) < 0.8
    yield "min-stop-words", sum(w in STOP_WORDS for w in words) < 2


def duplicates(pieces):
    seen, count, characters = set(), 0, 0
    for piece in pieces:
        count += piece in seen
        characters += len(piece) * (piece in seen)
        seen.add(piece)
    return count / len(pieces), characters


def duplicated(words, n):
    seen, characters, i = set(), 0, 0
    while i + n <= len(words):
        gram = "".join(words[i:i + n])
        characters += len(gram) if gram in seen else 0
        i += n if gram in seen else 1
        seen.add(gram)
    return characters


def gopher_repetition(text):
    for name, pieces in ("paragraph", re.split(r"\n{2,}", text.strip())), ("line", re.split(r"\n+", text)):
        parts, characters = duplicates(pieces)
        yield f"max-duplicate-{name}s", parts > 0.3
        yield f"max-duplicate-{name}-characters", characters / len(text) > 0.2
    words = text.split()
    for n, most in GRAMS[0]:
        counts = Counter(grams(words, n))
        top, count = counts.most_common(1)[0] if counts else ((), 0)
        yield f"max-top-{n}-gram", len(" ".join(top)) * count / len(text) > most
    for n, most in GRAMS[1]:
        yield f"max-duplicated-{n}-grams", duplicated(words, n) / len(text) > most


def fineweb(text):
    rows = [row for row in text.split("\n") if row.strip()]
    yield "min-ended-rows", sum(row[-1] in TERMINAL for row in rows) / len(rows) < 0.12
    yield "max-short-rows", sum(len(row) <= 30 for row in rows) / len(rows) > 0.67
    yield "max-repeated-row-characters", duplicates(rows)[1] / len(text.replace("\n", "")) > 0.01
    yield "max-newlines", text.count("\n") / len(text.split()) > 0.3


def nemo_duplicated(words, n):
    seen, characters, counted = set(), 0, 0
    for gram in grams(words, n):
        if gram in seen:
            characters += sum(map(len, gram[counted:])) + min(n - counted, n - 1)
            counted = n
        seen.add(gram)
        counted = max(counted - 1, 0)
    return characters


def nemo(text):
    words, size = text.split(), len(text)
    rows, paragraphs = [row for row in text.split("\n") if row.strip()], text.split("\n\n")
    symbols = sum(w in ELLIPSES or len(re.findall("#+", w)) / len(w) > 0.5 for w in words)
    urls = re.findall(r"https?://(?:[a-zA-Z0-9$\-_@.&+!*(),]|%[0-9a-fA-F]{2})+", text)
    notices = sum(any(p in paragraph.lower() for p in BOILERPLATE) for paragraph in paragraphs)
    yield "max-non-alphanumeric", (size - len(re.findall(r"[a-zA-Z0-9\n?!,.]", text))) / size > 0.25
    yield "max-symbol-words", symbols / len(words) > 0.1
    yield "max-digits", sum(unicodedata.category(c) == "Nd" for c in text) / size > 0.15
    yield "max-urls", sum(map(len, urls)) / size > 0.2
    yield "max-white-space", sum(c in "\t\n\r\b " for c in text) / size > 0.25
    yield "max-parentheses", len(re.findall(r"[{}⟨⟩\[\]()]", text)) / size > 0.1
    yield "max-boilerplate-paragraphs", "lorem ipsum" in text.lower() or notices / len(paragraphs) > 0.4
    for name, pieces in ("row", rows), ("paragraph", paragraphs):
        yield f"min-unique-{name}s", len(set(pieces)) / len(pieces) < 0.7
    for name, pieces in ("row", rows), ("paragraph", paragraphs):
        yield f"min-unique-{name}-characters", len("".join(set(pieces))) / len("".join(pieces)) < 0.8
    yield "min-words", len(words) < 50
    yield "max-words", len(words) > 100000
    yield "max-unended-rows", sum(not row.strip().endswith((".", "?", "!", '"', "'")) for row in rows) / len(rows) > 0.85
    yield "min-alphabetic-words", sum(any(c.isalpha() for c in w) for w in words) / len(words) < 0.8
    yield "min-stop-words", sum(w in STOP_WORDS for w in words) < 2
    yield "min-word-length", sum(map(len, words)) / len(words) < 3
    yield "max-word-length", sum(map(len, words)) / len(words) > 10
    yield "max-longest-word", max(map(len, words)) > 1000
    yield "max-ellipsis-rows", sum(row.strip().lower().endswith(ELLIPSES) for row in rows) / len(rows) > 0.3
    for n, most in GRAMS[0]:
        top = Counter(grams(words, n)).most_common(1)
        share = (size - len(text.replace(" ".join(top[0][0]), ""))) / size if top else 1
        yield f"max-top-{n}-gram", share > most
    for n, most in GRAMS[1]:
        yield f"max-duplicated-{n}-grams", len(words) < n or nemo_duplicated(words, n) / size > most
    yield "max-bullet-rows", sum(row.strip().startswith(BULLETS) for row in rows) / len(rows) > 0.9


def c4(text):
    """The rule that fails, None; what is left."""
    kept = []
    for line in text.splitlines():
        line = line.strip()
        words = line.split()
        if any(len(word) > 1000 for word in words):
            continue
        line = re.sub(r"\[\d*]|\[edit]|\[citation needed]", "", line)
        if not line.endswith((".", "?", "!", '"', "'")) or line.endswith("...") or len(words) < 3:
            continue
        if "lorem ipsum" in line.lower():
            return "lorem-ipsum", text
        if "javascript" in line.lower():
            continue
        if "{" in line:
            return "curly-bracket", text
        if not any(phrase in line.lower() for phrase in POLICY):
            kept.append(line)
    return None, "\n".join(kept).strip()


def c4_paragraphs(text):
    yield "min-long-lines", sum(len(line) >= 200 for line in text.split("\n")) < 3


PRESETS = {"gopher-quality": gopher_quality, "gopher-repetition": gopher_repetition, "c4": c4, "c4-paragraphs": c4_paragraphs,
           "fineweb": fineweb, "nemo": nemo}


def judge(text, names):
    for name in names:
        if not text.strip():
            return "empty", text
        if name == "c4":
            failed, text = c4(text)
        else:
            failed = next((rule for rule, fails in PRESETS[name](text) if fails), None)
        if failed:
            return f"{name}.{failed}", text
    return (None, text) if text.strip() else ("empty", text)


WORDS = ("the of and to that with be have tea pier 12 3.5 # ... … - • ▒ naïve 茶 ﾃｨｰ été http://a.b/c%20 (x) [1] [edit] {y} read more "
         "javascript cookies use terms lorem ipsum a1 ——— ab cd e f K \u212a \xa0 \u2028 \x1c \x0b").split(" ")


def make_texts(count):
    """Texts that fail every rule now and then."""
    generator = random.Random(7)
    for _ in range(count):
        words = generator.sample(WORDS, generator.randint(3, len(WORDS)))
        lines = [" ".join(generator.choices(words, k=generator.randint(0, 40))) + generator.choice((".", "", "...", '"', "。", " ", "…"))
                 for _ in range(generator.randint(1, 12))]
        lines += generator.choices(lines, k=generator.randint(0, 2))
        yield generator.choice(("\n", "\n", "\n\n", "\r\n", "\n\n\n")).join(lines)


def garner_judges(names, path, jobs, off=()):
    off = [*off, *(["c4.min-sentences"] if "c4" in names else [])]
    done = subprocess.run(["garner", "filter", f"-j{jobs}", "--preset", ",".join(names), "--dropped", "dropped", path]
                          + [f"--threshold={name}=off" for name in off], stdout=subprocess.PIPE, check=True)
    found = {kept["n"]: (None, kept["text"]) for kept in map(json.loads, done.stdout.splitlines())}
    with open("dropped", encoding="utf-8") as dropped:
        for row in map(json.loads, dropped):
            found[row["record"]["n"]] = row["code"], None
    return found


def check(texts):
    """Whether garner decides likewise on all texts, for any number of jobs."""
    with open("texts.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"n": n, "text": text}) + "\n" for n, text in enumerate(texts))
    for names in *([name] for name in PRESETS), ["gopher-repetition", "gopher-quality", "c4", "fineweb"]:
        wanted = {n: judge(text, names) for n, text in enumerate(texts)}
        wanted = {n: (code, None if code else text) for n, (code, text) in wanted.items()}
        for jobs in 1, 2, 8:
            found = garner_judges(names, "texts.jsonl", jobs)
            for n in wanted:
                if wanted[n] != found[n]:
                    sys.exit(f"{names}, jobs {jobs}: {texts[n]!r}: wanted {wanted[n]}, found {found[n]}")
    for name in PRESETS:
        if name != "c4":
            check_each_rule(name, texts)


def check_each_rule(name, texts):
    """Each rule by itself, all others off."""
    failing = [[f"{name}.{rule}" for rule, fails in PRESETS[name](text) if fails] if text.strip() else ["empty"] for text in texts]
    rules = [f"{name}.{rule}" for rule, _ in PRESETS[name]("a")]
    for rule in rules:
        found = garner_judges([name], "texts.jsonl", 2, [other for other in rules if other != rule])
        for n, (code, _) in found.items():
            if (code == rule) != (rule in failing[n]):
                sys.exit(f"{rule}: {texts[n]!r}: wanted {failing[n]}, found {code}")


if sys.argv[1:2] == ["--check"]:
    check([json.loads(line)["text"] for line in sys.stdin] if sys.argv[2:] else list(make_texts(300)))
else:
    for record in sys.stdin:
        code, left = judge(json.loads(record)["text"], sys.argv[1:])
        print(code if code else json.dumps(left))
