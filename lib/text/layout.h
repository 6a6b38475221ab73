/* layout.h - any text on a terminal: how wide it is, wrapped, cut. Control bytes and bad UTF-8 come out as escapes.
 *
 * Widths are those of utf8proc: East Asian wide characters take two columns, combining ones none. All functions are
 * thread safe. */
#ifndef TEXT_LAYOUT_H
#define TEXT_LAYOUT_H

#include "base/buffer.h"
#include "base/slice.h"

/* Columns that printable text takes. */
size_t layout_width(struct slice text);

/* Appends text on one line, at most `width` columns; what does not fit is replaced by "...". Line breaks and tabs
 * become blanks. */
void layout_append_cut(struct buffer *output, struct slice text, size_t width);

struct layout {
    size_t width;         /* columns of a line, at least 10 */
    size_t indent;        /* blanks before each line, part of width */
    size_t lines_maximum; /* of output; 0: all. The rest is counted in a last line: "[1204 more characters]" */
};

/* Appends text line by line, each broken where it does not fit: at blanks, next to wide characters, else anywhere.
 * Blanks at the start of a line are kept for all its parts, so code stays readable. Ends with a newline. */
void layout_append_wrapped(struct buffer *output, struct slice text, const struct layout *layout);

#endif
