/* decompress.c - the child that reads xz, bzip2 and lz4 for the other tools. */
#include <unistd.h>

#include "stream/decompress.h"
#include "tools.h"

/* Faults go to the parent in a frame: it knows the file's name. */
static int decompress_run(struct tool_call *call, struct error *error)
{
    (void)call;
    (void)error;
    return decompress_child(STDIN_FILENO, STDOUT_FILENO);
}

const struct tool tool_decompress = {
    .name = "decompress",
    .summary = "Decompress xz, bzip2 and lz4 for another garner",
    .group = GROUP_HIDDEN,
    .reads = TOOL_NOTHING,
    .writes = TOOL_NOTHING,
    .is_hidden = true,
    .has_few_common = true,
    .run = decompress_run,
};
