/* chat_program.c - questions to a program of the user's: one long-lived child, JSON lines in, JSON lines out.
 *
 * Both pipes are served at once, so the child may answer at any time and in any order. One that dies is started anew
 * and gets what it had not answered, one question at a time until those are through: so a question that kills it is
 * found, and is the only one that fails. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "model/chat_dialect.h"
#include "model/chat_transport.h"
#include "net/http.h"
#include "stream/child.h"
#include "json/write.h"

enum {
    DEFAULT_WINDOW = 8,
    ANSWER_BYTES_MAXIMUM = 64 * 1024 * 1024,
    READ_BYTES = 64 * 1024,
    POLL_MILLISECONDS = 200,
    DEATHS_OF_ONE = 2,  /* a question that killed it so often fails */
    DEATHS_IN_A_ROW = 6 /* without one answer between them: the program is at fault */
};

struct item {
    struct chat_carried *carried;
    int64_t id;
    bool is_sent;
    int deaths;
};

struct program {
    struct chat_settings settings;
    struct child child; /* pid 0: not running */
    struct buffer unsent, unread;
    size_t sent;        /* of unsent */
    struct item *items; /* in the order asked */
    size_t count, capacity;
    int64_t next_id;
    size_t careful; /* so many of the first items go one at a time */
    int deaths;
    double last_sign; /* of life */
    struct client_usage usage;
};

static void stop_child(struct program *self)
{
    if (!self->child.pid)
        return;
    /* End of its input is how it learns that there is no more; one that does not end by itself is killed. */
    close(self->child.input);
    self->child.input = -1;
    child_kill(&self->child);
    self->child = (struct child){ 0 };
}

static void close_program(void *state)
{
    struct program *self = state;
    stop_child(self);
    buffer_release(&self->unsent);
    buffer_release(&self->unread);
    memory_free(self->items);
    memory_free(self);
}

static bool set_non_blocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool start_child(struct program *self, struct error *error)
{
    const char *const arguments[] = { "/bin/sh", "-c", self->settings.command, NULL };
    struct child_settings settings = { .arguments = arguments, .input_descriptor = -1 };
    if (!child_start(&settings, &self->child, error))
        return false;
    self->last_sign = http_clock();
    buffer_reset(&self->unsent);
    buffer_reset(&self->unread);
    self->sent = 0;
    for (size_t i = 0; i < self->count; i++)
        self->items[i].is_sent = false;
    return (set_non_blocking(self->child.input) && set_non_blocking(self->child.output)) ||
           error_set(error, E_SYSTEM, "the pipes to '%s' cannot be made non-blocking", self->settings.command);
}

static bool open_program(const struct chat_settings *settings, void **state, struct error *error)
{
    if (!settings->command)
        return error_set(error, E_USAGE, "provider command needs --command");
    struct program *self = memory_allocate_zeroed(1, sizeof *self);
    self->settings = *settings;
    if (!self->settings.client.concurrency)
        self->settings.client.concurrency = DEFAULT_WINDOW;
    if (self->settings.client.total_seconds <= 0)
        self->settings.client.total_seconds = 300;
    if (!start_child(self, error)) {
        close_program(self);
        return false;
    }
    *state = self;
    return true;
}

static void append_line(const struct program *self, const struct chat_question *question, int64_t id,
                        struct buffer *line)
{
    const struct chat_parameters *parameters = &self->settings.parameters;
    buffer_append_byte(line, '{');
    json_append_key(line, SLICE("id"));
    json_append_integer(line, id);
    json_append_key(line, SLICE("messages"));
    chat_append_messages(question, line);
    if (self->settings.model) {
        json_append_key(line, SLICE("model"));
        json_append_string(line, slice_of_string(self->settings.model));
    }
    if (parameters->maximum_tokens) {
        json_append_key(line, SLICE("max_tokens"));
        json_append_integer(line, parameters->maximum_tokens);
    }
    chat_append_number(line, SLICE("temperature"), parameters->temperature);
    chat_append_number(line, SLICE("top_p"), parameters->top_p);
    if (parameters->has_seed) {
        json_append_key(line, SLICE("seed"));
        json_append_integer(line, parameters->seed + question->sample);
    }
    chat_append_stops(line, SLICE("stop"), parameters);
    if (parameters->schema.length) {
        json_append_key(line, SLICE("schema"));
        buffer_append_slice(line, parameters->schema);
    }
    buffer_append_string(line, "}\n");
}

static bool send_question(void *state, const struct chat_question *question, struct chat_carried *carried,
                          struct error *error)
{
    struct program *self = state;
    (void)error;
    self->items = memory_grow(self->items, &self->capacity, self->count + 1, sizeof *self->items);
    struct item *item = &self->items[self->count++];
    *item = (struct item){ .carried = carried, .id = self->next_id++ };
    append_line(self, question, item->id, &carried->request);
    return true;
}

static void remove_item(struct program *self, size_t index)
{
    memmove(&self->items[index], &self->items[index + 1], (self->count - index - 1) * sizeof *self->items);
    self->count--;
    if (index < self->careful)
        self->careful--;
}

static void fail(struct program *self, size_t index, enum code code, const char *reason, struct chat_carried **carried,
                 struct chat_answer *answer)
{
    *answer = (struct chat_answer){
        .status = CHAT_FAILED, .input_tokens = -1, .output_tokens = -1, .code = code, .reason = reason
    };
    *carried = self->items[index].carried;
    remove_item(self, index);
}

static bool nonsense(const struct program *self, const char *what, struct slice line, struct error *error)
{
    return error_set(error, E_PROTOCOL, "the command '%s' answered: %s: %.*s", self->settings.command, what,
                     (int)(line.length < 120 ? line.length : 120), line.bytes ? line.bytes : "");
}

/* The item that an answer belongs to: by its id, or the first one when the program keeps the order and names none. */
static bool find_item(const struct program *self, struct json_value root, size_t *index)
{
    struct json_value given = json_member(root, SLICE("id"));
    int64_t id = -1;
    if (given.type != JSON_MISSING && !json_integer(given, &id))
        return false;
    for (*index = 0; *index < self->count; ++*index)
        if (self->items[*index].is_sent && (given.type == JSON_MISSING || self->items[*index].id == id))
            return true;
    return false;
}

static bool take_line(struct program *self, struct slice line, struct arena *arena, struct chat_carried **carried,
                      struct chat_answer *answer, struct error *error)
{
    struct json_value root;
    struct error scan;
    size_t index;
    if (!json_scan(line, &root, &scan) || root.type != JSON_OBJECT)
        return nonsense(self, "not a JSON object", line, error);
    if (!find_item(self, root, &index))
        return nonsense(self, "an 'id' that was not asked", line, error);
    self->deaths = 0;
    struct slice fault = chat_read_text(root, SLICE("error"), arena);
    if (fault.length) {
        fail(self, index, E_FIELD_VALUE, arena_copy_string(arena, fault), carried, answer);
        return true;
    }
    struct json_value usage = json_member(root, SLICE("usage"));
    *answer = (struct chat_answer){ .input_tokens = chat_read_count(usage, SLICE("prompt_tokens")),
                                    .output_tokens = chat_read_count(usage, SLICE("completion_tokens")),
                                    .model = chat_read_text(root, SLICE("model"), arena) };
    struct json_value completion = json_member(root, SLICE("completion"));
    if (completion.type != JSON_STRING || !json_decode(completion, arena, &answer->text, &scan))
        return nonsense(self, "no text 'completion'", line, error);
    if (!chat_read_ending(json_member(root, SLICE("finish_reason")), chat_endings_openai, arena, answer, &scan))
        return nonsense(self, "a 'finish_reason' that is no string", line, error);
    self->usage.input_tokens += answer->input_tokens > 0 ? answer->input_tokens : 0;
    self->usage.output_tokens += answer->output_tokens > 0 ? answer->output_tokens : 0;
    *carried = self->items[index].carried;
    remove_item(self, index);
    return true;
}

/* One line of what was read, if there is a whole one. */
static bool take_next(struct program *self, struct arena *arena, struct chat_carried **carried,
                      struct chat_answer *answer, struct error *error)
{
    while (!*carried) {
        struct slice unread = buffer_slice(&self->unread);
        size_t length = slice_find_byte(unread, '\n');
        if (length == unread.length) {
            return length <= ANSWER_BYTES_MAXIMUM ||
                   nonsense(self, "a line of more than 64 MiB", (struct slice){ 0 }, error);
        }
        struct slice line = arena_copy(arena, slice_trim(slice_between(unread, 0, length)));
        memmove(self->unread.bytes, self->unread.bytes + length + 1, unread.length - length - 1);
        self->unread.length -= length + 1;
        if (line.length && !take_line(self, line, arena, carried, answer, error))
            return false;
    }
    return true;
}

/* The child is gone. What it owed is asked again, unless one alone was under way and was so twice. */
static bool died(struct program *self, const char *how, struct arena *arena, struct chat_carried **carried,
                 struct chat_answer *answer, struct error *error)
{
    struct buffer text = { 0 };
    size_t sent = 0, first = 0;
    int status = 0;
    child_wait(&self->child, &status);
    self->child = (struct child){ 0 };
    buffer_append_format(&text, "the command '%s' ended (", self->settings.command);
    if (how)
        buffer_append_string(&text, how);
    else
        child_describe(status, &text);
    buffer_append_string(&text, ") before it had answered everything");
    for (size_t i = self->count; i-- > 0;)
        if (self->items[i].is_sent) {
            sent++;
            first = i;
        }
    const char *reason = arena_copy_string(arena, buffer_slice(&text));
    buffer_release(&text);
    if (++self->deaths >= DEATHS_IN_A_ROW)
        return error_set(error, E_UNAVAILABLE, "%s, %d times", reason, self->deaths);
    if (self->settings.client.notice)
        self->settings.client.notice(self->settings.client.notice_context, reason);
    self->careful = self->careful > sent ? self->careful : sent;
    if (sent == 1 && ++self->items[first].deaths >= DEATHS_OF_ONE)
        fail(self, first, E_UNAVAILABLE, reason, carried, answer);
    return true;
}

/* Puts what may go now behind what waits to be written. */
static void fill(struct program *self)
{
    size_t outstanding = 0, limit = self->careful ? 1 : (size_t)self->settings.client.concurrency;
    if (self->sent == self->unsent.length) {
        buffer_reset(&self->unsent);
        self->sent = 0;
    }
    for (size_t i = 0; i < self->count; i++)
        outstanding += self->items[i].is_sent;
    for (size_t i = 0; i < self->count && outstanding < limit; i++) {
        if (self->items[i].is_sent)
            continue;
        if (!outstanding)
            self->last_sign = http_clock();
        buffer_append_slice(&self->unsent, buffer_slice(&self->items[i].carried->request));
        self->items[i].is_sent = true;
        outstanding++;
    }
}

static bool write_some(struct program *self, struct error *error)
{
    struct slice rest = slice_from(buffer_slice(&self->unsent), self->sent);
    ssize_t count = write(self->child.input, rest.bytes, rest.length);
    /* EPIPE: it reads no more; what it still has to say decides. */
    if (count < 0 && errno == EPIPE)
        count = (ssize_t)rest.length;
    if (count > 0)
        self->sent += (size_t)count;
    return count >= 0 || errno == EAGAIN || errno == EINTR ||
           error_set_system(error, E_IO, errno, "writing to the command '%s'", self->settings.command);
}

static bool read_some(struct program *self, bool *is_at_end, struct error *error)
{
    char *place = buffer_reserve(&self->unread, READ_BYTES);
    ssize_t count = read(self->child.output, place, READ_BYTES);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ||
               error_set_system(error, E_IO, errno, "reading from the command '%s'", self->settings.command);
    *is_at_end = count == 0;
    self->unread.length += (size_t)count;
    self->last_sign = http_clock();
    return true;
}

/* Waits a moment for either pipe. */
static bool serve(struct program *self, double wait, bool *is_at_end, struct error *error)
{
    bool has_more = self->sent < self->unsent.length;
    struct pollfd files[2] = { { .fd = self->child.output, .events = POLLIN },
                               { .fd = has_more ? self->child.input : -1, .events = POLLOUT } };
    int milliseconds = wait >= 0 && wait * 1000 < POLL_MILLISECONDS ? (int)(wait * 1000) : POLL_MILLISECONDS;
    int ready = poll(files, 2, milliseconds);
    if (interrupt_signal())
        return interrupt_error(error);
    if (ready <= 0)
        return true;
    if (files[1].revents && !write_some(self, error))
        return false;
    return !files[0].revents || read_some(self, is_at_end, error);
}

static bool receive(void *state, double seconds, struct arena *arena, struct chat_carried **carried,
                    struct chat_answer *answer, struct error *error)
{
    struct program *self = state;
    double start = http_clock();
    *carried = NULL;
    while (self->count) {
        bool is_at_end = false;
        double left = seconds < 0 ? -1 : seconds - (http_clock() - start);
        if (!self->child.pid && !start_child(self, error))
            return false;
        fill(self);
        if (!serve(self,
                   seconds < 0 ? -1
                   : left < 0  ? 0
                               : left,
                   &is_at_end, error) ||
            !take_next(self, arena, carried, answer, error))
            return false;
        bool is_silent = !*carried && http_clock() - self->last_sign > self->settings.client.total_seconds;
        if (is_silent)
            child_kill(&self->child);
        if (!*carried && (is_at_end || is_silent) &&
            !died(self, is_silent ? "it gave no sign within --timeout" : NULL, arena, carried, answer, error))
            return false;
        if (*carried || (seconds >= 0 && left <= 0))
            return true;
    }
    return true;
}

static size_t room(const void *state)
{
    const struct program *self = state;
    size_t window = 2 * (size_t)self->settings.client.concurrency;
    return self->count < window ? window - self->count : 0;
}

static void append_summary(const void *state, struct buffer *json)
{
    const struct program *self = state;
    buffer_append_format(json, "\"requests\":%lld", (long long)self->next_id);
    json_append_key(json, SLICE("tokens_in"));
    json_append_integer(json, self->usage.input_tokens);
    json_append_key(json, SLICE("tokens_out"));
    json_append_integer(json, self->usage.output_tokens);
}

const struct chat_transport chat_transport_program = { open_program,   send_question, receive, room,
                                                       append_summary, close_program, NULL };
