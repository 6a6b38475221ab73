/* html_scan.h - private to the module: the inner loops over HTML text.
 *
 * SSE2 belongs to every x86-64, so there is no dispatch; other machines take the scalar twins, which are compiled
 * everywhere and compared in the tests. */
#ifndef DOCUMENT_HTML_SCAN_H
#define DOCUMENT_HTML_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { HTML_RUN_SLACK = 16 }; /* bytes that html_copy_run may write beyond the run */

static inline bool html_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* Ends a run: markup, a reference, a control character (white space among them) or the first of two spaces. */
static inline bool html_ends_run(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    return c == '<' || c == '&' || c < 0x20 || (c == ' ' && at + 1 < end && at[1] == ' ');
}

static inline size_t html_copy_run_scalar(const char *from, const char *end, char *to)
{
    size_t length = 0;
    for (; from + length < end && !html_ends_run(from + length, end); length++)
        to[length] = from[length];
    return length;
}

/* Copies from `from` up to what ends a run; returns its length. to has room for end - from + HTML_RUN_SLACK bytes. */
static inline size_t html_copy_run(const char *from, const char *end, char *to)
{
    size_t length = 0;
#if defined(__SSE2__)
    const __m128i open = _mm_set1_epi8('<'), ampersand = _mm_set1_epi8('&'), space = _mm_set1_epi8(' ');
    const __m128i control = _mm_set1_epi8(0x1f);
    while ((size_t)(end - from) >= length + 17) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(from + length));
        __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(from + length + 1));
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(bytes, open), _mm_cmpeq_epi8(bytes, ampersand));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
        stop = _mm_or_si128(stop, _mm_and_si128(_mm_cmpeq_epi8(bytes, space), _mm_cmpeq_epi8(next, space)));
        _mm_storeu_si128((__m128i *)(void *)(to + length), bytes);
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);
        if (mask)
            return length + (size_t)__builtin_ctz(mask);
        length += 16;
    }
#endif
    return length + html_copy_run_scalar(from + length, end, to + length);
}

static inline size_t html_copy_pre_scalar(const char *from, const char *end, char *to)
{
    size_t length = 0;
    for (; from + length < end; length++) {
        char c = from[length];
        if (c == '<' || c == '&' || c == '\r' || c == '\0')
            break;
        to[length] = c;
    }
    return length;
}

/* The same for <pre>: ends at markup, a reference, CR or NUL. */
static inline size_t html_copy_pre(const char *from, const char *end, char *to)
{
    size_t length = 0;
#if defined(__SSE2__)
    const __m128i open = _mm_set1_epi8('<'), ampersand = _mm_set1_epi8('&'), carriage = _mm_set1_epi8('\r');
    while ((size_t)(end - from) >= length + 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(from + length));
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(bytes, open), _mm_cmpeq_epi8(bytes, ampersand));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(bytes, carriage));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
        _mm_storeu_si128((__m128i *)(void *)(to + length), bytes);
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);
        if (mask)
            return length + (size_t)__builtin_ctz(mask);
        length += 16;
    }
#endif
    return length + html_copy_pre_scalar(from + length, end, to + length);
}

/* The first byte equal to wanted, or end: for the short distances inside a tag. */
static inline const char *html_find_near(const char *from, const char *end, char wanted)
{
#if defined(__SSE2__)
    const __m128i pattern = _mm_set1_epi8(wanted);
    for (; end - from >= 16; from += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
        unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, pattern));
        if (mask)
            return from + __builtin_ctz(mask);
    }
#endif
    while (from < end && *from != wanted)
        from++;
    return from;
}

#endif
