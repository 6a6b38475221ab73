/* shuffle.c - brings records into a random order, the same for the same seed. */
#include "base/big_endian.h"
#include "base/hash.h"
#include "base/memory.h"
#include "reorder.h"
#include "tools.h"

struct shuffle_options {
    int64_t memory;
};

static const struct option shuffle_options[] = { REORDER_MEMORY_ROW(struct shuffle_options), { .name = NULL } };

struct shuffle_state {
    struct reorder reorder;
    uint64_t next; /* number of the next record */
};

static bool check_open(struct stage *stage, struct error *error)
{
    (void)stage;
    (void)error;
    return true;
}

static bool make_no_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                        struct buffer *key, struct error *error)
{
    (void)worker;
    (void)stage;
    (void)batch;
    (void)record;
    (void)key;
    (void)error;
    return true;
}

/* Only whole records are shuffled; their places are known behind this stage. */
static enum flow check_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_no_key, sink, error);
}

static void check_close(struct stage *stage)
{
    (void)stage;
}

static bool shuffle_open(struct stage *stage, struct error *error)
{
    (void)error;
    const struct shuffle_options *options = stage->options;
    struct shuffle_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    reorder_open(&state->reorder, options->memory);
    return true;
}

/* The hash of its number is a record's place. */
static void place_key(uint64_t number, int64_t seed, char key[BIG_ENDIAN_BYTES])
{
    uint64_t hash = hash_64(slice_of((const char *)&number, sizeof number), (uint64_t)seed);
    big_endian_write(hash, key, BIG_ENDIAN_BYTES);
}

static enum flow shuffle_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    (void)worker;
    struct shuffle_state *state = stage->state;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        char key[BIG_ENDIAN_BYTES];
        if (records[i].kind != RECORD_DATA) {
            reorder_pass(&state->reorder, batch, &records[i]);
            continue;
        }
        place_key(state->next++, stage->run->seed, key);
        if (!reorder_add(&state->reorder, slice_of(key, sizeof key), &records[i], error)) {
            batch_free(batch);
            return FLOW_ERROR;
        }
    }
    return sink_emit(sink, batch, error);
}

static enum flow shuffle_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct shuffle_state *state = stage->state;
    if (!sorter_finish(state->reorder.sorter, error))
        return FLOW_ERROR;
    return reorder_release(stage, &state->reorder, NULL, sink, error);
}

static void shuffle_close(struct stage *stage)
{
    struct shuffle_state *state = stage->state;
    if (!state)
        return;
    reorder_close(&state->reorder);
    memory_free(state);
    stage->state = NULL;
}

static const struct stage_class check_stage = {
    .name = "shuffle", .is_parallel = true, .open = check_open, .push = check_push, .close = check_close
};
static const struct stage_class shuffle_stage = {
    .name = "shuffle", .open = shuffle_open, .push = shuffle_push, .finish = shuffle_finish, .close = shuffle_close
};
static const struct stage_class *const shuffle_stages[] = { &check_stage, &shuffle_stage, NULL };

static const struct tool_example shuffle_examples[] = {
    { .command = "garner shuffle --seed 7 notes.jsonl > shuffled.jsonl",
      .remark = "another order, the same every time" },
    { .command = NULL },
};

const struct tool tool_shuffle = {
    .name = "shuffle",
    .summary = "Bring records into a random order",
    .description =
        "Puts the records into a random order that depends on --seed and on the number of each record alone: "
        "every order is as likely as another, the same input and seed give the same bytes, whatever --memory "
        "and --jobs. What does not fit into --memory goes to a temporary file. Tombstones go on first.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = shuffle_options,
    .options_bytes = sizeof(struct shuffle_options),
    .examples = shuffle_examples,
    .stages = shuffle_stages,
};
