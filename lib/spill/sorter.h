/* sorter.h - sorts more items than memory holds.
 *
 * An item is a key and a payload, both bytes. Items come out in the order of their keys as memcmp has it, a shorter key
 * before a longer one that begins with it, equal keys in the order in which they were added: so for any memory the
 * same.
 *
 * Up to `memory` bytes are kept and sorted by radix; more go as sorted runs to a nameless file in $TMPDIR (else /tmp)
 * that vanishes with the process, and are merged when they are read. Many runs are first merged to fewer. One thread.
 * Disk: the items and some 6 bytes each; twice that while runs are merged to fewer. Cost: one pass of
 * radix sort for each byte in which the first 8 bytes of keys differ, so keys should differ there; figures: `make
 * bench`. */
#ifndef SPILL_SORTER_H
#define SPILL_SORTER_H

#include "base/error.h"
#include "base/slice.h"

enum {
    SORTER_MEMORY_MINIMUM = 1024 * 1024,
    SORTER_KEY_BYTES_MAXIMUM = 64 * 1024 * 1024,
    SORTER_PAYLOAD_BYTES_MAXIMUM = 1024 * 1024 * 1024
};

struct sorter;

/* memory: bytes for items and their places; less than SORTER_MEMORY_MINIMUM counts as that. Owned: sorter_free(). */
struct sorter *sorter_create(size_t memory);
void sorter_free(struct sorter *sorter);

/* Adds a copy of an item. Errors: E_CREATE, E_IO (the file, with its folder and what to do), E_LIMIT. */
bool sorter_add(struct sorter *sorter, struct slice key, struct slice payload, struct error *error) MUST_CHECK;

/* No more items come. Errors: as above. */
bool sorter_finish(struct sorter *sorter, struct error *error) MUST_CHECK;

/* The next item, borrowed until the next call; *has_item false: there is none. Errors: E_IO. */
bool sorter_next(struct sorter *sorter, struct slice *key, struct slice *payload, bool *has_item,
                 struct error *error) MUST_CHECK;

/* Items added, and bytes that went to disk. */
uint64_t sorter_count(const struct sorter *sorter);
uint64_t sorter_spilled(const struct sorter *sorter);

#endif
