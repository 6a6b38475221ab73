/* slice.c - searching and comparing borrowed bytes. */
#define _GNU_SOURCE /* memmem */
#include "base/slice.h"

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

size_t slice_find(struct slice whole, struct slice wanted)
{
    if (wanted.length == 0)
        return 0;
    const char *found = whole.length ? memmem(whole.bytes, whole.length, wanted.bytes, wanted.length) : NULL;
    return found ? (size_t)(found - whole.bytes) : whole.length;
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
