/* table.c - the rows of a file as JSON objects. */
#include "document/table.h"

#include "base/utf8.h"
#include "document/csv.h"
#include "stream/input.h"
#include "json/write.h"

struct table {
    const char *path;
    struct slice text;
    struct arena arena; /* of one row */
    bool (*visit)(void *context, const struct json_object *row, int64_t line, struct error *error);
    void *context;
    const char *counted; /* lines up to here are in line */
    int64_t line;
};

/* The line of a place, which is behind those asked for before. */
static int64_t line_of(struct table *table, const char *place)
{
    for (; table->counted < place; table->counted++)
        table->line += *table->counted == '\n';
    return table->line;
}

static bool visit_object(struct table *table, struct slice text, int64_t line, struct error *error)
{
    struct json_object object;
    arena_reset(&table->arena);
    if (json_scan_object(text, &table->arena, &object, error) && table->visit(table->context, &object, line, error))
        return true;
    return error_place(error, table->path, line, 0);
}

static bool visit_array(struct table *table, struct json_value array, struct error *error)
{
    struct json_iterator iterator = json_iterate(array);
    struct json_field element;
    while (json_next(&iterator, &element))
        if (!visit_object(table, element.value.text, line_of(table, element.value.text.bytes), error))
            return false;
    return true;
}

static bool is_array_of_objects(struct json_value value)
{
    struct json_iterator iterator = json_iterate(value);
    struct json_field element;
    if (value.type != JSON_ARRAY)
        return false;
    bool has_any = false;
    while (json_next(&iterator, &element)) {
        if (element.value.type != JSON_OBJECT)
            return false;
        has_any = true;
    }
    return has_any;
}

/* Turns of one row. */
static bool is_dialogue(const struct json_field *field)
{
    static const char *const names[] = { "messages", "conversations", "contents", "dialog" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_key_equal(field, slice_of_string(names[i])))
            return true;
    return false;
}

/* The one member whose elements are the rows. */
static struct json_value rows_of(struct json_value object)
{
    struct json_iterator iterator = json_iterate(object);
    struct json_field field;
    struct json_value rows = { .type = JSON_MISSING };
    while (json_next(&iterator, &field)) {
        if (!is_array_of_objects(field.value) || is_dialogue(&field))
            continue;
        if (rows.type != JSON_MISSING)
            return (struct json_value){ .type = JSON_MISSING };
        rows = field.value;
    }
    return rows;
}

static bool read_whole(struct table *table, struct json_value value, struct error *error)
{
    if (value.type == JSON_ARRAY)
        return visit_array(table, value, error);
    struct json_value rows = rows_of(value);
    if (rows.type != JSON_MISSING)
        return visit_array(table, rows, error);
    return visit_object(table, value.text, line_of(table, value.text.bytes), error);
}

static bool read_lines(struct table *table, struct error *error)
{
    int64_t line = 0;
    for (struct slice rest = table->text; rest.length > 0;) {
        size_t end = slice_find_byte(rest, '\n');
        struct slice row = slice_trim(slice_between(rest, 0, end));
        line++;
        if (row.length > 0 && !visit_object(table, row, line, error))
            return false;
        rest = slice_from(rest, end + 1);
    }
    return true;
}

/* A file whose first line is a value of its own has one on each line. */
static bool read_json(struct table *table, struct error *error)
{
    struct slice text = slice_trim(table->text);
    struct slice first = slice_between(text, 0, slice_find_byte(text, '\n'));
    struct json_value value;
    struct error ignored;
    if (first.length < text.length && slice_byte(text, 0) == '{' && json_scan(first, &value, &ignored))
        return read_lines(table, error);
    error_reset(&ignored);
    if (json_scan(text, &value, &ignored) && (value.type == JSON_ARRAY || value.type == JSON_OBJECT))
        return read_whole(table, value, error);
    if (slice_byte(text, 0) == '[')
        return error_set(error, ignored.code ? ignored.code : E_JSON_SYNTAX, "not a JSON array: %s", ignored.message) ||
               error_place(error, table->path, 0, 0);
    return read_lines(table, error);
}

struct csv_names {
    struct slice *names;
    size_t count;
};

static bool visit_csv(struct table *table, const struct csv_names *names, const struct csv_row *row, int64_t line,
                      struct buffer *json, struct error *error)
{
    buffer_reset(json);
    buffer_append_byte(json, '{');
    for (size_t i = 0; i < names->count; i++) {
        json_append_key(json, names->names[i]);
        json_append_string(json, row->fields[i]);
    }
    buffer_append_byte(json, '}');
    return visit_object(table, buffer_slice(json), line, error);
}

static bool is_blank(const struct csv_row *row)
{
    return row->count == 1 && row->fields[0].length == 0;
}

static void take_names(const struct csv_row *row, struct arena *arena, struct csv_names *names)
{
    names->names = arena_allocate_zeroed(arena, row->count, sizeof *names->names);
    names->count = row->count;
    for (size_t i = 0; i < row->count; i++)
        names->names[i] = arena_copy(arena, slice_trim(row->fields[i]));
}

static bool read_csv_rows(struct table *table, struct csv_dialect dialect, struct arena *arena, struct csv_row *row,
                          struct buffer *json, struct error *error)
{
    struct csv_names names = { 0 };
    for (struct slice rest = table->text; rest.length > 0; rest = slice_from(rest, row->length)) {
        int64_t line = line_of(table, rest.bytes);
        enum csv_end end = csv_read_row(rest, dialect, true, false, row);
        if (end == CSV_UNCLOSED || end == CSV_MANY) {
            error_set(error, end == CSV_MANY ? E_LIMIT : E_CSV_QUOTE,
                      end == CSV_MANY ? "more than %d columns" : "a quote in field %d is not closed",
                      end == CSV_MANY ? CSV_FIELDS_MAXIMUM : (int)row->column);
            return error_place(error, table->path, line, 0);
        }
        if (is_blank(row))
            continue;
        if (!names.names) {
            take_names(row, arena, &names);
            continue;
        }
        if (row->count != names.count) {
            error_set(error, E_CSV_FIELDS, "%zu fields, expected %zu as in the first row", row->count, names.count);
            return error_place(error, table->path, line, 0);
        }
        if (!visit_csv(table, &names, row, line, json, error))
            return false;
    }
    return true;
}

static bool read_csv(struct table *table, char delimiter, struct error *error)
{
    struct csv_dialect dialect = { .delimiter = delimiter ? delimiter : csv_sniff_delimiter(table->text),
                                   .newline = '\n' };
    struct arena arena = { 0 };
    struct csv_row row = { 0 };
    struct buffer json = { 0 };
    if (slice_find_byte(table->text, '\n') == table->text.length)
        dialect.newline = '\r';
    bool is_good = read_csv_rows(table, dialect, &arena, &row, &json, error);
    csv_row_release(&row);
    buffer_release(&json);
    arena_release(&arena);
    return is_good;
}

/* Whether the name has that extension, perhaps with one of compression behind it. */
static bool has_extension(const char *path, const char *extension)
{
    struct slice name = slice_of_string(path), wanted = slice_of_string(extension);
    static const struct slice packed[] = { SLICE_INIT(".gz"), SLICE_INIT(".zst"), SLICE_INIT(".xz"),
                                           SLICE_INIT(".bz2") };
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (slice_ends_with(name, packed[i]))
            name.length -= packed[i].length;
    return name.length > wanted.length &&
           slice_equal_ignore_case(slice_from(name, name.length - wanted.length), wanted);
}

static bool gather(const char *path, struct buffer *content, struct error *error)
{
    struct input_settings settings = { .decoded_maximum = TABLE_BYTES_MAXIMUM,
                                       .limit_name = "1 GiB for a file that is read as a whole" };
    struct input *input = input_open(path, &settings, error);
    struct slice bytes = { 0 };
    bool is_good = input != NULL;
    while (is_good && (is_good = input_read(input, &bytes, error)) && bytes.length > 0)
        buffer_append_slice(content, bytes);
    if (input)
        input_close(input);
    return is_good;
}

bool table_read(const char *path,
                bool (*visit)(void *context, const struct json_object *row, int64_t line, struct error *error),
                void *context, struct error *error)
{
    struct table table = { .path = path, .visit = visit, .context = context, .line = 1 };
    struct buffer content = { 0 };
    bool is_good = gather(path, &content, error);
    if (is_good) {
        table.text = buffer_slice(&content);
        if (slice_starts_with(table.text, SLICE("\xef\xbb\xbf")))
            table.text = slice_from(table.text, 3);
        table.counted = table.text.bytes;
        if (!utf8_is_valid(table.text)) {
            error_set(error, E_JSON_UTF8, "not valid UTF-8 at byte %zu", utf8_valid_length(table.text));
            is_good = error_place(error, path, 0, 0);
        } else if (has_extension(path, ".csv")) {
            is_good = read_csv(&table, '\0', error);
        } else if (has_extension(path, ".tsv")) {
            is_good = read_csv(&table, '\t', error);
        } else if (has_extension(path, ".jsonl") || has_extension(path, ".ndjson")) {
            is_good = read_lines(&table, error);
        } else {
            is_good = read_json(&table, error);
        }
    }
    buffer_release(&content);
    arena_release(&table.arena);
    return is_good;
}
