# ingest_formats.bats - what the decoders make of a file, through the tool: text, Markdown, HTML, CSV, JSON, JSONL.
bats_require_minimum_version 1.5.0
load ../support/setup

# text FILE [OPTION...] - the texts of FILE's records.
text() {
    garner ingest "${@:2}" "$1" | jq -r .text
}

@test "ingest: HTML becomes text with headings, lists, rows and code; menus only on demand" {
    cat > page.html <<'EOF'
<html lang="en"><title>Keys &amp; rotation</title><nav>Home | Docs</nav>
<h1>Rotate  keys</h1><p>Every <b>90</b> days:<ol><li>make one<li>drop the old</ol>
<table><tr><th>key<th>age<tr><td>a<td>3</table><pre>$ rotate
  --now</pre><script>no()</script><footer>2024</footer>
EOF
    [ "$(text page.html)" = '# Rotate keys

Every 90 days:

1. make one
2. drop the old

key | age
a | 3

```
$ rotate
  --now
```' ]
    [ "$(garner ingest page.html | jq -r '.metadata | .title + "," + .language')" = "Keys & rotation,en" ]
    [ "$(text page.html --keep-navigation | sed -n '1p;$p')" = "Home | Docs
2024" ]
}

@test "ingest: charsets by mark, declaration, --charset and form" {
    printf '\xff\xfeG\0r\0\xfc\0n\0' > mark.txt
    printf '<meta charset=koi8-r><p>\xd0\xd2\xc9\xd7\xc5\xd4' > declared.html
    printf '\xcf\xf0\xe8\xe2\xe5\xf2' > told.txt
    printf 'Gr\xfcn und wei\xdf' > western.txt
    [ "$(text mark.txt)" = "Grün" ]
    [ "$(text declared.html)" = "привет" ]
    [ "$(text told.txt --charset windows-1251)" = "Привет" ]
    [ "$(text western.txt)" = "Grün und weiß" ]
    printf 'ok \xff\xe2\x82 z\xc3\xa9ro' > broken.txt
    [ "$(garner ingest broken.txt | jq -c '[.text, .metadata.replaced]')" = '["ok �� zéro",2]' ]
}

@test "ingest: CSV rows by column, faulty ones rejected with their line" {
    printf 'id,title,body,year\n1,"A, b","say ""hi""\nthere",1999\nbroken,row\n2,C,d,\n2,C,d,\n' > rows.csv
    run -2 --separate-stderr garner ingest rows.csv
    [ "$(jq -r .text <<< "$output" | head -5)" = 'id: 1
title: A, b
body: say "hi"
there
year: 1999' ]
    [[ "$stderr" == *"rows.csv:4: 2 fields, expected 4 as in the header"* ]]
    [[ "$(jq -r .id <<< "$output" | tail -1)" == rows.csv#*~2 ]]
    run -2 --separate-stderr garner ingest --text-field body --id-field id --metadata-fields year,title rows.csv
    [ "$(head -1 <<< "$output" | jq -c '[.id, .text, .metadata.year, .metadata.title]')" = '["1","say \"hi\"\nthere",1999,"A, b"]' ]
}

@test "ingest: a JSON object is a document, an array and lines are rows; documents keep their id" {
    echo '{"title": "T", "tags": ["a", "b"], "deep": {"x": [{"y": 1.0}]}}' > object.json
    [ "$(text object.json)" = 'title: T
tags: a, b
deep.x[0].y: 1.0' ]
    echo '[{"id": "a", "text": "one"}, {"content": "two", "n": 2}, 3]' > array.json
    run -2 --separate-stderr garner ingest array.json
    [ "$(jq -r .text <<< "$output" | paste -sd,)" = "one,two" ]
    [ "$(head -1 <<< "$output")" = '{"id": "a", "text": "one","metadata":{"source":"array.json"}}' ]
    [[ "$stderr" == *"array.json:1: the line is a number, expected an object"* ]]
    printf '{"_id": "d1", "title": "T", "text": "x"}\n{"id": "d2", "text": "y", "n": 1e400}\n' > beir.jsonl
    [ "$(garner ingest beir.jsonl | jq -c '[.id, .text]' | paste -sd,)" = '["d1","T\n\nx"],["d2","y"]' ]
    garner ingest beir.jsonl | grep -q '"n": 1e400,'
}

@test "ingest: a pipe and a file of rows give the same records, and a large one is streamed" {
    seq 1 200000 | awk 'BEGIN { print "n,word" } { print $1 ",\"w" $1 "\"" }' > many.csv
    garner ingest many.csv | sed 's/many\.csv//g' | cksum > file.sum
    garner ingest --as csv --name many.csv - < many.csv | sed 's/many\.csv//g' | cksum > pipe.sum
    cmp file.sum pipe.sum
    (limit_memory 400000; garner ingest --jobs 1 many.csv | tail -1 | jq -r .text) | grep -qx 'n: 200000'
}
