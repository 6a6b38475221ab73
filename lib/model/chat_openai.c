/* chat_openai.c - POST /v1/chat/completions, as OpenAI's API has it and most servers speak it. */
#include "model/chat_dialect.h"
#include "json/schema.h"
#include "json/write.h"

static void append_path(const char *model, struct buffer *path)
{
    (void)model;
    buffer_append_string(path, "/v1/chat/completions");
}

/* Asked to be exact only when the schema is of the kind that the service can be exact about; others it refuses. */
static void append_format(const struct chat_parameters *parameters, struct buffer *body)
{
    if (!parameters->schema.length)
        return;
    json_append_key(body, SLICE("response_format"));
    buffer_append_string(body,
                         "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"" CHAT_TOOL_NAME "\",\"strict\":");
    buffer_append_string(body, json_schema_is_strict(parameters->schema) ? "true" : "false");
    json_append_key(body, SLICE("schema"));
    buffer_append_slice(body, parameters->schema);
    buffer_append_string(body, "}}");
}

static void append_request(const struct chat_parameters *parameters, const struct chat_question *question,
                           const char *model, struct buffer *body)
{
    buffer_append_byte(body, '{');
    chat_append_model(body, model);
    json_append_key(body, SLICE("messages"));
    chat_append_messages(question, body);
    if (parameters->maximum_tokens) {
        json_append_key(body, parameters->names_old_limit ? SLICE("max_tokens") : SLICE("max_completion_tokens"));
        json_append_integer(body, parameters->maximum_tokens);
    }
    chat_append_number(body, SLICE("temperature"), parameters->temperature);
    chat_append_number(body, SLICE("top_p"), parameters->top_p);
    if (parameters->has_seed) {
        json_append_key(body, SLICE("seed"));
        json_append_integer(body, parameters->seed + question->sample);
    }
    chat_append_stops(body, SLICE("stop"), parameters);
    append_format(parameters, body);
    buffer_append_byte(body, '}');
}

/* Several servers use words of their own for the same ends. */
const struct chat_ending chat_endings_openai[] = { { "stop", CHAT_COMPLETE },
                                                   { "eos", CHAT_COMPLETE },
                                                   { "end_turn", CHAT_COMPLETE },
                                                   { "stop_sequence", CHAT_COMPLETE },
                                                   { "length", CHAT_TRUNCATED },
                                                   { "max_tokens", CHAT_TRUNCATED },
                                                   { "model_length", CHAT_TRUNCATED },
                                                   { "content_filter", CHAT_FILTERED },
                                                   { "safety", CHAT_FILTERED },
                                                   { "refusal", CHAT_REFUSED },
                                                   { NULL, CHAT_UNUSABLE } };

static bool read_answer(struct json_value root, struct arena *arena, struct chat_answer *answer, struct error *error)
{
    struct json_field choice;
    struct json_value choices = json_member(root, SLICE("choices"));
    struct json_iterator each = json_iterate(choices);
    if (choices.type != JSON_ARRAY || !json_next(&each, &choice))
        return error_set(error, E_PROTOCOL, "the answer has no 'choices'");
    struct json_value message = json_member(choice.value, SLICE("message"));
    struct json_value content = json_member(message, SLICE("content"));
    if (message.type != JSON_OBJECT)
        return error_set(error, E_PROTOCOL, "a choice has no 'message'");
    if (!chat_read_ending(json_member(choice.value, SLICE("finish_reason")), chat_endings_openai, arena, answer, error))
        return false;
    struct slice refusal = chat_read_text(message, SLICE("refusal"), arena);
    answer->text = chat_read_text(message, SLICE("content"), arena);
    if (refusal.length) {
        answer->status = CHAT_REFUSED;
        answer->text = refusal;
    } else if (answer->status == CHAT_COMPLETE && content.type != JSON_STRING) {
        return error_set(error, E_PROTOCOL, "the 'content' is %s, expected a string", json_type_phrase(content.type));
    }
    struct json_value usage = json_member(root, SLICE("usage"));
    answer->input_tokens = chat_read_count(usage, SLICE("prompt_tokens"));
    answer->output_tokens = chat_read_count(usage, SLICE("completion_tokens"));
    answer->model = chat_read_text(root, SLICE("model"), arena);
    answer->fingerprint = chat_read_text(root, SLICE("system_fingerprint"), arena);
    return true;
}

const struct chat_dialect chat_dialect_openai = { "openai", append_path, append_request, read_answer, true };
