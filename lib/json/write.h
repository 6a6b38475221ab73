/* write.h - JSON text, one way to write each thing.
 *
 * Strings: only what must be escaped is (quote, backslash, C0), with the short forms \b \f \n \r \t; everything else
 * stays UTF-8, DEL, U+2028 and U+2029 too: every line is one JSON text and those are legal in it. Objects written here
 * have no white space after ':' and ','. */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include "base/buffer.h"
#include "base/slice.h"

/* With the quotes. text must be valid UTF-8. SIMD: runs of clean bytes are copied. */
void json_append_string(struct buffer *output, struct slice text);
/* Without the quotes. */
void json_append_escaped(struct buffer *output, struct slice text);

void json_append_integer(struct buffer *output, int64_t number);
/* Shortest form; value must be finite. */
void json_append_double(struct buffer *output, double number);
void json_append_floats(struct buffer *output, const float *values, size_t count);

/* `"key":` with a comma in front unless the last byte of output is { or [. key is plain text. */
void json_append_key(struct buffer *output, struct slice key);

#endif
