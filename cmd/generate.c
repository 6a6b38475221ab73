/* generate.c - asks a chat model about each record and joins the answers to it. */
#include "base/memory.h"
#include "chat_asking.h"
#include "chat_options.h"
#include "model/prompt.h"
#include "pipeline/models.h"
#include "tools.h"
#include "json/write.h"

struct generate_options {
    struct chat_model_options model;
    const char *prompt, *system, *user, *schema;
    int64_t samples, min_samples;
    bool keep_truncated;
    bool messages;
};

#define FIELD(name) OPTION_FIELD(struct generate_options, name)
static const struct option generate_options[] = {
    { .name = "prompt",
      FIELD(prompt),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "YAML: system, constraints, examples, user, schema",
      .details = "system and user are templates: {{text}}, {{metadata.title|untitled}}. constraints is a list of texts "
                 "that stands below the system text; examples a list of {user, assistant}, or of {record, assistant}, "
                 "whose record is put into the user template; schema the JSON Schema of the answer." },
    { .name = "system",
      FIELD(system),
      .argument = "TEMPLATE",
      .help = "the system text, in place of the prompt file's" },
    { .name = "user",
      FIELD(user),
      .argument = "TEMPLATE",
      .help = "the question, such as 'Summarise: {{text}}'",
      .details =
          "A field that is missing or null is a reject unless a default stands behind a bar: {{title|}}. \\{{ is "
          "a literal {{. Without a template the record's own messages, or its prompt, are the question." },
    { .name = "schema",
      FIELD(schema),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "JSON Schema that answers must fit",
      .details = "The server is asked for such answers, and each is checked: types, properties, required, items, enum, "
                 "const, bounds, lengths, anyOf, oneOf, allOf and $ref within the schema. What fits stands as JSON in "
                 "'answer', too." },
    { .name = "samples",
      .letter = 'n',
      FIELD(samples),
      .argument = "N",
      .initial = "1",
      .minimum = 1,
      .maximum = CHAT_SAMPLES_MAXIMUM,
      .help = "answers to each record; more than one make 'completions'",
      .details = "With --seed sample k is asked with seed + k." },
    { .name = "min-samples",
      FIELD(min_samples),
      .argument = "N",
      .minimum = 1,
      .maximum = CHAT_SAMPLES_MAXIMUM,
      .help = "good answers that a record needs to pass; without it all",
      .details = "Those that are not good are left out, so completions may be fewer." },
    { .name = "keep-truncated", FIELD(keep_truncated), .help = "an answer cut at its limit of tokens is good, too" },
    { .name = "messages",
      FIELD(messages),
      .help = "put the conversation with its (first) answer into 'messages', too" },
    CHAT_MODEL_ROWS(struct generate_options),
    { .name = NULL },
};

struct generate_state {
    struct arena arena;
    struct prompt prompt;
    struct chat_settings settings;
    struct chat *chat;
    struct asking asking;
};

static bool load_prompt(const struct generate_options *options, struct arena *arena, struct prompt *prompt,
                        struct error *error)
{
    struct prompt_settings settings = {
        .file = options->prompt, .system = options->system, .user = options->user, .schema_file = options->schema
    };
    return prompt_load(&settings, arena, prompt, error);
}

static bool prepare(struct stage *stage, struct batch *batch, struct record *record, struct chat_question **questions,
                    size_t *count, struct error *error)
{
    const struct generate_options *options = stage->options;
    struct generate_state *state = stage->state;
    const struct json_object *object = record_object(batch, record, error);
    struct chat_message *messages;
    size_t message_count;
    if (!object || !prompt_apply(&state->prompt, object, &batch->arena, &messages, &message_count, error))
        return false;
    *count = (size_t)options->samples;
    *questions = arena_allocate(&batch->arena, *count * sizeof **questions);
    for (size_t i = 0; i < *count; i++)
        (*questions)[i] = (struct chat_question){ messages, message_count, (int64_t)i };
    return true;
}

static bool is_good(const struct generate_options *options, const struct chat_answer *answer)
{
    return answer->status == CHAT_COMPLETE ||
           (answer->status == CHAT_TRUNCATED && options->keep_truncated && answer->text.length);
}

static bool set(struct batch *batch, struct record *record, const char *name, struct buffer *json, struct error *error)
{
    bool is_set = asking_set_field(batch, record, slice_of_string(name), buffer_slice(json), error);
    buffer_reset(json);
    return is_set;
}

/* "text", or ["text",...] when several were asked for. */
static void append_texts(const struct generate_options *options, const struct chat_answer *answers, size_t count,
                         bool is_reason, struct buffer *json)
{
    const char *separator = "[";
    for (size_t i = 0; i < count; i++) {
        if (!is_good(options, &answers[i]))
            continue;
        buffer_append_string(json, options->samples > 1 ? separator : "");
        json_append_string(json, is_reason ? answers[i].finish_reason : answers[i].text);
        separator = ",";
    }
    if (options->samples > 1)
        buffer_append_byte(json, ']');
}

/* The JSON of answers that fit a schema; on one line. */
static void append_values(const struct generate_options *options, const struct chat_answer *answers, size_t count,
                          struct buffer *json)
{
    const char *separator = "[";
    for (size_t i = 0; i < count; i++) {
        if (!is_good(options, &answers[i]))
            continue;
        buffer_append_string(json, options->samples > 1 ? separator : "");
        size_t start = json->length;
        bool is_value = answers[i].status == CHAT_COMPLETE;
        buffer_append_slice(json, is_value ? slice_trim(answers[i].text) : SLICE("null"));
        for (size_t k = start; k < json->length; k++)
            if (json->bytes[k] == '\n' || json->bytes[k] == '\r')
                json->bytes[k] = ' ';
        separator = ",";
    }
    if (options->samples > 1)
        buffer_append_byte(json, ']');
}

/* Nothing when the server told nothing. */
static void append_usage(const struct chat_answer *answers, size_t count, struct buffer *json)
{
    int64_t input = 0, output = 0;
    bool is_told = false;
    for (size_t i = 0; i < count; i++) {
        is_told |= answers[i].input_tokens >= 0 || answers[i].output_tokens >= 0;
        input += answers[i].input_tokens > 0 ? answers[i].input_tokens : 0;
        output += answers[i].output_tokens > 0 ? answers[i].output_tokens : 0;
    }
    if (is_told)
        buffer_append_format(json, "{\"prompt_tokens\":%lld,\"completion_tokens\":%lld}", (long long)input,
                             (long long)output);
}

/* The conversation as it went, with the answer: a row to train on. */
static bool append_messages(const struct generate_state *state, struct batch *batch, struct record *record,
                            struct slice answer, struct buffer *json, struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    struct chat_message *messages;
    size_t count;
    if (!object || !prompt_apply(&state->prompt, object, &batch->arena, &messages, &count, error))
        return false;
    for (size_t i = 0; i <= count; i++) {
        buffer_append_string(json, i ? ",{\"role\":" : "[{\"role\":");
        json_append_string(json, slice_of_string(chat_role_names[i < count ? messages[i].role : CHAT_ASSISTANT]));
        json_append_key(json, SLICE("content"));
        json_append_string(json, i < count ? messages[i].text : answer);
        buffer_append_byte(json, '}');
    }
    buffer_append_byte(json, ']');
    return true;
}

static bool fill_record(const struct stage *stage, struct batch *batch, struct record *record,
                        const struct chat_answer *answers, size_t count, size_t first, struct error *error)
{
    const struct generate_options *options = stage->options;
    const struct generate_state *state = stage->state;
    const char *model = state->settings.model;
    struct buffer json = { 0 };
    bool is_several = options->samples > 1, is_set = true;
    /* First, since the templates read the record as it came. */
    if (options->messages)
        is_set = append_messages(state, batch, record, answers[first].text, &json, error) &&
                 set(batch, record, "messages", &json, error);
    append_texts(options, answers, count, false, &json);
    is_set = is_set && set(batch, record, is_several ? "completions" : "completion", &json, error);
    if (state->prompt.schema.length) {
        append_values(options, answers, count, &json);
        is_set = is_set && set(batch, record, is_several ? "answers" : "answer", &json, error);
    }
    append_texts(options, answers, count, true, &json);
    if (is_several || answers[first].finish_reason.length)
        is_set = is_set && set(batch, record, is_several ? "finish_reasons" : "finish_reason", &json, error);
    struct slice name = answers[first].model.length ? answers[first].model : slice_of_string(model);
    if (name.length) {
        json_append_string(&json, name);
        is_set = is_set && set(batch, record, "model", &json, error);
    }
    buffer_reset(&json);
    append_usage(answers, count, &json);
    if (json.length)
        is_set = is_set && set(batch, record, "usage", &json, error);
    buffer_release(&json);
    return is_set;
}

static enum asking_outcome place(struct stage *stage, struct batch *batch, struct record *record,
                                 const struct chat_answer *answers, size_t count, struct error *error,
                                 const char **reason_code, const char **reason)
{
    const struct generate_options *options = stage->options;
    size_t good = 0, first = count, worst = count;
    (void)reason_code;
    (void)reason;
    for (size_t i = 0; i < count; i++) {
        bool is_one = is_good(options, &answers[i]);
        good += is_one;
        first = is_one && first == count ? i : first;
        worst = !is_one && worst == count ? i : worst;
    }
    if (good < (size_t)(options->min_samples ? options->min_samples : options->samples)) {
        const struct chat_answer *answer = &answers[worst];
        const char *text = answer->reason ? answer->reason : "no answer";
        if (count > 1)
            error_set(error, answer->code, "sample %zu: %s", worst, text);
        else
            error_set(error, answer->code, "%s", text);
        return ASKING_REJECT;
    }
    return fill_record(stage, batch, record, answers, count, first, error) ? ASKING_PASS : ASKING_REJECT;
}

static const struct asking_tool asking_tool = { prepare, place };

static bool generate_open(struct stage *stage, struct error *error)
{
    const struct generate_options *options = stage->options;
    struct generate_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    if (!load_prompt(options, &state->arena, &state->prompt, error) ||
        !chat_model_settings(&options->model, stage->run, &state->arena, &state->settings, error))
        return false;
    state->settings.parameters.schema = state->prompt.schema;
    state->settings.client.notice = chat_options_notice;
    state->settings.client.notice_context = stage;
    state->chat = chat_open(&state->settings, error);
    state->asking = (struct asking){ .chat = state->chat, .tool = &asking_tool, .stage = stage };
    return state->chat != NULL;
}

static enum flow generate_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                               struct error *error)
{
    struct generate_state *state = stage->state;
    (void)worker;
    return asking_push(&state->asking, batch, sink, error);
}

static enum flow generate_flush(struct stage *stage, struct sink *sink, struct error *error)
{
    struct generate_state *state = stage->state;
    return asking_drain(&state->asking, sink, error);
}

static enum flow generate_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct generate_state *state = stage->state;
    if (stage->run->is_dry_run)
        asking_say_estimate(&state->asking, &state->settings);
    return asking_finish(&state->asking, sink, error);
}

static void generate_close(struct stage *stage)
{
    struct generate_state *state = stage->state;
    if (!state)
        return;
    asking_release(&state->asking);
    chat_close(state->chat);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

static void generate_summarize(const struct stage *stage, struct buffer *json)
{
    const struct generate_state *state = stage->state;
    chat_append_summary(state->chat, json);
}

static bool generate_check(const struct tool_call *call, struct error *error)
{
    const struct generate_options *options = call->options;
    struct run_settings run = { .is_dry_run = call->common.dry_run, .is_offline = call->common.offline };
    struct chat_settings settings;
    if (options->min_samples > options->samples)
        return error_set(error, E_USAGE, "--min-samples: %lld is more than --samples %lld",
                         (long long)options->min_samples, (long long)options->samples);
    return chat_model_settings(&options->model, &run, call->arena, &settings, error);
}

static const struct stage_class generate_stage = { .name = "generate",
                                                   .open = generate_open,
                                                   .push = generate_push,
                                                   .flush = generate_flush,
                                                   .finish = generate_finish,
                                                   .close = generate_close,
                                                   .summarize = generate_summarize };
static const struct stage_class *const generate_stages[] = { &generate_stage, NULL };

static const struct tool_example generate_examples[] = {
    { .command = "garner generate --url http://127.0.0.1:8080 --user 'In short: {{text}}'",
      .input = "{\"id\":\"a\",\"text\":\"Tea\"}\n",
      .remark = "one answer to each record" },
    { .command = "garner generate --url http://127.0.0.1:8080 -n 4 --temperature 0.8",
      .input = "{\"prompt\":\"Name a tea.\"}\n",
      .remark = "four answers to each record's own prompt" },
    { .command = "garner generate --command ./model.sh --user '{{text}}' --dry-run",
      .input = "{\"id\":\"a\",\"text\":\"Tea\"}\n",
      .remark = "what a run would ask" },
    { .command = NULL },
};

const struct tool tool_generate = {
    .name = "generate",
    .summary = "Ask a chat model about each record",
    .description =
        "Makes a question of each record by a template, asks a chat model, and adds 'completion' (with --samples "
        "'completions'), 'finish_reason', 'model' and 'usage' to the record. Records leave in the order they came.\n\n"
        "Every answer is written to a cache before it counts, so a run that was killed or stopped goes on where it was "
        "and a finished one asks for nothing when it is run again. Answers that were truncated, filtered or refused, "
        "that are empty, or that do not fit the schema are rejects with a code of their own.\n\n"
        "A key for the server is read from the environment or a file, never from the command line.",
    .group = GROUP_MODEL,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = generate_options,
    .options_bytes = sizeof(struct generate_options),
    .fill = models_fill,
    .check = generate_check,
    .examples = generate_examples,
    .stages = generate_stages,
};
