/* completion.c - what the completion scripts of all shells share. */
#include "cli/completion.h"

#include "cli/common.h"
#include "cli/topics.h"

enum completion_kind completion_kind(const struct option *row)
{
    if (row->choices || row->meaning == MEANING_TOOL || row->meaning == MEANING_TOPIC)
        return COMPLETE_WORDS;
    if (row->meaning == MEANING_FILE)
        return COMPLETE_FILES;
    if (row->meaning == MEANING_FOLDER)
        return COMPLETE_FOLDERS;
    return row->meaning == MEANING_PROGRAM ? COMPLETE_PROGRAMS : COMPLETE_NOTHING;
}

void completion_append_words(const struct option *row, const struct tool *const *tools, struct buffer *output)
{
    if (row->choices) {
        option_append_choices(row, " ", output);
        return;
    }
    bool is_first = true;
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->is_hidden)
            continue;
        buffer_append_format(output, "%s%s", is_first ? "" : " ", tools[i]->name);
        is_first = false;
    }
    const struct topic *topic;
    for (size_t i = 0; row->meaning == MEANING_TOPIC && (topic = topic_at(tools, i)); i++)
        buffer_append_format(output, " %s", topic->name);
}

void completion_each_row(const struct tool *tool, void (*visit)(const struct option *row, void *context), void *context)
{
    static const struct option help_row = { .name = "help", .letter = 'h', .help = "show the help of the tool" };
    for (const struct option *row = tool->options; row && row->name; row++)
        if (!row->is_hidden)
            visit(row, context);
    for (const struct option *row = common_option_table; row->name; row++)
        if (common_applies(tool, row))
            visit(row, context);
    visit(&help_row, context);
}

void completion_append(const struct tool *const *tools, enum completion_shell shell, struct buffer *output)
{
    switch (shell) {
    case SHELL_BASH:
        completion_append_bash(tools, output);
        break;
    case SHELL_ZSH:
        completion_append_zsh(tools, output);
        break;
    case SHELL_FISH:
        completion_append_fish(tools, output);
        break;
    }
}
