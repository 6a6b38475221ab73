/* tally.h - how often each of many values occurs, in bounded memory.
 *
 * Counts are exact while there are no more values than the limit. Beyond it only values whose hash begins with a zero
 * bit are kept, then two zero bits, and so on: a fair sample of the values, each with its exact count (adaptive
 * sampling, Wegman; Flajolet 1990). Figures of all values are estimates then, with a relative error of about
 * 1.2 / sqrt(limit). What is kept depends on the values alone, not on their order or on how the work was parted:
 * tallies of parts, merged, are the tally of the whole. Not thread safe. */
#ifndef CURATE_TALLY_H
#define CURATE_TALLY_H

#include "base/arena.h"
#include "base/slice.h"

enum { TALLY_TEXT_MAXIMUM = 96 }; /* bytes kept of a value; longer ones are cut at a character */

struct tally_entry {
    uint64_t hash, count;
    struct slice text; /* the tally's; empty when none was given */
};

struct tally {
    size_t limit;
    struct tally_entry *entries; /* count of them, in no order */
    size_t count, capacity;
    uint32_t *slots; /* index + 1 into entries; 0 free */
    unsigned slot_bits;
    unsigned halvings; /* leading zero bits that a hash must have */
    uint64_t total;    /* of all that was added */
    struct arena texts;
};

/* limit: 1 to 2^30. Owned: tally_release(). */
void tally_init(struct tally *tally, size_t limit);
void tally_release(struct tally *tally);

/* The value with that hash_64() occurs `times` more often; text is copied. */
void tally_add(struct tally *tally, struct slice text, uint64_t hash, uint64_t times);
/* By the hash of what is kept of it. */
void tally_add_text(struct tally *tally, struct slice text, uint64_t times);
/* Both have the same limit. */
void tally_merge(struct tally *tally, const struct tally *other);

static inline bool tally_is_exact(const struct tally *tally)
{
    return tally->halvings == 0;
}

/* How many different values there are. */
uint64_t tally_distinct(const struct tally *tally);
/* How many additions were of a value that was there before. */
uint64_t tally_repeats(const struct tally *tally);

/* The kept entries by falling count, then by text; arena. */
const struct tally_entry **tally_ranked(const struct tally *tally, struct arena *arena);

#endif
