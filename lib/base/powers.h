/* powers.h - powers of ten to 128 bits, for reading and writing numbers; private to the module. */
#ifndef BASE_POWERS_H
#define BASE_POWERS_H

#include <stdint.h>

enum { POWER_MINIMUM = -342, POWER_MAXIMUM = 324, POWER_EXACT_MAXIMUM = 55 };

/* 10^q = (high * 2^64 + low) * 2^(floor(log2(10^q)) - 127), rounded up; exact for q from 0 to POWER_EXACT_MAXIMUM. */
struct power {
    uint64_t high; /* the top bit is set */
    uint64_t low;
};

extern const struct power powers_of_ten[POWER_MAXIMUM - POWER_MINIMUM + 1];

static inline struct power power_of_ten(int exponent)
{
    return powers_of_ten[exponent - POWER_MINIMUM];
}

/* floor(log2(10^exponent)) for |exponent| <= 1233. */
static inline int power_binary_exponent(int exponent)
{
    return (exponent * 1741647) >> 19;
}

#endif
