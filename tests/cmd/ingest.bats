load ../support/setup

# ids OPTION...: what ingest finds, one id a line.
ids() {
    garner ingest -q "$@" | jq -r .id
}

# tree: a small folder of documents, with things that are none.
tree() {
    mkdir -p docs/sub docs/.git docs/.hidden docs/drafts
    printf '# Keys\n\nRotate them.\n' > docs/keys.md
    printf 'plain\n' > docs/sub/note.txt
    printf 'draft\n' > docs/drafts/a.md
    printf 'x\n' > docs/.git/config
    printf 'x\n' > docs/.hidden/a.md
    printf '\x89PNG\r\n\x1a\n\0\0\0' > docs/logo.png
    printf 'b\n' > docs/b.md
}

# archive KIND FILE FOLDER: packs the folder's content with python3.
archive() {
    python3 - "$@" << 'END'
import os, sys, tarfile, zipfile
kind, file, folder = sys.argv[1:]
names = sorted(os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs)
if kind == "zip":
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
        for n in names:
            z.writestr(zipfile.ZipInfo(n, (2024, 5, 6, 7, 8, 10)), open(n, "rb").read(), zipfile.ZIP_DEFLATED)
else:
    formats = {"ustar": tarfile.USTAR_FORMAT, "pax": tarfile.PAX_FORMAT, "gnu": tarfile.GNU_FORMAT}
    with tarfile.open(file, "w", format=formats[kind]) as t:
        for n in names:
            i = t.gettarinfo(n); i.mtime = 1700000000; t.addfile(i, open(n, "rb"))
END
}

@test "ingest: a folder gives one record a document, in the order of paths, with the promised metadata" {
    tree
    run --separate-stderr garner ingest docs
    [ "$status" -eq 0 ]
    [ "$stderr" = "garner ingest: 1 file was left out, no text in them (image 1)" ]
    [ "${lines[0]}" = '{"id":"docs/b.md","text":"b\n","metadata":{"source":"docs/b.md","mime":"text/markdown","bytes":2,"hash":"ccd433e50931cf855b19ef905838a84a"}}' ]
    [ "$(jq -r .id <<< "$output" | tr '\n' ' ')" = "docs/b.md docs/drafts/a.md docs/keys.md docs/sub/note.txt " ]
    [ "$(jq -r 'select(.id == "docs/keys.md").metadata.title' <<< "$output")" = Keys ]
}

@test "ingest: the same bytes for every spelling of the folder, any --jobs and any locale" {
    tree
    for i in {1..150}; do echo "file $i" > "docs/sub/$i.txt"; done
    garner ingest -q -j1 docs > expected
    (cd docs && garner ingest -q .) | cmp - expected
    garner ingest -q -j2 "$PWD/docs/" | cmp - expected
    LC_ALL=C.UTF-8 TZ=Asia/Tokyo garner ingest -q -j7 ./docs// | cmp - expected
    [ "$(wc -l < expected)" -eq 154 ]
}

@test "ingest: --include, --exclude, --hidden, --root-name and --gitignore choose and name" {
    tree
    [ "$(ids --include '*.md' --exclude drafts/ docs)" = "$(printf 'docs/b.md\ndocs/keys.md')" ]
    [ "$(ids --include /sub/ docs)" = docs/sub/note.txt ]
    [ "$(ids --exclude '*' --exclude '!*.txt' --exclude '!sub/' docs)" = docs/sub/note.txt ]
    [ "$(ids --hidden --include a.md docs)" = "$(printf 'docs/.hidden/a.md\ndocs/drafts/a.md')" ]
    [ "$(ids --root-name wiki --include b.md docs)" = wiki/b.md ]
    [ "$(ids --root-name wiki docs/b.md docs/keys.md)" = "$(printf 'wiki/b.md\nwiki/keys.md')" ]
    [ "$(ids --root-name '' --include b.md docs)" = b.md ]
    printf '*.md\n!b.md\nsub/\n' > docs/.gitignore
    [ "$(ids --gitignore docs)" = docs/b.md ]
    run -64 --separate-stderr garner ingest --include 'a[' docs
    [ "${stderr_lines[0]}" = "garner ingest: --include: pattern 'a[' has an open bracket or an unknown class" ]
}

@test "ingest: --gitignore agrees with git on a tree of patterns" {
    command -v git > /dev/null || skip "git is not installed"
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
    git init -q repository && cd repository
    mkdir -p a/b/c d/a 'x y' keep/deep logs
    for f in a/1.log a/b/2.log a/b/c/3.md d/a/4.md 'x y/5.md' keep/6.log keep/deep/7.md logs/8.txt 9.md '[z].md' '#h' '!n'; do echo "$f" > "$f"; done
    printf '*.log\n!keep/*.log\n/d/\nx\\ y/\nkeep/**/7.md\n\\#h\n\\!n\n[[]z].md\nlogs/*\n!logs/8.txt\n' > .gitignore
    printf '!2.log\nc/*\n!c/3.md\n' > a/b/.gitignore
    printf '9.md\n' > .git/info/exclude
    git ls-files -o --exclude-standard | grep -v gitignore | sed 's,^,repository/,' | sort > ../expected
    [ "$(wc -l < ../expected)" -eq 4 ]
    ids --gitignore --as text . | sort | diff ../expected -
}

@test "ingest: operands that are missing or have one name are refused before anything is read" {
    mkdir -p a/docs b/docs && echo x > a/docs/x.md
    run -66 --separate-stderr garner ingest a/docs missing
    [ -z "$output" ]
    [ "$stderr" = "garner ingest: missing: cannot open: no such file or directory" ]
    run -64 --separate-stderr garner ingest a/docs b/docs
    [ "${stderr_lines[0]}" = "garner ingest: 'a/docs' and 'b/docs' would both be 'docs' in the ids: ingest them apart, with --root-name" ]
    run -64 --separate-stderr garner ingest --root-name wiki a/docs a/docs/x.md
    [ "${stderr_lines[0]}" = "garner ingest: 'a/docs' and 'a/docs/x.md' would both be 'wiki' in the ids: ingest them apart, with --root-name" ]
    mkdir empty
    run -0 --separate-stderr garner ingest empty
    [ -z "$output$stderr" ]
}

@test "ingest: what cannot be read is named, counted and kept, and the rest goes on" {
    mkdir docs
    echo good > docs/a.md
    printf 'SQLite format 3\0' > docs/b.db
    ln -s nowhere docs/c.md
    echo good > docs/d.md
    run -2 --separate-stderr garner ingest --follow-links --rejects rejects docs
    [ "$(jq -r .id <<< "$output" | tr '\n' ' ')" = "docs/a.md docs/d.md " ]
    [ "$stderr" = "garner ingest: 2 of 4 records were rejected (E_FORMAT 1, E_NO_INPUT 1); they are in rejects" ] ||
        [ "$stderr" = "garner ingest: 2 of 4 records were rejected (E_NO_INPUT 1, E_FORMAT 1); they are in rejects" ]
    [ "$(jq -r '[.file, .code, .reason] | join(" ")' rejects | sort)" = "docs/b.db E_FORMAT an SQLite database, which this version does not read
docs/c.md E_NO_INPUT the link leads nowhere" ]
    run -65 --separate-stderr garner ingest --on-error fail docs
    [ "$(grep -c '"id"' <<< "$output")" -eq 1 ]
    run -2 --separate-stderr garner ingest docs/b.db
    [ "${stderr_lines[0]}" = "garner ingest: docs/b.db: an SQLite database, which this version does not read" ]
    printf '\x7fELF\0\0' > docs/program
    run -2 --separate-stderr garner ingest docs/program
    [ "${stderr_lines[0]}" = "garner ingest: docs/program: a program or object file, which this version does not read" ]
}

@test "ingest: --dry-run counts and names, and reads nothing" {
    tree
    chmod 0 docs/keys.md
    run --separate-stderr garner ingest --dry-run -v --exclude '*.png' --exclude drafts/ docs
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ "${stderr_lines[0]}" = "garner ingest: would read docs/b.md (2 bytes)" ]
    [ "${stderr_lines[3]}" = "garner ingest: would read 3 files, 29 bytes" ]
    [ "${stderr_lines[4]}" = "garner ingest: dry run: 3 in, 0 out, 0 dropped, 0 rejected; nothing was written" ]
}

@test "ingest: standard input and named pipes, by name or --as" {
    [ "$(printf '# T\n' | garner ingest --name x/note.md | jq -c '[.id, .metadata.mime, .metadata.title]')" = '["x/note.md","text/markdown","T"]' ]
    [ "$(printf '# T\n' | garner ingest --as text - | jq -c '[.id, .metadata.mime]')" = '["stdin","text/plain"]' ]
    [ "$(garner ingest --as text <(echo hello) | jq -r .text)" = hello ]
    [ "$(printf '# T\n' | zstd -q | garner ingest --name note.md | jq -r .metadata.title)" = T ]
    tree
    [ "$(tar -C docs -cf - keys.md b.md | garner ingest --name docs.tar | jq -r .id | tr '\n' ' ')" = 'docs.tar!/keys.md docs.tar!/b.md ' ]
    archive zip docs.zip docs
    [ "$(garner ingest -q < docs.zip | jq -r .id | tr '\n' ' ')" = 'stdin!/docs/b.md stdin!/docs/drafts/a.md stdin!/docs/keys.md stdin!/docs/sub/note.txt ' ]
}

@test "ingest: compressed files are read as what they hold" {
    printf '# T\n' > a.md
    gzip -k a.md && zstd -q a.md && xz -k a.md && bzip2 -k a.md && lz4 -q a.md a.md.lz4 && gzip -c a.md.xz > double.md.xz.gz
    for f in a.md.gz a.md.zst a.md.xz a.md.bz2 a.md.lz4 double.md.xz.gz; do
        [ "$(garner ingest "$f" | jq -c '[.id, .text, .metadata.mime, .metadata.bytes]')" = "[\"$f\",\"# T\\n\",\"text/markdown\",4]" ]
    done
    gzip -c double.md.xz.gz > triple.gz
    run -2 --separate-stderr garner ingest triple.gz
    [ "${stderr_lines[0]}" = "garner ingest: triple.gz: compressed more than 2 times over" ]
    head -c 20 a.md.gz > cut.gz
    run -2 --separate-stderr garner ingest cut.gz
    [[ "${stderr_lines[0]}" = "garner ingest: cut.gz: gzip data are cut short after byte "* ]]
}

@test "ingest: tar of every kind, zip, 7z and cpio give the same documents" {
    tree
    rm -r docs/.git docs/.hidden
    mkdir -p "docs/$(printf 'long%.0s' {1..30})"
    echo long > "docs/$(printf 'long%.0s' {1..30})/$(printf 'name%.0s' {1..20}).md"
    head -c 3000000 /dev/zero | tr '\0' 'x' > docs/large.txt
    ids docs > expected
    garner ingest -q docs | jq -c '[.text, .metadata.hash]' > texts
    archive pax docs.tar docs
    for kind in ustar gnu pax; do archive "$kind" "$kind.tar" docs; done
    tar -cf plain.tar docs && gzip -k plain.tar && zstd -q plain.tar && xz -k plain.tar && bzip2 -k plain.tar
    archive zip docs.zip docs
    for f in ustar.tar gnu.tar pax.tar docs.zip plain.tar.xz plain.tar.bz2; do
        ids "$f" | sed 's,^[^!]*!/,,' | sort | diff <(sort expected) - || { echo "$f"; return 1; }
        garner ingest -q "$f" | jq -c '[.text, .metadata.hash]' | sort | cmp - <(sort texts) || { echo "$f"; return 1; }
    done
    for f in plain.tar.gz plain.tar.zst; do
        garner ingest -q "$f" | sed "s/$f/plain.tar/g" | cmp - <(garner ingest -q plain.tar)
    done
    if command -v bsdtar > /dev/null; then
        bsdtar --format 7zip -cf docs.7z docs && bsdtar --format newc -cf docs.cpio docs
        for f in docs.7z docs.cpio; do
            garner ingest -q "$f" | jq -c '[.text, .metadata.hash]' | sort | cmp - <(sort texts)
        done
    fi
}

@test "ingest: our tar reader and libarchive see the same members" {
    command -v bsdtar > /dev/null || skip "bsdtar is not installed"
    mkdir docs
    for i in {1..40}; do head -c $((i * 97)) /dev/zero | tr '\0' 'y' > "docs/$i.txt"; done
    ln docs/1.txt docs/hard.txt
    ln -s 1.txt docs/soft.txt
    for format in ustar pax gnutar v7; do
        bsdtar --format "$format" -cf "$format.tar" docs
        bsdtar -tf "$format.tar" | grep -v -e '/$' -e soft -e hard | sort > expected
        ids "$format.tar" | sed 's,^[^!]*!/,,' | sort | grep -v -e hard > found
        # Of two hard links the one that comes first is the file.
        diff <(grep -v '/1.txt' expected) <(grep -v '/1.txt' found)
    done
}

@test "ingest: archives in archives, as deep as --max-nesting" {
    mkdir in && echo deep > in/a.md
    archive zip 1.zip in
    mkdir two && mv 1.zip two/ && archive pax 2.tar two && gzip 2.tar
    mkdir three && mv 2.tar.gz three/ && archive zip 3.zip three
    mkdir four && mv 3.zip four/ && archive zip 4.zip four
    [ "$(ids four/3.zip)" = '3.zip!/three/2.tar.gz!/two/1.zip!/in/a.md' ]
    [ "$(garner ingest four/3.zip | jq -r .text)" = deep ]
    run -2 --separate-stderr garner ingest 4.zip
    [ "${stderr_lines[0]}" = 'garner ingest: 4.zip!/four/3.zip!/three/2.tar.gz!/two/1.zip: an archive inside 3 others is not opened (--max-nesting)' ]
    [ "$(ids --max-nesting 3 4.zip)" = '4.zip!/four/3.zip!/three/2.tar.gz!/two/1.zip!/in/a.md' ]
    [ "$(ids --max-nesting 3 --include '*.md' 4.zip | wc -l)" -eq 1 ]
    [ -z "$(ids --max-nesting 3 --include '*.txt' 4.zip)" ]
    [ -z "$(ids --max-nesting 3 --exclude 'two/' 4.zip)" ]
}

@test "ingest: hostile names stay inside, repeats are told apart, links and devices are passed over" {
    python3 - << 'END'
import io, tarfile, zipfile
def add(t, name, data=b"x\n", type=tarfile.REGTYPE):
    i = tarfile.TarInfo(name); i.type = type; i.size = len(data) if type == tarfile.REGTYPE else 0
    i.linkname = "/etc/passwd"; t.addfile(i, io.BytesIO(data))
with tarfile.open("names.tar", "w") as t:
    add(t, "../../etc/passwd"); add(t, "/abs.md"); add(t, "./same.md"); add(t, "same.md"); add(t, "a/../b.md")
    add(t, "soft", type=tarfile.SYMTYPE); add(t, "hard", type=tarfile.LNKTYPE); add(t, "null", type=tarfile.CHRTYPE)
    add(t, "new\nline.md"); add(t, ".hidden.md"); add(t, "x/.git/config")
with zipfile.ZipFile("names.zip", "w") as z:
    for n in ("C:\\dir\\a.md", "../up.md", "caf\u00e9.md"):
        z.writestr(n, "x\n")
END
    [ "$(garner ingest names.tar | jq -c .id)" = '"names.tar!/etc/passwd"
"names.tar!/abs.md"
"names.tar!/same.md"
"names.tar!/same.md~2"
"names.tar!/a/b.md"
"names.tar!/new\nline.md"' ]
    [ "$(garner ingest names.tar | jq -c '.metadata.raw_name' | tr '\n' ' ')" = '"../../etc/passwd" "/abs.md" null null "a/../b.md" null ' ]
    [ "$(ids names.zip | tr '\n' ' ')" = 'names.zip!/dir/a.md names.zip!/up.md names.zip!/café.md ' ]
    garner ingest --summary summary names.tar > /dev/null
    [ "$(jq -c '[.. | objects | select(has("archive_links_passed")) | .archive_links_passed, .archive_special_passed][0:2]' summary)" = '[2,1]' ]
}

@test "ingest: bombs, too many members and damaged archives end in one line that names the limit" {
    head -c 200000000 /dev/zero | tr '\0' 'x' | gzip > bomb.txt.gz
    run -2 --separate-stderr garner ingest bomb.txt.gz
    [ "${stderr_lines[0]}" = 'garner ingest: bomb.txt.gz: unpacks to more than 100 times its size (--max-expansion)' ]
    python3 - << 'END'
import zipfile
with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("before.md", "fine\n")
    for i in range(4):
        z.writestr("%d.txt" % i, b"z" * 40000000)
with zipfile.ZipFile("many.zip", "w") as z:
    for i in range(60):
        z.writestr("%d.md" % i, "x\n")
END
    run -2 --separate-stderr garner ingest bomb.zip
    [ "$(jq -r .id <<< "${lines[0]}")" = 'bomb.zip!/before.md' ]
    [[ "${stderr_lines[0]}" = 'garner ingest: bomb.zip!/'?'.txt: unpacks to more than 100 times its size (--max-expansion)' ]]
    run -2 --separate-stderr garner ingest --max-entries 50 many.zip
    [ "${#lines[@]}" -eq 50 ]
    [ "${stderr_lines[0]}" = 'garner ingest: many.zip: more than 50 members (--max-entries)' ]
    head -c 1000 many.zip > cut.zip
    run -2 --separate-stderr garner ingest cut.zip
    [ "${#lines[@]}" -eq 27 ]
    [ "${stderr_lines[0]}" = "garner ingest: cut.zip: truncated ZIP file header (after member '26.md')" ]
    tree && archive pax docs.tar docs && head -c 1700 docs.tar > cut.tar
    run -2 --separate-stderr garner ingest cut.tar
    [[ "${stderr_lines[0]}" = 'garner ingest: cut.tar'*'the archive is cut short at byte 1700'* ]]
}

@test "ingest: a decoder child that is killed costs one archive, not the run" {
    mkdir docs && echo first > docs/a.md && echo last > docs/z.md
    python3 - << 'END'
import zipfile, os
with zipfile.ZipFile("docs/m.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for i in range(400):
        z.writestr("%d.txt" % i, os.urandom(60000).hex())
END
    # The child is seen by its parent's process id; it is stopped as soon as it is there.
    garner ingest -j1 docs > found 2> errors &
    parent=$!
    for _ in {1..2000}; do
        child=$(pgrep -P "$parent" 2> /dev/null) && break
    done
    if [ -n "$child" ]; then kill -9 "$child" 2> /dev/null || true; fi
    code=0
    wait "$parent" || code=$?
    [ "$(head -1 found | jq -r .id)" = docs/a.md ]
    [ "$(tail -1 found | jq -r .id)" = docs/z.md ]
    if [ "$code" -ne 0 ]; then
        [ "$code" -eq 2 ]
        grep -q 'docs/m.zip.*: the decoder died: signal 9 (killed)' errors
    fi
}

@test "ingest: --modified is the file's time in UTC, and off by default" {
    tree
    touch -d '2024-02-29 12:34:56 UTC' docs/b.md
    [ "$(garner ingest --modified --include b.md docs | jq -r .metadata.modified)" = 2024-02-29T12:34:56Z ]
    [ "$(garner ingest --include b.md docs | jq .metadata.modified)" = null ]
    archive pax docs.tar docs
    [ "$(garner ingest --modified --include b.md docs.tar | jq -r .metadata.modified)" = 2023-11-14T22:13:20Z ]
}

@test "ingest: --digest is the SHA-256 of the file's or member's bytes" {
    tree
    head -c 6000000 /dev/zero | tr '\0' 'x' > docs/large.txt
    garner ingest -q --digest docs > found
    for f in docs/b.md docs/large.txt; do
        [ "$(jq -r --arg f "$f" 'select(.id == $f).metadata.sha256' found)" = "$(sha256sum < "$f" | cut -d' ' -f1)" ]
    done
    tar -cf docs.tar docs/b.md
    [ "$(garner ingest --digest docs.tar | jq -r .metadata.sha256)" = "$(sha256sum < docs/b.md | cut -d' ' -f1)" ]
    [ "$(garner ingest docs.tar | jq -r .metadata.sha256)" = null ]
}

@test "ingest: rows of one run that share an id are rejected, with both places" {
    printf 'id,text\n1,a\n2,b\n1,c\n' > a.csv
    printf '{"n":"x","text":"d"}\n{"n":"2","text":"e"}\n' > b.jsonl
    run -2 --separate-stderr garner ingest -j1 --id-field id --text-field text a.csv
    [ "${stderr_lines[0]}" = "garner ingest: a.csv:4: id '1' was there already at a.csv:2" ]
    [ "$(jq -r '[.id, .text] | join(" ")' <<< "$output" | tr '\n' ',')" = "1 a,2 b," ]
    run -65 --separate-stderr garner ingest --id-field id --text-field text --on-error fail a.csv
    run -0 garner ingest --text-field text a.csv b.jsonl
    [ "$(jq -r .id <<< "$output" | sort -u | wc -l)" -eq 5 ]
}

@test "ingest: ids that rows have themselves are compared over files too; rows that are alike are none" {
    printf '{"id":"x","text":"a"}\n{"text":"same"}\n{"text":"same"}\n' > a.jsonl
    printf '[{"_id":"y","title":"t","text":"b"},\n{"text":"c","id":"x"}]' > b.json
    run -2 --separate-stderr garner ingest -j2 --rejects rejects a.jsonl b.json
    [ "$(jq -r '.id' <<< "$output" | sed -E 's/[0-9a-f]{32}/HASH/' | tr '\n' ' ')" = "x a.jsonl#HASH a.jsonl#HASH~2 y " ]
    [ "$(jq -r '[.file, .line, .code, .reason] | join(" ")' rejects)" = "b.json 2 E_DUPLICATE_ID id 'x' was there already at a.jsonl:1" ]
    run -2 --separate-stderr garner ingest --ledger L a.jsonl b.json
    [ "${stderr_lines[0]}" = "garner ingest: b.json:2: id 'x' was there already at a.jsonl:1" ]
    run -2 --separate-stderr garner ingest --ledger L a.jsonl b.json
    [ "${stderr_lines[0]}" = "garner ingest: b.json:2: id 'x' was there already at a.jsonl:1" ]
    run -65 garner ingest --on-error fail a.jsonl b.json
    printf '{"id":"x","text":"a"}\n{"id":"x","text":"b"}\n' > log.jsonl
    [ "$(garner ingest --follow --idle-exit 0.1s log.jsonl | jq -r .text | tr '\n' ' ')" = "a b " ]
}

@test "ingest: a reader that leaves ends the run quietly, a full disk does not" {
    mkdir docs && for i in {1..300}; do seq 1 2000 > "docs/$i.txt"; done
    run bash -c 'set -o pipefail; garner ingest docs 2> errors | head -1 | jq -r .id'
    [ "${lines[0]}" = docs/1.txt ]
    [ ! -s errors ]
    run -74 garner ingest docs -o /dev/full
}
