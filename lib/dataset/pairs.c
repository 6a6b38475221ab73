/* pairs.c - which answers are set against each other. */
#include "dataset/pairs.h"

#include <stdlib.h>

struct making {
    const struct pairs_settings *settings;
    struct arena *arena;
    struct composed *composed;
    struct dataset_row prompt;
    struct slice question;
};

static void drop(const struct making *making, const char *code, const char *reason)
{
    compose_drop(making->composed, making->arena, code, reason);
}

/* The best first, equal ones in their order. */
struct rated {
    const struct dialogue_answer *answer;
    struct slice text; /* of its last turn */
    size_t place;
};

static int compare_rated(const void *left, const void *right)
{
    const struct rated *a = left, *b = right;
    if (a->answer->score != b->answer->score)
        return a->answer->score > b->answer->score ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

/* NULL, or why the answer cannot be one. */
static const char *check_answer(const struct mapping *mapping, struct dialogue_answer *answer)
{
    const char *code = dialogue_tell_answer(mapping, answer);
    if (code)
        return code;
    for (size_t i = 0; i < answer->count; i++)
        if (answer->turns[i].role != DATASET_ASSISTANT && answer->turns[i].role != DATASET_TOOL)
            return "E_PREF_ROLE";
    return answer->has_score ? NULL : "no_score";
}

static const char *reason_of(const char *code)
{
    static const char *const reasons[][2] = {
        { "E_PREF_ROLE", "an answer has a turn that is not the assistant's" },
        { "E_PREF_IDENTICAL", "both answers are the same" },
        { "E_PREF_PREFIX", "one answer is how the other begins" },
        { "E_PREF_PROMPT_REPEATED", "an answer begins with the question" },
        { "E_PREF_NO_PROMPT", "there is no question" },
        { "E_PREF_INPUT_ENDS_ASSISTANT", "the prompt ends with the assistant" },
        { "no_score", "an answer has no score" },
        { "no_pair", "there are fewer than two rated answers" },
        { "tie", "the scores are equal" },
        { "below_margin", "the scores differ by less than the margin" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i][0], code) == 0)
            return reasons[i][1];
    return compose_reason(code);
}

/* NULL, or why one must not be set against the other. */
static const char *check_pair(const struct making *making, const struct rated *good, const struct rated *bad)
{
    double between = good->answer->score - bad->answer->score;
    if (!(between > 0))
        return "tie";
    if (between < making->settings->margin)
        return "below_margin";
    bool are_single = good->answer->count == 1 && bad->answer->count == 1;
    if (slice_equal(good->text, bad->text) && good->answer->count == bad->answer->count)
        return "E_PREF_IDENTICAL";
    if (are_single && (slice_starts_with(good->text, bad->text) || slice_starts_with(bad->text, good->text)))
        return "E_PREF_PREFIX";
    return NULL;
}

static bool repeats_prompt(const struct making *making, const struct dialogue_answer *answer)
{
    struct slice text = answer->turns[0].text;
    return text.length > making->question.length && slice_starts_with(text, making->question);
}

static struct dataset_row *add_row(const struct making *making, size_t answers)
{
    struct dataset_row *row = compose_add_row(making->composed, making->arena);
    *row = making->prompt;
    row->answers = arena_allocate_zeroed(making->arena, answers, sizeof *row->answers);
    row->answer_count = answers;
    return row;
}

static void fill_answer(const struct making *making, const struct dialogue_answer *from, enum dataset_label label,
                        struct dataset_answer *answer)
{
    answer->label = label;
    answer->messages = arena_allocate_zeroed(making->arena, from->count, sizeof *answer->messages);
    for (; answer->count < from->count; answer->count++)
        compose_message(&making->settings->compose, &from->turns[answer->count], making->arena,
                        &answer->messages[answer->count]);
}

static void add_pair(const struct making *making, const struct rated *good, const struct rated *bad)
{
    struct dataset_row *row = add_row(making, 2);
    row->form = DATASET_PREFERENCE;
    fill_answer(making, good->answer, DATASET_LABEL_GOOD, &row->answers[0]);
    fill_answer(making, bad->answer, DATASET_LABEL_BAD, &row->answers[1]);
}

static void label_answers(const struct making *making, const struct rated *rated, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct dataset_row *row = add_row(making, 1);
        bool is_good = rated[i].answer->score >= making->settings->good_from;
        row->form = DATASET_UNPAIRED;
        fill_answer(making, rated[i].answer, is_good ? DATASET_LABEL_GOOD : DATASET_LABEL_BAD, &row->answers[0]);
    }
    if (count == 0)
        drop(making, "no_pair", "there is no rated answer");
}

static bool pair_answers(const struct making *making, struct rated *rated, size_t count, struct error *error)
{
    qsort(rated, count, sizeof *rated, compare_rated);
    size_t pairs = 0;
    if (count < 2)
        drop(making, "no_pair", reason_of("no_pair"));
    for (size_t i = 0; i + 1 < count; i++)
        for (size_t j = making->settings->takes_all ? i + 1 : count - 1; j < count; j++) {
            const char *code = check_pair(making, &rated[i], &rated[j]);
            if (++pairs > PAIRS_MAXIMUM)
                return error_set(error, E_LIMIT, "a prompt has more than %d pairs of answers", PAIRS_MAXIMUM);
            if (code)
                drop(making, code, reason_of(code));
            else
                add_pair(making, &rated[i], &rated[j]);
            if (!making->settings->takes_all)
                return true;
        }
    return true;
}

/* The prompt as a row of its own; NULL, or why there is none. */
static const char *make_prompt(struct making *making, const struct mapping *mapping, struct dialogue *dialogue,
                               bool *is_good, struct error *error)
{
    struct composed prompt = { 0 };
    const char *code = dialogue_tell_roles(mapping, dialogue);
    if (code)
        return code;
    if (dialogue->count > 0 && dialogue->turns[dialogue->count - 1].role == DATASET_ASSISTANT)
        return "E_PREF_INPUT_ENDS_ASSISTANT";
    *is_good = compose_rows(&making->settings->compose, mapping, dialogue, NULL, making->arena, &prompt, error);
    if (!*is_good || prompt.count == 0)
        return prompt.drop_count && strcmp(prompt.drops[0].code, "empty_turn") == 0 ? "empty_turn" : "E_PREF_NO_PROMPT";
    making->prompt = prompt.rows[0];
    const struct dataset_message *last = &making->prompt.messages[making->prompt.message_count - 1];
    making->question = dataset_message_text(last, making->arena);
    return NULL;
}

bool pairs_make(const struct pairs_settings *settings, const struct mapping *mapping, struct dialogue *dialogue,
                struct arena *arena, struct composed *composed, struct error *error)
{
    struct making making = { .settings = settings, .arena = arena, .composed = composed };
    struct rated *rated = arena_allocate(arena, (dialogue->answer_count + 1) * sizeof *rated);
    size_t count = 0;
    bool is_good = true;
    const char *code = make_prompt(&making, mapping, dialogue, &is_good, error);
    if (!is_good)
        return false;
    if (code) {
        drop(&making, code, reason_of(code));
        return true;
    }
    for (size_t i = 0; i < dialogue->answer_count; i++) {
        struct dialogue_answer *answer = &dialogue->answers[i];
        code = check_answer(mapping, answer);
        if (!code && repeats_prompt(&making, answer))
            code = "E_PREF_PROMPT_REPEATED";
        if (code)
            drop(&making, code, reason_of(code));
        else
            rated[count++] = (struct rated){ answer, answer->turns[answer->count - 1].text, i };
    }
    if (!settings->labels_answers)
        return pair_answers(&making, rated, count, error);
    label_answers(&making, rated, count);
    return true;
}
