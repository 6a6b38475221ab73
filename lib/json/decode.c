/* decode.c - strings without their escapes, arrays of numbers as floats. */
#include <math.h>

#include "base/number.h"
#include "base/utf8.h"
#include "json/scan.h"

static unsigned hexadecimal(const char *digits)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char byte = (unsigned char)digits[i];
        value = value << 4 | (byte <= '9' ? byte - (unsigned)'0' : (byte | 0x20u) - 'a' + 10);
    }
    return value;
}

/* The code point of \uXXXX, with its partner for a pair; behind it *next. 0x110000 for half a pair. */
static uint32_t escaped_code_point(const char **next, const char *end)
{
    uint32_t first = hexadecimal(*next + 2);
    *next += 6;
    if (first < 0xd800 || first > 0xdfff)
        return first;
    if (first >= 0xdc00 || end - *next < 6 || (*next)[0] != '\\' || (*next)[1] != 'u')
        return 0x110000;
    uint32_t second = hexadecimal(*next + 2);
    if (second < 0xdc00 || second > 0xdfff)
        return 0x110000;
    *next += 6;
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

bool json_unescape(struct slice escaped, char *place, size_t *length)
{
    static const char plain[256] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'
    };
    const char *next = escaped.bytes, *end = escaped.bytes + escaped.length;
    char *output = place;
    while (next < end) {
        const char *backslash = memchr(next, '\\', (size_t)(end - next));
        size_t run = (size_t)((backslash ? backslash : end) - next);
        memcpy(output, next, run);
        output += run;
        next += run;
        if (!backslash)
            break;
        if (next[1] != 'u') {
            *output++ = plain[(unsigned char)next[1]];
            next += 2;
            continue;
        }
        uint32_t code_point = escaped_code_point(&next, end);
        if (code_point == 0x110000)
            return false;
        output += utf8_encode(code_point, output);
    }
    *length = (size_t)(output - place);
    return true;
}

bool json_decode(struct json_value value, struct arena *arena, struct slice *text, struct error *error)
{
    if (value.type != JSON_STRING)
        return error_set(error, E_FIELD_TYPE, "the value is %s, expected a string", json_type_phrase(value.type));
    struct slice inside = slice_of(value.text.bytes + 1, value.text.length - 2);
    if (!value.has_escape) {
        *text = inside;
        return true;
    }
    char *place = arena_allocate_text(arena, inside.length);
    size_t length;
    if (!json_unescape(inside, place, &length))
        return error_set(error, E_JSON_SURROGATE, "a string holds half a surrogate pair");
    *text = slice_of(place, length);
    return true;
}

static size_t count_elements(struct json_value array)
{
    size_t count = 0;
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(array); json_next(&iterator, &field);)
        count++;
    return count;
}

bool json_floats(struct json_value value, struct arena *arena, const float **values, size_t *count, struct error *error)
{
    if (value.type != JSON_ARRAY)
        return error_set(error, E_FIELD_TYPE, "the value is %s, expected an array of numbers",
                         json_type_phrase(value.type));
    float *floats = arena_allocate(arena, count_elements(value) * sizeof *floats);
    size_t length = 0;
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field); length++) {
        if (field.value.type != JSON_NUMBER)
            return error_set(error, E_FIELD_TYPE, "element %zu is %s, expected a number", length,
                             json_type_phrase(field.value.type));
        if (!number_parse_float(field.value.text, &floats[length]) || !isfinite(floats[length]))
            return error_set(error, E_FIELD_VALUE, "element %zu is beyond the range of a 32-bit float", length);
    }
    *values = floats;
    *count = length;
    return true;
}
