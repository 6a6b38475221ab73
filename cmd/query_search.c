/* query_search.c - the rows that answer a question. */
#include <math.h>

#include "base/cpu.h"
#include "base/map.h"
#include "base/number.h"
#include "query.h"
#include "record/parent_record.h"

/* Enough of each ranking that the fused top is settled, and that groups can be thinned out. */
static size_t candidates(const struct query_run *run, const struct question *question)
{
    size_t wanted = (size_t)run->options->top_k;
    bool is_thinned = run->by || run->options->parents;
    size_t limit = run->mode == QUERY_MODE_HYBRID || is_thinned || question->wording_count > 1 ? wanted * 10 : wanted;
    if (limit > wanted && limit < 100)
        limit = 100;
    if (run->reranker && limit < query_rerank_candidates(run->options))
        limit = query_rerank_candidates(run->options);
    return limit < SEARCH_LIMIT_MAXIMUM ? limit : SEARCH_LIMIT_MAXIMUM;
}

static unsigned jobs_of(const struct query_run *run)
{
    return run->call->common.jobs > 0 ? (unsigned)run->call->common.jobs : cpu_count();
}

static bool search_wording(struct query_run *run, const struct question *question, size_t number, size_t limit,
                           struct arena *arena, struct search_hits *hits, struct error *error)
{
    struct bm25 bm25 = { run->options->k1, run->options->b };
    struct search_hits lexical = { 0 }, vectors = { 0 };
    if (run->mode != QUERY_MODE_VECTOR && !search_lexical(run->index, run->scratch, &bm25, question->wordings[number],
                                                          &run->filter, limit, arena, &lexical, error))
        return false;
    if (run->mode != QUERY_MODE_LEXICAL && !search_vectors(run->index, question->vectors[number], &run->filter, limit,
                                                           jobs_of(run), arena, &vectors, error))
        return false;
    if (run->mode == QUERY_MODE_HYBRID)
        search_fuse(run->index, &lexical, &vectors, &run->fusion, limit, arena, hits);
    else
        *hits = run->mode == QUERY_MODE_LEXICAL ? lexical : vectors;
    return true;
}

static bool search(struct query_run *run, const struct question *question, struct arena *arena, struct query_hits *hits,
                   struct error *error)
{
    struct search_hits found = { 0 };
    size_t limit = candidates(run, question);
    struct search_hits *lists = arena_allocate_zeroed(arena, question->wording_count, sizeof *lists);
    for (size_t i = 0; i < question->wording_count; i++)
        if (!search_wording(run, question, i, limit, arena, &lists[i], error))
            return false;
    if (question->wording_count == 1)
        found = lists[0];
    else
        search_fuse_lists(run->index, lists, question->wording_count, run->fusion.rrf_k, limit, arena, &found);
    hits->count = found.count;
    hits->list = arena_allocate_zeroed(arena, found.count + 1, sizeof *hits->list);
    for (size_t i = 0; i < found.count; i++)
        hits->list[i] = (struct query_hit){ .found = found.list[i],
                                            .score = found.list[i].score,
                                            .id = index_id(run->index, found.list[i].row) };
    return true;
}

static void append_value(const struct value *value, struct buffer *key)
{
    switch (value->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        buffer_append_string(key, value->boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        buffer_append_decimal(key, value->integer);
        break;
    case VALUE_DOUBLE: {
        char text[NUMBER_TEXT];
        buffer_append(key, text, isfinite(value->number) ? number_format_double(value->number, text) : 0);
        break;
    }
    case VALUE_TEXT:
        buffer_append_slice(key, value->text);
        break;
    case VALUE_JSON:
        buffer_append_slice(key, value->json.text);
        break;
    }
}

/* The group of a record; an empty key (no such field) is a group of its own for each. */
static bool group_key(struct query_run *run, struct slice json, struct buffer *key, struct error *error)
{
    struct value value = { .type = VALUE_NULL };
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    record->line = json;
    bool is_good = expression_value_record(run->by, batch, record, &value, error);
    buffer_reset(key);
    if (is_good && value.type != VALUE_NULL) {
        buffer_append_byte(key, (char)('0' + (int)value.type));
        append_value(&value, key);
    }
    batch_free(batch);
    return is_good;
}

/* What the answer holds so far. */
struct thinning {
    struct query_hits *hits;
    struct map groups;  /* keys of --by */
    struct map parents; /* id to place in hits + 1; 0: its group had a better one */
    struct buffer key;
    struct arena *arena;
};

static void add_child(struct thinning *thinning, struct query_hit *parent, struct slice child)
{
    parent->children = arena_grow(thinning->arena, parent->children, &parent->child_capacity, parent->child_count + 1,
                                  sizeof *parent->children);
    parent->children[parent->child_count++] = child;
}

/* Takes a row into the answer, unless its parent or its group is there. */
static bool take_row(struct query_run *run, struct thinning *thinning, const struct query_hit *found, struct slice json,
                     struct error *error)
{
    struct query_hits *hits = thinning->hits;
    struct slice parent_id = SLICE("");
    struct map_entry *entry = NULL;
    bool is_new = true;
    if (run->options->parents && !parent_record_id(json, thinning->arena, &parent_id, error))
        return false;
    if (parent_id.length) {
        entry = map_insert(&thinning->parents, parent_id, &is_new);
        if (!is_new && entry->value)
            add_child(thinning, &hits->list[entry->value - 1], found->id);
        if (!is_new)
            return true;
    }
    if (run->by) {
        if (!group_key(run, json, &thinning->key, error))
            return false;
        if (thinning->key.length)
            map_insert(&thinning->groups, buffer_slice(&thinning->key), &is_new);
    }
    if (!is_new || hits->count == (size_t)run->options->top_k)
        return true;
    struct query_hit *hit = &hits->list[hits->count++];
    *hit = *found;
    if (entry) {
        entry->value = hits->count;
        hit->is_parent = true;
        hit->id = arena_copy(thinning->arena, parent_id);
        add_child(thinning, hit, found->id);
    }
    return true;
}

static bool thin_out(struct query_run *run, const struct query_hits *found, struct arena *arena,
                     struct query_hits *hits, struct error *error)
{
    struct index_scratch scratch = { 0 };
    struct thinning thinning = { .hits = hits, .arena = arena };
    size_t wanted = (size_t)run->options->top_k;
    bool reads = run->by || run->options->parents, is_good = true;
    hits->list = arena_allocate(arena, (found->count + 1) * sizeof *hits->list);
    hits->count = 0;
    for (size_t i = 0; i < found->count && is_good && (hits->count < wanted || run->options->parents); i++) {
        struct slice json = SLICE("{}");
        is_good = (!reads || index_record(run->index, found->list[i].found.row, &scratch, &json, error)) &&
                  take_row(run, &thinning, &found->list[i], json, error);
    }
    index_scratch_release(&scratch);
    map_release(&thinning.groups);
    map_release(&thinning.parents);
    buffer_release(&thinning.key);
    return is_good;
}

bool query_search(struct query_run *run, const struct question *question, struct arena *arena, struct query_hits *hits,
                  struct error *error)
{
    struct query_hits found = { 0 };
    return search(run, question, arena, &found, error) &&
           (!run->reranker || query_rerank(run, question, arena, &found, error)) &&
           thin_out(run, &found, arena, hits, error);
}
