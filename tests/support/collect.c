/* collect.c - decodes bytes in a test and keeps what comes out. */
#include "collect.h"

#include "base/memory.h"

struct pieces {
    struct slice rest;
    size_t piece;
    char *copy; /* of its own size, so that a sanitizer sees a read beyond */
};

static bool read_piece(void *context, struct slice *bytes, struct error *error)
{
    struct pieces *pieces = context;
    (void)error;
    size_t length = pieces->rest.length < pieces->piece ? pieces->rest.length : pieces->piece;
    memory_free(pieces->copy);
    pieces->copy = memory_allocate(length);
    memcpy(pieces->copy, pieces->rest.bytes, length);
    pieces->rest = slice_from(pieces->rest, length);
    *bytes = slice_of(pieces->copy, length);
    return true;
}

static bool keep_record(void *context, struct slice record, int64_t line)
{
    struct collected *collected = context;
    (void)line;
    buffer_append_slice(&collected->records, record);
    buffer_append_byte(&collected->records, '\n');
    collected->count++;
    return collected->limit == 0 || collected->count < collected->limit;
}

static bool keep_reject(void *context, const struct error *error, struct slice raw)
{
    struct collected *collected = context;
    (void)raw;
    buffer_append_string(&collected->rejects, code_entry(error->code)->name);
    buffer_append_byte(&collected->rejects, ' ');
    error_format(error, &collected->rejects);
    buffer_append_byte(&collected->rejects, '\n');
    return true;
}

void collect(struct collected *collected, const char *format, const char *name, struct slice bytes, size_t piece,
             const struct document_options *options)
{
    static const struct document_options defaults;
    struct document_sink sink = { collected, keep_record, keep_reject };
    size_t first = piece && piece < bytes.length ? piece : bytes.length;
    char *copy = memory_allocate(first);
    if (first)
        memcpy(copy, bytes.bytes, first);
    struct pieces pieces = { slice_from(bytes, first), piece, NULL };
    struct document_source source = { .name = slice_of_string(name), .path = name, .bytes = slice_of(copy, first) };
    if (piece) {
        source.read = read_piece;
        source.context = &pieces;
    }
    const struct document_format *chosen =
        format ? document_format_find(slice_of_string(format)) : document_sniff(source.bytes, source.name);
    struct document_decoder *decoder = document_decoder_create(options ? options : &defaults, &collected->error);
    collected->is_done = decoder && document_decode(decoder, chosen, &source, &sink, &collected->error);
    document_decoder_free(decoder);
    memory_free(pieces.copy);
    memory_free(copy);
}

void collected_release(struct collected *collected)
{
    buffer_release(&collected->records);
    buffer_release(&collected->rejects);
    *collected = (struct collected){ 0 };
}
