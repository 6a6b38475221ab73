/* expression_escape.c - what can be said of a JSON string without decoding it. */
#include "base/utf8.h"
#include "record/expression_node.h"

static int hexadecimal(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return (digit | 0x20) - 'a' + 10;
}

/* The value of \uXXXX at position, -1 if there is no such escape. The text was checked. */
static int32_t unicode_escape(struct slice escaped, size_t position)
{
    if (escaped.length < 6 || position > escaped.length - 6 || escaped.bytes[position] != '\\' ||
        escaped.bytes[position + 1] != 'u')
        return -1;
    int32_t value = 0;
    for (size_t i = position + 2; i < position + 6; i++)
        value = value << 4 | hexadecimal(escaped.bytes[i]);
    return value;
}

/* Every character is counted once by utf8_count(); an escape counts its ASCII bytes instead of one character, and two
 * of them make one character when they are a surrogate pair. */
bool escaped_length(struct slice escaped, size_t *count, struct error *error)
{
    size_t surplus = 0, position = 0;
    for (;;) {
        position += slice_find_byte(slice_from(escaped, position), '\\');
        if (position >= escaped.length)
            break;
        int32_t unit = unicode_escape(escaped, position);
        size_t bytes = unit < 0 ? 2 : 6;
        if (unit >= 0xd800 && unit <= 0xdfff) {
            int32_t low = unit < 0xdc00 ? unicode_escape(escaped, position + 6) : -1;
            if (low < 0xdc00 || low > 0xdfff)
                return error_set(error, E_JSON_SURROGATE, "the escape \\u%04x is half a character", (unsigned)unit);
            bytes = 12;
        }
        surplus += bytes - 1;
        position += bytes;
    }
    *count = utf8_count(escaped) - surplus;
    return true;
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
