/* chat_anthropic.c - POST /v1/messages of Anthropic. The system text stands apart, a limit of tokens is required. */
#include "model/chat_dialect.h"
#include "json/write.h"

static void append_path(const char *model, struct buffer *path)
{
    (void)model;
    buffer_append_string(path, "/v1/messages");
}

static void append_system(const struct chat_question *question, struct buffer *body)
{
    struct buffer text = { 0 };
    if (!chat_has_system(question))
        return;
    chat_append_system(question, &text);
    json_append_key(body, SLICE("system"));
    json_append_string(body, buffer_slice(&text));
    buffer_release(&text);
}

static void append_request(const struct chat_parameters *parameters, const struct chat_question *question,
                           const char *model, struct buffer *body)
{
    buffer_append_byte(body, '{');
    chat_append_model(body, model);
    json_append_key(body, SLICE("max_tokens"));
    json_append_integer(body, parameters->maximum_tokens ? parameters->maximum_tokens : CHAT_MAXIMUM_TOKENS_DEFAULT);
    append_system(question, body);
    chat_append_turns(question, "", "", body);
    chat_append_number(body, SLICE("temperature"), parameters->temperature);
    chat_append_number(body, SLICE("top_p"), parameters->top_p);
    chat_append_stops(body, SLICE("stop_sequences"), parameters);
    if (parameters->schema.length) {
        buffer_append_string(body, ",\"tools\":[{\"name\":\"" CHAT_TOOL_NAME
                                   "\",\"description\":\"Give the answer.\",\"input_schema\":");
        buffer_append_slice(body, parameters->schema);
        buffer_append_string(body, "}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"" CHAT_TOOL_NAME "\"}");
    }
    buffer_append_byte(body, '}');
}

static const struct chat_ending endings[] = {
    { "end_turn", CHAT_COMPLETE },    { "stop_sequence", CHAT_COMPLETE },
    { "max_tokens", CHAT_TRUNCATED }, { "model_context_window_exceeded", CHAT_TRUNCATED },
    { "refusal", CHAT_REFUSED },      { NULL, CHAT_UNUSABLE }
};

/* The texts one after the other; a call of our tool in place of them. Thoughts are passed over. */
static void read_content(struct json_value content, struct arena *arena, struct chat_answer *answer)
{
    struct json_field block;
    struct buffer whole = { 0 };
    for (struct json_iterator each = json_iterate(content); json_next(&each, &block);) {
        struct slice type = chat_read_text(block.value, SLICE("type"), arena);
        if (slice_equal(type, SLICE("text")))
            buffer_append_slice(&whole, chat_read_text(block.value, SLICE("text"), arena));
        if (slice_equal(type, SLICE("tool_use")) &&
            slice_equal(chat_read_text(block.value, SLICE("name"), arena), SLICE(CHAT_TOOL_NAME))) {
            buffer_reset(&whole);
            buffer_append_slice(&whole, json_member(block.value, SLICE("input")).text);
            if (slice_equal(answer->finish_reason, SLICE("tool_use")))
                answer->status = CHAT_COMPLETE;
            break;
        }
    }
    answer->text = arena_copy(arena, buffer_slice(&whole));
    buffer_release(&whole);
}

static bool read_answer(struct json_value root, struct arena *arena, struct chat_answer *answer, struct error *error)
{
    struct json_value content = json_member(root, SLICE("content"));
    if (content.type != JSON_ARRAY)
        return error_set(error, E_PROTOCOL, "the 'content' is %s, expected an array", json_type_phrase(content.type));
    if (!chat_read_ending(json_member(root, SLICE("stop_reason")), endings, arena, answer, error))
        return false;
    read_content(content, arena, answer);
    struct json_value usage = json_member(root, SLICE("usage"));
    answer->model = chat_read_text(root, SLICE("model"), arena);
    answer->input_tokens = chat_read_count(usage, SLICE("input_tokens"));
    answer->output_tokens = chat_read_count(usage, SLICE("output_tokens"));
    return true;
}

const struct chat_dialect chat_dialect_anthropic = { "anthropic", append_path, append_request, read_answer, false };
