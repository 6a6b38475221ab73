/* vectors.h - rows of float32 and the nearest ones to a query, exactly.
 *
 * Scores rise with nearness: cosine and dot product as they are, Euclidean as the negated distance. All kernels share
 * one order of summation, so a score is the same bit for bit on every machine. Thread safe. */
#ifndef INDEX_VECTORS_H
#define INDEX_VECTORS_H

#include <stdbool.h>
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
    /* screen.h; NULL: the segment has none */
    const int8_t *screen_codes;
    const struct screen_bound *screen_bounds;
};

/* 1 / Euclidean norm, summed in double in a fixed order. 0 when a value is not finite or all are zero (or the norm is
 * beyond float): such a row is refused. */
float vector_scale(const float *values, uint32_t dimension);

struct vector_match {
    uint32_t segment; /* which of the index's segments */
    uint32_t row;
    float score;
};

/* Gathers the best matches over segments. The zeroed struct with limit, matches and is_before set is ready. */
struct vector_search {
    enum vector_metric metric;
    const float *query; /* dimension floats */
    float query_scale;  /* vector_scale() of the query, for cosine */
    size_t limit;
    struct vector_match *matches; /* room for limit; the first `count` are filled, in heap order until vectors_sort() */
    size_t count;
    /* Which of two rows with equal scores comes first: by id, so that an answer does not depend on where rows lie. */
    bool (*is_before)(const void *context, const struct vector_match *a, const struct vector_match *b);
    const void *context;
};

/* Adds the rows [first, end) of one segment; first is a multiple of 64. allowed: one bit a row of the whole segment.
 * Cost: dimension multiplications an allowed row, at the speed of memory. */
void vectors_search(struct vector_search *search, const struct vector_rows *rows, uint32_t segment,
                    const uint64_t *allowed, uint32_t first, uint32_t end);

/* Adds one row. */
void vectors_search_row(struct vector_search *search, const struct vector_rows *rows, uint32_t segment, uint32_t row);

/* Offers one match with a score: lexical search gathers its best the same way. */
void vectors_offer(struct vector_search *search, const struct vector_match *match);

/* Best first. */
void vectors_sort(struct vector_search *search);

#endif
