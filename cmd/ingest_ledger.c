/* ingest_ledger.c - the third stage of ingest, with --ledger: lets out what is not in the ledger yet.
 *
 * Documents that came out before, byte for byte, stop here; a changed one is preceded by a tombstone. Batches are held
 * until the ledger has on disk, as pending, what is in them: a kill at any moment has it come out again, with the
 * tombstones of all versions that may have arrived. */
#include "base/memory.h"
#include "cli/say.h"
#include "ingest_options.h"
#include "ingest_parcel.h"
#include "store/ledger.h"
#include "json/write.h"

enum {
    HELD_BYTES = 8 << 20, /* batches that wait for one commit */
    BUSY_SECONDS = 60     /* another process's transaction is short */
};

struct ledger_stage {
    struct ledger *ledger; /* NULL: a dry run */
    struct hash128 recipe;
    struct batch **held;
    size_t held_count, held_capacity, held_bytes;
    struct batch *batch; /* the one under way */
    bool has_file;       /* between BEGIN and END */
    bool is_whole;       /* nothing failed in it that may work another time */
    int64_t journal_events;
    double journal_seconds;
    int64_t added, changed, unchanged, vanished, same_documents, tombstones;
    struct buffer scratch;
};

static bool ledger_stage_open(struct stage *stage, struct error *error)
{
    const struct ingest_options *options = stage->options;
    struct ledger_stage *self = memory_allocate_zeroed(1, sizeof *self);
    stage->state = self;
    self->recipe = ingest_recipe(options);
    if (!ingest_journal_parse(options->journal, &self->journal_events, &self->journal_seconds, error))
        return false;
    if (stage->run->is_dry_run)
        return true;
    self->ledger = ledger_open(options->ledger, LEDGER_WRITE, BUSY_SECONDS, error);
    return self->ledger != NULL;
}

static void add_tombstone(void *context, struct slice id)
{
    struct ledger_stage *self = context;
    buffer_reset(&self->scratch);
    buffer_append_string(&self->scratch, "{\"id\":");
    json_append_string(&self->scratch, id);
    buffer_append_string(&self->scratch, ",\"deleted\":true}");
    struct record *record = batch_append(self->batch);
    record->kind = RECORD_TOMBSTONE;
    record->line = arena_copy(&self->batch->arena, buffer_slice(&self->scratch));
    record->file = "";
    self->batch->bytes += record->line.length;
    self->tombstones++;
}

static void repeat_fault(const struct stage *stage, const struct error *fault)
{
    struct ledger_stage *self = stage->state;
    struct record row = { .file = "" };
    batch_reject(self->batch, stage, &row, fault);
    self->batch->outcomes[self->batch->outcome_count - 1].is_raw = false;
}

static void repeat_fault_of(void *context, const struct error *fault)
{
    repeat_fault(context, fault);
}

/* I/O errors may be gone the next time; what is wrong with the bytes stays wrong. */
static bool is_passing(enum code code)
{
    return code == E_IO || code == E_NO_INPUT || code == E_SYSTEM || code == E_UNAVAILABLE || code == E_NO_PROGRAM;
}

static struct ledger_stamp stamp_of(const struct file_state *state)
{
    return (struct ledger_stamp){ state->size, state->modified, state->changed, state->inode };
}

static bool end_file(struct ledger_stage *self, const struct ingest_event *event, struct error *error)
{
    struct ledger_tombstones tombstones = { self, add_tombstone };
    struct ledger_reading reading = { .stamp = stamp_of(&event->state),
                                      .checked = event->checked,
                                      .hash = event->state.hash,
                                      .recipe = self->recipe,
                                      .is_stable = event->is_stable,
                                      .is_whole = self->is_whole };
    self->has_file = false;
    return ledger_file_end(self->ledger, &reading, &tombstones, error);
}

/* Makes durable what is held, and lets it go. */
static enum flow release(struct ledger_stage *self, struct sink *sink, struct error *error)
{
    enum flow flow = ledger_commit(self->ledger, error) ? FLOW_OK : FLOW_ERROR;
    size_t count = self->held_count;
    self->held_count = self->held_bytes = 0;
    for (size_t i = 0; i < count; i++) {
        if (flow == FLOW_OK)
            flow = sink_emit(sink, self->held[i], error);
        else
            batch_free(self->held[i]);
    }
    return flow;
}

static bool end_round(struct ledger_stage *self, const struct ingest_event *event, struct error *error)
{
    struct ledger_mark mark;
    bool has_mark;
    self->unchanged += event->unchanged;
    if (!ledger_prune_journal(self->ledger, self->journal_events, self->journal_seconds, error) ||
        !ledger_run_end(self->ledger, &mark, &has_mark, error))
        return false;
    if (!has_mark)
        return true;
    buffer_reset(&self->scratch);
    ledger_mark_append(&mark, &self->scratch);
    struct record *record = batch_append(self->batch);
    record->kind = RECORD_MARK;
    record->line = arena_copy(&self->batch->arena, buffer_slice(&self->scratch));
    record->file = "";
    return true;
}

static bool take_event(struct stage *stage, const struct ingest_event *event, struct error *error)
{
    struct ledger_stage *self = stage->state;
    struct ledger_tombstones tombstones = { self, add_tombstone };
    struct ledger_stamp stamp = stamp_of(&event->state);
    const struct ingest_known *known = &event->known;
    switch (event->kind) {
    case EVENT_BEGIN:
        self->has_file = self->is_whole = true;
        *(known->number ? &self->changed : &self->added) += 1;
        return ledger_file_begin(self->ledger, known->root, known->path, error);
    case EVENT_FAULT:
        self->is_whole = self->is_whole && !is_passing(event->fault->code);
        return !self->has_file || ledger_fault(self->ledger, event->fault, error);
    case EVENT_END:
        return end_file(self, event, error);
    case EVENT_TOUCH:
        self->unchanged++;
        return ledger_file_touch(self->ledger, known->number, &stamp, event->checked, error) &&
               (!known->has_faults || ledger_faults(self->ledger, known->number, repeat_fault_of, stage, error));
    case EVENT_REPEAT:
        return ledger_faults(self->ledger, known->number, repeat_fault_of, stage, error);
    case EVENT_GONE:
        self->vanished++;
        return ledger_file_gone(self->ledger, known->number, &tombstones, error);
    case EVENT_ROUND:
        break;
    }
    return end_round(self, event, error);
}

static bool take_record(struct ledger_stage *self, struct record *record, struct error *error)
{
    struct slice id;
    enum ledger_document_change change = LEDGER_DOCUMENT_NEW;
    if (record->kind == RECORD_DATA && self->has_file && ingest_record_id(self->batch, record, &id) &&
        !ledger_document(self->ledger, id, hash_64(record->line, 0), &change, error))
        return false;
    if (change == LEDGER_DOCUMENT_SAME) {
        self->same_documents++;
        return true;
    }
    if (change == LEDGER_DOCUMENT_CHANGED)
        add_tombstone(self, id);
    *batch_append(self->batch) = *record;
    return true;
}

static void hold(struct ledger_stage *self, struct batch *batch)
{
    if (self->held_count == self->held_capacity)
        self->held = memory_grow(self->held, &self->held_capacity, self->held_count + 1, sizeof(struct batch *));
    self->held[self->held_count++] = batch;
    self->held_bytes += batch->bytes + arena_bytes(&batch->arena);
}

static enum flow ledger_stage_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                                   struct error *error)
{
    (void)worker;
    struct ledger_stage *self = stage->state;
    if (!self->ledger)
        return sink_emit(sink, batch, error);
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    bool is_good = true;
    const bool had_failed = batch->has_failed; /* at a file behind these records: they still go out */
    self->batch = batch;
    for (size_t i = 0; i < count && is_good && batch->has_failed == had_failed; i++) {
        const struct ingest_event *event = records[i].kind == RECORD_MARK ? ingest_event_of(batch, &records[i]) : NULL;
        is_good = event ? take_event(stage, event, error) : take_record(self, &records[i], error);
    }
    batch->payload = NULL;
    hold(self, batch);
    if (!is_good)
        return FLOW_ERROR;
    return self->held_bytes < HELD_BYTES && !batch->has_failed ? FLOW_OK : release(self, sink, error);
}

static enum flow ledger_stage_flush(struct stage *stage, struct sink *sink, struct error *error)
{
    struct ledger_stage *self = stage->state;
    return self->held_count ? release(self, sink, error) : FLOW_OK;
}

static void ledger_stage_close(struct stage *stage)
{
    struct ledger_stage *self = stage->state;
    for (size_t i = 0; i < self->held_count; i++)
        batch_free(self->held[i]);
    memory_free(self->held);
    ledger_close(self->ledger);
    buffer_release(&self->scratch);
    memory_free(self);
}

static void ledger_stage_summarize(const struct stage *stage, struct buffer *json)
{
    static const struct ledger_stage none;
    const struct ledger_stage *self = stage->state ? stage->state : &none;
    buffer_append_format(json,
                         "\"files_new\":%lld,\"files_changed\":%lld,\"files_unchanged\":%lld,\"files_vanished\":%lld,"
                         "\"documents_unchanged\":%lld,\"tombstones\":%lld",
                         (long long)self->added, (long long)self->changed, (long long)self->unchanged,
                         (long long)self->vanished, (long long)self->same_documents, (long long)self->tombstones);
}

const struct stage_class ingest_ledger_class = {
    .name = "ingest",
    .open = ledger_stage_open,
    .push = ledger_stage_push,
    .flush = ledger_stage_flush,
    .finish = ledger_stage_flush,
    .close = ledger_stage_close,
    .summarize = ledger_stage_summarize,
};
