/* parse.c - from words to a checked call of a tool. */
#include "cli/parse.h"

#include "cli/common.h"

enum { NAMES_MAXIMUM = 2 * OPTION_ROWS_MAXIMUM + 2 };

const struct tool *tool_find(const struct tool *const *tools, struct slice name)
{
    for (size_t i = 0; tools[i]; i++)
        if (slice_equal(slice_of_string(tools[i]->name), name))
            return tools[i];
    return NULL;
}

const char *tool_nearest(const struct tool *const *tools, struct slice name)
{
    const char *names[NAMES_MAXIMUM];
    size_t count = 0;
    for (size_t i = 0; tools[i] && count < NAMES_MAXIMUM; i++)
        if (!tools[i]->is_hidden)
            names[count++] = tools[i]->name;
    return nearest_name(name, names, count);
}

bool tool_call_start(struct tool_call *call, const struct tool *tool, const struct tool *const *tools,
                     struct arena *arena, struct error *error)
{
    *call = (struct tool_call){ .tool = tool, .tools = tools, .arena = arena };
    call->options = arena_allocate_zeroed(arena, 1, tool->options_bytes);
    return options_initialise(tool->options, call->options, arena, error) &&
           options_initialise(common_option_table, &call->common, arena, error);
}

/* Position of row in table, or -1. */
static int position_in(const struct option *table, const struct option *row)
{
    for (int i = 0; table && table[i].name; i++)
        if (&table[i] == row)
            return i;
    return -1;
}

static const char *nearest_option(const struct tool *tool, struct slice name, bool is_key)
{
    const char *names[NAMES_MAXIMUM];
    size_t count = 0;
    for (const struct option *row = tool->options; row && row->name; row++)
        if (!row->is_hidden && (is_key || !row->is_operand))
            names[count++] = row->name;
    for (const struct option *row = common_option_table; row->name; row++)
        if (common_applies(tool, row) && (is_key || !row->is_operand))
            names[count++] = row->name;
    if (!is_key)
        names[count++] = "help";
    return nearest_name(name, names, count);
}

const struct option *tool_call_find(const struct tool_call *call, struct slice name, bool is_key, struct error *error)
{
    const struct option *row = option_find(call->tool->options, name);
    if (!row) {
        row = option_find(common_option_table, name);
        if (row && !common_applies(call->tool, row))
            row = NULL;
    }
    if (row && (is_key || !row->is_operand))
        return row;
    const char *nearest = nearest_option(call->tool, name, is_key);
    if (is_key && nearest)
        error_set(error, E_USAGE, "%s has no option '%.*s', nearest is '%s'", call->tool->name, (int)name.length,
                  name.bytes, nearest);
    else if (is_key)
        error_set(error, E_USAGE, "%s has no option '%.*s'", call->tool->name, (int)name.length, name.bytes);
    else if (nearest)
        error_set(error, E_USAGE, "unknown option '--%.*s', nearest is '--%s'", (int)name.length, name.bytes, nearest);
    else
        error_set(error, E_USAGE, "unknown option '--%.*s'", (int)name.length, name.bytes);
    return NULL;
}

/* Where the row's values are and which bit tells that it was given. */
static void locate(struct tool_call *call, const struct option *row, void **values, uint64_t **given, uint64_t *bit)
{
    int own = position_in(call->tool->options, row);
    int position = own >= 0 ? own : position_in(common_option_table, row);
    ENSURE(position >= 0 && position < OPTION_ROWS_MAXIMUM);
    *values = own >= 0 ? call->options : (void *)&call->common;
    *given = own >= 0 ? &call->given : &call->common_given;
    *bit = (uint64_t)1 << position;
}

bool tool_call_assign(struct tool_call *call, const struct option *row, const char *text, struct error *error)
{
    void *values;
    uint64_t *given, bit;
    locate(call, row, &values, &given, &bit);
    if (row->type == OPTION_LIST && !(*given & bit))
        *(struct option_list *)(void *)((char *)values + row->offset) = (struct option_list){ 0 };
    *given |= bit;
    return option_assign(row, values, text, call->arena, error);
}

bool tool_call_has(const struct tool_call *call, const char *name)
{
    struct slice wanted = slice_of_string(name);
    const struct option *row = option_find(call->tool->options, wanted);
    if (row)
        return call->given >> position_in(call->tool->options, row) & 1;
    row = option_find(common_option_table, wanted);
    return row && call->common_given >> position_in(common_option_table, row) & 1;
}

/* Whether one of the options that the operand yields to was given. */
static bool is_yielded(const struct tool_call *call, const struct option *row)
{
    struct slice rest = slice_of_string(row->yields_to);
    while (rest.length > 0) {
        size_t length = slice_find_byte(rest, ',');
        const struct option *other = option_find(call->tool->options, slice_between(rest, 0, length));
        ENSURE(other != NULL);
        if (tool_call_has(call, other->name))
            return true;
        rest = slice_from(rest, length + 1);
    }
    return false;
}

/* "EXPR is missing; without it give --match or --preset". */
static bool fail_missing(const struct tool_call *call, const struct option *row, struct error *error)
{
    struct buffer message = { 0 };
    buffer_append_format(&message, "%s is %s", option_label(row, call->arena),
                         row->is_operand ? "missing" : "required");
    struct slice rest = slice_of_string(row->yields_to);
    for (bool is_first = true; rest.length > 0; is_first = false) {
        size_t length = slice_find_byte(rest, ',');
        bool is_last = length == rest.length;
        buffer_append_string(&message, is_first ? "; without it give " : is_last ? " or " : ", ");
        buffer_append_format(&message, "--%.*s", (int)length, rest.bytes);
        rest = slice_from(rest, length + 1);
    }
    error_set(error, E_USAGE, "%s", buffer_string(&message));
    buffer_release(&message);
    return false;
}

bool tool_call_finish(struct tool_call *call, struct error *error)
{
    if (call->tool->fill && !call->tool->fill(call, error))
        return false;
    for (const struct option *row = call->tool->options; row && row->name; row++) {
        if (!row->is_required || tool_call_has(call, row->name) || is_yielded(call, row))
            continue;
        return fail_missing(call, row, error);
    }
    return !call->tool->check || call->tool->check(call, error);
}

/* The walk over argv. */
struct parser {
    struct tool_call *call;
    const char *const *arguments;
    int count, next;
    const char **operands; /* arena */
    size_t operand_count;
    bool wants_help, wants_version;
};

static bool has_value(const struct option *row)
{
    return row->type != OPTION_FLAG && row->argument;
}

static bool assign_count(struct parser *parser, const struct option *row)
{
    void *values;
    uint64_t *given, bit;
    locate(parser->call, row, &values, &given, &bit);
    int64_t *value = (int64_t *)(void *)((char *)values + row->offset);
    if (!option_has_maximum(row) || (double)*value < row->maximum)
        (*value)++;
    *given |= bit;
    return true;
}

/* A flag or a count, without a value. */
static bool assign_bare(struct parser *parser, const struct option *row, const char *flag, struct error *error)
{
    if (row->type == OPTION_FLAG)
        return tool_call_assign(parser->call, row, flag, error);
    return assign_count(parser, row);
}

static bool assign_next(struct parser *parser, const struct option *row, const char *shown, struct error *error)
{
    if (parser->next >= parser->count)
        return error_set(error, E_USAGE, "%s: a value is missing, expected %s", shown, row->argument);
    return tool_call_assign(parser->call, row, parser->arguments[parser->next++], error);
}

/* --no-NAME of a flag; NULL when it is none. */
static const struct option *find_negated(const struct parser *parser, struct slice name)
{
    if (!slice_starts_with(name, SLICE("no-")))
        return NULL;
    struct error ignored = { 0 };
    const struct option *row = tool_call_find(parser->call, slice_from(name, 3), false, &ignored);
    return row && row->type == OPTION_FLAG ? row : NULL;
}

static bool parse_long(struct parser *parser, const char *argument, struct error *error)
{
    struct slice whole = slice_from(slice_of_string(argument), 2);
    size_t length = slice_find_byte(whole, '=');
    struct slice name = slice_between(whole, 0, length);
    const char *value = length < whole.length ? argument + 2 + length + 1 : NULL;
    const struct option *row = tool_call_find(parser->call, name, false, error);
    if (!row) {
        row = find_negated(parser, name);
        if (row && value)
            return error_set(error, E_USAGE, "--no-%s takes no value", row->name);
        return row && assign_bare(parser, row, "false", error);
    }
    if (value)
        return tool_call_assign(parser->call, row, value, error);
    if (!has_value(row))
        return assign_bare(parser, row, "true", error);
    return assign_next(parser, row, option_label(row, parser->call->arena), error);
}

static const struct option *find_letter(const struct parser *parser, char letter)
{
    const struct option *row = option_find_letter(parser->call->tool->options, letter);
    if (row)
        return row;
    row = option_find_letter(common_option_table, letter);
    return row && common_applies(parser->call->tool, row) ? row : NULL;
}

/* -qk5: flags, and at the end one option with its value. */
static bool parse_letters(struct parser *parser, const char *argument, struct error *error)
{
    for (const char *letter = argument + 1; *letter; letter++) {
        if (*letter == 'h' && !find_letter(parser, 'h')) {
            parser->wants_help = true;
            return true;
        }
        const struct option *row = find_letter(parser, *letter);
        if (!row)
            return error_set(error, E_USAGE, argument[2] ? "unknown option '-%.*s' in '%s'" : "unknown option '-%.*s'",
                             (unsigned char)*letter < 0x80 ? 1 : (int)strlen(letter), letter, argument);
        if (has_value(row) && letter[1])
            return tool_call_assign(parser->call, row, letter + 1, error);
        if (has_value(row))
            return assign_next(parser, row, arena_format(parser->call->arena, "-%c", *letter), error);
        if (!assign_bare(parser, row, "true", error))
            return false;
    }
    return true;
}

static bool parse_words(struct parser *parser, struct error *error)
{
    bool is_after_dashes = false;
    while (parser->next < parser->count && !parser->wants_help && !parser->wants_version) {
        const char *word = parser->arguments[parser->next++];
        if (is_after_dashes || word[0] != '-' || word[1] == '\0') {
            parser->operands[parser->operand_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            is_after_dashes = true;
        } else if (strcmp(word, "--help") == 0) {
            parser->wants_help = true;
        } else if (strcmp(word, "--version") == 0) {
            parser->wants_version = true;
        } else if (!(word[1] == '-' ? parse_long(parser, word, error) : parse_letters(parser, word, error))) {
            return false;
        }
    }
    return true;
}

/* The operands go to the operand rows in table order; of the common ones, FILE... takes what is left. */
static bool assign_operands(struct parser *parser, struct error *error)
{
    size_t next = 0;
    const struct option *tables[] = { parser->call->tool->options, common_option_table };
    for (size_t i = 0; i < 2; i++)
        for (const struct option *row = tables[i]; row && row->name; row++) {
            if (!row->is_operand || is_yielded(parser->call, row) ||
                (i == 1 && !common_applies(parser->call->tool, row)))
                continue;
            size_t end = row->type == OPTION_LIST ? parser->operand_count : next + 1;
            for (; next < end && next < parser->operand_count; next++)
                if (!tool_call_assign(parser->call, row, parser->operands[next], error))
                    return false;
        }
    if (next < parser->operand_count)
        return error_set(error, E_USAGE, "unexpected operand '%s'", parser->operands[next]);
    return true;
}

/* Whether help is asked for behind the word that could not be read: then that is what the user needs. */
static bool help_follows(const struct parser *parser)
{
    for (int i = parser->next; i < parser->count && strcmp(parser->arguments[i], "--") != 0; i++)
        if (strcmp(parser->arguments[i], "--help") == 0 || strcmp(parser->arguments[i], "-h") == 0)
            return true;
    return false;
}

enum parse_outcome tool_call_parse(struct tool_call *call, const struct tool *tool, const struct tool *const *tools,
                                   int count, const char *const *arguments, struct arena *arena, struct error *error)
{
    if (!tool_call_start(call, tool, tools, arena, error))
        return PARSE_FAILED;
    if (tool->takes_any_arguments) {
        call->common.inputs.values = arena_allocate(arena, (size_t)(count + 1) * sizeof(const char *));
        for (int i = 0; i < count; i++)
            call->common.inputs.values[call->common.inputs.count++] = arguments[i];
        return PARSE_DONE;
    }
    struct parser parser = { .call = call, .arguments = arguments, .count = count };
    parser.operands = arena_allocate(arena, (size_t)(count + 1) * sizeof *parser.operands);
    if (!parse_words(&parser, error)) {
        if (!help_follows(&parser))
            return PARSE_FAILED;
        error_reset(error);
        return PARSE_HELP;
    }
    if (parser.wants_help)
        return PARSE_HELP;
    if (parser.wants_version)
        return PARSE_VERSION;
    if (!assign_operands(&parser, error) || !tool_call_finish(call, error))
        return PARSE_FAILED;
    return PARSE_DONE;
}
