/* dialogue_tree.c - trees of messages: a conversation for each way to a leaf, or answers by their rank. */
#include <math.h>

#include "dialogue_private.h"

struct walk {
    const struct mapping *mapping;
    const struct mapping_tree *tree;
    struct dialogues *dialogues;
    struct turn_list path; /* from the root to here */
    struct error *error;
};

/* A reply of a message. */
struct reply {
    struct json_value value;
    double rank; /* INFINITY: none */
};

static size_t list_replies(const struct walk *walk, struct json_value message, struct reply **replies)
{
    struct json_value list = json_path_find_value(&walk->tree->children, message, NULL);
    struct json_iterator iterator = json_iterate(list);
    struct json_field field;
    size_t count = 0, capacity = 0;
    *replies = NULL;
    while (list.type == JSON_ARRAY && json_next(&iterator, &field)) {
        if (count == capacity)
            *replies = arena_grow(walk->dialogues->arena, *replies, &capacity, count + 1, sizeof **replies);
        struct reply *reply = &(*replies)[count++];
        *reply = (struct reply){ field.value, INFINITY };
        if (walk->tree->rank.count &&
            !json_double(json_path_find_value(&walk->tree->rank, field.value, NULL), &reply->rank))
            reply->rank = INFINITY;
    }
    return count;
}

static bool read_turn(const struct walk *walk, struct json_value message, struct dialogue_turn *turn)
{
    *turn = (struct dialogue_turn){ .role = DATASET_ROLE_UNKNOWN };
    return mapping_text_at(&walk->tree->role, message, walk->dialogues->arena, &turn->speaker, walk->error) &&
           mapping_text_at(&walk->tree->content, message, walk->dialogues->arena, &turn->text, walk->error);
}

/* The path so far is a prompt, the replies are its answers; the better the rank, the higher the score. */
static bool add_answers(const struct walk *walk, const struct reply *replies, size_t count)
{
    struct dialogues *dialogues = walk->dialogues;
    if (!dialogues_add(dialogues, walk->path.turns, walk->path.count, walk->error))
        return false;
    struct dialogue *dialogue = &dialogues->list[dialogues->count - 1];
    dialogue->answers = arena_allocate_zeroed(dialogues->arena, count, sizeof *dialogue->answers);
    for (; dialogue->answer_count < count; dialogue->answer_count++) {
        struct dialogue_answer *answer = &dialogue->answers[dialogue->answer_count];
        const struct reply *reply = &replies[dialogue->answer_count];
        answer->turns = arena_allocate(dialogues->arena, sizeof *answer->turns);
        answer->count = 1;
        answer->has_score = isfinite(reply->rank);
        answer->score = answer->has_score ? -reply->rank : 0;
        if (!read_turn(walk, reply->value, answer->turns))
            return false;
    }
    return true;
}

/* Depth is bounded by that of JSON. */
static bool visit(struct walk *walk, struct json_value message) /* NOLINT(misc-no-recursion) */
{
    struct dialogues *dialogues = walk->dialogues;
    struct reply *replies;
    struct dialogue_turn turn;
    if (!read_turn(walk, message, &turn))
        return false;
    *turn_list_add(&walk->path, dialogues->arena) = turn;
    size_t count = list_replies(walk, message, &replies), best = 0;
    bool is_good = true;
    for (size_t i = 1; i < count; i++)
        best = replies[i].rank < replies[best].rank ? i : best;
    bool skips;
    if (dialogues->wants_answers && count > 1 && mapping_role(walk->mapping, turn.speaker, &skips) != DATASET_ASSISTANT)
        is_good = add_answers(walk, replies, count);
    if (!dialogues->wants_answers && count == 0)
        is_good = dialogues_add(dialogues, walk->path.turns, walk->path.count, walk->error);
    for (size_t i = 0; is_good && i < count; i++)
        if (walk->tree->choose == CHOOSE_ALL || i == best)
            is_good = visit(walk, replies[i].value);
    walk->path.count--;
    return is_good;
}

bool dialogues_of_tree(const struct mapping *mapping, struct json_value root, const struct turn_list *before,
                       struct dialogues *dialogues, struct error *error)
{
    const struct mapping_tree *tree = &mapping->tree;
    struct walk walk = { .mapping = mapping, .tree = tree, .dialogues = dialogues, .error = error };
    if (root.type != JSON_OBJECT)
        return mapping_refuse_type(&tree->path, root, "an object", error);
    for (size_t i = 0; i < before->count; i++)
        *turn_list_add(&walk.path, dialogues->arena) = before->turns[i];
    return visit(&walk, root);
}
