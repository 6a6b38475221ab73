/* columns_merge.c - the columns of several segments as those of one. */
#include "index/column.h"

/* The paths of all sources, as far as there is room. false: some had to be left out. */
static bool gather_paths(const struct columns_source *sources, size_t source_count, struct map *paths)
{
    bool is_complete = true;
    for (size_t s = 0; s < source_count; s++) {
        const struct columns *columns = sources[s].columns;
        is_complete = is_complete && columns->trailer->is_complete;
        for (uint32_t i = 0; i < columns->trailer->column_count; i++) {
            struct slice path = column_path(columns, &columns->entries[i]);
            if (map_find(paths, path))
                continue;
            if (paths->count < COLUMN_COUNT_MAXIMUM)
                map_insert(paths, path, NULL);
            else
                is_complete = false;
        }
    }
    return is_complete;
}

static const struct column_entry *find_entry(const struct columns *columns, struct slice path)
{
    for (uint32_t i = 0; i < columns->trailer->column_count; i++)
        if (slice_equal(column_path(columns, &columns->entries[i]), path))
            return &columns->entries[i];
    return NULL;
}

static bool copy_cell(const struct columns *columns, const struct column_entry *entry, uint32_t row,
                      struct column *column, uint32_t new_row, struct error *error)
{
    enum column_kind kind = column_kind_of(columns, entry, row);
    uint64_t bits = column_bits(columns, entry, row);
    if (kind == COLUMN_TEXT || kind == COLUMN_JSON) {
        struct slice text;
        if (!column_text(columns, entry, bits, &text, error))
            return false;
        column_set_text(column, new_row, kind, text);
    } else if (kind == COLUMN_INTEGER) {
        column_set(column, new_row, kind, (uint64_t)entry->base + bits);
    } else if (kind < COLUMN_KIND_COUNT) {
        column_set(column, new_row, kind, bits);
    } else {
        return error_set(error, E_INDEX_DAMAGED, "a cell of column '%.*s' has an unknown kind", (int)entry->path_bytes,
                         columns->section.bytes + entry->path_offset);
    }
    return true;
}

/* A source without the column may still have the field in its records, when it had no room for all columns, or an
 * object there, of which it has the parts. */
static bool copy_column(const struct columns_source *source, struct slice path, struct column *column,
                        struct error *error)
{
    const struct columns *columns = source->columns;
    const struct column_entry *entry = find_entry(columns, path);
    for (uint32_t row = 0; row < columns->trailer->row_count; row++) {
        uint32_t new_row = source->new_rows[row];
        if (new_row == UINT32_MAX)
            continue;
        if (entry && !copy_cell(columns, entry, row, column, new_row, error))
            return false;
        if (!entry && !columns->trailer->is_complete)
            column_set(column, new_row, COLUMN_STORED, 0);
    }
    return true;
}

static bool merge_column(const struct columns_source *sources, size_t source_count, uint32_t row_count,
                         const struct slice *paths, size_t path_count, size_t number, struct column_entry *entry,
                         struct sections_writer *writer, struct error *error)
{
    struct column column = { 0 };
    bool is_done = true;
    for (size_t s = 0; s < source_count && is_done; s++)
        is_done = copy_column(&sources[s], paths[number], &column, error);
    bool is_parent = column_has_others_below(paths[number], paths, path_count);
    is_done = is_done && column_write(&column, paths[number], is_parent, row_count, entry, writer, error);
    column_release(&column);
    return is_done;
}

bool columns_merge(const struct columns_source *sources, size_t source_count, uint32_t row_count,
                   struct sections_writer *writer, struct error *error)
{
    struct map map = { 0 };
    struct slice paths[COLUMN_COUNT_MAXIMUM];
    struct column_entry entries[COLUMN_COUNT_MAXIMUM];
    bool is_complete = gather_paths(sources, source_count, &map);
    size_t count = columns_sort_paths(&map, paths);
    bool is_done = sections_begin(writer, SECTION_COLUMNS, 1, 0, SECTION_ALIGNMENT, error);
    for (size_t i = 0; i < count && is_done; i++)
        is_done = merge_column(sources, source_count, row_count, paths, count, i, &entries[i], writer, error);
    is_done = is_done && columns_write_trailer(entries, count, row_count, is_complete, writer, error);
    map_release(&map);
    return is_done;
}
