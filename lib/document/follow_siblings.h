/* follow_siblings.h - private to the module: what stands beside a path that is followed. */
#ifndef DOCUMENT_FOLLOW_SIBLINGS_H
#define DOCUMENT_FOLLOW_SIBLINGS_H

#include <sys/stat.h>

#include "base/slice.h"

/* Inode numbers are given again: the birth tells, where the file system knows it. */
struct identity {
    uint64_t device, inode;
    int64_t birth; /* nanoseconds, 0 unknown */
};

/* Of a name in a folder, or with an empty name of the descriptor itself. */
bool identify(int folder, const char *name, struct identity *identity, struct stat *status);

static inline bool identity_equal(const struct identity *a, const struct identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->birth == b->birth;
}

struct sibling {
    struct identity identity;
    int64_t modified, size;
    char *name;
    bool is_left; /* for the next look */
};

struct siblings {
    struct sibling *list;
    size_t count, capacity;
    int folder;
};

/* The regular files NAME.N... and NAME-N... beside the path, N a digit: what becomes of a log that is rotated. Oldest
 * first. Owned: siblings_release(). */
void siblings_find(const char *path, struct siblings *siblings);
void siblings_release(struct siblings *siblings);
/* Opens it for reading; -1 with errno. */
int sibling_open(const struct siblings *siblings, const struct sibling *sibling);

#endif
