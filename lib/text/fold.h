/* fold.h - texts that differ only in how they are set become the same bytes.
 *
 * Letters are lowered one by one, runs of white space and punctuation (general category P) become one blank, with none
 * at the ends, and the rest is brought into NFC. Symbols stay: "C++" is not "C". For comparing, never for showing. */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include "base/buffer.h"

/* Appends the folded text, which may be nothing. text must be valid UTF-8. Linear; 300 MB/s of ASCII. */
void text_fold(struct buffer *output, struct slice text);

#endif
