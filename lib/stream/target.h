/* target.h - where an output goes: a descriptor to write to, or a temporary that is published. Private to stream. */
#ifndef STREAM_TARGET_H
#define STREAM_TARGET_H

#include "base/error.h"

struct target {
    int descriptor;  /* -1 when closed */
    char *path;      /* the file that the temporary becomes (links followed); NULL: written directly */
    char *temporary; /* beside it; NULL: written directly */
    int handle;      /* of the table of temporaries */
    bool is_borrowed /* descriptor 1 */;
};

/* path NULL: stdout. Errors: E_CREATE. */
bool target_open(const char *path, bool is_private, struct target *target, struct error *error) MUST_CHECK;

/* Syncs and closes the temporary, or for direct ones asks the file system for late faults. Errors: E_IO. */
bool target_end(struct target *target, const char *name, struct error *error) MUST_CHECK;

/* Renames an ended temporary; nothing for direct ones. Errors: E_IO, E_CREATE; then nothing was published. */
bool target_publish(struct target *target, struct error *error) MUST_CHECK;

/* Without a commit before: removes the temporary. */
void target_close(struct target *target);

/* "cannot write 'NAME': REASON", and for a full disk which file system, and how large it is. Returns false. */
bool target_set_error(const struct target *target, const char *name, int errno_value, struct error *error);

#endif
