/* http_message.h - an HTTP response as a web archive keeps it: status, header and body. Private to document.
 *
 * Archives hold what the wire had, or what the crawler made of it under the same header: a chunked body may have been
 * joined already. Source: RFC 9112. */
#ifndef DOCUMENT_HTTP_MESSAGE_H
#define DOCUMENT_HTTP_MESSAGE_H

#include "base/buffer.h"
#include "base/slice.h"

struct http_message {
    int status;          /* 0: no HTTP response */
    struct slice header; /* for mime_find_field() */
    size_t body;         /* offset of the body */
    bool is_chunked;
};

/* bytes: the start of a response, with its whole header. */
void http_message_read(struct slice bytes, struct http_message *message);

/* Appends a chunked body without its chunk lines; one that is not really chunked as it is, and of one that breaks off
 * what is there. */
void http_append_chunks(struct buffer *output, struct slice body);

#endif
