/* tool.h - what a tool declares. A tool is one file in cmd/ with one exported `const struct tool tool_NAME`, and one
 * line in cmd/tools.h.
 *
 * Most tools give stages and own no stream: reading, writing, --jobs, rejects, limits, progress and the summary are the
 * driver's. A tool that answers in its own way (query, eval, help) gives `run`. */
#ifndef CLI_TOOL_H
#define CLI_TOOL_H

#include "cli/option.h"
#include "record/stage.h"
#include "stream/output.h"

enum tool_group {
    GROUP_GET,
    GROUP_SHAPE,
    GROUP_MODEL,
    GROUP_SEARCH,
    GROUP_TRAIN,
    GROUP_LOOK,
    GROUP_RUN,
    GROUP_HELP,
    GROUP_HIDDEN
};

/* What flows in and out: `run` refuses steps that do not fit. */
enum tool_flow { TOOL_NOTHING, TOOL_RECORDS, TOOL_BYTES };

struct tool_example {
    const char *command;  /* as typed: "garner filter 'length(text) > 20' notes.jsonl"; the tests run it in
                             tests/contract/examples */
    const char *input;    /* stdin, or NULL */
    const char *expected; /* stdout, or NULL: only exit 0 is checked */
    const char *remark;   /* what it shows; may be NULL */
};

/* Options that every tool of a kind has, declared once in cli/common.c. */
struct common_options {
    const char *output;
    int64_t jobs;      /* 0: all processors */
    unsigned on_error; /* enum on_error */
    const char *rejects, *dropped;
    const char *max_errors; /* N or P% */
    const char *summary;
    struct option_list require;
    bool dry_run;
    int64_t seed;
    bool quiet;
    int64_t verbose;
    unsigned log_format; /* text, json */
    unsigned progress;   /* auto, always, never */
    bool offline;
    bool seal, sealed;
    double max_delay;          /* seconds; 0: not given */
    struct option_list inputs; /* operands of record tools */
};

enum on_error { ON_ERROR_DEFAULT, ON_ERROR_FAIL, ON_ERROR_SKIP };

struct tool;
struct topic;
struct model_list;

/* One invocation, parsed. */
struct tool_call {
    const struct tool *tool;
    void *options; /* the tool's struct */
    struct common_options common;
    uint64_t given, common_given;    /* bit i: row i of the tool's table, of the common one, was set by the user; see
                                        tool_call_has() in cli/parse.h */
    struct arena *arena;             /* lives as long as the call */
    const struct model_list *models; /* of the pipeline file that the call stands in (pipeline/models.h); NULL: none */
    const struct tool *const *tools; /* the whole list, NULL-terminated: help, run, completion */
    struct output *output; /* for run tools: stdout or -o, opened by main when writes is not TOOL_NOTHING; committed by
                              main on exit 0, 1 and 2 */
};

struct tool {
    const char *name;
    const char *summary; /* one line, capital first, no full stop: "Split each record's text into overlapping pieces" */
    const char *description; /* paragraphs for --help and the man page, split by blank lines; may be NULL */
    enum tool_group group;
    enum tool_flow reads, writes;
    const struct option *options; /* ends with a nameless row; NULL for none */
    size_t options_bytes;
    /* May be NULL. What a template of -o may name, NULL-terminated: "split", "shard" (stream/output_set.h). */
    const char *const *output_names;
    bool has_own_inputs; /* takes no FILE... operands and --input of the common kind although it reads records: its
                            table has its own */
    bool is_hidden;
    bool has_few_common;      /* of the common options only those about output and messages: help, doctor */
    bool rejects_nothing;     /* what is wrong with a record is its answer: no --on-error, --rejects, --dropped,
                                 --max-errors and --dry-run: validate */
    bool takes_any_arguments; /* arguments are handed over unparsed through common.inputs: hidden child tools */
    bool takes_arrays;        /* an input that is a JSON array is a record for each element: convert */
    bool skips_errors;        /* --on-error is skip by default (ingest) */
    /* May be NULL. Sets options that were not given from elsewhere, before anything is checked: named models. */
    bool (*fill)(struct tool_call *call, struct error *error);
    /* Rules between options, for argv and YAML alike. Errors: E_USAGE. */
    bool (*check)(const struct tool_call *call, struct error *error);
    /* May be NULL. Whether this call of a record tool takes no records at all, not even from stdin: index --delete. */
    bool (*reads_nothing)(const struct tool_call *call);
    const struct topic *topic;               /* a page of garner help that it brings along; may be NULL */
    const struct tool_example *examples;     /* ends with a row without command; may be NULL */
    const struct stage_class *const *stages; /* NULL-terminated; or: */
    /* Not NULL: the stages when --output is a template of output_names and something is to be written. The last one, a
     * terminal one, writes the files itself, named by stage->files: files that are more than lines of records. */
    const struct stage_class *const *file_stages;
    /* Not NULL: the stages depend on the options (embed: one for the builtin model, another for a server). */
    const struct stage_class *const *(*choose_stages)(const void *options);
    /* Returns the exit code; on failure fills error and returns its code. */
    int (*run)(struct tool_call *call, struct error *error);
};

/* Whether it is made of stages, and so can be joined to others. */
static inline bool tool_has_stages(const struct tool *tool)
{
    return tool->stages || tool->choose_stages;
}

#endif
