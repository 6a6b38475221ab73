/* complete_fish.c - the completion script for fish. */
#include "cli/completion.h"

static const char head[] = "# Completion of garner for fish; made by: garner completion fish\n"
                           "\n"
                           "function __garner_tool_is\n"
                           "    set -l words (commandline -opc)\n"
                           "    test (count $words) -ge 2; and test \"$words[2]\" = \"$argv[1]\"\n"
                           "end\n"
                           "\n"
                           "function __garner_has_no_tool\n"
                           "    test (count (commandline -opc)) -lt 2\n"
                           "end\n"
                           "\n"
                           "complete -c garner -n __garner_has_no_tool -f\n"
                           "complete -c garner -n __garner_has_no_tool -s h -l help -d 'show the tools'\n"
                           "complete -c garner -n __garner_has_no_tool -l version -d 'show versions'\n";

static void append_quoted(struct buffer *output, const char *text)
{
    buffer_append_byte(output, '\'');
    for (; text && *text; text++) {
        if (*text == '\'' || *text == '\\')
            buffer_append_byte(output, '\\');
        buffer_append_byte(output, *text);
    }
    buffer_append_byte(output, '\'');
}

struct fish_tool {
    const struct tool *const *tools;
    const struct tool *tool;
    struct buffer *output;
    bool takes_files;
};

static void append_start(struct fish_tool *tool)
{
    buffer_append_format(tool->output, "complete -c garner -n '__garner_tool_is %s'", tool->tool->name);
}

static void append_values(const struct option *row, struct fish_tool *tool, bool is_operand)
{
    struct buffer words = { 0 };
    switch (completion_kind(row)) {
    case COMPLETE_FILES:
        buffer_append_string(tool->output, is_operand ? " -F" : " -rF");
        break;
    case COMPLETE_FOLDERS:
        buffer_append_string(tool->output, is_operand ? " -fa '(__fish_complete_directories)'"
                                                      : " -xa '(__fish_complete_directories)'");
        break;
    case COMPLETE_PROGRAMS:
        buffer_append_string(tool->output, " -xa '(__fish_complete_command)'");
        break;
    case COMPLETE_WORDS:
        completion_append_words(row, tool->tools, &words);
        buffer_append_string(tool->output, is_operand ? " -fa " : " -xa ");
        append_quoted(tool->output, buffer_string(&words));
        break;
    case COMPLETE_NOTHING:
        buffer_append_string(tool->output, " -x");
        break;
    }
    buffer_release(&words);
}

static void visit_row(const struct option *row, void *context)
{
    struct fish_tool *tool = context;
    if (row->is_operand) {
        enum completion_kind kind = completion_kind(row);
        tool->takes_files |= kind == COMPLETE_FILES || kind == COMPLETE_FOLDERS;
        if (kind == COMPLETE_NOTHING)
            return;
        append_start(tool);
        append_values(row, tool, true);
        buffer_append_byte(tool->output, '\n');
        return;
    }
    append_start(tool);
    if (row->letter)
        buffer_append_format(tool->output, " -s %c", row->letter);
    buffer_append_format(tool->output, " -l %s", row->name);
    if (row->argument)
        append_values(row, tool, false);
    buffer_append_string(tool->output, " -d ");
    append_quoted(tool->output, row->help);
    buffer_append_byte(tool->output, '\n');
}

void completion_append_fish(const struct tool *const *tools, struct buffer *output)
{
    buffer_append_string(output, head);
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->is_hidden)
            continue;
        struct fish_tool tool = { tools, tools[i], output, false };
        buffer_append_format(output, "\ncomplete -c garner -n __garner_has_no_tool -a %s -d ", tools[i]->name);
        append_quoted(output, tools[i]->summary);
        buffer_append_format(output, "\ncomplete -c garner-%s -w 'garner %s'\n", tools[i]->name, tools[i]->name);
        completion_each_row(tools[i], visit_row, &tool);
        if (tool.takes_files)
            continue;
        append_start(&tool);
        buffer_append_string(output, " -f\n");
    }
}
