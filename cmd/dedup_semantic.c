/* dedup_semantic.c - rows whose embeddings are near each other.
 *
 * All rows wait; unit vectors go to a spool, which is read block by block: each block is held beside itself and all
 * that comes after it. Near ones are joined, and of each set all but the first row are dropped. In memory are 24 bytes
 * a row, the rest is bounded by --memory. */
#include "base/hash.h"
#include "base/memory.h"
#include "dedup.h"
#include "index/vector_pairs.h"
#include "index/vectors.h"
#include "reorder.h"
#include "spill/union_find.h"

/* Cosines of equal vectors are off by some rounding. */
#define TOLERANCE 1e-6
#define THRESHOLD 0.95

/* In front of a key: then the unit vector, then the label. */
struct semantic_head {
    uint64_t model; /* hash of its name; 0: not told */
    uint32_t dimension;
    uint32_t padding;
};

bool dedup_semantic_check(const struct dedup_options *options, struct arena *arena, struct error *error)
{
    (void)arena;
    if (options->by.count || options->field.count)
        return error_set(error, E_USAGE, "--%s: --method semantic compares the field 'embedding'",
                         options->by.count ? "by" : "field");
    return true;
}

/* The first stage. */
static bool append_key(struct batch *batch, struct record *record, struct buffer *key, struct error *error)
{
    const float *values;
    struct semantic_head head = { 0 };
    struct slice model;
    if (!record_embedding(batch, record, &values, &head.dimension, &model, error))
        return false;
    float scale = values ? vector_scale(values, head.dimension) : 0;
    if (!values || !(scale > 0)) {
        error_set(error, values ? E_FIELD_VALUE : E_FIELD_MISSING,
                  values ? "field 'embedding' is all zeros or not finite" : "field 'embedding' is missing");
        return error_field(error, SLICE("embedding"));
    }
    head.model = model.length ? hash_64(model, 0) : 0;
    buffer_append(key, &head, sizeof head);
    float *unit = (float *)(void *)buffer_reserve(key, head.dimension * sizeof *unit);
    for (uint32_t i = 0; i < head.dimension; i++)
        unit[i] = values[i] * scale;
    key->length += head.dimension * sizeof *unit;
    dedup_append_label(batch, record, key);
    return true;
}

static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    (void)stage;
    (void)worker;
    return append_key(batch, record, key, error);
}

static enum flow keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

/* The second. */
struct semantic_row {
    uint64_t number, label; /* label: its place in the spool */
};

struct semantic {
    struct dedup_report report;
    struct dedup_waiting waiting;
    struct spool *vectors, *labels;
    struct semantic_row *rows; /* of each vector */
    size_t count, capacity;
    uint64_t next_row;
    size_t against; /* vectors; place: in the spool, of the first one behind them */
    uint64_t place;
    struct semantic_head head; /* of the first vector */
    struct union_find sets;
    struct buffer label;
    uint64_t pairs;
};

/* Whether vectors of the kind can be compared with those before. */
static bool is_alike(struct semantic *semantic, const struct semantic_head *head, struct error *error)
{
    if (semantic->count == 0)
        semantic->head = *head;
    if (head->dimension != semantic->head.dimension)
        error_set(error, E_FIELD_VALUE, "field 'embedding' has %u numbers, expected %u as before", head->dimension,
                  semantic->head.dimension);
    else if (head->model && semantic->head.model && head->model != semantic->head.model)
        error_set(error, E_FIELD_VALUE, "field 'embedding_model' names another model than before");
    else
        return true;
    return error_field(error, SLICE("embedding"));
}

static bool add_vector(struct semantic *semantic, struct slice key, struct error *error)
{
    uint64_t place;
    size_t bytes = semantic->head.dimension * sizeof(float);
    if (semantic->count == semantic->capacity)
        semantic->rows = memory_grow(semantic->rows, &semantic->capacity, semantic->count + 1, sizeof *semantic->rows);
    struct semantic_row *row = &semantic->rows[semantic->count];
    row->number = semantic->next_row;
    key = slice_from(key, sizeof(struct semantic_head));
    if (!spool_put(semantic->vectors, slice_between(key, 0, bytes), &place, error) ||
        !spool_put(semantic->labels, slice_from(key, bytes), &row->label, error))
        return false;
    if (semantic->count == semantic->against)
        semantic->place = place;
    semantic->count++;
    return true;
}

/* Where the rows of --against go. */
struct earlier {
    struct semantic *semantic;
    struct buffer key;
};

static bool take_earlier(void *context, struct batch *batch, struct record *record, struct error *error)
{
    struct earlier *earlier = context;
    struct semantic_head head;
    buffer_reset(&earlier->key);
    if (!append_key(batch, record, &earlier->key, error))
        return false;
    memcpy(&head, earlier->key.bytes, sizeof head);
    if (!is_alike(earlier->semantic, &head, error) ||
        !add_vector(earlier->semantic, buffer_slice(&earlier->key), error))
        return false;
    earlier->semantic->next_row++;
    return true;
}

static bool semantic_open(struct stage *stage, struct error *error)
{
    const struct dedup_options *options = stage->options;
    struct semantic *semantic = memory_allocate_zeroed(1, sizeof *semantic);
    struct earlier earlier = { .semantic = semantic };
    size_t memory = (size_t)options->memory;
    stage->state = semantic;
    semantic->vectors = spool_create(memory / 4);
    semantic->labels = spool_create(memory / 16);
    dedup_report_open(&semantic->report, options);
    semantic->report.phrase = "close to";
    bool is_good = dedup_read_against(options, &earlier, take_earlier, error);
    buffer_release(&earlier.key);
    semantic->against = semantic->count;
    semantic->report.against = semantic->next_row;
    dedup_waiting_open(&semantic->waiting, semantic->next_row, memory / 4);
    return is_good;
}

static enum flow semantic_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                               struct error *error)
{
    (void)worker;
    struct semantic *semantic = stage->state;
    const struct slice *keys = batch->payload;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        struct slice key = keys[i];
        struct semantic_head head;
        struct error fault;
        if (key.length > 0)
            memcpy(&head, key.bytes, sizeof head);
        if (key.length > 0 && !is_alike(semantic, &head, &fault)) {
            error_place(&fault, records[i].file, records[i].line_number, 0);
            if (!batch_reject(batch, stage, &records[i], &fault))
                break;
            continue;
        }
        if ((key.length > 0 && !add_vector(semantic, key, error)) ||
            !dedup_wait(&semantic->waiting, &records[i], error)) {
            batch_free(batch);
            return FLOW_ERROR;
        }
        semantic->next_row++;
    }
    return sink_emit(sink, batch, error);
}

/* Vectors in memory, the first of which has the number `first`. */
struct loaded {
    float *values;
    size_t first, count, capacity;
};

static bool load(struct semantic *semantic, struct spool_reader *reader, struct loaded *loaded, struct error *error)
{
    size_t dimension = semantic->head.dimension;
    struct slice bytes;
    bool has_item = true;
    for (loaded->count = 0; loaded->count < loaded->capacity; loaded->count++) {
        if (!spool_next(semantic->vectors, reader, &bytes, &has_item, error))
            return false;
        if (!has_item)
            break;
        memcpy(loaded->values + loaded->count * dimension, bytes.bytes, bytes.length);
    }
    return true;
}

static void join_pairs(struct semantic *semantic, const struct loaded *left, const struct loaded *right,
                       double threshold, unsigned workers, struct buffer *pairs)
{
    struct vector_block first = { left->values, left->count, semantic->head.dimension };
    struct vector_block second = { right->values, right->count, semantic->head.dimension };
    buffer_reset(pairs);
    vector_pairs_find(&first, &second, left == right, (float)(threshold - TOLERANCE), workers, pairs);
    for (size_t i = 0; i < pairs->length; i += sizeof(struct vector_pair)) {
        struct vector_pair pair;
        memcpy(&pair, pairs->bytes + i, sizeof pair);
        union_find_join(&semantic->sets, left->first + pair.left, right->first + pair.right);
        semantic->pairs++;
    }
}

/* One block beside itself, and beside all that comes after it. Rows of --against are not held beside each other. */
static bool compare_block(struct semantic *semantic, struct spool_reader *reader, struct loaded *block,
                          struct loaded *tile, double threshold, unsigned workers, struct error *error)
{
    struct buffer pairs = { 0 };
    struct spool_reader after = { 0 };
    bool is_good = load(semantic, reader, block, error);
    size_t end = block->first + block->count;
    if (is_good && end > semantic->against)
        join_pairs(semantic, block, block, threshold, workers, &pairs);
    tile->first = end > semantic->against ? end : semantic->against;
    after.place = end > semantic->against ? reader->place : semantic->place;
    while (is_good && tile->first < semantic->count && (is_good = load(semantic, &after, tile, error))) {
        join_pairs(semantic, block, tile, threshold, workers, &pairs);
        tile->first += tile->count;
    }
    spool_reader_release(&after);
    buffer_release(&pairs);
    return is_good;
}

static bool join_near(struct semantic *semantic, const struct dedup_options *options, unsigned workers,
                      struct error *error)
{
    enum { TILE_BYTES = 1024 * 1024 };
    size_t bytes = semantic->head.dimension * sizeof(float);
    double threshold = options->threshold > 0 ? options->threshold : THRESHOLD;
    struct spool_reader reader = { 0 };
    struct loaded block = { 0 }, tile = { 0 };
    bool is_good = true;
    union_find_grow(&semantic->sets, semantic->count);
    if (semantic->count == 0)
        return true;
    block.capacity = (size_t)options->memory / 4 / bytes + 1;
    block.capacity = block.capacity < semantic->count ? block.capacity : semantic->count;
    tile.capacity = TILE_BYTES / bytes + 1;
    block.values = memory_allocate_aligned(64, block.capacity * bytes);
    tile.values = memory_allocate_aligned(64, tile.capacity * bytes);
    for (; is_good && block.first < semantic->count; block.first += block.count)
        is_good = compare_block(semantic, &reader, &block, &tile, threshold, workers, error);
    memory_free(block.values);
    memory_free(tile.values);
    spool_reader_release(&reader);
    return is_good;
}

static bool judge_all(struct semantic *semantic, struct error *error)
{
    for (size_t i = semantic->against; i < semantic->count; i++) {
        uint64_t root = union_find_root(&semantic->sets, i);
        if (root == i)
            continue;
        if (!spool_get(semantic->labels, semantic->rows[root].label, &semantic->label, error))
            return false;
        struct dedup_twin twin = { semantic->rows[root].number, buffer_slice(&semantic->label) };
        if (!dedup_judge(&semantic->waiting, semantic->rows[i].number, &twin, error))
            return false;
    }
    return true;
}

static enum flow semantic_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct semantic *semantic = stage->state;
    if (!join_near(semantic, stage->options, stage->run->jobs, error) || !judge_all(semantic, error))
        return FLOW_ERROR;
    enum flow flow = dedup_release(&semantic->waiting, stage, &semantic->report, sink, error);
    return flow == FLOW_OK ? dedup_report_finish(&semantic->report, sink, error) : flow;
}

static void semantic_close(struct stage *stage)
{
    struct semantic *semantic = stage->state;
    if (!semantic)
        return;
    spool_free(semantic->vectors);
    spool_free(semantic->labels);
    memory_free(semantic->rows);
    union_find_release(&semantic->sets);
    buffer_release(&semantic->label);
    dedup_waiting_close(&semantic->waiting);
    dedup_report_close(&semantic->report);
    memory_free(semantic);
    stage->state = NULL;
}

static void semantic_summarize(const struct stage *stage, struct buffer *json)
{
    const struct semantic *semantic = stage->state;
    if (!semantic)
        return;
    uint64_t spilled =
        spool_spilled(semantic->vectors) + spool_spilled(semantic->labels) + dedup_waiting_spilled(&semantic->waiting);
    buffer_append_format(json, "\"against\":%llu,\"pairs\":%llu,\"spilled_bytes\":%llu",
                         (unsigned long long)semantic->report.against, (unsigned long long)semantic->pairs,
                         (unsigned long long)spilled);
}

static const struct stage_class keys_stage = { .name = "dedup", .is_parallel = true, .push = keys_push };
static const struct stage_class semantic_stage = { .name = "dedup",
                                                   .open = semantic_open,
                                                   .push = semantic_push,
                                                   .finish = semantic_finish,
                                                   .close = semantic_close,
                                                   .summarize = semantic_summarize };
const struct stage_class *const dedup_semantic_stages[] = { &keys_stage, &semantic_stage, NULL };
