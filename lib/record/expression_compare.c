/* expression_compare.c - values side by side: exact numbers, text by code points, JSON containers. */
#include <float.h>
#include <stdio.h>

#include "base/number.h"
#include "record/expression_node.h"

/* What keeps its order below 2^63 and above -2^63 when it becomes an int64_t. */
#define INTEGER_LIMIT 9223372036854775808.0

enum { SHORT_DIGITS = 18 }; /* with a sign: always fits int64_t */

bool value_is_number(const struct value *value)
{
    return value->type == VALUE_INTEGER || value->type == VALUE_DOUBLE ||
           (value->type == VALUE_JSON && value->json.type == JSON_NUMBER);
}

bool value_is_text(const struct value *value)
{
    return value->type == VALUE_TEXT || (value->type == VALUE_JSON && value->json.type == JSON_STRING);
}

bool value_is_missing(const struct value *value)
{
    return value->type == VALUE_NULL && value->json.type == JSON_MISSING;
}

struct value value_of_null(void)
{
    return (struct value){ .type = VALUE_NULL, .json = { .type = JSON_NULL } };
}

struct value value_of_integer(int64_t integer)
{
    return (struct value){ .type = VALUE_INTEGER, .integer = integer };
}

struct value value_of_double(double number)
{
    if (!(number >= -DBL_MAX && number <= DBL_MAX))
        return value_of_null();
    return (struct value){ .type = VALUE_DOUBLE, .number = number };
}

struct value value_of_boolean(bool boolean)
{
    return (struct value){ .type = VALUE_BOOLEAN, .boolean = boolean };
}

struct value value_of_text(struct slice text)
{
    return (struct value){ .type = VALUE_TEXT, .text = text };
}

static bool is_integer_syntax(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] == '.' || text.bytes[i] == 'e' || text.bytes[i] == 'E')
            return false;
    return true;
}

/* Most numbers are short integers. */
static bool read_short_integer(struct slice text, int64_t *integer)
{
    bool is_negative = text.bytes[0] == '-';
    if (text.length > SHORT_DIGITS)
        return false;
    int64_t value = 0;
    for (size_t i = is_negative; i < text.length; i++) {
        unsigned digit = (unsigned)(unsigned char)text.bytes[i] - '0';
        if (digit > 9)
            return false;
        value = value * 10 + (int64_t)digit;
    }
    *integer = is_negative ? -value : value;
    return true;
}

struct value value_of_number_text(struct slice text)
{
    struct value value;
    double number;
    if (read_short_integer(text, &value.integer) || number_parse_integer(text, &value.integer)) {
        value.type = VALUE_INTEGER;
    } else if (!is_integer_syntax(text) && number_parse_double(text, &number) && number >= -DBL_MAX &&
               number <= DBL_MAX) {
        value = value_of_double(number);
    } else {
        value.type = VALUE_JSON;
        value.json = (struct json_value){ .text = text, .type = JSON_NUMBER };
    }
    return value;
}

double value_number(const struct value *value)
{
    double number = 0;
    if (value->type == VALUE_INTEGER)
        return (double)value->integer;
    if (value->type == VALUE_DOUBLE)
        return value->number;
    (void)number_parse_double(value->json.text, &number);
    return number;
}

bool double_to_integer(double number, int64_t *integer)
{
    if (!(number >= -INTEGER_LIMIT) || !(number < INTEGER_LIMIT))
        return false;
    *integer = (int64_t)number;
    return (double)*integer == number;
}

static enum order order_of(int sign)
{
    return sign < 0 ? ORDER_LESS : sign > 0 ? ORDER_GREATER : ORDER_EQUAL;
}

static enum order reversed(enum order order)
{
    return order == ORDER_LESS ? ORDER_GREATER : order == ORDER_GREATER ? ORDER_LESS : order;
}

static enum order compare_integer_double(int64_t integer, double number)
{
    if (number >= INTEGER_LIMIT)
        return ORDER_LESS;
    if (number < -INTEGER_LIMIT)
        return ORDER_GREATER;
    int64_t whole = (int64_t)number;
    if (integer != whole)
        return order_of(integer < whole ? -1 : 1);
    double rest = number - (double)whole;
    return order_of((rest < 0) - (rest > 0));
}

/* The digits of a decimal number: 0.DIGITS x 10^scale without zeros in front. */
struct decimal {
    struct slice digits; /* may hold one point */
    int64_t scale;
    bool is_negative;
};

static int64_t read_exponent(struct slice text)
{
    bool is_negative = text.length && text.bytes[0] == '-';
    int64_t exponent = 0;
    for (size_t i = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+'); i < text.length; i++)
        if (exponent < INT64_MAX / 100)
            exponent = exponent * 10 + (text.bytes[i] - '0');
    return is_negative ? -exponent : exponent;
}

static struct decimal decimal_of(struct slice text)
{
    struct decimal decimal = { .is_negative = text.length && text.bytes[0] == '-' };
    text = slice_from(text, decimal.is_negative);
    size_t end = 0;
    while (end < text.length && text.bytes[end] != 'e' && text.bytes[end] != 'E')
        end++;
    struct slice exponent = slice_from(text, end + 1);
    struct slice digits = slice_between(text, 0, end);
    size_t point = slice_find_byte(digits, '.');
    int64_t scale = (int64_t)point + read_exponent(exponent);
    size_t first = 0;
    while (first < digits.length && (digits.bytes[first] == '0' || digits.bytes[first] == '.')) {
        scale -= digits.bytes[first] == '0';
        first++;
    }
    decimal.scale = scale;
    decimal.digits = slice_from(digits, first);
    return decimal;
}

/* Magnitudes: both without zeros in front, missing digits at the end are zeros. */
static enum order compare_magnitudes(struct decimal a, struct decimal b)
{
    if (a.scale != b.scale)
        return order_of(a.scale < b.scale ? -1 : 1);
    size_t i = 0, j = 0;
    while (i < a.digits.length || j < b.digits.length) {
        if (i < a.digits.length && a.digits.bytes[i] == '.')
            i++;
        if (j < b.digits.length && b.digits.bytes[j] == '.')
            j++;
        char x = '0', y = '0';
        if (i < a.digits.length)
            x = a.digits.bytes[i++];
        if (j < b.digits.length)
            y = b.digits.bytes[j++];
        if (x != y)
            return order_of(x < y ? -1 : 1);
    }
    return ORDER_EQUAL;
}

static enum order compare_decimals(struct decimal a, struct decimal b)
{
    if (a.is_negative != b.is_negative)
        return a.is_negative ? ORDER_LESS : ORDER_GREATER;
    return a.is_negative ? reversed(compare_magnitudes(a, b)) : compare_magnitudes(a, b);
}

/* A number that no int64_t and, exactly, no double holds, beside any other number. Rounding keeps the order, so only a
 * tie after rounding needs the digits. */
static enum order compare_large(const struct value *large, const struct value *other)
{
    struct decimal decimal = decimal_of(large->json.text);
    if (other->type == VALUE_INTEGER)
        return decimal.is_negative ? ORDER_LESS : ORDER_GREATER;
    if (other->type == VALUE_JSON)
        return compare_decimals(decimal, decimal_of(other->json.text));
    double rounded = value_number(large);
    if (rounded != other->number)
        return order_of(rounded < other->number ? -1 : 1);
    /* A double this large is a whole number, and %.0f prints all its digits, whatever the locale. */
    char digits[DBL_MAX_10_EXP + 8];
    int length = snprintf(digits, sizeof digits, "%.0f", other->number);
    return compare_decimals(decimal, decimal_of(slice_of(digits, length > 0 ? (size_t)length : 0)));
}

static enum order compare_numbers(const struct value *a, const struct value *b)
{
    if (a->type == VALUE_INTEGER && b->type == VALUE_INTEGER)
        return order_of((a->integer > b->integer) - (a->integer < b->integer));
    if (a->type == VALUE_JSON)
        return compare_large(a, b);
    if (b->type == VALUE_JSON)
        return reversed(compare_large(b, a));
    if (a->type == VALUE_INTEGER)
        return compare_integer_double(a->integer, b->number);
    if (b->type == VALUE_INTEGER)
        return reversed(compare_integer_double(b->integer, a->number));
    return order_of((a->number > b->number) - (a->number < b->number));
}

/* The end of a JSON token that begins at position: a string, a run of other characters, or one of []{},: */
static size_t token_end(struct slice text, size_t position)
{
    char first = text.bytes[position++];
    if (first == '"') {
        while (position < text.length && text.bytes[position] != '"')
            position += text.bytes[position] == '\\' ? 2 : 1;
        return position + 1;
    }
    if (strchr("[]{},:", first))
        return position;
    while (position < text.length && !strchr("[]{},: \t\r\n", text.bytes[position]))
        position++;
    return position;
}

static size_t skip_blanks(struct slice text, size_t position)
{
    while (position < text.length && strchr(" \t\r\n", text.bytes[position]))
        position++;
    return position;
}

/* Checked JSON texts, the same but for white space between tokens. Linear, whatever the depth. */
static bool is_same_json(struct slice a, struct slice b)
{
    size_t i = 0, j = 0;
    for (;;) {
        i = skip_blanks(a, i);
        j = skip_blanks(b, j);
        if (i >= a.length || j >= b.length)
            return i >= a.length && j >= b.length;
        size_t end_of_a = token_end(a, i), end_of_b = token_end(b, j);
        if (!slice_equal(slice_between(a, i, end_of_a), slice_between(b, j, end_of_b)))
            return false;
        i = end_of_a;
        j = end_of_b;
    }
}

bool value_compare(struct evaluation *evaluation, struct value *a, struct value *b, enum order *order)
{
    *order = ORDER_DIFFERENT;
    if (a->type == VALUE_NULL || b->type == VALUE_NULL) {
        *order = ORDER_NULL;
    } else if (value_is_text(a)) {
        if (!value_is_text(b))
            return true;
        if (!value_settle(evaluation, a) || !value_settle(evaluation, b))
            return false;
        *order = order_of(slice_compare(a->text, b->text));
    } else if (value_is_number(a)) {
        if (value_is_number(b))
            *order = compare_numbers(a, b);
    } else if (a->type == VALUE_BOOLEAN) {
        if (b->type == VALUE_BOOLEAN)
            *order = order_of((int)a->boolean - (int)b->boolean);
    } else if (b->type == VALUE_JSON && a->json.type == b->json.type) {
        *order = is_same_json(a->json.text, b->json.text) ? ORDER_SAME : ORDER_DIFFERENT;
    }
    return true;
}

static enum truth truth_of(bool boolean)
{
    return boolean ? TRUTH_TRUE : TRUTH_FALSE;
}

enum truth comparison_truth(enum comparison comparison, enum order order)
{
    bool is_equal = order == ORDER_EQUAL || order == ORDER_SAME;
    if (order == ORDER_NULL)
        return TRUTH_UNKNOWN;
    if (comparison == COMPARE_EQUAL)
        return truth_of(is_equal);
    if (comparison == COMPARE_UNEQUAL)
        return truth_of(!is_equal);
    if (order == ORDER_SAME || order == ORDER_DIFFERENT)
        return TRUTH_UNKNOWN;
    switch (comparison) {
    case COMPARE_LESS:
        return truth_of(order == ORDER_LESS);
    case COMPARE_AT_MOST:
        return truth_of(order != ORDER_GREATER);
    case COMPARE_GREATER:
        return truth_of(order == ORDER_GREATER);
    case COMPARE_AT_LEAST:
    case COMPARE_EQUAL:
    case COMPARE_UNEQUAL:
        break;
    }
    return truth_of(order != ORDER_LESS);
}
