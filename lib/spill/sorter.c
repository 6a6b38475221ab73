/* sorter.c - items in memory, runs on disk, and the merge of both. */
#include "spill/sorter.h"

#include <string.h>

#include "base/memory.h"
#include "spill/radix.h"
#include "spill/run_file.h"

enum { MERGE_WAYS_MAXIMUM = 512, PREFETCH_AHEAD = 16 };

struct sorter {
    size_t memory;
    struct buffer bytes;        /* of the items in memory: key, then payload */
    struct sort_entry *entries; /* each with its place there */
    size_t count, capacity;
    size_t next; /* of entries, when nothing was spilled */
    struct run_file file;
    struct run_reader *readers; /* while runs are merged: way_count of them */
    uint32_t *heap;             /* numbers of readers that have an item, the first one on top */
    size_t way_count, heap_count;
    bool has_item; /* the reader on top gave its item away */
    uint64_t total, spilled;
};

struct sorter *sorter_create(size_t memory)
{
    struct sorter *sorter = memory_allocate_zeroed(1, sizeof *sorter);
    sorter->memory = memory < SORTER_MEMORY_MINIMUM ? SORTER_MEMORY_MINIMUM : memory;
    run_file_init(&sorter->file);
    return sorter;
}

static void close_readers(struct sorter *sorter)
{
    for (size_t i = 0; i < sorter->way_count; i++)
        run_reader_close(&sorter->readers[i]);
    memory_free(sorter->readers);
    memory_free(sorter->heap);
    sorter->readers = NULL;
    sorter->heap = NULL;
    sorter->way_count = sorter->heap_count = 0;
    sorter->has_item = false;
}

void sorter_free(struct sorter *sorter)
{
    if (!sorter)
        return;
    close_readers(sorter);
    buffer_release(&sorter->bytes);
    memory_free(sorter->entries);
    run_file_release(&sorter->file);
    memory_free(sorter);
}

static struct slice entry_key(const struct sorter *sorter, const struct sort_entry *entry)
{
    return slice_of(sorter->bytes.bytes + entry->place, entry->key_length);
}

static struct slice entry_payload(const struct sorter *sorter, const struct sort_entry *entry)
{
    return slice_of(sorter->bytes.bytes + entry->place + entry->key_length, entry->payload_length);
}

/* Sorted entries point anywhere: asks for what is read soon. */
static void prefetch(const struct sorter *sorter, size_t number)
{
    if (number < sorter->count)
        __builtin_prefetch(sorter->bytes.bytes + sorter->entries[number].place);
}

/* Writes what is in memory as a sorted run. */
static bool spill(struct sorter *sorter, struct error *error)
{
    uint64_t before = sorter->file.length;
    sort_entries(sorter->entries, sorter->count, sorter->bytes.bytes);
    if (!run_file_begin(&sorter->file, error))
        return false;
    for (size_t i = 0; i < sorter->count; i++) {
        const struct sort_entry *entry = &sorter->entries[i];
        prefetch(sorter, i + PREFETCH_AHEAD);
        if (!run_file_put(&sorter->file, entry_key(sorter, entry), entry_payload(sorter, entry), error))
            return false;
    }
    if (!run_file_end(&sorter->file, error))
        return false;
    sorter->spilled += sorter->file.length - before;
    sorter->count = 0;
    buffer_reset(&sorter->bytes);
    return true;
}

/* Radix sort moves entries to and fro: two places each. */
static size_t held(const struct sorter *sorter, size_t more)
{
    return sorter->bytes.length + more + (sorter->count + 1) * 2 * sizeof *sorter->entries;
}

bool sorter_add(struct sorter *sorter, struct slice key, struct slice payload, struct error *error)
{
    if (key.length > SORTER_KEY_BYTES_MAXIMUM || payload.length > SORTER_PAYLOAD_BYTES_MAXIMUM)
        return error_set(error, E_LIMIT, "an item of %zu bytes cannot be sorted", key.length + payload.length);
    if (sorter->count > 0 && held(sorter, key.length + payload.length) > sorter->memory && !spill(sorter, error))
        return false;
    if (sorter->count == sorter->capacity)
        sorter->entries = memory_grow(sorter->entries, &sorter->capacity, sorter->count + 1, sizeof *sorter->entries);
    sorter->entries[sorter->count++] = (struct sort_entry){ .prefix = sort_prefix(key),
                                                            .place = sorter->bytes.length,
                                                            .key_length = (uint32_t)key.length,
                                                            .payload_length = (uint32_t)payload.length };
    buffer_append_slice(&sorter->bytes, key);
    buffer_append_slice(&sorter->bytes, payload);
    sorter->total++;
    return true;
}

/* Of two readers: by key, then by run, which is the order of adding. */
static bool comes_before(const struct sorter *sorter, uint32_t left, uint32_t right)
{
    struct slice a = sorter->readers[left].key, b = sorter->readers[right].key;
    int order = memcmp(a.bytes, b.bytes, a.length < b.length ? a.length : b.length);
    if (order != 0)
        return order < 0;
    return a.length != b.length ? a.length < b.length : left < right;
}

static void sink_top(struct sorter *sorter)
{
    uint32_t top = sorter->heap[0];
    size_t place = 0;
    for (size_t child; (child = 2 * place + 1) < sorter->heap_count; place = child) {
        if (child + 1 < sorter->heap_count && comes_before(sorter, sorter->heap[child + 1], sorter->heap[child]))
            child++;
        if (!comes_before(sorter, sorter->heap[child], top))
            break;
        sorter->heap[place] = sorter->heap[child];
    }
    sorter->heap[place] = top;
}

/* Opens `count` runs from `first` on, and makes the heap. */
static bool open_readers(struct sorter *sorter, size_t first, size_t count, struct error *error)
{
    sorter->readers = memory_allocate_zeroed(count, sizeof *sorter->readers);
    sorter->heap = memory_allocate_zeroed(count, sizeof *sorter->heap);
    sorter->way_count = count;
    for (size_t i = 0; i < count; i++) {
        bool has_item;
        run_reader_open(&sorter->readers[i], &sorter->file, first + i);
        if (!run_reader_next(&sorter->readers[i], &has_item, error))
            return false;
        size_t place = has_item ? sorter->heap_count++ : 0;
        if (!has_item)
            continue;
        for (; place > 0 && comes_before(sorter, (uint32_t)i, sorter->heap[(place - 1) / 2]); place = (place - 1) / 2)
            sorter->heap[place] = sorter->heap[(place - 1) / 2];
        sorter->heap[place] = (uint32_t)i;
    }
    return true;
}

/* Moves on from the item on top, which was given away. */
static bool advance(struct sorter *sorter, struct error *error)
{
    bool has_item;
    if (!sorter->has_item)
        return true;
    sorter->has_item = false;
    if (!run_reader_next(&sorter->readers[sorter->heap[0]], &has_item, error))
        return false;
    if (!has_item)
        sorter->heap[0] = sorter->heap[--sorter->heap_count];
    if (sorter->heap_count > 0)
        sink_top(sorter);
    return true;
}

static bool next_merged(struct sorter *sorter, struct slice *key, struct slice *payload, bool *has_item,
                        struct error *error)
{
    if (!advance(sorter, error))
        return false;
    *has_item = sorter->has_item = sorter->heap_count > 0;
    if (*has_item) {
        *key = sorter->readers[sorter->heap[0]].key;
        *payload = sorter->readers[sorter->heap[0]].payload;
    }
    return true;
}

/* One run of the new file out of `count` of the old. */
static bool merge_runs(struct sorter *sorter, size_t first, size_t count, struct run_file *merged, struct error *error)
{
    struct slice key, payload;
    bool has_item = true;
    bool is_good = open_readers(sorter, first, count, error) && run_file_begin(merged, error);
    while (is_good && (is_good = next_merged(sorter, &key, &payload, &has_item, error)) && has_item)
        is_good = run_file_put(merged, key, payload, error);
    close_readers(sorter);
    return is_good && run_file_end(merged, error);
}

static size_t merge_ways(const struct sorter *sorter)
{
    size_t ways = sorter->memory / RUN_BUFFER_BYTES;
    return ways < 4 ? 4 : ways > MERGE_WAYS_MAXIMUM ? MERGE_WAYS_MAXIMUM : ways;
}

/* Neighbouring runs become one until all can be read at once: their order stays that of adding. */
static bool merge_to_few(struct sorter *sorter, struct error *error)
{
    size_t ways = merge_ways(sorter);
    while (sorter->file.count > ways) {
        struct run_file merged;
        bool is_good = true;
        run_file_init(&merged);
        for (size_t first = 0; is_good && first < sorter->file.count; first += ways) {
            size_t count = sorter->file.count - first < ways ? sorter->file.count - first : ways;
            is_good = merge_runs(sorter, first, count, &merged, error);
        }
        sorter->spilled += merged.length;
        run_file_release(is_good ? &sorter->file : &merged);
        if (!is_good)
            return false;
        sorter->file = merged;
    }
    return true;
}

bool sorter_finish(struct sorter *sorter, struct error *error)
{
    if (sorter->file.count == 0) {
        sort_entries(sorter->entries, sorter->count, sorter->bytes.bytes);
        return true;
    }
    if (sorter->count > 0 && !spill(sorter, error))
        return false;
    buffer_release(&sorter->bytes);
    memory_free(sorter->entries);
    sorter->entries = NULL;
    sorter->capacity = 0;
    return merge_to_few(sorter, error) && open_readers(sorter, 0, sorter->file.count, error);
}

bool sorter_next(struct sorter *sorter, struct slice *key, struct slice *payload, bool *has_item, struct error *error)
{
    if (sorter->readers)
        return next_merged(sorter, key, payload, has_item, error);
    *has_item = sorter->next < sorter->count;
    if (*has_item) {
        const struct sort_entry *entry = &sorter->entries[sorter->next++];
        prefetch(sorter, sorter->next + PREFETCH_AHEAD);
        *key = entry_key(sorter, entry);
        *payload = entry_payload(sorter, entry);
    }
    return true;
}

uint64_t sorter_count(const struct sorter *sorter)
{
    return sorter->total;
}

uint64_t sorter_spilled(const struct sorter *sorter)
{
    return sorter->spilled;
}
