/* byte_masks.h - what the bytes of a text are, a bit a byte: for loops over words that see only where they begin and
 * end; private to the module. */
#ifndef CURATE_BYTE_MASKS_H
#define CURATE_BYTE_MASKS_H

#include <stdint.h>

#include "base/slice.h"

enum { MASK_BYTES = 64 };

/* Bit i is byte i of 64. */
struct byte_masks {
    uint64_t white;               /* white space, of all scripts */
    uint64_t letter, digit, hash; /* of ASCII */
    uint64_t high;                /* beyond ASCII */
};

/* masks: room for text.length / 64 + 1 blocks. Behind the text all is white. The same on every CPU. */
void byte_masks_fill(struct slice text, struct byte_masks *masks);

/* The first place from `place` on that is white, or is not: the length of the text if there is none. */
static inline size_t mask_find(const struct byte_masks *masks, size_t place, size_t length, bool is_white)
{
    size_t block = place / MASK_BYTES;
    uint64_t flip = is_white ? 0 : UINT64_MAX, bits;
    for (bits = (masks[block].white ^ flip) & UINT64_MAX << place % MASK_BYTES; bits == 0;
         bits = masks[block].white ^ flip)
        if (++block > length / MASK_BYTES)
            return length;
    place = block * MASK_BYTES + (size_t)__builtin_ctzll(bits);
    return place < length ? place : length;
}

#endif
