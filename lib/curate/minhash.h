/* minhash.h - signatures of texts: sets of shingles that share much share many least hashes.
 *
 * Source: Broder 1997, "On the resemblance and containment of documents". A scheme says how a text becomes shingles and
 * their hashes, which permutations are made, and how they are cut into bands; rows that agree in one band are
 * candidates. The schemes of other tools give their signatures bit for bit, for text whose words are parted by white
 * space and whose letters have simple lower-case forms. Schemes are constant and thread safe. */
#ifndef CURATE_MINHASH_H
#define CURATE_MINHASH_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

enum { MINHASH_PERMUTATIONS_MAXIMUM = 272 };

enum minhash_text {
    MINHASH_FOLDED,    /* text/fold.h */
    MINHASH_SIMPLE,    /* datatrove's simplify_text */
    MINHASH_LOWER,     /* lower case, split at white space */
    MINHASH_WORDS,     /* lower case, split at each character that belongs to no word */
    MINHASH_CHARACTERS /* as it is; shingles of characters */
};

enum minhash_hash { MINHASH_ROLLING, MINHASH_XXH64, MINHASH_SHA1_64, MINHASH_SHA1_32, MINHASH_MURMUR3 };

struct minhash_scheme {
    const char *name;
    unsigned bands, rows; /* of bands: permutations in each */
    unsigned permutations;
    unsigned width; /* of a shingle, in words or characters */
    enum minhash_text text;
    enum minhash_hash hash;
    bool keeps_short; /* a text below the width is one shingle; else it has none */
    bool is_narrow;   /* x * a + b mod 2^32; else that mod 2^64, then mod 2^61 - 1 */
    uint64_t mask;    /* of the result */
};

struct minhash {
    const struct minhash_scheme *scheme;
    uint64_t a[MINHASH_PERMUTATIONS_MAXIMUM], b[MINHASH_PERMUTATIONS_MAXIMUM];
    uint32_t narrow_a[MINHASH_PERMUTATIONS_MAXIMUM], narrow_b[MINHASH_PERMUTATIONS_MAXIMUM];
};

/* NULL: there is no such scheme. "garner", "datatrove",
 * "datatrove-sha1", "data-juicer", "nemo", "text-dedup". */
const struct minhash_scheme *minhash_scheme_find(const char *name);

/* Draws the permutations. Errors: E_UNAVAILABLE (the library for sha1). */
bool minhash_open(struct minhash *minhash, const struct minhash_scheme *scheme, struct error *error) MUST_CHECK;

/* Appends the hashes (uint64_t each) of all shingles of valid UTF-8; a shingle that comes twice is there twice.
 * scratch: emptied and used. */
void minhash_shingles(const struct minhash *minhash, struct slice text, struct buffer *scratch, struct buffer *hashes);

/* Least values, one a permutation. count: at least 1. */
void minhash_sign(const struct minhash *minhash, const uint64_t *hashes, size_t count,
                  uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM]);

/* The hash of a band's values; equal bands, equal hashes. */
uint64_t minhash_band(const struct minhash *minhash, const uint64_t *signature, unsigned band);

/* A set of hashes that others are compared with, one after the other. The zeroed struct is empty. Not thread safe. */
struct minhash_set {
    const uint32_t *hashes; /* borrowed */
    size_t count;           /* of them, with repetitions */
    size_t distinct, capacity;
    struct buffer seats; /* a table of them, and of what the last comparison met */
    uint32_t round;      /* of the last comparison */
    uint64_t seed;
};

/* Makes it the set of these hashes, which may come twice and stay the caller's until the next call. Linear. */
void minhash_set_fill(struct minhash_set *set, const uint32_t *hashes, size_t count);
/* Jaccard similarity with the set of other hashes, which may come twice, too. Both empty: 1. A similarity below `least`
 * may be given as 0: it is left early. Linear in the others. */
double minhash_set_jaccard(struct minhash_set *set, const uint32_t *others, size_t count, double least);
void minhash_set_release(struct minhash_set *set);

#endif
