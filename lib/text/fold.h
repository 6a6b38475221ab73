/* fold.h - texts that differ only in how they are set become the same bytes.
 *
 * For comparing, never for showing. text must be valid UTF-8; results are appended, and may be nothing. Linear. */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include "base/buffer.h"

/* Letters are lowered one by one, runs of white space and punctuation (general category P) become one blank, with none
 * at the ends, and the rest is brought into NFC. Symbols stay: "C++" is not "C". 400 MB/s of ASCII. */
void text_fold(struct buffer *output, struct slice text);

/* As datatrove's simplify_text: lowered; numbers become 0; its marks and control characters blanks; runs of white space
 * one blank, none at the ends; NFD without marks (category Mn). */
void text_simplify(struct buffer *output, struct slice text);

/* Lowered, words parted by one blank each. At white space, none at the ends; or, cuts_everywhere, a blank for each
 * character that is no letter, mark, number or connector. */
void text_lower_words(struct buffer *output, struct slice text, bool cuts_everywhere);

#endif
