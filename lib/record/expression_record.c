/* expression_record.c - a record's fields as the source of an expression's values. */
#include "record/expression_node.h"
#include "json/write.h"

struct record_source {
    const struct expression *expression;
    const struct json_object *object;
    const struct record *record;
    struct arena *scratch;
};

/* An embedding that travels beside the line is a field of the record all the same. */
static bool fetch_column(const struct record_source *source, const struct json_path *path, struct value *value,
                         bool *is_column, struct error *error)
{
    const struct record *record = source->record;
    struct slice key = path->steps[0].kind == JSON_STEP_KEY ? path->steps[0].key : SLICE("");
    struct json_value json;
    *is_column = false;
    if (slice_equal(key, SLICE("embedding"))) {
        struct buffer text = { 0 };
        json_append_floats(&text, record->vector, record->dimension);
        json = (struct json_value){ .text = arena_copy(source->scratch, buffer_slice(&text)), .type = JSON_ARRAY };
        buffer_release(&text);
    } else if (slice_equal(key, SLICE("embedding_model")) && path->count == 1) {
        *is_column = true;
        *value = value_of_text(record->vector_model);
        return true;
    } else {
        return true;
    }
    struct json_path rest = { path->text, path->steps + 1, path->count - 1 };
    *is_column = true;
    if (rest.count)
        json = json_path_find_value(&rest, json, NULL);
    return value_of_json(json, source->scratch, value, error);
}

/* json_object_find() that looks at all fields: a second one of that key is ambiguous. Inline, since it is most of what
 * a simple condition costs. */
static inline struct json_value find_field(const struct json_object *object, struct slice key, bool *is_ambiguous)
{
    const struct json_field *found = NULL;
    char first = key.length ? key.bytes[0] : '\0';
    for (size_t i = 0; i < object->count; i++) {
        const struct json_field *field = &object->fields[i];
        if (field->key_has_escape) {
            if (!json_key_equal(field, key))
                continue;
        } else if (field->key.length != key.length || (first && field->key.bytes[0] != first) ||
                   memcmp(field->key.bytes, key.bytes, key.length) != 0) {
            continue;
        }
        *is_ambiguous |= found != NULL;
        if (!found)
            found = field;
    }
    return found ? found->value : (struct json_value){ .type = JSON_MISSING };
}

static struct json_value find_value(const struct json_object *object, const struct json_path *path, bool *is_ambiguous)
{
    if (path->steps[0].kind != JSON_STEP_KEY)
        return (struct json_value){ .type = JSON_MISSING };
    struct json_value value = find_field(object, path->steps[0].key, is_ambiguous);
    struct json_path rest = { path->text, path->steps + 1, path->count - 1 };
    bool is_rest_ambiguous = false;
    if (rest.count && value.type != JSON_MISSING)
        value = json_path_find_value(&rest, value, &is_rest_ambiguous);
    *is_ambiguous |= is_rest_ambiguous;
    return value;
}

/* Strings with escapes stay as they are until an operator needs their characters. */
static bool fetch_field(void *context, size_t path_index, struct value *value, struct error *error)
{
    const struct record_source *source = context;
    const struct json_path *path = &source->expression->paths[path_index];
    bool is_ambiguous = false, is_column;
    if (source->record->vector) {
        if (!fetch_column(source, path, value, &is_column, error))
            return false;
        if (is_column)
            return true;
    }
    struct json_value json = find_value(source->object, path, &is_ambiguous);
    if (is_ambiguous) {
        error_set(error, E_JSON_DUPKEY, "a key of '%.*s' stands twice in one object", (int)path->text.length,
                  path->text.bytes);
        return error_field(error, path->text);
    }
    value_of_json_lazily(json, value);
    return true;
}

/* What is decoded for one record is given back at once when it fits the arena's block: a batch stays small. */
bool expression_test_record(const struct expression *expression, struct batch *batch, struct record *record,
                            enum truth *truth, struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    *truth = TRUTH_UNKNOWN;
    if (!object)
        return false;
    struct arena before = batch->arena;
    struct record_source fields = { expression, object, record, &batch->arena };
    struct expression_source source = { &fields, fetch_field };
    bool is_good = expression_test(expression, &source, &batch->arena, truth, error);
    arena_rewind(&batch->arena, &before);
    return is_good || error_place(error, record->file, record->line_number, 0);
}

bool expression_value_record(const struct expression *expression, struct batch *batch, struct record *record,
                             struct value *value, struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    if (!object)
        return false;
    struct record_source fields = { expression, object, record, &batch->arena };
    struct expression_source source = { &fields, fetch_field };
    return expression_value(expression, &source, &batch->arena, value, error) ||
           error_place(error, record->file, record->line_number, 0);
}
