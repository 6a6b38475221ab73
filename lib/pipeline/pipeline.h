/* pipeline.h - a YAML pipeline file, checked and ready to run.
 *
 * version: 1, name, description, vars, models, and steps: or stages:. A step is a tool's name with its long options and
 * operand keys: the same tables and setters as the command line, so the same bounds and messages, with line and column
 * in front. A chain of steps runs in one process as fused stages (cli/driver.h); a tool with streams of its own (query,
 * eval) is a chain by itself. Loading finds every fault before it gives up, needs no network and opens no data.
 * Everything lives in the arena that load was given. */
#ifndef PIPELINE_PIPELINE_H
#define PIPELINE_PIPELINE_H

#include "cli/tool.h"
#include "yaml/yaml.h"

enum { PIPELINE_FAULTS_MAXIMUM = 100, PIPELINE_STEPS_MAXIMUM = 1000 };

/* One option or operand as the file gave it, variables filled in: for --print-shell. */
struct pipeline_word {
    const struct option *row;
    const char *text;
};

struct pipeline_step {
    struct tool_call call;
    const char *name; /* "filter", or "filter (step 3)" where a name alone is not clear */
    int64_t line, column;
    struct pipeline_word *words;
    size_t word_count;
};

/* What `stages:` calls a stage; a file with `steps:` has one without a name. */
struct pipeline_chain {
    const char *name; /* NULL for steps: */
    const char **needs;
    size_t need_count;
    struct option_list inputs; /* none: the first step's own, or stdin */
    const char *output;        /* NULL: stdout, or the last step's own */
    struct pipeline_step *steps;
    size_t step_count;
    int64_t line, column;
};

struct pipeline {
    const char *file;
    const char *name; /* the file's name without ending when it gives none */
    const char *description;
    struct pipeline_chain *chains; /* in an order in which every chain comes after what it needs */
    size_t chain_count;
};

struct pipeline_settings {
    const struct tool *const *tools; /* NULL-terminated */
    struct option_list sets;         /* NAME=VALUE, over `vars` */
    bool allows_programs;            /* --allow-exec */
};

struct pipeline_faults {
    struct error *errors; /* count of them, placed, in the order of the file; arena */
    size_t count;
    size_t capacity;
};

/* NULL when there is a fault; then faults holds at least one. path "-": stdin. */
struct pipeline *pipeline_load(const char *path, const struct pipeline_settings *settings, struct arena *arena,
                               struct pipeline_faults *faults);

/* The same work as shell lines: one pipe a chain, sealed from step to step. */
void pipeline_append_shell(const struct pipeline *pipeline, struct buffer *output);

/* Runs the chains in order. common: the run's own --jobs, --rejects, --summary, --dry-run and so on. A chain's exit
 * code 2 becomes the run's and does not stop it; any other failure does. Messages were printed. */
int pipeline_run(const struct pipeline *pipeline, const struct common_options *common, struct arena *arena);

#endif
