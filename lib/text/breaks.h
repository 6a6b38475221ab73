/* breaks.h - every place where a text may be cut, level by level; private to the module.
 *
 * A place is the first byte after the break: where the next piece begins, which is never white space and never inside a
 * grapheme cluster. Each level has the places of the levels above it, too. Places are bits, but for the ends of
 * sentences: whether a full stop ends one costs more to tell, so it is told only where it is asked for. */
#ifndef TEXT_BREAKS_H
#define TEXT_BREAKS_H

#include "base/slice.h"
#include "text/bits.h"

enum break_level { BREAK_HEADING, BREAK_BLANK, BREAK_LINE, BREAK_SENTENCE, BREAK_CLAUSE, BREAK_WORD, BREAK_LEVELS };

/* Memory is kept for the next text. */
struct breaks {
    struct slice text;
    uint64_t *bits[BREAK_LEVELS]; /* of BREAK_SENTENCE only those of lines */
    uint64_t *stops;              /* what may end a sentence */
    uint64_t *points;             /* first bytes of code points */
    uint64_t *white;              /* bytes of white space */
    uint64_t *newline;            /* \n */
    size_t words;                 /* in each of them that are in use */
    size_t capacity;
};

/* What the kernels see in 64 bytes. */
struct break_classes {
    uint64_t points, white, newline;
    uint64_t lower;  /* a to z */
    uint64_t high;   /* beyond ASCII */
    uint64_t stop;   /* . ! ? */
    uint64_t clause; /* , ; : */
    uint64_t wide;   /* first bytes of characters that may be white space or punctuation beyond ASCII */
};

/* bytes: 64 of them. The same result on every CPU. */
typedef void break_classes_function(const unsigned char *bytes, struct break_classes *classes);
break_classes_function break_classes_scalar;
#if defined(__x86_64__)
break_classes_function break_classes_avx2, break_classes_avx512;
#endif
break_classes_function *break_classes(void);

/* Finds points, white space, and the levels from BREAK_BLANK to BREAK_WORD. text is borrowed until the next one. */
void breaks_find(struct breaks *breaks, struct slice text);

/* Takes places inside (start, end] down a level: blank lines to lines, lines to sentences, sentences away. */
void breaks_lower(struct breaks *breaks, size_t start, size_t end);

/* A place of the level and those below it. */
void breaks_set(struct breaks *breaks, enum break_level level, size_t place);

void breaks_release(struct breaks *breaks);

/* The last and the first place of the level in [start, end), BITS_NONE if there is none. The last one does not look for
 * ends of sentences below BREAK_SENTENCE: whoever goes down a level has looked for them. */
size_t breaks_last(const struct breaks *breaks, enum break_level level, size_t start, size_t end);
size_t breaks_first(const struct breaks *breaks, enum break_level level, size_t start, size_t end);

#endif
