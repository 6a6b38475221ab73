/* search_screen.c - which rows are left after a look at their codes. */
#include "index/search_screen.h"

#include <math.h>

#include "base/memory.h"

static void keep(struct screened *screened, uint32_t row, float upper)
{
    if (screened->count == screened->capacity)
        screened->rows = memory_grow(screened->rows, &screened->capacity, screened->count + 1, sizeof *screened->rows);
    screened->rows[screened->count++] = (struct screened_row){ row, upper };
}

void screened_scan(struct screened *screened, struct vector_search *lowers, const struct screen_query *query,
                   const struct vector_rows *rows, const uint64_t *allowed, uint32_t first, uint32_t end)
{
    for (uint32_t start = first; start < end; start += 64)
        for (uint64_t word = allowed[start / 64]; word; word &= word - 1) {
            uint32_t row = start + (uint32_t)__builtin_ctzll(word);
            struct screen_range range = screen_row(query, rows, row);
            /* a damaged bound that is no number leaves nothing out */
            if (lowers->count == lowers->limit && range.upper < lowers->matches[0].score)
                continue;
            keep(screened, row, range.upper);
            if (!isnan(range.lower))
                vectors_offer(lowers, &(struct vector_match){ .row = row, .score = range.lower });
        }
}

void screened_release(struct screened *screened)
{
    memory_free(screened->rows);
    *screened = (struct screened){ 0 };
}
