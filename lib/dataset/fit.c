/* fit.c - best fit decreasing, with the bins of each room in a list and a bit set over the rooms. */
#include "dataset/fit.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { LEVELS_MAXIMUM = 4, LEVEL_BITS = 6, WORD_BITS = 1 << LEVEL_BITS };
#define NONE UINT32_MAX /* no bin, no room */

/* A set of rooms. Bit i of level n + 1 says that word i of level n is not zero. */
struct room_set {
    uint64_t *levels[LEVELS_MAXIMUM];
    unsigned count;
};

struct fitter {
    uint32_t capacity;
    struct room_set rooms; /* of the bins; those that are full are in no list */
    uint32_t *first;       /* by room: a bin that has it */
    uint32_t *starts;      /* by size: counting sort; one more than sizes */
    uint32_t *next;        /* by bin: another one with the same room */
    uint32_t *order;       /* items, largest first */
    uint32_t *numbers;     /* by bin as it was made: its number */
    size_t items_capacity;
};

static size_t words_for(size_t bits)
{
    return (bits + WORD_BITS - 1) / WORD_BITS;
}

struct fitter *fitter_create(uint32_t capacity)
{
    ENSURE(capacity <= FIT_CAPACITY_MAXIMUM);
    struct fitter *fitter = memory_allocate_zeroed(1, sizeof *fitter);
    fitter->capacity = capacity;
    size_t bits = (size_t)capacity + 1;
    fitter->first = memory_allocate(bits * sizeof *fitter->first);
    fitter->starts = memory_allocate((bits + 1) * sizeof *fitter->starts);
    do {
        bits = words_for(bits);
        fitter->rooms.levels[fitter->rooms.count++] = memory_allocate_zeroed(bits, sizeof(uint64_t));
    } while (bits > 1);
    return fitter;
}

void fitter_free(struct fitter *fitter)
{
    if (!fitter)
        return;
    for (unsigned i = 0; i < fitter->rooms.count; i++)
        memory_free(fitter->rooms.levels[i]);
    memory_free(fitter->first);
    memory_free(fitter->starts);
    memory_free(fitter->next);
    memory_free(fitter->order);
    memory_free(fitter->numbers);
    memory_free(fitter);
}

static void add_room(struct room_set *rooms, uint32_t room)
{
    for (unsigned i = 0; i < rooms->count; i++, room >>= LEVEL_BITS)
        rooms->levels[i][room >> LEVEL_BITS] |= (uint64_t)1 << (room & (WORD_BITS - 1));
}

static void remove_room(struct room_set *rooms, uint32_t room)
{
    for (unsigned i = 0; i < rooms->count; i++, room >>= LEVEL_BITS) {
        uint64_t *word = &rooms->levels[i][room >> LEVEL_BITS];
        *word &= ~((uint64_t)1 << (room & (WORD_BITS - 1)));
        if (*word)
            return;
    }
}

/* The smallest room of at least that size, NONE if there is none: up until a word has a bit, and down again. */
static uint32_t find_room(const struct room_set *rooms, uint32_t capacity, uint32_t size)
{
    unsigned level = 0;
    size_t bits = (size_t)capacity + 1, place = size;
    for (;;) {
        if (place < bits) {
            uint64_t word = rooms->levels[level][place >> LEVEL_BITS] >> (place & (WORD_BITS - 1));
            if (word) {
                place += (unsigned)__builtin_ctzll(word);
                break;
            }
        }
        if (++level == rooms->count)
            return NONE;
        bits = words_for(bits);
        place = (place >> LEVEL_BITS) + 1;
    }
    while (level > 0) {
        level--;
        place = place << LEVEL_BITS | (unsigned)__builtin_ctzll(rooms->levels[level][place]);
    }
    return (uint32_t)place;
}

/* The order of the items: largest first, equal ones as they came. */
static void sort_items(struct fitter *fitter, const uint32_t *sizes, size_t count)
{
    size_t kinds = (size_t)fitter->capacity + 1;
    memset(fitter->starts, 0, (kinds + 1) * sizeof *fitter->starts);
    for (size_t i = 0; i < count; i++)
        fitter->starts[fitter->capacity - sizes[i] + 1]++;
    for (size_t i = 1; i <= kinds; i++)
        fitter->starts[i] += fitter->starts[i - 1];
    for (size_t i = 0; i < count; i++)
        fitter->order[fitter->starts[fitter->capacity - sizes[i]]++] = (uint32_t)i;
}

static void put_bin(struct fitter *fitter, uint32_t bin, uint32_t room)
{
    if (fitter->first[room] == NONE)
        add_room(&fitter->rooms, room);
    fitter->next[bin] = fitter->first[room];
    fitter->first[room] = bin;
}

static uint32_t take_bin(struct fitter *fitter, uint32_t room)
{
    uint32_t bin = fitter->first[room];
    fitter->first[room] = fitter->next[bin];
    if (fitter->first[room] == NONE)
        remove_room(&fitter->rooms, room);
    return bin;
}

/* Empties the lists of rooms. */
static void clear(struct fitter *fitter)
{
    size_t bits = (size_t)fitter->capacity + 1;
    memset(fitter->first, 0xff, bits * sizeof *fitter->first);
    for (unsigned i = 0; i < fitter->rooms.count; i++) {
        bits = words_for(bits);
        memset(fitter->rooms.levels[i], 0, bits * sizeof(uint64_t));
    }
}

size_t fitter_fit(struct fitter *fitter, const uint32_t *sizes, size_t count, uint32_t *bins)
{
    if (count > fitter->items_capacity) {
        fitter->items_capacity = count;
        fitter->next = memory_resize(fitter->next, count, sizeof *fitter->next);
        fitter->order = memory_resize(fitter->order, count, sizeof *fitter->order);
        fitter->numbers = memory_resize(fitter->numbers, count, sizeof *fitter->numbers);
    }
    clear(fitter);
    sort_items(fitter, sizes, count);
    uint32_t bin_count = 0, numbered = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t item = fitter->order[i], room = find_room(&fitter->rooms, fitter->capacity, sizes[item]);
        bins[item] = room == NONE ? bin_count++ : take_bin(fitter, room);
        put_bin(fitter, bins[item], (room == NONE ? fitter->capacity : room) - sizes[item]);
    }
    for (uint32_t i = 0; i < bin_count; i++)
        fitter->numbers[i] = NONE;
    for (size_t i = 0; i < count; i++) {
        uint32_t *number = &fitter->numbers[bins[i]];
        if (*number == NONE)
            *number = numbered++;
        bins[i] = *number;
    }
    return bin_count;
}
