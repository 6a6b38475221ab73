/* decompress.h - xz, bzip2 and lz4 through a child process, which holds the library that hostile files may crash.
 *
 * The child is our own binary under the hidden tool name "decompress". It answers in frames, so that a child that died
 * is never taken for the end of the data. Not thread safe. */
#ifndef STREAM_DECOMPRESS_H
#define STREAM_DECOMPRESS_H

#include "base/error.h"
#include "base/slice.h"

/* Bytes for the child: none at the end, borrowed until the next call. */
struct decompressor_feed {
    void *context;
    bool (*next)(void *context, struct slice *bytes, struct error *error);
};

struct decompressor;

/* format: "xz", "bzip2" or "lz4", for messages. descriptor: a file that stands at the first byte and that the child
 * reads itself; -1: feed gives the bytes. Owned: decompressor_free(). Errors: those of child_start. */
struct decompressor *decompressor_create(const char *format, int descriptor, const struct decompressor_feed *feed,
                                         struct error *error) MUST_CHECK;

/* The next bytes, none at the end. Errors: E_COMPRESSED with the offset, E_UNAVAILABLE when the library is missing,
 * E_IO, those of feed. */
bool decompressor_read(struct decompressor *decompressor, char *bytes, size_t capacity, size_t *length,
                       struct error *error) MUST_CHECK;

/* Readable when there is something to read: for poll(2). */
int decompressor_descriptor(const struct decompressor *decompressor);

/* Ends the child whatever it does. NULL is fine. */
void decompressor_free(struct decompressor *decompressor);

/* The hidden tool: reads compressed bytes, writes frames. Confines the calling process for good. Returns the exit code.
 */
int decompress_child(int input, int output);

#endif
