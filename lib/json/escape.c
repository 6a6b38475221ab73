/* escape.c - copies of text with escapes put in or taken out, byte by byte. */
#include "json/escape.h"

/* clang-format off */
#define UNICODE(digits) { "\\u00" digits, 6 }
const struct json_escape json_escapes[256] = {
    UNICODE("00"), UNICODE("01"), UNICODE("02"), UNICODE("03"), UNICODE("04"), UNICODE("05"), UNICODE("06"),
    UNICODE("07"), { "\\b", 2 },  { "\\t", 2 },  { "\\n", 2 },  UNICODE("0b"), { "\\f", 2 },  { "\\r", 2 },
    UNICODE("0e"), UNICODE("0f"), UNICODE("10"), UNICODE("11"), UNICODE("12"), UNICODE("13"), UNICODE("14"),
    UNICODE("15"), UNICODE("16"), UNICODE("17"), UNICODE("18"), UNICODE("19"), UNICODE("1a"), UNICODE("1b"),
    UNICODE("1c"), UNICODE("1d"), UNICODE("1e"), UNICODE("1f"),
    ['"'] = { "\\\"", 2 }, ['\\'] = { "\\\\", 2 },
};
/* clang-format on */

char *json_escape_bytes(char *output, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        const struct json_escape *escape = &json_escapes[(unsigned char)text.bytes[i]];
        if (escape->length == 0) {
            *output++ = text.bytes[i];
            continue;
        }
        memcpy(output, escape->bytes, JSON_ESCAPE_BYTES);
        output += escape->length;
    }
    return output;
}

size_t json_copy_plain_bytes(char *output, struct slice text)
{
    const char *backslash = text.length ? memchr(text.bytes, '\\', text.length) : NULL;
    size_t length = backslash ? (size_t)(backslash - text.bytes) : text.length;
    if (length)
        memcpy(output, text.bytes, length);
    return length;
}
