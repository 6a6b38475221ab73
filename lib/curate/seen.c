/* seen.c - the first row of each fingerprint. */
#include "curate/seen.h"

#include "base/memory.h"

enum { START_CAPACITY = 1024, CACHE_LINE = 64 };

struct entry {
    struct hash128 hash;
    uint64_t row;
    uint64_t label; /* its place in labels + 1; 0: free */
};

struct seen {
    struct entry *entries;
    size_t capacity; /* a power of two */
    size_t count;
    struct buffer labels; /* each: length (4 bytes), text */
    size_t memory;
    uint64_t seed;
    bool is_full;
};

static struct entry *make_entries(size_t capacity)
{
    size_t bytes = capacity * sizeof(struct entry);
    return memset(memory_allocate_aligned(CACHE_LINE, bytes), 0, bytes);
}

struct seen *seen_create(size_t memory)
{
    struct seen *seen = memory_allocate_zeroed(1, sizeof *seen);
    *seen = (struct seen){ .capacity = START_CAPACITY, .memory = memory, .seed = hash_table_seed() };
    seen->entries = make_entries(seen->capacity);
    return seen;
}

void seen_free(struct seen *seen)
{
    if (!seen)
        return;
    memory_free(seen->entries);
    buffer_release(&seen->labels);
    memory_free(seen);
}

/* Where the search begins: the seed keeps crafted texts from meeting in one place. */
static size_t first_slot(const struct seen *seen, struct hash128 hash)
{
    uint64_t mixed = (hash.low ^ seen->seed) * UINT64_C(0x9e3779b97f4a7c15);
    return (mixed ^ mixed >> 32) & (seen->capacity - 1);
}

static struct entry *find(const struct seen *seen, struct hash128 hash)
{
    size_t slot = first_slot(seen, hash);
    while (seen->entries[slot].label &&
           (seen->entries[slot].hash.low != hash.low || seen->entries[slot].hash.high != hash.high))
        slot = (slot + 1) & (seen->capacity - 1);
    return &seen->entries[slot];
}

static void grow(struct seen *seen)
{
    struct entry *old = seen->entries;
    size_t count = seen->capacity;
    seen->capacity *= 2;
    seen->entries = make_entries(seen->capacity);
    for (size_t i = 0; i < count; i++)
        if (old[i].label)
            *find(seen, old[i].hash) = old[i];
    memory_free(old);
}

/* While it grows the old table and the old labels are there, too. */
static bool has_room(const struct seen *seen, size_t label_bytes)
{
    bool must_grow = seen->count + 1 > seen->capacity - seen->capacity / 4;
    size_t entries = seen->capacity * (must_grow ? 3 : 1) * sizeof(struct entry);
    size_t labels = seen->labels.capacity;
    if (labels - seen->labels.length <= label_bytes)
        labels = 3 * (labels > label_bytes ? labels : label_bytes);
    return entries + labels <= seen->memory;
}

static struct slice label_at(const struct seen *seen, uint64_t place)
{
    uint32_t length;
    memcpy(&length, seen->labels.bytes + place - 1, sizeof length);
    return slice_of(seen->labels.bytes + place - 1 + sizeof length, length);
}

bool seen_look(const struct seen *seen, struct hash128 hash, uint64_t *row)
{
    const struct entry *entry = find(seen, hash);
    if (entry->label)
        *row = entry->row;
    return entry->label != 0;
}

enum seen_answer seen_take(struct seen *seen, struct hash128 hash, uint64_t *row, struct slice *label)
{
    struct entry *entry = find(seen, hash);
    if (entry->label) {
        *row = entry->row;
        *label = label_at(seen, entry->label);
        return SEEN_BEFORE;
    }
    uint32_t length = (uint32_t)label->length;
    seen->is_full = seen->is_full || !has_room(seen, length + sizeof length);
    if (seen->is_full)
        return SEEN_FULL;
    if (++seen->count > seen->capacity - seen->capacity / 4) {
        grow(seen);
        entry = find(seen, hash);
    }
    *entry = (struct entry){ hash, *row, seen->labels.length + 1 };
    buffer_append(&seen->labels, &length, sizeof length);
    buffer_append_slice(&seen->labels, *label);
    return SEEN_FIRST;
}

void seen_prefetch(const struct seen *seen, struct hash128 hash)
{
    __builtin_prefetch(&seen->entries[first_slot(seen, hash)]);
}

uint64_t seen_count(const struct seen *seen)
{
    return seen->count;
}
