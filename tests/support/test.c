/* test.c - runs the C tests and prints TAP. unit-tests [PREFIX]: those whose file or name starts with PREFIX. */
#define _GNU_SOURCE
#include "test.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct test *first, **last = &first;
static jmp_buf after_failure;
static char folder[256];
static int passed, failed, number, planned;

void test_register(struct test *test)
{
    *last = test;
    last = &test->next;
}

void test_fail(const char *file, int line, const char *format, ...)
{
    printf("# %s:%d: ", file, line);
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    longjmp(after_failure, 1);
}

void test_text_equal(const char *file, int line, struct slice found, struct slice wanted)
{
    if (slice_equal(found, wanted))
        return;
    struct buffer a = { 0 }, b = { 0 };
    text_append_printable(&a, slice_between(found, 0, 2000));
    text_append_printable(&b, slice_between(wanted, 0, 2000));
    test_fail(file, line, "text differs\n#    found: %s\n# expected: %s", buffer_string(&a), buffer_string(&b));
}

void test_error_is(const char *file, int line, const struct error *error, enum code code, const char *message)
{
    if (error->code != code)
        test_fail(file, line, "error is %s (%s), expected %s", code_entry(error->code)->name, error->message,
                  code_entry(code)->name);
    if (message && strcmp(error->message, message) != 0)
        test_fail(file, line, "message is '%s', expected '%s'", error->message, message);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    if (folder[0])
        nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    folder[0] = '\0';
}

const char *test_folder(void)
{
    if (!folder[0]) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/garner-test-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder))
            abort();
    }
    return folder;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_wanted(const struct test *test, int count, char **prefixes)
{
    for (int i = 0; i < count; i++)
        if (strncmp(base_name(test->file), prefixes[i], strlen(prefixes[i])) == 0 ||
            strncmp(test->name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return count == 0;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (struct test *test = first; test; test = test->next)
        planned += is_wanted(test, argc - 1, argv + 1);
    printf("1..%d\n", planned);
    for (struct test *test = first; test; test = test->next) {
        if (!is_wanted(test, argc - 1, argv + 1))
            continue;
        number++;
        volatile bool is_good = false;
        if (setjmp(after_failure) == 0) {
            test->run();
            is_good = true;
        }
        remove_folder();
        printf("%s %d - %s\n", is_good ? "ok" : "not ok", number, test->name);
        if (is_good)
            passed++;
        else
            failed++;
    }
    printf("# %d passed, %d failed\n", passed, failed);
    return failed || number == 0;
}
