/* target.c - where an output goes: a descriptor to write to, or a temporary that is published. */
#define _DEFAULT_SOURCE /* flock, PATH_MAX */
#include "stream/target.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/memory.h"
#include "stream/files.h"
#include "stream/system.h"

enum { LINKS_MAXIMUM = 40, ATTEMPTS_MAXIMUM = 100 };

/* The descriptor that /dev/stdout, /dev/fd/N and /proc/self/fd/N name, -1 for other paths. Opening them anew would
 * start a redirected file at offset 0. */
static int descriptor_named(const char *path)
{
    static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        size_t length = strlen(folders[i]);
        const char *digits = path + length;
        size_t count = strncmp(path, folders[i], length) == 0 ? strspn(digits, "0123456789") : 0;
        if (count > 0 && count < 7 && digits[count] == '\0')
            return (int)strtol(digits, NULL, 10);
    }
    return -1;
}

/* Follows symbolic links of the last component, also one that points to nothing yet: the link stays, what it points to
 * is replaced. */
static bool resolve(const char *path, struct buffer *resolved, struct error *error)
{
    struct buffer folder = { 0 };
    buffer_append_string(resolved, path);
    bool is_link = true;
    for (int links = 0; is_link && links < LINKS_MAXIMUM; links++) {
        char text[PATH_MAX];
        ssize_t length = readlink(buffer_string(resolved), text, sizeof text);
        is_link = length > 0;
        if (!is_link)
            break;
        path_folder(buffer_string(resolved), &folder);
        buffer_reset(resolved);
        if (text[0] != '/') {
            buffer_append_slice(resolved, buffer_slice(&folder));
            buffer_append_byte(resolved, '/');
        }
        buffer_append(resolved, text, (size_t)length);
    }
    buffer_release(&folder);
    return !is_link || error_set_system(error, E_CREATE, ELOOP, "cannot create '%s'", path);
}

/* A leftover of a dead process whose number is ours again (always so in containers) is removed; one that is in use is
 * locked by its writer. */
static void remove_leftover(const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        unlink(path);
    close(descriptor);
}

static bool still_exists(int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

/* path, its last component cut where ".tmp.PID" would make it longer than file systems allow. */
static void append_short(struct buffer *name, const char *path)
{
    enum { COMPONENT_BYTES = NAME_MAX - 24 };
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - path) : 0;
    size_t component = strlen(path + folder);
    buffer_append(name, path, folder + (component > COMPONENT_BYTES ? COMPONENT_BYTES : component));
}

/* Opens NAME.tmp.PID, or NAME.tmp.PID.N while others are in use. */
static bool open_temporary(struct target *target, mode_t mode, struct error *error)
{
    struct buffer name = { 0 };
    int reason = 0;
    for (int attempt = 0; attempt < ATTEMPTS_MAXIMUM && target->descriptor < 0; attempt++) {
        buffer_reset(&name);
        append_short(&name, target->path);
        buffer_append_format(&name, ".tmp.%ld", (long)getpid());
        if (attempt > 0)
            buffer_append_format(&name, ".%d", attempt);
        remove_leftover(buffer_string(&name));
        /* Known before it exists, so that a signal in between leaves nothing. */
        target->handle = temporary_register(buffer_string(&name));
        target->descriptor = open(buffer_string(&name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        reason = errno;
        if (target->descriptor >= 0 && (flock(target->descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
            still_exists(target->descriptor))
            break;
        temporary_forget(target->handle);
        if (target->descriptor >= 0)
            close(target->descriptor);
        target->descriptor = -1;
        if (reason != EEXIST && reason != EINTR)
            break;
    }
    bool is_open = target->descriptor >= 0;
    if (is_open)
        target->temporary = memory_copy_string(buffer_string(&name));
    else
        error_set_system(error, E_CREATE, reason, "cannot create '%s'", buffer_string(&name));
    buffer_release(&name);
    return is_open;
}

static bool open_directly(const char *path, struct target *target, struct error *error)
{
    while ((target->descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)) < 0) {
        if (errno != EINTR)
            return error_set_system(error, E_CREATE, errno, "cannot open '%s' for writing", path);
        if (!system_may_retry(error))
            return false;
    }
    return true;
}

/* The new file keeps the permissions of the one that it replaces, as `>` does. */
static bool open_file(const char *path, const struct stat *existing, bool is_private, struct target *target,
                      struct error *error)
{
    struct buffer resolved = { 0 };
    bool is_open = resolve(path, &resolved, error);
    if (is_open && existing && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        is_open = error_set_system(error, E_CREATE, errno, "cannot write '%s'", path);
    if (is_open) {
        target->path = memory_copy_string(buffer_string(&resolved));
        is_open = open_temporary(target, is_private ? 0600 : 0666, error);
    }
    if (is_open && existing && !is_private)
        (void)fchmod(target->descriptor, existing->st_mode & 0777);
    buffer_release(&resolved);
    return is_open;
}

static bool open_path(const char *path, bool is_private, struct target *target, struct error *error)
{
    int named = descriptor_named(path);
    if (named >= 0) {
        target->descriptor = fcntl(named, F_DUPFD_CLOEXEC, 3);
        return target->descriptor >= 0 || error_set_system(error, E_CREATE, errno, "cannot open '%s'", path);
    }
    struct stat status;
    if (stat(path, &status) != 0)
        return open_file(path, NULL, is_private, target, error);
    if (S_ISDIR(status.st_mode))
        return error_set(error, E_CREATE, "'%s' is a folder, expected a file", path);
    if (S_ISREG(status.st_mode))
        return open_file(path, &status, is_private, target, error);
    return open_directly(path, target, error);
}

bool target_open(const char *path, bool is_private, struct target *target, struct error *error)
{
    *target = (struct target){ .descriptor = -1, .handle = -1 };
    if (!path) {
        if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
            return error_set_system(error, E_CREATE, errno, "cannot write standard output");
        target->descriptor = STDOUT_FILENO;
        target->is_borrowed = true;
    } else if (!open_path(path, is_private, target, error)) {
        target_close(target);
        return false;
    }
    system_enlarge_pipe(target->descriptor);
    return true;
}

/* The folder that the file system of path is mounted on. */
static void mount_of(const char *path, struct buffer *mount)
{
    char resolved[PATH_MAX];
    struct stat status, parent;
    path_folder(path, mount);
    if (!realpath(buffer_string(mount), resolved) || stat(resolved, &status) != 0)
        return;
    for (;;) {
        buffer_reset(mount);
        buffer_append_string(mount, resolved);
        char *slash = strrchr(resolved, '/');
        if (!slash || !slash[1])
            return;
        slash[slash == resolved] = '\0';
        if (stat(resolved, &parent) != 0 || parent.st_dev != status.st_dev)
            return;
    }
}

bool target_set_error(const struct target *target, const char *name, int errno_value, struct error *error)
{
    const char *shown = strcmp(name, "-") == 0 ? "standard output" : name;
    struct statvfs system;
    if (errno_value != ENOSPC || !target->path || fstatvfs(target->descriptor, &system) != 0)
        return error_set_system(error, E_IO, errno_value, "cannot write '%s'", shown);
    struct buffer mount = { 0 };
    mount_of(target->path, &mount);
    uint64_t mebibytes = (uint64_t)system.f_frsize * system.f_blocks >> 20;
    if (system.f_files > 0 && system.f_favail == 0)
        error_set(error, E_IO, "cannot write '%s': the file system of '%s' has no free inode", shown,
                  buffer_string(&mount));
    else
        error_set(error, E_IO, "cannot write '%s': the file system of '%s' (%" PRIu64 " MiB) is full", shown,
                  buffer_string(&mount), mebibytes);
    buffer_release(&mount);
    return false;
}

/* Some file systems tell of a full disk or quota only when a descriptor is closed. */
static bool close_directly(struct target *target, const char *name, struct error *error)
{
    int copy = fcntl(target->descriptor, F_DUPFD_CLOEXEC, 3);
    if (copy >= 0 && close(copy) != 0 && errno != EINTR)
        return target_set_error(target, name, errno, error);
    return true;
}

bool target_end(struct target *target, const char *name, struct error *error)
{
    if (!target->temporary)
        return close_directly(target, name, error);
    bool is_done = file_end(target->descriptor, target->temporary, error);
    target->descriptor = -1;
    return is_done;
}

bool target_publish(struct target *target, struct error *error)
{
    if (!target->temporary)
        return true;
    if (!file_rename(target->temporary, target->path, error))
        return false;
    temporary_forget(target->handle);
    memory_free(target->temporary);
    target->temporary = NULL;
    return true;
}

void target_close(struct target *target)
{
    if (target->temporary) {
        unlink(target->temporary);
        temporary_forget(target->handle);
    }
    if (target->descriptor >= 0 && !target->is_borrowed)
        close(target->descriptor);
    memory_free(target->temporary);
    memory_free(target->path);
    *target = (struct target){ .descriptor = -1, .handle = -1 };
}
