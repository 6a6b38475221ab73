/* search_screen.h - the nearest rows by their codes first. Private to the index module. */
#ifndef INDEX_SEARCH_SCREEN_H
#define INDEX_SEARCH_SCREEN_H

#include "index/screen.h"
#include "index/search.h"

/* What is left of some rows after their codes were looked at. */
struct screened {
    struct screened_row {
        uint32_t row;
        double upper;
    } * rows;
    size_t count, capacity;
    double *lowers; /* a heap of the best `limit` lower bounds, the worst first */
    size_t lower_count;
};

/* Looks at the codes of the allowed rows [first, end), first a multiple of 64. The zeroed struct is ready. Owned:
 * screened_release(). */
void screened_scan(struct screened *screened, const struct screen_query *query, const struct vector_rows *rows,
                   const uint64_t *allowed, uint32_t first, uint32_t end, size_t limit);

/* The limit-th best lower bound of all: no row below it is among the nearest. -INFINITY when there are not so many. */
double screened_threshold(const struct screened *const *all, size_t count, size_t limit);

void screened_release(struct screened *screened);

#endif
