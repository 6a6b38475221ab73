/* lexical.h - BM25 over the rows of a segment: terms, postings, lengths.
 *
 * One section a segment (SECTION_LEXICAL), read in place. Analysis is pure and may run on many threads; a builder and a
 * merge belong to one thread; an open section is constant. */
#ifndef INDEX_LEXICAL_H
#define INDEX_LEXICAL_H

#include "base/arena.h"
#include "base/error.h"
#include "index/sections.h"
#include "index/word_cache.h"

struct analyser_scratch; /* analyser.h */

struct lexical_term {
    struct word_key start;
    uint64_t hash; /* that of base/map.h */
    uint32_t length;
    uint32_t frequency; /* at least 1 */
};

/* The distinct terms of one row with how often each stands in it, and the row's length in tokens. Arena. */
struct lexical_row {
    const struct lexical_term *terms;
    const char *text; /* of the terms above WORD_KEY_BYTES, one behind the other */
    uint32_t term_count;
    uint32_t text_length;
    uint32_t length;
};

/* Counts the terms of the row's texts, in order (title, body, ...); pairs and whole identifiers do not count for its
 * length. The scratch belongs to the calling thread; the terms are copied into the arena. */
void lexical_analyse(struct analyser_scratch *scratch, const struct slice *texts, size_t text_count,
                     struct arena *arena, struct lexical_row *row);

/* A row that lives in that arena. */
struct lexical_row lexical_row_copy(const struct lexical_row *row, struct arena *arena);

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

/* An open section. The members behind term_count are private. */
struct lexical {
    struct slice section;
    uint32_t row_count;
    uint32_t term_count;
    const uint32_t *lengths;         /* of each row, in tokens */
    const uint32_t *term_ends;       /* of each term, into term_bytes */
    const uint32_t *row_frequencies; /* rows that have each term */
    const uint64_t *posting_ends;    /* of each term, into postings */
    struct slice term_bytes;         /* the terms in rising order, one behind the other */
    struct slice postings;
};

/* Checks the structure without touching all bytes; postings are checked as they are read. Borrows section. Errors:
 * E_INDEX_DAMAGED with the offset inside the section. */
bool lexical_open(struct slice section, uint32_t row_count, struct lexical *lexical, struct error *error) MUST_CHECK;
/* Checks every posting: `verify`. */
bool lexical_verify(const struct lexical *lexical, struct error *error) MUST_CHECK;

/* The term of that text. *is_found false: no row has it. Errors: E_INDEX_DAMAGED. */
bool lexical_find(const struct lexical *lexical, struct slice text, uint32_t *term, bool *is_found,
                  struct error *error) MUST_CHECK;

struct posting {
    uint32_t row;
    uint32_t frequency; /* at least 1 */
};

/* All rows of a term, rising: row_frequencies[term] of them (postings has the room). Errors: E_INDEX_DAMAGED. */
bool lexical_postings(const struct lexical *lexical, uint32_t term, struct posting *postings,
                      struct error *error) MUST_CHECK;

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
