/* content.h - the bytes of a file or archive member: all at once, or the first ones and a way to the rest. Private to
 * document. */
#ifndef DOCUMENT_CONTENT_H
#define DOCUMENT_CONTENT_H

#include "base/buffer.h"
#include "base/error.h"

enum {
    CONTENT_BLOCK_BYTES = 256 * 1024,
    CONTENT_WHOLE_BYTES = 4 * 1024 * 1024 /* up to here a file is gathered before it is decoded */
};

struct content {
    struct slice bytes; /* borrowed from memory that later reads leave alone */
    bool is_whole;
    bool (*read)(void *context, struct slice *bytes, struct error *error); /* the rest; none at the end */
    void *context;
};

/* Gathers in `kept` (emptied first) until bytes holds more than `wanted` or all there is. Errors: those of read. */
bool content_gather(struct content *content, struct buffer *kept, size_t wanted, struct error *error) MUST_CHECK;

/* A read over bytes and then the rest, for readers that take one stream; context is the content. */
bool content_next(void *context, struct slice *bytes, struct error *error) MUST_CHECK;

#endif
