/* rerank.c - asks a reranker how well documents answer a query. */
#include "model/rerank.h"

#include <inttypes.h>

#include "base/digest.h"
#include "base/memory.h"
#include "model/program.h"
#include "model/rerank_answer.h"
#include "store/cache.h"
#include "json/write.h"

const char *const rerank_provider_names[] = { "cohere", "jina", "voyage", "tei", "bedrock", "command", NULL };

/* What a service is told, and how. */
struct dialect {
    const char *path;
    int64_t batch_size;
    struct slice texts; /* key of the documents */
    struct slice limit; /* key of how many results are wanted; "": there is none */
    bool needs_model;
};

static const struct dialect dialects[RERANK_PROVIDER_COUNT] = {
    [RERANK_COHERE] = { "/v2/rerank", 1000, SLICE_INIT("documents"), SLICE_INIT("top_n"), true },
    [RERANK_JINA] = { "/v1/rerank", 1000, SLICE_INIT("documents"), SLICE_INIT("top_n"), false },
    [RERANK_VOYAGE] = { "/v1/rerank", 1000, SLICE_INIT("documents"), SLICE_INIT("top_k"), true },
    [RERANK_TEI] = { "/rerank", 32, SLICE_INIT("texts"), SLICE_INIT(""), false },
    [RERANK_BEDROCK] = { "/rerank", 1000, SLICE_INIT(""), SLICE_INIT(""), true },
    [RERANK_COMMAND] = { "", 1000, SLICE_INIT("documents"), SLICE_INIT(""), false },
};

enum { COMMAND_LINE_MAXIMUM = 16 * 1024 * 1024 };

struct reranker {
    struct reranker_settings settings;
    const struct dialect *dialect;
    struct client *client;
    struct program program; /* for RERANK_COMMAND */
    struct cache *cache;    /* NULL: none */
    int64_t next_id;
    char *name;
};

/* Documents [first, first + count) of a call. */
struct job {
    size_t first, count;
    struct slice body;
};

/* What is asked now: documents whose scores are not known. */
struct call {
    struct reranker *self;
    struct slice query;
    struct slice *documents;
    struct cache_key *keys; /* of each; unused without a cache */
    double *scores;
    struct arena *arena;
};

static bool check_settings(const struct reranker_settings *settings, struct error *error)
{
    const char *name = rerank_provider_names[settings->provider];
    if (settings->provider == RERANK_COMMAND)
        return settings->command || error_set(error, E_USAGE, "reranker command needs a program");
    if (!settings->client.url)
        return error_set(error, E_USAGE, "reranker %s needs a URL", name);
    if (!settings->model && dialects[settings->provider].needs_model)
        return error_set(error, E_USAGE, "reranker %s needs the name of a model", name);
    return true;
}

static struct client_settings client_settings_for(const struct reranker_settings *settings)
{
    struct client_settings client = settings->client;
    client.retries_424 = settings->provider == RERANK_TEI;
    if (settings->provider == RERANK_BEDROCK) {
        client.authorization = CLIENT_SIGV4;
        client.service = "bedrock";
    }
    return client;
}

struct reranker *reranker_open(const struct reranker_settings *settings, struct error *error)
{
    if (!check_settings(settings, error))
        return NULL;
    struct reranker *self = memory_allocate_zeroed(1, sizeof *self);
    self->settings = *settings;
    self->dialect = &dialects[settings->provider];
    if (self->settings.batch_size <= 0)
        self->settings.batch_size = self->dialect->batch_size;
    struct buffer name = { 0 };
    buffer_append_format(&name, "%s:%s", rerank_provider_names[settings->provider],
                         settings->model ? settings->model : "");
    self->name = memory_copy_string(buffer_string(&name));
    buffer_release(&name);
    struct client_settings client = client_settings_for(settings);
    struct cache_settings cache = { .folder = settings->cache_folder, .maximum_age = settings->cache_days };
    self->program =
        (struct program){ .command = settings->command, .task = "answered", .line_maximum = COMMAND_LINE_MAXIMUM };
    if (settings->provider != RERANK_COMMAND)
        self->client = client_open(&client, error);
    bool is_good = settings->provider == RERANK_COMMAND || self->client;
    if (is_good && settings->cache_folder) {
        self->cache = digest_load(error) ? cache_open(&cache, error) : NULL;
        is_good = self->cache != NULL;
    }
    if (is_good)
        return self;
    reranker_close(self);
    return NULL;
}

const char *reranker_name(const struct reranker *reranker)
{
    return reranker->name;
}

void reranker_close(struct reranker *reranker)
{
    if (!reranker)
        return;
    client_close(reranker->client);
    cache_close(reranker->cache);
    program_release(&reranker->program);
    memory_free(reranker->name);
    memory_free(reranker);
}

static void append_texts(const struct call *call, const struct job *job, struct buffer *json)
{
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < job->count; i++) {
        if (i)
            buffer_append_byte(json, ',');
        json_append_string(json, call->documents[job->first + i]);
    }
    buffer_append_byte(json, ']');
}

/* Amazon Bedrock wraps every text. */
static void append_bedrock(const struct call *call, const struct job *job, struct buffer *json)
{
    buffer_append_string(json, "{\"queries\":[{\"type\":\"TEXT\",\"textQuery\":{\"text\":");
    json_append_string(json, call->query);
    buffer_append_string(json, "}}],\"sources\":[");
    for (size_t i = 0; i < job->count; i++) {
        buffer_append_string(json, i ? "," : "");
        buffer_append_string(json, "{\"type\":\"INLINE\",\"inlineDocumentSource\":{\"type\":\"TEXT\",\"textDocument\":"
                                   "{\"text\":");
        json_append_string(json, call->documents[job->first + i]);
        buffer_append_string(json, "}}}");
    }
    buffer_append_string(json, "],\"rerankingConfiguration\":{\"type\":\"BEDROCK_RERANKING_MODEL\","
                               "\"bedrockRerankingConfiguration\":{\"modelConfiguration\":{\"modelArn\":");
    json_append_string(json, slice_of_string(call->self->settings.model));
    buffer_append_format(json, "},\"numberOfResults\":%zu}}}", job->count);
}

static void append_plain(const struct call *call, const struct job *job, struct buffer *json)
{
    const struct dialect *dialect = call->self->dialect;
    buffer_append_byte(json, '{');
    if (call->self->settings.provider == RERANK_COMMAND) {
        json_append_key(json, SLICE("id"));
        json_append_integer(json, call->self->next_id);
    }
    if (call->self->settings.model && call->self->settings.provider != RERANK_TEI) {
        json_append_key(json, SLICE("model"));
        json_append_string(json, slice_of_string(call->self->settings.model));
    }
    json_append_key(json, SLICE("query"));
    json_append_string(json, call->query);
    json_append_key(json, dialect->texts);
    append_texts(call, job, json);
    if (dialect->limit.length) {
        json_append_key(json, dialect->limit);
        json_append_integer(json, (int64_t)job->count);
    }
    buffer_append_byte(json, '}');
}

static void make_body(const struct call *call, struct job *job)
{
    struct buffer body = { 0 };
    if (call->self->settings.provider == RERANK_BEDROCK)
        append_bedrock(call, job, &body);
    else
        append_plain(call, job, &body);
    job->body = arena_copy(call->arena, buffer_slice(&body));
    buffer_release(&body);
}

static bool submit(struct call *call, size_t first, size_t count, struct error *error)
{
    struct job *job = arena_allocate_zeroed(call->arena, 1, sizeof *job);
    job->first = first;
    job->count = count;
    make_body(call, job);
    struct client_request request = {
        .path = call->self->dialect->path, .body = job->body, .tokens = (int64_t)job->body.length / 4, .tag = job
    };
    return client_submit(call->self->client, &request, error);
}

/* NULL: the scores are there. */
static const char *read_scores(const struct call *call, const struct job *job, struct slice text)
{
    struct json_value root;
    struct error fault;
    if (!json_scan(text, &root, &fault))
        return "no JSON";
    return rerank_answer_read(root, job->count, call->arena, call->scores + job->first);
}

/* A score that came is written down before it counts. */
static bool keep(const struct call *call, const struct job *job, struct error *error)
{
    struct cache_entry *entries = arena_allocate(call->arena, job->count * sizeof *entries);
    float *values = arena_allocate(call->arena, job->count * sizeof *values);
    for (size_t i = 0; i < job->count; i++) {
        size_t place = job->first + i;
        values[i] = (float)call->scores[place];
        call->scores[place] = (double)values[i];
        entries[i] = (struct cache_entry){ CACHE_RERANK, &call->keys[place],
                                           slice_of((const char *)&values[i], sizeof values[i]) };
    }
    return !call->self->cache || cache_put(call->self->cache, entries, job->count, error);
}

static bool take_answer(struct call *call, struct client_answer *answer, bool *is_asked_again, struct error *error)
{
    const struct job *job = answer->tag;
    bool is_too_much = answer->status == 400 || answer->status == 413 || answer->status == 422;
    if (answer->outcome == CLIENT_REFUSED && is_too_much && job->count > 1)
        return submit(call, job->first, job->count / 2, error) &&
               submit(call, job->first + job->count / 2, job->count - job->count / 2, error);
    if (answer->outcome != CLIENT_ANSWERED) {
        *error = answer->error;
        return false;
    }
    const char *wrong = read_scores(call, job, buffer_slice(&answer->body));
    if (!wrong)
        return keep(call, job, error);
    *is_asked_again = client_ask_again(call->self->client, answer);
    return *is_asked_again || error_set(error, E_PROTOCOL, "the reranker '%s' answered: %s", call->self->name, wrong);
}

static bool ask_server(struct call *call, size_t count, struct error *error)
{
    struct client *client = call->self->client;
    size_t batch = (size_t)call->self->settings.batch_size;
    bool is_good = true;
    for (size_t first = 0; first < count && is_good; first += batch)
        is_good = submit(call, first, count - first < batch ? count - first : batch, error);
    while (is_good && client_pending(client)) {
        struct client_answer answer;
        bool has_answer = false, is_asked_again = false;
        is_good = client_next(client, -1, &answer, &has_answer, error);
        if (!is_good || !has_answer)
            continue;
        is_good = take_answer(call, &answer, &is_asked_again, error);
        if (!is_asked_again)
            client_answer_release(&answer);
    }
    if (!is_good)
        client_cancel(client);
    return is_good;
}

/* NULL: the scores are there. An id that is not the one asked is an answer to something else. */
static const char *read_line(const struct call *call, const struct job *job, struct slice line)
{
    struct json_value root;
    struct error fault;
    struct slice reason;
    int64_t id = 0;
    if (!json_scan(line, &root, &fault))
        return "no JSON";
    struct json_value given = json_member(root, SLICE("id")), refusal = json_member(root, SLICE("error"));
    if (given.type != JSON_MISSING && (!json_integer(given, &id) || id != call->self->next_id))
        return "an 'id' that was not asked";
    if (refusal.type == JSON_STRING && json_decode(refusal, call->arena, &reason, &fault))
        return arena_copy_string(call->arena, reason);
    return rerank_answer_read(root, job->count, call->arena, call->scores + job->first);
}

/* A line, and the next one that comes: what it said too much before is not the answer to this one. */
static bool exchange(struct reranker *self, struct slice line, struct slice *answer, struct error *error)
{
    struct program *program = &self->program;
    double timeout = self->settings.client.total_seconds > 0 ? self->settings.client.total_seconds : 300;
    program->taken = program->unread.length;
    if (program_start(program, error)) {
        buffer_append_slice(&program->unsent, line);
        if (program_wait_line(program, timeout, answer, error))
            return true;
    }
    program_stop(program);
    return false;
}

static bool ask_program(struct call *call, size_t count, struct error *error)
{
    size_t batch = (size_t)call->self->settings.batch_size;
    bool is_good = true;
    for (size_t first = 0; first < count && is_good; first += batch, call->self->next_id++) {
        struct job job = { .first = first, .count = count - first < batch ? count - first : batch };
        struct buffer line = { 0 };
        struct slice answer;
        append_plain(call, &job, &line);
        buffer_append_byte(&line, '\n');
        is_good = exchange(call->self, buffer_slice(&line), &answer, error);
        const char *wrong = is_good ? read_line(call, &job, answer) : NULL;
        if (wrong)
            is_good =
                error_set(error, E_PROTOCOL, "the command '%s' answered: %s", call->self->settings.command, wrong);
        buffer_release(&line);
    }
    return is_good;
}

/* What tells models without a name apart. */
static struct slice place_of(const struct reranker_settings *settings)
{
    return slice_of_string(settings->command ? settings->command : settings->model ? "" : settings->client.url);
}

static bool recall(struct reranker *self, const struct cache_key *key, struct arena *arena, double *score,
                   bool *is_found, struct error *error)
{
    struct slice value;
    float kept = 0;
    if (!cache_get(self->cache, CACHE_RERANK, key, arena, &value, is_found, error))
        return false;
    *is_found = *is_found && value.length == sizeof kept;
    if (*is_found)
        memcpy(&kept, value.bytes, sizeof kept);
    *score = (double)kept;
    return true;
}

/* Fills the call with the documents whose scores are not in the cache, and places with their numbers. */
static bool find_missing(struct call *call, const struct slice *documents, size_t count, double *scores, size_t *places,
                         size_t *missing, struct error *error)
{
    struct reranker *self = call->self;
    struct slice parts[] = { slice_of_string(rerank_provider_names[self->settings.provider]),
                             slice_of_string(self->settings.model), slice_of_string(self->settings.scope),
                             place_of(&self->settings), call->query };
    struct cache_key_prefix prefix = { { 0 } };
    bool is_good = true;
    cache_key_prefix_make(CACHE_RERANK, parts, sizeof parts / sizeof *parts, &prefix);
    *missing = 0;
    for (size_t i = 0; i < count && is_good; i++) {
        bool is_found = false;
        if (self->cache) {
            cache_key_finish(&prefix, documents[i], &call->keys[*missing]);
            is_good = recall(self, &call->keys[*missing], call->arena, &scores[i], &is_found, error);
        }
        if (is_found)
            continue;
        call->documents[*missing] = documents[i];
        places[(*missing)++] = i;
    }
    cache_key_prefix_release(&prefix);
    return is_good;
}

bool reranker_score(struct reranker *reranker, struct slice query, const struct slice *documents, size_t count,
                    struct arena *arena, double *scores, struct error *error)
{
    struct call call = { .self = reranker, .query = query, .arena = arena };
    size_t missing = 0, *places = arena_allocate(arena, (count + 1) * sizeof *places);
    call.documents = arena_allocate(arena, (count + 1) * sizeof *call.documents);
    call.keys = arena_allocate(arena, (count + 1) * sizeof *call.keys);
    call.scores = arena_allocate_zeroed(arena, count + 1, sizeof *call.scores);
    if (!find_missing(&call, documents, count, scores, places, &missing, error))
        return false;
    if (missing && !(reranker->client == NULL ? ask_program(&call, missing, error) : ask_server(&call, missing, error)))
        return false;
    for (size_t i = 0; i < missing; i++)
        scores[places[i]] = call.scores[i];
    return true;
}
