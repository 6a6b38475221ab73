/* completion.c - completion scripts for shells. */
#include "cli/completion.h"

#include "tools.h"

struct completion_options {
    unsigned shell;
};

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

#define FIELD(name) OPTION_FIELD(struct completion_options, name)
static const struct option completion_options[] = {
    { .name = "shell",
      .is_operand = true,
      .is_required = true,
      FIELD(shell),
      .argument = "SHELL",
      .choices = shells,
      .help = "whose script to print" },
    { .name = NULL },
};

static int completion_run(struct tool_call *call, struct error *error)
{
    const struct completion_options *options = call->options;
    struct buffer script = { 0 };
    completion_append(call->tools, (enum completion_shell)options->shell, &script);
    bool is_good = output_write(call->output, buffer_slice(&script), error);
    buffer_release(&script);
    return is_good ? EXIT_DONE : error_exit_code(error);
}

static const struct tool_example completion_examples[] = {
    { "garner completion bash", NULL, NULL, "for the running shell: source <(garner completion bash)" },
    { NULL, NULL, NULL, NULL },
};

const struct tool tool_completion = {
    .name = "completion",
    .summary = "Print a completion script for bash, zsh or fish",
    .group = GROUP_HELP,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = completion_options,
    .options_bytes = sizeof(struct completion_options),
    .has_few_common = true,
    .examples = completion_examples,
    .run = completion_run,
};
