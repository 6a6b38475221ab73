/* warc_fuzz.c - fuzz entry: any bytes as a web archive, whole and in pieces, and as an HTTP response. */
#include <stdint.h>

#include "document/http_message.h"
#include "document/warc.h"
#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static bool read_piece(void *context, struct slice *bytes, struct error *error)
{
    return fuzz_read(context, bytes, error);
}

/* Every other block is read, the rest skipped. */
static void list(struct slice bytes, size_t piece, struct buffer *output)
{
    struct fuzz_pieces pieces = { bytes, piece, NULL };
    struct content content = { .read = read_piece, .context = &pieces };
    struct warc *warc = warc_open(&content);
    struct warc_record record;
    struct slice block;
    struct error error;
    bool has_record = true;
    for (size_t count = 0; has_record; count++) {
        error_reset(&error);
        if (!warc_next(warc, &record, &has_record, &error)) {
            fuzz_expect(error.code == E_WARC);
            error_format(&error, output);
            has_record = true;
            continue;
        }
        if (!has_record)
            break;
        fuzz_expect(record.offset >= 0 && record.offset < (int64_t)bytes.length && record.length >= 0);
        buffer_append_format(output, "%lld %lld\n", (long long)record.offset, (long long)record.length);
        buffer_append_slice(output, record.url);
        bool is_good = true;
        while (count % 2 == 0 && (is_good = warc_read(warc, &block, &error)) && block.length > 0)
            buffer_append_slice(output, block);
        if (!is_good)
            error_format(&error, output);
    }
    warc_close(warc);
    memory_free(pieces.copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice input = slice_of((const char *)bytes, length);
    struct buffer whole = { 0 }, cut = { 0 };
    struct http_message message;
    list(input, length + 1, &whole);
    list(input, 1 + length % 9, &cut);
    fuzz_expect(slice_equal(buffer_slice(&whole), buffer_slice(&cut)));
    buffer_reset(&whole);
    http_message_read(input, &message);
    fuzz_expect(message.body <= length);
    http_append_chunks(&whole, slice_from(input, message.body));
    fuzz_expect(whole.length <= length);
    buffer_release(&whole);
    buffer_release(&cut);
    return 0;
}
