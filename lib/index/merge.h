/* merge.h - several segments as one, without the dead rows.
 *
 * Sources must be neighbours in the order of the index, so that later rows stay later. Memory: ids and one column of
 * the result, and four bytes a source row; vectors, records and postings stream. */
#ifndef INDEX_MERGE_H
#define INDEX_MERGE_H

#include "index/reader.h"

struct merge_source {
    const struct index_segment *segment;
    const uint64_t *deleted; /* NULL: all rows live */
};

/* Writes a whole segment file. row_count and document_count: of the result. The bytes depend on the live rows and their
 * order alone. Errors: E_IO, E_INDEX_DAMAGED (a source). */
bool segments_merge(const struct merge_source *sources, size_t count, struct sections_writer *writer,
                    struct file_seal *seal, struct error *error) MUST_CHECK;

#endif
