# ingest_office.bats - office files and books through the tool: their text, what they say about themselves, and hostile
# ones.
bats_require_minimum_version 1.5.0
load ../support/setup

# office FILE [PART=TEXT...]
office() {
    python3 "$BATS_TEST_DIRNAME/../support/office.py" "$@"
}

# text FILE [OPTION...]
text() {
    garner ingest "${@:2}" "$1" | jq -r .text
}

# paragraph STYLE TEXT
paragraph() {
    printf '<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>' "$1" "$2"
}

@test "ingest: a Word document becomes headings, lists, tables, code and notes, in their order" {
    item='<w:p><w:pPr><w:numPr><w:ilvl w:val="%s"/><w:numId w:val="%s"/></w:numPr></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>'
    cell='<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>'
    {
        echo '<w:document xmlns:w="w"><w:body>'
        paragraph Kop1 'Keys &amp; locks'
        echo '<w:p><w:r><w:t xml:space="preserve">Rotate </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>'
        echo '<w:ins><w:r><w:t>them</w:t></w:r></w:ins><w:del><w:r><w:delText>it</w:delText></w:r></w:del>'
        echo '<w:r><w:tab/><w:t>now</w:t><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r></w:p>'
        # shellcheck disable=SC2059
        { printf "$item" 0 1 one; printf "$item" 1 2 a; printf "$item" 1 2 b; printf "$item" 0 1 two; }
        paragraph Code 'if (x)'
        paragraph Code '    y();'
        paragraph Sub 'Table'
        # shellcheck disable=SC2059
        echo "<w:tbl><w:tr>$(printf "$cell" key)$(printf "$cell" age)</w:tr><w:tr>$(printf "$cell" a)$(printf "$cell" 3)</w:tr></w:tbl>"
        echo '<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></mc:Choice>'
        echo '<mc:Fallback><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>'
        echo '<w:p><w:r><w:drawing><wp:docPr xmlns:wp="p" id="1" name="x" descr="A key"/></w:drawing></w:r></w:p></w:body></w:document>'
    } > document.xml
    office a.docx word/document.xml=@document.xml \
        word/styles.xml='<w:styles xmlns:w="w"><w:style w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>
            <w:style w:styleId="Sub"><w:name w:val="Mine"/><w:basedOn w:val="Kop2"/></w:style>
            <w:style w:styleId="Kop2"><w:name w:val="Other"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
            <w:style w:styleId="Code"><w:name w:val="Source Code"/></w:style></w:styles>' \
        word/numbering.xml='<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>
            <w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
            <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>' \
        word/footnotes.xml='<w:footnotes xmlns:w="w"><w:footnote w:id="2"><w:p><w:r><w:t>At the foot.</w:t></w:r></w:p></w:footnote></w:footnotes>' \
        word/endnotes.xml='<w:endnotes xmlns:w="w"><w:endnote w:id="2"><w:p><w:r><w:t>At the end.</w:t></w:r></w:p></w:endnote></w:endnotes>'
    [ "$(text a.docx)" = '# Keys & locks

Rotate them now[^1][^2]

3. one
   - a
   - b
4. two

```
if (x)
    y();
```

## Table

key | age
a | 3

boxed

[A key]

[^1]: At the foot.

[^2]: At the end.' ]
    [ "$(garner ingest a.docx | jq -c '.metadata | del(.hash, .bytes)')" = '{"source":"a.docx","mime":"application/vnd.openxmlformats-officedocument.wordprocessingml.document","title":"A title","language":"en-GB","modified":"2024-05-06T07:08:09Z","author":"Ada","created":"2024-01-02T03:04:05Z"}' ]
    [ "$(garner ingest a.docx | garner chunk --size 20 --overlap 0 | jq -c 'select(.text | test("boxed")).metadata.headings')" = '["Keys & locks","Table"]' ]
}

@test "ingest: a presentation is a page for each slide, with notes, and its pages reach the chunks" {
    shape='<p:sp><p:nvSpPr><p:nvPr>%s</p:nvPr></p:nvSpPr><p:txBody>%s</p:txBody></p:sp>'
    line='<a:p><a:pPr lvl="%s"/><a:r><a:t>%s</a:t></a:r></a:p>'
    # shellcheck disable=SC2059
    {
        echo "<p:sld>$(printf "$shape" '<p:ph type="title"/>' "$(printf "$line" 0 'Why keys')")" \
            "$(printf "$shape" '<p:ph idx="1"/>' "$(printf "$line" 0 first)$(printf "$line" 1 deeper)")" \
            "$(printf "$shape" '<p:ph type="sldNum"/>' "$(printf "$line" 0 1)")</p:sld>" > slide1.xml
        echo "<p:sld>$(printf "$shape" '' "$(printf "$line" 0 'A free text')")</p:sld>" > slide3.xml
        echo "<p:notes>$(printf "$shape" '<p:ph type="body"/>' "$(printf "$line" 0 'Say hello.')")" \
            "$(printf "$shape" '<p:ph type="sldNum"/>' "$(printf "$line" 0 1)")</p:notes>" > notes.xml
    }
    office a.pptx ppt/slides/slide1.xml=@slide1.xml ppt/slides/slide2.xml='<p:sld/>' ppt/slides/slide3.xml=@slide3.xml \
        ppt/slides/_rels/slide1.xml.rels='<Relationships><Relationship Id="a" Type="x/notesSlide" Target="../notesSlides/n1.xml"/></Relationships>' \
        ppt/notesSlides/n1.xml=@notes.xml \
        ppt/presentation.xml='<p:presentation xmlns:r="r"><p:sldIdLst><p:sldId id="1" r:id="r1"/><p:sldId id="2" r:id="r2"/><p:sldId id="3" r:id="r3"/></p:sldIdLst></p:presentation>'
    [ "$(text a.pptx)" = '# Why keys

- first
  - deeper

Notes: Say hello.


A free text' ]
    [ "$(garner ingest a.pptx | garner chunk --strategy page | jq -c '[.metadata.page, .text]' | tail -1)" = '[3,"A free text"]' ]
}

@test "ingest: a workbook is a heading for each sheet and a line for each row; numbers read as they are shown" {
    office a.xlsx xl/workbook.xml='<workbook xmlns:r="r"><sheets><sheet name="Keys" r:id="r1"/><sheet name="Empty" r:id="r2"/></sheets></workbook>' \
        xl/sharedStrings.xml='<sst><si><t>name</t></si><si><r><t>long </t></r><r><t xml:space="preserve"> text</t></r><rPh><t>no</t></rPh></si></sst>' \
        xl/styles.xml='<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-407]d\.\ mmmm\ yyyy"/></numFmts>
            <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="22"/><xf numFmtId="9"/><xf numFmtId="21"/><xf numFmtId="46"/></cellXfs></styleSheet>' \
        xl/worksheets/sheet2.xml='<worksheet/>' \
        xl/worksheets/sheet1.xml='<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
            <row r="2"><c r="A2" s="1"><v>45292</v></c><c r="B2" s="2"><v>61</v></c><c r="C2" s="3"><v>45292.5</v></c></row>
            <row r="3"><c r="A3" s="4"><v>0.256</v></c><c r="C3" t="b"><v>1</v></c><c r="D3" t="inlineStr"><is><t>in line</t></is></c></row>
            <row r="4"><c r="A4"/></row>
            <row r="5"><c r="B5"><f>1/3</f><v>0.10000000000000001</v></c><c t="e"><v>#DIV/0!</v></c><c s="5"><v>0.75</v></c><c s="6"><v>1.5</v></c><c t="str"><v>sum</v></c></row>
            </sheetData></worksheet>'
    [ "$(text a.xlsx)" = '# Keys

name | long text
2024-01-01 | 1900-03-01 | 2024-01-01 12:00:00
25.6% | | TRUE | in line
| 0.1 | #DIV/0! | 18:00:00 | 36:00:00 | sum' ]
}

@test "ingest: OpenDocument texts, sheets and slides" {
    office a.odt meta.xml='<m xmlns:dc="d"><dc:title>T</dc:title><dc:date>2024-05-06T07:08:09.5</dc:date></m>' \
        content.xml='<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:style="s"><office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style></office:automatic-styles>
<office:body><office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h text:outline-level="2">Head</text:h><text:p>One<text:s text:c="3"/>two<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note> three.</text:p>
<text:list text:style-name="L1"><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>deep</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>b</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>'
    [ "$(text a.odt)" = '## Head

One two[^1] three.

1. a
   - deep
2. b

x | y

[^1]: A note.' ]
    [ "$(garner ingest a.odt | jq -c '.metadata | [.title, .modified]')" = '["T","2024-05-06T07:08:09Z"]' ]
    office a.ods content.xml='<d xmlns:office="o" xmlns:table="b" xmlns:text="t"><office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="2"><text:p>v</text:p></table:table-cell><table:table-cell><text:p>w</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></d>'
    [ "$(text a.ods)" = '# S

v | v | w' ]
    office a.odp content.xml='<d xmlns:office="o" xmlns:draw="b" xmlns:text="t"><office:presentation><draw:page><text:p>One</text:p></draw:page><draw:page><text:p>Two</text:p></draw:page></office:presentation></d>'
    [ "$(garner ingest a.odp | jq -c '[.text, .metadata.pages]')" = '["One\n\nTwo",[0,3]]' ]
}

@test "ingest: a book comes in the order of its spine, without its table of contents" {
    office a.epub OPS/book.opf='<package xmlns:dc="d"><metadata><dc:title>The book</dc:title><dc:creator>Ada</dc:creator><dc:language>de</dc:language><meta property="dcterms:modified">2024-05-06T07:08:09Z</meta></metadata>
        <manifest><item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/><item id="a" href="one.xhtml" media-type="application/xhtml+xml"/><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
        <spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>' \
        OPS/nav.xhtml='<html><body><p>contents</p></body></html>' \
        'OPS/text/two b.xhtml=<html><head><title/></head><body><h1>Two</h1><p>last</p></body></html>' \
        OPS/one.xhtml='<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x"><html><head><script src="x"/></head><body><h1>One</h1><p>first<br/>line</p></body></html>'
    [ "$(text a.epub)" = '# One

first
line

# Two

last' ]
    [ "$(garner ingest a.epub | jq -c '.metadata | [.title, .author, .language, .modified]')" = '["The book","Ada","de","2024-05-06T07:08:09Z"]' ]
}

@test "ingest: office files inside archives are documents, for any --jobs" {
    mkdir in
    for i in 1 2 3; do
        office in/$i.docx word/document.xml="<w:document xmlns:w='w'><w:p><w:r><w:t>text $i</w:t></w:r></w:p></w:document>"
    done
    python3 -m zipfile -c all.zip in/
    [ "$(garner ingest -j1 all.zip | jq -r '.id + " " + .text')" = 'all.zip!/in/1.docx text 1
all.zip!/in/2.docx text 2
all.zip!/in/3.docx text 3' ]
    garner ingest -j1 all.zip in | cmp - <(garner ingest -j3 all.zip in)
}

# refused FILE MESSAGE [OPTION...]: one reject, no record, in little time and memory.
refused() {
    run -2 --separate-stderr timeout 10 bash -c 'limit_memory 1500000; exec garner ingest "$@"' _ "${@:3}" "$1"
    [ "$output" = "" ]
    [ "${stderr_lines[0]}" = "garner ingest: $1: $2" ]
}

@test "ingest: hostile office files end in one line that names the part or the limit" {
    laughs='<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document>&c;</w:document>'
    office laughs.docx word/document.xml="$laughs"
    refused laughs.docx "part 'word/document.xml' has a document type declaration, which is refused"
    office core.docx word/document.xml='<w:document/>' docProps/core.xml='<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
    refused core.docx "part 'docProps/core.xml' has a document type declaration, which is refused"
    office cut.docx word/document.xml='<w:document xmlns:w="w"><w:p>'
    refused cut.docx "part 'word/document.xml' is not well-formed at line 1, column 30: no element found"
    python3 -c 'print("<a>" * 600 + "</a>" * 600)' > deep.xml
    office deep.docx word/document.xml=@deep.xml
    refused deep.docx "part 'word/document.xml' nests elements deeper than 512"
    python3 -c 'print("<a " + " ".join(f"b{i}=\"1\"" for i in range(200000)) + "/>")' > wide.xml
    office wide.docx word/document.xml=@wide.xml
    refused wide.docx "part 'word/document.xml' has a tag of more than 1048576 bytes"
    office none.docx word/other.xml='<a/>'
    refused none.docx "the Word document has no part 'word/document.xml'"
    office none.epub
    refused none.epub "the book has no part with its contents (OPF)"
    office a.docx word/document.xml='<w:document xmlns:w="w"><w:p><w:r><w:t>twelve bytes</w:t></w:r></w:p></w:document>'
    refused a.docx "larger than twice the 10 bytes of --max-document-bytes" --max-document-bytes 10
    refused a.docx "more than 2 members (--max-entries)" --max-entries 2
    head -c 450 a.docx > half.docx
    run -2 garner ingest half.docx
}

@test "ingest: bombs in office files are stopped by a limit" {
    python3 - << 'END'
import zipfile
def book(name, parts):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("_rels/.rels", '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="w/s.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="t.xml"/></Relationships>')
        for part, pieces in parts:
            with z.open(part, "w", force_zip64=True) as f:
                for piece, count in pieces:
                    for _ in range(count):
                        f.write(piece)
book("rows.xlsx", [("xl/t.xml", [(b"<sst><si><t>", 1), (b"x" * 1000000, 30), (b"</t></si></sst>", 1)]),
                   ("xl/w/s.xml", [(b"<a>", 1), (b'<row><c t="s"><v>0</v></c></row>', 1000), (b"</a>", 1)])])
book("wide.xlsx", [("xl/w/s.xml", [(b"<a>", 1), (b"<row/>" * 166666, 300), (b"</a>", 1)])])
END
    refused rows.xlsx "the text has more than the 50331648 bytes of --max-document-bytes"
    refused wide.xlsx "unpacks to more than 100 times its size (--max-expansion)"
}
