/* screen.h - small codes that tell which rows cannot be among the nearest, so that few vectors are read.
 *
 * Each value of a row becomes an int8 times a step of that row. What that loses is one vector, and its length is kept:
 * by Cauchy-Schwarz the inner product of a query with the row differs from that with its codes by at most that length
 * times the query's. So a code gives two bounds around the score, and rows whose upper bound is below the k-th best
 * lower bound are left out; the rest is scored from its floats as in a scan of all. The answer is the same bit for bit;
 * a quarter of the bytes is read. Sums are of integers, so bounds are the same on every machine. Only for inner product
 * and cosine. Thread safe.
 *
 * In a segment: struct screen_header, codes (row r at r * stride, zeros behind dimension), then a struct screen_bound
 * for each row. Segments of few rows have none. */
#ifndef INDEX_SCREEN_H
#define INDEX_SCREEN_H

#include "base/cpu.h"
#include "index/vectors.h"

enum {
    SCREEN_ROWS_MINIMUM = 4096, /* a scan of fewer rows takes no time worth saving */
    SCREEN_STRIDE = 32          /* codes of a row are padded to a multiple of it */
};

struct screen_header {
    uint32_t dimension;
    uint32_t stride; /* bytes from one row to the next: dimension rounded up to SCREEN_STRIDE */
    uint32_t row_count;
    uint32_t element;     /* 0: int8 */
    uint64_t reserved[6]; /* 0 */
};
_Static_assert(sizeof(struct screen_header) == 64, "screen header is 64 bytes");

struct screen_bound {
    float step;  /* value = code * step, nearly */
    float error; /* at least the Euclidean length of what that loses */
};
_Static_assert(sizeof(struct screen_bound) == 8, "screen bound is 8 bytes");

static inline uint32_t screen_stride(uint32_t dimension)
{
    return (dimension + SCREEN_STRIDE - 1) / SCREEN_STRIDE * SCREEN_STRIDE;
}

/* codes: screen_stride(dimension) of them. */
void screen_encode(const float *values, uint32_t dimension, int8_t *codes, struct screen_bound *bound);

/* A query in the form that codes are multiplied with. */
struct screen_query {
    int16_t *values; /* screen_stride(dimension) of them; owned: screen_query_release() */
    uint32_t stride;
    enum cpu_level level;
    double step, length, error; /* of the query: as for a row, and its Euclidean length */
    double rounding;            /* of the exact score, a share of the product of both lengths */
    double least;               /* of it, too: an absolute part */
    double scale;               /* of the query, for cosine; 1 for the inner product */
    bool is_cosine;
};
void screen_query_prepare(struct screen_query *query, const struct vector_search *search, uint32_t dimension);
void screen_query_release(struct screen_query *query);

struct screen_range {
    float lower, upper; /* around the score that a scan gives */
};
/* rows->screen_codes is there. */
struct screen_range screen_row(const struct screen_query *query, const struct vector_rows *rows, uint32_t row);

/* Sum of products of `stride` codes and query values; all kernels give the same. For tests: by the level. */
int32_t screen_dot(enum cpu_level level, const int8_t *codes, const int16_t *values, size_t stride);

#endif
