/* record.c - one record: its fields, its embedding, its kind, its text. */
#include "record/record.h"

#include <math.h>

#include "base/base64.h"
#include "base/nearest.h"
#include "json/path.h"
#include "json/write.h"

enum { NEAREST_TRIED = 32 /* fields that are compared with a missing one */ };

/* The record's place, and the field at fault. */
static bool fail_at(const struct record *record, struct slice field, struct error *error)
{
    error_field(error, field);
    return error_place(error, record->file, record->line_number, 0);
}

const struct json_object *record_object(struct batch *batch, struct record *record, struct error *error)
{
    if (record->object)
        return record->object;
    struct json_object object;
    if (!json_scan_object(record->line, &batch->arena, &object, error)) {
        fail_at(record, SLICE(""), error);
        return NULL;
    }
    record->object = arena_allocate(&batch->arena, sizeof object);
    *record->object = object;
    return record->object;
}

/* The one field of that name, *field NULL when there is none. */
static bool find_single(struct batch *batch, struct record *record, struct slice name, const struct json_field **field,
                        struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    if (!object)
        return false;
    *field = NULL;
    for (size_t i = 0; i < object->count; i++) {
        if (!json_key_equal(&object->fields[i], name))
            continue;
        if (*field) {
            error_set(error, E_JSON_DUPKEY, "field '%.*s' stands twice", (int)name.length, name.bytes);
            return fail_at(record, name, error);
        }
        *field = &object->fields[i];
    }
    return true;
}

/* A string, decoded. */
static bool text_of(struct batch *batch, const struct record *record, struct slice name, struct json_value value,
                    struct slice *text, struct error *error)
{
    if (value.type != JSON_STRING) {
        error_set(error, E_FIELD_TYPE, "field '%.*s' is %s, expected a string", (int)name.length, name.bytes,
                  json_type_phrase(value.type));
        return fail_at(record, name, error);
    }
    if (json_decode(value, &batch->arena, text, error))
        return true;
    error_set(error, E_JSON_SURROGATE, "field '%.*s' holds half a surrogate pair", (int)name.length, name.bytes);
    return fail_at(record, name, error);
}

/* Names the field that was probably meant: "texts" for "text". */
static bool fail_missing(struct batch *batch, const struct record *record, struct slice name, struct error *error)
{
    const char *names[NEAREST_TRIED];
    size_t count = 0;
    for (; count < record->object->count && count < NEAREST_TRIED; count++)
        names[count] = arena_copy_string(&batch->arena, record->object->fields[count].key);
    const char *nearest = nearest_name(name, names, count);
    error_set(error, E_FIELD_MISSING, "field '%.*s' is missing%s%s%s", (int)name.length, name.bytes,
              nearest ? ", nearest is '" : "", nearest ? nearest : "", nearest ? "'" : "");
    return fail_at(record, name, error);
}

bool record_text(struct batch *batch, struct record *record, struct slice name, struct slice *text, struct error *error)
{
    const struct json_field *field;
    if (!find_single(batch, record, name, &field, error))
        return false;
    if (!field)
        return fail_missing(batch, record, name, error);
    return text_of(batch, record, name, field->value, text, error);
}

static float float_from_little_endian(const unsigned char *bytes)
{
    uint32_t bits = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool floats_of_base64(struct batch *batch, struct slice text, const float **values, size_t *count,
                             struct error *error)
{
    unsigned char *bytes = arena_allocate(&batch->arena, base64_decoded_bound(text.length));
    size_t length;
    if (!base64_decode(text, bytes, &length))
        return error_set(error, E_FIELD_VALUE, "field 'embedding' is a string, but not valid base64");
    if (length % sizeof(float))
        return error_set(error, E_FIELD_VALUE, "field 'embedding' holds %zu bytes, expected 4 for each float", length);
    float *floats = arena_allocate(&batch->arena, length + 1);
    *count = length / sizeof(float);
    for (size_t i = 0; i < *count; i++) {
        floats[i] = float_from_little_endian(bytes + i * sizeof(float));
        if (!isfinite(floats[i]))
            return error_set(error, E_FIELD_VALUE, "field 'embedding': element %zu is not finite", i);
    }
    *values = floats;
    return true;
}

static bool parse_embedding(struct batch *batch, const struct record *record, struct json_value value,
                            const float **values, uint32_t *dimension, struct error *error)
{
    const struct slice name = SLICE("embedding");
    size_t count = 0;
    struct slice text;
    struct error inner;
    switch (value.type) {
    case JSON_STRING:
        if (!text_of(batch, record, name, value, &text, error))
            return false;
        if (!floats_of_base64(batch, text, values, &count, error))
            return fail_at(record, name, error);
        break;
    case JSON_ARRAY:
        if (!json_floats(value, &batch->arena, values, &count, &inner)) {
            error_set(error, inner.code, "field 'embedding': %s", inner.message);
            return fail_at(record, name, error);
        }
        break;
    case JSON_MISSING:
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
    case JSON_NUMBER:
    case JSON_OBJECT:
    default:
        error_set(error, E_FIELD_TYPE, "field 'embedding' is %s, expected an array of numbers or base64",
                  json_type_phrase(value.type));
        return fail_at(record, name, error);
    }
    if (count == 0) {
        error_set(error, E_FIELD_VALUE, "field 'embedding' is empty, expected numbers");
        return fail_at(record, name, error);
    }
    *dimension = (uint32_t)count;
    return true;
}

bool record_embedding(struct batch *batch, struct record *record, const float **values, uint32_t *dimension,
                      struct slice *model, struct error *error)
{
    *values = record->vector;
    *dimension = record->dimension;
    *model = record->vector_model;
    if (record->vector)
        return true;
    const struct json_field *field;
    *dimension = 0;
    *model = SLICE("");
    if (!find_single(batch, record, SLICE("embedding"), &field, error))
        return false;
    if (!field || field->value.type == JSON_NULL)
        return true;
    if (!parse_embedding(batch, record, field->value, values, dimension, error) ||
        !find_single(batch, record, SLICE("embedding_model"), &field, error))
        return false;
    if (!field || field->value.type == JSON_NULL)
        return true;
    return text_of(batch, record, SLICE("embedding_model"), field->value, model, error);
}

static void append_base64_floats(const float *values, size_t count, struct buffer *output)
{
    struct buffer bytes = { 0 };
    unsigned char *place = (unsigned char *)buffer_reserve(&bytes, count * sizeof *values);
    for (size_t i = 0; i < count; i++) {
        float value = values[i] == 0 ? 0 : values[i]; /* -0 is 0, as in the other form */
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        for (unsigned j = 0; j < 4; j++)
            *place++ = (unsigned char)(bits >> (8 * j));
    }
    buffer_append_byte(output, '"');
    base64_append(output, slice_of(bytes.bytes, count * sizeof *values));
    buffer_append_byte(output, '"');
    buffer_release(&bytes);
}

static void append_vector(const struct record *record, bool encoding_base64, struct buffer *output)
{
    if (encoding_base64)
        append_base64_floats(record->vector, record->dimension, output);
    else
        json_append_floats(output, record->vector, record->dimension);
}

/* Only complete objects come here: the stage that set the vector read the record. */
void record_render(const struct record *record, bool encoding_base64, struct buffer *output)
{
    if (!record->vector) {
        buffer_append_slice(output, record->line);
        return;
    }
    struct json_value object = { .text = slice_trim(record->line), .type = JSON_OBJECT };
    const char *copied = object.text.bytes, *last = object.text.bytes + 1;
    bool has_vector = false, has_model = record->vector_model.length == 0, is_empty = true;
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(object); json_next(&iterator, &field);) {
        bool is_vector = json_key_equal(&field, SLICE("embedding"));
        last = field.value.text.bytes + field.value.text.length;
        is_empty = false;
        if (!is_vector && (!record->vector_model.length || !json_key_equal(&field, SLICE("embedding_model"))))
            continue;
        buffer_append(output, copied, (size_t)(field.value.text.bytes - copied));
        if (is_vector)
            append_vector(record, encoding_base64, output);
        else
            json_append_string(output, record->vector_model);
        *(is_vector ? &has_vector : &has_model) = true;
        copied = last;
    }
    buffer_append(output, copied, (size_t)(last - copied));
    if (!has_vector) {
        buffer_append_string(output, is_empty ? "\"embedding\":" : ",\"embedding\":");
        append_vector(record, encoding_base64, output);
    }
    if (!has_model) {
        buffer_append_string(output, ",\"embedding_model\":");
        json_append_string(output, record->vector_model);
    }
    buffer_append(output, last, (size_t)(object.text.bytes + object.text.length - last));
}

static bool has_key(struct json_value object, struct slice key)
{
    return json_member(object, key).type != JSON_MISSING;
}

/* The line looks like one of ours: now all of it is read. */
static enum record_kind kind_of_checked(struct slice line)
{
    struct arena arena = { 0 };
    struct json_object object;
    struct error error;
    enum record_kind kind = RECORD_DATA;
    if (json_scan_object(line, &arena, &object, &error)) {
        const struct json_field *control = json_object_find(&object, SLICE("garner"));
        const struct json_field *id = json_object_find(&object, SLICE("id"));
        const struct json_field *deleted = json_object_find(&object, SLICE("deleted"));
        if (object.count == 1 && control && has_key(control->value, SLICE("error")))
            kind = RECORD_ERROR;
        else if (object.count == 1 && control && has_key(control->value, SLICE("end")))
            kind = RECORD_END;
        else if (object.count == 1 && control && has_key(control->value, SLICE("ledger")))
            kind = RECORD_MARK;
        else if (object.count == 2 && id && deleted && id->value.type == JSON_STRING &&
                 deleted->value.type == JSON_TRUE)
            kind = RECORD_TOMBSTONE;
    }
    arena_release(&arena);
    return kind;
}

static struct slice trim_end(struct slice text, struct slice end)
{
    text = slice_trim(text);
    return slice_ends_with(text, end) ? slice_of(text.bytes, text.length - end.length) : SLICE("");
}

enum record_kind record_kind_of(struct slice line)
{
    size_t i = 0;
    while (i < line.length && (line.bytes[i] == ' ' || line.bytes[i] == '\t' || line.bytes[i] == '{'))
        i++;
    struct slice start = slice_from(line, i);
    if (slice_starts_with(start, SLICE("\"garner\"")) || slice_starts_with(start, SLICE("\"deleted\"")))
        return kind_of_checked(line);
    if (!slice_starts_with(start, SLICE("\"id\"")))
        return RECORD_DATA;
    struct slice rest =
        trim_end(trim_end(trim_end(trim_end(line, SLICE("}")), SLICE("true")), SLICE(":")), SLICE("\"deleted\""));
    return rest.length ? kind_of_checked(line) : RECORD_DATA;
}

int64_t record_seal_count(struct slice line)
{
    struct json_value value;
    int64_t count = -1;
    if (!json_scan(line, &value, NULL))
        return -1;
    value = json_member(json_member(value, SLICE("garner")), SLICE("end"));
    return json_integer(json_member(value, SLICE("records")), &count) ? count : -1;
}
