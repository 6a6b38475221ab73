/* member.c - names of archive members as they stand in ids. */
#include "document/member.h"

#include "base/hash.h"
#include "base/memory.h"
#include "document/walk.h"

static bool is_drive(struct slice part)
{
    return part.length == 2 && part.bytes[1] == ':' && (part.bytes[0] | 0x20) >= 'a' && (part.bytes[0] | 0x20) <= 'z';
}

bool member_append_name(struct buffer *name, struct slice raw)
{
    size_t start = name->length;
    char separator = slice_find_byte(raw, '/') == raw.length ? '\\' : '/';
    bool is_changed = separator == '\\' && slice_find_byte(raw, '\\') < raw.length;
    for (size_t position = 0; position < raw.length;) {
        size_t end = position + slice_find_byte(slice_from(raw, position), separator);
        struct slice part = slice_between(raw, position, end);
        bool is_first = position == 0;
        position = end + 1;
        if (slice_equal(part, SLICE(".")))
            continue;
        if (part.length == 0 || slice_equal(part, SLICE("..")) || (is_first && is_drive(part))) {
            is_changed = true;
            continue;
        }
        if (name->length > start)
            buffer_append_byte(name, '/');
        is_changed |= walk_append_source(name, part);
    }
    if (name->length > start)
        return is_changed;
    buffer_append_string(name, "unnamed");
    return true;
}

struct member_slot {
    uint64_t hash; /* 0: free */
    uint32_t times;
};

static struct member_slot *find_slot(const struct member_names *names, uint64_t hash)
{
    size_t mask = names->slot_count - 1, i = (size_t)hash & mask;
    while (names->slots[i].hash != 0 && names->slots[i].hash != hash)
        i = (i + 1) & mask;
    return &names->slots[i];
}

static void grow(struct member_names *names)
{
    struct member_names larger = { .slot_count = names->slot_count ? names->slot_count * 2 : 1024,
                                   .count = names->count };
    larger.slots = memory_allocate_zeroed(larger.slot_count, sizeof *larger.slots);
    for (size_t i = 0; i < names->slot_count; i++)
        if (names->slots[i].hash != 0)
            *find_slot(&larger, names->slots[i].hash) = names->slots[i];
    memory_free(names->slots);
    *names = larger;
}

uint32_t member_names_add(struct member_names *names, struct slice name)
{
    if (names->count * 4 >= names->slot_count * 3)
        grow(names);
    uint64_t hash = hash_64(name, 0);
    hash += hash == 0;
    struct member_slot *slot = find_slot(names, hash);
    names->count += slot->hash == 0;
    slot->hash = hash;
    return ++slot->times;
}

void member_names_release(struct member_names *names)
{
    memory_free(names->slots);
    *names = (struct member_names){ 0 };
}
