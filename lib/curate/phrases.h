/* phrases.h - phrases by which lines and paragraphs that are no content are known.
 *
 * A phrase is sought in text that was lowered: phrases_lower() gives ASCII in lower case at the same offsets, and the
 * Kelvin sign, the one other character that becomes an ASCII letter when lowered, as k. Thread safe. */
#ifndef CURATE_PHRASES_H
#define CURATE_PHRASES_H

#include "base/buffer.h"

enum {
    PHRASE_LOREM_IPSUM = 1,
    PHRASE_JAVASCRIPT = 2,
    PHRASES_POLICY = 0xfc,        /* C4's six: terms of use, privacy policy, ... */
    PHRASES_BOILERPLATE = 0x3ffc, /* those, and more of NeMo Curator's */
    PHRASES_OF_LINES = 0xff,      /* those of C4 */
    PHRASES_ALL = 0x3fff
};

/* The whole lowered: in scratch, which is emptied first; the length is the same unless it holds Kelvin signs. */
struct slice phrases_lower(struct slice text, struct buffer *scratch);

/* Which of the wanted phrases stand in lowered text. */
unsigned phrases_find(struct slice lowered, unsigned wanted);

#endif
