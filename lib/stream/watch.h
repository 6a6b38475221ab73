/* watch.h - hears when something changes in folders: inotify.
 *
 * An event only says where to look again; it is never the truth: events are lost when the queue overflows, come late,
 * and do not come at all from other machines of a network file system (watch_hears). Folders are watched one by one, so
 * a caller adds the watch of a folder before it reads the folder, and then nothing slips through. One thread. */
#ifndef STREAM_WATCH_H
#define STREAM_WATCH_H

#include "base/error.h"
#include "base/slice.h"

struct watch;

enum watch_kind {
    WATCH_CHANGED,    /* a name is there, or its file was written to */
    WATCH_SETTLED,    /* the same, and whoever wrote has closed it, or it was moved in as a whole */
    WATCH_LEFT,       /* a name was removed or moved away */
    WATCH_FOLDER_END, /* the folder itself is gone, moved or unmounted: its number is free again */
    WATCH_OVERFLOW    /* events were lost: look at everything */
};

struct watch_event {
    enum watch_kind kind;
    int folder;       /* number that watch_add() gave; -1 for an overflow */
    bool is_folder;   /* what the name means */
    const char *name; /* in the folder, "" for the folder itself; borrowed until the next call */
};

/* Owned: watch_close(). Errors: E_LIMIT when this user has too many already, E_SYSTEM. */
struct watch *watch_open(struct error *error) MUST_CHECK;

/* *number: of the folder; the same one again for a folder that is watched already, under whatever path. Errors:
 * E_NO_INPUT; E_LIMIT at the limit of the system (fs.inotify.max_user_watches). */
bool watch_add(struct watch *watch, const char *folder, int *number, struct error *error) MUST_CHECK;
void watch_remove(struct watch *watch, int number);

/* Whether there is an event, after waiting up to that many milliseconds. */
bool watch_wait(struct watch *watch, int milliseconds);
/* false: none now. Does not wait. */
bool watch_next(struct watch *watch, struct watch_event *event);

void watch_close(struct watch *watch); /* NULL is fine */

/* Whether changes below path are heard at all: not on network file systems and FUSE, where others change files without
 * this machine's kernel seeing it. */
bool watch_hears(const char *path);

#endif
