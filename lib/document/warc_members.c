/* warc_members.c - the pages of a web archive as documents. */
#include "document/charset.h"
#include "document/http_message.h"
#include "document/mime.h"
#include "document/outer.h"
#include "document/warc.h"
#include "json/write.h"

/* A record under way, and what is known of its content. */
struct page {
    struct outer *outer;
    struct warc *warc;
    const struct warc_record *record;
    struct piece member;
    struct buffer mime, metadata;
    struct buffer whole, body; /* of a chunked response: all of it, and its chunks joined */
};

static bool read_record(void *context, struct slice *bytes, struct error *error)
{
    struct page *page = context;
    return warc_read(page->warc, bytes, error);
}

static void append_date(struct buffer *metadata, const char *key, int64_t date)
{
    if (!date_is_known(date))
        return;
    buffer_append_format(metadata, "%s\"%s\":\"", metadata->length ? "," : "", key);
    date_append(metadata, date);
    buffer_append_byte(metadata, '"');
}

/* The media type and charset of a Content-Type. */
static void set_type(struct page *page, struct slice type)
{
    struct buffer charset = { 0 };
    buffer_reset(&page->mime);
    mime_append_value(&page->mime, type);
    mime_append_parameter(&charset, type, SLICE("charset"));
    page->member.mime = buffer_slice(&page->mime);
    page->member.charset = charset_find(buffer_slice(&charset));
    buffer_release(&charset);
}

/* The URL's path, whose extension may tell the format. */
static struct slice path_of(struct slice url)
{
    size_t end = slice_find_byte(url, '?'), mark = slice_find_byte(url, '#');
    struct slice path = slice_between(url, 0, end < mark ? end : mark);
    size_t host = slice_find(path, SLICE("://"));
    struct slice rest = host < path.length ? slice_from(path, host + 3) : path;
    size_t slash = slice_find_byte(rest, '/');
    return host < path.length ? slice_from(rest, slash) : path;
}

/* Names the member by its URL. false: it is left out. */
static bool name_page(struct page *page)
{
    struct outer *outer = page->outer;
    const struct warc_record *record = page->record;
    buffer_reset(&outer->inner);
    walk_append_source(&outer->inner, record->url);
    if (outer->inner.length == 0)
        buffer_append_format(&outer->inner, "record-%lld", (long long)record->offset);
    struct piece *member = &page->member;
    if (!outer_take_name(outer, member))
        return false;
    member->name = path_of(buffer_slice(&outer->inner));
    return true;
}

/* Members of metadata: when the server changed it, where and when it was fetched. */
static void describe_page(struct page *page, struct slice http_header)
{
    struct buffer *metadata = &page->metadata;
    const struct warc_record *record = page->record;
    append_date(metadata, "modified", date_read_mail(mime_find_field(http_header, SLICE("Last-Modified"))));
    if (record->url.length > 0) {
        buffer_append_format(metadata, "%s\"url\":", metadata->length ? "," : "");
        json_append_string(metadata, buffer_slice(&page->outer->inner));
    }
    append_date(metadata, "crawled", date_read_iso(mime_find_field(record->header, SLICE("WARC-Date"))));
    page->member.metadata = buffer_slice(metadata);
}

/* Encodings that show in the first bytes are taken off like any compression. Some crawlers keep the header of a body
 * that they decoded. */
static bool is_readable(struct page *page, struct slice encoding, struct slice body)
{
    static const char *const names[] = { "br", "deflate", "compress", "dcb", "dcz" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!slice_equal_ignore_case(encoding, slice_of_string(names[i])) ||
            !slice_equal(slice_of_string(document_sniff(body, SLICE(""))->name), SLICE("binary")))
            continue;
        struct error error;
        error_set(&error, E_FORMAT, "the page has the content encoding '%s', which this version does not read",
                  names[i]);
        reader_report(page->outer->reader, &page->member, &error);
        return false;
    }
    return true;
}

/* The body of a response, without its chunk lines. false: it was reported. */
static bool open_body(struct page *page, struct http_message *message, struct content *content)
{
    struct file_reader *reader = page->outer->reader;
    size_t maximum = 2 * reader->settings->decode.max_document_bytes;
    struct error error;
    error_reset(&error);
    if (!message->is_chunked) {
        content->bytes = slice_from(content->bytes, message->body);
        return true;
    }
    if (!content_gather(content, &page->whole, maximum, &error) || !content->is_whole) {
        if (!error_is_set(&error))
            error_set(&error, E_LIMIT, "a chunked page of more than twice the %zu bytes of --max-document-bytes",
                      reader->settings->decode.max_document_bytes);
        reader_report(reader, &page->member, &error);
        return false;
    }
    http_message_read(content->bytes, message); /* the bytes may have moved */
    http_append_chunks(&page->body, slice_from(content->bytes, message->body));
    content->bytes = buffer_slice(&page->body);
    return true;
}

static void read_response(struct page *page, struct content *content)
{
    struct file_reader *reader = page->outer->reader;
    struct http_message message;
    http_message_read(content->bytes, &message);
    if (message.status < 200 || message.status > 299) {
        reader->counts.web_passed++;
        return;
    }
    if (!name_page(page) || !open_body(page, &message, content))
        return;
    set_type(page, mime_find_field(message.header, SLICE("Content-Type")));
    describe_page(page, message.header);
    if (is_readable(page, mime_find_field(message.header, SLICE("Content-Encoding")), content->bytes))
        reader_handle(reader, &page->member, content);
}

static bool is_response(const struct warc_record *record)
{
    struct slice type = mime_find_field(record->header, SLICE("Content-Type"));
    return slice_equal(record->type, SLICE("response")) &&
           (type.length == 0 || slice_equal_ignore_case(slice_between(type, 0, 16), SLICE("application/http")));
}

static bool is_content(const struct warc_record *record)
{
    return slice_equal(record->type, SLICE("resource")) || slice_equal(record->type, SLICE("conversion"));
}

static void read_page(struct page *page)
{
    struct outer *outer = page->outer;
    struct error error;
    error_reset(&error);
    struct content content = { .read = read_record, .context = page };
    size_t wanted = page->record->length <= CONTENT_WHOLE_BYTES ? CONTENT_WHOLE_BYTES : CONTENT_BLOCK_BYTES;
    if (!content_gather(&content, &outer->kept, wanted, &error)) {
        if (name_page(page))
            reader_report(outer->reader, &page->member, &error);
    } else if (is_response(page->record)) {
        read_response(page, &content);
    } else if (name_page(page)) {
        set_type(page, mime_find_field(page->record->header, SLICE("Content-Type")));
        describe_page(page, SLICE(""));
        reader_handle(outer->reader, &page->member, &content);
    }
}

static void handle_record(struct outer *outer, struct warc *warc, const struct warc_record *record)
{
    struct page page = { .outer = outer, .warc = warc, .record = record };
    if (is_response(record) || is_content(record))
        read_page(&page);
    else
        outer->reader->counts.web_passed++;
    buffer_release(&page.mime);
    buffer_release(&page.metadata);
    buffer_release(&page.whole);
    buffer_release(&page.body);
}

void reader_warc(struct outer *outer, struct content *content)
{
    struct warc *warc = warc_open(content);
    struct warc_record record;
    struct error error;
    bool has_record = true;
    while (has_record && !outer->is_ended && !outer->reader->is_stopped) {
        error_reset(&error);
        if (!warc_next(warc, &record, &has_record, &error)) {
            outer_report(outer, &error);
            has_record = error.code == E_WARC;
        } else if (has_record && outer_count_entry(outer)) {
            handle_record(outer, warc, &record);
        }
    }
    warc_close(warc);
}
