/* column_write.c - one column in memory, and how it is written. */
#include "index/column.h"

#include "base/memory.h"

void column_release(struct column *column)
{
    memory_free(column->kinds);
    memory_free(column->values);
    map_release(&column->dictionary);
    *column = (struct column){ 0 };
}

void column_set(struct column *column, uint32_t row, enum column_kind kind, uint64_t value)
{
    if (row < column->row_count) /* a key that comes twice: the first one holds, as json_path_find() has it */
        return;
    column->kinds = memory_grow(column->kinds, &column->kind_capacity, (size_t)row + 1, sizeof column->kinds[0]);
    column->values = memory_grow(column->values, &column->value_capacity, (size_t)row + 1, sizeof column->values[0]);
    size_t skipped = row - column->row_count;
    memset(column->kinds + column->row_count, COLUMN_MISSING, skipped);
    memset(column->values + column->row_count, 0, skipped * sizeof column->values[0]);
    column->kinds[row] = (uint8_t)kind;
    column->values[row] = value;
    column->row_count = row + 1;
}

void column_set_text(struct column *column, uint32_t row, enum column_kind kind, struct slice text)
{
    if (text.length > COLUMN_TEXT_MAXIMUM) {
        column_set(column, row, COLUMN_STORED, 0);
        return;
    }
    bool is_new = false;
    struct map_entry *entry = map_insert(&column->dictionary, text, &is_new);
    if (is_new)
        entry->value = column->dictionary.count - 1;
    column_set(column, row, kind, entry->value);
}

void column_set_value(struct column *column, uint32_t row, const struct value *value)
{
    uint64_t bits = 0;
    switch (value->type) {
    case VALUE_NULL:
        column_set(column, row, COLUMN_NULL, 0);
        break;
    case VALUE_BOOLEAN:
        column_set(column, row, value->boolean ? COLUMN_TRUE : COLUMN_FALSE, 0);
        break;
    case VALUE_INTEGER:
        column_set(column, row, COLUMN_INTEGER, (uint64_t)value->integer);
        break;
    case VALUE_DOUBLE:
        memcpy(&bits, &value->number, sizeof bits);
        column_set(column, row, COLUMN_DOUBLE, bits);
        break;
    case VALUE_TEXT:
        column_set_text(column, row, COLUMN_TEXT, value->text);
        break;
    case VALUE_JSON:
        column_set_text(column, row, COLUMN_JSON, value->json.text);
        break;
    }
}

bool column_has_others_below(struct slice path, const struct slice *paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (paths[i].length > path.length && slice_starts_with(paths[i], path) &&
            (paths[i].bytes[path.length] == '.' || paths[i].bytes[path.length] == '['))
            return true;
    return false;
}

/* Fills base and value_bytes, and makes integers relative to base. */
static void narrow_values(struct column *column, struct column_entry *entry)
{
    int64_t low = INT64_MAX;
    bool has_integer = false;
    for (uint32_t row = 0; row < column->row_count; row++)
        if (column->kinds[row] == COLUMN_INTEGER) {
            has_integer = true;
            low = (int64_t)column->values[row] < low ? (int64_t)column->values[row] : low;
        }
    entry->base = has_integer ? low : 0;
    uint64_t all = 0;
    for (uint32_t row = 0; row < column->row_count; row++) {
        if (column->kinds[row] == COLUMN_INTEGER)
            column->values[row] -= (uint64_t)low;
        all |= column->values[row];
    }
    entry->value_bytes = all == 0 ? 0 : all <= UINT8_MAX ? 1 : all <= UINT16_MAX ? 2 : all <= UINT32_MAX ? 4 : 8;
}

/* The writer is little-endian as its file is: the low bytes come first. */
static bool write_values(const struct column *column, const struct column_entry *entry, struct sections_writer *writer,
                         struct error *error)
{
    size_t width = entry->value_bytes;
    struct buffer narrow = { 0 };
    char *place = buffer_reserve(&narrow, width * column->row_count);
    for (uint32_t row = 0; row < column->row_count; row++)
        memcpy(place + row * width, &column->values[row], width);
    bool is_done = sections_append(writer, place, width * column->row_count, error);
    buffer_release(&narrow);
    return is_done;
}

static bool write_dictionary(const struct column *column, struct column_entry *entry, struct sections_writer *writer,
                             struct error *error)
{
    const struct map *dictionary = &column->dictionary;
    uint64_t end = 0;
    struct buffer offsets = { 0 };
    for (size_t i = 0; i <= dictionary->count; i++) {
        uint32_t offset = (uint32_t)end;
        buffer_append(&offsets, &offset, sizeof offset);
        end += i < dictionary->count ? dictionary->entries[i].key.length : 0;
    }
    ENSURE(end <= UINT32_MAX);
    entry->dictionary_count = (uint32_t)dictionary->count;
    entry->dictionary_bytes = (uint32_t)end;
    bool is_done = sections_append(writer, offsets.bytes, offsets.length, error);
    for (size_t i = 0; i < dictionary->count && is_done; i++)
        is_done = sections_append(writer, dictionary->entries[i].key.bytes, dictionary->entries[i].key.length, error);
    buffer_release(&offsets);
    return is_done;
}

bool column_write(struct column *column, struct slice path, bool is_parent, uint32_t row_count,
                  struct column_entry *entry, struct sections_writer *writer, struct error *error)
{
    if (row_count > 0 && column->row_count < row_count)
        column_set(column, row_count - 1, COLUMN_MISSING, 0);
    bool is_uniform = true;
    for (uint32_t row = 0; row < row_count; row++) {
        if (is_parent && column->kinds[row] == COLUMN_MISSING)
            column->kinds[row] = COLUMN_STORED;
        is_uniform = is_uniform && column->kinds[row] == column->kinds[0];
    }
    *entry = (struct column_entry){ .path_bytes = (uint32_t)path.length,
                                    .kind = row_count && is_uniform ? column->kinds[0] : COLUMN_MISSING };
    narrow_values(column, entry);
    entry->path_offset = sections_position(writer);
    if (!sections_append(writer, path.bytes, path.length, error) || !sections_pad(writer, 8, error))
        return false;
    entry->kinds_offset = is_uniform ? 0 : sections_position(writer);
    if (!is_uniform && (!sections_append(writer, column->kinds, row_count, error) || !sections_pad(writer, 8, error)))
        return false;
    entry->values_offset = sections_position(writer);
    if (!write_values(column, entry, writer, error) || !sections_pad(writer, 8, error))
        return false;
    entry->dictionary_offset = sections_position(writer);
    return write_dictionary(column, entry, writer, error) && sections_pad(writer, 8, error);
}

bool columns_write_trailer(const struct column_entry *entries, size_t count, uint32_t row_count, bool is_complete,
                           struct sections_writer *writer, struct error *error)
{
    struct columns_trailer trailer = { .row_count = row_count,
                                       .column_count = (uint32_t)count,
                                       .is_complete = is_complete,
                                       .entries_offset = sections_position(writer) };
    if (!sections_append(writer, entries, count * sizeof entries[0], error) ||
        !sections_append(writer, &trailer, sizeof trailer, error))
        return false;
    sections_end(writer);
    return true;
}

/* Insertion sort: at most 128, and nearly in order when they come from a merge. */
static void sort_paths(struct slice *paths, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct slice path = paths[i];
        size_t place = i;
        for (; place > 0 && slice_compare(paths[place - 1], path) > 0; place--)
            paths[place] = paths[place - 1];
        paths[place] = path;
    }
}

size_t columns_sort_paths(const struct map *map, struct slice *paths)
{
    for (size_t i = 0; i < map->count; i++)
        paths[i] = map->entries[i].key;
    sort_paths(paths, map->count);
    return map->count;
}
