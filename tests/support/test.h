/* test.h - the C tests: each TEST is a sentence, found without a list, printed as TAP.
 *
 * TEST(json_keeps_numbers, "json: a number keeps its text") { EXPECT(...); EXPECT_TEXT(slice, "1e400"); }
 * A failed expectation prints place, wanted and found, and ends the test. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/slice.h"

struct test {
    const char *name;
    const char *file;
    void (*run)(void);
    struct test *next;
};

void test_register(struct test *test);
void test_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4), noreturn));
void test_text_equal(const char *file, int line, struct slice found, struct slice wanted);
void test_error_is(const char *file, int line, const struct error *error, enum code code, const char *message);

/* A fresh folder for the running test, removed when it ends well. */
const char *test_folder(void);

#define TEST(identifier, sentence)                                                                                     \
    static void test_run_##identifier(void);                                                                           \
    static struct test test_entry_##identifier = { sentence, __FILE__, test_run_##identifier, NULL };                  \
    __attribute__((constructor)) static void test_add_##identifier(void)                                               \
    {                                                                                                                  \
        test_register(&test_entry_##identifier);                                                                       \
    }                                                                                                                  \
    static void test_run_##identifier(void)

#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            test_fail(__FILE__, __LINE__, "expected: %s", #condition);                                                 \
    } while (0)
#define EXPECT_INTEGER(found, wanted)                                                                                  \
    do {                                                                                                               \
        long long test_found = (long long)(found), test_wanted = (long long)(wanted);                                  \
        if (test_found != test_wanted)                                                                                 \
            test_fail(__FILE__, __LINE__, "%s is %lld, expected %lld", #found, test_found, test_wanted);               \
    } while (0)
#define EXPECT_NEAR(found, wanted, tolerance)                                                                          \
    do {                                                                                                               \
        double test_found = (found), test_wanted = (wanted);                                                           \
        if (!(fabs(test_found - test_wanted) <= (tolerance)))                                                          \
            test_fail(__FILE__, __LINE__, "%s is %.17g, expected %.17g", #found, test_found, test_wanted);             \
    } while (0)
/* found: struct slice; wanted: string literal (may hold NULs). */
#define EXPECT_TEXT(found, wanted)  test_text_equal(__FILE__, __LINE__, (found), SLICE(wanted))
#define EXPECT_SLICE(found, wanted) test_text_equal(__FILE__, __LINE__, (found), (wanted))
/* error has that code, and that message (NULL: any). */
#define EXPECT_ERROR(error, code, message) test_error_is(__FILE__, __LINE__, (error), (code), (message))
/* A call that must succeed: prints the error when it does not. */
#define EXPECT_OK(call, error)                                                                                         \
    do {                                                                                                               \
        if (!(call))                                                                                                   \
            test_fail(__FILE__, __LINE__, "%s failed: %s", #call, (error)->message);                                   \
    } while (0)

#endif
