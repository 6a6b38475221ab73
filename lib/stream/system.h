/* system.h - system calls that several files of stream need. Private to stream. */
#ifndef STREAM_SYSTEM_H
#define STREAM_SYSTEM_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* The folder part of path: "." when it has no slash. */
void path_folder(const char *path, struct buffer *folder);

/* Opens anything readable but a folder and fills *status. -1: error is set (E_NO_INPUT, E_IO, E_SYSTEM,
 * E_INTERRUPTED). */
int system_open_to_read(const char *path, struct stat *status, struct error *error);

/* read(2) that waits where the descriptor is non-blocking and goes on after signals that nobody minds. -1: error is set
 * (E_IO, not placed; E_INTERRUPTED). */
ssize_t system_read(int descriptor, void *bytes, size_t capacity, struct error *error);

/* After EINTR: false with the error set when a signal asked us to stop. */
bool system_may_retry(struct error *error);

/* Waits for events of poll(2). Errors: E_INTERRUPTED, E_IO. */
bool system_wait(int descriptor, short events, struct error *error);

/* As many open files at a time as the system allows this process: the usual 1024 are few for sets of outputs. */
void system_allow_files(void);

/* Enlarges a pipe to 1 MiB, does nothing to other things. */
void system_enlarge_pipe(int descriptor);

#endif
