/* files.c - durable renames, whole files, maps, folders. */
#include "stream/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stream/system.h"

/* Some file systems know no fsync for folders or special files: that is no failure. EIO is never tried again: a second
 * fsync may say yes for data that are lost. */
static bool sync_descriptor(int descriptor)
{
    while (fsync(descriptor) != 0) {
        if (errno == EINVAL || errno == ENOTSUP)
            return true;
        if (errno != EINTR)
            return false;
    }
    return true;
}

bool folder_sync_of(const char *path, struct error *error)
{
    struct buffer folder = { 0 };
    path_folder(path, &folder);
    int descriptor = open(buffer_string(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* A folder that may be written but not read cannot be synced; the rename itself stands. */
    bool is_done = descriptor < 0 ? errno == EACCES : sync_descriptor(descriptor);
    if (!is_done)
        error_set_system(error, E_IO, errno, "cannot sync folder '%s'", buffer_string(&folder));
    if (descriptor >= 0)
        close(descriptor);
    buffer_release(&folder);
    return is_done;
}

bool file_end(int descriptor, const char *temporary, struct error *error)
{
    bool is_done = sync_descriptor(descriptor);
    if (!is_done)
        error_set_system(error, E_IO, errno, "cannot sync '%s'", temporary);
    if (close(descriptor) != 0 && errno != EINTR && is_done)
        is_done = error_set_system(error, E_IO, errno, "cannot close '%s'", temporary);
    return is_done;
}

bool file_rename(const char *temporary, const char *target, struct error *error)
{
    if (rename(temporary, target) == 0)
        return true;
    enum code code = errno == EIO || errno == ENOSPC || errno == EDQUOT ? E_IO : E_CREATE;
    return error_set_system(error, code, errno, "cannot rename '%s' to '%s'", temporary, target);
}

bool file_publish(int descriptor, const char *temporary, const char *target, struct error *error)
{
    if (!file_end(descriptor, temporary, error) || !file_rename(temporary, target, error)) {
        unlink(temporary);
        return false;
    }
    return folder_sync_of(target, error);
}

bool write_fully(int descriptor, const void *bytes, size_t length)
{
    const char *next = bytes;
    while (length > 0) {
        ssize_t written = write(descriptor, next, length);
        if (written >= 0) {
            next += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd wait = { .fd = descriptor, .events = POLLOUT };
            (void)poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool read_to_end(int descriptor, size_t expected, size_t maximum, const char *limit_name, struct buffer *content,
                        struct error *error)
{
    size_t start = content->length;
    /* One byte more than expected, so that the read that finds the end needs no growth. */
    size_t room = expected < maximum ? expected + 1 : maximum + 1;
    for (;;) {
        char *next = buffer_reserve(content, room);
        ssize_t count = system_read(descriptor, next, room, error);
        if (count <= 0)
            return count == 0;
        content->length += (size_t)count;
        content->bytes[content->length] = '\0';
        size_t length = content->length - start;
        if (length > maximum)
            return error_set(error, E_LIMIT, "longer than %zu bytes, the limit of %s", maximum, limit_name);
        room = maximum - length < 65536 ? maximum - length + 1 : 65536;
    }
}

bool file_read(const char *path, size_t maximum, const char *limit_name, struct buffer *content, struct error *error)
{
    struct stat status;
    int descriptor = system_open_to_read(path, &status, error);
    if (descriptor < 0)
        return false;
    size_t expected = status.st_size > 0 ? (size_t)status.st_size : 4096;
    bool is_done = read_to_end(descriptor, expected, maximum, limit_name, content, error);
    if (!is_done)
        error_place(error, path, 0, 0);
    close(descriptor);
    return is_done;
}

bool file_map_open(const char *path, struct file_map *map, struct error *error)
{
    *map = (struct file_map){ 0 };
    struct stat status;
    int descriptor = system_open_to_read(path, &status, error);
    if (descriptor < 0)
        return false;
    void *memory = NULL;
    bool is_done = true;
    if (!S_ISREG(status.st_mode))
        is_done = error_set(error, E_NO_INPUT, "'%s' is no regular file", path);
    else if (status.st_size > 0)
        memory = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED)
        is_done = error_set_system(error, errno == ENOMEM ? E_SYSTEM : E_IO, errno, "cannot map '%s'", path);
    close(descriptor);
    if (is_done) {
        map->bytes = slice_of(memory, (size_t)status.st_size);
        map->device = status.st_dev;
        map->inode = status.st_ino;
    }
    return is_done;
}

void file_map_close(struct file_map *map)
{
    if (map->bytes.length)
        munmap((void *)(uintptr_t)map->bytes.bytes, map->bytes.length);
    *map = (struct file_map){ 0 };
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Makes path[0..length), whose parents exist. */
static bool create_one(struct buffer *path, size_t length, struct error *error)
{
    char after = path->bytes[length];
    path->bytes[length] = '\0';
    bool is_done = mkdir(path->bytes, 0777) == 0;
    int reason = errno;
    /* On a read-only file system EROFS comes before EEXIST. */
    if (!is_done && is_folder(path->bytes))
        is_done = true;
    if (!is_done)
        error_set_system(error, E_CREATE, reason, "cannot create folder '%s'", path->bytes);
    path->bytes[length] = after;
    return is_done;
}

bool folder_create(const char *path, struct error *error)
{
    if (is_folder(path))
        return true;
    struct buffer copy = { 0 };
    buffer_append_string(&copy, path);
    bool is_done = true;
    for (size_t i = 1; is_done && i <= copy.length; i++)
        if (i == copy.length || (copy.bytes[i] == '/' && copy.bytes[i - 1] != '/'))
            is_done = create_one(&copy, i, error);
    buffer_release(&copy);
    return is_done;
}
