/* dedup_cut.c - removes lines, sentences and other stretches that stand in an earlier row.
 *
 * Stretches are found on all workers; behind them one thread lets the rows wait and sorts the stretches. */
#include "dedup_cut.h"

#include "base/memory.h"
#include "reorder.h"

bool dedup_cut_check(const struct dedup_options *options, struct arena *arena, struct error *error)
{
    struct text_fields fields;
    if (options->by.count)
        return error_set(error, E_USAGE, "--by: compares keys, --method %s texts: --field names them",
                         dedup_methods[options->method]);
    if (options->method == DEDUP_SUBSTRING && cut_least(options) < STRETCH_LENGTH_MINIMUM)
        return error_set(error, E_USAGE, "--least: a substring has at least %d bytes or words", STRETCH_LENGTH_MINIMUM);
    return dedup_compile_fields(options, arena, &fields, error);
}

/* The first stage. A key is the row's stretches. */
struct cut_keys {
    struct arena arena;
    struct text_fields fields;
    struct cut_scratch *scratch; /* one a worker */
};

static bool keys_open(struct stage *stage, struct error *error)
{
    struct cut_keys *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->scratch = memory_allocate_zeroed(stage->run->jobs, sizeof *state->scratch);
    return dedup_compile_fields(stage->options, &state->arena, &state->fields, error);
}

static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    struct cut_keys *state = stage->state;
    struct dedup_texts texts;
    if (!dedup_find_texts(&state->fields, batch, record, &texts, error))
        return false;
    cut_add_stretches(stage->options, &texts, &state->scratch[worker], key);
    return true;
}

static enum flow keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

static void keys_close(struct stage *stage)
{
    struct cut_keys *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; i < stage->run->jobs; i++)
        cut_scratch_release(&state->scratch[i]);
    memory_free(state->scratch);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

/* The second. */
static bool add_label(struct cut_state *state, struct batch *batch, struct record *record, struct error *error)
{
    if (!state->labels)
        return true;
    if (state->count == state->place_capacity)
        state->places = memory_grow(state->places, &state->place_capacity, state->count + 1, sizeof *state->places);
    buffer_reset(&state->left);
    if (record->kind == RECORD_DATA)
        dedup_append_label(batch, record, &state->left);
    return spool_put(state->labels, buffer_slice(&state->left), &state->places[state->count], error);
}

static bool add_stretches(struct cut_state *state, struct slice key, struct error *error)
{
    char item[CUT_CONTENT_BYTES + DEDUP_ROW_BYTES + CUT_PLACE_BYTES], end[CUT_PLACE_BYTES];
    struct stretch stretch;
    big_endian_write(state->count, item + CUT_CONTENT_BYTES, DEDUP_ROW_BYTES);
    for (; key.length > 0; key = slice_from(key, sizeof stretch)) {
        memcpy(&stretch, key.bytes, sizeof stretch);
        memcpy(item, &stretch, CUT_CONTENT_BYTES);
        big_endian_write(stretch.start, item + CUT_CONTENT_BYTES + DEDUP_ROW_BYTES, CUT_PLACE_BYTES);
        big_endian_write(stretch.end, end, CUT_PLACE_BYTES);
        if (!sorter_add(state->stretches, slice_of(item, sizeof item), slice_of(end, sizeof end), error))
            return false;
    }
    return true;
}

static bool add_row(struct cut_state *state, struct batch *batch, struct record *record, struct slice key,
                    bool must_wait, struct error *error)
{
    if ((must_wait && !dedup_wait(&state->waiting, record, error)) || !add_label(state, batch, record, error) ||
        !add_stretches(state, key, error))
        return false;
    state->count++;
    return true;
}

/* Where the rows of --against go. */
struct cut_earlier {
    struct cut_state *state;
    struct cut_scratch scratch;
    struct buffer key;
};

static bool take_earlier(void *context, struct batch *batch, struct record *record, struct error *error)
{
    struct cut_earlier *earlier = context;
    const struct dedup_options *options = earlier->state->options;
    struct dedup_texts texts;
    buffer_reset(&earlier->key);
    if (!dedup_find_texts(&earlier->state->fields, batch, record, &texts, error))
        return false;
    cut_add_stretches(options, &texts, &earlier->scratch, &earlier->key);
    return add_row(earlier->state, batch, record, buffer_slice(&earlier->key), options->method == DEDUP_SUBSTRING,
                   error);
}

static bool read_against(struct cut_state *state, struct error *error)
{
    struct cut_earlier earlier = { .state = state };
    bool is_good = dedup_read_against(state->options, &earlier, take_earlier, error);
    cut_scratch_release(&earlier.scratch);
    buffer_release(&earlier.key);
    state->report.against = state->count;
    return is_good;
}

static bool cut_open(struct stage *stage, struct error *error)
{
    const struct dedup_options *options = stage->options;
    struct cut_state *state = memory_allocate_zeroed(1, sizeof *state);
    size_t memory = (size_t)options->memory;
    stage->state = state;
    state->options = options;
    state->stretches = sorter_create(memory / 2);
    state->cuts = sorter_create(memory / 8);
    dedup_report_open(&state->report, options);
    if (options->emit == DEDUP_PAIRS || options->emit == DEDUP_CLUSTERS)
        state->labels = spool_create(memory / 16);
    dedup_waiting_open(&state->waiting, 0, memory / 4);
    if (!dedup_compile_fields(options, &state->arena, &state->fields, error) || !read_against(state, error))
        return false;
    state->waiting.first = options->method == DEDUP_SUBSTRING ? 0 : state->count;
    return true;
}

static bool take_row(struct stage *stage, struct batch *batch, struct record *record, struct slice key,
                     struct error *error)
{
    return add_row(stage->state, batch, record, key, true, error);
}

static enum flow cut_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                          struct error *error)
{
    (void)worker;
    return reorder_take_all(stage, batch, take_row, sink, error);
}

static enum flow cut_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct cut_state *state = stage->state;
    if (state->report.emit == DEDUP_CLUSTERS)
        union_find_grow(&state->sets, state->count);
    if (!cut_find_repeats(state, error) || !sorter_finish(state->cuts, error))
        return FLOW_ERROR;
    enum flow flow = cut_release(state, stage, sink, error);
    return flow == FLOW_OK ? dedup_report_finish(&state->report, sink, error) : flow;
}

static void cut_close(struct stage *stage)
{
    struct cut_state *state = stage->state;
    if (!state)
        return;
    arena_release(&state->arena);
    sorter_free(state->stretches);
    sorter_free(state->cuts);
    spool_free(state->labels);
    memory_free(state->places);
    union_find_release(&state->sets);
    buffer_release(&state->left);
    buffer_release(&state->right);
    dedup_waiting_close(&state->waiting);
    dedup_report_close(&state->report);
    memory_free(state);
    stage->state = NULL;
}

static void cut_summarize(const struct stage *stage, struct buffer *json)
{
    const struct cut_state *state = stage->state;
    if (!state)
        return;
    uint64_t spilled = state->spilled + sorter_spilled(state->cuts) + dedup_waiting_spilled(&state->waiting) +
                       (state->labels ? spool_spilled(state->labels) : 0);
    buffer_append_format(json, "\"against\":%llu,\"cut_rows\":%llu,\"cut_bytes\":%llu,\"spilled_bytes\":%llu",
                         (unsigned long long)state->report.against, (unsigned long long)state->cut_rows,
                         (unsigned long long)state->cut_bytes, (unsigned long long)spilled);
}

static const struct stage_class keys_stage = {
    .name = "dedup", .is_parallel = true, .open = keys_open, .push = keys_push, .close = keys_close
};
static const struct stage_class cut_stage = { .name = "dedup",
                                              .open = cut_open,
                                              .push = cut_push,
                                              .finish = cut_finish,
                                              .close = cut_close,
                                              .summarize = cut_summarize };
const struct stage_class *const dedup_cut_stages[] = { &keys_stage, &cut_stage, NULL };
