/* estimate_classes.c - the kernels that class 64 bytes for the token estimate. */
#include "text/estimate.h"

#include <stddef.h>

#include "base/cpu.h"

/* Of letters, and something harmless for other bytes: what the SIMD kernel sees too. */
static unsigned groups_of(const uint8_t groups[32], unsigned char byte)
{
    return byte < 0x80 ? groups[byte & 0x1f] : 0;
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
        if (groups_of(pairs->first, before) & groups_of(pairs->second, byte))
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

/* A look-up of 32 entries by two of 16: bit 4 of the byte says which. Gives 0 for bytes above 0x7f. */
AVX2 static inline __m256i groups_of_all(const uint8_t groups[32], __m256i bytes)
{
    __m256i low = _mm256_shuffle_epi8(load_twice(groups), bytes);
    __m256i high = _mm256_shuffle_epi8(load_twice(groups + 16), bytes);
    return _mm256_blendv_epi8(low, high, _mm256_slli_epi16(bytes, 3));
}

AVX2 static inline uint32_t rare_pairs(__m256i bytes, __m256i before, const struct estimate_pairs *pairs)
{
    __m256i shared = _mm256_and_si256(groups_of_all(pairs->first, before), groups_of_all(pairs->second, bytes));
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(shared, _mm256_setzero_si256()));
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

#define AVX512 __attribute__((target("avx512f,avx512bw")))

AVX512 static inline uint64_t in_range_512(__m512i bytes, char first, char last)
{
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8(first)),
                                  _mm512_set1_epi8((char)(last - first)));
}

AVX512 static inline uint64_t equal_512(__m512i bytes, char wanted)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(wanted));
}

AVX512 static inline __m512i groups_of_all_512(const uint8_t groups[32], __m512i bytes)
{
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)groups);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(groups + 16));
    __mmask64 is_high = _mm512_movepi8_mask(_mm512_slli_epi16(bytes, 3));
    return _mm512_mask_shuffle_epi8(_mm512_shuffle_epi8(_mm512_broadcast_i32x4(low), bytes), is_high,
                                    _mm512_broadcast_i32x4(high), bytes);
}

AVX512 void classify_bytes_avx512(const unsigned char *bytes, const struct estimate_pairs *pairs,
                                  struct byte_classes *classes)
{
    __m512i here = _mm512_loadu_si512(bytes);
    __m512i before = _mm512_loadu_si512(bytes - 1);
    classes->newline = equal_512(here, '\n') | equal_512(here, '\r');
    classes->upper = in_range_512(here, 'A', 'Z');
    classes->lower = in_range_512(here, 'a', 'z');
    classes->digit = in_range_512(here, '0', '9');
    classes->blank = (in_range_512(here, '\t', '\r') | equal_512(here, ' ')) & ~classes->newline;
    classes->high = _mm512_movepi8_mask(here);
    classes->same = _mm512_cmpeq_epi8_mask(here, before);
    classes->pair =
        _mm512_test_epi8_mask(groups_of_all_512(pairs->first, before), groups_of_all_512(pairs->second, here));
}
#endif

classify_bytes_function *classify_bytes(void)
{
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX512)
        return classify_bytes_avx512;
    if (cpu_level() >= CPU_AVX2)
        return classify_bytes_avx2;
#endif
    return classify_bytes_scalar;
}
