/* info.c - says what a file or folder is and what it holds. */
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "cli/say.h"
#include "index/verify.h"
#include "pipeline/pipeline.h"
#include "record/record.h"
#include "stream/files.h"
#include "tools.h"
#include "json/write.h"

struct info_options {
    struct option_list paths;
    bool has_digest;
    unsigned format;
};

enum { FORMAT_TABLE, FORMAT_JSON };
static const char *const formats[] = { "table", "json", NULL };

#define FIELD(name) OPTION_FIELD(struct info_options, name)
static const struct option info_options[] = {
    { .name = "path",
      .is_operand = true,
      .is_required = true,
      FIELD(paths),
      .meaning = MEANING_FILE,
      .argument = "PATH",
      .help = "an index, a file of records, a pipeline file; - is stdin" },
    { .name = "digest",
      FIELD(has_digest),
      .help = "one number for all that an index holds",
      .details = "A hash over ids, records and vectors in order of id: two indexes with the same content have the same "
                 "digest, however the content came in." },
    { .name = "format",
      FIELD(format),
      .argument = "FORMAT",
      .choices = formats,
      .initial = "table",
      .help = "how the result is shown" },
    { .name = NULL },
};

enum { FIELDS_MAXIMUM = 200, LABEL_COLUMNS = 20 };

static void put_text(struct buffer *json, const char *key, struct slice text)
{
    json_append_key(json, slice_of_string(key));
    struct buffer repaired = { 0 };
    utf8_append_repaired(&repaired, text);
    json_append_string(json, buffer_slice(&repaired));
    buffer_release(&repaired);
}

static void put_number(struct buffer *json, const char *key, int64_t number)
{
    json_append_key(json, slice_of_string(key));
    json_append_integer(json, number);
}

static void put_flag(struct buffer *json, const char *key, bool flag)
{
    json_append_key(json, slice_of_string(key));
    buffer_append_string(json, flag ? "true" : "false");
}

/* An index. */

/* Which kinds of cells a column has, one bit each. */
static uint64_t column_kinds(const struct columns *columns, const struct column_entry *entry)
{
    uint64_t kinds = 0;
    for (uint32_t row = 0; row < columns->trailer->row_count; row++) {
        kinds |= UINT64_C(1) << (column_kind_of(columns, entry, row) % 64);
        if (entry->kinds_offset == 0)
            break;
    }
    return kinds;
}

static void append_kinds(struct buffer *text, uint64_t kinds)
{
    static const struct {
        uint64_t bits;
        const char *name;
    } names[] = {
        { 1 << COLUMN_TEXT, "text" },     { 1 << COLUMN_INTEGER, "integer" },
        { 1 << COLUMN_DOUBLE, "number" }, { 1 << COLUMN_FALSE | 1 << COLUMN_TRUE, "boolean" },
        { 1 << COLUMN_JSON, "array" },    { 1 << COLUMN_STORED, "other" },
    };
    size_t start = text->length;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (kinds & names[i].bits)
            buffer_append_format(text, "%s%s", text->length > start ? ", " : "", names[i].name);
    if (text->length == start)
        buffer_append_string(text, "null");
}

static void put_columns(struct buffer *json, const struct index *index)
{
    struct map kinds = { 0 };
    for (size_t s = 0; s < index->segment_count; s++) {
        const struct columns *columns = &index->segments[s].columns;
        for (uint32_t i = 0; i < columns->trailer->column_count; i++)
            map_insert(&kinds, column_path(columns, &columns->entries[i]), NULL)->value |=
                column_kinds(columns, &columns->entries[i]);
    }
    json_append_key(json, SLICE("columns"));
    buffer_append_byte(json, '{');
    struct buffer text = { 0 };
    for (size_t i = 0; i < kinds.count; i++) {
        buffer_reset(&text);
        buffer_append_slice(&text, kinds.entries[i].key);
        struct buffer names = { 0 };
        append_kinds(&names, kinds.entries[i].value);
        put_text(json, buffer_string(&text), buffer_slice(&names));
        buffer_release(&names);
    }
    buffer_append_byte(json, '}');
    buffer_release(&text);
    map_release(&kinds);
}

static void put_settings(struct buffer *json, const struct index_settings *settings)
{
    put_text(json, "model", settings->model);
    put_number(json, "dimension", settings->dimension);
    put_text(json, "metric", slice_of_string(vector_metric_name(settings->metric)));
    if (settings->query_prefix.length)
        put_text(json, "query_prefix", settings->query_prefix);
    if (settings->document_prefix.length)
        put_text(json, "document_prefix", settings->document_prefix);
    put_text(json, "language", settings->language);
    json_append_key(json, SLICE("fields"));
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < settings->field_count; i++) {
        buffer_append_string(json, i ? "," : "");
        json_append_string(json, settings->fields[i]);
    }
    buffer_append_byte(json, ']');
}

static bool describe_index(const char *path, bool has_digest, struct buffer *json, struct error *error)
{
    struct index *index = index_open(path, error);
    if (!index)
        return false;
    uint64_t bytes = index->manifest.tombstones_seal.bytes;
    uint64_t all_rows = 0;
    for (size_t i = 0; i < index->segment_count; i++) {
        bytes += index->manifest.segments[i].seal.bytes;
        all_rows += index->segments[i].row_count;
    }
    put_text(json, "kind", SLICE("index"));
    put_number(json, "format", INDEX_FORMAT_VERSION);
    put_number(json, "rows", (int64_t)index->manifest.row_count);
    put_number(json, "documents", (int64_t)index_document_count(index));
    put_number(json, "rows_dead", (int64_t)(all_rows - index->manifest.row_count));
    put_number(json, "segments", (int64_t)index->segment_count);
    put_number(json, "commits", (int64_t)index->manifest.sequence);
    put_number(json, "bytes", (int64_t)bytes);
    put_settings(json, &index->manifest.settings);
    put_columns(json, index);
    struct hash128 digest = { 0 };
    bool is_done = !has_digest || index_digest(index, &digest, error);
    if (is_done && has_digest) {
        char text[HASH128_TEXT + 1];
        hash128_format(digest, text);
        put_text(json, "digest", slice_of(text, HASH128_TEXT));
    }
    index_close(index);
    return is_done;
}

/* A file of records. */
struct field_count {
    int64_t count;
    unsigned types; /* one bit for each json_type */
};

struct record_counts {
    int64_t records, documents, chunks, chats, preferences, others;
    int64_t embedded, tombstones, errors, seals, sealed_records, faulty;
    int64_t text_bytes;
    int64_t first_fault;
    struct map fields; /* to a number in counts */
    struct field_count counts[FIELDS_MAXIMUM];
    struct buffer model;
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

static int64_t sealed_count(struct slice line)
{
    struct json_value value;
    int64_t count = -1;
    if (json_scan(line, &value, NULL) &&
        json_integer(json_member(json_member(json_member(value, SLICE("garner")), SLICE("end")), SLICE("records")),
                     &count))
        return count;
    return -1;
}

static void count_line(struct record_counts *counts, struct slice line, int64_t number, struct arena *arena)
{
    struct json_object object;
    switch (record_kind_of(line)) {
    case RECORD_ERROR:
        counts->errors++;
        return;
    case RECORD_END:
        counts->seals++;
        counts->sealed_records = sealed_count(line);
        return;
    case RECORD_TOMBSTONE:
        counts->tombstones++;
        return;
    case RECORD_DATA:
        break;
    }
    if (json_scan_object(line, arena, &object, NULL)) {
        counts->records++;
        count_fields(counts, &object);
        count_form(counts, &object);
    } else if (counts->faulty++ == 0) {
        counts->first_fault = number;
    }
}

static bool count_records(const char *path, struct record_counts *counts, struct error *error)
{
    struct input *input = input_open(path, NULL, error);
    if (!input)
        return false;
    struct lines *lines = lines_create(input, 0);
    struct arena arena = { 0 };
    struct lines_block block;
    bool is_good = true;
    while ((is_good = lines_read(lines, false, &block, error)) && block.line_count) {
        struct slice rest = block.text;
        for (int64_t number = block.first_line; rest.length; number++) {
            struct slice line = slice_between(rest, 0, slice_find_byte(rest, '\n'));
            rest = slice_from(rest, line.length + 1);
            if (slice_trim(line).length)
                count_line(counts, line, number, &arena);
            arena_reset(&arena);
        }
        lines_block_release(&block);
    }
    arena_release(&arena);
    lines_close(lines);
    return is_good;
}

static void put_count(struct buffer *json, const char *key, int64_t count)
{
    if (count)
        put_number(json, key, count);
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
        put_text(json, buffer_string(&name), buffer_slice(&text));
        buffer_release(&name);
        buffer_release(&text);
    }
    buffer_append_byte(json, '}');
}

static void put_records(struct buffer *json, const struct record_counts *counts)
{
    put_text(json, "kind", SLICE("records"));
    put_number(json, "records", counts->records);
    put_count(json, "documents", counts->documents);
    put_count(json, "chunks", counts->chunks);
    put_count(json, "chats", counts->chats);
    put_count(json, "preferences", counts->preferences);
    put_count(json, "others", counts->others);
    put_count(json, "embedded", counts->embedded);
    if (counts->model.length)
        put_text(json, "embedding_model", buffer_slice(&counts->model));
    put_count(json, "tombstones", counts->tombstones);
    put_number(json, "text_bytes", counts->text_bytes);
    put_flag(json, "sealed", counts->seals == 1 && counts->errors == 0);
    put_count(json, "failed", counts->errors);
    put_count(json, "faulty_lines", counts->faulty);
    put_count(json, "first_faulty_line", counts->first_fault);
    put_fields(json, counts);
}

static bool describe_records(const char *path, struct buffer *json, struct error *error)
{
    struct record_counts *counts = memory_allocate_zeroed(1, sizeof *counts);
    bool is_done = count_records(path, counts, error);
    if (is_done && counts->records + counts->tombstones + counts->errors + counts->seals == 0 && counts->faulty)
        put_text(json, "kind", SLICE("unknown"));
    else if (is_done)
        put_records(json, counts);
    map_release(&counts->fields);
    buffer_release(&counts->model);
    memory_free(counts);
    return is_done;
}

/* The rest. */
static bool describe_pipeline(const struct tool_call *call, const char *path, struct buffer *json, struct error *error)
{
    struct pipeline_settings settings = { .tools = call->tools, .allows_programs = true };
    struct pipeline_faults faults = { 0 };
    struct pipeline *pipeline = pipeline_load(path, &settings, call->arena, &faults);
    if (!pipeline) {
        *error = faults.errors[0];
        return false;
    }
    put_text(json, "kind", SLICE("pipeline"));
    put_text(json, "name", slice_of_string(pipeline->name));
    if (pipeline->description)
        put_text(json, "description", slice_of_string(pipeline->description));
    json_append_key(json, SLICE("steps"));
    buffer_append_byte(json, '[');
    for (size_t c = 0; c < pipeline->chain_count; c++)
        for (size_t i = 0; i < pipeline->chains[c].step_count; i++) {
            buffer_append_string(json, c + i ? "," : "");
            json_append_string(json, slice_of_string(pipeline->chains[c].steps[i].call.tool->name));
        }
    buffer_append_byte(json, ']');
    return true;
}

static bool describe_segment(const char *path, struct buffer *json, struct error *error)
{
    struct sections sections;
    if (!sections_open(path, NULL, FILE_ANY, &sections, error))
        return false;
    put_text(json, "kind", sections.header->kind == FILE_SEGMENT ? SLICE("segment") : SLICE("tombstones"));
    put_number(json, "format", sections.header->version);
    put_number(json, "rows", (int64_t)sections.header->row_count);
    put_number(json, "bytes", (int64_t)sections.header->file_bytes);
    json_append_key(json, SLICE("sections"));
    buffer_append_byte(json, '{');
    for (uint32_t i = 0; i < sections.header->section_count; i++)
        put_number(json, section_type_name(sections.entries[i].type), (int64_t)sections.entries[i].bytes);
    buffer_append_byte(json, '}');
    sections_close(&sections);
    return true;
}

static bool ends_with(const char *path, const char *end)
{
    return slice_ends_with(slice_of_string(path), slice_of_string(end));
}

static bool describe_file(const struct tool_call *call, const char *path, struct buffer *json, struct error *error)
{
    struct file_map map;
    bool is_stdin = strcmp(path, "-") == 0;
    if (is_stdin || !file_map_open(path, &map, NULL))
        return describe_records(path, json, error);
    bool is_segment = slice_starts_with(map.bytes, SLICE(FILE_MAGIC));
    bool is_database = slice_starts_with(map.bytes, SLICE("SQLite format 3"));
    const char *compression = compression_of(map.bytes);
    put_number(json, "bytes_on_disk", (int64_t)map.bytes.length);
    if (compression)
        put_text(json, "compression", slice_of_string(compression));
    file_map_close(&map);
    if (is_segment)
        return describe_segment(path, json, error);
    if (is_database) {
        put_text(json, "kind", SLICE("database"));
        return true;
    }
    if (ends_with(path, ".yaml") || ends_with(path, ".yml"))
        return describe_pipeline(call, path, json, error);
    return describe_records(path, json, error);
}

/* Appends a JSON object. */
static bool describe(const struct tool_call *call, const char *path, struct buffer *json, struct error *error)
{
    const struct info_options *options = call->options;
    struct stat status;
    bool is_stdin = strcmp(path, "-") == 0;
    if (!is_stdin && stat(path, &status) != 0)
        return error_set_system(error, E_NO_INPUT, errno, "cannot open '%s'", path);
    buffer_append_byte(json, '{');
    put_text(json, "path", slice_of_string(path));
    bool is_done = !is_stdin && S_ISDIR(status.st_mode) ? describe_index(path, options->has_digest, json, error)
                                                        : describe_file(call, path, json, error);
    buffer_append_byte(json, '}');
    return is_done;
}

static void append_value(struct buffer *text, struct json_value value, struct arena *arena)
{
    struct slice shown = value.text;
    if (value.type == JSON_STRING && !json_decode(value, arena, &shown, NULL))
        shown = value.text;
    if (value.type == JSON_TRUE || value.type == JSON_FALSE)
        shown = value.type == JSON_TRUE ? SLICE("yes") : SLICE("no");
    if (value.type != JSON_ARRAY) {
        text_append_printable(text, shown);
        return;
    }
    struct json_field field;
    size_t start = text->length;
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);) {
        buffer_append_string(text, text->length > start ? ", " : "");
        append_value(text, field.value, arena);
    }
}

/* The members of an object, a line each; those of inner objects are indented. */
static void append_table(struct buffer *text, struct json_value object, int indent, struct arena *arena)
{
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(object); json_next(&iterator, &field);) {
        struct buffer key = { 0 };
        text_append_printable(&key, field.key);
        int width = LABEL_COLUMNS - indent;
        if (field.value.type == JSON_OBJECT) {
            buffer_append_format(text, "%*s%s\n", indent, "", buffer_string(&key));
            append_table(text, field.value, indent + 2, arena);
        } else {
            buffer_append_format(text, "%*s%-*s ", indent, "", width > 0 ? width : 1, buffer_string(&key));
            append_value(text, field.value, arena);
            buffer_append_byte(text, '\n');
        }
        buffer_release(&key);
    }
}

static bool show(const struct tool_call *call, struct slice json, bool is_first, struct error *error)
{
    const struct info_options *options = call->options;
    struct buffer text = { 0 };
    struct json_value value;
    bool is_done = true;
    if (options->format == FORMAT_JSON) {
        buffer_append_slice(&text, json);
        buffer_append_byte(&text, '\n');
    } else if ((is_done = json_scan(json, &value, error))) {
        buffer_append_string(&text, is_first ? "" : "\n");
        append_table(&text, value, 0, call->arena);
    }
    is_done = is_done && output_write(call->output, buffer_slice(&text), error);
    buffer_release(&text);
    return is_done;
}

static bool is_unknown(struct slice json)
{
    return slice_find(json, SLICE("\"kind\":\"unknown\"")) < json.length;
}

static int info_run(struct tool_call *call, struct error *error)
{
    const struct info_options *options = call->options;
    int exit_code = EXIT_DONE;
    for (size_t i = 0; i < options->paths.count; i++) {
        struct buffer json = { 0 };
        bool is_done =
            describe(call, options->paths.values[i], &json, error) && show(call, buffer_slice(&json), i == 0, error);
        if (is_done && is_unknown(buffer_slice(&json)))
            exit_code = EXIT_NO;
        buffer_release(&json);
        if (!is_done)
            return error_exit_code(error);
    }
    return exit_code;
}

static const struct tool_example info_examples[] = {
    { "garner info -", "{\"id\":\"a\",\"text\":\"Tea.\"}\n",
      "path                 -\n"
      "kind                 records\n"
      "records              1\n"
      "documents            1\n"
      "text_bytes           4\n"
      "sealed               no\n"
      "fields\n"
      "  id                 1 x string\n"
      "  text               1 x string\n",
      "what a stream holds" },
    { .command = NULL },
};

const struct tool tool_info = {
    .name = "info",
    .summary = "Say what a file or folder is and what it holds",
    .description = "Knows indexes (rows, documents, model, columns), files of records (how many of which form, their "
                   "fields and types), pipeline files and single segments of an index. Exit code 1: it is none of "
                   "these. Nothing is changed.",
    .group = GROUP_LOOK,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = info_options,
    .options_bytes = sizeof(struct info_options),
    .has_few_common = true,
    .examples = info_examples,
    .run = info_run,
};
