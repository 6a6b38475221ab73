/* embed_fields.c - attributes that are embedded together with a text. */
#include "embed_fields.h"

static bool append_plain(struct buffer *lines, struct json_value value, struct arena *arena, struct error *error)
{
    struct slice plain = value.text;
    if (value.type == JSON_STRING && !json_decode(value, arena, &plain, error))
        return false;
    buffer_append_slice(lines, plain);
    return true;
}

static bool append_value(struct buffer *lines, struct json_value value, struct arena *arena, struct error *error)
{
    if (value.type != JSON_ARRAY)
        return append_plain(lines, value, arena, error);
    struct json_iterator iterator = json_iterate(value);
    struct json_field item;
    for (const char *between = ""; json_next(&iterator, &item); between = ", ") {
        buffer_append_string(lines, between);
        if (!append_plain(lines, item.value, arena, error))
            return false;
    }
    return true;
}

static bool append_fields(struct buffer *lines, struct json_value metadata, struct arena *arena, struct error *error)
{
    struct json_value names = json_member(metadata, SLICE("embed_fields"));
    if (names.type != JSON_ARRAY)
        return true;
    struct json_iterator iterator = json_iterate(names);
    struct json_field name;
    while (json_next(&iterator, &name)) {
        struct slice key;
        if (name.value.type != JSON_STRING)
            continue;
        if (!json_decode(name.value, arena, &key, error))
            return false;
        struct json_value value = json_member(metadata, key);
        if (value.type == JSON_MISSING || value.type == JSON_NULL || value.type == JSON_OBJECT)
            continue;
        buffer_append_slice(lines, key);
        buffer_append_string(lines, ": ");
        if (!append_value(lines, value, arena, error))
            return false;
        buffer_append_byte(lines, '\n');
    }
    return true;
}

bool embed_fields_join(const struct json_object *object, struct arena *arena, struct slice *text, struct error *error)
{
    const struct json_field *metadata = json_object_find(object, SLICE("metadata"));
    if (!metadata || metadata->value.type != JSON_OBJECT)
        return true;
    struct buffer lines = { 0 };
    bool is_good = append_fields(&lines, metadata->value, arena, error);
    if (is_good && lines.length > 0) {
        buffer_append_slice(&lines, *text);
        *text = arena_copy(arena, buffer_slice(&lines));
    }
    buffer_release(&lines);
    return is_good;
}
