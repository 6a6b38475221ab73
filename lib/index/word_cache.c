/* word_cache.c - what became of each word of up to 16 bytes. */
#include "index/word_cache.h"

#include "base/hash.h"
#include "base/memory.h"

_Static_assert(sizeof(struct cached_word) == 32, "two words a line of the cache, none across two");

enum { FIRST_CAPACITY = 1024 };

static void allocate(struct word_cache *cache, size_t capacity)
{
    size_t bytes = capacity * sizeof *cache->words;
    cache->words = memory_allocate_aligned(sizeof *cache->words, bytes);
    cache->capacity = capacity;
    memset(cache->words, 0, bytes);
}

static struct cached_word *find_free(const struct word_cache *cache, uint64_t hash)
{
    size_t mask = cache->capacity - 1, slot = hash & mask;
    while (cache->words[slot].value)
        slot = (slot + 1) & mask;
    return &cache->words[slot];
}

static void grow(struct word_cache *cache)
{
    struct word_cache old = *cache;
    allocate(cache, old.capacity * 2);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.words[i].value)
            *find_free(cache, word_cache_hash(cache, old.words[i].key)) = old.words[i];
    memory_free(old.words);
}

uint32_t *word_cache_insert(struct word_cache *cache, struct word_key key, uint64_t hash)
{
    if (++cache->count * 4 > cache->capacity * 3)
        grow(cache);
    struct cached_word *word = find_free(cache, hash);
    word->key = key;
    return &word->value;
}

void word_cache_reset(struct word_cache *cache)
{
    if (cache->words)
        memset(cache->words, 0, cache->capacity * sizeof *cache->words);
    else
        allocate(cache, FIRST_CAPACITY);
    cache->seed = hash_table_seed();
    cache->count = 0;
}

void word_cache_release(struct word_cache *cache)
{
    memory_free(cache->words);
    *cache = (struct word_cache){ 0 };
}
