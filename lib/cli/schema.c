/* schema.c - the JSON Schema of pipeline files: what an editor offers and a linter refuses.
 *
 * Wherever a number or a choice stands, ${name} may stand too: it is replaced after parsing. */
#include <math.h>

#include "base/number.h"
#include "cli/common.h"
#include "cli/describe.h"
#include "json/write.h"

#define DRAFT "https://json-schema.org/draft/2020-12/schema"

static void append_raw(struct buffer *json, const char *key, const char *raw)
{
    json_append_key(json, slice_of_string(key));
    buffer_append_string(json, raw);
}

static void append_text(struct buffer *json, const char *key, const char *text)
{
    json_append_key(json, slice_of_string(key));
    json_append_string(json, slice_of_string(text));
}

static void append_bounds(struct buffer *json, const struct option *row)
{
    if (option_has_minimum(row)) {
        json_append_key(json, SLICE("minimum"));
        option_append_bound(row->minimum, json);
    }
    if (option_has_maximum(row)) {
        json_append_key(json, SLICE("maximum"));
        option_append_bound(row->maximum, json);
    }
}

static void append_enumeration(struct buffer *json, const struct option *row)
{
    bool is_first = true;
    buffer_append_string(json, "{\"enum\":[");
    for (size_t i = 0; row->choices[i]; i++) {
        if (!row->choices[i][0])
            continue;
        buffer_append_string(json, is_first ? "" : ",");
        json_append_string(json, slice_of_string(row->choices[i]));
        is_first = false;
    }
    buffer_append_string(json, "]}");
}

static void append_number(struct buffer *json, const struct option *row)
{
    buffer_append_format(json, "{\"type\":\"%s\"", row->type == OPTION_INTEGER ? "integer" : "number");
    append_bounds(json, row);
    buffer_append_byte(json, '}');
    if (row->meaning == MEANING_BYTES)
        buffer_append_string(json, ",{\"type\":\"string\",\"pattern\":\"^[0-9]+([KMGT](i?B)?|B)?$\"}");
    if (row->meaning == MEANING_SECONDS)
        buffer_append_string(json, ",{\"type\":\"string\",\"pattern\":\"^[0-9.]+(ms|s|m|h|d)?$\"}");
}

static void append_list(struct buffer *json, const struct option *row)
{
    struct buffer item = { 0 };
    if (row->choices) {
        buffer_append_string(&item, "{\"anyOf\":[");
        append_enumeration(&item, row);
        buffer_append_string(&item, ",{\"type\":\"string\",\"pattern\":\"[$,]\"}]}");
    } else {
        buffer_append_string(&item, "{\"$ref\":\"#/$defs/scalar\"}");
    }
    buffer_append_slice(json, buffer_slice(&item));
    buffer_append_string(json, ",{\"type\":\"array\",\"items\":");
    buffer_append_slice(json, buffer_slice(&item));
    buffer_append_byte(json, '}');
    buffer_release(&item);
}

/* The alternatives that a value may be. */
static void append_alternatives(struct buffer *json, const struct option *row)
{
    static const char variable[] = ",{\"$ref\":\"#/$defs/variable\"}";
    switch (row->type) {
    case OPTION_FLAG:
        buffer_append_string(json, "{\"type\":\"boolean\"}");
        buffer_append_string(json, variable);
        break;
    case OPTION_INTEGER:
    case OPTION_NUMBER:
        append_number(json, row);
        buffer_append_string(json, variable);
        break;
    case OPTION_TEXT:
        buffer_append_string(json, "{\"$ref\":\"#/$defs/scalar\"}");
        break;
    case OPTION_CHOICE:
        append_enumeration(json, row);
        buffer_append_string(json, variable);
        break;
    case OPTION_LIST:
        append_list(json, row);
        break;
    }
}

/* The default has the type of the option, where it can: 200, not "200". */
static void append_default(struct buffer *json, const struct option *row)
{
    double number;
    bool is_number = row->initial && (row->type == OPTION_INTEGER || row->type == OPTION_NUMBER) &&
                     number_parse_double(slice_of_string(row->initial), &number) && isfinite(number);
    if (!row->initial || !row->initial[0])
        return;
    if (is_number || row->type == OPTION_FLAG)
        append_raw(json, "default", row->initial);
    else
        append_text(json, "default", row->initial);
}

static void append_property(struct buffer *json, const struct option *row)
{
    struct buffer about = { 0 };
    json_append_key(json, slice_of_string(row->name));
    buffer_append_byte(json, '{');
    buffer_append_string(&about, row->help ? row->help : "");
    if (row->details)
        buffer_append_format(&about, ". %s", row->details);
    append_text(json, "description", buffer_string(&about));
    append_raw(json, "anyOf", "[");
    append_alternatives(json, row);
    buffer_append_byte(json, ']');
    append_default(json, row);
    buffer_append_byte(json, '}');
    buffer_release(&about);
}

static const struct option *first_operand(const struct tool *tool)
{
    for (const struct option *row = tool->options; row && row->name; row++)
        if (row->is_operand && !row->is_hidden)
            return row;
    for (const struct option *row = common_option_table; row->name; row++)
        if (row->is_operand && common_applies(tool, row))
            return row;
    return NULL;
}

static void append_required(struct buffer *json, const struct tool *tool)
{
    bool is_begun = false;
    for (const struct option *row = tool->options; row && row->name; row++) {
        if (!row->is_required || row->yields_to)
            continue;
        if (!is_begun)
            append_raw(json, "required", "[");
        else
            buffer_append_byte(json, ',');
        json_append_string(json, slice_of_string(row->name));
        is_begun = true;
    }
    if (is_begun)
        buffer_append_byte(json, ']');
}

static void append_options_object(struct buffer *json, const struct tool *tool)
{
    buffer_append_string(json, "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
    for (const struct option *row = tool->options; row && row->name; row++)
        if (!row->is_hidden)
            append_property(json, row);
    for (const struct option *row = common_option_table; row->name; row++)
        if (common_applies(tool, row) && !option_find(tool->options, slice_of_string(row->name)))
            append_property(json, row);
    buffer_append_byte(json, '}');
    append_required(json, tool);
    buffer_append_byte(json, '}');
}

/* The value of a step: its options, or just the first operand, or nothing. */
static void append_step_value(struct buffer *json, const struct tool *tool)
{
    buffer_append_byte(json, '{');
    append_text(json, "description", tool->summary);
    append_raw(json, "anyOf", "[");
    append_options_object(json, tool);
    const struct option *operand = first_operand(tool);
    if (operand) {
        buffer_append_byte(json, ',');
        append_alternatives(json, operand);
    }
    buffer_append_string(json, ",{\"type\":\"null\"}]}");
}

static void append_shared(struct buffer *json)
{
    append_raw(json, "variable", "{\"type\":\"string\",\"pattern\":\"\\\\$\\\\{\"}");
    append_raw(json, "scalar", "{\"type\":[\"string\",\"number\",\"boolean\"]}");
}

static void append_step(struct buffer *json, const struct tool *const *tools)
{
    bool is_first = true;
    append_raw(json, "step", "{\"anyOf\":[{\"enum\":[");
    for (size_t i = 0; tools[i]; i++) {
        if (!tool_is_step(tools[i]))
            continue;
        buffer_append_string(json, is_first ? "" : ",");
        json_append_string(json, slice_of_string(tools[i]->name));
        is_first = false;
    }
    buffer_append_string(json, "]},{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":1,"
                               "\"additionalProperties\":false,\"properties\":{");
    for (size_t i = 0; tools[i]; i++)
        if (tool_is_step(tools[i])) {
            json_append_key(json, slice_of_string(tools[i]->name));
            append_step_value(json, tools[i]);
        }
    buffer_append_string(json, "}}]}");
    append_raw(json, "steps", "{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/step\"}}");
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether all tools that ask models take the same values for an option. */
static bool is_same_everywhere(const struct tool *const *tools, const struct option *row)
{
    for (size_t i = 0; tools[i]; i++) {
        const struct option *other =
            tools[i]->group == GROUP_MODEL ? option_find(tools[i]->options, slice_of_string(row->name)) : NULL;
        if (other && (other->type != row->type || other->choices != row->choices || other->minimum != row->minimum ||
                      other->maximum != row->maximum || !is_same_text(other->initial, row->initial)))
            return false;
    }
    return true;
}

static void append_model_property(struct buffer *json, const struct tool *const *tools, const struct option *row)
{
    if (is_same_everywhere(tools, row)) {
        append_property(json, row);
        return;
    }
    json_append_key(json, slice_of_string(row->name));
    buffer_append_byte(json, '{');
    append_text(json, "description", row->help);
    buffer_append_string(json, ",\"$ref\":\"#/$defs/scalar\"}");
}

/* A model is what the tools that ask models take: the options of all of them, none required; and what it is for. */
static void append_model(struct buffer *json, const struct tool *const *tools)
{
    struct buffer known = { 0 }; /* names between commas */
    append_raw(json, "model", "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
    for (size_t i = 0; tools[i]; i++) {
        if (tools[i]->group != GROUP_MODEL || tools[i]->is_hidden)
            continue;
        for (const struct option *row = tools[i]->options; row && row->name; row++) {
            struct buffer name = { 0 };
            buffer_append_format(&name, ",%s,", row->name);
            bool is_new = slice_find(buffer_slice(&known), buffer_slice(&name)) == known.length;
            if (is_new && !row->is_operand && !row->is_hidden && strcmp(row->name, "model") != 0) {
                buffer_append_slice(&known, buffer_slice(&name));
                append_model_property(json, tools, row);
            }
            buffer_release(&name);
        }
    }
    append_raw(json, "kind",
               "{\"description\":\"what it is for, where doctor cannot tell\","
               "\"enum\":[\"embed\",\"chat\",\"rerank\"]}");
    append_raw(json, "model", "{\"description\":\"name of the model at its provider\",\"$ref\":\"#/$defs/scalar\"}");
    buffer_append_string(json, "}}");
    buffer_release(&known);
}

static const char stage[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"steps\"],\"properties\":{"
    "\"needs\":{\"description\":\"stages that must be done before\",\"anyOf\":[{\"type\":\"string\"},"
    "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]},"
    "\"input\":{\"description\":\"files that the first step reads\",\"anyOf\":[{\"type\":\"string\"},"
    "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]},"
    "\"steps\":{\"$ref\":\"#/$defs/steps\"},"
    "\"output\":{\"description\":\"where the last step writes\",\"type\":\"string\"}}}";

void schema_append_pipeline(const struct tool *const *tools, struct buffer *output)
{
    struct buffer json = { 0 };
    buffer_append_string(
        &json,
        "{\"$schema\":\"" DRAFT "\",\"title\":\"garner pipeline, version 1\","
        "\"type\":\"object\",\"required\":[\"version\"],\"additionalProperties\":false,"
        "\"oneOf\":[{\"required\":[\"steps\"]},{\"required\":[\"stages\"]}],\"properties\":{"
        "\"version\":{\"const\":1},"
        "\"name\":{\"description\":\"what the pipeline is called\",\"type\":\"string\"},"
        "\"description\":{\"description\":\"what it is for\",\"type\":\"string\"},"
        "\"vars\":{\"description\":\"defaults of variables, used as ${name}\","
        "\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/scalar\"}},"
        "\"models\":{\"description\":\"models by name, for the options model, rerank, answer and rewrite-by of steps\","
        "\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/model\"}},"
        "\"steps\":{\"$ref\":\"#/$defs/steps\"},"
        "\"stages\":{\"description\":\"named groups of steps\",\"type\":\"object\","
        "\"minProperties\":1,\"additionalProperties\":{\"$ref\":\"#/$defs/stage\"}}},"
        "\"$defs\":{");
    append_shared(&json);
    append_model(&json, tools);
    append_step(&json, tools);
    append_raw(&json, "stage", stage);
    buffer_append_string(&json, "}}");
    json_append_indented(output, buffer_slice(&json));
    buffer_release(&json);
}

void schema_append_tool(const struct tool *tool, struct buffer *output)
{
    struct buffer json = { 0 };
    buffer_append_string(&json, "{\"$schema\":\"" DRAFT "\"");
    append_text(&json, "title", tool->name);
    append_raw(&json, "allOf", "[");
    append_step_value(&json, tool);
    buffer_append_byte(&json, ']');
    append_raw(&json, "$defs", "{");
    append_shared(&json);
    buffer_append_string(&json, "}}");
    json_append_indented(output, buffer_slice(&json));
    buffer_release(&json);
}
