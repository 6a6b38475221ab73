/* line_program.c - a program of the user's that answers a line with a line. */
#include "model/line_program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "stream/child.h"

enum { ANSWER_BYTES_MAXIMUM = 16 * 1024 * 1024, READ_BYTES = 64 * 1024, POLL_MILLISECONDS = 200 };

struct line_program {
    const char *command;
    double timeout;
    struct child child;   /* pid 0: it does not run */
    struct buffer unread; /* of its output */
    size_t taken;         /* of unread: the answer handed out last */
};

struct line_program *line_program_open(const char *command, double timeout)
{
    struct line_program *program = memory_allocate_zeroed(1, sizeof *program);
    program->command = command;
    program->timeout = timeout > 0 ? timeout : 300;
    return program;
}

static void stop(struct line_program *program)
{
    if (!program->child.pid)
        return;
    /* End of its input is how it learns that there is no more; one that does not end by itself is killed. */
    close(program->child.input);
    program->child.input = -1;
    child_kill(&program->child);
    program->child = (struct child){ 0 };
    program->unread.length = program->taken = 0;
}

void line_program_close(struct line_program *program)
{
    if (!program)
        return;
    stop(program);
    buffer_release(&program->unread);
    memory_free(program);
}

static bool set_non_blocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool start(struct line_program *program, struct error *error)
{
    const char *const arguments[] = { "/bin/sh", "-c", program->command, NULL };
    struct child_settings settings = { .arguments = arguments, .input_descriptor = -1 };
    if (program->child.pid)
        return true;
    if (!child_start(&settings, &program->child, error))
        return false;
    return (set_non_blocking(program->child.input) && set_non_blocking(program->child.output)) ||
           error_set(error, E_SYSTEM, "the pipes to '%s' cannot be made non-blocking", program->command);
}

static bool died(struct line_program *program, struct error *error)
{
    struct buffer how = { 0 };
    int status = 0;
    child_wait(&program->child, &status);
    program->child = (struct child){ 0 };
    program->unread.length = program->taken = 0;
    child_describe(status, &how);
    error_set(error, E_UNAVAILABLE, "the command '%s' ended (%s) before it had answered", program->command,
              buffer_string(&how));
    buffer_release(&how);
    return false;
}

/* A whole line that is not blank; blank ones go. */
static bool find_line(struct line_program *program, struct slice *line)
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

static bool wait_for_sign(struct line_program *program, bool has_unsent, bool *is_readable, bool *is_writable,
                          struct error *error)
{
    int64_t polls = (int64_t)(program->timeout * 1000 / POLL_MILLISECONDS) + 1;
    for (int64_t i = 0; i < polls; i++) {
        struct pollfd files[2] = { { .fd = program->child.output, .events = POLLIN },
                                   { .fd = has_unsent ? program->child.input : -1, .events = POLLOUT } };
        int ready = poll(files, 2, POLL_MILLISECONDS);
        if (interrupt_signal())
            return interrupt_error(error);
        *is_readable = ready > 0 && files[0].revents;
        *is_writable = ready > 0 && files[1].revents;
        if (ready > 0)
            return true;
    }
    return error_set(error, E_UNAVAILABLE, "the command '%s' gave no answer for %g seconds", program->command,
                     program->timeout);
}

static bool write_some(struct line_program *program, struct slice *unsent, struct error *error)
{
    ssize_t count = write(program->child.input, unsent->bytes, unsent->length);
    if (count >= 0) {
        *unsent = slice_from(*unsent, (size_t)count);
        return true;
    }
    /* EPIPE: it reads no more; what it still has to say decides. */
    if (errno == EPIPE)
        unsent->length = 0;
    return errno == EPIPE || errno == EAGAIN || errno == EINTR ||
           error_set_system(error, E_IO, errno, "writing to the command '%s'", program->command);
}

static bool read_some(struct line_program *program, bool *is_at_end, struct error *error)
{
    char *place = buffer_reserve(&program->unread, READ_BYTES);
    ssize_t count = read(program->child.output, place, READ_BYTES);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ||
               error_set_system(error, E_IO, errno, "reading from the command '%s'", program->command);
    *is_at_end = count == 0;
    program->unread.length += (size_t)count;
    return program->unread.length <= ANSWER_BYTES_MAXIMUM ||
           error_set(error, E_PROTOCOL, "the command '%s' answered with a line of more than 16 MiB", program->command);
}

static bool exchange(struct line_program *program, struct slice unsent, struct slice *answer, struct error *error)
{
    bool is_at_end = false;
    while (!find_line(program, answer)) {
        bool is_readable = false, is_writable = false;
        if (is_at_end)
            return died(program, error);
        if (!wait_for_sign(program, unsent.length > 0, &is_readable, &is_writable, error) ||
            (is_writable && !write_some(program, &unsent, error)) ||
            (is_readable && !read_some(program, &is_at_end, error)))
            return false;
    }
    return true;
}

bool line_program_ask(struct line_program *program, struct slice line, struct slice *answer, struct error *error)
{
    program->unread.length = program->taken = 0; /* what it said too much is not the answer to this line */
    if (start(program, error) && exchange(program, line, answer, error))
        return true;
    stop(program);
    return false;
}
