/* minhash.c - schemes, permutations and signatures. */
#include "curate/minhash.h"

#include "base/cpu.h"
#include "base/digest.h"
#include "base/hash.h"
#include "curate/random_state.h"

#define PRIME_61 ((UINT64_C(1) << 61) - 1)
#define PRIME_31 ((UINT32_C(1) << 31) - 1)

/* Permutations are a multiple of 8, and there is room for one of 16. */
enum { LANES = 16, WIDE_LANES = 8, SHARED_SEED = 42 };

/* Bands and permutations of the others are their defaults: data-juicer's and text-dedup's follow from their threshold
 * of 0.7, so not all of their permutations are in a band. */
static const struct minhash_scheme schemes[] = {
    { "garner", 22, 5, 112, 5, MINHASH_FOLDED, MINHASH_ROLLING, true, true, UINT32_MAX },
    { "datatrove", 14, 8, 112, 5, MINHASH_SIMPLE, MINHASH_XXH64, false, false, UINT64_MAX },
    { "datatrove-sha1", 14, 8, 112, 5, MINHASH_SIMPLE, MINHASH_SHA1_64, false, false, UINT64_MAX },
    { "data-juicer", 25, 10, 256, 5, MINHASH_LOWER, MINHASH_SHA1_32, false, false, UINT32_MAX },
    { "nemo", 20, 13, 260, 24, MINHASH_CHARACTERS, MINHASH_MURMUR3, true, true, UINT32_MAX },
    { "text-dedup", 24, 10, 240, 5, MINHASH_WORDS, MINHASH_SHA1_32, false, false, UINT32_MAX },
};

const struct minhash_scheme *minhash_scheme_find(const char *name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strcmp(schemes[i].name, name) == 0)
            return &schemes[i];
    return NULL;
}

static uint64_t draw(struct random_state *state, bool is_narrow, unsigned low)
{
    return is_narrow ? random_state_uint32(state, low, PRIME_31) : random_state_uint64(state, low, PRIME_61);
}

/* Some draw all a, then all b; some a pair at a time. */
static void draw_permutations(struct minhash *minhash, bool in_pairs, uint32_t seed)
{
    const struct minhash_scheme *scheme = minhash->scheme;
    struct random_state state;
    random_state_seed(&state, seed);
    for (unsigned i = 0; i < scheme->permutations; i++) {
        minhash->a[i] = draw(&state, scheme->is_narrow, 1);
        if (in_pairs)
            minhash->b[i] = draw(&state, scheme->is_narrow, 0);
    }
    for (unsigned i = 0; i < scheme->permutations && !in_pairs; i++)
        minhash->b[i] = draw(&state, scheme->is_narrow, 0);
    for (unsigned i = 0; i < scheme->permutations; i++) {
        minhash->narrow_a[i] = (uint32_t)minhash->a[i];
        minhash->narrow_b[i] = (uint32_t)minhash->b[i];
    }
}

bool minhash_open(struct minhash *minhash, const struct minhash_scheme *scheme, struct error *error)
{
    *minhash = (struct minhash){ .scheme = scheme };
    bool in_pairs = scheme->hash == MINHASH_MURMUR3 || scheme->text == MINHASH_LOWER;
    draw_permutations(minhash, in_pairs, scheme->text == MINHASH_SIMPLE ? 1 : SHARED_SEED);
    for (unsigned i = 0; scheme->hash == MINHASH_ROLLING && i < scheme->permutations; i++)
        minhash->narrow_a[i] |= 1; /* mod 2^32 only an odd factor permutes */
    return (scheme->hash != MINHASH_SHA1_32 && scheme->hash != MINHASH_SHA1_64) || digest_load(error);
}

/* LANES permutations at a time over all shingles: their least values stay in registers. */
static inline __attribute__((always_inline)) void sign_narrow(const struct minhash *minhash, const uint64_t *hashes,
                                                              size_t count, uint64_t *signature)
{
    for (unsigned first = 0; first < minhash->scheme->permutations; first += LANES) {
        const uint32_t *a = minhash->narrow_a + first, *b = minhash->narrow_b + first;
        uint32_t least[LANES];
        for (unsigned lane = 0; lane < LANES; lane++)
            least[lane] = UINT32_MAX;
        for (size_t i = 0; i < count; i++) {
            uint32_t hash = (uint32_t)hashes[i];
            for (unsigned lane = 0; lane < LANES; lane++) {
                uint32_t value = hash * a[lane] + b[lane];
                least[lane] = value < least[lane] ? value : least[lane];
            }
        }
        for (unsigned lane = 0; lane < LANES; lane++)
            signature[first + lane] = least[lane];
    }
}

static void sign_narrow_plain(const struct minhash *minhash, const uint64_t *hashes, size_t count, uint64_t *signature)
{
    sign_narrow(minhash, hashes, count, signature);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void sign_narrow_avx2(const struct minhash *minhash, const uint64_t *hashes,
                                                             size_t count, uint64_t *signature)
{
    sign_narrow(minhash, hashes, count, signature);
}
#endif

/* The same for 64 bits. */
static inline __attribute__((always_inline)) void sign_wide(const struct minhash *minhash, const uint64_t *hashes,
                                                            size_t count, uint64_t *signature)
{
    const uint64_t mask = minhash->scheme->mask;
    for (unsigned first = 0; first < minhash->scheme->permutations; first += WIDE_LANES) {
        const uint64_t *a = minhash->a + first, *b = minhash->b + first;
        uint64_t least[WIDE_LANES];
        for (unsigned lane = 0; lane < WIDE_LANES; lane++)
            least[lane] = mask;
        for (size_t i = 0; i < count; i++) {
            uint64_t hash = hashes[i];
            for (unsigned lane = 0; lane < WIDE_LANES; lane++) {
                uint64_t value = hash * a[lane] + b[lane];
                value = (value & PRIME_61) + (value >> 61);
                value = (value >= PRIME_61 ? value - PRIME_61 : value) & mask;
                least[lane] = value < least[lane] ? value : least[lane];
            }
        }
        memcpy(signature + first, least, sizeof least);
    }
}

static void sign_wide_plain(const struct minhash *minhash, const uint64_t *hashes, size_t count, uint64_t *signature)
{
    sign_wide(minhash, hashes, count, signature);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void sign_wide_avx2(const struct minhash *minhash, const uint64_t *hashes,
                                                           size_t count, uint64_t *signature)
{
    sign_wide(minhash, hashes, count, signature);
}

__attribute__((target("avx512f,avx512dq,avx512vl"))) static void
sign_wide_avx512(const struct minhash *minhash, const uint64_t *hashes, size_t count, uint64_t *signature)
{
    sign_wide(minhash, hashes, count, signature);
}
#endif

typedef void sign_kernel(const struct minhash *minhash, const uint64_t *hashes, size_t count, uint64_t *signature);

static sign_kernel *find_kernel(bool is_narrow)
{
#if defined(__x86_64__)
    if (!is_narrow && cpu_level() == CPU_AVX512)
        return sign_wide_avx512;
    if (cpu_level() >= CPU_AVX2)
        return is_narrow ? sign_narrow_avx2 : sign_wide_avx2;
#endif
    return is_narrow ? sign_narrow_plain : sign_wide_plain;
}

void minhash_sign(const struct minhash *minhash, const uint64_t *hashes, size_t count,
                  uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM])
{
    find_kernel(minhash->scheme->is_narrow)(minhash, hashes, count, signature);
}

uint64_t minhash_band(const struct minhash *minhash, const uint64_t *signature, unsigned band)
{
    const uint64_t *values = signature + (size_t)band * minhash->scheme->rows;
    return hash_64(slice_of((const char *)values, minhash->scheme->rows * sizeof *values), band);
}

/* A table of hashes; which of the sets have one. */
enum { IN_LEFT = 1, IN_RIGHT = 2 };
struct seat {
    uint32_t hash, sets; /* 0: free */
};

static struct seat *find_seat(struct seat *seats, size_t mask, uint64_t seed, uint32_t hash)
{
    uint64_t mixed = (hash ^ seed) * UINT64_C(0x9e3779b97f4a7c15);
    size_t place = (mixed ^ mixed >> 32) & mask;
    while (seats[place].sets && seats[place].hash != hash)
        place = (place + 1) & mask;
    return &seats[place];
}

double minhash_jaccard(const uint32_t *left, size_t left_count, const uint32_t *right, size_t right_count, double least,
                       struct buffer *table)
{
    size_t capacity = 16, all = 0, shared = 0;
    uint64_t seed = hash_table_seed();
    while (capacity < 2 * (left_count + right_count))
        capacity *= 2;
    buffer_reset(table);
    struct seat *seats = (struct seat *)(void *)buffer_reserve(table, capacity * sizeof *seats);
    memset(seats, 0, capacity * sizeof *seats);
    for (size_t i = 0; i < left_count; i++) {
        struct seat *seat = find_seat(seats, capacity - 1, seed, left[i]);
        all += !seat->sets;
        *seat = (struct seat){ left[i], IN_LEFT };
    }
    /* so many hashes of the right side may be missing on the left one: then all others are shared at best */
    size_t fewer = all < right_count ? all : right_count, missing = 0;
    for (size_t i = 0; i < right_count; i++) {
        struct seat *seat = find_seat(seats, capacity - 1, seed, right[i]);
        missing += !seat->sets;
        if ((i & 63) == 0 &&
            (double)(fewer < right_count - missing ? fewer : right_count - missing) < least * (double)all)
            return 0;
        all += !seat->sets;
        shared += seat->sets == IN_LEFT;
        *seat = (struct seat){ right[i], seat->sets | IN_RIGHT };
    }
    return all ? (double)shared / (double)all : 1;
}
