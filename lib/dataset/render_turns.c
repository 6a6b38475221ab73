/* render_turns.c - the messages of a row as a target will have them: which, under which roles, in which lists. */
#include "base/map.h"
#include "dataset/rendering.h"

enum { LOOK_DEPTH_MAXIMUM = 10 };

static void look_at_shape(struct rendering *rendering, const struct profile_shape *shape, int depth)
{
    if (shape->is_part)
        rendering->part_kinds |= 1U << shape->part_kind;
    for (size_t i = 0; i < shape->count; i++) {
        const struct profile_node *node = &shape->nodes[i];
        rendering->holds |= UINT64_C(1) << node->meaning;
        /* What stands in a result stands in a message, too, and may lead back here. */
        if (!node->shapes || depth == LOOK_DEPTH_MAXIMUM || node->meaning == MEANING_RESULT_CONTENT)
            continue;
        for (size_t j = 0; node->shapes[j]; j++)
            look_at_shape(rendering, node->shapes[j], depth + 1);
    }
}

void rendering_look(struct rendering *rendering)
{
    rendering->holds = 0;
    rendering->part_kinds = 0;
    look_at_shape(rendering, rendering->layout->shape, 0);
    if (rendering_holds(rendering, MEANING_IMAGES) || rendering_holds(rendering, MEANING_IMAGE_REFERENCE))
        rendering->part_kinds |= 1U << DATASET_PART_IMAGE;
}

bool dataset_profile_holds(const struct profile *profile, enum profile_meaning meaning)
{
    for (size_t i = 0; profile->layouts[i]; i++) {
        struct rendering rendering = { .profile = profile, .layout = profile->layouts[i] };
        rendering_look(&rendering);
        if (rendering_holds(&rendering, meaning))
            return true;
    }
    return false;
}

/* The profile's name of a role: as it was written when the profile knows it so, else its first. */
static bool find_role(const struct profile *profile, enum dataset_role role, struct slice written, bool is_call,
                      struct slice *name)
{
    const struct profile_role *first = NULL;
    if (!profile->roles) {
        *name = written.length ? written : slice_of_string(dataset_role_names[role]);
        return role != DATASET_ROLE_UNKNOWN || written.length > 0;
    }
    for (const struct profile_role *row = profile->roles; row->name; row++) {
        if (row->role != role || row->is_call != is_call)
            continue;
        if (slice_equal(slice_of_string(row->name), written)) {
            *name = written;
            return true;
        }
        if (!first)
            first = row;
    }
    if (first)
        *name = slice_of_string(first->name);
    return first != NULL;
}

/* One list on its way into turns. */
struct arranging {
    struct rendering *rendering;
    struct turns *turns;
    struct slice prefix; /* a system text that waits for the first user's message */
    bool has_system, has_others;
};

static struct turn *add_turn(struct arranging *arranging, enum dataset_role role, struct slice name)
{
    struct turns *turns = arranging->turns;
    if (turns->count == turns->capacity || !turns->list)
        turns->list = arena_grow(arranging->rendering->arena, turns->list, &turns->capacity, turns->count + 1,
                                 sizeof *turns->list);
    struct turn *turn = &turns->list[turns->count++];
    *turn = (struct turn){ .role = role, .role_name = name };
    return turn;
}

static void add_to_turn(struct arranging *arranging, struct turn *turn, const struct dataset_message *message)
{
    if (turn->count == turn->capacity)
        turn->messages = arena_grow(arranging->rendering->arena, turn->messages, &turn->capacity, turn->count + 1,
                                    sizeof *turn->messages); /* NOLINT(bugprone-sizeof-expression): they are pointers */
    turn->messages[turn->count++] = message;
}

static bool holds_results_only(const struct turn *turn)
{
    return turn->role == DATASET_USER && turn->count > 0 && turn->messages[turn->count - 1]->role == DATASET_TOOL;
}

/* Whether two turns of that role may not follow each other. */
static bool must_merge(const struct profile *profile, enum dataset_role role)
{
    unsigned rules = RULE_ALTERNATE | RULE_PAIRS | RULE_NO_EQUAL_NEIGHBOURS;
    if (role == DATASET_USER)
        rules |= RULE_NO_USER_NEIGHBOURS;
    if (role == DATASET_ASSISTANT)
        rules |= RULE_ASSISTANT_AFTER_USER;
    return (role == DATASET_USER || role == DATASET_ASSISTANT) && (profile->rules & rules);
}

static void append_message(struct arranging *arranging, enum dataset_role role, struct slice name, bool is_call,
                           const struct dataset_message *message)
{
    struct turns *turns = arranging->turns;
    struct turn *last = turns->count ? &turns->list[turns->count - 1] : NULL;
    bool may_merge = last && last->role == role && !is_call && !last->is_call;
    if (may_merge && holds_results_only(last)) {
        add_to_turn(arranging, last, message);
    } else if (may_merge && must_merge(arranging->rendering->profile, role)) {
        rendering_lose(arranging->rendering, LOSS_TURNS);
        add_to_turn(arranging, last, message);
    } else {
        struct turn *turn = add_turn(arranging, role, name);
        turn->is_call = is_call;
        add_to_turn(arranging, turn, message);
    }
}

/* A copy of the message with text in front of its own. */
static const struct dataset_message *prefixed(const struct dataset_message *message, struct slice prefix,
                                              struct arena *arena)
{
    struct dataset_message *copy = arena_allocate(arena, sizeof *copy);
    bool has_text = message->part_count > 0 && message->parts[0].kind == DATASET_PART_TEXT;
    size_t added = has_text ? 0 : 1;
    *copy = *message;
    copy->part_count = message->part_count + added;
    copy->parts = arena_allocate_zeroed(arena, copy->part_count, sizeof *copy->parts);
    if (message->part_count)
        memcpy(copy->parts + added, message->parts, message->part_count * sizeof *copy->parts);
    struct slice text = has_text ? message->parts[0].text : slice_of("", 0);
    copy->parts[0].kind = DATASET_PART_TEXT;
    copy->parts[0].text = dataset_join(prefix, SLICE(""), text, arena);
    copy->content_is_null = false;
    return copy;
}

static void arrange_system(struct arranging *arranging, const struct dataset_message *message)
{
    struct rendering *rendering = arranging->rendering;
    const struct profile *profile = rendering->profile;
    struct slice name;
    if (rendering_holds(rendering, MEANING_SYSTEM)) {
        if (arranging->has_others || arranging->has_system || rendering->system)
            rendering_lose(rendering, LOSS_ROLE);
        else
            rendering->system = message;
    } else if (rendering_holds(rendering, MEANING_ROLE) &&
               find_role(profile, DATASET_SYSTEM, message->role_name, false, &name)) {
        bool fits = !(profile->rules & RULE_SYSTEM_FIRST && arranging->has_others) &&
                    !(profile->rules & RULE_SYSTEM_ONCE && arranging->has_system);
        if (fits)
            append_message(arranging, DATASET_SYSTEM, name, false, message);
        else
            rendering_lose(rendering, LOSS_ROLE);
    } else if (rendering->options->system_joiner && !arranging->has_others && !arranging->has_system) {
        struct slice text = dataset_message_text(message, rendering->arena);
        rendering_lose(rendering, LOSS_ROLE);
        arranging->prefix =
            dataset_join(text, slice_of_string(rendering->options->system_joiner), SLICE(""), rendering->arena);
    } else {
        rendering_lose(rendering, LOSS_SYSTEM);
    }
    arranging->has_system = true;
}

static void arrange_user(struct arranging *arranging, const struct dataset_message *message)
{
    struct slice name;
    if (!find_role(arranging->rendering->profile, DATASET_USER, message->role_name, false, &name))
        name = SLICE("user");
    if (arranging->prefix.length)
        message = prefixed(message, arranging->prefix, arranging->rendering->arena);
    arranging->prefix.length = 0;
    append_message(arranging, DATASET_USER, name, false, message);
}

static void arrange_assistant(struct arranging *arranging, const struct dataset_message *message)
{
    struct rendering *rendering = arranging->rendering;
    struct slice name, call_name;
    bool has_calls = message->tool_call_count > 0;
    bool takes_calls = rendering_holds(rendering, MEANING_TOOL_CALLS) || rendering_holds(rendering, MEANING_CALL_NAME);
    bool has_call_role = rendering->profile->roles &&
                         find_role(rendering->profile, DATASET_ASSISTANT, message->role_name, true, &call_name);
    if (!find_role(rendering->profile, DATASET_ASSISTANT, message->role_name, false, &name))
        name = SLICE("assistant");
    if (has_calls && !takes_calls && has_call_role) {
        if (message->part_count > 0)
            rendering_lose(rendering, LOSS_PARTS);
        append_message(arranging, DATASET_ASSISTANT, call_name, true, message);
        return;
    }
    if (has_calls && !takes_calls) {
        rendering_lose(rendering, LOSS_TOOLS);
        if (message->part_count == 0)
            return;
    }
    append_message(arranging, DATASET_ASSISTANT, name, false, message);
}

static void arrange_result(struct arranging *arranging, const struct dataset_message *message)
{
    struct rendering *rendering = arranging->rendering;
    struct slice name;
    if (rendering_holds(rendering, MEANING_ROLE) &&
        find_role(rendering->profile, DATASET_TOOL, message->role_name, false, &name))
        append_message(arranging, DATASET_TOOL, name, false, message);
    else if (rendering_holds(rendering, MEANING_RESULT_CONTENT) &&
             find_role(rendering->profile, DATASET_USER, slice_of("", 0), false, &name))
        append_message(arranging, DATASET_USER, name, false, message);
    else
        rendering_lose(rendering, LOSS_TOOLS);
}

static void arrange_list(struct arranging *arranging, const struct dataset_message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct dataset_message *message = &messages[i];
        struct slice name;
        switch (message->role) {
        case DATASET_SYSTEM:
            arrange_system(arranging, message);
            continue;
        case DATASET_USER:
            arrange_user(arranging, message);
            break;
        case DATASET_ASSISTANT:
            arrange_assistant(arranging, message);
            break;
        case DATASET_TOOL:
            arrange_result(arranging, message);
            break;
        case DATASET_ROLE_UNKNOWN:
        default:
            if (!arranging->rendering->profile->roles &&
                find_role(arranging->rendering->profile, message->role, message->role_name, false, &name))
                append_message(arranging, message->role, name, false, message);
            else
                rendering_lose(arranging->rendering, LOSS_ROLE);
        }
        arranging->has_others = true;
    }
}

/* Keeps the last user's turn and what follows, behind a leading system's. */
static void keep_last_turn(struct rendering *rendering, struct turns *turns)
{
    size_t first = turns->count, leading = turns->count && turns->list[0].role == DATASET_SYSTEM ? 1 : 0;
    while (first > leading && turns->list[first - 1].role != DATASET_USER)
        first--;
    if (first <= leading + 1)
        return;
    rendering_lose(rendering, LOSS_TURNS);
    for (size_t i = first - 1; i < turns->count; i++)
        turns->list[leading + i - (first - 1)] = turns->list[i];
    turns->count -= first - 1 - leading;
}

/* Where the answer of a chat begins: behind the last message of a user. */
static size_t answer_start(const struct dataset_message *messages, size_t count)
{
    while (count > 0 && messages[count - 1].role != DATASET_USER)
        count--;
    return count;
}

static void add_link(struct rendering *rendering, const struct dataset_message *result,
                     const struct dataset_tool_call *call, size_t number)
{
    if (rendering->link_count == rendering->link_capacity)
        rendering->links = arena_grow(rendering->arena, rendering->links, &rendering->link_capacity,
                                      rendering->link_count + 1, sizeof *rendering->links);
    rendering->links[rendering->link_count++] = (struct call_link){ result, call, number };
}

/* Calls get numbers, results find theirs: by id, or without one in the order of the calls before them. ids: of calls,
 * to the place of the last link with it. */
static void link_calls(struct rendering *rendering, const struct dataset_message *messages, size_t count,
                       struct map *ids, size_t *numbers)
{
    size_t next = rendering->link_count; /* the call that a result without id answers */
    for (size_t i = 0; i < count; i++) {
        const struct dataset_message *message = &messages[i];
        if (message->tool_call_count > 0)
            next = rendering->link_count;
        for (size_t j = 0; j < message->tool_call_count; j++) {
            const struct dataset_tool_call *call = &message->tool_calls[j];
            if (call->id.length > 0)
                map_insert(ids, call->id, NULL)->value = rendering->link_count;
            add_link(rendering, NULL, call, ++*numbers);
        }
        if (message->role != DATASET_TOOL)
            continue;
        const struct map_entry *named = message->tool_call_id.length ? map_find(ids, message->tool_call_id) : NULL;
        struct call_link link = { 0 };
        if (named)
            link = rendering->links[named->value];
        else if (message->tool_call_id.length == 0 && next < rendering->link_count && !rendering->links[next].result)
            link = rendering->links[next++];
        add_link(rendering, message, link.call, link.number);
    }
}

const struct call_link *rendering_link(struct rendering *rendering, const struct dataset_message *result,
                                       const struct dataset_tool_call *call)
{
    for (size_t i = 0; i < rendering->link_count; i++) {
        size_t place = (rendering->link_asked + i) % rendering->link_count;
        const struct call_link *link = &rendering->links[place];
        if (link->result != result || (!result && link->call != call))
            continue;
        rendering->link_asked = place;
        return link->call ? link : NULL;
    }
    return NULL;
}

static void link_all(struct rendering *rendering)
{
    const struct dataset_row *row = rendering->row;
    struct map ids = { 0 };
    size_t numbers = 0;
    link_calls(rendering, row->messages, row->message_count, &ids, &numbers);
    for (size_t i = 0; i < row->answer_count; i++)
        link_calls(rendering, row->answers[i].messages, row->answers[i].count, &ids, &numbers);
    map_release(&ids);
}

/* What is trimmed from a prompt, or from a chat. */
static void trim(struct rendering *rendering)
{
    bool is_one_text = rendering->layout->is_plain && !rendering_holds(rendering, MEANING_HISTORY) &&
                       !rendering_holds(rendering, MEANING_MESSAGES);
    if (is_one_text || rendering->profile->rules & RULE_ONE_TURN)
        keep_last_turn(rendering, &rendering->prompt);
}

static void arrange_answers(struct rendering *rendering, const struct dataset_answer *answers, size_t count)
{
    const struct dataset_row *row = rendering->row;
    bool holds_prompt = rendering->profile->rules & RULE_SHARED_PREFIX && row->form == DATASET_PREFERENCE;
    rendering->answers = arena_allocate_zeroed(rendering->arena, count, sizeof *rendering->answers);
    rendering->answer_count = count;
    for (size_t i = 0; i < count; i++) {
        struct arranging arranging = { .rendering = rendering,
                                       .turns = &rendering->answers[i].turns,
                                       .has_others = !holds_prompt };
        rendering->answers[i].answer = &answers[i];
        if (holds_prompt)
            arrange_list(&arranging, row->messages, row->message_count);
        arrange_list(&arranging, answers[i].messages, answers[i].count);
    }
}

/* A chat as prompt and completion. */
static bool arrange_split(struct rendering *rendering, struct arranging *arranging)
{
    const struct dataset_row *row = rendering->row;
    size_t start = answer_start(row->messages, row->message_count);
    if (start == 0 || start == row->message_count)
        return error_set(rendering->error, E_CONVERT_FORM, "the chat %s, expected a user's message and an answer",
                         start == 0 ? "has no message of a user" : "has no answer to its last message");
    struct dataset_answer *answer = arena_allocate_zeroed(rendering->arena, 1, sizeof *answer);
    answer->messages = &row->messages[start];
    answer->count = row->message_count - start;
    arrange_list(arranging, row->messages, start);
    arrange_answers(rendering, answer, 1);
    return true;
}

/* A completion as chat. */
static void arrange_joined(struct rendering *rendering, struct arranging *arranging)
{
    const struct dataset_row *row = rendering->row;
    bool splits_alike = row->message_count > 0 && row->messages[row->message_count - 1].role == DATASET_USER;
    arrange_list(arranging, row->messages, row->message_count);
    for (size_t i = 0; i < row->answer_count; i++) {
        arrange_list(arranging, row->answers[i].messages, row->answers[i].count);
        splits_alike = splits_alike && answer_start(row->answers[i].messages, row->answers[i].count) == 0;
    }
    if (!splits_alike)
        rendering_lose(rendering, LOSS_SPLIT);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t';
}

/* Plain texts are split behind the last white space of what they share. */
static bool texts_split_elsewhere(struct slice prompt, struct slice a, struct slice b)
{
    if (prompt.length == 0 || !is_blank(prompt.bytes[prompt.length - 1]))
        return true;
    for (size_t i = 0; i < a.length && i < b.length && a.bytes[i] == b.bytes[i]; i++)
        if (is_blank(a.bytes[i]))
            return true;
    return false;
}

/* Whether whoever takes the common start of both answers for the prompt finds too much or too little. Where plain texts
 * would be split elsewhere, lists of messages are written if they may. */
static bool answers_split_elsewhere(struct rendering *rendering)
{
    const struct dataset_row *row = rendering->row;
    struct arena *arena = rendering->arena;
    const struct dataset_message *first =
        row->answer_count > 1 && row->answers[0].count ? row->answers[0].messages : NULL;
    const struct dataset_message *second = first && row->answers[1].count ? row->answers[1].messages : NULL;
    if (!second)
        return false;
    struct slice a = dataset_message_text(first, arena), b = dataset_message_text(second, arena);
    bool is_text = row->is_plain && row->message_count == 1;
    if (is_text && !texts_split_elsewhere(dataset_message_text(row->messages, arena), a, b))
        return false;
    rendering->prefers_lists = rendering_holds(rendering, MEANING_ROLE);
    if (is_text && !rendering->prefers_lists)
        return true;
    return first->role == second->role && slice_equal(a, b);
}

bool rendering_arrange(struct rendering *rendering)
{
    const struct dataset_row *row = rendering->row;
    enum dataset_form form = rendering->layout->form;
    struct arranging arranging = { .rendering = rendering, .turns = &rendering->prompt };
    if (form != row->form && !(form == DATASET_CHAT && row->form == DATASET_COMPLETION) &&
        !(form == DATASET_COMPLETION && row->form == DATASET_CHAT))
        return error_set(rendering->error, E_CONVERT_FORM, "the row is of the form %s, %s takes %s",
                         dataset_form_names[row->form], rendering->profile->name, dataset_form_names[form]);
    link_all(rendering);
    if (form == DATASET_COMPLETION && row->form == DATASET_CHAT) {
        if (!arrange_split(rendering, &arranging))
            return false;
    } else if (form == DATASET_CHAT && row->form == DATASET_COMPLETION) {
        arrange_joined(rendering, &arranging);
    } else {
        arrange_list(&arranging, row->messages, row->message_count);
        if (form == DATASET_UNPAIRED && !rendering_holds(rendering, MEANING_COMPLETION) && row->answer_count > 0)
            arrange_list(&arranging, row->answers[0].messages, row->answers[0].count);
        arrange_answers(rendering, row->answers, row->answer_count);
        if (rendering->profile->rules & RULE_SHARED_PREFIX && answers_split_elsewhere(rendering))
            rendering_lose(rendering, LOSS_SPLIT);
    }
    trim(rendering);
    if (arranging.prefix.length)
        rendering_lose(rendering, LOSS_SYSTEM);
    return true;
}
