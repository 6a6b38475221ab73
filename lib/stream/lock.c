/* lock.c - one writer at a time, by flock. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stream/files.h"
#include "stream/system.h"

enum { PAUSE_FIRST_NANOSECONDS = 2000000, PAUSE_MAXIMUM_NANOSECONDS = 200000000, HOLDER_BYTES = 512 };

/* The file says "pid host since\n"; between flock and write it may be empty or name the holder before. */
static bool set_busy(int descriptor, const char *path, struct error *error)
{
    char text[HOLDER_BYTES + 1];
    ssize_t length = pread(descriptor, text, HOLDER_BYTES, 0);
    struct slice rest = slice_trim(slice_of(text, length > 0 ? (size_t)length : 0));
    struct slice process = slice_between(rest, 0, slice_find_byte(rest, ' '));
    rest = slice_trim(slice_from(rest, process.length));
    struct slice host = slice_between(rest, 0, slice_find_byte(rest, ' '));
    struct slice since = slice_trim(slice_from(rest, host.length));
    if (since.length == 0)
        return error_set(error, E_BUSY, "'%s' is locked by another process", path);
    return error_set(error, E_BUSY, "'%s' is locked by process %.*s on %.*s since %.*s", path, (int)process.length,
                     process.bytes, (int)host.length, host.bytes, (int)since.length, since.bytes);
}

static bool write_holder(int descriptor, const char *path, struct error *error)
{
    char host[256] = "";
    if (gethostname(host, sizeof host - 1) != 0 || !host[0])
        snprintf(host, sizeof host, "localhost");
    time_t seconds = time(NULL);
    struct tm utc;
    char since[32] = "";
    if (gmtime_r(&seconds, &utc))
        strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &utc);
    struct buffer text = { 0 };
    buffer_append_format(&text, "%ld %s %s\n", (long)getpid(), host, since);
    bool is_done = ftruncate(descriptor, 0) == 0 && write_fully(descriptor, text.bytes, text.length);
    if (!is_done)
        error_set_system(error, E_IO, errno, "cannot write '%s'", path);
    buffer_release(&text);
    return is_done;
}

/* Tries until it has the lock or the time is over. flock itself would wait without end. */
static bool take(int descriptor, const char *path, double wait_seconds, struct error *error)
{
    double end = clock_seconds() + wait_seconds;
    long pause = PAUSE_FIRST_NANOSECONDS;
    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) {
            if (!system_may_retry(error))
                return false;
            continue;
        }
        if (errno != EWOULDBLOCK)
            return error_set_system(error, E_IO, errno, "cannot lock '%s'", path);
        if (wait_seconds >= 0 && clock_seconds() >= end)
            return set_busy(descriptor, path, error);
        struct timespec time = { .tv_nsec = pause };
        if (nanosleep(&time, NULL) != 0 && !system_may_retry(error))
            return false;
        pause = pause * 2 > PAUSE_MAXIMUM_NANOSECONDS ? PAUSE_MAXIMUM_NANOSECONDS : pause * 2;
    }
    return true;
}

bool file_lock_acquire(const char *path, double wait_seconds, struct file_lock *lock, struct error *error)
{
    lock->descriptor = -1;
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    if (descriptor < 0)
        return error_set_system(error, E_CREATE, errno, "cannot create '%s'", path);
    if (!take(descriptor, path, wait_seconds, error) || !write_holder(descriptor, path, error)) {
        close(descriptor);
        return false;
    }
    lock->descriptor = descriptor;
    return true;
}

void file_lock_release(struct file_lock *lock)
{
    if (lock->descriptor < 0)
        return;
    /* Emptied first: a later reader must not take an old holder for the present one. */
    if (ftruncate(lock->descriptor, 0) != 0) {
        /* Only the text of a message depends on it. */
    }
    close(lock->descriptor);
    lock->descriptor = -1;
}
