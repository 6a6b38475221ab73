/* citations.h - which numbered passages an answer cites, and whether they say what it quotes.
 *
 * A citation is a number of a passage in brackets: [1], [1][3], [1, 3], [1-3]. A quotation stands in double quotes of
 * any kind, inside one paragraph; brackets in it are its own. It belongs to the citations right behind it; when another
 * quotation or the end of the paragraph comes first, to the next ones behind or before it; when its paragraph has none,
 * to all passages.
 *
 * A quotation is there when one of its passages, or the question, holds it: white space counts as one blank, all kinds
 * of quotes and dashes as one, * and ` of Markdown as nothing, the case of its first letter and punctuation at its end
 * do not count, and "..." stands for anything. Time is linear in the answer and, for each quotation, in its passages.
 */
#ifndef TEXT_CITATIONS_H
#define TEXT_CITATIONS_H

#include "base/arena.h"
#include "base/slice.h"

enum citation_fault_kind {
    CITATION_MISSING, /* the answer cites nothing */
    CITATION_UNKNOWN, /* there is no passage of that number */
    CITATION_NOT_SAID /* the passages do not hold the quotation */
};

struct citation_fault {
    enum citation_fault_kind kind;
    size_t number; /* CITATION_UNKNOWN: the number; CITATION_NOT_SAID: the first passage it is taken from, 0: none
                      is named */
    struct slice quotation; /* CITATION_NOT_SAID: what stands between the quotes; borrowed from the answer */
};

struct citations {
    size_t *numbers; /* of the passages that are cited, rising, each once; arena */
    size_t count;
    size_t quotation_count;
    struct citation_fault *faults; /* in the order of the answer; arena */
    size_t fault_count;
};

/* Passages are numbered from 1. Texts are valid UTF-8. */
void citations_check(struct slice answer, const struct slice *passages, size_t passage_count, struct slice question,
                     struct arena *arena, struct citations *citations);

#endif
