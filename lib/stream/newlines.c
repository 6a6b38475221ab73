/* newlines.c - how many newlines, 64 bytes a step. */
#include "stream/newlines.h"

#include "base/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

size_t newlines_count_scalar(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.bytes[i] == '\n';
    return count;
}

#if defined(__x86_64__)
__attribute__((target("avx2,popcnt"))) static size_t count_avx2(struct slice text)
{
    const __m256i newline = _mm256_set1_epi8('\n');
    size_t count = 0;
    size_t i = 0;
    for (; i + 64 <= text.length; i += 64) {
        __m256i first = _mm256_loadu_si256((const __m256i_u *)(text.bytes + i));
        __m256i second = _mm256_loadu_si256((const __m256i_u *)(text.bytes + i + 32));
        unsigned low = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(first, newline));
        unsigned high = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(second, newline));
        count += (size_t)__builtin_popcount(low) + (size_t)__builtin_popcount(high);
    }
    return count + newlines_count_scalar(slice_from(text, i));
}
#endif

size_t newlines_count(struct slice text)
{
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2)
        return count_avx2(text);
#endif
    return newlines_count_scalar(text);
}
