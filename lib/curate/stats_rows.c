/* stats_rows.c - figures of chats and of preferences. */
#include "base/utf8.h"
#include "curate/stats.h"

const char *const stats_role_names[STATS_ROLES] = { "system", "user", "assistant", "tool", "other" };

/* Names that other forms have for a role. */
static const struct {
    const char *name;
    enum stats_role role;
} roles[] = { { "system", STATS_SYSTEM },   { "developer", STATS_SYSTEM },    { "user", STATS_USER },
              { "human", STATS_USER },      { "assistant", STATS_ASSISTANT }, { "gpt", STATS_ASSISTANT },
              { "model", STATS_ASSISTANT }, { "tool", STATS_TOOL },           { "function", STATS_TOOL } };

static enum stats_role role_of(struct slice name)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (slice_equal(name, slice_of_string(roles[i].name)))
            return roles[i].role;
    return STATS_OTHER_ROLE;
}

static uint64_t count_string(struct json_value value, struct arena *arena)
{
    struct slice text;
    struct error error;
    return value.type == JSON_STRING && json_decode(value, arena, &text, &error) ? utf8_count(text) : 0;
}

/* Characters of a string, or of a list of strings and of objects that have one, or a list again, under the first key.
 * keys: up to NULL. */
static uint64_t count_texts(struct json_value value, const char *const *keys, struct arena *arena)
{
    struct json_iterator iterator = json_iterate(value);
    struct json_field item;
    uint64_t characters = 0;
    if (value.type != JSON_ARRAY || !*keys)
        return count_string(value, arena);
    while (json_next(&iterator, &item))
        characters += item.value.type == JSON_OBJECT
                          ? count_texts(json_member(item.value, slice_of_string(*keys)), keys + 1, arena)
                          : count_string(item.value, arena);
    return characters;
}

/* An answer is a text or a list of messages, whose content is a text or a list of parts. */
static const char *const keys_of_answer[] = { "content", "text", NULL };
static const char *const *const keys_of_content = keys_of_answer + 1;

/* role and content, or from and value. */
static enum stats_role add_message(struct stats *stats, struct json_value message, struct arena *arena)
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
    tally_add_text(&stats->roles, name, 1);
    enum stats_role known = role_of(name);
    histogram_add(&stats->role_characters[known], count_texts(content, keys_of_content, arena));
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
            has_system = add_message(stats, message.value, arena) == STATS_SYSTEM || has_system;
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
    uint64_t good = count_texts(chosen->value, keys_of_answer, arena);
    uint64_t bad = count_texts(rejected->value, keys_of_answer, arena);
    histogram_add(&stats->chosen, good);
    histogram_add(&stats->rejected, bad);
    stats->chosen_longer += good > bad;
    stats->rejected_longer += bad > good;
    stats->equally_long += good == bad;
}
