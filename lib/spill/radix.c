/* radix.c - sorts items in memory. */
#include "spill/radix.h"

#include <string.h>

#include "base/memory.h"

enum { DIGIT_BITS = 8, DIGITS = 8, DIGIT_VALUES = 1 << DIGIT_BITS, FEW = 24 };

uint64_t sort_prefix(struct slice key)
{
    unsigned char bytes[8] = { 0 };
    uint64_t prefix = 0;
    if (key.length > 0)
        memcpy(bytes, key.bytes, key.length < 8 ? key.length : 8);
    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | bytes[i];
    return prefix;
}

static int compare(const struct sort_entry *left, const struct sort_entry *right, const char *bytes)
{
    if (left->prefix != right->prefix)
        return left->prefix < right->prefix ? -1 : 1;
    size_t shared = left->key_length < right->key_length ? left->key_length : right->key_length;
    int order = shared > 8 ? memcmp(bytes + left->place + 8, bytes + right->place + 8, shared - 8) : 0;
    if (order != 0)
        return order;
    if (left->key_length != right->key_length)
        return left->key_length < right->key_length ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

static void sort_few(struct sort_entry *entries, size_t count, const char *bytes)
{
    for (size_t i = 1; i < count; i++) {
        struct sort_entry entry = entries[i];
        size_t place = i;
        for (; place > 0 && compare(&entry, &entries[place - 1], bytes) < 0; place--)
            entries[place] = entries[place - 1];
        entries[place] = entry;
    }
}

/* Bottom-up, from sorted stretches of a few. other: room for count. */
static void merge_sort(struct sort_entry *entries, size_t count, struct sort_entry *other, const char *bytes)
{
    struct sort_entry *from = entries, *to = other;
    for (size_t start = 0; start < count; start += FEW)
        sort_few(entries + start, count - start < FEW ? count - start : FEW, bytes);
    for (size_t width = FEW; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t left = start, right = middle;
            for (size_t place = start; place < end; place++)
                to[place] = left < middle && (right == end || compare(&from[left], &from[right], bytes) < 0)
                                ? from[left++]
                                : from[right++];
        }
        struct sort_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries)
        memcpy(entries, from, count * sizeof *entries);
}

/* One stable pass over a byte of the prefix. */
static void pass(const struct sort_entry *from, struct sort_entry *to, size_t count, unsigned shift)
{
    size_t starts[DIGIT_VALUES] = { 0 }, sum = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].prefix >> shift & (DIGIT_VALUES - 1)]++;
    for (size_t value = 0; value < DIGIT_VALUES; value++) {
        size_t here = starts[value];
        starts[value] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].prefix >> shift & (DIGIT_VALUES - 1)]++] = from[i];
}

void sort_entries(struct sort_entry *entries, size_t count, const char *bytes)
{
    if (count <= FEW) {
        sort_few(entries, count, bytes);
        return;
    }
    uint64_t differs = 0;
    for (size_t i = 1; i < count; i++)
        differs |= entries[i].prefix ^ entries[0].prefix;
    struct sort_entry *other = memory_allocate(count * sizeof *other), *from = entries, *to = other;
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        if (!(differs >> (digit * DIGIT_BITS) & (DIGIT_VALUES - 1)))
            continue;
        pass(from, to, count, digit * DIGIT_BITS);
        struct sort_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries)
        memcpy(entries, from, count * sizeof *entries);
    for (size_t start = 0, end; start < count; start = end) {
        bool is_long = false;
        for (end = start; end < count && entries[end].prefix == entries[start].prefix; end++)
            is_long |= entries[end].key_length != entries[start].key_length || entries[end].key_length > 8;
        if (is_long)
            merge_sort(entries + start, end - start, other, bytes);
    }
    memory_free(other);
}
