/* validate.c - the rules of a profile over a row: which apply, and the order of turns. */
#include "dataset/validate.h"

#include <inttypes.h>

#include "base/number.h"
#include "dataset/checking.h"

const struct dataset_message *next_message(const struct dataset_row *row, struct message_walk *walk)
{
    if (!walk->is_behind_prompt) {
        if (walk->index < row->message_count)
            return &row->messages[walk->index++];
        walk->is_behind_prompt = true;
        walk->index = 0;
    }
    walk->is_answer = true;
    for (; walk->answer < row->answer_count; walk->answer++, walk->index = 0)
        if (walk->index < row->answers[walk->answer].count)
            return &row->answers[walk->answer].messages[walk->index++];
    return NULL;
}

static bool is_same_message(const struct dataset_message *one, const struct dataset_message *other)
{
    return one->value.text.bytes == other->value.text.bytes;
}

static const char *role_name(const struct dataset_message *message)
{
    return dataset_role_names[message->role];
}

static void check_system(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    bool has_others = false;
    size_t count = 0;
    for (size_t i = 0; i < row->message_count; i++) {
        const struct dataset_message *message = &row->messages[i];
        if (message->role != DATASET_SYSTEM) {
            has_others = true;
            continue;
        }
        if (has_others && checking_rule(checking, RULE_SYSTEM_FIRST))
            dataset_fault_add(checking->faults, E_SYSTEM_NOT_FIRST, message->value, NULL, "the first message",
                              "move it to the front", "a system message stands behind others");
        if (count++ > 0 && checking_rule(checking, RULE_SYSTEM_ONCE))
            dataset_fault_add(checking->faults, E_COUNT, message->value, NULL, "at most 1", "join the texts",
                              "the row has %zu system messages", count);
    }
}

/* Who speaks, as far as the order goes: what a tool says is said to the assistant. */
static enum dataset_role speaker(const struct dataset_message *message)
{
    return message->role == DATASET_TOOL ? DATASET_USER : message->role;
}

static void fault_order(const struct checking *checking, const struct dataset_message *message, const char *expected,
                        const struct dataset_message *before)
{
    dataset_fault_add(checking->faults, E_ROLE_ORDER, message->value, NULL, expected, NULL, "%s follows %s",
                      role_name(message), before ? role_name(before) : "nothing");
}

static void check_neighbours(const struct checking *checking, const struct dataset_message *before,
                             const struct dataset_message *message)
{
    bool is_equal = before->role == message->role && !is_same_message(before, message);
    if (checking_rule(checking, RULE_ALTERNATE) && speaker(before) == speaker(message) &&
        !is_same_message(before, message))
        fault_order(checking, message, "user and assistant in turns", before);
    else if (checking_rule(checking, RULE_NO_EQUAL_NEIGHBOURS) && is_equal)
        fault_order(checking, message, "another role than the message before", before);
    else if (checking_rule(checking, RULE_NO_USER_NEIGHBOURS) && is_equal && message->role == DATASET_USER)
        fault_order(checking, message, "one message of the user at a time", before);
    else if (checking_rule(checking, RULE_ASSISTANT_AFTER_USER) && message->role == DATASET_ASSISTANT &&
             speaker(before) != DATASET_USER)
        fault_order(checking, message, "the assistant behind user or tool", before);
}

static void check_order(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    const struct dataset_message *before = NULL;
    for (size_t i = 0; i < row->message_count; i++) {
        const struct dataset_message *message = &row->messages[i];
        if (message->role == DATASET_ROLE_UNKNOWN)
            return; /* told already; what follows from it is no news */
        if (message->role == DATASET_SYSTEM && !checking_rule(checking, RULE_NO_EQUAL_NEIGHBOURS))
            continue;
        if (!before && message->role != DATASET_USER && message->role != DATASET_SYSTEM &&
            checking_rule(checking, RULE_FIRST_USER))
            dataset_fault_add(checking->faults, E_FIRST_NOT_USER, message->value, NULL, "the user", NULL,
                              "the conversation begins with %s", role_name(message));
        if (!before && message->role == DATASET_ASSISTANT && checking_rule(checking, RULE_ASSISTANT_AFTER_USER))
            fault_order(checking, message, "the assistant behind user or tool", NULL);
        if (before)
            check_neighbours(checking, before, message);
        before = message;
    }
}

/* LLaMA-Factory: human and observation at odd places, gpt and function_call at even ones. */
static void check_pairs(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    size_t first = row->message_count > 0 && row->messages[0].role == DATASET_SYSTEM, place = 0;
    for (size_t i = first; i < row->message_count; i++, place++) {
        const struct dataset_message *message = &row->messages[i];
        bool is_odd = place % 2 == 0;
        if (message->role == DATASET_ROLE_UNKNOWN)
            return;
        if (is_odd == (speaker(message) == DATASET_USER))
            continue;
        if (place == 0)
            dataset_fault_add(checking->faults, E_FIRST_NOT_USER, message->value, NULL, "the user", NULL,
                              "the conversation begins with %s", role_name(message));
        else
            fault_order(checking, message, is_odd ? "user or tool at odd places" : "assistant at even places",
                        message - 1);
        return;
    }
    bool is_even = place % 2 == 0;
    if (place > 0 && row->form == DATASET_CHAT && !is_even)
        dataset_fault_add(checking->faults, E_LAST_NOT_ASSISTANT, row->messages[row->message_count - 1].value, NULL,
                          "the assistant", NULL, "the conversation ends with %s",
                          role_name(&row->messages[row->message_count - 1]));
    if (place > 0 && row->form == DATASET_PREFERENCE && is_even)
        dataset_fault_add(checking->faults, E_PREF_INPUT_ENDS_ASSISTANT, row->messages[row->message_count - 1].value,
                          NULL, "the user", NULL, "the prompt ends with %s",
                          role_name(&row->messages[row->message_count - 1]));
}

static void check_end(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    size_t assistants = 0;
    for (size_t i = 0; i < row->message_count; i++)
        assistants += row->messages[i].role == DATASET_ASSISTANT || row->messages[i].role == DATASET_ROLE_UNKNOWN;
    if (row->message_count == 0)
        return;
    const struct dataset_message *last = &row->messages[row->message_count - 1];
    if (checking_rule(checking, RULE_HAS_ASSISTANT) && assistants == 0)
        dataset_fault_add(checking->faults, E_NO_ASSISTANT, (struct json_value){ 0 }, NULL,
                          "one turn of the assistant at least", NULL, "the assistant says nothing");
    else if (last->role == DATASET_ASSISTANT || last->role == DATASET_ROLE_UNKNOWN)
        return;
    else if (checking_rule(checking, RULE_LAST_ASSISTANT))
        dataset_fault_add(checking->faults, E_LAST_NOT_ASSISTANT, last->value, NULL, "the assistant", NULL,
                          "the conversation ends with %s", role_name(last));
    else if (checking_rule(checking, RULE_WARN_LAST_ASSISTANT))
        dataset_fault_add(checking->faults, W_LAST_NOT_ASSISTANT, last->value, NULL, NULL,
                          "what follows the last turn of the assistant is never trained on",
                          "the conversation ends with %s", role_name(last));
}

static bool is_empty(const struct dataset_message *message)
{
    for (size_t i = 0; i < message->part_count; i++)
        if (message->parts[i].kind != DATASET_PART_TEXT || message->parts[i].text.length > 0)
            return false;
    return message->tool_call_count == 0;
}

static bool has_weight_zero(const struct dataset_message *message)
{
    double weight;
    return json_double(message->weight, &weight) && weight <= 0;
}

bool dataset_is_trained(const struct dataset_message *message)
{
    return message->role == DATASET_ASSISTANT && !has_weight_zero(message) && !is_empty(message);
}

static void check_trained(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    size_t assistants = 0;
    for (size_t i = 0; i < row->message_count; i++) {
        assistants += row->messages[i].role == DATASET_ASSISTANT;
        if (dataset_is_trained(&row->messages[i]))
            return;
    }
    if (assistants > 0 && checking->faults->refusals == 0)
        dataset_fault_add(checking->faults, W_NO_TRAINABLE_TURN, (struct json_value){ 0 }, NULL, NULL, NULL,
                          "all turns of the assistant are empty or have weight 0");
}

/* false: the conversation is too short for a word about its end. */
static bool check_lengths(const struct checking *checking)
{
    const struct dataset_row *row = checking->row;
    int64_t minimum = checking->profile->limits.turns_minimum;
    int64_t turns = 0;
    size_t users = 0, assistants = 0;
    for (size_t i = 0; i < row->message_count; i++) {
        const struct dataset_message *message = &row->messages[i];
        turns += message->role != DATASET_SYSTEM && (i == 0 || !is_same_message(message, message - 1));
        users += message->role == DATASET_USER;
        assistants += message->role == DATASET_ASSISTANT;
    }
    if (row->form == DATASET_PREFERENCE || row->form == DATASET_COMPLETION)
        turns++;
    bool is_short = minimum > 0 && turns < minimum;
    if (is_short && checking->faults->refusals == 0)
        dataset_fault_add(checking->faults, E_TURNS_MIN, (struct json_value){ 0 }, NULL,
                          arena_format(checking->arena, "%" PRId64 " at least", minimum), NULL,
                          "the conversation has %" PRId64 " %s", turns, turns == 1 ? "turn" : "turns");
    if (checking_rule(checking, RULE_ONE_TURN) && (users > 1 || assistants > 1))
        dataset_fault_add(checking->faults, E_MULTI_TURN, (struct json_value){ 0 }, NULL, "one question and one answer",
                          NULL, "the conversation has %" PRId64 " turns", turns);
    return !is_short;
}

/* Whether the table told it already: a plain text may have to be something by its own place. */
static bool is_told(const struct checking *checking, enum code code, struct json_value place)
{
    const struct dataset_faults *faults = checking->faults;
    for (size_t i = faults->count < DATASET_FAULTS_MAXIMUM ? faults->count : 0; i > 0; i--)
        if (faults->faults[i - 1].code == code && faults->faults[i - 1].place.text.bytes == place.text.bytes)
            return true;
    return false;
}

/* Null, absent and empty contents. */
static void check_content(const struct checking *checking, const struct dataset_message *message)
{
    if (message->tool_call_count > 0 || message->role == DATASET_TOOL || message->role == DATASET_ROLE_UNKNOWN)
        return;
    if (message->content.type == JSON_MISSING)
        dataset_fault_add(checking->faults, E_KEY_MISSING, message->value, "content", NULL, NULL,
                          "key 'content' is missing");
    else if (message->content_is_null)
        dataset_fault_add(checking->faults, E_EMPTY, message->content, NULL, "a text", "null is for tool calls only",
                          "content is null");
    else if (message->content_was_string && is_empty(message) && !is_told(checking, E_EMPTY, message->content))
        dataset_fault_add(checking->faults, E_EMPTY, message->content, NULL, "a text", NULL, "content is empty");
}

static void check_messages(const struct checking *checking)
{
    struct message_walk walk = { 0 };
    const struct dataset_message *message;
    bool has_strings = false, has_lists = false;
    while ((message = next_message(checking->row, &walk))) {
        if (message->weight.type != JSON_MISSING && message->role != DATASET_ASSISTANT &&
            message->role != DATASET_ROLE_UNKNOWN)
            dataset_fault_add(checking->faults, E_WEIGHT, message->weight, NULL, "no weight",
                              "only turns of the assistant are weighted", "a message of %s has a weight",
                              role_name(message));
        if (checking_rule(checking, RULE_CONTENT_OR_CALLS))
            check_content(checking, message);
        has_strings |= message->content.type == JSON_STRING;
        has_lists |= message->content.type == JSON_ARRAY;
    }
    if (has_strings && has_lists && checking_rule(checking, RULE_ALL_MULTIMODAL))
        dataset_fault_add(checking->faults, E_FORMAT_MIXED, (struct json_value){ 0 }, NULL,
                          "contents that are all strings or all lists", NULL,
                          "some contents are strings and some are lists");
}

void check_turns(const struct checking *checking)
{
    check_system(checking);
    check_messages(checking);
    if (checking_rule(checking, RULE_PAIRS))
        check_pairs(checking);
    else
        check_order(checking);
    bool is_long_enough = check_lengths(checking);
    if (checking->row->form == DATASET_CHAT && is_long_enough) {
        check_end(checking);
        check_trained(checking);
    }
}

void dataset_check_row(const struct dataset_rules *rules, const struct dataset_row *row, struct dataset_faults *faults)
{
    const struct checking checking = {
        .settings = rules, .profile = rules->profile, .row = row, .faults = faults, .arena = faults->arena
    };
    check_turns(&checking);
    check_tools(&checking);
    check_media(&checking);
    check_answers(&checking);
    check_texts(&checking);
}
