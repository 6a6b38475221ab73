/* read_row.c - what the members of a row mean, and the row that they make together. */
#include "dataset/reading.h"

void reading_append_answer(struct reading *reading, const struct dataset_answer *answer)
{
    struct answer_list *list = &reading->answers;
    if (list->count == list->capacity)
        list->answers = arena_grow(reading->arena, list->answers, &list->capacity, list->count ? list->count + 1 : 2,
                                   sizeof *list->answers);
    list->answers[list->count++] = *answer;
}

void reading_answer(struct reading *reading, const struct profile_node *node, struct json_value value,
                    struct slice text, enum dataset_label label)
{
    struct dataset_answer answer = { .label = label, .value = value };
    struct message_list messages = { 0 };
    if (value.type == JSON_STRING) {
        struct dataset_message message = reading_plain_message(reading, DATASET_ASSISTANT, text, value);
        message_list_append(&messages, reading->arena, &message);
        reading->has_plain = true;
    } else if (value.type == JSON_OBJECT) {
        reading_message(reading, node, value, &messages);
        reading->has_lists = true;
    } else if (value.type == JSON_ARRAY) {
        reading_messages(reading, node, value, &messages);
        reading->has_lists = true;
    } else {
        return;
    }
    answer.messages = messages.messages;
    answer.count = messages.count;
    reading_append_answer(reading, &answer);
}

static void take_steps(struct reading *reading, const struct profile_node *node, struct json_value array)
{
    struct json_field field;
    struct slice text = { 0 };
    for (struct json_iterator iterator = json_iterate(array); json_next(&iterator, &field);) {
        const struct dataset_answer broken = { .value = field.value }; /* it keeps its place beside the labels */
        if (reading_entry_fits(reading, node, field.value) &&
            (field.value.type != JSON_STRING || reading_text(reading, field.value, &text)))
            reading_answer(reading, node, field.value, text, DATASET_LABEL_NONE);
        else
            reading_append_answer(reading, &broken);
    }
}

/* A candidate: a message without a role of its own, with a label or a score. */
void reading_candidates(struct reading *reading, const struct profile_node *node, struct json_value array,
                        struct message_reading *message)
{
    struct json_field field;
    if (array.type != JSON_ARRAY)
        return;
    reading->candidates = array;
    reading->candidates_at = reading->prompt.count;
    if (message)
        message->has_candidates = true;
    for (struct json_iterator iterator = json_iterate(array); json_next(&iterator, &field);) {
        const struct profile_shape *shape = reading_entry(reading, node, field.value);
        if (!shape)
            continue;
        struct dataset_answer answer = { .value = field.value };
        struct message_reading candidate = { .message = { .role = DATASET_ASSISTANT, .value = field.value } };
        const struct target target = { .message = &candidate, .answer = &answer };
        reading_object(reading, shape, field.value, &target);
        if (answer.count == 0) {
            struct message_list list = { 0 };
            candidate.message.parts = candidate.parts.parts;
            candidate.message.part_count = candidate.parts.count;
            candidate.message.tool_calls = candidate.calls.calls;
            candidate.message.tool_call_count = candidate.calls.count;
            message_list_append(&list, reading->arena, &candidate.message);
            answer.messages = list.messages;
            answer.count = list.count;
        }
        reading_append_answer(reading, &answer);
    }
}

static void take_label(struct reading *reading, struct json_value value, struct slice text, const struct target *target)
{
    const char *const *labels = reading->profile->labels;
    if (!labels || !target->answer)
        return;
    if (slice_equal(text, slice_of_string(labels[0])))
        target->answer->label = DATASET_LABEL_GOOD;
    else if (slice_equal(text, slice_of_string(labels[1])))
        target->answer->label = DATASET_LABEL_BAD;
    else
        READING_FAULT(reading, E_ENUM, value, NULL, dataset_fault_values(reading->arena, labels), NULL,
                      "the label is '%.*s'", dataset_fault_shown(text), text.bytes);
}

static void take_system(struct reading *reading, const struct profile_node *node, struct json_value value,
                        struct slice text)
{
    struct message_reading message = { .message = { .role = DATASET_SYSTEM, .content = value, .value = value } };
    if (value.type == JSON_STRING) {
        if (text.length == 0)
            return;
        message.message = reading_plain_message(reading, DATASET_SYSTEM, text, value);
    } else if (value.type == JSON_ARRAY) {
        reading_parts(reading, node, value, &message);
        message.message.parts = message.parts.parts;
        message.message.part_count = message.parts.count;
        if (message.parts.count == 0)
            return;
    } else {
        reading_unknown(reading, value);
        return;
    }
    reading->system = message.message;
    reading->has_system = true;
}

static void take_turn(struct reading *reading, struct json_value turn)
{
    struct json_field field;
    struct slice text;
    size_t count = 0;
    struct json_iterator iterator = json_iterate(turn);
    for (; json_next(&iterator, &field); count++) {
        if (field.value.type != JSON_STRING || count == 2 || !reading_text(reading, field.value, &text))
            break;
        struct dataset_message message =
            reading_plain_message(reading, count == 0 ? DATASET_USER : DATASET_ASSISTANT, text, field.value);
        message_list_append(&reading->history, reading->arena, &message);
    }
    if (turn.type != JSON_ARRAY || count != 2 || json_next(&iterator, &field))
        READING_FAULT(reading, E_TYPE, turn, NULL, "a pair of strings: question and answer", NULL,
                      "a turn of the history is something else");
}

static void take_tools(struct reading *reading, const struct profile_node *node, struct json_value value,
                       struct slice text)
{
    struct json_field field;
    struct error error;
    struct json_value outer = reading->outer;
    if (value.type == JSON_STRING) {
        reading->outer = value;
        if (slice_trim(text).length == 0) {
            reading->outer = outer;
            return;
        }
        if (!json_scan(text, &value, &error) || value.type != JSON_ARRAY) {
            READING_FAULT(reading, E_TYPE, value, NULL, "a string that holds a JSON list of tools", NULL,
                          "%s holds something else", node->key);
            reading->outer = outer;
            return;
        }
    }
    for (struct json_iterator iterator = json_iterate(value);
         value.type == JSON_ARRAY && json_next(&iterator, &field);) {
        const struct profile_shape *shape = reading_entry(reading, node, field.value);
        if (!shape)
            continue;
        struct dataset_tool tool = { .value = reading_place(reading, field.value) };
        const struct target target = { .tool = &tool };
        reading_object(reading, shape, field.value, &target);
        if (reading->tools.count == reading->tools.capacity)
            reading->tools.list = arena_grow(reading->arena, reading->tools.list, &reading->tools.capacity,
                                             reading->tools.count + 1, sizeof *reading->tools.list);
        reading->tools.list[reading->tools.count++] = tool;
    }
    reading->outer = outer;
}

static void append_image(struct reading *reading, struct json_value value)
{
    if (reading->image_count == reading->image_capacity)
        reading->images = arena_grow(reading->arena, reading->images, &reading->image_capacity,
                                     reading->image_count + 1, sizeof *reading->images);
    reading->images[reading->image_count++] = value;
}

static void take_images(struct reading *reading, const struct profile_node *node, struct json_value value)
{
    struct json_field field;
    reading->images_value = value;
    if (value.type == JSON_STRING)
        append_image(reading, value);
    for (struct json_iterator iterator = json_iterate(value); value.type == JSON_ARRAY && json_next(&iterator, &field);)
        if (field.value.type == JSON_STRING)
            append_image(reading, field.value);
        else
            READING_FAULT(reading, E_TYPE, field.value, NULL, "a string", NULL, "an entry of %s is %s", node->key,
                          json_type_phrase(field.value.type));
}

/* A place without a meaning of its own: on the way to others, or passed over. */
static void take_step(struct reading *reading, const struct profile_node *node, struct json_value value,
                      const struct target *target)
{
    struct json_field field;
    if (value.type == JSON_OBJECT && node->shapes) {
        const struct profile_shape *shape = reading_shape(reading, node->shapes, value);
        if (shape)
            reading_object(reading, shape, value, target);
        else
            reading_unknown(reading, value);
        return;
    }
    if (value.type != JSON_ARRAY || (!node->shapes && !node->item_types)) {
        reading_unknown(reading, value);
        return;
    }
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);) {
        const struct profile_shape *shape = reading_entry(reading, node, field.value);
        if (shape)
            reading_object(reading, shape, field.value, target);
    }
}

static void take_tool_value(struct reading *reading, const struct profile_node *node, struct json_value value,
                            struct slice text, const struct target *target)
{
    if (node->meaning == MEANING_TOOL_PARAMETERS)
        reading_unknown(reading, value);
    if (!target->tool)
        return;
    if (node->meaning == MEANING_TOOL_NAME)
        target->tool->name = text;
    else if (node->meaning == MEANING_TOOL_DESCRIPTION)
        target->tool->description = text;
    else
        target->tool->parameters = value;
}

static void take_prompt(struct reading *reading, const struct profile_node *node, struct json_value value,
                        struct slice text)
{
    if (value.type == JSON_STRING) {
        struct dataset_message message = reading_plain_message(reading, DATASET_USER, text, value);
        message_list_append(&reading->prompt, reading->arena, &message);
        reading->has_plain = true;
    } else if (value.type == JSON_ARRAY) {
        reading_messages(reading, node, value, &reading->prompt);
        reading->has_lists = true;
    }
}

static void take_answers(struct reading *reading, const struct profile_node *node, struct json_value value,
                         struct slice text)
{
    switch ((int)node->meaning) { /* those of this kind only */
    case MEANING_COMPLETION:
        reading_answer(reading, node, value, text, DATASET_LABEL_NONE);
        break;
    case MEANING_CHOSEN:
        reading_answer(reading, node, value, text, DATASET_LABEL_GOOD);
        break;
    case MEANING_REJECTED:
        reading_answer(reading, node, value, text, DATASET_LABEL_BAD);
        break;
    case MEANING_LABEL:
        reading->label = value;
        break;
    case MEANING_STEPS:
        take_steps(reading, node, value);
        break;
    default: /* MEANING_STEP_LABELS */
        reading->labels = value;
        break;
    }
}

static void take_row_value(struct reading *reading, const struct profile_node *node, struct json_value value,
                           struct slice text)
{
    struct dataset_row *row = reading->row;
    struct json_field field;
    switch ((int)node->meaning) { /* those of this kind only */
    case MEANING_ID:
        row->id = text;
        row->id_value = value;
        break;
    case MEANING_MODEL_NAME:
        row->model = text;
        row->model_value = value;
        break;
    case MEANING_URL_PATH:
        row->url = text;
        row->url_value = value;
        break;
    case MEANING_STREAM:
        if (value.type == JSON_TRUE)
            READING_FAULT(reading, W_STREAM, value, NULL, "false, or no such key", NULL, "stream is true");
        break;
    case MEANING_SYSTEM:
        take_system(reading, node, value, text);
        break;
    case MEANING_TEXT:
        row->text = text;
        row->text_value = value;
        break;
    case MEANING_INSTRUCTION:
        reading->instruction = text;
        reading->instruction_value = value;
        break;
    case MEANING_INPUT:
        reading->input = text;
        break;
    case MEANING_HISTORY:
        for (struct json_iterator iterator = json_iterate(value);
             value.type == JSON_ARRAY && json_next(&iterator, &field);)
            take_turn(reading, field.value);
        break;
    case MEANING_TOOLS:
        take_tools(reading, node, value, text);
        break;
    case MEANING_PARALLEL_TOOL_CALLS:
        row->parallel_tool_calls = value;
        break;
    case MEANING_IMAGES:
        take_images(reading, node, value);
        break;
    default: /* MEANING_IMAGE_REFERENCE */
        reading->image_reference = value;
        break;
    }
}

void reading_gather(struct reading *reading, const struct profile_node *node, struct json_value value,
                    struct slice text, const struct target *target)
{
    enum profile_meaning meaning = node->meaning;
    if (meaning == MEANING_NONE)
        take_step(reading, node, value, target);
    else if (meaning >= MEANING_TOOL_NAME)
        take_tool_value(reading, node, value, text, target);
    else if (meaning >= MEANING_PART_TEXT)
        reading_gather_part(reading, node, value, text, target);
    else if (meaning >= MEANING_ROLE)
        reading_gather_message(reading, node, value, text, target);
    else if (meaning == MEANING_CANDIDATES)
        reading_candidates(reading, node, value, target->message);
    else if (meaning == MEANING_CANDIDATE_LABEL)
        take_label(reading, value, text, target);
    else if (meaning == MEANING_CANDIDATE_SCORE && target->answer)
        target->answer->score = value;
    else if (meaning == MEANING_MESSAGES && value.type == JSON_ARRAY)
        reading_messages(reading, node, value, &reading->prompt);
    else if (meaning == MEANING_PROMPT)
        take_prompt(reading, node, value, text);
    else if (meaning >= MEANING_COMPLETION && meaning <= MEANING_STEP_LABELS)
        take_answers(reading, node, value, text);
    else
        take_row_value(reading, node, value, text);
}
