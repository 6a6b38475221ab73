/* chunk.c - cuts the text of each record into overlapping pieces. */
#include "text/chunk.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/number.h"
#include "record/chunk_record.h"
#include "tools.h"

enum {
    SIZE_MAXIMUM = 100000000, /* more than any document has */
    PIECE_BYTES = 1024 * 1024 /* chunks go on in batches of about that size */
};

enum headings { HEADINGS_AUTO, HEADINGS_ALWAYS, HEADINGS_NEVER };

struct chunk_options {
    unsigned strategy, unit, headings;
    int64_t size;
    const char *overlap;
    const char *separator, *tokenizer, *field;
};

/* In the order of enum chunk_strategy, enum chunk_unit, enum headings. */
static const char *const strategies[] = { "recursive", "fixed", "sentence", "markdown", "regex", "page", "none", NULL };
static const char *const units[] = { "tokens", "words", "chars", NULL };
static const char *const headings_choices[] = { "auto", "always", "never", NULL };
static const char *const tokenizers[] = { "o200k-estimate", "cl100k-estimate" };

#define FIELD(name) OPTION_FIELD(struct chunk_options, name)
static const struct option chunk_table[] = {
    { .name = "strategy",
      FIELD(strategy),
      .argument = "STRATEGY",
      .initial = "recursive",
      .choices = strategies,
      .help = "where to cut",
      .details =
          "recursive: at blank lines, else newlines, sentences, clauses, words; fixed: by count alone; sentence: "
          "whole sentences, whatever paragraph they are in; markdown: as recursive, but never past a heading; "
          "regex: never past the start of a match of --separator; page: never past a form feed or the start of "
          "a page in metadata.pages; none: the whole text as one piece." },
    { .name = "size",
      .letter = 's',
      FIELD(size),
      .argument = "N",
      .initial = "300",
      .minimum = 1,
      .maximum = SIZE_MAXIMUM,
      .help = "largest piece, in units" },
    { .name = "overlap",
      FIELD(overlap),
      .argument = "N|P%",
      .initial = "20%",
      .help = "at most so many units shared by neighbours, or a share of the size",
      .details = "Whole sentences where one is short enough, else whole words. A unit of text that would no longer fit "
                 "comes first: the overlap then is smaller." },
    { .name = "unit",
      .letter = 'u',
      FIELD(unit),
      .argument = "UNIT",
      .initial = "tokens",
      .choices = units,
      .help = "what is counted; chars are Unicode code points" },
    { .name = "separator",
      FIELD(separator),
      .meaning = MEANING_PATTERN,
      .argument = "PCRE",
      .help = "for --strategy regex: cut before each match",
      .details = "Lines are not special unless the pattern begins with (?m). To cut behind something, write "
                 "(?<=something)." },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .argument = "NAME",
      .initial = "o200k-estimate",
      .help = "how tokens are counted: o200k-estimate, cl100k-estimate",
      .details =
          "Both estimate without a vocabulary and are within 10 % for English prose, code, Chinese, Japanese and "
          "Korean; they differ for text that is not English." },
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "text",
      .help = "the text to cut" },
    { .name = "headings",
      FIELD(headings),
      .argument = "WHEN",
      .initial = "auto",
      .choices = headings_choices,
      .help = "whether lines that begin with # are headings",
      .details =
          "auto: when metadata.mime is text/markdown or text/html, or with --strategy markdown. Then code fences "
          "and tables are kept whole where they fit, and each piece says under which headings it stands." },
    { .name = NULL },
};

/* What one thread needs. */
struct worker {
    struct chunker *chunker;
    struct arena scratch; /* of one record */
    struct buffer line;
    struct batch *output;
};

struct chunk_state {
    struct arena arena;
    struct json_path field;
    struct pattern *separator;
    struct worker *workers;
    unsigned worker_count;
};

/* "60" or "20%". */
static bool parse_overlap(const struct chunk_options *options, size_t *overlap, struct error *error)
{
    struct slice text = slice_of_string(options->overlap);
    bool is_share = slice_ends_with(text, SLICE("%"));
    int64_t number;
    if (is_share)
        text.length--;
    if (!number_parse_integer(text, &number) || number < 0 || (is_share && number > 99))
        return error_set(error, E_USAGE, "--overlap: '%s' is not a number of units or a share from 0%% to 99%%",
                         options->overlap);
    if (is_share)
        number = options->size * number / 100;
    if (number >= options->size && options->strategy != CHUNK_NONE)
        return error_set(error, E_USAGE, "--overlap: %" PRId64 " must be below --size %" PRId64, number, options->size);
    *overlap = (size_t)number;
    return true;
}

static bool find_tokenizer(const char *name, const struct tokenizer **tokenizer, struct error *error)
{
    *tokenizer = tokenizer_find(slice_of_string(name));
    if (*tokenizer)
        return true;
    const char *nearest = nearest_name(slice_of_string(name), tokenizers, sizeof tokenizers / sizeof *tokenizers);
    return error_set(error, E_USAGE, "--tokenizer: there is no '%s', %s '%s'", name,
                     nearest ? "nearest is" : "expected one such as", nearest ? nearest : tokenizers[0]);
}

/* Everything that can be wrong with the options. *separator is owned by the caller, NULL without one. */
static bool make_settings(const struct chunk_options *options, struct chunk_settings *settings,
                          struct pattern **separator, struct error *error)
{
    *separator = NULL;
    *settings = (struct chunk_settings){ .strategy = (enum chunk_strategy)options->strategy,
                                         .unit = (enum chunk_unit)options->unit,
                                         .size = (size_t)options->size };
    if (!parse_overlap(options, &settings->overlap, error) ||
        !find_tokenizer(options->tokenizer, &settings->tokenizer, error))
        return false;
    bool is_regex = settings->strategy == CHUNK_REGEX;
    if (is_regex != (options->separator != NULL))
        return error_set(error, E_USAGE,
                         is_regex ? "--strategy regex: needs --separator" : "--separator: needs --strategy regex");
    if (!is_regex)
        return true;
    *separator = pattern_compile(slice_of_string(options->separator), 0, error);
    settings->separator = *separator;
    if (*separator)
        return true;
    struct error inner = *error;
    return error_set(error, E_USAGE, "--separator: column %" PRId64 ": %s", inner.column, inner.message);
}

static bool compile_field(const struct chunk_options *options, struct arena *arena, struct json_path *path,
                          struct error *error)
{
    if (json_path_compile(slice_of_string(options->field), arena, path, error))
        return true;
    struct error inner = *error;
    return error_set(error, E_USAGE, "--field: column %" PRId64 ": %s", inner.column, inner.message);
}

static bool chunk_check(const struct tool_call *call, struct error *error)
{
    const struct chunk_options *options = call->options;
    struct chunk_settings settings;
    struct json_path path;
    struct pattern *separator;
    bool is_good =
        make_settings(options, &settings, &separator, error) && compile_field(options, call->arena, &path, error);
    pattern_free(separator);
    return is_good;
}

static bool chunk_open(struct stage *stage, struct error *error)
{
    const struct chunk_options *options = stage->options;
    struct chunk_state *state = memory_allocate_zeroed(1, sizeof *state);
    struct chunk_settings settings;
    stage->state = state;
    if (!make_settings(options, &settings, &state->separator, error) ||
        !compile_field(options, &state->arena, &state->field, error))
        return false;
    state->worker_count = stage->run->jobs ? stage->run->jobs : 1;
    state->workers = memory_allocate_zeroed(state->worker_count, sizeof *state->workers);
    for (unsigned i = 0; i < state->worker_count; i++)
        state->workers[i].chunker = chunker_create(&settings);
    return true;
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
    pattern_free(state->separator);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

static bool has_headings(const struct chunk_options *options, struct slice mime)
{
    if (options->headings != HEADINGS_AUTO)
        return options->headings == HEADINGS_ALWAYS;
    return options->strategy == CHUNK_MARKDOWN || slice_starts_with(mime, SLICE("text/markdown")) ||
           slice_starts_with(mime, SLICE("text/html"));
}

/* Hands on what has gathered. */
static enum flow emit_output(struct worker *worker, struct sink *sink, struct error *error)
{
    struct batch *output = worker->output;
    worker->output = NULL;
    return output ? sink_emit(sink, output, error) : FLOW_OK;
}

/* One line into the output, which goes on when it is large. */
static enum flow add_line(struct worker *worker, const struct record *record, struct slice line, struct sink *sink,
                          struct error *error)
{
    if (!worker->output)
        worker->output = batch_create();
    struct batch *output = worker->output;
    batch_append_changed(output, record, arena_copy(&output->arena, line));
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
        batch_drop(batch, stage, record, "empty_text", arena_copy_string(&batch->arena, state->field.text),
                   source->text.length ? "the text is only white space" : "the text is empty");
    return flow;
}

/* *stops: a reject ends the run. */
static enum flow take_record(const struct stage *stage, struct worker *worker, struct batch *batch,
                             struct record *record, struct sink *sink, bool *stops, struct error *error)
{
    const struct chunk_state *state = stage->state;
    if (record->kind != RECORD_DATA)
        return add_line(worker, record, record->line, sink, error);
    struct chunk_source source;
    struct error fault;
    error_reset(&fault);
    arena_reset(&worker->scratch);
    bool is_good = chunk_source_read(&source, batch, record, &state->field, &worker->scratch, &fault);
    if (is_good) {
        struct chunk_document document = { source.text, has_headings(stage->options, source.mime), source.pages,
                                           source.page_count };
        is_good = chunker_begin(worker->chunker, &document, &fault);
        if (!is_good) {
            error_field(&fault, state->field.text);
            error_place(&fault, record->file, record->line_number, 0);
        }
    }
    if (is_good)
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
    for (size_t i = 0; i < count && flow == FLOW_OK && !stops; i++)
        flow = take_record(stage, worker, batch, &records[i], sink, &stops, error);
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
        "A record without text is dropped, with the reason empty_text. A record without id is known by _id, else by "
        "the hash of its line.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = chunk_table,
    .options_bytes = sizeof(struct chunk_options),
    .check = chunk_check,
    .examples = chunk_examples,
    .stages = chunk_stages,
};
