/* reader.h - an index as one commit left it.
 *
 * Opening takes no lock and copies nothing: manifest and segments are mapped as they stand at that moment, and stay
 * readable when a writer replaces them. An open index is constant and may be read from many threads; a scratch belongs
 * to one thread. Files are not trusted: a damaged one gives E_INDEX_DAMAGED at open or at the first touch, never a read
 * out of bounds. */
#ifndef INDEX_READER_H
#define INDEX_READER_H

#include "index/bitmap.h"
#include "index/columns.h"
#include "index/lexical.h"
#include "index/manifest.h"
#include "index/stored.h"
#include "index/strings.h"
#include "index/vectors.h"

struct index_segment {
    const char *path;
    struct sections sections;
    uint32_t number;
    uint32_t row_count;
    uint32_t live_count;
    const uint64_t *deleted;         /* bitmap of dead rows, NULL when all live */
    struct strings ids;              /* by row */
    struct strings documents;        /* by run of rows */
    const struct document_run *runs; /* documents.count + 1; NULL: run r is row r, documents are the ids */
    struct stored stored;
    struct columns columns;
    struct lexical lexical;
    struct vector_rows vectors; /* values NULL: none */
};

struct index {
    struct arena arena;
    char *folder;
    struct manifest manifest;
    struct sections tombstones;
    struct index_segment *segments; /* oldest first */
    size_t segment_count;
};

/* A row of an open index. */
struct index_row {
    uint32_t segment; /* into segments */
    uint32_t row;
};

/* Owned: index_close(). Errors: E_NO_INPUT, E_INDEX_DAMAGED, E_INDEX_FORMAT. */
struct index *index_open(const char *folder, struct error *error) MUST_CHECK;
void index_close(struct index *index);

/* One segment without tombstones; path is borrowed. The number is the caller's to set. */
bool segment_open(const char *path, const struct file_seal *seal, struct index_segment *segment,
                  struct error *error) MUST_CHECK;
/* The same over memory that the caller keeps, aligned to a page. */
bool segment_open_memory(struct slice bytes, struct index_segment *segment, struct error *error) MUST_CHECK;
void segment_close(struct index_segment *segment);

static inline bool segment_row_is_live(const struct index_segment *segment, uint32_t row)
{
    return !segment->deleted || !bitmap_has(segment->deleted, row);
}

/* A new bitmap of the live rows. Arena. */
uint64_t *segment_live_rows(const struct index_segment *segment, struct arena *arena);

/* The number of the run of rows (of one document) that holds row, and the rows [start, end) of a run. */
uint32_t segment_document_of(const struct index_segment *segment, uint32_t row);
void segment_run_rows(const struct index_segment *segment, uint32_t document, uint32_t *start, uint32_t *end);

/* The last run of a document, and the run before another one of the same document; false: no more. */
bool segment_find_document(const struct index_segment *segment, struct slice document, uint32_t *run);
bool segment_previous_run(const struct index_segment *segment, uint32_t *run);

/* The id of a row; borrowed from the index. Empty for a damaged one (ids are never empty). */
struct slice index_id(const struct index *index, struct index_row row);
/* Orders rows by id: how ties are broken. */
int index_compare_ids(const struct index *index, struct index_row a, struct index_row b);
/* The live row with that id. */
bool index_find_id(const struct index *index, struct slice id, struct index_row *row);
struct slice index_document_id(const struct index *index, struct index_row row);

/* Documents with a live row. Cost: a look-up a run of rows and segment. */
uint64_t index_document_count(const struct index *index);

/* What reading stored records keeps between calls: the last block. The zeroed struct is valid. */
struct index_scratch {
    struct stored_scratch stored;
};
void index_scratch_release(struct index_scratch *scratch);

/* The record of a row as one line of JSON, without embedding and embedding_model. Borrowed from scratch until the next
 * call. Errors: E_INDEX_DAMAGED. */
bool index_record(const struct index *index, struct index_row row, struct index_scratch *scratch, struct slice *json,
                  struct error *error) MUST_CHECK;

#endif
