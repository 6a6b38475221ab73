/* text_fields.c - which fields of a record are its text. */
#include "record/text_fields.h"

#include <stdlib.h>

/* A form is known by its first path; NULL ends one. Contents are strings or lists of parts. */
static const char *const usual[] = { "text",
                                     NULL, //
                                     "messages[*].content",
                                     "messages[*].content[*].text",
                                     NULL,
                                     "prompt",
                                     "prompt[*].content",
                                     "completion",
                                     "completion[*].content",
                                     "chosen",
                                     "chosen[*].content",
                                     "rejected",
                                     "rejected[*].content",
                                     NULL,
                                     "chosen",
                                     "chosen[*].content",
                                     "rejected",
                                     "rejected[*].content",
                                     NULL,
                                     "instruction",
                                     "input",
                                     "output",
                                     NULL,
                                     "conversations[*].value",
                                     NULL,
                                     "question",
                                     "answer",
                                     NULL };
enum { USUAL_COUNT = sizeof usual / sizeof *usual };

bool text_fields_compile(const char *const *names, size_t count, struct arena *arena, struct text_fields *fields,
                         struct error *error)
{
    *fields = (struct text_fields){ .is_given = count > 0, .count = count ? count : USUAL_COUNT };
    if (count == 0)
        names = usual;
    if (fields->count > TEXT_FIELDS_MAXIMUM)
        return error_set(error, E_LIMIT, "more than %d fields", TEXT_FIELDS_MAXIMUM);
    fields->paths = arena_allocate_zeroed(arena, fields->count, sizeof *fields->paths);
    for (size_t i = 0; i < fields->count; i++)
        if (names[i] && !json_path_compile(slice_of_string(names[i]), arena, &fields->paths[i], error))
            return false;
    return true;
}

struct found {
    struct json_value *values;
    size_t count, capacity;
};

/* A list whose parts the next path names. */
static bool has_parts(const struct text_fields *fields, size_t number)
{
    struct slice path = fields->paths[number].text;
    struct slice next = number + 1 < fields->count ? fields->paths[number + 1].text : SLICE("");
    return !fields->is_given && next.length > path.length && slice_starts_with(next, path) &&
           next.bytes[path.length] == '[';
}

/* Appends the strings at a path. */
static bool add_path(const struct text_fields *fields, size_t number, const struct json_object *object,
                     struct arena *arena, struct found *found, struct error *error)
{
    const struct json_path *path = &fields->paths[number];
    struct json_value *values;
    size_t count = json_path_find_all(path, object, arena, &values);
    for (size_t i = 0; i < count; i++) {
        if (values[i].type == JSON_NULL || values[i].type == JSON_MISSING ||
            (values[i].type == JSON_ARRAY && has_parts(fields, number)))
            continue;
        if (values[i].type != JSON_STRING) {
            error_set(error, E_FIELD_TYPE, "field '%.*s' is %s, expected a string", (int)path->text.length,
                      path->text.bytes, json_type_phrase(values[i].type));
            return error_field(error, path->text);
        }
        if (found->count == found->capacity)
            found->values = arena_grow(arena, found->values, &found->capacity, found->count + 1, sizeof *found->values);
        found->values[found->count++] = values[i];
    }
    return true;
}

/* A key that stands twice is not for us to choose from. */
static bool check_key(const struct json_path *path, const struct json_object *object, struct error *error)
{
    struct slice key = path->count && path->steps[0].kind == JSON_STEP_KEY ? path->steps[0].key : SLICE("");
    if (key.length == 0 || json_object_count(object, key) < 2)
        return true;
    error_set(error, E_JSON_DUPKEY, "key '%.*s' stands twice", (int)key.length, key.bytes);
    return error_field(error, key);
}

static bool has_form(const struct json_path *path, const struct json_object *object)
{
    return path->count && json_object_find(object, path->steps[0].key) != NULL;
}

bool text_fields_find(const struct text_fields *fields, struct batch *batch, struct record *record,
                      struct json_value **values, size_t *count, struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    struct found found = { 0 };
    bool is_good = object != NULL, is_known = fields->is_given;
    for (size_t i = 0; is_good && i < fields->count; i++) {
        const struct json_path *path = &fields->paths[i];
        if (!fields->is_given && !is_known && !has_form(path, object)) {
            while (fields->paths[i].count)
                i++;
            continue;
        }
        is_known = true;
        if (path->count == 0)
            break; /* the form's end */
        is_good = check_key(path, object, error) && add_path(fields, i, object, &batch->arena, &found, error);
    }
    if (is_good && found.count == 0) {
        struct slice name = fields->is_given ? fields->paths[0].text : SLICE("text");
        is_good = error_set(error, E_FIELD_MISSING, "field '%.*s' is missing", (int)name.length, name.bytes);
        error_field(error, name);
    }
    if (!is_good && object)
        error_place(error, record->file, record->line_number, 0);
    *values = found.values;
    *count = found.count;
    return is_good;
}

static int compare_places(const void *left, const void *right)
{
    const struct json_value *a = left, *b = right;
    return a->text.bytes < b->text.bytes ? -1 : a->text.bytes > b->text.bytes;
}

size_t text_fields_order(struct json_value *values, size_t count)
{
    size_t kept = 0;
    if (count > 1)
        qsort(values, count, sizeof *values, compare_places);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || values[kept - 1].text.bytes != values[i].text.bytes)
            values[kept++] = values[i];
    return kept;
}
