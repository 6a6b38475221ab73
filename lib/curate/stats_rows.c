/* stats_rows.c - figures of chats and of preferences. */
#include "base/utf8.h"
#include "curate/stats.h"

const char *const stats_role_names[5] = { "system", "user", "assistant", "tool", "other" };

/* Names that other forms have for a role. */
static const struct {
    const char *name;
    unsigned role;
} roles[] = { { "system", 0 }, { "developer", 0 }, { "user", 1 }, { "human", 1 },   { "assistant", 2 },
              { "gpt", 2 },    { "model", 2 },     { "tool", 3 }, { "function", 3 } };
enum { ROLE_SYSTEM = 0, ROLE_OTHER = 4 };

static unsigned role_of(struct slice name)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (slice_equal(name, slice_of_string(roles[i].name)))
            return roles[i].role;
    return ROLE_OTHER;
}

static uint64_t count_string(struct json_value value, struct arena *arena)
{
    struct slice text;
    struct error error;
    return value.type == JSON_STRING && json_decode(value, arena, &text, &error) ? utf8_count(text) : 0;
}

/* Characters of a content: a string, or a list of parts with texts. */
static uint64_t count_content(struct json_value content, struct arena *arena)
{
    struct json_iterator iterator = json_iterate(content);
    struct json_field part;
    uint64_t characters = 0;
    if (content.type != JSON_ARRAY)
        return count_string(content, arena);
    while (json_next(&iterator, &part))
        characters +=
            count_string(part.value.type == JSON_OBJECT ? json_member(part.value, SLICE("text")) : part.value, arena);
    return characters;
}

/* Characters of an answer: a string, or a list of messages. */
static uint64_t count_answer(struct json_value answer, struct arena *arena)
{
    struct json_iterator iterator = json_iterate(answer);
    struct json_field message;
    uint64_t characters = 0;
    if (answer.type != JSON_ARRAY)
        return count_string(answer, arena);
    while (json_next(&iterator, &message))
        if (message.value.type == JSON_OBJECT)
            characters += count_content(json_member(message.value, SLICE("content")), arena);
    return characters;
}

/* role and content, or from and value. */
static unsigned add_message(struct stats *stats, struct json_value message, struct arena *arena)
{
    struct json_value role = json_member(message, SLICE("role")), content = json_member(message, SLICE("content"));
    struct slice name = SLICE("");
    struct error error;
    if (role.type == JSON_MISSING) {
        role = json_member(message, SLICE("from"));
        content = json_member(message, SLICE("value"));
    }
    if (role.type != JSON_STRING || !json_decode(role, arena, &name, &error) || name.length == 0)
        name = SLICE("(none)");
    tally_add_text(&stats->roles, slice_between(name, 0, utf8_cut(name, STATS_NAME_MAXIMUM)), 1);
    unsigned known = role_of(name);
    histogram_add(&stats->role_characters[known], count_content(content, arena));
    return known;
}

static void add_chat(struct stats *stats, struct json_value messages, struct arena *arena)
{
    struct json_iterator iterator = json_iterate(messages);
    struct json_field message;
    uint64_t count = 0;
    bool has_system = false;
    while (json_next(&iterator, &message))
        if (message.value.type == JSON_OBJECT) {
            has_system = add_message(stats, message.value, arena) == ROLE_SYSTEM || has_system;
            count++;
        }
    histogram_add(&stats->turns, count);
    stats->chats_with_system += has_system;
}

void stats_add_rows(struct stats *stats, const struct json_object *object, struct arena *arena)
{
    const struct json_field *messages = json_object_find(object, SLICE("messages"));
    const struct json_field *chosen = json_object_find(object, SLICE("chosen"));
    const struct json_field *rejected = json_object_find(object, SLICE("rejected"));
    if (!messages)
        messages = json_object_find(object, SLICE("conversations"));
    if (messages && messages->value.type == JSON_ARRAY)
        add_chat(stats, messages->value, arena);
    if (!chosen || !rejected)
        return;
    uint64_t good = count_answer(chosen->value, arena), bad = count_answer(rejected->value, arena);
    histogram_add(&stats->chosen, good);
    histogram_add(&stats->rejected, bad);
    stats->chosen_longer += good > bad;
    stats->rejected_longer += bad > good;
    stats->equally_long += good == bad;
}
