/* render_tools.c - tools in a row: declarations, calls, results. */
#include "dataset/rendering.h"
#include "json/write.h"

/* JSON text on one line: raw line ends stand between tokens only. */
static void append_json(struct buffer *output, struct slice json)
{
    size_t start = output->length;
    buffer_append_slice(output, json);
    for (size_t i = start; i < output->length; i++)
        if (output->bytes[i] == '\n' || output->bytes[i] == '\r')
            output->bytes[i] = ' ';
}

/* What was appended behind start becomes a JSON string. */
static void quote(struct rendering *rendering, size_t start)
{
    struct slice text = arena_copy(rendering->arena, slice_from(buffer_slice(rendering->output), start));
    rendering_rewind(rendering, start);
    json_append_string(rendering->output, text);
}

static bool is_object(struct slice text)
{
    struct json_value value;
    struct error error;
    return json_scan(text, &value, &error) && value.type == JSON_OBJECT;
}

static struct slice arguments_of(const struct dataset_tool_call *call)
{
    return call->arguments.length ? call->arguments : SLICE("{}");
}

/* {"name","arguments"}: the content of a role that is a call. */
static void append_call(struct rendering *rendering, const struct dataset_tool_call *call)
{
    struct slice arguments = arguments_of(call);
    buffer_append_string(rendering->output, "{\"name\":");
    json_append_string(rendering->output, call->name);
    buffer_append_string(rendering->output, ",\"arguments\":");
    if (is_object(arguments))
        append_json(rendering->output, arguments);
    else
        json_append_string(rendering->output, arguments);
    buffer_append_byte(rendering->output, '}');
    if (call->id.length)
        rendering_lose(rendering, LOSS_IDS);
}

static enum written write_call_role(struct rendering *rendering, const struct turn *turn)
{
    size_t start = rendering->output->length;
    const struct dataset_message *message = turn->messages[0];
    bool is_list = message->tool_call_count > 1;
    if (is_list)
        buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < message->tool_call_count; i++) {
        if (i > 0)
            buffer_append_byte(rendering->output, ',');
        append_call(rendering, &message->tool_calls[i]);
    }
    if (is_list)
        buffer_append_byte(rendering->output, ']');
    quote(rendering, start);
    rendering->written |= UINT64_C(1) << MEANING_CALL_NAME;
    return WRITTEN;
}

enum written rendering_calls(struct rendering *rendering, const struct profile_node *node, const struct scope *scope)
{
    const struct turn *turn = scope->turn;
    size_t start = rendering->output->length;
    if (turn->is_call)
        return write_call_role(rendering, turn);
    buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < turn->count; i++)
        for (size_t j = 0; j < turn->messages[i]->tool_call_count; j++) {
            struct scope inner = *scope;
            inner.call = &turn->messages[i]->tool_calls[j];
            if (!rendering_element(rendering, node->shapes, &inner))
                rendering_lose(rendering, LOSS_TOOLS);
        }
    if (rendering->output->length == start + 1)
        return ABSENT;
    buffer_append_byte(rendering->output, ']');
    return WRITTEN;
}

/* The id as it is, or one made of the call's number where the target wants one and this does not do. */
static enum written write_id(struct rendering *rendering, const struct profile_node *node, struct slice id,
                             const struct call_link *link)
{
    if (rendering_text(rendering, node, id) == WRITTEN)
        return WRITTEN;
    bool is_wanted = node->flags & NODE_REQUIRED || rendering->profile->rules & RULE_TOOL_IDS;
    if (!link || (!is_wanted && id.length == 0))
        return ABSENT;
    rendering_lose(rendering, LOSS_IDS);
    return rendering_text(rendering, node, slice_of_string(arena_format(rendering->arena, "call%05zu", link->number)));
}

static enum written write_arguments(struct rendering *rendering, const struct profile_node *node,
                                    const struct dataset_tool_call *call)
{
    struct slice arguments = arguments_of(call);
    bool takes_object = node->types & TYPE_OBJECT && is_object(arguments);
    bool keeps_string = node->types & TYPE_STRING && call->was_string && !(node->flags & NODE_OBJECT_FIRST);
    if (takes_object && !keeps_string)
        append_json(rendering->output, arguments);
    else if (node->types & TYPE_STRING)
        json_append_string(rendering->output, arguments);
    else
        return IMPOSSIBLE;
    return WRITTEN;
}

enum written rendering_call(struct rendering *rendering, const struct profile_node *node, const struct scope *scope)
{
    const struct dataset_tool_call *call = scope->call;
    if (!call)
        return ABSENT;
    if (node->meaning == MEANING_CALL_ID)
        return write_id(rendering, node, call->id, rendering_link(rendering, NULL, call));
    if (node->meaning == MEANING_CALL_NAME)
        return rendering_text(rendering, node, call->name);
    return write_arguments(rendering, node, call);
}

static enum written write_result_content(struct rendering *rendering, const struct profile_node *node,
                                         const struct scope *scope)
{
    struct turn turn = { .role = DATASET_TOOL,
                         .messages = (const struct dataset_message *[]){ scope->result },
                         .count = 1 };
    struct scope inner = { .turn = &turn, .shape = scope->shape };
    if (node->types & TYPE_STRING || (node->types & TYPE_ARRAY && node->shapes))
        return rendering_content(rendering, node, &inner);
    struct slice text = dataset_message_text(scope->result, rendering->arena);
    if (is_object(text)) {
        append_json(rendering->output, text);
        return WRITTEN;
    }
    buffer_append_string(rendering->output, "{\"result\":");
    json_append_string(rendering->output, text);
    buffer_append_byte(rendering->output, '}');
    rendering_lose(rendering, LOSS_PARTS);
    return WRITTEN;
}

enum written rendering_result(struct rendering *rendering, const struct profile_node *node, const struct scope *scope)
{
    const struct dataset_message *result = scope->result;
    const struct call_link *link = result ? rendering_link(rendering, result, NULL) : NULL;
    if (!result)
        return ABSENT;
    if (node->meaning == MEANING_RESULT_CONTENT)
        return write_result_content(rendering, node, scope);
    if (node->meaning != MEANING_RESULT_NAME)
        return write_id(rendering, node, result->tool_call_id, link);
    if (result->name.length || !link || !(node->flags & NODE_REQUIRED))
        return rendering_text(rendering, node, result->name);
    return rendering_text(rendering, node, link->call->name);
}

enum written rendering_tool(struct rendering *rendering, const struct profile_node *node,
                            const struct dataset_tool *tool)
{
    if (!tool)
        return ABSENT;
    if (node->meaning == MEANING_TOOL_NAME)
        return rendering_text(rendering, node, tool->name);
    if (node->meaning == MEANING_TOOL_DESCRIPTION)
        return rendering_text(rendering, node, tool->description);
    if (tool->parameters.type != JSON_OBJECT)
        return ABSENT;
    append_json(rendering->output, tool->parameters.text);
    return WRITTEN;
}

enum written rendering_tools(struct rendering *rendering, const struct profile_node *node)
{
    size_t start = rendering->output->length;
    const struct dataset_row *row = rendering->row;
    buffer_append_byte(rendering->output, '[');
    for (size_t i = 0; i < row->tool_count; i++) {
        struct scope scope = { .tool = &row->tools[i] };
        if (!rendering_element(rendering, node->shapes, &scope))
            rendering_lose(rendering, LOSS_TOOLS);
    }
    if (rendering->output->length == start + 1)
        return ABSENT;
    buffer_append_byte(rendering->output, ']');
    if (!(node->types & TYPE_ARRAY))
        quote(rendering, start);
    return WRITTEN;
}
