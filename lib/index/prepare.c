/* prepare.c - from a record to what a writer takes. */
#include "index/prepare.h"

bool row_plan_make(const struct index_settings *settings, struct slice embedded, struct arena *arena,
                   struct row_plan *plan, struct error *error)
{
    if (!json_path_compile(arena_copy(arena, embedded), arena, &plan->embedded, error))
        return false;
    plan->field_count = settings->field_count;
    plan->fields = arena_allocate_zeroed(arena, settings->field_count + 1, sizeof plan->fields[0]);
    for (size_t i = 0; i < settings->field_count; i++)
        if (!json_path_compile(arena_copy(arena, settings->fields[i]), arena, &plan->fields[i], error))
            return false;
    return true;
}

static bool place(const struct record *record, struct slice field, struct error *error)
{
    error_field(error, field);
    return error_place(error, record->file, record->line_number, 0);
}

/* The one member of that key; *field NULL: there is none. */
static bool find_single(const struct record *record, const struct json_object *object, struct slice key,
                        const struct json_field **field, struct error *error)
{
    *field = json_object_find(object, key);
    if (!*field || json_object_count(object, key) == 1)
        return true;
    error_set(error, E_JSON_DUPKEY, "field '%.*s' stands twice", (int)key.length, key.bytes);
    return place(record, key, error);
}

static bool read_id(struct batch *batch, const struct record *record, const struct json_object *object,
                    struct slice *id, struct error *error)
{
    const struct json_field *field = NULL;
    struct slice key = SLICE("id");
    if (!find_single(record, object, key, &field, error))
        return false;
    if (!field) {
        key = SLICE("_id");
        if (!find_single(record, object, key, &field, error))
            return false;
    }
    int64_t number = 0;
    if (field && json_integer(field->value, &number)) {
        *id = field->value.text;
        return true;
    }
    if (field && field->value.type == JSON_STRING)
        return json_decode(field->value, &batch->arena, id, error) || place(record, key, error);
    if (field)
        error_set(error, E_FIELD_TYPE, "field '%.*s' is a value of type %s, expected a string", (int)key.length,
                  key.bytes, json_type_name(field->value.type));
    else
        error_set(error, E_FIELD_MISSING, "field 'id' is missing");
    return place(record, SLICE("id"), error);
}

static bool read_document(struct batch *batch, const struct record *record, const struct json_object *object,
                          struct slice id, struct slice *document, struct error *error)
{
    const struct json_field *metadata = NULL;
    *document = id;
    if (!find_single(record, object, SLICE("metadata"), &metadata, error))
        return false;
    if (!metadata || metadata->value.type != JSON_OBJECT)
        return true;
    struct json_value value = json_member(metadata->value, SLICE("document_id"));
    if (value.type != JSON_STRING)
        return true;
    return json_decode(value, &batch->arena, document, error) || place(record, SLICE("metadata.document_id"), error);
}

/* Strings, and the strings of arrays (headings). */
static size_t count_texts(struct json_value value)
{
    if (value.type != JSON_ARRAY)
        return value.type == JSON_STRING;
    size_t count = 0;
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);)
        count += field.value.type == JSON_STRING;
    return count;
}

static bool add_text(struct batch *batch, const struct record *record, const struct json_path *path,
                     struct json_value value, struct slice *texts, size_t *count, struct error *error)
{
    if (value.type == JSON_STRING)
        return json_decode(value, &batch->arena, &texts[(*count)++], error) || place(record, path->text, error);
    if (value.type != JSON_ARRAY)
        return true;
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);)
        if (field.value.type == JSON_STRING && !add_text(batch, record, path, field.value, texts, count, error))
            return false;
    return true;
}

static bool analyse(const struct row_plan *plan, struct analyser_scratch *scratch, struct batch *batch,
                    const struct record *record, const struct json_object *object, struct lexical_row *lexical,
                    size_t *text_count, struct error *error)
{
    size_t capacity = 0;
    for (size_t i = 0; i < plan->field_count; i++)
        capacity += count_texts(json_path_find(&plan->fields[i], object, NULL));
    struct slice *texts = arena_allocate(&batch->arena, (capacity + 1) * sizeof *texts);
    *text_count = 0;
    for (size_t i = 0; i < plan->field_count; i++) {
        bool is_ambiguous = false;
        struct json_value value = json_path_find(&plan->fields[i], object, &is_ambiguous);
        if (is_ambiguous) {
            struct slice path = plan->fields[i].text;
            error_set(error, E_JSON_DUPKEY, "field '%.*s' stands twice", (int)path.length, path.bytes);
            return place(record, path, error);
        }
        if (!add_text(batch, record, &plan->fields[i], value, texts, text_count, error))
            return false;
    }
    lexical_analyse(scratch, texts, *text_count, &batch->arena, lexical);
    return true;
}

static bool is_vector_field(const struct json_field *field)
{
    return json_key_equal(field, SLICE("embedding")) || json_key_equal(field, SLICE("embedding_model"));
}

/* The line without the vector, which has a section of its own. What stands around the other members stays. */
static struct slice strip_vector(struct batch *batch, const struct record *record, const struct json_object *object)
{
    size_t left_out = 0;
    for (size_t i = 0; i < object->count; i++)
        left_out += is_vector_field(&object->fields[i]);
    if (left_out == 0)
        return slice_trim(record->line);
    char *text = arena_allocate_text(&batch->arena, object->text.length);
    const char *head_end = object->fields[0].key.bytes - 1;
    size_t length = (size_t)(head_end - object->text.bytes);
    memcpy(text, object->text.bytes, length);
    bool is_first = true;
    const char *end = head_end; /* of the member before */
    for (size_t i = 0; i < object->count; i++) {
        const struct json_field *field = &object->fields[i];
        const char *behind = field->value.text.bytes + field->value.text.length;
        if (!is_vector_field(field)) {
            const char *from = is_first ? field->key.bytes - 1 : end; /* with the comma */
            memcpy(text + length, from, (size_t)(behind - from));
            length += (size_t)(behind - from);
            is_first = false;
        }
        end = behind;
    }
    size_t tail = (size_t)(object->text.bytes + object->text.length - end);
    memcpy(text + length, end, tail);
    return slice_of(text, length + tail);
}

/* A text that is none, or too long to be a probe, is no fault: another row has a better one. */
static struct slice find_embedded_text(const struct row_plan *plan, struct batch *batch,
                                       const struct json_object *object)
{
    bool is_ambiguous = false;
    struct json_value value = json_path_find(&plan->embedded, object, &is_ambiguous);
    struct slice text = { 0 };
    struct error ignored;
    if (value.type != JSON_STRING || is_ambiguous || value.text.length > PROBE_TEXT_MAXIMUM ||
        !json_decode(value, &batch->arena, &text, &ignored))
        return (struct slice){ 0 };
    return text;
}

static bool prepare_tombstone(struct batch *batch, struct record *record, struct index_new_row *row,
                              struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    if (!object || !read_id(batch, record, object, &row->id, error))
        return false;
    row->document = row->id;
    return index_row_check(row, error) || error_place(error, record->file, record->line_number, 0);
}

bool row_prepare(const struct row_plan *plan, struct analyser_scratch *scratch, struct batch *batch,
                 struct record *record, struct index_new_row *row, struct error *error)
{
    *row = (struct index_new_row){ 0 };
    if (record->kind == RECORD_MARK)
        return true;
    if (record->kind == RECORD_TOMBSTONE)
        return prepare_tombstone(batch, record, row, error);
    const struct json_object *object = record_object(batch, record, error);
    struct lexical_row *lexical = arena_allocate_zeroed(&batch->arena, 1, sizeof *lexical);
    size_t text_count = 0;
    if (!object || !read_id(batch, record, object, &row->id, error) ||
        !read_document(batch, record, object, row->id, &row->document, error) ||
        !record_embedding(batch, record, &row->vector, &row->dimension, &row->model, error) ||
        !analyse(plan, scratch, batch, record, object, lexical, &text_count, error))
        return false;
    if (!index_row_check(row, error))
        return error_place(error, record->file, record->line_number, 0);
    if (text_count == 0 && !row->vector) {
        error_set(error, E_FIELD_MISSING, "field 'text' is missing, and so is 'embedding': there is nothing to search");
        return place(record, SLICE("text"), error);
    }
    if (row->vector)
        row->embedded_text = find_embedded_text(plan, batch, object);
    row->lexical = lexical;
    row->json = strip_vector(batch, record, object);
    return true;
}
