/* chat_batch.c - a transport that writes questions into a file, and the reader of what comes back. */
#include "model/chat_batch.h"

#include "base/base64.h"
#include "base/memory.h"
#include "model/chat_dialect.h"
#include "model/chat_transport.h"
#include "stream/lines.h"
#include "stream/output.h"
#include "json/write.h"

enum { ID_LENGTH = CHAT_BATCH_ID_BYTES - 1, KEY_BYTES = 32 };

void chat_batch_id(const struct cache_key *key, char id[CHAT_BATCH_ID_BYTES])
{
    struct buffer text = { 0 };
    base64_append(&text, slice_of((const char *)key->bytes, KEY_BYTES));
    for (size_t i = 0; i < ID_LENGTH; i++)
        id[i] = text.bytes[i] == '+' ? '-' : text.bytes[i] == '/' ? '_' : text.bytes[i];
    id[ID_LENGTH] = '\0';
    buffer_release(&text);
}

static bool read_id(struct slice id, struct cache_key *key)
{
    char text[ID_LENGTH], bytes[KEY_BYTES + 4];
    size_t length;
    if (id.length != ID_LENGTH)
        return false;
    for (size_t i = 0; i < ID_LENGTH; i++)
        text[i] = id.bytes[i] == '-' ? '+' : id.bytes[i] == '_' ? '/' : id.bytes[i];
    if (!base64_decode(slice_of(text, ID_LENGTH), bytes, &length) || length != KEY_BYTES)
        return false;
    memcpy(key->bytes, bytes, KEY_BYTES);
    return true;
}

/* What each service takes in one file. */
static const struct {
    int64_t requests, bytes;
} limits[CHAT_PROVIDER_COUNT] = { [CHAT_OPENAI] = { 50000, 200 * 1000 * 1000 },
                                  [CHAT_ANTHROPIC] = { 100000, 256 * 1000 * 1000 },
                                  [CHAT_BEDROCK] = { 50000, 1000 * 1000 * 1000 } };

struct writer {
    struct chat_settings settings;
    const struct chat_dialect *dialect;
    struct output *output; /* NULL: results are only read */
    int64_t count;
    struct map written;            /* ids: the service wants each once */
    struct chat_carried **waiting; /* written, and to be told so */
    size_t waiting_count, waiting_capacity;
};

static void close_writer(void *state)
{
    struct writer *self = state;
    output_close(self->output);
    map_release(&self->written);
    memory_free(self->waiting);
    memory_free(self);
}

static bool open_writer(const struct chat_settings *settings, void **state, struct error *error)
{
    const struct output_settings private_file = { .is_private = true };
    if (!limits[settings->provider].requests)
        return error_set(error, E_USAGE, "batch files are for providers openai, anthropic and bedrock");
    if (!settings->model && settings->provider != CHAT_BEDROCK)
        return error_set(error, E_USAGE, "a batch file needs --model");
    struct writer *self = memory_allocate_zeroed(1, sizeof *self);
    self->settings = *settings;
    self->dialect = chat_dialect_find(slice_of_string(chat_provider_names[settings->provider]));
    if (settings->batch_requests) {
        self->output = output_open(settings->batch_requests, &private_file, error);
        if (!self->output) {
            close_writer(self);
            return false;
        }
    }
    *state = self;
    return true;
}

static void append_request(const struct writer *self, const struct chat_question *question, const char *id,
                           struct buffer *line)
{
    struct chat_parameters parameters = self->settings.parameters;
    bool is_anthropic = self->settings.provider == CHAT_ANTHROPIC, is_bedrock = self->settings.provider == CHAT_BEDROCK;
    parameters.names_old_limit = false;
    if (is_anthropic)
        buffer_append_string(line, self->count ? ",\n" : "{\"requests\":[\n");
    buffer_append_byte(line, '{');
    json_append_key(line, is_bedrock ? SLICE("recordId") : SLICE("custom_id"));
    json_append_string(line, slice_of_string(id));
    if (self->settings.provider == CHAT_OPENAI)
        buffer_append_string(line, ",\"method\":\"POST\",\"url\":\"/v1/chat/completions\"");
    json_append_key(line, is_bedrock ? SLICE("modelInput") : is_anthropic ? SLICE("params") : SLICE("body"));
    self->dialect->append_request(&parameters, question, self->settings.model, line);
    buffer_append_string(line, is_anthropic ? "}" : "}\n");
}

static bool send_question(void *state, const struct chat_question *question, struct chat_carried *carried,
                          struct error *error)
{
    struct writer *self = state;
    self->waiting =
        memory_grow(self->waiting, &self->waiting_capacity, self->waiting_count + 1, sizeof(struct chat_carried *));
    self->waiting[self->waiting_count++] = carried;
    bool is_new = true;
    if (self->output)
        map_insert(&self->written, slice_of_string(carried->id), &is_new);
    if (!self->output || !is_new)
        return true;
    append_request(self, question, carried->id, &carried->request);
    if (self->count >= limits[self->settings.provider].requests ||
        output_position(self->output) + (int64_t)carried->request.length > limits[self->settings.provider].bytes)
        return error_set(error, E_LIMIT,
                         "'%s' is full at %lld requests, as many as the service takes in one file; split the input",
                         self->settings.batch_requests, (long long)self->count);
    self->count++;
    return output_write(self->output, buffer_slice(&carried->request), error);
}

static bool receive(void *state, double seconds, struct arena *arena, struct chat_carried **carried,
                    struct chat_answer *answer, struct error *error)
{
    struct writer *self = state;
    (void)seconds;
    (void)arena;
    (void)error;
    *carried = NULL;
    if (!self->waiting_count)
        return true;
    *carried = self->waiting[0];
    memmove(self->waiting, self->waiting + 1, --self->waiting_count * sizeof(struct chat_carried *));
    *answer = (struct chat_answer){ .status = CHAT_FAILED, .input_tokens = -1, .output_tokens = -1 };
    answer->code = self->output ? E_NONE : E_ANSWER_MISSING;
    answer->reason = self->output ? "the question is in the batch file" : "the batch results hold no answer to it";
    return true;
}

static bool finish(void *state, struct error *error)
{
    struct writer *self = state;
    bool is_anthropic = self->settings.provider == CHAT_ANTHROPIC;
    if (!self->output)
        return true;
    return (!is_anthropic ||
            output_write(self->output, self->count ? SLICE("\n]}\n") : SLICE("{\"requests\":[]}\n"), error)) &&
           output_commit(self->output, error);
}

static size_t room(const void *state)
{
    (void)state;
    return 1;
}

static void append_summary(const void *state, struct buffer *json)
{
    buffer_append_format(json, "\"batched\":%lld", (long long)((const struct writer *)state)->count);
}

const struct chat_transport chat_transport_batch = { open_writer,    send_question, receive, room,
                                                     append_summary, close_writer,  finish };

struct reading {
    struct cache *cache;
    struct chat_batch_results *results;
    const char *file;
};

static struct slice message_of(struct json_value fault, struct arena *arena)
{
    static const char *const names[] = { "message", "errorMessage", "type", "code" };
    struct slice text = { 0 };
    for (size_t i = 0; i < 4 && !text.length; i++)
        text = chat_read_text(fault, slice_of_string(names[i]), arena);
    struct json_value inner = json_member(fault, SLICE("error"));
    return text.length && inner.type != JSON_OBJECT ? text
           : inner.type == JSON_OBJECT              ? message_of(inner, arena)
                                                    : text;
}

static void add_failure(struct reading *reading, struct slice id, struct slice message)
{
    struct map_entry *entry = map_insert(&reading->results->failed, id, NULL);
    entry->value = reading->results->messages.length;
    buffer_append_slice(&reading->results->messages, message.length ? message : SLICE("failed in the service"));
    buffer_append_byte(&reading->results->messages, '\0');
    reading->results->failures++;
}

/* Where the answer stands in a line, and in which dialect; NULL: it failed, and fault says why. */
static const struct chat_dialect *find_body(struct json_value root, struct json_value *body, struct json_value *fault,
                                            struct arena *arena)
{
    struct json_value result = json_member(root, SLICE("result")), response = json_member(root, SLICE("response"));
    int64_t status = 0;
    if (result.type == JSON_OBJECT) {
        *body = json_member(result, SLICE("message"));
        *fault = json_member(result, SLICE("error"));
        if (fault->type == JSON_MISSING)
            *fault = result;
        bool is_good = slice_equal(chat_read_text(result, SLICE("type"), arena), SLICE("succeeded"));
        return is_good ? &chat_dialect_anthropic : NULL;
    }
    *fault = json_member(root, SLICE("error"));
    *body = json_member(root, SLICE("modelOutput"));
    if (body->type == JSON_OBJECT)
        return &chat_dialect_bedrock;
    *body = json_member(response, SLICE("body"));
    if (fault->type != JSON_OBJECT)
        *fault = *body;
    bool is_good = json_integer(json_member(response, SLICE("status_code")), &status) && status == 200;
    return is_good ? &chat_dialect_openai : NULL;
}

static bool take_result(struct reading *reading, struct json_value root, struct arena *arena, struct error *error)
{
    struct slice id = chat_read_text(root, SLICE("custom_id"), arena);
    struct cache_key key;
    struct json_value body, fault;
    struct chat_answer answer = { .input_tokens = -1, .output_tokens = -1 };
    if (!id.length)
        id = chat_read_text(root, SLICE("recordId"), arena);
    if (!read_id(id, &key))
        return error_set(error, E_DATA, "not a result of a batch that garner wrote: its id is '%.*s'",
                         (int)(id.length < 80 ? id.length : 80), id.bytes ? id.bytes : "");
    const struct chat_dialect *dialect = find_body(root, &body, &fault, arena);
    struct error nonsense;
    if (!dialect || !dialect->read_answer(body, arena, &answer, &nonsense)) {
        add_failure(reading, id, dialect ? slice_of_string(nonsense.message) : message_of(fault, arena));
        return true;
    }
    struct buffer json = { 0 };
    chat_append_answer(&answer, &json);
    struct cache_entry entry = { CACHE_CHAT, &key, buffer_slice(&json) };
    bool is_good = cache_put(reading->cache, &entry, 1, error);
    reading->results->answers++;
    buffer_release(&json);
    return is_good;
}

static bool read_line(void *context, struct slice line, int64_t number, struct error *error)
{
    struct reading *reading = context;
    struct arena arena = { 0 };
    struct json_value root;
    bool is_good = json_scan(line, &root, error) && take_result(reading, root, &arena, error);
    if (!is_good)
        error_place(error, reading->file, number, 0);
    arena_release(&arena);
    return is_good;
}

bool chat_batch_read(const char *file, struct cache *cache, struct chat_batch_results *results, struct error *error)
{
    struct reading reading = { cache, results, file };
    struct input *input = input_open(file, NULL, error);
    if (!input)
        return false;
    struct lines *lines = lines_create(input, 0);
    bool is_good = lines_visit(lines, read_line, &reading, error);
    lines_close(lines);
    return is_good && cache_commit(cache, error);
}

void chat_batch_results_release(struct chat_batch_results *results)
{
    map_release(&results->failed);
    buffer_release(&results->messages);
}
