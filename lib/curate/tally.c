/* tally.c - how often each of many values occurs, in bounded memory. */
#include "curate/tally.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { SLOT_BITS_FIRST = 4 };

void tally_init(struct tally *tally, size_t limit)
{
    *tally = (struct tally){ .limit = limit };
}

void tally_release(struct tally *tally)
{
    memory_free(tally->entries);
    memory_free(tally->slots);
    arena_release(&tally->texts);
    *tally = (struct tally){ .limit = tally->limit };
}

/* Where the entry of that hash stands, or would. The process's seed keeps crafted values from sharing places. */
static uint32_t *find_slot(const struct tally *tally, uint64_t hash)
{
    size_t mask = ((size_t)1 << tally->slot_bits) - 1;
    size_t place = (size_t)(((hash ^ hash_table_seed()) * 0x9e3779b97f4a7c15u) >> (64 - tally->slot_bits));
    while (tally->slots[place] && tally->entries[tally->slots[place] - 1].hash != hash)
        place = (place + 1) & mask;
    return &tally->slots[place];
}

static void fill_slots(struct tally *tally)
{
    if (tally->slot_bits < SLOT_BITS_FIRST)
        tally->slot_bits = SLOT_BITS_FIRST;
    memory_free(tally->slots);
    tally->slots = memory_allocate_zeroed((size_t)1 << tally->slot_bits, sizeof *tally->slots);
    for (size_t i = 0; i < tally->count; i++)
        *find_slot(tally, tally->entries[i].hash) = (uint32_t)i + 1;
}

static bool is_sampled(const struct tally *tally, uint64_t hash)
{
    return tally->halvings == 0 || hash >> (64 - tally->halvings) == 0;
}

/* Every second value goes, with its text. */
static void halve(struct tally *tally)
{
    struct arena texts = { 0 };
    size_t kept = 0;
    tally->halvings++;
    for (size_t i = 0; i < tally->count; i++)
        if (is_sampled(tally, tally->entries[i].hash)) {
            tally->entries[kept] = tally->entries[i];
            tally->entries[kept].text = arena_copy(&texts, tally->entries[i].text);
            kept++;
        }
    tally->count = kept;
    arena_release(&tally->texts);
    tally->texts = texts;
    fill_slots(tally);
}

static void add_kept(struct tally *tally, struct slice text, uint64_t hash, uint64_t times)
{
    if (!is_sampled(tally, hash))
        return;
    if (!tally->slots || tally->count * 2 >= (size_t)1 << tally->slot_bits) {
        tally->slot_bits++;
        fill_slots(tally);
    }
    uint32_t *slot = find_slot(tally, hash);
    if (*slot) {
        tally->entries[*slot - 1].count += times;
        return;
    }
    if (tally->count == tally->capacity)
        tally->entries = memory_grow(tally->entries, &tally->capacity, tally->count + 1, sizeof *tally->entries);
    if (text.length > TALLY_TEXT_MAXIMUM)
        text.length = utf8_cut(text, TALLY_TEXT_MAXIMUM);
    tally->entries[tally->count++] =
        (struct tally_entry){ hash, times, text.length ? arena_copy(&tally->texts, text) : SLICE("") };
    *slot = (uint32_t)tally->count;
    while (tally->count > tally->limit)
        halve(tally);
}

void tally_add(struct tally *tally, struct slice text, uint64_t hash, uint64_t times)
{
    tally->total += times;
    add_kept(tally, text, hash, times);
}

void tally_add_text(struct tally *tally, struct slice text, uint64_t times)
{
    text = slice_between(text, 0, utf8_cut(text, TALLY_TEXT_MAXIMUM));
    tally_add(tally, text, hash_64(text, 0), times);
}

void tally_merge(struct tally *tally, const struct tally *other)
{
    tally->total += other->total;
    while (tally->halvings < other->halvings)
        halve(tally);
    for (size_t i = 0; i < other->count; i++)
        add_kept(tally, other->entries[i].text, other->entries[i].hash, other->entries[i].count);
}

uint64_t tally_distinct(const struct tally *tally)
{
    return (uint64_t)tally->count << tally->halvings;
}

uint64_t tally_repeats(const struct tally *tally)
{
    uint64_t repeats = 0;
    for (size_t i = 0; i < tally->count; i++)
        repeats += tally->entries[i].count - 1;
    return repeats << tally->halvings;
}

static int compare_entries(const void *a, const void *b)
{
    const struct tally_entry *left = *(const struct tally_entry *const *)a;
    const struct tally_entry *right = *(const struct tally_entry *const *)b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    int order = slice_compare(left->text, right->text);
    return order ? order : (left->hash > right->hash) - (left->hash < right->hash);
}

const struct tally_entry **tally_ranked(const struct tally *tally, struct arena *arena)
{
    const struct tally_entry **ranked = arena_allocate(arena, (tally->count + 1) * sizeof(void *));
    for (size_t i = 0; i < tally->count; i++)
        ranked[i] = &tally->entries[i];
    if (tally->count > 1)
        qsort(ranked, tally->count, sizeof(void *), compare_entries);
    return ranked;
}
