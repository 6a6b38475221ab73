#!/usr/bin/env python3
"""recovery.py - how much of a reference text garner's records hold, word by word.

usage: recovery.py REFERENCE.jsonl RECORDS.jsonl [--goal PERCENT] [--extra PERCENT] [--words N] [--ignore REGEX]

REFERENCE holds {"path", "text"} lines made by another tool; RECORDS is what `garner ingest` wrote. Records belong to
the path that ends their metadata.source, messages in a file to that file; several records of one file count together. A word is a run of letters and
digits; how often it stands in both texts counts, order does not. Recovered is the share of the reference's words that
stand in the records, extra the share of the records' words that the reference lacks; a line for each format sums them up. --words shows the most frequent
of both for files that miss a goal. --ignore drops what matches from both texts first. Exit 1 when a file misses.
"""
import argparse
import collections
import json
import re
import sys

WORD = re.compile(r"[^\W_]+")


def words(text, ignore):
    if ignore:
        text = ignore.sub(" ", text)
    return collections.Counter(WORD.findall(text.casefold()))


def read_lines(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if "garner" not in record:
                yield record


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("reference")
    parser.add_argument("records")
    parser.add_argument("--goal", type=float, default=97.0)
    parser.add_argument("--extra", type=float, default=5.0)
    parser.add_argument("--words", type=int, default=0)
    parser.add_argument("--ignore", type=re.compile)
    options = parser.parse_args()

    found = collections.defaultdict(list)
    for record in read_lines(options.records):
        source = record["metadata"]["source"]
        if record["metadata"].get("mime") == "message/rfc822":
            source = source.split("!/")[0]
        found[source].append(record["text"])
    misses = files = 0
    totals = collections.Counter()
    formats = collections.defaultdict(collections.Counter)
    print(f"{'recovered':>10} {'extra':>7} {'words':>8}  file")
    for row in read_lines(options.reference):
        path = row["path"]
        texts = [text for source in found if source == path or source.endswith("/" + path) for text in found[source]]
        if not texts:
            continue
        wanted = words(row["text"], options.ignore)
        got = words("\n".join(texts), options.ignore)
        missing, surplus = wanted - got, got - wanted
        total, total_got = sum(wanted.values()) or 1, sum(got.values()) or 1
        recovered = 100.0 * (total - sum(missing.values())) / total
        extra = 100.0 * sum(surplus.values()) / total_got
        files += 1
        counts = dict(wanted=total, got=total_got, missing=sum(missing.values()), surplus=sum(surplus.values()), files=1)
        totals.update(counts)
        formats[path.rsplit(".", 1)[-1]].update(counts)
        mark = ""
        if recovered < options.goal or extra > options.extra:
            misses += 1
            mark = "  <"
        print(f"{recovered:9.2f}% {extra:6.2f}% {total:8}  {path}{mark}")
        if mark and options.words:
            print("           missing:", ", ".join(f"{w} {n}" for w, n in missing.most_common(options.words)))
            print("           extra:  ", ", ".join(f"{w} {n}" for w, n in surplus.most_common(options.words)))
    if not files:
        sys.exit("recovery.py: no file of the reference is among the records")
    print(f"{'recovered':>10} {'extra':>7} {'words':>8}  format")
    for name, counts in sorted(formats.items()):
        print(f"{100.0 * (1 - counts['missing'] / counts['wanted']):9.2f}% {100.0 * counts['surplus'] / counts['got']:6.2f}% "
              f"{counts['wanted']:8}  {name}, {counts['files']} files")
    print(f"{100.0 * (1 - totals['missing'] / totals['wanted']):9.2f}% {100.0 * totals['surplus'] / totals['got']:6.2f}% "
          f"{totals['wanted']:8}  all {files} files, {misses} below the goal")
    sys.exit(1 if misses else 0)


if __name__ == "__main__":
    main()
