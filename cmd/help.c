/* help.c - what garner can do: tools, topics, error codes. */
#include "cli/help.h"

#include "cli/parse.h"
#include "cli/topics.h"
#include "tools.h"

struct help_options {
    struct option_list topics;
    bool list, json, codes;
};

#define FIELD(name) OPTION_FIELD(struct help_options, name)
static const struct option help_options[] = {
    { .name = "topic",
      .is_operand = true,
      FIELD(topics),
      .argument = "TOPIC",
      .meaning = MEANING_TOPIC,
      .help = "a tool, a topic, an error code" },
    { .name = "list", FIELD(list), .help = "one line per tool: name, tab, group" },
    { .name = "json", FIELD(json), .help = "all tools with their options, codes and topics as JSON" },
    { .name = "codes", FIELD(codes), .help = "all error codes, one per line" },
    { .name = NULL },
};

enum { NAMES_MAXIMUM = 512 };

static const char *nearest_topic(const struct tool *const *tools, struct slice word)
{
    const char *names[NAMES_MAXIMUM];
    size_t count = 0;
    for (size_t i = 0; tools[i] && count < NAMES_MAXIMUM; i++)
        if (!tools[i]->is_hidden)
            names[count++] = tools[i]->name;
    const struct topic *topic;
    for (size_t i = 0; (topic = topic_at(tools, i)) && count < NAMES_MAXIMUM; i++)
        names[count++] = topic->name;
    for (int code = E_NONE + 1; code < CODE_COUNT && count < NAMES_MAXIMUM; code++)
        names[count++] = code_entry((enum code)code)->name;
    return nearest_name(word, names, count);
}

static bool append_topic(const struct tool *const *tools, const char *word, struct buffer *text, struct error *error)
{
    struct slice name = slice_of_string(word);
    const struct tool *tool = tool_find(tools, name);
    const struct topic *topic = topic_find(tools, name);
    enum code code = code_find(name);
    if (tool)
        help_append_tool(tool, text);
    else if (topic)
        topic_append(topic, text);
    else if (code != E_NONE)
        help_append_code(code, text);
    if (tool || topic || code != E_NONE)
        return true;
    const char *nearest = nearest_topic(tools, name);
    if (nearest)
        return error_set(error, E_USAGE, "no tool, topic or error code '%s', nearest is '%s'", word, nearest);
    return error_set(error, E_USAGE, "no tool, topic or error code '%s'", word);
}

static bool append_all(const struct tool_call *call, struct buffer *text, struct error *error)
{
    const struct help_options *options = call->options;
    if (options->list)
        help_append_list(call->tools, text);
    if (options->json)
        help_append_json(call->tools, text);
    if (options->codes)
        help_append_codes(text);
    for (size_t i = 0; i < options->topics.count; i++) {
        if (text->length > 0)
            buffer_append_byte(text, '\n');
        if (!append_topic(call->tools, options->topics.values[i], text, error))
            return false;
    }
    if (text->length == 0)
        help_append_overview(call->tools, text);
    return true;
}

static int help_run(struct tool_call *call, struct error *error)
{
    struct buffer text = { 0 };
    bool is_good = append_all(call, &text, error) && output_write(call->output, buffer_slice(&text), error);
    buffer_release(&text);
    return is_good ? EXIT_DONE : error_exit_code(error);
}

static const struct tool_example help_examples[] = {
    { "garner help E_JSON_SYNTAX", NULL, NULL, "what an error code of a rejects file means" },
    { "garner help exit-codes", NULL, NULL, NULL },
    { NULL, NULL, NULL, NULL },
};

const struct tool tool_help = {
    .name = "help",
    .summary = "Explain a tool, a topic or an error code",
    .group = GROUP_HELP,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = help_options,
    .options_bytes = sizeof(struct help_options),
    .has_few_common = true,
    .examples = help_examples,
    .run = help_run,
};
