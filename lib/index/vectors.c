/* vectors.c - the nearest rows by an exact scan. */
#include "index/vectors.h"

#include <math.h>

#include "index/kernels.h"

/* Whether a comes before b in the answer. */
static bool is_better(const struct vector_search *search, const struct vector_match *a, const struct vector_match *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    return search->is_before(search->context, a, b);
}

/* The root of the heap is the worst match kept. */
static void sink_root(struct vector_search *search, size_t size)
{
    struct vector_match *heap = search->matches, moved = heap[0];
    size_t place = 0;
    for (;;) {
        size_t child = place * 2 + 1;
        if (child >= size)
            break;
        if (child + 1 < size && is_better(search, &heap[child], &heap[child + 1]))
            child++;
        if (!is_better(search, &moved, &heap[child]))
            break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = moved;
}

static void add_leaf(struct vector_search *search, const struct vector_match *match)
{
    struct vector_match *heap = search->matches;
    size_t place = search->count++;
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (!is_better(search, &heap[parent], match))
            break;
        heap[place] = heap[parent];
        place = parent;
    }
    heap[place] = *match;
}

void vectors_offer(struct vector_search *search, const struct vector_match *match)
{
    if (search->count < search->limit) {
        add_leaf(search, match);
    } else if (search->limit && is_better(search, match, &search->matches[0])) {
        search->matches[0] = *match;
        sink_root(search, search->count);
    }
}

void vectors_sort(struct vector_search *search)
{
    for (size_t size = search->count; size > 1; size--) {
        struct vector_match worst = search->matches[0];
        search->matches[0] = search->matches[size - 1];
        search->matches[size - 1] = worst;
        sink_root(search, size - 1);
    }
}

struct scan {
    struct vector_search *search;
    const struct vector_rows *rows;
    uint32_t segment;
    vector_kernel *kernel;
};

static void scan_row(const struct scan *scan, uint32_t row)
{
    struct vector_search *search = scan->search;
    const struct vector_rows *rows = scan->rows;
    const float *values = rows->values + (size_t)row * rows->stride;
    float score = scan->kernel(search->query, values, rows->dimension);
    if (search->metric == METRIC_COSINE)
        score = score * rows->scales[row] * search->query_scale;
    else if (search->metric == METRIC_EUCLIDEAN)
        score = -sqrtf(score);
    struct vector_match match = { scan->segment, row, score + 0.0f };
    /* Most rows are worse than the worst kept one: one comparison. */
    if (search->count < search->limit || match.score >= search->matches[0].score)
        vectors_offer(search, &match);
}

static struct scan scan_of(struct vector_search *search, const struct vector_rows *rows, uint32_t segment)
{
    enum cpu_level level = cpu_level();
    return (struct scan){ search, rows, segment,
                          search->metric == METRIC_EUCLIDEAN ? kernel_squared_distance(level) : kernel_dot(level) };
}

void vectors_search_row(struct vector_search *search, const struct vector_rows *rows, uint32_t segment, uint32_t row)
{
    struct scan scan = scan_of(search, rows, segment);
    if (search->limit > 0)
        scan_row(&scan, row);
}

void vectors_search(struct vector_search *search, const struct vector_rows *rows, uint32_t segment,
                    const uint64_t *allowed, uint32_t first, uint32_t end)
{
    struct scan scan = scan_of(search, rows, segment);
    if (search->limit == 0)
        return;
    for (uint32_t start = first; start < end; start += 64)
        for (uint64_t word = allowed[start / 64]; word; word &= word - 1)
            scan_row(&scan, start + (uint32_t)__builtin_ctzll(word));
}
