/* output.c - bytes to stdout or to a file that appears whole or not at all. */
#include "stream/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "stream/codec.h"
#include "stream/files.h"
#include "stream/input.h"
#include "stream/system.h"
#include "stream/target.h"

enum { INTERRUPTED_MILLISECONDS = 500 };

struct output {
    char *name; /* as given, "-" for stdout */
    struct target target;
    struct encoder *encoder; /* NULL: plain */
    char *block;             /* STREAM_BLOCK_BYTES on their way to the kernel */
    size_t block_length;
    int64_t position;
    bool is_unbuffered;
    bool is_closed;       /* the reader left */
    struct error failure; /* the first one: nothing is written after it */
};

static bool has_extension(const char *path, const char *extension)
{
    return slice_ends_with(slice_of_string(path), slice_of_string(extension));
}

static struct encoder *choose_encoder(const char *path, const struct output_settings *settings)
{
    bool by_name = !settings || settings->compression == OUTPUT_BY_NAME;
    if (by_name ? path && has_extension(path, ".zst") : settings->compression == OUTPUT_ZSTD)
        return zstd_encoder_create();
    if (by_name ? path && has_extension(path, ".gz") : settings->compression == OUTPUT_GZIP)
        return gzip_encoder_create();
    return NULL;
}

struct output *output_open(const char *path, const struct output_settings *settings, struct error *error)
{
    if (path && strcmp(path, "-") == 0)
        path = NULL;
    struct target target;
    if (!target_open(path, settings && settings->is_private, &target, error))
        return NULL;
    struct encoder *encoder = choose_encoder(path, settings);
    bool is_terminal = !target.temporary && isatty(target.descriptor);
    if (encoder && is_terminal) {
        error_set(error, E_USAGE, "compressed output is not written to a terminal");
        encoder->free(encoder);
        target_close(&target);
        return NULL;
    }
    struct output *output = memory_allocate_zeroed(1, sizeof *output);
    output->name = memory_copy_string(path ? path : "-");
    output->target = target;
    output->encoder = encoder;
    output->block = memory_allocate(STREAM_BLOCK_BYTES);
    output->is_unbuffered = is_terminal || (settings && settings->is_unbuffered);
    return output;
}

/* Reports the fault that ended this output, if there was one: the caller of a closed pipe gets no error. */
static bool is_usable(const struct output *output, struct error *error)
{
    if (error_is_set(&output->failure) && error)
        *error = output->failure;
    return !output->is_closed && !error_is_set(&output->failure);
}

/* Once a signal has asked us to stop, a line that has begun is still ended, but a reader that is stuck must not keep
 * us: no write that could block, and no more than half a second without progress. false: that is over. */
static bool may_still_send(struct output *output, size_t *length)
{
    struct pollfd ready = { .fd = output->target.descriptor, .events = POLLOUT };
    if (poll(&ready, 1, INTERRUPTED_MILLISECONDS) != 1)
        return interrupt_error(&output->failure);
    *length = *length < PIPE_BUF ? *length : PIPE_BUF;
    return true;
}

/* To the kernel, in full. */
static bool send(struct output *output, struct slice bytes)
{
    while (bytes.length > 0) {
        size_t length = bytes.length;
        if (interrupt_signal() != 0 && !may_still_send(output, &length))
            return false;
        ssize_t written = write(output->target.descriptor, bytes.bytes, length);
        if (written >= 0) {
            bytes = slice_from(bytes, (size_t)written);
        } else if (errno == EAGAIN) {
            struct pollfd ready = { .fd = output->target.descriptor, .events = POLLOUT };
            (void)!poll(&ready, 1, -1); /* a signal ends the wait, too */
        } else if (errno == EPIPE) {
            output->is_closed = true;
            return false;
        } else if (errno != EINTR) {
            return target_set_error(&output->target, output->name, errno, &output->failure);
        }
    }
    return true;
}

static bool send_block(struct output *output)
{
    size_t length = output->block_length;
    output->block_length = 0;
    return send(output, slice_of(output->block, length));
}

static bool write_plain(struct output *output, struct slice bytes)
{
    while (bytes.length > 0) {
        size_t room = STREAM_BLOCK_BYTES - output->block_length;
        /* Whole blocks go out from where they are. */
        if (output->block_length == 0 && bytes.length >= STREAM_BLOCK_BYTES) {
            size_t whole = bytes.length - bytes.length % STREAM_BLOCK_BYTES;
            if (!send(output, slice_between(bytes, 0, whole)))
                return false;
            bytes = slice_from(bytes, whole);
            continue;
        }
        size_t length = bytes.length < room ? bytes.length : room;
        memcpy(output->block + output->block_length, bytes.bytes, length);
        output->block_length += length;
        bytes = slice_from(bytes, length);
        if (output->block_length == STREAM_BLOCK_BYTES && !send_block(output))
            return false;
    }
    return true;
}

static bool write_encoded(struct output *output, struct slice bytes, enum encode_mode mode)
{
    bool is_done = bytes.length == 0 && mode == ENCODE_MORE;
    while (!is_done) {
        if (output->block_length == STREAM_BLOCK_BYTES && !send_block(output))
            return false;
        output->block_length +=
            output->encoder->encode(output->encoder, &bytes, mode, output->block + output->block_length,
                                    STREAM_BLOCK_BYTES - output->block_length, &is_done);
    }
    return true;
}

/* Everything so far to the kernel. A file that nobody sees yet is not cut into more compressed blocks for it. */
static bool flush(struct output *output)
{
    if (output->encoder && !output->target.temporary && !write_encoded(output, slice_of("", 0), ENCODE_FLUSH))
        return false;
    return send_block(output);
}

bool output_write(struct output *output, struct slice bytes, struct error *error)
{
    if (!is_usable(output, error))
        return false;
    output->position += (int64_t)bytes.length;
    bool is_written = output->encoder ? write_encoded(output, bytes, ENCODE_MORE) : write_plain(output, bytes);
    if (is_written && output->is_unbuffered)
        is_written = flush(output);
    return is_written || is_usable(output, error);
}

bool output_flush(struct output *output, struct error *error)
{
    return is_usable(output, error) && (flush(output) || is_usable(output, error));
}

bool output_is_closed(const struct output *output)
{
    return output->is_closed;
}

static void free_memory(struct output *output)
{
    if (output->encoder)
        output->encoder->free(output->encoder);
    memory_free(output->block);
    output->encoder = NULL;
    output->block = NULL;
}

bool output_end(struct output *output, struct error *error)
{
    if (!is_usable(output, error))
        return false;
    bool is_written = !output->encoder || write_encoded(output, slice_of("", 0), ENCODE_END);
    if (!is_written || !send_block(output))
        return is_usable(output, error);
    free_memory(output);
    return target_end(&output->target, output->name, error);
}

bool output_publish(struct output *output, struct error *error)
{
    return target_publish(&output->target, error);
}

bool output_commit(struct output *output, struct error *error)
{
    return output_end(output, error) && output_publish(output, error) &&
           (!output->target.path || folder_sync_of(output->target.path, error));
}

const char *output_path(const struct output *output)
{
    return output->target.path;
}

int64_t output_position(const struct output *output)
{
    return output->position;
}

const char *output_name(const struct output *output)
{
    return output->name;
}

void output_close(struct output *output)
{
    if (!output)
        return;
    target_close(&output->target);
    free_memory(output);
    memory_free(output->name);
    memory_free(output);
}

bool output_write_file(const char *path, struct slice content, bool is_private, struct error *error)
{
    struct output_settings settings = { .is_private = is_private };
    struct output *output = output_open(path, &settings, error);
    if (!output)
        return false;
    bool is_done = output_write(output, content, error) && output_commit(output, error);
    /* A reader that left a FIFO took what it wanted. */
    if (!is_done && output_is_closed(output))
        is_done = true;
    output_close(output);
    return is_done;
}
