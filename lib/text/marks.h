/* marks.h - two lists of punctuation as datatrove has them in its text.py. Thread safe. */
#ifndef TEXT_MARKS_H
#define TEXT_MARKS_H

#include <stdbool.h>
#include <stdint.h>

/* What its simplify_text takes away: all of ASCII but letters, digits, blank, tab and newline; the C1 controls; and 34
 * others, among them the digit U+FF11. */
bool text_is_mark(uint32_t code_point);

/* What may end a sentence in any script, with U+17D6, U+17D9 and U+17DA; no quotes. Source: Sentence_Terminal of
 * Unicode 14. */
bool text_ends_sentence(uint32_t code_point);

#endif
