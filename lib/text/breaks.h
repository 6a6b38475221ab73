/* breaks.h - every place where a text may be cut, level by level, as bits; private to the module.
 *
 * A bit stands at the first byte after the break: where the next piece begins, which is never white space and never
 * inside a grapheme cluster. Each level holds the bits of the levels above it. */
#ifndef TEXT_BREAKS_H
#define TEXT_BREAKS_H

#include "base/slice.h"
#include "text/bits.h"

enum break_level { BREAK_HEADING, BREAK_BLANK, BREAK_LINE, BREAK_SENTENCE, BREAK_CLAUSE, BREAK_WORD, BREAK_LEVELS };

/* Memory is kept for the next text. */
struct breaks {
    uint64_t *levels[BREAK_LEVELS];
    uint64_t *points;  /* first bytes of code points */
    uint64_t *white;   /* bytes of white space */
    uint64_t *newline; /* \n */
    uint64_t *stops;   /* what may end a sentence */
    size_t words;      /* in each of them that are in use */
    size_t capacity;
};

/* What the kernels see in 64 bytes. */
struct break_classes {
    uint64_t points, white, newline;
    uint64_t stop;   /* . ! ? */
    uint64_t clause; /* , ; : */
    uint64_t wide;   /* first bytes of characters that may be white space or punctuation beyond ASCII */
};

/* bytes: 64 of them. The same result on every CPU. */
typedef void break_classes_function(const unsigned char *bytes, struct break_classes *classes);
break_classes_function break_classes_scalar;
#if defined(__x86_64__)
break_classes_function break_classes_avx2;
#endif
break_classes_function *break_classes(void);

/* Finds points, white space, and the levels from BREAK_BLANK to BREAK_WORD, each without those above. */
void breaks_find(struct breaks *breaks, struct slice text);

/* Puts the bits of each level into those below it. */
void breaks_join(struct breaks *breaks);

void breaks_release(struct breaks *breaks);

#endif
