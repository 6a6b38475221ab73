/* number.c - numbers to text and back, free of the locale. */
#define _GNU_SOURCE /* strtod_l */
#include "base/number.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Writes the value 0.DIGITS x 10^point as JavaScript does. */
static size_t write_decimal(const char *digits, int count, int point, char *text)
{
    char *next = text;
    if (point > 0 && point <= 21) {
        for (int i = 0; i < (count > point ? count : point); i++) {
            if (i == point)
                *next++ = '.';
            *next++ = i < count ? digits[i] : '0';
        }
        return (size_t)(next - text);
    }
    if (point <= 0 && point > -6) {
        memcpy(next, "0.00000", 7);
        next += 2 - point;
        memcpy(next, digits, (size_t)count);
        return (size_t)(next - text) + (size_t)count;
    }
    *next++ = digits[0];
    if (count > 1) {
        *next++ = '.';
        memcpy(next, digits + 1, (size_t)count - 1);
        next += count - 1;
    }
    return (size_t)(next - text) + (size_t)snprintf(next, 8, "e%+d", point - 1);
}

static size_t format_shortest(double value, bool is_float, char *text)
{
    char trial[64], digits[32];
    size_t start = 0;
    if (value < 0) {
        text[start++] = '-';
        value = -value;
    }
    if (value == 0) {
        text[0] = '0';
        return 1;
    }
    for (int precision = 0; precision < 17; precision++) {
        snprintf(trial, sizeof trial, "%.*e", precision, value);
        if (is_float ? strtof(trial, NULL) == (float)value : strtod(trial, NULL) == value)
            break;
    }
    int count = 0;
    const char *next = trial;
    for (; *next != 'e'; next++)
        if (is_digit(*next))
            digits[count++] = *next;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return start + write_decimal(digits, count, (int)strtol(next + 1, NULL, 10) + 1, text + start);
}

size_t number_format_float(float value, char text[NUMBER_TEXT])
{
    return format_shortest(value, true, text);
}

size_t number_format_double(double value, char text[NUMBER_TEXT])
{
    return format_shortest(value, false, text);
}

/* The grammar of RFC 8259. */
static bool is_number(struct slice text)
{
    size_t i = 0;
#define AT(index) ((index) < text.length ? text.bytes[index] : '\0')
    i += AT(i) == '-';
    if (!is_digit(AT(i)) || (AT(i) == '0' && is_digit(AT(i + 1))))
        return false;
    while (is_digit(AT(i)))
        i++;
    if (AT(i) == '.') {
        i++;
        if (!is_digit(AT(i)))
            return false;
        while (is_digit(AT(i)))
            i++;
    }
    if (AT(i) == 'e' || AT(i) == 'E') {
        i++;
        i += AT(i) == '-' || AT(i) == '+';
        if (!is_digit(AT(i)))
            return false;
        while (is_digit(AT(i)))
            i++;
    }
#undef AT
    return i == text.length;
}

static bool parse(struct slice text, double *double_value, float *float_value)
{
    if (!is_number(text))
        return false;
    struct buffer copy = { 0 };
    buffer_append_slice(&copy, text);
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (float_value)
        *float_value = strtof_l(copy.bytes, NULL, locale);
    else
        *double_value = strtod_l(copy.bytes, NULL, locale);
    freelocale(locale);
    buffer_release(&copy);
    return true;
}

bool number_parse_double(struct slice text, double *value)
{
    return parse(text, value, NULL);
}

bool number_parse_float(struct slice text, float *value)
{
    return parse(text, NULL, value);
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
