/* dedup_exact.c - rows that are the same, or the same but for how they are set.
 *
 * Fingerprints are made on all workers; behind them one thread asks the table of what was seen. The first of equal rows
 * goes on at once. When the table is full, all that comes later waits: fingerprints that the table does not know are
 * sorted, and each but the first of a kind is dropped. */
#include "base/memory.h"
#include "curate/fingerprint.h"
#include "curate/seen.h"
#include "dedup.h"
#include "reorder.h"

enum { HASH_BYTES = 16, PREFETCH_AHEAD = 8 };

static bool compile(const struct dedup_options *options, struct arena *arena, struct fingerprint *fingerprint,
                    struct error *error)
{
    const struct fingerprint_settings settings = { .folds = options->method == DEDUP_NORMALIZED,
                                                   .keys = options->by.values,
                                                   .key_count = options->by.count,
                                                   .fields = options->field.values,
                                                   .field_count = options->field.count };
    return fingerprint_compile(&settings, arena, fingerprint, error);
}

bool dedup_exact_check(const struct dedup_options *options, struct arena *arena, struct error *error)
{
    struct fingerprint fingerprint;
    if (options->by.count && options->field.count)
        return error_set(error, E_USAGE, "--by: compares keys, --field texts: one of them");
    return compile(options, arena, &fingerprint, error);
}

/* The first stage. A key is hash and label; empty for what is like no other. */
struct keys_state {
    struct arena arena;
    struct fingerprint fingerprint;
};

static bool append_key(const struct fingerprint *fingerprint, struct batch *batch, struct record *record,
                       struct buffer *key, struct error *error)
{
    struct hash128 hash;
    bool has_hash;
    if (!fingerprint_take(fingerprint, batch, record, key, &hash, &has_hash, error))
        return false;
    buffer_reset(key);
    if (!has_hash)
        return true;
    buffer_append(key, &hash, HASH_BYTES);
    dedup_append_label(batch, record, key);
    return true;
}

static bool keys_open(struct stage *stage, struct error *error)
{
    struct keys_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    return compile(stage->options, &state->arena, &state->fingerprint, error);
}

static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    (void)worker;
    const struct keys_state *state = stage->state;
    return append_key(&state->fingerprint, batch, record, key, error);
}

static enum flow keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

static void keys_close(struct stage *stage)
{
    struct keys_state *state = stage->state;
    if (!state)
        return;
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

/* The second. */
struct exact {
    struct seen *seen;
    struct dedup_report report;
    uint64_t next_row;
    bool is_waiting;
    struct sorter *hashes; /* hash and row: the label; of what the table could not take */
    struct dedup_waiting waiting;
};

/* Looks a key up; what the table cannot take is noted. *answer, *twin: as seen_take() says. */
static bool look_up(struct exact *exact, size_t memory, struct slice key, uint64_t row, enum seen_answer *answer,
                    struct dedup_twin *twin, struct error *error)
{
    struct hash128 hash;
    memcpy(&hash, key.bytes, sizeof hash);
    *twin = (struct dedup_twin){ row, slice_from(key, HASH_BYTES) };
    *answer = seen_take(exact->seen, hash, &twin->row, &twin->label);
    if (*answer != SEEN_FULL)
        return true;
    if (!exact->is_waiting) {
        exact->hashes = sorter_create(memory / 8);
        dedup_waiting_open(&exact->waiting, row, memory / 4);
        exact->is_waiting = true;
    }
    char place[HASH_BYTES + DEDUP_ROW_BYTES];
    memcpy(place, key.bytes, HASH_BYTES);
    big_endian_write(row, place + HASH_BYTES, DEDUP_ROW_BYTES);
    return sorter_add(exact->hashes, slice_of(place, sizeof place), twin->label, error);
}

/* Where the rows of --against go. */
struct earlier {
    struct exact *exact;
    size_t memory;
    struct fingerprint fingerprint;
    struct buffer key;
};

static bool take_earlier(void *context, struct batch *batch, struct record *record, struct error *error)
{
    struct earlier *earlier = context;
    enum seen_answer answer;
    struct dedup_twin twin;
    return append_key(&earlier->fingerprint, batch, record, &earlier->key, error) &&
           (earlier->key.length == 0 || look_up(earlier->exact, earlier->memory, buffer_slice(&earlier->key),
                                                earlier->exact->next_row++, &answer, &twin, error));
}

static bool read_against(struct exact *exact, const struct dedup_options *options, struct error *error)
{
    struct arena arena = { 0 };
    struct earlier earlier = { .exact = exact, .memory = (size_t)options->memory };
    bool is_good = compile(options, &arena, &earlier.fingerprint, error) &&
                   dedup_read_against(options, &earlier, take_earlier, error);
    buffer_release(&earlier.key);
    arena_release(&arena);
    exact->report.against = exact->next_row;
    exact->waiting.first = exact->next_row;
    return is_good;
}

static bool exact_open(struct stage *stage, struct error *error)
{
    const struct dedup_options *options = stage->options;
    struct exact *exact = memory_allocate_zeroed(1, sizeof *exact);
    stage->state = exact;
    exact->seen = seen_create((size_t)options->memory / 2);
    dedup_report_open(&exact->report, options);
    return options->against.count == 0 || read_against(exact, options, error);
}

static bool take_record(struct stage *stage, struct batch *batch, struct slice key, struct record *record,
                        struct error *error)
{
    struct exact *exact = stage->state;
    uint64_t row = exact->next_row++;
    enum seen_answer answer = SEEN_FIRST;
    struct dedup_twin twin;
    size_t memory = (size_t)((const struct dedup_options *)stage->options)->memory;
    if (key.length > 0 && !look_up(exact, memory, key, row, &answer, &twin, error))
        return false;
    if (exact->is_waiting)
        return dedup_wait(&exact->waiting, record, error) &&
               (answer != SEEN_BEFORE || dedup_judge(&exact->waiting, row, &twin, error));
    if (answer == SEEN_BEFORE)
        return dedup_drop(&exact->report, stage, batch, record, row, &twin, error);
    dedup_keep(&exact->report, batch, record);
    return true;
}

static void prefetch(const struct exact *exact, struct slice key)
{
    struct hash128 hash;
    if (key.length == 0)
        return;
    memcpy(&hash, key.bytes, sizeof hash);
    seen_prefetch(exact->seen, hash);
}

static enum flow exact_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    (void)worker;
    const struct slice *keys = batch->payload;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        if (i + PREFETCH_AHEAD < count)
            prefetch(stage->state, keys[i + PREFETCH_AHEAD]);
        if (!take_record(stage, batch, keys[i], &records[i], error)) {
            batch_free(batch);
            return FLOW_ERROR;
        }
    }
    return sink_emit(sink, batch, error);
}

/* Of each fingerprint that waited, all rows but the first are judged. */
static bool judge_waiting(struct exact *exact, struct error *error)
{
    struct slice key, label;
    struct buffer first = { 0 }; /* hash and label */
    uint64_t first_row = 0;
    bool has_item = false, is_good = sorter_finish(exact->hashes, error);
    while (is_good && (is_good = sorter_next(exact->hashes, &key, &label, &has_item, error)) && has_item) {
        struct slice hash = slice_between(key, 0, HASH_BYTES);
        uint64_t row = big_endian_read(slice_from(key, HASH_BYTES), DEDUP_ROW_BYTES);
        if (first.length > 0 && slice_equal(hash, slice_between(buffer_slice(&first), 0, HASH_BYTES))) {
            struct dedup_twin twin = { first_row, slice_from(buffer_slice(&first), HASH_BYTES) };
            is_good = dedup_judge(&exact->waiting, row, &twin, error);
            continue;
        }
        buffer_reset(&first);
        buffer_append_slice(&first, hash);
        buffer_append_slice(&first, label);
        first_row = row;
    }
    buffer_release(&first);
    return is_good;
}

static enum flow exact_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct exact *exact = stage->state;
    enum flow flow = FLOW_OK;
    if (exact->is_waiting) {
        if (!judge_waiting(exact, error))
            return FLOW_ERROR;
        flow = dedup_release(&exact->waiting, stage, &exact->report, sink, error);
    }
    return flow == FLOW_OK ? dedup_report_finish(&exact->report, sink, error) : flow;
}

static void exact_close(struct stage *stage)
{
    struct exact *exact = stage->state;
    if (!exact)
        return;
    seen_free(exact->seen);
    sorter_free(exact->hashes);
    dedup_waiting_close(&exact->waiting);
    dedup_report_close(&exact->report);
    memory_free(exact);
    stage->state = NULL;
}

static void exact_summarize(const struct stage *stage, struct buffer *json)
{
    const struct exact *exact = stage->state;
    if (!exact)
        return;
    uint64_t spilled = exact->is_waiting ? sorter_spilled(exact->hashes) + dedup_waiting_spilled(&exact->waiting) : 0;
    buffer_append_format(json, "\"against\":%llu,\"spilled_bytes\":%llu", (unsigned long long)exact->report.against,
                         (unsigned long long)spilled);
}

static const struct stage_class keys_stage = {
    .name = "dedup", .is_parallel = true, .open = keys_open, .push = keys_push, .close = keys_close
};
static const struct stage_class exact_stage = { .name = "dedup",
                                                .open = exact_open,
                                                .push = exact_push,
                                                .finish = exact_finish,
                                                .close = exact_close,
                                                .summarize = exact_summarize };
const struct stage_class *const dedup_exact_stages[] = { &keys_stage, &exact_stage, NULL };
