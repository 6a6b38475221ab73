/* utf8.h - UTF-8 as RFC 3629 has it: shortest forms, no surrogates, up to U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

/* Decodes the first character; returns its length in bytes, 0 at the end or where the bytes are not valid. */
size_t utf8_decode(struct slice text, uint32_t *code_point);

/* Writes 1 to 4 bytes and returns how many; code_point must be a valid scalar value. */
size_t utf8_encode(uint32_t code_point, char *bytes);
void utf8_append(struct buffer *output, uint32_t code_point);

/* Length of the longest valid start of text: text.length when all of it is valid. SIMD where the CPU has it. */
size_t utf8_valid_length(struct slice text);

static inline bool utf8_is_valid(struct slice text)
{
    return utf8_valid_length(text) == text.length;
}

/* Code points in valid UTF-8, 32 bytes a step. */
size_t utf8_count(struct slice text);

/* Byte offset of the count-th code point (0-based) of valid text, text.length when it has no more. */
size_t utf8_offset(struct slice text, size_t count);

/* The largest length <= limit that does not cut a character of valid text. */
size_t utf8_cut(struct slice text, size_t limit);

/* Appends text with each maximal bad part replaced by U+FFFD (the WHATWG practice); returns how many were replaced. */
size_t utf8_append_repaired(struct buffer *output, struct slice text);

#endif
