/* chat_program.c - questions to a program of the user's: one long-lived child, JSON lines in, JSON lines out.
 *
 * Both pipes are served at once, so the child may answer at any time and in any order. One that dies is started anew
 * and gets what it had not answered, one question at a time until those are through: so a question that kills it is
 * found, and is the only one that fails. */
#include "base/clock.h"
#include "base/memory.h"
#include "model/chat_dialect.h"
#include "model/chat_transport.h"
#include "model/program.h"
#include "net/http.h"
#include "json/write.h"

enum {
    DEFAULT_WINDOW = 8,
    ANSWER_BYTES_MAXIMUM = 64 * 1024 * 1024,
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

struct answerer {
    struct chat_settings settings;
    struct program program;
    struct item *items; /* in the order asked */
    size_t count, capacity;
    int64_t next_id;
    size_t careful; /* so many of the first items go one at a time */
    int deaths;
    double last_sign; /* of life */
    struct client_usage usage;
};

static void close_program(void *state)
{
    struct answerer *self = state;
    program_release(&self->program);
    memory_free(self->items);
    memory_free(self);
}

static bool start_child(struct answerer *self, struct error *error)
{
    self->last_sign = clock_seconds();
    for (size_t i = 0; i < self->count; i++)
        self->items[i].is_sent = false;
    return program_start(&self->program, error);
}

static bool open_program(const struct chat_settings *settings, void **state, struct error *error)
{
    if (!settings->command)
        return error_set(error, E_USAGE, "provider command needs --command");
    struct answerer *self = memory_allocate_zeroed(1, sizeof *self);
    self->settings = *settings;
    self->program = (struct program){ .command = settings->command,
                                      .task = "answered everything",
                                      .line_maximum = ANSWER_BYTES_MAXIMUM };
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

static void append_line(const struct answerer *self, const struct chat_question *question, int64_t id,
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
    struct answerer *self = state;
    (void)error;
    self->items = memory_grow(self->items, &self->capacity, self->count + 1, sizeof *self->items);
    struct item *item = &self->items[self->count++];
    *item = (struct item){ .carried = carried, .id = self->next_id++ };
    append_line(self, question, item->id, &carried->request);
    return true;
}

static void remove_item(struct answerer *self, size_t index)
{
    memmove(&self->items[index], &self->items[index + 1], (self->count - index - 1) * sizeof *self->items);
    self->count--;
    if (index < self->careful)
        self->careful--;
}

static void fail(struct answerer *self, size_t index, enum code code, const char *reason, struct chat_carried **carried,
                 struct chat_answer *answer)
{
    *answer = (struct chat_answer){
        .status = CHAT_FAILED, .input_tokens = -1, .output_tokens = -1, .code = code, .reason = reason
    };
    *carried = self->items[index].carried;
    remove_item(self, index);
}

static bool nonsense(const struct answerer *self, const char *what, struct slice line, struct error *error)
{
    return error_set(error, E_PROTOCOL, "the command '%s' answered: %s: %.*s", self->settings.command, what,
                     (int)(line.length < 120 ? line.length : 120), line.bytes ? line.bytes : "");
}

/* The item that an answer belongs to: by its id, or the first one when the program keeps the order and names none. */
static bool find_item(const struct answerer *self, struct json_value root, size_t *index)
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

static bool take_line(struct answerer *self, struct slice line, struct arena *arena, struct chat_carried **carried,
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

/* What was read, line by line, until one brings an answer. */
static bool take_next(struct answerer *self, struct arena *arena, struct chat_carried **carried,
                      struct chat_answer *answer, struct error *error)
{
    struct slice line;
    while (!*carried && program_next_line(&self->program, &line))
        if (!take_line(self, arena_copy(arena, slice_trim(line)), arena, carried, answer, error))
            return false;
    return true;
}

/* The child is gone. What it owed is asked again, unless one alone was under way and was so twice. */
static bool died(struct answerer *self, const char *how, struct arena *arena, struct chat_carried **carried,
                 struct chat_answer *answer, struct error *error)
{
    struct buffer text = { 0 };
    size_t sent = 0, first = 0;
    buffer_append_format(&text, "the command '%s' ended (", self->settings.command);
    if (how)
        buffer_append_string(&text, how);
    else
        program_describe_end(&self->program, &text);
    buffer_append_string(&text, ") before it had ");
    buffer_append_string(&text, self->program.task);
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
static void fill(struct answerer *self)
{
    size_t outstanding = 0, limit = self->careful ? 1 : (size_t)self->settings.client.concurrency;
    for (size_t i = 0; i < self->count; i++)
        outstanding += self->items[i].is_sent;
    for (size_t i = 0; i < self->count && outstanding < limit; i++) {
        if (self->items[i].is_sent)
            continue;
        if (!outstanding)
            self->last_sign = clock_seconds();
        buffer_append_slice(&self->program.unsent, buffer_slice(&self->items[i].carried->request));
        self->items[i].is_sent = true;
        outstanding++;
    }
}

/* Waits a moment for either pipe. */
static bool serve(struct answerer *self, double wait, struct error *error)
{
    int milliseconds = wait >= 0 && wait * 1000 < POLL_MILLISECONDS ? (int)(wait * 1000) : POLL_MILLISECONDS;
    size_t before = self->program.unread.length - self->program.taken;
    bool has_sign;
    if (!program_serve(&self->program, milliseconds, &has_sign, error))
        return false;
    if (self->program.unread.length - self->program.taken > before)
        self->last_sign = clock_seconds();
    return true;
}

static bool receive(void *state, double seconds, struct arena *arena, struct chat_carried **carried,
                    struct chat_answer *answer, struct error *error)
{
    struct answerer *self = state;
    double start = clock_seconds();
    *carried = NULL;
    while (self->count) {
        double left = seconds < 0 ? -1 : seconds - (clock_seconds() - start);
        if (!self->program.child.pid && !start_child(self, error))
            return false;
        fill(self);
        if (!serve(self,
                   seconds < 0 ? -1
                   : left < 0  ? 0
                               : left,
                   error) ||
            !take_next(self, arena, carried, answer, error))
            return false;
        bool is_silent = !*carried && clock_seconds() - self->last_sign > self->settings.client.total_seconds;
        if (is_silent)
            program_stop(&self->program);
        if (!*carried && (self->program.is_at_end || is_silent) &&
            !died(self, is_silent ? "it gave no sign within --timeout" : NULL, arena, carried, answer, error))
            return false;
        if (*carried || (seconds >= 0 && left <= 0))
            return true;
    }
    return true;
}

static size_t room(const void *state)
{
    const struct answerer *self = state;
    size_t window = 2 * (size_t)self->settings.client.concurrency;
    return self->count < window ? window - self->count : 0;
}

static void append_summary(const void *state, struct buffer *json)
{
    const struct answerer *self = state;
    buffer_append_format(json, "\"requests\":%lld", (long long)self->next_id);
    json_append_key(json, SLICE("tokens_in"));
    json_append_integer(json, self->usage.input_tokens);
    json_append_key(json, SLICE("tokens_out"));
    json_append_integer(json, self->usage.output_tokens);
}

const struct chat_transport chat_transport_program = { open_program,   send_question, receive, room,
                                                       append_summary, close_program, NULL };
