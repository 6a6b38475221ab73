/* number_read.c - decimal text to the nearest double, float or integer.
 *
 * Eisel and Lemire (Lemire 2021, "Number parsing at a gigabyte per second"): the digits times a power of ten to 128
 * bits give the correctly rounded result for up to 19 digits, always (Mushtak and Lemire 2023, "Fast number parsing
 * without fallback"). More digits are cut off; when the cut could matter, libc decides, with the C locale. */
#define _GNU_SOURCE /* strtod_l */
#include <locale.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/number.h"
#include "base/powers.h"

__extension__ typedef unsigned __int128 wide;

enum {
    SIGNIFICANT_DIGITS = 19, /* always fit 64 bits */
    DECISIVE_DIGITS = 800,   /* more never change a double, but for being there (767 is the exact bound) */
    EXPONENT_LIMIT = 1000000000
};

/* significand x 10^exponent, and what of the text was left out. */
struct decimal {
    uint64_t significand;
    int64_t exponent;
    bool is_negative;
    bool is_cut; /* digits that are not all zero are missing behind the significand */
};

struct format {
    int fraction_bits;
    int exponent_bias;
    int exponent_infinite;
    int tie_minimum, tie_maximum;     /* the powers of ten for which the product can lie exactly between two values */
    int power_minimum, power_maximum; /* below: zero; above: infinite */
};

static const struct format double_format = { 52, 1023, 0x7ff, -4, 23, -342, 308 };
static const struct format float_format = { 23, 127, 0xff, -17, 10, -64, 38 };

static bool is_digit(char byte)
{
    return (unsigned char)(byte - '0') < 10;
}

/* Eight digits at once: pairs, then fours, then all. *number grows by them. */
static bool read_eight(const char *bytes, uint64_t *number)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    if (((word + 0x4646464646464646) | (word - 0x3030303030303030)) & 0x8080808080808080)
        return false;
    word -= 0x3030303030303030;
    word = word * 10 + (word >> 8);
    word =
        ((word & 0x000000ff000000ff) * 0x000f424000000064 + (word >> 16 & 0x000000ff000000ff) * 0x0000271000000001) >>
        32;
    *number = *number * 100000000 + (uint32_t)word;
    return true;
}

static const char *read_digits(const char *next, const char *end, uint64_t *number)
{
    while (end - next >= 8 && read_eight(next, number))
        next += 8;
    for (; next < end && is_digit(*next); next++)
        *number = *number * 10 + (uint64_t)(*next - '0');
    return next;
}

/* Reads the digits again when they may be too many for 64 bits. */
static void read_cut_digits(const char *next, const char *end, struct decimal *decimal)
{
    int count = 0;
    bool is_behind_point = false;
    decimal->significand = 0;
    decimal->exponent = 0;
    for (; next < end; next++) {
        if (*next == '.') {
            is_behind_point = true;
        } else if (count < SIGNIFICANT_DIGITS) {
            decimal->significand = decimal->significand * 10 + (uint64_t)(*next - '0');
            decimal->exponent -= is_behind_point;
            count += decimal->significand != 0;
        } else {
            decimal->is_cut |= *next != '0';
            decimal->exponent += !is_behind_point;
        }
    }
}

static const char *read_exponent(const char *next, const char *end, int64_t *exponent)
{
    bool is_negative = next < end && *next == '-';
    next += next < end && (*next == '-' || *next == '+');
    int64_t value = 0;
    const char *first = next;
    for (; next < end && is_digit(*next); next++)
        value = value < EXPONENT_LIMIT ? value * 10 + (*next - '0') : value;
    *exponent += is_negative ? -value : value;
    return next == first ? NULL : next;
}

/* The grammar of RFC 8259. Returns the end of the number, NULL when there is none. */
static const char *read_decimal(struct slice text, struct decimal *decimal)
{
    const char *next = text.bytes, *end = text.bytes + text.length;
    *decimal = (struct decimal){ .is_negative = next < end && *next == '-' };
    next += decimal->is_negative;
    const char *first = next;
    next = read_digits(next, end, &decimal->significand);
    if (next == first || (*first == '0' && next > first + 1))
        return NULL;
    const char *digits_end = next;
    if (next < end && *next == '.') {
        const char *fraction = next + 1;
        next = read_digits(fraction, end, &decimal->significand);
        if (next == fraction)
            return NULL;
        decimal->exponent = fraction - next;
        digits_end = next;
    }
    if (digits_end - first > SIGNIFICANT_DIGITS)
        read_cut_digits(first, digits_end, decimal);
    if (next < end && (*next == 'e' || *next == 'E'))
        next = read_exponent(next + 1, end, &decimal->exponent);
    return next;
}

/* significand (with its top bit set) times the power, rounded down: the upper 128 bits, exact in those that count. */
static wide product_of(uint64_t significand, int exponent, int bits)
{
    struct power power = power_of_ten(exponent);
    if (exponent > POWER_EXACT_MAXIMUM) { /* the proof wants these rounded down */
        power.high -= power.low == 0;
        power.low--;
    }
    wide product = (wide)significand * power.high;
    uint64_t mask = UINT64_MAX >> bits;
    if (((uint64_t)(product >> 64) & mask) == mask)
        product += (uint64_t)((wide)significand * power.low >> 64);
    return product;
}

/* The bits of the value nearest to significand x 10^exponent, without the sign. */
static uint64_t nearest(const struct format *format, uint64_t significand, int64_t decimal_exponent)
{
    uint64_t infinite = (uint64_t)format->exponent_infinite << format->fraction_bits;
    if (significand == 0 || decimal_exponent < format->power_minimum)
        return 0;
    if (decimal_exponent > format->power_maximum)
        return infinite;
    int exponent = (int)decimal_exponent, zeros = __builtin_clzll(significand);
    wide product = product_of(significand << zeros, exponent, format->fraction_bits + 3);
    uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
    int upper = (int)(high >> 63), shift = upper + 64 - format->fraction_bits - 3;
    uint64_t fraction = high >> shift; /* one bit more than is kept */
    int64_t binary = power_binary_exponent(exponent) + 63 + upper - zeros + format->exponent_bias;
    if (binary <= 0) {
        if (binary <= -63)
            return 0;
        fraction >>= 1 - binary;
        return (fraction + (fraction & 1)) >> 1; /* may round up to the smallest normal value, whose bits follow */
    }
    bool may_be_tie = low <= 1 && exponent >= format->tie_minimum && exponent <= format->tie_maximum;
    if (may_be_tie && (fraction & 3) == 1 && fraction << shift == high)
        fraction--;
    fraction = (fraction + (fraction & 1)) >> 1;
    /* The hidden bit adds one to the exponent, and so does a carry out of the fraction. */
    uint64_t bits = ((uint64_t)(binary - 1) << format->fraction_bits) + fraction;
    return bits < infinite ? bits : infinite;
}

/* Rounding of the rare text whose first 19 digits do not decide. */
static double by_libc(const char *next, const char *end, float *single)
{
    char copy[DECISIVE_DIGITS + 32];
    size_t length = 0;
    int64_t exponent = 0;
    bool is_behind_point = false, is_rest_zero = true;
    for (; next < end && (is_digit(*next) || *next == '.'); next++) {
        if (*next == '.') {
            is_behind_point = true;
        } else if (length < DECISIVE_DIGITS) {
            copy[length] = *next;
            length += length > 0 || *next != '0';
            exponent -= is_behind_point;
        } else {
            is_rest_zero &= *next == '0';
            exponent += !is_behind_point;
        }
    }
    if (!is_rest_zero) {
        copy[length++] = '1';
        exponent--;
    }
    if (next < end)
        read_exponent(next + 1, end, &exponent);
    struct buffer text = { 0 };
    buffer_append(&text, copy, length);
    buffer_append_byte(&text, 'e');
    buffer_append_decimal(&text, exponent);
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double value = single ? 0 : strtod_l(text.bytes, NULL, locale);
    if (single)
        *single = strtof_l(text.bytes, NULL, locale);
    freelocale(locale);
    buffer_release(&text);
    return value;
}

size_t number_read_double(struct slice text, double *value)
{
    struct decimal decimal;
    const char *end = read_decimal(text, &decimal);
    if (!end)
        return 0;
    uint64_t bits = nearest(&double_format, decimal.significand, decimal.exponent);
    if (decimal.is_cut && bits != nearest(&double_format, decimal.significand + 1, decimal.exponent)) {
        *value = by_libc(text.bytes + decimal.is_negative, end, NULL);
        memcpy(&bits, value, sizeof bits);
    }
    bits |= (uint64_t)decimal.is_negative << 63;
    memcpy(value, &bits, sizeof bits);
    return (size_t)(end - text.bytes);
}

size_t number_read_float(struct slice text, float *value)
{
    struct decimal decimal;
    const char *end = read_decimal(text, &decimal);
    if (!end)
        return 0;
    uint32_t bits = (uint32_t)nearest(&float_format, decimal.significand, decimal.exponent);
    if (decimal.is_cut && bits != (uint32_t)nearest(&float_format, decimal.significand + 1, decimal.exponent)) {
        by_libc(text.bytes + decimal.is_negative, end, value);
        memcpy(&bits, value, sizeof bits);
    }
    bits |= (uint32_t)decimal.is_negative << 31;
    memcpy(value, &bits, sizeof bits);
    return (size_t)(end - text.bytes);
}

bool number_parse_double(struct slice text, double *value)
{
    return text.length > 0 && number_read_double(text, value) == text.length;
}
