/* stretches.h - parts of a text that may stand in another one, too: lines, windows of sentences, and places from which
 * every common part of some length can be found.
 *
 * Texts are valid UTF-8 of less than 2^32 bytes; offsets are bytes, and rise by `base` so that several texts can be
 * told apart. All functions append struct stretch to a buffer, in the order of the text. Thread safe. Linear. */
#ifndef CURATE_STRETCHES_H
#define CURATE_STRETCHES_H

#include "base/buffer.h"

struct stretch {
    uint64_t group, hash; /* equal in both: the same content */
    uint32_t start, end;
};

/* Lines, compared without white space at their ends; those with fewer than `least` characters are left out. A stretch
 * reaches to the start of the next line. */
void stretches_add_lines(struct slice text, size_t base, size_t least, struct buffer *stretches);

/* Each `window` sentences in a row (text/segment.h), compared as text/fold.h has them; those with fewer than `least`
 * words are left out. A stretch reaches to the start of the next sentence. scratch: used. */
void stretches_add_sentences(struct slice text, size_t base, size_t window, size_t least, struct buffer *scratch,
                             struct buffer *stretches);

/* A text as a sequence whose windows are compared: its bytes, or its words at white space. */
struct symbols {
    struct slice text;
    bool has_words;
    struct buffer hashes, starts; /* of words: uint64_t, uint32_t each; one more start, the end of the text */
};
void symbols_open(struct symbols *symbols, struct slice text, bool has_words); /* reuses the buffers */
void symbols_release(struct symbols *symbols);
size_t symbols_count(const struct symbols *symbols);
/* Where symbol `number` (up to and with the count) begins. */
size_t symbols_place(const struct symbols *symbols, size_t number);

/* Anchors for all windows of `length` symbols. Of the shorter stretches ("grams") in a window the one with the least
 * hash is its anchor; neighbouring windows mostly share theirs, and are one struct stretch: the same group for the same
 * gram, the same hash for the same windows around it. So equal windows of two texts are in one group, and most often in
 * equal stretches. Here start and end are numbers of symbols without base: the windows [start, start + length) to
 * [end - length, end). Grams have 5/8 of the length: of
 * 100 bytes one in 20 is an anchor. Source:
 * winnowing, Schleimer and others 2003. */
enum { STRETCH_LENGTH_MINIMUM = 16 };
void stretches_add_anchors(const struct symbols *symbols, size_t length, struct buffer *stretches);

/* The content of the window that begins at symbol `start`: for comparing windows exactly. */
struct slice symbols_window(const struct symbols *symbols, size_t start, size_t length);

#endif
