/* utf8_avx2.c - UTF-8 checked and counted 64 bytes at a time. */
#include "base/utf8_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt")))

/* Keiser and Lemire 2021, "Validating UTF-8 in less than one instruction per byte": three tables, looked up by the
 * halves of two neighbouring bytes, have a bit in common where the pair is wrong. */
enum {
    TOO_SHORT = 1 << 0,    /* a lead without its continuation */
    TOO_LONG = 1 << 1,     /* a continuation behind ASCII */
    OVERLONG_3 = 1 << 2,   /* e0, then below a0 */
    TOO_LARGE = 1 << 3,    /* f4, then 90 and above; f5 and above */
    SURROGATE = 1 << 4,    /* ed, then a0 and above */
    OVERLONG_2 = 1 << 5,   /* c0, c1 */
    OVERLONG_4 = 1 << 6,   /* f0, then below 90; f5 and above, then below 90 */
    CONTINUATION = 1 << 7, /* two of them: right only as third or fourth byte */
    ANY_LOW = TOO_SHORT | TOO_LONG | CONTINUATION,
    LARGE = ANY_LOW | TOO_LARGE | OVERLONG_4
};

#define TWICE(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)                                                          \
    _mm256_setr_epi8((char)(a), (char)(b), (char)(c), (char)(d), (char)(e), (char)(f), (char)(g), (char)(h),           \
                     (char)(i), (char)(j), (char)(k), (char)(l), (char)(m), (char)(n), (char)(o), (char)(p),           \
                     (char)(a), (char)(b), (char)(c), (char)(d), (char)(e), (char)(f), (char)(g), (char)(h),           \
                     (char)(i), (char)(j), (char)(k), (char)(l), (char)(m), (char)(n), (char)(o), (char)(p))

AVX2 static inline __m256i high_half(__m256i bytes)
{
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0f));
}

/* Not zero where a byte does not fit those before it. before: the 32 bytes in front. */
AVX2 static inline __m256i faults(__m256i bytes, __m256i before)
{
    const __m256i first_high = TWICE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
                                     CONTINUATION, CONTINUATION, CONTINUATION, CONTINUATION, TOO_SHORT | OVERLONG_2,
                                     TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | OVERLONG_4);
    const __m256i first_low = TWICE(ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4, ANY_LOW | OVERLONG_2, ANY_LOW,
                                    ANY_LOW, ANY_LOW | TOO_LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE,
                                    LARGE, LARGE | SURROGATE, LARGE, LARGE);
    const int continuation = TOO_LONG | OVERLONG_2 | CONTINUATION;
    const __m256i second_high = TWICE(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                                      TOO_SHORT, continuation | OVERLONG_3 | OVERLONG_4,
                                      continuation | OVERLONG_3 | TOO_LARGE, continuation | SURROGATE | TOO_LARGE,
                                      continuation | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);
    __m256i joined = _mm256_permute2x128_si256(before, bytes, 0x21);
    __m256i one_before = _mm256_alignr_epi8(bytes, joined, 15);
    __m256i two_before = _mm256_alignr_epi8(bytes, joined, 14);
    __m256i three_before = _mm256_alignr_epi8(bytes, joined, 13);
    __m256i pair = _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(first_high, high_half(one_before)),
                         _mm256_shuffle_epi8(first_low, _mm256_and_si256(one_before, _mm256_set1_epi8(0x0f)))),
        _mm256_shuffle_epi8(second_high, high_half(bytes)));
    /* The third and fourth bytes of a character: exactly there two continuations are right. */
    __m256i third = _mm256_subs_epu8(two_before, _mm256_set1_epi8((char)(0xe0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(three_before, _mm256_set1_epi8((char)(0xf0 - 0x80)));
    __m256i expected = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    return _mm256_xor_si256(pair, expected);
}

AVX2 static inline __m256i load(const char *bytes)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

AVX2 static inline bool is_faulty(__m256i first, __m256i second, __m256i before)
{
    __m256i all = _mm256_or_si256(faults(first, before), faults(second, first));
    return !_mm256_testz_si256(all, all);
}

static bool ends_inside_character(struct slice text)
{
    const unsigned char *end = (const unsigned char *)text.bytes + text.length;
    return end[-1] >= 0xc0 || end[-2] >= 0xe0 || end[-3] >= 0xf0;
}

AVX2 size_t utf8_valid_blocks_avx2(struct slice text)
{
    bool was_ascii = true;
    size_t position = 0;
    while (position < text.length) {
        /* The last block overlaps the one before it. */
        if (text.length - position < UTF8_KERNEL_BYTES)
            position = text.length - UTF8_KERNEL_BYTES;
        const char *place = text.bytes + position;
        __m256i first = load(place), second = load(place + 32);
        bool is_ascii = _mm256_movemask_epi8(_mm256_or_si256(first, second)) == 0;
        if (!is_ascii || !was_ascii) {
            __m256i before = position >= 32 ? load(place - 32) : _mm256_setzero_si256();
            if (is_faulty(first, second, before))
                return position;
        }
        was_ascii = is_ascii;
        position += UTF8_KERNEL_BYTES;
    }
    return !was_ascii && ends_inside_character(text) ? text.length - 3 : text.length;
}

AVX2 size_t utf8_count_avx2(struct slice text)
{
    size_t count = 0, position = 0;
    for (; text.length - position >= 32; position += 32) {
        /* Continuations are the signed bytes from -128 to -65. */
        __m256i starts = _mm256_cmpgt_epi8(load(text.bytes + position), _mm256_set1_epi8(-65));
        count += (size_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(starts));
    }
    for (; position < text.length; position++)
        count += ((unsigned char)text.bytes[position] & 0xc0) != 0x80;
    return count;
}
#endif
