/* column.h - one column of a segment in memory, on its way to a file. Private to columns_build.c and columns_merge.c.
 */
#ifndef INDEX_COLUMN_H
#define INDEX_COLUMN_H

#include "base/map.h"
#include "index/columns.h"

/* Cells behind row_count are missing. The zeroed struct is valid and empty. */
struct column {
    uint8_t *kinds;
    uint64_t *values; /* integer, bits of the double, or number of the dictionary entry */
    size_t kind_capacity;
    size_t value_capacity;
    uint32_t row_count;
    struct map dictionary;
};

/* Rows come in rising order; one that has its cell already keeps it. */
void column_set(struct column *column, uint32_t row, enum column_kind kind, uint64_t value);
/* COLUMN_TEXT or COLUMN_JSON; too long a text becomes COLUMN_STORED. */
void column_set_text(struct column *column, uint32_t row, enum column_kind kind, struct slice text);
void column_set_value(struct column *column, uint32_t row, const struct value *value);
void column_release(struct column *column);

/* An object under the path of a column has no cell there, only cells below it: who asks for the whole of it must look
 * into the record. */
bool column_has_others_below(struct slice path, const struct slice *paths, size_t count);

/* Fills paths with the keys of map in order of bytes; returns how many. */
size_t columns_sort_paths(const struct map *map, struct slice *paths);

/* Writes the parts of one column of row_count rows and fills entry. is_parent: columns stand below it. Changes column.
 */
bool column_write(struct column *column, struct slice path, bool is_parent, uint32_t row_count,
                  struct column_entry *entry, struct sections_writer *writer, struct error *error) MUST_CHECK;
bool columns_write_trailer(const struct column_entry *entries, size_t count, uint32_t row_count, bool is_complete,
                           struct sections_writer *writer, struct error *error) MUST_CHECK;

#endif
