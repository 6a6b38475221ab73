/* wrap.h - plain prose into lines of a given width, for help and man pages. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include "base/buffer.h"

enum { HELP_WIDTH = 79 };

/* Appends the words of text, a line break where the next one would pass `width` columns. The cursor stands in `column`;
 * further lines begin with `indent` spaces. Ends with a newline. A word longer than a line stands alone. One code point
 * counts as one column: our own texts hold nothing else. */
void wrap_append(struct buffer *output, struct slice text, size_t column, size_t indent, size_t width);

/* Paragraphs, split by blank lines; lines that begin with a space are kept as they are. */
void wrap_append_paragraphs(struct buffer *output, struct slice text, size_t width);

/* Takes the next line off *rest, without its newline. false at the end. */
bool wrap_next_line(struct slice *rest, struct slice *line);

#endif
