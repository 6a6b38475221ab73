/* fingerprint.c - what two records must have in common to count as the same. */
#include "curate/fingerprint.h"

#include <stdlib.h>

#include "record/sort_key.h"
#include "text/fold.h"

static bool label_error(struct error *error, const char *option)
{
    struct error inner = *error;
    return error_set(error, inner.code, "%s: %s", option, inner.message);
}

bool fingerprint_compile(const struct fingerprint_settings *settings, struct arena *arena,
                         struct fingerprint *fingerprint, struct error *error)
{
    *fingerprint = (struct fingerprint){ .folds = settings->folds,
                                         .key_count = settings->key_count,
                                         .has_fields = settings->field_count > 0 };
    fingerprint->keys = arena_allocate_zeroed(arena, settings->key_count + 1, sizeof *fingerprint->keys);
    for (size_t i = 0; i < settings->key_count; i++)
        if (!json_path_compile(slice_of_string(settings->keys[i]), arena, &fingerprint->keys[i], error))
            return label_error(error, "--by");
    return text_fields_compile(settings->fields, settings->field_count, arena, &fingerprint->fields, error) ||
           label_error(error, "--field");
}

/* Each string with its length in front, so that "ab", "c" is not "a", "bc". */
static void append_text(const struct fingerprint *fingerprint, struct slice text, struct buffer *bytes)
{
    uint64_t length = 0;
    size_t start = bytes->length;
    buffer_append(bytes, &length, sizeof length);
    if (fingerprint->folds)
        text_fold(bytes, text);
    length = bytes->length - start - sizeof length;
    if (length == 0) {
        buffer_append_slice(bytes, text);
        length = text.length | UINT64_C(1) << 63; /* not the same as a text that folds to these bytes */
    }
    memcpy(bytes->bytes + start, &length, sizeof length);
}

static bool append_value(const struct fingerprint *fingerprint, struct json_value value, struct arena *arena,
                         struct buffer *bytes, struct error *error);

struct member {
    struct slice key; /* decoded */
    struct json_value value;
    size_t place;
};

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = slice_compare(a->key, b->key);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static bool append_members(const struct fingerprint *fingerprint, struct member *members, size_t count,
                           struct arena *arena, struct buffer *bytes, struct error *error)
{
    if (count > 1)
        qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 0; i < count; i++) {
        uint64_t length = members[i].key.length;
        buffer_append_byte(bytes, 'k');
        buffer_append(bytes, &length, sizeof length);
        buffer_append_slice(bytes, members[i].key);
        if (!append_value(fingerprint, members[i].value, arena, bytes, error))
            return false;
    }
    buffer_append_byte(bytes, '}');
    return true;
}

static bool decode_key(const struct json_field *field, struct arena *arena, struct slice *key, struct error *error)
{
    struct json_value quoted = { slice_of(field->key.bytes - 1, field->key.length + 2), JSON_STRING,
                                 field->key_has_escape };
    return json_decode(quoted, arena, key, error);
}

/* Objects by their keys; depth is bounded by the scanner. */
static bool append_container(const struct fingerprint *fingerprint, struct json_value value, struct arena *arena,
                             struct buffer *bytes, struct error *error)
{
    struct json_iterator iterator = json_iterate(value);
    struct json_field field;
    struct member *members = NULL;
    size_t count = 0, capacity = 0;
    buffer_append_byte(bytes, value.type == JSON_ARRAY ? '[' : '{');
    while (json_next(&iterator, &field)) {
        if (value.type == JSON_ARRAY) {
            if (!append_value(fingerprint, field.value, arena, bytes, error))
                return false;
            continue;
        }
        if (count == capacity)
            members = arena_grow(arena, members, &capacity, count + 1, sizeof *members);
        members[count] = (struct member){ .value = field.value, .place = count };
        if (!decode_key(&field, arena, &members[count++].key, error))
            return false;
    }
    if (value.type == JSON_OBJECT)
        return append_members(fingerprint, members, count, arena, bytes, error);
    buffer_append_byte(bytes, ']');
    return true;
}

static bool append_value(const struct fingerprint *fingerprint, struct json_value value, struct arena *arena,
                         struct buffer *bytes, struct error *error)
{
    struct slice text;
    switch (value.type) {
    case JSON_ARRAY:
    case JSON_OBJECT:
        return append_container(fingerprint, value, arena, bytes, error);
    case JSON_STRING:
        if (!json_decode(value, arena, &text, error))
            return false;
        buffer_append_byte(bytes, 's');
        append_text(fingerprint, text, bytes);
        return true;
    case JSON_MISSING:
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
    case JSON_NUMBER:
        break;
    }
    buffer_append_byte(bytes, 'v');
    return sort_key_append(bytes, value, false, arena, error);
}

static bool take_keys(const struct fingerprint *fingerprint, const struct json_object *object, struct arena *arena,
                      struct buffer *bytes, bool *has_hash, struct error *error)
{
    *has_hash = false;
    for (size_t i = 0; i < fingerprint->key_count; i++) {
        const struct json_path *path = &fingerprint->keys[i];
        bool is_ambiguous = false;
        struct json_value value = json_path_find(path, object, &is_ambiguous);
        if (is_ambiguous)
            error_set(error, E_JSON_DUPKEY, "a key of '%.*s' stands twice", (int)path->text.length, path->text.bytes);
        if (is_ambiguous || !append_value(fingerprint, value, arena, bytes, error))
            return error_field(error, path->text);
        *has_hash |= value.type != JSON_MISSING && value.type != JSON_NULL;
    }
    return true;
}

static bool take_fields(const struct fingerprint *fingerprint, struct batch *batch, struct record *record,
                        struct buffer *bytes, struct error *error)
{
    struct json_value *values;
    size_t count;
    if (!text_fields_find(&fingerprint->fields, batch, record, &values, &count, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!append_value(fingerprint, values[i], &batch->arena, bytes, error))
            return false;
    return true;
}

static bool take_whole(const struct fingerprint *fingerprint, const struct json_object *object, struct arena *arena,
                       struct buffer *bytes, struct error *error)
{
    struct member *members = arena_allocate_zeroed(arena, object->count + 1, sizeof *members);
    size_t count = 0;
    for (size_t i = 0; i < object->count; i++) {
        struct member *member = &members[count];
        *member = (struct member){ .value = object->fields[i].value, .place = i };
        if (!decode_key(&object->fields[i], arena, &member->key, error))
            return false;
        count += !slice_equal(member->key, SLICE("id")) && !slice_equal(member->key, SLICE("_id")) &&
                 !slice_equal(member->key, SLICE("metadata"));
    }
    return append_members(fingerprint, members, count, arena, bytes, error);
}

/* The usual case, without a copy. */
static bool take_text(const struct fingerprint *fingerprint, const struct json_object *object, struct arena *arena,
                      struct buffer *scratch, struct hash128 *hash, struct error *error)
{
    struct slice text;
    if (json_object_count(object, SLICE("text")) > 1) {
        error_set(error, E_JSON_DUPKEY, "key 'text' stands twice");
        return error_field(error, SLICE("text"));
    }
    if (!json_decode(json_object_find(object, SLICE("text"))->value, arena, &text, error))
        return error_field(error, SLICE("text"));
    if (fingerprint->folds) {
        append_text(fingerprint, text, scratch);
        text = buffer_slice(scratch);
    }
    *hash = hash_128(text);
    return true;
}

bool fingerprint_take(const struct fingerprint *fingerprint, struct batch *batch, struct record *record,
                      struct buffer *scratch, struct hash128 *hash, bool *has_hash, struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    struct arena *arena = &batch->arena;
    const struct json_field *text;
    bool is_good;
    *has_hash = true;
    buffer_reset(scratch);
    if (!object)
        return false;
    if (fingerprint->key_count > 0)
        is_good = take_keys(fingerprint, object, arena, scratch, has_hash, error);
    else if (fingerprint->has_fields)
        is_good = take_fields(fingerprint, batch, record, scratch, error);
    else if ((text = json_object_find(object, SLICE("text"))) && text->value.type == JSON_STRING)
        return take_text(fingerprint, object, arena, scratch, hash, error) ||
               error_place(error, record->file, record->line_number, 0);
    else
        is_good = take_whole(fingerprint, object, arena, scratch, error);
    *hash = hash_128(buffer_slice(scratch));
    return is_good || error_place(error, record->file, record->line_number, 0);
}
