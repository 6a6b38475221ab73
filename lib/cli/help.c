/* help.c - what --help and `garner help` print. */
#include "cli/help.h"

#include "cli/common.h"
#include "cli/topics.h"
#include "cli/wrap.h"

enum { TEXT_COLUMN = 27, NAME_COLUMN = 16, CODE_COLUMN = 19 };

static const struct {
    const char *name, *title;
} groups[] = {
    [GROUP_GET] = { "get", "get documents" },     [GROUP_SHAPE] = { "shape", "shape records" },
    [GROUP_MODEL] = { "model", "ask models" },    [GROUP_SEARCH] = { "search", "index and search" },
    [GROUP_TRAIN] = { "train", "training data" }, [GROUP_LOOK] = { "look", "look and check" },
    [GROUP_RUN] = { "run", "run pipelines" },     [GROUP_HELP] = { "help", "help" },
    [GROUP_HIDDEN] = { "hidden", "hidden" },
};

const char *help_group_name(enum tool_group group)
{
    return groups[group].name;
}

void help_append_names(const struct option *row, struct buffer *output)
{
    if (row->is_operand) {
        buffer_append_string(output, row->argument);
        if (row->type == OPTION_LIST)
            buffer_append_string(output, "...");
        return;
    }
    if (row->letter)
        buffer_append_format(output, "-%c, ", row->letter);
    else
        buffer_append_string(output, "    ");
    bool is_on = row->type == OPTION_FLAG && row->initial && strcmp(row->initial, "true") == 0;
    buffer_append_format(output, is_on ? "--[no-]%s" : "--%s", row->name);
    if (row->argument)
        buffer_append_format(output, "=%s", row->argument);
}

void help_append_meaning(const struct option *row, struct buffer *output)
{
    buffer_append_string(output, row->help ? row->help : "");
    if (row->choices) {
        buffer_append_string(output, row->help && row->help[0] ? ": " : "");
        option_append_choices(row, ", ", output);
    }
    if (row->is_required && !row->is_operand)
        buffer_append_string(output, " (required)");
    if (row->initial && row->type == OPTION_FLAG)
        buffer_append_string(output, strcmp(row->initial, "true") == 0 ? " [yes]" : "");
    else if (row->initial && row->initial[0])
        buffer_append_format(output, " [%s]", row->initial);
}

static void append_row(const struct option *row, struct buffer *output)
{
    struct buffer names = { 0 }, meaning = { 0 };
    buffer_append_string(&names, "  ");
    help_append_names(row, &names);
    help_append_meaning(row, &meaning);
    buffer_append_slice(output, buffer_slice(&names));
    size_t column = names.length;
    if (column + 2 > TEXT_COLUMN) {
        buffer_append_byte(output, '\n');
        column = 0;
    }
    buffer_append_repeated(output, ' ', TEXT_COLUMN - column);
    wrap_append(output, buffer_slice(&meaning), TEXT_COLUMN, TEXT_COLUMN, HELP_WIDTH);
    buffer_release(&names);
    buffer_release(&meaning);
}

static void append_usage_operands(const struct tool *tool, const struct option *table, bool is_common,
                                  struct buffer *output)
{
    for (const struct option *row = table; row && row->name; row++) {
        if (!row->is_operand || row->is_hidden || (is_common && !common_applies(tool, row)))
            continue;
        bool is_needed = row->is_required && !row->yields_to;
        buffer_append_string(output, is_needed ? " " : " [");
        help_append_names(row, output);
        buffer_append_string(output, is_needed ? "" : "]");
    }
}

void help_append_usage(const struct tool *tool, struct buffer *output)
{
    buffer_append_format(output, "garner %s", tool->name);
    for (const struct option *row = tool->options; row && row->name; row++)
        if (row->is_required && !row->is_operand)
            buffer_append_format(output, " --%s=%s", row->name, row->argument);
    buffer_append_string(output, " [OPTION...]");
    append_usage_operands(tool, tool->options, false, output);
    append_usage_operands(tool, common_option_table, true, output);
}

/* Operands first, then the options; a row's heading starts a group of its own. */
static void append_options(const struct tool *tool, struct buffer *output)
{
    bool is_begun = false;
    for (const struct option *row = tool->options; row && row->name; row++)
        if (row->is_operand && !row->is_hidden) {
            buffer_append_string(output, is_begun ? "" : "\n");
            append_row(row, output);
            is_begun = true;
        }
    for (const struct option *row = common_option_table; row->name; row++)
        if (row->is_operand && common_applies(tool, row)) {
            buffer_append_string(output, is_begun ? "" : "\n");
            append_row(row, output);
        }
    is_begun = false;
    for (const struct option *row = tool->options; row && row->name; row++) {
        if (row->is_operand || row->is_hidden)
            continue;
        if (!is_begun || row->heading)
            buffer_append_byte(output, '\n');
        if (row->heading)
            buffer_append_format(output, "%s:\n", row->heading);
        append_row(row, output);
        is_begun = true;
    }
}

/* Names only: each tool's own options are what the reader came for. */
static void append_common_names(const struct tool *tool, struct buffer *output)
{
    struct buffer names = { 0 };
    for (const struct option *row = common_option_table; row->name; row++) {
        if (row->is_operand || !common_applies(tool, row))
            continue;
        if (row->letter)
            buffer_append_format(&names, "-%c/", row->letter);
        buffer_append_format(&names, "--%s", row->name);
        if (row->argument)
            buffer_append_format(&names, "=%s", row->argument);
        buffer_append_byte(&names, ' ');
    }
    buffer_append_string(&names, "-h/--help");
    buffer_append_string(output, "\ncommon options (garner help options):\n  ");
    wrap_append(output, buffer_slice(&names), 2, 2, HELP_WIDTH);
    buffer_release(&names);
}

static void append_examples(const struct tool *tool, struct buffer *output)
{
    const struct tool_example *example = tool->examples;
    if (!example || !example->command)
        return;
    buffer_append_string(output, example[1].command ? "\nexamples:\n" : "\nexample:\n");
    for (; example->command; example++) {
        if (example->remark)
            buffer_append_format(output, "  # %s\n", example->remark);
        struct slice rest = slice_of_string(example->command), line;
        while (wrap_next_line(&rest, &line))
            buffer_append_format(output, "  %.*s\n", (int)line.length, line.bytes);
    }
}

void help_append_tool(const struct tool *tool, struct buffer *output)
{
    struct buffer usage = { 0 };
    help_append_usage(tool, &usage);
    buffer_append_string(output, "usage: ");
    wrap_append(output, buffer_slice(&usage), 7, 11, HELP_WIDTH);
    buffer_release(&usage);
    buffer_append_byte(output, '\n');
    wrap_append(output, slice_of_string(tool->summary), 0, 0, HELP_WIDTH);
    if (tool->description) {
        buffer_append_byte(output, '\n');
        wrap_append_paragraphs(output, slice_of_string(tool->description), HELP_WIDTH);
    }
    append_options(tool, output);
    append_common_names(tool, output);
    append_examples(tool, output);
    buffer_append_string(output, "\nexit codes: garner help exit-codes\n");
}

void help_append_common(struct buffer *output)
{
    for (const struct option *row = common_option_table; row->name; row++)
        if (!row->is_operand)
            append_row(row, output);
    static const struct option help_row = { .name = "help", .letter = 'h', .help = "this tool's help" };
    static const struct option version_row = { .name = "version", .help = "version, libraries and CPU level" };
    append_row(&help_row, output);
    append_row(&version_row, output);
}

static void append_group(const struct tool *const *tools, enum tool_group group, struct buffer *output)
{
    bool is_begun = false;
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->group != group || tools[i]->is_hidden)
            continue;
        if (!is_begun)
            buffer_append_format(output, "\n%s\n", groups[group].title);
        is_begun = true;
        size_t length = strlen(tools[i]->name);
        buffer_append_format(output, "  %s", tools[i]->name);
        buffer_append_repeated(output, ' ', length + 3 < NAME_COLUMN ? NAME_COLUMN - 2 - length : 1);
        buffer_append_format(output, "%s\n", tools[i]->summary);
    }
}

void help_append_overview(const struct tool *const *tools, struct buffer *output)
{
    buffer_append_string(output, "usage: garner TOOL [OPTION...] [OPERAND...]\n\n"
                                 "Turns piles of documents into an index that answers questions and into data\n"
                                 "that trains models. Records are JSON, one a line; tools join in pipes.\n");
    for (enum tool_group group = GROUP_GET; group < GROUP_HIDDEN; group++)
        append_group(tools, group, output);
    buffer_append_string(output, "\nexamples\n"
                                 "  garner ingest docs/ | garner chunk | garner embed | garner index kb/\n"
                                 "  garner query kb/ 'how do I rotate the keys?'\n"
                                 "  garner ingest docs/ | garner filter 'length(text) > 200' | garner view\n"
                                 "  garner run pipelines/knowledge-base.yaml\n"
                                 "\ngarner help TOOL, garner help TOPIC; topics: ");
    struct buffer names = { 0 };
    topics_append_names(tools, &names);
    wrap_append(output, buffer_slice(&names), 49, 2, HELP_WIDTH);
    buffer_release(&names);
}

void help_append_list(const struct tool *const *tools, struct buffer *output)
{
    for (size_t i = 0; tools[i]; i++)
        if (!tools[i]->is_hidden)
            buffer_append_format(output, "%s\t%s\n", tools[i]->name, groups[tools[i]->group].name);
}

void help_append_code(enum code code, struct buffer *output)
{
    const struct code_entry *entry = code_entry(code);
    buffer_append_format(output, "%s: %s\n\n", entry->name, entry->summary);
    wrap_append(output, slice_of_string(entry->explanation), 0, 0, HELP_WIDTH);
    buffer_append_format(output, "\nexit code when it ends a run: %d\n", (int)entry->exit_code);
}

void help_append_codes(struct buffer *output)
{
    for (int code = E_NONE + 1; code < CODE_COUNT; code++) {
        const struct code_entry *entry = code_entry((enum code)code);
        size_t length = strlen(entry->name);
        buffer_append_string(output, entry->name);
        buffer_append_repeated(output, ' ', length + 1 < CODE_COLUMN ? CODE_COLUMN - length : 1);
        buffer_append_format(output, "%3d  ", (int)entry->exit_code);
        wrap_append(output, slice_of_string(entry->summary), CODE_COLUMN + 5, CODE_COLUMN + 5, HELP_WIDTH);
    }
}
