/* merge_plan.c - which segments to merge: few big merges, so that a row is rewritten about once per tier. */
#include "index/writer_private.h"

enum { MERGE_FAN = 8, MERGE_FLOOR_ROWS = 1024, MERGE_ROWS_MAXIMUM = 8 * 1024 * 1024 };

/* Tiers grow by the fan: 0 up to 1,024 rows, 1 up to 8,192, ... */
static int tier_of(uint32_t rows)
{
    int tier = 0;
    for (uint64_t bound = MERGE_FLOOR_ROWS; rows > bound; bound *= MERGE_FAN)
        tier++;
    return tier;
}

/* Size-tiered over neighbours: when the newest segments, none above the last one's tier, are as many as the fan, they
 * become one. Merging stops where a segment would grow beyond MERGE_ROWS_MAXIMUM. */
bool merge_plan(const uint32_t *rows, size_t count, size_t *start, size_t *end)
{
    if (count == 0)
        return false;
    int tier = tier_of(rows[count - 1]);
    uint64_t total = 0;
    size_t first = count;
    while (first > 0 && tier_of(rows[first - 1]) <= tier && total + rows[first - 1] <= MERGE_ROWS_MAXIMUM)
        total += rows[--first];
    *start = first;
    *end = count;
    return count - first >= MERGE_FAN;
}
