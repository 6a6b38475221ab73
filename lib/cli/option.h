/* option.h - the one table of a tool's options: argv, YAML keys, help, man page, completion and JSON Schema come from
 * it.
 *
 * A row names a field of the tool's own options struct; OPTION_FIELD() takes its offset and derives the type from the
 * field's C type, so row and field cannot disagree. The default is the text a user would type, set by the same setter.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <limits.h>

#include "base/arena.h"
#include "base/error.h"

enum option_type {
    OPTION_FLAG,    /* bool: --quiet, --no-quiet */
    OPTION_INTEGER, /* int64_t */
    OPTION_NUMBER,  /* double */
    OPTION_TEXT,    /* const char *, NULL when not given */
    OPTION_CHOICE,  /* unsigned: index into choices */
    OPTION_LIST     /* struct option_list: repeat the option or use commas (.keeps_commas: repeat only) */
};

struct option_list {
    const char **values; /* count of them, in the order given; arena */
    size_t count;
};

/* What a text or integer means: steers parsing ("64M"), completion and the schema. */
enum option_meaning {
    MEANING_PLAIN,
    MEANING_FILE,
    MEANING_FOLDER,
    MEANING_BYTES,
    MEANING_SECONDS,
    MEANING_PATH /* in a record */,
    MEANING_EXPRESSION,
    MEANING_URL,
    MEANING_PATTERN,
    MEANING_PROGRAM
};

struct option {
    const char *name; /* long name without dashes; for an operand its YAML key */
    char letter;      /* 0 for none */
    bool is_operand;  /* a positional argument; operands are filled in table order, a list takes the rest */
    bool is_required;
    bool keeps_commas; /* OPTION_LIST: values may hold commas */
    bool is_hidden;
    enum option_type type;
    enum option_meaning meaning;
    size_t offset;
    const char *argument;       /* SIZE, FILE, ...: as shown in help; required for all but flags */
    const char *initial;        /* default, as typed; NULL: none (0, false, NULL, empty) */
    double minimum, maximum;    /* of INTEGER and NUMBER; both 0: no bounds */
    const char *const *choices; /* NULL-terminated */
    const char *heading;        /* starts a group in help: "Limits" */
    const char *help;           /* one line, lower case, no full stop */
    const char *details;        /* more sentences for the man page; may be NULL */
};

#define OPTION_TYPE(field)                                                                                             \
    _Generic((field), bool: OPTION_FLAG, int64_t: OPTION_INTEGER, double: OPTION_NUMBER, const char *: OPTION_TEXT, \
             unsigned: OPTION_CHOICE, struct option_list: OPTION_LIST)
#define OPTION_FIELD(type_name, field)                                                                                 \
    .offset = offsetof(type_name, field), .type = OPTION_TYPE(((type_name *)0)->field)

/* Fills every field from `initial`. table ends with a row whose name is NULL. */
bool options_initialise(const struct option *table, void *values, struct arena *arena, struct error *error) MUST_CHECK;

/* The only setter; argv and YAML call it. A list appends (the first assignment replaces the default: the caller
 * clears). Messages begin with "--name: ". Text is borrowed and must outlive the values, or is copied into arena.
 * Errors: E_USAGE. */
bool option_assign(const struct option *row, void *values, const char *text, struct arena *arena,
                   struct error *error) MUST_CHECK;

const struct option *option_find(const struct option *table, struct slice name);

/* The nearest of `count` names within a small edit distance, or NULL: "did you mean". */
const char *nearest_name(struct slice wanted, const char *const *names, size_t count);

#endif
