/* map.c - byte strings to 64-bit values, open addressing with linear probing. */
#include "base/map.h"

#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

static uint64_t slot_of(uint64_t hash, size_t index)
{
    return (hash & UINT64_C(0xffffffff00000000)) | (uint64_t)(index + 1);
}

static struct map_entry *entry_of(const struct map *map, uint64_t slot)
{
    return &map->entries[(uint32_t)slot - 1];
}

/* The slot's own half of the hash tells most strangers without a look at their entries. */
static size_t find_slot(const struct map *map, struct slice key, uint64_t hash)
{
    size_t mask = map->slot_count - 1, place = hash & mask;
    for (uint64_t slot = map->slots[place]; slot; slot = map->slots[place]) {
        if ((slot ^ hash) >> 32 == 0 && slice_equal(entry_of(map, slot)->key, key))
            break;
        place = (place + 1) & mask;
    }
    return place;
}

struct map_entry *map_find(const struct map *map, struct slice key)
{
    if (map->slot_count == 0)
        return NULL;
    size_t slot = find_slot(map, key, hash_64(key, hash_table_seed()));
    return map->slots[slot] ? entry_of(map, map->slots[slot]) : NULL;
}

static void grow_slots(struct map *map)
{
    size_t count = map->slot_count ? map->slot_count * 2 : 16;
    memory_free(map->slots);
    map->slots = memory_allocate_zeroed(count, sizeof *map->slots);
    map->slot_count = count;
    for (size_t i = 0; i < map->count; i++) {
        size_t slot = map->entries[i].hash & (count - 1);
        while (map->slots[slot])
            slot = (slot + 1) & (count - 1);
        map->slots[slot] = slot_of(map->entries[i].hash, i);
    }
}

struct map_entry *map_insert(struct map *map, struct slice key, bool *is_new)
{
    if (map->count >= UINT32_MAX - 1)
        memory_exit(71, "out of memory: more than 4294967293 keys in one map");
    if ((map->count + 1) * 4 > map->slot_count * 3)
        grow_slots(map);
    uint64_t hash = hash_64(key, hash_table_seed());
    size_t slot = find_slot(map, key, hash);
    bool fresh = map->slots[slot] == 0;
    if (is_new)
        *is_new = fresh;
    if (fresh) {
        map->entries = memory_grow(map->entries, &map->capacity, map->count + 1, sizeof *map->entries);
        map->entries[map->count] = (struct map_entry){ arena_copy(&map->keys, key), 0, hash };
        map->slots[slot] = slot_of(hash, map->count++);
    }
    return entry_of(map, map->slots[slot]);
}

void map_reset(struct map *map)
{
    if (map->slots)
        memset(map->slots, 0, map->slot_count * sizeof *map->slots);
    map->count = 0;
    arena_reset(&map->keys);
}

void map_release(struct map *map)
{
    memory_free(map->entries);
    memory_free(map->slots);
    arena_release(&map->keys);
    *map = (struct map){ 0 };
}
