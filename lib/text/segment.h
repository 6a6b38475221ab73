/* segment.h - where the characters, words and sentences of a text begin and end.
 *
 * Texts are valid UTF-8; offsets are bytes. Everything is a pure function of the text: no locale, no dictionary, no
 * language. Thread safe. Cost: linear; ASCII goes through tables and SIMD, other text through the Unicode 14 tables of
 * utf8proc.
 *
 * Grapheme clusters: Unicode Standard Annex 29, extended, and rule GB9c of Unicode 15.1 (an Indic conjunct is one).
 * Words: runs of letters, marks, digits and underscores, with one ' . : ’ · between letters and one . , ' between
 * digits (can't, 3.14, example.com); each ideograph, kana and each cluster of Thai, Lao, Khmer and Myanmar is a word of
 * its own. Everything else is between words.
 * Sentences: end after . ! ? … and their relatives of other scripts with the closing quotes and brackets that follow:
 * the CJK ones always, the others only before white space and when what follows does not begin with a lower-case
 * letter. A full stop ends none after an initial or one-letter part (J. Smith, e.g., z.B.), a title or another short
 * form that stands before a name or number (Mr. Nr. Fig.), or the number of a list item at the start of its line. So
 * decimals, versions and URLs are never cut. A blank line always ends a sentence, a single newline does unless the
 * line looks wrapped (segment_newline). */
#ifndef TEXT_SEGMENT_H
#define TEXT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* Bytes of the white-space character at the start of text, 0 when it is none: White_Space of Unicode, and U+001C to
 * U+001F. */
size_t white_space_length(struct slice text);

/* First offset >= start that is no white space, or text.length. */
size_t white_space_end(struct slice text, size_t start);

/* Last offset <= end, but not below start, that has no white space before it. */
size_t white_space_start(struct slice text, size_t start, size_t end);

/* End of the grapheme cluster that begins at start (a boundary below text.length). */
size_t grapheme_end(struct slice text, size_t start);

/* The last cluster boundary <= position. floor <= position must be a boundary itself. Looks back only as far as the
 * rules need. */
size_t grapheme_boundary_before(struct slice text, size_t floor, size_t position);

bool grapheme_is_boundary(struct slice text, size_t floor, size_t position);

/* The next word at or after *position; moves *position to its end. false: there is none. */
bool word_next(struct slice text, size_t *position, struct slice *word);

/* The next sentence at or after *position, without white space around it; moves *position to the start of the one
 * after. *position must be 0 or such a start. false: only white space was left. */
bool sentence_next(struct slice text, size_t *position, struct slice *sentence);

/* Does a sentence end at the terminator (. ! ? … 。 and so on) at offset? *next becomes the start of what follows: the
 * first character after closers and white space. */
bool sentence_ends_at(struct slice text, size_t offset, size_t *next);

enum newline_kind {
    NEWLINE_WRAP, /* inside a paragraph that was filled: 40 bytes or more before it, no stop, and a lower-case letter
                     at the margin of the next line */
    NEWLINE_LINE,
    NEWLINE_BLANK /* at least one blank line follows */
};

/* What the \n at offset is. */
enum newline_kind segment_newline(struct slice text, size_t offset);

#endif
