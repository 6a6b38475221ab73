/* union_find.c - disjoint sets of numbers. */
#include "spill/union_find.h"

#include "base/memory.h"

void union_find_grow(struct union_find *sets, size_t count)
{
    if (count > sets->capacity)
        sets->parents = memory_grow(sets->parents, &sets->capacity, count, sizeof *sets->parents);
    for (; sets->count < count; sets->count++)
        sets->parents[sets->count] = sets->count;
}

void union_find_release(struct union_find *sets)
{
    memory_free(sets->parents);
    *sets = (struct union_find){ 0 };
}

uint64_t union_find_root(struct union_find *sets, uint64_t number)
{
    uint64_t *parents = sets->parents;
    while (parents[number] != number) {
        parents[number] = parents[parents[number]];
        number = parents[number];
    }
    return number;
}

void union_find_join(struct union_find *sets, uint64_t left, uint64_t right)
{
    left = union_find_root(sets, left);
    right = union_find_root(sets, right);
    if (left < right)
        sets->parents[right] = left;
    else
        sets->parents[left] = right;
}
