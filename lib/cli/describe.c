/* describe.c - the tables as JSON for editors and generators. */
#include "cli/describe.h"

#include "cli/common.h"
#include "cli/help.h"
#include "cli/topics.h"
#include "json/write.h"

bool tool_is_step(const struct tool *tool)
{
    return !tool->is_hidden && (tool_has_stages(tool) || tool->group == GROUP_SEARCH || tool->group == GROUP_TRAIN);
}

static void append_line(struct buffer *output, size_t level)
{
    buffer_append_byte(output, '\n');
    buffer_append_repeated(output, ' ', 2 * level);
}

/* The offset behind the string that begins at start. */
static size_t string_end(struct slice json, size_t start)
{
    size_t i = start + 1;
    while (i < json.length && json.bytes[i] != '"')
        i += json.bytes[i] == '\\' ? 2 : 1;
    return i + 1;
}

void json_append_indented(struct buffer *output, struct slice json)
{
    size_t level = 0;
    for (size_t i = 0; i < json.length; i++) {
        char byte = json.bytes[i];
        bool is_empty = i + 1 < json.length && (json.bytes[i + 1] == '}' || json.bytes[i + 1] == ']');
        if (byte == '"') {
            size_t end = string_end(json, i);
            buffer_append_slice(output, slice_between(json, i, end));
            i = end - 1;
        } else if ((byte == '{' || byte == '[') && is_empty) {
            buffer_append(output, json.bytes + i++, 2);
        } else if (byte == '{' || byte == '[') {
            buffer_append_byte(output, byte);
            append_line(output, ++level);
        } else if (byte == '}' || byte == ']') {
            append_line(output, --level);
            buffer_append_byte(output, byte);
        } else if (byte == ',') {
            buffer_append_byte(output, byte);
            append_line(output, level);
        } else {
            buffer_append_byte(output, byte);
            if (byte == ':')
                buffer_append_byte(output, ' ');
        }
    }
    buffer_append_byte(output, '\n');
}

static void append_text(struct buffer *json, const char *key, const char *text)
{
    if (!text)
        return;
    json_append_key(json, slice_of_string(key));
    json_append_string(json, slice_of_string(text));
}

static void append_truth(struct buffer *json, const char *key, bool is_true)
{
    if (!is_true)
        return;
    json_append_key(json, slice_of_string(key));
    buffer_append_string(json, "true");
}

/* A comma, unless a container has just begun. */
static void append_separator(struct buffer *json)
{
    char last = json->length ? json->bytes[json->length - 1] : '[';
    if (last != '[' && last != '{')
        buffer_append_byte(json, ',');
}

static void append_choices(struct buffer *json, const struct option *row)
{
    json_append_key(json, SLICE("choices"));
    buffer_append_byte(json, '[');
    for (size_t i = 0; row->choices[i]; i++)
        if (row->choices[i][0]) {
            append_separator(json);
            json_append_string(json, slice_of_string(row->choices[i]));
        }
    buffer_append_byte(json, ']');
}

static void append_bound(struct buffer *json, const char *key, bool has_bound, double bound)
{
    if (!has_bound)
        return;
    json_append_key(json, slice_of_string(key));
    option_append_bound(bound, json);
}

static void append_option(struct buffer *json, const struct option *row)
{
    static const char *const types[] = { "flag", "integer", "number", "text", "choice", "list" };
    append_separator(json);
    buffer_append_byte(json, '{');
    append_text(json, "name", row->name);
    if (row->letter)
        append_text(json, "letter", (char[]){ row->letter, '\0' });
    append_truth(json, "operand", row->is_operand);
    append_truth(json, "required", row->is_required);
    append_text(json, "type", types[row->type]);
    append_text(json, "argument", row->argument);
    append_text(json, "default", row->initial);
    append_bound(json, "minimum", option_has_minimum(row), row->minimum);
    append_bound(json, "maximum", option_has_maximum(row), row->maximum);
    if (row->choices)
        append_choices(json, row);
    append_text(json, "heading", row->heading);
    append_text(json, "help", row->help);
    append_text(json, "details", row->details);
    buffer_append_byte(json, '}');
}

static void append_examples(struct buffer *json, const struct tool_example *example)
{
    json_append_key(json, SLICE("examples"));
    buffer_append_byte(json, '[');
    for (; example && example->command; example++) {
        append_separator(json);
        buffer_append_byte(json, '{');
        append_text(json, "command", example->command);
        append_text(json, "input", example->input);
        append_text(json, "expected", example->expected);
        append_text(json, "remark", example->remark);
        buffer_append_byte(json, '}');
    }
    buffer_append_byte(json, ']');
}

static void append_tool(struct buffer *json, const struct tool *tool)
{
    static const char *const flows[] = { "nothing", "records", "bytes" };
    struct buffer usage = { 0 };
    append_separator(json);
    buffer_append_byte(json, '{');
    append_text(json, "name", tool->name);
    append_text(json, "summary", tool->summary);
    append_text(json, "group", help_group_name(tool->group));
    append_text(json, "reads", flows[tool->reads]);
    append_text(json, "writes", flows[tool->writes]);
    help_append_usage(tool, &usage);
    append_text(json, "usage", buffer_string(&usage));
    append_text(json, "description", tool->description);
    json_append_key(json, SLICE("options"));
    buffer_append_byte(json, '[');
    for (const struct option *row = tool->options; row && row->name; row++)
        if (!row->is_hidden)
            append_option(json, row);
    buffer_append_byte(json, ']');
    json_append_key(json, SLICE("common"));
    buffer_append_byte(json, '[');
    for (const struct option *row = common_option_table; row->name; row++)
        if (common_applies(tool, row)) {
            append_separator(json);
            json_append_string(json, slice_of_string(row->name));
        }
    buffer_append_byte(json, ']');
    append_examples(json, tool->examples);
    buffer_append_byte(json, '}');
    buffer_release(&usage);
}

static void append_codes(struct buffer *json)
{
    json_append_key(json, SLICE("codes"));
    buffer_append_byte(json, '[');
    for (int code = E_NONE + 1; code < CODE_COUNT; code++) {
        const struct code_entry *entry = code_entry((enum code)code);
        append_separator(json);
        buffer_append_byte(json, '{');
        append_text(json, "name", entry->name);
        json_append_key(json, SLICE("exit"));
        json_append_integer(json, (int64_t)entry->exit_code);
        append_text(json, "summary", entry->summary);
        append_text(json, "explanation", entry->explanation);
        buffer_append_byte(json, '}');
    }
    buffer_append_byte(json, ']');
}

void help_append_json(const struct tool *const *tools, struct buffer *output)
{
    struct buffer json = { 0 };
    buffer_append_byte(&json, '{');
    append_text(&json, "version", GARNER_VERSION);
    json_append_key(&json, SLICE("tools"));
    buffer_append_byte(&json, '[');
    for (size_t i = 0; tools[i]; i++)
        if (!tools[i]->is_hidden)
            append_tool(&json, tools[i]);
    buffer_append_byte(&json, ']');
    json_append_key(&json, SLICE("common"));
    buffer_append_byte(&json, '[');
    for (const struct option *row = common_option_table; row->name; row++)
        append_option(&json, row);
    buffer_append_byte(&json, ']');
    append_codes(&json);
    json_append_key(&json, SLICE("topics"));
    buffer_append_byte(&json, '[');
    const struct topic *topic;
    for (size_t i = 0; (topic = topic_at(tools, i)); i++) {
        append_separator(&json);
        buffer_append_byte(&json, '{');
        append_text(&json, "name", topic->name);
        append_text(&json, "summary", topic->summary);
        buffer_append_byte(&json, '}');
    }
    buffer_append_string(&json, "]}");
    json_append_indented(output, buffer_slice(&json));
    buffer_release(&json);
}
