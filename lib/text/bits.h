/* bits.h - one bit for each byte of a text, 64 a word: where things begin; private to the module.
 *
 * Offsets of a text of `length` bytes run from 0 to length; bit length is never set. */
#ifndef TEXT_BITS_H
#define TEXT_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BITS_PER_WORD = 64 };

#define BITS_NONE SIZE_MAX

static inline size_t bits_words(size_t length)
{
    return length / BITS_PER_WORD + (length % BITS_PER_WORD != 0);
}

static inline bool bits_get(const uint64_t *bits, size_t place)
{
    return bits[place / BITS_PER_WORD] >> (place % BITS_PER_WORD) & 1;
}

static inline void bits_set(uint64_t *bits, size_t place)
{
    bits[place / BITS_PER_WORD] |= (uint64_t)1 << (place % BITS_PER_WORD);
}

static inline void bits_clear(uint64_t *bits, size_t place)
{
    bits[place / BITS_PER_WORD] &= ~((uint64_t)1 << (place % BITS_PER_WORD));
}

static inline void bits_clear_range(uint64_t *bits, size_t start, size_t end)
{
    for (size_t place = start; place < end;) {
        size_t count = BITS_PER_WORD - place % BITS_PER_WORD;
        uint64_t mask = ~(uint64_t)0 << (place % BITS_PER_WORD);
        if (end - place < count) {
            count = end - place;
            mask &= ((uint64_t)1 << (end % BITS_PER_WORD)) - 1;
        }
        bits[place / BITS_PER_WORD] &= ~mask;
        place += count;
    }
}

/* The bits below `place` of its word. */
static inline uint64_t bits_below(size_t place)
{
    return ((uint64_t)1 << (place % BITS_PER_WORD)) - 1;
}

/* The last bit in [start, end), BITS_NONE if there is none. */
static inline size_t bits_last(const uint64_t *bits, size_t start, size_t end)
{
    if (start >= end)
        return BITS_NONE;
    size_t word = (end - 1) / BITS_PER_WORD, first = start / BITS_PER_WORD;
    uint64_t here = bits[word];
    if (end % BITS_PER_WORD)
        here &= bits_below(end);
    while (here == 0 && word > first)
        here = bits[--word];
    if (here == 0)
        return BITS_NONE;
    size_t place = word * BITS_PER_WORD + (size_t)(BITS_PER_WORD - 1 - __builtin_clzll(here));
    return place >= start ? place : BITS_NONE;
}

/* The first bit in [start, end), BITS_NONE if there is none. */
static inline size_t bits_first(const uint64_t *bits, size_t start, size_t end)
{
    if (start >= end)
        return BITS_NONE;
    size_t word = start / BITS_PER_WORD, last = (end - 1) / BITS_PER_WORD;
    uint64_t here = bits[word] & ~bits_below(start);
    while (here == 0 && word < last)
        here = bits[++word];
    if (here == 0)
        return BITS_NONE;
    size_t place = word * BITS_PER_WORD + (size_t)__builtin_ctzll(here);
    return place < end ? place : BITS_NONE;
}

/* The first place in [start, end) without a bit, BITS_NONE if there is none. */
static inline size_t bits_first_clear(const uint64_t *bits, size_t start, size_t end)
{
    if (start >= end)
        return BITS_NONE;
    size_t word = start / BITS_PER_WORD, last = (end - 1) / BITS_PER_WORD;
    uint64_t here = ~bits[word] & ~bits_below(start);
    while (here == 0 && word < last)
        here = ~bits[++word];
    if (here == 0)
        return BITS_NONE;
    size_t place = word * BITS_PER_WORD + (size_t)__builtin_ctzll(here);
    return place < end ? place : BITS_NONE;
}

/* How many bits are set. Without the instruction, which not every x86-64 has, the compiler calls a function. */
static inline unsigned bits_count(uint64_t word)
{
#if defined(__x86_64__) && !defined(__POPCNT__)
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (unsigned)(word * 0x0101010101010101u >> 56);
#else
    return (unsigned)__builtin_popcountll(word);
#endif
}

/* The place of the bit with that number (0-based) in one word; it must have so many. */
static inline unsigned bits_select(uint64_t word, unsigned number)
{
    unsigned place = 0, half = bits_count(word & 0xffffffffu);
    if (number >= half) {
        number -= half;
        word >>= 32;
        place = 32;
    }
    half = bits_count(word & 0xffffu);
    if (number >= half) {
        number -= half;
        word >>= 16;
        place += 16;
    }
    while (number--)
        word &= word - 1;
    return place + (unsigned)__builtin_ctzll(word);
}

#endif
