/* hash.h - XXH3 content hashes (xxhash 0.8). The same on every machine; no secret, so not for untrusted hash tables
 * without a seed. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/slice.h"

struct hash128 {
    uint64_t low;
    uint64_t high;
};

uint64_t hash_64(struct slice bytes, uint64_t seed);

/* XXH64, the older one: where another tool's numbers hang on it. */
uint64_t hash_xxh64(struct slice bytes, uint64_t seed);

/* The seed of this process for tables in memory, against crafted collisions. Never for what is stored or printed. */
uint64_t hash_table_seed(void);

struct hash128 hash_128(struct slice bytes);

enum { HASH128_TEXT = 32 };
/* 32 lower-case hexadecimal digits (high half first, the canonical order of xxhsum -H2) and a NUL. */
void hash128_format(struct hash128 hash, char text[HASH128_TEXT + 1]);

/* The same hash over bytes that come in pieces. */
struct hash_stream;
struct hash_stream *hash_stream_create(void); /* owned: hash_stream_free() */
void hash_stream_add(struct hash_stream *stream, struct slice bytes);
struct hash128 hash_stream_digest_128(const struct hash_stream *stream);
uint64_t hash_stream_digest_64(const struct hash_stream *stream);
void hash_stream_free(struct hash_stream *stream);

#endif
