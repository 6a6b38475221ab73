/* dedup_waiting.c - rows that wait, on disk where memory is short, until it is known which of them go on. */
#include "dedup.h"
#include "reorder.h"

void dedup_waiting_open(struct dedup_waiting *waiting, uint64_t first, size_t memory)
{
    *waiting = (struct dedup_waiting){ .first = first,
                                       .rows = spool_create(memory / 4 * 3),
                                       .verdicts = sorter_create(memory / 4) };
}

void dedup_waiting_close(struct dedup_waiting *waiting)
{
    spool_free(waiting->rows);
    sorter_free(waiting->verdicts);
    pack_files_release(&waiting->files);
    buffer_release(&waiting->packed);
    *waiting = (struct dedup_waiting){ 0 };
}

uint64_t dedup_waiting_spilled(const struct dedup_waiting *waiting)
{
    return waiting->rows ? spool_spilled(waiting->rows) + sorter_spilled(waiting->verdicts) : 0;
}

bool dedup_wait(struct dedup_waiting *waiting, const struct record *record, struct error *error)
{
    uint64_t place;
    buffer_reset(&waiting->packed);
    record_pack(record, &waiting->files, &waiting->packed);
    return spool_put(waiting->rows, buffer_slice(&waiting->packed), &place, error);
}

bool dedup_judge(struct dedup_waiting *waiting, uint64_t row, const struct dedup_twin *twin, struct error *error)
{
    char key[DEDUP_ROW_BYTES], number[DEDUP_ROW_BYTES];
    big_endian_write(row, key, DEDUP_ROW_BYTES);
    big_endian_write(twin->row, number, DEDUP_ROW_BYTES);
    buffer_reset(&waiting->packed);
    buffer_append(&waiting->packed, number, sizeof number);
    buffer_append_slice(&waiting->packed, twin->label);
    return sorter_add(waiting->verdicts, slice_of(key, sizeof key), buffer_slice(&waiting->packed), error);
}

/* Verdicts, read beside the rows. */
struct verdicts {
    struct sorter *sorter;
    bool has_item;
    uint64_t row;
    struct dedup_twin twin;
};

static bool next_verdict(struct verdicts *verdicts, struct error *error)
{
    struct slice key, payload;
    if (!sorter_next(verdicts->sorter, &key, &payload, &verdicts->has_item, error))
        return false;
    if (verdicts->has_item) {
        verdicts->row = big_endian_read(key, DEDUP_ROW_BYTES);
        verdicts->twin =
            (struct dedup_twin){ big_endian_read(payload, DEDUP_ROW_BYTES), slice_from(payload, DEDUP_ROW_BYTES) };
    }
    return true;
}

enum flow dedup_let_go(struct dedup_waiting *waiting, struct sink *sink, void *context, dedup_settle *settle,
                       struct error *error)
{
    struct spool_reader reader = { 0 };
    struct batch *batch = NULL;
    struct slice packed;
    uint64_t row = waiting->first;
    bool has_item = false, is_good = true;
    enum flow flow = reorder_batch(sink, &batch, error);
    while (flow == FLOW_OK && (is_good = spool_next(waiting->rows, &reader, &packed, &has_item, error)) && has_item) {
        struct record record = *record_unpack(batch, packed, &waiting->files);
        batch->count--;
        is_good = settle(context, batch, row++, &record, error);
        if (!is_good)
            break;
        flow = reorder_batch(sink, &batch, error);
    }
    spool_reader_release(&reader);
    if (flow == FLOW_OK && is_good)
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return flow == FLOW_OK ? FLOW_ERROR : flow;
}

static enum flow swallow(void *context, struct batch *batch, struct error *error)
{
    (void)context;
    (void)error;
    batch_free(batch);
    return FLOW_OK;
}

bool dedup_waiting_visit(struct dedup_waiting *waiting, void *context, dedup_settle *visit, struct error *error)
{
    struct sink sink = { .emit = swallow };
    return dedup_let_go(waiting, &sink, context, visit, error) == FLOW_OK;
}

/* Judged rows go. */
struct judging {
    struct verdicts verdicts;
    struct stage *stage;
    struct dedup_report *report;
};

static bool settle_judged(void *context, struct batch *batch, uint64_t row, struct record *record, struct error *error)
{
    struct judging *judging = context;
    struct verdicts *verdicts = &judging->verdicts;
    while (verdicts->has_item && verdicts->row < row)
        if (!next_verdict(verdicts, error))
            return false;
    if (verdicts->has_item && verdicts->row == row)
        return dedup_drop(judging->report, judging->stage, batch, record, row, &verdicts->twin, error);
    dedup_keep(judging->report, batch, record);
    return true;
}

enum flow dedup_release(struct dedup_waiting *waiting, struct stage *stage, struct dedup_report *report,
                        struct sink *sink, struct error *error)
{
    struct judging judging = { { .sorter = waiting->verdicts }, stage, report };
    if (!sorter_finish(waiting->verdicts, error) || !next_verdict(&judging.verdicts, error))
        return FLOW_ERROR;
    return dedup_let_go(waiting, sink, &judging, settle_judged, error);
}
