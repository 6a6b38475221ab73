/* decompress.c - xz, bzip2 and lz4 through a child process: both its ends. */
#include "stream/decompress.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "stream/archive.h"
#include "stream/child.h"
#include "stream/files.h"
#include "stream/system.h"

/* A frame: its length, then that many bytes. Length 0 is the good end; FRAME_FAULT is followed by a struct fault and
 * ends the stream, too. Both ends are the same binary, so structs go as they are. */
enum { FRAME_END = 0, FRAME_BYTES_MAXIMUM = 1024 * 1024, CPU_SECONDS = 60 };
#define FRAME_FAULT UINT32_MAX
/* The largest dictionary of an xz preset is 64 MiB; xz itself can be told to need 1.5 GiB. */
#define MEMORY_BYTES ((int64_t)2 << 30)

struct fault {
    enum code code;
    char message[ERROR_MESSAGE_BYTES];
};

struct decompressor {
    struct child child;
    const char *format;
    struct decompressor_feed feed; /* next NULL: the child reads a file itself */
    struct slice pending;          /* from feed, not yet written to the child */
    bool is_fed;                   /* feed has no more, or the child wants no more */
    uint32_t frame_left;
    int64_t decoded;
    bool is_at_end;
};

static void set_nonblocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0)
        (void)fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

struct decompressor *decompressor_create(const char *format, int descriptor, const struct decompressor_feed *feed,
                                         struct error *error)
{
    static const char *const arguments[] = { "garner-decompress", NULL };
    struct child_settings settings = { .input_descriptor = descriptor, .is_own_binary = true, .arguments = arguments };
    struct decompressor *decompressor = memory_allocate_zeroed(1, sizeof *decompressor);
    decompressor->format = format;
    if (!child_start(&settings, &decompressor->child, error)) {
        memory_free(decompressor);
        return NULL;
    }
    if (descriptor < 0) {
        decompressor->feed = *feed;
        set_nonblocking(decompressor->child.input);
        set_nonblocking(decompressor->child.output);
    } else {
        decompressor->is_fed = true;
    }
    return decompressor;
}

static void end_feed(struct decompressor *decompressor)
{
    decompressor->is_fed = true;
    decompressor->pending = slice_of("", 0);
    close(decompressor->child.input);
    decompressor->child.input = -1;
}

/* Writes what the child's pipe takes. A child that closed it has seen enough; what it made of that, its frames say. */
static bool feed_some(struct decompressor *decompressor, struct error *error)
{
    ssize_t written = write(decompressor->child.input, decompressor->pending.bytes, decompressor->pending.length);
    if (written >= 0)
        decompressor->pending = slice_from(decompressor->pending, (size_t)written);
    else if (errno == EPIPE)
        end_feed(decompressor);
    else if (errno != EAGAIN && errno != EINTR)
        return error_set_system(error, E_IO, errno, "cannot write to the %s decoder", decompressor->format);
    return true;
}

/* Until the child has bytes for us, or is gone. */
static bool wait_for_child(struct decompressor *decompressor, struct error *error)
{
    for (;;) {
        if (!decompressor->is_fed && decompressor->pending.length == 0) {
            if (!decompressor->feed.next(decompressor->feed.context, &decompressor->pending, error))
                return false;
            if (decompressor->pending.length == 0)
                end_feed(decompressor);
        }
        struct pollfd ends[] = { { .fd = decompressor->child.output, .events = POLLIN },
                                 { .fd = decompressor->child.input, .events = POLLOUT } };
        if (poll(ends, decompressor->is_fed ? 1 : 2, -1) < 0) {
            if (errno != EINTR)
                return error_set_system(error, E_IO, errno, "cannot wait");
            if (!system_may_retry(error))
                return false;
            continue;
        }
        if (!decompressor->is_fed && ends[1].revents && !feed_some(decompressor, error))
            return false;
        if (ends[0].revents)
            return true;
    }
}

/* At least one byte from the child; 0 when it is gone. -1: error. */
static ssize_t read_child(struct decompressor *decompressor, char *bytes, size_t capacity, struct error *error)
{
    if (!decompressor->feed.next)
        return system_read(decompressor->child.output, bytes, capacity, error);
    for (;;) {
        ssize_t count = read(decompressor->child.output, bytes, capacity);
        if (count >= 0)
            return count;
        if (errno != EAGAIN && errno != EINTR) {
            error_set_system(error, E_IO, errno, "cannot read from the %s decoder", decompressor->format);
            return -1;
        }
        if (!wait_for_child(decompressor, error))
            return -1;
    }
}

/* The child ended in the middle of its work: it crashed, or a limit of its confinement ended it. */
static bool set_child_death(struct decompressor *decompressor, struct error *error)
{
    int status;
    child_wait(&decompressor->child, &status);
    struct buffer reason = { 0 };
    child_describe(status, &reason);
    error_set(error, E_COMPRESSED, "%s data cannot be decoded: after %lld decoded bytes the decoder ended with %s",
              decompressor->format, (long long)decompressor->decoded, buffer_string(&reason));
    buffer_release(&reason);
    return false;
}

static bool read_exactly(struct decompressor *decompressor, void *bytes, size_t length, struct error *error)
{
    for (size_t have = 0; have < length;) {
        ssize_t count = read_child(decompressor, (char *)bytes + have, length - have, error);
        if (count < 0)
            return false;
        if (count == 0)
            return set_child_death(decompressor, error);
        have += (size_t)count;
    }
    return true;
}

static bool set_fault(struct decompressor *decompressor, struct error *error)
{
    struct fault fault;
    if (!read_exactly(decompressor, &fault, sizeof fault, error))
        return false;
    fault.message[sizeof fault.message - 1] = '\0';
    if (fault.code != E_COMPRESSED)
        return error_set(error, fault.code, "%s", fault.message);
    return error_set(error, E_COMPRESSED, "%s data are %s", decompressor->format, fault.message);
}

bool decompressor_read(struct decompressor *decompressor, char *bytes, size_t capacity, size_t *length,
                       struct error *error)
{
    *length = 0;
    if (decompressor->is_at_end)
        return true;
    if (decompressor->frame_left == 0) {
        uint32_t frame;
        if (!read_exactly(decompressor, &frame, sizeof frame, error))
            return false;
        if (frame == FRAME_FAULT)
            return set_fault(decompressor, error);
        decompressor->is_at_end = frame == FRAME_END;
        if (decompressor->is_at_end)
            return true;
        decompressor->frame_left = frame;
    }
    size_t wanted = decompressor->frame_left < capacity ? decompressor->frame_left : capacity;
    ssize_t count = read_child(decompressor, bytes, wanted, error);
    if (count < 0)
        return false;
    if (count == 0)
        return set_child_death(decompressor, error);
    decompressor->frame_left -= (uint32_t)count;
    decompressor->decoded += count;
    *length = (size_t)count;
    return true;
}

int decompressor_descriptor(const struct decompressor *decompressor)
{
    return decompressor->child.output;
}

void decompressor_free(struct decompressor *decompressor)
{
    if (!decompressor)
        return;
    child_kill(&decompressor->child);
    memory_free(decompressor);
}

static bool send_bytes(int output, struct slice bytes)
{
    while (bytes.length > 0) {
        struct slice piece = slice_between(bytes, 0, FRAME_BYTES_MAXIMUM);
        uint32_t frame = (uint32_t)piece.length;
        if (!write_fully(output, &frame, sizeof frame) || !write_fully(output, piece.bytes, piece.length))
            return false;
        bytes = slice_from(bytes, piece.length);
    }
    return true;
}

static void send_fault(int output, const struct error *error)
{
    struct fault fault;
    memset(&fault, 0, sizeof fault); /* padding, too: it is written */
    fault.code = error->code;
    memcpy(fault.message, error->message, sizeof fault.message);
    uint32_t frame = FRAME_FAULT;
    if (write_fully(output, &frame, sizeof frame))
        (void)!write_fully(output, &fault, sizeof fault);
}

/* One member and no more; an empty stream has none. Garbage after the data is a fault like any other. */
static bool copy_member(struct archive_reader *reader, int output, bool *is_wanted, struct error *error)
{
    struct archive_member member;
    bool has_member;
    *is_wanted = true;
    if (!archive_next(reader, &member, &has_member, error))
        return false;
    while (has_member && *is_wanted) {
        struct slice bytes;
        if (!archive_read(reader, &bytes, error))
            return false;
        if (bytes.length == 0)
            break;
        *is_wanted = send_bytes(output, bytes);
        child_grant_cpu(CPU_SECONDS);
    }
    return true;
}

int decompress_child(int input, int output)
{
    struct error error;
    error_reset(&error);
    bool is_wanted = true;
    child_confine(MEMORY_BYTES, CPU_SECONDS);
    struct archive_reader *reader = archive_open_descriptor(input, "", ARCHIVE_COMPRESSED, &error);
    if (!reader) {
        send_fault(output, &error);
        return error_exit_code(&error);
    }
    if (!copy_member(reader, output, &is_wanted, &error))
        send_fault(output, &error);
    archive_close(reader);
    uint32_t frame = FRAME_END;
    if (!error_is_set(&error) && is_wanted)
        is_wanted = write_fully(output, &frame, sizeof frame);
    return error_is_set(&error) ? error_exit_code(&error) : EXIT_DONE;
}
