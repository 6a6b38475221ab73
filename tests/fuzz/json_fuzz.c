/* json_fuzz.c - fuzz entry: the scanners agree, checked text can be walked, and a splice of it is checked text. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "record/record.h"
#include "json/path.h"
#include "json/scan.h"
#include "json/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

static bool is_inside(struct slice part, struct slice whole)
{
    return part.bytes >= whole.bytes && part.bytes + part.length <= whole.bytes + whole.length;
}

/* Every value below: its span, its text, its number. */
static void walk(struct json_value value, struct arena *arena, unsigned depth)
{
    struct error error;
    struct slice text;
    struct json_field field;
    const float *floats;
    size_t count;
    int64_t integer;
    double number;
    expect(depth <= JSON_DEPTH_MAXIMUM + 1);
    if (json_decode(value, arena, &text, &error))
        expect(value.type == JSON_STRING && utf8_is_valid(text));
    if (json_floats(value, arena, &floats, &count, &error))
        expect(value.type == JSON_ARRAY);
    expect(json_double(value, &number) == (value.type == JSON_NUMBER));
    if (json_integer(value, &integer))
        expect(value.type == JSON_NUMBER && (double)integer == number);
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);) {
        expect(field.value.type != JSON_MISSING && is_inside(field.value.text, value.text));
        expect(is_inside(field.key, value.text) || field.key.length == 0);
        walk(field.value, arena, depth + 1);
    }
}

static void expect_valid_object(struct slice text, struct arena *arena, struct json_object *object)
{
    struct error error;
    expect(json_scan_object(text, arena, object, &error));
}

/* A value set at a path is found there, and what was before and behind it is the same. */
static void set_and_find(const struct json_object *object, struct slice path_text, struct arena *arena)
{
    const struct slice wanted = SLICE("{\"new\":[1]}");
    struct json_path path;
    struct error error;
    if (!json_path_compile(path_text, arena, &path, &error))
        return;
    struct json_value *values;
    size_t count = json_path_find_all(&path, object, arena, &values);
    struct json_value old = json_path_find(&path, object, NULL);
    expect(count > 0 || old.type == JSON_MISSING);
    struct buffer output = { 0 };
    if (json_path_set(&path, object, wanted, &output, &error)) {
        struct json_object changed;
        expect_valid_object(buffer_slice(&output), arena, &changed);
        expect(slice_equal(json_path_find(&path, &changed, NULL).text, wanted));
        if (old.type != JSON_MISSING)
            expect(output.length == object->text.length - old.text.length + wanted.length);
    } else {
        expect(output.length == 0);
    }
    buffer_release(&output);
}

static void render(struct slice line, struct arena *arena)
{
    static const float vector[] = { 0.25f, -1e-9f, 3e38f };
    struct record record = { .line = line, .vector = vector, .dimension = 3, .vector_model = SLICE_INIT("a\"b") };
    struct json_object object;
    struct buffer output = { 0 };
    for (int i = 0; i < 2; i++) {
        buffer_reset(&output);
        record_render(&record, i == 1, &output);
        expect_valid_object(buffer_slice(&output), arena, &object);
        expect(json_object_count(&object, SLICE("embedding")) >= 1);
        expect(json_object_count(&object, SLICE("embedding_model")) >= 1);
    }
    buffer_release(&output);
}

static void try_object(struct slice line, const struct json_object *object, struct arena *arena)
{
    struct json_iterator iterator = json_iterate((struct json_value){ .text = object->text, .type = JSON_OBJECT });
    struct json_field field;
    size_t count = 0;
    for (; json_next(&iterator, &field); count++)
        expect(slice_equal(field.key, object->fields[count].key) &&
               field.value.text.bytes == object->fields[count].value.text.bytes &&
               field.value.text.length == object->fields[count].value.text.length &&
               field.value.has_escape == object->fields[count].value.has_escape);
    expect(count == object->count);
    static const char *const paths[] = { "a", "a.b", "a[0]", "a[-1].b", "b.c.d", "id", "['']", "a[*].b", "a.0" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        set_and_find(object, slice_of_string(paths[i]), arena);
    for (size_t i = 0; i < object->count && i < 4; i++)
        set_and_find(object, object->fields[i].key, arena);
    render(line, arena);
}

static void write_and_read(struct slice text, struct arena *arena)
{
    struct buffer output = { 0 };
    struct json_value value;
    struct slice decoded;
    struct error error;
    json_append_string(&output, text);
    expect(json_scan(buffer_slice(&output), &value, &error));
    expect(json_decode(value, arena, &decoded, &error) && slice_equal(decoded, text));
    buffer_release(&output);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice text = slice_of((const char *)bytes, length);
    struct arena arena = { 0 };
    struct json_collector collector = { .arena = &arena };
    struct json_object object;
    struct json_value value;
    struct slice span;
    struct error error;
    bool is_valid = json_scan_bytes(text, &collector, &span, &error);
    expect(is_valid || (error.code != E_NONE && error.column >= 1 && error.column <= (int64_t)length + 1));
    expect(json_scan(text, &value, &error) == is_valid);
    if (is_valid)
        walk(value, &arena, 0);
    record_kind_of(text);
    if (json_scan_object(text, &arena, &object, &error)) {
        expect(is_valid && object.count == collector.count && slice_equal(object.text, span));
        for (size_t i = 0; i < object.count; i++) {
            expect(slice_equal(object.fields[i].key, collector.fields[i].key));
            expect(slice_equal(object.fields[i].value.text, collector.fields[i].value.text));
            expect(object.fields[i].value.has_escape == collector.fields[i].value.has_escape);
        }
        try_object(text, &object, &arena);
    } else {
        expect(!is_valid || *span.bytes != '{');
    }
    if (utf8_is_valid(text))
        write_and_read(text, &arena);
    arena_release(&arena);
    return 0;
}
