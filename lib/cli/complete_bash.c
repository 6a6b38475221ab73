/* complete_bash.c - the completion script for bash. */
#include "cli/completion.h"

/* `=` splits words in bash, so "--unit=to" arrives as three of them. */
static const char head[] = "# Completion of garner for bash; made by: garner completion bash\n"
                           "\n"
                           "_garner_words() {\n"
                           "    local start=''\n"
                           "    [[ $word == *,* ]] && start=${word%,*},\n"
                           "    mapfile -t COMPREPLY < <(compgen -P \"$start\" -W \"$1\" -- \"${word##*,}\")\n"
                           "}\n"
                           "\n"
                           "_garner_paths() {\n"
                           "    compopt -o filenames 2> /dev/null\n"
                           "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$word\")\n"
                           "}\n"
                           "\n"
                           "_garner() {\n"
                           "    local word=${COMP_WORDS[COMP_CWORD]} before='' tool='' options=''\n"
                           "    COMPREPLY=()\n"
                           "    ((COMP_CWORD > 0)) && before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                           "    if [[ $word == '=' ]]; then\n"
                           "        word=''\n"
                           "    elif [[ $before == '=' ]] && ((COMP_CWORD > 1)); then\n"
                           "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
                           "    fi\n"
                           "    case ${COMP_WORDS[0]##*/} in\n"
                           "    garner-*) tool=${COMP_WORDS[0]##*/garner-} tool=${tool#garner-} ;;\n"
                           "    *) ((COMP_CWORD > 1)) && tool=${COMP_WORDS[1]} ;;\n"
                           "    esac\n"
                           "    case $tool in\n";

struct bash_tool {
    const struct tool *const *tools;
    struct buffer names;  /* all options */
    struct buffer values; /* the arms of "case $before" */
    struct buffer operands;
};

static void append_action(const struct option *row, const struct tool *const *tools, struct buffer *output)
{
    switch (completion_kind(row)) {
    case COMPLETE_FILES:
        buffer_append_string(output, "_garner_paths -f");
        break;
    case COMPLETE_FOLDERS:
        buffer_append_string(output, "_garner_paths -d");
        break;
    case COMPLETE_PROGRAMS:
        buffer_append_string(output, "_garner_paths -c");
        break;
    case COMPLETE_WORDS:
        buffer_append_string(output, "_garner_words '");
        completion_append_words(row, tools, output);
        buffer_append_byte(output, '\'');
        break;
    case COMPLETE_NOTHING:
        buffer_append_byte(output, ':');
        break;
    }
}

static void visit_row(const struct option *row, void *context)
{
    struct bash_tool *tool = context;
    if (row->is_operand) {
        /* Any operand may be next; the one that names files or words is the one worth offering. */
        if (tool->operands.length == 0 && completion_kind(row) != COMPLETE_NOTHING)
            append_action(row, tool->tools, &tool->operands);
        return;
    }
    buffer_append_format(&tool->names, "%s--%s", tool->names.length ? " " : "", row->name);
    if (!row->argument)
        return;
    buffer_append_format(&tool->values, "        --%s", row->name);
    if (row->letter)
        buffer_append_format(&tool->values, " | -%c", row->letter);
    buffer_append_string(&tool->values, ") ");
    append_action(row, tool->tools, &tool->values);
    buffer_append_string(&tool->values, "; return ;;\n");
}

void completion_append_bash(const struct tool *const *tools, struct buffer *output)
{
    struct buffer names = { 0 };
    buffer_append_string(output, head);
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->is_hidden)
            continue;
        struct bash_tool tool = { .tools = tools };
        completion_each_row(tools[i], visit_row, &tool);
        buffer_append_format(&names, "%s%s", names.length ? " " : "", tools[i]->name);
        buffer_append_format(output, "    %s)\n        case $before in\n%s        esac\n        options='%s'\n",
                             tools[i]->name, buffer_string(&tool.values), buffer_string(&tool.names));
        buffer_append_format(output, "        [[ $word == -* ]] || { %s; return; }\n        ;;\n",
                             tool.operands.length ? buffer_string(&tool.operands) : ":");
        buffer_release(&tool.names);
        buffer_release(&tool.values);
        buffer_release(&tool.operands);
    }
    buffer_append_format(output, "    '') options='%s --help --version' ;;\n    esac\n", buffer_string(&names));
    buffer_append_string(output, "    _garner_words \"$options\"\n}\n\ncomplete -F _garner garner");
    for (size_t i = 0; tools[i]; i++)
        if (!tools[i]->is_hidden)
            buffer_append_format(output, " \\\n    garner-%s", tools[i]->name);
    buffer_append_byte(output, '\n');
    buffer_release(&names);
}
