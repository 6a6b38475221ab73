/* document_test.c - recognising formats, charsets, and text and Markdown files as documents. */
#include "collect.h"
#include "document/charset.h"
#include "test.h"

TEST(sniff_formats, "sniff: content first, then the name")
{
    static const struct {
        struct slice bytes;
        const char *name, *format;
    } cases[] = {
        { SLICE_INIT("hello"), "", "text" },
        { SLICE_INIT(""), "a.md", "markdown" },
        { SLICE_INIT(""), "a.pdf", "pdf" },
        { SLICE_INIT(""), "", "text" },
        { SLICE_INIT("x"), "dir.csv/readme", "text" },
        { SLICE_INIT("a,b"), "A.CSV", "csv" },
        { SLICE_INIT("a\tb"), "a.tsv", "tsv" },
        { SLICE_INIT("int main;"), "main.c", "text" },
        { SLICE_INIT("<div>a"), "README.md", "markdown" },
        { SLICE_INIT("<div>a"), "", "html" },
        { SLICE_INIT(" <!-- c --> <!DOCTYPE Html><p>"), "page.txt", "html" },
        { SLICE_INIT("<?xml version='1.0'?>\n<html>"), "", "html" },
        { SLICE_INIT("<?xml version='1.0'?>\n<a>"), "", "xml" },
        { SLICE_INIT("<?xml version='1.0'?>\n<a>"), "a.html", "html" },
        { SLICE_INIT("<svg xmlns='x'>"), "", "image" },
        { SLICE_INIT("<\0h\0t\0m\0l\0>\0"), "", "html" },
        { SLICE_INIT("{\"a\":1}\n{\"a\":2}\n"), "", "jsonl" },
        { SLICE_INIT("{\"a\":1}\n{\"a\":2}\n"), "a.json", "jsonl" },
        { SLICE_INIT("{\"a\":1}\n"), "a.json", "json" },
        { SLICE_INIT("{\"a\":1}\n"), "a.jsonl", "json" },
        { SLICE_INIT("{\n\"a\":1}\n"), "a.log", "text" },
        { SLICE_INIT("{\n\"a\":1}\n"), "", "json" },
        { SLICE_INIT("[{\"a\":1}]"), "", "json" },
        { SLICE_INIT("[draft] notes"), "", "text" },
        { SLICE_INIT("{braces} first"), "", "text" },
        { SLICE_INIT("From: a\nSubject: b\nDate: c\n\nx"), "", "eml" },
        { SLICE_INIT("From: a\nSubject: b\nDate: c\n\nx"), "a.txt", "text" },
        { SLICE_INIT("Subject: only\n\nx"), "a.eml", "eml" },
        { SLICE_INIT("From a@b Thu Jan 1\nSubject: b\n\nx"), "", "mbox" },
        { SLICE_INIT("WARC/1.0\r\n"), "", "warc" },
        { SLICE_INIT("%PDF-1.4\n"), "a.txt", "pdf" },
        { SLICE_INIT("A PDF begins with\n%PDF-1.4\n"), "a.txt", "text" },
        { SLICE_INIT("\x89PNG\r\n\x1a\n"), "a.md", "image" },
        { SLICE_INIT("{\\rtf1 x}"), "a.txt", "rtf" },
        { SLICE_INIT("SQLite format 3\0"), "", "sqlite" },
        { SLICE_INIT("PK\3\4..........................a.txt"), "", "zip" },
        { SLICE_INIT("PK\3\4..........................a.xml"), "a.docx", "docx" },
        { SLICE_INIT(
              "PK\3\4..........................[Content_Types].xmlPK\3\4..........................word/document.xml"),
          "", "docx" },
        { SLICE_INIT("PK\3\4..........................mimetypeapplication/epub+zipPK"), "a.zip", "epub" },
        { SLICE_INIT("7z\xbc\xaf\x27\x1c"), "", "7z" },
        { SLICE_INIT("070701 is a date"), "", "text" },
        { SLICE_INIT("\1\2\3\4\5"), "a.txt", "binary" },
        { SLICE_INIT("a\0b\0\0\0\0c"), "", "binary" },
        { SLICE_INIT("plain words"), "a.doc", "text" },
        { SLICE_INIT("\x1b[31mred\x1b[0m\b\n"), "", "text" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct document_format *format = document_sniff(cases[i].bytes, slice_of_string(cases[i].name));
        if (strcmp(format->name, cases[i].format) != 0)
            test_fail(__FILE__, __LINE__, "case %zu (%s): %s, expected %s", i, cases[i].name, format->name,
                      cases[i].format);
    }
    EXPECT(document_format_find(SLICE("HTML")) == document_format_find(SLICE("htm")));
    EXPECT(document_format_find(SLICE("")) == NULL);
    EXPECT(document_format_find(SLICE("html htm")) == NULL);
    EXPECT(document_format_find(SLICE("nonsense")) == NULL);
}

TEST(document_refused, "document: what is not read says in one line what it is")
{
    struct collected found = { 0 };
    collect(&found, NULL, "a.bin", SLICE("%!PS-Adobe"), 0, NULL);
    EXPECT(!found.is_done);
    EXPECT_ERROR(&found.error, E_FORMAT, "a PostScript file, which this version does not read");
    collected_release(&found);
    collect(&found, NULL, "a.bin", SLICE("\0\0\0\0"), 0, NULL);
    EXPECT_ERROR(&found.error, E_FORMAT, "binary data, not text (--as text reads it all the same)");
    collected_release(&found);
    collect(&found, "text", "a.bin", SLICE("a\0b"), 0, NULL);
    EXPECT(slice_find(buffer_slice(&found.records), SLICE("\"text\":\"a\\u0000b\"")) < found.records.length);
    collected_release(&found);
    struct document_options options = { .charset = "klingon" };
    collect(&found, "text", "a", SLICE("a"), 0, &options);
    EXPECT_ERROR(&found.error, E_USAGE,
                 "'klingon' is not a charset, expected a label such as windows-1251 or shift_jis");
    collected_release(&found);
    options = (struct document_options){ .max_document_bytes = 10 };
    collect(&found, "text", "a", SLICE("12345678901"), 4, &options);
    EXPECT_ERROR(&found.error, E_LIMIT, "the text has 11 bytes, more than the 10 of --max-document-bytes");
    collected_release(&found);
    collect(&found, "text", "a", SLICE("123456789012345678901"), 4, &options);
    EXPECT_ERROR(&found.error, E_LIMIT, "larger than twice the 10 bytes of --max-document-bytes");
    collected_release(&found);
}

TEST(document_record_limit, "document: a text whose record would be no line is refused")
{
    struct collected found = { 0 };
    struct buffer text = { 0 };
    buffer_append_repeated(&text, '\x01', 12 * 1024 * 1024);
    collect(&found, "text", "a", buffer_slice(&text), 0, NULL);
    EXPECT_INTEGER(found.error.code, E_LIMIT);
    EXPECT_INTEGER(found.count, 0);
    collected_release(&found);
    buffer_release(&text);
}

/* text and charset of a text file's document; "" for no charset. */
static void expect_text(struct slice bytes, const char *option, const char *text, const char *more)
{
    for (size_t piece = 0; piece < 6; piece += 5) {
        struct document_options options = { .charset = option };
        struct collected found = { 0 };
        struct buffer wanted = { 0 };
        collect(&found, "text", "a", bytes, piece, &options);
        EXPECT_OK(found.is_done, &found.error);
        struct slice record = buffer_slice(&found.records);
        buffer_append_format(&wanted, "\"text\":\"%s\",", text);
        if (slice_find(record, buffer_slice(&wanted)) == record.length)
            test_fail(__FILE__, __LINE__, "%s lacks %s", buffer_string(&found.records), buffer_string(&wanted));
        size_t hash = slice_find(record, SLICE("\"hash\":\""));
        EXPECT_SLICE(slice_between(record, hash + 41, record.length - 3), slice_of_string(more));
        buffer_release(&wanted);
        collected_release(&found);
    }
}

TEST(text_charsets, "text: marks, wide text, Western text and repairs")
{
    expect_text(SLICE("a\r\nb"), NULL, "a\\r\\nb", "");
    expect_text(SLICE("\xef\xbb\xbfz\xc3\xa9"), NULL, "z\xc3\xa9", "");
    expect_text(SLICE("\xff\xfe\xe9\0\x3d\xd8\0\xde"), NULL, "\xc3\xa9\xf0\x9f\x98\x80", ",\"charset\":\"UTF-16LE\"");
    expect_text(SLICE("\xfe\xff\0a\xd8\0\0b"), NULL,
                "a\xef\xbf\xbd"
                "b",
                ",\"charset\":\"UTF-16BE\",\"replaced\":1");
    expect_text(SLICE("h\0i\0 \0t\0h\0e\0r\0e\0"), NULL, "hi there", ",\"charset\":\"UTF-16LE\"");
    expect_text(SLICE("\xff\xfe\0\0a\0\0\0"), NULL, "a", ",\"charset\":\"UTF-32LE\"");
    expect_text(SLICE("Gr\xfc\xdf"
                      "e, caf\xe9 \x96 50 \x80"),
                NULL,
                "Gr\xc3\xbc\xc3\x9f"
                "e, caf\xc3\xa9 \xe2\x80\x93 50 \xe2\x82\xac",
                ",\"charset\":\"windows-1252\"");
    expect_text(SLICE("\xcf\xf0\xe8\xe2\xe5\xf2"), "cp1251", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
                ",\"charset\":\"windows-1251\"");
    expect_text(SLICE("z\xc3\xa9ro \xff\xe2\x82 x"), NULL, "z\xc3\xa9ro \xef\xbf\xbd\xef\xbf\xbd x", ",\"replaced\":2");
    expect_text(SLICE("z\xc3\xa9ro"), "cp1251", "z\xc3\xa9ro", "");
}

TEST(text_unknown_charset, "text: a text that would be all U+FFFD is refused")
{
    struct collected found = { 0 };
    struct buffer text = { 0 };
    for (int i = 0; i < 20; i++)
        buffer_append_string(&text, "\xd0\xd2\xc9\xd7\xc5\xd4 \xcd\xc9\xd2 ok\n");
    collect(&found, "text", "a", buffer_slice(&text), 0, NULL);
    EXPECT_ERROR(&found.error, E_CHARSET,
                 "neither UTF-8 nor Western text, and no charset is declared, expected --charset with its name");
    collected_release(&found);
    buffer_release(&text);
    expect_text(SLICE("a \x1b$BF|\x1b(B"), NULL, "a \xe6\x97\xa5", ",\"charset\":\"ISO-2022-JP\"");
    expect_text(SLICE("W\xb3"
                      "adys\xb3"
                      "aw and others"),
                NULL,
                "W\xef\xbf\xbd"
                "adys\xef\xbf\xbd"
                "aw and others",
                ",\"replaced\":2");
    collect(&found, NULL, "a", SLICE("<?xml version='1.0' encoding='koi8-r'?><a>\xf0\xd2</a>"), 0, NULL);
    EXPECT(slice_find(buffer_slice(&found.records), SLICE("<a>\xd0\x9f\xd1\x80</a>")) < found.records.length);
    collected_release(&found);
}

TEST(charset_labels, "charset: labels of the web, and what iconv makes of them")
{
    static const struct {
        const char *label, *name;
        struct slice bytes;
        const char *text;
    } cases[] = {
        { " Latin1 ", "windows-1252", SLICE_INIT("\x80\x81\xe9"), "\xe2\x82\xac\xc2\x81\xc3\xa9" },
        { "ascii", "windows-1252", SLICE_INIT("a"), "a" },
        { "gb2312", "GBK", SLICE_INIT("\xba\xba\xd7\xd6"), "\xe6\xb1\x89\xe5\xad\x97" },
        { "x-sjis", "Shift_JIS", SLICE_INIT("\x93\xfa\x96{a\x81"),
          "\xe6\x97\xa5\xe6\x9c\xac"
          "a\xef\xbf\xbd" },
        { "euc-kr", "EUC-KR", SLICE_INIT("\xc7\xd1"), "\xed\x95\x9c" },
        { "koi8", "KOI8-R", SLICE_INIT("\xf0\xd2"), "\xd0\x9f\xd1\x80" },
        { "csiso2022jp", "ISO-2022-JP", SLICE_INIT("\x1b$BF|\x1b(Bx"), "\xe6\x97\xa5x" },
        { "windows-1255", "windows-1255", SLICE_INIT("\xf9"), "\xd7\xa9" },
        { "utf-16", "UTF-16LE", SLICE_INIT("a\0b"), "a\xef\xbf\xbd" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = { 0 };
        struct error error = { 0 };
        int64_t replaced = 0;
        const char *name = charset_find(slice_of_string(cases[i].label));
        EXPECT_SLICE(slice_of_string(name), slice_of_string(cases[i].name));
        EXPECT_OK(charset_append_utf8(&text, cases[i].bytes, name, 1000, &replaced, &error), &error);
        EXPECT_SLICE(buffer_slice(&text), slice_of_string(cases[i].text));
        buffer_release(&text);
    }
    EXPECT(charset_find(SLICE("utf-7")) == NULL);
    EXPECT(charset_find(SLICE("")) == NULL);
    struct buffer text = { 0 };
    struct error error = { 0 };
    int64_t replaced = 0;
    EXPECT(!charset_append_utf8(&text, SLICE("\xe9\xe9\xe9"), "windows-1252", 5, &replaced, &error));
    EXPECT_INTEGER(error.code, E_LIMIT);
    buffer_release(&text);
}

TEST(markdown_title, "markdown: the source stays, its title is found")
{
    static const struct {
        const char *markdown, *title;
    } cases[] = {
        { "text only", NULL },
        { "intro\n\n# One #\n\n# Two", "One" },
        { "## C#", "C#" },
        { "#hashtag\n\nTitle\n=====\n", "Title" },
        { "```\n# code\n```\n~~~\n## no\n~~~\n### Yes", "Yes" },
        { "    # code\n# yes", "yes" },
        { "---\nlayout: x\ntitle: \"Front: page\"\n---\n# Head", "Front: page" },
        { "---\r\ntitle: 'F'\r\n...\r\n", "F" },
        { "+++\ntitle = \"Toml\"\n+++\n", "Toml" },
        { "---\ntitle: >-\n  folded\n  line\n---\n# Head", "folded line" },
        { "---\nno end\n\nPara\n===\n", "Para" },
        { "- item\n---\n", NULL },
        { "# \xc3\x9c  b\xc3\xa9", "\xc3\x9c b\xc3\xa9" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected found = { 0 };
        struct buffer wanted = { 0 };
        collect(&found, "markdown", "a.md", slice_of_string(cases[i].markdown), 0, NULL);
        EXPECT_OK(found.is_done, &found.error);
        struct slice record = buffer_slice(&found.records);
        buffer_append_format(&wanted, "\"title\":\"%s\"", cases[i].title ? cases[i].title : "");
        bool has_title = slice_find(record, SLICE("\"title\":")) < record.length;
        if (has_title != (cases[i].title != NULL) ||
            (has_title && slice_find(record, buffer_slice(&wanted)) == record.length))
            test_fail(__FILE__, __LINE__, "case %zu: %s lacks %s", i, buffer_string(&found.records),
                      buffer_string(&wanted));
        buffer_release(&wanted);
        collected_release(&found);
    }
}

TEST(html_document, "html file: title, language, charset, hash and source in the metadata")
{
    struct collected found = { 0 };
    collect(&found, NULL, "d/a.htm",
            SLICE("<!doctype html><html lang=DE><meta charset=latin1><title> A &amp;\n B </title><p>Gr\xfc\xdf"
                  "e"),
            3, NULL);
    EXPECT_TEXT(buffer_slice(&found.records),
                "{\"id\":\"d/a.htm\",\"text\":\"Gr\xc3\xbc\xc3\x9f"
                "e\",\"metadata\":{\"source\":\"d/a.htm\",\"mime\":\"text/html\",\"bytes\":85,"
                "\"hash\":\"c910286cce6b42475147334274c906cc\",\"title\":\"A & "
                "B\",\"language\":\"DE\",\"charset\":\"windows-1252\"}}\n");
    collected_release(&found);
    collect(&found, "html", "a", SLICE("<meta charset=latin1><h1>Na\xc3\xafve</h1>"), 0, NULL);
    EXPECT(slice_find(buffer_slice(&found.records), SLICE("\"title\":\"Na\xc3\xafve\"}")) < found.records.length);
    collected_release(&found);
}
