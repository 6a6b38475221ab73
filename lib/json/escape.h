/* escape.h - copies of text with escapes put in or taken out; private to the module. */
#ifndef JSON_ESCAPE_H
#define JSON_ESCAPE_H

#include "base/slice.h"

enum { JSON_ESCAPE_BYTES = 6 }; /* the longest escape */

/* The escape of each byte, its length in `length`; 0 for a byte that stands for itself. */
struct json_escape {
    char bytes[7];
    unsigned char length;
};
extern const struct json_escape json_escapes[256];

/* Writes text with escapes: output has room for JSON_ESCAPE_BYTES times its length and 64 bytes more. Returns the end.
 */
char *json_escape_bytes(char *output, struct slice text);

/* Copies to the first backslash or the end of text, which is the length returned. output has room for text. */
size_t json_copy_plain_bytes(char *output, struct slice text);

#if defined(__x86_64__)
/* The same, 32 bytes at a time; for CPU_AVX2 and above. */
char *json_escape_avx2(char *output, struct slice text);
size_t json_copy_plain_avx2(char *output, struct slice text);
#endif

#endif
