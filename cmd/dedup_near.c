/* dedup_near.c - rows whose texts share most of their shingles.
 *
 * Signatures are made on all workers. Behind them one thread lets all rows wait, and sorts the bands of their
 * signatures; when the input has ended, rows that share a band are candidates, those that are alike enough are joined,
 * and of each set all but the first row are dropped. In memory are 16 bytes a row, the rest is bounded by --memory. */
#include "base/memory.h"
#include "cli/reader.h"
#include "curate/minhash.h"
#include "dedup.h"
#include "record/text_fields.h"
#include "reorder.h"
#include "spill/spool.h"
#include "spill/union_find.h"

/* Under a key of the first stage and in the spool: head, band hashes (key only), shingle hashes (where candidates are
 * verified), label. */
struct near_head {
    uint32_t bands, shingles;
};

static const struct minhash_scheme *scheme_of(const struct dedup_options *options)
{
    return minhash_scheme_find(options->preset ? dedup_presets[options->preset] : "garner");
}

static double threshold_of(const struct dedup_options *options)
{
    return options->threshold > 0 || options->preset ? options->threshold : DEDUP_THRESHOLD;
}

static bool compile(const struct dedup_options *options, struct arena *arena, struct text_fields *fields,
                    struct error *error)
{
    if (text_fields_compile(options->field.values, options->field.count, arena, fields, error))
        return true;
    struct error inner = *error;
    return error_set(error, inner.code, "--field: %s", inner.message);
}

bool dedup_near_check(const struct dedup_options *options, struct arena *arena, struct error *error)
{
    struct text_fields fields;
    if (options->by.count)
        return error_set(error, E_USAGE, "--by: compares keys, minhash texts: --field names them");
    return compile(options, arena, &fields, error);
}

/* What makes keys: the first stage has one for all workers, the second one for --against. */
struct signer {
    struct arena arena;
    struct text_fields fields;
    struct minhash minhash;
    bool verifies;
};

struct scratch {
    struct buffer text, form, hashes;
};

static bool signer_open(struct signer *signer, const struct dedup_options *options, struct error *error)
{
    signer->verifies = threshold_of(options) > 0;
    return compile(options, &signer->arena, &signer->fields, error) &&
           minhash_open(&signer->minhash, scheme_of(options), error);
}

static void scratch_release(struct scratch *scratch)
{
    buffer_release(&scratch->text);
    buffer_release(&scratch->form);
    buffer_release(&scratch->hashes);
}

/* The texts of a record, a line each. A record of no known form has none. */
static bool find_text(const struct signer *signer, struct batch *batch, struct record *record, struct buffer *text,
                      struct error *error)
{
    struct json_value *values;
    size_t count;
    buffer_reset(text);
    if (!text_fields_find(&signer->fields, batch, record, &values, &count, error))
        return !signer->fields.is_given && error->code == E_FIELD_MISSING;
    for (size_t i = 0; i < count; i++) {
        struct slice part;
        if (!json_decode(values[i], &batch->arena, &part, error))
            return false;
        if (i > 0)
            buffer_append_byte(text, '\n');
        buffer_append_slice(text, part);
    }
    return true;
}

static void append_bands(const struct signer *signer, const struct buffer *hashes, struct buffer *key)
{
    const struct minhash_scheme *scheme = signer->minhash.scheme;
    uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM];
    minhash_sign(&signer->minhash, (const uint64_t *)(const void *)hashes->bytes, hashes->length / sizeof(uint64_t),
                 signature);
    for (unsigned band = 0; band < scheme->bands; band++) {
        uint64_t hash = minhash_band(&signer->minhash, signature, band);
        buffer_append(key, &hash, sizeof hash);
    }
}

static bool append_key(const struct signer *signer, struct batch *batch, struct record *record, struct scratch *scratch,
                       struct buffer *key, struct error *error)
{
    struct buffer *hashes = &scratch->hashes;
    buffer_reset(hashes);
    if (!find_text(signer, batch, record, &scratch->text, error))
        return false;
    minhash_shingles(&signer->minhash, buffer_slice(&scratch->text), &scratch->form, hashes);
    size_t count = hashes->length / sizeof(uint64_t);
    struct near_head head = { .bands = count ? signer->minhash.scheme->bands : 0,
                              .shingles = signer->verifies ? (uint32_t)count : 0 };
    buffer_append(key, &head, sizeof head);
    if (count > 0)
        append_bands(signer, hashes, key);
    for (size_t i = 0; i < head.shingles; i++) {
        uint64_t hash;
        memcpy(&hash, hashes->bytes + i * sizeof hash, sizeof hash);
        uint32_t half = (uint32_t)hash;
        buffer_append(key, &half, sizeof half);
    }
    dedup_append_label(batch, record, key);
    return true;
}

struct near_keys {
    struct signer signer;
    struct scratch *scratch; /* one a worker */
};

static bool keys_open(struct stage *stage, struct error *error)
{
    struct near_keys *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->scratch = memory_allocate_zeroed(stage->run->jobs, sizeof *state->scratch);
    return signer_open(&state->signer, stage->options, error);
}

static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    struct near_keys *state = stage->state;
    return append_key(&state->signer, batch, record, &state->scratch[worker], key, error);
}

static enum flow keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

static void keys_close(struct stage *stage)
{
    struct near_keys *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; i < stage->run->jobs; i++)
        scratch_release(&state->scratch[i]);
    memory_free(state->scratch);
    arena_release(&state->signer.arena);
    memory_free(state);
    stage->state = NULL;
}

struct near_state {
    struct dedup_report report;
    struct dedup_waiting waiting;
    struct sorter *bands; /* band (1 byte), its hash, row */
    struct spool *spool;  /* of each row: head, shingle hashes, label */
    uint64_t *places;     /* there, of each row */
    size_t count, capacity;
    struct union_find sets;
    double threshold;
    struct buffer left, right; /* of the spool */
    uint64_t candidates, alike;
};

enum { BAND_KEY_BYTES = 1 + 8 };

static bool add_row(struct near_state *state, struct slice key, struct error *error)
{
    struct near_head head;
    memcpy(&head, key.bytes, sizeof head);
    char item[BAND_KEY_BYTES + DEDUP_ROW_BYTES];
    dedup_write_row(state->count, item + BAND_KEY_BYTES);
    for (uint32_t band = 0; band < head.bands; band++) {
        item[0] = (char)band;
        memcpy(item + 1, key.bytes + sizeof head + band * sizeof(uint64_t), sizeof(uint64_t));
        if (!sorter_add(state->bands, slice_of(item, sizeof item), SLICE(""), error))
            return false;
    }
    buffer_reset(&state->left);
    buffer_append(&state->left, &head, sizeof head);
    buffer_append_slice(&state->left, slice_from(key, sizeof head + head.bands * sizeof(uint64_t)));
    if (state->count == state->capacity)
        state->places = memory_grow(state->places, &state->capacity, state->count + 1, sizeof *state->places);
    if (!spool_put(state->spool, buffer_slice(&state->left), &state->places[state->count], error))
        return false;
    state->count++;
    return true;
}

/* Tombstones and marks have a row, so that they wait in their place. */
static bool add_passing(struct near_state *state, struct error *error)
{
    struct near_head none = { 0 };
    return add_row(state, slice_of((const char *)&none, sizeof none), error);
}

static bool read_against(struct near_state *state, const struct dedup_options *options, struct error *error)
{
    struct signer *signer = memory_allocate_zeroed(1, sizeof *signer);
    struct scratch scratch = { 0 };
    struct buffer key = { 0 };
    struct batch *batch = NULL;
    const struct reader_settings settings = { .paths = options->against.values, .count = options->against.count };
    struct reader *reader = signer_open(signer, options, error) ? reader_open(&settings, error) : NULL;
    bool is_good = reader != NULL;
    while (is_good && (is_good = reader_next(reader, &batch, error)) && batch) {
        for (size_t i = 0; is_good && i < batch->count; i++) {
            if (batch->records[i].kind == RECORD_DATA)
                is_good = append_key(signer, batch, &batch->records[i], &scratch, &key, error) &&
                          add_row(state, buffer_slice(&key), error);
            buffer_reset(&key);
        }
        batch_free(batch);
        batch = NULL;
    }
    if (batch)
        batch_free(batch);
    if (reader)
        reader_close(reader);
    scratch_release(&scratch);
    buffer_release(&key);
    arena_release(&signer->arena);
    memory_free(signer);
    state->report.against = state->count;
    return is_good;
}

static bool near_open(struct stage *stage, struct error *error)
{
    const struct dedup_options *options = stage->options;
    struct near_state *state = memory_allocate_zeroed(1, sizeof *state);
    size_t memory = (size_t)options->memory;
    stage->state = state;
    state->threshold = threshold_of(options);
    state->bands = sorter_create(memory / 2);
    state->spool = spool_create(memory / 8);
    dedup_waiting_open(&state->waiting, memory / 4);
    dedup_report_open(&state->report, options);
    state->report.phrase = "much like";
    return options->against.count == 0 || read_against(state, options, error);
}

static enum flow near_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    (void)worker;
    struct near_state *state = stage->state;
    const struct reorder_keys *keys = batch->payload;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_data = records[i].kind == RECORD_DATA;
        if (!dedup_wait(&state->waiting, state->count, &records[i], error) ||
            !(is_data ? add_row(state, keys->keys[i], error) : add_passing(state, error))) {
            batch_free(batch);
            return FLOW_ERROR;
        }
    }
    return sink_emit(sink, batch, error);
}

static uint32_t *shingles_of(struct buffer *stored, size_t *count)
{
    struct near_head head;
    memcpy(&head, stored->bytes, sizeof head);
    *count = head.shingles;
    return (uint32_t *)(void *)(stored->bytes + sizeof head);
}

/* Joins two rows that share a band, if they are alike enough. */
static bool consider(struct near_state *state, uint64_t left, uint64_t right, struct error *error)
{
    size_t left_count, right_count;
    if (union_find_root(&state->sets, left) == union_find_root(&state->sets, right))
        return true;
    state->candidates++;
    if (state->threshold > 0) {
        if (!spool_get(state->spool, state->places[left], &state->left, error) ||
            !spool_get(state->spool, state->places[right], &state->right, error))
            return false;
        uint32_t *of_left = shingles_of(&state->left, &left_count);
        uint32_t *of_right = shingles_of(&state->right, &right_count);
        if (minhash_jaccard(of_left, left_count, of_right, right_count) < state->threshold)
            return true;
    }
    state->alike++;
    union_find_join(&state->sets, left, right);
    return true;
}

/* Each row of a band's value is held beside the first one and beside the one before it. */
static bool join_candidates(struct near_state *state, struct error *error)
{
    struct slice key, payload;
    char band[BAND_KEY_BYTES];
    uint64_t first = 0, last = 0;
    bool has_item = false, has_band = false, is_good = sorter_finish(state->bands, error);
    union_find_grow(&state->sets, state->count);
    while (is_good && (is_good = sorter_next(state->bands, &key, &payload, &has_item, error)) && has_item) {
        uint64_t row = dedup_read_row(slice_from(key, BAND_KEY_BYTES));
        if (has_band && memcmp(band, key.bytes, BAND_KEY_BYTES) == 0) {
            is_good = consider(state, first, row, error) && consider(state, last, row, error);
        } else {
            memcpy(band, key.bytes, BAND_KEY_BYTES);
            has_band = true;
            first = row;
        }
        last = row;
    }
    return is_good;
}

static bool judge_all(struct near_state *state, struct error *error)
{
    for (uint64_t row = state->report.against; row < state->count; row++) {
        struct dedup_twin twin = { .row = union_find_root(&state->sets, row) };
        if (twin.row == row)
            continue;
        if (!spool_get(state->spool, state->places[twin.row], &state->left, error))
            return false;
        size_t count;
        shingles_of(&state->left, &count);
        twin.label = slice_from(buffer_slice(&state->left), sizeof(struct near_head) + count * sizeof(uint32_t));
        if (!dedup_judge(&state->waiting, row, &twin, error))
            return false;
    }
    return true;
}

static enum flow near_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct near_state *state = stage->state;
    if (!join_candidates(state, error) || !judge_all(state, error))
        return FLOW_ERROR;
    enum flow flow = dedup_release(&state->waiting, stage, &state->report, sink, error);
    return flow == FLOW_OK ? dedup_report_finish(&state->report, sink, error) : flow;
}

static void near_close(struct stage *stage)
{
    struct near_state *state = stage->state;
    if (!state)
        return;
    sorter_free(state->bands);
    spool_free(state->spool);
    memory_free(state->places);
    union_find_release(&state->sets);
    buffer_release(&state->left);
    buffer_release(&state->right);
    dedup_waiting_close(&state->waiting);
    dedup_report_close(&state->report);
    memory_free(state);
    stage->state = NULL;
}

static void near_summarize(const struct stage *stage, struct buffer *json)
{
    const struct near_state *state = stage->state;
    if (!state)
        return;
    uint64_t spilled = sorter_spilled(state->bands) + spool_spilled(state->spool) +
                       sorter_spilled(state->waiting.rows) + sorter_spilled(state->waiting.verdicts);
    buffer_append_format(json, "\"against\":%llu,\"candidates\":%llu,\"joined\":%llu,\"spilled_bytes\":%llu",
                         (unsigned long long)state->report.against, (unsigned long long)state->candidates,
                         (unsigned long long)state->alike, (unsigned long long)spilled);
}

static const struct stage_class keys_stage = {
    .name = "dedup", .is_parallel = true, .open = keys_open, .push = keys_push, .close = keys_close
};
static const struct stage_class near_stage = { .name = "dedup",
                                               .open = near_open,
                                               .push = near_push,
                                               .finish = near_finish,
                                               .close = near_close,
                                               .summarize = near_summarize };
const struct stage_class *const dedup_near_stages[] = { &keys_stage, &near_stage, NULL };
