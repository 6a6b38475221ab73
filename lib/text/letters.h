/* letters.h - kinds, case and white space of Unicode characters. */
#ifndef TEXT_LETTERS_H
#define TEXT_LETTERS_H

#include "base/arena.h"
#include "base/slice.h"

/* Each character by its simple mapping (one character to one, no locale: "STRASSE" stays apart from "straße"). text
 * must be valid UTF-8. Borrowed from text when nothing changes, else in the arena. */
struct slice text_lower(struct slice text, struct arena *arena);
struct slice text_upper(struct slice text, struct arena *arena);

/* One character by that mapping. */
uint32_t text_lower_character(uint32_t code_point);

/* The property White_Space: blank, tab, line ends, U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F,
 * U+205F, U+3000. */
bool text_is_space(uint32_t code_point);

/* General categories L and Nd. */
bool text_is_letter(uint32_t code_point);
bool text_is_digit(uint32_t code_point);

/* Without white space at both ends. */
struct slice text_trim(struct slice text);

/* Runs of characters that are no white space. */
size_t text_count_words(struct slice text);

#endif
