/* expression_functions.c - the functions of the expression language.
 *
 * A NULL argument gives NULL, and so does one of a type that the function does not take, unless said otherwise. */
#include <math.h>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "record/expression_node.h"
#include "text/letters.h"
#include "json/write.h"

#define FUNCTION(name) static bool name(struct evaluation *evaluation, const struct node *node, struct value *result)

static bool give(struct value *result, struct value value)
{
    *result = value;
    return true;
}

static bool give_null(struct value *result)
{
    return give(result, value_of_null());
}

static bool argument(struct evaluation *evaluation, const struct node *node, size_t index, struct value *value)
{
    return evaluate_value(evaluation, node->children[index], value);
}

/* Argument number index as characters. */
static bool text_argument(struct evaluation *evaluation, const struct node *node, size_t index, struct slice *text,
                          bool *is_text)
{
    struct value value;
    return argument(evaluation, node, index, &value) &&
           evaluate_text(evaluation, node->children[index], &value, text, is_text);
}

static size_t count_members(struct json_value container)
{
    struct json_iterator iterator = json_iterate(container);
    struct json_field field;
    size_t count = 0;
    while (json_next(&iterator, &field))
        count++;
    return count;
}

static bool is_container(const struct value *value)
{
    return value->type == VALUE_JSON && (value->json.type == JSON_ARRAY || value->json.type == JSON_OBJECT);
}

static struct value of_size(size_t size)
{
    return value_of_integer((int64_t)size);
}

FUNCTION(call_count)
{
    struct value value;
    if (!argument(evaluation, node, 0, &value))
        return false;
    return is_container(&value) ? give(result, of_size(count_members(value.json))) : give_null(result);
}

/* Characters, counted without decoding; members of arrays and objects. */
FUNCTION(call_length)
{
    struct value value;
    size_t count;
    if (!argument(evaluation, node, 0, &value))
        return false;
    if (value.type == VALUE_TEXT)
        return give(result, of_size(utf8_count(value.text)));
    if (is_container(&value))
        return give(result, of_size(count_members(value.json)));
    if (!value_is_text(&value))
        return give_null(result);
    struct slice escaped = slice_between(value.json.text, 1, value.json.text.length - 1);
    if (!escaped_length(escaped, &count, evaluation->error))
        return evaluate_fail(evaluation, node->children[0]);
    return give(result, of_size(count));
}

/* Functions of one text. */
#define TEXT_FUNCTION(name, value_of)                                                                                  \
    FUNCTION(name)                                                                                                     \
    {                                                                                                                  \
        struct slice text;                                                                                             \
        bool is_text;                                                                                                  \
        if (!text_argument(evaluation, node, 0, &text, &is_text))                                                      \
            return false;                                                                                              \
        return is_text ? give(result, value_of) : give_null(result);                                                   \
    }

static size_t count_lines(struct slice text)
{
    size_t count = 0, position = 0;
    while (position < text.length) {
        position += slice_find_byte(slice_from(text, position), '\n') + 1;
        count++;
    }
    return count;
}

TEXT_FUNCTION(call_bytes, of_size(text.length))
TEXT_FUNCTION(call_words, of_size(text_count_words(text)))
TEXT_FUNCTION(call_lines, of_size(count_lines(text)))
TEXT_FUNCTION(call_lower, value_of_text(text_lower(text, evaluation->scratch)))
TEXT_FUNCTION(call_upper, value_of_text(text_upper(text, evaluation->scratch)))
TEXT_FUNCTION(call_trim, value_of_text(text_trim(text)))

/* Two texts; false in *are_texts when one is none. */
static bool two_texts(struct evaluation *evaluation, const struct node *node, struct slice texts[2], bool *are_texts)
{
    bool is_text[2];
    if (!text_argument(evaluation, node, 0, &texts[0], &is_text[0]) ||
        !text_argument(evaluation, node, 1, &texts[1], &is_text[1]))
        return false;
    *are_texts = is_text[0] && is_text[1];
    return true;
}

FUNCTION(call_starts_with)
{
    struct slice texts[2];
    bool are_texts;
    if (!two_texts(evaluation, node, texts, &are_texts))
        return false;
    return are_texts ? give(result, value_of_boolean(slice_starts_with(texts[0], texts[1]))) : give_null(result);
}

FUNCTION(call_ends_with)
{
    struct slice texts[2];
    bool are_texts;
    if (!two_texts(evaluation, node, texts, &are_texts))
        return false;
    return are_texts ? give(result, value_of_boolean(slice_ends_with(texts[0], texts[1]))) : give_null(result);
}

/* Is any element equal to wanted? */
static bool has_element(struct evaluation *evaluation, struct json_value array, struct value *wanted,
                        struct value *result)
{
    struct json_iterator iterator = json_iterate(array);
    struct json_field field;
    while (json_next(&iterator, &field)) {
        struct value element;
        enum order order;
        value_of_json_lazily(field.value, &element);
        if (!value_compare(evaluation, &element, wanted, &order))
            return false;
        if (order == ORDER_EQUAL || order == ORDER_SAME)
            return give(result, value_of_boolean(true));
    }
    return give(result, value_of_boolean(false));
}

/* An array: any element; an object: a key. */
static bool has_member(struct evaluation *evaluation, const struct node *node, const struct value *container,
                       struct value *wanted, struct value *result)
{
    struct slice key;
    bool is_text;
    if (wanted->type == VALUE_NULL)
        return give_null(result);
    if (!evaluate_text(evaluation, node->children[1], wanted, &key, &is_text))
        return false;
    if (container->json.type == JSON_ARRAY)
        return has_element(evaluation, container->json, wanted, result) || evaluate_fail(evaluation, node->children[0]);
    bool is_there = is_text && json_member(container->json, key).type != JSON_MISSING;
    return give(result, value_of_boolean(is_there));
}

FUNCTION(call_has)
{
    struct value container, wanted;
    if (!argument(evaluation, node, 0, &container))
        return false;
    if (!is_container(&container))
        return give_null(result);
    return argument(evaluation, node, 1, &wanted) && has_member(evaluation, node, &container, &wanted, result);
}

/* A text that was written with escapes is searched as it stands first: mostly that answers. */
FUNCTION(call_contains)
{
    struct value whole, part;
    struct slice texts[2];
    bool is_text[2];
    if (!argument(evaluation, node, 0, &whole) || !argument(evaluation, node, 1, &part))
        return false;
    if (is_container(&whole))
        return has_member(evaluation, node, &whole, &part, result);
    if (!evaluate_text(evaluation, node->children[1], &part, &texts[1], &is_text[1]))
        return false;
    if (!is_text[1] || !value_is_text(&whole))
        return give_null(result);
    if (whole.type == VALUE_JSON &&
        !escaped_may_contain(slice_between(whole.json.text, 1, whole.json.text.length - 1), texts[1]))
        return give(result, value_of_boolean(false));
    if (!evaluate_text(evaluation, node->children[0], &whole, &texts[0], &is_text[0]))
        return false;
    size_t found = slice_find(texts[0], texts[1]);
    return give(result, value_of_boolean(found < texts[0].length || texts[1].length == 0));
}

/* The first argument that is not NULL; those behind it are not looked at. */
FUNCTION(call_coalesce)
{
    for (size_t i = 0; i < node->count; i++) {
        if (!argument(evaluation, node, i, result))
            return false;
        if (result->type != VALUE_NULL)
            break;
    }
    return true;
}

/* Never NULL. */
FUNCTION(call_type)
{
    struct value value;
    if (!argument(evaluation, node, 0, &value))
        return false;
    enum json_type type = JSON_NULL;
    switch (value.type) {
    case VALUE_NULL:
    case VALUE_JSON:
        type = value.json.type;
        break;
    case VALUE_BOOLEAN:
        type = JSON_TRUE;
        break;
    case VALUE_INTEGER:
    case VALUE_DOUBLE:
        type = JSON_NUMBER;
        break;
    case VALUE_TEXT:
        type = JSON_STRING;
        break;
    }
    return give(result, value_of_text(slice_of_string(json_type_name(type))));
}

FUNCTION(call_number)
{
    struct value value;
    struct slice text;
    bool is_text;
    double ignored;
    if (!argument(evaluation, node, 0, &value))
        return false;
    if (value_is_number(&value))
        return give(result, value);
    if (!evaluate_text(evaluation, node->children[0], &value, &text, &is_text))
        return false;
    if (is_text)
        text = slice_trim(text);
    if (!is_text || !number_parse_double(text, &ignored))
        return give_null(result);
    return give(result, value_of_number_text(text));
}

FUNCTION(call_text)
{
    struct value value;
    char digits[NUMBER_TEXT];
    if (!argument(evaluation, node, 0, &value) || !value_settle(evaluation, &value))
        return false;
    switch (value.type) {
    case VALUE_NULL:
    case VALUE_TEXT:
        break;
    case VALUE_BOOLEAN:
        value = value_of_text(value.boolean ? SLICE("true") : SLICE("false"));
        break;
    case VALUE_INTEGER:
        value = value_of_text(slice_of_string(arena_format(evaluation->scratch, "%lld", (long long)value.integer)));
        break;
    case VALUE_DOUBLE:
        value = value_of_text(
            arena_copy(evaluation->scratch, slice_of(digits, number_format_double(value.number, digits))));
        break;
    case VALUE_JSON:
        value = value_of_text(value.json.text);
        break;
    }
    return give(result, value);
}

/* A whole double as an integer where it fits. */
static struct value whole_number(double number)
{
    int64_t integer;
    return double_to_integer(number, &integer) ? value_of_integer(integer) : value_of_double(number);
}

/* A number that is kept as text is an integer already, or beyond all doubles. */
static bool round_with(struct evaluation *evaluation, const struct node *node, double (*rounding)(double),
                       struct value *result)
{
    if (!argument(evaluation, node, 0, result))
        return false;
    if (result->type == VALUE_DOUBLE)
        *result = whole_number(rounding(result->number));
    else if (!value_is_number(result))
        give_null(result);
    return true;
}

FUNCTION(call_round)
{
    return round_with(evaluation, node, round, result);
}

FUNCTION(call_floor)
{
    return round_with(evaluation, node, floor, result);
}

FUNCTION(call_ceil)
{
    return round_with(evaluation, node, ceil, result);
}

FUNCTION(call_abs)
{
    if (!argument(evaluation, node, 0, result))
        return false;
    if (result->type == VALUE_INTEGER)
        *result = result->integer == INT64_MIN ? value_of_number_text(SLICE("9223372036854775808"))
                  : result->integer < 0        ? value_of_integer(-result->integer)
                                               : *result;
    else if (result->type == VALUE_DOUBLE)
        result->number = fabs(result->number);
    else if (!value_is_number(result))
        give_null(result);
    else if (result->json.text.bytes[0] == '-')
        result->json.text = slice_from(result->json.text, 1);
    return true;
}

/* The argument that stands on the wanted side of all others; NULL as soon as two cannot be ordered. */
static bool extreme(struct evaluation *evaluation, const struct node *node, enum order wanted, struct value *result)
{
    if (!argument(evaluation, node, 0, result) || !value_settle(evaluation, result))
        return false;
    for (size_t i = 1; i < node->count; i++) {
        struct value value;
        enum order order;
        if (!argument(evaluation, node, i, &value) || !value_compare(evaluation, &value, result, &order))
            return false;
        if (order != ORDER_LESS && order != ORDER_GREATER && order != ORDER_EQUAL)
            return give_null(result);
        if (order == wanted)
            *result = value;
    }
    return true;
}

FUNCTION(call_min)
{
    return extreme(evaluation, node, ORDER_LESS, result);
}

FUNCTION(call_max)
{
    return extreme(evaluation, node, ORDER_GREATER, result);
}

/* substr(text, start, count): characters, the first is 1; a negative start counts from the end. As in SQL the piece is
 * what of [start, start + count) lies inside the text. */
FUNCTION(call_substr)
{
    struct slice text;
    bool is_text;
    struct value start, count = value_of_integer(INT64_MAX);
    if (!text_argument(evaluation, node, 0, &text, &is_text) || !argument(evaluation, node, 1, &start) ||
        (node->count > 2 && !argument(evaluation, node, 2, &count)))
        return false;
    if (!is_text || start.type != VALUE_INTEGER || count.type != VALUE_INTEGER || count.integer < 0)
        return give_null(result);
    int64_t first = start.integer, end;
    if (first < 0)
        first += (int64_t)utf8_count(text) + 1;
    if (__builtin_add_overflow(first, count.integer, &end))
        end = INT64_MAX;
    size_t from = utf8_offset(text, first > 1 ? (size_t)first - 1 : 0);
    struct slice rest = slice_from(text, from);
    int64_t wanted = end - (first > 1 ? first : 1);
    return give(result, value_of_text(slice_between(rest, 0, wanted > 0 ? utf8_offset(rest, (size_t)wanted) : 0)));
}

/* Sorted by name, for nobody but the reader. exists() and matches() are nodes of their own. */
static const struct function functions[] = {
    { "abs", 1, 1, call_abs, false },
    { "bytes", 1, 1, call_bytes, false },
    { "ceil", 1, 1, call_ceil, false },
    { "coalesce", 1, EXPRESSION_ARGUMENTS_MAXIMUM, call_coalesce, true },
    { "contains", 2, 2, call_contains, true },
    { "count", 1, 1, call_count, false },
    { "ends_with", 2, 2, call_ends_with, true },
    { "exists", 1, 1, NULL, true },
    { "floor", 1, 1, call_floor, false },
    { "has", 2, 2, call_has, true },
    { "length", 1, 1, call_length, false },
    { "lines", 1, 1, call_lines, false },
    { "lower", 1, 1, call_lower, false },
    { "matches", 2, 2, NULL, true },
    { "max", 2, EXPRESSION_ARGUMENTS_MAXIMUM, call_max, false },
    { "min", 2, EXPRESSION_ARGUMENTS_MAXIMUM, call_min, false },
    { "number", 1, 1, call_number, false },
    { "round", 1, 1, call_round, false },
    { "starts_with", 2, 2, call_starts_with, true },
    { "substr", 2, 3, call_substr, false },
    { "text", 1, 1, call_text, false },
    { "trim", 1, 1, call_trim, false },
    { "type", 1, 1, call_type, false },
    { "upper", 1, 1, call_upper, false },
    { "words", 1, 1, call_words, false },
};
enum { FUNCTION_COUNT = sizeof functions / sizeof functions[0] };

const struct function *function_find(struct slice name)
{
    for (size_t i = 0; i < FUNCTION_COUNT; i++)
        if (slice_equal_ignore_case(name, slice_of_string(functions[i].name)))
            return &functions[i];
    return NULL;
}

const char *function_nearest(struct slice name)
{
    const char *names[FUNCTION_COUNT];
    for (size_t i = 0; i < FUNCTION_COUNT; i++)
        names[i] = functions[i].name;
    return nearest_name(name, names, FUNCTION_COUNT);
}
