/* chat_ollama.c - POST /api/chat of Ollama, answered in one piece. */
#include "model/chat_dialect.h"
#include "json/write.h"

static void append_path(const char *model, struct buffer *path)
{
    (void)model;
    buffer_append_string(path, "/api/chat");
}

static void append_request(const struct chat_parameters *parameters, const struct chat_question *question,
                           const char *model, struct buffer *body)
{
    buffer_append_byte(body, '{');
    chat_append_model(body, model);
    json_append_key(body, SLICE("messages"));
    chat_append_messages(question, body);
    buffer_append_string(body, ",\"stream\":false");
    if (parameters->schema.length) {
        json_append_key(body, SLICE("format"));
        buffer_append_slice(body, parameters->schema);
    }
    json_append_key(body, SLICE("options"));
    buffer_append_byte(body, '{');
    if (parameters->maximum_tokens) {
        json_append_key(body, SLICE("num_predict"));
        json_append_integer(body, parameters->maximum_tokens);
    }
    chat_append_number(body, SLICE("temperature"), parameters->temperature);
    chat_append_number(body, SLICE("top_p"), parameters->top_p);
    if (parameters->has_seed) {
        json_append_key(body, SLICE("seed"));
        json_append_integer(body, parameters->seed + question->sample);
    }
    chat_append_stops(body, SLICE("stop"), parameters);
    buffer_append_string(body, "}}");
}

static const struct chat_ending endings[] = { { "stop", CHAT_COMPLETE },
                                              { "length", CHAT_TRUNCATED },
                                              { NULL, CHAT_UNUSABLE } };

static bool read_answer(struct json_value root, struct arena *arena, struct chat_answer *answer, struct error *error)
{
    struct json_value content = json_member(json_member(root, SLICE("message")), SLICE("content"));
    struct slice fault = chat_read_text(root, SLICE("error"), arena);
    /* An error in the middle comes inside a good answer. */
    if (fault.length)
        return error_set(error, E_PROTOCOL, "the server says in a good answer: %.*s",
                         (int)(fault.length < 200 ? fault.length : 200), fault.bytes);
    if (json_member(root, SLICE("done")).type == JSON_FALSE)
        return error_set(error, E_PROTOCOL, "the answer says that it is not done");
    if (content.type != JSON_STRING)
        return error_set(error, E_PROTOCOL, "the 'content' is %s, expected a string", json_type_phrase(content.type));
    if (!chat_read_ending(json_member(root, SLICE("done_reason")), endings, arena, answer, error))
        return false;
    answer->text = chat_read_text(json_member(root, SLICE("message")), SLICE("content"), arena);
    answer->model = chat_read_text(root, SLICE("model"), arena);
    answer->input_tokens = chat_read_count(root, SLICE("prompt_eval_count"));
    answer->output_tokens = chat_read_count(root, SLICE("eval_count"));
    return true;
}

const struct chat_dialect chat_dialect_ollama = { "ollama", append_path, append_request, read_answer, true };
