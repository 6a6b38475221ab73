/* strings.c - a section of byte strings, by number and by content. */
#include "index/strings.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/memory.h"

_Static_assert(sizeof(struct strings_header) == 32, "header is 32 bytes");

static uint64_t slot_value(uint64_t hash, uint32_t number)
{
    return (hash & UINT64_C(0xffffffff00000000)) | (uint64_t)(number + 1);
}

/* The smallest power of two above 4/3 of count: at most three slots of four are taken. */
static uint32_t slots_for(size_t count)
{
    uint32_t slots = 4;
    while ((uint64_t)slots * 3 < (uint64_t)count * 4)
        slots *= 2;
    return slots;
}

bool strings_open(struct slice section, struct strings *strings, struct error *error)
{
    if (section.length < sizeof(struct strings_header))
        return error_set(error, E_INDEX_DAMAGED, "it is shorter than its header");
    const char *next = section.bytes;
    const struct strings_header *header = (const void *)next;
    uint64_t slot_count = header->slot_count;
    if (slot_count == 0 || (slot_count & (slot_count - 1)) != 0 || slot_count <= header->count ||
        header->count > SEGMENT_ROWS_MAXIMUM)
        return error_set(error, E_INDEX_DAMAGED, "%" PRIu32 " strings cannot have %" PRIu32 " slots", header->count,
                         header->slot_count);
    uint64_t wanted = sizeof *header + slot_count * sizeof(uint64_t) + ((uint64_t)header->count + 1) * sizeof(uint32_t);
    if (header->byte_count > UINT32_MAX || wanted + header->byte_count != section.length)
        return error_set(error, E_INDEX_DAMAGED, "its tables do not fill it");
    strings->count = header->count;
    strings->slot_count = header->slot_count;
    strings->seed = header->seed;
    strings->byte_count = (uint32_t)header->byte_count;
    next += sizeof *header;
    strings->slots = (const void *)next;
    next += slot_count * sizeof(uint64_t);
    strings->offsets = (const void *)next;
    strings->bytes = section.bytes + wanted;
    return true;
}

struct slice strings_get(const struct strings *strings, uint32_t number)
{
    if (number >= strings->count)
        return SLICE("");
    uint32_t start = strings->offsets[number];
    uint32_t end = strings->offsets[number + 1];
    if (start > end || end > strings->byte_count)
        return SLICE("");
    return slice_of(strings->bytes + start, end - start);
}

/* Looks at each slot at most once: a damaged table may have no free one. */
bool strings_find(const struct strings *strings, struct slice text, uint32_t *number)
{
    uint64_t hash = hash_64(text, strings->seed);
    uint64_t mask = strings->slot_count - 1;
    for (uint64_t i = 0; i <= mask; i++) {
        uint64_t slot = strings->slots[(hash + i) & mask];
        if (slot == 0)
            return false;
        uint32_t found = (uint32_t)slot - 1;
        if ((slot ^ hash) >> 32 == 0 && found < strings->count && slice_equal(strings_get(strings, found), text)) {
            *number = found;
            return true;
        }
    }
    return false;
}

bool strings_verify(const struct strings *strings, struct error *error)
{
    if (strings->offsets[0] != 0 || strings->offsets[strings->count] != strings->byte_count)
        return error_set(error, E_INDEX_DAMAGED, "its offsets do not cover its bytes");
    for (uint32_t i = 0; i < strings->count; i++) {
        uint32_t start = strings->offsets[i];
        uint32_t end = strings->offsets[i + 1];
        if (start > end || end > strings->byte_count)
            return error_set(error, E_INDEX_DAMAGED, "the offset of string %" PRIu32 " is out of order", i);
        uint32_t number = 0;
        if (!strings_find(strings, strings_get(strings, i), &number) || number < i)
            return error_set(error, E_INDEX_DAMAGED, "string %" PRIu32 " is not in its own table", i);
    }
    return true;
}

/* The place of text among the slots: where an equal string stands, or the free one behind those that were tried. */
static size_t find_place(const struct strings_builder *builder, const uint64_t *slots, size_t slot_count,
                         struct slice text, uint64_t hash)
{
    size_t place = (size_t)hash & (slot_count - 1);
    while (slots[place] && ((slots[place] ^ hash) >> 32 != 0 ||
                            !slice_equal(strings_builder_get(builder, (uint32_t)slots[place] - 1), text)))
        place = (place + 1) & (slot_count - 1);
    return place;
}

static uint64_t *build_slots(const struct strings_builder *builder, size_t slot_count, uint64_t seed)
{
    uint64_t *slots = memory_allocate_zeroed(slot_count, sizeof *slots);
    for (size_t i = 0; i < builder->count; i++) {
        struct slice text = strings_builder_get(builder, i);
        uint64_t hash = hash_64(text, seed);
        slots[find_place(builder, slots, slot_count, text, hash)] = slot_value(hash, (uint32_t)i);
    }
    return slots;
}

uint32_t strings_builder_add(struct strings_builder *builder, struct slice text)
{
    if (builder->slot_count < slots_for(builder->count + 1)) {
        memory_free(builder->slots);
        builder->slot_count = (size_t)slots_for(builder->count + 1) * 2;
        builder->slots = build_slots(builder, builder->slot_count, 0);
    }
    uint64_t hash = hash_64(text, 0);
    size_t place = find_place(builder, builder->slots, builder->slot_count, text, hash);
    uint32_t previous = builder->slots[place] ? (uint32_t)builder->slots[place] - 1 : UINT32_MAX;
    builder->slots[place] = slot_value(hash, (uint32_t)builder->count);
    buffer_append_slice(&builder->bytes, text);
    ENSURE(builder->bytes.length <= UINT32_MAX);
    builder->ends = memory_grow(builder->ends, &builder->capacity, builder->count + 1, sizeof builder->ends[0]);
    builder->ends[builder->count++] = (uint32_t)builder->bytes.length;
    return previous;
}

struct slice strings_builder_get(const struct strings_builder *builder, size_t number)
{
    size_t start = number ? builder->ends[number - 1] : 0;
    return slice_between(buffer_slice(&builder->bytes), start, builder->ends[number]);
}

bool strings_builder_find(const struct strings_builder *builder, struct slice text, uint32_t *number)
{
    if (builder->count == 0)
        return false;
    size_t place = find_place(builder, builder->slots, builder->slot_count, text, hash_64(text, 0));
    *number = (uint32_t)builder->slots[place] - 1;
    return builder->slots[place] != 0;
}

size_t strings_builder_bytes(const struct strings_builder *builder)
{
    return builder->bytes.capacity + builder->capacity * sizeof builder->ends[0] +
           builder->slot_count * sizeof builder->slots[0];
}

bool strings_builder_write(const struct strings_builder *builder, struct sections_writer *writer,
                           enum section_type type, struct error *error)
{
    struct strings_header header = { .count = (uint32_t)builder->count,
                                     .slot_count = slots_for(builder->count),
                                     .seed = hash_64(buffer_slice(&builder->bytes), 0),
                                     .byte_count = builder->bytes.length };
    uint64_t *slots = build_slots(builder, header.slot_count, header.seed);
    uint32_t first = 0;
    bool is_done = sections_begin(writer, type, 1, 0, SECTION_ALIGNMENT, error) &&
                   sections_append(writer, &header, sizeof header, error) &&
                   sections_append(writer, slots, header.slot_count * sizeof slots[0], error) &&
                   sections_append(writer, &first, sizeof first, error) &&
                   sections_append(writer, builder->ends, builder->count * sizeof builder->ends[0], error) &&
                   sections_append(writer, builder->bytes.bytes, builder->bytes.length, error);
    if (is_done)
        sections_end(writer);
    memory_free(slots);
    return is_done;
}

void strings_builder_reset(struct strings_builder *builder)
{
    buffer_reset(&builder->bytes);
    memory_free(builder->slots);
    builder->slots = NULL;
    builder->slot_count = 0;
    builder->count = 0;
}

void strings_builder_release(struct strings_builder *builder)
{
    buffer_release(&builder->bytes);
    memory_free(builder->ends);
    memory_free(builder->slots);
    *builder = (struct strings_builder){ 0 };
}
