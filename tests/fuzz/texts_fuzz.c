/* texts_fuzz.c - fuzz entry: RTF, reStructuredText, subtitles and front matter. The first byte chooses the format. */
#include <stdint.h>

#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const formats[] = { "rtf", "rst", "srt", "markdown" };
    static const struct document_options options = { .max_document_bytes = 1 << 20 };
    if (length == 0)
        return 0;
    fuzz_decode_twice(formats[bytes[0] & 3], slice_of((const char *)bytes + 1, length - 1), 1 + bytes[0] % 9, &options);
    return 0;
}
