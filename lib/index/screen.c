/* screen.c - int8 codes of rows, and the bounds that they give. */
#include "index/screen.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { CODE_MAXIMUM = 127 };
/* What float arithmetic may lose of a value that is computed in double and kept as float. */
#define ROUND_UP       (1 + 1e-6)
#define BOUND_ROUNDING 1.2e-7

static float largest_of(const float *values, uint32_t dimension)
{
    float largest = 0;
    for (uint32_t i = 0; i < dimension; i++) {
        float value = values[i] < 0 ? -values[i] : values[i];
        largest = value > largest ? value : largest;
    }
    return largest;
}

static int nearest_integer(double value)
{
    return (int)(value + (value < 0 ? -0.5 : 0.5));
}

void screen_encode(const float *values, uint32_t dimension, int8_t *codes, struct screen_bound *bound)
{
    double lost = 0;
    float step = largest_of(values, dimension) / CODE_MAXIMUM;
    memset(codes, 0, screen_stride(dimension));
    for (uint32_t i = 0; i < dimension; i++) {
        int code = step > 0 ? nearest_integer((double)values[i] / (double)step) : 0;
        code = code > CODE_MAXIMUM ? CODE_MAXIMUM : code < -CODE_MAXIMUM ? -CODE_MAXIMUM : code;
        double difference = (double)values[i] - (double)code * (double)step;
        codes[i] = (int8_t)code;
        lost += difference * difference;
    }
    *bound = (struct screen_bound){ step, (float)(sqrt(lost) * ROUND_UP) };
}

void screen_query_prepare(struct screen_query *query, const struct vector_search *search, uint32_t dimension)
{
    double squares = 0, lost = 0;
    uint32_t stride = screen_stride(dimension);
    /* so that a sum of all products fits 32 bits */
    int64_t most = INT32_MAX / (CODE_MAXIMUM * (int64_t)stride);
    if (most > INT16_MAX)
        most = INT16_MAX;
    double step = (double)largest_of(search->query, dimension) / (double)most;
    *query = (struct screen_query){ .level = cpu_level(), .stride = stride, .step = step, .scale = 1 };
    query->values = memory_allocate_zeroed(stride, sizeof *query->values);
    for (uint32_t i = 0; i < dimension; i++) {
        double value = (double)search->query[i];
        int code = step > 0 ? nearest_integer(value / step) : 0;
        double difference = value - code * step;
        query->values[i] = (int16_t)code;
        squares += value * value;
        lost += difference * difference;
    }
    query->length = sqrt(squares) * ROUND_UP;
    query->error = sqrt(lost) * ROUND_UP;
    /* a sum in 32 lanes, then five additions, and two multiplications for cosine: each loses at most half a unit */
    query->rounding = (dimension / 32.0 + 16) * 1.2e-7;
    query->least = dimension * 1.5e-45; /* below the smallest floats all is lost */
    query->is_cosine = search->metric == METRIC_COSINE;
    if (query->is_cosine)
        query->scale = (double)search->query_scale;
}

void screen_query_release(struct screen_query *query)
{
    memory_free(query->values);
    *query = (struct screen_query){ 0 };
}

static int32_t dot_scalar(const int8_t *codes, const int16_t *values, size_t stride)
{
    int32_t sum = 0;
    for (size_t i = 0; i < stride; i++)
        sum += codes[i] * values[i];
    return sum;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static int32_t dot_avx2(const int8_t *codes, const int16_t *values, size_t stride)
{
    __m256i sums = _mm256_setzero_si256();
    for (size_t i = 0; i < stride; i += 32) {
        __m256i low = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(codes + i)));
        __m256i high = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(codes + i + 16)));
        __m256i first = _mm256_loadu_si256((const __m256i *)(const void *)(values + i));
        __m256i second = _mm256_loadu_si256((const __m256i *)(const void *)(values + i + 16));
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(low, first));
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(high, second));
    }
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}
#endif

int32_t screen_dot(enum cpu_level level, const int8_t *codes, const int16_t *values, size_t stride)
{
#if defined(__x86_64__)
    if (level >= CPU_AVX2)
        return dot_avx2(codes, values, stride);
#endif
    (void)level;
    return dot_scalar(codes, values, stride);
}

struct screen_range screen_row(const struct screen_query *query, const struct vector_rows *rows, uint32_t row)
{
    const struct screen_bound *bound = &rows->screen_bounds[row];
    const int8_t *codes = rows->screen_codes + (size_t)row * query->stride;
    double scale = (double)rows->scales[row], error = (double)bound->error;
    double product = (double)bound->step * query->step * screen_dot(query->level, codes, query->values, query->stride);
    double length = ROUND_UP / scale; /* of the row; its codes' is at most that and the error */
    double around = query->error * (length + error) + query->length * (error + query->rounding * length) + query->least;
    if (query->is_cosine) {
        product *= scale * query->scale;
        around = around * scale * query->scale + query->least * query->scale;
    }
    around = (around + (product < 0 ? -product : product) * BOUND_ROUNDING) * ROUND_UP;
    return (struct screen_range){ (float)(product - around), (float)(product + around) };
}
