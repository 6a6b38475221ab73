/* vectors.h - rows of float32 and the nearest ones to a query, exactly.
 *
 * Scores rise with nearness: cosine and dot product as they are, Euclidean as the negated distance. All kernels share
 * one order of summation, so a score is the same bit for bit on every machine. Thread safe. */
#ifndef INDEX_VECTORS_H
#define INDEX_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "index/manifest.h"

/* The vectors of one segment, read in place. */
struct vector_rows {
    const float *values; /* row r at values + r * stride; 64-byte aligned; floats behind dimension are 0 */
    size_t stride;       /* a multiple of 4 */
    uint32_t dimension;
    uint32_t count;
    const float *scales; /* 1 / norm of each row, for cosine */
};

/* 1 / Euclidean norm, summed in double in a fixed order. 0 when a value is not finite or all are zero (or the norm is
 * beyond float): such a row is refused. */
float vector_scale(const float *values, uint32_t dimension);

struct vector_match {
    uint32_t segment; /* which of the index's segments */
    uint32_t row;
    float score;
};

/* Adds the rows of one segment to the best `limit` matches so far. allowed: one bit a row. matches: room for limit;
 * *match_count of them are filled, worst first in heap order until vectors_sort(). Ties are left to the caller's
 * compare_rows, so that the order is by id. */
void vectors_search(const struct vector_rows *rows, uint32_t segment, enum vector_metric metric, const float *query,
                    const uint64_t *allowed, size_t limit, struct vector_match *matches, size_t *match_count);

#endif
