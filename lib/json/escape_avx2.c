/* escape_avx2.c - copies of text with escapes put in or taken out, 32 bytes at a time. */
#include "json/escape.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

enum { BLOCK_BYTES = 32 };

AVX2 static inline __m256i load(const char *bytes)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

AVX2 static inline void store(char *place, __m256i bytes)
{
    _mm256_storeu_si256((__m256i *)(void *)place, bytes);
}

AVX2 static inline uint32_t bytes_to_escape(__m256i bytes)
{
    __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    __m256i backslashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
    __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quotes, backslashes), controls));
}

/* A block is stored whole at each turn; what stands behind its clean start is written over by the next. */
AVX2 char *json_escape_avx2(char *output, struct slice text)
{
    const char *next = text.bytes, *end = text.bytes + text.length;
    for (; end - next >= 2 * BLOCK_BYTES; next += BLOCK_BYTES) {
        __m256i block = load(next);
        store(output, block);
        size_t done = 0;
        for (uint32_t special = bytes_to_escape(block); special; special = _blsr_u32(special)) {
            size_t offset = _tzcnt_u32(special);
            const struct json_escape *escape = &json_escapes[(unsigned char)next[offset]];
            output += offset - done;
            memcpy(output, escape->bytes, sizeof *escape);
            output += escape->length;
            done = offset + 1;
            store(output, load(next + done));
        }
        output += BLOCK_BYTES - done;
    }
    return json_escape_bytes(output, slice_of(next, (size_t)(end - next)));
}

AVX2 size_t json_copy_plain_avx2(char *output, struct slice text)
{
    size_t length = 0;
    for (; text.length - length >= BLOCK_BYTES; length += BLOCK_BYTES) {
        __m256i block = load(text.bytes + length);
        store(output + length, block);
        uint32_t backslashes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8('\\')));
        if (backslashes)
            return length + _tzcnt_u32(backslashes);
    }
    for (; length < text.length && text.bytes[length] != '\\'; length++)
        output[length] = text.bytes[length];
    return length;
}
#endif
