/* format.c - the table of formats. What reads them is decode.c; how they are recognised is sniff.c. */
#include "document/document.h"

/* Extensions stand between spaces so that one search finds a whole word. */
static const struct document_format formats[] = {
    { "text", "a text file", "text/plain", " txt text log adoc asciidoc org tex ", DOCUMENT_ONE },
    { "rst", "a reStructuredText file", "text/x-rst", " rst rest ", DOCUMENT_ONE },
    { "srt", "a subtitle file (srt)", "application/x-subrip", " srt ", DOCUMENT_ONE },
    { "vtt", "a subtitle file (WebVTT)", "text/vtt", " vtt ", DOCUMENT_ONE },
    { "rtf", "an RTF file", "application/rtf", " rtf ", DOCUMENT_ONE },
    { "markdown", "a Markdown file", "text/markdown", " md markdown mdown mkd mdx rmd qmd ", DOCUMENT_ONE },
    { "html", "an HTML file", "text/html", " html htm xhtml xht shtml ", DOCUMENT_ONE },
    { "xml", "an XML file", "application/xml", " xml xsd xsl xslt rss atom rdf opml ", DOCUMENT_ONE },
    { "csv", "a CSV file", "text/csv", " csv psv ", DOCUMENT_ROWS },
    { "tsv", "a TSV file", "text/tab-separated-values", " tsv tab ", DOCUMENT_ROWS },
    { "json", "a JSON file", "application/json", " json geojson ipynb webmanifest ", DOCUMENT_ROWS },
    { "jsonl", "a JSONL file", "application/jsonl", " jsonl ndjson jsonlines ldjson ", DOCUMENT_ROWS },
    { "lines", "a text file of lines", "text/plain", "", DOCUMENT_ROWS },
    { "pdf", "a PDF file", "application/pdf", " pdf ", DOCUMENT_ONE },
    { "eml", "a mail message", "message/rfc822", " eml ", DOCUMENT_ONE },
    { "mbox", "a mailbox (mbox)", "application/mbox", " mbox mbx ", DOCUMENT_ARCHIVE },
    { "warc", "a web archive (WARC)", "application/warc", " warc ", DOCUMENT_ARCHIVE },
    { "tar", "a tar archive", "application/x-tar", " tar ", DOCUMENT_ARCHIVE },
    { "zip", "a zip archive", "application/zip", " zip jar whl ", DOCUMENT_ARCHIVE },
    { "7z", "a 7-Zip archive", "application/x-7z-compressed", " 7z ", DOCUMENT_ARCHIVE },
    { "cpio", "a cpio archive", "application/x-cpio", " cpio ", DOCUMENT_ARCHIVE },
    { "docx", "a Word document (docx)", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      " docx docm dotx ", DOCUMENT_ONE },
    { "pptx", "a PowerPoint presentation (pptx)",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation", " pptx pptm ", DOCUMENT_ONE },
    { "xlsx", "an Excel workbook (xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      " xlsx xlsm ", DOCUMENT_ONE },
    { "odt", "an OpenDocument text", "application/vnd.oasis.opendocument.text", " odt ott ", DOCUMENT_ONE },
    { "ods", "an OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", " ods ", DOCUMENT_ONE },
    { "odp", "an OpenDocument presentation", "application/vnd.oasis.opendocument.presentation", " odp ", DOCUMENT_ONE },
    { "epub", "an EPUB book", "application/epub+zip", " epub ", DOCUMENT_ONE },
    { "ole", "an old Microsoft Office file (doc, xls, ppt, msg)", "application/x-ole-storage", " doc xls ppt msg ",
      DOCUMENT_REFUSED },
    { "postscript", "a PostScript file", "application/postscript", " ps eps ", DOCUMENT_REFUSED },
    { "image", "an image", "image/*", " png jpg jpeg gif webp bmp tif tiff ico psd heic avif svg ", DOCUMENT_REFUSED },
    { "audio", "an audio file", "audio/*", " mp3 wav flac ogg opus m4a ", DOCUMENT_REFUSED },
    { "video", "a video", "video/*", " mp4 mkv webm mov avi ", DOCUMENT_REFUSED },
    { "parquet", "a Parquet file", "application/vnd.apache.parquet", " parquet ", DOCUMENT_REFUSED },
    { "sqlite", "an SQLite database", "application/vnd.sqlite3", " sqlite sqlite3 db ", DOCUMENT_REFUSED },
    { "rar", "a RAR archive", "application/vnd.rar", " rar ", DOCUMENT_REFUSED },
    { "ar", "an ar archive or Debian package", "application/x-archive", " deb a ", DOCUMENT_REFUSED },
    { "sidecar", "the attributes of another file", "application/json", " ", DOCUMENT_REFUSED },
    { "executable", "a program or object file", "application/x-executable", " exe dll so o class ", DOCUMENT_REFUSED },
    { "binary", "binary data, not text", "application/octet-stream", " bin ", DOCUMENT_REFUSED },
};

const struct document_format *document_formats(size_t *count)
{
    *count = sizeof formats / sizeof *formats;
    return formats;
}

const struct document_format *document_format_find(struct slice name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (slice_equal_ignore_case(name, slice_of_string(formats[i].name)))
            return &formats[i];
    char word[16];
    if (name.length == 0 || name.length > sizeof word - 2 || slice_find_byte(name, ' ') < name.length)
        return NULL;
    word[0] = ' ';
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        word[i + 1] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    word[name.length + 1] = ' ';
    struct slice wanted = slice_of(word, name.length + 2);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct slice extensions = slice_of_string(formats[i].extensions);
        if (slice_find(extensions, wanted) < extensions.length)
            return &formats[i];
    }
    return NULL;
}

const struct document_format *document_format_of_name(struct slice name)
{
    for (size_t i = name.length; i > 0 && name.bytes[i - 1] != '/'; i--)
        if (name.bytes[i - 1] == '.')
            return document_format_find(slice_from(name, i));
    return NULL;
}

/* Other names of types, and types that are formats of ours without being in the table. */
static const struct {
    struct slice mime;
    const char *format;
} synonyms[] = {
    { SLICE_INIT("application/xhtml+xml"), "html" },
    { SLICE_INIT("text/xml"), "xml" },
    { SLICE_INIT("text/json"), "json" },
    { SLICE_INIT("application/x-ndjson"), "jsonl" },
    { SLICE_INIT("application/x-pdf"), "pdf" },
    { SLICE_INIT("text/x-markdown"), "markdown" },
    { SLICE_INIT("application/csv"), "csv" },
    { SLICE_INIT("message/global"), "eml" },
    { SLICE_INIT("application/javascript"), "text" },
    { SLICE_INIT("application/msword"), "ole" },
};

static const struct document_format *format_of_mime(struct slice mime)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (slice_equal(mime, slice_of_string(formats[i].mime)))
            return &formats[i];
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (slice_equal(mime, synonyms[i].mime))
            return document_format_find(slice_of_string(synonyms[i].format));
    if (slice_ends_with(mime, SLICE("+xml")))
        return document_format_find(SLICE("xml"));
    if (slice_ends_with(mime, SLICE("+json")))
        return document_format_find(SLICE("json"));
    static const char *const kinds[] = { "text", "image", "audio", "video" };
    struct slice kind = slice_between(mime, 0, slice_find_byte(mime, '/'));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_equal(kind, slice_of_string(kinds[i])))
            return document_format_find(kind);
    return NULL;
}

struct slice document_extension_of_mime(struct slice mime)
{
    const struct document_format *format = format_of_mime(mime);
    if (!format)
        return SLICE("");
    struct slice first = slice_from(slice_of_string(format->extensions), 1);
    return slice_between(first, 0, slice_find_byte(first, ' '));
}

bool document_has_headings(struct slice mime)
{
    static const struct slice starts[] = { SLICE_INIT("text/markdown"),
                                           SLICE_INIT("text/html"),
                                           SLICE_INIT("application/vnd.openxmlformats-officedocument."),
                                           SLICE_INIT("application/vnd.oasis.opendocument."),
                                           SLICE_INIT("application/epub+zip"),
                                           SLICE_INIT("application/rtf"),
                                           SLICE_INIT("text/x-rst") };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (slice_starts_with(mime, starts[i]))
            return true;
    return false;
}
