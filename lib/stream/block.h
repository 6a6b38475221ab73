/* block.h - blocks of memory to zstd frames and back. Not thread safe: a codec for each thread. */
#ifndef STREAM_BLOCK_H
#define STREAM_BLOCK_H

#include "base/buffer.h"
#include "base/error.h"

struct block_codec; /* holds the contexts, so that a block costs no set-up */

struct block_codec *block_codec_create(int level); /* owned: block_codec_free() */

/* Appends one frame. The same bytes for the same library version, whatever was compressed before. */
void block_compress(struct block_codec *codec, struct slice raw, struct buffer *output);

/* Unpacks one whole frame to exactly raw_bytes at `raw`. The caller has bounded raw_bytes. Errors: E_COMPRESSED. */
bool block_decompress(struct block_codec *codec, struct slice frame, char *raw, size_t raw_bytes,
                      struct error *error) MUST_CHECK;

void block_codec_free(struct block_codec *codec); /* NULL is fine */

#endif
