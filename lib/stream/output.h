/* output.h - bytes to stdout or to a file that appears whole or not at all.
 *
 * To a file: NAME.tmp.PID beside the target, then output_commit() does fsync, rename, fsync of the folder. Until then
 * nobody sees it; output_close() without commit removes it, and so do fatal signals and memory_exit(). A target that is
 * no regular file (/dev/null, a FIFO, /dev/stdout) is written directly. Compression by the target's extension (.zst,
 * .gz) or by settings. A file keeps mode 0666 & ~umask, or 0600 with is_private. Not thread safe. */
#ifndef STREAM_OUTPUT_H
#define STREAM_OUTPUT_H

#include "base/error.h"
#include "base/slice.h"

struct output;

struct output_settings {
    enum { OUTPUT_BY_NAME, OUTPUT_PLAIN, OUTPUT_ZSTD, OUTPUT_GZIP } compression;
    bool is_private;    /* mode 0600: holds user text beside the data (rejects, summaries) */
    bool is_unbuffered; /* every output_write reaches the kernel: live streams, terminals (set by itself for a terminal)
                         */
};

/* path "-" or NULL: stdout. settings may be NULL. Owned: output_close(). Errors: E_CREATE. Binary (compressed) output
 * to a terminal is refused: E_USAGE. */
struct output *output_open(const char *path, const struct output_settings *settings, struct error *error) MUST_CHECK;

/* Buffered. Errors: E_IO with the path, and for ENOSPC what is full. A reader that left (EPIPE on stdout) gives false
 * with output_is_closed() true and no error set: the caller stops quietly. */
bool output_write(struct output *output, struct slice bytes, struct error *error) MUST_CHECK;
bool output_flush(struct output *output, struct error *error) MUST_CHECK;
bool output_is_closed(const struct output *output);

/* Flushes, syncs, closes and publishes. Errors: E_IO; then nothing was published. */
bool output_commit(struct output *output, struct error *error) MUST_CHECK;

/* The same in three steps, for outputs that appear together (output_set.h): all that can fail for want of room, the
 * rename, and folder_sync_of() once a folder. After output_end() nothing more is written, and its memory is given
 * back. */
bool output_end(struct output *output, struct error *error) MUST_CHECK;
bool output_publish(struct output *output, struct error *error) MUST_CHECK;

/* The path of the file that appears, NULL where it is written directly. Borrowed. */
const char *output_path(const struct output *output);

/* Bytes given to output_write so far, before compression. */
int64_t output_position(const struct output *output);
const char *output_name(const struct output *output);

/* Without a commit before: throws the file away. NULL is fine. */
void output_close(struct output *output);

/* Writes a whole small file atomically. */
bool output_write_file(const char *path, struct slice content, bool is_private, struct error *error) MUST_CHECK;

#endif
