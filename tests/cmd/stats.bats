load ../support/setup

# mixed.jsonl: documents (two equal, one alike, hostile texts, null and mixed types), a tombstone, chats, preferences.

@test "stats: JSON in a pipe and a table by --format are the expected ones, to the byte" {
    cd "$FIXTURES"
    garner stats mixed.jsonl > "$BATS_TEST_TMPDIR/found.json"
    garner stats --format table --title Notes --rows dropped.jsonl mixed.jsonl > "$BATS_TEST_TMPDIR/found.txt"
    cd "$BATS_TEST_TMPDIR"
    assert_golden found.json mixed.expected.json
    assert_golden found.txt mixed.expected.txt
    jq -e '.overview.records == 10 and .overview.tombstones == 1 and .duplicates.exact == 1' found.json
    run grep -c $'\x1b' found.txt
    [ "$output" = 0 ]
}

@test "stats: the page and the card are the expected ones, and hostile texts stay texts" {
    cd "$FIXTURES"
    garner stats --html "$BATS_TEST_TMPDIR/page.html" --card "$BATS_TEST_TMPDIR/card.md" --title $'<i>Notes</i> & "more"' mixed.jsonl > /dev/null
    cd "$BATS_TEST_TMPDIR"
    assert_golden page.html mixed.expected.html
    assert_golden card.md mixed.expected.md
    run grep -ciE '<script|<b>\.zip|<i>Notes|javascript:|https?://[^e]|src=|@import|url\(' page.html
    [ "$output" = 0 ]
    python3 - page.html <<'END'
import sys
from html.parser import HTMLParser
class Balance(HTMLParser):
    open_tags = []
    def handle_starttag(self, tag, attributes):
        assert tag != "script"
        if tag not in ("meta", "br", "line", "rect"):
            self.open_tags.append(tag)
    def handle_endtag(self, tag):
        if tag not in ("line", "rect"):
            assert self.open_tags.pop() == tag, tag
balance = Balance()
balance.feed(open(sys.argv[1], encoding="utf-8").read())
assert not balance.open_tags
END
}

@test "stats: the same bytes for any --jobs, with more values and paths than are kept" {
    seq 12000 | awk '{ printf "{\"id\":\"%d\",\"text\":\"note %d\",\"metadata\":{\"source\":\"s%d/a\",\"k%d\":{\"x\":%d.5}}}\n", $1, $1 % 8000, $1 % 6000, $1 % 700, $1 }' > many.jsonl
    for jobs in 1 2 5; do garner stats -j "$jobs" --html "page.$jobs" many.jsonl > "found.$jobs"; done
    cmp found.1 found.2 && cmp found.1 found.5 && cmp page.1 page.5
    jq -e '.duplicates | .exact == 4000 and .counted == "exactly"' found.1
    jq -e '.fields.paths == 400 and (.fields.fields | map(.path) | index("text") != null and index("metadata") != null)' found.1
    jq -e '.sources.distinct | . > 5400 and . < 6600' found.1
}

@test "stats: --compare sets two inputs side by side" {
    cd "$FIXTURES"
    garner filter --language de,en mixed.jsonl > "$BATS_TEST_TMPDIR/kept.jsonl" || true
    head -4 mixed.jsonl > "$BATS_TEST_TMPDIR/first.jsonl"
    cd "$BATS_TEST_TMPDIR"
    cp "$FIXTURES/mixed.jsonl" .
    garner stats --compare mixed.jsonl first.jsonl --html page.html > found.json
    jq -e '.difference.overview.records == -7 and (.inputs | map(.input) == ["mixed.jsonl", "first.jsonl"])' found.json
    garner stats --compare --format table mixed.jsonl - < first.jsonl > found.txt
    assert_golden found.txt compare.expected.txt
    grep -q 'mixed.jsonl against first.jsonl' page.html
    run -64 --separate-stderr garner stats --compare mixed.jsonl
    [ "${stderr_lines[0]}" = "garner stats: --compare: 1 inputs are given, expected two" ]
    run -64 --separate-stderr garner stats --compare mixed.jsonl mixed.jsonl
    [ "${stderr_lines[0]}" = "garner stats: --compare: both inputs are 'mixed.jsonl'" ]
}

@test "stats: rows of --dropped count their rules, and describe the records in them" {
    garner stats "$FIXTURES/dropped.jsonl" > found.json
    jq -e '.rules.records == {"filter language": 2, "dedup E_JSON_SYNTAX": 1} and .overview.records == 2' found.json
    jq -e '.languages.records == {"fr": 1, "it": 1}' found.json
    echo '{"text":"a"}' | garner stats --rows "$FIXTURES/dropped.jsonl" > found.json
    jq -e '.rules.records["filter language"] == 2 and .overview.records == 1' found.json
    run -65 --separate-stderr garner stats --rows "$FIXTURES/mixed.jsonl" < /dev/null
    [ "$stderr" = "garner stats: $FIXTURES/mixed.jsonl:1: is no row of --dropped or --rejects: tool, code, reason and record are expected" ]
}

@test "stats: --field and --tokenizer choose what is measured; nothing at all is described, too" {
    echo '{"title":"one two three","text":"x"}' | garner stats --field title | jq -e '.lengths.words_total == 3'
    echo '{"text":"hello world"}' | garner stats --tokenizer cl100k-estimate | jq -e '.lengths.tokenizer == "cl100k-estimate"'
    garner stats < /dev/null | jq -e '.overview.records == 0 and (has("lengths") | not)'
    garner stats --format table --html page.html --card card.md < /dev/null | grep -q '^  Records  *0$'
    grep -q 'n<1K' card.md
}

@test "stats: splits of the card come from the files' names" {
    for name in train valid-1 test; do echo '{"text":"The tea is still on the table."}' > "$name.jsonl"; done
    echo '{"text":"Another note on tea."}' >> train.jsonl
    garner stats --card card.md train.jsonl valid-1.jsonl test.jsonl > /dev/null
    grep -A1 -E 'num_bytes' card.md | grep num_examples | paste -sd' ' | grep -qx '    num_examples: 2     num_examples: 1     num_examples: 1'
    deep=$(printf 'folder-with-a-long-name/%.0s' {1..8})
    mkdir -p "$deep" && mv test.jsonl "$deep" && mv valid-1.jsonl "$deep/another-name-for-validation.jsonl"
    cp card.md before.md
    garner stats --title x --card card.md train.jsonl "$deep"/*.jsonl > /dev/null
    diff <(grep -A2 'name: [tv]' before.md | grep num_) <(grep -A2 'name: [tv]' card.md | grep num_)
    python3 -c 'import sys; text = open("card.md").read(); assert text.startswith("---\n") and text.count("\n---\n") == 1'
}

@test "stats: answers of a preference are texts, or messages of texts, parts or both" {
    printf '%s\n' '{"chosen":[{"role":"a","content":"abc"},"zz"],"rejected":[{"role":"a","content":[{"type":"text","text":"ab"},"c"]}]}' |
        garner stats | jq -e '.preferences | .chosen_mean == 5 and .rejected_mean == 3 and .chosen_longer == 1'
}

@test "stats: a text with half a surrogate pair is a reject and not counted; in a row of --rejects its rule still is" {
    printf '%s\n' '{"text":"a"}' '{"text":"\ud800"}' '{"messages":[{"role":"user","content":"\ud800"}]}' '{"text":"b","note":"\ud800"}' > in.jsonl
    run -65 --separate-stderr garner stats in.jsonl
    [[ $stderr = "garner stats: in.jsonl:2: "*surrogate* ]] || { echo "$stderr"; return 1; }
    run -2 --separate-stderr garner stats --on-error skip --rejects rows.jsonl in.jsonl
    jq -e '.overview.records == 2 and .overview.without_text == 0 and .fields.paths == 2' <<< "$output"
    garner stats rows.jsonl | jq -e '.rules.records == {"stats E_JSON_SURROGATE": 2} and .overview.records == 0'
}

@test "stats: faults reject, a page that cannot be written fails and leaves nothing" {
    printf '{"text":"a"}\n{"text":\n' > in.jsonl
    run -2 --separate-stderr garner stats --on-error skip in.jsonl
    [ "$(jq .overview.records <<< "$output")" = 1 ]
    run -65 --separate-stderr garner stats in.jsonl
    run -73 --separate-stderr garner stats --html no/such/page.html "$FIXTURES/mixed.jsonl"
    [[ $stderr = "garner stats: "*"no/such/page.html"* ]]
    garner stats --dry-run --html page.html "$FIXTURES/mixed.jsonl" > /dev/null
    [ ! -e page.html ]
}
