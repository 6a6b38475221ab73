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

/* Hashes of the set were seated first, so they are found past each other only. Others sit down behind them for one
 * comparison: in the next their seats count as free. */
struct seat {
    uint32_t hash, mark; /* 0: free; else IS_OWN or not, and the round in which it was met last */
};

enum { IS_OWN = 1, ROUND = 2 };

static struct seat *find_seat(const struct minhash_set *set, uint32_t hash)
{
    struct seat *seats = (struct seat *)(void *)set->seats.bytes;
    uint64_t mixed = (hash ^ set->seed) * UINT64_C(0x9e3779b97f4a7c15);
    size_t mask = set->capacity - 1, place = (mixed ^ mixed >> 32) & mask;
    while (((seats[place].mark & IS_OWN) || seats[place].mark == set->round) && seats[place].hash != hash)
        place = (place + 1) & mask;
    return &seats[place];
}

/* room: for how many hashes, at half of the seats. */
static void take_seats(struct minhash_set *set, size_t room)
{
    for (set->capacity = 16; set->capacity < 2 * room;)
        set->capacity *= 2;
    buffer_reset(&set->seats);
    memset(buffer_reserve(&set->seats, set->capacity * sizeof(struct seat)), 0, set->capacity * sizeof(struct seat));
    set->distinct = 0;
    set->round = ROUND;
    for (size_t i = 0; i < set->count; i++) {
        struct seat *seat = find_seat(set, set->hashes[i]);
        set->distinct += !seat->mark;
        *seat = (struct seat){ set->hashes[i], IS_OWN };
    }
}

void minhash_set_fill(struct minhash_set *set, const uint32_t *hashes, size_t count)
{
    set->hashes = hashes;
    set->count = count;
    set->seed = hash_table_seed();
    take_seats(set, 2 * count);
}

double minhash_set_jaccard(struct minhash_set *set, const uint32_t *others, size_t count, double least)
{
    if (2 * (set->distinct + count) > set->capacity || set->round > UINT32_MAX - 2 * ROUND)
        take_seats(set, set->count + count);
    size_t all = set->distinct, shared = 0, missing = 0;
    set->round += ROUND;
    for (size_t i = 0; i < count; i++) {
        struct seat *seat = find_seat(set, others[i]);
        if (seat->mark & IS_OWN) {
            shared += seat->mark != (set->round | IS_OWN);
            seat->mark = set->round | IS_OWN;
            continue;
        }
        all += seat->mark != set->round;
        *seat = (struct seat){ others[i], set->round };
        /* all others may still be shared: each once, and no more than the set has */
        size_t most = count - ++missing < set->distinct ? count - missing : set->distinct;
        if ((missing & 31) == 1 && (double)most / (double)all < least)
            return 0;
    }
    return all ? (double)shared / (double)all : 1;
}

void minhash_set_release(struct minhash_set *set)
{
    buffer_release(&set->seats);
}
