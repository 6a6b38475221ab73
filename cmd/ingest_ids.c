/* ingest_ids.c - the stage that finds ids which rows of one run share. */
#include "ingest_ids.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "cli/say.h"
#include "ingest_events.h"
#include "ingest_options.h"

enum { FIRST_SLOTS = 4096 };

struct slot {
    uint64_t hash; /* 0: free */
    uint32_t file; /* index into files */
    uint32_t line; /* 0: unknown */
};

struct ids {
    struct slot *slots;
    size_t slot_count, count;
    const char **files; /* of the ids remembered, in order; texts lie in names */
    size_t file_count, file_capacity;
    struct arena names;
    bool is_full;
};

static bool ids_open(struct stage *stage, struct error *error)
{
    (void)error;
    struct ids *ids = memory_allocate_zeroed(1, sizeof *ids);
    ids->slot_count = FIRST_SLOTS;
    ids->slots = memory_allocate_zeroed(ids->slot_count, sizeof *ids->slots);
    stage->state = ids;
    return true;
}

static struct slot *find_slot(struct slot *slots, size_t count, uint64_t hash)
{
    size_t i = (size_t)hash & (count - 1);
    while (slots[i].hash != 0 && slots[i].hash != hash)
        i = (i + 1) & (count - 1);
    return &slots[i];
}

static void grow(struct ids *ids)
{
    size_t count = ids->slot_count * 2;
    struct slot *slots = memory_allocate_zeroed(count, sizeof *slots);
    for (size_t i = 0; i < ids->slot_count; i++)
        if (ids->slots[i].hash != 0)
            *find_slot(slots, count, ids->slots[i].hash) = ids->slots[i];
    memory_free(ids->slots);
    ids->slots = slots;
    ids->slot_count = count;
}

static uint32_t file_index(struct ids *ids, const char *file)
{
    if (ids->file_count == 0 || strcmp(ids->files[ids->file_count - 1], file) != 0) {
        if (ids->file_count == ids->file_capacity)
            ids->files = memory_grow(ids->files, &ids->file_capacity, ids->file_count + 1, sizeof *ids->files);
        ids->files[ids->file_count++] = arena_copy_string(&ids->names, slice_of_string(file));
    }
    return (uint32_t)(ids->file_count - 1);
}

/* Remembers the record's id. false: it was there already, error says where. */
static bool remember(struct ids *ids, const struct record *record, struct slice id, struct error *error)
{
    uint64_t hash = hash_64(id, hash_table_seed());
    hash += hash == 0;
    struct slot *slot = find_slot(ids->slots, ids->slot_count, hash);
    if (slot->hash == 0) {
        if (ids->count >= INGEST_IDS_MAXIMUM) {
            ids->is_full = true;
            return true;
        }
        uint32_t line = record->line_number < UINT32_MAX ? (uint32_t)record->line_number : 0;
        *slot = (struct slot){ hash, file_index(ids, record->file), line };
        if (++ids->count * 4 >= ids->slot_count * 3)
            grow(ids);
        return true;
    }
    const char *file = ids->files[slot->file];
    if (slot->line > 0)
        error_set(error, E_DUPLICATE_ID, "id '%.*s' was there already at %s:%u",
                  (int)(id.length < 100 ? id.length : 100), id.bytes, file, slot->line);
    else
        error_set(error, E_DUPLICATE_ID, "id '%.*s' was there already in %s", (int)(id.length < 100 ? id.length : 100),
                  id.bytes, file);
    return error_place(error, record->file, record->line_number, 0);
}

/* HASH128_TEXT digits as hash128_format() writes them. Every row of a CSV file comes by here: no branch a byte. */
static bool is_hash_text(const char *text)
{
    unsigned bad = 0;
    for (int i = 0; i < HASH128_TEXT; i++) {
        unsigned char byte = (unsigned char)text[i];
        bad |= ((unsigned char)(byte - '0') > 9) & ((unsigned char)(byte - 'a') > 5);
    }
    return !bad;
}

/* What ingest itself makes of a row: SOURCE#HASH or SOURCE#HASH~2. */
static bool is_made_of_content(struct slice id)
{
    size_t end = id.length;
    if (end > HASH128_TEXT && id.bytes[end - HASH128_TEXT - 1] == '#')
        return is_hash_text(id.bytes + end - HASH128_TEXT);
    while (end > 0 && id.bytes[end - 1] >= '0' && id.bytes[end - 1] <= '9')
        end--;
    if (end == 0 || end == id.length || id.bytes[--end] != '~')
        return false;
    return end > HASH128_TEXT && id.bytes[end - HASH128_TEXT - 1] == '#' && is_hash_text(id.bytes + end - HASH128_TEXT);
}

/* false: the record has the id of an earlier one, error says where that is. */
static bool is_new_id(const struct stage *stage, struct batch *batch, struct record *record, struct error *error)
{
    const struct ingest_options *options = stage->options;
    struct slice id;
    if (record->kind != RECORD_DATA || record->line_number == 0 || !ingest_record_id(batch, record, &id))
        return true;
    return (!options->id_field && is_made_of_content(id)) || remember(stage->state, record, id, error);
}

static void forget(struct ids *ids)
{
    memset(ids->slots, 0, ids->slot_count * sizeof *ids->slots);
    ids->count = ids->file_count = 0;
    arena_reset(&ids->names);
}

static enum flow ids_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                          struct error *error)
{
    (void)worker;
    struct ids *ids = stage->state;
    const struct ingest_options *options = stage->options;
    bool has_ledger = options->ledger != NULL;
    const bool had_failed = batch->has_failed; /* at a file behind these records: they still go out */
    size_t count, kept = 0;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count && batch->has_failed == had_failed; i++) {
        struct error fault;
        const struct ingest_event *event = records[i].kind == RECORD_MARK ? ingest_event_of(batch, &records[i]) : NULL;
        if (event && event->kind == EVENT_ROUND)
            forget(ids);
        bool is_new = is_new_id(stage, batch, &records[i], &fault);
        if (is_new)
            records[kept++] = records[i];
        else
            batch_reject(batch, stage, &records[i], &fault);
        if (!is_new && has_ledger) { /* the fault is the file's: an event takes the record's place */
            ingest_event_add_fault(batch, &fault);
            records[kept++] = batch->records[--batch->count];
        }
    }
    batch->records = records;
    batch->count = kept;
    batch->capacity = count;
    return sink_emit(sink, batch, error);
}

static enum flow ids_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    (void)sink;
    (void)error;
    const struct ids *ids = stage->state;
    if (ids->is_full)
        say_note(stage->class->name, "only the first %d ids were compared with each other", INGEST_IDS_MAXIMUM);
    return FLOW_OK;
}

static void ids_close(struct stage *stage)
{
    struct ids *ids = stage->state;
    memory_free(ids->slots);
    memory_free(ids->files);
    arena_release(&ids->names);
    memory_free(ids);
}

const struct stage_class ingest_ids_class = {
    .name = "ingest",
    .open = ids_open,
    .push = ids_push,
    .finish = ids_finish,
    .close = ids_close,
};
