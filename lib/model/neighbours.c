/* neighbours.c - how unlike texts that follow each other are, by the vectors of an embedder. */
#include "model/neighbours.h"

#include <math.h>

#include "base/memory.h"

enum { WINDOW_LEAST = 512 };

static double cosine_distance(const float *a, const float *b, uint32_t dimension)
{
    double dot = 0, aa = 0, bb = 0;
    for (uint32_t i = 0; i < dimension; i++) {
        dot += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    if (!(aa > 0 && bb > 0))
        return 0;
    double distance = 1 - dot / sqrt(aa * bb);
    return distance > 0 ? distance : 0;
}

/* The vector of the last text, kept from window to window. */
struct last {
    float *vector;
    uint32_t dimension;
    bool has_vector;
};

static void keep_last(struct last *last, const struct embed_result *result, uint32_t dimension)
{
    last->has_vector = result->vector != NULL;
    if (!result->vector)
        return;
    if (!last->vector || last->dimension != dimension) {
        memory_free(last->vector);
        last->vector = memory_allocate(dimension * sizeof *last->vector);
        last->dimension = dimension;
    }
    memcpy(last->vector, result->vector, dimension * sizeof *last->vector);
}

bool neighbours_measure(struct embedder *embedder, const struct slice *texts, size_t count, struct arena *arena,
                        struct neighbour *neighbours, struct error *error)
{
    struct arena window = { 0 };
    struct last last = { 0 };
    size_t at_once = embedder_window(embedder) > WINDOW_LEAST ? embedder_window(embedder) : WINDOW_LEAST;
    bool is_good = true;
    memset(neighbours, 0, count * sizeof *neighbours);
    for (size_t first = 0; first < count && is_good; first += at_once) {
        size_t some = count - first < at_once ? count - first : at_once;
        arena_reset(&window);
        struct embed_result *results = arena_allocate_zeroed(&window, some, sizeof *results);
        is_good = embedder_embed(embedder, EMBED_DOCUMENT, texts + first, some, &window, results, error);
        uint32_t dimension = embedder_dimension(embedder);
        for (size_t i = 0; i < some && is_good; i++) {
            const float *before = i ? results[i - 1].vector : last.has_vector ? last.vector : NULL;
            if (first + i > 0 && before && results[i].vector)
                neighbours[first + i - 1].distance = cosine_distance(before, results[i].vector, dimension);
            if (results[i].vector)
                continue;
            neighbours[first + i].code = results[i].code;
            neighbours[first + i].reason = arena_copy_string(arena, slice_of_string(results[i].reason));
        }
        if (is_good)
            keep_last(&last, &results[some - 1], dimension);
    }
    memory_free(last.vector);
    arena_release(&window);
    return is_good;
}
