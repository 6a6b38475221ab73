/* expression_s3_test.c - the filter form of S3 Vectors: its own truth table, and its errors. */
#include <stdio.h>

#include "base/buffer.h"
#include "record/expression.h"
#include "test.h"

static char test_over(const char *text, const char *line)
{
    struct error error;
    struct arena arena = { 0 };
    struct expression *expression = expression_compile(slice_of_string(text), &arena, &error);
    if (!expression)
        test_fail(__FILE__, __LINE__, "%s: column %d: %s", text, (int)error.column, error.message);
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    record->line = slice_of_string(line);
    record->file = "";
    enum truth truth;
    if (!expression_test_record(expression, batch, record, &truth, &error))
        test_fail(__FILE__, __LINE__, "%s over %s: %s", text, line, error.message);
    expression_free(expression);
    batch_free(batch);
    arena_release(&arena);
    return "ftu"[truth];
}

/* Rows are conditions, columns what the key holds; the answers were made by an independent program. */
TEST(s3_truth_table, "expression: every S3 operator over every kind of value is true or false, never unknown")
{
    static const char *const values[] = { NULL,   "null", "\"a\"",   "\"ab\"",     "5",         "5.0",      "7",
                                          "true", "[]",   "[\"a\"]", "[5, \"b\"]", "{\"a\":1}", "[[\"a\"]]" };
    static const struct {
        const char *condition;
        const char *answers;
    } rows[] = {
        { "\"a\"", "fftfffffftfff" },
        { "{\"$eq\": \"a\"}", "fftfffffftfff" },
        { "{\"$eq\": 5}", "ffffttfffftff" },
        { "{\"$eq\": true}", "ffffffftfffff" },
        { "{\"$ne\": \"a\"}", "ttfttttttfttt" },
        { "{\"$ne\": 5}", "ttttffttttftt" },
        { "{\"$gt\": 5}", "fffffftffffff" },
        { "{\"$gte\": 5}", "fffftttffffff" },
        { "{\"$lt\": 7}", "ffffttfffffff" },
        { "{\"$lte\": 7}", "fffftttffffff" },
        { "{\"$in\": [\"a\", 7, true]}", "fftfffttftfff" },
        { "{\"$nin\": [\"a\", 7, true]}", "ttftttfftfttt" },
        { "{\"$exists\": true}", "ftttttttttttt" },
        { "{\"$exists\": false}", "tffffffffffff" },
        { "{\"$startsWith\": \"a\"}", "ffttfffffffff" },
        { "{\"$gte\": 5, \"$lt\": 7}", "ffffttfffffff" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++) {
            char text[100], line[100];
            snprintf(text, sizeof text, "{\"k\": %s}", rows[i].condition);
            snprintf(line, sizeof line, values[j] ? "{\"id\":1,\"metadata\":{\"k\":%s}}" : "{\"id\":1,\"metadata\":{}}",
                     values[j]);
            if (test_over(text, line) != rows[i].answers[j])
                test_fail(__FILE__, __LINE__, "%s over %s is '%c', expected '%c'", text, line, test_over(text, line),
                          rows[i].answers[j]);
        }
    }
}

TEST(s3_joins, "expression: S3 keys, operators, $and and $or join as they do there")
{
    static const char line[] =
        "{\"metadata\":{\"genre\":\"essay\",\"year\":1999,\"a.b\":[1,2],\"tags\":[\"x\",\"y\"]}}";
    static const struct {
        const char *text;
        char answer;
    } cases[] = {
        { "{\"genre\": \"essay\", \"year\": 1999}", 't' },
        { " \n{\"genre\": \"essay\", \"year\": 2000}", 'f' },
        { "{\"$and\": [{\"genre\": \"essay\"}, {\"year\": {\"$gte\": 1990, \"$lt\": 2000}}]}", 't' },
        { "{\"$or\": [{\"genre\": \"poem\"}, {\"year\": {\"$lt\": 1990}}]}", 'f' },
        { "{\"$or\": [{\"genre\": \"poem\"}, {\"$and\": [{\"year\": 1999}, {\"tags\": \"y\"}]}]}", 't' },
        { "{\"$or\": [{\"genre\": \"poem\"}, {\"genre\": \"essay\"}], \"year\": 2000}", 'f' },
        { "{\"a.b\": 2}", 't' },
        { "{\"gen\\u0072e\": \"ess\\u0061y\"}", 't' },
        { "{\"id\": {\"$exists\": false}}", 't' }, /* a key names metadata.KEY */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (test_over(cases[i].text, line) != cases[i].answer)
            test_fail(__FILE__, __LINE__, "%s is not '%c'", cases[i].text, cases[i].answer);
}

TEST(s3_faults, "expression: what S3 does not define is an error with its column")
{
    static const struct {
        const char *text;
        int column;
        const char *message;
    } cases[] = {
        { "{}", 1, "expected at least one condition" },
        { "{\"a\": null}", 7, "a key takes a string, a number or a boolean, found null" },
        { "{\"a\": [1]}", 7, "a key takes a string, a number or a boolean, found array" },
        { "{\"a\": {}}", 7, "expected at least one condition" },
        { "{\"a\": {\"$eq\": {}}}", 15, "$eq takes a string, a number or a boolean, found object" },
        { "{\"a\": {\"$gt\": \"5\"}}", 15, "$gt takes a number, found string" },
        { "{\"a\": {\"$in\": 5}}", 15, "$in takes an array, found number" },
        { "{\"a\": {\"$nin\": []}}", 16, "$nin takes at least one value" },
        { "{\"a\": {\"$in\": [1, [2]]}}", 19, "$in takes a string, a number or a boolean, found array" },
        { "{\"a\": {\"$exists\": 1}}", 19, "$exists takes true or false, found number" },
        { "{\"a\": {\"$startsWith\": 1}}", 23, "$startsWith takes a string, found number" },
        { "{\"a\": {\"$gtt\": 1}}", 8, "unknown operator '$gtt', did you mean '$gt'" },
        { "{\"a\": {\"$regex\": 1}}", 8, "unknown operator '$regex'" },
        { "{\"a\": {\"b\": 1}}", 8, "expected an operator such as $eq, found 'b'" },
        { "{\"a\": {\"$and\": []}}", 8, "$and joins whole filters, it cannot stand below a key" },
        { "{\"$eq\": 1}", 2, "$eq must stand below a key: {\"key\": {\"$eq\": ...}}" },
        { "{\"$not\": {}}", 2, "unknown operator '$not'" },
        { "{\"$and\": {}}", 10, "expected an array of filters" },
        { "{\"$and\": []}", 10, "expected at least one condition" },
        { "{\"$or\": []}", 9, "$or needs at least one filter" },
        { "{\"$or\": [1]}", 10, "expected a filter in braces" },
        { "{\"a\": 1, \"a\": 2}", 2, "the key 'a' stands twice" },
        { "{\"a\": {\"$gt\": 1, \"$gt\": 2}}", 8, "the key '$gt' stands twice" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        struct arena arena = { 0 };
        error_reset(&error);
        if (expression_compile(slice_of_string(cases[i].text), &arena, &error))
            test_fail(__FILE__, __LINE__, "%s compiles", cases[i].text);
        if (error.code != E_USAGE || error.column != cases[i].column || strcmp(error.message, cases[i].message) != 0)
            test_fail(__FILE__, __LINE__, "%s: column %d: %s; expected column %d: %s", cases[i].text, (int)error.column,
                      error.message, cases[i].column, cases[i].message);
        arena_release(&arena);
    }
}

TEST(s3_broken_json, "expression: broken JSON and deep nesting in the S3 form are errors of the expression")
{
    struct error error;
    struct arena arena = { 0 };
    EXPECT(!expression_compile(SLICE("{\"a\": 1"), &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, NULL);
    struct buffer text = { 0 };
    for (int i = 0; i < 250; i++)
        buffer_append_string(&text, "{\"$and\":[");
    buffer_append_string(&text, "{\"a\":1}");
    for (int i = 0; i < 250; i++)
        buffer_append_string(&text, "]}");
    EXPECT(!expression_compile(buffer_slice(&text), &arena, &error));
    EXPECT_ERROR(&error, E_USAGE, "the filter nests too deep");
    buffer_release(&text);
    arena_release(&arena);
}
