/* map.h - byte strings to 64-bit values, open addressing.
 *
 * Keys are copied into the map. Iteration is in order of insertion, so that output never depends on hashes; the table
 * is seeded at start of the process against crafted collisions. Not thread safe. The zeroed struct is a valid empty
 * map. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

struct map_entry {
    struct slice key; /* owned by the map */
    uint64_t value;
    uint64_t hash;
};

struct map {
    struct map_entry *entries; /* count of them, in order of insertion */
    size_t count;
    size_t capacity;
    uint64_t *slots; /* upper half of the hash << 32 | index + 1 into entries, 0 for free */
    size_t slot_count;
    struct arena keys;
};

/* The entry of key, NULL if there is none. Borrowed until the next insertion. */
struct map_entry *map_find(const struct map *map, struct slice key);

/* The entry of key, made with value 0 if there was none; *is_new may be NULL. Borrowed until the next insertion. */
struct map_entry *map_insert(struct map *map, struct slice key, bool *is_new);

void map_reset(struct map *map);
void map_release(struct map *map);

#endif
