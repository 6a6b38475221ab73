/* dialogue_answers.c - the answers to choose from, their scores, and the prompt that transcripts have in common. */
#include <math.h>

#include "base/number.h"
#include "dialogue_private.h"

/* A number, or true and false. An empty text is no score. */
static bool read_score(struct slice text, struct dialogue_answer *answer, struct error *error)
{
    answer->has_score = text.length > 0;
    if (text.length == 0)
        return true;
    if (slice_equal(text, SLICE("true")) || slice_equal(text, SLICE("false"))) {
        answer->score = slice_equal(text, SLICE("true"));
        return true;
    }
    if (number_parse_double(text, &answer->score) && isfinite(answer->score))
        return true;
    return error_set(error, E_FIELD_VALUE, "the score '%.*s' is no number", (int)(text.length < 64 ? text.length : 64),
                     text.bytes);
}

static void set_text(struct dialogue_answer *answer, struct slice text, struct arena *arena)
{
    answer->turns = arena_allocate_zeroed(arena, 1, sizeof *answer->turns);
    answer->turns->role = DATASET_ASSISTANT;
    answer->turns->text = text;
    answer->count = 1;
}

/* Answers that the mapping names one by one. */
static bool render_answers(const struct mapping *mapping, const struct mapping_row *row, struct arena *arena,
                           struct dialogue *dialogue, struct error *error)
{
    const struct mapping_answers *answers = &mapping->answers;
    dialogue->answers = arena_allocate_zeroed(arena, answers->count, sizeof *dialogue->answers);
    for (size_t i = 0; i < answers->count; i++) {
        struct dialogue_answer *answer = &dialogue->answers[i];
        struct slice text, score;
        if (!mapping_render(&answers->list[i].text, &row->view, arena, &text, error) ||
            !mapping_render(&answers->list[i].score, &row->view, arena, &score, error) ||
            !read_score(score, answer, error))
            return false;
        if (mapping->lines.is_given) {
            struct turn_list list = { 0 };
            if (!turns_of_text(&mapping->lines, text, &list, arena, error))
                return false;
            answer->turns = list.turns;
            answer->count = list.count;
        } else
            set_text(answer, text, arena);
    }
    dialogue->answer_count = answers->count;
    return true;
}

/* Answers in an array, their scores in them or in another one. */
static bool list_answers(const struct mapping_answers *answers, const struct mapping_row *row, struct arena *arena,
                         struct dialogue *dialogue, struct error *error)
{
    struct json_value array, scores = { 0 };
    struct json_field field, score;
    size_t capacity = 0;
    if (!mapping_value_at(&answers->path, &row->view, &array, error) ||
        (answers->scores.count && !mapping_value_at(&answers->scores, &row->view, &scores, error)))
        return false;
    if (array.type != JSON_ARRAY)
        return mapping_refuse_type(&answers->path, array, "an array", error);
    struct json_iterator iterator = json_iterate(array), score_iterator = json_iterate(scores);
    bool has_scores = scores.type == JSON_ARRAY;
    while (json_next(&iterator, &field)) {
        struct slice text, number = { 0 };
        if (dialogue->answer_count == capacity)
            dialogue->answers =
                arena_grow(arena, dialogue->answers, &capacity, dialogue->answer_count + 1, sizeof *dialogue->answers);
        struct dialogue_answer *answer = &dialogue->answers[dialogue->answer_count++];
        *answer = (struct dialogue_answer){ 0 };
        if (!mapping_text_at(&answers->text, field.value, arena, &text, error))
            return false;
        set_text(answer, text, arena);
        if (has_scores && (has_scores = json_next(&score_iterator, &score)) &&
            !mapping_text_at(&mapping_whole, score.value, arena, &number, error))
            return false;
        if (answers->score.count && !mapping_text_at(&answers->score, field.value, arena, &number, error))
            return false;
        if (!read_score(number, answer, error))
            return false;
    }
    return true;
}

/* A verdict about the first two becomes their scores. */
static bool score_preferred(const struct mapping_preferred *preferred, const struct mapping_row *row,
                            struct arena *arena, struct dialogue *dialogue, struct error *error)
{
    struct slice verdict;
    double first, second;
    if (dialogue->answer_count < 2)
        return true;
    if (!mapping_text_in(&preferred->path, &row->view, arena, &verdict, error))
        return false;
    if (preferred->has_middle) {
        if (!number_parse_double(verdict, &second))
            return error_set(error, E_FIELD_VALUE, "the preference '%.*s' is no number",
                             (int)(verdict.length < 64 ? verdict.length : 64), verdict.bytes);
        first = 2 * preferred->middle - second;
    } else {
        first = mapping_has_name(&preferred->first, verdict);
        second = mapping_has_name(&preferred->second, verdict);
        if (first == second && !mapping_has_name(&preferred->tie, verdict))
            return error_set(error, E_FIELD_VALUE, "the preference '%.*s' is none of those that the mapping names",
                             (int)(verdict.length < 64 ? verdict.length : 64), verdict.bytes);
    }
    dialogue->answers[0].score = first;
    dialogue->answers[1].score = second;
    dialogue->answers[0].has_score = dialogue->answers[1].has_score = true;
    return true;
}

static bool is_same_turn(const struct dialogue_turn *left, const struct dialogue_turn *right)
{
    return slice_equal_ignore_case(left->speaker, right->speaker) && slice_equal(left->text, right->text);
}

/* What transcripts have in common is the prompt; of each one turn at least stays. */
static void share_prompt(struct arena *arena, struct dialogue *dialogue)
{
    size_t shared = SIZE_MAX;
    for (size_t i = 0; i < dialogue->answer_count; i++) {
        const struct dialogue_answer *answer = &dialogue->answers[i], *first = &dialogue->answers[0];
        size_t same = 0;
        while (same + 1 < answer->count && same + 1 < first->count &&
               is_same_turn(&answer->turns[same], &first->turns[same]))
            same++;
        shared = same < shared ? same : shared;
    }
    if (dialogue->answer_count == 0 || shared == 0)
        return;
    struct dialogue_turn *turns = arena_allocate(arena, (dialogue->count + shared) * sizeof *turns);
    if (dialogue->count > 0)
        memcpy(turns, dialogue->turns, dialogue->count * sizeof *turns);
    memcpy(turns + dialogue->count, dialogue->answers[0].turns, shared * sizeof *turns);
    dialogue->turns = turns;
    dialogue->count += shared;
    for (size_t i = 0; i < dialogue->answer_count; i++) {
        dialogue->answers[i].turns += shared;
        dialogue->answers[i].count -= shared;
    }
}

bool dialogue_find_answers(const struct mapping *mapping, const struct mapping_row *row, struct arena *arena,
                           struct dialogue *dialogue, struct error *error)
{
    bool is_good = mapping->answers.has_array ? list_answers(&mapping->answers, row, arena, dialogue, error)
                                              : render_answers(mapping, row, arena, dialogue, error);
    if (is_good && mapping->preferred.is_given)
        is_good = score_preferred(&mapping->preferred, row, arena, dialogue, error);
    if (is_good && mapping->lines.is_given)
        share_prompt(arena, dialogue);
    return is_good;
}
