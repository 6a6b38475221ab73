/* read_row.c - what the members of a row mean, and the row that they make together. */
#include "base/number.h"
#include "base/utf8.h"
#include "dataset/reading.h"

static const char image_token[] = "<image>";

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
    struct slice text;
    for (struct json_iterator iterator = json_iterate(array); json_next(&iterator, &field);) {
        if (field.value.type == JSON_STRING ? !reading_text(reading, field.value, &text)
                                            : field.value.type != JSON_OBJECT && field.value.type != JSON_ARRAY) {
            READING_FAULT(reading, E_TYPE, field.value, NULL, "a string or a message", NULL, "an entry of %s is %s",
                          node->key, json_type_phrase(field.value.type));
            continue;
        }
        reading_answer(reading, node, field.value, text, DATASET_LABEL_NONE);
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
        const struct profile_shape *shape = NULL;
        if (field.value.type == JSON_OBJECT && node->shapes)
            shape = reading_shape(reading, node->shapes, field.value);
        else
            READING_FAULT(reading, E_TYPE, field.value, NULL, "an object", NULL, "an entry of %s is %s", node->key,
                          json_type_phrase(field.value.type));
        if (!shape) {
            reading_unknown(reading, field.value);
            continue;
        }
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
        READING_FAULT(reading, E_ENUM, value, NULL, expected_values(reading->arena, labels), NULL,
                      "the label is '%.*s'", (int)utf8_cut(text, 80), text.bytes);
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
        const struct profile_shape *shape = NULL;
        if (field.value.type != JSON_OBJECT)
            READING_FAULT(reading, E_TYPE, field.value, NULL, "an object", NULL, "an entry of %s is %s", node->key,
                          json_type_phrase(field.value.type));
        else if (node->shapes)
            shape = reading_shape(reading, node->shapes, field.value);
        if (!shape) {
            reading_unknown(reading, field.value);
            continue;
        }
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
    unsigned types = node->item_types ? node->item_types : TYPE_OBJECT;
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);) {
        const struct profile_shape *shape = NULL;
        if (!(types & 1U << field.value.type))
            READING_FAULT(reading, E_TYPE, field.value, NULL, expected_types(reading->arena, types), NULL,
                          "an entry of %s is %s", node->key, json_type_phrase(field.value.type));
        else if (field.value.type == JSON_OBJECT && node->shapes)
            shape = reading_shape(reading, node->shapes, field.value);
        if (shape)
            reading_object(reading, shape, field.value, target);
        else
            reading_unknown(reading, field.value);
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

/* Instruction and input as one message of the user. */
static struct dataset_message instruction_message(struct reading *reading)
{
    struct slice text = reading->instruction;
    if (reading->input.length > 0 && text.length > 0)
        text = dataset_join(text, SLICE("\n"), reading->input, reading->arena);
    else if (reading->input.length > 0)
        text = reading->input;
    return reading_plain_message(reading, DATASET_USER, text, reading->instruction_value);
}

static struct dataset_message image_message(struct reading *reading)
{
    struct json_value value = reading->image_reference;
    struct dataset_message message = reading_plain_message(reading, DATASET_USER, SLICE(""), value);
    struct slice uri;
    message.content_was_string = false;
    message.parts[0].kind = DATASET_PART_IMAGE;
    if (reading_text(reading, value, &uri))
        message.parts[0].uri = uri;
    return message;
}

static void join_messages(struct reading *reading)
{
    struct message_list all = { 0 };
    if (reading->has_system)
        message_list_append(&all, reading->arena, &reading->system);
    for (size_t i = 0; i < reading->history.count; i++)
        message_list_append(&all, reading->arena, &reading->history.messages[i]);
    if (all.count == 0)
        all = reading->prompt;
    else
        for (size_t i = 0; i < reading->prompt.count; i++)
            message_list_append(&all, reading->arena, &reading->prompt.messages[i]);
    struct dataset_message message;
    if (reading->instruction_value.type != JSON_MISSING) {
        message = instruction_message(reading);
        message_list_append(&all, reading->arena, &message);
    }
    if (reading->image_reference.type != JSON_MISSING) {
        message = image_message(reading);
        message_list_append(&all, reading->arena, &message);
    }
    if (reading->layout->form == DATASET_CHAT)
        for (size_t i = 0; i < reading->answers.count && reading->answers.answers[0].label == DATASET_LABEL_NONE; i++)
            for (size_t j = 0; j < reading->answers.answers[i].count; j++)
                message_list_append(&all, reading->arena, &reading->answers.answers[i].messages[j]);
    if (reading->layout->form == DATASET_CHAT && reading->answers.count &&
        reading->answers.answers[0].label == DATASET_LABEL_NONE)
        reading->answers.count = 0;
    reading->row->messages = all.messages;
    reading->row->message_count = all.count;
}

/* <image> in a text of the message becomes the next image of the list. */
static void place_message_images(struct reading *reading, struct dataset_message *message, size_t *next)
{
    const struct slice token = slice_of_string(image_token);
    struct part_list parts = { 0 };
    for (size_t i = 0; i < message->part_count; i++) {
        struct dataset_part part = message->parts[i];
        struct slice rest = part.text;
        while (part.kind == DATASET_PART_TEXT) {
            size_t at = slice_find(rest, token);
            if (at == rest.length)
                break;
            struct dataset_part before = part, image = { .kind = DATASET_PART_IMAGE, .value = part.value };
            before.text = slice_between(rest, 0, at);
            if (before.text.length > 0)
                part_list_append(&parts, reading->arena, &before);
            if (*next < reading->image_count) {
                image.value = reading->images[*next];
                if (reading_text(reading, image.value, &image.uri))
                    part_list_append(&parts, reading->arena, &image);
            }
            (*next)++;
            rest = slice_from(rest, at + token.length);
        }
        part.text = rest;
        if (part.kind != DATASET_PART_TEXT || rest.length > 0 || parts.count == 0)
            part_list_append(&parts, reading->arena, &part);
    }
    message->parts = parts.parts;
    message->part_count = parts.count;
}

static void place_images(struct reading *reading)
{
    struct dataset_row *row = reading->row;
    size_t used = 0;
    for (size_t i = 0; i < row->message_count; i++)
        place_message_images(reading, &row->messages[i], &used);
    for (size_t i = 0; i < reading->answers.count; i++)
        for (size_t j = 0; j < reading->answers.answers[i].count; j++)
            place_message_images(reading, &reading->answers.answers[i].messages[j], &used);
    if (used != reading->image_count && reading->profile->rules & RULE_IMAGE_TOKENS)
        READING_FAULT(reading, E_IMAGE_TOKEN_COUNT, reading->images_value, NULL, "one image for each <image>", NULL,
                      "%zu <image> in the texts, %zu images", used, reading->image_count);
}

static bool same_messages(const struct reading *reading, const struct dataset_message *one,
                          const struct dataset_message *other)
{
    return one->role == other->role && one->tool_call_count == other->tool_call_count &&
           slice_equal(dataset_message_text(one, reading->arena), dataset_message_text(other, reading->arena));
}

/* What chosen and rejected both begin with is the prompt: whole messages, or the characters of two texts up to the
 * last white space. */
static void take_shared_prompt(struct reading *reading)
{
    struct dataset_answer *chosen = &reading->answers.answers[0], *rejected = &reading->answers.answers[1];
    struct dataset_row *row = reading->row;
    size_t shared = 0;
    if (reading->has_plain && chosen->count == 1 && rejected->count == 1) {
        struct slice *one = &chosen->messages[0].parts[0].text, *other = &rejected->messages[0].parts[0].text;
        while (shared < one->length && shared < other->length && one->bytes[shared] == other->bytes[shared])
            shared++;
        shared = utf8_cut(*one, shared);
        while (shared > 0 && !strchr(" \n\t", one->bytes[shared - 1]))
            shared--;
        if (shared == 0)
            return;
        struct dataset_message prompt =
            reading_plain_message(reading, DATASET_USER, slice_between(*one, 0, shared), chosen->value);
        struct message_list list = { 0 };
        message_list_append(&list, reading->arena, &prompt);
        *one = slice_from(*one, shared);
        *other = slice_from(*other, shared);
        row->messages = list.messages;
        row->message_count = 1;
        return;
    }
    while (shared < chosen->count && shared < rejected->count &&
           same_messages(reading, &chosen->messages[shared], &rejected->messages[shared]))
        shared++;
    while (shared > 0 && (shared == chosen->count || shared == rejected->count))
        shared--; /* an answer is left */
    row->messages = chosen->messages;
    row->message_count = shared;
    chosen->messages += shared;
    chosen->count -= shared;
    rejected->messages += shared;
    rejected->count -= shared;
}

static void label_steps(struct reading *reading)
{
    struct json_field field;
    size_t count = 0;
    struct answer_list *steps = &reading->answers;
    for (struct json_iterator iterator = json_iterate(reading->labels); json_next(&iterator, &field); count++)
        if (field.value.type != JSON_TRUE && field.value.type != JSON_FALSE)
            READING_FAULT(reading, E_TYPE, field.value, NULL, "a boolean", NULL, "a label is %s",
                          json_type_phrase(field.value.type));
        else if (count < steps->count)
            steps->answers[count].label = field.value.type == JSON_TRUE ? DATASET_LABEL_GOOD : DATASET_LABEL_BAD;
    if (count != steps->count && reading->labels.type == JSON_ARRAY)
        READING_FAULT(reading, E_LENGTH_MISMATCH, reading->labels, NULL,
                      arena_format(reading->arena, "%zu, one for each step", steps->count), NULL, "%zu labels", count);
}

/* Without labels the best score is the good one. */
static void label_by_score(struct answer_list *answers)
{
    double best = 0, score;
    size_t scored = 0;
    for (size_t i = 0; i < answers->count; i++) {
        if (answers->answers[i].label != DATASET_LABEL_NONE || !json_double(answers->answers[i].score, &score))
            return;
        if (scored++ == 0 || score > best)
            best = score;
    }
    for (size_t i = 0; i < answers->count && scored > 0; i++)
        if (json_double(answers->answers[i].score, &score))
            answers->answers[i].label = score >= best ? DATASET_LABEL_GOOD : DATASET_LABEL_BAD;
}

/* A labelled conversation: what stands behind the last turn of the user is the answer. */
static void split_labelled(struct reading *reading)
{
    struct dataset_row *row = reading->row;
    size_t prompt = row->message_count;
    while (prompt > 0 && row->messages[prompt - 1].role != DATASET_USER)
        prompt--;
    struct dataset_answer answer = { .messages = row->messages + prompt, .count = row->message_count - prompt };
    if (prompt == 0 || answer.count == 0)
        return;
    answer.value = answer.messages[0].value;
    row->message_count = prompt;
    reading_append_answer(reading, &answer);
}

void reading_finish(struct reading *reading)
{
    struct dataset_row *row = reading->row;
    enum dataset_form form = reading->layout->form;
    unsigned rules = reading->profile->rules;
    join_messages(reading);
    if (reading->image_count > 0 || rules & RULE_IMAGE_TOKENS)
        place_images(reading);
    if (reading->has_plain && reading->has_lists && rules & RULE_ONE_FORM_A_ROW)
        READING_FAULT(reading, E_FORMAT_AMBIGUOUS, (struct json_value){ 0 }, NULL,
                      "prompt and answers all strings or all lists", NULL, "strings and lists of messages are mixed");
    if (reading->candidates.type != JSON_MISSING && rules & RULE_CANDIDATES_LAST &&
        reading->candidates_at != reading->prompt.count)
        READING_FAULT(reading, E_CANDIDATES_NOT_LAST, reading->candidates, NULL, "the last turn", NULL,
                      "candidates stand in an earlier turn");
    if (form == DATASET_STEPWISE)
        label_steps(reading);
    if (form == DATASET_UNPAIRED && reading->answers.count == 0)
        split_labelled(reading);
    if (form == DATASET_UNPAIRED && reading->answers.count > 0 && reading->label.type != JSON_MISSING)
        reading->answers.answers[0].label = reading->label.type == JSON_TRUE ? DATASET_LABEL_GOOD : DATASET_LABEL_BAD;
    if (form == DATASET_PREFERENCE && !reading->profile->labels)
        label_by_score(&reading->answers);
    if (form == DATASET_PREFERENCE && rules & RULE_SHARED_PREFIX && row->message_count == 0 &&
        reading->answers.count == 2)
        take_shared_prompt(reading);
    row->answers = reading->answers.answers;
    row->answer_count = reading->answers.count;
    row->tools = reading->tools.list;
    row->tool_count = reading->tools.count;
    bool is_one_text = row->message_count <= 1; /* no system text, no turns before */
    if (reading->has_lists)
        row->is_plain = false;
    else if (reading->has_plain)
        row->is_plain = is_one_text;
}
