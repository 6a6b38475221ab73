/* csv_fuzz.c - fuzz entry: rows of CSV, whatever the quotes, are the same however they are read. The first byte chooses
 * options. */
#include <stdint.h>

#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const all[] = { "*" }, *const first[] = { "a" };
    if (length == 0)
        return 0;
    struct document_options options = { .max_document_bytes = 1 << 20, .has_no_header = bytes[0] & 1 };
    if (bytes[0] & 2) {
        options.metadata_fields = all;
        options.metadata_field_count = 1;
    }
    if (bytes[0] & 4) {
        options.text_fields = first;
        options.text_field_count = 1;
    }
    if (bytes[0] & 8)
        options.id_field = "b";
    if (bytes[0] & 16)
        options.delimiter = ';';
    if (bytes[0] & 32)
        options.max_document_bytes = 40;
    fuzz_decode_twice(bytes[0] & 64 ? "tsv" : "csv", slice_of((const char *)bytes + 1, length - 1), 1 + bytes[0] % 5,
                      &options);
    return 0;
}
