/* support.h - whether a passage says what an answer says, word by word.
 *
 * Words of an answer are looked up among those of the passage, letters alike in any case; those of fewer than four
 * characters without a digit say little and do not count. A number must stand in the passage as it is, but for the
 * separators of thousands. What stands in quotes must stand there word for word (text/citations.h). It tells invented
 * names, figures and quotations; it does not tell whether the sense is right. Linear. Thread safe. */
#ifndef DATASET_SUPPORT_H
#define DATASET_SUPPORT_H

#include "base/arena.h"
#include "base/slice.h"

struct support {
    size_t words, found;         /* of the answer that count; in the passage */
    struct slice missing_number; /* the first one, empty: none */
    struct slice missing_quote;  /* likewise */
    struct slice missing_word;   /* likewise */
};

/* Texts are valid UTF-8; slices are borrowed from the answer. question: quotations of it count as said. */
void support_check(struct slice answer, struct slice passage, struct slice question, struct arena *scratch,
                   struct support *support);

/* 1 for an answer without words. */
static inline double support_share(const struct support *support)
{
    return support->words ? (double)support->found / (double)support->words : 1;
}

#endif
