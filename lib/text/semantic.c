/* semantic.c - where neighbouring sentences differ so much that a new subject begins. */
#include "text/semantic.h"

#include <stdlib.h>
#include <string.h>

static int compare_distances(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* Ranks from 0 to count - 1 are the percentiles from 0 to 100. */
static double percentile_of(const double *sorted, size_t count, double percentile)
{
    double rank = percentile / 100 * (double)(count - 1);
    size_t below = (size_t)rank;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (rank - (double)below) * (sorted[below + 1] - sorted[below]);
}

size_t *semantic_breaks(const double *distances, size_t count, double percentile, struct arena *arena,
                        size_t *break_count)
{
    size_t *breaks = arena_allocate(arena, (count + 1) * sizeof *breaks);
    *break_count = 0;
    if (count == 0)
        return breaks;
    double *sorted = arena_allocate(arena, count * sizeof *sorted);
    memcpy(sorted, distances, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_distances);
    double threshold = percentile_of(sorted, count, percentile);
    for (size_t i = 0; i < count; i++)
        if (distances[i] > threshold)
            breaks[(*break_count)++] = i + 1;
    return breaks;
}
