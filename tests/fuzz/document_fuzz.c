/* document_fuzz.c - fuzz entry: what any bytes are taken for, and JSON, JSONL, text and Markdown files. The first byte
 * chooses the format and options. */
#include <stdint.h>

#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const formats[] = { "json", "jsonl", "markdown", "text" };
    static const char *const text[] = { "a.b", "text" }, *const metadata[] = { "a", "*" };
    if (length == 0)
        return 0;
    struct slice input = slice_of((const char *)bytes + 1, length - 1);
    struct document_options options = { .max_document_bytes = 1 << 20 };
    if (bytes[0] & 16) {
        options.text_fields = text;
        options.text_field_count = 1 + (bytes[0] >> 7);
    }
    if (bytes[0] & 32) {
        options.metadata_fields = metadata;
        options.metadata_field_count = 1 + (bytes[0] >> 7);
    }
    if (bytes[0] & 64)
        options.id_field = "a";
    if (bytes[0] & 8)
        options.charset = "shift_jis";
    fuzz_decode_twice(formats[bytes[0] & 3], input, 1 + bytes[0] % 9, &options);
    if (bytes[0] & 4)
        fuzz_decode_twice(NULL, input, 4096, &options);
    return 0;
}
