/* normal_form.h - Unicode normal forms (UAX 15), through utf8proc, with most text passed by. Private to the module. */
#ifndef TEXT_NORMAL_FORM_H
#define TEXT_NORMAL_FORM_H

#include "base/buffer.h"

enum normal_form { NORMAL_NONE, NORMAL_NFC, NORMAL_NFD, NORMAL_NFKC, NORMAL_NFKD };

/* Whether the form may differ from the text: a scan of the bytes that errs on the side of yes. */
bool normal_form_is_needed(struct slice text, enum normal_form form);

/* Appends the form of valid UTF-8. Only the stretches between ASCII characters that hold anything else are looked at:
 * nothing composes across the ASCII character that begins one. Linear; a stretch costs 8 bytes of memory a byte. */
void normal_form_append(struct buffer *output, struct slice text, enum normal_form form);

#endif
