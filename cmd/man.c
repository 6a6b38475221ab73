/* man.c - manual pages in mdoc. */
#include "cli/man.h"

#include "cli/parse.h"
#include "tools.h"

struct man_options {
    const char *tool;
};

#define FIELD(name) OPTION_FIELD(struct man_options, name)
static const struct option man_options[] = {
    { .name = "tool",
      .is_operand = true,
      FIELD(tool),
      .argument = "TOOL",
      .meaning = MEANING_TOOL,
      .help = "whose page; none: garner itself" },
    { .name = NULL },
};

static int man_run(struct tool_call *call, struct error *error)
{
    const struct man_options *options = call->options;
    struct slice name = slice_of_string(options->tool);
    const struct tool *tool = options->tool ? tool_find(call->tools, name) : NULL;
    const char *nearest = tool_nearest(call->tools, name);
    struct buffer page = { 0 };
    if (options->tool && !tool && nearest)
        error_set(error, E_USAGE, "no tool '%s', nearest is '%s'", options->tool, nearest);
    else if (options->tool && !tool)
        error_set(error, E_USAGE, "no tool '%s'", options->tool);
    else if (tool)
        man_append_tool(tool, &page);
    else
        man_append_overview(call->tools, &page);
    bool is_good = page.length > 0 && output_write(call->output, buffer_slice(&page), error);
    buffer_release(&page);
    return is_good ? EXIT_DONE : error_exit_code(error);
}

static const struct tool_example man_examples[] = {
    { "garner man help", NULL, NULL, "the source of a page; to read it: garner man help | man -l -" },
    { NULL, NULL, NULL, NULL },
};

const struct tool tool_man = {
    .name = "man",
    .summary = "Print a manual page",
    .description =
        "The page is in mdoc, as man(1) and mandoc(1) read it. Without TOOL it is the page of garner itself.",
    .group = GROUP_HELP,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = man_options,
    .options_bytes = sizeof(struct man_options),
    .has_few_common = true,
    .examples = man_examples,
    .run = man_run,
};
