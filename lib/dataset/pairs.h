/* pairs.h - rated answers to one prompt become preference rows, or rows of one labelled answer each.
 *
 * What cannot teach is left out with the code that a trainer's check would give it: E_PREF_IDENTICAL, E_PREF_PREFIX
 * (one answer is how the other begins), E_PREF_PROMPT_REPEATED (an answer begins with the question), E_PREF_ROLE,
 * E_PREF_NO_PROMPT, E_PREF_INPUT_ENDS_ASSISTANT; and by what the scores say: no_score, tie, below_margin. Thread safe.
 * Cost: linear in the texts; pairs_all is quadratic in the answers, which PAIRS_MAXIMUM bounds. */
#ifndef DATASET_PAIRS_H
#define DATASET_PAIRS_H

#include "dataset/compose.h"

enum { PAIRS_MAXIMUM = 100000 /* of one prompt */ };

struct pairs_settings {
    struct compose_settings compose; /* of the prompt; wants_prompts */
    bool takes_all;                  /* every pair with enough between its scores, not only the best and the worst */
    double margin;                   /* that must be between two scores; 0: they must differ */
    bool labels_answers;             /* rows of one answer: good from this score on */
    double good_from;
};

/* Adds the rows of a dialogue with answers. Errors: E_LIMIT. */
bool pairs_make(const struct pairs_settings *settings, const struct mapping *mapping, struct dialogue *dialogue,
                struct arena *arena, struct composed *composed, struct error *error) MUST_CHECK;

#endif
