/* search_screen.h - the nearest rows by their codes first. Private to the index module. */
#ifndef INDEX_SEARCH_SCREEN_H
#define INDEX_SEARCH_SCREEN_H

#include "index/screen.h"
#include "index/search.h"

/* What is left of some rows after their codes were looked at. The zeroed struct is empty. */
struct screened {
    struct screened_row {
        uint32_t row;
        float upper;
    } * rows;
    size_t count, capacity;
};

/* Looks at the codes of the allowed rows [first, end), first a multiple of 64. lowers gathers the best lower bounds of
 * the same rows, as vectors_offer() does; it comes with a limit. Owned: screened_release(). */
void screened_scan(struct screened *screened, struct vector_search *lowers, const struct screen_query *query,
                   const struct vector_rows *rows, const uint64_t *allowed, uint32_t first, uint32_t end);

void screened_release(struct screened *screened);

#endif
