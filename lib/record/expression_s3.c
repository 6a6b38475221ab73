/* expression_s3.c - the filter form of S3 Vectors: {"genre": "essay", "year": {"$gte": 1990, "$lt": 2000}}.
 *
 * A key names metadata.KEY. Several keys, and several operators of one key, are joined by AND. There is no unknown: a
 * missing key matches $ne, $nin and {"$exists": false} and nothing else. $eq and $in hold for an array when they hold
 * for one of its elements, $ne and $nin when they hold for all. Whatever the form does not know is an error, never "no
 * match". */
#include "base/nearest.h"
#include "base/utf8.h"
#include "record/expression_node.h"

enum operator_kind { S3_MEMBER, S3_COMPARE, S3_EXISTS, S3_STARTS_WITH };

static const struct s3_operator {
    const char *name;
    enum operator_kind kind;
    bool is_list, is_negated; /* of S3_MEMBER */
    enum comparison comparison;
} operators[] = {
    { .name = "$eq", .kind = S3_MEMBER },
    { .name = "$ne", .kind = S3_MEMBER, .is_negated = true },
    { .name = "$in", .kind = S3_MEMBER, .is_list = true },
    { .name = "$nin", .kind = S3_MEMBER, .is_list = true, .is_negated = true },
    { .name = "$gt", .kind = S3_COMPARE, .comparison = COMPARE_GREATER },
    { .name = "$gte", .kind = S3_COMPARE, .comparison = COMPARE_AT_LEAST },
    { .name = "$lt", .kind = S3_COMPARE, .comparison = COMPARE_LESS },
    { .name = "$lte", .kind = S3_COMPARE, .comparison = COMPARE_AT_MOST },
    { .name = "$exists", .kind = S3_EXISTS },
    { .name = "$startsWith", .kind = S3_STARTS_WITH },
};
enum { OPERATOR_COUNT = sizeof operators / sizeof operators[0] };

static const char *const all_names[] = { "$and", "$or",  "$eq", "$ne",  "$gt",     "$gte",
                                         "$lt",  "$lte", "$in", "$nin", "$exists", "$startsWith" };
enum { NAME_COUNT = sizeof all_names / sizeof all_names[0], KEYS_MAXIMUM = 256 /* of one object */ };

struct form {
    struct expression *expression;
    struct error *error;
    unsigned depth;
};

static size_t column_of(const struct form *form, struct slice part)
{
    return (size_t)(part.bytes - form->expression->text.bytes) + 1;
}

static struct node *fail(const struct form *form, struct slice part, const char *message)
{
    expression_error(form->error, column_of(form, part), "%s", message);
    return NULL;
}

static bool decode(const struct form *form, struct json_value string, struct slice *text)
{
    struct error error;
    if (json_decode(string, form->expression->arena, text, &error))
        return true;
    return expression_error(form->error, column_of(form, string.text), "%s", error.message);
}

static bool decode_key(const struct form *form, const struct json_field *field, struct slice *key)
{
    struct json_value string = { slice_of(field->key.bytes - 1, field->key.length + 2), JSON_STRING,
                                 field->key_has_escape };
    return decode(form, string, key);
}

/* A string, number or boolean. */
static struct node *constant(const struct form *form, struct json_value json, const char *name)
{
    struct value value;
    if (json.type == JSON_STRING) {
        value.type = VALUE_TEXT;
        if (!decode(form, json, &value.text))
            return NULL;
    } else if (json.type == JSON_NUMBER || json.type == JSON_TRUE || json.type == JSON_FALSE) {
        value_of_json_lazily(json, &value);
    } else {
        expression_error(form->error, column_of(form, json.text), "%s takes a string, a number or a boolean, found %s",
                         name, json_type_name(json.type));
        return NULL;
    }
    return node_constant(form->expression, value, column_of(form, json.text));
}

static struct node *finish(const struct form *form, struct node *node, struct node *const *children, size_t count)
{
    return node_set_children(form->expression, node, children, count, form->error) ? node : NULL;
}

/* One or more members of the list are wanted. */
static struct node *make_member(const struct form *form, struct node *path, struct json_value operand, const char *name,
                                bool is_list)
{
    struct expression *expression = form->expression;
    struct node **children = NULL;
    size_t count = 0, capacity = 0;
    children = arena_grow(expression->arena, children, &capacity, 2, sizeof(struct node *));
    children[count++] = path;
    if (is_list && operand.type != JSON_ARRAY) {
        expression_error(form->error, column_of(form, operand.text), "%s takes an array, found %s", name,
                         json_type_name(operand.type));
        return NULL;
    }
    struct json_iterator iterator = json_iterate(operand);
    struct json_field field = { .value = operand };
    bool has_next = !is_list || json_next(&iterator, &field);
    while (has_next) {
        struct node *member = constant(form, field.value, name);
        if (!member)
            return NULL;
        children = arena_grow(expression->arena, children, &capacity, count + 1, sizeof(struct node *));
        children[count++] = member;
        has_next = is_list && json_next(&iterator, &field);
    }
    if (count == 1) {
        expression_error(form->error, column_of(form, operand.text), "%s takes at least one value", name);
        return NULL;
    }
    struct node *node = finish(form, node_create(expression, NODE_MEMBER, path->column), children, count);
    if (node)
        node_make_set(expression, node);
    return node;
}

/* What is unknown in SQL is false here. */
static struct node *make_certain(const struct form *form, struct node *condition)
{
    if (!condition)
        return NULL;
    struct node *node = node_create(form->expression, NODE_IS, condition->column);
    node->test = IS_TRUE;
    return finish(form, node, &condition, 1);
}

static struct node *make_comparison(const struct form *form, struct node *path, struct json_value operand,
                                    const struct s3_operator *operation)
{
    const char *name = operation->name;
    if (operand.type != JSON_NUMBER) {
        expression_error(form->error, column_of(form, operand.text), "%s takes a number, found %s", name,
                         json_type_name(operand.type));
        return NULL;
    }
    struct node *bound = constant(form, operand, name);
    struct node *node = node_create(form->expression, NODE_COMPARE, path->column);
    node->comparison = operation->comparison;
    return bound ? make_certain(form, finish(form, node, (struct node *[]){ path, bound }, 2)) : NULL;
}

static struct node *make_exists(const struct form *form, struct node *path, struct json_value operand)
{
    if (operand.type != JSON_TRUE && operand.type != JSON_FALSE) {
        expression_error(form->error, column_of(form, operand.text), "$exists takes true or false, found %s",
                         json_type_name(operand.type));
        return NULL;
    }
    struct node *node = node_create(form->expression, NODE_EXISTS, path->column);
    node->is_negated = operand.type == JSON_FALSE;
    return finish(form, node, &path, 1);
}

static struct node *make_starts_with(const struct form *form, struct node *path, struct json_value operand)
{
    if (operand.type != JSON_STRING) {
        expression_error(form->error, column_of(form, operand.text), "$startsWith takes a string, found %s",
                         json_type_name(operand.type));
        return NULL;
    }
    struct node *start = constant(form, operand, "$startsWith");
    struct node *node = node_create(form->expression, NODE_CALL, path->column);
    node->function = function_find(SLICE("starts_with"));
    return start ? make_certain(form, finish(form, node, (struct node *[]){ path, start }, 2)) : NULL;
}

static struct node *fail_unknown(const struct form *form, size_t column, struct slice key)
{
    const char *nearest = nearest_name(key, all_names, NAME_COUNT);
    int length = (int)utf8_cut(key, 60);
    if (nearest)
        expression_error(form->error, column, "unknown operator '%.*s', did you mean '%s'", length, key.bytes, nearest);
    else
        expression_error(form->error, column, "unknown operator '%.*s'", length, key.bytes);
    return NULL;
}

static bool is_junction(struct slice key)
{
    return slice_equal(key, SLICE("$and")) || slice_equal(key, SLICE("$or"));
}

static const struct s3_operator *find_operator(struct slice key)
{
    for (size_t i = 0; i < OPERATOR_COUNT; i++)
        if (slice_equal(key, slice_of_string(operators[i].name)))
            return &operators[i];
    return NULL;
}

static struct node *fail_operator(const struct form *form, const struct json_field *field, struct slice key)
{
    size_t column = column_of(form, field->key) - 1;
    int length = (int)utf8_cut(key, 60);
    if (key.length == 0 || key.bytes[0] != '$')
        expression_error(form->error, column, "expected an operator such as $eq, found '%.*s'", length, key.bytes);
    else if (is_junction(key))
        expression_error(form->error, column, "%.*s joins whole filters, it cannot stand below a key", length,
                         key.bytes);
    else
        fail_unknown(form, column, key);
    return NULL;
}

/* {"$gte": 1990}: one operator of a key. */
static struct node *parse_operator(const struct form *form, struct node *path, const struct json_field *field)
{
    struct json_value operand = field->value;
    struct slice key;
    if (!decode_key(form, field, &key))
        return NULL;
    const struct s3_operator *operation = find_operator(key);
    if (!operation)
        return fail_operator(form, field, key);
    struct node *node = NULL;
    switch (operation->kind) {
    case S3_MEMBER:
        node = make_member(form, path, operand, operation->name, operation->is_list);
        if (node)
            node->is_negated = operation->is_negated;
        break;
    case S3_COMPARE:
        node = make_comparison(form, path, operand, operation);
        break;
    case S3_EXISTS:
        node = make_exists(form, path, operand);
        break;
    case S3_STARTS_WITH:
        node = make_starts_with(form, path, operand);
        break;
    }
    return node;
}

static bool is_identifier(struct slice key)
{
    for (size_t i = 0; i < key.length; i++) {
        char byte = key.bytes[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
        if (!is_letter && (i == 0 || byte < '0' || byte > '9'))
            return false;
    }
    return key.length > 0;
}

static struct node *key_path(const struct form *form, const struct json_field *field, struct slice key)
{
    struct arena *arena = form->expression->arena;
    struct json_path path = { .steps = arena_allocate_zeroed(arena, 2, sizeof(struct json_step)), .count = 2 };
    path.steps[0] = (struct json_step){ .key = SLICE("metadata"), .index = -1, .kind = JSON_STEP_KEY };
    path.steps[1] = (struct json_step){ .key = key, .index = -1, .kind = JSON_STEP_KEY };
    int length = (int)key.length; /* at most EXPRESSION_BYTES_MAXIMUM */
    path.text = slice_of_string(is_identifier(key) ? arena_format(arena, "metadata.%.*s", length, key.bytes)
                                                   : arena_format(arena, "metadata['%.*s']", length, key.bytes));
    return node_path(form->expression, &path, column_of(form, field->key), form->error);
}

/* Joins the children by AND or OR; one stands alone. */
static struct node *join(const struct form *form, enum node_kind kind, struct node **children, size_t count,
                         struct slice place)
{
    if (count == 0)
        return fail(form, place, kind == NODE_OR ? "$or needs at least one filter" : "expected at least one condition");
    if (count == 1)
        return children[0];
    return finish(form, node_create(form->expression, kind, column_of(form, place)), children, count);
}

static bool add_child(const struct form *form, struct node ***children, size_t *count, size_t *capacity,
                      struct node *child)
{
    if (!child)
        return false;
    *children = arena_grow(form->expression->arena, *children, capacity, *count + 1, sizeof(struct node *));
    (*children)[(*count)++] = child;
    return true;
}

/* Checks that no key of the object stands twice. */
static bool check_keys(const struct form *form, struct json_value object)
{
    struct json_object fields;
    struct error error;
    if (!json_scan_object(object.text, form->expression->arena, &fields, &error))
        return expression_error(form->error, column_of(form, object.text), "%s", error.message);
    if (fields.count > KEYS_MAXIMUM)
        return expression_error(form->error, column_of(form, object.text), "an object may have at most %d keys",
                                KEYS_MAXIMUM);
    for (size_t i = 0; i < fields.count; i++) {
        struct slice key;
        if (!decode_key(form, &fields.fields[i], &key))
            return false;
        if (json_object_count(&fields, key) > 1)
            return expression_error(form->error, column_of(form, fields.fields[i].key) - 1,
                                    "the key '%.*s' stands twice", (int)utf8_cut(key, 60), key.bytes);
    }
    return true;
}

/* "genre": "essay" or "year": {"$gte": 1990, "$lt": 2000}. */
static struct node *parse_key(const struct form *form, const struct json_field *field, struct slice key)
{
    struct node *path = key_path(form, field, key);
    struct node **children = NULL;
    size_t count = 0, capacity = 0;
    if (!path)
        return NULL;
    if (field->value.type != JSON_OBJECT)
        return make_member(form, path, field->value, "a key", false);
    if (!check_keys(form, field->value))
        return NULL;
    struct json_iterator iterator = json_iterate(field->value);
    struct json_field operator_field;
    while (json_next(&iterator, &operator_field))
        if (!add_child(form, &children, &count, &capacity, parse_operator(form, path, &operator_field)))
            return NULL;
    return join(form, NODE_AND, children, count, field->value.text);
}

static struct node *parse_filter(struct form *form, struct json_value filter);

/* "$and": [...] and "$or": [...]. */
static struct node *parse_list(struct form *form, enum node_kind kind, struct json_value list)
{
    struct node **children = NULL;
    size_t count = 0, capacity = 0;
    struct json_field field;
    if (list.type != JSON_ARRAY)
        return fail(form, list.text, "expected an array of filters");
    struct json_iterator iterator = json_iterate(list);
    while (json_next(&iterator, &field))
        if (!add_child(form, &children, &count, &capacity, parse_filter(form, field.value)))
            return NULL;
    return join(form, kind, children, count, list.text);
}

static struct node *parse_field(struct form *form, const struct json_field *field)
{
    struct slice key;
    if (!decode_key(form, field, &key))
        return NULL;
    if (slice_equal(key, SLICE("$and")))
        return parse_list(form, NODE_AND, field->value);
    if (slice_equal(key, SLICE("$or")))
        return parse_list(form, NODE_OR, field->value);
    if (key.length == 0 || key.bytes[0] != '$')
        return parse_key(form, field, key);
    size_t column = column_of(form, field->key) - 1;
    if (!find_operator(key))
        return fail_unknown(form, column, key);
    expression_error(form->error, column, "%.*s must stand below a key: {\"key\": {\"%.*s\": ...}}", (int)key.length,
                     key.bytes, (int)key.length, key.bytes);
    return NULL;
}

static struct node *parse_filter(struct form *form, struct json_value filter)
{
    struct node **children = NULL;
    size_t count = 0, capacity = 0;
    struct json_field field;
    if (filter.type != JSON_OBJECT)
        return fail(form, filter.text, "expected a filter in braces");
    if (++form->depth > EXPRESSION_DEPTH_MAXIMUM)
        return fail(form, filter.text, "the filter nests too deep");
    if (!check_keys(form, filter))
        return NULL;
    struct json_iterator iterator = json_iterate(filter);
    while (json_next(&iterator, &field))
        if (!add_child(form, &children, &count, &capacity, parse_field(form, &field)))
            return NULL;
    form->depth--;
    return join(form, NODE_AND, children, count, filter.text);
}

bool expression_parse_s3(struct expression *expression, struct error *error)
{
    struct form form = { .expression = expression, .error = error };
    struct json_value filter;
    struct error fault;
    if (!json_scan(expression->text, &filter, &fault))
        return expression_error(error, fault.column > 0 ? (size_t)fault.column : 1, "%s", fault.message);
    expression->root = parse_filter(&form, filter);
    expression->condition = expression->root;
    return expression->root != NULL;
}
