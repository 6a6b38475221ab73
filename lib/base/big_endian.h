/* big_endian.h - numbers as bytes, the highest one first: their order as bytes is their order. */
#ifndef BASE_BIG_ENDIAN_H
#define BASE_BIG_ENDIAN_H

#include "base/slice.h"

enum { BIG_ENDIAN_BYTES = 8 /* of a whole number */ };

/* The lowest `count` bytes of a number. */
static inline void big_endian_write(uint64_t number, char *bytes, size_t count)
{
    for (; count > 0; number >>= 8)
        bytes[--count] = (char)number;
}

/* The number in the first `count` bytes, all of which are there. */
static inline uint64_t big_endian_read(struct slice bytes, size_t count)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++)
        number = number << 8 | (unsigned char)bytes.bytes[i];
    return number;
}

#endif
