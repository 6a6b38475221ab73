/* bitmap.h - one bit a row, in 64-bit words. Bits behind the last row are 0. */
#ifndef INDEX_BITMAP_H
#define INDEX_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t bitmap_words(size_t bits)
{
    return (bits + 63) / 64;
}

static inline bool bitmap_has(const uint64_t *words, uint32_t bit)
{
    return (words[bit / 64] >> (bit % 64)) & 1;
}

static inline void bitmap_add(uint64_t *words, uint32_t bit)
{
    words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static inline void bitmap_remove(uint64_t *words, uint32_t bit)
{
    words[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

static inline size_t bitmap_count(const uint64_t *words, size_t bits)
{
    size_t count = 0;
    for (size_t i = 0; i < bitmap_words(bits); i++)
        count += (size_t)__builtin_popcountll(words[i]);
    return count;
}

#endif
