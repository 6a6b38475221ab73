/* ingest_events.c - what the ledger's stage must know about files, in its place among their records. */
#include "ingest_events.h"

struct events {
    struct ingest_event *items;
    size_t count, capacity;
};

struct ingest_event *ingest_event_add(struct batch *batch, enum ingest_event_kind kind)
{
    if (!batch->payload)
        batch->payload = arena_allocate_zeroed(&batch->arena, 1, sizeof(struct events));
    struct events *events = batch->payload;
    if (events->count == events->capacity)
        events->items =
            arena_grow(&batch->arena, events->items, &events->capacity, events->count + 1, sizeof *events->items);
    struct record *record = batch_append(batch);
    record->kind = RECORD_MARK;
    record->file = "";
    record->line_number = (int64_t)events->count;
    struct ingest_event *event = &events->items[events->count++];
    *event = (struct ingest_event){ .kind = kind };
    return event;
}

void ingest_event_add_fault(struct batch *batch, const struct error *fault)
{
    struct error *copy = arena_allocate(&batch->arena, sizeof *copy);
    *copy = *fault;
    ingest_event_add(batch, EVENT_FAULT)->fault = copy;
}

const struct ingest_event *ingest_event_of(const struct batch *batch, const struct record *record)
{
    const struct events *events = batch->payload;
    return record->line.length > 0 || !events ? NULL : &events->items[record->line_number];
}

struct ingest_known *ingest_known_copy(const struct ingest_known *known, struct arena *arena)
{
    struct ingest_known *copy = arena_allocate(arena, sizeof *copy);
    *copy = *known;
    copy->root = arena_copy(arena, known->root);
    copy->path = arena_copy(arena, known->path);
    return copy;
}

bool ingest_record_id(struct batch *batch, struct record *record, struct slice *id)
{
    static const struct slice start = SLICE_INIT("{\"id\":\"");
    if (slice_starts_with(record->line, start)) {
        *id = slice_from(record->line, start.length);
        size_t length = slice_find_byte(*id, '"');
        if (length > 0 && slice_find_byte(slice_between(*id, 0, length), '\\') == length) {
            id->length = length;
            return true;
        }
    }
    struct error passed;
    return record_text(batch, record, SLICE("id"), id, &passed);
}
