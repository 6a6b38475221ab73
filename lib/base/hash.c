/* hash.c - XXH3 content hashes. */
#include "base/hash.h"

#include <sys/random.h>
#include <xxhash.h>

#include "base/memory.h"

struct hash_stream {
    XXH3_state_t *state;
};

uint64_t hash_64(struct slice bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes.bytes, bytes.length, seed);
}

uint64_t hash_xxh64(struct slice bytes, uint64_t seed)
{
    return XXH64(bytes.bytes, bytes.length, seed);
}

uint64_t hash_table_seed(void)
{
    static uint64_t seed;
    uint64_t current = __atomic_load_n(&seed, __ATOMIC_RELAXED);
    if (current)
        return current;
    uint64_t fresh = 0;
    if (getrandom(&fresh, sizeof fresh, GRND_NONBLOCK) != (ssize_t)sizeof fresh)
        fresh = (uint64_t)(uintptr_t)&fresh;
    fresh |= 1;
    __atomic_compare_exchange_n(&seed, &current, fresh, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    return __atomic_load_n(&seed, __ATOMIC_RELAXED);
}

struct hash128 hash_128(struct slice bytes)
{
    XXH128_hash_t hash = XXH3_128bits(bytes.bytes, bytes.length);
    return (struct hash128){ hash.low64, hash.high64 };
}

void hash128_format(struct hash128 hash, char text[HASH128_TEXT + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < 16; i++) {
        text[i] = digits[hash.high >> (60 - 4 * i) & 15];
        text[16 + i] = digits[hash.low >> (60 - 4 * i) & 15];
    }
    text[HASH128_TEXT] = '\0';
}

struct hash_stream *hash_stream_create(void)
{
    struct hash_stream *stream = memory_allocate(sizeof *stream);
    stream->state = XXH3_createState();
    if (!stream->state)
        memory_exit(71, "out of memory");
    XXH3_128bits_reset(stream->state);
    return stream;
}

void hash_stream_add(struct hash_stream *stream, struct slice bytes)
{
    XXH3_128bits_update(stream->state, bytes.bytes, bytes.length);
}

struct hash128 hash_stream_digest_128(const struct hash_stream *stream)
{
    XXH128_hash_t hash = XXH3_128bits_digest(stream->state);
    return (struct hash128){ hash.low64, hash.high64 };
}

uint64_t hash_stream_digest_64(const struct hash_stream *stream)
{
    return XXH3_64bits_digest(stream->state);
}

void hash_stream_free(struct hash_stream *stream)
{
    if (stream)
        XXH3_freeState(stream->state);
    memory_free(stream);
}
