/* complete_zsh.c - the completion script for zsh. */
#include "cli/completion.h"

/* Inside single quotes and inside [...] of an _arguments specification. */
static void append_escaped(struct buffer *output, const char *text)
{
    for (; text && *text; text++) {
        if (*text == '\'')
            buffer_append_string(output, "'\\''");
        else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
            buffer_append_format(output, "\\%c", *text);
        else
            buffer_append_byte(output, *text);
    }
}

static void append_action(const struct option *row, const struct tool *const *tools, struct buffer *output)
{
    buffer_append_byte(output, ':');
    append_escaped(output, row->argument);
    buffer_append_byte(output, ':');
    switch (completion_kind(row)) {
    case COMPLETE_FILES:
        buffer_append_string(output, "_files");
        break;
    case COMPLETE_FOLDERS:
        buffer_append_string(output, "_files -/");
        break;
    case COMPLETE_PROGRAMS:
        buffer_append_string(output, "_command_names -e");
        break;
    case COMPLETE_WORDS:
        buffer_append_string(output, row->type == OPTION_LIST && !row->is_operand ? "_sequence compadd - " : "(");
        completion_append_words(row, tools, output);
        buffer_append_string(output, row->type == OPTION_LIST && !row->is_operand ? "" : ")");
        break;
    case COMPLETE_NOTHING:
        buffer_append_byte(output, ' ');
        break;
    }
}

struct zsh_tool {
    const struct tool *const *tools;
    struct buffer *output;
};

static void append_specification(const struct option *row, const char *name, const char *sign, struct zsh_tool *tool)
{
    bool is_repeated = row->type == OPTION_LIST || (row->type == OPTION_INTEGER && !row->argument);
    buffer_append_format(tool->output, " \\\n            '%s%s%s[", is_repeated ? "*" : "", name,
                         row->argument ? sign : "");
    append_escaped(tool->output, row->help);
    buffer_append_byte(tool->output, ']');
    if (row->argument)
        append_action(row, tool->tools, tool->output);
    buffer_append_byte(tool->output, '\'');
}

static void visit_row(const struct option *row, void *context)
{
    struct zsh_tool *tool = context;
    if (row->is_operand) {
        buffer_append_format(tool->output, " \\\n            '%s%s", row->type == OPTION_LIST ? "*" : "",
                             row->is_required || row->type == OPTION_LIST ? "" : ":");
        append_action(row, tool->tools, tool->output);
        buffer_append_byte(tool->output, '\'');
        return;
    }
    struct buffer name = { 0 };
    buffer_append_format(&name, "--%s", row->name);
    append_specification(row, buffer_string(&name), "=", tool);
    if (row->letter)
        append_specification(row, (char[]){ '-', row->letter, '\0' }, "+", tool);
    buffer_release(&name);
}

void completion_append_zsh(const struct tool *const *tools, struct buffer *output)
{
    buffer_append_string(output, "#compdef garner -P garner-*\n"
                                 "# Completion of garner for zsh; made by: garner completion zsh\n"
                                 "\n"
                                 "_garner() {\n"
                                 "    local tool=${${service:-garner}:t}\n"
                                 "    if [[ $tool == garner-* ]]; then\n"
                                 "        tool=${tool#garner-}\n"
                                 "    elif ((CURRENT > 2)); then\n"
                                 "        tool=$words[2]\n"
                                 "        shift words\n"
                                 "        ((CURRENT--))\n"
                                 "    else\n"
                                 "        local -a tools=(\n");
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->is_hidden)
            continue;
        buffer_append_format(output, "            '%s:", tools[i]->name);
        append_escaped(output, tools[i]->summary);
        buffer_append_string(output, "'\n");
    }
    buffer_append_string(output, "        )\n"
                                 "        _describe -t commands tool tools\n"
                                 "        _arguments '--help[show the tools]' '--version[show versions]'\n"
                                 "        return\n"
                                 "    fi\n"
                                 "    case $tool in\n");
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->is_hidden)
            continue;
        struct zsh_tool tool = { tools, output };
        buffer_append_format(output, "    %s)\n        _arguments -S -s", tools[i]->name);
        completion_each_row(tools[i], visit_row, &tool);
        buffer_append_string(output, "\n        ;;\n");
    }
    buffer_append_string(output, "    esac\n}\n\n_garner \"$@\"\n");
}
