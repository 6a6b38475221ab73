/* folder.c - what lies in an index's folder, and what of it is litter. */
#include "index/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* "segment-00000012.seg" with that start; the number, or 0. */
static uint32_t file_number(const char *name, const char *start)
{
    struct slice rest = slice_of_string(name);
    if (!slice_starts_with(rest, slice_of_string(start)) || !slice_ends_with(rest, SLICE(".seg")))
        return 0;
    rest = slice_between(rest, strlen(start), rest.length - strlen(".seg"));
    uint64_t number = 0;
    for (size_t i = 0; i < rest.length && number <= UINT32_MAX; i++) {
        if (rest.bytes[i] < '0' || rest.bytes[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(rest.bytes[i] - '0');
    }
    return rest.length >= 8 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

static bool is_temporary(const char *name)
{
    return strncmp(name, "segment.tmp.", 12) == 0 || strncmp(name, "tombstones.tmp.", 15) == 0 ||
           strncmp(name, "manifest.tmp.", 13) == 0;
}

static bool is_ours(const char *name)
{
    return strcmp(name, "manifest") == 0 || strcmp(name, "lock") == 0 || file_number(name, "segment-") ||
           file_number(name, "tombstones-") || is_temporary(name);
}

static bool refuse_foreign(const char *path, DIR *stream, struct error *error)
{
    struct dirent *entry;
    struct stat status;
    while ((entry = readdir(stream)) != NULL) {
        if (entry->d_name[0] == '.' || is_ours(entry->d_name))
            continue;
        if (fstatat(dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode))
            return error_set(error, E_CREATE, "'%s' is no index and holds other files ('%s'); give a folder of its own",
                             path, entry->d_name);
    }
    return true;
}

bool folder_check(const char *path, bool *exists, struct error *error)
{
    *exists = false;
    DIR *stream = opendir(path);
    if (!stream) {
        if (errno == ENOENT)
            return true;
        return error_set_system(error, E_CREATE, errno, "cannot use '%s' as an index", path);
    }
    struct stat status;
    *exists = fstatat(dirfd(stream), "manifest", &status, 0) == 0;
    bool is_fine = true;
    if (!*exists && errno != ENOENT) /* then it may well be there: nothing must be made in its place */
        is_fine = error_set_system(error, E_IO, errno, "cannot look for '%s/manifest'", path);
    else if (!*exists)
        is_fine = refuse_foreign(path, stream, error);
    closedir(stream);
    return is_fine;
}

static bool is_named(const char *name, const struct manifest *manifest)
{
    uint32_t number = file_number(name, "segment-");
    for (size_t i = 0; number && i < manifest->segment_count; i++)
        if (manifest->segments[i].number == number)
            return true;
    number = file_number(name, "tombstones-");
    return number && number == manifest->tombstones_number;
}

/* A writer at work holds a flock on each of its temporaries; the manifest's is only written under the lock that we
 * have. */
static void remove_temporary(int folder, const char *name)
{
    int descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    close(descriptor);
}

void folder_sweep(const char *path, const struct manifest *manifest)
{
    DIR *stream = opendir(path);
    if (!stream)
        return;
    struct dirent *entry;
    while ((entry = readdir(stream)) != NULL) {
        if (is_temporary(entry->d_name))
            remove_temporary(dirfd(stream), entry->d_name);
        else if ((file_number(entry->d_name, "segment-") || file_number(entry->d_name, "tombstones-")) &&
                 !is_named(entry->d_name, manifest))
            unlinkat(dirfd(stream), entry->d_name, 0);
    }
    closedir(stream);
}
