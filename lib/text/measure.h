/* measure.h - how much a part of a text measures in tokens, words or code points; private to the module.
 *
 * Marks say where units begin; counts of the marks before each block of 64 bytes turn a question about any part into
 * two look-ups. */
#ifndef TEXT_MEASURE_H
#define TEXT_MEASURE_H

#include "base/slice.h"
#include "text/bits.h"
#include "text/tokens.h"

/* What a part has besides its marks when it begins at none. */
enum measure_start {
    MEASURE_EXACT,  /* nothing: it cannot begin inside a unit */
    MEASURE_TOKENS, /* what tokens.h says */
    MEASURE_WORDS   /* one more when it begins inside a word */
};

struct measure {
    const uint64_t *marks;
    uint32_t *before; /* marks before each word of marks, and the sum of all at the end */
    size_t capacity;
    size_t words_a_mark; /* on average, in 65536ths */
    struct slice text;
    enum measure_start start;
    const struct tokenizer *tokenizer; /* for MEASURE_TOKENS; set by whoever prepares */
    void *tokenizer_memory;            /* likewise */
};

/* Counts the marks of a text of less than 2^32 bytes. Both are borrowed. */
void measure_prepare(struct measure *measure, const uint64_t *marks, struct slice text, enum measure_start start);
void measure_release(struct measure *measure);

/* Marks before place (0 to length). */
static inline size_t measure_before(const struct measure *measure, size_t place)
{
    size_t count = measure->before[place / BITS_PER_WORD];
    if (place % BITS_PER_WORD)
        count += bits_count(measure->marks[place / BITS_PER_WORD] & bits_below(place));
    return count;
}

/* Units of a part that begins at start besides its marks. */
size_t measure_extra(const struct measure *measure, size_t start);

/* Units of [start, end). */
static inline size_t measure_between(const struct measure *measure, size_t start, size_t end)
{
    if (start >= end)
        return 0;
    return measure_before(measure, end) - measure_before(measure, start) + measure_extra(measure, start);
}

/* The place of the mark with that number (0-based), the length of the text if there are not so many. */
size_t measure_place(const struct measure *measure, size_t number);

/* The largest end such that [start, end) has at most count units. */
size_t measure_reach(const struct measure *measure, size_t start, size_t count);

/* The smallest start at a mark, or 0, such that [start, end) has at most count units. */
size_t measure_reach_back(const struct measure *measure, size_t end, size_t count);

#endif
