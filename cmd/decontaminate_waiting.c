/* decontaminate_waiting.c - --max-matches: nothing is done before it is known how many records have an n-gram.
 *
 * Records go on until the first one that has any; from there on all wait, in order. Source of the count: NVIDIA
 * NeMo-Curator, task decontamination: n-grams of a record that follow each other without overlap. */
#include "base/big_endian.h"
#include "base/memory.h"
#include "decontaminate.h"
#include "record/pack.h"
#include "spill/sorter.h"

enum { NUMBER_BYTES = 8, BATCH_BYTES = 256 * 1024 };

struct waiting {
    struct decon *decon; /* of the first stage; NULL: no batch came */
    struct sorter *rows; /* by number: a byte that says whether it has n-grams, and the packed record */
    struct pack_files files;
    struct buffer packed;
    uint64_t next;
    uint32_t *counts;
};

static bool waiting_open(struct stage *stage, struct error *error)
{
    (void)error;
    stage->state = memory_allocate_zeroed(1, sizeof(struct waiting));
    return true;
}

static void waiting_close(struct stage *stage)
{
    struct waiting *waiting = stage->state;
    if (!waiting)
        return;
    sorter_free(waiting->rows);
    pack_files_release(&waiting->files);
    buffer_release(&waiting->packed);
    memory_free(waiting->counts);
    memory_free(waiting);
    stage->state = NULL;
}

static void count_grams(struct waiting *waiting, struct slice grams)
{
    for (size_t i = 0; i + sizeof(uint32_t) <= grams.length; i += sizeof(uint32_t)) {
        uint32_t gram;
        memcpy(&gram, grams.bytes + i, sizeof gram);
        waiting->counts[gram] += waiting->counts[gram] < UINT32_MAX;
    }
}

static bool wait(struct waiting *waiting, const struct decon_options *options, const struct record *record,
                 bool has_grams, struct error *error)
{
    char number[NUMBER_BYTES];
    if (!waiting->rows)
        waiting->rows = sorter_create((size_t)options->memory / 4);
    big_endian_write(waiting->next++, number, sizeof number);
    buffer_reset(&waiting->packed);
    buffer_append_byte(&waiting->packed, has_grams);
    record_pack(record, &waiting->files, &waiting->packed);
    return sorter_add(waiting->rows, slice_of(number, sizeof number), buffer_slice(&waiting->packed), error);
}

static enum flow waiting_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                              struct error *error)
{
    (void)worker;
    struct waiting *waiting = stage->state;
    const struct decon_found *found = batch->payload;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    if (!waiting->decon) {
        waiting->decon = found->decon;
        waiting->counts =
            memory_allocate_zeroed((size_t)ngram_index_count(found->decon->against.index) + 1, sizeof *waiting->counts);
    }
    for (size_t i = 0; i < count; i++) {
        bool has_grams = found->grams[i].length > 0;
        count_grams(waiting, found->grams[i]);
        if (!waiting->rows && !has_grams) {
            *batch_append(batch) = records[i];
        } else if (!wait(waiting, stage->options, &records[i], has_grams, error)) {
            batch_free(batch);
            return FLOW_ERROR;
        }
    }
    return sink_emit(sink, batch, error);
}

static enum flow release(struct stage *stage, struct waiting *waiting, struct sink *sink, struct error *error)
{
    struct batch *batch = batch_create();
    struct slice key, packed;
    bool has_item = true, is_good = true;
    enum flow flow = FLOW_OK;
    while (flow == FLOW_OK && (is_good = sorter_next(waiting->rows, &key, &packed, &has_item, error)) && has_item) {
        struct record record = *record_unpack(batch, slice_from(packed, 1), &waiting->files);
        batch->stops_at_reject = stage->run->stops_at_reject;
        batch->count--;
        if (!packed.bytes[0])
            *batch_append(batch) = record;
        else if (!decon_take(waiting->decon, &waiting->decon->workers[0], stage, batch, &record))
            break;
        if (batch->bytes < BATCH_BYTES)
            continue;
        flow = sink_emit(sink, batch, error);
        batch = batch_create();
    }
    if (flow == FLOW_OK && is_good)
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return is_good ? flow : FLOW_ERROR;
}

static enum flow waiting_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct waiting *waiting = stage->state;
    if (!waiting->rows)
        return FLOW_OK;
    waiting->decon->counts = waiting->counts;
    return sorter_finish(waiting->rows, error) ? release(stage, waiting, sink, error) : FLOW_ERROR;
}

const struct stage_class decon_waiting_stage = { .name = "decontaminate",
                                                 .open = waiting_open,
                                                 .push = waiting_push,
                                                 .finish = waiting_finish,
                                                 .close = waiting_close };
