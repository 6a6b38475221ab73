/* cache_key.c - what was asked, in 32 bytes. */
#include "base/digest.h"
#include "store/cache.h"

enum { KEY_VERSION = 1 };

static void append_part(struct buffer *text, struct slice part)
{
    uint64_t length = part.length; /* little-endian, as all machines here are */
    buffer_append(text, &length, sizeof length);
    buffer_append_slice(text, part);
}

void cache_key_prefix_make(enum cache_kind kind, const struct slice *parts, size_t count,
                           struct cache_key_prefix *prefix)
{
    buffer_reset(&prefix->text);
    buffer_append_byte(&prefix->text, KEY_VERSION);
    buffer_append_byte(&prefix->text, (char)kind);
    for (size_t i = 0; i < count; i++)
        append_part(&prefix->text, parts[i]);
}

void cache_key_finish(struct cache_key_prefix *prefix, struct slice last, struct cache_key *key)
{
    size_t length = prefix->text.length;
    append_part(&prefix->text, last);
    digest_sha256_bytes(buffer_slice(&prefix->text), key->bytes);
    prefix->text.length = length;
}

void cache_key_prefix_release(struct cache_key_prefix *prefix)
{
    buffer_release(&prefix->text);
}

void cache_key_make(enum cache_kind kind, const struct slice *parts, size_t count, struct cache_key *key)
{
    struct cache_key_prefix prefix = { { 0 } };
    cache_key_prefix_make(kind, parts, count, &prefix);
    digest_sha256_bytes(buffer_slice(&prefix.text), key->bytes);
    cache_key_prefix_release(&prefix);
}
