/* search_fuse.c - one answer from the answers to several wordings of a question. */
#include <stdlib.h>

#include "base/map.h"
#include "index/search.h"

struct ranked {
    const struct index *index;
    struct search_hit hit;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *first = a, *second = b;
    if (first->hit.score != second->hit.score)
        return first->hit.score > second->hit.score ? -1 : 1;
    return index_compare_ids(first->index, first->hit.row, second->hit.row);
}

void search_fuse_lists(const struct index *index, const struct search_hits *lists, size_t list_count, double rrf_k,
                       size_t limit, struct arena *arena, struct search_hits *hits)
{
    struct map places = { 0 };
    size_t count = 0, room = 1;
    for (size_t i = 0; i < list_count; i++)
        room += lists[i].count;
    struct ranked *all = arena_allocate(arena, room * sizeof *all);
    for (size_t i = 0; i < list_count; i++)
        for (size_t k = 0; k < lists[i].count; k++) {
            uint32_t key[2] = { lists[i].list[k].row.segment, lists[i].list[k].row.row };
            bool is_new = false;
            struct map_entry *place = map_insert(&places, slice_of((const char *)key, sizeof key), &is_new);
            if (is_new) {
                place->value = count;
                all[count++] = (struct ranked){ index, { .row = lists[i].list[k].row } };
            }
            all[place->value].hit.score += 1 / (rrf_k + (double)(k + 1));
        }
    qsort(all, count, sizeof *all, compare_ranked);
    hits->count = count < limit ? count : limit;
    hits->list = arena_allocate(arena, (hits->count + 1) * sizeof *hits->list);
    for (size_t i = 0; i < hits->count; i++)
        hits->list[i] = all[i].hit;
    map_release(&places);
}
