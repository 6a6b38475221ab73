/* white_space.c - white space, and what kind of break a newline is. */
#include "text/segment.h"

#include <string.h>

#include "base/utf8.h"
#include "text/kinds.h"

enum { WRAP_BYTES = 40 }; /* a line this long may have been broken to fill a paragraph */

static inline bool is_ascii_white(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r') || (byte >= 0x1c && byte <= 0x1f);
}

static bool is_wide_white(uint32_t code_point)
{
    return code_point == 0x85 || code_point == 0xa0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 || code_point == 0x2029 ||
           code_point == 0x202f || code_point == 0x205f || code_point == 0x3000;
}

size_t white_space_length(struct slice text)
{
    if (text.length == 0)
        return 0;
    unsigned char byte = (unsigned char)text.bytes[0];
    if (byte < 0x80)
        return is_ascii_white(byte);
    if (byte != 0xc2 && byte != 0xe1 && byte != 0xe2 && byte != 0xe3)
        return 0;
    uint32_t code_point;
    size_t length = utf8_decode(text, &code_point);
    return length && is_wide_white(code_point) ? length : 0;
}

size_t white_space_end(struct slice text, size_t start)
{
    while (start < text.length) {
        size_t length = white_space_length(slice_from(text, start));
        if (length == 0)
            break;
        start += length;
    }
    return start;
}

size_t white_space_start(struct slice text, size_t start, size_t end)
{
    while (end > start) {
        size_t before = character_before(text, start, end);
        if (white_space_length(slice_between(text, before, end)) != end - before)
            break;
        end = before;
    }
    return end;
}

/* Would a writer who fills lines break here? The last character of the line must be one that stands inside a sentence.
 */
static bool may_wrap_after(struct slice text, size_t end)
{
    if (end < WRAP_BYTES)
        return false;
    unsigned char last = (unsigned char)text.bytes[end - 1];
    bool may_stand = is_ascii_alphanumeric(last) || last >= 0x80 || last == ',' || last == '-' || last == ')' ||
                     last == '"' || last == '\'' || last == '`';
    return may_stand && !memchr(text.bytes + end - WRAP_BYTES, '\n', WRAP_BYTES);
}

enum newline_kind segment_newline(struct slice text, size_t offset)
{
    size_t next = offset + 1;
    while (next < text.length && text.bytes[next] != '\n' && is_ascii_white((unsigned char)text.bytes[next]))
        next++;
    if (next < text.length && text.bytes[next] == '\n')
        return NEWLINE_BLANK;
    size_t end = offset > 0 && text.bytes[offset - 1] == '\r' ? offset - 1 : offset;
    if (next == offset + 1 && next < text.length && may_wrap_after(text, end) && is_lower_at(text, next))
        return NEWLINE_WRAP;
    return NEWLINE_LINE;
}
