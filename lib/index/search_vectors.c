/* search_vectors.c - the nearest rows over all segments, in ranges that threads share; and the fusion of two rankings.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "index/search_best.h"
#include "index/search_screen.h"
#include "parallel/parallel.h"

enum { RANGE_ROWS = 16384 }; /* a multiple of 64 */

/* One part of the scan: rows [first, end) of one segment. */
struct range {
    const struct index_segment *segment;
    const uint64_t *allowed;
    uint32_t number; /* of the segment */
    uint32_t first, end;
    struct vector_search best;
    const struct screen_query *screen; /* NULL: all rows are scored */
    struct screened screened;
    struct vector_search lowers; /* of what was screened */
};

static bool is_before(const void *context, const struct vector_match *a, const struct vector_match *b)
{
    struct index_row first = { a->segment, a->row }, second = { b->segment, b->row };
    return index_compare_ids(context, first, second) < 0;
}

void search_best_open(struct vector_search *best, const struct index *index, size_t limit)
{
    *best = (struct vector_search){ .limit = limit, .is_before = is_before, .context = index };
    best->matches = memory_resize(NULL, limit + 1, sizeof *best->matches);
}

void search_best_close(struct vector_search *best)
{
    memory_free(best->matches);
    best->matches = NULL;
}

void search_best_take(struct vector_search *best, struct arena *arena, struct search_hits *hits)
{
    vectors_sort(best);
    hits->count = best->count;
    hits->list = arena_allocate_zeroed(arena, best->count + 1, sizeof *hits->list);
    for (size_t i = 0; i < best->count; i++) {
        const struct vector_match *match = &best->matches[i];
        hits->list[i] = (struct search_hit){ .row = { match->segment, match->row }, .score = (double)match->score };
    }
    search_best_close(best);
}

static void scan_range(void *context, size_t number)
{
    struct range *range = (struct range *)context + number;
    if (range->screen && range->segment->vectors.screen_codes)
        screened_scan(&range->screened, &range->lowers, range->screen, &range->segment->vectors, range->allowed,
                      range->first, range->end);
    else
        vectors_search(&range->best, &range->segment->vectors, range->number, range->allowed, range->first, range->end);
}

static size_t make_ranges(const struct index *index, const struct index_filter *filter, struct range **ranges)
{
    size_t count = 0, capacity = 0;
    for (size_t s = 0; s < index->segment_count; s++) {
        const struct index_segment *segment = &index->segments[s];
        if (!segment->vectors.values || filter->counts[s] == 0)
            continue;
        for (uint32_t first = 0; first < segment->row_count; first += RANGE_ROWS) {
            uint32_t left = segment->row_count - first;
            *ranges = memory_grow(*ranges, &capacity, count + 1, sizeof **ranges);
            (*ranges)[count++] = (struct range){ .segment = segment,
                                                 .allowed = filter->allowed[s],
                                                 .number = (uint32_t)s,
                                                 .first = first,
                                                 .end = first + (left < RANGE_ROWS ? left : RANGE_ROWS) };
        }
    }
    return count;
}

/* Bounds have no ties that matter. */
static bool is_never_before(const void *context, const struct vector_match *a, const struct vector_match *b)
{
    (void)context, (void)a, (void)b;
    return false;
}

static void open_lowers(struct vector_search *lowers, const struct index *index, size_t limit)
{
    search_best_open(lowers, index, limit);
    lowers->is_before = is_never_before;
}

/* Scores the rows that their codes left over: of those below the limit-th best lower bound none is among the nearest.
 */
static void score_screened(const struct index *index, struct range *ranges, size_t count, size_t limit)
{
    struct vector_search lowers;
    open_lowers(&lowers, index, limit);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < ranges[i].lowers.count; k++)
            vectors_offer(&lowers, &ranges[i].lowers.matches[k]);
    for (size_t i = 0; i < count; i++) {
        struct range *range = &ranges[i];
        for (size_t k = 0; k < range->screened.count; k++)
            if (lowers.count < limit || !(range->screened.rows[k].upper < lowers.matches[0].score))
                vectors_search_row(&range->best, &range->segment->vectors, range->number, range->screened.rows[k].row);
        screened_release(&range->screened);
        search_best_close(&range->lowers);
    }
    search_best_close(&lowers);
}

/* Codes pay when they leave out most rows, and there are none for distances. */
static bool can_screen(const struct index *index, const struct index_filter *filter, size_t limit)
{
    enum { ROWS_FOR_ONE = 16 };
    return index->manifest.settings.metric != METRIC_EUCLIDEAN && limit > 0 && filter->count / ROWS_FOR_ONE > limit;
}

bool search_vectors(const struct index *index, const float *query, const struct index_filter *filter, size_t limit,
                    unsigned workers, struct arena *arena, struct search_hits *hits, struct error *error)
{
    const struct index_settings *settings = &index->manifest.settings;
    struct range *ranges = NULL;
    struct vector_search best;
    float scale = vector_scale(query, settings->dimension);
    if (settings->metric == METRIC_COSINE && !(scale > 0))
        return error_set(error, E_FIELD_VALUE, "the query's vector is all zeros or not finite");
    size_t count = make_ranges(index, filter, &ranges);
    struct vector_search asked = { .metric = settings->metric, .query = query, .query_scale = scale };
    struct screen_query screen = { 0 };
    if (can_screen(index, filter, limit))
        screen_query_prepare(&screen, &asked, settings->dimension);
    for (size_t i = 0; i < count; i++) {
        ranges[i].screen = screen.values ? &screen : NULL;
        if (ranges[i].screen)
            open_lowers(&ranges[i].lowers, index, limit);
        search_best_open(&ranges[i].best, index, limit);
        ranges[i].best.metric = settings->metric;
        ranges[i].best.query = query;
        ranges[i].best.query_scale = scale;
    }
    parallel_for(workers, count, ranges, scan_range);
    if (screen.values)
        score_screened(index, ranges, count, limit);
    screen_query_release(&screen);
    search_best_open(&best, index, limit);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < ranges[i].best.count; k++)
            vectors_offer(&best, &ranges[i].best.matches[k]);
        search_best_close(&ranges[i].best);
    }
    search_best_take(&best, arena, hits);
    memory_free(ranges);
    return true;
}

struct ranking {
    const struct index *index;
    struct search_hit *hit;
};

static int compare_rows(const void *a, const void *b)
{
    const struct search_hit *first = a, *second = b;
    if (first->row.segment != second->row.segment)
        return first->row.segment < second->row.segment ? -1 : 1;
    return (first->row.row > second->row.row) - (first->row.row < second->row.row);
}

static int compare_fused(const void *a, const void *b)
{
    const struct ranking *first = a, *second = b;
    if (first->hit->score != second->hit->score)
        return first->hit->score > second->hit->score ? -1 : 1;
    return index_compare_ids(first->index, first->hit->row, second->hit->row);
}

static size_t add_list(struct search_hit *all, size_t count, const struct search_hits *list, bool is_lexical)
{
    for (size_t i = 0; list && i < list->count; i++) {
        struct search_hit hit = { .row = list->list[i].row };
        if (is_lexical) {
            hit.lexical_rank = (uint32_t)i + 1;
            hit.lexical_score = (float)list->list[i].score;
        } else {
            hit.vector_rank = (uint32_t)i + 1;
            hit.vector_score = (float)list->list[i].score;
        }
        all[count++] = hit;
    }
    return count;
}

/* A row that stands in both lists becomes one hit. all is sorted by row. */
static size_t join_rows(struct search_hit *all, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_same = kept && compare_rows(&all[kept - 1], &all[i]) == 0;
        if (!is_same) {
            all[kept++] = all[i];
            continue;
        }
        struct search_hit *hit = &all[kept - 1];
        if (all[i].lexical_rank) {
            hit->lexical_rank = all[i].lexical_rank;
            hit->lexical_score = all[i].lexical_score;
        } else {
            hit->vector_rank = all[i].vector_rank;
            hit->vector_score = all[i].vector_score;
        }
    }
    return kept;
}

void search_fuse(const struct index *index, const struct search_hits *lexical, const struct search_hits *vectors,
                 const struct fusion *fusion, size_t limit, struct arena *arena, struct search_hits *hits)
{
    struct search_hit *all = arena_allocate(arena, (lexical->count + vectors->count + 1) * sizeof *all);
    size_t count = add_list(all, add_list(all, 0, lexical, true), vectors, false);
    qsort(all, count, sizeof *all, compare_rows);
    count = join_rows(all, count);
    struct ranking *order = arena_allocate(arena, (count + 1) * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        if (all[i].lexical_rank)
            all[i].score += fusion->lexical_weight / (fusion->rrf_k + all[i].lexical_rank);
        if (all[i].vector_rank)
            all[i].score += fusion->vector_weight / (fusion->rrf_k + all[i].vector_rank);
        order[i] = (struct ranking){ index, &all[i] };
    }
    qsort(order, count, sizeof *order, compare_fused);
    hits->count = count < limit ? count : limit;
    hits->list = arena_allocate(arena, (hits->count + 1) * sizeof *hits->list);
    for (size_t i = 0; i < hits->count; i++)
        hits->list[i] = *order[i].hit;
}
