# properties.bats - what holds for every input: it is tried on the documents of the ready pipelines and on made ones.
load ../support/setup

documents() {
    garner ingest "$ROOT/pipelines/documents"
}

# Enough records for many batches; texts of several paragraphs and lengths.
many() {
    python3 -c '
import json
for i in range(1500):
    text = "\n\n".join(f"Paragraph {p} of record {i}: " + "the crane lifts, the tide turns \u6c34. " * (1 + (i * 7 + p * 3) % 9) for p in range(1 + i % 5))
    print(json.dumps({"id": f"r{i}", "text": text, "metadata": {"year": 1990 + i % 30}, "n": i}, ensure_ascii=i % 2 == 0))'
}

# Numbers, escapes and duplicate keys that only a byte-for-byte pass keeps.
hostile() {
    cat << 'END'
{"id":"a","text":"one harbour","n":9007199254740993,"big":1e400,"one":1.0,"minus":-0,"long":0.1000000000000000000000000001}
{"extra":"\u0000\u0001\ud83d\ude00\/","text":"two\u0020harbours","id":"b","x":{"y":1,"y":2},"x2":[1.50,{"z":1E+2,"z":[]}]}
 {  "id" : "c" , "again":1, "again":2,"text":"three","deep":[[[[[{}]]]]],"\u006eame":"n" }
END
}

@test "property: one job and eight give the same bytes, stage by stage" {
    many > many.jsonl
    for jobs in 1 8; do
        garner ingest -j$jobs "$ROOT/pipelines/documents" > ingest.$jobs
        garner ingest -j$jobs many.jsonl > rows.$jobs
        cat ingest.1 rows.1 | garner chunk -j$jobs --size 40 --overlap 10 > chunk.$jobs
        garner filter -j$jobs "length(text) > 50 and text ~ 'the'" chunk.1 > filter.$jobs
        garner embed -j$jobs --dimension 48 filter.1 > embed.$jobs
        garner index -j$jobs kb.$jobs embed.1
        garner info --digest kb.$jobs | grep -i digest > digest.$jobs
    done
    for stage in ingest rows chunk filter embed digest; do
        [ -s $stage.1 ]
        cmp $stage.1 $stage.8
    done
    [ "$(wc -l < chunk.1)" -gt 1500 ]
}

@test "property: the processor's level does not change vectors, index or answers" {
    many | head -300 > in
    for level in scalar best; do
        if [ $level = scalar ]; then export GARNER_CPU=scalar; else unset GARNER_CPU; fi
        garner embed in > embed.$level
        garner index kb.$level embed.$level
        garner info --digest kb.$level | grep -i digest > digest.$level
        garner query kb.$level 'crane tide' -k 50 > hits.$level
    done
    cmp embed.scalar embed.best
    cmp digest.scalar digest.best
    cmp hits.scalar hits.best
}

@test "property: filtering twice is filtering once, and both halves are the whole" {
    documents > in
    for condition in "length(text) > 500" "metadata.mime LIKE '%markdown%'" "has(metadata.tags, 'x')" "NOT (text ~ 'key')"; do
        garner filter "$condition" in > once
        garner filter "$condition" once | cmp once -
        garner filter --not "$condition" in > others
        [ "$(cat once others | sort | sha256sum)" = "$(sort in | sha256sum)" ] || { echo "$condition"; return 1; }
    done
}

@test "property: kept, dropped and rejected add up to what came in" {
    { documents; hostile; echo '{"id":"bad","text":5}'; echo 'no json'; echo '{"id":"empty","text":""}'; echo '{"id":"t","deleted":true}'; } > in
    for work in "filter length(text)>100" "chunk" "embed" "index kb"; do
        # shellcheck disable=SC2086
        garner $work --on-error skip --summary summary.json in > out 2> errors || [ $? -eq 2 ]
        jq -e '.in == .kept + .dropped + .rejected' summary.json > found || { echo "$work"; cat summary.json; return 1; }
        # The tombstone is no record.
        [ "$(jq .in summary.json)" = "$(($(wc -l < in) - 1))" ] || { echo "$work"; cat summary.json; return 1; }
        [ "$(jq .rejected summary.json)" -ge 1 ]
    done
}

@test "property: text[start:end] of the document is the chunk, for every strategy" {
    documents > documents.jsonl
    many | head -60 >> documents.jsonl
    declare -A parents=([hierarchical]='--parent-size 90')
    for strategy in recursive fixed sentence markdown page semantic hierarchical none; do
        garner chunk --strategy $strategy --size 30 --overlap 8 ${parents[$strategy]-} documents.jsonl > chunks.jsonl
        python3 - << 'END' || { echo "$strategy"; return 1; }
import json
texts = {}
for line in open("documents.jsonl", encoding="utf-8"):
    record = json.loads(line)
    texts[record["id"]] = record["text"]
seen, number = set(), 0
for line in open("chunks.jsonl", encoding="utf-8"):
    chunk = json.loads(line)
    metadata = chunk["metadata"]
    document = metadata["document_id"]
    assert chunk["id"] == f"{document}#{metadata['chunk']}", chunk["id"]
    assert metadata["chunk"] == (number + 1 if document in seen else 0), chunk["id"]
    number = metadata["chunk"]
    seen.add(document)
    assert texts[document][metadata["start"]:metadata["end"]] == chunk["text"], chunk["id"]
    if "parent_id" in metadata:
        parent = texts[document][metadata["parent_start"]:metadata["parent_end"]]
        assert parent == metadata["parent_text"] and chunk["text"] in parent, chunk["id"]
assert seen == {name for name, text in texts.items() if text.strip()}
END
    done
}

@test "property: what a tool does not own passes byte for byte" {
    hostile > in
    garner filter true in | cmp in -
    garner filter "length(text) > 0" < in | cmp in -
    # embed appends before the brace: without that the old bytes are there, but for space around the record.
    garner embed --dimension 1 in > out
    sed -E 's/ ?,?"embedding":\[[^]]*\],"embedding_model":"[^"]*"//' out > rest
    diff <(sed -E 's/^ *//; s/ *\}$/}/' in) <(sed -E 's/ *\}$/}/' rest)
    garner chunk in > out
    [ "$(wc -l < out)" -eq 3 ]
    for part in '"n":9007199254740993,"big":1e400,"one":1.0,"minus":-0,"long":0.1000000000000000000000000001' \
        '"extra":"\u0000\u0001\ud83d\ude00\/"' '"x":{"y":1,"y":2},"x2":[1.50,{"z":1E+2,"z":[]}]' \
        '"again":1, "again":2,' '"deep":[[[[[{}]]]]],"\u006eame":"n"'; do
        grep -qF -- "$part" out || { echo "$part"; cat out; return 1; }
    done
    garner index kb in
    garner query kb harbour | grep -qF '"n":9007199254740993,"big":1e400,"one":1.0,"minus":-0'
}

@test "property: an index that follows a folder by its ledger equals a rebuild, also when runs are killed" {
    "$ROOT/tests/support/edit_rounds.py" "$(command -v garner)" 12 1
    mkdir killed
    cd killed
    "$ROOT/tests/support/edit_rounds.py" "$(command -v garner)" 6 2 kill
}
