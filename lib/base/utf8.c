/* utf8.c - UTF-8, checked. */
#include "base/utf8.h"

#include <string.h>

#include "base/cpu.h"
#include "base/utf8_kernels.h"

size_t utf8_decode(struct slice text, uint32_t *code_point)
{
    if (text.length == 0)
        return 0;
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    unsigned first = bytes[0];
    if (first < 0x80) {
        *code_point = first;
        return 1;
    }
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.length < length)
        return 0;
    /* The second byte has the narrow ranges that keep out long forms, surrogates and what lies above U+10FFFF. */
    unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (bytes[1] < low || bytes[1] > high)
        return 0;
    uint32_t value = first & (0xffu >> (length + 1));
    value = value << 6 | (bytes[1] & 0x3fu);
    for (size_t i = 2; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    *code_point = value;
    return length;
}

size_t utf8_encode(uint32_t code_point, char *bytes)
{
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        bytes[0] = (char)(0xc0 | code_point >> 6);
        bytes[1] = (char)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        bytes[0] = (char)(0xe0 | code_point >> 12);
        bytes[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code_point & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | code_point >> 18);
    bytes[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (code_point & 0x3f));
    return 4;
}

void utf8_append(struct buffer *output, uint32_t code_point)
{
    char bytes[4];
    buffer_append(output, bytes, utf8_encode(code_point, bytes));
}

/* From position on, which is the start of a character or of a fault. */
static size_t valid_length_from(struct slice text, size_t position)
{
    while (position < text.length) {
        uint64_t word;
        while (text.length - position >= sizeof word) {
            memcpy(&word, text.bytes + position, sizeof word);
            if (word & 0x8080808080808080u)
                break;
            position += sizeof word;
        }
        uint32_t code_point;
        size_t bytes = utf8_decode(slice_from(text, position), &code_point);
        if (bytes == 0)
            break;
        position += bytes;
    }
    return position;
}

size_t utf8_valid_length(struct slice text)
{
    size_t position = 0;
#if defined(__x86_64__)
    if (text.length >= UTF8_KERNEL_BYTES && cpu_level() >= CPU_AVX2) {
        position = utf8_valid_blocks_avx2(text);
        if (position == text.length)
            return position;
        /* The character at fault may have begun in one of the three bytes before. */
        for (size_t back = 1; back <= 3 && back <= position; back++)
            if (((unsigned char)text.bytes[position - back] & 0xc0) != 0x80) {
                position -= back;
                break;
            }
    }
#endif
    return valid_length_from(text, position);
}

size_t utf8_count(struct slice text)
{
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2)
        return utf8_count_avx2(text);
#endif
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.bytes[i] & 0xc0) != 0x80;
    return count;
}

size_t utf8_offset(struct slice text, size_t count)
{
    enum { STEP_BYTES = 256 };
    size_t position = 0;
    /* Whole pieces are counted; the character lies in the first one that has more than are left. */
    while (text.length - position > STEP_BYTES) {
        size_t found = utf8_count(slice_of(text.bytes + position, STEP_BYTES));
        if (found > count)
            break;
        count -= found;
        position += STEP_BYTES;
    }
    for (; position < text.length; position++)
        if (((unsigned char)text.bytes[position] & 0xc0) != 0x80 && count-- == 0)
            return position;
    return text.length;
}

size_t utf8_cut(struct slice text, size_t limit)
{
    if (limit >= text.length)
        return text.length;
    while (limit > 0 && ((unsigned char)text.bytes[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

/* Bytes of the longest start of bad text that could have begun a character, at least one (Unicode 15, section 3.9,
 * "substitution of maximal subparts"). */
static size_t maximal_subpart(struct slice text)
{
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    unsigned first = bytes[0];
    if (first < 0xc2 || first > 0xf4 || text.length < 2)
        return 1;
    unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (bytes[1] < low || bytes[1] > high)
        return 1;
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    size_t have = 2;
    while (have < length && have < text.length && (bytes[have] & 0xc0) == 0x80)
        have++;
    return have;
}

size_t utf8_append_repaired(struct buffer *output, struct slice text)
{
    size_t replaced = 0;
    while (text.length) {
        size_t valid = utf8_valid_length(text);
        buffer_append(output, text.bytes, valid);
        text = slice_from(text, valid);
        if (text.length) {
            buffer_append(output, "\xef\xbf\xbd", 3);
            replaced++;
            text = slice_from(text, maximal_subpart(text));
        }
    }
    return replaced;
}
