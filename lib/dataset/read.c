/* read.c - walks a record by the shapes of a profile: keys, types, values and bounds. */
#include "dataset/read.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "dataset/reading.h"

enum { KEYS_PAIRWISE = 8, LIST_NAMES_MAXIMUM = 32 };

const char *expected_roles(struct arena *arena, const struct profile_role *roles)
{
    const char *names[LIST_NAMES_MAXIMUM + 1];
    size_t count = 0;
    for (; roles && roles->name && count < LIST_NAMES_MAXIMUM; roles++)
        names[count++] = roles->name;
    names[count] = NULL;
    return dataset_fault_values(arena, names);
}

const char *expected_types(struct arena *arena, unsigned types)
{
    static const enum json_type order[] = { JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_ARRAY, JSON_OBJECT, JSON_NULL };
    struct buffer text = { 0 };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (types & 1U << order[i])
            buffer_append_format(&text, "%s%s", text.length ? " or " : "", json_type_phrase(order[i]));
    const char *copy = arena_copy_string(arena, buffer_slice(&text));
    buffer_release(&text);
    return copy;
}

/* Is there an escape that may be half a pair? */
static bool may_have_surrogate(struct slice text)
{
    const char *next = text.bytes, *end = text.bytes + text.length;
    while ((next = memchr(next, '\\', (size_t)(end - next)))) {
        if (end - next >= 4 && next[1] == 'u' && (next[2] | 0x20) == 'd' && next[3] > '7')
            return true;
        next += end - next >= 2 ? 2 : 1;
    }
    return false;
}

bool reading_text(struct reading *reading, struct json_value value, struct slice *text)
{
    struct error error;
    if (json_decode(value, reading->arena, text, &error))
        return true;
    *text = SLICE("");
    READING_FAULT(reading, error.code, value, NULL, NULL, "write the whole character, or leave it out", "%s",
                  error.message);
    return false;
}

/* Keys of one object. */
struct keys {
    struct slice *list; /* decoded */
    size_t count, capacity;
};

static struct slice key_text(struct reading *reading, const struct json_field *field)
{
    if (!field->key_has_escape)
        return field->key;
    struct json_value quoted = { slice_of(field->key.bytes - 1, field->key.length + 2), JSON_STRING, true };
    struct slice text;
    return reading_text(reading, quoted, &text) ? text : field->key;
}

static void key_append(struct reading *reading, struct keys *keys, const struct json_field *field)
{
    if (keys->count == keys->capacity)
        keys->list = arena_grow(reading->arena, keys->list, &keys->capacity, keys->count + 1, sizeof *keys->list);
    keys->list[keys->count++] = key_text(reading, field);
}

static int compare_keys(const void *left, const void *right)
{
    const struct slice *a = left, *b = right;
    return slice_compare(*a, *b);
}

static void fault_twice(struct reading *reading, struct json_value object, struct slice key)
{
    READING_FAULT(reading, E_JSON_DUPKEY, object, arena_copy_string(reading->arena, key), NULL, "remove one of them",
                  "key '%.*s' stands twice", dataset_fault_shown(key), key.bytes);
}

/* Few keys are compared with each other, many are sorted first: the input is hostile. */
static void check_unique(struct reading *reading, struct keys *keys, struct json_value object)
{
    if (keys->count > KEYS_PAIRWISE) {
        qsort(keys->list, keys->count, sizeof *keys->list, compare_keys);
        for (size_t i = 1; i < keys->count; i++)
            if (slice_equal(keys->list[i - 1], keys->list[i]))
                fault_twice(reading, object, keys->list[i]);
        return;
    }
    for (size_t i = 1; i < keys->count; i++)
        for (size_t j = 0; j < i; j++)
            if (slice_equal(keys->list[i], keys->list[j]))
                fault_twice(reading, object, keys->list[i]);
}

void reading_unknown(struct reading *reading, struct json_value value)
{
    struct json_field field;
    struct slice text;
    if (value.type == JSON_STRING && value.has_escape && may_have_surrogate(value.text))
        (void)!reading_text(reading, value, &text);
    if (value.type != JSON_OBJECT && value.type != JSON_ARRAY)
        return;
    struct keys keys = { 0 };
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);) {
        if (value.type == JSON_OBJECT)
            key_append(reading, &keys, &field);
        if (field.value.type >= JSON_STRING)
            reading_unknown(reading, field.value);
    }
    if (keys.count > 1)
        check_unique(reading, &keys, value);
}

static bool is_key(const char *name, const struct json_field *field)
{
    if (field->key_has_escape)
        return json_key_equal(field, slice_of_string(name));
    return strncmp(name, field->key.bytes, field->key.length) == 0 && name[field->key.length] == '\0';
}

/* Objects of one kind mostly have their keys in the order of the table. */
static const struct profile_node *find_node(const struct profile_shape *shape, const struct json_field *field,
                                            size_t guess)
{
    for (size_t i = guess; i < shape->count; i++)
        if (is_key(shape->nodes[i].key, field))
            return &shape->nodes[i];
    for (size_t i = 0; i < guess && i < shape->count; i++)
        if (is_key(shape->nodes[i].key, field))
            return &shape->nodes[i];
    return NULL;
}

/* The first of the members that the object has; NULL: none. */
static const char *first_member(struct json_value object, const char *const *names)
{
    while (*names && json_member(object, slice_of_string(*names)).type == JSON_MISSING)
        names++;
    return *names;
}

/* No shape fits: is it something that other services take, or nothing known? */
static void fault_shape(struct reading *reading, const struct profile_shape *const *shapes, struct json_value object)
{
    static const char *const media[] = { "image",       "image_url", "video",      "video_url", "audio",
                                         "input_audio", "document",  "inlineData", "fileData",  NULL };
    static const char *const features[] = { "reasoningContent", "thinking",     "toolUse",          "toolResult",
                                            "tool_use",         "functionCall", "functionResponse", NULL };
    const char *names[LIST_NAMES_MAXIMUM + 1];
    size_t count = 0;
    struct json_value kind = { 0 };
    for (size_t i = 0; shapes[i]; i++) {
        struct json_value member = json_member(object, slice_of_string(shapes[i]->discriminator));
        kind = member.type != JSON_MISSING ? member : kind;
        if (count < LIST_NAMES_MAXIMUM)
            names[count++] = shapes[i]->discriminator_value ? shapes[i]->discriminator_value : shapes[i]->discriminator;
    }
    names[count] = NULL;
    const char *expected = dataset_fault_values(reading->arena, names);
    const char *medium = first_member(object, media), *feature = first_member(object, features);
    if (medium || feature)
        READING_FAULT(reading, medium ? E_MODALITY : E_MODEL_FEATURE, object, NULL, expected,
                      "remove it, or take another profile", "'%s' is not taken here", medium ? medium : feature);
    else if (kind.type != JSON_MISSING)
        READING_FAULT(reading, kind.type == JSON_STRING ? E_ENUM : E_TYPE, kind, NULL, expected, NULL, "%s is %.*s",
                      shapes[0]->discriminator, dataset_fault_shown(kind.text), kind.text.bytes);
    else
        READING_FAULT(reading, E_KEY_MISSING, object, shapes[0]->discriminator, count > 1 ? expected : NULL, NULL,
                      count > 1 ? "the object has no key that says what it is" : "key '%s' is missing",
                      shapes[0]->discriminator);
}

const struct profile_shape *reading_shape(struct reading *reading, const struct profile_shape *const *shapes,
                                          struct json_value object)
{
    const struct profile_shape *shape = profile_shape_of(shapes, object);
    if (!shape)
        fault_shape(reading, shapes, object);
    return shape;
}

bool reading_entry_fits(struct reading *reading, const struct profile_node *node, struct json_value entry)
{
    unsigned types = node->item_types ? node->item_types : TYPE_OBJECT;
    if (types & 1U << entry.type)
        return true;
    READING_FAULT(reading, E_TYPE, entry, NULL, expected_types(reading->arena, types), NULL, "an entry of %s is %s",
                  node->key, json_type_phrase(entry.type));
    reading_unknown(reading, entry);
    return false;
}

const struct profile_shape *reading_entry(struct reading *reading, const struct profile_node *node,
                                          struct json_value entry)
{
    const struct profile_shape *shape = NULL;
    if (!reading_entry_fits(reading, node, entry))
        return NULL;
    if (entry.type == JSON_OBJECT && node->shapes)
        shape = reading_shape(reading, node->shapes, entry);
    if (!shape)
        reading_unknown(reading, entry);
    return shape;
}

static void fault_type(struct reading *reading, const struct profile_node *node, struct json_value value)
{
    enum code code = E_TYPE;
    const char *hint = NULL;
    if (node->meaning == MEANING_CALL_ARGUMENTS && !(node->types & TYPE_OBJECT))
        code = E_TOOL_ARGS_NOT_STRING, hint = "write the arguments as a string that holds JSON";
    else if (node->meaning == MEANING_WEIGHT)
        code = E_WEIGHT;
    else if (value.type == JSON_NULL && !(node->flags & NODE_REQUIRED))
        hint = "leave the key away";
    READING_FAULT(reading, code, value, NULL, expected_types(reading->arena, node->types), hint, "%s is %s", node->key,
                  json_type_phrase(value.type));
}

static bool is_one_of(const char *const *values, struct slice text)
{
    for (size_t i = 0; values[i]; i++)
        if (slice_equal(text, slice_of_string(values[i])))
            return true;
    return false;
}

static const char *nearest_hint(struct reading *reading, const char *const *values, struct slice text)
{
    size_t count = 0;
    while (values[count])
        count++;
    const char *nearest = nearest_name(text, values, count);
    return nearest ? arena_format(reading->arena, "write '%s'", nearest) : NULL;
}

static void check_bounds(struct reading *reading, const struct profile_node *node, struct json_value value,
                         size_t count, const char *unit)
{
    if ((node->minimum == 0 && node->maximum == 0) ||
        ((int64_t)count >= node->minimum && (int64_t)count <= node->maximum))
        return;
    const char *expected = node->minimum == node->maximum
                               ? arena_format(reading->arena, "exactly %" PRId64, node->minimum)
                               : arena_format(reading->arena, "%" PRId64 " to %" PRId64, node->minimum, node->maximum);
    READING_FAULT(reading, E_COUNT, value, NULL, expected, NULL, "%s has %zu %s", node->key, count, unit);
}

static bool is_blank(struct slice text)
{
    return slice_trim(text).length == 0;
}

static void check_string(struct reading *reading, const struct profile_node *node, struct json_value value,
                         struct slice text)
{
    if ((node->flags & NODE_NOT_EMPTY && text.length == 0) || (node->flags & NODE_NOT_BLANK && is_blank(text))) {
        READING_FAULT(reading, E_EMPTY, value, NULL, "a text", NULL, "%s is %s", node->key,
                      text.length ? "blank" : "empty");
        return;
    }
    if (node->minimum || node->maximum)
        check_bounds(reading, node, value, utf8_count(text), "characters");
    enum code code = E_TYPE;
    const char *expected = node->check ? text_check_expected(reading->profile, node, text, &code) : NULL;
    if (expected)
        READING_FAULT(reading, code, value, NULL, expected, NULL, "%s is '%.*s'", node->key, dataset_fault_shown(text),
                      text.bytes);
    else if (node->values && node->check != TEXT_CHECK_BATCH_URL && node->check != TEXT_CHECK_BATCH_METHOD &&
             !is_one_of(node->values, text))
        READING_FAULT(reading, node->values[1] ? E_ENUM : E_CONST, value, NULL,
                      dataset_fault_values(reading->arena, node->values), nearest_hint(reading, node->values, text),
                      "%s is '%.*s'", node->key, dataset_fault_shown(text), text.bytes);
}

static void check_number(struct reading *reading, const struct profile_node *node, struct json_value value)
{
    enum code code = node->meaning == MEANING_WEIGHT ? E_WEIGHT : E_TYPE;
    double number = 0;
    int64_t integer;
    if (node->flags & NODE_INTEGER && !json_integer(value, &integer)) {
        READING_FAULT(reading, code, value, NULL, "an integer", NULL, "%s is %.*s", node->key,
                      dataset_fault_shown(value.text), value.text.bytes);
        return;
    }
    bool is_known = json_double(value, &number);
    if ((node->minimum == 0 && node->maximum == 0) ||
        (is_known && number >= (double)node->minimum && number <= (double)node->maximum))
        return;
    READING_FAULT(reading, code == E_TYPE ? E_COUNT : code, value, NULL,
                  arena_format(reading->arena, "%" PRId64 " to %" PRId64, node->minimum, node->maximum), NULL,
                  "%s is %.*s", node->key, dataset_fault_shown(value.text), value.text.bytes);
}

static void check_array(struct reading *reading, const struct profile_node *node, struct json_value value)
{
    struct json_iterator iterator = json_iterate(value);
    struct json_field field;
    size_t count = 0;
    if (node->flags & (NODE_NOT_EMPTY | NODE_NOT_BLANK) && json_is_empty(value)) {
        READING_FAULT(reading, E_EMPTY, value, NULL, NULL, NULL, "%s is an empty list", node->key);
    } else if (node->minimum || node->maximum) {
        while (json_next(&iterator, &field))
            count++;
        check_bounds(reading, node, value, count, count == 1 ? "entry" : "entries");
    }
}

static void read_value(struct reading *reading, const struct profile_node *node, struct json_value value,
                       const struct target *target)
{
    struct slice text = { 0 };
    if (node->meaning == MEANING_CONTENT && target->message)
        target->message->message.content = value; /* whatever it is: not absent */
    if (!(node->types & 1U << value.type)) {
        fault_type(reading, node, value);
        reading_unknown(reading, value);
        return;
    }
    switch (value.type) {
    case JSON_STRING:
        if (!reading_text(reading, value, &text))
            return;
        check_string(reading, node, value, text);
        break;
    case JSON_NUMBER:
        check_number(reading, node, value);
        break;
    case JSON_ARRAY:
        check_array(reading, node, value);
        break;
    case JSON_OBJECT:
        if (node->flags & NODE_NOT_EMPTY && json_is_empty(value))
            READING_FAULT(reading, E_EMPTY, value, NULL, NULL, NULL, "%s is an empty object", node->key);
        break;
    case JSON_MISSING:
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        break;
    }
    reading_gather(reading, node, value, text, target);
}

static void add_extra(struct reading *reading, const struct json_field *field)
{
    struct dataset_row *row = reading->row;
    if (row->extra_count == reading->extra_capacity)
        row->extras = arena_grow(reading->arena, row->extras, &reading->extra_capacity, row->extra_count + 1,
                                 sizeof *row->extras);
    row->extras[row->extra_count++] = *field;
}

static void read_unknown_key(struct reading *reading, const struct profile_shape *shape, const struct json_field *field)
{
    bool is_row = shape == reading->layout->shape;
    if (is_row)
        add_extra(reading, field);
    if (shape->is_closed || is_row) {
        const char *names[LIST_NAMES_MAXIMUM + 1];
        size_t count = 0;
        for (; count < shape->count && count < LIST_NAMES_MAXIMUM; count++)
            names[count] = shape->nodes[count].key;
        names[count] = NULL;
        READING_FAULT(reading, shape->is_closed ? E_KEY_UNKNOWN : W_KEY_EXTRA, field->value, NULL,
                      dataset_fault_values(reading->arena, names), nearest_hint(reading, names, field->key),
                      "key '%.*s' is none of %s", dataset_fault_shown(field->key), field->key.bytes, shape->name);
    }
    reading_unknown(reading, field->value);
}

static void report_absent(struct reading *reading, const struct profile_shape *shape, struct json_value object,
                          uint64_t seen)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct profile_node *node = &shape->nodes[i];
        if (seen >> i & 1)
            continue;
        if (node->flags & NODE_REQUIRED)
            READING_FAULT(reading, E_KEY_MISSING, object, node->key, NULL, NULL, "key '%s' is missing", node->key);
        else if (node->flags & NODE_USUAL)
            READING_FAULT(reading, W_KEY_ABSENT, object, node->key, NULL, NULL, "key '%s' is usual", node->key);
    }
}

/* One member of an object that a shape describes. */
struct member_walk {
    const struct profile_shape *shape;
    uint64_t seen; /* bit i: nodes[i] */
    size_t guess;
    struct keys others;
};

static void read_member(struct reading *reading, struct member_walk *walk, struct json_value object,
                        const struct json_field *field, const struct target *target)
{
    const struct profile_node *node = find_node(walk->shape, field, walk->guess);
    if (!node) {
        key_append(reading, &walk->others, field);
        read_unknown_key(reading, walk->shape, field);
        return;
    }
    size_t index = (size_t)(node - walk->shape->nodes);
    walk->guess = index + 1;
    if (walk->seen >> index & 1) {
        fault_twice(reading, object, slice_of_string(node->key));
        return;
    }
    walk->seen |= UINT64_C(1) << index;
    read_value(reading, node, field->value, target);
}

void reading_object(struct reading *reading, const struct profile_shape *shape, struct json_value object,
                    const struct target *target)
{
    struct json_iterator inner = json_iterate(object);
    reading_members(reading, shape, object, &inner, target);
}

void reading_members(struct reading *reading, const struct profile_shape *shape, struct json_value object,
                     struct json_iterator *inner, const struct target *target)
{
    struct member_walk walk = { .shape = shape };
    struct json_field field;
    while (json_next(inner, &field))
        read_member(reading, &walk, object, &field, target);
    if (walk.others.count > 1)
        check_unique(reading, &walk.others, object);
    report_absent(reading, shape, object, walk.seen);
}

/* Both keys, in words. */
static const struct profile_layout *refuse_layouts(const struct profile_layout *one, const struct profile_layout *other,
                                                   struct dataset_faults *faults)
{
    dataset_fault_add(faults, E_FORMAT_AMBIGUOUS, (struct json_value){ 0 }, NULL, "the keys of one form",
                      "remove the keys of one form", "the row has '%s' of %s and '%s' of %s", one->shape->discriminator,
                      one->shape->name, other->shape->discriminator, other->shape->name);
    return NULL;
}

static bool has_key(const struct profile_shape *shape, const char *key)
{
    for (size_t i = 0; i < shape->count; i++)
        if (strcmp(shape->nodes[i].key, key) == 0)
            return true;
    return false;
}

const struct profile_layout *dataset_layout_of(const struct profile *profile, const struct json_object *object,
                                               struct dataset_faults *faults)
{
    const struct profile_layout *found = NULL;
    const char *names[LIST_NAMES_MAXIMUM + 1];
    size_t count = 0;
    if (!profile->layouts[1])
        return profile->layouts[0];
    for (size_t i = 0; profile->layouts[i]; i++) {
        const struct profile_layout *layout = profile->layouts[i];
        const char *key = layout->shape->discriminator;
        if (key && count < LIST_NAMES_MAXIMUM && (count == 0 || strcmp(names[count - 1], key) != 0))
            names[count++] = key;
        if (key && !json_object_find(object, slice_of_string(key)))
            continue;
        if (found && key && !has_key(found->shape, key))
            return refuse_layouts(found, layout, faults);
        if (!found)
            found = layout;
        if (!key)
            break;
    }
    if (found)
        return found;
    names[count] = NULL;
    dataset_fault_add(faults, E_KEY_MISSING, (struct json_value){ 0 }, names[0],
                      dataset_fault_values(faults->arena, names), NULL, "the row has the keys of no form");
    return NULL;
}

void dataset_read(const struct profile *profile, const struct profile_layout *layout, const struct json_object *object,
                  struct arena *arena, struct dataset_row *row, struct dataset_faults *faults)
{
    struct reading reading = { .profile = profile, .layout = layout, .arena = arena, .row = row, .faults = faults };
    struct member_walk walk = { .shape = layout->shape };
    const struct json_value whole = { .text = object->text, .type = JSON_OBJECT };
    const struct target target = { 0 };
    *row = (struct dataset_row){ .form = layout->form, .is_plain = layout->is_plain };
    for (size_t i = 0; i < object->count; i++)
        read_member(&reading, &walk, whole, &object->fields[i], &target);
    if (walk.others.count > 1)
        check_unique(&reading, &walk.others, whole);
    report_absent(&reading, layout->shape, whole, walk.seen);
    reading_finish(&reading);
}
