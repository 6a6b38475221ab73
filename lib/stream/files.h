/* files.h - temporaries that never outlive us, durable renames, locks, whole files. */
#ifndef STREAM_FILES_H
#define STREAM_FILES_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* Paths registered here are unlinked by files_remove_temporaries(), which signal handlers, memory_exit() and main's end
 * call: async-signal-safe. Thread safe. Returns a handle, or -1 when the path is longer than PATH_MAX. */
int temporary_register(const char *path);
void temporary_forget(int handle);
void files_remove_temporaries(void);

/* fsync of the folder that holds path. Errors: E_IO. */
bool folder_sync_of(const char *path, struct error *error) MUST_CHECK;

/* fsync(descriptor) and close it. Errors: E_IO. */
bool file_end(int descriptor, const char *temporary, struct error *error) MUST_CHECK;
/* Errors: E_IO, E_CREATE. */
bool file_rename(const char *temporary, const char *target, struct error *error) MUST_CHECK;

/* Both, and fsync of the folder. On failure the temporary is unlinked. Errors: as above. */
bool file_publish(int descriptor, const char *temporary, const char *target, struct error *error) MUST_CHECK;

/* write(2) in full: loops on short writes and EINTR. false with errno. */
bool write_fully(int descriptor, const void *bytes, size_t length);

/* A whole file into a buffer. maximum bytes: E_LIMIT beyond, naming limit_name. Errors: E_NO_INPUT, E_IO. */
bool file_read(const char *path, size_t maximum, const char *limit_name, struct buffer *content,
               struct error *error) MUST_CHECK;

/* A file mapped read-only. The zeroed struct is closed. Empty files map to an empty slice. */
struct file_map {
    struct slice bytes;
    uint64_t device, inode;
};
bool file_map_open(const char *path, struct file_map *map, struct error *error) MUST_CHECK;
void file_map_close(struct file_map *map);

/* flock(LOCK_EX) on path (created, never unlinked, O_CLOEXEC), waiting up to wait_seconds (0: not at all; negative: for
 * ever). Writes "pid host start-time" into it. Errors: E_BUSY naming the holder's pid and host, E_CREATE, E_IO. */
struct file_lock {
    int descriptor; /* -1 when not held */
};
bool file_lock_acquire(const char *path, double wait_seconds, struct file_lock *lock, struct error *error) MUST_CHECK;
void file_lock_release(struct file_lock *lock);

/* mkdir -p with mode 0777 & ~umask. Errors: E_CREATE. */
bool folder_create(const char *path, struct error *error) MUST_CHECK;

#endif
