/* columns.h - the fields of records as columns, for filters.
 *
 * Every field of a record becomes a column, nested objects flattened by path ("metadata.source", "metadata['a b'].c"),
 * but for the text, the embedding and its model. A cell holds what the expression language sees: text, integer,
 * double, boolean, null, or the JSON text of an array. What a column does not hold (texts above COLUMN_TEXT_MAXIMUM,
 * objects deeper than COLUMN_DEPTH_MAXIMUM, fields beyond COLUMN_COUNT_MAXIMUM) is marked, and the reader looks into
 * the stored record. So an answer never depends on what fits.
 *
 * Layout: for each column its path, kinds (one byte a row, none when all rows have the same kind), values (value_bytes
 * = 0, 1, 2, 4 or 8 a row, unsigned) and its dictionary (offsets uint32 x (count + 1), bytes; distinct, in order of
 * first use), each at a multiple of 8; then one struct column_entry a column, sorted by path; struct columns_trailer
 * ends it. An integer is base + value, a double its 64 bits, a text or JSON the number of a dictionary entry. All
 * offsets count from the start of the section. */
#ifndef INDEX_COLUMNS_H
#define INDEX_COLUMNS_H

#include "base/arena.h"
#include "index/sections.h"
#include "record/expression.h"
#include "json/path.h"

enum { COLUMN_COUNT_MAXIMUM = 128, COLUMN_TEXT_MAXIMUM = 1024, COLUMN_DEPTH_MAXIMUM = 8, COLUMN_PATH_MAXIMUM = 512 };

enum column_kind {
    COLUMN_MISSING,
    COLUMN_NULL,
    COLUMN_FALSE,
    COLUMN_TRUE,
    COLUMN_INTEGER,
    COLUMN_DOUBLE,
    COLUMN_TEXT,
    COLUMN_JSON,
    COLUMN_STORED, /* ask the stored record */
    COLUMN_KIND_COUNT
};

struct columns_trailer {
    uint32_t row_count;
    uint32_t column_count;
    uint32_t is_complete; /* 1: a field without a column is missing in every row */
    uint32_t reserved;    /* 0 */
    uint64_t entries_offset;
    uint64_t reserved_too; /* 0 */
};

struct column_entry {
    uint64_t path_offset;
    uint64_t kinds_offset; /* 0: every row has the kind `kind` */
    uint64_t values_offset;
    uint64_t dictionary_offset; /* of the offsets; the bytes follow them */
    int64_t base;
    uint32_t path_bytes;
    uint32_t dictionary_count;
    uint32_t dictionary_bytes;
    uint8_t value_bytes;
    uint8_t kind;
    uint16_t reserved; /* 0 */
};

struct columns {
    struct slice section;
    const struct columns_trailer *trailer;
    const struct column_entry *entries;
};

/* Borrows section, 64-byte aligned. Ranges are checked here, values when they are read. Errors: E_INDEX_DAMAGED. */
bool columns_open(struct slice section, uint32_t row_count, struct columns *columns, struct error *error) MUST_CHECK;
bool columns_verify(const struct columns *columns, struct error *error) MUST_CHECK;

/* How one path of an expression is answered in one segment. */
struct column_binding {
    const struct column_entry *entry; /* NULL: none */
    struct json_step *rest;           /* steps behind the column's own path */
    size_t rest_count;
    enum { BINDING_COLUMN, BINDING_MISSING, BINDING_STORED } kind;
};
struct column_binding columns_bind(const struct columns *columns, const struct json_path *path);

/* The cell of a row; *is_stored: look into the record instead. Text is borrowed from the section, JSON is checked and
 * may use scratch. Errors: E_INDEX_DAMAGED. */
bool column_value(const struct columns *columns, const struct column_binding *binding, uint32_t row,
                  struct arena *scratch, struct value *value, bool *is_stored, struct error *error) MUST_CHECK;

/* The parts of a cell, for filters and merges: its kind, its bits as they stand in the file, the dictionary entry. */
enum column_kind column_kind_of(const struct columns *columns, const struct column_entry *entry, uint32_t row);
uint64_t column_bits(const struct columns *columns, const struct column_entry *entry, uint32_t row);
bool column_text(const struct columns *columns, const struct column_entry *entry, uint64_t number, struct slice *text,
                 struct error *error) MUST_CHECK;
/* The cell as a value. */
bool column_cell(const struct columns *columns, const struct column_entry *entry, uint32_t row, struct arena *scratch,
                 struct value *value, bool *is_stored, struct error *error) MUST_CHECK;

struct slice column_path(const struct columns *columns, const struct column_entry *entry);
/* Appends the path that a chain of keys has as a column's name. */
void column_path_append_key(struct buffer *path, struct slice key);

/* Collects rows 0, 1, 2, ... */
struct columns_builder;
struct columns_builder *columns_builder_create(void); /* owned: columns_builder_free() */
/* Adds the fields of the next row's record, all but the text, the embedding and a string id, which has a section. */
void columns_builder_add(struct columns_builder *builder, const struct json_object *record);
size_t columns_builder_bytes(const struct columns_builder *builder);
/* A whole section. The bytes depend on the rows alone. Empties the builder. Errors: E_IO. */
bool columns_builder_write(struct columns_builder *builder, struct sections_writer *writer,
                           struct error *error) MUST_CHECK;
void columns_builder_free(struct columns_builder *builder);

/* A segment that goes into a merge; new_rows as in lexical.h. */
struct columns_source {
    const struct columns *columns;
    const uint32_t *new_rows;
};
/* The section of the merged segment, one column in memory at a time. Errors: E_IO, E_INDEX_DAMAGED. */
bool columns_merge(const struct columns_source *sources, size_t source_count, uint32_t row_count,
                   struct sections_writer *writer, struct error *error) MUST_CHECK;

#endif
