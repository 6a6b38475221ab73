/* vector_pairs.h - which of many vectors are near each other, exactly.
 *
 * Rows are unit vectors (vector_scale() applied), so their inner product is the cosine; all kernels give the same bits.
 * Thread safe. */
#ifndef INDEX_VECTOR_PAIRS_H
#define INDEX_VECTOR_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

struct vector_block {
    const float *values; /* row r at values + r * dimension */
    size_t count, dimension;
};

struct vector_pair {
    uint32_t left, right; /* rows of the two blocks */
};

/* Appends a struct vector_pair for each row of left and each of right whose product is at least `least`, in an order
 * that does not depend on workers; is_same: both are one block, and right comes after left. On up to `workers` threads.
 * Cost: dimension multiplications a pair. */
void vector_pairs_find(const struct vector_block *left, const struct vector_block *right, bool is_same, float least,
                       unsigned workers, struct buffer *pairs);

#endif
