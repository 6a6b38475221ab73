/* reorder.c - holding records back and letting them go in another order. */
#include "reorder.h"

enum { BATCH_BYTES = 256 * 1024 };

/* Of one push. */
struct making {
    struct stage *stage;
    unsigned worker;
    reorder_make *make;
    struct buffer scratch;
};

static bool make_key(void *context, struct batch *batch, struct record *record, void *item, struct error *error)
{
    struct making *making = context;
    struct slice *key = item;
    buffer_reset(&making->scratch);
    if (!record_object(batch, record, error) ||
        !making->make(making->stage, making->worker, batch, record, &making->scratch, error))
        return false;
    *key = arena_copy(&batch->arena, buffer_slice(&making->scratch));
    return true;
}

enum flow reorder_make_keys(struct stage *stage, unsigned worker, struct batch *batch, reorder_make *make,
                            struct sink *sink, struct error *error)
{
    struct making making = { .stage = stage, .worker = worker, .make = make };
    batch->payload = batch_look(batch, stage, sizeof(struct slice), make_key, &making);
    buffer_release(&making.scratch);
    return sink_emit(sink, batch, error);
}

enum flow reorder_take_all(struct stage *stage, struct batch *batch, reorder_take *take, struct sink *sink,
                           struct error *error)
{
    const struct slice *keys = batch->payload;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    batch->payload = NULL;
    for (size_t i = 0; i < count; i++)
        if (!take(stage, batch, &records[i], keys[i], error)) {
            batch_free(batch);
            return FLOW_ERROR;
        }
    return sink_emit(sink, batch, error);
}

void reorder_open(struct reorder *reorder, int64_t memory)
{
    *reorder = (struct reorder){ .sorter = sorter_create((size_t)memory) };
}

void reorder_close(struct reorder *reorder)
{
    sorter_free(reorder->sorter);
    pack_files_release(&reorder->files);
    buffer_release(&reorder->packed);
    buffer_release(&reorder->marks);
    *reorder = (struct reorder){ 0 };
}

bool reorder_add(struct reorder *reorder, struct slice key, const struct record *record, struct error *error)
{
    buffer_reset(&reorder->packed);
    record_pack(record, &reorder->files, &reorder->packed);
    return sorter_add(reorder->sorter, key, buffer_slice(&reorder->packed), error);
}

void reorder_pass(struct reorder *reorder, struct batch *batch, const struct record *record)
{
    if (record->kind != RECORD_MARK) {
        *batch_append(batch) = *record;
        return;
    }
    buffer_append_slice(&reorder->marks, record->line);
    buffer_append_byte(&reorder->marks, '\n');
}

bool reorder_next_mark(struct slice *marks, struct batch *batch)
{
    if (marks->length == 0)
        return false;
    size_t length = slice_find_byte(*marks, '\n');
    struct record *record = batch_append(batch);
    record->kind = RECORD_MARK;
    record->file = "";
    record->line = arena_copy(&batch->arena, slice_between(*marks, 0, length));
    *marks = slice_from(*marks, length + 1);
    return true;
}

enum flow reorder_batch(struct sink *sink, struct batch **batch, struct error *error)
{
    enum flow flow = FLOW_OK;
    if (*batch && (*batch)->bytes >= BATCH_BYTES) {
        flow = sink_emit(sink, *batch, error);
        *batch = NULL;
    }
    if (!*batch && flow == FLOW_OK)
        *batch = batch_create();
    return flow;
}

enum flow reorder_release(struct stage *stage, struct reorder *reorder,
                          bool (*decide)(struct stage *stage, struct batch *batch, struct slice key,
                                         const struct record *record),
                          struct sink *sink, struct error *error)
{
    struct batch *batch = NULL;
    struct slice key, packed;
    bool has_item = true, is_good = true;
    enum flow flow = FLOW_OK;
    while (flow == FLOW_OK && (is_good = sorter_next(reorder->sorter, &key, &packed, &has_item, error)) && has_item) {
        flow = reorder_batch(sink, &batch, error);
        if (flow != FLOW_OK)
            break;
        struct record *record = record_unpack(batch, packed, &reorder->files);
        if (decide && !decide(stage, batch, key, record))
            batch->count--;
    }
    if (flow == FLOW_OK && !is_good)
        flow = FLOW_ERROR;
    if (flow == FLOW_OK && reorder->marks.length > 0) {
        struct slice marks = buffer_slice(&reorder->marks);
        batch = batch ? batch : batch_create();
        while (reorder_next_mark(&marks, batch))
            continue;
    }
    if (batch && flow == FLOW_OK)
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return flow;
}
