/* lexical_format.h - the bytes of a SECTION_LEXICAL. Private to the index module.
 *
 *   lengths          uint32 a row
 *   postings         for each term its rows: varint (delta << 1 | frequency is 1), and if not 1 varint frequency
 *   (zeros to 8)
 *   term bytes       the terms in rising order, one behind the other
 *   (zeros to 8)
 *   posting_ends     uint64 a term
 *   term_ends        uint32 a term
 *   row_frequencies  uint32 a term
 *   (zeros to 8)
 *   footer
 *
 * The footer stands last, so that a merge can write postings as it goes. delta is the row minus the row before (the
 * first: the row itself). */
#ifndef INDEX_LEXICAL_FORMAT_H
#define INDEX_LEXICAL_FORMAT_H

#include "base/buffer.h"
#include "index/lexical.h"

enum { LEXICAL_VERSION = 1, POSTING_BYTES_MAXIMUM = 10 };

struct lexical_footer {
    uint64_t postings_offset;
    uint64_t postings_length;
    uint64_t terms_offset;
    uint64_t terms_length;
    uint64_t tables_offset; /* of posting_ends */
    uint32_t row_count;
    uint32_t term_count;
};

/* The tables of a section while it is written. */
struct lexical_tables {
    struct buffer term_bytes;
    struct buffer term_ends;       /* uint32 each */
    struct buffer row_frequencies; /* uint32 each */
    struct buffer posting_ends;    /* uint64 each */
    uint64_t postings_length;
    uint32_t term_count;
};

void lexical_append_posting(struct buffer *postings, uint32_t delta, uint32_t frequency);

/* Writes the lengths; the postings of each term follow by lexical_write_term(), in rising order of terms. */
bool lexical_write_lengths(struct sections_writer *writer, const uint32_t *lengths, uint32_t row_count,
                           struct error *error) MUST_CHECK;
bool lexical_write_term(struct lexical_tables *tables, struct sections_writer *writer, struct slice term,
                        struct slice postings, uint32_t row_frequency, struct error *error) MUST_CHECK;
bool lexical_write_end(struct lexical_tables *tables, struct sections_writer *writer, uint32_t row_count,
                       uint64_t postings_offset, struct error *error) MUST_CHECK;
void lexical_tables_release(struct lexical_tables *tables);

#endif
