/* filter.h - which rows of an index an expression keeps, by its columns, before any search. */
#ifndef INDEX_FILTER_H
#define INDEX_FILTER_H

#include "index/reader.h"
#include "record/expression.h"

/* One bitmap for each segment: rows that live and for which the condition is true (where NULL: all that live). The same
 * answer as evaluating the expression over each stored record. */
struct index_filter {
    uint64_t **allowed; /* by segment; arena */
    uint64_t *counts;   /* bits set, by segment */
    uint64_t count;     /* of all */
};

/* Fields that have a column cost a few nanoseconds a row; a condition on others (long texts, deep objects) reads the
 * stored records. Errors: E_INDEX_DAMAGED, and those of expression_test(). */
bool index_filter(const struct index *index, const struct expression *where, struct arena *arena,
                  struct index_filter *filter, struct error *error) MUST_CHECK;

#endif
