/* expression_fuzz.c - fuzz entry: an expression on the first line, a record behind it. Compiling ends in a placed error
 * or a program; NOT, IS and IN agree with the plain condition, and testing twice gives the same. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "record/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { ERROR_ANSWER = 3 };

static void expect(bool is_true)
{
    if (!is_true)
        abort();
}

/* The truth over the record, ERROR_ANSWER for an error, -1 when it does not compile. */
static int answer(struct slice text, struct slice line)
{
    struct arena arena = { 0 };
    struct error error;
    error_reset(&error);
    struct expression *expression = expression_compile(text, &arena, &error);
    int found = -1;
    if (expression) {
        struct batch *batch = batch_create();
        batch_append(batch)->line = line;
        enum truth truth = TRUTH_UNKNOWN, again = TRUTH_UNKNOWN;
        bool is_good = expression_test_record(expression, batch, &batch->records[0], &truth, &error);
        expect(is_good || error.code != E_NONE);
        expect(expression_test_record(expression, batch, &batch->records[0], &again, &error) == is_good);
        expect(truth == again || !is_good);
        found = is_good ? (int)truth : ERROR_ANSWER;
        batch_free(batch);
    } else {
        expect(error.code == E_USAGE && error.message[0] != '\0');
        expect(error.column >= 1 && error.column <= (int64_t)text.length + 1);
    }
    expression_free(expression);
    arena_release(&arena);
    return found;
}

/* The same condition in other words. */
static int answer_inside(const char *before, struct slice text, const char *behind, struct slice line)
{
    struct buffer whole = { 0 };
    buffer_append_string(&whole, before);
    buffer_append_slice(&whole, text);
    buffer_append_string(&whole, behind);
    int found = answer(buffer_slice(&whole), line);
    buffer_release(&whole);
    return found;
}

static bool fetch_nothing(void *context, size_t path_index, struct value *value, struct error *error)
{
    (void)path_index;
    (void)error;
    *value = *(const struct value *)context;
    return true;
}

/* Any source may stand behind the paths. */
static void try_values(struct slice text)
{
    static const struct value values[] = {
        { .type = VALUE_NULL },
        { .type = VALUE_BOOLEAN, .boolean = true },
        { .type = VALUE_INTEGER, .integer = INT64_MIN },
        { .type = VALUE_DOUBLE, .number = -1e308 },
        { .type = VALUE_TEXT, .text = SLICE_INIT("a\xc3\xa9\n1") },
        { .type = VALUE_JSON, .json = { .text = SLICE_INIT("[1,\"a\",[null]]"), .type = JSON_ARRAY } },
        { .type = VALUE_JSON, .json = { .text = SLICE_INIT("-18446744073709551617"), .type = JSON_NUMBER } },
    };
    struct arena arena = { 0 }, scratch = { 0 };
    struct error error;
    struct expression *expression = expression_compile(text, &arena, &error);
    for (size_t i = 0; expression && i < sizeof values / sizeof values[0]; i++) {
        struct value copy = values[i], result;
        struct expression_source source = { &copy, fetch_nothing };
        if (expression_value(expression, &source, &scratch, &result, &error)) {
            expect(result.type != VALUE_TEXT || utf8_is_valid(result.text));
            expect(result.type != VALUE_JSON || result.json.type != JSON_STRING);
        }
        arena_reset(&scratch);
    }
    expression_free(expression);
    arena_release(&arena);
    arena_release(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice input = slice_of((const char *)bytes, length);
    size_t end = slice_find_byte(input, '\n');
    struct slice text = slice_between(input, 0, end), line = slice_from(input, end + 1);
    static const int negated[] = { TRUTH_TRUE, TRUTH_FALSE, TRUTH_UNKNOWN, ERROR_ANSWER };
    int plain = answer(text, line);
    struct slice start = slice_trim(text);
    if (plain < 0 || (start.length && start.bytes[0] == '{'))
        return 0;
    /* The words around it may be one level too many. */
    int found = answer_inside("NOT (", text, ")", line);
    expect(found < 0 || found == negated[plain]);
    found = answer_inside("(", text, ") IS TRUE", line);
    expect(found < 0 || plain == ERROR_ANSWER || (found == TRUTH_TRUE) == (plain == TRUTH_TRUE) ||
           plain == TRUTH_UNKNOWN);
    found = answer_inside("true AND (", text, ") AND true", line);
    expect(found < 0 || found == plain);
    found = answer_inside("false OR (", text, ") OR false", line);
    expect(found < 0 || found == plain);
    try_values(text);
    return 0;
}
