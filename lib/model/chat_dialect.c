/* chat_dialect.c - what the dialects share. */
#include "model/chat_dialect.h"

#include "json/write.h"

const struct chat_dialect *chat_dialect_find(struct slice name)
{
    static const struct chat_dialect *const dialects[] = { &chat_dialect_openai, &chat_dialect_ollama,
                                                           &chat_dialect_anthropic, &chat_dialect_bedrock, NULL };
    for (size_t i = 0; dialects[i]; i++)
        if (slice_equal(name, slice_of_string(dialects[i]->name)))
            return dialects[i];
    return NULL;
}

bool chat_read_ending(struct json_value value, const struct chat_ending *endings, struct arena *arena,
                      struct chat_answer *answer, struct error *error)
{
    if (value.type == JSON_MISSING || value.type == JSON_NULL) {
        answer->status = CHAT_COMPLETE;
        return true;
    }
    if (value.type != JSON_STRING)
        return error_set(error, E_PROTOCOL, "the reason of the end is %s, expected a string",
                         json_type_phrase(value.type));
    if (!json_decode(value, arena, &answer->finish_reason, error))
        return error_set(error, E_PROTOCOL, "the reason of the end is half a character");
    answer->status = CHAT_UNUSABLE;
    for (; endings->word; endings++)
        if (slice_equal(answer->finish_reason, slice_of_string(endings->word)))
            answer->status = endings->status;
    return true;
}

struct slice chat_read_text(struct json_value object, struct slice key, struct arena *arena)
{
    struct slice text = { 0 };
    struct error ignored;
    struct json_value value = json_member(object, key);
    if (value.type != JSON_STRING || !json_decode(value, arena, &text, &ignored))
        return (struct slice){ 0 };
    return text;
}

int64_t chat_read_count(struct json_value object, struct slice key)
{
    int64_t count;
    return json_integer(json_member(object, key), &count) && count >= 0 ? count : -1;
}

void chat_append_model(struct buffer *json, const char *model)
{
    if (!model)
        return;
    json_append_key(json, SLICE("model"));
    json_append_string(json, slice_of_string(model));
}

void chat_append_turns(const struct chat_question *question, const char *before, const char *after, struct buffer *json)
{
    bool is_first = true;
    json_append_key(json, SLICE("messages"));
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < question->count; i++) {
        const struct chat_message *message = &question->messages[i];
        if (message->role == CHAT_SYSTEM)
            continue;
        buffer_append_string(json, is_first ? "{" : ",{");
        json_append_key(json, SLICE("role"));
        json_append_string(json, slice_of_string(chat_role_names[message->role]));
        json_append_key(json, SLICE("content"));
        buffer_append_string(json, before);
        json_append_string(json, message->text);
        buffer_append_string(json, after);
        buffer_append_byte(json, '}');
        is_first = false;
    }
    buffer_append_byte(json, ']');
}

void chat_append_messages(const struct chat_question *question, struct buffer *json)
{
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < question->count; i++) {
        buffer_append_string(json, i ? ",{" : "{");
        json_append_key(json, SLICE("role"));
        json_append_string(json, slice_of_string(chat_role_names[question->messages[i].role]));
        json_append_key(json, SLICE("content"));
        json_append_string(json, question->messages[i].text);
        buffer_append_byte(json, '}');
    }
    buffer_append_byte(json, ']');
}

bool chat_has_system(const struct chat_question *question)
{
    for (size_t i = 0; i < question->count; i++)
        if (question->messages[i].role == CHAT_SYSTEM)
            return true;
    return false;
}

void chat_append_system(const struct chat_question *question, struct buffer *text)
{
    bool is_first = true;
    for (size_t i = 0; i < question->count; i++) {
        if (question->messages[i].role != CHAT_SYSTEM)
            continue;
        if (!is_first)
            buffer_append_string(text, "\n\n");
        buffer_append_slice(text, question->messages[i].text);
        is_first = false;
    }
}

void chat_append_number(struct buffer *json, struct slice key, double value)
{
    if (value < 0)
        return;
    json_append_key(json, key);
    json_append_double(json, value);
}

void chat_append_stops(struct buffer *json, struct slice key, const struct chat_parameters *parameters)
{
    if (!parameters->stop_count)
        return;
    json_append_key(json, key);
    for (size_t i = 0; i < parameters->stop_count; i++) {
        buffer_append_byte(json, i ? ',' : '[');
        json_append_string(json, slice_of_string(parameters->stops[i]));
    }
    buffer_append_byte(json, ']');
}
