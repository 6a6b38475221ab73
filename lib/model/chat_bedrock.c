/* chat_bedrock.c - POST /model/ID/converse of Amazon Bedrock. The model stands in the path. */
#include "model/chat_dialect.h"
#include "json/write.h"

/* An id such as anthropic.claude-3-haiku-20240307-v1:0, or an ARN, is one part of the path. */
static void append_path(const char *model, struct buffer *path)
{
    buffer_append_string(path, "/model/");
    for (const char *next = model ? model : ""; *next; next++) {
        bool is_plain = (*next >= 'a' && *next <= 'z') || (*next >= 'A' && *next <= 'Z') ||
                        (*next >= '0' && *next <= '9') || strchr("-._~", *next);
        if (is_plain)
            buffer_append_byte(path, *next);
        else
            buffer_append_format(path, "%%%02X", (unsigned char)*next);
    }
    buffer_append_string(path, "/converse");
}

static void append_system(const struct chat_question *question, struct buffer *body)
{
    struct buffer text = { 0 };
    if (!chat_has_system(question))
        return;
    chat_append_system(question, &text);
    json_append_key(body, SLICE("system"));
    buffer_append_string(body, "[{\"text\":");
    json_append_string(body, buffer_slice(&text));
    buffer_append_string(body, "}]");
    buffer_release(&text);
}

static void append_configuration(const struct chat_parameters *parameters, struct buffer *body)
{
    if (!parameters->maximum_tokens && parameters->temperature < 0 && parameters->top_p < 0 && !parameters->stop_count)
        return;
    json_append_key(body, SLICE("inferenceConfig"));
    buffer_append_byte(body, '{');
    if (parameters->maximum_tokens) {
        json_append_key(body, SLICE("maxTokens"));
        json_append_integer(body, parameters->maximum_tokens);
    }
    chat_append_number(body, SLICE("temperature"), parameters->temperature);
    chat_append_number(body, SLICE("topP"), parameters->top_p);
    chat_append_stops(body, SLICE("stopSequences"), parameters);
    buffer_append_byte(body, '}');
}

static void append_request(const struct chat_parameters *parameters, const struct chat_question *question,
                           const char *model, struct buffer *body)
{
    (void)model;
    buffer_append_byte(body, '{');
    append_system(question, body);
    chat_append_turns(question, "[{\"text\":", "}]", body);
    append_configuration(parameters, body);
    if (parameters->schema.length) {
        buffer_append_string(body, ",\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"" CHAT_TOOL_NAME
                                   "\",\"description\":\"Give the answer.\",\"inputSchema\":{\"json\":");
        buffer_append_slice(body, parameters->schema);
        buffer_append_string(body, "}}}],\"toolChoice\":{\"tool\":{\"name\":\"" CHAT_TOOL_NAME "\"}}}");
    }
    buffer_append_byte(body, '}');
}

static const struct chat_ending endings[] = { { "end_turn", CHAT_COMPLETE },
                                              { "stop_sequence", CHAT_COMPLETE },
                                              { "max_tokens", CHAT_TRUNCATED },
                                              { "model_context_window_exceeded", CHAT_TRUNCATED },
                                              { "guardrail_intervened", CHAT_FILTERED },
                                              { "content_filtered", CHAT_FILTERED },
                                              { "refusal", CHAT_REFUSED },
                                              { NULL, CHAT_UNUSABLE } };

static void read_content(struct json_value content, struct arena *arena, struct chat_answer *answer)
{
    struct json_field block;
    struct buffer whole = { 0 };
    for (struct json_iterator each = json_iterate(content); json_next(&each, &block);) {
        struct json_value call = json_member(block.value, SLICE("toolUse"));
        buffer_append_slice(&whole, chat_read_text(block.value, SLICE("text"), arena));
        if (slice_equal(chat_read_text(call, SLICE("name"), arena), SLICE(CHAT_TOOL_NAME))) {
            buffer_reset(&whole);
            buffer_append_slice(&whole, json_member(call, SLICE("input")).text);
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
    struct json_value message = json_member(json_member(root, SLICE("output")), SLICE("message"));
    struct json_value content = json_member(message, SLICE("content"));
    if (content.type != JSON_ARRAY)
        return error_set(error, E_PROTOCOL, "the 'content' is %s, expected an array", json_type_phrase(content.type));
    if (!chat_read_ending(json_member(root, SLICE("stopReason")), endings, arena, answer, error))
        return false;
    read_content(content, arena, answer);
    struct json_value usage = json_member(root, SLICE("usage"));
    answer->input_tokens = chat_read_count(usage, SLICE("inputTokens"));
    answer->output_tokens = chat_read_count(usage, SLICE("outputTokens"));
    return true;
}

const struct chat_dialect chat_dialect_bedrock = { "bedrock", append_path, append_request, read_answer, false };
