/* json_row.c - one JSON value to one document. */
#include "document/json_row.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "stream/lines.h"
#include "json/write.h"

/* What a row becomes, while it is made. */
struct making {
    struct json_rows *json;
    struct slice raw; /* as in the file */
    bool is_whole;
    const char *charset;
    int64_t replaced;
    struct json_object object; /* count 0 for a string */
    struct json_value value;
    struct slice id;   /* own id, empty for hash or source */
    size_t text_index; /* the field that is the text, SIZE_MAX: none or several */
    struct error *error;
};

static const struct document_options *options_of(const struct json_rows *json)
{
    return json->rows.decode->decoder->options;
}

/* A name that is no path, such as "First name", is a key. */
static bool compile(const char *name, struct arena *arena, struct json_path *path, struct error *error)
{
    if (json_path_compile(slice_of_string(name), arena, path, error))
        return true;
    *path = (struct json_path){ .text = slice_of_string(name), .count = 1 };
    path->steps = arena_allocate_zeroed(arena, 1, sizeof *path->steps);
    path->steps[0].kind = JSON_STEP_KEY;
    path->steps[0].key = slice_of_string(name);
    return true;
}

static struct json_path *compile_all(const char *const *names, size_t count, struct arena *arena, struct error *error)
{
    struct json_path *paths = arena_allocate_zeroed(arena, count + 1, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        compile(names[i], arena, &paths[i], error);
    return paths;
}

bool json_rows_open(struct json_rows *json, struct decode *decode, struct error *error)
{
    *json = (struct json_rows){ 0 };
    if (!rows_open(&json->rows, decode, error))
        return false;
    const struct document_options *options = decode->decoder->options;
    struct arena *arena = &decode->decoder->arena;
    json->text_paths = compile_all(options->text_fields, options->text_field_count, arena, error);
    json->metadata_paths = compile_all(options->metadata_fields, options->metadata_field_count, arena, error);
    if (options->id_field)
        json->id_path = compile_all(&options->id_field, 1, arena, error);
    json->takes_rest = options->metadata_field_count == 0;
    for (size_t i = 0; i < options->metadata_field_count; i++)
        json->takes_rest |= strcmp(options->metadata_fields[i], "*") == 0;
    return true;
}

void json_rows_close(struct json_rows *json)
{
    rows_close(&json->rows);
    arena_release(&json->arena);
    map_release(&json->keys);
    memory_free(json->members);
}

static struct slice plain_key(struct json_rows *json, const struct json_field *field)
{
    struct json_value key = { slice_of(field->key.bytes - 1, field->key.length + 2), JSON_STRING, true };
    struct slice text;
    struct error ignored;
    if (!field->key_has_escape || !json_decode(key, &json->arena, &text, &ignored))
        return field->key;
    return text;
}

/* The index of a field of the top level, SIZE_MAX if there is none. */
static size_t find_field(const struct json_object *object, struct slice key)
{
    const struct json_field *field = json_object_find(object, key);
    return field ? (size_t)(field - object->fields) : SIZE_MAX;
}

static bool check_duplicate(struct making *making, struct slice key)
{
    if (json_object_count(&making->object, key) <= 1)
        return true;
    error_set(making->error, E_JSON_DUPKEY, "key '%.*s' stands twice", (int)key.length, key.bytes);
    return error_field(making->error, key);
}

/* The text of a value that a path or the field text names: a string as it is, others as lines. */
static bool append_text_of(struct making *making, struct json_value value, struct buffer *text)
{
    struct json_rows *json = making->json;
    size_t maximum = json->rows.decode->decoder->maximum;
    struct slice plain;
    if (value.type == JSON_MISSING || value.type == JSON_NULL)
        return true;
    if (text->length)
        buffer_append_string(text, "\n\n");
    if (value.type == JSON_STRING) {
        if (!json_decode(value, &json->arena, &plain, making->error))
            return false;
        buffer_append_slice(text, plain);
    } else {
        struct buffer lines = { 0 };
        json_append_leaves(&lines, value, &json->arena, maximum);
        buffer_append_slice(text, buffer_slice(&lines));
        buffer_release(&lines);
    }
    return true;
}

static bool append_chosen_text(struct making *making, struct buffer *text)
{
    const struct document_options *options = options_of(making->json);
    bool is_found = false;
    for (size_t i = 0; i < options->text_field_count; i++) {
        bool is_ambiguous = false;
        const struct json_path *path = &making->json->text_paths[i];
        struct json_value value = json_path_find(path, &making->object, &is_ambiguous);
        if (is_ambiguous)
            return check_duplicate(making, path->steps[0].key) &&
                   error_set(making->error, E_JSON_DUPKEY, "a key of '%s' stands twice", options->text_fields[i]);
        is_found |= value.type != JSON_MISSING;
        if (!append_text_of(making, value, text))
            return false;
    }
    return is_found || error_set(making->error, E_FIELD_MISSING, "field '%s' is missing", options->text_fields[0]);
}

/* A row of the BEIR layout, {"_id", "title", "text"}: its title is part of what is searched. */
static bool append_title(struct making *making, struct buffer *text)
{
    size_t index = find_field(&making->object, SLICE("title"));
    if (index == SIZE_MAX || find_field(&making->object, SLICE("_id")) == SIZE_MAX)
        return true;
    struct json_value value = making->object.fields[index].value;
    return value.type != JSON_STRING || value.text.length == 2 || append_text_of(making, value, text);
}

static bool append_text(struct making *making, struct buffer *text)
{
    static const struct slice names[] = { SLICE_INIT("text"), SLICE_INIT("content"), SLICE_INIT("body") };
    size_t maximum = making->json->rows.decode->decoder->maximum;
    making->text_index = SIZE_MAX;
    buffer_reset(text);
    if (making->value.type == JSON_STRING) {
        if (!append_text_of(making, making->value, text))
            return false;
    } else if (options_of(making->json)->text_field_count) {
        if (!append_chosen_text(making, text))
            return false;
    } else {
        for (size_t i = 0; making->text_index == SIZE_MAX && i < sizeof names / sizeof *names; i++) {
            size_t index = find_field(&making->object, names[i]);
            if (index == SIZE_MAX || making->object.fields[index].value.type != JSON_STRING)
                continue;
            if (!check_duplicate(making, names[i]) || (i == 0 && !append_title(making, text)) ||
                !append_text_of(making, making->object.fields[index].value, text))
                return false;
            making->text_index = index;
        }
        if (making->text_index == SIZE_MAX)
            json_append_leaves(text, making->value, &making->json->arena, maximum);
    }
    return text->length <= maximum || error_set(making->error, E_LIMIT,
                                                "the text has %zu bytes or more, %zu are the "
                                                "limit of --max-document-bytes",
                                                text->length, maximum);
}

/* A value as an id: a string or a number's digits. */
static bool id_text(struct making *making, struct json_value value, struct slice *id)
{
    if (value.type == JSON_NUMBER) {
        *id = value.text;
        return true;
    }
    return json_decode(value, &making->json->arena, id, making->error);
}

/* The id that the row brings: --id-field, or the _id of a BEIR row, which is known by its text. */
static bool find_id(struct making *making)
{
    struct json_rows *json = making->json;
    making->id = SLICE("");
    if (json->id_path && making->object.count) {
        bool is_ambiguous = false;
        struct json_value value = json_path_find(json->id_path, &making->object, &is_ambiguous);
        const char *name = options_of(json)->id_field;
        if (is_ambiguous)
            return error_set(making->error, E_JSON_DUPKEY, "a key of '%s' stands twice", name);
        if (value.type == JSON_MISSING)
            return error_set(making->error, E_FIELD_MISSING, "field '%s' for --id-field is missing", name);
        if (value.type != JSON_STRING && value.type != JSON_NUMBER)
            return error_set(making->error, E_FIELD_TYPE, "field '%s' is %s, expected a string or number", name,
                             json_type_phrase(value.type));
        if (!id_text(making, value, &making->id))
            return false;
        return making->id.length || error_set(making->error, E_FIELD_VALUE, "field '%s' for --id-field is empty", name);
    }
    size_t index = find_field(&making->object, SLICE("_id"));
    bool has_text =
        making->text_index != SIZE_MAX && json_key_equal(&making->object.fields[making->text_index], SLICE("text"));
    if (json->id_path || index == SIZE_MAX || !has_text)
        return true;
    struct json_value value = making->object.fields[index].value;
    bool is_id = value.type == JSON_STRING || value.type == JSON_NUMBER;
    return !is_id || (check_duplicate(making, SLICE("_id")) && id_text(making, value, &making->id));
}

/* false: there is one with that name. */
static bool insert_member(struct json_rows *json, struct slice plain, struct slice escaped, struct slice value)
{
    bool is_new;
    map_insert(&json->keys, plain, &is_new);
    if (!is_new)
        return false;
    if (json->member_count == json->member_capacity)
        json->members =
            memory_grow(json->members, &json->member_capacity, json->member_count + 1, sizeof *json->members);
    json->members[json->member_count++] = (struct json_member){ escaped, value };
    json->taken |= row_fact_of(plain);
    return true;
}

static bool add_member(struct making *making, const struct json_field *field)
{
    struct slice key = plain_key(making->json, field);
    return insert_member(making->json, key, field->key, field->value.text) ||
           error_set(making->error, E_JSON_DUPKEY, "key '%.*s' stands twice", (int)key.length, key.bytes);
}

/* An object called metadata gives its members, unless one of them has the name of another field. */
static bool may_open_metadata(struct making *making, struct json_value value)
{
    struct json_iterator iterator = json_iterate(value);
    struct json_field field;
    if (value.type != JSON_OBJECT)
        return false;
    while (json_next(&iterator, &field)) {
        struct slice key = plain_key(making->json, &field);
        if (find_field(&making->object, key) != SIZE_MAX && !slice_equal(key, SLICE("metadata")))
            return false;
    }
    return true;
}

static bool is_text_field(const struct making *making, size_t index)
{
    const struct json_rows *json = making->json;
    for (size_t i = 0; i < options_of(json)->text_field_count; i++)
        if (json->text_paths[i].count == 1 &&
            json_key_equal(&making->object.fields[index], json->text_paths[i].steps[0].key))
            return true;
    return index == making->text_index;
}

static bool add_rest(struct making *making)
{
    bool has_own_id = making->id.length && !making->json->id_path;
    for (size_t i = 0; i < making->object.count; i++) {
        const struct json_field *field = &making->object.fields[i];
        bool is_id = has_own_id && json_key_equal(field, SLICE("_id"));
        if (is_text_field(making, i) || is_id)
            continue;
        if (json_key_equal(field, SLICE("metadata")) && may_open_metadata(making, field->value)) {
            struct json_iterator iterator = json_iterate(field->value);
            struct json_field inner;
            while (json_next(&iterator, &inner))
                if (!add_member(making, &inner))
                    return false;
        } else if (!add_member(making, field)) {
            return false;
        }
    }
    return true;
}

static bool gather_members(struct making *making)
{
    struct json_rows *json = making->json;
    const struct document_options *options = options_of(json);
    map_reset(&json->keys);
    json->member_count = 0;
    json->taken = 0;
    bool has_text_field = making->text_index != SIZE_MAX || options->text_field_count > 0;
    bool takes_all = json->takes_rest && options->metadata_field_count > 0;
    if (takes_all || (json->takes_rest && has_text_field))
        return add_rest(making);
    for (size_t i = 0; i < options->metadata_field_count; i++) {
        struct json_value value = json_path_find(&json->metadata_paths[i], &making->object, NULL);
        if (value.type == JSON_MISSING)
            continue;
        struct buffer escaped = { 0 };
        json_append_escaped(&escaped, slice_of_string(options->metadata_fields[i]));
        insert_member(json, slice_of_string(options->metadata_fields[i]),
                      arena_copy(&json->arena, buffer_slice(&escaped)), value.text);
        buffer_release(&escaped);
    }
    return true;
}

static bool has_extra(const struct json_rows *json, struct slice key)
{
    return map_find(&json->keys, key) != NULL;
}

static void append_members(struct json_rows *json, struct buffer *record)
{
    for (size_t i = 0; i < json->member_count; i++) {
        buffer_append_byte(record, '"');
        buffer_append_slice(record, json->members[i].key);
        buffer_append_string(record, "\":");
        json_append_one_line(record, json->members[i].value);
        buffer_append_byte(record, ',');
    }
    for (size_t i = 0; i < json->rows.extra_count; i++)
        if (!has_extra(json, json->rows.extras[i].key)) {
            buffer_append_slice(record, json->rows.extras[i].member);
            buffer_append_byte(record, ',');
        }
}

static bool make_record(struct making *making, int64_t line)
{
    struct json_rows *json = making->json;
    struct document_decoder *decoder = json->rows.decode->decoder;
    struct buffer *record = &decoder->record, *text = &decoder->text;
    if (!append_text(making, text) || !find_id(making) || !gather_members(making))
        return false;
    struct slice bytes = making->is_whole ? rows_file(&json->rows) : making->raw;
    struct row_hash hash = row_hash_of(&json->rows, bytes);
    bool has_hash_id = making->id.length == 0 && !making->is_whole;
    size_t id_end = 0;
    buffer_reset(record);
    if (has_hash_id) {
        id_end = rows_append_hash_id(&json->rows, record, &hash);
    } else {
        buffer_append_string(record, "{\"id\":\"");
        json_append_escaped(record, making->id.length ? making->id : json->rows.decode->source->name);
    }
    buffer_append_string(record, "\",\"text\":\"");
    json_append_escaped(record, buffer_slice(text));
    buffer_append_string(record, "\",\"metadata\":{");
    rows_append_facts(&json->rows, record, json->taken, bytes.length, &hash, making->charset, making->replaced);
    append_members(json, record);
    if (has_hash_id)
        rows_number(&json->rows, record, id_end, &hash);
    return rows_emit(&json->rows, record, line, making->error);
}

/* {"id": "a", "text": "..."}: a record of ours or of a like tool. One that says "deleted" or "garner" would be an order
 * to the tools behind, and a file that is read as data gives none. */
static bool is_document(const struct making *making)
{
    const struct document_options *options = options_of(making->json);
    const struct json_object *object = &making->object;
    const struct json_field *id = json_object_find(object, SLICE("id")),
                            *text = json_object_find(object, SLICE("text"));
    return options->text_field_count == 0 && options->metadata_field_count == 0 && !options->id_field && id && text &&
           id->value.type == JSON_STRING && id->value.text.length > 2 && text->value.type == JSON_STRING &&
           !json_object_find(object, SLICE("deleted")) && !json_object_find(object, SLICE("garner"));
}

/* Appends what metadata lacks: the source, and what else the source brings; each followed by a comma. */
static void append_missing(struct making *making, struct json_value metadata, struct buffer *output)
{
    struct json_rows *json = making->json;
    if (json_member(metadata, SLICE("source")).type == JSON_MISSING)
        buffer_append_slice(output, json->rows.facts[0]);
    bool is_converted = making->charset && strcmp(making->charset, "UTF-8") != 0;
    if (is_converted && json_member(metadata, SLICE("charset")).type == JSON_MISSING)
        buffer_append_format(output, "\"charset\":\"%s\",", making->charset);
    if (making->replaced && json_member(metadata, SLICE("replaced")).type == JSON_MISSING)
        buffer_append_format(output, "\"replaced\":%lld,", (long long)making->replaced);
    for (size_t i = 0; i < json->rows.extra_count; i++)
        if (json_member(metadata, json->rows.extras[i].key).type == JSON_MISSING) {
            buffer_append_slice(output, json->rows.extras[i].member);
            buffer_append_byte(output, ',');
        }
}

/* A document stays byte for byte; what its metadata lacks is put before their closing brace. */
static bool pass_on(struct making *making, int64_t line)
{
    struct json_rows *json = making->json;
    struct buffer *record = &json->rows.decode->decoder->record, missing = { 0 };
    if (!check_duplicate(making, SLICE("id")) || !check_duplicate(making, SLICE("text")) ||
        !check_duplicate(making, SLICE("metadata")))
        return false;
    const struct json_field *field = json_object_find(&making->object, SLICE("metadata"));
    struct json_value metadata = field ? field->value : (struct json_value){ SLICE(""), JSON_MISSING, false };
    struct slice text = making->object.text;
    append_missing(making, metadata, &missing);
    buffer_reset(record);
    bool takes_more = missing.length && (!field || metadata.type == JSON_OBJECT);
    if (takes_more) {
        missing.length--; /* the last comma */
        const char *brace = (field ? metadata.text.bytes + metadata.text.length : text.bytes + text.length) - 1;
        struct slice before = slice_of(text.bytes, (size_t)(brace - text.bytes));
        json_append_one_line(record, before);
        struct json_iterator iterator =
            json_iterate(field ? metadata : (struct json_value){ text, JSON_OBJECT, false });
        struct json_field first;
        if (json_next(&iterator, &first))
            buffer_append_byte(record, ',');
        if (!field)
            buffer_append_string(record, "\"metadata\":{");
        buffer_append_slice(record, buffer_slice(&missing));
        if (!field)
            buffer_append_byte(record, '}');
        json_append_one_line(record, slice_of(brace, (size_t)(text.bytes + text.length - brace)));
    } else {
        json_append_one_line(record, text);
    }
    buffer_release(&missing);
    if (!decode_fits_line(record, making->error))
        return false;
    const struct document_sink *sink = json->rows.decode->sink;
    json->rows.is_stopped = !sink->emit(sink->context, buffer_slice(record), line);
    return true;
}

/* Reads making->raw, and emits what it becomes. */
static bool make(struct making *making, int64_t line)
{
    struct json_rows *json = making->json;
    struct slice text;
    arena_reset(&json->arena);
    making->object = (struct json_object){ 0 };
    if (!rows_convert(&json->rows, making->raw, &text, &making->charset, &making->replaced, making->error))
        return false;
    if (text.length && text.bytes[0] == '"') {
        if (!json_scan(text, &making->value, making->error))
            return false;
    } else {
        if (!json_scan_object(text, &json->arena, &making->object, making->error))
            return false;
        making->value = (struct json_value){ making->object.text, JSON_OBJECT, false };
        if (is_document(making))
            return pass_on(making, line);
    }
    return make_record(making, line);
}

/* The scanner's column counts from the value's first byte: make it the line's. */
static void move_column(struct error *error, struct slice raw, int64_t *line, int64_t column)
{
    size_t offset = error->column > 0 ? (size_t)error->column - 1 : 0;
    if (error->column == 0 || offset > raw.length)
        return;
    int64_t lines = count_newlines(slice_between(raw, 0, offset));
    size_t start = offset;
    while (lines && start > 0 && raw.bytes[start - 1] != '\n')
        start--;
    *line += lines;
    error->column = lines ? (int64_t)(offset - start) + 1 : column ? column + (int64_t)offset : 0;
}

void json_row(struct json_rows *json, struct slice raw, int64_t line, int64_t column)
{
    struct error error;
    error_reset(&error);
    struct making making = { .json = json, .raw = raw, .error = &error };
    if (raw.length > LINE_BYTES_MAXIMUM)
        error_set(&error, E_LINE_LENGTH, "%zu bytes, more than the %d of a record", raw.length, LINE_BYTES_MAXIMUM);
    else if (make(&making, line))
        return;
    move_column(&error, raw, &line, column);
    rows_reject(&json->rows, &error, line, raw);
}

bool json_whole(struct json_rows *json, struct slice raw, struct error *error)
{
    struct making making = { .json = json, .raw = raw, .is_whole = true, .error = error };
    if (make(&making, 0))
        return true;
    int64_t line = 1;
    move_column(error, raw, &line, 1);
    return error_place(error, NULL, error->column ? line : 0, 0);
}
