/* option.c - the only setter of option values, with all its messages. */
#include "cli/option.h"

#include <math.h>

#include "base/number.h"

const struct option *option_find(const struct option *table, struct slice name)
{
    for (const struct option *row = table; row && row->name; row++)
        if (slice_equal(slice_of_string(row->name), name))
            return row;
    return NULL;
}

const struct option *option_find_letter(const struct option *table, char letter)
{
    for (const struct option *row = table; row && row->name; row++)
        if (row->letter == letter && letter != '\0' && !row->is_operand)
            return row;
    return NULL;
}

const char *option_label(const struct option *row, struct arena *arena)
{
    if (row->is_operand)
        return row->argument ? row->argument : row->name;
    return arena_format(arena, "--%s", row->name);
}

bool option_has_minimum(const struct option *row)
{
    return (row->minimum != 0 || row->maximum != 0) && row->minimum > -INFINITY;
}

bool option_has_maximum(const struct option *row)
{
    return (row->minimum != 0 || row->maximum != 0) && row->maximum >= row->minimum && row->maximum < INFINITY;
}

void option_append_bound(double bound, struct buffer *output)
{
    if (bound == rint(bound) && fabs(bound) < 1e15) {
        buffer_append_decimal(output, (int64_t)bound);
        return;
    }
    char text[NUMBER_TEXT];
    buffer_append(output, text, number_format_double(bound, text));
}

void option_append_choices(const struct option *row, const char *separator, struct buffer *output)
{
    bool is_first = true;
    for (size_t i = 0; row->choices && row->choices[i]; i++) {
        if (row->choices[i][0] == '\0')
            continue;
        buffer_append_string(output, is_first ? "" : separator);
        buffer_append_string(output, row->choices[i]);
        is_first = false;
    }
}

static bool fail(const struct option *row, struct arena *arena, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static bool fail(const struct option *row, struct arena *arena, struct error *error, const char *format, ...)
{
    struct buffer message = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(&message, format, arguments);
    va_end(arguments);
    error_set(error, E_USAGE, "%s: %s", option_label(row, arena), buffer_string(&message));
    buffer_release(&message);
    return false;
}

static bool check_bounds(const struct option *row, double value, const char *text, struct arena *arena,
                         struct error *error)
{
    bool is_below = option_has_minimum(row) && value < row->minimum;
    bool is_above = option_has_maximum(row) && value > row->maximum;
    if (!is_below && !is_above)
        return true;
    struct buffer bound = { 0 };
    option_append_bound(is_below ? row->minimum : row->maximum, &bound);
    fail(row, arena, error, "%s is %s %s", text, is_below ? "below" : "above", buffer_string(&bound));
    buffer_release(&bound);
    return false;
}

/* "90s", "1.5h", "20": seconds. */
static bool parse_seconds(struct slice text, double *seconds)
{
    static const struct {
        struct slice suffix;
        double factor;
    } units[] = { { SLICE_INIT("ms"), 0.001 },
                  { SLICE_INIT("s"), 1 },
                  { SLICE_INIT("m"), 60 },
                  { SLICE_INIT("h"), 3600 },
                  { SLICE_INIT("d"), 86400 } };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (slice_ends_with(text, units[i].suffix)) {
            struct slice number = slice_between(text, 0, text.length - units[i].suffix.length);
            bool is_number = number_parse_double(number, seconds);
            *seconds *= units[i].factor;
            return is_number;
        }
    return number_parse_double(text, seconds);
}

static bool assign_integer(const struct option *row, int64_t *value, const char *text, struct arena *arena,
                           struct error *error)
{
    struct slice slice = slice_of_string(text);
    int64_t number = 0;
    double seconds = 0;
    if (row->meaning == MEANING_BYTES) {
        if (!number_parse_size(slice, &number))
            return fail(row, arena, error, "'%s' is not a size such as 64M or 250000", text);
    } else if (row->meaning == MEANING_SECONDS) {
        if (!parse_seconds(slice, &seconds) || seconds != rint(seconds) || fabs(seconds) > 1e15)
            return fail(row, arena, error, "'%s' is not a whole number of seconds such as 90, 90s, 5m or 2h", text);
        number = (int64_t)seconds;
    } else if (!number_parse_integer(slice, &number)) {
        return fail(row, arena, error, "'%s' is not an integer", text);
    }
    if (!check_bounds(row, (double)number, text, arena, error))
        return false;
    *value = number;
    return true;
}

static bool assign_number(const struct option *row, double *value, const char *text, struct arena *arena,
                          struct error *error)
{
    struct slice slice = slice_of_string(text);
    double number = 0;
    if (row->meaning == MEANING_SECONDS) {
        if (!parse_seconds(slice, &number) || !isfinite(number))
            return fail(row, arena, error, "'%s' is not a time such as 1.5, 90s, 5m or 2h", text);
    } else if (!number_parse_double(slice, &number) || !isfinite(number)) {
        return fail(row, arena, error, "'%s' is not a number", text);
    }
    if (!check_bounds(row, number, text, arena, error))
        return false;
    *value = number;
    return true;
}

/* The index of text among the choices, or -1 with an error that lists them. */
static int find_choice(const struct option *row, struct slice text, struct arena *arena, struct error *error)
{
    size_t count = 0;
    for (; row->choices[count]; count++)
        if (text.length > 0 && slice_equal(slice_of_string(row->choices[count]), text))
            return (int)count;
    struct buffer names = { 0 };
    option_append_choices(row, ", ", &names);
    const char *nearest = nearest_name(text, row->choices, count);
    if (nearest)
        buffer_append_format(&names, "; nearest is '%s'", nearest);
    fail(row, arena, error, "'%.*s' is not one of %s", (int)text.length, text.bytes, buffer_string(&names));
    buffer_release(&names);
    return -1;
}

static bool assign_choice(const struct option *row, unsigned *value, const char *text, struct arena *arena,
                          struct error *error)
{
    int found = find_choice(row, slice_of_string(text), arena, error);
    if (found < 0)
        return false;
    *value = (unsigned)found;
    return true;
}

static void append_value(struct option_list *list, const char *value, struct arena *arena)
{
    /* The array holds 8, 16, 32 ... places; it moves when its count reaches the next of them. */
    bool is_full = list->count == 0 || (list->count >= 8 && (list->count & (list->count - 1)) == 0);
    if (is_full) {
        size_t places = list->count ? list->count * 2 : 8;
        const char **moved = arena_allocate(arena, places * sizeof *moved);
        if (list->count)
            memcpy(moved, list->values, list->count * sizeof *moved);
        list->values = moved;
    }
    list->values[list->count++] = value;
}

static bool assign_list(const struct option *row, struct option_list *list, const char *text, struct arena *arena,
                        struct error *error)
{
    struct slice rest = slice_of_string(text);
    bool is_whole = row->keeps_commas || row->is_operand;
    for (bool is_last = false; !is_last;) {
        size_t length = is_whole ? rest.length : slice_find_byte(rest, ',');
        struct slice part = slice_between(rest, 0, length);
        is_last = length >= rest.length;
        if (part.length == 0)
            return fail(row, arena, error, is_whole ? "'%s' is empty" : "'%s' has an empty part", text);
        if (row->choices && find_choice(row, part, arena, error) < 0)
            return false;
        append_value(list, is_last && length == strlen(text) ? text : arena_copy_string(arena, part), arena);
        rest = slice_from(rest, length + 1);
    }
    return true;
}

static bool assign_text(const struct option *row, const char **value, const char *text, struct arena *arena,
                        struct error *error)
{
    /* An empty file name is a shell variable that is not set. */
    bool is_name = row->meaning == MEANING_FILE || row->meaning == MEANING_FOLDER || row->meaning == MEANING_PROGRAM;
    if (is_name && text[0] == '\0')
        return fail(row, arena, error, "an empty name, expected a %s",
                    row->meaning == MEANING_FILE     ? "file"
                    : row->meaning == MEANING_FOLDER ? "folder"
                                                     : "program");
    *value = text;
    return true;
}

static bool assign_flag(const struct option *row, bool *value, const char *text, struct arena *arena,
                        struct error *error)
{
    bool is_true = strcmp(text, "true") == 0;
    if (!is_true && strcmp(text, "false") != 0)
        return fail(row, arena, error, "'%s' is not true or false", text);
    *value = is_true;
    return true;
}

bool option_assign(const struct option *row, void *values, const char *text, struct arena *arena, struct error *error)
{
    void *place = (char *)values + row->offset;
    switch (row->type) {
    case OPTION_FLAG:
        return assign_flag(row, place, text, arena, error);
    case OPTION_INTEGER:
        return assign_integer(row, place, text, arena, error);
    case OPTION_NUMBER:
        return assign_number(row, place, text, arena, error);
    case OPTION_TEXT:
        return assign_text(row, place, text, arena, error);
    case OPTION_CHOICE:
        return assign_choice(row, place, text, arena, error);
    case OPTION_LIST:
        return assign_list(row, place, text, arena, error);
    }
    ENSURE(row->type <= OPTION_LIST); /* a table that was not filled by OPTION_FIELD */
    return false;
}

static size_t type_bytes(enum option_type type)
{
    static const size_t bytes[] = { [OPTION_FLAG] = sizeof(bool),       [OPTION_INTEGER] = sizeof(int64_t),
                                    [OPTION_NUMBER] = sizeof(double),   [OPTION_TEXT] = sizeof(const char *),
                                    [OPTION_CHOICE] = sizeof(unsigned), [OPTION_LIST] = sizeof(struct option_list) };
    return bytes[type];
}

bool options_initialise(const struct option *table, void *values, struct arena *arena, struct error *error)
{
    for (const struct option *row = table; row && row->name; row++) {
        memset((char *)values + row->offset, 0, type_bytes(row->type));
        if (row->initial && !option_assign(row, values, row->initial, arena, error))
            return false;
    }
    return true;
}
