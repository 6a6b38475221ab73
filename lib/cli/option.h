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
#include "base/nearest.h"

enum option_type {
    OPTION_FLAG,    /* bool: --quiet, --no-quiet */
    OPTION_INTEGER, /* int64_t; without `argument` it counts: -vv is 2 */
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
    MEANING_MODEL, /* a URL, or the name of a model (pipeline/models.h) */
    MEANING_PATTERN,
    MEANING_PROGRAM,
    MEANING_TOOL, /* a tool's name */
    MEANING_TOPIC /* what `garner help` explains */
};

struct option {
    const char *name; /* long name without dashes; for an operand its YAML key */
    char letter;      /* 0 for none */
    bool is_operand;  /* a positional argument; operands are filled in table order, a list takes the rest */
    bool is_required;
    bool keeps_commas; /* OPTION_LIST: values may hold commas */
    bool is_hidden;
    /* Of an operand: names of options, split by commas. When one of them is given this operand is not there, and the
     * first argument goes to the next one: filter's EXPR yields to --match. */
    const char *yields_to;
    enum option_type type;
    enum option_meaning meaning;
    size_t offset;
    const char *argument;       /* SIZE, FILE, ...: as shown in help; required for all but flags and counts */
    const char *initial;        /* default, as typed; NULL: none (0, false, NULL, empty) */
    double minimum, maximum;    /* of INTEGER and NUMBER; both 0: no bounds; maximum below minimum: no upper one
                                 (-INFINITY as minimum: no lower one) */
    const char *const *choices; /* NULL-terminated; an empty first one stands for "not given" and cannot be typed */
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

/* The only setter; argv and YAML call it (through cli/parse.h, which also clears a list's default before the first
 * value). A list appends: each part between commas, or all of text when the row keeps commas or is an operand. A flag
 * takes true and false; bytes take 64M, seconds take 1.5, 90s, 5m, 2h, 1d. Messages begin with "--name: ", with
 * "ARGUMENT: " for operands. Text is borrowed and must outlive the values; parts of lists are copied into arena.
 * Errors: E_USAGE. */
bool option_assign(const struct option *row, void *values, const char *text, struct arena *arena,
                   struct error *error) MUST_CHECK;

/* The row of that long name (for an operand: key), NULL if there is none. */
const struct option *option_find(const struct option *table, struct slice name);
/* The row with that letter. */
const struct option *option_find_letter(const struct option *table, char letter);

/* Rows of a table before the nameless one, at most: a bit each tells which were given. */
enum { OPTION_ROWS_MAXIMUM = 64 };

/* The same as a bound of a value, shown by messages, help and schema: 1 as 1, 0.5 as 0.5. Appends. */
void option_append_bound(double bound, struct buffer *output);
bool option_has_minimum(const struct option *row);
bool option_has_maximum(const struct option *row);

/* The choices that can be given, with separator between them. */
void option_append_choices(const struct option *row, const char *separator, struct buffer *output);

/* "--size" for an option, "PATH" for an operand: how messages call it. Static per process or arena. */
const char *option_label(const struct option *row, struct arena *arena);

#endif
