/* expression_evaluate.c - runs a program over the values of one record. */
#include <math.h>

#include "record/expression_node.h"

void value_of_json_lazily(struct json_value json, struct value *value)
{
    switch (json.type) {
    case JSON_MISSING:
    case JSON_NULL:
        *value = (struct value){ .type = VALUE_NULL, .json = { .type = json.type } };
        return;
    case JSON_FALSE:
    case JSON_TRUE:
        *value = value_of_boolean(json.type == JSON_TRUE);
        return;
    case JSON_NUMBER:
        *value = value_of_number_text(json.text);
        return;
    case JSON_STRING:
        if (!json.has_escape) {
            *value = value_of_text(slice_between(json.text, 1, json.text.length - 1));
            return;
        }
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    *value = (struct value){ .type = VALUE_JSON, .json = json };
}

bool value_of_json(struct json_value json, struct arena *scratch, struct value *value, struct error *error)
{
    if (json.type == JSON_STRING && json.has_escape) {
        value->type = VALUE_TEXT;
        return json_decode(json, scratch, &value->text, error);
    }
    value_of_json_lazily(json, value);
    return true;
}

bool value_settle(struct evaluation *evaluation, struct value *value)
{
    if (value->type != VALUE_JSON || value->json.type != JSON_STRING)
        return true;
    return value_of_json(value->json, evaluation->scratch, value, evaluation->error);
}

/* Fetches a path once. */
bool evaluate_path(struct evaluation *evaluation, size_t path, struct value *value)
{
    struct fetched *fetched = &evaluation->fetched[path];
    if (!fetched->is_there) {
        fetched->value = (struct value){ 0 };
        if (!evaluation->source->fetch(evaluation->source->context, path, &fetched->value, evaluation->error))
            return false;
        fetched->is_there = true;
    }
    *value = fetched->value;
    return true;
}

/* A fault in the value of a path names the path. Returns false. */
bool evaluate_fail(struct evaluation *evaluation, const struct node *node)
{
    if (node->kind == NODE_PATH)
        return error_field(evaluation->error, evaluation->expression->paths[node->path].text);
    return node->kind == NODE_ELEMENT && error_field(evaluation->error, node->star->text);
}

/* Decodes the value of node when it is a string that still has its escapes. */
static bool settle(struct evaluation *evaluation, const struct node *node, struct value *value)
{
    if (value->type != VALUE_JSON || value->json.type != JSON_STRING)
        return true;
    if (!value_settle(evaluation, value))
        return evaluate_fail(evaluation, node);
    if (node->kind == NODE_PATH)
        evaluation->fetched[node->path].value = *value;
    return true;
}

bool evaluate_text(struct evaluation *evaluation, const struct node *node, struct value *value, struct slice *text,
                   bool *is_text)
{
    *is_text = value_is_text(value);
    if (!*is_text)
        return true;
    if (!settle(evaluation, node, value))
        return false;
    *text = value->text;
    return true;
}

/* Compares the values of two nodes. */
static bool compare(struct evaluation *evaluation, const struct node *left, struct value *a, const struct node *right,
                    struct value *b, enum order *order)
{
    if (value_is_text(a) && value_is_text(b) && (!settle(evaluation, left, a) || !settle(evaluation, right, b)))
        return false;
    return value_compare(evaluation, a, b, order);
}

static struct value calculate_integers(char operation, int64_t a, int64_t b)
{
    int64_t result;
    switch (operation) {
    case '+':
        if (__builtin_add_overflow(a, b, &result))
            return value_of_double((double)a + (double)b);
        return value_of_integer(result);
    case '-':
        if (__builtin_sub_overflow(a, b, &result))
            return value_of_double((double)a - (double)b);
        return value_of_integer(result);
    case '*':
        if (__builtin_mul_overflow(a, b, &result))
            return value_of_double((double)a * (double)b);
        return value_of_integer(result);
    default:
        if (b == 0)
            return value_of_null();
        if (b == -1) /* INT64_MIN / -1 has no int64_t, and traps */
            return operation == '%' ? value_of_integer(0) : calculate_integers('-', 0, a);
        if (operation == '%')
            return value_of_integer(a % b);
        return a % b == 0 ? value_of_integer(a / b) : value_of_double((double)a / (double)b);
    }
}

static struct value calculate_doubles(char operation, double a, double b)
{
    switch (operation) {
    case '+':
        return value_of_double(a + b);
    case '-':
        return value_of_double(a - b);
    case '*':
        return value_of_double(a * b);
    case '/':
        return value_of_double(b != 0 ? a / b : INFINITY);
    default:
        return value_of_double(b != 0 ? fmod(a, b) : INFINITY); /* fmod is exact */
    }
}

static bool evaluate_arithmetic(struct evaluation *evaluation, const struct node *node, struct value *value)
{
    struct value a, b;
    if (!evaluate_value(evaluation, node->children[0], &a) || !evaluate_value(evaluation, node->children[1], &b))
        return false;
    if (!value_is_number(&a) || !value_is_number(&b))
        *value = value_of_null();
    else if (a.type == VALUE_INTEGER && b.type == VALUE_INTEGER)
        *value = calculate_integers(node->arithmetic, a.integer, b.integer);
    else
        *value = calculate_doubles(node->arithmetic, value_number(&a), value_number(&b));
    return true;
}

static bool evaluate_negation(struct evaluation *evaluation, const struct node *node, struct value *value)
{
    if (!evaluate_value(evaluation, node->children[0], value))
        return false;
    if (value->type == VALUE_INTEGER) {
        *value = calculate_integers('-', 0, value->integer);
    } else if (value->type == VALUE_DOUBLE) {
        value->number = -value->number;
    } else if (value_is_number(value)) {
        struct slice text = value->json.text;
        if (text.bytes[0] == '-') {
            text = slice_from(text, 1);
        } else {
            char *negative = arena_allocate_text(evaluation->scratch, text.length + 1);
            negative[0] = '-';
            memcpy(negative + 1, text.bytes, text.length);
            text = slice_of(negative, text.length + 1);
        }
        *value = value_of_number_text(text);
    } else {
        *value = value_of_null();
    }
    return true;
}

bool evaluate_value(struct evaluation *evaluation, const struct node *node, struct value *value)
{
    enum truth truth;
    switch (node->kind) {
    case NODE_CONSTANT:
        *value = node->constant;
        return true;
    case NODE_PATH:
        return evaluate_path(evaluation, node->path, value);
    case NODE_ELEMENT:
        *value = evaluation->elements[node->star->index];
        return true;
    case NODE_ARITHMETIC:
        return evaluate_arithmetic(evaluation, node, value);
    case NODE_NEGATE:
        return evaluate_negation(evaluation, node, value);
    case NODE_CALL:
        return node->function->call(evaluation, node, value);
    case NODE_ANY:
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_COMPARE:
    case NODE_IN:
    case NODE_BETWEEN:
    case NODE_LIKE:
    case NODE_MATCHES:
    case NODE_IS:
    case NODE_MEMBER:
    case NODE_EXISTS:
        break;
    }
    if (!evaluate_truth(evaluation, node, &truth))
        return false;
    *value = truth == TRUTH_UNKNOWN ? value_of_null() : value_of_boolean(truth == TRUTH_TRUE);
    return true;
}

static enum truth negated(enum truth truth)
{
    return truth == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : truth == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

static enum truth truth_of(bool boolean)
{
    return boolean ? TRUTH_TRUE : TRUTH_FALSE;
}

/* AND stops at the first false, OR at the first true: what stands behind is not looked at. */
static bool evaluate_junction(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    enum truth decisive = node->kind == NODE_AND ? TRUTH_FALSE : TRUTH_TRUE;
    *truth = negated(decisive);
    for (size_t i = 0; i < node->count; i++) {
        enum truth one;
        if (!evaluate_truth(evaluation, node->children[i], &one))
            return false;
        if (one == decisive) {
            *truth = decisive;
            return true;
        }
        if (one == TRUTH_UNKNOWN)
            *truth = TRUTH_UNKNOWN;
    }
    return true;
}

static bool evaluate_any(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct star_walk walk;
    struct value base;
    *truth = TRUTH_UNKNOWN;
    if (!evaluate_path(evaluation, node->star->path, &base))
        return false;
    if (!star_begin(&base, &walk))
        return true;
    *truth = TRUTH_FALSE;
    for (;;) {
        bool is_found;
        enum truth one;
        struct value *element = &evaluation->elements[node->star->index];
        if (!star_next(node->star, &walk, element, &is_found, evaluation->error))
            return false;
        if (!is_found)
            return true;
        if (!evaluate_truth(evaluation, node->children[0], &one))
            return false;
        if (one != TRUTH_FALSE)
            *truth = one;
        if (one == TRUTH_TRUE)
            return true;
    }
}

static bool evaluate_comparison(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value a, b;
    enum order order;
    if (!evaluate_value(evaluation, node->children[0], &a) || !evaluate_value(evaluation, node->children[1], &b) ||
        !compare(evaluation, node->children[0], &a, node->children[1], &b, &order))
        return false;
    *truth = comparison_truth(node->comparison, order);
    return true;
}

static bool evaluate_between(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value value, bound;
    enum order order;
    *truth = TRUTH_TRUE;
    if (!evaluate_value(evaluation, node->children[0], &value))
        return false;
    for (size_t i = 1; i <= 2 && *truth != TRUTH_FALSE; i++) {
        if (!evaluate_value(evaluation, node->children[i], &bound) ||
            !compare(evaluation, node->children[0], &value, node->children[i], &bound, &order))
            return false;
        enum truth one = comparison_truth(i == 1 ? COMPARE_AT_LEAST : COMPARE_AT_MOST, order);
        if (one != TRUTH_TRUE)
            *truth = one;
    }
    return true;
}

static bool has_text(const struct value_set *set, struct slice text)
{
    size_t low = 0, high = set->text_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(set->texts[middle], text);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool has_integer(const struct value_set *set, const struct value *value)
{
    int64_t wanted = value->integer;
    if (value->type == VALUE_DOUBLE && !double_to_integer(value->number, &wanted))
        return false;
    size_t low = 0, high = set->integer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->integers[middle] == wanted)
            return true;
        if (set->integers[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* value = ANY (members): children from the second on are members that are not in the set. */
static bool is_member(struct evaluation *evaluation, const struct node *node, struct value *value, enum truth *truth)
{
    *truth = TRUTH_UNKNOWN;
    if (value->type == VALUE_NULL)
        return true;
    if (!settle(evaluation, node->children[0], value))
        return false;
    *truth = TRUTH_TRUE;
    if (value->type == VALUE_TEXT && has_text(node->set, value->text))
        return true;
    if ((value->type == VALUE_INTEGER || value->type == VALUE_DOUBLE) && has_integer(node->set, value))
        return true;
    bool has_unknown = node->set->has_null;
    for (size_t i = 1; i < node->count; i++) {
        struct value member;
        enum order order;
        if (!evaluate_value(evaluation, node->children[i], &member) ||
            !compare(evaluation, node->children[0], value, node->children[i], &member, &order))
            return false;
        enum truth one = comparison_truth(COMPARE_EQUAL, order);
        if (one == TRUTH_TRUE)
            return true;
        has_unknown |= one == TRUTH_UNKNOWN;
    }
    *truth = has_unknown ? TRUTH_UNKNOWN : TRUTH_FALSE;
    return true;
}

static bool evaluate_in(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value value;
    return evaluate_value(evaluation, node->children[0], &value) && is_member(evaluation, node, &value, truth);
}

/* The S3 form has no unknown: what is not a member is false. */
static bool evaluate_member(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value value;
    struct json_field field;
    if (!evaluate_value(evaluation, node->children[0], &value))
        return false;
    if (value.type != VALUE_JSON || value.json.type != JSON_ARRAY) {
        if (!is_member(evaluation, node, &value, truth))
            return false;
        *truth = truth_of(*truth == TRUTH_TRUE);
        return true;
    }
    struct json_iterator iterator = json_iterate(value.json);
    while (json_next(&iterator, &field)) {
        value_of_json_lazily(field.value, &value);
        if (!is_member(evaluation, node, &value, truth))
            return false;
        if (*truth == TRUTH_TRUE)
            return true;
    }
    *truth = TRUTH_FALSE;
    return true;
}

/* Whether an undecoded string certainly lacks a text. */
static bool surely_lacks(const struct value *value, struct slice wanted)
{
    return value->type == VALUE_JSON && value->json.type == JSON_STRING &&
           !escaped_may_contain(slice_between(value->json.text, 1, value->json.text.length - 1), wanted);
}

static bool evaluate_like(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value value, pattern;
    struct slice text, pattern_text = { 0 };
    struct like computed;
    const struct like *like = node->like;
    bool is_text, is_pattern = true;
    *truth = TRUTH_FALSE;
    if (!evaluate_value(evaluation, node->children[0], &value))
        return false;
    if (node->count == 1 && surely_lacks(&value, like->longest))
        return true;
    *truth = TRUTH_UNKNOWN;
    if (!evaluate_text(evaluation, node->children[0], &value, &text, &is_text))
        return false;
    if (is_text && node->count > 1) {
        if (!evaluate_value(evaluation, node->children[1], &pattern) ||
            !evaluate_text(evaluation, node->children[1], &pattern, &pattern_text, &is_pattern))
            return false;
        like = &computed;
        is_pattern = is_pattern && pattern_text.length <= LIKE_COMPUTED_BYTES_MAXIMUM &&
                     like_compile(pattern_text, node->escape, evaluation->scratch, &computed);
    }
    if (is_text && is_pattern)
        *truth = truth_of(like_matches(like, text));
    return true;
}

static bool evaluate_matches(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value value;
    struct slice text;
    bool is_text, is_match;
    *truth = TRUTH_FALSE;
    if (!evaluate_value(evaluation, node->children[0], &value))
        return false;
    if (surely_lacks(&value, pattern_literal(node->pattern)))
        return true;
    *truth = TRUTH_UNKNOWN;
    if (!evaluate_text(evaluation, node->children[0], &value, &text, &is_text))
        return false;
    if (!is_text)
        return true;
    if (!pattern_test(node->pattern, text, &is_match, evaluation->error))
        return evaluate_fail(evaluation, node->children[0]);
    *truth = truth_of(is_match);
    return true;
}

static bool evaluate_is(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    enum truth found;
    if (node->test == IS_NULL) {
        struct value value;
        if (!evaluate_value(evaluation, node->children[0], &value))
            return false;
        *truth = truth_of(value.type == VALUE_NULL);
        return true;
    }
    if (!evaluate_truth(evaluation, node->children[0], &found))
        return false;
    *truth = truth_of(found == (node->test == IS_TRUE ? TRUTH_TRUE : TRUTH_FALSE));
    return true;
}

/* Any other node as a condition: what is no boolean is unknown. */
static bool evaluate_plain(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value value;
    if (!evaluate_value(evaluation, node, &value))
        return false;
    *truth = value.type == VALUE_BOOLEAN ? truth_of(value.boolean) : TRUTH_UNKNOWN;
    return true;
}

static bool evaluate_exists(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    struct value value;
    if (!evaluate_value(evaluation, node->children[0], &value))
        return false;
    *truth = truth_of(!value_is_missing(&value));
    return true;
}

static bool evaluate_condition(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR:
        return evaluate_junction(evaluation, node, truth);
    case NODE_NOT:
        if (!evaluate_truth(evaluation, node->children[0], truth))
            return false;
        *truth = negated(*truth);
        return true;
    case NODE_ANY:
        return evaluate_any(evaluation, node, truth);
    case NODE_COMPARE:
        return evaluate_comparison(evaluation, node, truth);
    case NODE_IN:
        return evaluate_in(evaluation, node, truth);
    case NODE_BETWEEN:
        return evaluate_between(evaluation, node, truth);
    case NODE_LIKE:
        return evaluate_like(evaluation, node, truth);
    case NODE_MATCHES:
        return evaluate_matches(evaluation, node, truth);
    case NODE_IS:
        return evaluate_is(evaluation, node, truth);
    case NODE_MEMBER:
        return evaluate_member(evaluation, node, truth);
    case NODE_EXISTS:
        return evaluate_exists(evaluation, node, truth);
    case NODE_CONSTANT:
    case NODE_PATH:
    case NODE_ELEMENT:
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_CALL:
        break;
    }
    return evaluate_plain(evaluation, node, truth);
}

bool evaluate_truth(struct evaluation *evaluation, const struct node *node, enum truth *truth)
{
    if (!evaluate_condition(evaluation, node, truth))
        return false;
    if (node->is_negated)
        *truth = negated(*truth);
    return true;
}
