/* estimate_classes.c - the kernels that class 64 bytes for the token estimate. */
#include "text/estimate.h"

#include <stddef.h>

#include "base/cpu.h"

/* The number of a letter, 1 to 26, and something harmless for other bytes: what the SIMD kernel sees too. */
static unsigned letter_of(unsigned char byte)
{
    return byte & 0x1fu;
}

void classify_bytes_scalar(const unsigned char *bytes, const struct estimate_pairs *pairs, struct byte_classes *classes)
{
    *classes = (struct byte_classes){ 0 };
    for (unsigned i = 0; i < 64; i++) {
        unsigned char byte = bytes[i], before = *(bytes + i - 1);
        uint64_t bit = (uint64_t)1 << i;
        if (byte >= 'a' && byte <= 'z')
            classes->lower |= bit;
        else if (byte >= 'A' && byte <= 'Z')
            classes->upper |= bit;
        else if (byte >= '0' && byte <= '9')
            classes->digit |= bit;
        else if (byte == ' ' || byte == '\t' || byte == '\v' || byte == '\f')
            classes->blank |= bit;
        else if (byte == '\n' || byte == '\r')
            classes->newline |= bit;
        else if (byte >= 0x80)
            classes->high |= bit;
        if (byte == before)
            classes->same |= bit;
        unsigned letter = letter_of(byte);
        if (pairs->quarters[letter >> 3][letter_of(before)] >> (letter & 7) & 1)
            classes->pair |= bit;
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i load_twice(const uint8_t *bytes)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)bytes));
}

/* The rows of quarter q for 32 first letters: a look-up of 32 entries by two of 16. pshufb gives 0 where bit 7 of the
 * index is set, so each half answers for its own letters only. */
AVX2 static inline __m256i look_up(const uint8_t table[32], __m256i low_index, __m256i high_index)
{
    return _mm256_or_si256(_mm256_shuffle_epi8(load_twice(table), low_index),
                           _mm256_shuffle_epi8(load_twice(table + 16), high_index));
}

AVX2 static inline uint32_t rare_pairs(__m256i bytes, __m256i before, const struct estimate_pairs *pairs)
{
    const __m256i low5 = _mm256_set1_epi8(0x1f);
    __m256i first = _mm256_and_si256(before, low5), second = _mm256_and_si256(bytes, low5);
    __m256i low_index = _mm256_or_si256(first, _mm256_cmpgt_epi8(first, _mm256_set1_epi8(15)));
    __m256i high_index = _mm256_sub_epi8(first, _mm256_set1_epi8(16)); /* bit 7 set for the lower half */
    __m256i quarter = _mm256_and_si256(second, _mm256_set1_epi8(0x18));
    __m256i row = _mm256_setzero_si256();
    for (int q = 0; q < 4; q++) {
        __m256i is_here = _mm256_cmpeq_epi8(quarter, _mm256_set1_epi8((char)(q << 3)));
        row = _mm256_or_si256(row, _mm256_and_si256(is_here, look_up(pairs->quarters[q], low_index, high_index)));
    }
    const __m256i bits = _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16,
                                          32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
    __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(second, _mm256_set1_epi8(7)));
    __m256i is_none = _mm256_cmpeq_epi8(_mm256_and_si256(row, bit), _mm256_setzero_si256());
    return ~(uint32_t)_mm256_movemask_epi8(is_none);
}

AVX2 static inline uint32_t in_range(__m256i bytes, char first, char last)
{
    __m256i above = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8((char)(first - 1)));
    __m256i below = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(last + 1)), bytes);
    return (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(above, below));
}

AVX2 static inline uint32_t equal(__m256i bytes, char wanted)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(wanted)));
}

AVX2 static inline void classify_half(const unsigned char *bytes, const struct estimate_pairs *pairs, unsigned shift,
                                      struct byte_classes *classes)
{
    __m256i here = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i before = _mm256_loadu_si256((const __m256i *)(const void *)(bytes - 1));
    uint32_t newline = equal(here, '\n') | equal(here, '\r');
    uint32_t white = in_range(here, '\t', '\r') | equal(here, ' ');
    classes->upper |= (uint64_t)in_range(here, 'A', 'Z') << shift;
    classes->lower |= (uint64_t)in_range(here, 'a', 'z') << shift;
    classes->digit |= (uint64_t)in_range(here, '0', '9') << shift;
    classes->blank |= (uint64_t)(white & ~newline) << shift;
    classes->newline |= (uint64_t)newline << shift;
    classes->high |= (uint64_t)(uint32_t)_mm256_movemask_epi8(here) << shift;
    classes->same |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(here, before)) << shift;
    classes->pair |= (uint64_t)rare_pairs(here, before, pairs) << shift;
}

AVX2 void classify_bytes_avx2(const unsigned char *bytes, const struct estimate_pairs *pairs,
                              struct byte_classes *classes)
{
    *classes = (struct byte_classes){ 0 };
    classify_half(bytes, pairs, 0, classes);
    classify_half(bytes + 32, pairs, 32, classes);
}
#endif

classify_bytes_function *classify_bytes(void)
{
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2)
        return classify_bytes_avx2;
#endif
    return classify_bytes_scalar;
}
