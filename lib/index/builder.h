/* builder.h - one segment in memory, on its way to a file.
 *
 * Rows 0, 1, 2, ... with their ids hashed, so that the writer sees at once that an id comes again. One thread. */
#ifndef INDEX_BUILDER_H
#define INDEX_BUILDER_H

#include "index/columns.h"
#include "index/lexical.h"
#include "index/stored.h"
#include "index/strings.h"

struct segment_builder;

/* dimension 0: without vectors. Owned: segment_builder_free(). */
struct segment_builder *segment_builder_create(uint32_t dimension);

struct builder_row {
    struct slice id;
    struct slice document;
    struct slice json;                /* one line */
    const struct json_object *object; /* of json */
    const struct lexical_row *lexical;
    const float *vector; /* dimension floats, or NULL in a builder without vectors */
    float scale;         /* of the vector */
};

/* Adds a row; returns its number. A row of another document than the one before begins a run. */
uint32_t segment_builder_add(struct segment_builder *builder, const struct builder_row *row);

uint32_t segment_builder_rows(const struct segment_builder *builder);
/* The next row begins a run, even when it is of the same document. */
void segment_builder_end_run(struct segment_builder *builder);
size_t segment_builder_bytes(const struct segment_builder *builder);

/* The latest row with that id; the latest run of that document, and the one before another of the same document. */
bool segment_builder_find(const struct segment_builder *builder, struct slice id, uint32_t *row);
bool segment_builder_find_document(const struct segment_builder *builder, struct slice document, uint32_t *run);
bool segment_builder_previous_run(const struct segment_builder *builder, uint32_t *run);
/* The rows [start, end) of a run. */
void segment_builder_run_rows(const struct segment_builder *builder, uint32_t run, uint32_t *start, uint32_t *end);
struct slice segment_builder_document(const struct segment_builder *builder, uint32_t run);
uint32_t segment_builder_run_of(const struct segment_builder *builder, uint32_t row);

/* Writes all sections, and header and table. Afterwards the builder is empty. Errors: E_IO. */
bool segment_builder_write(struct segment_builder *builder, struct sections_writer *writer, struct file_seal *seal,
                           struct error *error) MUST_CHECK;
void segment_builder_free(struct segment_builder *builder);

/* The sections SECTION_IDS, and SECTION_DOCUMENTS and SECTION_DOCUMENT_RUNS unless they would say the same again. runs:
 * room for one more than documents->count. */
bool identities_write(const struct strings_builder *ids, const struct strings_builder *documents,
                      struct document_run *runs, struct sections_writer *writer, struct error *error) MUST_CHECK;

/* Sections that are written the same way by a builder and by a merge. rows: count of them, one after the other with
 * `dimension` floats each. */
bool vectors_section_begin(struct sections_writer *writer, uint32_t dimension, uint32_t row_count,
                           struct error *error) MUST_CHECK;
bool vectors_section_row(struct sections_writer *writer, uint32_t dimension, const float *values,
                         struct error *error) MUST_CHECK;
/* The codes of the same rows (screen.h), which come one by one through `next`: its row number counts from 0. Nothing is
 * written for few rows. */
bool screen_section_write(struct sections_writer *writer, uint32_t dimension, uint32_t row_count,
                          const float *(*next)(void *context, uint32_t row), void *context,
                          struct error *error) MUST_CHECK;
bool section_write(struct sections_writer *writer, enum section_type type, const void *bytes, size_t length,
                   struct error *error) MUST_CHECK;

#endif
