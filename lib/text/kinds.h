/* kinds.h - small questions about characters, free of the locale; private to the module. */
#ifndef TEXT_KINDS_H
#define TEXT_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

static inline bool is_ascii_letter(unsigned char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static inline bool is_ascii_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool is_ascii_alphanumeric(unsigned char byte)
{
    return is_ascii_letter(byte) || is_ascii_digit(byte);
}

/* Start of the character that ends at end; valid UTF-8, start < end. */
static inline size_t character_before(struct slice text, size_t start, size_t end)
{
    size_t place = end - 1;
    while (place > start && ((unsigned char)text.bytes[place] & 0xc0) == 0x80)
        place--;
    return place;
}

enum letter_kind {
    LETTER_NONE,
    LETTER_LOWER,
    LETTER_UPPER,     /* or title case */
    LETTER_UNCASED,   /* letters of scripts without case; modifiers */
    LETTER_DIGIT,     /* numbers of every kind */
    LETTER_JOINER,    /* combining marks, and format characters such as ZWJ: part of what stands before */
    LETTER_CONNECTOR, /* _ and its relatives */
    LETTER_SINGLE     /* ideographs, kana, and scripts written without blanks: a word each */
};

/* Of any code point. ASCII by table, others by the general category. */
enum letter_kind letter_kind(uint32_t code_point);

/* Is the character at offset a lower-case letter? */
bool is_lower_at(struct slice text, size_t offset);

#endif
