/* find_avx2.c - substring search 32 positions at a time. */
#include "base/find_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

/* Positions where the first and the last byte of wanted stand at the right distance are few; only there the bytes
 * between are compared. (Mula 2016, "SIMD-friendly algorithms for substring searching".) Text made to fool it would
 * cost text x wanted: each candidate that fails draws on a budget that grows with the way made. */
__attribute__((target("avx2,bmi"))) size_t find_avx2(struct slice whole, struct slice wanted, size_t *resume)
{
    const __m256i first = _mm256_set1_epi8(wanted.bytes[0]);
    const __m256i last = _mm256_set1_epi8(wanted.bytes[wanted.length - 1]);
    size_t starts = whole.length - wanted.length + 1, spent = 0, position = 0;
    for (; starts - position >= 32; position += 32) {
        const char *place = whole.bytes + position;
        __m256i heads = _mm256_loadu_si256((const __m256i *)(const void *)place);
        __m256i tails = _mm256_loadu_si256((const __m256i *)(const void *)(place + wanted.length - 1));
        __m256i both = _mm256_and_si256(_mm256_cmpeq_epi8(heads, first), _mm256_cmpeq_epi8(tails, last));
        for (uint32_t mask = (uint32_t)_mm256_movemask_epi8(both); mask; mask &= mask - 1) {
            size_t start = position + (size_t)__builtin_ctz(mask);
            if (memcmp(whole.bytes + start, wanted.bytes, wanted.length) == 0)
                return start;
            spent += wanted.length;
        }
        if (spent > FIND_BUDGET_BYTES + 8 * position)
            break;
    }
    *resume = position;
    return whole.length;
}
#endif
