/* read_finish.c - the row that the pieces of a record make together. */
#include "base/number.h"
#include "base/utf8.h"
#include "dataset/reading.h"

static const char image_token[] = "<image>";

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
    if (shared == 0)
        return;
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
    if (prompt == 0 || prompt == row->message_count)
        return;
    struct dataset_answer answer = { .messages = row->messages + prompt, .count = row->message_count - prompt };
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
