/* read_message.c - messages, their parts, calls of tools and what the tools answered. */
#include "base/nearest.h"
#include "dataset/reading.h"

enum { ROLE_NAMES_MAXIMUM = 32 };

void message_list_append(struct message_list *list, struct arena *arena, const struct dataset_message *message)
{
    if (list->count == list->capacity)
        list->messages = arena_grow(arena, list->messages, &list->capacity, list->count ? list->count + 1 : 4,
                                    sizeof *list->messages);
    list->messages[list->count++] = *message;
}

void part_list_append(struct part_list *list, struct arena *arena, const struct dataset_part *part)
{
    if (list->count == list->capacity)
        list->parts = arena_grow(arena, list->parts, &list->capacity, list->count + 1, sizeof *list->parts);
    list->parts[list->count++] = *part;
}

static void append_call(struct call_list *list, struct arena *arena, const struct dataset_tool_call *call)
{
    if (list->count == list->capacity)
        list->calls = arena_grow(arena, list->calls, &list->capacity, list->count + 1, sizeof *list->calls);
    list->calls[list->count++] = *call;
}

static void append_result(struct result_list *list, struct arena *arena, const struct tool_result *result)
{
    if (list->count == list->capacity)
        list->results = arena_grow(arena, list->results, &list->capacity, list->count + 1, sizeof *list->results);
    list->results[list->count++] = *result;
}

struct dataset_message reading_plain_message(struct reading *reading, enum dataset_role role, struct slice text,
                                             struct json_value value)
{
    struct dataset_message message = { .role = role, .content_was_string = true, .content = value, .value = value };
    message.parts = arena_allocate_zeroed(reading->arena, 1, sizeof *message.parts);
    message.parts[0] = (struct dataset_part){ .kind = DATASET_PART_TEXT, .text = text, .value = value };
    message.part_count = 1;
    return message;
}

/* data:image/png;base64,AAAA in its pieces; "image/png" is png, and the part an image. */
static void take_apart(struct dataset_part *part)
{
    struct slice uri = part->uri;
    if (slice_starts_with(uri, SLICE("data:"))) {
        size_t comma = slice_find_byte(uri, ','), semicolon = slice_find_byte(uri, ';');
        struct slice type = slice_between(uri, 5, semicolon < comma ? semicolon : comma);
        if (part->format.length == 0)
            part->format = type;
        part->data = slice_from(uri, comma + 1);
        part->uri = SLICE("");
    }
    static const struct {
        struct slice family;
        enum dataset_part_kind kind;
    } families[] = { { SLICE_INIT("image/"), DATASET_PART_IMAGE },
                     { SLICE_INIT("video/"), DATASET_PART_VIDEO },
                     { SLICE_INIT("audio/"), DATASET_PART_AUDIO },
                     { SLICE_INIT("application/"), DATASET_PART_DOCUMENT } };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (slice_starts_with(part->format, families[i].family)) {
            part->kind = families[i].kind;
            part->format = slice_from(part->format, families[i].family.length);
        }
}

static void read_part(struct reading *reading, const struct profile_node *node, struct json_value object,
                      struct message_reading *message, struct part_list *parts)
{
    const struct profile_shape *shape = reading_entry(reading, node, object);
    if (!shape)
        return;
    struct part_reading part = { .part = { .kind = shape->part_kind, .value = object } };
    part.call.value = object;
    const struct target target = { .message = message, .part = &part };
    reading_object(reading, shape, object, &target);
    if (part.is_call)
        append_call(&message->calls, reading->arena, &part.call);
    else if (part.is_result)
        append_result(&message->results, reading->arena, &part.result);
    else if (shape->is_part) {
        take_apart(&part.part);
        part_list_append(parts, reading->arena, &part.part);
    }
}

static void read_part_list(struct reading *reading, const struct profile_node *node, struct json_value array,
                           struct message_reading *message, struct part_list *parts)
{
    struct json_field field;
    struct slice text;
    for (struct json_iterator iterator = json_iterate(array); json_next(&iterator, &field);) {
        if (field.value.type != JSON_STRING) {
            read_part(reading, node, field.value, message, parts);
        } else if (reading_entry_fits(reading, node, field.value) && reading_text(reading, field.value, &text)) {
            struct dataset_part part = { .kind = DATASET_PART_TEXT, .text = text, .value = field.value };
            part_list_append(parts, reading->arena, &part);
        }
    }
}

void reading_parts(struct reading *reading, const struct profile_node *node, struct json_value array,
                   struct message_reading *message)
{
    read_part_list(reading, node, array, message, &message->parts);
}

static void take_content(struct reading *reading, const struct profile_node *node, struct json_value value,
                         struct slice text, struct message_reading *message)
{
    if (value.type == JSON_NULL) {
        message->message.content_is_null = true;
    } else if (value.type == JSON_STRING) {
        struct dataset_part part = { .kind = DATASET_PART_TEXT, .text = text, .value = value };
        message->message.content_was_string = true;
        part_list_append(&message->parts, reading->arena, &part);
    } else if (value.type == JSON_ARRAY) {
        reading_parts(reading, node, value, message);
    } else {
        reading_unknown(reading, value);
    }
}

static void take_role(struct reading *reading, struct json_value value, struct slice text,
                      struct message_reading *message)
{
    const char *names[ROLE_NAMES_MAXIMUM];
    size_t count = 0;
    const struct profile_role *role = reading->profile->roles;
    message->role = value;
    message->message.role_name = text;
    for (; role && role->name; role++)
        if (slice_equal(text, slice_of_string(role->name))) {
            message->message.role = role->role;
            message->role_is_call = role->is_call;
            return;
        }
    for (role = reading->profile->roles; role && role->name && count < ROLE_NAMES_MAXIMUM; role++)
        names[count++] = role->name;
    const char *nearest = nearest_name(text, names, count);
    READING_FAULT(reading, E_ROLE_UNKNOWN, value, NULL, expected_roles(reading->arena, reading->profile->roles),
                  nearest ? arena_format(reading->arena, "write '%s'", nearest) : NULL, "role is '%.*s'",
                  dataset_fault_shown(text), text.bytes);
}

static void take_calls(struct reading *reading, const struct profile_node *node, struct json_value array,
                       struct message_reading *message)
{
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(array); json_next(&iterator, &field);) {
        const struct profile_shape *shape = reading_entry(reading, node, field.value);
        struct part_reading call = { .call = { .value = field.value } };
        const struct target target = { .message = message, .part = &call };
        if (!shape)
            continue;
        reading_object(reading, shape, field.value, &target);
        append_call(&message->calls, reading->arena, &call.call);
    }
}

void reading_gather_message(struct reading *reading, const struct profile_node *node, struct json_value value,
                            struct slice text, const struct target *target)
{
    struct message_reading *message = target->message;
    if (!message) {
        reading_unknown(reading, value);
        return;
    }
    switch ((int)node->meaning) { /* those of this kind only */
    case MEANING_ROLE:
        take_role(reading, value, text, message);
        break;
    case MEANING_CONTENT:
        take_content(reading, node, value, text, message);
        break;
    case MEANING_REASONING:
        message->reasoning = text;
        break;
    case MEANING_WEIGHT:
        message->message.weight = value;
        break;
    case MEANING_NAME:
        message->message.name = text;
        break;
    case MEANING_TOOL_CALLS:
        if (value.type == JSON_ARRAY)
            take_calls(reading, node, value, message);
        break;
    case MEANING_TOOL_CALL_ID:
        message->message.tool_call_id = text;
        break;
    default:
        break;
    }
}

/* Arguments as a string must hold an object; an object is taken as it is. */
static void take_arguments(struct reading *reading, struct json_value value, struct slice text,
                           struct dataset_tool_call *call)
{
    struct json_value parsed;
    struct error error;
    call->was_string = value.type == JSON_STRING;
    call->arguments = call->was_string ? text : value.text;
    if (!call->was_string)
        reading_unknown(reading, value);
    else if (!json_scan(text, &parsed, &error))
        READING_FAULT(reading, E_TOOL_ARGS_NOT_JSON, value, NULL, "a string that holds a JSON object", NULL,
                      "the arguments are no JSON: %s", error.message);
    else if (parsed.type != JSON_OBJECT)
        READING_FAULT(reading, E_TOOL_ARGS_NOT_JSON, value, NULL, "a string that holds a JSON object", NULL,
                      "the arguments are %s", json_type_phrase(parsed.type));
}

static void take_result(struct reading *reading, const struct profile_node *node, struct json_value value,
                        struct slice text, const struct target *target)
{
    struct tool_result *result = &target->part->result;
    if (value.type == JSON_ARRAY && node->shapes) {
        read_part_list(reading, node, value, target->message, &result->parts);
        return;
    }
    struct dataset_part part = { .kind = DATASET_PART_TEXT, .text = text, .value = value };
    result->content_was_string = value.type == JSON_STRING;
    if (value.type != JSON_STRING) {
        part.text = value.text;
        reading_unknown(reading, value);
    }
    part_list_append(&result->parts, reading->arena, &part);
}

void reading_gather_part(struct reading *reading, const struct profile_node *node, struct json_value value,
                         struct slice text, const struct target *target)
{
    struct part_reading *part = target->part;
    if (!part) {
        reading_unknown(reading, value);
        return;
    }
    bool is_call = node->meaning >= MEANING_CALL_ID && node->meaning <= MEANING_CALL_ARGUMENTS;
    part->is_call |= is_call;
    part->is_result |= node->meaning >= MEANING_RESULT_ID && node->meaning <= MEANING_RESULT_CONTENT;
    switch ((int)node->meaning) { /* those of this kind only */
    case MEANING_PART_TEXT:
        part->part.text = value.type == JSON_STRING ? text : value.text; /* JSON in a tool's result */
        break;
    case MEANING_PART_URI:
        part->part.uri = text;
        break;
    case MEANING_PART_DATA:
        part->part.data = text;
        break;
    case MEANING_PART_FORMAT:
        part->part.format = text;
        break;
    case MEANING_PART_OWNER:
        part->part.owner = text;
        break;
    case MEANING_PART_DETAIL:
        part->part.detail = text;
        break;
    case MEANING_CALL_ID:
        part->call.id = text;
        break;
    case MEANING_CALL_NAME:
        part->call.name = text;
        break;
    case MEANING_CALL_ARGUMENTS:
        take_arguments(reading, value, text, &part->call);
        break;
    case MEANING_RESULT_ID:
        part->result.id = text;
        break;
    case MEANING_RESULT_NAME:
        part->result.name = text;
        break;
    default:
        take_result(reading, node, value, text, target);
        break;
    }
}

/* ShareGPT: the text of a function_call is the call, or a list of calls. */
static void take_written_call(struct reading *reading, struct message_reading *message, struct json_value value,
                              struct json_value place)
{
    struct error error;
    struct dataset_tool_call call = { .value = place };
    struct json_value name = json_member(value, SLICE("name"));
    struct json_value arguments = json_member(value, SLICE("arguments"));
    if (name.type != JSON_STRING || !json_decode(name, reading->arena, &call.name, &error) ||
        (arguments.type != JSON_OBJECT && arguments.type != JSON_STRING)) {
        READING_FAULT(reading, E_TOOL_ARGS_NOT_JSON, place, NULL, "{\"name\": ..., \"arguments\": {...}}", NULL,
                      "the text of the call has no name or no arguments");
        return;
    }
    call.arguments = arguments.text;
    call.was_string = arguments.type == JSON_STRING;
    if (call.was_string && !json_decode(arguments, reading->arena, &call.arguments, &error))
        call.arguments = SLICE("{}");
    append_call(&message->calls, reading->arena, &call);
}

static void take_written_calls(struct reading *reading, struct message_reading *message)
{
    struct json_value place = message->message.content, value;
    struct json_field field;
    struct error error;
    if (message->parts.count != 1 || !message->message.content_was_string)
        return;
    if (!json_scan(message->parts.parts[0].text, &value, &error) ||
        (value.type != JSON_OBJECT && value.type != JSON_ARRAY)) {
        READING_FAULT(reading, E_TOOL_ARGS_NOT_JSON, place, NULL, "{\"name\": ..., \"arguments\": {...}}", NULL,
                      "the text of the call is no JSON object");
        return;
    }
    if (value.type == JSON_OBJECT)
        take_written_call(reading, message, value, place);
    for (struct json_iterator iterator = json_iterate(value); value.type == JSON_ARRAY && json_next(&iterator, &field);)
        take_written_call(reading, message, field.value, place);
    message->parts.count = 0;
}

/* Results become messages of the tool, in front of what else the message holds. */
static void append_results(struct reading *reading, const struct message_reading *message, struct message_list *list)
{
    for (size_t i = 0; i < message->results.count; i++) {
        const struct tool_result *result = &message->results.results[i];
        struct dataset_message answer = { .role = DATASET_TOOL,
                                          .role_name = message->message.role_name,
                                          .parts = result->parts.parts,
                                          .part_count = result->parts.count,
                                          .content_was_string = result->content_was_string,
                                          .tool_call_id = result->id,
                                          .name = result->name,
                                          .content = message->message.content,
                                          .value = message->message.value };
        message_list_append(list, reading->arena, &answer);
    }
}

static void finish_message(struct reading *reading, struct message_reading *message, struct message_list *list)
{
    if (message->role_is_call)
        take_written_calls(reading, message);
    if (message->reasoning.length > 0) {
        struct dataset_part part = { .kind = DATASET_PART_REASONING, .text = message->reasoning };
        part_list_append(&message->parts, reading->arena, &part);
        struct dataset_part *parts = message->parts.parts;
        memmove(parts + 1, parts, (message->parts.count - 1) * sizeof *parts);
        parts[0] = part;
    }
    append_results(reading, message, list);
    bool is_results_only = message->results.count > 0 && message->parts.count == 0 && message->calls.count == 0;
    if (is_results_only || message->has_candidates)
        return;
    message->message.parts = message->parts.parts;
    message->message.part_count = message->parts.count;
    message->message.tool_calls = message->calls.calls;
    message->message.tool_call_count = message->calls.count;
    message_list_append(list, reading->arena, &message->message);
}

/* Candidates speak in the role of their message. */
static void name_candidates(struct reading *reading, const struct message_reading *message, size_t first)
{
    for (size_t i = first; message->has_candidates && i < reading->answers.count; i++) {
        reading->answers.answers[i].messages[0].role = message->message.role;
        reading->answers.answers[i].messages[0].role_name = message->message.role_name;
    }
}

/* outer: the shallow walk over the array that the message is in, brought behind it; NULL: the message is whole. */
static void read_message(struct reading *reading, const struct profile_shape *shape, struct json_value object,
                         struct json_iterator *outer, struct message_list *list)
{
    struct message_reading message = { .message = { .role = DATASET_ROLE_UNKNOWN, .value = object } };
    const struct target target = { .message = &message };
    size_t answers = reading->answers.count;
    struct json_iterator inner = json_enter(object);
    reading_members(reading, shape, object, &inner, &target);
    if (outer)
        json_leave(outer, &inner, &message.message.value);
    name_candidates(reading, &message, answers);
    finish_message(reading, &message, list);
}

void reading_message(struct reading *reading, const struct profile_node *node, struct json_value object,
                     struct message_list *list)
{
    const struct profile_shape *shape = reading_entry(reading, node, object);
    if (shape)
        read_message(reading, shape, object, NULL, list);
}

void reading_messages(struct reading *reading, const struct profile_node *node, struct json_value array,
                      struct message_list *list)
{
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(array); json_next_shallow(&iterator, &field);) {
        bool is_object = field.value.type == JSON_OBJECT;
        if (is_object && node->shapes && node->shapes[0] && !node->shapes[0]->discriminator) {
            /* The usual case: one shape, and the walk over the message is the walk over the array. */
            read_message(reading, node->shapes[0], field.value, &iterator, list);
            continue;
        }
        if (is_object || field.value.type == JSON_ARRAY)
            json_pass(&iterator, &field.value);
        reading_message(reading, node, field.value, list);
    }
}
