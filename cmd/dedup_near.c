/* dedup_near.c - rows whose texts share most of their shingles.
 *
 * Signatures are made on all workers. Behind them one thread lets all rows wait, and sorts the bands of their
 * signatures (minhash), or the signatures by each choice of their blocks (simhash); when the input has ended, rows that
 * meet there are candidates, those that are alike enough are joined, and of each set all but the first row are dropped.
 * In memory are 16 bytes a row, the rest is bounded by --memory. */
#include "dedup_near.h"
#include "base/memory.h"
#include "reorder.h"
#include "spill/union_find.h"

struct near_keys {
    struct near_signer signer;
    struct near_scratch *scratch; /* one a worker */
};

static bool keys_open(struct stage *stage, struct error *error)
{
    struct near_keys *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->scratch = memory_allocate_zeroed(stage->run->jobs, sizeof *state->scratch);
    return near_signer_open(&state->signer, stage->options, error);
}

static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    struct near_keys *state = stage->state;
    return near_sign(&state->signer, batch, record, &state->scratch[worker], key, error);
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
        near_scratch_release(&state->scratch[i]);
    memory_free(state->scratch);
    near_signer_close(&state->signer);
    memory_free(state);
    stage->state = NULL;
}

/* A row of a group whose signatures may be near. */
struct near_neighbour {
    uint64_t signature, row;
};

struct near_state {
    struct dedup_report report;
    struct dedup_waiting waiting;
    struct sorter *groups; /* table or band (1 byte), what its rows have in common (8), signature (simhash: 8), row */
    struct spool *spool;   /* of each row: head, shingle hashes, label */
    uint64_t *places;      /* there, of each row */
    size_t count, capacity;
    struct union_find sets;
    double threshold;
    struct simhash_tables tables; /* count 0: minhash */
    unsigned distance;
    struct near_neighbour *neighbours; /* of the group at hand */
    size_t neighbour_count;
    bool is_crowded;           /* there were more: not all that agree in a table met there */
    struct buffer left, right; /* of the spool */
    struct minhash_set set;    /* shingles of set_row, in right */
    uint64_t set_row;
    bool has_set;
    uint64_t candidates, alike;
};

/* Rows of a group beyond so many unlike ones are held beside the first ones only. */
enum { GROUP_BYTES = 1 + 8, NEIGHBOURS_MAXIMUM = 1 << 16 };

static bool add_to_groups(struct near_state *state, const uint64_t *signs, uint32_t sign_count, struct error *error)
{
    char item[GROUP_BYTES + sizeof(uint64_t) + DEDUP_ROW_BYTES];
    unsigned tables = state->tables.count;
    size_t row_place = GROUP_BYTES + (tables ? sizeof(uint64_t) : 0);
    big_endian_write(state->count, item + row_place, DEDUP_ROW_BYTES);
    for (uint32_t i = 0; i < (sign_count > 0 && tables ? tables : sign_count); i++) {
        uint64_t common = tables ? signs[0] & state->tables.masks[i] : signs[i];
        item[0] = (char)i;
        memcpy(item + 1, &common, sizeof common);
        if (tables)
            memcpy(item + GROUP_BYTES, signs, sizeof *signs);
        if (!sorter_add(state->groups, slice_of(item, row_place + DEDUP_ROW_BYTES), SLICE(""), error))
            return false;
    }
    return true;
}

static bool add_row(struct near_state *state, struct slice key, struct error *error)
{
    struct near_head head;
    uint64_t signs[MINHASH_PERMUTATIONS_MAXIMUM];
    memcpy(&head, key.bytes, sizeof head);
    memcpy(signs, key.bytes + sizeof head, head.signs * sizeof *signs);
    if (!add_to_groups(state, signs, head.signs, error))
        return false;
    if (state->count == state->capacity)
        state->places = memory_grow(state->places, &state->capacity, state->count + 1, sizeof *state->places);
    if (!spool_put_both(state->spool, slice_between(key, 0, sizeof head),
                        slice_from(key, sizeof head + head.signs * sizeof *signs), &state->places[state->count], error))
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

/* Where the rows of --against go. */
struct near_earlier {
    struct near_state *state;
    struct near_signer signer;
    struct near_scratch scratch;
    struct buffer key;
};

static bool take_earlier(void *context, struct batch *batch, struct record *record, struct error *error)
{
    struct near_earlier *earlier = context;
    buffer_reset(&earlier->key);
    return near_sign(&earlier->signer, batch, record, &earlier->scratch, &earlier->key, error) &&
           add_row(earlier->state, buffer_slice(&earlier->key), error);
}

static bool read_against(struct near_state *state, const struct dedup_options *options, struct error *error)
{
    struct near_earlier *earlier = memory_allocate_zeroed(1, sizeof *earlier);
    earlier->state = state;
    bool is_good =
        near_signer_open(&earlier->signer, options, error) && dedup_read_against(options, earlier, take_earlier, error);
    near_scratch_release(&earlier->scratch);
    buffer_release(&earlier->key);
    near_signer_close(&earlier->signer);
    memory_free(earlier);
    state->report.against = state->count;
    return is_good;
}

static bool near_open(struct stage *stage, struct error *error)
{
    const struct dedup_options *options = stage->options;
    const struct simhash_scheme *simhash = near_simhash_scheme(options);
    struct near_state *state = memory_allocate_zeroed(1, sizeof *state);
    size_t memory = (size_t)options->memory;
    stage->state = state;
    state->threshold = near_threshold(options);
    if (simhash) {
        state->distance = options->distance > 0 ? (unsigned)options->distance : simhash->distance;
        simhash_tables_make(state->distance + simhash->blocks - simhash->distance, state->distance, &state->tables);
    }
    state->groups = sorter_create(memory / 2);
    state->spool = spool_create(memory / 8);
    dedup_report_open(&state->report, options);
    state->report.phrase = "much like";
    if (options->against.count > 0 && !read_against(state, options, error))
        return false;
    dedup_waiting_open(&state->waiting, state->count, memory / 4);
    return true;
}

static bool take_row(struct stage *stage, struct batch *batch, struct record *record, struct slice key,
                     struct error *error)
{
    struct near_state *state = stage->state;
    (void)batch;
    return dedup_wait(&state->waiting, record, error) &&
           (record->kind == RECORD_DATA ? add_row(state, key, error) : add_passing(state, error));
}

static enum flow near_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    (void)worker;
    return reorder_take_all(stage, batch, take_row, sink, error);
}

static const uint32_t *shingles_of(const struct buffer *stored, size_t *count)
{
    struct near_head head;
    memcpy(&head, stored->bytes, sizeof head);
    *count = head.shingles;
    return (const uint32_t *)(const void *)(stored->bytes + sizeof head);
}

/* Whether a row that stands before another one shares enough of its shingles. A row is held beside several, one after
 * the other: it stays in the set. */
static bool are_alike(struct near_state *state, uint64_t before, uint64_t row, bool *answer, struct error *error)
{
    const uint32_t *shingles;
    size_t count;
    if (!state->has_set || state->set_row != row) {
        state->has_set = false;
        if (!spool_get(state->spool, state->places[row], &state->right, error))
            return false;
        shingles = shingles_of(&state->right, &count);
        minhash_set_fill(&state->set, shingles, count);
        state->set_row = row;
        state->has_set = true;
    }
    if (!spool_get(state->spool, state->places[before], &state->left, error))
        return false;
    shingles = shingles_of(&state->left, &count);
    *answer = minhash_set_jaccard(&state->set, shingles, count, state->threshold) >= state->threshold;
    return true;
}

/* Joins two rows that share a band, if they are alike enough. */
static bool consider(struct near_state *state, uint64_t before, uint64_t row, struct error *error)
{
    bool is_alike = true;
    if (union_find_root(&state->sets, before) == union_find_root(&state->sets, row))
        return true;
    state->candidates++;
    if (state->threshold > 0 && !are_alike(state, before, row, &is_alike, error))
        return false;
    if (!is_alike)
        return true;
    state->alike++;
    union_find_join(&state->sets, before, row);
    return true;
}

/* The rows of a band are held each beside the first one and the one before it. */
static bool take_band_row(struct near_state *state, uint64_t row, struct error *error)
{
    struct near_neighbour *ends = state->neighbours; /* the first and the last one */
    for (size_t i = 0; i < state->neighbour_count; i++)
        if (!consider(state, ends[i].row, row, error))
            return false;
    ends[state->neighbour_count > 0].row = row;
    state->neighbour_count += state->neighbour_count < 2;
    return true;
}

/* Whether rows whose signatures differ in these bits met in a table before this one. */
static bool have_met(const struct near_state *state, uint64_t bits, unsigned table)
{
    for (unsigned i = 0; i < table && !state->is_crowded; i++)
        if ((bits & state->tables.masks[i]) == 0)
            return true;
    return false;
}

/* Rows with equal signatures come one after the other: the first one stands for them. */
static bool take_table_row(struct near_state *state, unsigned table, uint64_t signature, uint64_t row,
                           struct error *error)
{
    for (size_t i = state->neighbour_count; i-- > 0;) {
        const struct near_neighbour *other = &state->neighbours[i];
        uint64_t bits = signature ^ other->signature;
        if ((unsigned)__builtin_popcountll(bits) <= state->distance && !have_met(state, bits, table) &&
            !consider(state, other->row, row, error))
            return false;
        if (bits == 0)
            return true;
    }
    if (state->neighbour_count < NEIGHBOURS_MAXIMUM)
        state->neighbours[state->neighbour_count++] = (struct near_neighbour){ signature, row };
    else
        state->is_crowded = true;
    return true;
}

static bool join_candidates(struct near_state *state, struct error *error)
{
    struct slice key, payload;
    char group[GROUP_BYTES];
    uint64_t signature = 0;
    size_t row_place = GROUP_BYTES + (state->tables.count ? sizeof signature : 0);
    bool has_item = false, is_good = sorter_finish(state->groups, error);
    union_find_grow(&state->sets, state->count);
    state->neighbours = memory_allocate(NEIGHBOURS_MAXIMUM * sizeof *state->neighbours);
    while (is_good && (is_good = sorter_next(state->groups, &key, &payload, &has_item, error)) && has_item) {
        uint64_t row = big_endian_read(slice_from(key, row_place), DEDUP_ROW_BYTES);
        if (state->neighbour_count > 0 && memcmp(group, key.bytes, GROUP_BYTES) != 0)
            state->neighbour_count = 0;
        memcpy(group, key.bytes, GROUP_BYTES);
        memcpy(&signature, key.bytes + GROUP_BYTES, sizeof signature);
        is_good = state->tables.count ? take_table_row(state, (unsigned char)group[0], signature, row, error)
                                      : take_band_row(state, row, error);
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
    sorter_free(state->groups);
    memory_free(state->neighbours);
    spool_free(state->spool);
    memory_free(state->places);
    union_find_release(&state->sets);
    buffer_release(&state->left);
    buffer_release(&state->right);
    minhash_set_release(&state->set);
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
    uint64_t spilled =
        sorter_spilled(state->groups) + spool_spilled(state->spool) + dedup_waiting_spilled(&state->waiting);
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
