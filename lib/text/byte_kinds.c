/* byte_kinds.c - where a text has ASCII letters and digits, and where it leaves ASCII. */
#include "text/byte_kinds.h"

#include "base/cpu.h"
#include "text/kinds.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static struct byte_kinds kinds_of(const char *bytes, size_t length)
{
    struct byte_kinds kinds = { 0, 0 };
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        kinds.alphanumeric |= (uint64_t)is_ascii_alphanumeric(byte) << i;
        kinds.beyond |= (uint64_t)(byte >> 7) << i;
    }
    return kinds;
}

size_t byte_kinds_fill_scalar(struct slice text, struct byte_kinds *kinds)
{
    size_t count = 0;
    for (size_t place = 0; place < text.length; place += BYTE_KINDS_BLOCK) {
        size_t rest = text.length - place;
        kinds[count++] = kinds_of(text.bytes + place, rest < BYTE_KINDS_BLOCK ? rest : BYTE_KINDS_BLOCK);
    }
    return count;
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i is_within(__m256i bytes, char first, char count)
{
    __m256i distance = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(distance, _mm256_set1_epi8((char)(count - 1))), distance);
}

AVX2 static inline uint32_t alphanumeric(__m256i bytes)
{
    __m256i letters = is_within(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), 'a', 26);
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(letters, is_within(bytes, '0', 10)));
}

AVX2 static size_t fill_avx2(struct slice text, struct byte_kinds *kinds)
{
    size_t count = text.length / BYTE_KINDS_BLOCK;
    for (size_t i = 0; i < count; i++) {
        const char *place = text.bytes + i * BYTE_KINDS_BLOCK;
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)place);
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(place + 32));
        kinds[i].alphanumeric = alphanumeric(low) | (uint64_t)alphanumeric(high) << 32;
        kinds[i].beyond = (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
    }
    return count;
}
#endif

size_t byte_kinds_fill(struct slice text, struct byte_kinds *kinds)
{
    size_t count = 0;
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2)
        count = fill_avx2(text, kinds);
#endif
    return count + byte_kinds_fill_scalar(slice_from(text, count * BYTE_KINDS_BLOCK), kinds + count);
}
