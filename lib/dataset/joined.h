/* joined.h - a text that pieces are appended to, in an arena: linear in all of them. */
#ifndef DATASET_JOINED_H
#define DATASET_JOINED_H

#include "base/arena.h"

/* The zeroed struct is empty. text is the arena's, or the first piece itself as long as it is alone. */
struct joined {
    struct slice text;
    char *bytes; /* NULL: text is borrowed */
    size_t capacity;
};

/* Appends a piece, with separator in between when both sides hold something. */
static inline void joined_add(struct joined *joined, struct arena *arena, struct slice separator, struct slice piece)
{
    if (joined->text.length == 0 || piece.length == 0) {
        if (joined->text.length == 0)
            *joined = (struct joined){ .text = piece };
        return;
    }
    size_t length = joined->text.length + separator.length + piece.length;
    if (!joined->bytes || length > joined->capacity) {
        size_t capacity = length + length / 2;
        char *bytes = arena_allocate_text(arena, capacity);
        memcpy(bytes, joined->text.bytes, joined->text.length);
        joined->bytes = bytes;
        joined->capacity = capacity;
    }
    if (separator.length > 0)
        memcpy(joined->bytes + joined->text.length, separator.bytes, separator.length);
    memcpy(joined->bytes + length - piece.length, piece.bytes, piece.length);
    joined->text = slice_of(joined->bytes, length);
}

#endif
