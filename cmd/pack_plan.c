/* pack_plan.c - what the options of pack come to. */
#include "pack.h"

#include "dataset/plain_text.h"
#include "json/write.h"

static bool is_white(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] != ' ' && text.bytes[i] != '\n' && text.bytes[i] != '\t' && text.bytes[i] != '\r')
            return false;
    return true;
}

static const char *separator_of(const struct pack_options *options)
{
    return options->separator ? options->separator : options->emit == PACK_EMIT_IDS ? "" : "\\n\\n";
}

/* A separator of texts is what the trainer's tokenizer will read as one token where it is one. */
static bool plan_separator(const struct pack_options *options, struct pack_plan *plan, struct error *error)
{
    struct pack_settings *settings = &plan->settings;
    struct buffer text = { 0 }, ids = { 0 };
    size_t tokens = 0;
    plain_text_unescape(separator_of(options), &text);
    bool is_good = true;
    if (text.length > 0 && plan->tokenizer.vocabulary)
        is_good = piece_ids(&plan->tokenizer, buffer_slice(&text), &ids, &settings->separator_tokens, error);
    else if (text.length > 0) {
        tokens = tokenizer_count(&plan->tokenizer, buffer_slice(&text));
        bool is_special = text.length > 4 && text.bytes[0] == '<' && text.bytes[text.length - 1] == '>';
        settings->separator_tokens = is_special ? 1 : (uint32_t)tokens;
    }
    settings->is_between = text.length > 0 && is_white(buffer_slice(&text));
    /* White space merges with what stands beside it: put together, a row may have a token more than its parts. */
    settings->separator_tokens += settings->is_between && !settings->emits_ids;
    if (settings->emits_ids)
        buffer_append_slice(&plan->separator, buffer_slice(&ids));
    else
        json_append_escaped(&plan->separator, buffer_slice(&text));
    settings->separator = buffer_slice(&plan->separator);
    buffer_release(&text);
    buffer_release(&ids);
    if (is_good && settings->separator_tokens >= settings->length / 2)
        return error_set(error, E_USAGE, "--separator: its %u tokens fill half of a row", settings->separator_tokens);
    return is_good;
}

bool pack_plan_make(const struct pack_options *options, struct pack_plan *plan, struct error *error)
{
    static const enum pack_strategy strategies[] = { PACK_BEST_FIT, PACK_GREEDY, PACK_WRAPPED, PACK_GREEDY };
    *plan = (struct pack_plan){ .settings = { .strategy = strategies[options->strategy],
                                              .length = (uint32_t)options->length,
                                              .emits_ids = options->emit == PACK_EMIT_IDS,
                                              .has_positions = options->has_positions,
                                              .names_documents = options->names_documents,
                                              .key = strpbrk(options->field, ".[/") ? "text" : options->field,
                                              .window = (size_t)options->window } };
    return tokenizer_open(options->tokenizer, &plan->tokenizer, error) && plan_separator(options, plan, error);
}

void pack_plan_release(struct pack_plan *plan)
{
    tokenizer_release(&plan->tokenizer);
    buffer_release(&plan->separator);
}

static void append_text(struct buffer *json, const char *key, const char *text)
{
    json_append_key(json, slice_of_string(key));
    json_append_string(json, slice_of_string(text));
}

bool pack_append_options(const struct pack_options *options, struct buffer *json, struct error *error)
{
    static const char *const strategies[] = { "best-fit", "greedy", "wrapped", "none" };
    static const char *const actions[] = { "split", "drop", "truncate" };
    struct buffer tokenizer = { 0 };
    bool is_good = tokenizer_name(options->tokenizer, &tokenizer, error);
    buffer_append_string(json, "{\"tool\":\"pack\"");
    append_text(json, "strategy", strategies[options->strategy]);
    append_text(json, "tokenizer", buffer_string(&tokenizer));
    buffer_release(&tokenizer);
    if (options->strategy != PACK_CHOICE_NONE) {
        json_append_key(json, SLICE("length"));
        json_append_integer(json, options->length);
        append_text(json, "long", actions[options->action]);
        append_text(json, "emit", options->emit == PACK_EMIT_IDS ? "ids" : "text");
        append_text(json, "separator", separator_of(options));
    }
    buffer_append_byte(json, '}');
    return is_good;
}
