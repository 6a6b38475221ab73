/* validate_content.c - tools and their results, images and videos, pairs of answers. */
#include <inttypes.h>
#include <stdlib.h>

#include "dataset/checking.h"
#include "text/fold.h"

/* A name or id and where it stands; place orders them. */
struct named {
    struct slice name;
    struct json_value value;
    size_t place;
};

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = slice_compare(a->name, b->name);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static const struct named *find_named(const struct named *list, size_t count, struct slice name)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(list[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && slice_equal(list[low].name, name) ? &list[low] : NULL;
}

static void sort_named(struct named *list, size_t count)
{
    if (count > 1)
        qsort(list, count, sizeof *list, compare_named);
}

static void check_declarations(const struct checking *checking, struct named *tools)
{
    const struct dataset_row *row = checking->row;
    for (size_t i = 0; i < row->tool_count; i++)
        tools[i] = (struct named){ row->tools[i].name, row->tools[i].value, i };
    sort_named(tools, row->tool_count);
    for (size_t i = 1; i < row->tool_count; i++)
        if (slice_equal(tools[i - 1].name, tools[i].name))
            dataset_fault_add(checking->faults, E_TOOL_DUP_NAME, tools[i].value, NULL, "names that differ", NULL,
                              "two tools have the name '%.*s'", dataset_fault_shown(tools[i].name),
                              tools[i].name.bytes);
}

static void check_call_ids(const struct checking *checking, struct named *calls, size_t count)
{
    sort_named(calls, count);
    for (size_t i = 1; i < count; i++)
        if (calls[i].name.length > 0 && slice_equal(calls[i - 1].name, calls[i].name))
            dataset_fault_add(checking->faults, E_TOOL_ID_DUP, calls[i].value, NULL, "ids that differ", NULL,
                              "two calls have the id '%.*s'", dataset_fault_shown(calls[i].name), calls[i].name.bytes);
}

static void check_result(const struct checking *checking, const struct dataset_message *message, size_t place,
                         const struct named *calls, size_t call_count)
{
    struct slice id = message->tool_call_id;
    if (id.length == 0) {
        if (slice_equal(message->role_name, SLICE("tool")))
            dataset_fault_add(checking->faults, E_KEY_MISSING, message->value, "tool_call_id", NULL,
                              "name the call that it answers", "key 'tool_call_id' is missing");
        return;
    }
    const struct named *call = find_named(calls, call_count, id);
    if (!call || call->place > place)
        dataset_fault_add(checking->faults, E_TOOL_RESULT_ORPHAN, message->value, NULL, "the id of a call before it",
                          NULL, "no call has the id '%.*s'", dataset_fault_shown(id), id.bytes);
}

static size_t count_calls(const struct dataset_row *row)
{
    struct message_walk walk = { 0 };
    const struct dataset_message *message;
    size_t count = 0;
    while ((message = next_message(row, &walk)))
        count += message->tool_call_count;
    return count;
}

static void check_roles(const struct checking *checking)
{
    struct message_walk walk = { 0 };
    const struct dataset_message *message, *before = NULL;
    for (; (message = next_message(checking->row, &walk)); before = message) {
        if (message->tool_call_count > 0 && message->role != DATASET_ASSISTANT && message->role != DATASET_ROLE_UNKNOWN)
            dataset_fault_add(checking->faults, E_TOOL_ROLE, message->value, NULL, "the assistant", NULL,
                              "a message of %s calls a tool", dataset_role_names[message->role]);
        if (message->tool_call_id.length > 0 && message->role != DATASET_TOOL && message->role != DATASET_ROLE_UNKNOWN)
            dataset_fault_add(checking->faults, E_TOOL_ROLE, message->value, NULL, "a message of a tool", NULL,
                              "a message of %s has a tool_call_id", dataset_role_names[message->role]);
        if (message->role == DATASET_TOOL && checking_rule(checking, RULE_TOOL_RESULT_FOLLOWS) &&
            !(before && (before->role == DATASET_TOOL || before->tool_call_count > 0)))
            dataset_fault_add(checking->faults, E_ROLE_ORDER, message->value, NULL,
                              "the result of a tool right behind its call", NULL, "a result follows %s",
                              before ? dataset_role_names[before->role] : "nothing");
    }
}

void check_tools(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    size_t call_count = count_calls(row), count = 0, place = 0;
    struct named *tools = arena_allocate_zeroed(checking->arena, row->tool_count + 1, sizeof *tools);
    struct named *calls = arena_allocate_zeroed(checking->arena, call_count + 1, sizeof *calls);
    struct message_walk walk = { 0 };
    const struct dataset_message *message;
    check_declarations(checking, tools);
    check_roles(checking);
    for (; (message = next_message(row, &walk)); place++)
        for (size_t i = 0; i < message->tool_call_count; i++) {
            const struct dataset_tool_call *call = &message->tool_calls[i];
            if (!walk.is_answer) /* answers are alternatives: their ids may be the same */
                calls[count++] = (struct named){ call->id, call->value, place };
            if (checking_rule(checking, RULE_TOOL_DECLARED) && call->name.length > 0 &&
                !find_named(tools, row->tool_count, call->name))
                dataset_fault_add(checking->faults, E_TOOL_UNDECLARED, call->value, NULL, "a tool of the row's list",
                                  NULL, "tool '%.*s' is not declared", dataset_fault_shown(call->name),
                                  call->name.bytes);
        }
    if (!checking_rule(checking, RULE_TOOL_IDS))
        return;
    check_call_ids(checking, calls, count);
    for (size_t i = 0; i < row->message_count; i++)
        if (row->messages[i].role == DATASET_TOOL)
            check_result(checking, &row->messages[i], i, calls, count);
}

/* jpg is jpeg. */
static bool is_format(const char *const *formats, struct slice format)
{
    struct slice name = slice_equal_ignore_case(format, SLICE("jpg")) ? SLICE("jpeg") : format;
    for (size_t i = 0; formats[i]; i++)
        if (slice_equal_ignore_case(name, slice_of_string(formats[i])))
            return true;
    return false;
}

/* What the part says of itself, else the ending of its address in S3. */
static struct slice format_of(const struct dataset_part *part)
{
    bool is_told = part->format.length > 0 || !slice_starts_with(part->uri, SLICE("s3://"));
    return is_told ? part->format : dataset_part_ending(part);
}

static void check_part(const struct checking *checking, const struct dataset_message *message,
                       const struct dataset_part *part)
{
    const struct profile *profile = checking->profile;
    bool is_image = part->kind == DATASET_PART_IMAGE;
    const char *const *formats = is_image                           ? profile->image_formats
                                 : part->kind == DATASET_PART_VIDEO ? profile->video_formats
                                                                    : NULL;
    struct slice format = format_of(part);
    int64_t bytes = (int64_t)(part->data.length / 4 * 3);
    if (checking_rule(checking, RULE_TEXT_ONLY) && part->kind != DATASET_PART_REASONING)
        dataset_fault_add(checking->faults, E_MODALITY, part->value, NULL, "text", NULL,
                          "a part that is no text is not taken here");
    if (is_image && checking_rule(checking, RULE_IMAGE_USER_ONLY) && message->role != DATASET_USER &&
        message->role != DATASET_TOOL && message->role != DATASET_ROLE_UNKNOWN)
        dataset_fault_add(checking->faults, E_IMAGE_ROLE, part->value, NULL, "the user", NULL,
                          "a message of %s has an image", dataset_role_names[message->role]);
    if (formats && format.length > 0 && !is_format(formats, format))
        dataset_fault_add(checking->faults, E_IMAGE_FORMAT, part->value, NULL,
                          dataset_fault_values(checking->arena, formats), NULL, "the format is '%.*s'",
                          dataset_fault_shown(format), format.bytes);
    if (is_image && profile->limits.image_bytes_maximum && bytes > profile->limits.image_bytes_maximum)
        dataset_fault_add(checking->faults, E_IMAGE_SIZE, part->value, NULL,
                          arena_format(checking->arena, "%" PRId64 " at most", profile->limits.image_bytes_maximum),
                          NULL, "the image has %" PRId64 " bytes", bytes);
}

static void check_count(const struct checking *checking, enum code code, int64_t count, int64_t maximum,
                        const char *what)
{
    if (maximum > 0 && count > maximum)
        dataset_fault_add(checking->faults, code, (struct json_value){ 0 }, NULL,
                          arena_format(checking->arena, "%" PRId64 " at most", maximum), NULL,
                          "the row has %" PRId64 " %s", count, what);
}

void check_media(const struct checking *checking)
{
    const struct profile_limits *limits = &checking->profile->limits;
    struct message_walk walk = { 0 };
    const struct dataset_message *message;
    int64_t counts[DATASET_PART_REASONING + 1] = { 0 };
    while ((message = next_message(checking->row, &walk)))
        for (size_t i = 0; i < message->part_count; i++) {
            counts[message->parts[i].kind]++;
            if (message->parts[i].kind != DATASET_PART_TEXT)
                check_part(checking, message, &message->parts[i]);
        }
    check_count(checking, E_IMAGE_COUNT, counts[DATASET_PART_IMAGE], limits->images_maximum, "images");
    check_count(checking, E_MEDIA_COUNT, counts[DATASET_PART_VIDEO], limits->videos_maximum, "videos");
    check_count(checking, E_MEDIA_COUNT, counts[DATASET_PART_DOCUMENT], limits->documents_maximum, "documents");
    if (checking_rule(checking, RULE_IMAGE_OR_VIDEO) && counts[DATASET_PART_IMAGE] && counts[DATASET_PART_VIDEO])
        dataset_fault_add(checking->faults, E_MEDIA_MIX, (struct json_value){ 0 }, NULL, "images or one video", NULL,
                          "the row has images and video");
}

/* What an answer says, in one text: its messages, and the calls in them. */
static struct slice answer_text(const struct dataset_answer *answer, struct arena *arena)
{
    if (answer->count == 1 && answer->messages[0].tool_call_count == 0)
        return dataset_message_text(&answer->messages[0], arena);
    struct buffer text = { 0 };
    for (size_t i = 0; i < answer->count; i++) {
        const struct dataset_message *message = &answer->messages[i];
        buffer_append_slice(&text, dataset_message_text(message, arena));
        for (size_t j = 0; j < message->tool_call_count; j++) {
            buffer_append_byte(&text, '\0');
            buffer_append_slice(&text, message->tool_calls[j].name);
            buffer_append_byte(&text, '\0');
            buffer_append_slice(&text, message->tool_calls[j].arguments);
        }
        buffer_append_byte(&text, '\0');
    }
    struct slice copy = arena_copy(arena, buffer_slice(&text));
    buffer_release(&text);
    return copy;
}

static bool fold_equal(struct slice one, struct slice other)
{
    struct buffer left = { 0 }, right = { 0 };
    text_fold(&left, one);
    text_fold(&right, other);
    bool is_equal = left.length > 0 && slice_equal(buffer_slice(&left), buffer_slice(&right));
    buffer_release(&left);
    buffer_release(&right);
    return is_equal;
}

static void compare_answers(const struct checking *checking, const struct dataset_answer *good,
                            const struct dataset_answer *bad)
{
    struct slice one = answer_text(good, checking->arena), other = answer_text(bad, checking->arena);
    struct slice shorter = one.length < other.length ? one : other, longer = one.length < other.length ? other : one;
    if (good->count == 0 || bad->count == 0)
        return;
    if (slice_equal(one, other))
        dataset_fault_add(checking->faults, E_PREF_IDENTICAL, bad->value, NULL, "answers that differ", NULL,
                          "both answers are the same");
    else if (shorter.length > 0 && slice_starts_with(longer, shorter))
        dataset_fault_add(checking->faults, E_PREF_PREFIX, shorter.bytes == one.bytes ? good->value : bad->value, NULL,
                          "answers that differ in more than length", NULL, "one answer is the beginning of the other");
    else if (longer.length < 3 * shorter.length && fold_equal(one, other))
        dataset_fault_add(checking->faults, W_PREF_NEAR_IDENTICAL, bad->value, NULL, NULL, NULL,
                          "the answers differ in case, spaces or punctuation only");
}

/* With a prompt of its own the answers hold no prompt. */
static void check_repeated(const struct checking *checking, const struct dataset_answer *answer)
{
    const struct dataset_row *row = checking->row;
    if (checking_rule(checking, RULE_SHARED_PREFIX) || row->message_count == 0 || answer->count == 0)
        return;
    const struct dataset_message *first = &row->messages[0], *last = &row->messages[row->message_count - 1];
    struct slice answer_start = dataset_message_text(&answer->messages[0], checking->arena);
    struct slice prompt = dataset_message_text(row->is_plain ? last : first, checking->arena);
    bool is_repeated = row->is_plain ? prompt.length >= 8 && slice_starts_with(answer_start, prompt)
                                     : answer->count > 1 && answer->messages[0].role == first->role &&
                                           slice_equal(answer_start, prompt);
    if (is_repeated)
        dataset_fault_add(checking->faults, E_PREF_PROMPT_REPEATED, answer->value, NULL, "the answer alone",
                          "leave the prompt out of the answers", "the answer begins with the prompt");
}

static void check_answer(const struct checking *checking, const struct dataset_answer *answer)
{
    size_t assistants = 0;
    if (checking_rule(checking, RULE_ANSWER_ONE_MESSAGE) && answer->count > 1)
        dataset_fault_add(checking->faults, E_PREF_COUNT, answer->value, NULL, "one message of the assistant", NULL,
                          "the answer has %zu messages", answer->count);
    for (size_t i = 0; i < answer->count && checking_rule(checking, RULE_ANSWER_ROLES); i++) {
        const struct dataset_message *message = &answer->messages[i];
        assistants += message->role == DATASET_ASSISTANT;
        if (message->role == DATASET_USER || message->role == DATASET_SYSTEM)
            dataset_fault_add(checking->faults, E_PREF_ROLE, message->value, NULL, "assistant or tool", NULL,
                              "a message of an answer is of %s", dataset_role_names[message->role]);
        else
            assistants += message->role == DATASET_ROLE_UNKNOWN;
        if (i + 1 == answer->count && assistants == 0 && message->role == DATASET_TOOL)
            dataset_fault_add(checking->faults, E_PREF_ROLE, answer->value, NULL, "one message of the assistant", NULL,
                              "the answer has none of the assistant");
    }
    check_repeated(checking, answer);
}

static void check_shared_prompt(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    const struct dataset_answer *one = &row->answers[0], *other = &row->answers[1];
    bool has_users = false;
    for (size_t i = 0; i < one->count; i++)
        has_users |= one->messages[i].role == DATASET_USER;
    for (size_t i = 0; i < other->count; i++)
        has_users |= other->messages[i].role == DATASET_USER;
    if (has_users)
        dataset_fault_add(checking->faults, E_PREF_PROMPT_DIVERGES, other->value, NULL, "the same prompt in both", NULL,
                          "the prompts of the two answers differ");
    else if (row->message_count == 0)
        dataset_fault_add(checking->faults, E_PREF_NO_PROMPT, other->value, NULL, "a beginning that both share", NULL,
                          "the answers share no prompt");
}

void check_answers(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    size_t good = 0, bad = 0;
    const struct dataset_answer *one = NULL, *other = NULL;
    for (size_t i = 0; i < row->answer_count; i++) {
        check_answer(checking, &row->answers[i]);
        good += row->answers[i].label == DATASET_LABEL_GOOD;
        bad += row->answers[i].label == DATASET_LABEL_BAD;
        one = !one && row->answers[i].label == DATASET_LABEL_GOOD ? &row->answers[i] : one;
        other = !other && row->answers[i].label == DATASET_LABEL_BAD ? &row->answers[i] : other;
    }
    if (row->form != DATASET_PREFERENCE || row->answer_count == 0)
        return;
    if (row->answer_count < 2 && checking->faults->refusals == 0)
        dataset_fault_add(checking->faults, E_PREF_COUNT, row->answers[0].value, NULL, "two at least", NULL,
                          "the row has one answer");
    else if (row->answer_count > 1 && checking_rule(checking, RULE_LABELS_DIFFER) && (good == 0 || bad == 0))
        dataset_fault_add(checking->faults, E_PREF_LABEL, row->answers[0].value, NULL, "one of each label", NULL,
                          "all answers have the same label");
    if (checking_rule(checking, RULE_SHARED_PREFIX) && row->answer_count == 2)
        check_shared_prompt(checking);
    if (checking_rule(checking, RULE_LAST_IS_PROMPT) && row->message_count > 0 &&
        row->messages[row->message_count - 1].role == DATASET_ASSISTANT)
        dataset_fault_add(checking->faults, E_PREF_INPUT_ENDS_ASSISTANT, row->messages[row->message_count - 1].value,
                          NULL, "the user", NULL, "the prompt ends with the assistant");
    if (one && other)
        compare_answers(checking, one, other);
}
