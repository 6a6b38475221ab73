#!/usr/bin/env python3
"""office.py - small office files for the tests.

usage: office.py FILE [PART=TEXT...]

Makes FILE (docx, pptx, xlsx, odt, ods, odp, epub by its extension) from the parts that every such file has, and those
given; PART=@NAME takes the text from a file. In texts W stands for the namespace of Word and so on: nothing here
depends on them, as in the readers. An empty TEXT leaves the part out.
"""
import sys
import zipfile

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


def relations(*rows):
    body = "".join(f'<Relationship Id="r{i}" Type="{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(rows, 1))
    return f"<Relationships>{body}</Relationships>"


def core(title):
    return ('<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t">'
            f"<dc:title>{title}</dc:title><dc:creator>Ada</dc:creator><dc:language>en-GB</dc:language>"
            "<dcterms:created>2024-01-02T03:04:05Z</dcterms:created><dcterms:modified>2024-05-06T07:08:09Z</dcterms:modified>"
            "</cp:coreProperties>")


def office(main, *others):
    folder = main.split("/")[0]
    return {
        "_rels/.rels": relations((TYPES + "officeDocument", main), (CORE, "docProps/core.xml")),
        "docProps/core.xml": core("A title"),
        f"{folder}/_rels/{main.split('/')[1]}.rels": relations(*[(TYPES + kind, target) for kind, target in others]),
    }


PARTS = {
    "docx": lambda: office("word/document.xml", ("styles", "styles.xml"), ("numbering", "numbering.xml"),
                           ("footnotes", "footnotes.xml"), ("endnotes", "endnotes.xml")),
    "pptx": lambda: office("ppt/presentation.xml", ("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml"),
                           ("slide", "slides/slide3.xml")),
    "xlsx": lambda: office("xl/workbook.xml", ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml"),
                           ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")),
    "odt": lambda: {"mimetype": "application/vnd.oasis.opendocument.text"},
    "ods": lambda: {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
    "odp": lambda: {"mimetype": "application/vnd.oasis.opendocument.presentation"},
    "epub": lambda: {"mimetype": "application/epub+zip",
                     "META-INF/container.xml":
                     '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'},
}


def main():
    file = sys.argv[1]
    parts = PARTS[file.rsplit(".", 1)[-1]]()
    for argument in sys.argv[2:]:
        name, text = argument.split("=", 1)
        if text.startswith("@"):
            with open(text[1:], encoding="utf-8") as source:
                text = source.read()
        parts[name] = text
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            if text:
                method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), text, method)


if __name__ == "__main__":
    main()
