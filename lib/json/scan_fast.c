/* scan_fast.c - the scanner for ordinary records: value by value, strings 32 and 64 bytes at a time (AVX2).
 *
 * It says yes or no. After a no the scanner of scan.c runs and names the fault, so that this one may also give up on
 * what is rare.
 *
 * No check for the end of the text is needed between tokens: the caller looked that the last byte is the bracket that
 * closes the text, and no loop passes it. Only a bracket can be the last byte that is consumed, so the position is
 * compared with the end where brackets close. Loads that would reach behind the end are made 32 bytes before it
 * instead, and their masks moved.
 *
 * The other way, bit masks of 64 bytes with the grammar checked by arithmetic on them, was built and measured: as fast
 * on long texts, but 840 against 1150 MB/s on records of 200 bytes, where blocks are seldom full. */
#include "json/scan_fast.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "base/cpu.h"
#include "base/utf8.h"

#define AVX2   __attribute__((target("avx2,bmi,bmi2")))
#define INLINE static inline __attribute__((always_inline)) AVX2

enum { PROBE_BYTES = 32 };

struct scan {
    const char *end;
    struct json_collector *collector;
};

/* Bit i: bytes[i] is a quote, a backslash or a control byte. */
INLINE uint32_t special_bytes(const char *bytes)
{
    __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i quotes = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('"'));
    __m256i backslashes = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('\\'));
    __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(block, _mm256_set1_epi8(0x1f)), block);
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quotes, backslashes), controls));
}

/* The same for the bytes from next on, none behind the end. */
INLINE uint32_t special_bytes_before_end(const struct scan *scan, const char *next)
{
    const char *last = scan->end - PROBE_BYTES;
    const char *place = next < last ? next : last;
    return (uint32_t)((uint64_t)special_bytes(place) >> (next - place));
}

INLINE bool is_hexadecimal(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

/* Length of the escape at the backslash, 0 for a wrong one. */
INLINE size_t escape_length(const struct scan *scan, const char *backslash)
{
    static const char lengths[256] = {
        ['"'] = 2, ['\\'] = 2, ['/'] = 2, ['b'] = 2, ['f'] = 2, ['n'] = 2, ['r'] = 2, ['t'] = 2, ['u'] = 6
    };
    size_t length = (size_t)lengths[(unsigned char)backslash[1]];
    if (length == 6 && (scan->end - backslash < 6 || !is_hexadecimal(backslash[2]) || !is_hexadecimal(backslash[3]) ||
                        !is_hexadecimal(backslash[4]) || !is_hexadecimal(backslash[5])))
        return 0;
    return length;
}

/* Bytes that stand behind a backslash that is not itself escaped. *carry: the first one does; then, the one behind. */
INLINE uint64_t escaped_bytes(uint64_t backslashes, uint64_t *carry)
{
    uint64_t escaped = *carry;
    backslashes &= ~escaped;
    if (!(backslashes & backslashes << 1)) {
        *carry = backslashes >> 63;
        return escaped | backslashes << 1;
    }
    *carry = 0;
    while (backslashes) {
        uint64_t first = backslashes & (0 - backslashes);
        escaped |= first << 1;
        *carry = first >> 63;
        backslashes &= ~(first | first << 1);
    }
    return escaped;
}

/* Bit i: bytes[i] may follow a backslash. Each row of the table of ASCII that holds such letters has a bit. */
INLINE uint32_t escape_letters(__m256i bytes)
{
    enum { ROW_2 = 1, ROW_5 = 2, ROW_6 = 4, ROW_7 = 8 };
    const __m256i rows = _mm256_setr_epi8(0, 0, ROW_2, 0, 0, ROW_5, ROW_6, ROW_7, 0, 0, 0, 0, 0, 0, 0, 0, /**/
                                          0, 0, ROW_2, 0, 0, ROW_5, ROW_6, ROW_7, 0, 0, 0, 0, 0, 0, 0, 0);
    /* Columns: "2 /f, \\c, b2 f6 ne, r2 t4 u5. */
    const __m256i columns = _mm256_setr_epi8(
        0, 0, ROW_2 | ROW_6 | ROW_7, 0, ROW_7, ROW_7, ROW_6, 0, 0, 0, 0, 0, ROW_5, 0, ROW_6, ROW_2, /**/
        0, 0, ROW_2 | ROW_6 | ROW_7, 0, ROW_7, ROW_7, ROW_6, 0, 0, 0, 0, 0, ROW_5, 0, ROW_6, ROW_2);
    __m256i low = _mm256_set1_epi8(0x0f);
    __m256i row = _mm256_shuffle_epi8(rows, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low));
    __m256i column = _mm256_shuffle_epi8(columns, _mm256_and_si256(bytes, low));
    __m256i others = _mm256_cmpeq_epi8(_mm256_and_si256(row, column), _mm256_setzero_si256());
    return ~(uint32_t)_mm256_movemask_epi8(others);
}

INLINE uint64_t joined(uint32_t low, uint32_t high)
{
    return low | (uint64_t)high << PROBE_BYTES;
}

INLINE uint64_t equal_bytes_64(__m256i low, __m256i high, char wanted)
{
    __m256i all = _mm256_set1_epi8(wanted);
    return joined((uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)),
                  (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all)));
}

INLINE bool has_control(__m256i low, __m256i high, uint64_t wanted)
{
    __m256i limit = _mm256_set1_epi8(0x1f);
    return (joined((uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(low, limit), low)),
                   (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(high, limit), high))) &
            wanted) != 0;
}

AVX2 static bool are_unicode_escapes(const struct scan *scan, const char *next, uint64_t letters)
{
    for (; letters; letters &= letters - 1)
        if (!escape_length(scan, next + __builtin_ctzll(letters) - 1))
            return false;
    return true;
}

/* The last bytes of the text. */
AVX2 static const char *skip_last_string(const struct scan *scan, const char *next, bool *has_escape)
{
    while (next < scan->end) {
        uint32_t special = special_bytes_before_end(scan, next);
        if (!special) {
            next += PROBE_BYTES;
            continue;
        }
        next += _tzcnt_u32(special);
        if (*next == '"')
            return next + 1;
        size_t length = *next == '\\' ? escape_length(scan, next) : 0;
        if (length == 0)
            return NULL;
        *has_escape = true;
        next += length;
    }
    return NULL;
}

/* From inside a string, before a byte that is not escaped, to behind its closing quote. Escapes are checked all at
 * once: how many stand in 64 bytes of text is no thing to guess. */
AVX2 static const char *skip_long_string(const struct scan *scan, const char *next, bool *has_escape)
{
    uint64_t carry = 0;
    for (; scan->end - next >= 2 * PROBE_BYTES; next += 2 * PROBE_BYTES) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)next);
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(next + PROBE_BYTES));
        uint64_t backslashes = equal_bytes_64(low, high, '\\');
        uint64_t escaped = escaped_bytes(backslashes, &carry);
        uint64_t quotes = equal_bytes_64(low, high, '"') & ~escaped;
        uint64_t inside = (quotes & (0 - quotes)) - 1; /* before the closing quote, or all */
        uint64_t faults = escaped & ~joined(escape_letters(low), escape_letters(high));
        uint64_t unicode = escaped & equal_bytes_64(low, high, 'u') & inside;
        *has_escape |= (backslashes & inside) != 0;
        if ((faults & inside) || has_control(low, high, inside) || !are_unicode_escapes(scan, next, unicode))
            return NULL;
        if (quotes)
            return next + _tzcnt_u64(quotes) + 1;
    }
    return skip_last_string(scan, next - carry, has_escape);
}

/* A string whose first special byte is no quote; special: those of the 32 bytes at next. */
AVX2 static const char *skip_escapes(const struct scan *scan, const char *next, uint32_t special, bool *has_escape)
{
    const char *behind = next + PROBE_BYTES;
    while (special) {
        const char *found = next + _tzcnt_u32(special);
        if (*found == '"')
            return found + 1;
        size_t length = *found == '\\' ? escape_length(scan, found) : 0;
        if (length == 0)
            return NULL;
        *has_escape = true;
        special &= ~((uint32_t)3 << (found - next));
        if (found + 1 == behind)
            behind++;
    }
    return skip_long_string(scan, behind, has_escape);
}

/* From the opening quote to behind the closing one. What comes next waits for the place of the quote, so that is
 * computed first and alone; that no special byte stands before it is a guess that is checked beside. */
INLINE const char *skip_string(const struct scan *scan, const char *next, bool *has_escape)
{
    next++;
    *has_escape = false;
    if (scan->end - next < PROBE_BYTES)
        return skip_last_string(scan, next, has_escape);
    __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)next);
    uint32_t quotes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8('"')));
    uint32_t special = special_bytes(next);
    if (quotes && !(special & ((quotes & (0 - quotes)) - 1)))
        return next + _tzcnt_u32(quotes) + 1;
    return skip_escapes(scan, next, special, has_escape);
}

/* The same for a key: most have less than eight bytes, which need no vector. */
INLINE const char *skip_key(const struct scan *scan, const char *next, bool *has_escape)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t word;
    if (scan->end - next <= (ptrdiff_t)sizeof word)
        return skip_string(scan, next, has_escape);
    memcpy(&word, next + 1, sizeof word);
    uint64_t quotes = word ^ ones * '"', backslashes = word ^ ones * '\\';
    uint64_t found = (quotes - ones) & ~quotes & highs;
    uint64_t special = (((backslashes - ones) & ~backslashes) | ((word - ones * ' ') & ~word)) & highs;
    if (!found || (special & (found ^ (found - 1))))
        return skip_string(scan, next, has_escape);
    *has_escape = false;
    return next + (_tzcnt_u64(found) >> 3) + 2;
}

INLINE bool is_digit(char byte)
{
    return (unsigned char)(byte - '0') < 10;
}

INLINE const char *skip_digits(const char *next)
{
    if (!is_digit(*next))
        return NULL;
    while (is_digit(*next))
        next++;
    return next;
}

/* Any number, byte by byte. */
AVX2 static const char *skip_long_number(const char *next)
{
    next += *next == '-';
    if (*next == '0' && is_digit(next[1]))
        return NULL;
    next = skip_digits(next);
    if (next && *next == '.')
        next = skip_digits(next + 1);
    if (next && (*next | 0x20) == 'e') {
        next++;
        if (*next == '+' || *next == '-')
            next++;
        next = skip_digits(next);
    }
    return next;
}

INLINE uint32_t equal_bytes(__m128i bytes, char wanted)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted)));
}

/* The end is found first, in 16 bytes at once, and the next token can be looked at; whether the number is well formed
 * is computed beside. Numbers differ in length and sign from record to record, so there is no branch on either. */
INLINE const char *skip_number(const struct scan *scan, const char *next)
{
    if (scan->end - next < 16)
        return skip_long_number(next);
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)next);
    /* - . / and the digits are neighbours */
    __m128i offsets = _mm_sub_epi8(bytes, _mm_set1_epi8('-'));
    __m128i inside = _mm_cmpeq_epi8(_mm_min_epu8(offsets, _mm_set1_epi8('9' - '-')), offsets);
    uint32_t length = _tzcnt_u32(~(uint32_t)_mm_movemask_epi8(inside));
    const char *end = next + length;
    uint32_t digits = (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)));
    uint32_t dots = equal_bytes(bytes, '.'), minus = equal_bytes(bytes, '-') & 1;
    if (length >= 16 || (*end | 0x20) == 'e')
        return skip_long_number(next);
    dots = _bzhi_u32(dots, length);
    digits = _bzhi_u32(digits, length);
    uint32_t faults = _bzhi_u32(~(digits | dots | minus), length);
    faults |= (dots & (dots - 1)) | (dots & ~(digits << 1)) | (dots & ~(digits >> 1));
    uint32_t first = digits >> minus;
    faults |= ~first & 1;
    faults |= (uint32_t)(next[minus] == '0') & first >> 1;
    return faults ? NULL : end;
}

INLINE const char *skip_word(const struct scan *scan, const char *next, const char *word, ptrdiff_t length)
{
    return scan->end - next > length && memcmp(next, word, (size_t)length) == 0 ? next + length : NULL;
}

AVX2 static __attribute__((noinline)) const char *skip_more_space(const char *next)
{
    while (*next == ' ' || *next == '\t' || *next == '\r' || *next == '\n')
        next++;
    return next;
}

/* Branches, not arithmetic: a file has its habit, and a guess does not wait for the byte. */
INLINE const char *skip_space(const char *next)
{
    if ((unsigned char)*next > ' ')
        return next;
    next++;
    __asm__("" : "+r"(next));
    if ((unsigned char)next[-1] == ' ' && (unsigned char)*next > ' ')
        return next;
    return skip_more_space(next - 1);
}

AVX2 static const char *skip_array(const struct scan *scan, const char *next, unsigned depth);
AVX2 static const char *skip_object(const struct scan *scan, const char *next, unsigned depth);

INLINE const char *skip_value(const struct scan *scan, const char *next, unsigned depth, bool *has_escape)
{
    switch (*next) {
    case '"':
        return skip_string(scan, next, has_escape);
    case '{':
        return skip_object(scan, next, depth + 1);
    case '[':
        return skip_array(scan, next, depth + 1);
    case 't':
        return skip_word(scan, next, "true", 4);
    case 'f':
        return skip_word(scan, next, "false", 5);
    case 'n':
        return skip_word(scan, next, "null", 4);
    default:
        return skip_number(scan, next);
    }
}

/* Behind a closing bracket: only the outermost one may be the last byte. */
INLINE const char *close_container(const struct scan *scan, const char *next, unsigned depth)
{
    return (next == scan->end) == (depth == 1) ? next : NULL;
}

AVX2 static const char *skip_array(const struct scan *scan, const char *next, unsigned depth)
{
    if (depth > JSON_DEPTH_MAXIMUM)
        return NULL;
    next = skip_space(next + 1);
    if (*next == ']')
        return close_container(scan, next + 1, depth);
    for (bool has_escape;;) {
        next = skip_value(scan, next, depth, &has_escape);
        if (!next)
            return NULL;
        next = skip_space(next);
        if (*next != ',')
            return *next == ']' ? close_container(scan, next + 1, depth) : NULL;
        next = skip_space(next + 1);
    }
}

INLINE const char *skip_fields(const struct scan *scan, const char *next, unsigned depth,
                               struct json_collector *collector)
{
    next = skip_space(next + 1);
    if (*next == '}')
        return close_container(scan, next + 1, depth);
    for (;;) {
        bool key_has_escape, has_escape = false;
        const char *key = next;
        if (*next != '"' || !(next = skip_key(scan, next, &key_has_escape)))
            return NULL;
        const char *key_end = next - 1;
        next = skip_space(next);
        if (*next != ':')
            return NULL;
        const char *value = skip_space(next + 1);
        next = skip_value(scan, value, depth, &has_escape);
        if (!next)
            return NULL;
        if (collector) {
            struct json_field *field = json_collector_next(collector);
            field->key = slice_of(key + 1, (size_t)(key_end - key) - 1);
            field->key_has_escape = key_has_escape;
            field->value.text = slice_of(value, (size_t)(next - value));
            field->value.type = (enum json_type)json_type_of_byte[(unsigned char)*value];
            field->value.has_escape = has_escape;
            collector->count++;
        }
        next = skip_space(next);
        if (*next != ',')
            return *next == '}' ? close_container(scan, next + 1, depth) : NULL;
        next = skip_space(next + 1);
    }
}

AVX2 static const char *skip_object(const struct scan *scan, const char *next, unsigned depth)
{
    return depth > JSON_DEPTH_MAXIMUM ? NULL : skip_fields(scan, next, depth, NULL);
}

AVX2 static const char *skip_record(const struct scan *scan, const char *next)
{
    return skip_fields(scan, next, 1, scan->collector);
}

AVX2 static bool is_ascii(struct slice text)
{
    const char *next = text.bytes, *last = text.bytes + text.length - PROBE_BYTES;
    __m256i all = _mm256_loadu_si256((const __m256i *)(const void *)last);
    for (; next < last; next += PROBE_BYTES)
        all = _mm256_or_si256(all, _mm256_loadu_si256((const __m256i *)(const void *)next));
    return _mm256_movemask_epi8(all) == 0;
}

bool json_scan_fast(struct slice text, struct json_collector *collector)
{
    if (text.length < PROBE_BYTES || cpu_level() < CPU_AVX2)
        return false;
    struct scan scan = { .end = text.bytes + text.length, .collector = collector };
    const char *end;
    if (*text.bytes == '[')
        end = skip_array(&scan, text.bytes, 1);
    else if (collector->arena)
        end = skip_record(&scan, text.bytes);
    else
        end = skip_object(&scan, text.bytes, 1);
    return end && (is_ascii(text) || utf8_is_valid(text));
}
#else
bool json_scan_fast(struct slice text, struct json_collector *collector)
{
    (void)text;
    (void)collector;
    return false;
}
#endif
