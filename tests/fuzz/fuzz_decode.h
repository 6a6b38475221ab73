/* fuzz_decode.h - what the fuzz entries of document decoders share: every record that comes out is checked, and the
 * size of reads must not change them. */
#ifndef FUZZ_DECODE_H
#define FUZZ_DECODE_H

#include <stdlib.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "document/document.h"
#include "json/json.h"

struct fuzz_pieces {
    struct slice rest;
    size_t piece;
    char *copy; /* of its exact size */
};

static inline void fuzz_expect(bool is_true)
{
    if (!is_true)
        abort();
}

static inline bool fuzz_read(void *context, struct slice *bytes, struct error *error)
{
    struct fuzz_pieces *pieces = context;
    (void)error;
    size_t length = pieces->rest.length < pieces->piece ? pieces->rest.length : pieces->piece;
    memory_free(pieces->copy);
    pieces->copy = memory_allocate(length);
    if (length)
        memcpy(pieces->copy, pieces->rest.bytes, length);
    pieces->rest = slice_from(pieces->rest, length);
    *bytes = slice_of(pieces->copy, length);
    return true;
}

/* A record is one line of valid JSON with an id, a text and metadata. */
static inline bool fuzz_emit(void *context, struct slice record, int64_t line)
{
    struct arena arena = { 0 };
    struct json_object object;
    struct error error;
    (void)line;
    fuzz_expect(slice_find_byte(record, '\n') == record.length && utf8_is_valid(record));
    fuzz_expect(json_scan_object(record, &arena, &object, &error));
    struct json_field *id = json_object_find(&object, SLICE("id")), *text = json_object_find(&object, SLICE("text"));
    fuzz_expect(id && id->value.type == JSON_STRING && text && text->value.type == JSON_STRING);
    fuzz_expect(json_object_find(&object, SLICE("metadata")) != NULL);
    arena_release(&arena);
    buffer_append_slice(context, record);
    buffer_append_byte(context, '\n');
    return true;
}

static inline bool fuzz_reject(void *context, const struct error *error, struct slice raw)
{
    (void)raw;
    fuzz_expect(error->code != E_NONE);
    error_format(error, context);
    buffer_append_byte(context, '\n');
    return true;
}

/* Decodes bytes and appends what comes out. piece: 0 for all at once. format: NULL to sniff. */
static inline void fuzz_decode(const char *format, struct slice bytes, size_t piece,
                               const struct document_options *options, struct buffer *output)
{
    struct error error = { 0 };
    struct document_sink sink = { output, fuzz_emit, fuzz_reject };
    size_t first = piece && piece < bytes.length ? piece : bytes.length;
    struct fuzz_pieces pieces = { slice_from(bytes, first), piece, NULL };
    struct document_source source = { .name = SLICE("a"), .path = "a", .bytes = slice_between(bytes, 0, first) };
    if (piece) {
        source.read = fuzz_read;
        source.context = &pieces;
    }
    const struct document_format *chosen =
        format ? document_format_find(slice_of_string(format)) : document_sniff(bytes, SLICE("a"));
    struct document_decoder *decoder = document_decoder_create(options, &error);
    fuzz_expect(decoder != NULL);
    if (!document_decode(decoder, chosen, &source, &sink, &error)) {
        fuzz_expect(error.code != E_NONE);
        error_format(&error, output);
    }
    document_decoder_free(decoder);
    memory_free(pieces.copy);
}

/* The same whole and in pieces. */
static inline void fuzz_decode_twice(const char *format, struct slice bytes, size_t piece,
                                     const struct document_options *options)
{
    struct buffer whole = { 0 }, cut = { 0 };
    fuzz_decode(format, bytes, 0, options, &whole);
    fuzz_decode(format, bytes, piece, options, &cut);
    fuzz_expect(slice_equal(buffer_slice(&whole), buffer_slice(&cut)));
    buffer_release(&whole);
    buffer_release(&cut);
}

#endif
