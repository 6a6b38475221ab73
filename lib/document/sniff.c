/* sniff.c - what the first bytes of a file say about its format.
 *
 * Signatures decide alone. Among texts, markup that can be nothing else (a doctype, a WARC line) decides; otherwise the
 * extension does, since a README may begin with a tag and a log with a brace; JSON and mail without a telling extension
 * are found by their form. What remains is text, or binary data by the share of control bytes. */
#include <string.h>

#include "base/utf8.h"
#include "document/charset.h"
#include "document/decoder.h"

struct signature {
    unsigned char offset;
    const char *bytes;
    unsigned char length;
    const char *format;
};

#define SIGNATURE(offset, literal, format)                                                                             \
    {                                                                                                                  \
        offset, literal, sizeof(literal) - 1, format                                                                   \
    }

/* clang-format off */
static const struct signature signatures[] = {
    SIGNATURE(0, "PK\003\004", "zip"), SIGNATURE(0, "PK\005\006", "zip"), SIGNATURE(0, "PK\007\010", "zip"),
    SIGNATURE(0, "7z\xbc\xaf\x27\x1c", "7z"),
    SIGNATURE(0, "\xc7\x71", "cpio"),
    SIGNATURE(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    SIGNATURE(0, "{\\rtf", "rtf"), SIGNATURE(0, "%!PS", "postscript"), SIGNATURE(0, "WARC/1.", "warc"), SIGNATURE(0, "WEBVTT", "vtt"),
    SIGNATURE(0, "\x89PNG\r\n\x1a\n", "image"), SIGNATURE(0, "\xff\xd8\xff", "image"),
    SIGNATURE(0, "GIF87a", "image"), SIGNATURE(0, "GIF89a", "image"), SIGNATURE(8, "WEBPVP8", "image"),
    SIGNATURE(0, "II*\0", "image"), SIGNATURE(0, "MM\0*", "image"), SIGNATURE(0, "8BPS\0", "image"),
    SIGNATURE(4, "ftypheic", "image"), SIGNATURE(4, "ftypavif", "image"), SIGNATURE(4, "ftypmif1", "image"),
    SIGNATURE(0, "\0\0\1\0", "image"),
    SIGNATURE(0, "ID3\2", "audio"), SIGNATURE(0, "ID3\3", "audio"), SIGNATURE(0, "ID3\4", "audio"),
    SIGNATURE(0, "fLaC\0", "audio"), SIGNATURE(0, "OggS\0", "audio"),
    SIGNATURE(8, "WAVEfmt ", "audio"), SIGNATURE(4, "ftypM4A", "audio"), SIGNATURE(0, "\xff\xfb", "audio"),
    SIGNATURE(4, "ftyp", "video"), SIGNATURE(0, "\x1a\x45\xdf\xa3", "video"), SIGNATURE(8, "AVI LIST", "video"),
    SIGNATURE(0, "PAR1\x15", "parquet"), SIGNATURE(0, "SQLite format 3\0", "sqlite"),
    SIGNATURE(0, "Rar!\x1a\x07", "rar"), SIGNATURE(0, "!<arch>\n", "ar"),
    SIGNATURE(0, "\x7f" "ELF", "executable"), SIGNATURE(0, "\xca\xfe\xba\xbe", "executable"),
    SIGNATURE(0, "\xcf\xfa\xed\xfe", "executable"),
};
/* clang-format on */

static const struct document_format *by_name(const char *name)
{
    return document_format_find(slice_of_string(name));
}

/* A tar header holds the sum of its own bytes, with the sum itself counted as eight spaces: as good as a signature, and
 * older archives have no other. */
static bool is_tar(struct slice bytes)
{
    if (bytes.length < 512)
        return false;
    uint32_t sum = 0, wanted = 0;
    for (size_t i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? ' ' : (unsigned char)bytes.bytes[i];
    size_t digits = 0;
    for (size_t i = 148; i < 156; i++) {
        char c = bytes.bytes[i];
        if (c >= '0' && c <= '7') {
            wanted = wanted * 8 + (uint32_t)(c - '0');
            digits++;
        } else if (c != ' ' && c != '\0')
            return false;
    }
    return digits > 0 && sum == wanted && sum != 8 * ' ';
}

/* The ASCII forms of cpio begin with digits that a text may have too: all of the header is digits. */
static bool is_cpio(struct slice bytes)
{
    bool is_new = slice_starts_with(bytes, SLICE("070701")) || slice_starts_with(bytes, SLICE("070702"));
    size_t length = is_new ? 110 : 76;
    if (bytes.length < length || (!is_new && !slice_starts_with(bytes, SLICE("070707"))))
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = bytes.bytes[i];
        bool is_letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!((c >= '0' && c <= '9') || (is_new && is_letter)))
            return false;
    }
    return true;
}

/* Office files are zip archives: the names of their first members tell which. */
static const char *zip_kind(struct slice bytes)
{
    static const struct {
        struct slice text;
        const char *format;
    } marks[] = {
        { SLICE_INIT("mimetypeapplication/epub+zip"), "epub" },
        { SLICE_INIT("mimetypeapplication/vnd.oasis.opendocument.text"), "odt" },
        { SLICE_INIT("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), "ods" },
        { SLICE_INIT("mimetypeapplication/vnd.oasis.opendocument.presentation"), "odp" },
    };
    struct slice head = slice_between(bytes, 30, 30 + 80);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_starts_with(head, marks[i].text))
            return marks[i].format;
    struct slice rest = bytes;
    for (int members = 0; members < 16; members++) {
        size_t at = slice_find(rest, SLICE("PK\003\004"));
        if (at + 30 > rest.length)
            break;
        struct slice name = slice_from(rest, at + 30);
        if (slice_starts_with(name, SLICE("word/")))
            return "docx";
        if (slice_starts_with(name, SLICE("xl/")))
            return "xlsx";
        if (slice_starts_with(name, SLICE("ppt/")))
            return "pptx";
        if (slice_starts_with(name, SLICE("META-INF/container.xml")))
            return "epub";
        rest = slice_from(rest, at + 4);
    }
    return "zip";
}

/* Some archives hold their telling member late: then the name may say what the zip is, but only such things. */
static const struct document_format *refine_zip(struct slice bytes, const struct document_format *named)
{
    const struct document_format *format = by_name(zip_kind(bytes));
    if (format->shape == DOCUMENT_ARCHIVE && named &&
        (slice_starts_with(slice_of_string(named->mime), SLICE("application/vnd.o")) ||
         slice_equal(slice_of_string(named->name), SLICE("epub"))))
        return named;
    return format;
}

static const struct document_format *by_signature(struct slice bytes)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const struct signature *row = &signatures[i];
        if (slice_starts_with(slice_from(bytes, row->offset), slice_of(row->bytes, row->length)))
            return by_name(row->format);
    }
    if (is_cpio(bytes))
        return by_name("cpio");
    return is_tar(bytes) ? by_name("tar") : NULL;
}

static struct slice skip_space(struct slice text)
{
    size_t i = 0;
    while (i < text.length && (text.bytes[i] == ' ' || (text.bytes[i] >= '\t' && text.bytes[i] <= '\r')))
        i++;
    return slice_from(text, i);
}

static bool starts_with_ignoring_case(struct slice text, struct slice start)
{
    return text.length >= start.length && slice_equal_ignore_case(slice_between(text, 0, start.length), start);
}

/* "html", "xml", "image" (SVG), or NULL. is_weak also takes a text that begins with an ordinary tag. */
static const char *markup_kind(struct slice text, bool is_weak)
{
    static const struct slice ordinary[] = { SLICE_INIT("<head"),  SLICE_INIT("<title"), SLICE_INIT("<body"),
                                             SLICE_INIT("<meta "), SLICE_INIT("<div"),   SLICE_INIT("<table"),
                                             SLICE_INIT("<p>"),    SLICE_INIT("<h1"),    SLICE_INIT("<script") };
    bool is_xml = false;
    for (;;) {
        text = skip_space(text);
        struct slice end = SLICE("-->");
        if (slice_starts_with(text, SLICE("<?xml"))) {
            is_xml = true;
            end = SLICE("?>");
        } else if (!slice_starts_with(text, SLICE("<!--")))
            break;
        size_t at = slice_find(text, end);
        if (at == text.length)
            break;
        text = slice_from(text, at + end.length);
    }
    if (starts_with_ignoring_case(text, SLICE("<!doctype html")) || starts_with_ignoring_case(text, SLICE("<html")))
        return "html";
    if (starts_with_ignoring_case(text, SLICE("<svg")) || starts_with_ignoring_case(text, SLICE("<!doctype svg")))
        return "image";
    if (is_xml)
        return "xml";
    for (size_t i = 0; is_weak && i < sizeof ordinary / sizeof *ordinary; i++)
        if (starts_with_ignoring_case(text, ordinary[i]))
            return "html";
    return NULL;
}

/* A first line that is one whole object means JSONL; an object or array that goes on over lines means JSON. */
static const char *json_kind(struct slice text, bool is_certain)
{
    text = skip_space(text);
    if (text.length == 0 || (text.bytes[0] != '{' && text.bytes[0] != '['))
        return NULL;
    struct slice inner = skip_space(slice_from(text, 1));
    char next = slice_byte(inner, 0);
    if (!is_certain && next != '"' && !(text.bytes[0] == '[' && next == '{'))
        return NULL;
    if (text.bytes[0] == '[')
        return "json";
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '\n')
            return "json";
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"')
            in_string = true;
        else if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0) {
            struct slice rest = slice_from(text, i + 1);
            struct slice line = slice_trim(slice_between(rest, 0, slice_find_byte(rest, '\n')));
            return line.length == 0 && skip_space(rest).length ? "jsonl" : "json";
        }
    }
    return "json";
}

/* "eml" or "mbox" when the text begins with the header lines of a mail. */
static const char *mail_kind(struct slice text)
{
    static const struct {
        struct slice name;
        int weight;
    } fields[] = { { SLICE_INIT("received"), 2 },     { SLICE_INIT("return-path"), 2 },
                   { SLICE_INIT("message-id"), 2 },   { SLICE_INIT("mime-version"), 2 },
                   { SLICE_INIT("delivered-to"), 2 }, { SLICE_INIT("dkim-signature"), 2 },
                   { SLICE_INIT("from"), 1 },         { SLICE_INIT("to"), 1 },
                   { SLICE_INIT("subject"), 1 },      { SLICE_INIT("date"), 1 },
                   { SLICE_INIT("reply-to"), 1 },     { SLICE_INIT("cc"), 1 },
                   { SLICE_INIT("content-type"), 1 } };
    bool is_box = slice_starts_with(text, SLICE("From "));
    int weight = 0;
    for (size_t lines = 0; text.length && lines < 64; lines++) {
        size_t length = slice_find_byte(text, '\n');
        struct slice line = slice_between(text, 0, length);
        text = slice_from(text, length + 1);
        bool continues = line.length && (line.bytes[0] == ' ' || line.bytes[0] == '\t');
        if (slice_trim(line).length == 0)
            break;
        size_t colon = slice_find_byte(line, ':');
        if (continues || (is_box && lines == 0))
            continue;
        if (colon == line.length || slice_find_byte(line, ' ') < colon)
            return NULL;
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            if (slice_equal_ignore_case(slice_between(line, 0, colon), fields[i].name))
                weight += fields[i].weight;
    }
    return weight < (is_box ? 1 : 3) ? NULL : is_box ? "mbox" : "eml";
}

typedef uint8_t lanes __attribute__((vector_size(16)));

/* Control bytes that no text holds; escape and backspace stand in terminal logs. A lane of -1 is a hit: lanes count up
 * to 255 of them before they are added. */
static size_t count_controls(struct slice bytes)
{
    enum { LANES = sizeof(lanes), BLOCKS = 255 };
    size_t i = 0, count = 0;
    while (bytes.length - i >= LANES) {
        lanes hits = { 0 }, c;
        for (size_t block = 0; block < BLOCKS && bytes.length - i >= LANES; block++, i += LANES) {
            memcpy(&c, bytes.bytes + i, sizeof c);
            hits -= (lanes)(((c < 0x20) & ((lanes)(c - '\b') > '\r' - '\b') & (c != 0x1b)) | (c == 0x7f));
        }
        for (size_t lane = 0; lane < LANES; lane++)
            count += hits[lane];
    }
    for (; i < bytes.length; i++) {
        unsigned char c = (unsigned char)bytes.bytes[i];
        count += (c < 0x20 && !(c >= '\b' && c <= '\r') && c != 0x1b) || c == 0x7f;
    }
    return count;
}

static bool is_binary(struct slice bytes)
{
    size_t controls = count_controls(bytes);
    if (controls == 0)
        return false;
    bool is_utf8 = utf8_valid_length(bytes) + 4 > bytes.length;
    return controls * 100 > bytes.length * (is_utf8 ? 10 : 2);
}

/* Two letters are no signature: the rest of the header must be that of a BMP too. */
static bool is_bmp(struct slice bytes)
{
    static const unsigned char lengths[] = { 12, 40, 52, 56, 64, 108, 124 }; /* of the headers that there are */
    if (bytes.length < 18 || !slice_starts_with(bytes, SLICE("BM")) || memcmp(bytes.bytes + 15, "\0\0\0", 3) != 0)
        return false;
    return memchr(lengths, (unsigned char)bytes.bytes[14], sizeof lengths) != NULL;
}

/* Readers of PDF take junk in front of the header; a text that tells about PDF files is none. */
static bool is_pdf(struct slice bytes)
{
    struct slice start = slice_between(bytes, 0, 1024);
    size_t at = slice_find(start, SLICE("%PDF-"));
    return at == 0 || (at < start.length && is_binary(bytes));
}

static const struct document_format *sniff_text(struct slice text, const struct document_format *named)
{
    bool is_open = !named || (named->shape != DOCUMENT_ONE && named->shape != DOCUMENT_ROWS);
    bool is_mail = named && slice_equal(slice_of_string(named->mime), SLICE("message/rfc822"));
    is_mail = is_mail || (named && slice_equal(slice_of_string(named->name), SLICE("mbox")));
    bool is_json = named && slice_starts_with(slice_of_string(named->name), SLICE("json"));
    const char *kind = markup_kind(text, is_open);
    bool is_plain_xml = kind && strcmp(kind, "xml") == 0;
    if (kind && !(is_plain_xml && named && named->shape == DOCUMENT_ONE))
        return by_name(kind);
    kind = NULL;
    if (is_open || is_json)
        kind = json_kind(text, is_json);
    if (is_open && !kind)
        kind = mail_kind(text);
    if (kind)
        return by_name(kind);
    return !is_open || is_mail ? named : by_name("text");
}

const struct document_format *document_sniff(struct slice first_bytes, struct slice name)
{
    struct slice bytes = slice_between(first_bytes, 0, DOCUMENT_SNIFF_BYTES);
    const struct document_format *named = document_format_of_name(name);
    if (bytes.length == 0)
        return named && named->shape != DOCUMENT_ARCHIVE ? named : by_name("text");
    char narrow[DOCUMENT_SNIFF_BYTES];
    struct slice text;
    size_t mark;
    const char *charset = charset_of_mark(bytes, &mark);
    if (!charset)
        charset = charset_guess_wide(bytes);
    if (charset && charset_unit_bytes(charset) > 1) {
        text = charset_narrow(slice_from(bytes, mark), charset, narrow);
    } else {
        text = slice_from(bytes, mark);
        const struct document_format *format = mark ? NULL : by_signature(bytes);
        if (format && slice_equal(slice_of_string(format->name), SLICE("zip")))
            return refine_zip(bytes, named);
        if (format)
            return format;
        if (is_pdf(bytes))
            return by_name("pdf");
        if (is_bmp(bytes))
            return by_name("image");
        if (is_binary(text))
            return by_name("binary");
    }
    if (!named && code_language_of_name(name))
        return by_name("text"); /* a component that begins with a tag is code */
    return sniff_text(text, named);
}
