/* simplify.h - the characters of datatrove's simplify_text; private to the module. */
#ifndef TEXT_SIMPLIFY_H
#define TEXT_SIMPLIFY_H

#include <stddef.h>

#include "base/slice.h"

/* Where a number that begins at place ends: digits, and once more behind a separator. place itself: there is none. */
size_t simplify_number_end(struct slice text, size_t place);

/* Appends a form's NFD without marks (category Mn). */
struct buffer;
void simplify_append_bare(struct buffer *output, struct slice form, struct buffer *scratch);

#endif
