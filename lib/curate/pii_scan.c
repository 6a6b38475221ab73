/* pii_scan.c - the pass over the bytes: 32 at a time to those that a find can hang on. */
#include "curate/pii_scan.h"

#include "base/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* clang-format off */
const unsigned char pii_token_bytes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1,
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};
/* clang-format on */

/* What a find can hang on, in classes, so that only those are looked at which the kinds ask for. */
enum { CLASS_HYPHEN = 1, CLASS_DIGIT = 2, CLASS_AT = 4, CLASS_UNDERSCORE = 8, CLASS_COLON = 16, CLASS_CAPITAL = 32 };

static unsigned class_of(char byte)
{
    switch (byte) {
    case '-':
        return CLASS_HYPHEN;
    case '@':
        return CLASS_AT;
    case '_':
        return CLASS_UNDERSCORE;
    case ':':
    case '=':
        return CLASS_COLON;
    case 'I':
    case 'J':
        return CLASS_CAPITAL;
    default:
        return is_digit(byte) ? CLASS_DIGIT : 0;
    }
}

#define KIND(kind) (UINT64_C(1) << (kind))
/* Personal, network and national kinds are found at their first digit, but for these three. */
#define NUMBER_KINDS (KIND(PII_URL_CREDENTIALS) - 1 - KIND(PII_EMAIL) - KIND(PII_IPV6) - KIND(PII_MAC))

static unsigned wanted_classes(const struct pii_scan *scan)
{
    static const struct {
        unsigned class;
        uint64_t kinds; /* that are found there */
    } classes[] = {
        { CLASS_HYPHEN, KIND(PII_MAC) | KIND(PII_PRIVATE_KEY) | KIND(PII_API_KEY) },
        { CLASS_DIGIT, NUMBER_KINDS | KIND(PII_API_KEY) },
        { CLASS_AT, KIND(PII_EMAIL) | KIND(PII_URL_CREDENTIALS) },
        { CLASS_UNDERSCORE, KIND(PII_API_KEY) },
        { CLASS_COLON, KIND(PII_MAC) | KIND(PII_IPV6) | KIND(PII_SECRET) },
        { CLASS_CAPITAL, KIND(PII_API_KEY) | KIND(PII_JWT) },
    };
    unsigned wanted = 0;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        wanted |= scan->kinds & classes[i].kinds ? classes[i].class : 0;
    return wanted;
}

/* Whether the run of token bytes around that bit begins and ends within the block and is too short for pii_at_token().
 * tokens: of the block. */
static bool is_short_token(uint32_t tokens, unsigned bit)
{
    enum { TOKEN_BYTES_LEAST = 8 };
    uint32_t below = ~tokens & ((UINT32_C(1) << bit) - 1), above = bit < 31 ? ~tokens >> (bit + 1) : 0;
    if (!below || !above)
        return false;
    unsigned before = bit - (31U - (unsigned)__builtin_clz(below)), after = (unsigned)__builtin_ctz(above);
    return before + after < TOKEN_BYTES_LEAST;
}

/* AKIA, ASIA, AIza: keys whose first bytes may hold no digit. */
static bool is_key_start(struct slice text, size_t at)
{
    char before = byte_before(text, at);
    return (before == 'K' || before == 'S' || before == 'B' || before == 'A') &&
           is_alphanumeric(slice_byte(text, at + 1));
}

/* Returns where to go on. */
static size_t look_at(struct pii_scan *scan, size_t at, bool is_short)
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
        if (slice_byte(text, at + 1) == '-')
            pii_at_dashes(scan, at);
        if (!is_short)
            pii_at_token(scan, at);
        break;
    case '_':
        if (!is_short)
            pii_at_token(scan, at);
        break;
    case 'J':
        pii_at_jwt(scan, at);
        break;
    case 'I':
        if (!is_short && is_key_start(text, at))
            pii_at_token(scan, at);
        break;
    default:
        end = pii_at_number(scan, at);
        if (!is_short)
            pii_at_token(scan, at);
    }
    return end > at ? end : at + 1;
}

/* From position on, byte by byte; next: nothing is looked at before it. */
static void scan_bytes(struct pii_scan *scan, unsigned wanted, size_t position, size_t next)
{
    struct slice text = scan->text;
    for (; position < text.length; position++) {
        unsigned class = class_of(text.bytes[position]) & wanted;
        if (class && position >= next && !(class == CLASS_DIGIT && is_digit(byte_before(text, position))))
            next = look_at(scan, position, false);
    }
}

#if defined(__x86_64__)
/* Where is_token() holds: - by the high half 2, 0-9 by 3, A-O by 4 and 6, P-Z by 5 and 7, _ by 5 alone. */
__attribute__((target("avx2"))) static uint32_t tokens_avx2(__m256i block)
{
    const __m256i high_table = _mm256_setr_epi8(0, 0, 1, 2, 4, 8 | 16, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4,
                                                8 | 16, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i low_table =
        _mm256_setr_epi8(2 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8,
                         2 | 4 | 8, 4 | 8, 4, 4, 1 | 4, 4, 4 | 16, 2 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8,
                         2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 2 | 4 | 8, 4 | 8, 4, 4, 1 | 4, 4, 4 | 16);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(block, 4), _mm256_set1_epi8(15));
    __m256i both = _mm256_and_si256(_mm256_shuffle_epi8(high_table, high), _mm256_shuffle_epi8(low_table, block));
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(both, _mm256_setzero_si256()));
}
/* Bytes of the wanted classes, of a run of digits the first. The classes by the halves of a byte: - 2D; digits, : and =
 * 3x; @ I J 4x; _ 5F. */
__attribute__((target("avx2,bmi,bmi2"))) static void scan_avx2(struct pii_scan *scan, unsigned wanted)
{
    const __m256i high_table = _mm256_setr_epi8(0, 0, 1, 2 | 16, 4 | 32, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                                                2 | 16, 4 | 32, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i low_table = _mm256_setr_epi8(2 | 4, 2, 2, 2, 2, 2, 2, 2, 2, 2 | 32, 16 | 32, 0, 0, 1 | 16, 0, 8,
                                               2 | 4, 2, 2, 2, 2, 2, 2, 2, 2, 2 | 32, 16 | 32, 0, 0, 1 | 16, 0, 8);
    const __m256i wanted_signs = _mm256_set1_epi8((char)(wanted & ~(unsigned)CLASS_DIGIT));
    const __m256i digit = _mm256_set1_epi8((char)(wanted & CLASS_DIGIT)), zero = _mm256_setzero_si256();
    const __m256i half = _mm256_set1_epi8(15);
    struct slice text = scan->text;
    uint32_t was_digit = 0; /* the last byte of the block before */
    size_t position = 0, next = 0;
    for (; text.length - position >= 32; position += 32) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(text.bytes + position));
        /* bytes from 0x80 on get 0 from the shuffle by the low half */
        __m256i classes =
            _mm256_and_si256(_mm256_shuffle_epi8(high_table, _mm256_and_si256(_mm256_srli_epi16(block, 4), half)),
                             _mm256_shuffle_epi8(low_table, block));
        uint32_t signs =
            ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(classes, wanted_signs), zero));
        uint32_t digits = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(classes, digit), zero));
        uint32_t mask = signs | (digits & ~(digits << 1 | was_digit));
        was_digit = digits >> 31;
        if (!mask)
            continue;
        uint32_t tokens = tokens_avx2(block);
        for (; mask; mask &= mask - 1) {
            unsigned bit = (unsigned)__builtin_ctz(mask);
            if (position + bit >= next)
                next = look_at(scan, position + bit, is_short_token(tokens, bit));
        }
    }
    scan_bytes(scan, wanted, position, next);
}
#endif

void pii_scan_bytes(struct pii_scan *scan)
{
    scan_bytes(scan, wanted_classes(scan), 0, 0);
}

void pii_scan_text(struct pii_scan *scan)
{
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2) {
        scan_avx2(scan, wanted_classes(scan));
        return;
    }
#endif
    pii_scan_bytes(scan);
}
