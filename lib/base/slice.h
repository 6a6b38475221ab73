/* slice.h - borrowed bytes with a length.
 *
 * A slice never owns its bytes and never depends on a final NUL: text from users may hold NULs. Whoever hands one
 * out says how long its bytes live. The zeroed slice is the empty one. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *bytes;
    size_t length;
};

/* A slice of a string literal, usable in a static initializer without the cast of slice_of(). */
#define SLICE_INIT(literal)                                                                                            \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }
#define SLICE(literal) ((struct slice)SLICE_INIT(literal))

static inline struct slice slice_of(const char *bytes, size_t length)
{
    return (struct slice){ bytes, length };
}

/* string may be NULL: the empty slice. */
static inline struct slice slice_of_string(const char *string)
{
    return (struct slice){ string, string ? strlen(string) : 0 };
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static inline bool slice_starts_with(struct slice whole, struct slice start)
{
    return whole.length >= start.length && (start.length == 0 || memcmp(whole.bytes, start.bytes, start.length) == 0);
}

static inline bool slice_ends_with(struct slice whole, struct slice end)
{
    return whole.length >= end.length &&
           (end.length == 0 || memcmp(whole.bytes + whole.length - end.length, end.bytes, end.length) == 0);
}

/* From offset to the end; an offset beyond the end gives the empty slice. */
static inline struct slice slice_from(struct slice whole, size_t offset)
{
    if (!whole.bytes)
        return whole;
    if (offset >= whole.length)
        return (struct slice){ whole.bytes + whole.length, 0 };
    return (struct slice){ whole.bytes + offset, whole.length - offset };
}

/* [start, end) of whole, both cut to its length. */
static inline struct slice slice_between(struct slice whole, size_t start, size_t end)
{
    if (!whole.bytes)
        return whole;
    if (end > whole.length)
        end = whole.length;
    if (start >= end)
        return (struct slice){ whole.bytes + end, 0 };
    return (struct slice){ whole.bytes + start, end - start };
}

/* The byte there, NUL beyond the end. */
static inline char slice_byte(struct slice whole, size_t offset)
{
    if (offset < whole.length)
        return whole.bytes[offset];
    return '\0';
}

/* Bytes as memcmp orders them, a prefix before the longer one: the one order that no locale changes. */
int slice_compare(struct slice a, struct slice b);

/* Offset of the first byte equal to wanted, or whole.length. */
size_t slice_find_byte(struct slice whole, char wanted);

/* Offset of the first occurrence of wanted, or whole.length. */
size_t slice_find(struct slice whole, struct slice wanted);

/* Without ASCII space, tab, CR and LF at both ends. */
struct slice slice_trim(struct slice whole);

/* ASCII letters compare alike; other bytes exactly. */
bool slice_equal_ignore_case(struct slice a, struct slice b);

#endif
