/* number_write.c - the shortest decimal that reads back as the same float or double.
 *
 * Schubfach: Giulietti 2021, "The Schubfach way to render doubles". The value and the ends of the interval that rounds
 * to it are scaled by a power of ten so that the interval holds at least one integer and at most a few; rounding to odd
 * keeps the comparisons exact although the power is not. */
#include "base/number.h"
#include "base/powers.h"

__extension__ typedef unsigned __int128 wide;

/* significand x 10^exponent */
struct decimal {
    uint64_t significand;
    int exponent;
};

/* What the two formats differ in: a binary value is significand x 2^exponent. */
struct binary {
    uint64_t significand;
    int exponent;
    bool is_power_of_two; /* the gap below the value is half of the one above */
};

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                  "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                  "8081828384858687888990919293949596979899";

/* floor(significand x power / 2^128), its last bit also set when the product is not exact. */
static uint64_t scale_double(uint64_t significand, struct power power)
{
    wide low = (wide)significand * power.low;
    wide high = (wide)significand * power.high + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/* The same with a power of 64 bits and significands of 32. */
static uint64_t scale_float(uint64_t significand, struct power power)
{
    uint64_t rounded_up = power.high + (power.low != 0);
    wide product = (wide)rounded_up * significand;
    return (uint64_t)(product >> 64) | ((uint32_t)(product >> 32) > 1);
}

/* The paper's Figure 4: one digit less if that is inside the interval, else the nearer neighbour. */
static inline struct decimal shortest(struct binary value, uint64_t (*scale)(uint64_t, struct power))
{
    /* floor(log10(2^exponent)), or of 3/4 of it */
    int exponent = (value.exponent * 1262611 - (value.is_power_of_two ? 524031 : 0)) >> 22;
    int shift = value.exponent + power_binary_exponent(-exponent) + 1;
    struct power power = power_of_ten(-exponent);
    uint64_t middle = 4 * value.significand;
    uint64_t is_open = value.significand & 1; /* a tie goes to the even neighbour: the ends belong to even values */
    uint64_t lower = scale((middle - 2 + value.is_power_of_two) << shift, power) + is_open;
    uint64_t upper = scale((middle + 2) << shift, power) - is_open;
    uint64_t scaled = scale(middle << shift, power);
    uint64_t below = scaled / 4;
    if (below >= 10) {
        uint64_t tens = below / 10;
        bool is_below_inside = lower <= 40 * tens, is_above_inside = 40 * tens + 40 <= upper;
        if (is_below_inside != is_above_inside)
            return (struct decimal){ tens + is_above_inside, exponent + 1 };
    }
    bool is_below_inside = lower <= 4 * below, is_above_inside = 4 * below + 4 <= upper;
    if (is_below_inside != is_above_inside)
        return (struct decimal){ below + is_above_inside, exponent };
    uint64_t half = 4 * below + 2;
    bool is_up = scaled > half || (scaled == half && (below & 1));
    return (struct decimal){ below + is_up, exponent };
}

static struct decimal shortest_double(struct binary value)
{
    return shortest(value, scale_double);
}

static struct decimal shortest_float(struct binary value)
{
    return shortest(value, scale_float);
}

static struct decimal without_zeros(struct decimal decimal)
{
    while (decimal.significand % 10 == 0) {
        decimal.significand /= 10;
        decimal.exponent++;
    }
    return decimal;
}

/* Decimal digits of a number above 0. */
static int count_digits(uint64_t number)
{
    /* clang-format off */
    static const uint64_t powers[] = {
        0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
        1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
    };
    /* clang-format on */
    int estimate = (64 - __builtin_clzll(number)) * 1233 >> 12; /* log10(2) is about 1233 / 4096 */
    return estimate + (number >= powers[estimate]);
}

/* The digits, the last one at end[-1]. */
static void write_digits(uint64_t number, char *end)
{
    for (; number >= 100; number /= 100) {
        end -= 2;
        memcpy(end, digit_pairs + number % 100 * 2, 2);
    }
    if (number >= 10)
        memcpy(end - 2, digit_pairs + number * 2, 2);
    else
        end[-1] = (char)('0' + number);
}

static char *write_exponent(char *next, int exponent)
{
    *next++ = 'e';
    *next++ = exponent < 0 ? '-' : '+';
    unsigned number = (unsigned)(exponent < 0 ? -exponent : exponent);
    if (number >= 100)
        *next++ = (char)('0' + number / 100);
    if (number >= 10)
        *next++ = (char)('0' + number / 10 % 10);
    *next++ = (char)('0' + number % 10);
    return next;
}

/* Where the point goes is JavaScript's rule (ECMA-262, Number::toString). */
static size_t write_decimal(struct decimal decimal, bool is_negative, char text[NUMBER_TEXT])
{
    static const char zeros[] = { '0', '.', '0', '0', '0', '0', '0' };
    int count = count_digits(decimal.significand), point = count + decimal.exponent;
    char *next = text;
    *next = '-';
    next += is_negative;
    if (point > -6 && point <= 0) {
        memcpy(next, zeros, sizeof zeros);
        next += 2 - point + count;
        write_digits(decimal.significand, next);
        return (size_t)(next - text);
    }
    if (point >= count && point <= 21) {
        write_digits(decimal.significand, next + count);
        memset(next + count, '0', (size_t)(point - count));
        return (size_t)(next + point - text);
    }
    /* One place more than needed: the digits before the point move there. */
    write_digits(decimal.significand, next + 1 + count);
    int before = point > 0 && point <= 21 ? point : 1;
    for (int i = 0; i < before; i++)
        next[i] = next[i + 1];
    next[before] = '.';
    next += count > before ? count + 1 : count;
    return (size_t)((before == point ? next : write_exponent(next, point - 1)) - text);
}

size_t number_format_float(float value, char text[NUMBER_TEXT])
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t fraction = bits & 0x7fffff, exponent = bits >> 23 & 0xff;
    if ((bits & 0x7fffffff) == 0) {
        text[0] = '0';
        return 1;
    }
    struct binary binary = { .significand = exponent ? fraction | 0x800000 : fraction,
                             .exponent = (int)(exponent ? exponent : 1) - 150,
                             .is_power_of_two = fraction == 0 && exponent > 1 };
    struct decimal decimal;
    /* Integers below 2^24 have one form, and it is themselves. */
    if (binary.exponent <= 0 && binary.exponent > -24 &&
        (binary.significand & (((uint64_t)1 << -binary.exponent) - 1)) == 0)
        decimal = (struct decimal){ binary.significand >> -binary.exponent, 0 };
    else
        decimal = without_zeros(shortest_float(binary));
    return write_decimal(decimal, bits >> 31, text);
}

size_t number_format_double(double value, char text[NUMBER_TEXT])
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t fraction = bits & 0xfffffffffffff, exponent = bits >> 52 & 0x7ff;
    if (bits << 1 == 0) {
        text[0] = '0';
        return 1;
    }
    struct binary binary = { .significand = exponent ? fraction | (uint64_t)1 << 52 : fraction,
                             .exponent = (int)(exponent ? exponent : 1) - 1075,
                             .is_power_of_two = fraction == 0 && exponent > 1 };
    struct decimal decimal;
    if (binary.exponent <= 0 && binary.exponent > -53 &&
        (binary.significand & (((uint64_t)1 << -binary.exponent) - 1)) == 0)
        decimal = (struct decimal){ binary.significand >> -binary.exponent, 0 };
    else
        decimal = without_zeros(shortest_double(binary));
    return write_decimal(decimal, bits >> 63, text);
}
