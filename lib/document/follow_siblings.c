/* follow_siblings.c - what stands beside a path that is followed. */
#define _GNU_SOURCE /* statx */
#include "document/follow_siblings.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

bool identify(int folder, const char *name, struct identity *identity, struct stat *status)
{
    struct statx extended;
    if (fstatat(folder, name, status, *name ? 0 : AT_EMPTY_PATH) != 0)
        return false;
    *identity = (struct identity){ status->st_dev, status->st_ino, 0 };
    if (statx(folder, name, *name ? 0 : AT_EMPTY_PATH, STATX_BTIME, &extended) == 0 &&
        (extended.stx_mask & STATX_BTIME))
        identity->birth = extended.stx_btime.tv_sec * 1000000000 + extended.stx_btime.tv_nsec;
    return true;
}

/* The folder of the path, and where its name begins. */
static char *folder_of(const char *path, const char **name)
{
    char *folder = memory_copy_string(path);
    char *slash = strrchr(folder, '/');
    *name = slash ? path + (slash - folder) + 1 : path;
    if (!slash)
        memcpy(folder, ".", strlen(path) ? 2 : 1);
    else
        slash[slash == folder] = '\0';
    return folder;
}

static int compare_siblings(const void *left, const void *right)
{
    const struct sibling *a = left, *b = right;
    if (a->modified != b->modified)
        return a->modified < b->modified ? -1 : 1;
    return strcmp(b->name, a->name); /* app.log.2 is older than app.log.1 */
}

/* ".1", "-20260101": what is put behind a log's name. */
static bool is_rotated(const char *end)
{
    return (end[0] == '.' || end[0] == '-') && end[1] >= '0' && end[1] <= '9';
}

void siblings_find(const char *path, struct siblings *siblings)
{
    const char *own;
    char *folder_path = folder_of(path, &own);
    DIR *folder = opendir(folder_path);
    memory_free(folder_path);
    *siblings = (struct siblings){ .folder = -1 };
    if (!folder)
        return;
    siblings->folder = fcntl(dirfd(folder), F_DUPFD_CLOEXEC, 0);
    size_t length = strlen(own);
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        const char *name = entry->d_name;
        struct stat status;
        struct identity identity;
        if (strncmp(name, own, length) != 0 || !is_rotated(name + length) ||
            !identify(dirfd(folder), name, &identity, &status) || !S_ISREG(status.st_mode))
            continue;
        siblings->list = memory_grow(siblings->list, &siblings->capacity, siblings->count + 1, sizeof(struct sibling));
        siblings->list[siblings->count++] =
            (struct sibling){ .identity = identity,
                              .modified = status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec,
                              .size = status.st_size,
                              .name = memory_copy_string(name) };
    }
    closedir(folder);
    if (siblings->count)
        qsort(siblings->list, siblings->count, sizeof *siblings->list, compare_siblings);
}

void siblings_release(struct siblings *siblings)
{
    for (size_t i = 0; i < siblings->count; i++)
        memory_free(siblings->list[i].name);
    memory_free(siblings->list);
    if (siblings->folder >= 0)
        close(siblings->folder);
}

int sibling_open(const struct siblings *siblings, const struct sibling *sibling)
{
    return openat(siblings->folder, sibling->name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}
