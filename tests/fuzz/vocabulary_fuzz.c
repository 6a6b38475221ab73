/* vocabulary_fuzz.c - a vocabulary file of either form, and then a text for it behind a NUL. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/encoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void exercise(const struct vocabulary *vocabulary, struct slice text)
{
    struct encoder *encoder = encoder_create(vocabulary, ADDED_AS_FILE);
    struct buffer back = { 0 };
    struct error error;
    const uint32_t *ids;
    size_t count, counted;
    if (encoder_encode(encoder, text, &ids, &count, &error)) {
        if (!vocabulary_decode(vocabulary, ids, count, &back, &error))
            abort();
        if (!encoder_count(encoder, text, &counted, &error) || counted != count)
            abort();
    }
    buffer_release(&back);
    encoder_free(encoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = memchr(data, 0, size);
    size_t length = nul ? (size_t)(nul - data) : size;
    struct error error;
    struct vocabulary *vocabulary = vocabulary_read("gpt2.json", slice_of((const char *)data, length), &error);
    struct slice text = nul ? slice_of((const char *)nul + 1, size - length - 1) : slice_of("", 0);
    if (vocabulary && utf8_is_valid(text))
        exercise(vocabulary, text);
    vocabulary_close(vocabulary);
    return 0;
}
