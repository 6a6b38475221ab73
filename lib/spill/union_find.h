/* union_find.h - disjoint sets of numbers, each known by its least member.
 *
 * So the answer does not depend on the order of the joins. The zeroed struct is empty. 8 bytes a number; a join or a
 * question costs few steps, since paths are halved on the way. Not thread safe. */
#ifndef SPILL_UNION_FIND_H
#define SPILL_UNION_FIND_H

#include <stddef.h>
#include <stdint.h>

struct union_find {
    uint64_t *parents;
    size_t count, capacity;
};

/* Makes the numbers below count known, each in a set of its own. */
void union_find_grow(struct union_find *sets, size_t count);
void union_find_release(struct union_find *sets);

/* The least member of the set. number: below count. */
uint64_t union_find_root(struct union_find *sets, uint64_t number);
void union_find_join(struct union_find *sets, uint64_t left, uint64_t right);

#endif
