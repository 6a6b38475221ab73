/* charset.h - bytes of any charset that the web knows to UTF-8.
 *
 * Names and labels are those of the WHATWG Encoding Standard, so "latin1" and "ascii" mean windows-1252 as they do in
 * browsers. One-byte charsets go through a table of 256 characters, the others through iconv; neither depends on the
 * locale. What a charset does not define becomes U+FFFD and is counted. Thread safe. */
#ifndef DOCUMENT_CHARSET_H
#define DOCUMENT_CHARSET_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

/* The charset's name for a label, letters and white space around it alike: " Latin1 " -> "windows-1252"; NULL for an
 * unknown label. Static. Names are compared by pointer or text; UTF-8 is "UTF-8". */
const char *charset_find(struct slice label);

/* "UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE" when bytes begin with a byte order mark, else NULL. *length:
 * of the mark, 0 without one. */
const char *charset_of_mark(struct slice bytes, size_t *length);

/* UTF-16 or UTF-32 without a mark, known by where the zero bytes of its ASCII characters stand; else NULL. */
const char *charset_guess_wide(struct slice bytes);

/* Smallest bytes of a character: 4, 2 or 1. */
size_t charset_unit_bytes(const char *charset);

/* One byte a character over ASCII: windows-1252 and its like. */
bool charset_is_single_byte(const char *charset);

/* The start of UTF-16 or UTF-32 as one byte a unit ('?' for what is not ASCII): enough to recognise a format. room:
 * bytes.length / charset_unit_bytes(charset). */
struct slice charset_narrow(struct slice bytes, const char *charset, char *room);

/* "ISO-2022-JP" when bytes are seven bits each and switch to Japanese by its escapes; else NULL. */
const char *charset_guess_escaped(struct slice bytes);

/* Whether bytes that are not UTF-8 look like Western text in windows-1252: every high byte is a letter or typographic
 * sign there, letters of that kind are at most a third of all letters and stand between ASCII ones, no other sign
 * stands inside of a word, and no multi-byte UTF-8 is in it. Anything less clear is left alone. */
bool charset_looks_western(struct slice bytes);

/* Appends bytes as UTF-8; charset is a name that charset_find or charset_of_mark gave. *replaced grows by the number of
 * U+FFFD written for wrong bytes. Stops with E_LIMIT when output would grow beyond maximum bytes. Errors:
 * E_UNAVAILABLE when iconv lacks the charset. */
bool charset_append_utf8(struct buffer *output, struct slice bytes, const char *charset, size_t maximum,
                         int64_t *replaced, struct error *error) MUST_CHECK;

#endif
