/* embedder_server.c - embeddings over HTTP, in the dialect of the server.
 *
 * Texts are packed into requests by count, tokens and bytes. A request that the server refuses (400, 413, 422) is
 * halved down to the one text at fault, which is that text's result. An answer is checked before any of it counts. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "model/embed_dialect.h"
#include "json/write.h"

enum { DEFAULT_CONCURRENCY = 4, WINDOW_ROUNDS = 4, WINDOW_MOST = 16384, SHRINK_TRIES = 24, SLOWEST = 64 };

/* Of what a server says would fit: texts are not equally dense. */
#define SHARE_KEPT 0.95

struct server {
    struct embedder_settings settings;
    const struct embed_dialect *dialect;
    struct client *client;
    char *model; /* NULL: the server's own */
    struct embed_limits limits;
    bool has_answered; /* ever: so what is refused is the text's fault */
    bool knows_limits;
    bool is_plain; /* no base64 */
};

/* Texts [first, first + count) of the job's order; lives in the job's arena. */
struct request {
    size_t first, count;
    int shrinks;
    bool is_plain;
    struct slice shrunk; /* what is left of a single text that is cut */
    struct slice body;
    const char *path;
};

struct work {
    struct server *self;
    const struct embed_job *job;
    size_t next; /* text to be packed */
};

static void close_server(void *state)
{
    struct server *self = state;
    client_close(self->client);
    memory_free(self->model);
    memory_free(self);
}

static bool check_settings(const struct server *self, struct error *error)
{
    const struct embedder_settings *settings = &self->settings;
    const char *name = embed_provider_names[settings->provider];
    if (!settings->url)
        return error_set(error, E_USAGE, "provider %s needs --url (for example http://127.0.0.1:8080)", name);
    if (!settings->model && self->dialect->needs_model)
        return error_set(error, E_USAGE, "provider %s needs --model", name);
    if (settings->batch_size < 0 || settings->batch_size > (int64_t)self->dialect->batch_most)
        return error_set(error, E_USAGE, "--batch-size: %lld is not between 1 and %zu, what provider %s takes",
                         (long long)settings->batch_size, self->dialect->batch_most, name);
    return true;
}

static bool open_server(const struct embedder_settings *settings, void **state, struct embedder_identity *identity,
                        struct error *error)
{
    struct server *self = memory_allocate_zeroed(1, sizeof *self);
    self->settings = *settings;
    self->dialect = embed_dialect_of(settings->provider, settings->model);
    struct client_settings client = { .url = settings->url,
                                      .api_key_environment = settings->api_key_environment,
                                      .api_key_file = settings->api_key_file,
                                      .authorization = self->dialect->authorization,
                                      .service = self->dialect->service,
                                      .concurrency =
                                          settings->concurrency > 0 ? settings->concurrency : DEFAULT_CONCURRENCY,
                                      .requests_per_minute = settings->requests_per_minute,
                                      .tokens_per_minute = settings->tokens_per_minute,
                                      .first_byte_seconds = settings->first_byte_timeout,
                                      .stall_seconds = settings->stall_timeout,
                                      .total_seconds = settings->timeout,
                                      .slowest = SLOWEST,
                                      .max_wait = settings->max_wait,
                                      .retries_424 = self->dialect->retries_424,
                                      .allows_plain_http = settings->allows_plain_http,
                                      .is_offline = settings->is_offline,
                                      .seed = settings->seed,
                                      .notice = settings->notice,
                                      .notice_context = settings->notice_context };
    if (check_settings(self, error))
        self->client = client_open(&client, error);
    if (!self->client) {
        close_server(self);
        return false;
    }
    self->model = settings->model ? memory_copy_string(settings->model) : NULL;
    self->limits = self->dialect->limits;
    if (settings->batch_size)
        self->limits.batch = (size_t)settings->batch_size;
    *state = self;
    identity->model = self->model;
    return true;
}

static bool submit(struct work *work, struct request *request, struct error *error)
{
    struct server *self = work->self;
    const struct embed_job *job = work->job;
    struct embed_question question = { .model = self->model,
                                       .purpose = job->purpose,
                                       .dimension = self->settings.dimension,
                                       .truncates = self->settings.truncates,
                                       .is_plain = self->is_plain,
                                       .texts = request->shrinks ? &request->shrunk : job->texts + request->first,
                                       .count = request->count };
    struct buffer body = { 0 }, path = { 0 };
    int64_t tokens = 0;
    for (size_t i = 0; i < question.count; i++)
        tokens += embed_tokens(question.texts[i]);
    request->is_plain = self->is_plain;
    self->dialect->append_body(&question, &body);
    self->dialect->append_path(&question, &path);
    request->body = arena_copy(job->arena, buffer_slice(&body));
    request->path = arena_copy_string(job->arena, buffer_slice(&path));
    buffer_release(&body);
    buffer_release(&path);
    struct client_request sent = { .path = request->path, .body = request->body, .tokens = tokens, .tag = request };
    return client_submit(self->client, &sent, error);
}

static bool submit_part(struct work *work, size_t first, size_t count, struct error *error)
{
    struct request *request = arena_allocate_zeroed(work->job->arena, 1, sizeof *request);
    request->first = first;
    request->count = count;
    return submit(work, request, error);
}

/* As many texts as fit one request. */
static size_t pack(const struct work *work)
{
    struct embed_load load = { 0 };
    while (work->next + load.count < work->job->count &&
           embed_load_add(&load, &work->self->limits, work->job->texts[work->next + load.count]))
        continue;
    return load.count;
}

/* A server that was not told which model to use says which one it took. */
static void take_model_name(const struct work *work, struct json_value root)
{
    struct slice name;
    struct error ignored;
    if (work->self->model || !json_decode(json_member(root, SLICE("model")), work->job->arena, &name, &ignored) ||
        name.length == 0 || slice_find_byte(name, '\0') < name.length)
        return;
    work->self->model = memory_copy_string(arena_copy_string(work->job->arena, name));
    work->job->identity->model = work->self->model;
}

static bool keep(const struct work *work, size_t first, size_t count, struct error *error)
{
    return !work->job->keep || work->job->keep(work->job->context, first, count, error);
}

static const char *read_answer(const struct work *work, const struct request *request, struct slice body)
{
    const struct embed_job *job = work->job;
    struct json_value root;
    struct error scan;
    struct embed_result **results = arena_allocate(job->arena, (request->count + 1) * sizeof(struct embed_result *));
    if (!json_scan(body, &root, &scan))
        return body.length ? "the answer is not JSON" : "the answer is empty";
    for (size_t i = 0; i < request->count; i++) {
        results[i] = &job->results[request->first + i];
        *results[i] = (struct embed_result){ 0 };
    }
    take_model_name(work, root);
    struct embedder_identity identity = *job->identity;
    const char *fault = embed_answer_read(root, results, request->count, job->arena, &identity);
    if (!fault) {
        *job->identity = identity;
        client_count_usage(work->self->client, client_read_usage(root));
        return NULL;
    }
    struct json_value told = json_member(root, SLICE("error")); /* an error inside a 200 */
    return told.type == JSON_STRING || told.type == JSON_OBJECT
               ? arena_format(job->arena, "an error inside a 200: %s", client_say(work->self->client, body, job->arena))
               : fault;
}

/* 2xx: the vectors count when all of the answer is right; else it is asked for again, and told in the end. */
static bool take_good(struct work *work, struct client_answer *answer, struct error *error)
{
    const struct request *request = answer->tag;
    const char *fault = read_answer(work, request, buffer_slice(&answer->body));
    if (!fault) {
        work->self->has_answered = true;
        return keep(work, request->first, request->count, error);
    }
    for (size_t i = 0; i < request->count; i++)
        work->job->results[request->first + i] = (struct embed_result){ 0 };
    if (client_ask_again(work->self->client, answer))
        return true;
    return error_set(error, E_PROTOCOL, "'%s': %s",
                     client_join_url(work->self->settings.url, request->path, work->job->arena), fault);
}

/* The single text is cut, to what the server says fits or to three quarters, and asked again. */
static bool shrink(struct work *work, struct request *request, const char *says, bool *is_sent, struct error *error)
{
    struct slice text = request->shrinks ? request->shrunk : work->job->texts[request->first];
    double share = embed_limits_share(slice_of_string(says));
    size_t most = share > 0 && share < 1 ? (size_t)((double)text.length * share * SHARE_KEPT) : text.length / 4 * 3;
    size_t length = utf8_cut(text, most);
    *is_sent = work->self->settings.truncates && !work->self->dialect->truncates && request->shrinks < SHRINK_TRIES &&
               length > 0;
    if (!*is_sent)
        return true;
    request->shrunk = slice_of(text.bytes, length);
    request->shrinks++;
    return submit(work, request, error);
}

/* Into halves, or into what the server was heard to take at once. */
static bool split(struct work *work, const struct request *request, struct error *error)
{
    size_t size = (request->count + 1) / 2, batch = work->self->limits.batch;
    if (batch && batch < size)
        size = batch;
    for (size_t done = 0; done < request->count; done += size)
        if (!submit_part(work, request->first + done, request->count - done < size ? request->count - done : size,
                         error))
            return false;
    return true;
}

/* Whether the request itself is what the server does not take; then no text is at fault. */
static bool is_request_wrong(const struct work *work, const struct client_answer *answer, const char *says,
                             struct error *error)
{
    enum code code = work->self->has_answered ? E_NONE : embed_refusal_meaning(slice_of_string(says));
    if (code != E_NONE)
        error_set(error, code, "%s", answer->error.message);
    return code != E_NONE;
}

static bool take_bad(struct work *work, struct client_answer *answer, struct error *error)
{
    struct server *self = work->self;
    struct request *request = answer->tag;
    bool is_refused = answer->outcome == CLIENT_REFUSED, is_sent = false;
    const char *says = client_say(self->client, buffer_slice(&answer->body), work->job->arena);
    if (is_refused && self->dialect->has_base64 && !request->is_plain && !self->has_answered &&
        embed_refusal_of_base64(slice_of_string(says))) {
        self->is_plain = true;
        return submit(work, request, error);
    }
    if (is_refused && is_request_wrong(work, answer, says, error))
        return false;
    embed_limits_learn(slice_of_string(says), &self->limits);
    if (request->count > 1)
        return split(work, request, error);
    if (is_refused && !shrink(work, request, says, &is_sent, error))
        return false;
    if (!is_sent)
        embed_result_fail(&work->job->results[request->first], work->job->arena,
                          is_refused ? E_MODEL_REFUSED : E_UNAVAILABLE, answer->error.message);
    return true;
}

static bool take_answer(struct work *work, struct client_answer *answer, struct error *error)
{
    bool is_good = answer->outcome == CLIENT_ANSWERED ? take_good(work, answer, error) : take_bad(work, answer, error);
    client_answer_release(answer);
    return is_good;
}

/* Some servers tell their limits; what is not told, or a server that has no such path, changes nothing. */
static bool ask_limits(struct server *self, struct error *error)
{
    struct client_request request = { .path = self->dialect->info_path, .is_optional = true };
    struct client_answer answer;
    struct json_value root;
    struct error ignored;
    struct buffer body = { 0 };
    bool has_answer = false;
    if (self->knows_limits || !self->dialect->info_path)
        return true;
    self->knows_limits = true;
    if (self->dialect->info_wants_model) {
        buffer_append_string(&body, "{\"model\":");
        json_append_string(&body, slice_of_string(self->model));
        buffer_append_byte(&body, '}');
        request.body = buffer_slice(&body);
    }
    bool is_good =
        client_submit(self->client, &request, error) && client_next(self->client, -1, &answer, &has_answer, error);
    if (has_answer && answer.outcome == CLIENT_ANSWERED && json_scan(buffer_slice(&answer.body), &root, &ignored)) {
        size_t batch = self->limits.batch;
        embed_limits_read(root, self->dialect->batch_most, &self->limits);
        if (self->settings.batch_size)
            self->limits.batch = batch; /* as the user says */
    }
    if (has_answer)
        client_answer_release(&answer);
    buffer_release(&body);
    return is_good;
}

static bool embed_all(struct work *work, struct error *error)
{
    struct server *self = work->self;
    while (work->next < work->job->count || client_pending(self->client)) {
        struct client_answer answer;
        bool has_answer = false;
        while (work->next < work->job->count && client_room(self->client) > 0) {
            size_t count = pack(work), first = work->next;
            work->next += count;
            if (!submit_part(work, first, count, error))
                return false;
        }
        if (!client_next(self->client, -1, &answer, &has_answer, error) ||
            (has_answer && !take_answer(work, &answer, error)))
            return false;
    }
    return true;
}

static bool embed_server(void *state, const struct embed_job *job, struct error *error)
{
    struct work work = { .self = state, .job = job };
    bool is_good = ask_limits(work.self, error) && embed_all(&work, error);
    if (!is_good)
        client_cancel(work.self->client);
    return is_good;
}

static size_t window_server(const void *state)
{
    const struct server *self = state;
    size_t concurrency =
        self->settings.concurrency > 0 ? (size_t)self->settings.concurrency : (size_t)DEFAULT_CONCURRENCY;
    size_t window = self->limits.batch * concurrency * WINDOW_ROUNDS;
    return window < WINDOW_MOST ? window : WINDOW_MOST;
}

static size_t batch_server(const void *state)
{
    return ((const struct server *)state)->limits.batch;
}

static struct embedder_limits limits_server(const void *state)
{
    const struct embed_limits *limits = &((const struct server *)state)->limits;
    return (struct embedder_limits){ (int64_t)limits->batch, limits->tokens, limits->context };
}

static const struct client_counters *counters_server(const void *state)
{
    return client_counters(((const struct server *)state)->client);
}

const struct embedder_provider embedder_server = { .open = open_server,
                                                   .embed = embed_server,
                                                   .window = window_server,
                                                   .batch = batch_server,
                                                   .limits = limits_server,
                                                   .counters = counters_server,
                                                   .close = close_server };
