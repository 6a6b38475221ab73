/* frames.h - zstd data that can be entered in the middle.
 *
 * A file is a row of frames, each compressed alone, and a table behind them that says how long each is; any zstd reader
 * takes the whole as one stream, since the table stands in a frame that readers skip. Who has the table decompresses
 * one frame to get at one place. Source: zstd, contrib/seekable_format, version 0.1.0 (without checksums in the table:
 * each frame has its own). */
#ifndef STREAM_FRAMES_H
#define STREAM_FRAMES_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

struct frame_size {
    uint32_t compressed, decompressed;
};

enum { FRAME_BYTES_MAXIMUM = 256 * 1024 * 1024 /* of a decompressed frame */, FRAME_TABLE_END_BYTES = 9 };

/* One thread's memory. Owned: frame_compressor_free(). */
struct frame_compressor;
struct frame_compressor *frame_compressor_create(void);
void frame_compressor_free(struct frame_compressor *compressor);

/* Appends a frame that holds text: level 3, with a checksum. At most FRAME_BYTES_MAXIMUM. */
void frame_compress(struct frame_compressor *compressor, struct slice text, struct buffer *output);

/* Appends the table of a file's frames, in their order. */
void frame_table_append(const struct frame_size *frames, size_t count, struct buffer *output);
size_t frame_table_bytes(size_t count);

/* The table of a whole file; arena. Errors: E_COMPRESSED when there is none, or when it does not add up to the file. */
bool frame_table_read(struct slice file, struct arena *arena, const struct frame_size **frames, size_t *count,
                      struct error *error) MUST_CHECK;

/* Appends what a frame holds, which must be size.decompressed bytes. Errors: E_COMPRESSED. */
bool frame_decompress(struct slice frame, struct frame_size size, struct buffer *output,
                      struct error *error) MUST_CHECK;

#endif
