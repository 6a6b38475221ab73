/* info_records.c - what a file of records holds: forms, fields, types. */
#include <inttypes.h>

#include "base/map.h"
#include "base/memory.h"
#include "info.h"
#include "record/record.h"
#include "stream/lines.h"
#include "json/write.h"

enum { FIELDS_MAXIMUM = 200 };

struct field_count {
    int64_t count;
    unsigned types; /* one bit for each json_type */
};

struct record_counts {
    int64_t records, documents, chunks, chats, preferences, others;
    int64_t embedded, tombstones, marks, errors, seals, faulty;
    int64_t text_bytes;
    int64_t first_fault;
    struct map fields; /* to a number in counts */
    struct field_count counts[FIELDS_MAXIMUM];
    struct buffer model;
    struct arena arena; /* of one line */
};

static void count_field(struct record_counts *counts, struct slice path, struct json_value value)
{
    if (!map_find(&counts->fields, path) && counts->fields.count == FIELDS_MAXIMUM)
        return;
    bool is_new = false;
    struct map_entry *entry = map_insert(&counts->fields, path, &is_new);
    if (is_new)
        entry->value = counts->fields.count - 1;
    counts->counts[entry->value].count++;
    counts->counts[entry->value].types |= 1U << value.type;
}

static void count_fields(struct record_counts *counts, const struct json_object *object)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct json_field *field = &object->fields[i];
        if (!json_key_equal(field, SLICE("metadata")) || field->value.type != JSON_OBJECT) {
            count_field(counts, field->key, field->value);
            continue;
        }
        struct json_field child;
        struct buffer path = { 0 };
        for (struct json_iterator iterator = json_iterate(field->value); json_next(&iterator, &child);) {
            buffer_reset(&path);
            buffer_append_format(&path, "metadata.%.*s", (int)child.key.length, child.key.bytes);
            count_field(counts, buffer_slice(&path), child.value);
        }
        buffer_release(&path);
    }
}

static struct json_value member(const struct json_object *object, struct slice key)
{
    struct json_field *field = json_object_find(object, key);
    return field ? field->value : (struct json_value){ .type = JSON_MISSING };
}

static void count_form(struct record_counts *counts, const struct json_object *object)
{
    struct json_value text = member(object, SLICE("text"));
    struct json_value chunk = json_member(member(object, SLICE("metadata")), SLICE("chunk"));
    struct json_value model = member(object, SLICE("embedding_model"));
    counts->embedded += member(object, SLICE("embedding")).type > JSON_NULL;
    if (model.type == JSON_STRING && counts->model.length == 0)
        buffer_append_slice(&counts->model, slice_between(model.text, 1, model.text.length - 1));
    if (member(object, SLICE("messages")).type == JSON_ARRAY)
        counts->chats++;
    else if (member(object, SLICE("chosen")).type > JSON_NULL && member(object, SLICE("rejected")).type > JSON_NULL)
        counts->preferences++;
    else if (text.type == JSON_STRING && chunk.type == JSON_NUMBER)
        counts->chunks++;
    else if (text.type == JSON_STRING)
        counts->documents++;
    else
        counts->others++;
    if (text.type == JSON_STRING)
        counts->text_bytes += (int64_t)text.text.length - 2;
}

static bool count_line(void *context, struct slice line, int64_t number, struct error *error)
{
    struct record_counts *counts = context;
    struct json_object object;
    (void)error;
    switch (record_kind_of(line)) {
    case RECORD_ERROR:
        counts->errors++;
        return true;
    case RECORD_END:
        counts->seals++;
        return true;
    case RECORD_TOMBSTONE:
        counts->tombstones++;
        return true;
    case RECORD_MARK:
        counts->marks++;
        return true;
    case RECORD_DATA:
        break;
    }
    if (json_scan_object(line, &counts->arena, &object, NULL)) {
        counts->records++;
        count_fields(counts, &object);
        count_form(counts, &object);
    } else if (counts->faulty++ == 0) {
        counts->first_fault = number;
    }
    arena_reset(&counts->arena);
    return true;
}

static bool count_records(const char *path, struct record_counts *counts, struct error *error)
{
    struct input *input = input_open(path, NULL, error);
    if (!input)
        return false;
    struct lines *lines = lines_create(input, 0);
    bool is_good = lines_visit(lines, count_line, counts, error);
    lines_close(lines);
    return is_good;
}

static void put_count(struct buffer *json, const char *key, int64_t count)
{
    if (count)
        info_put_number(json, key, count);
}

static void put_fields(struct buffer *json, const struct record_counts *counts)
{
    json_append_key(json, SLICE("fields"));
    buffer_append_byte(json, '{');
    for (size_t i = 0; i < counts->fields.count; i++) {
        struct buffer text = { 0 };
        buffer_append_format(&text, "%" PRId64 " x ", counts->counts[i].count);
        size_t start = text.length;
        for (int type = JSON_NULL; type <= JSON_OBJECT; type++) {
            bool is_second_boolean = type == JSON_TRUE && (counts->counts[i].types & 1U << JSON_FALSE);
            if ((counts->counts[i].types & 1U << type) && !is_second_boolean)
                buffer_append_format(&text, "%s%s", text.length > start ? ", " : "",
                                     json_type_name((enum json_type)type));
        }
        struct buffer name = { 0 };
        buffer_append_slice(&name, counts->fields.entries[i].key);
        info_put_text(json, buffer_string(&name), buffer_slice(&text));
        buffer_release(&name);
        buffer_release(&text);
    }
    buffer_append_byte(json, '}');
}

static void put_records(struct buffer *json, const struct record_counts *counts)
{
    info_put_text(json, "kind", SLICE("records"));
    info_put_number(json, "records", counts->records);
    put_count(json, "documents", counts->documents);
    put_count(json, "chunks", counts->chunks);
    put_count(json, "chats", counts->chats);
    put_count(json, "preferences", counts->preferences);
    put_count(json, "others", counts->others);
    put_count(json, "embedded", counts->embedded);
    if (counts->model.length)
        info_put_text(json, "embedding_model", buffer_slice(&counts->model));
    put_count(json, "tombstones", counts->tombstones);
    put_count(json, "marks", counts->marks);
    info_put_number(json, "text_bytes", counts->text_bytes);
    info_put_flag(json, "sealed", counts->seals == 1 && counts->errors == 0);
    put_count(json, "failed", counts->errors);
    put_count(json, "faulty_lines", counts->faulty);
    put_count(json, "first_faulty_line", counts->first_fault);
    put_fields(json, counts);
}

bool info_describe_records(const char *path, struct buffer *json, struct error *error)
{
    struct record_counts *counts = memory_allocate_zeroed(1, sizeof *counts);
    bool is_done = count_records(path, counts, error);
    if (is_done && counts->records + counts->tombstones + counts->marks + counts->errors + counts->seals == 0 &&
        counts->faulty)
        info_put_text(json, "kind", SLICE("unknown"));
    else if (is_done)
        put_records(json, counts);
    map_release(&counts->fields);
    buffer_release(&counts->model);
    arena_release(&counts->arena);
    memory_free(counts);
    return is_done;
}
