/* input.h - bytes from a file, stdin or memory, decompressed on the way.
 *
 * Compression is seen from the first bytes, never from the name: zstd and gzip (all members) in process; xz, bzip2 and
 * lz4 in a child process that wraps libarchive with rlimits, since they are rare here. Files are read, not mapped: a
 * file that somebody cuts or rewrites meanwhile must not kill or fool us. Blocks are 256 KiB and pipes are enlarged to
 * 1 MiB. Not thread safe: one reader. */
#ifndef STREAM_INPUT_H
#define STREAM_INPUT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

enum { STREAM_BLOCK_BYTES = 256 * 1024 };

struct input;

struct input_settings {
    bool is_raw;             /* no decompression */
    int64_t decoded_maximum; /* bytes after decompression, 0 for no limit; E_LIMIT beyond */
    const char *limit_name;  /* the option or limit named in that message */
};

/* path "-" or NULL: stdin. settings may be NULL. Owned: input_close(). Errors: E_NO_INPUT, E_IO (a folder: E_NO_INPUT
 * with "is a folder"). */
struct input *input_open(const char *path, const struct input_settings *settings, struct error *error) MUST_CHECK;

/* Over borrowed memory, with decompression. name is for messages. */
struct input *input_open_memory(struct slice bytes, const char *name, const struct input_settings *settings,
                                struct error *error) MUST_CHECK;

/* The next bytes: at least one, or none at the end. Borrowed until the next call. Errors: E_IO, E_COMPRESSED, E_LIMIT;
 * placed. */
bool input_read(struct input *input, struct slice *bytes, struct error *error) MUST_CHECK;

/* The same straight into memory of the caller, without a copy where that is possible: at least one byte, or none at the
 * end. capacity: at least INPUT_FILL_MINIMUM. */
enum { INPUT_FILL_MINIMUM = 64 };
bool input_fill(struct input *input, char *bytes, size_t capacity, size_t *length, struct error *error) MUST_CHECK;

/* The path as given, "-" for stdin ("stdin" in places of messages). */
const char *input_name(const struct input *input);
/* Bytes of the underlying file, -1 where unknown (pipe), and how many of them were consumed: for progress. */
int64_t input_size(const struct input *input);
int64_t input_position(const struct input *input);
/* Whether input_read() would return at once, after waiting up to that many milliseconds (0: not at all) for a pipe or
 * terminal to have something. A regular file is always ready. */
bool input_is_ready(const struct input *input, int milliseconds);
/* Waits, up to that many milliseconds, for a pipe or terminal to have something; true at once for everything else, and
 * for compressed input, whose decoder may hold data that the pipe does not show. A signal that comes just before a
 * blocking read would go unseen: who must not miss one waits here in turns. */
bool input_wait(const struct input *input, int milliseconds);

void input_close(struct input *input);

/* Appends all of a small file: settings must bound it. Errors: those of input_open() and input_read(). */
bool input_read_all(const char *path, const struct input_settings *settings, struct buffer *content,
                    struct error *error) MUST_CHECK;

/* What compression the first bytes say: "zstd", "gzip", "xz", "bzip2", "lz4" or NULL. */
const char *compression_of(struct slice first_bytes);

#endif
