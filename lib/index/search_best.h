/* search_best.h - the best rows of an index so far, ties by id. Private to the index module. */
#ifndef INDEX_SEARCH_BEST_H
#define INDEX_SEARCH_BEST_H

#include "index/search.h"

/* Owned: search_best_take() or search_best_close(). */
void search_best_open(struct vector_search *best, const struct index *index, size_t limit);
/* Into hits, best first (arena), and closes it. */
void search_best_take(struct vector_search *best, struct arena *arena, struct search_hits *hits);
void search_best_close(struct vector_search *best);

#endif
