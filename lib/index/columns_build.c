/* columns_build.c - gathers the fields of records into columns. */
#include "base/memory.h"
#include "index/column.h"

struct columns_builder {
    struct map paths; /* to the number of the column */
    struct column *columns;
    size_t column_capacity;
    uint32_t row_count;
    bool has_more; /* a field found no column */
    struct buffer path;
    struct arena scratch;
};

struct columns_builder *columns_builder_create(void)
{
    return memory_allocate_zeroed(1, sizeof(struct columns_builder));
}

/* The column of that path, made when there is room for it; NULL: there is none. */
static struct column *find_column(struct columns_builder *builder, struct slice path)
{
    struct map_entry *entry = map_find(&builder->paths, path);
    if (entry)
        return &builder->columns[entry->value];
    if (builder->paths.count == COLUMN_COUNT_MAXIMUM || path.length > COLUMN_PATH_MAXIMUM) {
        builder->has_more = true;
        return NULL;
    }
    size_t number = builder->paths.count;
    map_insert(&builder->paths, path, NULL)->value = number;
    builder->columns = memory_grow(builder->columns, &builder->column_capacity, number + 1, sizeof builder->columns[0]);
    builder->columns[number] = (struct column){ 0 };
    return &builder->columns[number];
}

static bool is_bare(struct slice key)
{
    for (size_t i = 0; i < key.length; i++) {
        char byte = key.bytes[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
        if (!is_letter && !(i > 0 && byte >= '0' && byte <= '9'))
            return false;
    }
    return key.length > 0;
}

void column_path_append_key(struct buffer *path, struct slice key)
{
    if (is_bare(key)) {
        if (path->length)
            buffer_append_byte(path, '.');
        buffer_append_slice(path, key);
        return;
    }
    buffer_append_string(path, "['");
    for (size_t i = 0; i < key.length; i++) {
        if (key.bytes[i] == '\'' || key.bytes[i] == '\\')
            buffer_append_byte(path, '\\');
        buffer_append_byte(path, key.bytes[i]);
    }
    buffer_append_string(path, "']");
}

static bool decode_key(const struct json_field *field, struct arena *arena, struct slice *key)
{
    *key = field->key;
    if (!field->key_has_escape)
        return true;
    struct json_value quoted = { .text = slice_of(field->key.bytes - 1, field->key.length + 2),
                                 .type = JSON_STRING,
                                 .has_escape = true };
    return json_decode(quoted, arena, key, NULL);
}

static bool is_empty_object(struct json_value value)
{
    struct json_field field;
    struct json_iterator iterator = json_iterate(value);
    return !json_next(&iterator, &field);
}

static void add_field(struct columns_builder *builder, const struct json_field *field, int depth)
{
    size_t path_length = builder->path.length;
    struct slice key;
    if (!decode_key(field, &builder->scratch, &key)) {
        builder->has_more = true;
        return;
    }
    column_path_append_key(&builder->path, key);
    bool is_object = field->value.type == JSON_OBJECT && !is_empty_object(field->value);
    if (is_object && depth < COLUMN_DEPTH_MAXIMUM && builder->path.length <= COLUMN_PATH_MAXIMUM) {
        struct json_iterator iterator = json_iterate(field->value);
        struct json_field child;
        while (json_next(&iterator, &child))
            add_field(builder, &child, depth + 1);
    } else {
        struct column *column = find_column(builder, buffer_slice(&builder->path));
        struct value value;
        bool is_long = slice_equal(buffer_slice(&builder->path), SLICE("metadata.parent_text"));
        if (column && !is_object && !is_long && value_of_json(field->value, &builder->scratch, &value, NULL))
            column_set_value(column, builder->row_count, &value);
        else if (column)
            column_set(column, builder->row_count, COLUMN_STORED, 0);
    }
    builder->path.length = path_length;
}

/* What has a section of its own, or is long by nature. */
static bool is_left_out(const struct json_field *field)
{
    return json_key_equal(field, SLICE("text")) || json_key_equal(field, SLICE("embedding")) ||
           json_key_equal(field, SLICE("embedding_model")) ||
           (json_key_equal(field, SLICE("id")) && field->value.type == JSON_STRING);
}

void columns_builder_add(struct columns_builder *builder, const struct json_object *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (!is_left_out(&record->fields[i]))
            add_field(builder, &record->fields[i], 1);
    arena_reset(&builder->scratch);
    builder->row_count++;
}

size_t columns_builder_bytes(const struct columns_builder *builder)
{
    size_t bytes = 0;
    for (size_t i = 0; i < builder->paths.count; i++) {
        const struct column *column = &builder->columns[i];
        bytes += column->kind_capacity + column->value_capacity * sizeof column->values[0] +
                 arena_bytes(&column->dictionary.keys) + column->dictionary.capacity * sizeof(struct map_entry) +
                 column->dictionary.slot_count * sizeof(uint32_t);
    }
    return bytes;
}

static void builder_reset(struct columns_builder *builder)
{
    for (size_t i = 0; i < builder->paths.count; i++)
        column_release(&builder->columns[i]);
    map_reset(&builder->paths);
    builder->row_count = 0;
    builder->has_more = false;
}

bool columns_builder_write(struct columns_builder *builder, struct sections_writer *writer, struct error *error)
{
    struct slice paths[COLUMN_COUNT_MAXIMUM];
    struct column_entry entries[COLUMN_COUNT_MAXIMUM];
    size_t count = columns_sort_paths(&builder->paths, paths);
    bool is_done = sections_begin(writer, SECTION_COLUMNS, 1, 0, SECTION_ALIGNMENT, error);
    for (size_t i = 0; i < count && is_done; i++) {
        struct column *column = &builder->columns[map_find(&builder->paths, paths[i])->value];
        is_done = column_write(column, paths[i], column_has_others_below(paths[i], paths, count), builder->row_count,
                               &entries[i], writer, error);
    }
    is_done = is_done && columns_write_trailer(entries, count, builder->row_count, !builder->has_more, writer, error);
    builder_reset(builder);
    return is_done;
}

void columns_builder_free(struct columns_builder *builder)
{
    if (!builder)
        return;
    builder_reset(builder);
    map_release(&builder->paths);
    memory_free(builder->columns);
    buffer_release(&builder->path);
    arena_release(&builder->scratch);
    memory_free(builder);
}
