/* pdf.c - the text of a PDF file, page by page, by pdftotext in confinement.
 *
 * Reading PDF safely is not possible in a process that matters, so poppler's program is run for each file (found in
 * PATH when it is needed). It is asked for HTML, which only puts the document's own data in front: the text behind
 * <pre> is as it is, each page ends with a form feed. Pages become paragraphs; where each begins goes to
 * metadata.pages. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/utf8.h"
#include "document/date.h"
#include "document/decoder.h"
#include "document/html.h"
#include "stream/child.h"
#include "stream/confined.h"
#include "json/write.h"

enum { PDF_CANNOT_OPEN = 1, PDF_NO_PERMISSION = 3, SILENT_SECONDS_A_SECOND = 5 };

static const char program[] = "pdftotext";

/* The last line that tells an error, without "Syntax Error (1234): " in front: earlier ones are what was tried. */
static struct slice last_reason(struct slice messages)
{
    struct slice reason = SLICE("");
    while (messages.length > 0) {
        size_t length = slice_find_byte(messages, '\n');
        struct slice line = slice_trim(slice_between(messages, 0, length));
        messages = slice_from(messages, length + 1);
        size_t at = slice_find(line, SLICE("Error"));
        size_t colon = at + slice_find(slice_from(line, at), SLICE(": "));
        if (at < line.length && colon < line.length)
            reason = slice_from(line, colon + 2);
        else if (line.length > 0 && reason.length == 0)
            reason = line;
    }
    return reason;
}

static bool set_reason(struct error *error, enum code code, const char *what, struct slice messages)
{
    struct slice reason = last_reason(messages);
    if (reason.length == 0)
        return error_set(error, code, "%s", what);
    return error_set(error, code, "%s: %.*s", what, (int)(reason.length < 400 ? reason.length : 400), reason.bytes);
}

/* What an exit code other than 0 means. */
static bool set_failure(struct error *error, int status, int64_t memory, struct slice messages)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == PDF_NO_PERMISSION)
        return error_set(error, E_ENCRYPTED, "the PDF forbids that its text is taken out");
    if (slice_find(messages, SLICE("Incorrect password")) < messages.length)
        return error_set(error, E_ENCRYPTED, "the PDF is encrypted and asks for a password");
    if (slice_find(messages, SLICE("Out of memory")) < messages.length ||
        slice_find(messages, SLICE("bad_alloc")) < messages.length)
        return error_set(error, E_LIMIT, "%s needs more than %lld bytes of memory (--max-decoder-memory)", program,
                         (long long)memory);
    if (WIFEXITED(status) && WEXITSTATUS(status) == PDF_CANNOT_OPEN && messages.length > 0)
        return set_reason(error, E_PDF, program, messages);
    struct buffer what = { 0 };
    buffer_append_format(&what, "%s ended with ", program);
    child_describe(status, &what);
    set_reason(error, E_DECODER, buffer_string(&what), messages);
    buffer_release(&what);
    return false;
}

/* Output and messages of the program. */
static bool run(struct decode *decode, struct slice bytes, struct buffer *output, struct buffer *messages,
                struct error *error)
{
    const struct document_options *options = decode->decoder->options;
    struct buffer path = { 0 };
    if (!confined_find(program, &path)) {
        buffer_release(&path);
        return error_set(error, E_NO_PROGRAM, "PDF files are read by %s, which is not in PATH: install poppler-utils",
                         program);
    }
    const char *const arguments[] = { buffer_string(&path), "-htmlmeta", "-enc", "UTF-8", "/dev/stdin", "-", NULL };
    unsigned seconds = options->decoder_seconds ? options->decoder_seconds : DOCUMENT_DECODER_SECONDS;
    int64_t memory = options->decoder_memory ? options->decoder_memory : DOCUMENT_DECODER_MEMORY;
    struct confined_settings settings = { .arguments = arguments,
                                          .memory_bytes = memory,
                                          .cpu_seconds = seconds,
                                          .wall_seconds = seconds * SILENT_SECONDS_A_SECOND,
                                          .output_maximum = decode->decoder->maximum };
    struct confined_result result;
    bool is_run = confined_run(&settings, bytes, output, messages, &result, error);
    buffer_release(&path);
    if (!is_run)
        return false;
    switch (result.end) {
    case CONFINED_TOO_LONG:
        return error_set(error, E_LIMIT, "the text has more than %zu bytes (--max-document-bytes)",
                         decode->decoder->maximum);
    case CONFINED_TOO_SLOW:
        return error_set(error, E_LIMIT, "%s took more than %u seconds (--max-decoder-seconds)", program, seconds);
    case CONFINED_DONE:
        break;
    }
    if (result.status != 0)
        return set_failure(error, result.status, memory, buffer_slice(messages));
    return true;
}

/* The value between start and end, which follow each other in head; empty: not there. */
static struct slice value_between(struct slice head, struct slice start, struct slice end)
{
    size_t at = slice_find(head, start) + start.length;
    struct slice value = slice_from(head, at);
    return slice_between(value, 0, slice_find(value, end));
}

/* What the document says about itself: title, author, subject, keywords, dates. */
struct facts {
    struct buffer title, author, subject, keywords;
    int64_t created, modified;
};

static void read_fact(struct slice head, struct slice start, struct buffer *value)
{
    struct buffer raw = { 0 };
    html_append_decoded(&raw, value_between(head, start, SLICE("\"")), true);
    utf8_append_repaired(value, slice_trim(buffer_slice(&raw)));
    buffer_release(&raw);
}

static void read_facts(struct slice head, struct facts *facts)
{
    struct buffer raw = { 0 };
    html_append_decoded(&raw, value_between(head, SLICE("<title>"), SLICE("</title>")), false);
    utf8_append_repaired(&facts->title, buffer_slice(&raw));
    buffer_release(&raw);
    read_fact(head, SLICE("<meta name=\"Author\" content=\""), &facts->author);
    read_fact(head, SLICE("<meta name=\"Subject\" content=\""), &facts->subject);
    read_fact(head, SLICE("<meta name=\"Keywords\" content=\""), &facts->keywords);
    facts->created = date_read_iso(value_between(head, SLICE("<meta name=\"CreationDate\" content=\""), SLICE("\"")));
    facts->modified = date_read_iso(value_between(head, SLICE("<meta name=\"ModDate\" content=\""), SLICE("\"")));
}

static void release_facts(struct facts *facts)
{
    buffer_release(&facts->title);
    buffer_release(&facts->author);
    buffer_release(&facts->subject);
    buffer_release(&facts->keywords);
}

/* The text between <pre> and </pre>, and what stands before it; a program that wrote no HTML wrote text. */
static struct slice split_output(struct slice output, struct slice *head)
{
    static const struct slice start = SLICE_INIT("<pre>\n"), end = SLICE_INIT("</pre>\n</body>\n</html>\n");
    size_t at = slice_find(output, start);
    *head = SLICE("");
    if (!slice_starts_with(output, SLICE("<")) || at == output.length)
        return output;
    *head = slice_between(output, 0, at);
    struct slice text = slice_from(output, at + start.length);
    return slice_ends_with(text, end) ? slice_between(text, 0, text.length - end.length) : text;
}

static bool is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* A page without blank lines around it and without control bytes. */
static void append_page(struct buffer *text, struct slice page)
{
    size_t start = 0, end = page.length;
    for (size_t i = 0; i < page.length && is_blank(page.bytes[i]); i++)
        start = page.bytes[i] == '\n' ? i + 1 : start;
    while (end > start && is_blank(page.bytes[end - 1]))
        end--;
    for (size_t i = start; i < end; i++) {
        unsigned char byte = (unsigned char)page.bytes[i];
        if (byte >= ' ' || byte == '\n' || byte == '\t')
            buffer_append_byte(text, (char)byte);
    }
    buffer_append_byte(text, '\n'); /* also of an empty page: offsets of pages rise */
}

/* Appends all pages, and a JSON array of the code points at which they begin. Returns whether there is any text. */
static bool append_pages(struct buffer *text, struct slice output, struct buffer *pages)
{
    size_t start = 0;
    bool has_text = false;
    buffer_append_byte(pages, '[');
    while (output.length > 0) {
        size_t length = slice_find_byte(output, '\f'), before = text->length;
        buffer_append_format(pages, "%s%zu", pages->length > 1 ? "," : "", start);
        append_page(text, slice_between(output, 0, length));
        output = slice_from(output, length + 1);
        has_text |= text->length > before + 1;
        if (output.length > 0 && text->length > before + 1)
            buffer_append_byte(text, '\n');
        start += utf8_count(slice_from(buffer_slice(text), before));
    }
    buffer_append_byte(pages, ']');
    return has_text;
}

static void append_member(struct buffer *metadata, const char *key, struct slice value)
{
    if (value.length == 0)
        return;
    buffer_append_format(metadata, "%s\"%s\":", metadata->length ? "," : "", key);
    json_append_string(metadata, value);
}

static void append_metadata(struct decode *decode, const struct facts *facts, struct slice pages,
                            struct buffer *metadata)
{
    append_member(metadata, "author", decode_title(decode, buffer_slice(&facts->author)));
    append_member(metadata, "subject", decode_title(decode, buffer_slice(&facts->subject)));
    append_member(metadata, "keywords", decode_title(decode, buffer_slice(&facts->keywords)));
    if (date_is_known(facts->created)) {
        struct buffer date = { 0 };
        date_append(&date, facts->created);
        append_member(metadata, "created", buffer_slice(&date));
        buffer_release(&date);
    }
    buffer_append_format(metadata, "%s\"pages\":%.*s", metadata->length ? "," : "", (int)pages.length, pages.bytes);
}

static bool emit(struct decode *decode, struct slice bytes, struct slice output, struct slice messages,
                 struct error *error)
{
    struct document_decoder *decoder = decode->decoder;
    struct document document = { .modified = DATE_UNKNOWN };
    struct buffer pages = { 0 }, metadata = { 0 };
    struct facts facts = { 0 };
    struct slice head, text = split_output(output, &head);
    if (!utf8_is_valid(text)) {
        document.replaced = (int64_t)utf8_append_repaired(&decoder->utf8, text);
        text = buffer_slice(&decoder->utf8);
    }
    bool is_good = true;
    if (append_pages(&decoder->text, text, &pages)) {
        read_facts(head, &facts);
        append_metadata(decode, &facts, buffer_slice(&pages), &metadata);
        document.text = buffer_slice(&decoder->text);
        document.title = decode_title(decode, buffer_slice(&facts.title));
        document.metadata = buffer_slice(&metadata);
        document.modified = facts.modified;
        decode_describe(decode, bytes, &document);
        is_good = decode_emit(decode, &document, error);
    } else if (slice_find(messages, SLICE("Error")) < messages.length) {
        is_good = set_reason(error, E_PDF, program, messages);
    } else {
        is_good = error_set(error, E_NO_TEXT, "the PDF has no text, only pictures or nothing at all");
    }
    release_facts(&facts);
    buffer_release(&pages);
    buffer_release(&metadata);
    return is_good;
}

bool decode_pdf(struct decode *decode, struct error *error)
{
    struct buffer output = { 0 }, messages = { 0 };
    struct slice bytes;
    bool is_good = decode_gather(decode, &bytes, error) && run(decode, bytes, &output, &messages, error) &&
                   emit(decode, bytes, buffer_slice(&output), buffer_slice(&messages), error);
    buffer_release(&output);
    buffer_release(&messages);
    return is_good;
}
