/* expression.c - compiling an expression, and evaluating it over any source of values.
 *
 * Values are NULL (missing, null, or nothing sensible), boolean, number, text, array and object.
 *
 * Truth is SQL's: true, false, unknown. A comparison with NULL is unknown. NOT unknown is unknown; AND is false when
 * one side is, OR is true when one side is, whatever the other. Only true keeps a record.
 *
 * Numbers are compared exactly: int64_t with int64_t, with double (no rounding of the integer), and integers of any
 * length by their digits. Arithmetic of integers is exact; where the result does not fit 64 bits, and for quotients
 * that do not come out even, it is a double. What is not finite, and division by zero, is NULL.
 *
 * Different types are never equal: = is false and != true; < and its kin are unknown. Text is ordered by code points,
 * false before true. Arrays and objects are equal when their JSON is the same but for white space; they have no order.
 *
 * A [*] path makes the comparison around it hold when it holds, as written, for at least one element: tags[*] != 'a' is
 * "some tag is not a", NOT tags[*] = 'a' "no tag is a". No array there: unknown; an empty one: false. */
#include "record/expression.h"

#include "base/utf8.h"
#include "record/expression_node.h"

enum { FETCHED_ON_STACK = 16 };

static size_t first_byte(struct slice text)
{
    size_t position = 0;
    while (position < text.length && strchr(" \t\r\n", text.bytes[position]) && text.bytes[position])
        position++;
    return position;
}

static bool check_text(struct slice text, struct error *error)
{
    if (text.length > EXPRESSION_BYTES_MAXIMUM)
        return expression_error(error, 1, "the expression has %zu bytes, at most %d are allowed", text.length,
                                EXPRESSION_BYTES_MAXIMUM);
    size_t valid = utf8_valid_length(text);
    if (valid < text.length)
        return expression_error(error, valid + 1, "the expression is not valid UTF-8");
    return true;
}

struct expression *expression_compile(struct slice text, struct arena *arena, struct error *error)
{
    if (!check_text(text, error))
        return NULL;
    struct expression *expression = arena_allocate_zeroed(arena, 1, sizeof *expression);
    expression->arena = arena;
    expression->text = arena_copy(arena, text);
    size_t start = first_byte(text);
    bool is_s3 = start < text.length && text.bytes[start] == '{';
    if (is_s3 ? expression_parse_s3(expression, error) : expression_parse(expression, error))
        return expression;
    expression_free(expression);
    return NULL;
}

struct expression *expression_compile_condition(struct slice text, struct arena *arena, struct error *error)
{
    struct expression *expression = expression_compile(text, arena, error);
    if (!expression || node_is_condition(expression->condition))
        return expression;
    expression_error(error, expression->root->column,
                     "expected a condition such as length(text) > 200, found a number or "
                     "text");
    expression_free(expression);
    return NULL;
}

void expression_free(struct expression *expression)
{
    if (!expression)
        return;
    for (size_t i = 0; i < expression->pattern_count; i++)
        pattern_free(expression->patterns[i]);
    expression->pattern_count = 0;
}

bool expression_label_error(struct error *error, const char *name)
{
    char message[ERROR_MESSAGE_BYTES];
    memcpy(message, error->message, sizeof message);
    if (error->column > 0)
        return error_set(error, error->code, "%s, column %lld: %s", name, (long long)error->column, message);
    return error_set(error, error->code, "%s: %s", name, message);
}

bool expression_compares_null(const struct expression *expression)
{
    return expression->compares_null;
}

size_t expression_path_count(const struct expression *expression)
{
    return expression->path_count;
}

const struct json_path *expression_path(const struct expression *expression, size_t index)
{
    return &expression->paths[index];
}

/* The caller gave room for ordinary expressions; nothing is fetched yet. */
static void begin(struct evaluation *evaluation)
{
    size_t count = evaluation->expression->path_count;
    if (count > FETCHED_ON_STACK)
        evaluation->fetched = arena_allocate_zeroed(evaluation->scratch, count, sizeof *evaluation->fetched);
    for (size_t i = 0; i < count; i++)
        evaluation->fetched[i].is_there = false;
}

bool expression_test(const struct expression *expression, const struct expression_source *source, struct arena *scratch,
                     enum truth *truth, struct error *error)
{
    struct fetched fetched[FETCHED_ON_STACK];
    struct value elements[EXPRESSION_STARS_MAXIMUM];
    struct evaluation evaluation = { expression, source, scratch, error, fetched, elements };
    begin(&evaluation);
    *truth = TRUTH_UNKNOWN;
    error_reset(error);
    return evaluate_truth(&evaluation, expression->condition, truth);
}

/* An open [*] path stands for its first element. */
static bool bind_first(struct evaluation *evaluation, const struct star *star)
{
    struct star_walk walk;
    struct value base;
    bool is_found = false;
    evaluation->elements[star->index] = (struct value){ 0 };
    if (!evaluate_path(evaluation, star->path, &base))
        return false;
    return !star_begin(&base, &walk) ||
           star_next(star, &walk, &evaluation->elements[star->index], &is_found, evaluation->error);
}

bool expression_value(const struct expression *expression, const struct expression_source *source,
                      struct arena *scratch, struct value *value, struct error *error)
{
    struct fetched fetched[FETCHED_ON_STACK];
    struct value elements[EXPRESSION_STARS_MAXIMUM];
    struct evaluation evaluation = { expression, source, scratch, error, fetched, elements };
    begin(&evaluation);
    *value = value_of_null();
    error_reset(error);
    if (expression->open_star && !bind_first(&evaluation, expression->open_star))
        return false;
    return evaluate_value(&evaluation, expression->root, value) && value_settle(&evaluation, value);
}
