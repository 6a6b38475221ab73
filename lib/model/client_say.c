/* client_say.c - what servers say: errors of any dialect in one line, and what an answer cost. */
#include "model/client.h"

#include "base/memory.h"

enum { SAID_MAXIMUM = 400, DEPTH_MAXIMUM = 4 };

/* The first text under the names that dialects use; depth bounds {error:{error:{...}}}. */
static struct slice find_message(struct json_value value, struct arena *arena, int depth)
{
    static const char *const names[] = { "error", "message", "Message", "detail", "errors", "msg", "title", "__type" };
    struct slice text = { 0 };
    struct error ignored;
    struct json_field field;
    if (value.type == JSON_STRING && json_decode(value, arena, &text, &ignored))
        return text;
    if (value.type == JSON_ARRAY) {
        struct json_iterator each = json_iterate(value);
        return depth < DEPTH_MAXIMUM && json_next(&each, &field) ? find_message(field.value, arena, depth + 1) : text;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0] && value.type == JSON_OBJECT && depth < DEPTH_MAXIMUM; i++) {
        text = find_message(json_member(value, slice_of_string(names[i])), arena, depth + 1);
        if (text.length)
            return text;
    }
    return (struct slice){ NULL, 0 };
}

/* The machine's word for the error, when the message does not hold it: "insufficient_quota". */
static struct slice find_code(struct json_value root, struct arena *arena)
{
    static const char *const names[] = { "code", "type", "error_type" };
    struct json_value places[2] = { json_member(root, SLICE("error")), root };
    struct slice text;
    struct error ignored;
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            struct json_value value = json_member(places[p], slice_of_string(names[i]));
            if (value.type == JSON_STRING && json_decode(value, arena, &text, &ignored) && text.length)
                return text;
        }
    return (struct slice){ NULL, 0 };
}

static bool is_markup(struct slice text)
{
    return slice_byte(slice_trim(text), 0) == '<';
}

const char *client_say(const struct client *client, struct slice body, struct arena *arena)
{
    struct json_value root;
    struct error ignored;
    struct buffer said = { 0 };
    if (json_scan(body, &root, &ignored)) {
        struct slice message = find_message(root, arena, 0), code = find_code(root, arena);
        buffer_append_slice(&said, message);
        if (code.length && slice_find(message, code) == message.length)
            buffer_append_format(&said, said.length ? " (%.*s)" : "%.*s", (int)code.length, code.bytes);
    } else if (is_markup(body)) {
        buffer_append_string(&said, "a page of HTML");
    } else {
        buffer_append_slice(&said, slice_trim(slice_between(body, 0, 2L * SAID_MAXIMUM)));
    }
    /* Before the cut, so that no part of a key is left at its end. */
    client_redact(client, &said);
    if (said.length > SAID_MAXIMUM) {
        said.length = SAID_MAXIMUM;
        buffer_append_string(&said, "...");
    }
    char *line = arena_copy_string(arena, buffer_slice(&said));
    buffer_release(&said);
    return line;
}

/* The first of the names that is an integer. */
static int64_t find_count(struct json_value object, const char *const *names)
{
    int64_t count = 0;
    double number;
    for (; *names; names++) {
        struct json_value value = json_member(object, slice_of_string(*names));
        if (json_integer(value, &count))
            return count;
        if (json_double(value, &number) && number >= 0 && number < 1e15)
            return (int64_t)number;
    }
    return 0;
}

struct client_usage client_read_usage(struct json_value root)
{
    static const char *const inputs[] = { "prompt_tokens",     "input_tokens",        "inputTokens", "total_tokens",
                                          "prompt_eval_count", "inputTextTokenCount", NULL };
    static const char *const outputs[] = { "completion_tokens", "output_tokens", "outputTokens", "eval_count", NULL };
    struct json_value meta = json_member(root, SLICE("meta"));
    const struct json_value places[] = { json_member(root, SLICE("usage")), json_member(meta, SLICE("tokens")),
                                         json_member(meta, SLICE("billed_units")), root };
    struct client_usage usage = { 0 };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (!usage.input_tokens)
            usage.input_tokens = find_count(places[i], inputs);
        if (!usage.output_tokens)
            usage.output_tokens = find_count(places[i], outputs);
    }
    return usage;
}
