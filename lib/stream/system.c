/* system.c - system calls that several files of stream need. */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "stream/system.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/interrupt.h"

enum { PIPE_BYTES = 1024 * 1024 };

void path_folder(const char *path, struct buffer *folder)
{
    const char *slash = strrchr(path, '/');
    buffer_reset(folder);
    if (!slash)
        buffer_append_string(folder, ".");
    else
        buffer_append(folder, path, slash == path ? 1 : (size_t)(slash - path));
}

bool system_may_retry(struct error *error)
{
    return interrupt_signal() == 0 || interrupt_error(error);
}

/* A disk that fails and a process without room say nothing about the file: it may be there and whole. */
static enum code open_code(int errno_value)
{
    switch (errno_value) {
    case EIO:
        return E_IO;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return E_SYSTEM;
    default:
        return E_NO_INPUT;
    }
}

int system_open_to_read(const char *path, struct stat *status, struct error *error)
{
    int descriptor;
    while ((descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0 && errno == EINTR)
        if (!system_may_retry(error))
            return -1;
    if (descriptor < 0 || fstat(descriptor, status) != 0)
        error_set_system(error, open_code(errno), errno, "cannot open '%s'", path);
    else if (S_ISDIR(status->st_mode))
        error_set(error, E_NO_INPUT, "'%s' is a folder, expected a file", path);
    else
        return descriptor;
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

bool system_wait(int descriptor, short events, struct error *error)
{
    struct pollfd wait = { .fd = descriptor, .events = events };
    while (poll(&wait, 1, -1) < 0) {
        if (errno != EINTR)
            return error_set_system(error, E_IO, errno, "cannot wait");
        if (!system_may_retry(error))
            return false;
    }
    return true;
}

ssize_t system_read(int descriptor, void *bytes, size_t capacity, struct error *error)
{
    for (;;) {
        ssize_t count = read(descriptor, bytes, capacity);
        if (count >= 0)
            return count;
        if (errno == EINTR) {
            if (!system_may_retry(error))
                return -1;
        } else if (errno == EAGAIN) {
            if (!system_wait(descriptor, POLLIN, error))
                return -1;
        } else {
            error_set_system(error, E_IO, errno, "cannot read");
            return -1;
        }
    }
}

void system_enlarge_pipe(int descriptor)
{
    int size = fcntl(descriptor, F_GETPIPE_SZ);
    if (size > 0 && size < PIPE_BYTES)
        (void)fcntl(descriptor, F_SETPIPE_SZ, PIPE_BYTES); /* over the user's quota: the old size serves */
}

void system_allow_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max)
        return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}
