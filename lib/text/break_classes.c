/* break_classes.c - the kernels that class 64 bytes for the search for breaks. */
#include "text/breaks.h"

#include "base/cpu.h"

/* First bytes of the characters that stops.h and white space name; of E0 and E3 only before a second byte A5 or 80,
 * where the dandas and the CJK punctuation are. */
static bool is_wide_lead(unsigned char byte, unsigned char next, bool has_next)
{
    switch (byte) {
    case 0xc2:
    case 0xd6:
    case 0xd8:
    case 0xdb:
    case 0xe1:
    case 0xe2:
    case 0xef:
        return true;
    case 0xe0:
        return !has_next || next == 0xa5;
    case 0xe3:
        return !has_next || next == 0x80;
    default:
        return false;
    }
}

void break_classes_scalar(const unsigned char *bytes, struct break_classes *classes)
{
    *classes = (struct break_classes){ 0 };
    for (unsigned i = 0; i < BITS_PER_WORD; i++) {
        unsigned char byte = bytes[i];
        uint64_t bit = (uint64_t)1 << i;
        if ((byte & 0xc0) != 0x80)
            classes->points |= bit;
        if ((byte >= '\t' && byte <= '\r') || (byte >= 0x1c && byte <= ' '))
            classes->white |= bit;
        if (byte == '\n')
            classes->newline |= bit;
        if (byte >= 'a' && byte <= 'z')
            classes->lower |= bit;
        if (byte >= 0x80)
            classes->high |= bit;
        if (byte == '.' || byte == '!' || byte == '?')
            classes->stop |= bit;
        if (byte == ',' || byte == ';' || byte == ':')
            classes->clause |= bit;
        bool has_next = i + 1 < BITS_PER_WORD;
        if (is_wide_lead(byte, has_next ? bytes[i + 1] : 0, has_next))
            classes->wide |= bit;
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline uint64_t mask_of(__m256i low, __m256i high)
{
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

AVX2 static inline __m256i in_range(__m256i bytes, char first, char last)
{
    return _mm256_and_si256(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8((char)(first - 1))),
                            _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(last + 1)), bytes));
}

AVX2 static inline __m256i white_of(__m256i bytes)
{
    return _mm256_or_si256(in_range(bytes, '\t', '\r'), in_range(bytes, 0x1c, ' '));
}

/* The bytes that a table of 16 holds at the place of their low half. pshufb gives 0 for bytes above 0x7f; -1 stands
 * where nothing is wanted. */
AVX2 static inline __m256i listed(__m256i bytes, __m128i table)
{
    return _mm256_cmpeq_epi8(bytes, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), bytes));
}

AVX2 static inline uint64_t equal(__m256i low, __m256i high, int wanted)
{
    __m256i all = _mm256_set1_epi8((char)wanted);
    return mask_of(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(high, all));
}

/* C2 D6 D8 DB E1 E2 EF: a bit for each upper half, and for each lower half those upper ones it goes with. */
AVX2 static inline __m256i wide_leads(__m256i bytes)
{
    const __m128i by_low = _mm_setr_epi8(0, 4, 1 | 4, 0, 0, 0, 2, 0, 2, 0, 0, 2, 0, 0, 0, 4);
    const __m128i by_high = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 0);
    const __m256i half = _mm256_set1_epi8(0x0f);
    __m256i low = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(by_low), _mm256_and_si256(bytes, half));
    __m256i high =
        _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(by_high), _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
    return _mm256_cmpgt_epi8(_mm256_and_si256(low, high), _mm256_setzero_si256());
}

AVX2 void break_classes_avx2(const unsigned char *bytes, struct break_classes *classes)
{
    const __m128i stops = _mm_setr_epi8(-1, '!', -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, '.', '?');
    const __m128i clauses = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, ':', ';', ',', -1, -1, -1);
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    classes->white = mask_of(white_of(low), white_of(high));
    classes->newline = equal(low, high, '\n');
    classes->stop = mask_of(listed(low, stops), listed(high, stops));
    classes->clause = mask_of(listed(low, clauses), listed(high, clauses));
    classes->lower = mask_of(in_range(low, 'a', 'z'), in_range(high, 'a', 'z'));
    classes->high = mask_of(low, high);
    classes->points = ~(uint64_t)0;
    classes->wide = 0;
    if (!classes->high)
        return;
    const __m256i continuation = _mm256_set1_epi8((char)0xc0);
    classes->points = ~mask_of(_mm256_cmpgt_epi8(continuation, low), _mm256_cmpgt_epi8(continuation, high));
    const uint64_t last = (uint64_t)1 << (BITS_PER_WORD - 1);
    classes->wide = mask_of(wide_leads(low), wide_leads(high)) |
                    (equal(low, high, 0xe0) & (equal(low, high, 0xa5) >> 1 | last)) |
                    (equal(low, high, 0xe3) & (equal(low, high, 0x80) >> 1 | last));
}

#define AVX512 __attribute__((target("avx512f,avx512bw")))

AVX512 static inline uint64_t in_range_512(__m512i bytes, int first, int last)
{
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8((char)first)),
                                  _mm512_set1_epi8((char)(last - first)));
}

AVX512 static inline uint64_t equal_512(__m512i bytes, int wanted)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)wanted));
}

AVX512 void break_classes_avx512(const unsigned char *bytes, struct break_classes *classes)
{
    __m512i here = _mm512_loadu_si512(bytes);
    classes->white = in_range_512(here, '\t', '\r') | in_range_512(here, 0x1c, ' ');
    classes->newline = equal_512(here, '\n');
    classes->stop = equal_512(here, '.') | equal_512(here, '!') | equal_512(here, '?');
    classes->clause = equal_512(here, ',') | in_range_512(here, ':', ';');
    classes->lower = in_range_512(here, 'a', 'z');
    classes->high = _mm512_movepi8_mask(here);
    classes->points = ~(uint64_t)0;
    classes->wide = 0;
    if (!classes->high)
        return;
    const uint64_t last = (uint64_t)1 << (BITS_PER_WORD - 1);
    classes->points = ~in_range_512(here, 0x80, 0xbf);
    classes->wide = equal_512(here, 0xc2) | equal_512(here, 0xd6) | equal_512(here, 0xd8) | equal_512(here, 0xdb) |
                    in_range_512(here, 0xe1, 0xe2) | equal_512(here, 0xef) |
                    (equal_512(here, 0xe0) & (equal_512(here, 0xa5) >> 1 | last)) |
                    (equal_512(here, 0xe3) & (equal_512(here, 0x80) >> 1 | last));
}
#endif

break_classes_function *break_classes(void)
{
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX512)
        return break_classes_avx512;
    if (cpu_level() >= CPU_AVX2)
        return break_classes_avx2;
#endif
    return break_classes_scalar;
}
