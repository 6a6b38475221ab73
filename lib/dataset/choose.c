/* choose.c - rejection sampling, votes, best of n. */
#include "dataset/choose.h"

struct option_answer {
    struct dialogue_answer *answer;
    struct slice text, vote;
};

struct choosing {
    const struct choose_settings *settings;
    struct arena *arena;
    struct composed *composed;
    struct dataset_row prompt;
    struct slice question;
    struct option_answer *left;
    size_t count;
};

static void drop(const struct choosing *choosing, const char *code, const char *reason)
{
    compose_drop(choosing->composed, choosing->arena, code, reason);
}

/* NULL, or why the answer cannot end a conversation. */
static const char *check_answer(const struct mapping *mapping, struct dialogue_answer *answer)
{
    const char *code = dialogue_tell_answer(mapping, answer);
    if (!code && answer->turns[answer->count - 1].role != DATASET_ASSISTANT)
        code = "no_answer";
    return code;
}

/* What can be told of each answer alone. */
static bool keep_good(struct choosing *choosing, const struct mapping *mapping, struct dialogue *dialogue,
                      struct error *error)
{
    const struct choose_settings *settings = choosing->settings;
    if (dialogue->answer_count > CHOOSE_ANSWERS_MAXIMUM)
        return error_set(error, E_LIMIT, "a prompt has more than %d answers", CHOOSE_ANSWERS_MAXIMUM);
    choosing->left = arena_allocate(choosing->arena, (dialogue->answer_count + 1) * sizeof *choosing->left);
    for (size_t i = 0; i < dialogue->answer_count; i++) {
        struct dialogue_answer *answer = &dialogue->answers[i];
        const char *code = check_answer(mapping, answer);
        if (code) {
            drop(choosing, code, compose_reason(code));
            continue;
        }
        struct slice text = answer->turns[answer->count - 1].text;
        bool is_repeated = false;
        for (size_t k = 0; k < choosing->count && !is_repeated; k++)
            is_repeated = slice_equal(choosing->left[k].text, text);
        if (is_repeated)
            drop(choosing, "repeated", "another answer says the same");
        else if (settings->has_minimum && !answer->has_score)
            drop(choosing, "no_score", "an answer has no score");
        else if (settings->has_minimum && answer->score < settings->score_minimum)
            drop(choosing, "below_score", "the score is below the least one");
        else
            choosing->left[choosing->count++] = (struct option_answer){ .answer = answer, .text = text };
    }
    return true;
}

static bool find_vote(const struct pattern *pattern, struct slice text, struct slice *vote, struct error *error)
{
    struct pattern_search search;
    bool is_found = false, is_good;
    size_t group = pattern_group_count(pattern) > 0 ? 1 : 0;
    *vote = (struct slice){ 0 };
    pattern_search_begin(&search, pattern, text);
    while ((is_good = pattern_search_next(&search, &is_found, error)) && is_found) {
        struct pattern_span span = pattern_search_span(&search, group);
        if (span.is_set)
            *vote = slice_trim(slice_between(text, span.start, span.end));
    }
    pattern_search_end(&search);
    return is_good;
}

/* How many votes the i-th answer's vote has. */
static size_t count_votes(const struct choosing *choosing, size_t i)
{
    size_t votes = 0;
    for (size_t k = 0; k < choosing->count; k++)
        votes += slice_equal(choosing->left[k].vote, choosing->left[i].vote);
    return votes;
}

/* Leaves those that voted for the winner; none when there is no winner. */
static bool hold_vote(struct choosing *choosing, struct error *error)
{
    size_t voters = 0, best = 0, most = 0, kept = 0;
    bool is_tied = false;
    for (size_t i = 0; i < choosing->count; i++) {
        struct option_answer *option = &choosing->left[i];
        if (!find_vote(choosing->settings->vote, option->text, &option->vote, error))
            return false;
        if (option->vote.length == 0)
            drop(choosing, "no_vote", "the pattern finds nothing in an answer");
        else
            choosing->left[voters++] = *option;
    }
    choosing->count = voters;
    for (size_t i = 0; i < voters; i++) {
        size_t votes = count_votes(choosing, i);
        bool is_other = !slice_equal(choosing->left[i].vote, choosing->left[best].vote);
        is_tied = votes > most ? false : is_tied || (votes == most && is_other);
        best = votes > most ? i : best;
        most = votes > most ? votes : most;
    }
    if (voters > 0 && (is_tied || (double)most < choosing->settings->agreement * (double)voters)) {
        drop(choosing, "no_majority", arena_format(choosing->arena, "%zu of %zu answers agree at most", most, voters));
        choosing->count = 0;
        return true;
    }
    struct slice winner = voters ? choosing->left[best].vote : (struct slice){ 0 };
    for (size_t i = 0; i < voters; i++)
        if (slice_equal(choosing->left[i].vote, winner))
            choosing->left[kept++] = choosing->left[i];
        else
            drop(choosing, "outvoted", "more answers say something else");
    choosing->count = kept;
    return true;
}

static bool is_right(const struct choosing *choosing, const struct option_answer *option, bool *answer,
                     struct error *error)
{
    const char *reason = "the checker says no";
    *answer = true;
    if (!choosing->settings->check)
        return true;
    if (!choosing->settings->check(choosing->settings->context, choosing->question, option->text, choosing->arena,
                                   answer, &reason, error))
        return false;
    if (!*answer)
        drop(choosing, "check_failed", reason);
    return true;
}

static void add_row(const struct choosing *choosing, const struct option_answer *option)
{
    const struct dialogue_answer *answer = option->answer;
    struct dataset_row *row = compose_add_row(choosing->composed, choosing->arena);
    *row = choosing->prompt;
    row->messages =
        arena_allocate_zeroed(choosing->arena, choosing->prompt.message_count + answer->count, sizeof *row->messages);
    memcpy(row->messages, choosing->prompt.messages, choosing->prompt.message_count * sizeof *row->messages);
    for (size_t i = 0; i < answer->count; i++)
        compose_message(&choosing->settings->compose, &answer->turns[i], choosing->arena,
                        &row->messages[row->message_count++]);
}

static double score_of(const struct option_answer *option)
{
    return option->answer->has_score ? option->answer->score : 0;
}

/* The next one to try: the best of those that are left, the first of equals; or the first. */
static size_t next_option(const struct choosing *choosing, size_t start)
{
    size_t best = start;
    if (choosing->settings->which != CHOOSE_ANSWERS_BEST)
        return start;
    for (size_t i = start + 1; i < choosing->count; i++)
        best = score_of(&choosing->left[i]) > score_of(&choosing->left[best]) ? i : best;
    return best;
}

bool choose_answers(const struct choose_settings *settings, const struct mapping *mapping, struct dialogue *dialogue,
                    struct arena *arena, struct composed *composed, struct error *error)
{
    struct choosing choosing = { .settings = settings, .arena = arena, .composed = composed };
    struct composed prompt = { 0 };
    if (!compose_rows(&settings->compose, mapping, dialogue, NULL, arena, &prompt, error))
        return false;
    if (prompt.count == 0) {
        drop(&choosing, prompt.drops[0].code, prompt.drops[0].reason);
        return true;
    }
    choosing.prompt = prompt.rows[0];
    choosing.question = dataset_message_text(&prompt.rows[0].messages[prompt.rows[0].message_count - 1], arena);
    if (!keep_good(&choosing, mapping, dialogue, error) || (settings->vote && !hold_vote(&choosing, error)))
        return false;
    for (size_t i = 0; i < choosing.count; i++) {
        size_t next = next_option(&choosing, i);
        struct option_answer option = choosing.left[next];
        bool is_taken;
        memmove(&choosing.left[i + 1], &choosing.left[i], (next - i) * sizeof option);
        choosing.left[i] = option;
        if (!is_right(&choosing, &option, &is_taken, error))
            return false;
        if (!is_taken)
            continue;
        add_row(&choosing, &option);
        if (settings->which != CHOOSE_ANSWERS_ALL)
            return true;
    }
    return true;
}
