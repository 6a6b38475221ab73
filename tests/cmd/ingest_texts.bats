# ingest_texts.bats - text files of certain kinds: front matter and sidecars, source code, reStructuredText, RTF,
# subtitles.
bats_require_minimum_version 1.5.0
load ../support/setup

# text FILE [OPTION...]
text() {
    garner ingest "${@:2}" "$1" | jq -r .text
}

# metadata FILE: without what every document has.
metadata() {
    garner ingest "$1" | jq -c '.metadata | del(.source, .mime, .bytes, .hash)'
}

@test "ingest: YAML front matter becomes metadata; what is none stays text" {
    printf -- '---\ntitle: The "key"\ntags: [a, b]\nlang: de\ndate: 2024-05-06\nsource: wiki\nn: {a: x}\n---\n# Head\n' > a.md
    [ "$(metadata a.md)" = '{"language":"de","title":"The \"key\"","tags":["a","b"],"lang":"de","date":"2024-05-06","document_source":"wiki","n":{"a":"x"}}' ]
    text a.md | grep -qx '# Head'
    printf -- '---\r\nk: 1\r\n---\r\nnote' > a.txt
    [ "$(metadata a.txt)" = '{"k":1}' ]
    printf -- '---\nx: {{template}}\n---\nrest\n' > b.md
    [ "$(metadata b.md)" = '{}' ]
    printf -- '---\n\nA rule above.\n' > c.md
    [ "$(metadata c.md)" = '{}' ]
    printf -- '---\nk: 1\n---\n' > a.yaml
    [ "$(metadata a.yaml)" = '{"code_language":"yaml"}' ]
}

@test "ingest: a bomb in front matter ends in a limit" {
    {
        echo ---
        echo 'a: &a [1,1,1,1,1,1,1,1,1,1]'
        for pair in ab bc cd de ef; do
            echo "${pair:1}: &${pair:1} [$(printf "*${pair:0:1},%.0s" {1..9})*${pair:0:1}]"
        done
        echo ---
    } > bomb.md
    run -2 --separate-stderr garner ingest bomb.md
    [ "${stderr_lines[0]}" = "garner ingest: bomb.md: front matter, line 6: more than 100000 nodes, an alias counted as what it stands for" ]
}

@test "ingest: attributes of a sidecar in both forms, and whose word stands" {
    mkdir docs
    printf -- '---\nowner: me\n---\n# Derived\n' > docs/a.md
    echo '{"metadataAttributes":{"owner":"other","title":"Told","hash":"mine","tags":["x"],
        "year":{"value":{"type":"NUMBER","numberValue":2024},"includeForEmbedding":true},
        "draft":{"value":{"type":"BOOLEAN","booleanValue":false},"includeForEmbedding":false},
        "list":{"value":{"type":"STRING_LIST","stringListValue":["p","q"]}}}}' > docs/a.md.metadata.json
    printf 'n,t\n1,a\n' > docs/b.csv
    echo '{"metadataAttributes":{"team":{"value":{"type":"STRING","stringValue":"blue"}}}}' > docs/b.csv.metadata.json
    echo '{"alone":1}' > docs/c.metadata.json
    run --separate-stderr garner ingest docs
    [ "$stderr" = "garner ingest: 2 files were left out, no text in them (sidecar 2)" ]
    [ "$(jq -c '.metadata | del(.mime, .bytes, .hash)' <<< "$output")" = '{"source":"docs/a.md","owner":"me","title":"Told","document_hash":"mine","tags":["x"],"year":2024,"draft":false,"list":["p","q"],"embed_fields":["year"]}
{"source":"docs/b.csv","team":"blue"}
{"source":"docs/c.metadata.json"}' ]
    [ "$(garner ingest --no-sidecars docs | jq -r .id | grep -c 'metadata.json')" -eq 3 ]
}

@test "ingest: a faulty sidecar is a fault of its file" {
    mkdir docs
    for name in a b c d; do echo text > docs/$name.txt; done
    echo '{"metadataAttributes":{"a":1,"a":2}}' > docs/a.txt.metadata.json
    echo '{"metadataAttributes":{"a":{"value":{"type":"NUMBER","stringValue":"1"}}}}' > docs/b.txt.metadata.json
    echo '{"attributes":{}}' > docs/c.txt.metadata.json
    echo '{' > docs/d.txt.metadata.json
    run -2 --separate-stderr garner ingest docs
    [ "$output" = "" ]
    [ "${stderr_lines[0]}" = "garner ingest: docs/a.txt: its sidecar docs/a.txt.metadata.json: attribute 'a' stands twice" ]
    [ "${stderr_lines[1]}" = "garner ingest: docs/b.txt: its sidecar docs/b.txt.metadata.json: attribute 'a' has no value of the type that it names" ]
    [ "${stderr_lines[2]}" = "garner ingest: docs/c.txt: its sidecar docs/c.txt.metadata.json: there is no object 'metadataAttributes'" ]
    [[ "${stderr_lines[3]}" = "garner ingest: docs/d.txt: its sidecar docs/d.txt.metadata.json: "* ]]
}

@test "ingest: source code is text that knows its language" {
    echo 'import os' > a.py
    echo 'all: x' > Makefile
    printf '#!/usr/bin/env -S python3.11 -u\n' > run
    printf '#!/bin/sh\n' > go
    echo '<template><p>x</p></template>' > a.vue
    echo 'plain' > a.txt
    [ "$(for file in a.py Makefile go a.vue a.txt; do metadata $file; done)" = '{"code_language":"python"}
{"code_language":"makefile"}
{"code_language":"shell"}
{"code_language":"vue"}
{}' ]
    gzip -n a.py
    [ "$(metadata a.py.gz)" = '{"code_language":"python"}' ]
    [ "$(text a.vue)" = '<template><p>x</p></template>' ]
}

@test "ingest: titles of reStructuredText become headings by the order of their marks; all else stays" {
    printf '=====\nTitle\n=====\n\nPart\n====\ntext\n\nSub\n---\n\n====  ====\na     b\n====  ====\n\nPart 2\n======\n\n----\n\n* x\n' > a.rst
    [ "$(text a.rst)" = '# Title

## Part
text

### Sub

====  ====
a     b
====  ====

## Part 2

----

* x' ]
    [ "$(garner ingest a.rst | garner chunk --size 5 --overlap 0 | jq -c 'select(.text | test("^a")).metadata.headings')" = '["Title","Part","Sub"]' ]
}

@test "ingest: RTF with its styles, tables, lists, notes and charsets" {
    cat > a.rtf << 'END'
{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}{\stylesheet{\s0 Normal;}{\s2 heading 2;}}
{\info{\title The title}{\author Ada}{\creatim\yr2024\mo1\dy2\hr3\min4}{\revtim\yr2024\mo5\dy6}}{\*\unknown gone}
{\header gone}\pard\s2 Keys\par\pard Gr\'fcn {\f1\'e4\'e0}\u8364? \{x\} {\v hidden}a b\line c{\footnote{} A note.}.\par
\pard{\listtext\bullet\tab}one\par{\listtext 2.\tab}two\par
\trowd\pard\intbl a\cell b\cell\row\pard\intbl c\cell d\cell\row\pard{\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}{\pict 0011}\par}
END
    [ "$(text a.rtf)" = '## Keys

Grün да€ {x} a b
c[^1].

- one
2. two

a | b
c | d

link

[^1]: A note.' ]
    [ "$(metadata a.rtf)" = '{"title":"The title","modified":"2024-05-06T00:00:00Z","author":"Ada","created":"2024-01-02T03:04:00Z"}' ]
    python3 -c 'print("{\\rtf1" + "{" * 2000)' > deep.rtf
    run -2 --separate-stderr garner ingest deep.rtf
    [ "${stderr_lines[0]}" = "garner ingest: deep.rtf: groups nest deeper than 1000" ]
}

@test "ingest: subtitles say when each line is spoken, and so does each chunk" {
    printf '1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello</i>\r\nthere\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}Bye &amp; so\r\n\r\n3\r\n01:01:00,000 --> 01:01:02,250\r\nLater\r\n' > a.srt
    [ "$(garner ingest a.srt | jq -c '[.text, .metadata.times]')" = '["Hello there\nBye & so\n\nLater",[[0,1,2.5],[12,3,4],[22,3660,3662.25]]]' ]
    [ "$(garner ingest a.srt | garner chunk --size 6 --overlap 0 | jq -c '[.text, .metadata.time_start, .metadata.time_end, .metadata.times]')" = '["Hello there\nBye & so",1,4,null]
["Later",3660,3662.25,null]' ]
    printf 'WEBVTT - x\n\nNOTE no\n\nSTYLE\n::cue {}\n\nid\n00:01.000 --> 00:02.000 align:start\n<v.loud Ada>Hi <00:01.500><c>all</c>\n' > b
    [ "$(garner ingest b | jq -c '[.text, .metadata.mime, .metadata.times]')" = '["Ada: Hi all","text/vtt",[[0,1,2]]]' ]
}
