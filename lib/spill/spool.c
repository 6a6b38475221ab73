/* spool.c - byte strings put down in order and read again anywhere. */
#include "spill/spool.h"

#include <errno.h>
#include <unistd.h>

#include "base/memory.h"
#include "spill/nameless.h"
#include "stream/files.h"

enum { PENDING_BYTES = 256 * 1024 };

/* Places count through all parts: what is in memory, what is in the file, what waits to be written there. A string
 * lies in one of them. In front of it stands its length. */
struct spool {
    struct buffer kept;
    size_t memory;
    int descriptor; /* -1: not made yet */
    uint64_t written;
    struct buffer pending;
};

struct spool *spool_create(size_t memory)
{
    struct spool *spool = memory_allocate_zeroed(1, sizeof *spool);
    *spool = (struct spool){ .memory = memory, .descriptor = -1 };
    return spool;
}

void spool_free(struct spool *spool)
{
    if (!spool)
        return;
    if (spool->descriptor >= 0)
        close(spool->descriptor);
    buffer_release(&spool->kept);
    buffer_release(&spool->pending);
    memory_free(spool);
}

static void append(struct buffer *part, struct slice bytes)
{
    uint64_t length = bytes.length;
    buffer_append(part, &length, sizeof length);
    buffer_append_slice(part, bytes);
}

static bool write_pending(struct spool *spool, struct error *error)
{
    if (spool->descriptor < 0)
        spool->descriptor = nameless_open();
    if (spool->descriptor < 0)
        return nameless_fail(E_CREATE, errno, "made", error);
    if (!write_fully(spool->descriptor, spool->pending.bytes, spool->pending.length))
        return nameless_fail(E_IO, errno, "written", error);
    spool->written += spool->pending.length;
    buffer_reset(&spool->pending);
    return true;
}

bool spool_put(struct spool *spool, struct slice bytes, uint64_t *place, struct error *error)
{
    bool is_first = spool->written + spool->pending.length == 0;
    if (is_first && spool->kept.length + bytes.length + sizeof(uint64_t) <= spool->memory) {
        *place = spool->kept.length;
        append(&spool->kept, bytes);
        return true;
    }
    *place = spool->kept.length + spool->written + spool->pending.length;
    append(&spool->pending, bytes);
    return spool->pending.length < PENDING_BYTES || write_pending(spool, error);
}

static bool read_at(const struct spool *spool, uint64_t place, void *bytes, size_t length, struct error *error)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pread(spool->descriptor, (char *)bytes + done, length - done, (off_t)(place + done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return nameless_fail(E_IO, count < 0 ? errno : EIO, "read", error);
        done += (size_t)count;
    }
    return true;
}

static void copy_from(const struct buffer *part, uint64_t place, struct buffer *output)
{
    uint64_t length;
    memcpy(&length, part->bytes + place, sizeof length);
    buffer_append(output, part->bytes + place + sizeof length, length);
}

bool spool_get(struct spool *spool, uint64_t place, struct buffer *output, struct error *error)
{
    uint64_t length;
    buffer_reset(output);
    if (place < spool->kept.length) {
        copy_from(&spool->kept, place, output);
        return true;
    }
    place -= spool->kept.length;
    if (place >= spool->written) {
        copy_from(&spool->pending, place - spool->written, output);
        return true;
    }
    if (!read_at(spool, place, &length, sizeof length, error))
        return false;
    if (!read_at(spool, place + sizeof length, buffer_reserve(output, length), length, error))
        return false;
    output->length = length;
    return true;
}

uint64_t spool_spilled(const struct spool *spool)
{
    return spool->written;
}
