/* lexical.h - BM25 over the rows of a segment: terms, postings, lengths.
 *
 * One section a segment (SECTION_LEXICAL), read in place. Analysis is pure and may run on many threads; a builder and a
 * merge belong to one thread; an open section is constant. */
#ifndef INDEX_LEXICAL_H
#define INDEX_LEXICAL_H

#include "base/arena.h"
#include "base/error.h"
#include "index/sections.h"

struct analyser; /* analyser.h */

/* The distinct terms of one row with how often each stands in it, and the row's length in tokens. Arena. */
struct lexical_row {
    const struct slice *terms;
    const uint32_t *frequencies;
    uint32_t term_count;
    uint32_t length;
};

/* Counts the terms of the row's texts, in order (title, body, ...). The terms may borrow from the texts. */
void lexical_analyse(const struct analyser *analyser, const struct slice *texts, size_t text_count, struct arena *arena,
                     struct lexical_row *row);

/* Collects the rows of one segment. */
struct lexical_builder;
struct lexical_builder *lexical_builder_create(void); /* owned: lexical_builder_free() */
/* Rows come in rising order; a row that is never added is empty. Terms are copied. */
void lexical_builder_add(struct lexical_builder *builder, uint32_t row_number, const struct lexical_row *row);
/* Memory held, for --memory. */
size_t lexical_builder_bytes(const struct lexical_builder *builder);
/* Appends the section's content between sections_begin() and sections_end() of the caller. The bytes depend on the rows
 * alone. Empties the builder. */
bool lexical_builder_finish(struct lexical_builder *builder, uint32_t row_count, struct sections_writer *writer,
                            struct error *error) MUST_CHECK;
void lexical_builder_free(struct lexical_builder *builder);

/* An open section. */
struct lexical {
    struct slice section;
    uint32_t row_count;
    uint32_t term_count;
    const void *parts[8]; /* private: where the tables of the section begin */
};

/* Checks the structure without touching all bytes; postings are checked as they are read. Borrows section. Errors:
 * E_INDEX_DAMAGED with the offset inside the section. */
bool lexical_open(struct slice section, uint32_t row_count, struct lexical *lexical, struct error *error) MUST_CHECK;
/* Checks every posting: `verify`. */
bool lexical_verify(const struct lexical *lexical, struct error *error) MUST_CHECK;

/* A segment that goes into a merge. */
struct lexical_source {
    const struct lexical *lexical;
    const uint32_t *new_rows; /* row_count of them: the row's number in the merged segment, UINT32_MAX: dropped */
};

/* Appends the section of the merged segment, equal to what a builder fed with the surviving rows gives, in memory that
 * does not grow with the postings. */
bool lexical_merge(const struct lexical_source *sources, size_t source_count, uint32_t row_count,
                   struct sections_writer *writer, struct error *error) MUST_CHECK;

#endif
