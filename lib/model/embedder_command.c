/* embedder_command.c - a program of the user's: one long-lived child, JSON lines in, JSON lines out, in the same order.
 *
 * In: {"id":0,"text":"...","type":"document"}. Out, for each: {"embedding":[...]} (numbers, or base64 of little-endian
 * float32), or {"error":"why"} for a text that it cannot embed; an "id" in the answer must be the one asked. The
 * child's stderr is shown. Both pipes are served at once, so a child may answer at any time. */
#include "base/memory.h"
#include "model/embedder_provider.h"
#include "model/program.h"
#include "json/write.h"

enum { DEFAULT_WINDOW = 256, ANSWER_BYTES_MAXIMUM = 16 * 1024 * 1024 };

struct command {
    struct program program;
    char *model;
    size_t window;
    double timeout;
    uint64_t next_id;
    size_t answered; /* by this child */
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
    program_release(&self->program);
    memory_free(self->model);
    memory_free(self);
}

static bool open_command(const struct embedder_settings *settings, void **state, struct embedder_identity *identity,
                         struct error *error)
{
    if (!settings->command)
        return error_set(error, E_USAGE, "provider command needs --command");
    struct command *self = memory_allocate_zeroed(1, sizeof *self);
    self->program = (struct program){ .command = settings->command,
                                      .task = "answered everything",
                                      .line_maximum = ANSWER_BYTES_MAXIMUM };
    self->window = settings->batch_size > 0 ? (size_t)settings->batch_size : DEFAULT_WINDOW;
    self->timeout = settings->timeout > 0 ? settings->timeout : 300;
    if (!program_start(&self->program, error)) {
        close_command(self);
        return false;
    }
    self->model = memory_copy_string(settings->model ? settings->model : "command");
    *state = self;
    identity->model = self->model;
    return true;
}

static void make_lines(struct work *work, enum embed_purpose purpose, const struct slice *texts)
{
    struct buffer *lines = &work->self->program.unsent;
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

static bool nonsense(const struct work *work, const char *what, struct slice line, struct error *error)
{
    return error_set(error, E_PROTOCOL, "the command '%s' answered: %s: %.*s", work->self->program.command, what,
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

static bool take_answers(struct work *work, struct error *error)
{
    struct slice line;
    while (work->answered < work->count)
        if (!program_wait_line(&work->self->program, work->self->timeout, &line, error) ||
            !take_line(work, line, error))
            return false;
    return true;
}

/* A child that died is started anew. */
static bool restart(struct command *self, struct error *error)
{
    struct error cause = *error;
    self->answered = 0;
    if (program_start(&self->program, error))
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
        self->next_id += work.count;
        make_lines(&work, job->purpose, job->texts + done);
        bool is_good = take_answers(&work, error);
        struct error cause = *error;
        if (!keep(job, done, done + work.answered, error))
            return false;
        done += work.answered;
        self->answered += work.answered;
        if (is_good)
            break;
        *error = cause;
        /* Dead with something answered: the next text gets a new child. Dead at once: it would die again. */
        if (self->program.child.pid || self->answered == 0 || !restart(self, error))
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
