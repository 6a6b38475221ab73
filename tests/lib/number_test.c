/* number_test.c - numbers to text and back. */
#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/powers.h"
#include "test.h"

static uint64_t random_state = 99;

static uint64_t next_random(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1d;
}

static double double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool is_same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool is_same_float(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static size_t digit_count(struct slice text)
{
    size_t count = 0, zeros = 0;
    for (size_t i = 0; i < text.length && text.bytes[i] != 'e'; i++) {
        if (text.bytes[i] == '0' && count > 0)
            zeros++;
        else if (text.bytes[i] > '0' && text.bytes[i] <= '9') {
            count += zeros + 1;
            zeros = 0;
        }
    }
    return count;
}

/* The text reads back as the value, and no shorter one does. */
static void expect_shortest_double(double value)
{
    char text[NUMBER_TEXT + 1], trial[64];
    size_t length = number_format_double(value, text);
    EXPECT(length <= NUMBER_TEXT);
    text[length] = '\0';
    double again;
    if (!number_parse_double(slice_of(text, length), &again) || !is_same_double(again, value) ||
        !is_same_double(strtod(text, NULL), value))
        test_fail(__FILE__, __LINE__, "%.17g is written as %s", value, text);
    size_t digits = digit_count(slice_of(text, length));
    for (int precision = 0; precision + 1 < (int)digits; precision++) {
        snprintf(trial, sizeof trial, "%.*e", precision, value);
        if (is_same_double(strtod(trial, NULL), value))
            test_fail(__FILE__, __LINE__, "%s is longer than %s", text, trial);
    }
}

static void expect_shortest_float(float value)
{
    char text[NUMBER_TEXT + 1], trial[64];
    size_t length = number_format_float(value, text);
    text[length] = '\0';
    float again;
    if (number_read_float(slice_of(text, length), &again) != length || !is_same_float(again, value) ||
        !is_same_float(strtof(text, NULL), value))
        test_fail(__FILE__, __LINE__, "%.9g is written as %s", (double)value, text);
    size_t digits = digit_count(slice_of(text, length));
    if (digits < 2)
        return;
    snprintf(trial, sizeof trial, "%.*e", (int)digits - 2, (double)value);
    if (is_same_float(strtof(trial, NULL), value))
        test_fail(__FILE__, __LINE__, "%s is longer than %s", text, trial);
}

TEST(number_write_doubles, "number: doubles of random bits are written shortest and read back exactly")
{
    for (int i = 0; i < 100000; i++) {
        double value = double_of_bits(next_random());
        if (isfinite(value) && value != 0)
            expect_shortest_double(value);
    }
    for (int exponent = 0; exponent < 2047; exponent++)
        for (int change = -1; change <= 1; change++) {
            double value = double_of_bits(((uint64_t)exponent << 52) + (uint64_t)(int64_t)change);
            if (isfinite(value) && value > 0)
                expect_shortest_double(value);
        }
    for (int i = 0; i < 20000; i++) {
        char text[64];
        snprintf(text, sizeof text, "%.*e", (int)(next_random() % 17),
                 ldexp((double)next_random(), (int)(next_random() % 200) - 150));
        expect_shortest_double(strtod(text, NULL));
    }
}

TEST(number_write_floats, "number: floats of random bits are written shortest and read back exactly")
{
    for (int i = 0; i < 300000; i++) {
        float value = float_of_bits((uint32_t)next_random());
        if (isfinite(value) && value != 0)
            expect_shortest_float(value);
    }
    for (uint32_t exponent = 0; exponent < 255; exponent++)
        for (uint32_t fraction = 0; fraction < 3; fraction++) {
            float value = float_of_bits((exponent << 23) + fraction - 1);
            if (isfinite(value) && value > 0)
                expect_shortest_float(value);
        }
}

TEST(number_form, "number: the form is JavaScript's")
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { -0.0, "0" },
        { 1, "1" },
        { -1, "-1" },
        { 0.5, "0.5" },
        { 0.1, "0.1" },
        { 100, "100" },
        { 1e20, "100000000000000000000" },
        { 1e21, "1e+21" },
        { 1.5e21, "1.5e+21" },
        { 123456789012345680000.0, "123456789012345680000" },
        { 1e-6, "0.000001" },
        { 1e-7, "1e-7" },
        { 1.25e-7, "1.25e-7" },
        { 0.00000123, "0.00000123" },
        { 9007199254740992, "9007199254740992" },
        { 1e23, "1e+23" },
        { 5e-324, "5e-324" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { 2.2250738585072014e-308, "2.2250738585072014e-308" },
        { 123456.789, "123456.789" },
        { -1.5, "-1.5" },
        { 4.35, "4.35" },
        { 299792458, "299792458" },
        { 1e22, "1e+22" },
        { 0.3, "0.3" },
        { 2.0 / 3, "0.6666666666666666" },
        { 12345678901234567890.0, "12345678901234567000" },
    };
    char text[NUMBER_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(slice_of(text, number_format_double(cases[i].value, text)), slice_of_string(cases[i].text));
    static const struct {
        float value;
        const char *text;
    } floats[] = { { 0.1f, "0.1" },
                   { 16777216.0f, "16777216" },
                   { 3.4028235e38f, "3.4028235e+38" },
                   { 1e-45f, "1e-45" },
                   { 1.17549435e-38f, "1.1754944e-38" },
                   { -0.0f, "0" },
                   { 33554432.0f, "33554432" },
                   { 1e10f, "10000000000" },
                   { 0.3f, "0.3" } };
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
        EXPECT_SLICE(slice_of(text, number_format_float(floats[i].value, text)), slice_of_string(floats[i].text));
}

static void expect_read_like_libc(const char *text)
{
    double found;
    float single;
    if (!number_parse_double(slice_of_string(text), &found) || !is_same_double(found, strtod(text, NULL)))
        test_fail(__FILE__, __LINE__, "double %s", text);
    if (number_read_float(slice_of_string(text), &single) != strlen(text) || !is_same_float(single, strtof(text, NULL)))
        test_fail(__FILE__, __LINE__, "float %s", text);
}

TEST(number_read, "number: random decimal text is read as libc reads it")
{
    char text[80];
    for (int i = 0; i < 200000; i++) {
        int digits = 1 + (int)(next_random() % 25), point = (int)(next_random() % 30) - 3, length = 0;
        if (next_random() % 2)
            text[length++] = '-';
        if (point <= 0 || point > digits)
            length += snprintf(text + length, 8, "0.");
        for (int j = 0; j < digits; j++) {
            text[length++] = (char)((j == 0 ? '1' : '0') + (int)(next_random() % 9));
            if (j + 1 == point && j + 1 < digits)
                text[length++] = '.';
        }
        if (next_random() % 2)
            length += snprintf(text + length, 16, "e%d", (int)(next_random() % 660) - 345);
        text[length] = '\0';
        expect_read_like_libc(text);
    }
}

TEST(number_read_hard, "number: ties, limits and long texts are rounded correctly")
{
    static const char *const cases[] = {
        "9007199254740993",
        "9007199254740992.999999999999999",
        "9007199254740993.0000000000000000000001",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "2.47e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "4.9406564584124654e-324",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e308",
        "1e309",
        "1e-400",
        "1e400",
        "-1e400",
        "0e999999999999",
        "0.0e-5",
        "1e-323",
        "16777217",
        "16777217.000000001",
        "16777219",
        "3.4028235e38",
        "3.4028235677973366e38",
        "3.4028236e38",
        "1.4e-45",
        "7.006492321624085e-46",
        "7.006492321624086e-46",
        "1.1754943508222875e-38",
        "1e23",
        "8.5e22",
        "0.000000000000000000000000000000000000000000001",
        "100000000000000000000000000000000000000000000000000",
        "123456789012345678901234567890123456789e-20",
        "0.1e1",
        "179769313486231580793e289",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "999999999999999999999",
        "6.631236846766476e-316",
        "3.2378839133029012895883524125015321748630094306e-319",
        "1e00000000000000000005",
        "0.0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001e99",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_read_like_libc(cases[i]);
    /* Half way between two doubles in 770 digits, and a little above. */
    char text[1200];
    int length = snprintf(text, sizeof text, "%.1074f", ldexp(3, -1074));
    for (int i = 0; i < 3; i++) {
        expect_read_like_libc(text);
        text[length - 1] = "516"[i];
        text[length] = '\0';
    }
    length = snprintf(text, sizeof text, "9007199254740993.");
    for (; length < 1100; length++)
        text[length] = '0';
    text[length] = '\0';
    expect_read_like_libc(text);
    text[length - 1] = '1';
    expect_read_like_libc(text);
}

TEST(number_refuses, "number: what is no JSON number is refused, with anything behind it too")
{
    static const char *const cases[] = { "",   "-",  "+1", "01",  "-01", "1.",   ".5",   "1e",  "1e+", "1.e5", "0x1",
                                         "1 ", " 1", "1,", "inf", "nan", "1..2", "1e5.", "--1", "1a",  "00",   "- 1" };
    double value;
    float single;
    int64_t integer;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT(!number_parse_double(slice_of_string(cases[i]), &value));
        size_t length = number_read_float(slice_of_string(cases[i]), &single);
        EXPECT(length == 0 || length < strlen(cases[i]));
        EXPECT(!number_parse_integer(slice_of_string(cases[i]), &integer));
    }
    EXPECT_INTEGER(number_read_double(SLICE("1.5,2"), &value), 3);
    EXPECT(value == 1.5);
}

TEST(number_integer, "number: integers are exact or refused")
{
    int64_t value;
    EXPECT(number_parse_integer(SLICE("-9223372036854775808"), &value));
    EXPECT(value == INT64_MIN);
    EXPECT(number_parse_integer(SLICE("9223372036854775807"), &value));
    EXPECT(value == INT64_MAX);
    EXPECT(number_parse_integer(SLICE("-0"), &value));
    EXPECT_INTEGER(value, 0);
    static const char *const cases[] = {
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1.0", "1e3", "99999999999999999999999"
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT(!number_parse_integer(slice_of_string(cases[i]), &value));
}

TEST(number_size, "number: sizes take binary and decimal units")
{
    static const struct {
        const char *text;
        int64_t bytes;
    } cases[] = { { "0", 0 },
                  { "250000", 250000 },
                  { "64K", 65536 },
                  { "64k", 65536 },
                  { "16MiB", 16777216 },
                  { "1G", 1073741824 },
                  { "2T", 2199023255552 },
                  { "3KB", 3000 },
                  { "3mb", 3000000 },
                  { "5B", 5 },
                  { "1gib", 1073741824 } };
    int64_t bytes;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT(number_parse_size(slice_of_string(cases[i].text), &bytes));
        EXPECT_INTEGER(bytes, cases[i].bytes);
    }
    static const char *const bad[] = { "", "K", "-1", "1.5G", "1KK", "1Ki", "1X", "1 K", "9000000T", "1PB", "1MiX" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT(!number_parse_size(slice_of_string(bad[i]), &bytes));
}

/* A little exact arithmetic, to check the table of powers. */
struct big {
    uint32_t words[48]; /* the lowest first */
};

static void multiply(struct big *number, uint32_t factor)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < 48; i++) {
        carry += (uint64_t)number->words[i] * factor;
        number->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    EXPECT(carry == 0);
}

static void double_times(struct big *number, int times)
{
    for (; times >= 31; times -= 31)
        multiply(number, (uint32_t)1 << 31);
    multiply(number, (uint32_t)1 << times);
}

static void times_ten(struct big *number, int times)
{
    while (times-- > 0)
        multiply(number, 10);
}

static int compare(const struct big *a, const struct big *b)
{
    for (size_t i = 48; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

static struct big big_of(struct power power)
{
    return (struct big){ { (uint32_t)power.low, (uint32_t)(power.low >> 32), (uint32_t)power.high,
                           (uint32_t)(power.high >> 32) } };
}

TEST(number_powers, "number: the powers of ten are the ones that exact arithmetic gives")
{
    for (int exponent = POWER_MINIMUM; exponent <= POWER_MAXIMUM; exponent++) {
        struct power power = power_of_ten(exponent), less = power;
        less.high -= less.low == 0;
        less.low--;
        int shift = power_binary_exponent(exponent) - 127;
        /* power * 2^shift >= 10^exponent > (power - 1) * 2^shift, all made integers */
        struct big upper = big_of(power), lower = big_of(less), exact = { { 1 } };
        times_ten(exponent < 0 ? &upper : &exact, exponent < 0 ? -exponent : exponent);
        times_ten(&lower, exponent < 0 ? -exponent : 0);
        double_times(shift < 0 ? &exact : &upper, shift < 0 ? -shift : shift);
        double_times(&lower, shift < 0 ? 0 : shift);
        EXPECT(power.high >> 63 == 1);
        EXPECT(compare(&upper, &exact) >= 0);
        EXPECT(compare(&lower, &exact) < 0);
        if (exponent >= 0 && exponent <= POWER_EXACT_MAXIMUM)
            EXPECT(compare(&upper, &exact) == 0);
    }
}
