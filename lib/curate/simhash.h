/* simhash.h - signatures of 64 bits: texts with many shingles in common differ in few bits.
 *
 * Source: Charikar 2002, "Similarity estimation techniques from rounding algorithms"; Manku and others 2007, "Detecting
 * near-duplicates for web crawling", for the look-up: a signature is cut into blocks; of two that differ in at most
 * `distance` bits at least blocks - distance blocks are equal, so a table for each choice of that many blocks, sorted
 * by them, brings the two together. Schemes are constant and thread safe. */
#ifndef CURATE_SIMHASH_H
#define CURATE_SIMHASH_H

#include "curate/minhash.h"

enum { SIMHASH_DISTANCE_MAXIMUM = 8, SIMHASH_TABLES_MAXIMUM = 64 };

struct simhash_scheme {
    struct minhash_scheme shingles; /* its name is the scheme's; it has no permutations */
    unsigned blocks, distance;
};

/* NULL: there is no such scheme. "garner" (3 words, 8 blocks, distance 6), "data-juicer" (6 words, 6 blocks, distance
 * 4), "text-dedup" (3 words, 4 blocks, distance 3): their parameters, not their bits. */
const struct simhash_scheme *simhash_scheme_find(const char *name);

/* Bit i: whether most of the hashes have it. A hash that comes twice counts twice. */
uint64_t simhash_sign(const uint64_t *hashes, size_t count);

struct simhash_tables {
    uint64_t masks[SIMHASH_TABLES_MAXIMUM]; /* of the bits that are equal */
    unsigned count;
};
/* blocks: above distance, at most distance + 2. */
void simhash_tables_make(unsigned blocks, unsigned distance, struct simhash_tables *tables);

#endif
