/* verdict.h - what a judging model said: a score or the better of two, and why; and how well judges agree.
 *
 * Read first as JSON ({"reason","score"} or {"reason","better"}, also within a fence or behind other text), then in the
 * forms that judging prompts made usual: "[[A]]", "Rating: [[7]]". */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include "base/arena.h"
#include "base/error.h"

enum preference { PREFER_FIRST, PREFER_SECOND, PREFER_NEITHER };

struct verdict {
    double score;           /* pointwise */
    enum preference better; /* pairwise */
    struct slice reason;    /* arena or borrowed; empty: none was given */
};

/* Errors: E_ANSWER_SCHEMA: no score in the text, or one outside the scale. */
bool verdict_read_score(struct slice text, double minimum, double maximum, struct arena *arena, struct verdict *verdict,
                        struct error *error) MUST_CHECK;
/* "A" or "B" is the better one, "tie" (or "C") neither. */
bool verdict_read_better(struct slice text, struct arena *arena, struct verdict *verdict,
                         struct error *error) MUST_CHECK;

enum { AGREEMENT_LABELS = 64 };

/* Counts of pairs of labels: what the judge said and what a person said. */
struct agreement {
    char labels[AGREEMENT_LABELS][32];
    size_t label_count;
    int64_t counts[AGREEMENT_LABELS][AGREEMENT_LABELS];
    int64_t total, beyond; /* beyond: pairs with more labels than there is room for */
};

void agreement_add(struct agreement *agreement, struct slice judge, struct slice human);
/* The share of equal labels, and Cohen's kappa (1960): (observed - expected) / (1 - expected), 1 when expected is 1. 0
 * when nothing was added. */
double agreement_share(const struct agreement *agreement);
double agreement_kappa(const struct agreement *agreement);

#endif
