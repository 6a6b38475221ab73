/* sort.c - brings records into an order. */
#include "base/memory.h"
#include "record/expression.h"
#include "record/sort_key.h"
#include "reorder.h"
#include "tools.h"
#include "json/path.h"

struct sort_options {
    struct option_list by;
    bool reverses;
    int64_t memory;
};

#define FIELD(name) OPTION_FIELD(struct sort_options, name)
static const struct option sort_options[] = {
    { .name = "by",
      FIELD(by),
      .meaning = MEANING_PATH,
      .argument = "[-]PATH",
      .is_required = true,
      .help = "order by that field; further ones decide among equals; - in front: the largest first",
      .details = "Write --by=-PATH. null comes first, then false, true, numbers by their exact value, text by code "
                 "point, arrays, objects. Records without the field come last, whatever the direction; equal ones stay "
                 "in the order of the input." },
    { .name = "reverse", FIELD(reverses), .help = "turn every direction round" },
    REORDER_MEMORY_ROW(struct sort_options),
    { .name = NULL },
};

struct sort_path {
    struct json_path path;
    bool is_descending;
};

struct sort_state {
    struct arena arena;
    struct sort_path *paths;
    size_t path_count;
};

static bool compile_paths(const struct sort_options *options, struct arena *arena, struct sort_path **paths,
                          struct error *error)
{
    *paths = arena_allocate_zeroed(arena, options->by.count + 1, sizeof **paths);
    for (size_t i = 0; i < options->by.count; i++) {
        struct slice text = slice_of_string(options->by.values[i]);
        bool is_descending = slice_starts_with(text, SLICE("-"));
        (*paths)[i].is_descending = is_descending != options->reverses;
        if (!json_path_compile(slice_from(text, is_descending), arena, &(*paths)[i].path, error))
            return expression_label_error(error, "--by");
    }
    return true;
}

static bool sort_check(const struct tool_call *call, struct error *error)
{
    struct sort_path *paths;
    return compile_paths(call->options, call->arena, &paths, error);
}

static bool keys_open(struct stage *stage, struct error *error)
{
    const struct sort_options *options = stage->options;
    struct sort_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->path_count = options->by.count;
    return compile_paths(options, &state->arena, &state->paths, error);
}

static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    (void)worker;
    const struct sort_state *state = stage->state;
    for (size_t i = 0; i < state->path_count; i++) {
        const struct sort_path *by = &state->paths[i];
        if (!sort_key_append_path(key, &by->path, record->object, by->is_descending, &batch->arena, error))
            return false;
    }
    return true;
}

static enum flow keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

static void keys_close(struct stage *stage)
{
    struct sort_state *state = stage->state;
    if (!state)
        return;
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

static bool order_open(struct stage *stage, struct error *error)
{
    const struct sort_options *options = stage->options;
    (void)error;
    struct reorder *reorder = memory_allocate_zeroed(1, sizeof *reorder);
    stage->state = reorder;
    reorder_open(reorder, options->memory);
    return true;
}

static bool take_record(struct stage *stage, struct batch *batch, struct record *record, struct slice key,
                        struct error *error)
{
    if (record->kind == RECORD_DATA)
        return reorder_add(stage->state, key, record, error);
    reorder_pass(stage->state, batch, record);
    return true;
}

static enum flow order_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    (void)worker;
    return reorder_take_all(stage, batch, take_record, sink, error);
}

static enum flow order_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct reorder *reorder = stage->state;
    if (!sorter_finish(reorder->sorter, error))
        return FLOW_ERROR;
    return reorder_release(stage, reorder, NULL, sink, error);
}

static void order_close(struct stage *stage)
{
    struct reorder *reorder = stage->state;
    if (!reorder)
        return;
    reorder_close(reorder);
    memory_free(reorder);
    stage->state = NULL;
}

static void order_summarize(const struct stage *stage, struct buffer *json)
{
    const struct reorder *reorder = stage->state;
    if (reorder)
        buffer_append_format(json, "\"spilled_bytes\":%llu", (unsigned long long)sorter_spilled(reorder->sorter));
}

static const struct stage_class keys_stage = {
    .name = "sort", .is_parallel = true, .open = keys_open, .push = keys_push, .close = keys_close
};
static const struct stage_class order_stage = { .name = "sort",
                                                .open = order_open,
                                                .push = order_push,
                                                .finish = order_finish,
                                                .close = order_close,
                                                .summarize = order_summarize };
static const struct stage_class *const sort_stages[] = { &keys_stage, &order_stage, NULL };

static const struct tool_example sort_examples[] = {
    { "garner sort --by year --by=-n", "{\"year\":2004,\"n\":1}\n{\"year\":1999}\n{\"year\":2004,\"n\":2}\n{\"n\":9}\n",
      "{\"year\":1999}\n{\"year\":2004,\"n\":2}\n{\"year\":2004,\"n\":1}\n{\"n\":9}\n",
      "by year, then the largest n first" },
    { .command = NULL },
};

const struct tool tool_sort = {
    .name = "sort",
    .summary = "Bring records into an order",
    .description =
        "Orders records by the values of fields, exactly (2^53+1 comes after 2^53) and stably. What does not "
        "fit into --memory goes to a temporary file. Tombstones go on first.\n\n"
        "Chunks of one document must stay together on their way into an index: sort documents, not chunks, "
        "or sort by metadata.document_id.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = sort_options,
    .options_bytes = sizeof(struct sort_options),
    .check = sort_check,
    .examples = sort_examples,
    .stages = sort_stages,
};
