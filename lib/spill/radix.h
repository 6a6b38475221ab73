/* radix.h - sorts items in memory by their keys. Private to the module. */
#ifndef SPILL_RADIX_H
#define SPILL_RADIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct sort_entry {
    uint64_t prefix; /* the key's first 8 bytes, as a big-endian number; what is missing is 0 */
    uint64_t place;  /* of the key in the bytes; rises with the order of adding */
    uint32_t key_length, payload_length;
};

uint64_t sort_prefix(struct slice key);

/* By key, then by place. Stable radix passes over the bytes of the prefix in which entries differ, then a merge sort
 * where longer keys share theirs. Uses as much memory again as the entries take. */
void sort_entries(struct sort_entry *entries, size_t count, const char *bytes);

#endif
