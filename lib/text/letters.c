/* letters.c - case and white space of Unicode characters. */
#include "text/letters.h"

#include <utf8proc.h>

#include "base/utf8.h"

enum { UTF8_BYTES_MAXIMUM = 4 };

static uint32_t lower(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point >= 'A' && code_point <= 'Z' ? code_point + ('a' - 'A') : code_point;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code_point);
}

static uint32_t upper(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point >= 'a' && code_point <= 'z' ? code_point - ('a' - 'A') : code_point;
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)code_point);
}

/* Offset of the first character that changes, text.length when none does. */
static size_t first_change(struct slice text, uint32_t (*change)(uint32_t))
{
    size_t position = 0;
    while (position < text.length) {
        uint32_t code_point;
        size_t bytes = utf8_decode(slice_from(text, position), &code_point);
        if (bytes == 0 || change(code_point) != code_point)
            break;
        position += bytes;
    }
    return position;
}

static struct slice change_all(struct slice text, uint32_t (*change)(uint32_t), struct arena *arena)
{
    size_t position = first_change(text, change);
    if (position == text.length)
        return text;
    char *bytes = arena_allocate_text(arena, position + utf8_count(slice_from(text, position)) * UTF8_BYTES_MAXIMUM);
    if (position)
        memcpy(bytes, text.bytes, position);
    size_t length = position;
    while (position < text.length) {
        uint32_t code_point;
        size_t step = utf8_decode(slice_from(text, position), &code_point);
        if (step == 0)
            break;
        length += utf8_encode(change(code_point), bytes + length);
        position += step;
    }
    return slice_of(bytes, length);
}

struct slice text_lower(struct slice text, struct arena *arena)
{
    return change_all(text, lower, arena);
}

struct slice text_upper(struct slice text, struct arena *arena)
{
    return change_all(text, upper, arena);
}

bool text_is_space(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
    return code_point == 0x85 || code_point == 0xa0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 || code_point == 0x2029 ||
           code_point == 0x202f || code_point == 0x205f || code_point == 0x3000;
}

/* Length of the white-space character that text begins with, 0 for none. */
static size_t leading_space(struct slice text)
{
    uint32_t code_point;
    size_t bytes = utf8_decode(text, &code_point);
    return bytes && text_is_space(code_point) ? bytes : 0;
}

struct slice text_trim(struct slice text)
{
    size_t bytes;
    while ((bytes = leading_space(text)) != 0)
        text = slice_from(text, bytes);
    while (text.length) {
        size_t last = utf8_cut(text, text.length - 1);
        if (leading_space(slice_from(text, last)) == 0)
            break;
        text.length = last;
    }
    return text;
}

size_t text_count_words(struct slice text)
{
    size_t count = 0, position = 0;
    bool is_inside = false;
    while (position < text.length) {
        unsigned char byte = (unsigned char)text.bytes[position];
        uint32_t code_point = byte;
        size_t bytes = 1;
        /* Only these bytes begin white space beyond ASCII. */
        if (byte == 0xc2 || byte == 0xe1 || byte == 0xe2 || byte == 0xe3)
            bytes = utf8_decode(slice_from(text, position), &code_point);
        else if (byte >= 0x80)
            code_point = 0x80; /* any letter */
        bool is_space = text_is_space(code_point);
        count += !is_space && !is_inside;
        is_inside = !is_space;
        position += bytes ? bytes : 1;
    }
    return count;
}
