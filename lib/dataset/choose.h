/* choose.h - which of several answers a student is taught.
 *
 * In this order: answers that say nothing and those that repeat another one go; those below the least score; those that
 * the votes are against: each answer votes for what a pattern finds last in it (self-consistency, Wang et al. 2022).
 * Then the first, the best, or all that are left. Thread safe. Linear, but for the votes: quadratic in the answers of
 * one prompt, of which there are few. */
#ifndef DATASET_CHOOSE_H
#define DATASET_CHOOSE_H

#include "dataset/compose.h"

enum { CHOOSE_ANSWERS_MAXIMUM = 10000 /* of one prompt */ };
enum choose_which { CHOOSE_ANSWERS_BEST, CHOOSE_ANSWERS_FIRST, CHOOSE_ANSWERS_ALL };

struct choose_settings {
    struct compose_settings compose; /* of the prompt; wants_prompts */
    bool has_minimum;
    double score_minimum;
    const struct pattern *vote; /* NULL: no votes. Its first group, else the whole match, is what is voted for */
    double agreement;           /* the least share of the votes that the winner must have */
    enum choose_which which;
    /* NULL: none. Whether an answer is right; *reason (arena) when not. Errors end the run. */
    bool (*check)(void *context, struct slice question, struct slice answer, struct arena *arena, bool *is_right,
                  const char **reason, struct error *error);
    void *context;
};

/* Adds the rows of a dialogue: prompt and chosen answer as one conversation. Errors: those of check; E_LIMIT. */
bool choose_answers(const struct choose_settings *settings, const struct mapping *mapping, struct dialogue *dialogue,
                    struct arena *arena, struct composed *composed, struct error *error) MUST_CHECK;

#endif
