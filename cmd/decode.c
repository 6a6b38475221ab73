/* decode.c - hidden: the child process in which archives and office files are read. */
#include <unistd.h>

#include "document/unpack.h"
#include "tools.h"

static int decode_run(struct tool_call *call, struct error *error)
{
    (void)error;
    return unpack_child(STDIN_FILENO, STDOUT_FILENO, call->common.inputs.values, call->common.inputs.count);
}

const struct tool tool_decode = {
    .name = "decode",
    .summary = "Read archives for another process",
    .group = GROUP_HIDDEN,
    .is_hidden = true,
    .takes_any_arguments = true,
    .run = decode_run,
};
