/* index_screen_test.c - codes of vectors: their bounds hold, and the answers are those of a scan of all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "index/screen.h"
#include "index/search.h"
#include "index_case.h"
#include "test.h"

enum { DIMENSION = 70, ROWS = 6000, LIMIT = 10 };

/* From -1 to 1, the same each time. */
static float next_value(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (float)(int32_t)(*state >> 32) / 2147483648.0F;
}

static void fill(float *values, uint32_t dimension, float factor, uint64_t *state)
{
    for (uint32_t i = 0; i < dimension; i++)
        values[i] = next_value(state) * factor;
}

TEST(screen_bounds, "screen: the score of a scan lies between the bounds, whatever the size of the values")
{
    static const float factors[] = { 1, 1e-30F, 1e-42F, 1e15F, 0.5F };
    uint64_t state = 7;
    float query[DIMENSION], values[(DIMENSION + 3) / 4 * 4] = { 0 }, scale;
    int8_t codes[96];
    struct screen_bound bound;
    size_t outside = 0;
    for (int i = 0; i < 4000; i++) {
        fill(query, DIMENSION, factors[i / 5 % 5], &state);
        fill(values, DIMENSION, factors[i % 5], &state);
        for (int k = 0; i % 3 == 0 && k < DIMENSION - 1; k++)
            values[k] *= 1e-4F; /* one value that is much larger than the others */
        screen_encode(values, DIMENSION, codes, &bound);
        scale = vector_scale(values, DIMENSION);
        struct vector_rows rows = { values, DIMENSION + 2, DIMENSION, 1, &scale, codes, &bound };
        for (enum vector_metric metric = METRIC_COSINE; metric <= METRIC_DOT; metric++) {
            struct vector_match match = { 0 };
            struct vector_search search = { .metric = metric,
                                            .query = query,
                                            .query_scale = vector_scale(query, DIMENSION),
                                            .limit = 1,
                                            .matches = &match };
            struct screen_query screen;
            if (scale == 0 || search.query_scale == 0)
                continue;
            vectors_search_row(&search, &rows, 0, 0);
            screen_query_prepare(&screen, &search, DIMENSION);
            struct screen_range range = screen_row(&screen, &rows, 0);
            if (isfinite(match.score))
                outside += !(range.lower <= match.score && match.score <= range.upper);
            screen_query_release(&screen);
        }
    }
    EXPECT_INTEGER(outside, 0);
}

TEST(screen_kernels, "screen: each kernel sums as its scalar twin does")
{
    int8_t codes[4096];
    int16_t values[4096];
    uint64_t state = 3;
    for (size_t i = 0; i < 4096; i++) {
        codes[i] = (int8_t)(next_value(&state) * 127.9F);
        values[i] = (int16_t)(next_value(&state) * 4000);
    }
    if (cpu_level() < CPU_AVX2)
        return;
    for (size_t stride = 32; stride <= 4096; stride += 32)
        EXPECT_INTEGER(screen_dot(CPU_AVX2, codes, values, stride), screen_dot(CPU_SCALAR, codes, values, stride));
}

static void add_rows(struct index_writer *writer, int first, int count, uint64_t *state)
{
    float vector[DIMENSION] = { 1 };
    for (int row = first; row < first + count; row++) {
        char id[16], json[64];
        struct error error = { 0 };
        snprintf(id, sizeof id, "r%05d", row);
        snprintf(json, sizeof json, "{\"id\":\"r%05d\",\"n\":%d}", row, row % 7);
        /* every eighth one twice: equal scores */
        if (row % 8 != 1)
            fill(vector, DIMENSION, 1, state);
        EXPECT_OK(case_add_json(writer, id, id, json, vector, DIMENSION, &error), &error);
    }
}

/* The ids of the nearest rows by the index, or by a scan of all when codes are taken away. */
static void nearest(struct index *index, const float *query, bool uses_codes, struct buffer *ids)
{
    struct arena arena = { 0 };
    struct index_filter filter;
    struct search_hits hits;
    struct error error = { 0 };
    for (size_t s = 0; !uses_codes && s < index->segment_count; s++)
        index->segments[s].vectors.screen_codes = NULL;
    EXPECT_OK(index_filter(index, NULL, &arena, &filter, &error), &error);
    EXPECT_OK(search_vectors(index, query, &filter, LIMIT, 1, &arena, &hits, &error), &error);
    for (size_t i = 0; i < hits.count; i++)
        buffer_append_format(ids, "%u/%u %.9g\n", hits.list[i].row.segment, hits.list[i].row.row, hits.list[i].score);
    arena_release(&arena);
}

/* How many of the queries are answered in another way without codes. */
static size_t compare_answers(const char *folder, size_t segments_with_codes, uint64_t *state)
{
    size_t differ = 0, found = 0;
    for (int i = 0; i < 20; i++) {
        struct error error = { 0 };
        struct buffer with = { 0 }, without = { 0 };
        float query[DIMENSION];
        struct index *index = index_open(folder, &error);
        EXPECT_OK(index, &error);
        fill(query, DIMENSION, 1, state);
        found = 0;
        for (size_t s = 0; s < index->segment_count; s++)
            found += index->segments[s].vectors.screen_codes != NULL;
        nearest(index, query, true, &with);
        nearest(index, query, false, &without);
        differ += with.length == 0 || !slice_equal(buffer_slice(&with), buffer_slice(&without));
        buffer_release(&with);
        buffer_release(&without);
        index_close(index);
    }
    EXPECT_INTEGER(found, segments_with_codes);
    return differ;
}

TEST(screen_answers, "screen: an index with codes answers as one without, ties too, and after a merge")
{
    const char *folder = test_folder();
    uint64_t state = 1;
    struct index_writer *writer = case_writer(folder, 0);
    add_rows(writer, 0, ROWS, &state);
    case_finish(writer);
    EXPECT_INTEGER(compare_answers(folder, 1, &state), 0);
    writer = case_writer(folder, 0); /* a second segment, too small for codes; half of the old rows anew */
    add_rows(writer, ROWS / 2, ROWS / 2 + 500, &state);
    case_finish(writer);
    EXPECT_INTEGER(case_faults(folder), 0);
    EXPECT_INTEGER(compare_answers(folder, 1, &state), 0);
}
