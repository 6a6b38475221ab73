/* stats.c - figures of records: for a terminal, as JSON, as a page, as a dataset card. */
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "cli/terminal.h"
#include "curate/stats_report.h"
#include "record/expression.h"
#include "stream/lines.h"
#include "tools.h"

struct stats_options {
    struct option_list fields, rows;
    const char *tokenizer, *page, *card, *title;
    bool compares;
    unsigned format;
    const struct option_list *inputs; /* of the call; no row of the table */
};

enum { FORMAT_AUTO, FORMAT_TABLE, FORMAT_JSON };
static const char *const format_choices[] = { "", "table", "json", NULL };

#define FIELD(name) OPTION_FIELD(struct stats_options, name)
static const struct option stats_options[] = {
    { .name = "compare",
      FIELD(compares),
      .help = "two inputs side by side, and what is different",
      .details = "In the table, in JSON and on the page; heights of bars are shares of an input's own records." },
    { .name = "format",
      FIELD(format),
      .argument = "FORM",
      .choices = format_choices,
      .help = "table on a terminal, else json" },
    { .name = "html",
      FIELD(page),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "write a page with charts, too: one file, no script, light and dark" },
    { .name = "card",
      FIELD(card),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "write a dataset card, too: Markdown with front matter as Hugging Face reads it",
      .details = "Splits are told by the names of the input files: valid or dev, test, else train." },
    { .name = "title", FIELD(title), .argument = "TEXT", .help = "of the page and the card [the inputs' names]" },
    { .name = "rows",
      FIELD(rows),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "count the rules in rows of --dropped or --rejects of other runs",
      .details = "Such rows in the input are counted as well, and there the figures are those of the records in "
                 "them." },
    { .name = "field",
      FIELD(fields),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the texts to measure, together [text, or the messages, prompt, answers of the form found]" },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .meaning = MEANING_FILE,
      .argument = "NAME|FILE",
      .initial = "o200k-estimate",
      .help = "what counts tokens, as in 'garner tokens'" },
    { .name = NULL },
};

enum { SIDES = 2 };

struct stats_worker {
    struct stats *sides[SIDES]; /* made at the first record */
    void *memory;               /* of the tokenizer */
    struct buffer scratch;
};

struct stats_state {
    struct arena arena;
    struct stats_settings settings;
    struct stats_worker *workers;
    const char *second; /* --compare: the name that its records have */
};

static bool stats_fill(struct tool_call *call, struct error *error)
{
    struct stats_options *options = call->options;
    (void)error;
    options->inputs = &call->common.inputs;
    return true;
}

static const char *shown_name(const char *input)
{
    return strcmp(input, "-") == 0 ? "stdin" : input;
}

static bool compile_settings(const struct stats_options *options, struct arena *arena, struct stats_settings *settings,
                             struct error *error)
{
    struct fingerprint_settings exact = { .fields = options->fields.values, .field_count = options->fields.count };
    struct fingerprint_settings folded = exact;
    folded.folds = true;
    if (!text_fields_compile(options->fields.values, options->fields.count, arena, &settings->texts, error))
        return expression_label_error(error, "--field");
    return fingerprint_compile(&exact, arena, &settings->exact, error) &&
           fingerprint_compile(&folded, arena, &settings->folded, error);
}

static bool stats_check(const struct tool_call *call, struct error *error)
{
    const struct stats_options *options = call->options;
    const struct option_list *inputs = &call->common.inputs;
    struct stats_settings settings = { 0 };
    if (options->compares && inputs->count != 2)
        return error_set(error, E_USAGE, "--compare: %zu inputs are given, expected two", inputs->count);
    if (options->compares && strcmp(inputs->values[0], inputs->values[1]) == 0)
        return error_set(error, E_USAGE, "--compare: both inputs are '%s'", inputs->values[0]);
    if (options->compares && options->card)
        return error_set(error, E_USAGE, "--card: is of one dataset, and --compare has two");
    if (!tokenizer_check(options->tokenizer, error)) {
        struct error inner = *error;
        return error_set(error, inner.code, "--tokenizer: %s", inner.message);
    }
    return compile_settings(options, call->arena, &settings, error);
}

static bool stats_open(struct stage *stage, struct error *error)
{
    const struct stats_options *options = stage->options;
    struct stats_state *state = memory_allocate_zeroed(1, sizeof *state);
    stage->state = state;
    if (!compile_settings(options, &state->arena, &state->settings, error) ||
        !tokenizer_open(options->tokenizer, &state->settings.tokenizer, error))
        return false;
    state->settings.identifier = language_identifier_create();
    state->workers = memory_allocate_zeroed(stage->run->jobs, sizeof *state->workers);
    for (unsigned i = 0; i < stage->run->jobs; i++)
        state->workers[i].memory = tokenizer_memory(&state->settings.tokenizer);
    if (options->compares)
        state->second = shown_name(options->inputs->values[1]);
    return true;
}

static void stats_close(struct stage *stage)
{
    struct stats_state *state = stage->state;
    if (!state)
        return;
    for (unsigned i = 0; state->workers && i < stage->run->jobs; i++) {
        struct stats_worker *worker = &state->workers[i];
        for (unsigned side = 0; side < SIDES; side++)
            if (worker->sides[side]) {
                stats_release(worker->sides[side]);
                memory_free(worker->sides[side]);
            }
        tokenizer_memory_free(&state->settings.tokenizer, worker->memory);
        buffer_release(&worker->scratch);
    }
    memory_free(state->workers);
    language_identifier_free(state->settings.identifier);
    tokenizer_release(&state->settings.tokenizer);
    arena_release(&state->arena);
    memory_free(state);
    stage->state = NULL;
}

static struct stats *side_of(struct stats_worker *worker, unsigned side)
{
    if (!worker->sides[side]) {
        worker->sides[side] = memory_allocate(sizeof *worker->sides[side]);
        stats_init(worker->sides[side]);
    }
    return worker->sides[side];
}

static enum flow stats_push(struct stage *stage, unsigned worker_number, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    struct stats_state *state = stage->state;
    struct stats_worker *worker = &state->workers[worker_number];
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_second = state->second && strcmp(records[i].file, state->second) == 0;
        struct arena before = batch->arena;
        struct error fault;
        bool is_good = stats_add(side_of(worker, is_second), &state->settings, worker->memory, batch, &records[i],
                                 &worker->scratch, &fault);
        arena_rewind(&batch->arena, &before);
        if (!is_good && !batch_reject(batch, stage, &records[i], &fault))
            break;
    }
    return sink_emit(sink, batch, error);
}

struct rows_reading {
    struct stats *stats;
    struct arena arena;
    const char *file;
};

static bool add_row(void *context, struct slice line, int64_t number, struct error *error)
{
    struct rows_reading *reading = context;
    struct json_object object;
    arena_reset(&reading->arena);
    if (!json_scan_object(line, &reading->arena, &object, error))
        return error_place(error, reading->file, number, 0);
    if (record_kind_of(line) != RECORD_DATA || stats_add_rule(reading->stats, &object, &reading->arena))
        return true;
    error_set(error, E_DATA, "is no row of --dropped or --rejects: tool, code, reason and record are expected");
    return error_place(error, reading->file, number, 0);
}

/* The files of --rows. */
static bool read_rows(const struct stats_options *options, struct stats *stats, struct error *error)
{
    bool is_good = true;
    for (size_t i = 0; is_good && i < options->rows.count; i++) {
        struct rows_reading reading = { .stats = stats, .file = options->rows.values[i] };
        struct input *input = input_open(reading.file, NULL, error);
        if (!input)
            return false;
        struct lines *lines = lines_create(input, 0);
        is_good = lines_visit(lines, add_row, &reading, error);
        lines_close(lines);
        arena_release(&reading.arena);
    }
    return is_good;
}

/* What all workers have of a side; kept by the first one. */
static struct stats *merge_side(const struct stage *stage, unsigned side)
{
    struct stats_state *state = stage->state;
    struct stats *sum = side_of(&state->workers[0], side);
    for (unsigned i = 1; i < stage->run->jobs; i++)
        if (state->workers[i].sides[side])
            stats_merge(sum, state->workers[i].sides[side]);
    return sum;
}

/* a.jsonl, b.jsonl and 3 more */
static struct slice inputs_name(const struct stats_options *options, struct arena *arena)
{
    enum { SHOWN = 3 };
    const struct option_list *inputs = options->inputs;
    struct buffer name = { 0 };
    size_t count = inputs ? inputs->count : 0;
    for (size_t i = 0; i < count && i < SHOWN; i++)
        buffer_append_format(&name, "%s%s",
                             i == 0              ? ""
                             : options->compares ? " against "
                                                 : ", ",
                             shown_name(inputs->values[i]));
    if (count == 0)
        buffer_append_string(&name, "stdin");
    if (count > SHOWN)
        buffer_append_format(&name, " and %zu more", count - SHOWN);
    struct buffer valid = { 0 };
    utf8_append_repaired(&valid, buffer_slice(&name));
    struct slice copy = arena_copy(arena, buffer_slice(&valid));
    buffer_release(&name);
    buffer_release(&valid);
    return copy;
}

struct outcome_texts {
    struct report *reports[SIDES]; /* the second NULL without --compare */
    struct slice title;
    const struct stats *stats;
};

static bool write_files(const struct stage *stage, const struct outcome_texts *texts, struct error *error)
{
    const struct stats_options *options = stage->options;
    struct stats_state *state = stage->state;
    struct buffer content = { 0 };
    bool is_good = true;
    if (options->page) {
        report_append_page(&content, texts->reports[0], texts->reports[1], texts->title);
        is_good = output_write_file(options->page, buffer_slice(&content), false, error);
    }
    buffer_reset(&content);
    if (is_good && options->card) {
        stats_append_card(&content, texts->stats, texts->reports[0], texts->title, &state->arena);
        is_good = output_write_file(options->card, buffer_slice(&content), false, error);
    }
    buffer_release(&content);
    return is_good;
}

/* Lines go out as a batch of them. */
static enum flow emit_lines(struct sink *sink, struct slice lines, struct error *error)
{
    struct batch *batch = batch_create();
    while (lines.length) {
        size_t length = slice_find_byte(lines, '\n');
        struct record *record = batch_append(batch);
        record->line = arena_copy(&batch->arena, slice_between(lines, 0, length));
        record->file = "";
        lines = slice_from(lines, length + 1);
    }
    return sink_emit(sink, batch, error);
}

static enum flow stats_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    const struct stats_options *options = stage->options;
    struct stats_state *state = stage->state;
    struct outcome_texts texts = { .stats = merge_side(stage, 0) };
    struct slice name = inputs_name(options, &state->arena);
    if (!read_rows(options, side_of(&state->workers[0], 0), error))
        return FLOW_ERROR;
    texts.title = options->title ? slice_of_string(options->title) : name;
    if (options->compares)
        name = slice_of_string(shown_name(options->inputs->values[0]));
    texts.reports[0] = stats_report(texts.stats, &state->settings, name, &state->arena);
    if (options->compares)
        texts.reports[1] =
            stats_report(merge_side(stage, 1), &state->settings, slice_of_string(state->second), &state->arena);
    if (!stage->run->is_dry_run && !write_files(stage, &texts, error))
        return FLOW_ERROR;
    struct buffer output = { 0 };
    if (options->format == FORMAT_TABLE || (options->format == FORMAT_AUTO && isatty(STDOUT_FILENO)))
        report_append_lines(&output, texts.reports[0], texts.reports[1], terminal_width(STDOUT_FILENO));
    else if (texts.reports[1])
        report_append_json_pair(&output, texts.reports[0], texts.reports[1]);
    else
        report_append_json(&output, texts.reports[0]);
    enum flow flow = emit_lines(sink, buffer_slice(&output), error);
    buffer_release(&output);
    return flow;
}

static const struct stage_class stats_stage = { .name = "stats",
                                                .is_parallel = true,
                                                .open = stats_open,
                                                .push = stats_push,
                                                .finish = stats_finish,
                                                .close = stats_close };
static const struct stage_class *const stats_stages[] = { &stats_stage, NULL };

static const struct tool_example stats_examples[] = {
    { .command = "garner stats --html report.html --card card.md notes.jsonl", .remark = "a page and a dataset card" },
    { .command = "garner stats --compare old.jsonl notes.jsonl", .remark = "what has changed" },
    { .command = "garner filter --language de --dropped no.jsonl notes.jsonl |\n  garner stats --rows no.jsonl",
      .remark = "what was dropped by which rule, beside what was kept" },
    { .command = NULL },
};

const struct tool tool_stats = {
    .name = "stats",
    .summary = "Describe records: lengths, languages, duplicates, fields",
    .description =
        "Counts records, characters, words and tokens; tells how lengths are spread, which languages, sources and "
        "forms there are, how many records repeat an earlier one, what stands in each field, and for chats and "
        "preferences who says how much. A record's language is what metadata.language says, else what its text looks "
        "like.\n\n"
        "Memory stays within about 12 MB a job. Percentiles are exact up to 1,000 and within 1 % above. Numbers of "
        "different values are exact up to a limit (65,536 for duplicates, 4,096 for sources, 128 for a field) and "
        "estimates beyond; fields are told apart up to 400 paths.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_BYTES,
    .options = stats_options,
    .options_bytes = sizeof(struct stats_options),
    .fill = stats_fill,
    .check = stats_check,
    .examples = stats_examples,
    .stages = stats_stages,
};
