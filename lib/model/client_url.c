/* client_url.c - where a dialect's path goes behind the user's URL. */
#include "model/client.h"

/* How many bytes of path base already ends with, at a slash: "http://h/v1" has 3 of "/v1/embeddings". */
static size_t shared_length(struct slice base, struct slice path)
{
    for (size_t length = path.length; length > 0; length--) {
        bool is_part = length == path.length || path.bytes[length] == '/';
        if (is_part && slice_ends_with(base, slice_of(path.bytes, length)))
            return length;
    }
    return 0;
}

const char *client_join_url(const char *base, const char *path, struct arena *arena)
{
    struct slice whole = slice_of_string(base ? base : ""), tail = slice_of_string(path);
    size_t question = slice_find_byte(whole, '?');
    struct slice query = slice_from(whole, question), front = slice_of(whole.bytes, question);
    while (tail.length && slice_ends_with(front, SLICE("/")))
        front.length--;
    tail = slice_from(tail, shared_length(front, tail));
    return arena_format(arena, "%.*s%.*s%.*s", (int)front.length, front.bytes, (int)tail.length, tail.bytes,
                        (int)query.length, query.bytes);
}
