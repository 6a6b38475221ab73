/* driver.h - runs stages over streams: reading, order, rejects, limits, progress, the summary, the end of a stream.
 *
 * Segments: neighbouring parallel stages run together on the workers of one ordered pool; serial stages run in the
 * calling thread. A failure ends the output with one
 * {"garner":{"error":{...}}} line when anything was written to a pipe or could have been, so that a reader never takes
 * it for a finished stream. */
#ifndef CLI_DRIVER_H
#define CLI_DRIVER_H

#include "cli/tool.h"

struct driver_step {
    const struct tool *tool;
    const void *options;                 /* of that tool */
    const char *name;                    /* "filter" or "filter (step 3)" */
    const struct common_options *common; /* its own --rejects, --dropped, --on-error, --max-errors, --jobs, --seed;
                                          * NULL: the plan's */
};

struct driver_plan {
    const struct driver_step *steps;
    size_t step_count;
    const struct common_options *common; /* inputs, output, limits: of the one tool or of the whole pipeline */
    const char *tool_name;               /* who speaks in messages */
    struct buffer
        *summary_json; /* not NULL: the summary's object is appended here, whether --summary is given or not */
    struct arena *arena;
};

/* Runs to the end. Returns the exit code; messages were printed. 128+n: signal n ended it (128+SIGPIPE: the reader of
 * stdout left), and main ends the process by that signal. */
int driver_run(const struct driver_plan *plan);

#endif
