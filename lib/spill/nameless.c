/* nameless.c - temporary files that vanish with the process. */
#define _GNU_SOURCE /* O_TMPFILE */
#include "spill/nameless.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "stream/files.h"

static const char *folder(void)
{
    const char *named = getenv("TMPDIR");
    return named && *named ? named : "/tmp";
}

bool nameless_fail(enum code code, int errno_value, const char *what, struct error *error)
{
    return error_set_system(error, code, errno_value,
                            "a temporary file in '%s' cannot be %s (TMPDIR names another folder)", folder(), what);
}

/* Some file systems have no nameless files: then one with a name that is taken away at once. */
static int make(void)
{
    int descriptor = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        return descriptor;
    struct buffer path = { 0 };
    buffer_append_format(&path, "%s/garner-XXXXXX", folder());
    descriptor = mkostemp(path.bytes, O_CLOEXEC);
    int saved = errno;
    if (descriptor >= 0)
        unlink(path.bytes);
    buffer_release(&path);
    errno = saved;
    return descriptor;
}

bool nameless_open(int *descriptor, struct error *error)
{
    if (*descriptor < 0)
        *descriptor = make();
    return *descriptor >= 0 || nameless_fail(E_CREATE, errno, "made", error);
}

bool nameless_write(int descriptor, const char *bytes, size_t length, struct error *error)
{
    return write_fully(descriptor, bytes, length) || nameless_fail(E_IO, errno, "written", error);
}

bool nameless_read(int descriptor, uint64_t place, void *bytes, size_t length, struct error *error)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pread(descriptor, (char *)bytes + done, length - done, (off_t)(place + done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return nameless_fail(E_IO, count < 0 ? errno : EIO, "read", error);
        done += (size_t)count;
    }
    return true;
}
