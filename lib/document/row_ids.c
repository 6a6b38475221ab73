/* row_ids.c - which rows were seen: tables of 32-bit prints in buckets of one cache line. */
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/map.h"
#include "base/memory.h"
#include "document/rows.h"

enum {
    BUCKET_PRINTS = 16,
    TABLES_MAXIMUM = 8,
    FIRST_BUCKETS = 256,            /* each table has four times the buckets of the one before */
    REPEATED_MAXIMUM = 1024 * 1024, /* different repeated rows whose repeats are counted; others are all "~2" */
    FILLED_PER_BUCKET = 11          /* two thirds */
};

struct table {
    uint32_t *prints; /* buckets x BUCKET_PRINTS, 0 for free */
    size_t buckets;   /* a power of two */
    size_t filled;
};

struct row_ids {
    struct table tables[TABLES_MAXIMUM];
    size_t count; /* of tables */
    size_t rows;
    struct map repeats; /* hash to how often it was seen */
};

struct row_ids *row_ids_create(void)
{
    return memory_allocate_zeroed(1, sizeof(struct row_ids));
}

void row_ids_free(struct row_ids *ids)
{
    if (!ids)
        return;
    for (size_t i = 0; i < ids->count; i++)
        memory_free(ids->tables[i].prints);
    map_release(&ids->repeats);
    memory_free(ids);
}

/* Which of the bucket's prints equal print, one bit each. */
static unsigned equal_prints(const uint32_t *prints, uint32_t print)
{
#if defined(__SSE2__)
    const __m128i wanted = _mm_set1_epi32((int)print);
    unsigned bits = 0;
    for (unsigned i = 0; i < BUCKET_PRINTS / 4; i++) {
        __m128i four = _mm_load_si128((const __m128i *)(const void *)(prints + 4 * i));
        bits |= (unsigned)_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(four, wanted))) << (4 * i);
    }
    return bits;
#else
    unsigned bits = 0;
    for (unsigned i = 0; i < BUCKET_PRINTS; i++)
        bits |= (unsigned)(prints[i] == print) << i;
    return bits;
#endif
}

/* The print's place in its bucket or the following ones, or the first free place. */
static uint32_t *find_print(const struct table *table, uint64_t place, uint32_t print)
{
    size_t bucket = place & (table->buckets - 1);
    for (;;) {
        uint32_t *prints = table->prints + bucket * BUCKET_PRINTS;
        unsigned bits = equal_prints(prints, print);
        if (!bits)
            bits = equal_prints(prints, 0);
        if (bits)
            return prints + __builtin_ctz(bits);
        bucket = (bucket + 1) & (table->buckets - 1);
    }
}

void row_ids_prefetch(const struct row_ids *ids, struct hash128 hash)
{
    for (size_t i = 0; i < ids->count; i++) {
        const struct table *table = &ids->tables[i];
        __builtin_prefetch(table->prints + (hash.low & (table->buckets - 1)) * BUCKET_PRINTS, 1);
    }
}

static void add_table(struct row_ids *ids)
{
    struct table *table = &ids->tables[ids->count];
    table->buckets = (size_t)FIRST_BUCKETS << (2 * ids->count);
    table->prints = memory_allocate_aligned(64, table->buckets * BUCKET_PRINTS * sizeof *table->prints);
    memset(table->prints, 0, table->buckets * BUCKET_PRINTS * sizeof *table->prints);
    table->filled = 0;
    ids->count++;
}

static uint64_t count_repeat(struct row_ids *ids, struct hash128 hash)
{
    struct slice key = slice_of((const char *)&hash, sizeof hash);
    struct map_entry *entry =
        ids->repeats.count < REPEATED_MAXIMUM ? map_insert(&ids->repeats, key, NULL) : map_find(&ids->repeats, key);
    if (!entry)
        return 2;
    if (entry->value == 0)
        entry->value = 1;
    return ++entry->value;
}

uint64_t row_ids_add(struct row_ids *ids, struct hash128 hash)
{
    uint32_t print = (uint32_t)(hash.high >> 32) | 1;
    uint32_t *place = NULL;
    for (size_t i = 0; i < ids->count; i++) {
        place = find_print(&ids->tables[i], hash.low, print);
        if (*place == print)
            return count_repeat(ids, hash);
    }
    if (ids->rows == ROW_IDS_MAXIMUM)
        return 1;
    struct table *last = ids->count ? &ids->tables[ids->count - 1] : NULL;
    if (!last || last->filled == last->buckets * FILLED_PER_BUCKET) {
        add_table(ids);
        last = &ids->tables[ids->count - 1];
        place = find_print(last, hash.low, print);
    }
    *place = print;
    last->filled++;
    ids->rows++;
    return 1;
}
