/* confine.c - hidden: takes rights away from itself and becomes another program. */
#include "stream/confined.h"
#include "tools.h"

static int confine_run(struct tool_call *call, struct error *error)
{
    (void)error;
    return confined_exec(call->common.inputs.values, call->common.inputs.count);
}

const struct tool tool_confine = {
    .name = "confine",
    .summary = "Run a decoder program with little memory, time and rights",
    .group = GROUP_HIDDEN,
    .is_hidden = true,
    .takes_any_arguments = true,
    .run = confine_run,
};
