/* csv.c - where the fields of delimited text end, and their text as JSON. */
#include "document/csv.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

size_t csv_index_scalar(struct slice bytes, struct csv_dialect dialect, uint16_t *positions)
{
    size_t count = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < bytes.length; i++) {
        char c = bytes.bytes[i];
        if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && (c == dialect.delimiter || c == dialect.newline))
            positions[count++] = (uint16_t)i;
    }
    return count;
}

#if defined(__SSE2__)
static uint64_t equal_bits(const __m128i block[4], char wanted)
{
    const __m128i pattern = _mm_set1_epi8(wanted);
    uint64_t bits = 0;
    for (unsigned i = 0; i < 4; i++)
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block[i], pattern)) << (16 * i);
    return bits;
}

/* Each bit becomes the parity of the bits up to it: set from an opening quote to before its closing one. */
static uint64_t parity_bits(uint64_t bits)
{
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    return bits ^ bits << 32;
}

size_t csv_index(struct slice bytes, struct csv_dialect dialect, uint16_t *positions)
{
    size_t count = 0, at = 0;
    uint64_t quoted = 0; /* all ones inside of quotes */
    for (; at + 64 <= bytes.length; at += 64) {
        __m128i block[4];
        for (unsigned i = 0; i < 4; i++)
            block[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes.bytes + at + 16 * i));
        uint64_t inside = parity_bits(equal_bits(block, '"')) ^ quoted;
        quoted = 0 - (inside >> 63);
        uint64_t ends = (equal_bits(block, dialect.delimiter) | equal_bits(block, dialect.newline)) & ~inside;
        for (; ends; ends &= ends - 1)
            positions[count++] = (uint16_t)(at + (size_t)__builtin_ctzll(ends));
    }
    bool is_quoted = quoted != 0;
    for (; at < bytes.length; at++) {
        char c = bytes.bytes[at];
        if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && (c == dialect.delimiter || c == dialect.newline))
            positions[count++] = (uint16_t)at;
    }
    return count;
}
#else
size_t csv_index(struct slice bytes, struct csv_dialect dialect, uint16_t *positions)
{
    return csv_index_scalar(bytes, dialect, positions);
}
#endif

static size_t copy_clean_scalar(const char *from, const char *end, const char *readable, char *to)
{
    (void)readable;
    size_t length = 0;
    for (; from + length < end; length++) {
        unsigned char c = (unsigned char)from[length];
        if (c < 0x20 || c == '"' || c == '\\')
            break;
        to[length] = (char)c;
    }
    return length;
}

/* Copies what JSON strings hold as it is; may write 16 bytes beyond. */
static inline size_t copy_clean(const char *from, const char *end, const char *readable, char *to)
{
    size_t length = 0;
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
    while ((size_t)(readable - from) >= length + 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(from + length));
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
        _mm_storeu_si128((__m128i *)(void *)(to + length), bytes);
        size_t left = (size_t)(end - from) - length;
        unsigned mask = (unsigned)_mm_movemask_epi8(stop) | (left < 16 ? 1u << left : 0u);
        if (mask)
            return length + (size_t)__builtin_ctz(mask);
        length += 16;
    }
#endif
    return length + copy_clean_scalar(from + length, end, readable, to + length);
}

/* Writes the escape of a byte that needs one; returns its length. */
static size_t write_escape(char c, char *to)
{
    static const char digits[] = "0123456789abcdef";
    static const char letters[] = "btn\0fr"; /* of 8 to 13 */
    to[0] = '\\';
    if (c == '"' || c == '\\') {
        to[1] = c;
        return 2;
    }
    if (c >= '\b' && c <= '\r' && letters[c - '\b']) {
        to[1] = letters[c - '\b'];
        return 2;
    }
    to[1] = 'u';
    to[2] = to[3] = '0';
    to[4] = digits[(unsigned char)c >> 4];
    to[5] = digits[c & 15];
    return 6;
}

/* always_inline: `copy` is known in each of the two callers, and fields are short. */
__attribute__((always_inline)) static inline bool
append_escaped(struct buffer *output, struct slice field, enum csv_form form, const char *readable,
               size_t (*copy)(const char *from, const char *end, const char *readable, char *to))
{
    const char *from = field.bytes, *end = from + field.length;
    size_t start = output->length;
    if (!readable)
        readable = end;
    for (;;) {
        bool has_room = output->capacity - output->length >= (size_t)(end - from) + 32;
        char *to = has_room ? output->bytes + output->length : buffer_reserve(output, (size_t)(end - from) + 32);
        size_t length = copy(from, end, readable, to);
        from += length;
        output->length += length;
        if (from == end)
            return true;
        char c = *from++;
        if (c == '"' && form != CSV_PLAIN) {
            bool is_double = form == CSV_QUOTED && from < end && *from == '"';
            if (!is_double) {
                output->length = start;
                return false;
            }
            from++;
        }
        output->length += write_escape(c, to + length);
    }
}

bool csv_append_escaped(struct buffer *output, struct slice field, enum csv_form form, const char *readable)
{
    return append_escaped(output, field, form, readable, copy_clean);
}

bool csv_append_escaped_scalar(struct buffer *output, struct slice field, enum csv_form form, const char *readable)
{
    return append_escaped(output, field, form, readable, copy_clean_scalar);
}
