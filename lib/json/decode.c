/* decode.c - strings without their escapes, arrays of numbers as floats. */
#include <math.h>

#include "base/cpu.h"
#include "base/number.h"
#include "base/utf8.h"
#include "json/escape.h"
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

static size_t copy_plain(char *output, struct slice text)
{
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2)
        return json_copy_plain_avx2(output, text);
#endif
    return json_copy_plain_bytes(output, text);
}

bool json_unescape(struct slice escaped, char *place, size_t *length)
{
    static const char plain[256] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'
    };
    const char *next = escaped.bytes, *end = escaped.bytes + escaped.length;
    char *output = place;
    while (next < end) {
        size_t run = copy_plain(output, slice_of(next, (size_t)(end - next)));
        output += run;
        next += run;
        if (next == end)
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

static const char *skip_space(const char *next)
{
    while (*next == ' ' || *next == '\n' || *next == '\r' || *next == '\t')
        next++;
    return next;
}

/* Why the element at next is no float. */
static bool fail_at_element(const char *next, size_t number, struct error *error)
{
    enum json_type type = (enum json_type)json_type_of_byte[(unsigned char)*next];
    if (type != JSON_NUMBER)
        return error_set(error, E_FIELD_TYPE, "element %zu is %s, expected a number", number, json_type_phrase(type));
    return error_set(error, E_FIELD_VALUE, "element %zu is beyond the range of a 32-bit float", number);
}

bool json_floats(struct json_value value, struct arena *arena, const float **values, size_t *count, struct error *error)
{
    if (value.type != JSON_ARRAY)
        return error_set(error, E_FIELD_TYPE, "the value is %s, expected an array of numbers",
                         json_type_phrase(value.type));
    /* Shortest floats take about eleven bytes with their comma: mostly the first guess is enough. */
    size_t length = 0, capacity = value.text.length / 8 + 16;
    float *floats = arena_allocate(arena, capacity * sizeof *floats);
    const char *next = skip_space(value.text.bytes + 1), *end = value.text.bytes + value.text.length;
    while (*next != ']') {
        if (length == capacity)
            floats = arena_grow(arena, floats, &capacity, length + 1, sizeof *floats);
        size_t bytes = number_read_float(slice_of(next, (size_t)(end - next)), &floats[length]);
        if (bytes == 0 || !isfinite(floats[length]))
            return fail_at_element(next, length, error);
        length++;
        next = skip_space(next + bytes);
        if (*next == ',')
            next = skip_space(next + 1);
    }
    *values = floats;
    *count = length;
    return true;
}
