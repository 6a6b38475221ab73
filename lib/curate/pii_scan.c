/* pii_scan.c - the pass over the bytes: 32 at a time to those that a find can hang on. */
#include "curate/pii_scan.h"

#include "base/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* 0-9 : = by the high half 3; @ I J by 4; _ by 5; - by 2: the low half says which of them. */
static bool is_trigger(char byte)
{
    return is_digit(byte) || byte == ':' || byte == '=' || byte == '@' || byte == 'I' || byte == 'J' || byte == '_' ||
           byte == '-';
}

static uint32_t triggers(const char *bytes, size_t count)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < count; i++)
        mask |= (uint32_t)is_trigger(bytes[i]) << i;
    return mask;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint32_t triggers_avx2(const char *bytes)
{
    const __m256i high_table = _mm256_setr_epi8(0, 0, 1, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 0, 0,
                                                0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i low_table = _mm256_setr_epi8(2 | 4, 2, 2, 2, 2, 2, 2, 2, 2, 2 | 4, 2 | 4, 0, 0, 1 | 2, 0, 8, 2 | 4, 2,
                                               2, 2, 2, 2, 2, 2, 2, 2 | 4, 2 | 4, 0, 0, 1 | 2, 0, 8);
    __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(block, 4), _mm256_set1_epi8(15));
    /* bytes from 0x80 on get 0 from the shuffle */
    __m256i both = _mm256_and_si256(_mm256_shuffle_epi8(high_table, high), _mm256_shuffle_epi8(low_table, block));
    __m256i none = _mm256_cmpeq_epi8(both, _mm256_setzero_si256());
    return ~(uint32_t)_mm256_movemask_epi8(none);
}
#endif

/* AKIA, ASIA, AIza: keys whose first bytes may hold no digit. */
static bool is_key_start(struct slice text, size_t at)
{
    char before = byte_before(text, at);
    return (before == 'K' || before == 'S' || before == 'B' || before == 'A') &&
           is_alphanumeric(slice_byte(text, at + 1));
}

/* Returns where to go on. */
static size_t look_at(struct pii_scan *scan, size_t at)
{
    struct slice text = scan->text;
    size_t end = 0;
    switch (text.bytes[at]) {
    case '@':
        pii_at_at_sign(scan, at);
        break;
    case ':':
        pii_at_colon(scan, at);
        pii_at_assignment(scan, at);
        break;
    case '=':
        pii_at_assignment(scan, at);
        break;
    case '-':
        pii_at_hyphen(scan, at);
        pii_at_dashes(scan, at);
        pii_at_token(scan, at);
        break;
    case '_':
        pii_at_token(scan, at);
        break;
    case 'J':
        pii_at_jwt(scan, at);
        break;
    case 'I':
        if (is_key_start(text, at))
            pii_at_token(scan, at);
        break;
    default:
        if (!is_digit(byte_before(text, at)))
            end = pii_at_number(scan, at);
        pii_at_token(scan, at);
    }
    return end > at ? end : at + 1;
}

void pii_scan_text(struct pii_scan *scan)
{
    struct slice text = scan->text;
    size_t next = 0;
    bool is_fast = false;
#if defined(__x86_64__)
    is_fast = cpu_level() >= CPU_AVX2;
#endif
    for (size_t position = 0; position < text.length; position += 32) {
        size_t rest = text.length - position;
        uint32_t mask;
#if defined(__x86_64__)
        if (is_fast && rest >= 32)
            mask = triggers_avx2(text.bytes + position);
        else
#endif
            mask = triggers(text.bytes + position, rest < 32 ? rest : 32);
        for (; mask; mask &= mask - 1) {
            size_t at = position + (size_t)__builtin_ctz(mask);
            if (at >= next)
                next = look_at(scan, at);
        }
    }
    (void)is_fast;
}
