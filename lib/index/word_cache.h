/* word_cache.h - what became of each word of up to 16 bytes: one probe instead of stop words, stemmer and terms.
 *
 * Open addressing over the words themselves, filled up with zeros to 16 bytes; so a word must not hold a NUL, which
 * none does. Seeded against crafted collisions. One thread. Private to the index module. */
#ifndef INDEX_WORD_CACHE_H
#define INDEX_WORD_CACHE_H

#include "base/slice.h"

enum { WORD_KEY_BYTES = 16 };

/* The first 16 bytes of a text: all of it when it is no longer. */
struct word_key {
    uint64_t low, high; /* bytes 0 to 7 and 8 to 15, the first one lowest; zeros behind the end */
};

struct cached_word {
    struct word_key key;
    uint32_t value; /* 0: free */
    uint32_t unused[3];
};

/* Made by word_cache_reset(). */
struct word_cache {
    struct cached_word *words;
    size_t capacity; /* a power of two */
    size_t count;
    uint64_t seed;
};

static inline struct word_key word_key_load(const char bytes[WORD_KEY_BYTES])
{
    struct word_key key;
    memcpy(&key.low, bytes, sizeof key.low);
    memcpy(&key.high, bytes + sizeof key.low, sizeof key.high);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    key = (struct word_key){ __builtin_bswap64(key.low), __builtin_bswap64(key.high) };
#endif
    return key;
}

static inline struct word_key word_key(struct slice text)
{
    char bytes[WORD_KEY_BYTES] = { 0 };
    memcpy(bytes, text.bytes, text.length < sizeof bytes ? text.length : sizeof bytes);
    return word_key_load(bytes);
}

/* The same for 1 to 16 ASCII letters and digits at place, in lower case. readable: bytes from place on that may be
 * read. */
static inline struct word_key word_key_lower(const char *place, size_t length, size_t readable)
{
    /* Of an ASCII letter or digit, bit 5 is what tells a capital from a small letter. */
    const uint64_t small = UINT64_C(0x2020202020202020);
    struct word_key key = readable >= WORD_KEY_BYTES ? word_key_load(place) : word_key(slice_of(place, length));
    uint64_t kept = UINT64_MAX >> ((64 - length * 8) & 63);
    key.low = (key.low | small) & (length < 8 ? kept : UINT64_MAX);
    key.high = length <= 8 ? 0 : (key.high | small) & kept;
    return key;
}

/* Each bit of the key moves all of the result (the product folded, as wyhash does). */
static inline uint64_t word_cache_hash(const struct word_cache *cache, struct word_key key)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)(key.low ^ cache->seed) * (key.high ^ UINT64_C(0x9e3779b97f4a7c15));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Asks the processor to fetch what word_cache_at() will look at: some words ahead, so that the wait for one word is the
 * time of the words between. */
static inline void word_cache_ask(const struct word_cache *cache, uint64_t hash)
{
    __builtin_prefetch(&cache->words[hash & (cache->capacity - 1)]);
}

/* Makes room for a word that is not there. */
uint32_t *word_cache_insert(struct word_cache *cache, struct word_key key, uint64_t hash);

/* The place of that word; value is 0 when it was not there, and the caller sets it to something else at once. Borrowed
 * until the next call. */
static inline uint32_t *word_cache_at(struct word_cache *cache, struct word_key key, uint64_t hash)
{
    for (size_t slot = hash;; slot++) {
        struct cached_word *word = &cache->words[slot & (cache->capacity - 1)];
        if (word->key.low == key.low && word->key.high == key.high)
            return &word->value;
        if (word->value == 0)
            return word_cache_insert(cache, key, hash);
    }
}

/* Makes it empty; a zeroed one fit for use. */
void word_cache_reset(struct word_cache *cache);
void word_cache_release(struct word_cache *cache);

#endif
