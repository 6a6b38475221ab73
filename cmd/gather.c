/* gather.c - groups of records: by a key, or by what answers what. */
#include "gather.h"

#include "base/big_endian.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/memory.h"
#include "dataset/dialogue.h"
#include "record/sort_key.h"
#include "reorder.h"
#include "spill/union_find.h"

enum { HASH_BYTES = 16, NUMBER_BYTES = 8, LINKS_MAXIMUM = 100000000 };

bool gather_load_mapping(const struct gather_options *options, struct arena *arena, struct mapping *mapping,
                         struct error *error)
{
    *mapping = (struct mapping){ 0 };
    if (options->map)
        return mapping_load_file(options->map, arena, mapping, error);
    if (options->preset)
        return mapping_load_preset(options->preset, arena, mapping, error);
    return mapping_load(SLICE("{}"), "", arena, mapping, error);
}

bool gather_is_needed(const struct gather_options *options)
{
    struct arena arena = { 0 };
    struct mapping mapping;
    struct error error;
    bool is_needed = gather_load_mapping(options, &arena, &mapping, &error) && mapping_gathers(&mapping);
    mapping_release(&mapping);
    arena_release(&arena);
    return is_needed;
}

struct keys_state {
    struct arena arena;
    struct mapping mapping;
};

bool gather_keys_open(struct stage *stage, struct error *error)
{
    struct keys_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    return gather_load_mapping(stage->options, &state->arena, &state->mapping, error);
}

void gather_keys_close(struct stage *stage)
{
    struct keys_state *state = stage->state;
    if (!state)
        return;
    mapping_release(&state->mapping);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

/* Appends the hash of a value, of nothing the zero hash. */
static void append_hash(struct slice text, struct buffer *key)
{
    struct hash128 hash = text.length ? hash_128(text) : (struct hash128){ 0, 0 };
    buffer_append(key, &hash.high, sizeof hash.high);
    buffer_append(key, &hash.low, sizeof hash.low);
}

static bool append_path_hash(const struct json_path *path, const struct json_object *view, struct arena *arena,
                             bool is_needed, struct buffer *key, struct error *error)
{
    struct slice text;
    if (!mapping_text_in(path, view, arena, &text, error))
        return false;
    if (is_needed && text.length == 0) {
        error_set(error, E_FIELD_MISSING, "field '%.*s' is missing", (int)path->text.length, path->text.bytes);
        return error_field(error, path->text);
    }
    append_hash(text, key);
    return true;
}

/* A hash of the group, or of the id and of what it answers; behind it the order within. */
static bool make_key(struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                     struct buffer *key, struct error *error)
{
    const struct keys_state *state = stage->state;
    const struct mapping *mapping = &state->mapping;
    const struct mapping_thread *thread = &mapping->thread;
    struct json_object view = mapping_view(record->object, &batch->arena);
    (void)worker;
    if (!thread->is_given) {
        struct slice group;
        if (!mapping_render(&mapping->group, &view, &batch->arena, &group, error))
            return false;
        append_hash(group, key);
        return true;
    }
    bool is_good = thread->key.count ? append_path_hash(&thread->key, &view, &batch->arena, true, key, error)
                                     : append_path_hash(&thread->id, &view, &batch->arena, true, key, error) &&
                                           append_path_hash(&thread->reply_to, &view, &batch->arena, false, key, error);
    return is_good &&
           (!thread->order.count || sort_key_append_path(key, &thread->order, &view, false, &batch->arena, error));
}

enum flow gather_keys_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                           struct error *error)
{
    return reorder_make_keys(stage, worker, batch, make_key, sink, error);
}

struct gather_state {
    bool is_linked;
    struct reorder all; /* by hash and number, or by number alone: to find the groups */
    struct sorter *grouped;
    struct map ids; /* of linked records: hash to number */
    struct union_find sets;
    uint64_t next;
    struct buffer key;
};

bool gather_open(struct stage *stage, struct error *error)
{
    const struct gather_options *options = stage->options;
    struct gather_state *state = memory_allocate_zeroed(1, sizeof *state);
    struct arena arena = { 0 };
    struct mapping mapping;
    stage->state = state;
    reorder_open(&state->all, options->memory / 2);
    state->grouped = sorter_create((size_t)(options->memory / 2));
    bool is_good = gather_load_mapping(options, &arena, &mapping, error);
    state->is_linked = mapping.thread.is_given && mapping.thread.key.count == 0;
    mapping_release(&mapping);
    arena_release(&arena);
    return is_good;
}

void gather_close(struct stage *stage)
{
    struct gather_state *state = stage->state;
    if (!state)
        return;
    reorder_close(&state->all);
    sorter_free(state->grouped);
    map_release(&state->ids);
    union_find_release(&state->sets);
    buffer_release(&state->key);
    memory_free(state);
    stage->state = NULL;
}

static void append_number(struct buffer *key, uint64_t number)
{
    char bytes[NUMBER_BYTES];
    big_endian_write(number, bytes, sizeof bytes);
    buffer_append(key, bytes, sizeof bytes);
}

static bool find_id(struct gather_state *state, struct slice hash, uint64_t *number, struct error *error)
{
    bool is_new;
    struct map_entry *entry = map_insert(&state->ids, hash, &is_new);
    *number = 0;
    if (is_new) {
        entry->value = state->ids.count - 1;
        if (state->ids.count > LINKS_MAXIMUM)
            return error_set(error, E_LIMIT, "more than %d messages in threads", LINKS_MAXIMUM);
        union_find_grow(&state->sets, state->ids.count);
    }
    *number = entry->value;
    return true;
}

/* The first key: a hash, or the number of the id; the record's number; the order within the group. */
static bool take_record(struct gather_state *state, struct slice key, const struct record *record, struct error *error)
{
    static const char nothing[HASH_BYTES];
    struct slice order = slice_from(key, HASH_BYTES);
    buffer_reset(&state->key);
    if (state->is_linked) {
        struct slice parent = slice_between(key, HASH_BYTES, (size_t)2 * HASH_BYTES);
        uint64_t id = 0, answered = 0;
        order = slice_from(key, (size_t)2 * HASH_BYTES);
        if (!find_id(state, slice_between(key, 0, HASH_BYTES), &id, error))
            return false;
        if (memcmp(parent.bytes, nothing, sizeof nothing) != 0) {
            if (!find_id(state, parent, &answered, error))
                return false;
            union_find_join(&state->sets, id, answered);
        }
        append_number(&state->key, id);
        buffer_append(&state->key, nothing, HASH_BYTES - NUMBER_BYTES);
    } else
        buffer_append(&state->key, key.bytes, HASH_BYTES);
    append_number(&state->key, state->next++);
    buffer_append_slice(&state->key, order);
    return reorder_add(&state->all, buffer_slice(&state->key), record, error);
}

static bool take_row(struct stage *stage, struct batch *batch, struct record *record, struct slice key,
                     struct error *error)
{
    struct gather_state *state = stage->state;
    if (record->kind == RECORD_DATA)
        return take_record(state, key, record, error);
    reorder_pass(&state->all, batch, record);
    return true;
}

enum flow gather_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink, struct error *error)
{
    (void)worker;
    return reorder_take_all(stage, batch, take_row, sink, error);
}

/* From the first sorter into the second, whose keys are: the group's place, the order within, the record's number. */
static bool regroup(struct gather_state *state, struct error *error)
{
    struct slice key, packed;
    bool has_item;
    char hash[HASH_BYTES] = { 0 };
    uint64_t group = 0;
    bool is_first = true;
    if (!sorter_finish(state->all.sorter, error))
        return false;
    for (;;) {
        if (!sorter_next(state->all.sorter, &key, &packed, &has_item, error))
            return false;
        if (!has_item)
            return sorter_finish(state->grouped, error);
        uint64_t number = big_endian_read(slice_from(key, HASH_BYTES), NUMBER_BYTES);
        if (state->is_linked)
            group = union_find_root(&state->sets, big_endian_read(key, NUMBER_BYTES));
        else if (is_first || memcmp(hash, key.bytes, HASH_BYTES) != 0)
            group = number;
        is_first = false;
        memcpy(hash, key.bytes, HASH_BYTES);
        buffer_reset(&state->key);
        append_number(&state->key, group);
        buffer_append_slice(&state->key, slice_from(key, HASH_BYTES + NUMBER_BYTES));
        append_number(&state->key, number);
        if (!sorter_add(state->grouped, buffer_slice(&state->key), packed, error))
            return false;
    }
}

static struct gathered *groups_of(struct batch *batch)
{
    if (!batch->payload)
        batch->payload = arena_allocate_zeroed(&batch->arena, 1, sizeof(struct gathered));
    return batch->payload;
}

static void end_group(struct batch *batch)
{
    struct gathered *groups = groups_of(batch);
    if (batch->count == 0 || (groups->count > 0 && groups->ends[groups->count - 1] == batch->count))
        return;
    if (groups->count == groups->capacity)
        groups->ends =
            arena_grow(&batch->arena, groups->ends, &groups->capacity, groups->count + 1, sizeof *groups->ends);
    groups->ends[groups->count++] = batch->count;
}

enum flow gather_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct gather_state *state = stage->state;
    struct batch *batch = NULL;
    struct slice key, packed;
    uint64_t group = UINT64_MAX;
    size_t bytes = 0;
    bool has_item = true;
    if (!regroup(state, error))
        return FLOW_ERROR;
    enum flow flow = reorder_batch(sink, &batch, error);
    while (flow == FLOW_OK) {
        if (!sorter_next(state->grouped, &key, &packed, &has_item, error)) {
            batch_free(batch);
            return FLOW_ERROR;
        }
        if (!has_item)
            break;
        if (big_endian_read(key, NUMBER_BYTES) != group) {
            end_group(batch);
            bytes = 0;
            flow = reorder_batch(sink, &batch, error);
            if (flow != FLOW_OK)
                break;
        }
        group = big_endian_read(key, NUMBER_BYTES);
        bytes += packed.length;
        const struct record *record = record_unpack(batch, packed, &state->all.files);
        if (bytes > GATHER_GROUP_BYTES_MAXIMUM) {
            error_set(error, E_LIMIT,
                      "the records of this thread or group are more than %d MiB, the most that is held at once",
                      GATHER_GROUP_BYTES_MAXIMUM >> 20);
            error_place(error, record->file, record->line_number, 0);
            batch_free(batch);
            return FLOW_ERROR;
        }
    }
    if (flow != FLOW_OK)
        return flow;
    end_group(batch);
    /* marks stand behind everything; each is a group of its own */
    struct slice marks = buffer_slice(&state->all.marks);
    while (reorder_next_mark(&marks, batch))
        end_group(batch);
    return sink_emit(sink, batch, error);
}
