/* codec.h - zstd and gzip in pieces, both ways. Private to stream. */
#ifndef STREAM_CODEC_H
#define STREAM_CODEC_H

#include "base/error.h"
#include "base/slice.h"

struct decoder {
    /* Takes bytes off *input and writes at most capacity bytes; *produced 0 means that it wants more input, or with
     * is_end (no more will come) that all frames ended well. Errors: E_COMPRESSED with the offset up to which the data
     * are good, E_LIMIT for a window above 128 MiB. */
    bool (*decode)(struct decoder *decoder, struct slice *input, bool is_end, char *output, size_t capacity,
                   size_t *produced, struct error *error);
    void (*free)(struct decoder *decoder);
    int64_t offset; /* compressed bytes taken so far */
};

struct decoder *zstd_decoder_create(void);
struct decoder *gzip_decoder_create(void);

enum encode_mode { ENCODE_MORE, ENCODE_FLUSH, ENCODE_END };

struct encoder {
    /* Takes bytes off *input and returns how many it wrote, at most capacity. *is_done: all input was taken, and with
     * FLUSH and END nothing is held back. */
    size_t (*encode)(struct encoder *encoder, struct slice *input, enum encode_mode mode, char *output, size_t capacity,
                     bool *is_done);
    void (*free)(struct encoder *encoder);
};

/* Level 3 with a content checksum. */
struct encoder *zstd_encoder_create(void);
/* Level 6, no time and no name: the same bytes every day. */
struct encoder *gzip_encoder_create(void);

/* Whether so few bytes could still become the start of compressed data. */
bool compression_may_follow(struct slice first_bytes);
enum { COMPRESSION_START_BYTES = 10 };

#endif
