/* search_screen.c - which rows are left after a look at their codes. */
#include "index/search_screen.h"

#include <math.h>

#include "base/memory.h"

static void sink(double *heap, size_t count)
{
    double moved = heap[0];
    size_t place = 0;
    for (size_t child; (child = place * 2 + 1) < count; place = child) {
        if (child + 1 < count && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= moved)
            break;
        heap[place] = heap[child];
    }
    heap[place] = moved;
}

/* Keeps the best `limit` values. */
static void offer(double *heap, size_t *count, size_t limit, double value)
{
    if (*count == limit) {
        if (value > heap[0]) {
            heap[0] = value;
            sink(heap, limit);
        }
        return;
    }
    size_t place = (*count)++;
    for (; place > 0 && heap[(place - 1) / 2] > value; place = (place - 1) / 2)
        heap[place] = heap[(place - 1) / 2];
    heap[place] = value;
}

void screened_scan(struct screened *screened, const struct screen_query *query, const struct vector_rows *rows,
                   const uint64_t *allowed, uint32_t first, uint32_t end, size_t limit)
{
    screened->lowers = memory_allocate((limit + 1) * sizeof *screened->lowers);
    for (uint32_t start = first; start < end; start += 64)
        for (uint64_t word = allowed[start / 64]; word; word &= word - 1) {
            uint32_t row = start + (uint32_t)__builtin_ctzll(word);
            struct screen_range range = screen_row(query, rows, row);
            bool is_full = screened->lower_count == limit;
            /* a damaged bound that is no number leaves nothing out */
            if (is_full && range.upper < screened->lowers[0])
                continue;
            if (screened->count == screened->capacity)
                screened->rows =
                    memory_grow(screened->rows, &screened->capacity, screened->count + 1, sizeof *screened->rows);
            screened->rows[screened->count++] = (struct screened_row){ row, range.upper };
            if (!isnan(range.lower))
                offer(screened->lowers, &screened->lower_count, limit, range.lower);
        }
}

double screened_threshold(const struct screened *const *all, size_t count, size_t limit)
{
    double *heap = memory_allocate((limit + 1) * sizeof *heap), threshold = -INFINITY;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all[i]->lower_count; k++)
            offer(heap, &kept, limit, all[i]->lowers[k]);
    if (kept == limit)
        threshold = heap[0];
    memory_free(heap);
    return threshold;
}

void screened_release(struct screened *screened)
{
    memory_free(screened->rows);
    memory_free(screened->lowers);
    *screened = (struct screened){ 0 };
}
