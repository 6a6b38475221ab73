/* rerank_answer.c - reads the scores out of a reranker's answer, whatever the dialect. */
#include "model/rerank_answer.h"

#include <math.h>

static struct json_value find_array(struct json_value root)
{
    static const struct slice names[] = { SLICE_INIT("results"), SLICE_INIT("data"), SLICE_INIT("scores") };
    if (root.type == JSON_ARRAY)
        return root;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct json_value list = json_member(root, names[i]);
        if (list.type == JSON_ARRAY)
            return list;
    }
    return (struct json_value){ .type = JSON_MISSING };
}

static struct json_value find_score(struct json_value item)
{
    static const struct slice names[] = { SLICE_INIT("relevance_score"), SLICE_INIT("score"),
                                          SLICE_INIT("relevanceScore") };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct json_value score = json_member(item, names[i]);
        if (score.type != JSON_MISSING)
            return score;
    }
    return (struct json_value){ .type = JSON_MISSING };
}

/* An item that is a number is the score of the document in its place. */
static const char *read_item(struct json_value item, size_t place, size_t count, struct arena *arena, double *scores,
                             bool *has_score)
{
    int64_t index = (int64_t)place;
    struct json_value score = item;
    if (item.type == JSON_OBJECT) {
        score = find_score(item);
        if (!json_integer(json_member(item, SLICE("index")), &index))
            return "a result has no 'index', or one that is no integer";
    }
    if (index < 0 || (size_t)index >= count)
        return arena_format(arena, "index %lld of %zu documents", (long long)index, count);
    if (has_score[index])
        return arena_format(arena, "index %lld stands twice", (long long)index);
    if (!json_double(score, &scores[index]) || !isfinite(scores[index]))
        return arena_format(arena, "document %lld has no score that is a finite number", (long long)index);
    has_score[index] = true;
    scores[index] += 0.0; /* -0 becomes 0 */
    return NULL;
}

const char *rerank_answer_read(struct json_value root, size_t count, struct arena *arena, double *scores)
{
    struct json_value list = find_array(root);
    struct json_field field;
    size_t place = 0;
    if (list.type == JSON_MISSING)
        return "there is no array 'results' or 'data', and the answer is none";
    bool *has_score = arena_allocate_zeroed(arena, count + 1, sizeof *has_score);
    for (struct json_iterator items = json_iterate(list); json_next(&items, &field); place++) {
        const char *wrong = read_item(field.value, place, count, arena, scores, has_score);
        if (wrong)
            return wrong;
    }
    if (place < count)
        return arena_format(arena, "%zu scores for %zu documents", place, count);
    return NULL;
}
