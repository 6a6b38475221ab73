/* pack_fill.c - in one thread: pieces into rows, and rows into batches or the frames of shards. */
#include <inttypes.h>

#include "base/memory.h"
#include "pack.h"
#include "json/write.h"

enum { BATCH_BYTES = 256 * 1024 };

struct filling {
    const struct pack_plan *plan; /* of the first batch */
    struct pack_plan own;         /* where no batch came */
    struct packer *packer;        /* once there is a plan */
    struct shard_dealer *dealer;  /* NULL: rows go on as records */
    struct sink *sink;            /* of the call under way */
    struct batch *batch;          /* rows that go on next; NULL: none yet */
    struct buffer line;
    struct buffer marks; /* lines of them: they go last */
    int64_t documents, document_tokens, split, truncated, lost, left_out /* tombstones, out of shards */;
};

static enum flow emit_batch(struct filling *filling, struct error *error)
{
    struct batch *batch = filling->batch;
    filling->batch = NULL;
    return batch ? sink_emit(filling->sink, batch, error) : FLOW_OK;
}

static struct record *add_record(struct filling *filling, struct slice line)
{
    if (!filling->batch)
        filling->batch = batch_create();
    struct record *record = batch_append(filling->batch);
    record->line = arena_copy(&filling->batch->arena, line);
    record->file = "";
    filling->batch->bytes += line.length;
    return record;
}

/* A batch between fill and compress: a frame, and a record without text that stands for it. */
static enum flow emit_frames(struct filling *filling, bool is_last, struct error *error)
{
    for (;;) {
        struct batch *batch = batch_create();
        struct shard_frame *frame = arena_allocate_zeroed(&batch->arena, 1, sizeof *frame);
        if (!shard_dealer_take(filling->dealer, is_last, &batch->arena, frame)) {
            batch_free(batch);
            return FLOW_OK;
        }
        batch->payload = frame;
        batch_append(batch)->kind = RECORD_MARK;
        enum flow flow = sink_emit(filling->sink, batch, error);
        if (flow != FLOW_OK)
            return flow;
    }
}

static struct buffer *begin_row(void *context)
{
    struct filling *filling = context;
    if (filling->dealer)
        return shard_dealer_begin(filling->dealer);
    buffer_reset(&filling->line);
    return &filling->line;
}

static enum flow end_row(void *context, uint32_t tokens, struct error *error)
{
    struct filling *filling = context;
    if (filling->dealer) {
        shard_dealer_end(filling->dealer, tokens);
        return emit_frames(filling, false, error);
    }
    add_record(filling, buffer_slice(&filling->line));
    return filling->batch->bytes < BATCH_BYTES ? FLOW_OK : emit_batch(filling, error);
}

static bool fill_open(struct stage *stage, struct error *error)
{
    const struct pack_options *options = stage->options;
    struct filling *filling = memory_allocate_zeroed(1, sizeof *filling);
    stage->state = filling;
    if (!stage->files)
        return true;
    struct shard_settings settings = { .bytes = options->shard_bytes,
                                       .rows = options->shard_rows,
                                       .count = options->shard_count };
    if (!shard_layout_of(stage->files, &settings.layout, error))
        return false;
    filling->dealer = shard_dealer_create(&settings);
    return true;
}

static void begin(struct filling *filling, const struct pack_plan *plan)
{
    struct pack_output output = { filling, begin_row, end_row };
    if (filling->plan)
        return;
    filling->plan = plan;
    filling->packer = packer_create(&plan->settings, &output);
}

static void fill_close(struct stage *stage)
{
    struct filling *filling = stage->state;
    if (!filling)
        return;
    packer_free(filling->packer);
    shard_dealer_free(filling->dealer);
    batch_free(filling->batch);
    buffer_release(&filling->line);
    buffer_release(&filling->marks);
    pack_plan_release(&filling->own);
    memory_free(filling);
    stage->state = NULL;
}

static enum flow add_document(struct filling *filling, const struct pack_measured_record *measured, struct error *error)
{
    const struct pack_document *document = &measured->document;
    enum flow flow = FLOW_OK;
    filling->documents++;
    filling->document_tokens += (int64_t)document->tokens;
    filling->lost += (int64_t)document->lost;
    filling->truncated += document->lost > 0;
    filling->split += document->count > 1;
    if (document->stream.tokens) {
        struct pack_stream stream = document->stream;
        stream.document = measured->id;
        return packer_add_stream(filling->packer, &stream, error);
    }
    for (size_t i = 0; i < document->count && flow == FLOW_OK; i++) {
        struct pack_piece piece = document->pieces[i];
        piece.document = measured->id;
        flow = packer_add(filling->packer, &piece, error);
    }
    return flow;
}

/* A row as it came, for --strategy none. */
static enum flow pass_row(struct filling *filling, const struct record *record,
                          const struct pack_measured_record *measured, struct error *error)
{
    size_t tokens = measured->document.tokens;
    filling->documents++;
    filling->document_tokens += (int64_t)tokens;
    buffer_append_slice(begin_row(filling), record->line);
    return end_row(filling, tokens < UINT32_MAX ? (uint32_t)tokens : UINT32_MAX, error);
}

/* Tombstones stand before all rows that are held back; a set of shards has no place for them. */
static void take_control(struct filling *filling, const struct record *record)
{
    if (filling->dealer) {
        filling->left_out += record->kind == RECORD_TOMBSTONE;
    } else if (record->kind == RECORD_TOMBSTONE) {
        add_record(filling, record->line)->kind = record->kind;
    } else {
        buffer_append_slice(&filling->marks, record->line);
        buffer_append_byte(&filling->marks, '\n');
    }
}

static enum flow fill_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    (void)worker;
    const struct pack_options *options = stage->options;
    const struct pack_measured *measured = batch->payload;
    struct filling *filling = stage->state;
    enum flow flow = FLOW_OK;
    filling->sink = sink;
    begin(filling, measured->plan);
    for (size_t i = 0; i < batch->count && flow == FLOW_OK; i++) {
        const struct record *record = &batch->records[i];
        if (record->kind != RECORD_DATA)
            take_control(filling, record);
        else if (options->strategy == PACK_CHOICE_NONE)
            flow = pass_row(filling, record, &measured->records[i], error);
        else
            flow = add_document(filling, &measured->records[i], error);
    }
    if (flow != FLOW_OK) {
        batch_free(batch);
        return flow;
    }
    batch->count = 0;
    return sink_emit(sink, batch, error);
}

static void add_marks(struct filling *filling)
{
    struct slice rest = buffer_slice(&filling->marks);
    while (rest.length > 0) {
        size_t length = slice_find_byte(rest, '\n');
        add_record(filling, slice_between(rest, 0, length))->kind = RECORD_MARK;
        rest = slice_from(rest, length + 1);
    }
}

static enum flow fill_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct filling *filling = stage->state;
    filling->sink = sink;
    if (!filling->plan && !pack_plan_make(stage->options, &filling->own, error))
        return FLOW_ERROR;
    begin(filling, &filling->own);
    enum flow flow = packer_finish(filling->packer, error);
    if (flow == FLOW_OK && filling->dealer)
        return emit_frames(filling, true, error);
    add_marks(filling);
    return flow == FLOW_OK ? emit_batch(filling, error) : flow;
}

static void fill_summarize(const struct stage *stage, struct buffer *json)
{
    const struct pack_options *options = stage->options;
    const struct filling *filling = stage->state;
    if (!filling || !filling->packer)
        return;
    const struct pack_figures *figures = packer_figures(filling->packer);
    bool packs = options->strategy != PACK_CHOICE_NONE;
    buffer_append_string(json, "\"tokenizer\":");
    json_append_string(json, slice_of_string(filling->plan->tokenizer.name));
    buffer_append_format(json, ",\"documents\":%" PRId64 ",\"document_tokens\":%" PRId64, filling->documents,
                         filling->document_tokens);
    if (filling->dealer && filling->left_out)
        buffer_append_format(json, ",\"tombstones\":%" PRId64, filling->left_out);
    if (!packs)
        return;
    double room = (double)figures->rows * (double)options->length;
    buffer_append_format(json,
                         ",\"rows\":%" PRId64 ",\"tokens\":%" PRId64 ",\"length\":%" PRId64 ",\"pieces\":%" PRId64
                         ",\"split\":%" PRId64 ",\"truncated\":%" PRId64 ",\"lost_tokens\":%" PRId64
                         ",\"padding\":%.5f",
                         figures->rows, figures->tokens, options->length, figures->pieces, filling->split,
                         filling->truncated, filling->lost, room > 0 ? 1 - (double)figures->tokens / room : 0.0);
}

const struct stage_class pack_fill_stage = { .name = "pack",
                                             .open = fill_open,
                                             .push = fill_push,
                                             .finish = fill_finish,
                                             .close = fill_close,
                                             .summarize = fill_summarize };
