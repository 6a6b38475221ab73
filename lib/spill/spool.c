/* spool.c - byte strings put down in order and read again anywhere. */
#include "spill/spool.h"

#include <unistd.h>

#include "base/memory.h"
#include "spill/nameless.h"

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

static void append(struct buffer *part, struct slice first, struct slice second)
{
    uint64_t length = first.length + second.length;
    buffer_append(part, &length, sizeof length);
    buffer_append_slice(part, first);
    buffer_append_slice(part, second);
}

static bool write_pending(struct spool *spool, struct error *error)
{
    if (!nameless_open(&spool->descriptor, error) ||
        !nameless_write(spool->descriptor, spool->pending.bytes, spool->pending.length, error))
        return false;
    spool->written += spool->pending.length;
    buffer_reset(&spool->pending);
    return true;
}

bool spool_put_both(struct spool *spool, struct slice first, struct slice second, uint64_t *place, struct error *error)
{
    bool is_first = spool->written + spool->pending.length == 0;
    if (is_first && spool->kept.length + first.length + second.length + sizeof(uint64_t) <= spool->memory) {
        *place = spool->kept.length;
        append(&spool->kept, first, second);
        return true;
    }
    *place = spool->kept.length + spool->written + spool->pending.length;
    append(&spool->pending, first, second);
    return spool->pending.length < PENDING_BYTES || write_pending(spool, error);
}

bool spool_put(struct spool *spool, struct slice bytes, uint64_t *place, struct error *error)
{
    return spool_put_both(spool, bytes, SLICE(""), place, error);
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
    if (!nameless_read(spool->descriptor, place, &length, sizeof length, error))
        return false;
    if (!nameless_read(spool->descriptor, place + sizeof length, buffer_reserve(output, length), length, error))
        return false;
    output->length = length;
    return true;
}

/* At least `length` bytes of the file from place on, as far as the window does not hold them. */
static bool look_ahead(const struct spool *spool, struct spool_reader *reader, uint64_t place, size_t length,
                       struct slice *bytes, struct error *error)
{
    struct buffer *window = &reader->window;
    if (place < reader->window_place || place + length > reader->window_place + window->length) {
        size_t wanted = length > PENDING_BYTES ? length : PENDING_BYTES;
        wanted = spool->written - place < wanted ? (size_t)(spool->written - place) : wanted;
        ENSURE(wanted >= length);
        buffer_reset(window);
        if (!nameless_read(spool->descriptor, place, buffer_reserve(window, wanted), wanted, error))
            return false;
        window->length = wanted;
        reader->window_place = place;
    }
    *bytes = slice_of(window->bytes + (place - reader->window_place), length);
    return true;
}

static bool next_written(const struct spool *spool, struct spool_reader *reader, uint64_t place, struct slice *bytes,
                         struct error *error)
{
    uint64_t length;
    if (!look_ahead(spool, reader, place, sizeof length, bytes, error))
        return false;
    memcpy(&length, bytes->bytes, sizeof length);
    return look_ahead(spool, reader, place + sizeof length, length, bytes, error);
}

bool spool_next(struct spool *spool, struct spool_reader *reader, struct slice *bytes, bool *has_item,
                struct error *error)
{
    uint64_t place = reader->place, kept = spool->kept.length, length;
    *has_item = place < kept + spool->written + spool->pending.length;
    if (!*has_item)
        return true;
    if (place >= kept && place - kept < spool->written) {
        if (!next_written(spool, reader, place - kept, bytes, error))
            return false;
    } else {
        const struct buffer *part = place < kept ? &spool->kept : &spool->pending;
        const char *string = part->bytes + (place < kept ? place : place - kept - spool->written);
        memcpy(&length, string, sizeof length);
        *bytes = slice_of(string + sizeof length, length);
    }
    reader->place += sizeof length + bytes->length;
    return true;
}

void spool_reader_release(struct spool_reader *reader)
{
    buffer_release(&reader->window);
}

uint64_t spool_spilled(const struct spool *spool)
{
    return spool->written;
}
