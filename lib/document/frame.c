/* frame.c - messages of known length over a pipe, between us and a decoder child. */
#include "document/frame.h"

#include <errno.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"

enum { CAPACITY = FRAME_BYTES_MAXIMUM + FRAME_HEADER_BYTES };

void frame_reader_init(struct frame_reader *reader, int descriptor, int silence_seconds)
{
    *reader = (struct frame_reader){ .descriptor = descriptor,
                                     .silence_seconds = silence_seconds,
                                     .bytes = memory_allocate(CAPACITY) };
}

void frame_reader_release(struct frame_reader *reader)
{
    memory_free(reader->bytes);
    *reader = (struct frame_reader){ .descriptor = -1 };
}

static uint32_t length_at(const char *bytes)
{
    const unsigned char *digit = (const unsigned char *)bytes;
    return digit[0] | (uint32_t)digit[1] << 8 | (uint32_t)digit[2] << 16 | (uint32_t)digit[3] << 24;
}

/* In steps of a second, so that a signal is seen that another thread took. */
static bool is_silent(const struct frame_reader *reader)
{
    struct pollfd ready = { .fd = reader->descriptor, .events = POLLIN };
    for (int waited = 0; reader->silence_seconds > 0; waited++) {
        if (waited >= reader->silence_seconds || interrupt_signal())
            return true;
        if (poll(&ready, 1, 1000) > 0)
            return false;
    }
    return false;
}

/* Reads until `wanted` bytes are there. */
static enum frame_status await(struct frame_reader *reader, size_t wanted)
{
    if (CAPACITY - reader->start < wanted) {
        memmove(reader->bytes, reader->bytes + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    while (reader->end - reader->start < wanted) {
        if (is_silent(reader))
            return FRAME_SILENT;
        ssize_t length = read(reader->descriptor, reader->bytes + reader->end, CAPACITY - reader->end);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length == 0 ? FRAME_END : FRAME_BROKEN;
        reader->end += (size_t)length;
    }
    return FRAME_READ;
}

enum frame_status frame_read(struct frame_reader *reader, char *type, struct slice *payload)
{
    if (reader->start == reader->end)
        reader->start = reader->end = 0;
    enum frame_status status = await(reader, FRAME_HEADER_BYTES);
    if (status != FRAME_READ)
        return status;
    uint32_t length = length_at(reader->bytes + reader->start);
    if (length > FRAME_BYTES_MAXIMUM)
        return FRAME_BROKEN;
    status = await(reader, FRAME_HEADER_BYTES + length);
    if (status != FRAME_READ)
        return status;
    const char *frame = reader->bytes + reader->start;
    *type = frame[4];
    *payload = slice_of(frame + FRAME_HEADER_BYTES, length);
    reader->start += FRAME_HEADER_BYTES + length;
    return FRAME_READ;
}

bool frame_write(int descriptor, char type, struct slice head, struct slice body)
{
    size_t length = head.length + body.length;
    ENSURE(length <= FRAME_BYTES_MAXIMUM);
    char header[FRAME_HEADER_BYTES] = { (char)(length & 0xff), (char)(length >> 8 & 0xff), (char)(length >> 16 & 0xff),
                                        (char)(length >> 24 & 0xff), type };
    struct slice parts[] = { { header, sizeof header }, head, body };
    size_t part = 0;
    while (part < 3) {
        struct iovec vectors[3];
        int count = 0;
        for (size_t i = part; i < 3; i++) {
            memcpy(&vectors[count].iov_base, &parts[i].bytes, sizeof(void *)); /* which has no const */
            vectors[count++].iov_len = parts[i].length;
        }
        ssize_t written = writev(descriptor, vectors, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        size_t left = (size_t)written;
        while (part < 3 && left >= parts[part].length)
            left -= parts[part++].length;
        if (part < 3)
            parts[part] = slice_from(parts[part], left);
    }
    return true;
}

void frame_append_integer(struct buffer *payload, int64_t number)
{
    for (int shift = 0; shift < 64; shift += 8)
        buffer_append_byte(payload, (char)((uint64_t)number >> shift & 0xff));
}

void frame_append_text(struct buffer *payload, struct slice text)
{
    frame_append_integer(payload, (int64_t)text.length);
    buffer_append_slice(payload, text);
}

bool frame_take_integer(struct slice *payload, int64_t *number)
{
    if (payload->length < 8)
        return false;
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | (unsigned char)payload->bytes[i];
    *number = (int64_t)value;
    *payload = slice_from(*payload, 8);
    return true;
}

bool frame_take_text(struct slice *payload, struct slice *text)
{
    int64_t length;
    if (!frame_take_integer(payload, &length) || length < 0 || (uint64_t)length > payload->length)
        return false;
    *text = slice_between(*payload, 0, (size_t)length);
    *payload = slice_from(*payload, (size_t)length);
    return true;
}
