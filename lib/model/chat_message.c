/* chat_message.c - messages and answers as JSON of our own. */
#include "model/chat_message.h"

#include "json/write.h"

const char *const chat_role_names[] = { "system", "user", "assistant", NULL };

static const struct {
    const char *name;
    enum code code;
    const char *reason;
} statuses[] = {
    [CHAT_COMPLETE] = { "complete", E_NONE, NULL },
    [CHAT_TRUNCATED] = { "truncated", E_ANSWER_TRUNCATED, "the answer was cut at the limit of tokens" },
    [CHAT_FILTERED] = { "filtered", E_ANSWER_FILTERED, "the service's filter kept the answer back" },
    [CHAT_REFUSED] = { "refused", E_ANSWER_REFUSED, "the model refused to answer" },
    [CHAT_UNUSABLE] = { "unusable", E_ANSWER_UNUSABLE, "the answer did not end as an answer does" },
};
enum { STATUS_COUNT = sizeof statuses / sizeof *statuses };

static void append_schema(const struct chat_parameters *parameters, struct buffer *json)
{
    if (!parameters->schema.length)
        return;
    json_append_key(json, SLICE("schema"));
    buffer_append_slice(json, parameters->schema);
}

static void append_stops(const struct chat_parameters *parameters, struct buffer *json)
{
    if (!parameters->stop_count)
        return;
    json_append_key(json, SLICE("stop"));
    for (size_t i = 0; i < parameters->stop_count; i++) {
        buffer_append_byte(json, i ? ',' : '[');
        json_append_string(json, slice_of_string(parameters->stops[i]));
    }
    buffer_append_byte(json, ']');
}

void chat_append_canonical(const struct chat_parameters *parameters, const struct chat_message *messages, size_t count,
                           struct buffer *json)
{
    buffer_append_byte(json, '{');
    if (parameters->maximum_tokens) {
        json_append_key(json, SLICE("max_tokens"));
        json_append_integer(json, parameters->maximum_tokens);
    }
    json_append_key(json, SLICE("messages"));
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_append_string(json, i ? ",{" : "{");
        json_append_key(json, SLICE("content"));
        json_append_string(json, messages[i].text);
        json_append_key(json, SLICE("role"));
        json_append_string(json, slice_of_string(chat_role_names[messages[i].role]));
        buffer_append_byte(json, '}');
    }
    buffer_append_byte(json, ']');
    append_schema(parameters, json);
    if (parameters->has_seed) {
        json_append_key(json, SLICE("seed"));
        json_append_integer(json, parameters->seed);
    }
    append_stops(parameters, json);
    if (parameters->temperature >= 0) {
        json_append_key(json, SLICE("temperature"));
        json_append_double(json, parameters->temperature);
    }
    if (parameters->top_p >= 0) {
        json_append_key(json, SLICE("top_p"));
        json_append_double(json, parameters->top_p);
    }
    buffer_append_byte(json, '}');
}

static void append_text(struct buffer *json, struct slice key, struct slice text)
{
    if (!text.length)
        return;
    json_append_key(json, key);
    json_append_string(json, text);
}

void chat_append_answer(const struct chat_answer *answer, struct buffer *json)
{
    ENSURE(answer->status != CHAT_FAILED);
    buffer_append_byte(json, '{');
    json_append_key(json, SLICE("status"));
    json_append_string(json, slice_of_string(statuses[answer->status].name));
    json_append_key(json, SLICE("text"));
    json_append_string(json, answer->text);
    append_text(json, SLICE("finish_reason"), answer->finish_reason);
    append_text(json, SLICE("model"), answer->model);
    append_text(json, SLICE("fingerprint"), answer->fingerprint);
    json_append_key(json, SLICE("input_tokens"));
    json_append_integer(json, answer->input_tokens);
    json_append_key(json, SLICE("output_tokens"));
    json_append_integer(json, answer->output_tokens);
    buffer_append_byte(json, '}');
}

void chat_explain(struct chat_answer *answer, struct arena *arena)
{
    if (answer->status == CHAT_FAILED)
        return;
    answer->code = statuses[answer->status].code;
    answer->reason = statuses[answer->status].reason;
    if (answer->status == CHAT_REFUSED && answer->text.length)
        answer->reason = arena_format(arena, "the model refused to answer: %.*s",
                                      (int)(answer->text.length < 200 ? answer->text.length : 200), answer->text.bytes);
    if (answer->status == CHAT_UNUSABLE)
        answer->reason =
            arena_format(arena, "the answer ended by '%.*s', expected a plain end", (int)answer->finish_reason.length,
                         answer->finish_reason.bytes ? answer->finish_reason.bytes : "");
}

static bool read_member(struct json_value root, struct slice key, struct arena *arena, struct slice *text)
{
    struct error ignored;
    struct json_value value = json_member(root, key);
    *text = (struct slice){ 0 };
    return value.type == JSON_MISSING || json_decode(value, arena, text, &ignored);
}

static bool read_status(struct slice name, enum chat_status *status)
{
    for (size_t i = 0; i < STATUS_COUNT; i++)
        if (slice_equal(name, slice_of_string(statuses[i].name))) {
            *status = (enum chat_status)i;
            return true;
        }
    return false;
}

bool chat_read_answer(struct slice json, struct arena *arena, struct chat_answer *answer, struct error *error)
{
    struct json_value root;
    struct slice status;
    *answer = (struct chat_answer){ 0 };
    if (json_scan(json, &root, error) && root.type == JSON_OBJECT &&
        read_member(root, SLICE("status"), arena, &status) && read_status(status, &answer->status) &&
        read_member(root, SLICE("text"), arena, &answer->text) &&
        read_member(root, SLICE("finish_reason"), arena, &answer->finish_reason) &&
        read_member(root, SLICE("model"), arena, &answer->model) &&
        read_member(root, SLICE("fingerprint"), arena, &answer->fingerprint) &&
        json_integer(json_member(root, SLICE("input_tokens")), &answer->input_tokens) &&
        json_integer(json_member(root, SLICE("output_tokens")), &answer->output_tokens)) {
        chat_explain(answer, arena);
        return true;
    }
    return error_set(error, E_DATA, "a stored answer cannot be read");
}

static bool read_role(struct json_value message, struct arena *arena, enum chat_role *role, struct error *error)
{
    struct slice name;
    struct json_value value = json_member(message, SLICE("role"));
    if (value.type != JSON_STRING)
        return error_set(error, value.type == JSON_MISSING ? E_FIELD_MISSING : E_FIELD_TYPE,
                         "the role of a message is %s, expected a string", json_type_phrase(value.type));
    if (!json_decode(value, arena, &name, error))
        return false;
    for (size_t i = 0; i < CHAT_ROLE_COUNT; i++)
        if (slice_equal(name, slice_of_string(chat_role_names[i]))) {
            *role = (enum chat_role)i;
            return true;
        }
    *role = CHAT_SYSTEM;
    return slice_equal(name, SLICE("developer")) ||
           error_set(error, E_FIELD_VALUE, "a message has the role '%.*s', expected system, user or assistant",
                     (int)name.length, name.bytes);
}

/* A string, or the text parts of a list, one after the other. */
static bool read_content(struct json_value content, struct arena *arena, struct slice *text, struct error *error)
{
    if (content.type == JSON_STRING)
        return json_decode(content, arena, text, error);
    if (content.type != JSON_ARRAY)
        return error_set(error, content.type == JSON_MISSING ? E_FIELD_MISSING : E_FIELD_TYPE,
                         "the content of a message is %s, expected a string", json_type_phrase(content.type));
    struct json_iterator each = json_iterate(content);
    struct json_field part;
    struct buffer whole = { 0 };
    bool is_good = true;
    while (is_good && json_next(&each, &part)) {
        struct json_value value = json_member(part.value, SLICE("text"));
        struct slice piece = { 0 };
        is_good = value.type == JSON_STRING
                      ? json_decode(value, arena, &piece, error)
                      : error_set(error, E_FIELD_TYPE, "a part of a message is no text, and only text is sent");
        buffer_append_slice(&whole, piece);
    }
    *text = arena_copy(arena, buffer_slice(&whole));
    buffer_release(&whole);
    return is_good;
}

bool chat_read_messages(struct json_value list, struct arena *arena, struct chat_message **messages, size_t *count,
                        struct error *error)
{
    struct json_field field;
    size_t capacity = 0;
    *messages = NULL;
    *count = 0;
    if (list.type != JSON_ARRAY)
        return error_set(error, list.type == JSON_MISSING ? E_FIELD_MISSING : E_FIELD_TYPE,
                         "'messages' is %s, expected an array", json_type_phrase(list.type));
    for (struct json_iterator each = json_iterate(list); json_next(&each, &field);) {
        if (*count == capacity)
            *messages = arena_grow(arena, *messages, &capacity, *count ? *count + 1 : 4, sizeof **messages);
        struct chat_message *message = &(*messages)[(*count)++];
        if (!read_role(field.value, arena, &message->role, error) ||
            !read_content(json_member(field.value, SLICE("content")), arena, &message->text, error))
            return false;
    }
    return *count > 0 || error_set(error, E_FIELD_VALUE, "'messages' is empty, so there is nothing to ask");
}
