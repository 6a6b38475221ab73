/* input_fuzz.c - fuzz entry: compressed or plain bytes give the same lines, or the same fault, however they are read.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "stream/archive.h"
#include "stream/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

static struct input *open_bytes(struct slice bytes, struct error *error)
{
    static const struct input_settings settings = { .decoded_maximum = 1 << 20, .limit_name = "the fuzzer" };
    struct input *input = input_open_memory(bytes, "fuzz", &settings, error);
    expect(input != NULL);
    return input;
}

/* What the bytes decode to, up to the fault. */
static enum code read_bytes(struct slice bytes, struct buffer *text)
{
    struct error error = { 0 };
    struct input *input = open_bytes(bytes, &error);
    struct slice piece;
    do {
        if (!input_read(input, &piece, &error))
            break;
        buffer_append_slice(text, piece);
    } while (piece.length > 0);
    input_close(input);
    return error.code;
}

static enum code read_lines(struct slice bytes, size_t block_bytes, struct buffer *text)
{
    struct error error = { 0 };
    struct lines *lines = lines_create(open_bytes(bytes, &error), block_bytes);
    struct lines_block block;
    int64_t next = 1;
    while (lines_read(lines, false, &block, &error) && block.line_count > 0) {
        expect(block.first_line == next);
        next += block.line_count;
        buffer_append_slice(text, block.text);
        lines_block_release(&block);
    }
    lines_close(lines);
    return error.code;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice input = slice_of((const char *)bytes, length);
    (void)archive_format_of(input);
    const char *format = compression_of(input);
    if (format && strcmp(format, "zstd") != 0 && strcmp(format, "gzip") != 0)
        return 0; /* these start a child */
    struct buffer text = { 0 }, lines = { 0 };
    enum code code = read_bytes(input, &text);
    static const size_t sizes[] = { 256, 4000, 0 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        buffer_reset(&lines);
        expect(read_lines(input, sizes[i], &lines) == code);
        /* A fault ends the lines at the last whole one; how much came before it depends on the reads. */
        struct slice shorter = slice_between(buffer_slice(&text), 0, lines.length);
        expect(code != E_NONE || lines.length == text.length);
        expect(lines.length > text.length || slice_equal(shorter, buffer_slice(&lines)));
    }
    buffer_release(&text);
    buffer_release(&lines);
    return 0;
}
