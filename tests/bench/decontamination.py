#!/usr/bin/env python3
"""decontamination.py GARNER EVAL.jsonl TRAIN.jsonl TRUTH.tsv: planted leaks found and false hits, per kind of change.

TRUTH has the columns train-id, eval-id, kind. For the presets the rows are compared with those that a plain Python set of
n-grams finds, made by the rules of datatrove and NeMo-Curator."""
import collections
import json
import re
import string
import subprocess
import sys
import tempfile
import unicodedata

GARNER, EVAL, TRAIN, TRUTH = sys.argv[1:5]
MARKS = "!/\u2014\u201d:\uff05\uff11\u3008&(\u3001\u2501\\\u3010#%\u300c\u300d\uff0c\u3011\uff1b+^]~\u201c\u300a\u201e';\u2019{|\u2236\xb4[=-`*\uff0e\uff08" \
    "\u2013\uff1f\uff01\uff1a$\uff5e\xab\u3009,><\u300b)?\uff09\u3002\u2026@_.\"}\u25ba\xbb"
PARTED = {"cannot": "can not", "gimme": "gim me", "gonna": "gon na", "gotta": "got ta", "lemme": "lem me", "wanna": "wan na"}


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def datatrove(text):
    text = re.sub(r"\d+([.,]\d+)?", "0", text.lower())
    text = "".join(" " if c in MARKS or (unicodedata.category(c) == "Cc" and c not in "\t\n") else c for c in text)
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return " ".join(PARTED.get(word, word) for word in text.split()).split()


def nemo(text):
    words = [word.strip() for word in text.lower().translate(str.maketrans("", "", string.punctuation)).split(" ") if word]
    return words[1:] if words and not words[0] else words


def grams(words, width):
    return {tuple(words[i:i + width]) for i in range(len(words) - width + 1)}


def peer_datatrove(items, row):
    known = peer_datatrove.known
    if not known:
        for item in items:
            query, label = datatrove(item["question"]), datatrove(item["answer"])
            known |= grams(query + label, 12) - grams(query, 12)
    return bool(known & grams(datatrove(row["prompt"]) + datatrove(row["completion"]), 12))


def peer_nemo(items, row):
    known = peer_nemo.known
    if not known:
        for words in (nemo(item[key]) for item in items for key in ("question", "answer")):
            known |= grams(words, 13) if len(words) >= 13 else {tuple(words)} if len(words) >= 8 else set()
    words = nemo(row["prompt"]) + nemo(row["completion"])
    return any(known & grams(words, width) for width in range(8, 14))


peer_datatrove.known, peer_nemo.known = set(), set()


def main():
    with open(TRUTH, encoding="utf-8") as file:
        truth = {name: (item, kind) for name, item, kind in (line.rstrip("\n").split("\t") for line in list(file)[1:])}
    kinds = collections.Counter(kind for _, kind in truth.values())
    items, rows = rows_of(EVAL), rows_of(TRAIN)
    print("options".ljust(44) + " ".join(f"{kind:>9}" for kind in kinds) + "  right item  false hits  as the peer")
    both, question = ["--against-field", "question,answer"], ["--against-field", "question"]
    for options, peer in ((both, None), (question, None), (question + ["--ngram", "10"], None), (question + ["--ngram", "8"], None),
                          (both + ["--preset", "datatrove"], peer_datatrove),
                          (both + ["--preset", "nemo", "--action", "drop", "--max-matches", "0"], peer_nemo)):
        with tempfile.NamedTemporaryFile() as dropped:
            subprocess.run([GARNER, "decontaminate", "-q", "--against", EVAL, *options, "--dropped", dropped.name, TRAIN],
                           check=True, stdout=subprocess.DEVNULL)
            found = {line["record"]["id"]: line["reason"] for line in rows_of(dropped.name)}
        each = collections.Counter(truth[name][1] for name in found if name in truth)
        right = sum(f'(id "{truth[name][0]}")' in reason for name, reason in found.items() if name in truth)
        same = "" if not peer else str({row["id"] for row in rows if peer(items, row)} == set(found))
        print(" ".join(options[2:] if options[2:] else [options[1]]).ljust(44) + " ".join(f"{each[kind]:>5}/{kinds[kind]:<3}" for kind in kinds) +
              f"  {right:>10}  {len(set(found) - set(truth)):>10}  {same:>11}")


main()
