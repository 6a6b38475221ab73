/* kernels.c - inner products and squared distances: scalar, AVX2, AVX-512, one order of summation. */
#include "index/kernels.h"

#include <stdbool.h>
#include <stdint.h>

enum { LANES = 32 };
#define INLINE static inline __attribute__((always_inline))

/* What one pair of elements adds. Each kernel is written once and made twice: is_distance is a constant where it is
 * used. */
INLINE float term(float a, float b, bool is_distance)
{
    float difference = a - b;
    return is_distance ? difference * difference : a * b;
}

INLINE float sum_scalar(const float *a, const float *b, size_t dimension, bool is_distance)
{
    float lanes[LANES] = { 0 };
    size_t i = 0;
    for (; i + LANES <= dimension; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            lanes[lane] += term(a[i + lane], b[i + lane], is_distance);
    for (size_t lane = 0; i + lane < dimension; lane++)
        lanes[lane] += term(a[i + lane], b[i + lane], is_distance);
    for (size_t width = LANES / 2; width; width /= 2)
        for (size_t lane = 0; lane < width; lane++)
            lanes[lane] += lanes[lane + width];
    return lanes[0];
}

static float dot_scalar(const float *a, const float *b, size_t dimension)
{
    return sum_scalar(a, b, dimension, false);
}

static float distance_scalar(const float *a, const float *b, size_t dimension)
{
    return sum_scalar(a, b, dimension, true);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2   __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512dq,avx512vl")))

AVX2 INLINE __m256 term_avx2(__m256 a, __m256 b, bool is_distance)
{
    __m256 difference = _mm256_sub_ps(a, b);
    return is_distance ? _mm256_mul_ps(difference, difference) : _mm256_mul_ps(a, b);
}

/* Elements [from, from + 8) of the `left` that are left; zeros for what is not there. */
AVX2 INLINE __m256 tail_avx2(const float *a, const float *b, size_t left, size_t from, bool is_distance)
{
    static const int32_t bits[16] = { -1, -1, -1, -1, -1, -1, -1, -1 };
    size_t count = left <= from ? 0 : left - from < 8 ? left - from : 8;
    __m256i mask = _mm256_loadu_si256((const __m256i *)(const void *)(bits + 8 - count));
    return term_avx2(_mm256_maskload_ps(a + from, mask), _mm256_maskload_ps(b + from, mask), is_distance);
}

AVX2 INLINE float sum_avx2(const float *a, const float *b, size_t dimension, bool is_distance)
{
    __m256 sums[4] = { _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps() };
    size_t i = 0;
    for (; i + LANES <= dimension; i += LANES)
        for (size_t part = 0; part < 4; part++)
            sums[part] = _mm256_add_ps(sums[part], term_avx2(_mm256_loadu_ps(a + i + part * 8),
                                                             _mm256_loadu_ps(b + i + part * 8), is_distance));
    if (i < dimension)
        for (size_t part = 0; part < 4; part++)
            sums[part] = _mm256_add_ps(sums[part], tail_avx2(a + i, b + i, dimension - i, part * 8, is_distance));
    __m256 eight = _mm256_add_ps(_mm256_add_ps(sums[0], sums[2]), _mm256_add_ps(sums[1], sums[3]));
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

AVX2 static float dot_avx2(const float *a, const float *b, size_t dimension)
{
    return sum_avx2(a, b, dimension, false);
}

AVX2 static float distance_avx2(const float *a, const float *b, size_t dimension)
{
    return sum_avx2(a, b, dimension, true);
}

AVX512 INLINE __m512 term_avx512(__m512 a, __m512 b, bool is_distance)
{
    __m512 difference = _mm512_sub_ps(a, b);
    return is_distance ? _mm512_mul_ps(difference, difference) : _mm512_mul_ps(a, b);
}

AVX512 INLINE __m512 tail_avx512(const float *a, const float *b, size_t left, size_t from, bool is_distance)
{
    size_t count = left <= from ? 0 : left - from < 16 ? left - from : 16;
    __mmask16 mask = (__mmask16)((1u << count) - 1);
    return term_avx512(_mm512_maskz_loadu_ps(mask, a + from), _mm512_maskz_loadu_ps(mask, b + from), is_distance);
}

AVX512 INLINE float sum_avx512(const float *a, const float *b, size_t dimension, bool is_distance)
{
    __m512 sums[2] = { _mm512_setzero_ps(), _mm512_setzero_ps() };
    size_t i = 0;
    for (; i + LANES <= dimension; i += LANES)
        for (size_t part = 0; part < 2; part++)
            sums[part] = _mm512_add_ps(sums[part], term_avx512(_mm512_loadu_ps(a + i + part * 16),
                                                               _mm512_loadu_ps(b + i + part * 16), is_distance));
    if (i < dimension)
        for (size_t part = 0; part < 2; part++)
            sums[part] = _mm512_add_ps(sums[part], tail_avx512(a + i, b + i, dimension - i, part * 16, is_distance));
    __m512 sixteen = _mm512_add_ps(sums[0], sums[1]);
    __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sixteen), _mm512_extractf32x8_ps(sixteen, 1));
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

AVX512 static float dot_avx512(const float *a, const float *b, size_t dimension)
{
    return sum_avx512(a, b, dimension, false);
}

AVX512 static float distance_avx512(const float *a, const float *b, size_t dimension)
{
    return sum_avx512(a, b, dimension, true);
}
#endif

vector_kernel *kernel_dot(enum cpu_level level)
{
#if defined(__x86_64__)
    if (level == CPU_AVX512)
        return dot_avx512;
    if (level == CPU_AVX2)
        return dot_avx2;
#endif
    (void)level;
    return dot_scalar;
}

vector_kernel *kernel_squared_distance(enum cpu_level level)
{
#if defined(__x86_64__)
    if (level == CPU_AVX512)
        return distance_avx512;
    if (level == CPU_AVX2)
        return distance_avx2;
#endif
    (void)level;
    return distance_scalar;
}
