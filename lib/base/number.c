/* number.c - integers and sizes from text. */
#include "base/number.h"

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool number_parse_integer(struct slice text, int64_t *value)
{
    bool is_negative = text.length && text.bytes[0] == '-';
    size_t i = is_negative;
    uint64_t number = 0;
    if (i == text.length || (text.bytes[i] == '0' && text.length > i + 1))
        return false;
    for (; i < text.length; i++) {
        if (!is_digit(text.bytes[i]) || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(text.bytes[i] - '0'), &number))
            return false;
    }
    if (number > (uint64_t)INT64_MAX + is_negative)
        return false;
    *value = (int64_t)(is_negative ? 0 - number : number);
    return true;
}

bool number_parse_size(struct slice text, int64_t *bytes)
{
    static const char units[] = "KMGT";
    size_t digits = 0;
    while (digits < text.length && is_digit(text.bytes[digits]))
        digits++;
    int64_t number;
    if (!number_parse_integer(slice_of(text.bytes, digits), &number))
        return false;
    struct slice unit = slice_from(text, digits);
    int64_t step = 1024;
    if (unit.length == 2 && (unit.bytes[1] == 'B' || unit.bytes[1] == 'b'))
        step = 1000;
    else if (unit.length > 1 && !(unit.length == 3 && unit.bytes[1] == 'i' && (unit.bytes[2] | 0x20) == 'b'))
        return false;
    size_t power = 0;
    if (unit.length == 1 && (unit.bytes[0] | 0x20) == 'b')
        unit.length = 0;
    if (unit.length) {
        char letter = (char)(unit.bytes[0] & ~0x20);
        const char *found = letter ? strchr(units, letter) : NULL;
        if (!found)
            return false;
        power = (size_t)(found - units) + 1;
    }
    for (; power; power--)
        if (__builtin_mul_overflow(number, step, &number))
            return false;
    *bytes = number;
    return true;
}
