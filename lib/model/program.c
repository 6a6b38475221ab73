/* program.c - a program of the user's that answers lines with lines. */
#include "model/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"

enum { READ_BYTES = 64 * 1024, POLL_MILLISECONDS = 200 };

static void forget(struct program *program)
{
    buffer_reset(&program->unsent);
    buffer_reset(&program->unread);
    program->sent = program->taken = 0;
    program->is_at_end = false;
}

static bool set_non_blocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

bool program_start(struct program *program, struct error *error)
{
    const char *const arguments[] = { "/bin/sh", "-c", program->command, NULL };
    struct child_settings settings = { .arguments = arguments, .input_descriptor = -1 };
    if (program->child.pid)
        return true;
    forget(program);
    if (!child_start(&settings, &program->child, error))
        return false;
    if (set_non_blocking(program->child.input) && set_non_blocking(program->child.output))
        return true;
    program_stop(program);
    return error_set(error, E_SYSTEM, "the pipes to '%s' cannot be made non-blocking", program->command);
}

void program_stop(struct program *program)
{
    if (!program->child.pid)
        return;
    close(program->child.input);
    program->child.input = -1;
    child_kill(&program->child);
}

void program_release(struct program *program)
{
    program_stop(program);
    buffer_release(&program->unsent);
    buffer_release(&program->unread);
}

static bool write_some(struct program *program, struct error *error)
{
    struct slice rest = slice_from(buffer_slice(&program->unsent), program->sent);
    ssize_t count = write(program->child.input, rest.bytes, rest.length);
    /* EPIPE: it reads no more; what it still has to say decides. */
    if (count < 0 && errno == EPIPE)
        count = (ssize_t)rest.length;
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ||
               error_set_system(error, E_IO, errno, "writing to the command '%s'", program->command);
    program->sent += (size_t)count;
    if (program->sent == program->unsent.length) {
        buffer_reset(&program->unsent);
        program->sent = 0;
    }
    return true;
}

/* What was taken goes when it is at least half of all: so each byte moves about once. */
static void drop_taken(struct program *program)
{
    size_t left = program->unread.length - program->taken;
    if (program->taken < left || program->taken == 0)
        return;
    memmove(program->unread.bytes, program->unread.bytes + program->taken, left);
    program->unread.length = left;
    program->taken = 0;
}

static bool read_some(struct program *program, struct error *error)
{
    drop_taken(program);
    char *place = buffer_reserve(&program->unread, READ_BYTES);
    ssize_t count = read(program->child.output, place, READ_BYTES);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ||
               error_set_system(error, E_IO, errno, "reading from the command '%s'", program->command);
    program->is_at_end = count == 0;
    program->unread.length += (size_t)count;
    struct slice rest = slice_from(buffer_slice(&program->unread), program->taken);
    return rest.length <= program->line_maximum || slice_find_byte(rest, '\n') < rest.length ||
           error_set(error, E_PROTOCOL, "the command '%s' answered with a line of more than %zu MiB", program->command,
                     program->line_maximum >> 20);
}

bool program_serve(struct program *program, int milliseconds, bool *has_sign, struct error *error)
{
    bool has_unsent = program->sent < program->unsent.length;
    struct pollfd files[2] = { { .fd = program->child.output, .events = POLLIN },
                               { .fd = has_unsent ? program->child.input : -1, .events = POLLOUT } };
    int ready = poll(files, 2, milliseconds);
    *has_sign = ready > 0;
    if (interrupt_signal())
        return interrupt_error(error);
    if (ready <= 0)
        return true;
    return (!files[1].revents || write_some(program, error)) && (!files[0].revents || read_some(program, error));
}

bool program_next_line(struct program *program, struct slice *line)
{
    for (;;) {
        struct slice rest = slice_from(buffer_slice(&program->unread), program->taken);
        size_t length = slice_find_byte(rest, '\n');
        if (length == rest.length)
            return false;
        program->taken += length + 1;
        *line = slice_of(rest.bytes, length);
        if (slice_trim(*line).length)
            return true;
    }
}

void program_describe_end(struct program *program, struct buffer *how)
{
    int status = 0;
    child_wait(&program->child, &status);
    child_describe(status, how);
}

static bool ended(struct program *program, struct error *error)
{
    struct buffer how = { 0 };
    program_describe_end(program, &how);
    error_set(error, E_UNAVAILABLE, "the command '%s' ended (%s) before it had %s", program->command,
              buffer_string(&how), program->task);
    buffer_release(&how);
    return false;
}

static bool wait_for_sign(struct program *program, double timeout, struct error *error)
{
    int64_t polls = (int64_t)(timeout * 1000 / POLL_MILLISECONDS) + 1;
    bool has_sign = false;
    while (polls-- > 0 && !has_sign)
        if (!program_serve(program, POLL_MILLISECONDS, &has_sign, error))
            return false;
    return has_sign ||
           error_set(error, E_UNAVAILABLE, "the command '%s' gave no answer for %g seconds", program->command, timeout);
}

bool program_wait_line(struct program *program, double timeout, struct slice *line, struct error *error)
{
    while (!program_next_line(program, line)) {
        if (program->is_at_end)
            return ended(program, error);
        if (!wait_for_sign(program, timeout, error))
            return false;
    }
    return true;
}
