/* mime.h - the grammar of mail: header fields, encoded words, parameters, transfer encodings, flowed text.
 *
 * Everything borrows from the message or appends to a buffer; nothing fails: mail that breaks the rules is read as
 * mail programs read it. Linear in the input, no recursion. Thread safe. Sources: RFC 5322, 2045, 2047, 2231, 3676. */
#ifndef DOCUMENT_MIME_H
#define DOCUMENT_MIME_H

#include "base/buffer.h"
#include "base/slice.h"

/* One field of a header; value still has its line breaks. */
struct mime_field {
    struct slice name, value;
};

/* Takes the next field off the front. false: the header is over, and rest begins with the body. A line that is no field
 * ends the header too and belongs to the body, but for an mbox line ("From ") in front. */
bool mime_next_field(struct slice *rest, struct mime_field *field);

/* The value of the first field of that name in a header (or a message); empty: not there. */
struct slice mime_find_field(struct slice header, struct slice name);

/* Appends text on one line, valid UTF-8: line breaks as spaces, encoded words decoded, other bytes repaired. */
void mime_append_words(struct buffer *output, struct slice value);

/* A field's main value, such as "text/plain" of a Content-Type: without comments and parameters. Appended in lower
 * case. */
void mime_append_value(struct buffer *output, struct slice value);

/* The parameter of that name, in any of the forms of RFC 2231 or as an encoded word: appended as valid UTF-8. false: it
 * is not there. */
bool mime_append_parameter(struct buffer *output, struct slice value, struct slice name);

/* The next address of a list (commas in quotes, comments and <> do not count), trimmed; empty at the end. */
struct slice mime_next_address(struct slice *rest);

/* The next "<id>" without its brackets; empty at the end. */
struct slice mime_next_id(struct slice *rest);

enum mime_encoding { MIME_IDENTITY, MIME_QUOTED_PRINTABLE, MIME_BASE64, MIME_UUENCODE };

/* Of a Content-Transfer-Encoding; what is unknown is MIME_IDENTITY. */
enum mime_encoding mime_encoding_of(struct slice value);

/* Appends the bytes that body stands for. Bytes that the encoding does not have are passed over, or stay in quoted
 * printable. */
void mime_append_decoded(struct buffer *output, struct slice body, enum mime_encoding encoding);

/* Appends text/plain as text: CRLF becomes a newline; of format=flowed, soft line breaks are joined, delsp drops the
 * space there. Quotes stay marked by '>'. */
void mime_append_plain(struct buffer *output, struct slice text, bool is_flowed, bool drops_space);

#endif
