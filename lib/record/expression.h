/* expression.h - the expression language of filter, query --where, --require: SQL's three-valued logic over fields.
 *
 * = == != <> < <= > >= IN BETWEEN LIKE ~ (PCRE2) IS [NOT] NULL AND OR NOT && || !, + - * / %, paths (metadata.source,
 * messages[0].role, tags[*]), strings in single or double quotes, integers exact (64 bit), functions. A missing field
 * and JSON null are NULL; a comparison with NULL is unknown; an unknown condition does not keep the record. A text that
 * starts with '{' is the S3 Vectors filter form, with its own rules; both compile to one program. A compiled expression
 * is constant and thread safe. Grammar, types and functions: expression_help[] (`garner help expressions`). */
#ifndef RECORD_EXPRESSION_H
#define RECORD_EXPRESSION_H

#include "record/record.h"
#include "json/path.h"

enum {
    EXPRESSION_BYTES_MAXIMUM = 1024 * 1024,
    EXPRESSION_DEPTH_MAXIMUM = 200, /* parentheses, NOT, signs, and arithmetic around a value */
    EXPRESSION_PATHS_MAXIMUM = 256, /* distinct paths */
    EXPRESSION_PATTERNS_MAXIMUM = 256
};

enum value_type {
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_DOUBLE,
    VALUE_TEXT,
    VALUE_JSON /* array, object, or a number that neither int64_t nor (an integer, exactly) double holds */
};

/* A VALUE_NULL has json.type JSON_MISSING (the zeroed struct) where there is no such field, JSON_NULL where null
 * stands: only exists() tells them apart. */
struct value {
    enum value_type type;
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct slice text; /* decoded characters */
        struct json_value json;
    };
};

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN };

struct expression;

/* Lives in the arena, but for JIT code: expression_free(). Errors: E_USAGE with error->column = 1-based byte in text,
 * message naming what was expected. */
struct expression *expression_compile(struct slice text, struct arena *arena, struct error *error) MUST_CHECK;
/* The same, and what is certainly no condition, such as length(text), is an error: for filters. */
struct expression *expression_compile_condition(struct slice text, struct arena *arena, struct error *error) MUST_CHECK;
void expression_free(struct expression *expression);

/* Puts "NAME, column N: " in front of a compile error's message, for a tool: name is "expression" or "--where". Returns
 * false. */
bool expression_label_error(struct error *error, const char *name);

/* What in this record most likely keeps the condition from ever holding: a field that is not there while one of nearly
 * that name is, or text compared with a number. For a remark when nothing was kept. false: nothing to say; else note
 * holds the message. */
bool expression_hint(const struct expression *expression, struct slice line, struct error *note);

/* It compares something with a literal NULL, which is never true: worth a remark. */
bool expression_compares_null(const struct expression *expression);

/* The distinct paths it reads: what an index maps to its columns. A path with [*] is given up to the first [*]: its
 * value is the array. */
size_t expression_path_count(const struct expression *expression);
const struct json_path *expression_path(const struct expression *expression, size_t index);

/* Where values come from. Called at most once per path and evaluation. */
struct expression_source {
    void *context;
    bool (*fetch)(void *context, size_t path_index, struct value *value, struct error *error);
};

/* Evaluates as a condition. scratch: for decoded text, reset by the caller when it likes. Errors: E_FIELD_TYPE and the
 * like (a value that an operator cannot take is NULL, not an error; errors come from fetch and from the match limits of
 * patterns, E_LIMIT). */
bool expression_test(const struct expression *expression, const struct expression_source *source, struct arena *scratch,
                     enum truth *truth, struct error *error) MUST_CHECK;

/* Evaluates to a value: for --by, sort keys. */
bool expression_value(const struct expression *expression, const struct expression_source *source,
                      struct arena *scratch, struct value *value, struct error *error) MUST_CHECK;

/* The same over a record's fields. Duplicate keys on a path that is read: E_JSON_DUPKEY. */
bool expression_test_record(const struct expression *expression, struct batch *batch, struct record *record,
                            enum truth *truth, struct error *error) MUST_CHECK;

/* The value over a record's fields; text and JSON live as long as the batch. Duplicate keys as above. */
bool expression_value_record(const struct expression *expression, struct batch *batch, struct record *record,
                             struct value *value, struct error *error) MUST_CHECK;

/* A JSON value as an expression value; text goes to scratch when it has escapes. */
bool value_of_json(struct json_value json, struct arena *scratch, struct value *value, struct error *error) MUST_CHECK;

#endif
