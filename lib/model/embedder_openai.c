/* embedder_openai.c - POST /v1/embeddings, as OpenAI's API has it and most servers speak it.
 *
 * Asks for base64 (5.3 bytes a number instead of about 20) and reads either form. Answers are placed by their index,
 * never by their order. */
#include <stdlib.h>

#include "base/memory.h"
#include "model/embedder_provider.h"
#include "net/http.h"
#include "stream/files.h"
#include "json/write.h"

enum { DEFAULT_BATCH = 64, DEFAULT_CONCURRENCY = 4, BATCH_MAXIMUM = 2048, KEY_BYTES_MAXIMUM = 16 * 1024 };

struct openai {
    struct embedder_settings settings;
    struct http_client *http;
    char *url;
    char *model;                 /* NULL: the server's own */
    struct buffer authorization; /* "Bearer KEY"; empty: none */
    size_t batch_size, concurrency;
};

/* One request: texts [first, first + count). Lives in the arena of the call, so one that is cut off leaks nothing. */
struct request {
    size_t first, count;
    struct slice body;
};

/* What one call of embed works on. */
struct work {
    struct openai *self;
    const struct slice *texts;
    struct embed_result *results;
    struct arena *arena;
    struct embedder_identity *identity;
};

/* Up to /v1 is enough: what is missing is put behind it. */
static char *complete_url(const char *url)
{
    struct slice base = slice_of_string(url);
    while (base.length && base.bytes[base.length - 1] == '/')
        base.length--;
    struct buffer whole = { 0 };
    buffer_append_slice(&whole, base);
    if (!slice_ends_with(base, SLICE("/embeddings"))) {
        if (!slice_ends_with(base, SLICE("/v1")))
            buffer_append_string(&whole, "/v1");
        buffer_append_string(&whole, "/embeddings");
    }
    char *result = memory_copy_string(buffer_string(&whole));
    buffer_release(&whole);
    return result;
}

static bool load_key(struct openai *self, struct error *error)
{
    const struct embedder_settings *settings = &self->settings;
    struct buffer text = { 0 };
    struct slice key = { 0 };
    if (settings->api_key_file) {
        if (!file_read(settings->api_key_file, KEY_BYTES_MAXIMUM, "a key file", &text, error))
            return false;
        key = slice_trim(buffer_slice(&text));
    } else {
        const char *name = settings->api_key_environment ? settings->api_key_environment : "OPENAI_API_KEY";
        key = slice_trim(slice_of_string(getenv(name)));
        if (!key.length && settings->api_key_environment)
            return error_set(error, E_UNAVAILABLE, "--api-key-env: the environment has no '%s'", name);
    }
    bool is_clean = true;
    for (size_t i = 0; i < key.length; i++)
        is_clean &= key.bytes[i] > ' ' && key.bytes[i] < 0x7f;
    if (key.length && is_clean) {
        buffer_append_string(&self->authorization, "Bearer ");
        buffer_append_slice(&self->authorization, key);
    }
    buffer_release(&text);
    if (!is_clean)
        return error_set(error, E_USAGE, "the API key holds white space or control bytes");
    bool is_plain = strncmp(self->url, "http://", 7) == 0 && !http_is_loopback(self->url);
    if (key.length && is_plain && !settings->allows_plain_http)
        return error_set(error, E_USAGE,
                         "an API key would go to another host unencrypted; use https, or --allow-plain-http");
    return true;
}

static void close_openai(void *state)
{
    struct openai *self = state;
    http_close(self->http);
    if (self->authorization.bytes)
        memset(self->authorization.bytes, 0, self->authorization.capacity);
    buffer_release(&self->authorization);
    memory_free(self->url);
    memory_free(self->model);
    memory_free(self);
}

static bool check_settings(const struct embedder_settings *settings, struct error *error)
{
    if (!settings->url)
        return error_set(error, E_USAGE, "provider openai needs --url (for example http://127.0.0.1:8080)");
    if (settings->batch_size < 0 || settings->batch_size > BATCH_MAXIMUM)
        return error_set(error, E_USAGE, "--batch-size: %lld is not between 1 and %d", (long long)settings->batch_size,
                         BATCH_MAXIMUM);
    if (settings->is_offline)
        return error_set(error, E_UNAVAILABLE, "--offline forbids the request to '%s'", settings->url);
    return true;
}

static bool open_openai(const struct embedder_settings *settings, void **state, struct embedder_identity *identity,
                        struct error *error)
{
    if (!check_settings(settings, error))
        return false;
    struct openai *self = memory_allocate_zeroed(1, sizeof *self);
    self->settings = *settings;
    self->url = complete_url(settings->url);
    self->model = settings->model ? memory_copy_string(settings->model) : NULL;
    self->batch_size = settings->batch_size ? (size_t)settings->batch_size : DEFAULT_BATCH;
    self->concurrency = settings->concurrency > 0 ? (size_t)settings->concurrency : DEFAULT_CONCURRENCY;
    struct http_settings http = { .concurrency = (int64_t)self->concurrency, .total_seconds = settings->timeout };
    if (load_key(self, error))
        self->http = http_open(&http, error);
    if (!self->http) {
        close_openai(self);
        return false;
    }
    *state = self;
    identity->model = self->model;
    return true;
}

static void make_body(const struct work *work, struct request *request)
{
    struct buffer built = { 0 }, *body = &built;
    buffer_append_byte(body, '{');
    if (work->self->model) {
        json_append_key(body, SLICE("model"));
        json_append_string(body, slice_of_string(work->self->model));
    }
    json_append_key(body, SLICE("input"));
    buffer_append_byte(body, '[');
    for (size_t i = 0; i < request->count; i++) {
        if (i)
            buffer_append_byte(body, ',');
        json_append_string(body, work->texts[request->first + i]);
    }
    buffer_append_byte(body, ']');
    json_append_key(body, SLICE("encoding_format"));
    json_append_string(body, SLICE("base64"));
    if (work->self->settings.dimension) {
        json_append_key(body, SLICE("dimensions"));
        json_append_integer(body, work->self->settings.dimension);
    }
    buffer_append_byte(body, '}');
    request->body = arena_copy(work->arena, buffer_slice(body));
    buffer_release(body);
}

static bool start_request(const struct work *work, size_t first, size_t count, struct error *error)
{
    struct request *request = arena_allocate_zeroed(work->arena, 1, sizeof *request);
    request->first = first;
    request->count = count;
    make_body(work, request);
    struct http_header headers[2] = { { "Content-Type", "application/json" },
                                      { "Authorization", buffer_string(&work->self->authorization) } };
    struct http_request http = { .method = "POST",
                                 .url = work->self->url,
                                 .body = request->body,
                                 .headers = headers,
                                 .header_count = work->self->authorization.length ? 2 : 1,
                                 .tag = request };
    return http_start(work->self->http, &http, error);
}

/* {error:{message}} | {error:"..."} | {message} | {detail}: whatever the server says, shortened. */
static struct slice server_message(struct json_value root, struct arena *arena)
{
    static const char *const names[] = { "error", "message", "detail" };
    struct error ignored;
    struct slice text = { 0 };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct json_value value = json_member(root, slice_of_string(names[i]));
        if (value.type == JSON_OBJECT)
            value = json_member(value, SLICE("message"));
        if (value.type == JSON_STRING && json_decode(value, arena, &text, &ignored))
            return slice_between(text, 0, 300);
    }
    return text;
}

/* A server may send the key back; no message of ours shows it. */
static bool holds_key(const struct openai *self, struct slice text)
{
    struct slice key = slice_from(buffer_slice(&self->authorization), 7);
    return key.length && slice_find(text, key) < text.length;
}

static bool refuse(const struct work *work, const struct http_answer *answer, struct error *error)
{
    struct json_value root;
    struct error ignored;
    struct slice text = { 0 };
    if (json_scan(buffer_slice(&answer->body), &root, &ignored))
        text = server_message(root, work->arena);
    if (holds_key(work->self, text))
        text = SLICE("(the message holds the API key and is not shown)");
    enum code code = answer->status == 429 || answer->status >= 500 || answer->status == 401 || answer->status == 403 ||
                             answer->status == 404 || answer->status == 408
                         ? E_UNAVAILABLE
                         : E_PROTOCOL;
    return error_set(error, code, "'%s' answered %d%s%.*s", work->self->url, answer->status, text.length ? ": " : "",
                     (int)text.length, text.bytes);
}

static bool nonsense(const struct work *work, const char *what, struct error *error)
{
    return error_set(error, E_PROTOCOL, "'%s': %s", work->self->url, what);
}

/* A server that was not told which model to use says which one it took. */
static void take_model_name(const struct work *work, struct json_value root)
{
    struct slice name;
    struct error ignored;
    if (work->self->model || !json_decode(json_member(root, SLICE("model")), work->arena, &name, &ignored) ||
        name.length == 0 || slice_find_byte(name, '\0') < name.length)
        return;
    work->self->model = memory_copy_string(arena_copy_string(work->arena, name));
    work->identity->model = work->self->model;
}

static bool read_answer(const struct work *work, const struct request *request, struct slice body, struct error *error)
{
    struct json_value root;
    struct error scan;
    if (!json_scan(body, &root, &scan))
        return nonsense(work, "the answer is not JSON", error);
    take_model_name(work, root);
    struct json_value data = json_member(root, SLICE("data"));
    if (data.type != JSON_ARRAY)
        return nonsense(work, "the answer has no array 'data'", error);
    struct json_iterator each = json_iterate(data);
    struct json_field field;
    size_t seen = 0;
    while (json_next(&each, &field)) {
        int64_t index = (int64_t)seen;
        struct json_value given = json_member(field.value, SLICE("index"));
        if (given.type != JSON_MISSING && !json_integer(given, &index))
            return nonsense(work, "an 'index' is no integer", error);
        if (index < 0 || (size_t)index >= request->count || work->results[request->first + (size_t)index].vector)
            return nonsense(work, "an 'index' is out of range or stands twice", error);
        const char *fault =
            embed_result_read(&work->results[request->first + (size_t)index],
                              json_member(field.value, SLICE("embedding")), work->arena, work->identity);
        if (fault)
            return nonsense(work, fault, error);
        seen++;
    }
    if (seen == request->count)
        return true;
    error_set(error, E_PROTOCOL, "'%s': %zu embeddings came for %zu texts", work->self->url, seen, request->count);
    return false;
}

static bool take_answer(const struct work *work, struct http_answer *answer, struct error *error)
{
    struct request *request = answer->tag;
    bool is_good;
    if (answer->status == 0) {
        is_good = error_set(error, answer->error.code, "'%s': %s", work->self->url, answer->error.message);
    } else if (answer->status != 200) {
        is_good = refuse(work, answer, error);
    } else {
        is_good = read_answer(work, request, buffer_slice(&answer->body), error);
    }
    http_answer_release(answer);
    return is_good;
}

/* After a failure: what is under way is cut off, since its texts are about to go. */
static void drain(struct openai *self)
{
    struct http_settings http = { .concurrency = (int64_t)self->concurrency, .total_seconds = self->settings.timeout };
    struct error ignored;
    http_close(self->http);
    self->http = http_open(&http, &ignored);
}

static bool embed_openai(void *state, enum embed_purpose purpose, const struct slice *texts, size_t count,
                         struct arena *arena, struct embed_result *results, struct embedder_identity *identity,
                         struct error *error)
{
    (void)purpose;
    struct work work = { state, texts, results, arena, identity };
    size_t next = 0;
    bool is_good = true;
    while (is_good && (next < count || http_count(work.self->http))) {
        while (is_good && next < count && http_count(work.self->http) < work.self->concurrency) {
            size_t texts_now = count - next < work.self->batch_size ? count - next : work.self->batch_size;
            is_good = start_request(&work, next, texts_now, error);
            next += texts_now;
        }
        struct http_answer answer;
        bool has_answer = false;
        is_good = is_good && http_next(work.self->http, -1, &answer, &has_answer, error);
        if (has_answer)
            is_good = take_answer(&work, &answer, error);
    }
    if (!is_good)
        drain(work.self);
    return is_good;
}

static size_t window_openai(const void *state)
{
    const struct openai *self = state;
    return self->batch_size * self->concurrency;
}

const struct embedder_provider embedder_openai = { open_openai, embed_openai, window_openai, close_openai };
