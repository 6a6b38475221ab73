/* vector_pairs.c - all pairs of two blocks, a few rows of one beside all of the other at a time. */
#include "index/vector_pairs.h"

#include "base/memory.h"
#include "index/kernels.h"
#include "parallel/parallel.h"

enum { ROWS_A_PART = 32 }; /* of left: they stay in the cache */

struct search {
    const struct vector_block *left, *right;
    bool is_same;
    float least;
    vector_kernel *dot;
    struct buffer *parts; /* pairs, one for each part of left */
};

static void search_part(void *context, size_t number)
{
    const struct search *search = context;
    const struct vector_block *left = search->left, *right = search->right;
    size_t first = number * ROWS_A_PART, dimension = left->dimension;
    size_t end = first + ROWS_A_PART < left->count ? first + ROWS_A_PART : left->count;
    struct buffer *pairs = &search->parts[number];
    for (size_t r = search->is_same ? first + 1 : 0; r < right->count; r++)
        for (size_t l = first; l < end && (!search->is_same || l < r); l++)
            if (search->dot(left->values + l * dimension, right->values + r * dimension, dimension) >= search->least) {
                struct vector_pair pair = { (uint32_t)l, (uint32_t)r };
                buffer_append(pairs, &pair, sizeof pair);
            }
}

void vector_pairs_find(const struct vector_block *left, const struct vector_block *right, bool is_same, float least,
                       unsigned workers, struct buffer *pairs)
{
    size_t part_count = (left->count + ROWS_A_PART - 1) / ROWS_A_PART;
    struct search search = { left, right, is_same, least, kernel_dot(cpu_level()), NULL };
    search.parts = memory_allocate_zeroed(part_count, sizeof *search.parts);
    parallel_for(workers, part_count, &search, search_part);
    for (size_t i = 0; i < part_count; i++) {
        buffer_append_slice(pairs, buffer_slice(&search.parts[i]));
        buffer_release(&search.parts[i]);
    }
    memory_free(search.parts);
}
