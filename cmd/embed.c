/* embed.c - put an embedding into each record. */
#include "base/memory.h"
#include "embed_fields.h"
#include "model/client.h"
#include "model_options.h"
#include "pipeline/models.h"
#include "store/cache.h"
#include "tools.h"
#include "json/path.h"

struct embed_options {
    struct embed_model_options model;
    const char *field;
    unsigned encoding;
};

enum { ENCODING_FLOAT, ENCODING_BASE64 };
static const char *const encoding_choices[] = { "float", "base64", NULL };

#define FIELD(name) OPTION_FIELD(struct embed_options, name)
static const struct option embed_options[] = {
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "text",
      .help = "the text to embed" },
    { .name = "encoding",
      FIELD(encoding),
      .argument = "FORM",
      .initial = "float",
      .choices = encoding_choices,
      .help = "how vectors are written: numbers, or base64 of little-endian float32" },
    EMBED_MODEL_ROWS(struct embed_options),
    { .name = NULL },
};

struct embed_state {
    struct arena arena;
    struct json_path field;
    struct embedder *embedder;
    /* Only with a provider that one thread calls: batches that wait until a window of texts is full. */
    struct batch **waiting;
    size_t waiting_count, waiting_capacity;
    size_t waiting_texts;
};

/* The records of some batches that have a text, side by side. */
struct embed_work {
    struct record **records;
    struct batch **owners;
    struct slice *texts;
    size_t count;
};

static bool embed_open(struct stage *stage, struct error *error)
{
    const struct embed_options *options = stage->options;
    struct embed_state *state = memory_allocate_zeroed(1, sizeof *state);
    struct embedder_settings settings;
    stage->state = state;
    if (!json_path_compile(slice_of_string(options->field), &state->arena, &state->field, error) ||
        !embed_model_settings(&options->model, stage->run->is_offline, &settings, error))
        return false;
    if (stage->run->is_dry_run)
        return true; /* no network, no program */
    embed_model_cache(&options->model, &state->arena, &settings);
    state->embedder = embedder_open(&settings, error);
    return state->embedder != NULL;
}

static bool find_text(const struct embed_state *state, struct batch *batch, struct record *record, struct slice *text,
                      struct error *error)
{
    bool is_ambiguous = false;
    error_reset(error);
    const struct json_object *object = record_object(batch, record, error);
    if (!object)
        return false;
    struct json_value value = json_path_find(&state->field, object, &is_ambiguous);
    bool is_good = false;
    if (is_ambiguous)
        error_set(error, E_JSON_DUPKEY, "field '%.*s' stands twice", (int)state->field.text.length,
                  state->field.text.bytes);
    else if (value.type == JSON_MISSING)
        error_set(error, E_FIELD_MISSING, "field '%.*s' is missing", (int)state->field.text.length,
                  state->field.text.bytes);
    else if (value.type != JSON_STRING)
        error_set(error, E_FIELD_TYPE, "field '%.*s' is %s, expected a string", (int)state->field.text.length,
                  state->field.text.bytes, json_type_phrase(value.type));
    else if (json_decode(value, &batch->arena, text, error))
        is_good = slice_trim(*text).length > 0 ||
                  error_set(error, E_FIELD_VALUE, "field '%.*s' is empty, so there is nothing to embed",
                            (int)state->field.text.length, state->field.text.bytes);
    is_good = is_good && embed_fields_join(object, &batch->arena, text, error);
    if (!is_good) {
        error_place(error, record->file, record->line_number, 0);
        error_field(error, state->field.text);
    }
    return is_good;
}

/* Rejects the records without a usable text, and lists the others. */
static void collect_batch(const struct stage *stage, struct batch *batch, struct embed_work *work)
{
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        struct slice text = { 0 };
        struct error error;
        bool is_data = records[i].kind == RECORD_DATA;
        if (is_data && !find_text(stage->state, batch, &records[i], &text, &error)) {
            if (!batch_reject(batch, stage, &records[i], &error))
                break;
            continue;
        }
        *batch_append(batch) = records[i];
        if (is_data)
            work->texts[work->count++] = text;
    }
}

static void place_result(struct embed_state *state, const struct embed_options *options, struct batch *batch,
                         struct record *record, const struct embed_result *result)
{
    const char *model = embedder_model(state->embedder);
    record->vector = result->vector;
    record->dimension = embedder_dimension(state->embedder);
    record->vector_model = arena_copy(&batch->arena, slice_of_string(model));
    if (options->encoding != ENCODING_BASE64)
        return;
    struct buffer line = { 0 };
    record_render(record, true, &line);
    record->line = arena_copy(&batch->arena, buffer_slice(&line));
    record->object = NULL;
    record->vector = NULL;
    buffer_release(&line);
}

/* Gives the records of a batch their vectors; those whose text the model refused are rejected. */
static void place_batch(const struct stage *stage, struct batch *batch, const struct embed_result *results,
                        size_t *next)
{
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        const struct embed_result *result = records[i].kind == RECORD_DATA ? &results[(*next)++] : NULL;
        if (result && !result->vector) {
            struct error error;
            error_set(&error, result->code, "%s", result->reason);
            error_place(&error, records[i].file, records[i].line_number, 0);
            if (!batch_reject(batch, stage, &records[i], &error))
                break;
            continue;
        }
        if (result)
            place_result(stage->state, stage->options, batch, &records[i], result);
        *batch_append(batch) = records[i];
    }
}

/* The answers live in the window's own arena, the records in their batches': each takes its vectors along. */
static void keep_vectors(struct embed_state *state, struct batch *batch, struct embed_result *results, size_t first)
{
    size_t bytes = embedder_dimension(state->embedder) * sizeof(float);
    for (size_t i = 0, next = first; i < batch->count; i++) {
        if (batch->records[i].kind != RECORD_DATA)
            continue;
        struct embed_result *result = &results[next++];
        if (result->vector)
            result->vector = memcpy(arena_allocate(&batch->arena, bytes), result->vector, bytes);
    }
}

static enum flow embed_batches(struct stage *stage, struct batch **batches, size_t count, struct sink *sink,
                               struct error *error)
{
    struct embed_state *state = stage->state;
    struct arena scratch = { 0 };
    struct embed_work work = { 0 };
    size_t records = 0, next = 0, emitted = 0;
    for (size_t i = 0; i < count; i++)
        records += batches[i]->count;
    work.texts = arena_allocate(&scratch, (records + 1) * sizeof *work.texts);
    for (size_t i = 0; i < count; i++)
        collect_batch(stage, batches[i], &work);
    struct embed_result *results = arena_allocate_zeroed(&scratch, work.count + 1, sizeof *results);
    enum flow flow = FLOW_OK;
    if (state->embedder && work.count &&
        !embedder_embed(state->embedder, EMBED_DOCUMENT, work.texts, work.count, &scratch, results, error))
        flow = FLOW_ERROR;
    for (size_t first = 0; flow == FLOW_OK && emitted < count; first = next) {
        struct batch *batch = batches[emitted++];
        if (state->embedder) {
            keep_vectors(state, batch, results, first);
            place_batch(stage, batch, results, &next);
        }
        flow = sink_emit(sink, batch, error);
    }
    for (; emitted < count; emitted++)
        batch_free(batches[emitted]);
    arena_release(&scratch);
    return flow;
}

static enum flow embed_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    (void)worker;
    return embed_batches(stage, &batch, 1, sink, error);
}

static enum flow embed_waiting(struct stage *stage, struct sink *sink, struct error *error)
{
    struct embed_state *state = stage->state;
    size_t count = state->waiting_count;
    state->waiting_count = state->waiting_texts = 0;
    return count ? embed_batches(stage, state->waiting, count, sink, error) : FLOW_OK;
}

static enum flow embed_push_waiting(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                                    struct error *error)
{
    (void)worker;
    struct embed_state *state = stage->state;
    state->waiting =
        memory_grow(state->waiting, &state->waiting_capacity, state->waiting_count + 1, sizeof(struct batch *));
    state->waiting[state->waiting_count++] = batch;
    state->waiting_texts += batch->count;
    if (state->embedder && state->waiting_texts < embedder_window(state->embedder))
        return FLOW_OK;
    return embed_waiting(stage, sink, error);
}

static void embed_close(struct stage *stage)
{
    struct embed_state *state = stage->state;
    if (!state)
        return;
    for (size_t i = 0; i < state->waiting_count; i++)
        batch_free(state->waiting[i]);
    memory_free(state->waiting);
    embedder_close(state->embedder);
    arena_release(&state->arena);
    memory_free(state);
}

static void embed_summarize(const struct stage *stage, struct buffer *json)
{
    const struct embed_state *state = stage->state;
    if (!state || !state->embedder)
        return;
    const struct client_counters *client = embedder_client_counters(state->embedder);
    const struct cache_counters *cache = embedder_cache_counters(state->embedder);
    if (client)
        client_append_summary(client, json);
    if (client && cache)
        buffer_append_byte(json, ',');
    if (cache)
        buffer_append_format(json, "\"cache_hits\":%lld,\"cache_misses\":%lld,\"cache_puts\":%lld",
                             (long long)cache->hits, (long long)cache->misses, (long long)cache->puts);
}

/* The builtin provider runs on every worker; a server or program is asked by one thread, many texts at a time. */
static const struct stage_class embed_stage = {
    .name = "embed", .is_parallel = true, .open = embed_open, .push = embed_push, .close = embed_close
};
static const struct stage_class embed_stage_waiting = { .name = "embed",
                                                        .open = embed_open,
                                                        .push = embed_push_waiting,
                                                        .flush = embed_waiting,
                                                        .finish = embed_waiting,
                                                        .close = embed_close,
                                                        .summarize = embed_summarize };
static const struct stage_class *const embed_stages[] = { &embed_stage, NULL };
static const struct stage_class *const embed_stages_waiting[] = { &embed_stage_waiting, NULL };

static const struct stage_class *const *embed_choose(const void *options)
{
    const struct embed_options *embed = options;
    struct embedder_settings settings;
    struct error ignored;
    bool is_builtin =
        embed_model_settings(&embed->model, false, &settings, &ignored) && settings.provider == EMBED_BUILTIN;
    return is_builtin ? embed_stages : embed_stages_waiting;
}

static bool embed_check(const struct tool_call *call, struct error *error)
{
    const struct embed_options *options = call->options;
    struct embedder_settings settings;
    struct json_path path;
    return embed_model_settings(&options->model, call->common.offline, &settings, error) &&
           json_path_compile(slice_of_string(options->field), call->arena, &path, error);
}

static const struct tool_example embed_examples[] = {
    { .command = "garner ingest docs/ | garner chunk | garner embed > embedded.jsonl",
      .remark = "without any model: the builtin vectors" },
    { .command = "garner embed --url http://127.0.0.1:8080 --model bge-small chunks.jsonl",
      .remark = "with an OpenAI-compatible server" },
    { .command = "garner embed --dimension 4 --encoding base64",
      .input = "{\"id\":\"a\",\"text\":\"harbour crane\"}\n",
      .remark = "compact vectors" },
    { .command = NULL },
};

const struct tool tool_embed = {
    .name = "embed",
    .summary = "Put an embedding into each record",
    .description =
        "Adds 'embedding' and 'embedding_model' (provider:model:dimension) to each record; vectors that stand there "
        "are "
        "replaced. Without --url and --command the builtin provider works: deterministic, offline, no weights. It "
        "hashes "
        "words, pairs of words and pieces of words, so it finds shared words and spellings, not meanings.\n\n"
        "Attributes that metadata.embed_fields names, as 'garner ingest' notes them of sidecars with "
        "includeForEmbedding, are embedded in front of the text, a line 'key: value' each; the record's text stays as "
        "it is.\n\n"
        "A key for the server is read from the environment or a file, never from the command line.",
    .group = GROUP_MODEL,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = embed_options,
    .options_bytes = sizeof(struct embed_options),
    .fill = models_fill,
    .check = embed_check,
    .examples = embed_examples,
    .stages = embed_stages,
    .choose_stages = embed_choose,
};
