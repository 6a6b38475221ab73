/* embedder_command.c - a program of the user's: one long-lived child, JSON lines in, JSON lines out, in the same order.
 *
 * In: {"id":0,"text":"...","type":"document"}. Out, for each: {"embedding":[...]} (numbers, or base64 of little-endian
 * float32), or {"error":"why"} for a text that it cannot embed; an "id" in the answer must be the one asked. The
 * child's stderr is shown. Both pipes are served at once, so a child may answer at any time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "model/embedder_provider.h"
#include "stream/child.h"
#include "json/write.h"

enum { DEFAULT_WINDOW = 256, ANSWER_BYTES_MAXIMUM = 16 * 1024 * 1024, READ_BYTES = 64 * 1024 };

struct command {
    struct child child;
    const char *program;
    char *model;
    size_t window;
    double timeout;
    uint64_t next_id;
    size_t answered;      /* by this child */
    struct buffer unread; /* of the child's output */
};

struct work {
    struct command *self;
    struct arena *arena;
    struct embed_result *results;
    struct embedder_identity *identity;
    size_t count, answered;
    uint64_t first_id;
};

static void close_command(void *state)
{
    struct command *self = state;
    if (self->child.pid) {
        /* End of its input is how it learns that there is no more; one that does not end by itself is killed. */
        close(self->child.input);
        self->child.input = -1;
        child_kill(&self->child);
    }
    buffer_release(&self->unread);
    memory_free(self->model);
    memory_free(self);
}

static bool set_non_blocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool open_command(const struct embedder_settings *settings, void **state, struct embedder_identity *identity,
                         struct error *error)
{
    if (!settings->command)
        return error_set(error, E_USAGE, "provider command needs --command");
    struct command *self = memory_allocate_zeroed(1, sizeof *self);
    self->program = settings->command;
    self->window = settings->batch_size > 0 ? (size_t)settings->batch_size : DEFAULT_WINDOW;
    self->timeout = settings->timeout > 0 ? settings->timeout : 300;
    const char *const arguments[] = { "/bin/sh", "-c", settings->command, NULL };
    struct child_settings child = { .arguments = arguments, .input_descriptor = -1 };
    if (!child_start(&child, &self->child, error)) {
        memory_free(self);
        return false;
    }
    if (!set_non_blocking(self->child.input) || !set_non_blocking(self->child.output)) {
        close_command(self);
        return error_set(error, E_SYSTEM, "the pipes to '%s' cannot be made non-blocking", settings->command);
    }
    self->model = memory_copy_string(settings->model ? settings->model : "command");
    *state = self;
    identity->model = self->model;
    return true;
}

static void make_lines(struct work *work, enum embed_purpose purpose, const struct slice *texts, struct buffer *lines)
{
    for (size_t i = 0; i < work->count; i++) {
        buffer_append_byte(lines, '{');
        json_append_key(lines, SLICE("id"));
        json_append_integer(lines, (int64_t)(work->first_id + i));
        json_append_key(lines, SLICE("text"));
        json_append_string(lines, texts[i]);
        json_append_key(lines, SLICE("type"));
        json_append_string(lines, purpose == EMBED_QUERY ? SLICE("query") : SLICE("document"));
        buffer_append_string(lines, "}\n");
    }
}

static bool died(struct command *self, struct error *error)
{
    struct buffer how = { 0 };
    int status = 0;
    child_wait(&self->child, &status);
    child_describe(status, &how);
    error_set(error, E_UNAVAILABLE, "the command '%s' ended (%s) before it had answered everything", self->program,
              buffer_string(&how));
    buffer_release(&how);
    return false;
}

static bool nonsense(const struct work *work, const char *what, struct slice line, struct error *error)
{
    return error_set(error, E_PROTOCOL, "the command '%s' answered: %s: %.*s", work->self->program, what,
                     (int)(line.length < 120 ? line.length : 120), line.bytes ? line.bytes : "");
}

static bool take_line(struct work *work, struct slice line, struct error *error)
{
    struct json_value root;
    struct error scan;
    struct slice reason;
    int64_t id;
    if (!json_scan(line, &root, &scan) || root.type != JSON_OBJECT)
        return nonsense(work, "not a JSON object", line, error);
    struct json_value given = json_member(root, SLICE("id")), fault = json_member(root, SLICE("error"));
    if (given.type != JSON_MISSING && (!json_integer(given, &id) || (uint64_t)id != work->first_id + work->answered))
        return nonsense(work, "an 'id' out of order", line, error);
    struct embed_result *result = &work->results[work->answered++];
    const char *wrong = NULL;
    if (fault.type == JSON_STRING && json_decode(fault, work->arena, &reason, &scan))
        embed_result_fail(result, work->arena, E_FIELD_VALUE, arena_copy_string(work->arena, reason));
    else
        wrong = embed_result_read(result, json_member(root, SLICE("embedding")), work->arena, work->identity);
    return !wrong || nonsense(work, wrong, line, error);
}

static bool take_lines(struct work *work, struct error *error)
{
    struct buffer *unread = &work->self->unread;
    size_t start = 0;
    bool is_good = true;
    while (is_good && work->answered < work->count) {
        struct slice rest = slice_from(buffer_slice(unread), start);
        size_t length = slice_find_byte(rest, '\n');
        if (length == rest.length)
            break;
        if (slice_trim(slice_of(rest.bytes, length)).length)
            is_good = take_line(work, slice_of(rest.bytes, length), error);
        start += length + 1;
    }
    if (start)
        memmove(unread->bytes, unread->bytes + start, unread->length - start);
    unread->length -= start;
    if (is_good && unread->length > ANSWER_BYTES_MAXIMUM)
        return nonsense(work, "a line of more than 16 MiB", (struct slice){ NULL, 0 }, error);
    return is_good;
}

static bool read_some(struct work *work, bool *is_at_end, struct error *error)
{
    struct command *self = work->self;
    char *place = buffer_reserve(&self->unread, READ_BYTES);
    ssize_t count = read(self->child.output, place, READ_BYTES);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ||
               error_set_system(error, E_IO, errno, "reading from the command '%s'", self->program);
    *is_at_end = count == 0;
    self->unread.length += (size_t)count;
    return count == 0 || take_lines(work, error);
}

static bool write_some(struct work *work, struct slice *rest, struct error *error)
{
    ssize_t count = write(work->self->child.input, rest->bytes, rest->length);
    if (count >= 0) {
        *rest = slice_from(*rest, (size_t)count);
        return true;
    }
    /* EPIPE: it reads no more; what it still has to say decides. */
    if (errno == EPIPE)
        rest->length = 0;
    return errno == EPIPE || errno == EAGAIN || errno == EINTR ||
           error_set_system(error, E_IO, errno, "writing to the command '%s'", work->self->program);
}

/* Waits at most the timeout for a sign of life. */
static bool wait_for(struct work *work, struct slice rest, struct pollfd files[2], struct error *error)
{
    files[0] = (struct pollfd){ .fd = work->self->child.output, .events = POLLIN };
    files[1] = (struct pollfd){ .fd = rest.length ? work->self->child.input : -1, .events = POLLOUT };
    double waited = 0;
    while (waited < work->self->timeout) {
        int ready = poll(files, 2, 200);
        if (interrupt_signal())
            return interrupt_error(error);
        if (ready > 0)
            return true;
        waited += 0.2;
    }
    return error_set(error, E_UNAVAILABLE, "the command '%s' gave no answer for %g seconds", work->self->program,
                     work->self->timeout);
}

static bool exchange(struct work *work, struct slice rest, struct error *error)
{
    bool is_at_end = false;
    if (!take_lines(work, error))
        return false;
    while (work->answered < work->count) {
        struct pollfd files[2];
        if (!wait_for(work, rest, files, error))
            return false;
        if (files[1].revents && rest.length && !write_some(work, &rest, error))
            return false;
        if (files[0].revents && !read_some(work, &is_at_end, error))
            return false;
        if (is_at_end && work->answered < work->count)
            return died(work->self, error);
    }
    return true;
}

/* A child that died is started anew. */
static bool restart(struct command *self, struct error *error)
{
    struct error cause = *error;
    const char *const arguments[] = { "/bin/sh", "-c", self->program, NULL };
    struct child_settings child = { .arguments = arguments, .input_descriptor = -1 };
    buffer_reset(&self->unread);
    self->answered = 0;
    if (child_start(&child, &self->child, error) && set_non_blocking(self->child.input) &&
        set_non_blocking(self->child.output))
        return true;
    *error = cause;
    return false;
}

static bool keep(const struct embed_job *job, size_t first, size_t last, struct error *error)
{
    return !job->keep || first == last || job->keep(job->context, first, last - first, error);
}

static bool embed_command(void *state, const struct embed_job *job, struct error *error)
{
    struct command *self = state;
    for (size_t done = 0; done < job->count;) {
        struct work work = { .self = self,
                             .arena = job->arena,
                             .results = job->results + done,
                             .identity = job->identity,
                             .count = job->count - done,
                             .first_id = self->next_id };
        struct buffer lines = { 0 };
        self->next_id += work.count;
        make_lines(&work, job->purpose, job->texts + done, &lines);
        bool is_good = exchange(&work, buffer_slice(&lines), error);
        buffer_release(&lines);
        struct error cause = *error;
        if (!keep(job, done, done + work.answered, error))
            return false;
        done += work.answered;
        self->answered += work.answered;
        if (is_good)
            break;
        *error = cause;
        /* Dead with something answered: the next text gets a new child. Dead at once: it would die again. */
        if (self->child.pid || self->answered == 0 || !restart(self, error))
            return false;
    }
    return true;
}

static size_t window_command(const void *state)
{
    return ((const struct command *)state)->window;
}

const struct embedder_provider embedder_command = {
    .open = open_command, .embed = embed_command, .window = window_command, .close = close_command
};
