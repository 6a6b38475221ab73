/* split_waiting.c - rows wait until all are there: for sizes, strata, the order of time, and leaks.
 *
 * What is known of a row is gathered on all workers; one thread puts it into tables and sorters and the row itself into
 * a spool. In memory are 24 bytes a row, and 16 more where leaks are looked for. */
#include <inttypes.h>

#include "base/big_endian.h"
#include "base/memory.h"
#include "cli/say.h"
#include "record/prompt_text.h"
#include "record/sort_key.h"
#include "reorder.h"
#include "split.h"
#include "text/fold.h"
#include "json/write.h"

enum { STRATA_MAXIMUM = 1000000, BATCH_BYTES = 256 * 1024, HASH_BYTES = 16 };

struct keys_state {
    struct split_plan plan;
    struct split_scratch *scratch; /* one a worker */
    unsigned workers;
};

static bool keys_open(struct stage *stage, struct error *error)
{
    struct keys_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->workers = stage->run->jobs;
    state->scratch = memory_allocate_zeroed(state->workers, sizeof *state->scratch);
    return split_plan_make(&state->plan, stage->options, error);
}

static void keys_close(struct stage *stage)
{
    struct keys_state *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; i < state->workers; i++)
        split_scratch_release(&state->scratch[i]);
    memory_free(state->scratch);
    split_plan_release(&state->plan);
    memory_free(state);
    stage->state = NULL;
}

/* The hash of what rows of one prompt have in common. */
static bool hash_prompt(const struct split_plan *plan, struct batch *batch, struct record *record,
                        struct split_scratch *scratch, struct hash128 *hash, struct error *error)
{
    bool has_hash;
    buffer_reset(&scratch->text);
    buffer_reset(&scratch->folded);
    if (!prompt_text_append(record->object, &batch->arena, &scratch->text, error))
        return false;
    text_fold(&scratch->folded, buffer_slice(&scratch->text));
    *hash = hash_128(buffer_slice(&scratch->folded));
    return scratch->folded.length > 0 ||
           fingerprint_take(&plan->normalized, batch, record, &scratch->text, hash, &has_hash, error);
}

static bool append_hashes(const struct split_plan *plan, struct batch *batch, struct record *record,
                          struct split_scratch *scratch, struct buffer *key, struct error *error)
{
    for (unsigned kind = LEAK_EXACT; kind <= LEAK_PROMPT; kind++) {
        struct hash128 hash;
        bool has_hash, is_good = true;
        if (!plan->leaks[kind])
            continue;
        if (kind == LEAK_PROMPT)
            is_good = hash_prompt(plan, batch, record, scratch, &hash, error);
        else
            is_good = fingerprint_take(kind == LEAK_EXACT ? &plan->exact : &plan->normalized, batch, record,
                                       &scratch->text, &hash, &has_hash, error);
        if (!is_good)
            return false;
        buffer_append(key, &hash, HASH_BYTES);
    }
    return true;
}

/* How many bands there are, and their hashes. */
static void append_bands(const struct split_plan *plan, struct batch *batch, struct record *record,
                         struct split_scratch *scratch, struct buffer *key)
{
    uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM];
    buffer_reset(&scratch->text);
    buffer_reset(&scratch->hashes);
    split_append_text(plan, batch, record, &scratch->text);
    if (scratch->text.length > 0)
        minhash_shingles(plan->minhash, buffer_slice(&scratch->text), &scratch->folded, &scratch->hashes);
    size_t count = scratch->hashes.length / sizeof(uint64_t);
    buffer_append_byte(key, (char)(count ? plan->minhash->scheme->bands : 0));
    if (count == 0)
        return;
    minhash_sign(plan->minhash, (const uint64_t *)(const void *)scratch->hashes.bytes, count, signature);
    for (unsigned band = 0; band < plan->minhash->scheme->bands; band++) {
        uint64_t hash = minhash_band(plan->minhash, signature, band);
        buffer_append(key, &hash, sizeof hash);
    }
}

/* Group, hashes, bands, and the value of --stratify or --time. */
static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    struct keys_state *state = stage->state;
    const struct split_plan *plan = &state->plan;
    struct split_scratch *scratch = &state->scratch[worker];
    uint64_t group;
    if (!split_group(plan, stage->run->seed, batch, record, scratch, &group, error))
        return false;
    buffer_append(key, &group, sizeof group);
    if (!append_hashes(plan, batch, record, scratch, key, error))
        return false;
    if (plan->minhash)
        append_bands(plan, batch, record, scratch, key);
    if (plan->options->time)
        return split_time_key(plan, batch, record, key, error);
    return !plan->options->stratify ||
           sort_key_append_path(key, &plan->stratum, record->object, false, &batch->arena, error);
}

static enum flow keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

static bool waiting_open(struct stage *stage, struct error *error)
{
    struct split_waiting *waiting = memory_allocate_zeroed(1, sizeof *waiting);
    stage->state = waiting;
    if (!split_plan_make(&waiting->plan, stage->options, error))
        return false;
    const struct split_plan *plan = &waiting->plan;
    size_t memory = (size_t)plan->options->memory;
    waiting->spool = spool_create(memory / 4);
    if (plan->options->time)
        waiting->times = sorter_create(memory / 4);
    if (plan->leaks[LEAK_EXACT] || plan->leaks[LEAK_NORMALIZED] || plan->leaks[LEAK_PROMPT])
        waiting->hashes = sorter_create(memory / 4);
    if (plan->minhash)
        waiting->bands = sorter_create(memory / 4);
    return split_open_outputs(&waiting->plan, stage, error);
}

static void waiting_close(struct stage *stage)
{
    struct split_waiting *waiting = stage->state;
    if (!waiting)
        return;
    spool_free(waiting->spool);
    sorter_free(waiting->times);
    sorter_free(waiting->hashes);
    sorter_free(waiting->bands);
    memory_free(waiting->rows);
    memory_free(waiting->twins);
    map_release(&waiting->strata);
    union_find_release(&waiting->near);
    union_find_release(&waiting->sets);
    pack_files_release(&waiting->files);
    buffer_release(&waiting->packed);
    split_plan_release(&waiting->plan);
    memory_free(waiting);
    stage->state = NULL;
}

static bool add_item(struct split_waiting *waiting, struct sorter *sorter, unsigned kind, struct slice common,
                     uint64_t row, struct error *error)
{
    char number[BIG_ENDIAN_BYTES];
    big_endian_write(row, number, sizeof number);
    buffer_reset(&waiting->packed);
    buffer_append_byte(&waiting->packed, (char)kind);
    buffer_append_slice(&waiting->packed, common);
    buffer_append(&waiting->packed, number, sizeof number);
    return sorter_add(sorter, buffer_slice(&waiting->packed), SLICE(""), error);
}

static struct slice take_bytes(struct slice *rest, size_t count)
{
    struct slice taken = slice_between(*rest, 0, count);
    *rest = slice_from(*rest, count);
    return taken;
}

static bool take_stratum(struct split_waiting *waiting, struct slice value, struct split_row *row, struct error *error)
{
    bool is_new;
    struct map_entry *entry = map_insert(&waiting->strata, value, &is_new);
    if (is_new)
        entry->value = waiting->strata.count - 1;
    row->stratum = (uint32_t)entry->value;
    return waiting->strata.count <= STRATA_MAXIMUM ||
           error_set(error, E_LIMIT, "--stratify: more than %d values", STRATA_MAXIMUM);
}

/* Puts what make_key() gathered where it is asked for. */
static bool take_key(struct split_waiting *waiting, struct slice key, uint64_t number, struct error *error)
{
    const struct split_plan *plan = &waiting->plan;
    struct split_row *row = &waiting->rows[number];
    ENSURE(key.bytes && key.length >= sizeof row->hash);
    memcpy(&row->hash, take_bytes(&key, sizeof row->hash).bytes, sizeof row->hash);
    for (unsigned kind = LEAK_EXACT; kind <= LEAK_PROMPT; kind++)
        if (plan->leaks[kind] && !add_item(waiting, waiting->hashes, kind, take_bytes(&key, HASH_BYTES), number, error))
            return false;
    unsigned bands = plan->minhash ? (unsigned char)take_bytes(&key, 1).bytes[0] : 0;
    for (unsigned band = 0; band < bands; band++)
        if (!add_item(waiting, waiting->bands, band, take_bytes(&key, sizeof(uint64_t)), number, error))
            return false;
    if (plan->options->stratify)
        return take_stratum(waiting, key, row, error);
    if (!plan->options->time)
        return true;
    row->split = (unsigned char)split_by_cuts(plan, key);
    char place[BIG_ENDIAN_BYTES];
    big_endian_write(number, place, sizeof place);
    return plan->cut_count > 0 || sorter_add(waiting->times, key, slice_of(place, sizeof place), error);
}

static bool take_record(struct stage *stage, struct batch *batch, struct record *record, struct slice key,
                        struct error *error)
{
    struct split_waiting *waiting = stage->state;
    (void)batch;
    if (waiting->count == waiting->capacity)
        waiting->rows = memory_grow(waiting->rows, &waiting->capacity, waiting->count + 1, sizeof *waiting->rows);
    size_t number = waiting->count++;
    struct split_row *row = &waiting->rows[number];
    *row = (struct split_row){ .split = record->kind == RECORD_DATA ? 0 : SPLIT_NONE };
    buffer_reset(&waiting->packed);
    record_pack(record, &waiting->files, &waiting->packed);
    return spool_put(waiting->spool, buffer_slice(&waiting->packed), &row->place, error) &&
           (record->kind != RECORD_DATA || take_key(waiting, key, number, error));
}

static enum flow waiting_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    (void)worker;
    return reorder_take_all(stage, batch, take_record, sink, error);
}

/* Where a row stands: "train.jsonl:7". Borrowed from the batch. */
static const char *place_of(struct split_waiting *waiting, uint64_t row, struct batch *batch, struct error *error)
{
    const struct record *record = split_read(waiting, row, batch, error);
    return record ? arena_format(&batch->arena, "%s:%lld", record->file, (long long)record->line_number) : NULL;
}

static bool drop_leak(struct split_waiting *waiting, const struct stage *stage, struct batch *batch,
                      const struct record *record, size_t row, struct error *error)
{
    static const char *const phrases[] = { "is the same as", "is but for letter case, blanks and marks",
                                           "asks the same as", "has words in a row with", "is much like" };
    unsigned kind = waiting->rows[row].leak - 1u;
    struct batch *scratch = batch_create();
    const char *place = place_of(waiting, waiting->twins[row], scratch, error);
    if (place)
        batch_drop(batch, stage, record, code_entry(split_leak_codes[kind])->name, "",
                   arena_format(&batch->arena, "a row of %s %s %s of %s", waiting->plan.names[waiting->rows[row].split],
                                phrases[kind], place, waiting->plan.names[waiting->rows[waiting->twins[row]].split]));
    batch_free(scratch);
    return place != NULL;
}

/* *goes_on false: a reject ends the run. */
static bool release_row(struct split_waiting *waiting, const struct stage *stage, struct batch *batch, size_t row,
                        bool *goes_on, struct error *error)
{
    struct record *unpacked = split_read(waiting, row, batch, error);
    const struct split_row *at = &waiting->rows[row];
    *goes_on = true;
    if (!unpacked || at->split == SPLIT_NONE)
        return unpacked != NULL;
    struct record record = *unpacked;
    batch->count--;
    if (at->leak && waiting->plan.options->on_leak == LEAK_DROP)
        return drop_leak(waiting, stage, batch, &record, row, error);
    *goes_on = split_emit(&waiting->plan, stage, batch, &record, at->split);
    return true;
}

static enum flow release_all(struct split_waiting *waiting, struct stage *stage, struct sink *sink, struct error *error)
{
    struct batch *batch = NULL;
    enum flow flow = FLOW_OK;
    bool goes_on = true, is_good = true;
    for (size_t i = 0; i < waiting->count && flow == FLOW_OK && is_good && goes_on; i++) {
        flow = reorder_batch(sink, &batch, error);
        if (flow != FLOW_OK)
            return flow;
        batch->stops_at_reject = stage->run->stops_at_reject;
        is_good = release_row(waiting, stage, batch, i, &goes_on, error);
    }
    if (!is_good)
        flow = FLOW_ERROR;
    if (batch && flow == FLOW_OK)
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return flow;
}

/* The first row of each kind of leak, and how many there are. */
static bool warn(struct split_waiting *waiting, const struct stage *stage, struct error *error)
{
    static const char *const phrases[] = { "are the same as a row", "are but for letter case, blanks and marks a row",
                                           "ask the same as a row", "have words in a row with a row",
                                           "are much like a row" };
    for (unsigned kind = 0; kind < LEAK_KINDS; kind++) {
        size_t row = 0;
        while (row < waiting->count && waiting->rows[row].leak != kind + 1)
            row++;
        if (row == waiting->count)
            continue;
        struct batch *batch = batch_create();
        struct error warning;
        const char *twin = place_of(waiting, waiting->twins[row], batch, error);
        const struct record *record = twin ? split_read(waiting, row, batch, error) : NULL;
        if (record) {
            error_set(&warning, split_leak_codes[kind],
                      "rows that %s of a split before theirs: %" PRId64 "; this is the first, its twin is %s",
                      phrases[kind], waiting->leaks[kind], twin);
            error_place(&warning, record->file, record->line_number, 0);
            say_warning(stage->step, &warning);
        }
        batch_free(batch);
        if (!record)
            return false;
    }
    return true;
}

static enum flow waiting_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct split_waiting *waiting = stage->state;
    const struct split_plan *plan = &waiting->plan;
    if (plan->options->group_near) {
        if (!split_join_near(waiting, error))
            return FLOW_ERROR;
        for (size_t i = 0; i < waiting->count; i++)
            waiting->rows[i].hash = waiting->rows[union_find_root(&waiting->near, i)].hash;
    }
    if (!split_assign(waiting, error))
        return FLOW_ERROR;
    if (plan->options->leak.count > 0 && !split_find_leaks(waiting, error))
        return FLOW_ERROR;
    if (plan->options->on_leak == LEAK_REPORT && !warn(waiting, stage, error))
        return FLOW_ERROR;
    return release_all(waiting, stage, sink, error);
}

static void waiting_summarize(const struct stage *stage, struct buffer *json)
{
    const struct split_waiting *waiting = stage->state;
    int64_t rows[SPLITS_MAXIMUM] = { 0 };
    if (!waiting)
        return;
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->rows[i].split != SPLIT_NONE &&
            !(waiting->rows[i].leak && waiting->plan.options->on_leak == LEAK_DROP))
            rows[waiting->rows[i].split]++;
    split_append_counts(&waiting->plan, rows, json);
    buffer_append_string(json, ",\"leaks\":{");
    for (unsigned kind = 0; kind < LEAK_KINDS; kind++) {
        if (!waiting->plan.leaks[kind])
            continue;
        json_append_key(json, slice_of_string(code_entry(split_leak_codes[kind])->name));
        json_append_integer(json, waiting->leaks[kind]);
    }
    buffer_append_format(json, "},\"moved\":%" PRId64, waiting->moved);
}

static const struct stage_class keys_stage = {
    .name = "split", .is_parallel = true, .open = keys_open, .push = keys_push, .close = keys_close
};
static const struct stage_class waiting_stage = { .name = "split",
                                                  .open = waiting_open,
                                                  .push = waiting_push,
                                                  .finish = waiting_finish,
                                                  .close = waiting_close,
                                                  .summarize = waiting_summarize };
const struct stage_class *const split_waiting_stages[] = { &keys_stage, &waiting_stage, NULL };
