/* base64.h - RFC 4648 section 4, with padding. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buffer.h"

void base64_append(struct buffer *output, struct slice bytes);

/* Bytes that a text of that many characters decodes to, at most. */
static inline size_t base64_decoded_bound(size_t length)
{
    return length / 4 * 3 + 3;
}

/* bytes: room for base64_decoded_bound(). Padding may be left out; anything else that is not base64, also white space
 * and non-zero bits behind the end, gives false. */
bool base64_decode(struct slice text, void *bytes, size_t *length);

#endif
