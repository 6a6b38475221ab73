/* index_filter_test.c - a filter over columns gives what the same filter over the records gives. */
#include <stdio.h>

#include "index/filter.h"
#include "index_case.h"
#include "test.h"

static uint32_t state = 12345;

static uint32_t pick(uint32_t count)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % count;
}

/* A record whose fields have any type, or are not there; some texts are too long for a column, some objects too deep.
 */
static void make_record(struct buffer *json, int number)
{
    static const char *const values[] = { "1",
                                          "2",
                                          "-7",
                                          "1.5",
                                          "9007199254740993",
                                          "1e400",
                                          "true",
                                          "false",
                                          "null",
                                          "\"tea\"",
                                          "\"a longer text\"",
                                          "\"\\u00e9t\\u00e9\"",
                                          "\"\"",
                                          "[]",
                                          "[\"tea\",\"x\"]",
                                          "[1,2,[3]]",
                                          "{}",
                                          "{\"k\":\"v\",\"n\":3}",
                                          "{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":{\"k\":5}}}}}}}}" };
    static const char *const keys[] = { "a", "b", "odd key", "it's", "c" };
    buffer_append_format(json, "{\"id\":\"r%d\",\"text\":\"text %d\"", number, number % 7);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (pick(5))
            buffer_append_format(json, ",\"%s\":%s", keys[i], values[pick(sizeof values / sizeof values[0])]);
    buffer_append_format(json, ",\"metadata\":{\"source\":\"s%u\",\"n\":%u", pick(5), pick(100));
    if (pick(3) == 0) {
        buffer_append_string(json, ",\"long\":\"");
        buffer_append_repeated(json, 'x', 900 + pick(300));
        buffer_append_byte(json, '"');
    }
    if (pick(2))
        buffer_append_format(json, ",\"a\":%s", values[pick(sizeof values / sizeof values[0])]);
    buffer_append_string(json, "}}");
}

static const char *const expressions[] = {
    "a = 1",
    "a > 1 AND b < 2",
    "a = 'tea' OR metadata.source = 's3'",
    "metadata.source IN ('s1', 's2')",
    "metadata.source LIKE 's%' AND metadata.n BETWEEN 10 AND 40",
    "NOT (metadata.n > 50)",
    "length(metadata.long) > 1000",
    "length(metadata.long) > 1024",
    "metadata.long IS NULL",
    "metadata IS NULL",
    "metadata IS NOT NULL",
    "has(a, 'tea')",
    "a[0] = 'tea'",
    "a[-1] = 'x' OR b[1] = 2",
    "a.k = 'v'",
    "a.k.k.k.k.k.k.k.k = 5",
    "a.k IS NOT NULL",
    "a IS NULL",
    "['odd key'] = 1",
    "id = 'r17'",
    "id LIKE 'r1%'",
    "id ~ '7$'",
    "text = 'text 3'",
    "nothing = 1",
    "nothing IS NULL",
    "metadata.nothing.deep IS NULL",
    "a = 9007199254740993",
    "b = 1.5 OR c = true",
    "length(a) = 0",
    "metadata.a = c",
    "embedding IS NULL",
};

struct record_fields {
    const struct expression *expression;
    const struct json_object *object;
    struct arena *arena;
};

static bool fetch(void *context, size_t path_index, struct value *value, struct error *error)
{
    struct record_fields *fields = context;
    struct json_value json = json_path_find(expression_path(fields->expression, path_index), fields->object, NULL);
    return value_of_json(json, fields->arena, value, error);
}

static bool is_kept(const struct expression *expression, struct slice line)
{
    struct arena arena = { 0 };
    struct error error = { 0 };
    struct json_object object;
    enum truth truth = TRUTH_UNKNOWN;
    EXPECT_OK(json_scan_object(line, &arena, &object, &error), &error);
    struct record_fields fields = { expression, &object, &arena };
    struct expression_source source = { &fields, fetch };
    EXPECT_OK(expression_test(expression, &source, &arena, &truth, &error), &error);
    arena_release(&arena);
    return truth == TRUTH_TRUE;
}

static size_t compare_rows(const struct index *index, const struct expression *expression,
                           const struct index_filter *filter, const char *text)
{
    struct index_scratch scratch = { 0 };
    struct error error = { 0 };
    size_t kept = 0;
    for (uint32_t s = 0; s < index->segment_count; s++)
        for (uint32_t row = 0; row < index->segments[s].row_count; row++) {
            struct slice line;
            EXPECT_OK(index_record(index, (struct index_row){ s, row }, &scratch, &line, &error), &error);
            bool wanted = segment_row_is_live(&index->segments[s], row) && is_kept(expression, line);
            kept += wanted;
            if (bitmap_has(filter->allowed[s], row) != wanted)
                test_fail(__FILE__, __LINE__, "%s: %s for %.*s", text, wanted ? "not kept" : "kept", (int)line.length,
                          line.bytes);
        }
    index_scratch_release(&scratch);
    return kept;
}

static void check_expressions(const char *folder)
{
    struct error error = { 0 };
    struct index *index = index_open(folder, &error);
    EXPECT(index != NULL);
    for (size_t i = 0; i < sizeof expressions / sizeof expressions[0]; i++) {
        struct arena arena = { 0 };
        struct index_filter filter;
        struct expression *expression = expression_compile(slice_of_string(expressions[i]), &arena, &error);
        if (!expression)
            test_fail(__FILE__, __LINE__, "%s: %s", expressions[i], error.message);
        EXPECT_OK(index_filter(index, expression, &arena, &filter, &error), &error);
        EXPECT_INTEGER(filter.count, compare_rows(index, expression, &filter, expressions[i]));
        expression_free(expression);
        arena_release(&arena);
    }
    index_close(index);
}

static void add_records(const char *folder, int start, int end)
{
    struct error error = { 0 };
    struct buffer json = { 0 };
    struct index_writer *writer = case_writer(folder, 0);
    for (int i = start; i < end; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%d", i);
        buffer_reset(&json);
        make_record(&json, i);
        EXPECT_OK(case_add_json(writer, id, id, buffer_string(&json), NULL, 0, &error), &error);
    }
    case_finish(writer);
    buffer_release(&json);
}

TEST(index_filter_columns, "index: a filter over columns keeps exactly the rows that it keeps over records")
{
    const char *folder = test_folder();
    add_records(folder, 0, 300);
    add_records(folder, 250, 400);
    check_expressions(folder);
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_filter_merged, "index: the same after segments were merged")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    for (int i = 0; i < 5; i++)
        add_records(folder, i * 40, i * 40 + 60);
    struct index_writer_settings settings = { .folder = folder, .compacts = true };
    case_finish(index_writer_open(&settings, &error));
    EXPECT_INTEGER(case_files(folder, "segment-"), 1);
    check_expressions(folder);
    EXPECT_INTEGER(case_faults(folder), 0);
}

TEST(index_many_columns, "index: fields beyond the room for columns are found in the records")
{
    const char *folder = test_folder();
    struct error error = { 0 };
    struct buffer json = { 0 };
    struct index_writer *writer = case_writer(folder, 0);
    for (int i = 0; i < 50; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%d", i);
        buffer_reset(&json);
        buffer_append_format(&json, "{\"id\":\"r%d\"", i);
        for (int k = 0; k < 10; k++)
            buffer_append_format(&json, ",\"k%d\":%d", i * 10 + k, k);
        buffer_append_string(&json, ",\"a\":1}");
        EXPECT_OK(case_add_json(writer, id, id, buffer_string(&json), NULL, 0, &error), &error);
    }
    case_finish(writer);
    struct index *index = index_open(folder, &error);
    static const char *const texts[] = { "k3 = 3", "k497 = 7", "a = 1", "k497 IS NULL", "none IS NULL" };
    static const uint64_t wanted[] = { 1, 1, 50, 49, 50 };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena = { 0 };
        struct index_filter filter;
        struct expression *expression = expression_compile(slice_of_string(texts[i]), &arena, &error);
        EXPECT(expression != NULL);
        EXPECT_OK(index_filter(index, expression, &arena, &filter, &error), &error);
        EXPECT_INTEGER(filter.count, wanted[i]);
        expression_free(expression);
        arena_release(&arena);
    }
    index_close(index);
    buffer_release(&json);
    EXPECT_INTEGER(case_faults(folder), 0);
}
