/* parent_record.c - from the record of a chunk of a hierarchy to its parent's. */
#include "record/parent_record.h"

/* What a chunk says about its parent; JSON_MISSING where it does not. */
struct parent {
    struct json_value id, start, end, text;
};

static bool find_parent(const struct json_object *object, struct json_value *metadata, struct parent *parent)
{
    const struct json_field *field = json_object_find(object, SLICE("metadata"));
    *parent = (struct parent){ .id.type = JSON_MISSING };
    *metadata = (struct json_value){ .type = JSON_MISSING };
    if (!field || field->value.type != JSON_OBJECT)
        return false;
    *metadata = field->value;
    parent->id = json_member(*metadata, SLICE("parent_id"));
    parent->start = json_member(*metadata, SLICE("parent_start"));
    parent->end = json_member(*metadata, SLICE("parent_end"));
    parent->text = json_member(*metadata, SLICE("parent_text"));
    return parent->id.type == JSON_STRING && parent->text.type == JSON_STRING;
}

bool parent_record_id(struct slice json, struct arena *arena, struct slice *id, struct error *error)
{
    struct json_object object;
    struct json_value metadata;
    struct parent parent;
    *id = SLICE("");
    if (!json_scan_object(json, arena, &object, error))
        return false;
    return !find_parent(&object, &metadata, &parent) || json_decode(parent.id, arena, id, error);
}

static void write_metadata(struct json_value metadata, const struct parent *parent, struct buffer *output)
{
    struct json_iterator iterator = json_iterate(metadata);
    struct json_field field;
    char before = '{';
    while (json_next(&iterator, &field)) {
        if (json_key_equal(&field, SLICE("parent_id")) || json_key_equal(&field, SLICE("parent_start")) ||
            json_key_equal(&field, SLICE("parent_end")) || json_key_equal(&field, SLICE("parent_text")))
            continue;
        struct slice value = field.value.text;
        if (json_key_equal(&field, SLICE("start")) && parent->start.type == JSON_NUMBER)
            value = parent->start.text;
        if (json_key_equal(&field, SLICE("end")) && parent->end.type == JSON_NUMBER)
            value = parent->end.text;
        buffer_append_byte(output, before);
        before = ',';
        buffer_append_byte(output, '"');
        buffer_append_slice(output, field.key);
        buffer_append_string(output, "\":");
        buffer_append_slice(output, value);
    }
    if (before == '{')
        buffer_append_byte(output, before);
    buffer_append_byte(output, '}');
}

bool parent_record_write(struct slice json, struct arena *arena, struct buffer *output, struct error *error)
{
    struct json_object object;
    struct json_value metadata;
    struct parent parent;
    if (!json_scan_object(json, arena, &object, error))
        return false;
    if (!find_parent(&object, &metadata, &parent))
        return error_set(error, E_FIELD_MISSING, "field 'metadata.parent_id' is missing");
    const char *done = object.text.bytes;
    bool has_id = json_object_find(&object, SLICE("id")) != NULL;
    for (size_t i = 0; i < object.count; i++) {
        const struct json_field *field = &object.fields[i];
        bool is_id = json_key_equal(field, has_id ? SLICE("id") : SLICE("_id"));
        bool is_text = json_key_equal(field, SLICE("text"));
        bool is_metadata = json_key_equal(field, SLICE("metadata"));
        if (!is_id && !is_text && !is_metadata)
            continue;
        buffer_append(output, done, (size_t)(field->value.text.bytes - done));
        done = field->value.text.bytes + field->value.text.length;
        if (is_metadata)
            write_metadata(metadata, &parent, output);
        else
            buffer_append_slice(output, is_id ? parent.id.text : parent.text.text);
    }
    buffer_append(output, done, (size_t)(object.text.bytes + object.text.length - done));
    return true;
}
