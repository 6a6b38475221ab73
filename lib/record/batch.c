/* batch.c - batches of records, and what became of those that do not go on. */
#include "base/memory.h"
#include "record/record.h"

struct batch *batch_create(void)
{
    return memory_allocate_zeroed(1, sizeof(struct batch));
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    if (batch->block.owner)
        lines_block_release(&batch->block);
    arena_release(&batch->arena);
    memory_free(batch);
}

void batch_reserve(struct batch *batch, size_t count)
{
    if (count > batch->capacity)
        batch->records = arena_grow(&batch->arena, batch->records, &batch->capacity, count, sizeof *batch->records);
}

struct record *batch_append(struct batch *batch)
{
    if (batch->count == batch->capacity)
        batch->records = arena_grow(&batch->arena, batch->records, &batch->capacity,
                                    batch->count ? batch->count + 1 : 64, sizeof *batch->records);
    struct record *record = &batch->records[batch->count++];
    *record = (struct record){ .file = "" };
    return record;
}

struct record *batch_append_changed(struct batch *batch, const struct record *record, struct slice line)
{
    struct record copy = *record; /* record may lie in the array that grows */
    copy.line = line;
    copy.object = NULL;
    struct record *changed = batch_append(batch);
    *changed = copy;
    return changed;
}

struct record *batch_take_records(struct batch *batch, size_t *count)
{
    struct record *records = batch->records;
    *count = batch->count;
    batch->records = NULL;
    batch->count = 0;
    batch->capacity = 0;
    return records;
}

static const char *keep_text(struct batch *batch, const char *text)
{
    return text && *text ? arena_copy_string(&batch->arena, slice_of_string(text)) : "";
}

static struct outcome *add_outcome(struct batch *batch, const struct stage *stage, const struct record *record)
{
    if (batch->outcome_count == batch->outcome_capacity)
        batch->outcomes = arena_grow(&batch->arena, batch->outcomes, &batch->outcome_capacity,
                                     batch->outcome_count ? batch->outcome_count + 1 : 16, sizeof *batch->outcomes);
    struct outcome *outcome = &batch->outcomes[batch->outcome_count++];
    *outcome = (struct outcome){ .stage = stage,
                                 .file = record->file ? record->file : "",
                                 .line_number = record->line_number,
                                 .record = record->line };
    return outcome;
}

static bool is_json(const struct record *record)
{
    struct json_value value;
    struct error error;
    return record->object || json_scan(record->line, &value, &error);
}

bool batch_reject(struct batch *batch, const struct stage *stage, const struct record *record,
                  const struct error *error)
{
    struct outcome *outcome = add_outcome(batch, stage, record);
    outcome->kind = OUTCOME_REJECTED;
    outcome->code = error->code;
    outcome->field = keep_text(batch, error->field);
    outcome->reason = keep_text(batch, error->message);
    outcome->is_raw = !is_json(record);
    if (error->file[0])
        outcome->file = keep_text(batch, error->file);
    if (error->line)
        outcome->line_number = error->line;
    if (batch->stops_at_reject)
        batch->has_failed = true;
    return !batch->stops_at_reject;
}

void batch_warn(struct batch *batch, const struct stage *stage, const struct record *record, const struct error *error)
{
    struct outcome *outcome = add_outcome(batch, stage, record);
    outcome->kind = OUTCOME_WARNED;
    outcome->code = error->code;
    outcome->field = keep_text(batch, error->field);
    outcome->reason = keep_text(batch, error->message);
}

void batch_drop(struct batch *batch, const struct stage *stage, const struct record *record, const char *reason_code,
                const char *field, const char *reason)
{
    struct outcome *outcome = add_outcome(batch, stage, record);
    outcome->kind = OUTCOME_DROPPED;
    outcome->reason_code = reason_code;
    outcome->field = keep_text(batch, field);
    outcome->reason = keep_text(batch, reason);
}

void *batch_look(struct batch *batch, const struct stage *stage, size_t bytes,
                 bool (*look)(void *context, struct batch *batch, struct record *record, void *item,
                              struct error *error),
                 void *context)
{
    char *items = arena_allocate_zeroed(&batch->arena, batch->count + 1, bytes);
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        struct record *record = &batch->records[i];
        char *item = items + kept * bytes;
        struct error fault;
        error_reset(&fault);
        if (record->kind != RECORD_DATA || look(context, batch, record, item, &fault)) {
            batch->records[kept++] = *record;
            continue;
        }
        memset(item, 0, bytes);
        if (!error_is_set(&fault))
            continue;
        error_place(&fault, record->file, record->line_number, 0);
        if (!batch_reject(batch, stage, record, &fault))
            break;
    }
    batch->count = kept;
    return items;
}
