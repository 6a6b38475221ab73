/* dedup_cut.h - methods that remove stretches of text which earlier rows hold, too: lines, sentences, substring.
 *
 * Rows wait; each stretch goes to a sorter. Equal ones stand beside each other there, and of each kind those of all
 * rows but the first are cut. What a row repeats within itself stays. Cuts are sorted by row and applied as the rows
 * go. */
#ifndef CMD_DEDUP_CUT_H
#define CMD_DEDUP_CUT_H

#include "curate/stretches.h"
#include "dedup.h"
#include "spill/union_find.h"

struct cut_state {
    const struct dedup_options *options;
    struct arena arena;
    struct text_fields fields;
    struct dedup_report report;
    struct dedup_waiting waiting; /* for substring the rows of --against, too */
    struct sorter *stretches;     /* group, hash, row, start: end */
    struct sorter *cuts;          /* row, start: end, row of the first */
    uint64_t count;               /* rows */
    struct spool *labels;         /* unless rows are written */
    uint64_t *places;             /* there, of each row */
    size_t place_capacity;
    struct union_find sets; /* for clusters */
    struct buffer left, right;
    uint64_t cut_rows, cut_bytes, spilled;
};

/* The shortest stretch that counts, in the unit of the method. */
size_t cut_least(const struct dedup_options *options);

/* Appends the struct stretch of a record's texts. */
struct cut_scratch {
    struct buffer folded;
    struct symbols symbols;
};
void cut_scratch_release(struct cut_scratch *scratch);
void cut_add_stretches(const struct dedup_options *options, const struct dedup_texts *texts,
                       struct cut_scratch *scratch, struct buffer *stretches);

/* A place in a text as a key: base/big_endian.h. */
enum { CUT_CONTENT_BYTES = 16, CUT_PLACE_BYTES = 4 };

/* From sorted stretches to cuts, in bytes of a record's texts one after the other. */
bool cut_find_repeats(struct cut_state *state, struct error *error) MUST_CHECK;
/* [start, end) of a row stands in `first`, too. */
bool cut_add(struct cut_state *state, uint64_t row, size_t start, size_t end, uint64_t first,
             struct error *error) MUST_CHECK;

/* Lets the rows go without what is cut; those that are empty then are dropped. cuts: sorted. */
enum flow cut_release(struct cut_state *state, struct stage *stage, struct sink *sink, struct error *error);

#endif
