/* scalar.c - what a plain scalar means in the YAML 1.2 core schema (YAML 1.2.2, section 10.3.2), and how it reads in
 * JSON. */
#include "base/number.h"
#include "yaml/yaml.h"
#include "json/write.h"

static bool is_one_of(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (slice_equal(text, slice_of_string(*words)))
            return true;
    return false;
}

static bool is_digits(struct slice text, const char *digits)
{
    for (size_t i = 0; i < text.length; i++)
        if (!text.bytes[i] || !strchr(digits, text.bytes[i]))
            return false;
    return text.length > 0;
}

static struct slice without_sign(struct slice text)
{
    return text.length && (text.bytes[0] == '-' || text.bytes[0] == '+') ? slice_from(text, 1) : text;
}

static size_t skip_digits(struct slice text, size_t position)
{
    while (position < text.length && text.bytes[position] >= '0' && text.bytes[position] <= '9')
        position++;
    return position;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_float(struct slice text)
{
    static const char *const infinite[] = { ".inf", ".Inf", ".INF", NULL };
    static const char *const not_a_number[] = { ".nan", ".NaN", ".NAN", NULL };
    if (is_one_of(text, not_a_number))
        return true;
    text = without_sign(text);
    if (is_one_of(text, infinite))
        return true;
    size_t position = skip_digits(text, 0), digits = position;
    if (position < text.length && text.bytes[position] == '.') {
        size_t after = skip_digits(text, position + 1);
        digits += after - position - 1;
        position = after;
    }
    if (digits == 0 || position == text.length)
        return digits > 0;
    if (text.bytes[position] != 'e' && text.bytes[position] != 'E')
        return false;
    return is_digits(without_sign(slice_from(text, position + 1)), "0123456789");
}

enum yaml_type yaml_scalar_type(struct slice text)
{
    static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
    static const char *const booleans[] = { "true", "True", "TRUE", "false", "False", "FALSE", NULL };
    if (is_one_of(text, nulls))
        return YAML_NULL;
    if (is_one_of(text, booleans))
        return YAML_BOOLEAN;
    if (is_digits(without_sign(text), "0123456789"))
        return YAML_INTEGER;
    if (slice_starts_with(text, SLICE("0o")) && is_digits(slice_from(text, 2), "01234567"))
        return YAML_INTEGER;
    if (slice_starts_with(text, SLICE("0x")) && is_digits(slice_from(text, 2), "0123456789abcdefABCDEF"))
        return YAML_INTEGER;
    return is_float(text) ? YAML_FLOAT : YAML_TEXT;
}

/* Octal and hexadecimal; false beyond 64 bits. */
static bool parse_based(struct slice digits, unsigned base, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < digits.length; i++) {
        char digit = digits.bytes[i];
        uint64_t value = digit <= '9' ? (uint64_t)(digit - '0') : (uint64_t)((digit | 32) - 'a') + 10;
        if (__builtin_mul_overflow(*number, (uint64_t)base, number) || __builtin_add_overflow(*number, value, number))
            return false;
    }
    return true;
}

static void append_integer(struct slice text, struct buffer *json)
{
    if (text.length > 2 && (text.bytes[1] == 'o' || text.bytes[1] == 'x')) {
        uint64_t number;
        if (parse_based(slice_from(text, 2), text.bytes[1] == 'x' ? 16 : 8, &number))
            buffer_append_format(json, "%llu", (unsigned long long)number);
        else
            json_append_string(json, text);
        return;
    }
    if (text.bytes[0] == '-')
        buffer_append_byte(json, '-');
    text = without_sign(text);
    while (text.length > 1 && text.bytes[0] == '0')
        text = slice_from(text, 1);
    buffer_append_slice(json, text);
}

/* JSON wants digits on both sides of the point, no plus and no leading zeros. */
static void append_float(struct slice text, struct buffer *json)
{
    struct buffer plain = { 0 };
    struct slice body = without_sign(text);
    double number;
    while (body.length > 1 && body.bytes[0] == '0' && body.bytes[1] >= '0' && body.bytes[1] <= '9')
        body = slice_from(body, 1);
    if (text.bytes[0] == '-')
        buffer_append_byte(&plain, '-');
    if (body.length && body.bytes[0] == '.')
        buffer_append_byte(&plain, '0');
    for (size_t i = 0; i < body.length; i++) {
        bool is_last = i + 1 == body.length || (body.bytes[i + 1] | 32) == 'e';
        buffer_append_byte(&plain, body.bytes[i]);
        if (body.bytes[i] == '.' && is_last)
            buffer_append_byte(&plain, '0');
    }
    if (number_parse_double(buffer_slice(&plain), &number) && number - number == 0)
        buffer_append_slice(json, buffer_slice(&plain));
    else
        json_append_string(json, text);
    buffer_release(&plain);
}

static void append_collection(const struct yaml_node *node, struct buffer *json)
{
    bool is_map = node->type == YAML_MAP;
    buffer_append_byte(json, is_map ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        if (is_map)
            json_append_key(json, node->pairs[i].key->text);
        else if (i)
            buffer_append_byte(json, ',');
        yaml_append_json(node->pairs[i].value, json);
    }
    buffer_append_byte(json, is_map ? '}' : ']');
}

void yaml_append_json(const struct yaml_node *node, struct buffer *json)
{
    switch (node->type) {
    case YAML_NULL:
        buffer_append_string(json, "null");
        break;
    case YAML_BOOLEAN:
        buffer_append_string(json, (node->text.bytes[0] | 32) == 't' ? "true" : "false");
        break;
    case YAML_INTEGER:
        append_integer(node->text, json);
        break;
    case YAML_FLOAT:
        append_float(node->text, json);
        break;
    case YAML_TEXT:
        json_append_string(json, node->text);
        break;
    case YAML_LIST:
    case YAML_MAP:
        append_collection(node, json);
        break;
    }
}
