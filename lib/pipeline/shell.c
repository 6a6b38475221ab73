/* shell.c - a pipeline as the shell pipes that do the same work. */
#include "pipeline/pipeline.h"

static bool is_plain(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') ||
              strchr("_-./:=,@%+", *at)))
            return false;
    return *text != '\0';
}

static void append_quoted(struct buffer *output, const char *text)
{
    if (is_plain(text)) {
        buffer_append_string(output, text);
        return;
    }
    buffer_append_byte(output, '\'');
    for (const char *at = text; *at; at++) {
        if (*at == '\'')
            buffer_append_string(output, "'\\''");
        else
            buffer_append_byte(output, *at);
    }
    buffer_append_byte(output, '\'');
}

static void append_option(struct buffer *output, const struct pipeline_word *word)
{
    bool is_flag = word->row->type == OPTION_FLAG;
    buffer_append_string(output, is_flag && strcmp(word->text, "false") == 0 ? " --no-" : " --");
    buffer_append_string(output, word->row->name);
    if (is_flag)
        return;
    buffer_append_byte(output, '=');
    append_quoted(output, word->text);
}

static void append_operands(struct buffer *output, const struct pipeline_step *step)
{
    bool has_dash = false;
    for (size_t i = 0; i < step->word_count; i++)
        has_dash |= step->words[i].row->is_operand && step->words[i].text[0] == '-' && step->words[i].text[1];
    if (has_dash)
        buffer_append_string(output, " --");
    /* Operands stand in the order of the table, whatever the order of the keys. */
    const struct option *row = step->call.tool->options;
    for (; row && row->name; row++)
        for (size_t i = 0; row->is_operand && i < step->word_count; i++)
            if (step->words[i].row == row) {
                buffer_append_byte(output, ' ');
                append_quoted(output, step->words[i].text);
            }
}

static void append_list(struct buffer *output, const struct option_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        buffer_append_byte(output, ' ');
        append_quoted(output, list->values[i]);
    }
}

static void append_step(struct buffer *output, const struct pipeline_chain *chain, size_t index)
{
    const struct pipeline_step *step = &chain->steps[index];
    bool is_first = index == 0, is_last = index + 1 == chain->step_count;
    buffer_append_string(output, is_first ? "garner " : " | garner ");
    buffer_append_string(output, step->call.tool->name);
    if (!is_first)
        buffer_append_string(output, " --sealed");
    if (!is_last)
        buffer_append_string(output, " --seal");
    for (size_t i = 0; i < step->word_count; i++)
        if (!step->words[i].row->is_operand)
            append_option(output, &step->words[i]);
    if (is_last && chain->output && !step->call.common.output) {
        buffer_append_string(output, " --output=");
        append_quoted(output, chain->output);
    }
    append_operands(output, step);
    if (is_first)
        append_list(output, step->call.common.inputs.count ? &step->call.common.inputs : &chain->inputs);
}

void pipeline_append_shell(const struct pipeline *pipeline, struct buffer *output)
{
    for (size_t i = 0; i < pipeline->chain_count; i++) {
        const struct pipeline_chain *chain = &pipeline->chains[i];
        if (chain->name)
            buffer_append_format(output, "# %s\n", chain->name);
        for (size_t k = 0; k < chain->step_count; k++)
            append_step(output, chain, k);
        buffer_append_byte(output, '\n');
    }
}
