/* expression_build.c - makes nodes, within limits, and folds what is constant. */
#include <stdarg.h>
#include <stdlib.h>

#include "record/expression_node.h"

bool expression_error(struct error *error, size_t column, const char *format, ...)
{
    char message[ERROR_MESSAGE_BYTES];
    struct buffer text = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&text, format, arguments);
    va_end(arguments);
    struct slice cut = slice_between(buffer_slice(&text), 0, sizeof message - 1);
    memcpy(message, cut.bytes, cut.length);
    message[cut.length] = '\0';
    buffer_release(&text);
    error_set(error, E_USAGE, "%s", message);
    return error_place(error, NULL, 0, (int64_t)column);
}

struct node *node_create(struct expression *expression, enum node_kind kind, size_t column)
{
    struct node *node = arena_allocate_zeroed(expression->arena, 1, sizeof *node);
    node->kind = kind;
    node->column = column;
    node->depth = 1;
    return node;
}

bool node_set_children(struct expression *expression, struct node *node, struct node *const *children, size_t count,
                       struct error *error)
{
    node->children = arena_allocate_zeroed(expression->arena, count, sizeof(struct node *));
    node->count = count;
    for (size_t i = 0; i < count; i++) {
        node->children[i] = children[i];
        if (children[i]->depth >= node->depth)
            node->depth = children[i]->depth + 1;
    }
    if (node->depth > EXPRESSION_DEPTH_MAXIMUM)
        return expression_error(error, node->column, "the expression nests more than %d deep",
                                EXPRESSION_DEPTH_MAXIMUM);
    return true;
}

struct node *node_constant(struct expression *expression, struct value value, size_t column)
{
    struct node *node = node_create(expression, NODE_CONSTANT, column);
    node->constant = value;
    return node;
}

static bool is_same_path(const struct json_path *a, const struct json_path *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct json_step *x = &a->steps[i], *y = &b->steps[i];
        if (x->kind != y->kind || (x->kind == JSON_STEP_KEY && !slice_equal(x->key, y->key)) ||
            (x->kind != JSON_STEP_ALL && x->index != y->index))
            return false;
    }
    return true;
}

/* The index of path among those that are read; false when there are too many. */
static bool add_path(struct expression *expression, const struct json_path *path, size_t column, size_t *index,
                     struct error *error)
{
    for (*index = 0; *index < expression->path_count; (*index)++)
        if (is_same_path(&expression->paths[*index], path))
            return true;
    if (expression->path_count == EXPRESSION_PATHS_MAXIMUM)
        return expression_error(error, column, "the expression reads more than %d fields", EXPRESSION_PATHS_MAXIMUM);
    expression->paths = arena_grow(expression->arena, expression->paths, &expression->path_capacity,
                                   expression->path_count + 1, sizeof *expression->paths);
    expression->paths[expression->path_count++] = *path;
    return true;
}

struct node *node_path(struct expression *expression, const struct json_path *path, size_t column, struct error *error)
{
    struct node *node = node_create(expression, NODE_PATH, column);
    return add_path(expression, path, column, &node->path, error) ? node : NULL;
}

/* The text in front of the first [*]: quotes hide one. */
static struct slice text_before_star(struct slice text)
{
    char quote = '\0';
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (quote && byte == '\\')
            i++;
        else if (byte == quote)
            quote = '\0';
        else if (!quote && (byte == '\'' || byte == '"'))
            quote = byte;
        else if (!quote && byte == '[' && i + 1 < text.length && text.bytes[i + 1] == '*')
            return slice_between(text, 0, i);
    }
    return text;
}

struct node *node_element(struct expression *expression, const struct json_path *path, size_t column,
                          struct error *error)
{
    struct star *star = arena_allocate_zeroed(expression->arena, 1, sizeof *star);
    size_t first = 0;
    while (path->steps[first].kind != JSON_STEP_ALL)
        first++;
    for (size_t i = first; i < path->count; i++) {
        if (path->steps[i].kind == JSON_STEP_ALL) {
            if (star->level_count == EXPRESSION_STAR_LEVELS_MAXIMUM) {
                expression_error(error, column, "a path may have at most %d [*]", EXPRESSION_STAR_LEVELS_MAXIMUM);
                return NULL;
            }
            star->levels[star->level_count++] = (struct json_path){ path->text, &path->steps[i + 1], 0 };
        } else {
            star->levels[star->level_count - 1].count++;
        }
    }
    if (expression->star_count == EXPRESSION_STARS_MAXIMUM) {
        expression_error(error, column, "an expression may have at most %d paths with [*]", EXPRESSION_STARS_MAXIMUM);
        return NULL;
    }
    if (first == 0) {
        expression_error(error, column, "a path cannot begin with [*]: a record is an object");
        return NULL;
    }
    struct json_path base = { text_before_star(path->text), path->steps, first };
    if (!add_path(expression, &base, column, &star->path, error))
        return NULL;
    star->index = expression->star_count++;
    star->text = path->text;
    star->ends_in_star = path->steps[path->count - 1].kind == JSON_STEP_ALL;
    struct node *node = node_create(expression, NODE_ELEMENT, column);
    node->star = star;
    return node;
}

struct node *node_any(struct expression *expression, const struct star *star, struct node *child, struct error *error)
{
    struct node *node = node_create(expression, NODE_ANY, child->column);
    node->star = star;
    return node_set_children(expression, node, &child, 1, error) ? node : NULL;
}

/* A fault while folding (a match limit) is left to the evaluation, which may never come to it. */
struct node *node_fold(struct expression *expression, struct node *node)
{
    for (size_t i = 0; i < node->count; i++)
        if (node->children[i]->kind != NODE_CONSTANT)
            return node;
    struct error ignored;
    struct value value;
    struct evaluation evaluation = { .expression = expression, .scratch = expression->arena, .error = &ignored };
    error_reset(&ignored);
    if (!evaluate_value(&evaluation, node, &value))
        return node;
    return node_constant(expression, value, node->column);
}

bool node_is_condition(const struct node *node)
{
    if (node->kind == NODE_CONSTANT)
        return node->constant.type == VALUE_BOOLEAN || node->constant.type == VALUE_NULL;
    if (node->kind == NODE_CALL)
        return node->function->gives_truth;
    return node->kind != NODE_ARITHMETIC && node->kind != NODE_NEGATE;
}

static int compare_texts(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

static int compare_integers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* A constant that the set can hold: text, NULL, whole numbers. */
static bool add_to_set(struct value_set *set, const struct value *value)
{
    if (value->type == VALUE_TEXT) {
        set->texts[set->text_count++] = value->text;
    } else if (value->type == VALUE_INTEGER) {
        set->integers[set->integer_count++] = value->integer;
    } else if (value->type == VALUE_DOUBLE && double_to_integer(value->number, &set->integers[set->integer_count])) {
        set->integer_count++;
    } else if (value->type == VALUE_NULL) {
        set->has_null = true;
    } else {
        return false;
    }
    return true;
}

void node_make_set(struct expression *expression, struct node *node)
{
    struct value_set *set = arena_allocate_zeroed(expression->arena, 1, sizeof *set);
    set->texts = arena_allocate_zeroed(expression->arena, node->count, sizeof *set->texts);
    set->integers = arena_allocate_zeroed(expression->arena, node->count, sizeof *set->integers);
    size_t kept = 1;
    for (size_t i = 1; i < node->count; i++) {
        struct node *child = node->children[i];
        if (child->kind != NODE_CONSTANT || !add_to_set(set, &child->constant))
            node->children[kept++] = child;
    }
    node->count = kept;
    if (set->text_count)
        qsort(set->texts, set->text_count, sizeof *set->texts, compare_texts);
    if (set->integer_count)
        qsort(set->integers, set->integer_count, sizeof *set->integers, compare_integers);
    node->set = set;
}

bool node_set_pattern(struct expression *expression, struct node *node, struct slice text, unsigned flags,
                      struct error *error)
{
    if (expression->pattern_count == EXPRESSION_PATTERNS_MAXIMUM)
        return expression_error(error, node->column, "an expression may have at most %d patterns",
                                EXPRESSION_PATTERNS_MAXIMUM);
    struct pattern *pattern = pattern_compile(text, flags, error);
    if (!pattern)
        return false;
    expression->patterns = arena_grow(expression->arena, expression->patterns, &expression->pattern_capacity,
                                      expression->pattern_count + 1, sizeof(struct pattern *));
    expression->patterns[expression->pattern_count++] = pattern;
    node->pattern = pattern;
    return true;
}
