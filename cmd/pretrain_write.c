/* pretrain_write.c - on all workers: a record's text, tidied, as one row or several. */
#include <inttypes.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "dataset/plain_text.h"
#include "pretrain.h"
#include "text/chunk.h"
#include "json/write.h"

enum { PLAN_CHARACTERS = 6 /* a token, as Bedrock plans where a profile says nothing else */ };

struct figures {
    int64_t rows, split, characters, bytes, tokens, plan_tokens;
};

struct writing_worker {
    struct chunker *chunker; /* NULL: no limit of tokens */
    void *memory;            /* of the tokenizer */
    struct buffer text, line;
    struct figures figures;
};

struct writing {
    struct arena arena;
    struct plain_text_form form;
    struct tokenizer tokenizer;
    struct json_path field, *keep;
    struct writing_worker *workers;
};

static bool compile_keep(const struct pretrain_options *options, struct writing *state, struct error *error)
{
    state->keep = arena_allocate(&state->arena, (options->keep.count + 1) * sizeof *state->keep);
    for (size_t i = 0; i < options->keep.count; i++)
        if (!json_path_compile(slice_of_string(options->keep.values[i]), &state->arena, &state->keep[i], error))
            return false;
    return true;
}

static bool write_open(struct stage *stage, struct error *error)
{
    const struct pretrain_options *options = stage->options;
    struct writing *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    if (!plain_text_form_of(options->profile, &state->form, error) ||
        !json_path_compile(slice_of_string(options->field), &state->arena, &state->field, error) ||
        !compile_keep(options, state, error) || !tokenizer_open(options->tokenizer, &state->tokenizer, error))
        return false;
    struct chunk_settings settings = { .strategy = CHUNK_RECURSIVE,
                                       .unit = CHUNK_TOKENS,
                                       .size = (size_t)options->maximum_tokens,
                                       .tokenizer = &state->tokenizer };
    state->workers = memory_allocate_zeroed(stage->run->jobs, sizeof *state->workers);
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        state->workers[i].memory = tokenizer_memory(&state->tokenizer);
        if (options->maximum_tokens)
            state->workers[i].chunker = chunker_create(&settings);
    }
    return true;
}

static void write_close(struct stage *stage)
{
    struct writing *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; state->workers && i < stage->run->jobs; i++) {
        struct writing_worker *worker = &state->workers[i];
        chunker_free(worker->chunker);
        tokenizer_memory_free(&state->tokenizer, worker->memory);
        buffer_release(&worker->text);
        buffer_release(&worker->line);
    }
    memory_free(state->workers);
    tokenizer_release(&state->tokenizer);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

/* The last key of a path: what a kept value is called in the row. */
static struct slice key_of(const struct json_path *path)
{
    return path->steps[path->count - 1].key;
}

/* One row. json: what stands between the quotes. */
static bool add_row(const struct writing *state, struct writing_worker *worker, struct batch *batch,
                    const struct record *record, struct slice text, struct slice json, const struct json_object *object,
                    size_t keep_count, struct error *error)
{
    size_t tokens, characters = utf8_count(text);
    double per_token = state->form.characters_per_token > 0 ? state->form.characters_per_token : PLAN_CHARACTERS;
    if (!tokenizer_count_text(&state->tokenizer, worker->memory, text, &tokens, error))
        return false;
    struct buffer *line = &worker->line;
    buffer_reset(line);
    buffer_append_byte(line, '{');
    json_append_key(line, slice_of_string(state->form.key));
    buffer_append_byte(line, '"');
    buffer_append_slice(line, json);
    buffer_append_byte(line, '"');
    for (size_t i = 0; i < keep_count; i++) {
        struct json_value value = json_path_find(&state->keep[i], object, NULL);
        if (value.type == JSON_MISSING)
            continue;
        json_append_key(line, key_of(&state->keep[i]));
        buffer_append_slice(line, value.text);
    }
    buffer_append_byte(line, '}');
    batch_append_changed(batch, record, arena_copy(&batch->arena, buffer_slice(line)));
    struct figures *figures = &worker->figures;
    figures->rows++;
    figures->characters += (int64_t)characters;
    figures->bytes += (int64_t)text.length;
    figures->tokens += (int64_t)tokens;
    figures->plan_tokens += (int64_t)(((double)characters + per_token - 1) / per_token);
    return true;
}

static struct slice escaped(struct batch *batch, struct slice text)
{
    struct buffer json = { 0 };
    json_append_escaped(&json, text);
    struct slice copy = arena_copy(&batch->arena, buffer_slice(&json));
    buffer_release(&json);
    return copy;
}

/* Pieces of up to --max-tokens, cut at paragraphs, sentences, words. */
static bool add_pieces(const struct stage *stage, struct writing_worker *worker, struct batch *batch,
                       const struct record *record, struct slice text, const struct json_object *object,
                       struct error *error)
{
    const struct pretrain_options *options = stage->options;
    struct chunk_document document = { .text = text };
    struct chunk chunk;
    size_t count = 0;
    if (!chunker_begin(worker->chunker, &document, error))
        return false;
    for (; chunker_next(worker->chunker, &chunk); count++)
        if (!add_row(stage->state, worker, batch, record, chunk.text, escaped(batch, chunk.text), object,
                     options->keep.count, error))
            return false;
    worker->figures.split += count > 1;
    return true;
}

static bool write_record(const struct stage *stage, struct writing_worker *worker, struct batch *batch,
                         struct record *record, struct error *error)
{
    const struct pretrain_options *options = stage->options;
    const struct writing *state = stage->state;
    const struct json_object *object = record_object(batch, record, error);
    struct json_value value;
    struct slice whole;
    if (!object || !plain_text_find(&state->field, object, &value, error))
        return false;
    if (!json_decode(value, &batch->arena, &whole, error))
        return error_field(error, state->field.text);
    struct plain_text_rules rules = { options->strips, options->tidies };
    struct slice text = plain_text_clean(whole, rules, &worker->text);
    if (text.length == 0) {
        batch_drop(batch, stage, record, "empty_text", options->field, "the text is empty");
        return true;
    }
    if (options->minimum_chars && (int64_t)utf8_count(text) < options->minimum_chars) {
        batch_drop(batch, stage, record, "too_short", options->field,
                   arena_format(&batch->arena, "the text has %zu characters", utf8_count(text)));
        return true;
    }
    if (worker->chunker)
        return add_pieces(stage, worker, batch, record, text, object, error);
    /* What did not change leaves as it is written. */
    bool is_same = text.bytes == whole.bytes && text.length == whole.length;
    struct slice json = is_same ? slice_between(value.text, 1, value.text.length - 1) : escaped(batch, text);
    return add_row(state, worker, batch, record, text, json, object, options->keep.count, error);
}

static enum flow write_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    struct writing *state = stage->state;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    bool goes_on = true;
    for (size_t i = 0; i < count && goes_on; i++) {
        struct error fault;
        error_reset(&fault);
        if (records[i].kind != RECORD_DATA) {
            *batch_append(batch) = records[i];
            continue;
        }
        size_t before = batch->count;
        if (write_record(stage, &state->workers[worker], batch, &records[i], &fault))
            continue;
        batch->count = before; /* a fault in the middle takes back the pieces before it */
        error_place(&fault, records[i].file, records[i].line_number, 0);
        goes_on = batch_reject(batch, stage, &records[i], &fault);
    }
    return sink_emit(sink, batch, error);
}

static void write_summarize(const struct stage *stage, struct buffer *json)
{
    const struct writing *state = stage->state;
    struct figures sum = { 0 };
    if (!state || !state->workers)
        return;
    for (unsigned i = 0; i < stage->run->jobs; i++) {
        const struct figures *part = &state->workers[i].figures;
        sum.rows += part->rows;
        sum.split += part->split;
        sum.characters += part->characters;
        sum.bytes += part->bytes;
        sum.tokens += part->tokens;
        sum.plan_tokens += part->plan_tokens;
    }
    buffer_append_string(json, "\"tokenizer\":");
    json_append_string(json, slice_of_string(state->tokenizer.name));
    buffer_append_format(json,
                         ",\"rows\":%" PRId64 ",\"split\":%" PRId64 ",\"characters\":%" PRId64
                         ",\"text_bytes\":%" PRId64 ",\"tokens\":%" PRId64 ",\"plan_tokens\":%" PRId64,
                         sum.rows, sum.split, sum.characters, sum.bytes, sum.tokens, sum.plan_tokens);
}

const struct stage_class pretrain_write_stage = { .name = "pretrain",
                                                  .is_parallel = true,
                                                  .open = write_open,
                                                  .push = write_push,
                                                  .close = write_close,
                                                  .summarize = write_summarize };
