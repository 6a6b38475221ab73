/* chunk_semantic.c - where the records of a batch are to be cut because their subject changes. */
#include "chunk_options.h"

#include "model/neighbours.h"
#include "record/chunk_record.h"
#include "text/semantic.h"

/* The sentences of all records, side by side. */
struct sentences {
    struct slice *windows; /* what is embedded: a sentence, or it and its neighbours */
    size_t *offsets;       /* where the sentence begins in its text, in bytes */
    size_t count, capacity, offset_capacity;
};

static void add_sentences(struct sentences *all, const struct slice *list, size_t count, struct slice text,
                          size_t buffer, struct arena *arena)
{
    all->windows = arena_grow(arena, all->windows, &all->capacity, all->count + count, sizeof *all->windows);
    all->offsets = arena_grow(arena, all->offsets, &all->offset_capacity, all->count + count, sizeof *all->offsets);
    for (size_t i = 0; i < count; i++) {
        const struct slice *first = &list[i > buffer ? i - buffer : 0];
        const struct slice *last = &list[i + buffer < count ? i + buffer : count - 1];
        size_t offset = (size_t)(first->bytes - text.bytes);
        size_t end = (size_t)(last->bytes - text.bytes) + last->length;
        all->windows[all->count] = slice_between(text, offset, end);
        all->offsets[all->count++] = (size_t)(list[i].bytes - text.bytes);
    }
}

/* Adds those of one record; of one that cannot be read or cut there are none. */
static size_t collect(const struct chunk_options *options, const struct chunk_plan *plan, struct chunker *chunker,
                      struct batch *batch, struct record *record, struct arena *arena, struct sentences *all)
{
    struct chunk_source source;
    struct error ignored;
    size_t count = 0;
    if (record->kind != RECORD_DATA || !chunk_source_read(&source, batch, record, &plan->field, arena, &ignored))
        return 0;
    struct chunk_document document = { source.text, chunk_has_headings(options, source.mime), source.pages,
                                       source.page_count };
    if (!chunker_begin(chunker, &document, &ignored))
        return 0;
    const struct slice *list = chunker_sentences(chunker, arena, &count);
    if (count > 1)
        add_sentences(all, list, count, source.text, plan->buffer, arena);
    return count > 1 ? count : 0;
}

/* The cuts of one record, whose sentences stand at `first`. */
static void choose_cuts(const struct chunk_plan *plan, const struct sentences *all, const struct neighbour *neighbours,
                        size_t first, size_t count, struct arena *arena, struct chunk_cuts *cuts)
{
    double *distances = arena_allocate(arena, (count + 1) * sizeof *distances);
    *cuts = (struct chunk_cuts){ 0 };
    for (size_t i = 0; i < count; i++) {
        const struct neighbour *neighbour = &neighbours[first + i];
        distances[i] = neighbour->distance;
        if (neighbour->reason && !cuts->reason) {
            cuts->code = neighbour->code;
            cuts->reason = neighbour->reason;
        }
    }
    if (count < 2 || cuts->reason)
        return;
    cuts->places = semantic_breaks(distances, count - 1, plan->breakpoint, arena, &cuts->count);
    for (size_t i = 0; i < cuts->count; i++)
        cuts->places[i] = all->offsets[first + cuts->places[i]];
}

bool chunk_find_cuts(const struct chunk_options *options, const struct chunk_plan *plan, struct embedder *embedder,
                     struct chunker *chunker, struct batch *batch, struct record *records, size_t count,
                     struct arena *arena, struct chunk_cuts *cuts, struct error *error)
{
    struct sentences all = { 0 };
    size_t *counts = arena_allocate(arena, (count + 1) * sizeof *counts);
    for (size_t i = 0; i < count; i++)
        counts[i] = collect(options, plan, chunker, batch, &records[i], arena, &all);
    struct neighbour *neighbours = arena_allocate_zeroed(arena, all.count + 1, sizeof *neighbours);
    if (embedder && all.count && !neighbours_measure(embedder, all.windows, all.count, arena, neighbours, error))
        return false;
    for (size_t i = 0, first = 0; i < count; first += counts[i++])
        choose_cuts(plan, &all, neighbours, first, counts[i], arena, &cuts[i]);
    return true;
}
