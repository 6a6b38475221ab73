/* tokens.c - counts the tokens of records, and turns texts into tokens and back. */
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "record/expression.h"
#include "record/text_fields.h"
#include "text/encoder.h"
#include "text/tokens.h"
#include "tools.h"
#include "json/write.h"

struct tokens_options {
    const char *tokenizer, *into;
    struct option_list fields;
    bool encodes, decodes;
    unsigned added;
};

static const char *const added_choices[] = { "file", "tokens", "text", NULL };

#define FIELD(name) OPTION_FIELD(struct tokens_options, name)
static const struct option tokens_options[] = {
    { .name = "tokenizer",
      FIELD(tokenizer),
      .meaning = MEANING_FILE,
      .argument = "NAME|FILE",
      .initial = "o200k-estimate",
      .help = "o200k-estimate, cl100k-estimate, or a vocabulary file",
      .details =
          "A .tiktoken file (r50k, p50k, cl100k, o200k and others that split text as these do) or a tokenizer.json "
          "with a byte-level BPE model is exact. NAME without / and . also means NAME.tiktoken or "
          "NAME/tokenizer.json in ~/.local/share/garner/tokenizers." },
    { .name = "field",
      FIELD(fields),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the texts to count, together [text, or the messages, prompt, answers of the form found]" },
    { .name = "into",
      FIELD(into),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "pass records on, with the count in this field; with --encode the ids, with --decode the text" },
    { .name = "encode", FIELD(encodes), .help = "put the ids of the tokens into --into [tokens]" },
    { .name = "decode", FIELD(decodes), .help = "turn the ids in --field [tokens] into the text in --into [text]" },
    { .name = "added-tokens",
      FIELD(added),
      .argument = "HOW",
      .initial = "file",
      .choices = added_choices,
      .help = "what text like <|endoftext|> is: tokens, plain text, or as the kind of file has it",
      .details = "file: tokens with a tokenizer.json, text with a .tiktoken file." },
    { .name = NULL },
};

/* Counts below EXACT have a place each, larger ones share one with those within 1.6 percent. */
enum { EXACT_BITS = 12, STEP_BITS = 6, EXACT = 1 << EXACT_BITS, PLACES = EXACT + (64 - EXACT_BITS) * (1 << STEP_BITS) };

struct figures {
    uint64_t records, tokens, bytes, least, most;
    uint64_t places[PLACES];
};

struct tokens_worker {
    void *memory; /* of the tokenizer */
    struct figures *figures;
    struct buffer json, text;
};

struct tokens_state {
    struct arena arena;
    struct tokenizer tokenizer;
    struct text_fields fields;
    struct json_path source, into; /* source: of the ids */
    struct tokens_worker *workers;
    bool adds_up; /* only the sums go out */
};

static const char *into_of(const struct tokens_options *options)
{
    return options->into ? options->into : options->encodes ? "tokens" : options->decodes ? "text" : NULL;
}

static bool compile_paths(const struct tokens_options *options, struct arena *arena, struct tokens_state *state,
                          struct error *error)
{
    const char *into = into_of(options);
    if (into && !json_path_compile(slice_of_string(into), arena, &state->into, error))
        return expression_label_error(error, "--into");
    if (options->decodes && options->fields.count > 1)
        return error_set(error, E_USAGE, "--field: --decode reads the ids of one field");
    const char *source = options->fields.count ? options->fields.values[0] : "tokens";
    if (options->decodes
            ? json_path_compile(slice_of_string(source), arena, &state->source, error)
            : text_fields_compile(options->fields.values, options->fields.count, arena, &state->fields, error))
        return true;
    return expression_label_error(error, "--field");
}

static bool tokens_check(const struct tool_call *call, struct error *error)
{
    const struct tokens_options *options = call->options;
    struct tokens_state state = { 0 };
    if (options->encodes && options->decodes)
        return error_set(error, E_USAGE, "--encode: excludes --decode");
    if (!tokenizer_check(options->tokenizer, error)) {
        struct error inner = *error;
        return error_set(error, inner.code, "--tokenizer: %s", inner.message);
    }
    for (size_t i = 0; (options->encodes || options->decodes) && tokenizer_builtin_names[i]; i++)
        if (strcmp(options->tokenizer, tokenizer_builtin_names[i]) == 0)
            return error_set(error, E_USAGE, "--%s: '%s' only estimates counts, expected --tokenizer FILE",
                             options->encodes ? "encode" : "decode", options->tokenizer);
    return compile_paths(options, call->arena, &state, error);
}

static bool tokens_open(struct stage *stage, struct error *error)
{
    const struct tokens_options *options = stage->options;
    struct tokens_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    state->adds_up = !into_of(options);
    if (!compile_paths(options, &state->arena, state, error) ||
        !tokenizer_open(options->tokenizer, &state->tokenizer, error))
        return false;
    state->workers = memory_allocate_zeroed(stage->run->jobs, sizeof *state->workers);
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        struct tokens_worker *worker = &state->workers[i];
        worker->figures = memory_allocate_zeroed(1, sizeof *worker->figures);
        worker->figures->least = UINT64_MAX;
        if (state->tokenizer.vocabulary)
            worker->memory = encoder_create(state->tokenizer.vocabulary, (enum added_tokens)options->added);
    }
    return true;
}

static void tokens_close(struct stage *stage)
{
    struct tokens_state *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; state->workers && i < stage->run->jobs; i++) {
        struct tokens_worker *worker = &state->workers[i];
        tokenizer_memory_free(&state->tokenizer, worker->memory);
        memory_free(worker->figures);
        buffer_release(&worker->json);
        buffer_release(&worker->text);
    }
    memory_free(state->workers);
    tokenizer_release(&state->tokenizer);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

static size_t place_of(uint64_t count)
{
    if (count < EXACT)
        return (size_t)count;
    unsigned bits = 63 - (unsigned)__builtin_clzll(count);
    return EXACT + (bits - EXACT_BITS) * (1 << STEP_BITS) +
           (size_t)(count >> (bits - STEP_BITS) & ((1 << STEP_BITS) - 1));
}

/* The smallest count that has that place. */
static uint64_t count_at(size_t place)
{
    if (place < EXACT)
        return place;
    size_t step = (place - EXACT) % (1 << STEP_BITS), bits = (place - EXACT) / (1 << STEP_BITS) + EXACT_BITS;
    return (uint64_t)(step + (1 << STEP_BITS)) << (bits - STEP_BITS);
}

static void note(struct figures *figures, uint64_t tokens, size_t bytes)
{
    figures->records++;
    figures->tokens += tokens;
    figures->bytes += bytes;
    figures->least = tokens < figures->least ? tokens : figures->least;
    figures->most = tokens > figures->most ? tokens : figures->most;
    figures->places[place_of(tokens)]++;
}

/* The tokens of all texts of a record; with --encode their ids go to worker->json. */
static bool count_record(const struct stage *stage, struct tokens_worker *worker, struct batch *batch,
                         struct record *record, struct error *error)
{
    const struct tokens_state *state = stage->state;
    const struct tokens_options *options = stage->options;
    struct json_value *values;
    size_t value_count, sum = 0, bytes = 0;
    if (!text_fields_find(&state->fields, batch, record, &values, &value_count, error))
        return false;
    buffer_append_string(&worker->json, options->encodes ? "[" : "");
    for (size_t i = 0; i < value_count; i++) {
        struct slice text;
        const uint32_t *ids;
        size_t count;
        if (!json_decode(values[i], &batch->arena, &text, error) ||
            !(options->encodes ? encoder_encode(worker->memory, text, &ids, &count, error)
                               : tokenizer_count_text(&state->tokenizer, worker->memory, text, &count, error)))
            return error_place(error, record->file, record->line_number, 0);
        for (size_t j = 0; options->encodes && j < count; j++) {
            if (worker->json.length > 1)
                buffer_append_byte(&worker->json, ',');
            buffer_append_decimal(&worker->json, ids[j]);
        }
        sum += count;
        bytes += text.length;
    }
    if (options->encodes)
        buffer_append_byte(&worker->json, ']');
    else
        buffer_append_decimal(&worker->json, (int64_t)sum);
    note(worker->figures, sum, bytes);
    return true;
}

/* The text of the ids in a field goes to worker->json; what is no UTF-8 becomes U+FFFD. */
static bool decode_record(const struct stage *stage, struct tokens_worker *worker, struct batch *batch,
                          struct record *record, struct error *error)
{
    const struct tokens_state *state = stage->state;
    const struct json_object *object = record_object(batch, record, error);
    struct slice name = state->source.text;
    if (!object)
        return false;
    bool is_ambiguous = false, is_good = true;
    struct json_value ids = json_path_find(&state->source, object, &is_ambiguous);
    buffer_reset(&worker->text);
    if (is_ambiguous)
        is_good = error_set(error, E_JSON_DUPKEY, "key '%.*s' stands twice", (int)name.length, name.bytes);
    else if (ids.type != JSON_ARRAY)
        is_good = error_set(error, ids.type == JSON_MISSING ? E_FIELD_MISSING : E_FIELD_TYPE,
                            "field '%.*s' is %s, expected an array of token ids", (int)name.length, name.bytes,
                            json_type_phrase(ids.type));
    struct json_iterator iterator = json_iterate(ids);
    struct json_field field;
    uint64_t count = 0;
    uint32_t id;
    for (int64_t number = 0; is_good && json_next(&iterator, &field); count++) {
        if (!json_integer(field.value, &number) || number < 0 || number > UINT32_MAX)
            is_good =
                error_set(error, E_FIELD_VALUE, "'%.*s' is no token id",
                          (int)(field.value.text.length < 64 ? field.value.text.length : 64), field.value.text.bytes);
        id = (uint32_t)number;
        is_good = is_good && vocabulary_decode(state->tokenizer.vocabulary, &id, 1, &worker->text, error);
    }
    if (!is_good) {
        error_field(error, name);
        return error_place(error, record->file, record->line_number, 0);
    }
    struct buffer valid = { 0 };
    utf8_append_repaired(&valid, buffer_slice(&worker->text));
    json_append_string(&worker->json, buffer_slice(&valid));
    note(worker->figures, count, valid.length);
    buffer_release(&valid);
    return true;
}

/* false: a reject ends the run. */
static bool take_record(const struct stage *stage, struct tokens_worker *worker, struct batch *batch,
                        struct record *record)
{
    const struct tokens_state *state = stage->state;
    const struct tokens_options *options = stage->options;
    struct buffer line = { 0 };
    struct error error = { 0 };
    if (record->kind != RECORD_DATA) {
        *batch_append(batch) = *record;
        return true;
    }
    buffer_reset(&worker->json);
    bool is_good = (options->decodes ? decode_record : count_record)(stage, worker, batch, record, &error);
    if (is_good && !state->adds_up) {
        is_good = json_path_set(&state->into, record->object, buffer_slice(&worker->json), &line, &error);
        if (is_good)
            batch_append_changed(batch, record, arena_copy(&batch->arena, buffer_slice(&line)));
        else
            error_place(&error, record->file, record->line_number, 0);
    }
    buffer_release(&line);
    return is_good || batch_reject(batch, stage, record, &error);
}

static enum flow tokens_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                             struct error *error)
{
    struct tokens_state *state = stage->state;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++)
        if (!take_record(stage, &state->workers[worker], batch, &records[i]))
            break;
    return sink_emit(sink, batch, error);
}

static void add_figures(const struct stage *stage, struct figures *sum)
{
    const struct tokens_state *state = stage->state;
    sum->least = UINT64_MAX;
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        const struct figures *part = state->workers[i].figures;
        sum->records += part->records;
        sum->tokens += part->tokens;
        sum->bytes += part->bytes;
        sum->least = part->least < sum->least ? part->least : sum->least;
        sum->most = part->most > sum->most ? part->most : sum->most;
        for (size_t place = 0; place < PLACES; place++)
            sum->places[place] += part->places[place];
    }
}

/* The count that so many per cent of the records have at most. */
static uint64_t percentile(const struct figures *figures, unsigned percent)
{
    uint64_t rank = (figures->records * percent + 99) / 100, seen = 0;
    for (size_t place = 0; place < PLACES; place++)
        if ((seen += figures->places[place]) >= rank && seen > 0)
            return count_at(place);
    return 0;
}

static void append_figures(const struct stage *stage, struct buffer *json)
{
    const struct tokens_state *state = stage->state;
    struct figures *sum = memory_allocate_zeroed(1, sizeof *sum);
    add_figures(stage, sum);
    buffer_append_string(json, "\"tokenizer\":");
    json_append_string(json, slice_of_string(state->tokenizer.name));
    buffer_append_format(json, ",\"records\":%llu,\"bytes\":%llu,\"tokens\":%llu", (unsigned long long)sum->records,
                         (unsigned long long)sum->bytes, (unsigned long long)sum->tokens);
    if (sum->records > 0)
        buffer_append_format(json,
                             ",\"mean\":%.1f,\"minimum\":%llu,\"p50\":%llu,\"p90\":%llu,\"p99\":%llu,\"maximum\":%llu",
                             (double)sum->tokens / (double)sum->records, (unsigned long long)sum->least,
                             (unsigned long long)percentile(sum, 50), (unsigned long long)percentile(sum, 90),
                             (unsigned long long)percentile(sum, 99), (unsigned long long)sum->most);
    memory_free(sum);
}

static enum flow tokens_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    const struct tokens_state *state = stage->state;
    if (!state->adds_up)
        return FLOW_OK;
    struct batch *batch = batch_create();
    struct buffer line = { 0 };
    buffer_append_byte(&line, '{');
    append_figures(stage, &line);
    buffer_append_byte(&line, '}');
    struct record *record = batch_append(batch);
    record->line = arena_copy(&batch->arena, buffer_slice(&line));
    record->file = "";
    buffer_release(&line);
    return sink_emit(sink, batch, error);
}

static void tokens_summarize(const struct stage *stage, struct buffer *json)
{
    const struct tokens_state *state = stage->state;
    if (state && state->workers)
        append_figures(stage, json);
}

static const struct stage_class tokens_stage = { .name = "tokens",
                                                 .is_parallel = true,
                                                 .open = tokens_open,
                                                 .push = tokens_push,
                                                 .finish = tokens_finish,
                                                 .close = tokens_close,
                                                 .summarize = tokens_summarize };
static const struct stage_class *const tokens_stages[] = { &tokens_stage, NULL };

static const struct tool_example tokens_examples[] = {
    { "garner tokens", "{\"id\":\"a\",\"text\":\"The harbour was full.\"}\n{\"id\":\"b\",\"text\":\"Tea.\"}\n",
      "{\"tokenizer\":\"o200k-estimate\",\"records\":2,\"bytes\":25,\"tokens\":7,\"mean\":3.5,\"minimum\":2,\"p50\":2,"
      "\"p90\":5,\"p99\":5,\"maximum\":5}\n",
      "how many in all" },
    { "garner tokens --into metadata.tokens", "{\"id\":\"b\",\"text\":\"Tea.\"}\n",
      "{\"id\":\"b\",\"text\":\"Tea.\",\"metadata\":{\"tokens\":2}}\n", "a count in each record" },
    { .command = "garner tokens --tokenizer cl100k_base.tiktoken --encode chunks.jsonl", .remark = "ids, exactly" },
    { .command = NULL },
};

const struct tool tool_tokens = {
    .name = "tokens",
    .summary = "Count tokens, encode texts and decode ids",
    .description =
        "Counts the tokens of each record's text as a model's tokenizer does. Without --into, --encode and "
        "--decode one record with the sums goes out: mean, smallest, largest, and percentiles (exact up to "
        "4,095 tokens, within 1.6 % above).\n\n"
        "The builtin estimates need no vocabulary. With a .tiktoken or tokenizer.json file counts and ids are "
        "those of the model's own tokenizer; tokens that a chat template puts around a text are not counted.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = tokens_options,
    .options_bytes = sizeof(struct tokens_options),
    .check = tokens_check,
    .examples = tokens_examples,
    .stages = tokens_stages,
};
