/* watch.c - hears when something changes in folders: inotify. */
#include "stream/watch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    FOLDER_EVENTS = IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                    IN_DELETE_SELF | IN_MOVE_SELF
};

struct watch {
    int descriptor;
    size_t length, at; /* of the block: filled, read */
    _Alignas(struct inotify_event) char block[BLOCK_BYTES];
};

struct watch *watch_open(struct error *error)
{
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) {
        error_set_system(error, errno == EMFILE ? E_LIMIT : E_SYSTEM, errno, "cannot watch folders");
        return NULL;
    }
    struct watch *watch = memory_allocate_zeroed(1, sizeof *watch);
    watch->descriptor = descriptor;
    return watch;
}

bool watch_add(struct watch *watch, const char *folder, int *number, struct error *error)
{
    *number = inotify_add_watch(watch->descriptor, folder, FOLDER_EVENTS | IN_ONLYDIR);
    if (*number >= 0)
        return true;
    if (errno == ENOSPC) {
        error_set(error, E_LIMIT, "no more folders can be watched (fs.inotify.max_user_watches)");
        return error_place(error, folder, 0, 0);
    }
    error_set_system(error, E_NO_INPUT, errno, "cannot watch the folder");
    return error_place(error, folder, 0, 0);
}

void watch_remove(struct watch *watch, int number)
{
    (void)inotify_rm_watch(watch->descriptor, number);
}

bool watch_wait(struct watch *watch, int milliseconds)
{
    if (watch->at < watch->length)
        return true;
    struct pollfd wait = { .fd = watch->descriptor, .events = POLLIN };
    return poll(&wait, 1, milliseconds) > 0;
}

static enum watch_kind kind_of(uint32_t mask)
{
    if (mask & IN_Q_OVERFLOW)
        return WATCH_OVERFLOW;
    if (mask & (IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF))
        return WATCH_FOLDER_END;
    if (mask & (IN_DELETE | IN_MOVED_FROM))
        return WATCH_LEFT;
    return mask & (IN_CLOSE_WRITE | IN_MOVED_TO) ? WATCH_SETTLED : WATCH_CHANGED;
}

bool watch_next(struct watch *watch, struct watch_event *event)
{
    if (watch->at == watch->length) {
        ssize_t length = read(watch->descriptor, watch->block, sizeof watch->block);
        watch->at = 0;
        watch->length = length > 0 ? (size_t)length : 0;
        if (watch->length == 0)
            return false;
    }
    const struct inotify_event *found = (const struct inotify_event *)(const void *)(watch->block + watch->at);
    watch->at += sizeof *found + found->len;
    *event = (struct watch_event){ .kind = kind_of(found->mask),
                                   .folder = found->wd,
                                   .is_folder = (found->mask & IN_ISDIR) != 0,
                                   .name = found->len ? found->name : "" };
    return true;
}

void watch_close(struct watch *watch)
{
    if (!watch)
        return;
    close(watch->descriptor);
    memory_free(watch);
}

bool watch_hears(const char *path)
{
    /* As statfs(2) and the kernel's magic.h name them. */
    static const unsigned long deaf[] = {
        0x6969 /* NFS */,
        0x517b /* SMB */,
        0xff534d42 /* CIFS */,
        0xfe534d42 /* SMB2 */,
        0x65735546 /* FUSE */,
        0x01021997 /* 9P */,
        0x00c36400 /* Ceph */,
        0x5346414f /* AFS */,
        0x6b414653 /* kernel AFS */,
        0x73757245 /* Coda */,
        0x0bd00bd0 /* Lustre */,
        0x47504653 /* GPFS */,
        0x786f4256 /* VirtualBox */,
        0x564c /* NCP */,
        0x7461636f /* OCFS2 */,
        0x01161970 /* GFS2 */,
    };
    struct statfs status;
    if (statfs(path, &status) != 0)
        return true;
    for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
        if (((unsigned long)status.f_type & 0xffffffff) == deaf[i])
            return false;
    return true;
}
