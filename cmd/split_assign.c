/* split_assign.c - which split each row goes to, when all rows are there: by sizes, by strata, in the order of time.
 *
 * Units (rows of one group, or of one time) are laid end to end, in the order of their hashes or times; a split is a
 * stretch of that line. Within a stratum each split's share is met but for less than a unit; where the line begins is
 * the stratum's own, so that small strata do not all round the same way. */
#include <math.h>
#include <stdlib.h>

#include "base/big_endian.h"
#include "base/hash.h"
#include "base/memory.h"
#include "split.h"

/* A line of rows, and where the splits end on it. */
struct ruler {
    double ends[SPLITS_MAXIMUM];
    unsigned count;
    double offset; /* of a unit's place in itself */
    uint64_t before;
};

static struct ruler ruler_of(const struct split_plan *plan, uint64_t rows, double offset)
{
    struct ruler ruler = { .count = plan->count, .offset = offset };
    if (plan->options->count.count == 0) {
        for (unsigned i = 0; i < plan->count; i++)
            ruler.ends[i] = plan->bounds[i] * (double)rows;
        return ruler;
    }
    double end = (double)rows;
    for (unsigned i = 1; i < plan->count; i++)
        end -= (double)plan->wanted[i];
    for (unsigned i = 0; i < plan->count; i++) {
        ruler.ends[i] = end > 0 ? end : 0;
        end += i + 1 < plan->count ? (double)plan->wanted[i + 1] : 0;
    }
    return ruler;
}

/* The split of the next unit. */
static unsigned ruler_next(struct ruler *ruler, uint64_t rows)
{
    double place = (double)ruler->before + (double)rows * ruler->offset;
    unsigned split = 0;
    ruler->before += rows;
    while (split + 1 < ruler->count && place >= ruler->ends[split])
        split++;
    return split;
}

struct place {
    uint64_t hash, row;
    uint32_t stratum;
};

static int compare_hashes(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int compare_strata(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->stratum != b->stratum)
        return a->stratum < b->stratum ? -1 : 1;
    return compare_hashes(left, right);
}

static size_t unit_end(const struct place *places, size_t count, size_t first)
{
    size_t end = first + 1;
    while (end < count && places[end].hash == places[first].hash)
        end++;
    return end;
}

static double offset_of(const struct split_waiting *waiting, uint32_t stratum)
{
    if (!waiting->plan.options->stratify)
        return 0.5;
    return ldexp((double)(hash_64(waiting->strata.entries[stratum].key, 0) >> 11), -53);
}

static void assign_stratum(struct split_waiting *waiting, const struct place *places, size_t count)
{
    struct ruler ruler = ruler_of(&waiting->plan, count, offset_of(waiting, places[0].stratum));
    for (size_t i = 0, end; i < count; i = end) {
        end = unit_end(places, count, i);
        unsigned split = ruler_next(&ruler, end - i);
        for (size_t k = i; k < end; k++)
            waiting->rows[places[k].row].split = (unsigned char)split;
    }
}

static void assign_by_hash(struct split_waiting *waiting)
{
    struct place *places = memory_allocate((waiting->count + 1) * sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->rows[i].split != SPLIT_NONE)
            places[count++] = (struct place){ waiting->rows[i].hash, i, waiting->rows[i].stratum };
    qsort(places, count, sizeof *places, compare_hashes);
    /* A group is of the stratum of its first row. */
    for (size_t i = 0, end; i < count; i = end) {
        end = unit_end(places, count, i);
        for (size_t k = i; k < end; k++)
            places[k].stratum = places[i].stratum;
    }
    if (waiting->plan.options->stratify)
        qsort(places, count, sizeof *places, compare_strata);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && places[end].stratum == places[i].stratum;)
            end++;
        assign_stratum(waiting, places + i, end - i);
    }
    memory_free(places);
}

/* Rows of one time, and the rest of the line. */
static void assign_unit(struct split_waiting *waiting, struct ruler *ruler, const struct buffer *unit)
{
    const uint64_t *rows = (const uint64_t *)(const void *)unit->bytes;
    size_t count = unit->length / sizeof *rows;
    unsigned split = count ? ruler_next(ruler, count) : 0;
    for (size_t i = 0; i < count; i++)
        waiting->rows[rows[i]].split = (unsigned char)split;
}

static bool assign_by_time(struct split_waiting *waiting, struct error *error)
{
    struct ruler ruler = ruler_of(&waiting->plan, sorter_count(waiting->times), 0.5);
    struct buffer time = { 0 }, unit = { 0 };
    struct slice key, payload;
    bool has_item = false, is_good = sorter_finish(waiting->times, error);
    while (is_good && (is_good = sorter_next(waiting->times, &key, &payload, &has_item, error)) && has_item) {
        uint64_t row = big_endian_read(payload, BIG_ENDIAN_BYTES);
        if (!slice_equal(key, buffer_slice(&time))) {
            assign_unit(waiting, &ruler, &unit);
            buffer_reset(&unit);
            buffer_reset(&time);
            buffer_append_slice(&time, key);
        }
        buffer_append(&unit, &row, sizeof row);
    }
    assign_unit(waiting, &ruler, &unit);
    buffer_release(&time);
    buffer_release(&unit);
    return is_good;
}

bool split_assign(struct split_waiting *waiting, struct error *error)
{
    const struct split_plan *plan = &waiting->plan;
    if (plan->options->time)
        return plan->cut_count > 0 || assign_by_time(waiting, error);
    if (plan->options->stratify || plan->options->count.count > 0) {
        assign_by_hash(waiting);
        return true;
    }
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->rows[i].split != SPLIT_NONE)
            waiting->rows[i].split = (unsigned char)split_by_hash(plan, waiting->rows[i].hash);
    return true;
}
