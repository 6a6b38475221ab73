/* mail_fuzz.c - fuzz entry: any bytes as a message and as a mailbox, whole and in pieces. */
#include <stdint.h>

#include "document/mbox.h"
#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static bool read_piece(void *context, struct slice *bytes, struct error *error)
{
    return fuzz_read(context, bytes, error);
}

/* All messages of the mailbox, a line with offset and length before each. */
static void split(struct slice bytes, size_t piece, struct buffer *output)
{
    struct fuzz_pieces pieces = { bytes, piece, NULL };
    struct content content = { .read = read_piece, .context = &pieces };
    struct mbox *mbox = mbox_open(&content, 4096);
    struct mbox_message message;
    struct error error;
    bool has_message = true;
    while (has_message) {
        fuzz_expect(mbox_next(mbox, &message, &has_message, &error));
        if (!has_message)
            break;
        fuzz_expect(message.offset >= 0 && message.offset <= (int64_t)bytes.length);
        buffer_append_format(output, "%lld %zu %d\n", (long long)message.offset, message.bytes.length, message.is_cut);
        buffer_append_slice(output, message.bytes);
    }
    mbox_close(mbox);
    memory_free(pieces.copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct document_options options = { .max_document_bytes = 1 << 20 };
    struct slice input = slice_of((const char *)bytes, length);
    struct buffer whole = { 0 }, cut = { 0 };
    fuzz_decode_twice("eml", input, 1 + length % 7, &options);
    split(input, length + 1, &whole);
    split(input, 1 + length % 9, &cut);
    fuzz_expect(slice_equal(buffer_slice(&whole), buffer_slice(&cut)));
    buffer_release(&whole);
    buffer_release(&cut);
    return 0;
}
