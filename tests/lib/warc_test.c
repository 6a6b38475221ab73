/* warc_test.c - records of web archives, and HTTP responses in them. */
#include "document/warc.h"

#include "document/http_message.h"
#include "document/mime.h"
#include "test.h"

struct pieces {
    struct slice rest;
    size_t length;
};

static bool read_piece(void *context, struct slice *bytes, struct error *error)
{
    struct pieces *pieces = context;
    (void)error;
    *bytes = slice_between(pieces->rest, 0, pieces->length);
    pieces->rest = slice_from(pieces->rest, pieces->length);
    return true;
}

/* Every record as "type url offset [block]", every fault as its message, a line each; blocks are read when asked for.
 */
static void list(struct slice bytes, size_t piece, bool reads_blocks, struct buffer *found)
{
    struct pieces pieces = { bytes, piece };
    struct content content = { .read = read_piece, .context = &pieces };
    struct warc *warc = warc_open(&content);
    struct warc_record record;
    struct slice block;
    bool has_record = true;
    while (has_record) {
        struct error error;
        error_reset(&error);
        if (!warc_next(warc, &record, &has_record, &error)) {
            buffer_append_format(found, "%s\n", error.message);
            has_record = true;
            continue;
        }
        if (!has_record)
            break;
        buffer_append_format(found, "%.*s %.*s %lld [", (int)record.type.length, record.type.bytes,
                             (int)record.url.length, record.url.bytes, (long long)record.offset);
        bool is_good = true;
        while (reads_blocks && (is_good = warc_read(warc, &block, &error)) && block.length > 0)
            buffer_append_slice(found, block);
        buffer_append_format(found, "]%s\n", is_good ? "" : error.message);
    }
    warc_close(warc);
}

static void check_list(struct slice bytes, const char *wanted)
{
    for (size_t piece = 1; piece <= bytes.length; piece += piece < 40 ? 1 : 37) {
        struct buffer found = { 0 };
        list(bytes, piece, true, &found);
        test_text_equal(__FILE__, __LINE__, buffer_slice(&found), slice_of_string(wanted));
        buffer_release(&found);
    }
}

#define RECORD(type, url, length, block)                                                                               \
    "WARC/1.0\r\nWARC-Type: " type "\r\nWARC-Target-URI: <" url ">\r\nContent-Length: " length "\r\n\r\n" block        \
    "\r\n\r\n"

TEST(warc_records, "warc: records one after the other, whatever the size of reads")
{
    check_list(SLICE(RECORD("response", "http://a/", "5", "hello") RECORD("request", "", "0", "")
                         RECORD("resource", "urn:x", "3", "a\nb")),
               "response http://a/ 0 [hello]\nrequest  91 []\nresource urn:x 167 [a\nb]\n");
    check_list(SLICE("\n\nWARC/1.1\nwarc-type: conversion\ncontent-length: 2\n\nhi"), "conversion  2 [hi]\n");
    check_list(SLICE(""), "");
}

TEST(warc_damage, "warc: a damaged record is named with its place, and the next one found")
{
    check_list(SLICE("junk\nmore WARC/ junk\n" RECORD("response", "u", "2", "hi")),
               "no WARC record, expected 'WARC/1.0' or 'WARC/1.1', at byte 0\nresponse u 21 [hi]\n");
    check_list(SLICE("WARC/1.0\r\nWARC-Type: response\r\n\r\nhi\r\n" RECORD("response", "u", "2", "hi")),
               "no Content-Length in the record at byte 0\nresponse u 37 [hi]\n");
    check_list(SLICE("WARC/1.0\r\nContent-Length: -1\r\n\r\n"), "no Content-Length in the record at byte 0\n");
    check_list(SLICE(RECORD("response", "u", "1", "hi") RECORD("resource", "v", "2", "hi")),
               "response u 0 [h]\nno WARC record, expected 'WARC/1.0' or 'WARC/1.1', at byte 75\nresource v 80 [hi]\n");
    check_list(SLICE("WARC/1.0\r\nContent-Length: 9\r\n\r\nhi"),
               "  0 [hi]the record is cut short that begins at byte 0\n");
    check_list(SLICE("WARC/1.0\r\nContent-Len"), "the record is cut short that begins at byte 0\n");
}

TEST(warc_header_limit, "warc: an endless header ends at its limit")
{
    struct buffer bytes = { 0 }, found = { 0 };
    buffer_append_string(&bytes, "WARC/1.0\r\nX: ");
    buffer_append_repeated(&bytes, 'x', 10 << 20);
    buffer_append_string(&bytes, "\r\n\r\n" RECORD("response", "u", "2", "hi"));
    list(buffer_slice(&bytes), 65536, true, &found);
    EXPECT_TEXT(buffer_slice(&found), "a header of more than 262144 bytes at byte 0\nresponse u 10485777 [hi]\n");
    buffer_release(&bytes);
    buffer_release(&found);
}

TEST(http_messages, "http: status, header and body of a response")
{
    static const struct {
        const char *bytes;
        int status;
        size_t body;
        bool is_chunked;
    } cases[] = {
        { "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 200, 25, false },
        { "HTTP/2 404\r\n\r\n", 404, 14, false },
        { "HTTP/1.0 200 OK\nTransfer-Encoding: gzip, Chunked\n\n", 200, 50, true },
        { "HTTP/1.1 OK\r\n\r\n", 0, 0, false },
        { "GET / HTTP/1.1\r\n\r\n", 0, 0, false },
        { "", 0, 0, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_message message;
        http_message_read(slice_of_string(cases[i].bytes), &message);
        EXPECT_INTEGER(message.status, cases[i].status);
        EXPECT_INTEGER(message.is_chunked, cases[i].is_chunked);
        EXPECT(message.status == 0 || message.body == cases[i].body);
    }
}

TEST(http_chunks, "http: chunks are joined, broken ones as far as they go, and what is none stays")
{
    static const char *const cases[][2] = {
        { "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n", "hello!" },
        { "a\n0123456789\n0\n", "0123456789" },
        { "5\r\nhello\r\n9\r\ncut", "hellocut" },
        { "<html>not chunked", "<html>not chunked" },
        { "ffffffffffffff\r\nx", "x" },
        { "fffffffffffffffffffff\r\nx", "fffffffffffffffffffff\r\nx" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer body = { 0 };
        http_append_chunks(&body, slice_of_string(cases[i][0]));
        test_text_equal(__FILE__, __LINE__, buffer_slice(&body), slice_of_string(cases[i][1]));
        buffer_release(&body);
    }
}
