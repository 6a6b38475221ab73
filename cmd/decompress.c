/* decompress.c - hidden: the child process in which xz, bzip2 and lz4 are unpacked. */
#include <unistd.h>

#include "stream/decompress.h"
#include "tools.h"

static int decompress_run(struct tool_call *call, struct error *error)
{
    (void)call;
    (void)error;
    return decompress_child(STDIN_FILENO, STDOUT_FILENO);
}

const struct tool tool_decompress = {
    .name = "decompress",
    .summary = "Unpack compressed data for another process",
    .group = GROUP_HIDDEN,
    .is_hidden = true,
    .takes_any_arguments = true,
    .run = decompress_run,
};
