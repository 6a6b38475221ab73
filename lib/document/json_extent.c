/* json_extent.c - where a JSON value ends, found in pieces. */
#include "document/json_extent.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

size_t json_find_string_end_scalar(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length && bytes[at] != '"' && bytes[at] != '\\')
        at++;
    return at;
}

size_t json_find_structure_scalar(const char *bytes, size_t length)
{
    size_t at = 0;
    for (; at < length; at++) {
        char c = bytes[at];
        if (c == '"' || c == '{' || c == '}' || c == '[' || c == ']')
            break;
    }
    return at;
}

#if defined(__SSE2__)
size_t json_find_string_end(const char *bytes, size_t length)
{
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    size_t at = 0;
    for (; at + 16 <= length; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);
        if (mask)
            return at + (size_t)__builtin_ctz(mask);
    }
    return at + json_find_string_end_scalar(bytes + at, length - at);
}

/* '[' and '{', ']' and '}' differ in the bit 0x20 alone. */
size_t json_find_structure(const char *bytes, size_t length)
{
    const __m128i quote = _mm_set1_epi8('"'), open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
    const __m128i fold = _mm_set1_epi8(0x20);
    size_t at = 0;
    for (; at + 16 <= length; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
        __m128i folded = _mm_or_si128(block, fold);
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(block, quote));
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);
        if (mask)
            return at + (size_t)__builtin_ctz(mask);
    }
    return at + json_find_structure_scalar(bytes + at, length - at);
}
#else
size_t json_find_string_end(const char *bytes, size_t length)
{
    return json_find_string_end_scalar(bytes, length);
}

size_t json_find_structure(const char *bytes, size_t length)
{
    return json_find_structure_scalar(bytes, length);
}
#endif

static bool ends_scalar(char c)
{
    return c == ',' || c == ']' || c == '}' || c == ' ' || (c >= '\t' && c <= '\r') || c == '{' || c == '[' || c == '"';
}

/* Inside of a string: to behind its closing quote. false: not there yet. */
static bool skip_string(struct json_extent *extent, struct slice bytes)
{
    while (extent->at < bytes.length) {
        if (extent->is_escaped) {
            extent->is_escaped = false;
            extent->at++;
            continue;
        }
        extent->at += json_find_string_end(bytes.bytes + extent->at, bytes.length - extent->at);
        if (extent->at == bytes.length)
            return false;
        char c = bytes.bytes[extent->at++];
        extent->is_escaped = c == '\\';
        extent->in_string = c == '\\';
        if (!extent->in_string)
            return true;
    }
    return false;
}

bool json_extent_find(struct json_extent *extent, struct slice bytes)
{
    if (!extent->has_begun && extent->at < bytes.length) {
        char first = bytes.bytes[extent->at];
        extent->has_begun = true;
        extent->is_scalar = first != '{' && first != '[' && first != '"';
        extent->at += extent->is_scalar;
    }
    while (extent->is_scalar && extent->at < bytes.length) {
        if (ends_scalar(bytes.bytes[extent->at]))
            return true;
        extent->at++;
    }
    while (extent->at < bytes.length) {
        if (extent->in_string) {
            if (skip_string(extent, bytes) && extent->depth == 0)
                return true;
            continue;
        }
        extent->at += json_find_structure(bytes.bytes + extent->at, bytes.length - extent->at);
        if (extent->at == bytes.length)
            return false;
        char c = bytes.bytes[extent->at++];
        if (c == '"')
            extent->in_string = true;
        else if (c == '{' || c == '[')
            extent->depth++;
        else if (--extent->depth == 0)
            return true;
    }
    return false;
}
