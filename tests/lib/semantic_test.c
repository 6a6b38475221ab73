/* semantic_test.c - breaks by the percentile of dissimilarity, and the parents of chunks. */
#include "text/semantic.h"

#include "record/parent_record.h"
#include "test.h"

static size_t count_breaks(const double *distances, size_t count, double percentile, size_t *first)
{
    struct arena arena = { 0 };
    size_t break_count = 0;
    const size_t *breaks = semantic_breaks(distances, count, percentile, &arena, &break_count);
    *first = break_count ? breaks[0] : 0;
    for (size_t i = 1; i < break_count; i++)
        EXPECT(breaks[i] > breaks[i - 1]);
    arena_release(&arena);
    return break_count;
}

TEST(semantic_percentile, "semantic: the percentile parts the pairs that are least alike")
{
    double distances[100];
    size_t first = 0;
    for (size_t i = 0; i < 100; i++)
        distances[i] = (double)(i * 37 % 100) / 100;
    EXPECT_INTEGER(count_breaks(distances, 100, 90, &first), 10);
    EXPECT_INTEGER(count_breaks(distances, 100, 95, &first), 5);
    EXPECT_INTEGER(count_breaks(distances, 100, 99, &first), 1);
    EXPECT_INTEGER(first, 28); /* 27 x 37 = 999 */
    EXPECT_INTEGER(count_breaks(distances, 0, 95, &first), 0);
    EXPECT_INTEGER(count_breaks(distances, 1, 50, &first), 0);
    EXPECT_INTEGER(count_breaks((const double[]){ 0.1, 0.4 }, 2, 50, &first), 1);
    EXPECT_INTEGER(first, 2);
    EXPECT_INTEGER(count_breaks((const double[]){ 0.3, 0.3, 0.3, 0.3 }, 4, 75, &first), 0);
}

static void expect_parent(struct slice json, struct slice id, struct slice wanted)
{
    struct arena arena = { 0 };
    struct buffer output = { 0 };
    struct error error = { 0 };
    struct slice found;
    EXPECT_OK(parent_record_id(json, &arena, &found, &error), &error);
    EXPECT_SLICE(found, id);
    if (id.length) {
        EXPECT_OK(parent_record_write(json, &arena, &output, &error), &error);
        EXPECT_SLICE(buffer_slice(&output), wanted);
    }
    buffer_release(&output);
    arena_release(&arena);
}

TEST(parent_record, "parent record: the parent's values, and all other bytes as they were")
{
    expect_parent(SLICE("{\"n\":1e400 , \"id\":\"a#2\",\"text\":\"x\",\"metadata\":{\"k\": [1] ,\"start\":7,\"end\":9,"
                        "\"parent_id\":\"a\\u0023p0\",\"parent_start\":5,\"parent_end\":11,\"parent_text\":\"w\\nx\"},"
                        "\"z\":0}"),
                  SLICE("a#p0"),
                  SLICE("{\"n\":1e400 , \"id\":\"a\\u0023p0\",\"text\":\"w\\nx\",\"metadata\":{\"k\":[1],\"start\":5,"
                        "\"end\":11},\"z\":0}"));
    expect_parent(SLICE("{\"metadata\":{\"parent_id\":\"p\",\"parent_text\":\"t\"},\"_id\":\"a\"}"), SLICE("p"),
                  SLICE("{\"metadata\":{},\"_id\":\"p\"}"));
    expect_parent(SLICE("{\"id\":\"a\",\"metadata\":{\"parent_id\":\"p\"}}"), SLICE(""), SLICE(""));
    expect_parent(SLICE("{\"id\":\"a\",\"metadata\":{\"parent_id\":1,\"parent_text\":\"t\"}}"), SLICE(""), SLICE(""));
    expect_parent(SLICE("{\"id\":\"a\"}"), SLICE(""), SLICE(""));
}
