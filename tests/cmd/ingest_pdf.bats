# ingest_pdf.bats - PDF files through the real pdftotext, where it is installed, and runs without it.
bats_require_minimum_version 1.5.0
load ../support/setup

# pdf FILE TEXT... - a PDF with one page for each TEXT; an empty TEXT is an empty page.
pdf() {
    python3 - "$@" <<'EOF'
import sys
path, texts = sys.argv[1], sys.argv[2:]
objects = [b"<</Type/Catalog/Pages 2 0 R>>",
           b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(texts), b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(texts)))),
           b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
for i, text in enumerate(texts):
    objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>" % (5 + 2 * i))
    content = b"BT /F 12 Tf 72 700 Td (%s) Tj ET" % text.encode() if text else b""
    objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
objects.append(b"<</Title(Tide tables)/Author(Harbour)/CreationDate(D:20240301080000Z)>>")
out, places = b"%PDF-1.4\n", []
for i, body in enumerate(objects):
    places.append(len(out))
    out += b"%d 0 obj\n%s\nendobj\n" % (i + 1, body)
xref = len(out)
out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
out += b"".join(b"%010d 00000 n \n" % place for place in places)
out += b"trailer <</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(objects), xref)
open(path, "wb").write(out)
EOF
}

need_pdftotext() {
    command -v pdftotext > /dev/null || skip "pdftotext is not installed"
}

@test "ingest: a PDF becomes text with its pages, and chunk --strategy page keeps to them" {
    need_pdftotext
    pdf tides.pdf 'High water at noon' '' 'Low water at six'
    run -0 --separate-stderr garner ingest tides.pdf
    [ "$(jq -c '[.text, .metadata.mime, .metadata.title, .metadata.author, .metadata.created, .metadata.pages]' <<< "$output")" = \
        '["High water at noon\n\n\nLow water at six\n","application/pdf","Tide tables","Harbour","2024-03-01T08:00:00Z",[0,20,21]]' ]
    garner ingest tides.pdf | garner chunk --strategy page > pages.jsonl
    [ "$(jq -c '[.id, .text, .metadata.page, .metadata.pages]' pages.jsonl)" = \
        '["tides.pdf#0","High water at noon",1,null]
["tides.pdf#1","Low water at six",3,null]' ]
}

@test "ingest: a PDF from standard input, in an archive and in a zip" {
    need_pdftotext
    pdf tides.pdf 'High water at noon'
    tar -cf tides.tar tides.pdf
    zip -q tides.zip tides.pdf
    [ "$(garner ingest tides.tar tides.zip | jq -r '.id + " " + .text' | grep water)" = 'tides.tar!/tides.pdf High water at noon
tides.zip!/tides.pdf High water at noon' ]
    [ "$(garner ingest --name tides.pdf < tides.pdf | jq -r .id)" = tides.pdf ]
}

@test "ingest: a damaged and an empty PDF are rejects with their reason, the rest goes on" {
    need_pdftotext
    mkdir docs
    pdf docs/blank.pdf ''
    printf '%%PDF-1.4\nnothing' > docs/broken.pdf
    echo text > docs/c.txt
    run -2 --separate-stderr garner ingest docs
    [ "$(jq -r .id <<< "$output")" = docs/c.txt ]
    [ "$stderr" = "garner ingest: docs/blank.pdf: the PDF has no text, only pictures or nothing at all
garner ingest: docs/broken.pdf: pdftotext: Couldn't read xref table
garner ingest: 2 of 3 records were rejected (E_NO_TEXT 1, E_PDF 1)" ]
}

@test "ingest: without pdftotext PDF files are told once and counted, and --on-error fail is 69" {
    local garner
    garner=$(command -v garner)
    mkdir docs empty
    for name in a b c; do printf '%%PDF-1.4\n' > docs/$name.pdf; done
    echo text > docs/d.txt
    run -2 --separate-stderr env PATH="$PWD/empty" "$garner" ingest docs
    [[ "$output" == '{"id":"docs/d.txt"'* ]]
    [ "$stderr" = "garner ingest: docs/a.pdf: PDF files are read by pdftotext, which is not in PATH: install poppler-utils
garner ingest: 3 of 4 records were rejected (E_NO_PROGRAM 3)" ]
    run -69 --separate-stderr env PATH="$PWD/empty" "$garner" ingest --on-error fail docs
}
