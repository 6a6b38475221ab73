/* format.c - the table of formats. What reads them is decode.c; how they are recognised is sniff.c. */
#include "document/document.h"

/* Extensions stand between spaces so that one search finds a whole word. */
static const struct document_format formats[] = {
    { "text", "a text file", "text/plain", " txt text log rst adoc asciidoc org tex srt vtt ", DOCUMENT_ONE },
    { "markdown", "a Markdown file", "text/markdown", " md markdown mdown mkd mdx rmd qmd ", DOCUMENT_ONE },
    { "html", "an HTML file", "text/html", " html htm xhtml xht shtml ", DOCUMENT_ONE },
    { "xml", "an XML file", "application/xml", " xml xsd xsl xslt rss atom rdf opml ", DOCUMENT_ONE },
    { "csv", "a CSV file", "text/csv", " csv psv ", DOCUMENT_ROWS },
    { "tsv", "a TSV file", "text/tab-separated-values", " tsv tab ", DOCUMENT_ROWS },
    { "json", "a JSON file", "application/json", " json geojson ipynb webmanifest ", DOCUMENT_ROWS },
    { "jsonl", "a JSONL file", "application/jsonl", " jsonl ndjson jsonlines ldjson ", DOCUMENT_ROWS },
    { "pdf", "a PDF file", "application/pdf", " pdf ", DOCUMENT_ONE },
    { "tar", "a tar archive", "application/x-tar", " tar ", DOCUMENT_ARCHIVE },
    { "zip", "a zip archive", "application/zip", " zip jar whl ", DOCUMENT_ARCHIVE },
    { "7z", "a 7-Zip archive", "application/x-7z-compressed", " 7z ", DOCUMENT_ARCHIVE },
    { "cpio", "a cpio archive", "application/x-cpio", " cpio ", DOCUMENT_ARCHIVE },
    { "docx", "a Word document (docx)", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      " docx docm dotx ", DOCUMENT_REFUSED },
    { "pptx", "a PowerPoint presentation (pptx)",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation", " pptx pptm ", DOCUMENT_REFUSED },
    { "xlsx", "an Excel workbook (xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      " xlsx xlsm ", DOCUMENT_REFUSED },
    { "odt", "an OpenDocument text", "application/vnd.oasis.opendocument.text", " odt ott ", DOCUMENT_REFUSED },
    { "ods", "an OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", " ods ",
      DOCUMENT_REFUSED },
    { "odp", "an OpenDocument presentation", "application/vnd.oasis.opendocument.presentation", " odp ",
      DOCUMENT_REFUSED },
    { "epub", "an EPUB book", "application/epub+zip", " epub ", DOCUMENT_REFUSED },
    { "ole", "an old Microsoft Office file (doc, xls, ppt, msg)", "application/x-ole-storage", " doc xls ppt msg ",
      DOCUMENT_REFUSED },
    { "rtf", "an RTF file", "application/rtf", " rtf ", DOCUMENT_REFUSED },
    { "postscript", "a PostScript file", "application/postscript", " ps eps ", DOCUMENT_REFUSED },
    { "eml", "a mail message", "message/rfc822", " eml ", DOCUMENT_REFUSED },
    { "mbox", "a mailbox (mbox)", "application/mbox", " mbox ", DOCUMENT_REFUSED },
    { "warc", "a web archive (WARC)", "application/warc", " warc ", DOCUMENT_REFUSED },
    { "image", "an image", "image/*", " png jpg jpeg gif webp bmp tif tiff ico psd heic avif svg ", DOCUMENT_REFUSED },
    { "audio", "an audio file", "audio/*", " mp3 wav flac ogg opus m4a ", DOCUMENT_REFUSED },
    { "video", "a video", "video/*", " mp4 mkv webm mov avi ", DOCUMENT_REFUSED },
    { "parquet", "a Parquet file", "application/vnd.apache.parquet", " parquet ", DOCUMENT_REFUSED },
    { "sqlite", "an SQLite database", "application/vnd.sqlite3", " sqlite sqlite3 db ", DOCUMENT_REFUSED },
    { "rar", "a RAR archive", "application/vnd.rar", " rar ", DOCUMENT_REFUSED },
    { "ar", "an ar archive or Debian package", "application/x-archive", " deb a ", DOCUMENT_REFUSED },
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
