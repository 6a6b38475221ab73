/* path_set.c - a value put into a record by splicing: all other bytes stay. */
#include <stdio.h>

#include "json/path.h"
#include "json/write.h"

/* Where the walk stands: a value that exists, or the end of an object that lacks the next key. */
struct place {
    struct json_value value;
    const char *object_end; /* not NULL: behind the last value of the object, or behind its brace */
    bool is_empty_object;
};

static bool fail(const struct json_path *path, size_t step, enum code code, const char *reason, struct error *error)
{
    struct slice key = path->steps[step].key;
    struct slice text = path->text;
    if (path->steps[step].kind == JSON_STEP_KEY)
        error_set(error, code, "field '%.*s' cannot be set at '%.*s': %s", (int)text.length, text.bytes,
                  (int)key.length, key.bytes, reason);
    else
        error_set(error, code, "field '%.*s' cannot be set: %s", (int)text.length, text.bytes, reason);
    return error_field(error, text);
}

/* The direct child with that key. Twice is E_JSON_DUPKEY: which one is meant cannot be known. */
static bool find_member(const struct json_path *path, size_t step, struct place *place, struct error *error)
{
    struct json_iterator iterator = json_iterate(place->value);
    struct json_value found = { 0 };
    struct json_field field;
    place->object_end = place->value.text.bytes + 1;
    place->is_empty_object = true;
    while (json_next(&iterator, &field)) {
        place->object_end = field.value.text.bytes + field.value.text.length;
        place->is_empty_object = false;
        if (!json_key_equal(&field, path->steps[step].key))
            continue;
        if (found.type != JSON_MISSING)
            return fail(path, step, E_JSON_DUPKEY, "the key stands twice in one object", error);
        found = field.value;
    }
    if (found.type != JSON_MISSING)
        *place = (struct place){ .value = found };
    return true;
}

static bool find_element(const struct json_path *path, size_t step, struct place *place, struct error *error)
{
    struct json_path one = { .text = path->text, .steps = &path->steps[step], .count = 1 };
    place->value = json_path_find_value(&one, place->value, NULL);
    if (place->value.type == JSON_MISSING)
        return fail(path, step, E_FIELD_TYPE, "the array has no element of that number", error);
    return true;
}

/* Goes down as far as the way exists; *step is the first one that does not. */
static bool walk(const struct json_path *path, struct place *place, size_t *step, struct error *error)
{
    for (*step = 0; *step < path->count; ++*step) {
        const struct json_step *now = &path->steps[*step];
        bool is_array = place->value.type == JSON_ARRAY;
        char reason[64];
        if (now->kind == JSON_STEP_ALL)
            return fail(path, *step, E_FIELD_TYPE, "[*] names many places, expected one", error);
        if (now->kind == JSON_STEP_INDEX && !is_array) {
            snprintf(reason, sizeof reason, "it is in %s, expected an array", json_type_phrase(place->value.type));
            return fail(path, *step, E_FIELD_TYPE, reason, error);
        }
        if (is_array && (now->kind == JSON_STEP_INDEX || now->index >= 0)) {
            if (!find_element(path, *step, place, error))
                return false;
            continue;
        }
        if (place->value.type != JSON_OBJECT) {
            snprintf(reason, sizeof reason, "it is in %s, expected an object", json_type_phrase(place->value.type));
            return fail(path, *step, E_FIELD_TYPE, reason, error);
        }
        if (!find_member(path, *step, place, error))
            return false;
        if (place->object_end)
            return true;
    }
    return true;
}

/* The keys of the missing objects, the value, and the braces. */
static bool append_missing(const struct json_path *path, size_t step, bool is_first, struct slice json,
                           struct buffer *output, struct error *error)
{
    for (size_t i = step; i < path->count; i++) {
        if (path->steps[i].kind != JSON_STEP_KEY)
            return fail(path, i, E_FIELD_TYPE, "the array does not exist", error);
        buffer_append_string(output, i > step ? "{" : is_first ? "" : ",");
        json_append_string(output, path->steps[i].key);
        buffer_append_byte(output, ':');
    }
    buffer_append_slice(output, json);
    buffer_append_repeated(output, '}', path->count - step - 1);
    return true;
}

bool json_path_set(const struct json_path *path, const struct json_object *object, struct slice json,
                   struct buffer *output, struct error *error)
{
    struct place place = { .value = { .text = object->text, .type = JSON_OBJECT } };
    size_t step;
    if (!walk(path, &place, &step, error))
        return false;
    const char *start = object->text.bytes, *end = object->text.bytes + object->text.length;
    if (place.object_end) {
        size_t length = output->length;
        buffer_append(output, start, (size_t)(place.object_end - start));
        if (!append_missing(path, step, place.is_empty_object, json, output, error)) {
            output->length = length;
            return false;
        }
        buffer_append(output, place.object_end, (size_t)(end - place.object_end));
        return true;
    }
    buffer_append(output, start, (size_t)(place.value.text.bytes - start));
    buffer_append_slice(output, json);
    const char *behind = place.value.text.bytes + place.value.text.length;
    buffer_append(output, behind, (size_t)(end - behind));
    return true;
}
