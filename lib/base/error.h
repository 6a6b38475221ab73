/* error.h - what went wrong, where, and with which code.
 *
 * A function that can fail takes `struct error *error` last and returns false (or NULL) when it filled it. It never
 * prints, never exits, and reads errno at once. Messages: lower case, no full stop, one line, subject in single quotes,
 * what is wrong, then what was expected: "field 'text' is a number, expected a string". The place (file, line, column)
 * is kept apart, since rejects carry it as fields; error_format() puts "file:line:column: " in front. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/codes.h"

enum { ERROR_MESSAGE_BYTES = 768, ERROR_FILE_BYTES = 512, ERROR_FIELD_BYTES = 128 };

#define MUST_CHECK __attribute__((warn_unused_result))

struct error {
    enum code code;                /* E_NONE while nothing is set */
    int signal;                    /* the signal to die of, 0 for none */
    int64_t line;                  /* 1-based, 0 for none */
    int64_t column;                /* 1-based, 0 for none */
    char file[ERROR_FILE_BYTES];   /* "" for none */
    char field[ERROR_FIELD_BYTES]; /* path of the field at fault, "" for none */
    char message[ERROR_MESSAGE_BYTES];
};

/* Makes it unset without touching the texts' memory (2 KB): cheap enough for an inner loop. */
void error_reset(struct error *error);

/* Sets code and message; place and field are emptied. Control bytes are escaped, a longer message is cut at a
 * character. Always returns false, so that a function can end with `return error_set(...)`. error may be NULL. */
bool error_set(struct error *error, enum code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of errno_value appended. */
bool error_set_system(struct error *error, enum code code, int errno_value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds the place to a set error, unless it has one already (the innermost place is the exact one). file may be NULL. */
bool error_place(struct error *error, const char *file, int64_t line, int64_t column);
bool error_field(struct error *error, struct slice field);

/* Appends "file:line:column: message". */
void error_format(const struct error *error, struct buffer *output);

static inline bool error_is_set(const struct error *error)
{
    return error->code != E_NONE;
}

int error_exit_code(const struct error *error);

/* Appends text with C0, C1, DEL, U+2028, U+2029, bidi controls and bad UTF-8 as \xNN or \u{NNNN}: safe for a terminal.
 */
void text_append_printable(struct buffer *output, struct slice text);

/* A broken rule of ours: prints "garner: internal error: file:line: condition" and ends with 70. */
#define ENSURE(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            ensure_failed(__FILE__, __LINE__, #condition);                                                             \
    } while (0)
void ensure_failed(const char *file, int line, const char *condition) __attribute__((noreturn));

#endif
