/* chunk.c - cuts the text of each record into overlapping pieces. */
#include "base/memory.h"
#include "chunk_options.h"
#include "pipeline/models.h"
#include "record/chunk_record.h"
#include "tools.h"

enum { PIECE_BYTES = 1024 * 1024 /* chunks go on in batches of about that size */ };

/* What one thread needs. */
struct worker {
    struct chunker *chunker;
    struct arena scratch; /* of one record */
    struct buffer line;
    struct batch *output;
    const char *file; /* of the last record in it, in its arena */
};

struct chunk_state {
    struct arena arena;
    struct chunk_plan plan;
    struct tokenizer tokenizer;
    struct embedder *embedder; /* for CHUNK_SEMANTIC */
    struct worker *workers;
    unsigned worker_count;
};

static bool chunk_check(const struct tool_call *call, struct error *error)
{
    struct chunk_plan plan;
    bool is_good = chunk_plan_make(call->options, call->common.offline, call->arena, &plan, error);
    pattern_free(plan.separator);
    return is_good;
}

static bool chunk_open(struct stage *stage, struct error *error)
{
    struct chunk_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    const struct chunk_options *options = stage->options;
    if (!chunk_plan_make(options, stage->run->is_offline, &state->arena, &state->plan, error) ||
        !tokenizer_open(options->tokenizer, &state->tokenizer, error))
        return false;
    state->plan.settings.tokenizer = &state->tokenizer;
    state->worker_count = stage->run->jobs ? stage->run->jobs : 1;
    state->workers = memory_allocate_zeroed(state->worker_count, sizeof *state->workers);
    for (unsigned i = 0; i < state->worker_count; i++)
        state->workers[i].chunker = chunker_create(&state->plan.settings);
    if (state->plan.settings.strategy != CHUNK_SEMANTIC ||
        (stage->run->is_dry_run && state->plan.model.provider != EMBED_BUILTIN))
        return true; /* a dry run asks no server */
    state->embedder = embedder_open(&state->plan.model, error);
    return state->embedder != NULL;
}

static void chunk_close(struct stage *stage)
{
    struct chunk_state *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; i < state->worker_count; i++) {
        chunker_free(state->workers[i].chunker);
        arena_release(&state->workers[i].scratch);
        buffer_release(&state->workers[i].line);
        batch_free(state->workers[i].output);
    }
    memory_free(state->workers);
    pattern_free(state->plan.separator);
    tokenizer_release(&state->tokenizer);
    embedder_close(state->embedder);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

/* Hands on what has gathered. */
static enum flow emit_output(struct worker *worker, struct sink *sink, struct error *error)
{
    struct batch *output = worker->output;
    worker->output = NULL;
    return output ? sink_emit(sink, output, error) : FLOW_OK;
}

/* What a record borrows from the batch that it came in goes along: that one may be gone long before the output. */
static void own_record(struct worker *worker, struct record *record)
{
    struct arena *arena = &worker->output->arena;
    if (record->file && strcmp(worker->file, record->file) != 0)
        worker->file = arena_copy_string(arena, slice_of_string(record->file));
    record->file = worker->file;
    if (!record->vector)
        return;
    float *vector = arena_allocate(arena, record->dimension * sizeof *vector);
    record->vector = memcpy(vector, record->vector, record->dimension * sizeof *vector);
    record->vector_model = arena_copy(arena, record->vector_model);
}

/* One line into the output, which goes on when it is large. */
static enum flow add_line(struct worker *worker, const struct record *record, struct slice line, struct sink *sink,
                          struct error *error)
{
    if (!worker->output) {
        worker->output = batch_create();
        worker->file = "";
    }
    struct batch *output = worker->output;
    struct record *added = batch_append_changed(output, record, arena_copy(&output->arena, line));
    own_record(worker, added);
    output->bytes += line.length;
    return output->bytes < PIECE_BYTES ? FLOW_OK : emit_output(worker, sink, error);
}

static enum flow cut_record(const struct stage *stage, struct worker *worker, struct batch *batch,
                            const struct chunk_source *source, const struct record *record, struct sink *sink,
                            struct error *error)
{
    struct chunk chunk;
    enum flow flow = FLOW_OK;
    bool has_any = false;
    while (flow == FLOW_OK && chunker_next(worker->chunker, &chunk)) {
        has_any = true;
        buffer_reset(&worker->line);
        chunk_source_write(source, &chunk, &worker->line);
        flow = add_line(worker, record, buffer_slice(&worker->line), sink, error);
    }
    const struct chunk_state *state = stage->state;
    if (!has_any)
        batch_drop(batch, stage, record, "empty_text", arena_copy_string(&batch->arena, state->plan.field.text),
                   source->text.length ? "the text is only white space" : "the text is empty");
    return flow;
}

/* Takes the text of a record into the chunker. cuts: NULL, or what a model says. */
static bool begin_record(const struct stage *stage, struct worker *worker, const struct record *record,
                         const struct chunk_source *source, const struct chunk_cuts *cuts, struct error *fault)
{
    const struct chunk_state *state = stage->state;
    struct chunk_document document = { source->text, chunk_has_headings(stage->options, source->mime), source->pages,
                                       source->page_count };
    if (cuts && cuts->reason)
        error_set(fault, cuts->code, "%s", cuts->reason);
    else if (chunker_begin(worker->chunker, &document, fault)) {
        for (size_t i = 0; cuts && i < cuts->count; i++)
            chunker_cut_before(worker->chunker, cuts->places[i]);
        return true;
    }
    error_field(fault, state->plan.field.text);
    return error_place(fault, record->file, record->line_number, 0);
}

/* *stops: a reject ends the run. */
static enum flow take_record(const struct stage *stage, struct worker *worker, struct batch *batch,
                             struct record *record, const struct chunk_cuts *cuts, struct sink *sink, bool *stops,
                             struct error *error)
{
    const struct chunk_state *state = stage->state;
    if (record->kind != RECORD_DATA)
        return add_line(worker, record, record->line, sink, error);
    struct chunk_source source;
    struct error fault;
    error_reset(&fault);
    arena_reset(&worker->scratch);
    if (chunk_source_read(&source, batch, record, &state->plan.field, &worker->scratch, &fault) &&
        begin_record(stage, worker, record, &source, cuts, &fault))
        return cut_record(stage, worker, batch, &source, record, sink, error);
    *stops = !batch_reject(batch, stage, record, &fault);
    return FLOW_OK;
}

/* The input goes last: it carries what was dropped or rejected, and holds the bytes the records point into. */
static enum flow chunk_push(struct stage *stage, unsigned worker_number, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    const struct chunk_state *state = stage->state;
    struct worker *worker = &state->workers[worker_number];
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    enum flow flow = FLOW_OK;
    bool stops = false;
    struct chunk_cuts *cuts = NULL;
    struct arena arena = { 0 };
    if (state->embedder) {
        cuts = arena_allocate(&arena, (count + 1) * sizeof *cuts);
        if (!chunk_find_cuts(stage->options, &state->plan, state->embedder, worker->chunker, batch, records, count,
                             &arena, cuts, error))
            flow = FLOW_ERROR;
    }
    for (size_t i = 0; i < count && flow == FLOW_OK && !stops; i++)
        flow = take_record(stage, worker, batch, &records[i], cuts ? &cuts[i] : NULL, sink, &stops, error);
    arena_release(&arena);
    if (flow == FLOW_OK)
        flow = emit_output(worker, sink, error);
    if (flow == FLOW_OK)
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return flow;
}

static const struct stage_class chunk_stage = {
    .name = "chunk",
    .is_parallel = true,
    .open = chunk_open,
    .push = chunk_push,
    .close = chunk_close,
};
static const struct stage_class *const chunk_stages[] = { &chunk_stage, NULL };

/* A server or program is asked by one thread. */
static const struct stage_class chunk_stage_serial = {
    .name = "chunk",
    .open = chunk_open,
    .push = chunk_push,
    .close = chunk_close,
};
static const struct stage_class *const chunk_stages_serial[] = { &chunk_stage_serial, NULL };

static const struct stage_class *const *chunk_choose(const void *options)
{
    const struct chunk_options *chunk = options;
    struct embedder_settings model;
    struct error ignored;
    bool asks_server = chunk_strategy_of(chunk) == CHUNK_SEMANTIC &&
                       embed_model_settings(&chunk->model, false, &model, &ignored) && model.provider != EMBED_BUILTIN;
    return asks_server ? chunk_stages_serial : chunk_stages;
}

static const struct tool_example chunk_examples[] = {
    { "garner chunk --unit words --size 4 --overlap 2", "{\"id\":\"tea\",\"text\":\"Boil water. Add tea. Wait.\"}\n",
      "{\"id\":\"tea#0\",\"text\":\"Boil water. Add tea.\",\"metadata\":{\"document_id\":\"tea\",\"chunk\":0,"
      "\"start\":0,\"end\":20}}\n"
      "{\"id\":\"tea#1\",\"text\":\"Add tea. Wait.\",\"metadata\":{\"document_id\":\"tea\",\"chunk\":1,"
      "\"start\":12,\"end\":26}}\n",
      "whole sentences, with overlap" },
    { "garner chunk --strategy markdown --overlap 0",
      "{\"id\":\"a\",\"text\":\"# Keys\\n\\nRotate them.\\n\\n# Locks\\n\\nOil them.\"}\n",
      "{\"id\":\"a#0\",\"text\":\"# Keys\\n\\nRotate them.\",\"metadata\":{\"document_id\":\"a\",\"chunk\":0,"
      "\"start\":0,\"end\":20,\"headings\":[\"Keys\"]}}\n"
      "{\"id\":\"a#1\",\"text\":\"# Locks\\n\\nOil them.\",\"metadata\":{\"document_id\":\"a\",\"chunk\":1,"
      "\"start\":22,\"end\":40,\"headings\":[\"Locks\"]}}\n",
      "by section" },
    { "garner chunk --strategy hierarchical -u words --parent-size 4 -s 2 --overlap 0",
      "{\"id\":\"a\",\"text\":\"Boil water. Add tea. Wait.\"}\n",
      "{\"id\":\"a#0\",\"text\":\"Boil water.\",\"metadata\":{\"document_id\":\"a\",\"chunk\":0,\"start\":0,"
      "\"end\":11,\"parent_id\":\"a#p0\",\"parent_start\":0,\"parent_end\":20,\"parent_text\":\"Boil water. Add "
      "tea.\"}}\n"
      "{\"id\":\"a#1\",\"text\":\"Add tea.\",\"metadata\":{\"document_id\":\"a\",\"chunk\":1,\"start\":12,"
      "\"end\":20,\"parent_id\":\"a#p0\",\"parent_start\":0,\"parent_end\":20,\"parent_text\":\"Boil water. Add "
      "tea.\"}}\n"
      "{\"id\":\"a#2\",\"text\":\"Wait.\",\"metadata\":{\"document_id\":\"a\",\"chunk\":2,\"start\":21,"
      "\"end\":26,\"parent_id\":\"a#p1\",\"parent_start\":21,\"parent_end\":26,\"parent_text\":\"Wait.\"}}\n",
      "small pieces to find, large ones to read" },
    { .command = "garner chunk --strategy semantic --url http://127.0.0.1:8080 chunks.jsonl",
      .remark = "by subject; without --url the builtin vectors tell" },
    { .command = NULL },
};

const struct tool tool_chunk = {
    .name = "chunk",
    .summary = "Split each record's text into overlapping pieces",
    .description =
        "Writes a record for each piece: the document's own record with the id DOCUMENT#N, the piece as text, and in "
        "metadata document_id, chunk (N, from 0), start and end (code points: text[start:end] of the document is the "
        "piece), headings and page where known. All other fields stay as they are.\n\n"
        "Units of text (paragraphs, lines, sentences, clauses, words) are joined while they fit into --size; one that "
        "fits is never cut, one that does not is cut at the next smaller unit. No piece cuts a character as people see "
        "it, is longer than --size (but for a single such character), or is only white space; white space around a "
        "piece is left out.\n\n"
        "A piece of a hierarchy has parent_id (DOCUMENT#pN), parent_start, parent_end and parent_text in its metadata, "
        "so each record stands alone, whatever is filtered out beside it; an index compresses the repeated text away. "
        "'garner query --parents' answers with parents. Redact before chunk: parent_text is not looked into later.\n\n"
        "A record without text is dropped, with the reason empty_text. A record without id is known by _id, else by "
        "the hash of its line.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = chunk_table,
    .options_bytes = sizeof(struct chunk_options),
    .fill = models_fill,
    .check = chunk_check,
    .examples = chunk_examples,
    .stages = chunk_stages,
    .choose_stages = chunk_choose,
};
