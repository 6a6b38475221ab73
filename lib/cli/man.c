/* man.c - manual pages in mdoc, from the tables. */
#include "cli/man.h"

#include "cli/common.h"
#include "cli/help.h"
#include "cli/topics.h"
#include "cli/wrap.h"

/* The day of this version, so that the same program makes the same pages. */
#define PAGE_DATE "November 22, 2026"

/* One line of text: nothing in it is taken for a macro or an escape. */
static void append_text(struct buffer *output, struct slice text)
{
    if (text.length > 0 && (text.bytes[0] == '.' || text.bytes[0] == '\''))
        buffer_append_string(output, "\\&");
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '\\')
            buffer_append_string(output, "\\e");
        else if (text.bytes[i] == '-')
            buffer_append_string(output, "\\-");
        else
            buffer_append_byte(output, text.bytes[i]);
    }
}

/* Prose: every sentence begins a line, as mdoc wants it. */
static void append_sentences(struct buffer *output, struct slice text)
{
    while (text.length > 0) {
        size_t end = 0;
        while (end < text.length && !(text.bytes[end] == '.' && end + 2 < text.length && text.bytes[end + 1] == ' ' &&
                                      text.bytes[end + 2] >= 'A' && text.bytes[end + 2] <= 'Z'))
            end++;
        append_text(output, slice_trim(slice_between(text, 0, end + 1)));
        buffer_append_byte(output, '\n');
        text = slice_from(text, end + 2);
    }
}

static void append_literal(struct buffer *output, struct slice text, bool is_indented)
{
    struct slice line;
    buffer_append_string(output, is_indented ? ".Bd -literal -offset indent\n" : ".Bd -literal\n");
    while (wrap_next_line(&text, &line)) {
        append_text(output, line);
        buffer_append_byte(output, '\n');
    }
    buffer_append_string(output, ".Ed\n");
}

/* Paragraphs; lines that begin with a space stay as they are. */
static void append_paragraphs(struct buffer *output, struct slice text)
{
    while (text.length > 0) {
        size_t length = slice_find(text, SLICE("\n\n"));
        struct slice paragraph = slice_between(text, 0, length);
        text = slice_from(text, length + 2);
        if (paragraph.length == 0)
            continue;
        if (paragraph.bytes[0] == ' ') {
            append_literal(output, paragraph, false);
            continue;
        }
        buffer_append_string(output, ".Pp\n");
        struct buffer joined = { 0 };
        struct slice line;
        while (wrap_next_line(&paragraph, &line)) {
            buffer_append_string(&joined, joined.length ? " " : "");
            buffer_append_slice(&joined, line);
        }
        append_sentences(output, buffer_slice(&joined));
        buffer_release(&joined);
    }
}

static void append_upper(struct buffer *output, const char *text)
{
    for (; *text; text++)
        buffer_append_byte(output, *text >= 'a' && *text <= 'z' ? (char)(*text - ('a' - 'A')) : *text);
}

static void append_head(struct buffer *output, const char *name, const char *summary)
{
    buffer_append_string(output, ".Dd " PAGE_DATE "\n.Dt ");
    append_upper(output, name);
    buffer_append_format(output, " 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd ", name);
    if (summary[0] >= 'A' && summary[0] <= 'Z' && !(summary[1] >= 'A' && summary[1] <= 'Z')) {
        buffer_append_byte(output, (char)(summary[0] + ('a' - 'A')));
        summary++;
    }
    append_text(output, slice_of_string(summary));
    buffer_append_byte(output, '\n');
}

static void append_argument(struct buffer *output, const char *argument)
{
    buffer_append_string(output, "\\&");
    append_text(output, slice_of_string(argument));
}

static void append_operand(struct buffer *output, const struct option *row)
{
    buffer_append_string(output, row->is_required && !row->yields_to ? ".Ar " : ".Op Ar ");
    append_argument(output, row->argument);
    buffer_append_string(output, row->type == OPTION_LIST ? " ...\n" : "\n");
}

static void append_synopsis(struct buffer *output, const struct tool *tool)
{
    buffer_append_format(output, ".Sh SYNOPSIS\n.Nm garner %s\n", tool->name);
    for (const struct option *row = tool->options; row && row->name; row++)
        if (row->is_required && !row->is_operand)
            buffer_append_format(output, ".Fl -%s Ns = Ns Ar %s\n", row->name, row->argument);
    buffer_append_string(output, ".Op Ar OPTION ...\n");
    for (const struct option *row = tool->options; row && row->name; row++)
        if (row->is_operand && !row->is_hidden)
            append_operand(output, row);
    for (const struct option *row = common_option_table; row->name; row++)
        if (row->is_operand && common_applies(tool, row))
            append_operand(output, row);
}

static void append_term(struct buffer *output, const struct option *row)
{
    buffer_append_string(output, ".It ");
    if (row->is_operand) {
        buffer_append_string(output, "Ar ");
        append_argument(output, row->argument);
        buffer_append_string(output, row->type == OPTION_LIST ? " ...\n" : "\n");
        return;
    }
    if (row->letter)
        buffer_append_format(output, "Fl %c , ", row->letter);
    buffer_append_format(output, "Fl -%s", row->name);
    if (row->argument) {
        buffer_append_string(output, " Ns = Ns Ar ");
        append_argument(output, row->argument);
    } else if (row->type == OPTION_FLAG && row->initial && strcmp(row->initial, "true") == 0) {
        buffer_append_format(output, " , Fl -no-%s", row->name);
    }
    buffer_append_byte(output, '\n');
}

static void append_bounds(struct buffer *text, const struct option *row)
{
    bool has_minimum = option_has_minimum(row), has_maximum = option_has_maximum(row);
    if (!row->argument || (row->type != OPTION_INTEGER && row->type != OPTION_NUMBER))
        return;
    if (has_minimum && has_maximum) {
        buffer_append_string(text, " From ");
        option_append_bound(row->minimum, text);
        buffer_append_string(text, " to ");
        option_append_bound(row->maximum, text);
        buffer_append_byte(text, '.');
    } else if (has_minimum || has_maximum) {
        buffer_append_string(text, has_minimum ? " At least " : " At most ");
        option_append_bound(has_minimum ? row->minimum : row->maximum, text);
        buffer_append_byte(text, '.');
    }
}

static void append_row(struct buffer *output, const struct option *row)
{
    struct buffer text = { 0 };
    append_term(output, row);
    const char *help = row->help ? row->help : "";
    if (help[0] >= 'a' && help[0] <= 'z') {
        buffer_append_byte(&text, (char)(help[0] - ('a' - 'A')));
        help++;
    }
    buffer_append_string(&text, help);
    if (row->choices) {
        buffer_append_string(&text, ": ");
        option_append_choices(row, ", ", &text);
    }
    buffer_append_byte(&text, '.');
    if (row->is_required && !row->is_operand)
        buffer_append_string(&text, " Required.");
    append_bounds(&text, row);
    if (row->type == OPTION_LIST && !row->is_operand)
        buffer_append_string(&text, row->keeps_commas ? " May be given several times."
                                                      : " Several values take commas, or the option several times.");
    if (row->initial && row->initial[0] && row->type != OPTION_FLAG)
        buffer_append_format(&text, " The default is %s.", row->initial);
    else if (row->initial && strcmp(row->initial, "true") == 0)
        buffer_append_string(&text, " On by default.");
    if (row->details)
        buffer_append_format(&text, " %s", row->details);
    append_sentences(output, buffer_slice(&text));
    buffer_release(&text);
}

/* The row after `row` among those of that sort: the tool's own, then FILE... of the common ones. NULL: the first, and
 * at the end. */
static const struct option *next_row(const struct tool *tool, bool are_operands, const struct option *row)
{
    bool is_passed = row == NULL;
    const struct option *const tables[] = { tool->options, common_option_table };
    for (size_t i = 0; i < 2; i++)
        for (const struct option *next = tables[i]; next && next->name; next++) {
            bool is_shown = i == 0 ? !next->is_hidden : are_operands && common_applies(tool, next);
            if (is_passed && next->is_operand == are_operands && is_shown)
                return next;
            is_passed |= next == row;
        }
    return NULL;
}

static void append_rows(struct buffer *output, const struct tool *tool, bool are_operands)
{
    const struct option *row = next_row(tool, are_operands, NULL);
    if (!row)
        return;
    buffer_append_string(output, are_operands ? ".Sh OPERANDS\n" : ".Sh OPTIONS\n");
    bool is_open = false;
    for (; row; row = next_row(tool, are_operands, row)) {
        if (row->heading && !are_operands) {
            buffer_append_string(output, is_open ? ".El\n" : "");
            buffer_append_format(output, ".Ss %s\n", row->heading);
            is_open = false;
        }
        if (!is_open)
            buffer_append_string(output, ".Bl -tag -width Ds\n");
        is_open = true;
        append_row(output, row);
    }
    buffer_append_string(output, ".El\n");
}

/* tool NULL: all of them. */
static void append_common(struct buffer *output, const struct tool *tool)
{
    buffer_append_string(output, ".Sh COMMON OPTIONS\n.Bl -tag -width Ds\n");
    for (const struct option *row = common_option_table; row->name; row++)
        if (!row->is_operand && (!tool || common_applies(tool, row)))
            append_row(output, row);
    buffer_append_string(output, ".It Fl h , Fl -help\nPrints a summary of the options.\n"
                                 ".It Fl -version\nPrints the versions of the program and its libraries.\n.El\n");
}

static void append_examples(struct buffer *output, const struct tool_example *example)
{
    if (!example || !example->command)
        return;
    buffer_append_string(output, ".Sh EXAMPLES\n");
    for (bool is_first = true; example->command; example++, is_first = false) {
        if (example->remark) {
            buffer_append_string(output, is_first ? "" : ".Pp\n");
            struct buffer remark = { 0 };
            size_t length = strlen(example->remark);
            length -= example->remark[length - 1] == '.';
            append_upper(&remark, (char[]){ example->remark[0], '\0' });
            buffer_append_format(&remark, "%.*s:", (int)length - 1, example->remark + 1);
            append_sentences(output, buffer_slice(&remark));
            buffer_release(&remark);
        }
        append_literal(output, slice_of_string(example->command), true);
    }
}

static void append_exit_status(struct buffer *output)
{
    buffer_append_string(output, ".Sh EXIT STATUS\n0 when done, 1 when the answer is no, 2 when records were rejected, "
                                 "64 and above for failures;\n"
                                 ".Xr garner 1\nlists them.\n");
}

void man_append_tool(const struct tool *tool, struct buffer *output)
{
    struct buffer name = { 0 };
    buffer_append_format(&name, "garner-%s", tool->name);
    append_head(output, buffer_string(&name), tool->summary);
    buffer_release(&name);
    append_synopsis(output, tool);
    buffer_append_string(output, ".Sh DESCRIPTION\n");
    append_text(output, slice_of_string(tool->summary));
    buffer_append_string(output, ".\n");
    if (tool->description)
        append_paragraphs(output, slice_of_string(tool->description));
    append_rows(output, tool, true);
    append_rows(output, tool, false);
    append_common(output, tool);
    append_exit_status(output);
    append_examples(output, tool->examples);
    buffer_append_string(output, ".Sh SEE ALSO\n.Xr garner 1\n");
}

static void append_tools(struct buffer *output, const struct tool *const *tools)
{
    buffer_append_string(output, ".Sh TOOLS\n.Bl -tag -width garner-completion\n");
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->is_hidden)
            continue;
        buffer_append_format(output, ".It Xr garner-%s 1\n", tools[i]->name);
        append_text(output, slice_of_string(tools[i]->summary));
        buffer_append_string(output, ".\n");
    }
    buffer_append_string(output, ".El\n");
}

/* A topic's text, without the trailing blank lines that its sections may have. */
static void append_topic(struct buffer *output, const char *heading, const char *name)
{
    const struct topic *topic = topic_find(NULL, slice_of_string(name));
    struct buffer text = { 0 };
    if (topic->append)
        topic->append(&text);
    else
        buffer_append_string(&text, topic->text);
    buffer_append_format(output, ".Sh %s\n", heading);
    append_literal(output, buffer_slice(&text), false);
    buffer_release(&text);
}

void man_append_overview(const struct tool *const *tools, struct buffer *output)
{
    append_head(output, "garner", "turn documents into a search index and into training data");
    buffer_append_string(output, ".Sh SYNOPSIS\n.Nm garner\n.Ar TOOL\n.Op Ar OPTION ...\n.Op Ar OPERAND ...\n"
                                 ".Sh DESCRIPTION\n.Nm\nholds tools that are joined in pipes.\n"
                                 "Each reads records, one JSON object on one line, and writes records.\n"
                                 "A pipeline file names the same tools as steps:\n.Nm garner run Ar FILE .\n");
    append_tools(output, tools);
    append_common(output, NULL);
    append_topic(output, "ENVIRONMENT", "environment");
    append_topic(output, "EXIT STATUS", "exit-codes");
    append_topic(output, "RECORDS", "formats");
    buffer_append_string(output, ".Sh ERROR CODES\n");
    struct buffer codes = { 0 };
    help_append_codes(&codes);
    append_literal(output, buffer_slice(&codes), false);
    buffer_release(&codes);
}
