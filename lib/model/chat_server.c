/* chat_server.c - questions over HTTP, in the dialect of the service. */
#include "model/chat_transport.h"

#include "base/memory.h"
#include "model/chat_dialect.h"

struct server {
    struct client *client;
    const struct chat_dialect *dialect;
    const char *model;
    struct chat_parameters parameters;
    struct buffer path;
    struct arena arena;
};

static void close_server(void *state)
{
    struct server *self = state;
    client_close(self->client);
    buffer_release(&self->path);
    arena_release(&self->arena);
    memory_free(self);
}

static bool check_settings(const struct chat_settings *settings, struct error *error)
{
    const char *name = chat_provider_names[settings->provider];
    if (!settings->client.url)
        return error_set(error, E_USAGE, "provider %s needs --url", name);
    if (!settings->model && (settings->provider == CHAT_ANTHROPIC || settings->provider == CHAT_BEDROCK))
        return error_set(error, E_USAGE, "provider %s needs --model", name);
    return true;
}

static struct client_settings client_settings_for(const struct chat_settings *settings)
{
    static const struct http_header anthropic_headers[] = { { "anthropic-version", "2023-06-01" } };
    struct client_settings client = settings->client;
    if (settings->provider == CHAT_ANTHROPIC) {
        client.authorization = CLIENT_X_API_KEY;
        client.headers = anthropic_headers;
        client.header_count = 1;
    }
    if (settings->provider == CHAT_BEDROCK) {
        client.authorization = CLIENT_SIGV4;
        client.service = "bedrock";
    }
    return client;
}

/* OpenAI's own service wants max_completion_tokens and refuses both; the older name is what all others know. */
static bool wants_old_limit(const char *url)
{
    struct slice text = slice_of_string(url);
    return slice_find(text, SLICE("api.openai.com")) == text.length &&
           slice_find(text, SLICE(".openai.azure.com")) == text.length;
}

static bool open_server(const struct chat_settings *settings, void **state, struct error *error)
{
    if (!check_settings(settings, error))
        return false;
    struct server *self = memory_allocate_zeroed(1, sizeof *self);
    struct client_settings client = client_settings_for(settings);
    self->dialect = chat_dialect_find(slice_of_string(chat_provider_names[settings->provider]));
    self->model = settings->model;
    self->parameters = settings->parameters;
    self->parameters.names_old_limit = wants_old_limit(client.url);
    self->dialect->append_path(settings->model, &self->path);
    self->client = client_open(&client, error);
    if (!self->client) {
        close_server(self);
        return false;
    }
    *state = self;
    return true;
}

static bool send_question(void *state, const struct chat_question *question, struct chat_carried *carried,
                          struct error *error)
{
    struct server *self = state;
    self->dialect->append_request(&self->parameters, question, self->model, &carried->request);
    struct client_request request = { .path = buffer_string(&self->path),
                                      .body = buffer_slice(&carried->request),
                                      .tokens = carried->tokens,
                                      .tag = carried };
    return client_submit(self->client, &request, error);
}

static void fail(struct chat_answer *answer, enum code code, const char *reason, struct arena *arena)
{
    *answer = (struct chat_answer){ .status = CHAT_FAILED, .input_tokens = -1, .output_tokens = -1, .code = code };
    answer->reason = arena_copy_string(arena, slice_of_string(reason));
}

/* Whether the body is an answer of the dialect. */
static bool read_body(const struct server *self, struct slice body, struct arena *arena, struct chat_answer *answer,
                      struct error *error)
{
    struct json_value root;
    struct error scan;
    *answer = (struct chat_answer){ .input_tokens = -1, .output_tokens = -1 };
    /* The answer outlives the body it came in. */
    if (!json_scan(arena_copy(arena, body), &root, &scan))
        return error_set(error, E_PROTOCOL, "the answer is not JSON");
    return self->dialect->read_answer(root, arena, answer, error);
}

static bool receive(void *state, double seconds, struct arena *arena, struct chat_carried **carried,
                    struct chat_answer *answer, struct error *error)
{
    struct server *self = state;
    *carried = NULL;
    for (;;) {
        struct client_answer raw;
        struct error nonsense;
        bool has_answer;
        if (!client_next(self->client, seconds, &raw, &has_answer, error))
            return false;
        if (!has_answer)
            return true;
        error_reset(&nonsense);
        if (raw.outcome != CLIENT_ANSWERED) {
            fail(answer, raw.error.code, raw.error.message, arena);
        } else if (!read_body(self, buffer_slice(&raw.body), arena, answer, &nonsense)) {
            if (client_ask_again(self->client, &raw))
                continue;
            struct buffer text = { 0 };
            buffer_append_string(&text, nonsense.message);
            client_redact(self->client, &text);
            fail(answer, E_PROTOCOL, buffer_string(&text), arena);
            buffer_release(&text);
        }
        struct client_usage usage = { answer->input_tokens > 0 ? answer->input_tokens : 0,
                                      answer->output_tokens > 0 ? answer->output_tokens : 0 };
        client_count_usage(self->client, usage);
        *carried = raw.tag;
        client_answer_release(&raw);
        return true;
    }
}

static size_t room(const void *state)
{
    return client_room(((const struct server *)state)->client);
}

static void append_summary(const void *state, struct buffer *json)
{
    client_append_summary(client_counters(((const struct server *)state)->client), json);
}

const struct chat_transport chat_transport_server = { open_server,    send_question, receive, room,
                                                      append_summary, close_server,  NULL };
