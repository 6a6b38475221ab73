load ../support/setup

DELETED='{"id":"gone","deleted":true}'

ids() {
    jq -c .id | xargs
}

@test "dedup: the first of equal texts goes on byte for byte, the others say which row they repeat" {
    printf '%s\n' '{"id":"a","text":"tea","n":1.0}' "$DELETED" '{"id":"b", "text":"\u0074ea"}' '{"text":"tea"}' '{"id":"d","text":"Tea"}' > in.jsonl
    run -0 --separate-stderr garner dedup --dropped dropped.jsonl in.jsonl
    [ "$output" = $'{"id":"a","text":"tea","n":1.0}\n'"$DELETED"$'\n{"id":"d","text":"Tea"}' ]
    [ "$(jq -r '[.line, .code, .reason] | join(" ")' dropped.jsonl)" = $'3 duplicate the same as the row with id "a"\n4 duplicate the same as the row with id "a"' ]
    printf '%s\n' '{"text":"x"}' '{"text":"x"}' > in.jsonl
    garner dedup --dropped dropped.jsonl in.jsonl > out
    [ "$(jq -r .reason dropped.jsonl)" = "the same as in.jsonl:1" ]
}

@test "dedup: rows without text are compared as values, but for id and metadata" {
    printf '%s\n' '{"id":1,"messages":[{"role":"user","content":"hi"}],"n":1}' '{"n":1.0,"id":2,"metadata":{"a":1},"messages":[{"content":"h\u0069","role":"user"}]}' \
        '{"id":3,"messages":[{"role":"user","content":"hi","tool_calls":[]}],"n":1}' '{"id":4,"a":["bc"]}' '{"id":5,"a":["b","c"]}' '{"id":6}' '{"id":7}' > in.jsonl
    [ "$(garner dedup in.jsonl | ids)" = "1 3 4 5 6" ]
    [ "$(garner dedup --method normalized <<< $'{"id":1,"q":"Tea?"}\n{"id":2,"q":" tea "}' | ids)" = "1" ]
}

@test "dedup: normalized folds case, white space, punctuation and composition, and no short row vanishes" {
    printf '%s\n' '{"id":1,"text":"Caf\u00e9 - au  lait!"}' '{"id":2,"text":"\u00abCAFE\u0301, au\u00a0lait\u00bb"}' '{"id":3,"text":"C++"}' '{"id":4,"text":"C"}' \
        '{"id":5,"text":"?!"}' '{"id":6,"text":"..."}' '{"id":7,"text":""}' '{"id":8,"text":"..."}' '{"id":9,"text":"\u00c5"}' '{"id":10,"text":"a\u030a"}' > in.jsonl
    [ "$(garner dedup --method normalized in.jsonl | ids)" = "1 3 4 5 6 7 9" ]
}

@test "dedup: by fields and by keys" {
    printf '%s\n' '{"id":1,"q":"a","r":"b","text":"x"}' '{"id":2,"q":"a","r":"b","text":"y"}' '{"id":3,"q":"ab","r":"","text":"x"}' > in.jsonl
    [ "$(garner dedup --field q,r in.jsonl | ids)" = "1 3" ]
    printf '%s\n' '{"id":1,"m":{"u":1}}' '{"id":2,"m":{"u":1.0}}' '{"id":3}' '{"id":4,"m":{"u":null}}' '{"id":5,"m":{"u":"1"}}' > in.jsonl
    [ "$(garner dedup --by m.u in.jsonl | ids)" = "1 3 4 5" ]
    run -64 --separate-stderr garner dedup --by a --field b in.jsonl
    [ "${stderr_lines[0]}" = "garner dedup: --by: compares keys, --field texts: one of them" ]
    run -64 --separate-stderr garner dedup --by 'a['
    [ "${stderr_lines[0]}" = "garner dedup: --by: path 'a[': expected a number, * or a key in quotes after '['" ]
}

@test "dedup: --against drops what is not new, and names it" {
    printf '%s\n' '{"id":"o1","text":"tea"}' "$DELETED" '{"text":"milk"}' > old.jsonl
    printf '%s\n' '{"id":1,"text":"milk"}' '{"id":2,"text":"ale"}' '{"id":3,"text":"tea"}' '{"id":4,"text":"ale"}' > in.jsonl
    garner dedup --against old.jsonl --dropped dropped.jsonl in.jsonl > out.jsonl
    [ "$(ids < out.jsonl)" = "2" ]
    [ "$(jq -r .reason dropped.jsonl)" = $'the same as old.jsonl:3\nthe same as the row with id "o1"\nthe same as the row with id 2' ]
    garner dedup --against old.jsonl --emit pairs in.jsonl > pairs.jsonl
    printf '%s\n' '{"id":1,"row":1,"duplicate_of":"old.jsonl:3","against":true}' '{"id":3,"row":3,"duplicate_of":"o1","against":true}' \
        '{"id":4,"row":4,"duplicate_of":2,"duplicate_of_row":2}' | diff - pairs.jsonl
    run -65 --separate-stderr garner dedup --against <(echo nonsense) in.jsonl
    run -66 --separate-stderr garner dedup --against missing.jsonl in.jsonl
    [ "${stderr_lines[0]}" = "garner dedup: cannot open 'missing.jsonl': no such file or directory" ]
}

@test "dedup: ids and clusters" {
    printf '%s\n' '{"id":"a","text":"1"}' '{"id":"b","text":"2"}' '{"id":"c","text":"2"}' '{"text":"1"}' '{"id":"e","text":"1"}' '{"id":"f","text":"3"}' > in.jsonl
    [ "$(garner dedup --emit ids in.jsonl)" = $'{"id":"c","row":3}\n{"id":null,"row":4}\n{"id":"e","row":5}' ]
    garner dedup --emit clusters in.jsonl > clusters.jsonl
    printf '%s\n' '{"cluster":1,"id":"a","row":1,"kept":true}' '{"cluster":1,"id":null,"row":4,"kept":false}' '{"cluster":1,"id":"e","row":5,"kept":false}' \
        '{"cluster":2,"id":"b","row":2,"kept":true}' '{"cluster":2,"id":"c","row":3,"kept":false}' | diff - clusters.jsonl
}

@test "dedup: the same bytes for any --memory and --jobs, and what is kept is the first" {
    python3 -c '
import json, random
random.seed(5)
for i in range(120000):
    print(json.dumps({"id": i, "text": "row %d of the notes" % (random.randrange(70000) ** 2 // 70000)}))
    if i % 30000 == 7: print(json.dumps({"id": "d%d" % i, "deleted": True}))' > in.jsonl
    head -n 9000 in.jsonl | tail -n 3000 > old.jsonl
    python3 -c '
import json, sys
seen = {json.loads(l).get("text") for l in open("old.jsonl")} - {None}
for l in open("in.jsonl"):
    r = json.loads(l)
    if "text" not in r or r["text"] not in seen: sys.stdout.write(l)
    seen.add(r.get("text"))' > wanted
    garner dedup -j1 --against old.jsonl --dropped dropped.1 in.jsonl > out.1
    garner dedup -j3 --against old.jsonl --memory 4M --dropped dropped.2 --summary figures.json in.jsonl > out.2
    cmp wanted out.1
    cmp out.1 out.2
    cmp dropped.1 dropped.2
    [ "$(jq '[.. | .spilled_bytes? // empty] | add > 1000000' figures.json)" = true ]
    for emit in pairs clusters ids; do
        garner dedup --emit $emit --against old.jsonl in.jsonl > out.1
        garner dedup -j2 --emit $emit --against old.jsonl --memory 4M in.jsonl > out.2
        [ -s out.1 ]
        cmp out.1 out.2
    done
}

@test "dedup: minhash keeps the first of texts that are much alike, and short rows stay" {
    long="Boil the water, add the tea, wait four minutes, take it out, put in the milk and drink it"
    printf '%s\n' "{\"id\":1,\"text\":\"$long slowly.\"}" '{"id":2,"text":"Tea."}' "{\"id\":3,\"text\":\"$long at once!\"}" "$DELETED" '{"id":4,"text":"tea"}' '{"id":5,"text":""}' \
        '{"id":6,"text":"?"}' '{"id":7,"n":1}' '{"id":8,"messages":[{"role":"user","content":"Boil the water and wait for me."}]}' > in.jsonl
    garner dedup --method minhash --dropped dropped.jsonl in.jsonl > out.jsonl
    [ "$(ids < out.jsonl)" = "1 2 gone 5 6 7 8" ]
    [ "$(jq -r .reason dropped.jsonl)" = $'much like the row with id 1\nmuch like the row with id 2' ]
    [ "$(garner dedup --method minhash --threshold 0.95 in.jsonl | ids)" = "1 2 3 gone 5 6 7 8" ]
    for preset in datatrove datatrove-sha1 data-juicer nemo text-dedup; do
        garner dedup --preset $preset in.jsonl | grep -q '"id":6'
        [ "$(cat in.jsonl in.jsonl | garner dedup --preset $preset --emit clusters | jq -c 'select(.kept and .id == 1)')" ]
    done
    run -64 --separate-stderr garner dedup --method exact --preset nemo in.jsonl
    [ "${stderr_lines[0]}" = "garner dedup: --preset: goes with --method minhash and simhash" ]
    run -64 --separate-stderr garner dedup --method minhash --by id in.jsonl
    run -64 --separate-stderr garner dedup --threshold 0.5 in.jsonl
}

@test "dedup: simhash drops what differs in few bits, and checks shingles where it is asked to" {
    long="Boil the water, add the tea, wait four minutes, take it out, put in the milk and the sugar, stir it twice, let it stand for a while and drink it"
    printf '%s\n' "{\"id\":1,\"text\":\"$long slowly.\"}" '{"id":2,"text":"Tea."}' "$DELETED" "{\"id\":3,\"text\":\"$long SLOWLY!\"}" '{"id":4,"text":""}' '{"id":5,"text":""}' > in.jsonl
    garner dedup --method simhash --dropped dropped.jsonl in.jsonl > out.jsonl
    [ "$(ids < out.jsonl)" = "1 2 gone 4 5" ]
    [ "$(jq -r .reason dropped.jsonl)" = "much like the row with id 1" ]
    for preset in data-juicer text-dedup; do
        [ "$(cat in.jsonl in.jsonl | garner dedup --method simhash --preset $preset --emit clusters | jq -c 'select(.kept and .id == 1)')" ]
    done
    printf '%s\n' "{\"id\":1,\"text\":\"$long slowly.\"}" "{\"id\":2,\"text\":\"$long\"}" > in.jsonl
    [ "$(garner dedup --method simhash --distance 8 --threshold 0.5 in.jsonl | ids)" = "1" ]
    [ "$(garner dedup --method simhash --distance 8 --threshold 0.99 in.jsonl | ids)" = "1 2" ]
    run -64 --separate-stderr garner dedup --method simhash --preset nemo in.jsonl
    [ "${stderr_lines[0]}" = "garner dedup: --preset: 'nemo' has no simhash: data-juicer, text-dedup do" ]
    run -64 --separate-stderr garner dedup --method minhash --distance 3 in.jsonl
}

@test "dedup: near duplicates with 1 to 20 % of their words changed are found as exact Jaccard has it" {
    run -0 python3 "$ROOT/tests/bench/near_duplicates.py" --check garner
}

@test "dedup: --against takes an index, and names its rows by their ids" {
    printf '%s\n' '{"id":"k1","text":"Boil the water and wait for me."}' '{"id":"k2","text":"milk"}' '{"id":"k3","text":"old"}' | garner index -q kb
    echo '{"id":"k3","deleted":true}' | garner index -q kb
    printf '%s\n' '{"id":1,"text":"milk"}' '{"id":2,"text":"boil the water, and wait for me"}' '{"id":3,"text":"old"}' '{"id":4,"text":"new"}' > in.jsonl
    [ "$(garner dedup --against kb in.jsonl | ids)" = "2 3 4" ]
    for method in normalized minhash simhash; do
        garner dedup --method $method --against kb --emit pairs in.jsonl > pairs.jsonl
        printf '%s\n' '{"id":1,"row":1,"duplicate_of":"k2","against":true}' '{"id":2,"row":2,"duplicate_of":"k1","against":true}' | diff - pairs.jsonl
        [ "$(garner dedup --method $method --against kb in.jsonl | ids)" = "3 4" ]
    done
}

@test "dedup: minhash and simhash give the same bytes for any --memory and --jobs, and drop what stands in --against" {
    python3 -c '
import json, random
random.seed(5)
words = ["w%d" % i for i in range(3000)]
texts = []
for i in range(3000):
    if texts and random.random() < 0.4:
        text = list(random.choice(texts))
        for k in range(len(text)):
            if random.random() < 0.02: text[k] = random.choice(words)
    else:
        text = [random.choice(words) for _ in range(random.randrange(1, 300))]
    texts.append(text)
    print(json.dumps({"id": i, "text": " ".join(text)}))' > in.jsonl
    head -n 500 in.jsonl > old.jsonl
    for emit in rows clusters; do
        garner dedup --method minhash -j1 --emit $emit --dropped dropped.1 in.jsonl > out.1
        garner dedup --method minhash -j3 --emit $emit --memory 4M --dropped dropped.2 --summary figures.json in.jsonl > out.2
        cmp out.1 out.2
        cmp dropped.1 dropped.2
        [ "$(jq '[.. | .spilled_bytes? // empty] | add > 1000000' figures.json)" = true ]
    done
    garner dedup --method simhash -j1 --emit clusters in.jsonl > out.1
    garner dedup --method simhash -j3 --emit clusters --memory 4M in.jsonl > out.2
    [ -s out.1 ]
    cmp out.1 out.2
    garner dedup --method minhash in.jsonl > all
    GARNER_CPU=scalar garner dedup --method minhash in.jsonl | cmp - all
    garner dedup --method minhash --against old.jsonl <(tail -n 2500 in.jsonl) > new
    cmp <(jq -c 'select(.id >= 500)' all) <(jq -c . new)
    [ "$(wc -l < new)" -gt 1000 ]
}

@test "dedup: lines that an earlier row holds are removed, byte for byte around them, and empty rows dropped" {
    printf '%s\n' '{"id":1,"text":"Home | About | Contact us\nTea is nice to drink today.\nx"}' \
        '{"n":1.0, "id":2,"text":"Milk is what we \u0064rink.\n  Home | About | Contact us  \nx\nMilk is what we drink."}' "$DELETED" \
        '{"id":3,"text":"Home | About | Contact us"}' '{"id":4,"messages":[{"role":"user","content":"Tea is nice to drink today."},{"content":"fine"}]}' '{"id":5,"text":"x"}' > in.jsonl
    garner dedup --method lines --dropped dropped.jsonl --summary figures.json in.jsonl > out.jsonl
    printf '%s\n' '{"id":1,"text":"Home | About | Contact us\nTea is nice to drink today.\nx"}' '{"n":1.0, "id":2,"text":"Milk is what we drink.\nx\nMilk is what we drink."}' \
        "$DELETED" '{"id":4,"messages":[{"role":"user","content":""},{"content":"fine"}]}' '{"id":5,"text":"x"}' | diff - out.jsonl
    [ "$(jq -c '[.line, .code, .reason, .record.id]' dropped.jsonl)" = '[4,"repeated","nothing is left: its text stands in earlier rows",3]' ]
    [ "$(jq -c '.. | select(.cut_rows?) | [.cut_rows, .cut_bytes]' figures.json)" = '[3,82]' ]
    [ "$(garner dedup --method lines --least 1 in.jsonl | ids)" = "1 2 gone 4" ]
    [ "$(garner dedup --method lines --rest 2 in.jsonl | ids)" = "1 2 gone 5" ]
    run -64 --separate-stderr garner dedup --least 5 in.jsonl
    [ "${stderr_lines[0]}" = "garner dedup: --least: goes with --method lines, sentences and substring" ]
}

@test "dedup: sentences are compared in threes" {
    printf '%s\n' '{"id":1,"text":"We use cookies on this site. You can accept them all. See our policy for more. Tea is nice."}' \
        '{"id":2,"text":"Milk is white. We use COOKIES on this site! You can accept them all. See our policy for more. Bye."}' '{"id":3,"text":"We use cookies on this site. You can accept them all."}' > in.jsonl
    garner dedup --method sentences in.jsonl > out.jsonl
    [ "$(jq -r .text out.jsonl | tail -n 2)" = $'Milk is white. Bye.\nWe use cookies on this site. You can accept them all.' ]
    [ "$(garner dedup --method sentences --window 2 in.jsonl | ids)" = "1 2" ]
}

@test "dedup: substring removes just what windows that stand in an earlier row cover" {
    cat > oracle.py <<'ORACLE'
import json, random, re, sys
least, unit, chance, rows, seen = int(sys.argv[1]), sys.argv[2], random.Random(int(sys.argv[1])), [], {}
wanted = open("wanted", "w")
for number in range(400):
    text = "".join(chance.choice("ab " if number % 3 else "abcdefg \u00e9") for _ in range(chance.randrange(120)))
    for other in chance.sample(rows, min(len(rows), chance.randrange(3))):
        start, place = chance.randrange(len(other) + 1), chance.randrange(len(text) + 1)
        text = text[:place] + other[start:start + chance.randrange(10, 90)] + text[place:]
    rows.append(text)
    print(json.dumps({"id": number, "text": text}))
    text = text.encode()
    words = list(re.finditer(rb"\S+", text))
    symbols = [word.group() for word in words] if unit == "words" else text
    places = [word.start() for word in words] + [len(text)] if unit == "words" else range(len(text) + 1)
    cut = [False] * len(text)
    for i in range(len(symbols) - least + 1):
        window = tuple(symbols[i:i + least])
        if seen.setdefault(window, number) != number:
            cut[places[i]:places[i + least]] = [True] * (places[i + least] - places[i])
    for i in range(len(text)):  # whole characters
        if cut[i] and text[i] & 0xc0 == 0x80 and not cut[i - 1]: cut[i] = False
        if cut[i] and text[i] >= 0xc0 and i + 1 < len(text) and not cut[i + 1]: cut[i] = False
    rest = bytes(byte for byte, is_cut in zip(text, cut) if not is_cut)
    rest = rest.rstrip() if cut and cut[-1] else rest
    if rest.strip() or not any(cut): print(number, rest.decode(), sep="\t", file=wanted)
ORACLE
    for least in 16 40; do
        for unit in bytes words; do
            python3 oracle.py $least $unit > in.jsonl
            garner dedup --method substring --unit $unit --least $least in.jsonl | jq -r '"\(.id)\t\(.text)"' | cmp - wanted
        done
    done
    run -64 --separate-stderr garner dedup --method substring --least 15 in.jsonl
    [ "${stderr_lines[0]}" = "garner dedup: --least: a substring has at least 16 bytes or words" ]
}

@test "dedup: what is cut is told as pairs, ids and clusters, and --against cuts without being written" {
    same="the same stretch of text that stands in more than one of the rows, and is longer than a hundred bytes in all"
    echo "{\"id\":\"old\",\"text\":\"$same\"}" > old.jsonl
    printf '%s\n' "{\"id\":1,\"text\":\"é1:$same\"}" "{\"id\":2,\"text\":\"two-$same\"}" '{"id":3,"text":"three"}' > in.jsonl
    garner index -q kb old.jsonl
    for against in old.jsonl kb; do
        [ "$(garner dedup --method substring --against $against in.jsonl | jq -c .text)" = $'"é1:"\n"two-"\n"three"' ]
        garner dedup --method substring --against $against --emit pairs in.jsonl > pairs.jsonl
        printf '%s\n' '{"id":1,"row":1,"start":3,"end":111,"duplicate_of":"old","against":true}' '{"id":2,"row":2,"start":4,"end":112,"duplicate_of":"old","against":true}' | diff - pairs.jsonl
    done
    garner dedup --method substring --emit pairs in.jsonl > pairs.jsonl
    echo '{"id":2,"row":2,"start":4,"end":112,"duplicate_of":1,"duplicate_of_row":1}' | diff - pairs.jsonl
    [ "$(garner dedup --method substring --emit ids in.jsonl)" = '{"id":2,"row":2}' ]
    garner dedup --method substring --emit clusters in.jsonl > clusters.jsonl
    printf '%s\n' '{"cluster":1,"id":1,"row":1,"kept":true}' '{"cluster":1,"id":2,"row":2,"kept":false}' | diff - clusters.jsonl
}

@test "dedup: lines, sentences and substring give the same bytes for any --memory and --jobs" {
    python3 -c '
import json, random
random.seed(5)
words = ["w%d" % i for i in range(3000)]
shared = [" ".join(random.choice(words) for _ in range(random.randrange(5, 60))).capitalize() + "." for _ in range(500)]
for i in range(2500):
    parts = [" ".join(random.choice(words) for _ in range(random.randrange(5, 60))).capitalize() + "." for _ in range(4)]
    parts += random.sample(shared, random.randrange(4))
    random.shuffle(parts)
    print(json.dumps({"id": i, "text": random.choice(" \n").join(parts)}))' > in.jsonl
    for method in lines "sentences --window 1" substring; do
        for emit in rows pairs clusters; do
            garner dedup --method $method -j1 --emit $emit --dropped dropped.1 in.jsonl > out.1
            garner dedup --method $method -j3 --emit $emit --memory 4M --dropped dropped.2 --summary figures.json in.jsonl > out.2
            [ -s out.1 ]
            cmp out.1 out.2
            cmp dropped.1 dropped.2
        done
        [ "$(jq '[.. | .spilled_bytes? // empty] | add > 100000' figures.json)" = true ]
    done
}

@test "dedup: semantic keeps the first of rows with near embeddings, exactly, for any --memory and --jobs" {
    cat > make.py <<'MAKE'
import json, math, random
chance, vectors = random.Random(3), []
for number in range(700):
    vector = [chance.gauss(0, 1) for _ in range(16)]
    if vectors and chance.random() < 0.3:
        noise = chance.choice((0, 0.05, 0.3, 0.6))
        vector = [a + noise * b for a, b in zip(chance.choice(vectors), vector)]
    vectors.append(vector)
    print(json.dumps({"id": number, "embedding": [round(2 * value, 4) for value in vector] + [0] * 1008, "embedding_model": "m"}))
unit = [[value / math.sqrt(sum(v * v for v in vector)) for value in vector] for vector in vectors]
root = list(range(len(unit)))
def find(number):
    return number if root[number] == number else find(root[number])
for right in range(len(unit)):
    for left in range(right):
        if sum(map(lambda a, b: a * b, unit[left], unit[right])) >= 0.95:
            a, b = sorted((find(left), find(right)))
            root[b] = a
with open("wanted", "w") as file:
    file.writelines(f"{number}\n" for number in range(len(unit)) if find(number) == number)
MAKE
    python3 make.py > in.jsonl
    garner dedup --method semantic -j1 --dropped dropped.1 in.jsonl > out.1
    garner dedup --method semantic -j3 --memory 4M --dropped dropped.2 --summary figures.json in.jsonl > out.2
    jq .id out.1 | cmp - wanted
    cmp out.1 out.2
    cmp dropped.1 dropped.2
    [ "$(jq '[.. | .spilled_bytes? // empty] | add > 1000000' figures.json)" = true ]
    head -n 300 in.jsonl > old.jsonl
    garner index -q kb old.jsonl
    jq -c 'select(.id >= 300)' out.1 > wanted
    garner dedup --method semantic --against old.jsonl <(tail -n +301 in.jsonl) | jq -c . | cmp - wanted
    garner dedup --method semantic --against kb <(tail -n +301 in.jsonl) | jq -c . | cmp - wanted
}

@test "dedup: semantic names what it cannot compare" {
    printf '%s\n' '{"id":1,"embedding":[1,0]}' '{"id":2,"text":"x"}' "$DELETED" '{"id":3,"embedding":[0,0]}' '{"id":4,"embedding":[1,2,3]}' '{"id":5,"embedding":[3,0.1]}' '{"id":6,"embedding":[-1,0]}' > in.jsonl
    run -2 --separate-stderr garner dedup -q --method semantic --rejects rejects.jsonl --dropped dropped.jsonl in.jsonl
    [ "$output" = $'{"id":1,"embedding":[1,0]}\n'"$DELETED"$'\n{"id":6,"embedding":[-1,0]}' ]
    [ "$(jq -r '[.line, .code, .reason] | join(" ")' rejects.jsonl)" = "2 E_FIELD_MISSING field 'embedding' is missing
4 E_FIELD_VALUE field 'embedding' is all zeros or not finite
5 E_FIELD_VALUE field 'embedding' has 3 numbers, expected 2 as before" ]
    [ "$(jq -r .reason dropped.jsonl)" = "close to the row with id 1" ]
    run -64 --separate-stderr garner dedup --method semantic --field text in.jsonl
    [ "${stderr_lines[0]}" = "garner dedup: --field: --method semantic compares the field 'embedding'" ]
}
