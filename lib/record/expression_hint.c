/* expression_hint.c - why a condition that nothing meets is perhaps not what was meant. */
#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "record/expression_node.h"

enum { NAMES_MAXIMUM = 256, SHOWN_BYTES = 80 };

struct hints {
    const struct expression *expression;
    struct json_value record;
    struct arena arena;
    struct error *note;
};

static int shown(struct slice text)
{
    return (int)utf8_cut(text, SHOWN_BYTES);
}

/* The object in which the path ends for want of a key, and that step; false when it leads to a value. */
static bool find_gap(const struct json_path *path, struct json_value *value, size_t *step)
{
    for (*step = 0; *step < path->count && value->type == JSON_OBJECT; (*step)++) {
        if (path->steps[*step].kind != JSON_STEP_KEY)
            return false;
        struct json_value next = json_member(*value, path->steps[*step].key);
        if (next.type == JSON_MISSING)
            return true;
        *value = next;
    }
    return false;
}

static bool hint_at_name(struct hints *hints, const struct json_path *path)
{
    const char *names[NAMES_MAXIMUM];
    size_t count = 0, step;
    struct json_value place = hints->record;
    struct json_field field;
    if (!find_gap(path, &place, &step))
        return false;
    struct json_iterator iterator = json_iterate(place);
    while (count < NAMES_MAXIMUM && json_next(&iterator, &field))
        names[count++] = arena_copy_string(&hints->arena, field.key);
    const char *nearest = nearest_name(path->steps[step].key, names, count);
    if (!nearest)
        return false;
    error_set(hints->note, E_FIELD_MISSING, "there is no field '%.*s', did you mean '%s'", shown(path->text),
              path->text.bytes, nearest);
    return true;
}

/* A field beside a constant of the other of the two types. */
static bool hint_at_types(struct hints *hints, const struct node *left, const struct node *right)
{
    double ignored;
    if (left->kind != NODE_PATH || right->kind != NODE_CONSTANT)
        return false;
    const struct json_path *path = &hints->expression->paths[left->path];
    struct json_value found = json_path_find_value(path, hints->record, NULL);
    struct slice text = slice_between(found.text, 1, found.text.length - 1);
    if (found.type == JSON_STRING && value_is_number(&right->constant) && number_parse_double(text, &ignored))
        error_set(hints->note, E_FIELD_TYPE, "'%.*s' is a text, compare number(%.*s) with a number", shown(path->text),
                  path->text.bytes, shown(path->text), path->text.bytes);
    else if (found.type == JSON_NUMBER && value_is_text(&right->constant))
        error_set(hints->note, E_FIELD_TYPE, "'%.*s' is a number, compare it with a number without quotes",
                  shown(path->text), path->text.bytes);
    else
        return false;
    return true;
}

/* At most EXPRESSION_DEPTH_MAXIMUM deep. */
static bool hint_at_node(struct hints *hints, const struct node *node)
{
    bool compares = node->kind == NODE_COMPARE || node->kind == NODE_BETWEEN || node->kind == NODE_IN;
    for (size_t i = 1; compares && i < node->count; i++)
        if (hint_at_types(hints, node->children[0], node->children[i]) ||
            hint_at_types(hints, node->children[i], node->children[0]))
            return true;
    for (size_t i = 0; i < node->count; i++)
        if (hint_at_node(hints, node->children[i]))
            return true;
    return false;
}

bool expression_hint(const struct expression *expression, struct slice line, struct error *note)
{
    struct hints hints = { .expression = expression, .note = note };
    struct error ignored;
    bool is_found = false;
    if (!json_scan(line, &hints.record, &ignored))
        return false;
    for (size_t i = 0; i < expression->path_count && !is_found; i++)
        is_found = hint_at_name(&hints, &expression->paths[i]);
    is_found = is_found || hint_at_node(&hints, expression->root);
    arena_release(&hints.arena);
    return is_found;
}
