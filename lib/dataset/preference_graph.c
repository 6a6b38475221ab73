/* preference_graph.c - strongly connected components of preferences. */
#include "dataset/preference_graph.h"

#include "base/map.h"

enum { UNSEEN = 0 };

struct node {
    size_t first, next_edge; /* edges that leave it: of its list */
    size_t index, low;       /* UNSEEN: not visited yet */
    size_t component;        /* 1-based; 0: on the stack or unseen */
};

struct graph {
    struct node *nodes;
    size_t *from, *to; /* of edges */
    size_t *sorted;    /* edges by `from` */
    size_t node_count, edge_count;
    size_t *stack, stack_count; /* Tarjan's */
    size_t *path, path_count;   /* the walk under way */
    struct map seen;            /* edges, as pairs of nodes */
    size_t component_count, next_index;
};

static size_t node_of(struct map *map, struct hash128 hash)
{
    bool is_new;
    struct map_entry *entry = map_insert(map, slice_of((const char *)&hash, sizeof hash), &is_new);
    if (is_new)
        entry->value = map->count - 1;
    return entry->value;
}

/* Equal edges count once. */
static void read_edges(struct graph *graph, struct preference_edge *edges, size_t count)
{
    struct map nodes = { 0 };
    for (size_t i = 0; i < count; i++) {
        bool is_new;
        size_t ends[2] = { node_of(&nodes, edges[i].better), node_of(&nodes, edges[i].worse) };
        map_insert(&graph->seen, slice_of((const char *)ends, sizeof ends), &is_new);
        edges[i].fault = is_new ? PREFERENCE_FINE : PREFERENCE_REPEATED;
        graph->from[i] = ends[0];
        graph->to[i] = ends[1];
    }
    graph->node_count = nodes.count;
    graph->edge_count = count;
    map_release(&nodes);
}

/* Edges by the node that they leave: a counting sort. nodes[n].first is where those of n begin. */
static void sort_edges(struct graph *graph)
{
    for (size_t i = 0; i < graph->edge_count; i++)
        graph->nodes[graph->from[i] + 1].first++;
    for (size_t n = 0; n < graph->node_count; n++) {
        graph->nodes[n + 1].first += graph->nodes[n].first;
        graph->nodes[n].next_edge = graph->nodes[n].first;
    }
    for (size_t i = 0; i < graph->edge_count; i++)
        graph->sorted[graph->nodes[graph->from[i]].next_edge++] = i;
    for (size_t n = 0; n < graph->node_count; n++)
        graph->nodes[n].next_edge = graph->nodes[n].first;
}

static void enter(struct graph *graph, size_t node)
{
    graph->nodes[node].index = graph->nodes[node].low = ++graph->next_index;
    graph->stack[graph->stack_count++] = node;
    graph->path[graph->path_count++] = node;
}

static void leave(struct graph *graph, size_t node)
{
    struct node *self = &graph->nodes[node];
    graph->path_count--;
    if (graph->path_count > 0) {
        struct node *above = &graph->nodes[graph->path[graph->path_count - 1]];
        above->low = self->low < above->low ? self->low : above->low;
    }
    if (self->low != self->index)
        return;
    size_t component = ++graph->component_count, member;
    do {
        member = graph->stack[--graph->stack_count];
        graph->nodes[member].component = component;
    } while (member != node);
}

static void walk(struct graph *graph, size_t root)
{
    enter(graph, root);
    while (graph->path_count > 0) {
        size_t node = graph->path[graph->path_count - 1];
        struct node *self = &graph->nodes[node];
        if (self->next_edge == graph->nodes[node + 1].first) {
            leave(graph, node);
            continue;
        }
        size_t to = graph->to[graph->sorted[self->next_edge++]];
        const struct node *other = &graph->nodes[to];
        if (other->index == UNSEEN)
            enter(graph, to);
        else if (other->component == 0 && other->index < self->low)
            self->low = other->index;
    }
}

/* Whether the opposite of an edge was said, too. */
static bool is_contradicted(const struct graph *graph, size_t edge)
{
    const size_t opposite[2] = { graph->to[edge], graph->from[edge] };
    return map_find(&graph->seen, slice_of((const char *)opposite, sizeof opposite)) != NULL;
}

void preference_graph_judge(struct preference_edge *edges, size_t count, struct arena *scratch)
{
    struct graph graph = { 0 };
    if (count == 1)
        edges[0].fault = PREFERENCE_FINE;
    if (count < 2)
        return;
    graph.from = arena_allocate(scratch, count * sizeof(size_t));
    graph.to = arena_allocate(scratch, count * sizeof(size_t));
    graph.sorted = arena_allocate(scratch, count * sizeof(size_t));
    read_edges(&graph, edges, count);
    graph.nodes = arena_allocate_zeroed(scratch, graph.node_count + 1, sizeof *graph.nodes);
    graph.stack = arena_allocate(scratch, graph.node_count * sizeof(size_t));
    graph.path = arena_allocate(scratch, graph.node_count * sizeof(size_t));
    sort_edges(&graph);
    for (size_t n = 0; n < graph.node_count; n++)
        if (graph.nodes[n].index == UNSEEN)
            walk(&graph, n);
    for (size_t i = 0; i < count; i++) {
        size_t component = graph.nodes[graph.from[i]].component;
        if (edges[i].fault == PREFERENCE_FINE && component == graph.nodes[graph.to[i]].component)
            edges[i].fault = is_contradicted(&graph, i) ? PREFERENCE_CONTRADICTS : PREFERENCE_IN_CYCLE;
    }
    map_release(&graph.seen);
}
