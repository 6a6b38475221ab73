/* prompt_text.c - what a training row asks, without its answers. */
#include "record/prompt_text.h"

struct asking {
    struct arena *arena;
    struct buffer *output;
    struct error *error;
};

static struct json_value member(const struct json_object *object, const char *name)
{
    const struct json_field *field = json_object_find(object, slice_of_string(name));
    return field ? field->value : (struct json_value){ .type = JSON_MISSING };
}

static bool append_string(struct asking *asking, struct json_value value)
{
    struct slice text;
    if (value.type != JSON_STRING)
        return true;
    if (!json_decode(value, asking->arena, &text, asking->error))
        return false;
    buffer_append_slice(asking->output, text);
    buffer_append_byte(asking->output, '\n');
    return true;
}

/* A content: a string, or parts that have a text. */
static bool append_content(struct asking *asking, struct json_value content)
{
    struct json_iterator iterator = json_iterate(content);
    struct json_field part;
    if (content.type != JSON_ARRAY)
        return append_string(asking, content);
    while (json_next(&iterator, &part))
        if (!append_string(asking,
                           part.value.type == JSON_STRING ? part.value : json_member(part.value, SLICE("text"))))
            return false;
    return true;
}

static bool is_user(struct json_value role)
{
    return slice_equal_ignore_case(role.text, SLICE("\"user\"")) ||
           slice_equal_ignore_case(role.text, SLICE("\"human\""));
}

/* The turns of users in a list of messages, whatever their members are called. */
static bool append_turns(struct asking *asking, struct json_value messages)
{
    static const char *const roles[] = { "role", "from" };
    static const char *const contents[] = { "content", "value", "parts" };
    struct json_iterator iterator = json_iterate(messages);
    struct json_field turn;
    if (messages.type != JSON_ARRAY)
        return true;
    while (json_next(&iterator, &turn)) {
        bool asks = false;
        for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
            asks |= is_user(json_member(turn.value, slice_of_string(roles[i])));
        for (size_t i = 0; asks && i < sizeof contents / sizeof *contents; i++)
            if (!append_content(asking, json_member(turn.value, slice_of_string(contents[i]))))
                return false;
    }
    return true;
}

/* Two transcripts with one beginning. */
static bool append_common(struct asking *asking, struct json_value chosen, struct json_value rejected)
{
    struct slice left, right;
    size_t length = 0;
    if (chosen.type != JSON_STRING || rejected.type != JSON_STRING)
        return append_turns(asking, chosen);
    if (!json_decode(chosen, asking->arena, &left, asking->error) ||
        !json_decode(rejected, asking->arena, &right, asking->error))
        return false;
    while (length < left.length && length < right.length && left.bytes[length] == right.bytes[length])
        length++;
    while (length > 0 && length < left.length && ((unsigned char)left.bytes[length] & 0xc0) == 0x80)
        length--;
    if (length == 0)
        return true;
    buffer_append(asking->output, left.bytes, length);
    buffer_append_byte(asking->output, '\n');
    return true;
}

static bool append_prompt(struct asking *asking, struct json_value prompt)
{
    return prompt.type == JSON_ARRAY ? append_turns(asking, prompt) : append_string(asking, prompt);
}

bool prompt_text_append(const struct json_object *object, struct arena *arena, struct buffer *output,
                        struct error *error)
{
    static const char *const lists[] = { "messages", "conversations", "contents", "dialog" };
    struct asking asking = { arena, output, error };
    size_t before = output->length;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!append_turns(&asking, member(object, lists[i])))
            return false;
    if (output->length == before && !append_turns(&asking, json_member(member(object, "input"), SLICE("messages"))))
        return false;
    if (output->length == before && !append_prompt(&asking, member(object, "prompt")))
        return false;
    if (output->length == before &&
        !(append_string(&asking, member(object, "instruction")) && append_string(&asking, member(object, "input"))))
        return false;
    if (output->length == before && !append_string(&asking, member(object, "question")))
        return false;
    if (output->length == before && !append_common(&asking, member(object, "chosen"), member(object, "rejected")))
        return false;
    return output->length > before || append_string(&asking, member(object, "text"));
}
