/* stretches.c - lines, windows of sentences, and anchors. */
#include "curate/stretches.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "text/fold.h"
#include "text/letters.h"
#include "text/segment.h"

enum { GRAM_MAXIMUM = 256 };

static void add(struct buffer *stretches, struct hash128 hash, size_t start, size_t end)
{
    struct stretch stretch = { hash.high, hash.low, (uint32_t)start, (uint32_t)end };
    buffer_append(stretches, &stretch, sizeof stretch);
}

void stretches_add_lines(struct slice text, size_t base, size_t least, struct buffer *stretches)
{
    for (size_t start = 0, end; start < text.length; start = end) {
        end = start + slice_find_byte(slice_from(text, start), '\n');
        struct slice line = text_trim(slice_between(text, start, end));
        end += end < text.length;
        if (line.length >= least && line.length > 0 && utf8_count(line) >= least)
            add(stretches, hash_128(line), base + start, base + end);
    }
}

/* A sentence, and its folded form, which one more byte parts from the next. */
struct sentence {
    size_t start, folded_start, words;
};

static size_t count_folded_words(struct slice folded)
{
    size_t count = folded.length > 0;
    for (size_t i = 0; i < folded.length; i++)
        count += folded.bytes[i] == ' ';
    return count;
}

void stretches_add_sentences(struct slice text, size_t base, size_t window, size_t least, struct buffer *scratch,
                             struct buffer *stretches)
{
    enum { WINDOW_MAXIMUM = 64 };
    struct sentence ring[WINDOW_MAXIMUM];
    struct slice sentence;
    size_t count = 0, words = 0, position = 0;
    ENSURE(window > 0 && window <= WINDOW_MAXIMUM);
    buffer_reset(scratch);
    while (sentence_next(text, &position, &sentence)) {
        struct sentence *here = &ring[count % window];
        words -= count >= window ? here->words : 0;
        here->start = (size_t)(sentence.bytes - text.bytes);
        here->folded_start = scratch->length;
        text_fold(scratch, sentence);
        here->words = count_folded_words(slice_from(buffer_slice(scratch), here->folded_start));
        words += here->words;
        size_t end = scratch->length;
        buffer_append_byte(scratch, '\n');
        const struct sentence *first = &ring[++count % window];
        if (count >= window && words >= least && words > 0)
            add(stretches, hash_128(slice_between(buffer_slice(scratch), first->folded_start, end)),
                base + first->start, base + position);
    }
}

void symbols_open(struct symbols *symbols, struct slice text, bool has_words)
{
    symbols->text = text;
    symbols->has_words = has_words;
    buffer_reset(&symbols->hashes);
    buffer_reset(&symbols->starts);
    for (size_t place = has_words ? white_space_end(text, 0) : text.length; place < text.length;) {
        uint32_t start = (uint32_t)place;
        while (place < text.length && white_space_length(slice_from(text, place)) == 0)
            place++;
        uint64_t hash = hash_64(slice_between(text, start, place), 0);
        buffer_append(&symbols->hashes, &hash, sizeof hash);
        buffer_append(&symbols->starts, &start, sizeof start);
        place = white_space_end(text, place);
    }
    uint32_t end = (uint32_t)text.length;
    buffer_append(&symbols->starts, &end, sizeof end);
}

void symbols_release(struct symbols *symbols)
{
    buffer_release(&symbols->hashes);
    buffer_release(&symbols->starts);
}

size_t symbols_count(const struct symbols *symbols)
{
    return symbols->has_words ? symbols->hashes.length / sizeof(uint64_t) : symbols->text.length;
}

size_t symbols_place(const struct symbols *symbols, size_t number)
{
    uint32_t start;
    if (!symbols->has_words)
        return number;
    memcpy(&start, symbols->starts.bytes + number * sizeof start, sizeof start);
    return start;
}

struct slice symbols_window(const struct symbols *symbols, size_t start, size_t length)
{
    if (!symbols->has_words)
        return slice_between(symbols->text, start, start + length);
    return slice_between(buffer_slice(&symbols->hashes), start * sizeof(uint64_t), (start + length) * sizeof(uint64_t));
}

/* A polynomial over the last `gram` symbols modulo 2^64. */
struct rolling {
    const struct symbols *symbols;
    size_t gram;
    uint64_t oldest; /* the factor of what leaves */
    uint64_t sum;
};

#define ROLLING_FACTOR UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t value_at(const struct symbols *symbols, size_t number)
{
    uint64_t value;
    if (!symbols->has_words)
        return (unsigned char)symbols->text.bytes[number] + UINT64_C(1);
    memcpy(&value, symbols->hashes.bytes + number * sizeof value, sizeof value);
    return value;
}

static inline void roll(struct rolling *rolling, size_t number)
{
    rolling->sum = rolling->sum * ROLLING_FACTOR + value_at(rolling->symbols, number);
    if (number >= rolling->gram)
        rolling->sum -= rolling->oldest * value_at(rolling->symbols, number - rolling->gram);
}

/* Low bits of the polynomial hang on few bits of the symbols. */
static inline uint64_t mix(uint64_t sum)
{
    sum = (sum ^ sum >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return sum ^ sum >> 32;
}

/* The anchor of neighbouring windows. */
struct run {
    size_t gram_start, first_window, last_window;
    uint64_t gram_hash;
};

static void add_run(const struct symbols *symbols, size_t length, const struct run *run, struct buffer *stretches)
{
    size_t end = run->last_window + length;
    uint64_t hash = hash_64(symbols_window(symbols, run->first_window, end - run->first_window),
                            run->gram_start - run->first_window);
    struct stretch stretch = { run->gram_hash, hash, (uint32_t)run->first_window, (uint32_t)end };
    buffer_append(stretches, &stretch, sizeof stretch);
}

/* Hashes of the grams of the last windows, in a ring of a power of two. */
struct ring {
    uint64_t *hashes;
    size_t mask, width; /* grams in a window */
};

/* The last one of the least in the window whose last gram is `newest`. */
static size_t least_gram(const struct ring *ring, size_t newest)
{
    size_t best = newest + 1 - ring->width;
    for (size_t i = best + 1; i <= newest; i++)
        if (ring->hashes[i & ring->mask] <= ring->hashes[best & ring->mask])
            best = i;
    return best;
}

static inline __attribute__((always_inline)) void find_runs(struct rolling *rolling, const struct ring *ring,
                                                            size_t length, struct buffer *stretches)
{
    const struct symbols *symbols = rolling->symbols;
    size_t count = symbols_count(symbols), gram = rolling->gram, best = 0;
    struct run run = { 0 };
    for (size_t i = 0; i + 1 < gram; i++)
        roll(rolling, i);
    for (size_t start = 0; start + gram <= count; start++) {
        roll(rolling, start + gram - 1);
        uint64_t hash = mix(rolling->sum);
        ring->hashes[start & ring->mask] = hash;
        if (hash <= ring->hashes[best & ring->mask])
            best = start;
        if (start + 1 < ring->width)
            continue;
        size_t window = start + 1 - ring->width;
        if (best < window)
            best = least_gram(ring, start);
        if (window > 0 && best == run.gram_start) {
            run.last_window = window;
            continue;
        }
        if (window > 0)
            add_run(symbols, length, &run, stretches);
        run = (struct run){ best, window, window, ring->hashes[best & ring->mask] };
    }
    add_run(symbols, length, &run, stretches);
}

void stretches_add_anchors(const struct symbols *symbols, size_t length, struct buffer *stretches)
{
    size_t gram = length * 5 / 8 < GRAM_MAXIMUM ? length * 5 / 8 : GRAM_MAXIMUM, capacity = 1;
    struct rolling rolling = { .symbols = symbols, .gram = gram, .oldest = 1 };
    struct buffer memory = { 0 };
    ENSURE(length >= STRETCH_LENGTH_MINIMUM);
    if (symbols_count(symbols) < length)
        return;
    for (size_t i = 0; i < gram; i++)
        rolling.oldest *= ROLLING_FACTOR;
    while (capacity < length)
        capacity *= 2;
    struct ring ring = { (uint64_t *)(void *)buffer_reserve(&memory, capacity * sizeof(uint64_t)), capacity - 1,
                         length - gram + 1 };
    find_runs(&rolling, &ring, length, stretches);
    buffer_release(&memory);
}
