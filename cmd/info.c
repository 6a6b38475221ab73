/* info.c - says what a file or folder is and what it holds. */
#include "info.h"

#include <errno.h>

#include "base/utf8.h"
#include "dataset/shard_set.h"
#include "look.h"
#include "pipeline/pipeline.h"
#include "store/cache.h"
#include "store/ledger.h"
#include "tools.h"
#include "json/write.h"

struct info_options {
    struct option_list paths;
    bool has_digest;
    unsigned format;
};

#define FIELD(name) OPTION_FIELD(struct info_options, name)
static const struct option info_options[] = {
    { .name = "path",
      .is_operand = true,
      .is_required = true,
      FIELD(paths),
      .meaning = MEANING_FILE,
      .argument = "PATH",
      .help = "an index, a file of records, a pipeline file; - is stdin" },
    { .name = "digest",
      FIELD(has_digest),
      .help = "one number for all that an index holds",
      .details = "A hash over ids, records and vectors in order of id: two indexes with the same content have the same "
                 "digest, however the content came in." },
    LOOK_FORMAT_ROW(struct info_options),
    { .name = NULL },
};

enum { LABEL_COLUMNS = 20 };

void info_put_text(struct buffer *json, const char *key, struct slice text)
{
    json_append_key(json, slice_of_string(key));
    struct buffer repaired = { 0 };
    utf8_append_repaired(&repaired, text);
    json_append_string(json, buffer_slice(&repaired));
    buffer_release(&repaired);
}

void info_put_number(struct buffer *json, const char *key, int64_t number)
{
    json_append_key(json, slice_of_string(key));
    json_append_integer(json, number);
}

void info_put_flag(struct buffer *json, const char *key, bool flag)
{
    json_append_key(json, slice_of_string(key));
    buffer_append_string(json, flag ? "true" : "false");
}

static bool describe_pipeline(const struct tool_call *call, const char *path, struct buffer *json, struct error *error)
{
    struct pipeline_settings settings = { .tools = call->tools, .allows_programs = true };
    struct pipeline_faults faults = { 0 };
    struct pipeline *pipeline = pipeline_load(path, &settings, call->arena, &faults);
    if (!pipeline) {
        *error = faults.errors[0];
        return false;
    }
    info_put_text(json, "kind", SLICE("pipeline"));
    info_put_text(json, "name", slice_of_string(pipeline->name));
    if (pipeline->description)
        info_put_text(json, "description", slice_of_string(pipeline->description));
    json_append_key(json, SLICE("steps"));
    buffer_append_byte(json, '[');
    for (size_t c = 0; c < pipeline->chain_count; c++)
        for (size_t i = 0; i < pipeline->chains[c].step_count; i++) {
            buffer_append_string(json, c + i ? "," : "");
            json_append_string(json, slice_of_string(pipeline->chains[c].steps[i].call.tool->name));
        }
    buffer_append_byte(json, ']');
    return true;
}

static bool ends_with(const char *path, const char *end)
{
    return slice_ends_with(slice_of_string(path), slice_of_string(end));
}

static bool describe_file(const struct tool_call *call, const char *path, const struct look *look, struct buffer *json,
                          struct error *error)
{
    info_put_number(json, "bytes_on_disk", look->bytes);
    if (look->compression)
        info_put_text(json, "compression", slice_of_string(look->compression));
    if (shard_set_is_one(path))
        return info_describe_shards(path, json, error);
    if (look->kind == LOOK_SEGMENT)
        return info_describe_segment(path, json, error);
    if (look->kind == LOOK_DATABASE && ledger_is_at(path))
        return info_describe_ledger(path, json, error);
    if (look->kind == LOOK_DATABASE) {
        info_put_text(json, "kind", SLICE("database"));
        return true;
    }
    if (ends_with(path, ".yaml") || ends_with(path, ".yml"))
        return describe_pipeline(call, path, json, error);
    return info_describe_records(path, json, error);
}

static bool describe_kind(const struct tool_call *call, const char *path, struct buffer *json, struct error *error)
{
    const struct info_options *options = call->options;
    struct look look = look_at(path);
    switch (look.kind) {
    case LOOK_MISSING:
        return error_set_system(error, E_NO_INPUT, errno, "cannot open '%s'", path);
    case LOOK_STREAM:
        return info_describe_records(path, json, error);
    case LOOK_FOLDER:
        if (cache_is_one(path))
            return info_describe_cache(path, json, error);
        if (shard_set_is_one(path))
            return info_describe_shards(path, json, error);
        return info_describe_index(path, options->has_digest, json, error);
    case LOOK_SEGMENT:
    case LOOK_DATABASE:
    case LOOK_FILE:
        break;
    }
    return describe_file(call, path, &look, json, error);
}

/* Appends a JSON object. */
static bool describe(const struct tool_call *call, const char *path, struct buffer *json, struct error *error)
{
    buffer_append_byte(json, '{');
    info_put_text(json, "path", slice_of_string(path));
    bool is_done = describe_kind(call, path, json, error);
    buffer_append_byte(json, '}');
    return is_done;
}

static void append_value(struct buffer *text, struct json_value value, struct arena *arena)
{
    struct slice shown = value.text;
    if (value.type == JSON_STRING && !json_decode(value, arena, &shown, NULL))
        shown = value.text;
    if (value.type == JSON_TRUE || value.type == JSON_FALSE)
        shown = value.type == JSON_TRUE ? SLICE("yes") : SLICE("no");
    if (value.type != JSON_ARRAY) {
        text_append_printable(text, shown);
        return;
    }
    struct json_field field;
    size_t start = text->length;
    for (struct json_iterator iterator = json_iterate(value); json_next(&iterator, &field);) {
        buffer_append_string(text, text->length > start ? ", " : "");
        append_value(text, field.value, arena);
    }
}

/* The members of an object, a line each; those of inner objects are indented. */
static void append_table(struct buffer *text, struct json_value object, int indent, struct arena *arena)
{
    struct json_field field;
    for (struct json_iterator iterator = json_iterate(object); json_next(&iterator, &field);) {
        struct buffer key = { 0 };
        text_append_printable(&key, field.key);
        int width = LABEL_COLUMNS - indent;
        if (field.value.type == JSON_OBJECT) {
            buffer_append_format(text, "%*s%s\n", indent, "", buffer_string(&key));
            append_table(text, field.value, indent + 2, arena);
        } else {
            buffer_append_format(text, "%*s%-*s ", indent, "", width > 0 ? width : 1, buffer_string(&key));
            append_value(text, field.value, arena);
            buffer_append_byte(text, '\n');
        }
        buffer_release(&key);
    }
}

static bool show(const struct tool_call *call, struct slice json, bool is_first, struct error *error)
{
    const struct info_options *options = call->options;
    struct buffer text = { 0 };
    struct json_value value;
    bool is_done = true;
    if (options->format == LOOK_JSON) {
        buffer_append_slice(&text, json);
        buffer_append_byte(&text, '\n');
    } else if ((is_done = json_scan(json, &value, error))) {
        buffer_append_string(&text, is_first ? "" : "\n");
        append_table(&text, value, 0, call->arena);
    }
    is_done = is_done && output_write(call->output, buffer_slice(&text), error);
    buffer_release(&text);
    return is_done;
}

static bool is_unknown(struct slice json)
{
    return slice_find(json, SLICE("\"kind\":\"unknown\"")) < json.length;
}

static int info_run(struct tool_call *call, struct error *error)
{
    const struct info_options *options = call->options;
    int exit_code = EXIT_DONE;
    for (size_t i = 0; i < options->paths.count; i++) {
        struct buffer json = { 0 };
        bool is_done =
            describe(call, options->paths.values[i], &json, error) && show(call, buffer_slice(&json), i == 0, error);
        if (is_done && is_unknown(buffer_slice(&json)))
            exit_code = EXIT_NO;
        buffer_release(&json);
        if (!is_done)
            return error_exit_code(error);
    }
    return exit_code;
}

static const struct tool_example info_examples[] = {
    { "garner info -", "{\"id\":\"a\",\"text\":\"Tea.\"}\n",
      "path                 -\n"
      "kind                 records\n"
      "records              1\n"
      "documents            1\n"
      "text_bytes           4\n"
      "sealed               no\n"
      "fields\n"
      "  id                 1 x string\n"
      "  text               1 x string\n",
      "what a stream holds" },
    { .command = NULL },
};

const struct tool tool_info = {
    .name = "info",
    .summary = "Say what a file or folder is and what it holds",
    .description =
        "Knows indexes (rows, documents, model, columns), files of records (how many of which form, their "
        "fields and types), sets of shards, pipeline files and single segments of an index. Exit code 1: it is none of "
        "these. Nothing is changed.",
    .group = GROUP_LOOK,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = info_options,
    .options_bytes = sizeof(struct info_options),
    .has_few_common = true,
    .examples = info_examples,
    .run = info_run,
};
