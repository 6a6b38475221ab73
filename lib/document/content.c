/* content.c - the bytes of a file or archive member: all at once, or the first ones and a way to the rest. */
#include "document/content.h"

bool content_gather(struct content *content, struct buffer *kept, size_t wanted, struct error *error)
{
    if (content->is_whole || content->bytes.length > wanted)
        return true;
    buffer_reset(kept);
    buffer_append_slice(kept, content->bytes);
    while (!content->is_whole && kept->length <= wanted) {
        struct slice piece;
        if (!content->read(content->context, &piece, error))
            return false;
        content->is_whole = piece.length == 0;
        buffer_append_slice(kept, piece);
    }
    content->bytes = buffer_slice(kept);
    return true;
}

bool content_next(void *context, struct slice *bytes, struct error *error)
{
    struct content *content = context;
    *bytes = content->bytes;
    content->bytes = slice_of("", 0);
    if (bytes->length > 0 || content->is_whole)
        return true;
    return content->read(content->context, bytes, error);
}
