/* simhash.c - schemes, signatures and the choices of blocks. */
#include "curate/simhash.h"

enum { SIGNATURE_BITS = 64, PLANES = 40 };

static const struct simhash_scheme schemes[] = {
    { { .name = "garner", .width = 3, .text = MINHASH_FOLDED, .hash = MINHASH_ROLLING, .keeps_short = true }, 8, 6 },
    { { .name = "data-juicer", .width = 6, .text = MINHASH_LOWER, .hash = MINHASH_XXH64 }, 6, 4 },
    { { .name = "text-dedup", .width = 3, .text = MINHASH_WORDS, .hash = MINHASH_XXH64 }, 4, 3 },
};

const struct simhash_scheme *simhash_scheme_find(const char *name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strcmp(schemes[i].shingles.name, name) == 0)
            return &schemes[i];
    return NULL;
}

/* 64 counters, one a bit, of which plane i holds bit i: a hash is added to all at once, as far as it carries. */
uint64_t simhash_sign(const uint64_t *hashes, size_t count)
{
    uint64_t planes[PLANES] = { 0 }, signature = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t carry = hashes[i];
        for (unsigned plane = 0; carry && plane < PLANES; plane++) {
            uint64_t both = planes[plane] & carry;
            planes[plane] ^= carry;
            carry = both;
        }
    }
    for (unsigned bit = 0; bit < SIGNATURE_BITS; bit++) {
        uint64_t ones = 0;
        for (unsigned plane = 0; plane < PLANES; plane++)
            ones |= (planes[plane] >> bit & 1) << plane;
        signature |= (uint64_t)(2 * ones > count) << bit;
    }
    return signature;
}

static uint64_t block_mask(unsigned blocks, unsigned block)
{
    unsigned start = SIGNATURE_BITS * block / blocks, end = SIGNATURE_BITS * (block + 1) / blocks;
    return ((UINT64_C(1) << (end - start)) - 1) << start;
}

void simhash_tables_make(unsigned blocks, unsigned distance, struct simhash_tables *tables)
{
    *tables = (struct simhash_tables){ 0 };
    ENSURE(blocks > distance && blocks - distance <= 2 && distance <= SIMHASH_DISTANCE_MAXIMUM);
    for (unsigned first = 0; first < blocks; first++) {
        if (blocks - distance == 1)
            tables->masks[tables->count++] = blocks == 1 ? UINT64_MAX : block_mask(blocks, first);
        for (unsigned second = first + 1; blocks - distance == 2 && second < blocks; second++)
            tables->masks[tables->count++] = block_mask(blocks, first) | block_mask(blocks, second);
    }
}
