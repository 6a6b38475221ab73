/* preference_graph.h - the preferences about one prompt as a graph: who was preferred to whom, and where that cannot
 * be.
 *
 * A preference inside a strongly connected component is contradicted (by one the other way round) or in a longer cycle.
 * Source: Tarjan (1972), without recursion. Linear in the preferences. */
#ifndef DATASET_PREFERENCE_GRAPH_H
#define DATASET_PREFERENCE_GRAPH_H

#include "base/arena.h"
#include "base/hash.h"

enum preference_fault { PREFERENCE_FINE, PREFERENCE_REPEATED, PREFERENCE_CONTRADICTS, PREFERENCE_IN_CYCLE };

struct preference_edge {
    struct hash128 better, worse; /* of the answers */
    enum preference_fault fault;  /* what comes out */
};

/* Fills in the faults. Of equal edges the first is judged by its place in the graph, the others are repeated. */
void preference_graph_judge(struct preference_edge *edges, size_t count, struct arena *scratch);

#endif
