/* slice.c - searching and comparing borrowed bytes. */
#define _GNU_SOURCE /* memmem */
#include "base/slice.h"

#include "base/cpu.h"
#include "base/find_kernel.h"

int slice_compare(struct slice a, struct slice b)
{
    size_t shared = a.length < b.length ? a.length : b.length;
    int order = shared ? memcmp(a.bytes, b.bytes, shared) : 0;
    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

size_t slice_find_byte(struct slice whole, char wanted)
{
    const char *found = whole.length ? memchr(whole.bytes, wanted, whole.length) : NULL;
    return found ? (size_t)(found - whole.bytes) : whole.length;
}

/* memmem(3) is linear for any text, and the twin of the kernel. */
static size_t find_from(struct slice whole, size_t start, struct slice wanted)
{
    const char *found = memmem(whole.bytes + start, whole.length - start, wanted.bytes, wanted.length);
    return found ? (size_t)(found - whole.bytes) : whole.length;
}

size_t slice_find(struct slice whole, struct slice wanted)
{
    size_t resume = 0;
    if (wanted.length == 0)
        return 0;
    if (whole.length < wanted.length)
        return whole.length;
    if (wanted.length == 1)
        return slice_find_byte(whole, wanted.bytes[0]);
#if defined(__x86_64__)
    if (whole.length - wanted.length >= FIND_SHORTEST_TEXT && cpu_level() >= CPU_AVX2) {
        size_t found = find_avx2(whole, wanted, &resume);
        if (found < whole.length)
            return found;
    }
#endif
    return find_from(whole, resume, wanted);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct slice slice_trim(struct slice whole)
{
    while (whole.length && is_blank(whole.bytes[0])) {
        whole.bytes++;
        whole.length--;
    }
    while (whole.length && is_blank(whole.bytes[whole.length - 1]))
        whole.length--;
    return whole;
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

bool slice_equal_ignore_case(struct slice a, struct slice b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (lower(a.bytes[i]) != lower(b.bytes[i]))
            return false;
    return true;
}
