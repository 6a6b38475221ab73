/* letters.c - case and white space of Unicode characters. */
#include "text/letters.h"

#include <utf8proc.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/utf8.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { UTF8_BYTES_MAXIMUM = 4 };

static uint32_t lower(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point >= 'A' && code_point <= 'Z' ? code_point + ('a' - 'A') : code_point;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code_point);
}

uint32_t text_lower_character(uint32_t code_point)
{
    return lower(code_point);
}

static uint32_t upper(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point >= 'a' && code_point <= 'z' ? code_point - ('a' - 'A') : code_point;
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)code_point);
}

/* ASCII in steps that the compiler turns into SIMD: lower or upper by the byte that begins the letters to change. */
static size_t change_ascii(struct slice text, size_t position, char first, char *bytes)
{
    enum { STEP = 16 };
    size_t start = position;
    while (text.length - position >= STEP) {
        const unsigned char *from = (const unsigned char *)text.bytes + position;
        unsigned char *to = (unsigned char *)bytes + (position - start), all = 0;
        for (size_t i = 0; i < STEP; i++)
            all |= from[i];
        if (all >= 0x80)
            break;
        for (size_t i = 0; i < STEP; i++)
            to[i] = (unsigned char)(from[i] ^ ((unsigned char)(from[i] - first) < 26 ? 0x20 : 0));
        position += STEP;
    }
    return position - start;
}

static struct slice change_all(struct slice text, char first, uint32_t (*change)(uint32_t), struct arena *arena)
{
    /* A character of two bytes may become one of three; no other grows. */
    size_t capacity = text.length + text.length / 2 + UTF8_BYTES_MAXIMUM, position = 0, length = 0;
    char *bytes = arena_allocate_text(arena, capacity);
    while (position < text.length) {
        size_t step = change_ascii(text, position, first, bytes + length);
        position += step;
        length += step;
        uint32_t code_point;
        step = utf8_decode(slice_from(text, position), &code_point);
        if (step == 0)
            break;
        ENSURE(length + UTF8_BYTES_MAXIMUM <= capacity);
        length += utf8_encode(change(code_point), bytes + length);
        position += step;
    }
    return slice_of(bytes, length);
}

struct slice text_lower(struct slice text, struct arena *arena)
{
    return change_all(text, 'A', lower, arena);
}

struct slice text_upper(struct slice text, struct arena *arena)
{
    return change_all(text, 'a', upper, arena);
}

bool text_is_letter(uint32_t code_point)
{
    if (code_point < 0x80)
        return (code_point | 0x20) >= 'a' && (code_point | 0x20) <= 'z';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool text_is_digit(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point >= '0' && code_point <= '9';
    return utf8proc_category((utf8proc_int32_t)code_point) == UTF8PROC_CATEGORY_ND;
}

bool text_is_space(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
    return code_point == 0x85 || code_point == 0xa0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 || code_point == 0x2029 ||
           code_point == 0x202f || code_point == 0x205f || code_point == 0x3000;
}

/* Length of the white-space character that text begins with, 0 for none. */
static size_t leading_space(struct slice text)
{
    uint32_t code_point;
    size_t bytes = utf8_decode(text, &code_point);
    return bytes && text_is_space(code_point) ? bytes : 0;
}

struct slice text_trim(struct slice text)
{
    size_t bytes;
    while ((bytes = leading_space(text)) != 0)
        text = slice_from(text, bytes);
    while (text.length) {
        size_t last = utf8_cut(text, text.length - 1);
        if (leading_space(slice_from(text, last)) == 0)
            break;
        text.length = last;
    }
    return text;
}

/* Bytes of the white-space character at position, 0 where there is none. Beyond ASCII only these bytes begin one. */
static size_t space_at(struct slice text, size_t position)
{
    unsigned char byte = (unsigned char)text.bytes[position];
    if (byte < 0x80)
        return text_is_space(byte);
    if (byte != 0xc2 && byte != 0xe1 && byte != 0xe2 && byte != 0xe3)
        return 0;
    return leading_space(slice_from(text, position));
}

static size_t count_bytewise(struct slice text, size_t position, bool is_inside)
{
    size_t count = 0;
    while (position < text.length) {
        size_t space = space_at(text, position);
        count += !space && !is_inside;
        is_inside = !space;
        position += space ? space : 1;
    }
    return count;
}

#if defined(__x86_64__)
/* 32 bytes at a time: a word begins where a byte is no white space and the one before is. Wide spaces are looked up one
 * by one; one that reaches beyond its block is carried on. Leaves the rest: *position, and whether it is in a word. */
__attribute__((target("avx2,bmi,popcnt"))) static size_t count_words_avx2(struct slice text, size_t *position,
                                                                          bool *is_inside)
{
    size_t count = 0;
    uint64_t spaces = 1; /* bit 0: the byte before the block */
    for (; text.length - *position >= 32; *position += 32) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(text.bytes + *position));
        __m256i controls = _mm256_sub_epi8(block, _mm256_set1_epi8('\t'));
        __m256i ascii = _mm256_or_si256(_mm256_cmpeq_epi8(block, _mm256_set1_epi8(' ')),
                                        _mm256_cmpeq_epi8(_mm256_min_epu8(controls, _mm256_set1_epi8(4)), controls));
        __m256i wide =
            _mm256_or_si256(_mm256_cmpeq_epi8(block, _mm256_set1_epi8((char)0xc2)),
                            _mm256_cmpeq_epi8(_mm256_max_epu8(_mm256_min_epu8(block, _mm256_set1_epi8((char)0xe3)),
                                                              _mm256_set1_epi8((char)0xe1)),
                                              block));
        spaces |= (uint64_t)(uint32_t)_mm256_movemask_epi8(ascii) << 1;
        for (uint32_t leads = (uint32_t)_mm256_movemask_epi8(wide); leads; leads &= leads - 1) {
            unsigned offset = (unsigned)__builtin_ctz(leads);
            spaces |= (((uint64_t)1 << space_at(text, *position + offset)) - 1) << (offset + 1);
        }
        count += (size_t)__builtin_popcount((uint32_t)(~(spaces >> 1) & spaces));
        spaces >>= 32;
    }
    /* Bytes of a wide space that reach into the rest count as white space there. */
    while (spaces >> 1 & 1) {
        spaces >>= 1;
        (*position)++;
    }
    *is_inside = !(spaces & 1);
    return count;
}
#endif

size_t text_count_words(struct slice text)
{
    size_t position = 0, count = 0;
    bool is_inside = false;
#if defined(__x86_64__)
    if (cpu_level() >= CPU_AVX2)
        count = count_words_avx2(text, &position, &is_inside);
#endif
    return count + count_bytewise(text, position, is_inside);
}
