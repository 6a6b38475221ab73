#!/usr/bin/env bats
# ingest --ledger: only what changed comes out; index --acknowledge says what arrived.
load ../support/setup

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir docs
    for name in a b c d e f g h i j; do echo "Text of $name." > "docs/$name.md"; done
}

# What a run puts out: ids, with a '-' in front of tombstones, and the mark as 'mark'.
changes() {
    garner ingest --ledger=l "$@" | jq -r 'if .garner then "mark" elif .deleted then "-" + .id else .id end' | xargs
}

update() {
    garner ingest --ledger=l "$@" | garner index --acknowledge=l kb
}

@test "ingest --ledger: the first run puts out what one without a ledger does, and a mark" {
    garner ingest docs > plain.jsonl
    garner ingest --ledger=l docs > first.jsonl
    [ "$(head -n 10 first.jsonl)" = "$(cat plain.jsonl)" ]
    [ "$(sed -n '11,$p' first.jsonl | jq -c '.garner.ledger | keys')" = '["digest","run"]' ]
    [ "$(stat -c %a l)" = 600 ]
    [ ! -e l-journal ]
}

@test "ingest --ledger: the same bytes for any --jobs" {
    printf 'id,text\n' > docs/rows.csv
    for i in $(seq 3000); do echo "$i,row number $i"; done >> docs/rows.csv
    garner ingest --jobs=1 --ledger=one docs > one.jsonl
    garner ingest --jobs=8 --ledger=eight docs > eight.jsonl
    cmp one.jsonl eight.jsonl
}

@test "index --acknowledge: what arrived does not come out again, what did not does" {
    [ "$(changes docs | wc -w)" -eq 11 ]
    [ "$(changes docs | wc -w)" -eq 21 ] # the first versions may have arrived
    update docs
    [ -z "$(changes docs)" ]
    [ "$(garner info kb --format=json | jq .rows)" -eq 10 ]
}

@test "ingest --ledger: a changed file is preceded by its tombstone, a new one is not, a touched one stays" {
    update docs
    echo changed > docs/b.md
    echo new > docs/bb.md
    touch -d 2001-01-01 docs/c.md
    [ "$(changes docs)" = "-docs/b.md docs/b.md docs/bb.md mark" ]
}

@test "ingest --ledger: size and time may stay the same, the inode or the change time tells" {
    update docs
    touch -r docs/a.md stamp
    echo 'Text of z.' > docs/a.md
    touch -r stamp docs/a.md
    [ "$(changes docs)" = "-docs/a.md docs/a.md mark" ]
}

@test "ingest --prune: vanished files become tombstones, again until acknowledged; without it they stay" {
    update docs
    rm docs/d.md
    [ -z "$(changes docs)" ]
    [ "$(changes --prune docs)" = "-docs/d.md mark" ]
    [ "$(changes docs)" = "-docs/d.md mark" ]
    update docs
    [ -z "$(changes --prune docs)" ]
    [ "$(garner info kb --format=json | jq .rows)" -eq 9 ]
}

@test "ingest --prune: an empty folder does not empty an index" {
    update docs
    mv docs away
    mkdir docs
    run -1 --separate-stderr garner ingest --ledger=l --prune docs
    [ "$stderr" = "garner ingest: 10 of 10 files of 'docs' vanished, --max-deletes 10% allows 1: nothing was deleted" ]
    [ "$(jq -r .garner.error.code <<< "$output")" = E_MAX_DELETES ]
    run -1 garner ingest --ledger=l --prune --max-deletes=9 docs
    run -1 garner ingest --ledger=l --prune --max-deletes=99% docs
    [ "$(changes --prune --max-deletes=10 docs | wc -w)" -eq 11 ]
    run -64 garner ingest --ledger=l --max-deletes=many docs
}

@test "ingest --prune: what is below an unreadable folder, or another operand, did not vanish" {
    [ "$(id -u)" -ne 0 ] || skip "root may read everything"
    mkdir docs/sub other
    echo x > docs/sub/x.md
    echo y > other/y.md
    update docs other
    chmod 0 docs/sub
    run -2 garner ingest --ledger=l --prune docs
    chmod 755 docs/sub
    [ "$(garner ingest --ledger=l --prune docs other)" = "" ]
}

@test "ingest --prune: operands that are not named keep their documents" {
    mkdir other
    echo y > other/y.md
    update docs other
    rm other/y.md
    [ -z "$(changes --prune docs)" ]
    [ "$(changes --prune --max-deletes=1 other)" = "-other/y.md mark" ]
}

@test "ingest --ledger: of rows only those come out that changed" {
    printf 'name,text\na,one\nb,two\nc,three\n' > docs/rows.csv
    update --id-field=name --text-field=text --include='*.csv' docs
    printf 'name,text\na,one\nc,3\nd,four\n' > docs/rows.csv
    [ "$(changes --id-field=name --text-field=text --include='*.csv' docs)" = "-c c d -b mark" ]
}

@test "ingest --ledger: a row that moves to another file is not buried" {
    printf 'name,text\na,one\nb,two\n' > docs/1.csv
    printf 'name,text\nc,three\n' > docs/2.csv
    update --id-field=name --text-field=text --include='*.csv' docs
    printf 'name,text\nb,two\n' > docs/1.csv
    printf 'name,text\nc,three\na,one\n' > docs/2.csv
    update --id-field=name --text-field=text --include='*.csv' docs
    [ "$(garner query kb one --mode=lexical --format=jsonl | jq -r .id)" = a ]
}

@test "ingest --ledger: other options have files read again, and only what differs comes out" {
    echo '<nav>menu</nav><p>text</p>' > docs/k.html
    update docs
    [ "$(changes --keep-navigation docs)" = "-docs/k.html docs/k.html mark" ]
}

@test "ingest --ledger: a file with a fault is not decoded again, but told again" {
    printf '{"text": "x"}\n{oops\n' > docs/rows.jsonl
    garner ingest --ledger=l docs 2> first | garner index --acknowledge=l kb || true
    run -2 --separate-stderr garner ingest --ledger=l --rejects=rejects docs
    [ -z "$output" ]
    [ "$(jq -c '[.file, .line, .code]' rejects)" = '["docs/rows.jsonl",2,"E_JSON_SYNTAX"]' ]
    touch docs/rows.jsonl
    run -2 --separate-stderr garner ingest --ledger=l docs
    [ "${stderr_lines[0]}" = "$(head -n 1 first)" ]
}

@test "ingest --ledger: members of an archive belong to it" {
    tar -cf docs/x.tar -C docs a.md b.md
    update --include='*.tar' docs
    tar -cf docs/x.tar -C docs a.md c.md
    [ "$(changes --include='*.tar' docs)" = "docs/x.tar!/c.md -docs/x.tar!/b.md mark" ]
}

@test "index --acknowledge: what a filter or a chunker drops has arrived, too" {
    : > docs/k.md
    garner ingest --ledger=l docs | garner filter "id != 'docs/a.md'" | garner chunk | garner index --acknowledge=l kb
    [ -z "$(changes docs)" ]
}

@test "index --acknowledge: a stream that was cut acknowledges nothing" {
    garner ingest --ledger=l docs | head -n 4 | garner index --acknowledge=l kb
    [ "$(changes docs | wc -w)" -eq 21 ]
}

@test "index --acknowledge: only what it committed, not what a later run put out" {
    garner ingest --ledger=l docs > early.jsonl
    echo changed > docs/a.md
    garner ingest --ledger=l docs > late.jsonl
    garner index --acknowledge=l kb early.jsonl
    [ "$(changes docs | wc -w)" -ge 11 ]
    garner ingest --ledger=l docs | garner index --acknowledge=l kb
    [ -z "$(changes docs)" ]
    [ "$(garner query kb changed --mode=lexical --format=jsonl | jq -r .id)" = docs/a.md ]
}

@test "index --acknowledge: a mark of another ledger is refused and nothing is committed" {
    garner ingest --ledger=l docs > stream.jsonl
    garner ingest --ledger=m docs/a.md > /dev/null
    run -65 --separate-stderr garner index --acknowledge=m kb stream.jsonl
    [ "$stderr" = "garner index: stream.jsonl:11: the stream's run 1 is not one of 'm': it has another ledger" ]
    [ "$(garner info kb --format=json 2> /dev/null | jq .rows || true)" != 10 ]
}

@test "ingest --ledger: a damaged, foreign or newer file is named and left as it is" {
    printf 'not a database, but long enough to look at, %0100d' 0 > text
    run -65 --separate-stderr garner ingest --ledger=text docs
    [ "$stderr" = "garner ingest: 'text' is not a ledger of 'garner ingest', but some other file" ]
    garner ingest --ledger=l docs > /dev/null
    cp l newer
    printf '\0\0\0\143' | dd of=newer bs=1 seek=60 conv=notrunc status=none
    cp newer before
    run -65 --separate-stderr garner ingest --ledger=newer docs
    [ "$stderr" = "garner ingest: 'newer' was written by a newer garner (version 99, this one knows 1)" ]
    cmp newer before
    cp l foreign
    printf 'abcd' | dd of=foreign bs=1 seek=68 conv=notrunc status=none
    run -65 --separate-stderr garner ingest --ledger=foreign docs
    [ "$stderr" = "garner ingest: 'foreign' is a database of another program, expected a ledger of 'garner ingest'" ]
    dd if=/dev/urandom of=l bs=1 seek=100 count=3000 conv=notrunc status=none
    run -65 garner ingest --ledger=l docs
}

@test "ingest --ledger: one run at a time" {
    (
        flock 9
        echo "$$ here 2026-01-01T00:00:00Z" >&9
        run -75 --separate-stderr garner ingest --ledger=l docs
        [ "$stderr" = "garner ingest: 'l.lock' is locked by process $$ on here since 2026-01-01T00:00:00Z" ]
    ) 9> l.lock
}

@test "ingest --ledger --dry-run: says what would come out and writes nothing" {
    run -0 --separate-stderr garner ingest --ledger=l --dry-run docs
    [ "${stderr_lines[0]}" = "garner ingest: ledger: 10 new, 0 changed, 0 pending, 0 unchanged, 0 vanished" ]
    [ ! -e l ]
    update docs
    echo changed > docs/a.md
    rm docs/b.md
    cp l before
    run -0 --separate-stderr garner ingest --ledger=l --dry-run docs
    [ "${stderr_lines[0]}" = "garner ingest: ledger: 0 new, 1 changed, 0 pending, 8 unchanged, 1 vanished (--prune deletes them)" ]
    cmp l before
}

@test "ingest --ledger: the summary counts files" {
    update docs
    echo changed > docs/a.md
    echo new > docs/k.md
    rm docs/b.md
    garner ingest --ledger=l --prune --summary=s docs > /dev/null
    [ "$(jq -c '[.. | objects | select(has("files_new"))][0] | [.files_new, .files_changed, .files_unchanged, .files_vanished, .tombstones]' s)" = "[1,1,8,1,2]" ]
}

@test "sort, shuffle, sample: the mark of a run stays behind what it is about" {
    garner ingest --ledger=l docs > stream.jsonl
    for command in "sort --by=-id" "shuffle --seed=1" "sample --count=3"; do
        # shellcheck disable=SC2086 # options
        [ "$(garner $command stream.jsonl | tail -n 1)" = "$(tail -n 1 stream.jsonl)" ]
    done
}

@test "ingest --ledger: a sidecar that comes, changes or goes has its file come out" {
    update docs
    echo '{"metadataAttributes": {"team": "a"}}' > docs/b.md.metadata.json
    [ "$(changes docs)" = "-docs/b.md docs/b.md mark" ]
    update docs
    [ -z "$(changes docs)" ]
    echo '{"metadataAttributes": {"team": "b"}}' > docs/b.md.metadata.json
    update docs
    [ "$(garner query kb text --where "metadata.team = 'b'" --mode=lexical --format=jsonl | jq -r .id)" = docs/b.md ]
    echo '{oops' > docs/b.md.metadata.json # attributes may decide who sees a document: it must not stay
    run -2 --separate-stderr garner ingest -q --ledger=l docs
    [ "$(head -n 1 <<< "$output")" = '{"id":"docs/b.md","deleted":true}' ]
    rm docs/b.md.metadata.json
    [ "$(changes --prune docs)" = "-docs/b.md docs/b.md mark" ]
}
