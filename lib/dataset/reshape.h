/* reshape.h - a row of one form as rows of another, where somebody must choose what to give up. */
#ifndef DATASET_RESHAPE_H
#define DATASET_RESHAPE_H

#include "base/error.h"
#include "dataset/row.h"

enum dataset_answers {
    DATASET_ANSWERS_KEEP,   /* the row as it is */
    DATASET_ANSWERS_CHOSEN, /* prompt and good answer: of preferences the first good one; labelled rows if good, else
                               nothing; the steps of a solution, joined, if all are good, else nothing */
    DATASET_ANSWERS_EACH,   /* a labelled row for each answer of a preference */
    DATASET_ANSWERS_NONE    /* the prompt alone: what a teacher is asked */
};
extern const char *const dataset_answers_names[]; /* NULL-terminated: "keep", "chosen", "each", "none" */

struct dataset_rows {
    struct dataset_row *rows; /* arena; may share messages with the row */
    size_t count;             /* 0: the row is one of those that are left out */
    unsigned losses;          /* bits of 1 << enum dataset_loss (render.h) */
};

/* Rows to which the choice does not apply (a chat for "chosen") stay as they are. Errors: E_CONVERT_FORM for a text
 * without prompt, and a preference without a good answer. Thread safe. */
bool dataset_reshape(const struct dataset_row *row, enum dataset_answers answers, struct arena *arena,
                     struct dataset_rows *rows, struct error *error) MUST_CHECK;

#endif
