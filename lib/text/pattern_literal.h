/* pattern_literal.h - text that a pattern cannot match without; private to text. */
#ifndef TEXT_PATTERN_LITERAL_H
#define TEXT_PATTERN_LITERAL_H

#include "base/slice.h"

enum { PATTERN_LITERAL_MAXIMUM = 256 };

/* Writes the longest plain text that stands in every text with a match; bytes has room for PATTERN_LITERAL_MAXIMUM.
 * Returns its length, 0 when none is known. The pattern must compile without PCRE2_CASELESS and PCRE2_EXTENDED. */
size_t pattern_find_literal(struct slice pattern, char *bytes);

#endif
