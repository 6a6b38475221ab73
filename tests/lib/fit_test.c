/* fit_test.c - best fit decreasing beside its plain definition. */
#include "dataset/fit.h"

#include "base/memory.h"
#include "test.h"

/* The definition, in O(count * bins): largest first, into the fullest bin with room. Returns how many bins. */
static size_t plain_fit(const uint32_t *sizes, size_t count, uint32_t capacity)
{
    uint32_t rooms[512];
    bool is_done[512] = { false };
    size_t bins = 0;
    for (size_t step = 0; step < count; step++) {
        size_t item = count, best = bins;
        for (size_t i = 0; i < count; i++)
            if (!is_done[i] && (item == count || sizes[i] > sizes[item]))
                item = i;
        is_done[item] = true;
        for (size_t i = 0; i < bins; i++)
            if (rooms[i] >= sizes[item] && (best == bins || rooms[i] < rooms[best]))
                best = i;
        if (best == bins)
            rooms[bins++] = capacity;
        rooms[best] -= sizes[item];
    }
    return bins;
}

TEST(fit_small, "fit: the largest first, each where the least room is left")
{
    static const uint32_t sizes[] = { 4, 8, 1, 4, 2, 1 };
    uint32_t bins[6];
    struct fitter *fitter = fitter_create(10);
    EXPECT_INTEGER(fitter_fit(fitter, sizes, 6, bins), 2);
    /* 4+4+2 and 8+1+1, numbered by their first items. */
    static const uint32_t wanted[] = { 0, 1, 1, 0, 0, 1 };
    for (size_t i = 0; i < 6; i++)
        EXPECT_INTEGER(bins[i], wanted[i]);
    EXPECT_INTEGER(fitter_fit(fitter, sizes, 0, bins), 0);
    fitter_free(fitter);
}

TEST(fit_random, "fit: as many bins as the definition gives, none over its capacity, for capacities of 1 to 3 levels")
{
    static const uint32_t capacities[] = { 1, 63, 64, 100, 4095, 4096, 5000, 300000 };
    uint32_t seed = 7, sizes[500], bins[500];
    for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++) {
        struct fitter *fitter = fitter_create(capacities[c]);
        for (size_t round = 0; round < 4; round++) {
            size_t count = 125 * (round + 1);
            uint32_t most = round % 2 ? capacities[c] : capacities[c] / 3;
            for (size_t i = 0; i < count; i++) {
                seed = seed * 1664525 + 1013904223;
                sizes[i] = (seed >> 8) % (most + 1);
            }
            size_t found = fitter_fit(fitter, sizes, count, bins), seen = 0;
            EXPECT_INTEGER(found, plain_fit(sizes, count, capacities[c]));
            uint64_t *sums = memory_allocate_zeroed(found + 1, sizeof *sums);
            for (size_t i = 0; i < count; i++) {
                EXPECT(bins[i] <= seen && bins[i] < found);
                seen += bins[i] == seen;
                sums[bins[i]] += sizes[i];
                EXPECT(sums[bins[i]] <= capacities[c]);
            }
            memory_free(sums);
        }
        fitter_free(fitter);
    }
}
