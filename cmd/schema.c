/* schema.c - the JSON Schema of pipeline files. */
#include "cli/describe.h"
#include "cli/parse.h"
#include "tools.h"

struct schema_options {
    const char *tool;
};

#define FIELD(name) OPTION_FIELD(struct schema_options, name)
static const struct option schema_options[] = {
    { .name = "tool",
      .is_operand = true,
      FIELD(tool),
      .argument = "TOOL",
      .meaning = MEANING_TOOL,
      .help = "only the options of this tool" },
    { .name = NULL },
};

static int schema_run(struct tool_call *call, struct error *error)
{
    const struct schema_options *options = call->options;
    struct slice name = slice_of_string(options->tool);
    const struct tool *tool = options->tool ? tool_find(call->tools, name) : NULL;
    const char *nearest = tool_nearest(call->tools, name);
    struct buffer schema = { 0 };
    if (options->tool && !tool && nearest)
        error_set(error, E_USAGE, "no tool '%s', nearest is '%s'", options->tool, nearest);
    else if (options->tool && !tool)
        error_set(error, E_USAGE, "no tool '%s'", options->tool);
    else if (tool)
        schema_append_tool(tool, &schema);
    else
        schema_append_pipeline(call->tools, &schema);
    bool is_good = schema.length > 0 && output_write(call->output, buffer_slice(&schema), error);
    buffer_release(&schema);
    return is_good ? EXIT_DONE : error_exit_code(error);
}

static const struct tool_example schema_examples[] = {
    { "garner schema -o garner.schema.json", NULL, NULL,
      "for editors: # yaml-language-server: $schema=garner.schema.json" },
    { NULL, NULL, NULL, NULL },
};

const struct tool tool_schema = {
    .name = "schema",
    .summary = "Print the JSON Schema of pipeline files",
    .description = "The schema (draft 2020-12) names every tool with its options, their types, bounds, choices and "
                   "defaults, so that an editor completes them and a linter finds what is wrong. 'garner run --check' "
                   "finds more: names of files, variables and expressions.",
    .group = GROUP_HELP,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = schema_options,
    .options_bytes = sizeof(struct schema_options),
    .has_few_common = true,
    .examples = schema_examples,
    .run = schema_run,
};
