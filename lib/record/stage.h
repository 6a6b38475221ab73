/* stage.h - one step of a pipe: takes batches, gives batches.
 *
 * A tool in a shell pipe is [reader] stage [writer]; `run` joins several stages in one process: the same stages, so the
 * same bytes. The driver (cli/driver.h) calls, in this order: open; push for each batch (or pull, for a source, until
 * it says FLOW_STOP); flush when a live stream pauses; finish once, when the input ended well; close always. Flush
 * comes when the pause has lasted --max-delay, and again some ten times a second as long as it lasts: it must be cheap
 * when there is nothing to do. After an error or a cut stream finish is not called: close must then discard what was
 * not committed.
 *
 * Ownership: push takes the batch over and hands it to sink_emit(), which takes it over in turn. A simple stage walks
 * batch_take_records(), appends what it keeps, and emits the same batch. Every batch that was pushed must be emitted
 * again at some time, emptied if need be (index does so, too), and new batches before it: what was dropped and rejected
 * rides on it. Records that are not RECORD_DATA (tombstones) go on untouched in their place.
 *
 * Parallel stages: push may run on several threads at once, on different batches; it may touch its batch, the row
 * `worker` of its own state, and what open made and nobody changes. Order is restored behind it. */
#ifndef RECORD_STAGE_H
#define RECORD_STAGE_H

#include "record/record.h"

enum flow {
    FLOW_OK,
    FLOW_STOP, /* nobody wants more (a closed pipe, --limit reached), or the source is at its end */
    FLOW_ERROR /* error is filled */
};

struct sink {
    void *context;
    enum flow (*emit)(void *context, struct batch *batch, struct error *error);
};

static inline enum flow sink_emit(struct sink *sink, struct batch *batch, struct error *error)
{
    return sink->emit(sink->context, batch, error);
}

struct stage_class {
    const char *name; /* the tool's name, for messages and counts */
    bool is_parallel;
    bool is_terminal; /* emits emptied batches only: index */

    /* stage->options and stage->run are set. State goes to stage->state. */
    bool (*open)(struct stage *stage, struct error *error);
    /* Sources only: emits some batches. FLOW_STOP at the end of the input. */
    enum flow (*pull)(struct stage *stage, struct sink *sink, struct error *error);
    /* Live sources only, else NULL: whether pull has something to do (its end counts), after waiting for it up to that
     * many milliseconds. Pull does not wait then. */
    bool (*wait)(struct stage *stage, int milliseconds);
    enum flow (*push)(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                      struct error *error);
    /* May be NULL: nothing is held back. */
    enum flow (*flush)(struct stage *stage, struct sink *sink, struct error *error);
    enum flow (*finish)(struct stage *stage, struct sink *sink, struct error *error);
    void (*close)(struct stage *stage);
    /* Adds members to the tool's object in --summary: `"bytes":12,"files":3` style; may be NULL. */
    void (*summarize)(const struct stage *stage, struct buffer *json);
};

/* What the whole run shares; constant after start. */
struct run_settings {
    unsigned jobs;
    bool stops_at_reject;
    bool is_quiet;
    int verbosity;
    bool is_dry_run;
    bool is_offline;
    int64_t seed;
    double max_delay; /* seconds that a stage may hold records back for others to come; 0: the user left it open */
    bool flush_ends_document; /* the source is in this process: at a flush the last document is complete, too */
    bool is_stopping;         /* the flush under way is the last one before a signal ends the process */
    /* Prints `garner TOOL: message` on stderr, only in the driver's thread (open, pull, serial push, finish, close). */
    void (*say)(const char *tool, const struct error *error);
};

struct output_set;

struct stage {
    const struct stage_class *class;
    const void *options; /* the tool's own options struct, constant */
    const struct run_settings *run;
    const char *step; /* "filter", or in a pipeline "filter (step 3)" */
    /* Of the last step, when -o is a template: record->part is a number of it. NULL: one output, or a dry run. */
    struct output_set *outputs;
    const char *files; /* that template instead, where the tool writes its files itself (cli/tool.h, file_stages) */
    void *state;
    /* Totals, kept by the driver in the order of delivery. A source that emits nothing in a dry run counts in `in` what
     * it would have read, a terminal stage in `out` what it wrote. */
    int64_t in, out, dropped, rejected;
    void *private_driver;
};

#endif
