/* expression_escape.c - what can be said of a JSON string without decoding it. */
#include "base/cpu.h"
#include "base/number.h"
#include "record/expression_node.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* The value of \uXXXX at position, -1 if there is no such escape. The text was checked. */
static int32_t unicode_escape(struct slice escaped, size_t position)
{
    if (escaped.length < 6 || position > escaped.length - 6 || escaped.bytes[position] != '\\' ||
        escaped.bytes[position + 1] != 'u')
        return -1;
    int32_t value = 0;
    for (size_t i = position + 2; i < position + 6; i++)
        value = value << 4 | (number_hexadecimal(escaped.bytes[i]) & 0xf);
    return value;
}

/* The escape at position stands for one character: *bytes of them, 12 for a surrogate pair. */
static bool measure_escape(struct slice escaped, size_t position, size_t *bytes, struct error *error)
{
    int32_t unit = unicode_escape(escaped, position);
    *bytes = unit < 0 ? 2 : 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    int32_t low = unit < 0xdc00 ? unicode_escape(escaped, position + 6) : -1;
    *bytes = 12;
    return (low >= 0xdc00 && low <= 0xdfff) ||
           error_set(error, E_JSON_SURROGATE, "the escape \\u%04x is half a character", (unsigned)unit);
}

/* Bytes from start on that begin a character, less what escapes have too many. *position: behind the last escape. */
static bool count_bytewise(struct slice escaped, size_t start, size_t *position, size_t *count, struct error *error)
{
    for (size_t i = start; i < escaped.length; i++)
        *count += ((unsigned char)escaped.bytes[i] & 0xc0) != 0x80;
    for (;;) {
        size_t bytes;
        *position += slice_find_byte(slice_from(escaped, *position), '\\');
        if (*position >= escaped.length)
            return true;
        if (!measure_escape(escaped, *position, &bytes, error))
            return false;
        *count -= bytes - 1;
        *position += bytes;
    }
}

#if defined(__x86_64__)
/* The same 32 bytes at a time; leaves the rest. */
__attribute__((target("avx2,bmi,popcnt"))) static bool count_avx2(struct slice escaped, size_t *start, size_t *position,
                                                                  size_t *count, struct error *error)
{
    const __m256i backslash = _mm256_set1_epi8('\\'), continuation = _mm256_set1_epi8((char)0xbf);
    for (; escaped.length - *start >= 32; *start += 32) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(escaped.bytes + *start));
        uint32_t leads = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(block, continuation));
        uint32_t slashes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, backslash));
        *count += (size_t)__builtin_popcount(leads);
        for (; slashes; slashes &= slashes - 1) {
            size_t found = *start + (size_t)__builtin_ctz(slashes), bytes;
            if (found < *position)
                continue; /* the second byte of an escape */
            bytes = 2;
            if (escaped.bytes[found + 1] == 'u' && !measure_escape(escaped, found, &bytes, error))
                return false;
            *count -= bytes - 1;
            *position = found + bytes;
        }
    }
    if (*position < *start)
        *position = *start;
    return true;
}
#endif

bool escaped_length(struct slice escaped, size_t *count, struct error *error)
{
    size_t start = 0, position = 0;
    *count = 0;
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2 && !count_avx2(escaped, &start, &position, count, error))
        return false;
#endif
    return count_bytewise(escaped, start, &position, count, error);
}

/* Could text stand in an escaped string as it is? A character that JSON allows to be written as \n or \" or \/ may have
 * been written so. */
static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte == '/')
            return false;
    }
    return true;
}

/* Only \uXXXX can hide a plain character; the short escapes stand for others. */
bool escaped_may_contain(struct slice escaped, struct slice wanted)
{
    return !is_plain(wanted) || slice_find(escaped, wanted) < escaped.length || wanted.length == 0 ||
           slice_find(escaped, SLICE("\\u")) < escaped.length;
}
