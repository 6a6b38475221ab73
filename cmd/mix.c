/* mix.c - rows of several files in one stream, by weights.
 *
 * Each file is read once to be counted; then the plan is made, and rows are taken. The k-th of n rows of a source has
 * its place at a random point of the k-th of n equal parts of the mix, so that every stretch of it has the shares of
 * the whole. In a pass that takes some rows only, each set of that size is as likely as another. */
#include "mix.h"

#include <inttypes.h>
#include <math.h>

#include "base/hash.h"
#include "base/memory.h"
#include "cli/say.h"
#include "record/expression.h"
#include "record/text_fields.h"
#include "text/tokens.h"
#include "tools.h"
#include "json/path.h"
#include "json/write.h"

enum { BATCH_BYTES = 256 * 1024 };

static const char *const units[] = { "rows", "tokens", NULL };
static const char *const stops[] = { "first-exhausted", "all-exhausted", NULL };

#define FIELD(name) OPTION_FIELD(struct mix_options, name)
static const struct option mix_options[] = {
    { .name = "sources",
      FIELD(sources),
      .is_operand = true,
      .is_required = true,
      .keeps_commas = true,
      .meaning = MEANING_FILE,
      .argument = "FILE[:WEIGHT]",
      .help = "files of rows, and what share of the mix each makes [its size]" },
    { .name = "weight",
      FIELD(weight),
      .argument = "NAME=WEIGHT",
      .help = "the weight of a source: its path, or its name without folder and endings" },
    { .name = "unit",
      FIELD(unit),
      .argument = "UNIT",
      .initial = "rows",
      .choices = units,
      .help = "what weights are shares of",
      .details = "Of tokens the shares are met on average: rows are counted out by the mean length of each source." },
    { .name = "tokenizer",
      FIELD(tokenizer),
      .meaning = MEANING_FILE,
      .argument = "NAME|FILE",
      .initial = "o200k-estimate",
      .help = "what counts tokens; see 'garner help tokens'" },
    { .name = "temperature",
      FIELD(temperature),
      .argument = "T",
      .initial = "1",
      .minimum = 0.01,
      .maximum = 1e6,
      .help = "weights to the power 1/T: above 1 small sources count for more" },
    { .name = "stop",
      FIELD(stop),
      .argument = "WHEN",
      .initial = "first-exhausted",
      .choices = stops,
      .help = "how long the mix is",
      .details = "first-exhausted: no source is taken from twice. all-exhausted: each is used up once at least, others "
                 "are repeated." },
    { .name = "epochs",
      FIELD(epochs),
      .argument = "N",
      .initial = "1",
      .minimum = 0.000001,
      .maximum = 1e6,
      .help = "that many times as long: 2 takes from each source twice as often" },
    { .name = "max-repeats",
      FIELD(max_repeats),
      .argument = "N",
      .minimum = 0,
      .maximum = 1e6,
      .help = "take no source more often than that, whatever its weight [0: no bound]" },
    { .name = "max-rows",
      FIELD(max_rows),
      .argument = "N",
      .minimum = 0,
      .maximum = 1e15,
      .help = "of the mix, at most" },
    { .name = "max-tokens",
      FIELD(max_tokens),
      .argument = "N",
      .minimum = 0,
      .maximum = 1e15,
      .help = "of the mix, at most, on average" },
    { .name = "into",
      FIELD(into),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "put the source's path there: metadata.mix_source" },
    { .name = NULL },
};

static bool compile_into(const struct mix_options *options, struct arena *arena, struct json_path *path,
                         struct error *error)
{
    return !options->into || json_path_compile(slice_of_string(options->into), arena, path, error) ||
           expression_label_error(error, "--into");
}

static bool mix_check(const struct tool_call *call, struct error *error)
{
    struct mix_plan plan = { 0 };
    struct json_path path;
    return mix_plan_read(&plan, call->options, call->arena, error) &&
           compile_into(call->options, call->arena, &path, error);
}

struct mix {
    struct arena arena;
    struct mix_plan plan;
    struct json_path into;
    struct buffer line;
    int64_t seed;
};

static bool open_reader(struct mix_source *source, struct error *error)
{
    const struct reader_settings settings = { .paths = &source->path, .count = 1 };
    source->reader = reader_open(&settings, error);
    return source->reader != NULL;
}

static void close_reader(struct mix_source *source)
{
    batch_free(source->batch);
    source->batch = NULL;
    reader_close(source->reader);
    source->reader = NULL;
}

/* What counts tokens. */
struct counter {
    struct tokenizer tokenizer;
    void *memory;
    struct text_fields fields;
};

/* Tokens of a record's texts; of one without, of its line. */
static bool count_tokens(const struct counter *counter, struct batch *batch, struct record *record, int64_t *tokens,
                         struct error *error)
{
    struct json_value *values;
    struct error ignored;
    size_t count, found;
    error_reset(&ignored);
    if (!text_fields_find(&counter->fields, batch, record, &values, &count, &ignored)) {
        *tokens += (int64_t)tokenizer_count(&tokenizer_o200k_estimate, record->line);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct slice text;
        if (!json_decode(values[i], &batch->arena, &text, error) ||
            !tokenizer_count_text(&counter->tokenizer, counter->memory, text, &found, error))
            return error_place(error, record->file, record->line_number, 0);
        *tokens += (int64_t)found;
    }
    return true;
}

/* Rows, and tokens where they are asked for. */
static bool count_source(struct mix_source *source, const struct counter *counter, struct error *error)
{
    bool is_good = open_reader(source, error);
    while (is_good && (is_good = reader_next(source->reader, &source->batch, error)) && source->batch) {
        struct batch *batch = source->batch;
        for (size_t i = 0; i < batch->count && is_good; i++) {
            if (batch->records[i].kind != RECORD_DATA)
                continue;
            source->rows++;
            is_good = !counter || count_tokens(counter, batch, &batch->records[i], &source->tokens, error);
        }
        batch_free(batch);
        source->batch = NULL;
    }
    close_reader(source);
    return is_good;
}

static bool count_all(struct mix *mix, const struct counter *counter, struct error *error)
{
    for (size_t i = 0; i < mix->plan.count; i++)
        if (!count_source(&mix->plan.sources[i], counter, error))
            return false;
    return true;
}

static bool count_sources(struct mix *mix, const struct mix_options *options, struct error *error)
{
    struct counter counter = { .memory = NULL };
    if (options->unit != MIX_TOKENS && options->max_tokens == 0)
        return count_all(mix, NULL, error);
    if (!text_fields_compile(NULL, 0, &mix->arena, &counter.fields, error) ||
        !tokenizer_open(options->tokenizer, &counter.tokenizer, error))
        return false;
    counter.memory = tokenizer_memory(&counter.tokenizer);
    bool is_good = count_all(mix, &counter, error);
    tokenizer_memory_free(&counter.tokenizer, counter.memory);
    tokenizer_release(&counter.tokenizer);
    return is_good;
}

/* A number from 0 to below 1 that hangs on its place alone. */
static double chance(const struct mix *mix, const struct mix_source *source, int64_t pass, int64_t number)
{
    int64_t place[] = { source - mix->plan.sources, pass, number };
    uint64_t hash = hash_64(slice_of((const char *)place, sizeof place), (uint64_t)mix->seed);
    return ldexp((double)(hash >> 11), -53);
}

static void set_next(const struct mix *mix, struct mix_source *source)
{
    source->next = source->emitted < source->wanted
                       ? ((double)source->emitted + chance(mix, source, -1, source->emitted)) / (double)source->wanted
                       : 2;
}

static void say_plan(const struct stage *stage, const struct mix *mix)
{
    int64_t whole = 0;
    for (size_t i = 0; i < mix->plan.count; i++)
        whole += mix->plan.sources[i].wanted;
    for (size_t i = 0; i < mix->plan.count; i++) {
        const struct mix_source *source = &mix->plan.sources[i];
        double times = source->rows ? (double)source->wanted / (double)source->rows : 0;
        double share = whole ? 100 * (double)source->wanted / (double)whole : 0;
        if (stage->run->is_dry_run)
            say_note(stage->step, "%s: %" PRId64 " rows of %" PRId64 ", %.3g times, %.1f %% of the mix", source->path,
                     source->wanted, source->rows, times, share);
        else
            say_detail(1, stage->step, "%s: %" PRId64 " rows of %" PRId64 ", %.3g times, %.1f %% of the mix",
                       source->path, source->wanted, source->rows, times, share);
    }
}

static bool mix_open(struct stage *stage, struct error *error)
{
    const struct mix_options *options = stage->options;
    struct mix *mix = memory_allocate_zeroed(1, sizeof *mix);
    stage->state = mix;
    mix->seed = stage->run->seed;
    if (!mix_plan_read(&mix->plan, options, &mix->arena, error) ||
        !compile_into(options, &mix->arena, &mix->into, error) || !count_sources(mix, options, error) ||
        !mix_plan_make(&mix->plan, options, error))
        return false;
    for (size_t i = 0; i < mix->plan.count; i++)
        set_next(mix, &mix->plan.sources[i]);
    say_plan(stage, mix);
    return true;
}

static void mix_close(struct stage *stage)
{
    struct mix *mix = stage->state;
    if (!mix)
        return;
    for (size_t i = 0; i < mix->plan.count; i++)
        if (mix->plan.sources[i].reader)
            close_reader(&mix->plan.sources[i]);
    buffer_release(&mix->line);
    arena_release(&mix->arena);
    memory_free(mix);
    stage->state = NULL;
}

/* Whether the row at hand is taken. Source: Knuth, TAOCP 2, algorithm 3.4.2 S. */
static bool is_chosen(const struct mix *mix, struct mix_source *source)
{
    int64_t needed = source->wanted - source->passes * source->rows - source->chosen;
    double left = (double)(source->rows - source->row);
    if (source->pass < source->passes)
        return true;
    if (chance(mix, source, source->pass, source->row) * left >= (double)needed)
        return false;
    source->chosen++;
    return true;
}

/* The next record of the pass; NULL: the pass is over. */
static bool next_record(struct mix_source *source, struct record **record, struct error *error)
{
    *record = NULL;
    if (!source->reader && !open_reader(source, error))
        return false;
    while (!source->batch || source->place == source->batch->count) {
        batch_free(source->batch);
        source->batch = NULL;
        source->place = 0;
        if (!reader_next(source->reader, &source->batch, error))
            return false;
        if (!source->batch)
            return true;
    }
    *record = &source->batch->records[source->place++];
    return true;
}

static bool end_pass(struct mix_source *source, struct error *error)
{
    close_reader(source);
    if (source->row != source->rows) {
        error_set(error, E_DATA, "it had %" PRId64 " rows and has %" PRId64 " now: somebody writes to it", source->rows,
                  source->row);
        return error_place(error, source->path, 0, 0);
    }
    source->row = 0;
    source->pass++;
    source->is_done = source->pass > source->passes || source->pass * source->rows >= source->wanted;
    return true;
}

/* The record lives in the source's batch: a copy of it goes on. */
static void copy_record(struct batch *batch, const struct record *record)
{
    struct record copy = *record;
    copy.line = arena_copy(&batch->arena, record->line);
    copy.object = NULL;
    *batch_append(batch) = copy;
    batch->bytes += record->line.length;
}

/* false: a reject ends the run. */
static bool emit_record(struct mix *mix, const struct stage *stage, const struct mix_source *source,
                        struct batch *batch)
{
    struct record record = batch->records[--batch->count];
    struct buffer name = { 0 };
    struct error error;
    error_reset(&error);
    buffer_reset(&mix->line);
    bool is_good = record_object(batch, &record, &error) != NULL;
    if (is_good && mix->into.count > 0) {
        json_append_string(&name, slice_of_string(source->path));
        is_good = json_path_set(&mix->into, record.object, buffer_slice(&name), &mix->line, &error);
    }
    buffer_release(&name);
    if (!is_good) {
        error_place(&error, record.file, record.line_number, 0);
        return batch_reject(batch, stage, &record, &error);
    }
    if (mix->line.length > 0)
        batch_append_changed(batch, &record, arena_copy(&batch->arena, buffer_slice(&mix->line)));
    else
        *batch_append(batch) = record;
    return true;
}

static void leave_record(const struct stage *stage, const struct mix_source *source, struct batch *batch,
                         const struct record *record)
{
    if (source->passes > 0) /* it went on in the passes before */
        return;
    struct record copy = *record;
    copy.line = arena_copy(&batch->arena, record->line);
    batch_drop(batch, stage, &copy, "not_taken", "", "the mix needs fewer rows of this source");
}

/* Reads on in a source up to the next row that is taken; without one, to the end. */
static enum flow advance(struct mix *mix, const struct stage *stage, struct mix_source *source, struct batch *batch,
                         struct error *error)
{
    struct record *record;
    for (;;) {
        if (!next_record(source, &record, error))
            return FLOW_ERROR;
        if (!record) {
            if (!end_pass(source, error))
                return FLOW_ERROR;
            if (source->is_done)
                return FLOW_OK;
            continue;
        }
        if (record->kind != RECORD_DATA) {
            if (source->pass == 0)
                copy_record(batch, record);
            continue;
        }
        bool is_taken = is_chosen(mix, source);
        source->row++;
        if (!is_taken) {
            leave_record(stage, source, batch, record);
            if (batch->outcome_count >= BATCH_BYTES / 64)
                return FLOW_OK;
            continue;
        }
        copy_record(batch, record);
        source->emitted++;
        set_next(mix, source);
        return emit_record(mix, stage, source, batch) ? FLOW_OK : FLOW_STOP;
    }
}

/* The one whose next row stands first; then those whose files are not at their ends yet. */
static struct mix_source *choose_source(struct mix *mix)
{
    struct mix_source *chosen = NULL;
    for (size_t i = 0; i < mix->plan.count; i++) {
        struct mix_source *source = &mix->plan.sources[i];
        if (!source->is_done && (!chosen || source->next < chosen->next))
            chosen = source;
    }
    return chosen;
}

static enum flow pull_dry(struct stage *stage, const struct mix *mix)
{
    for (size_t i = 0; i < mix->plan.count; i++)
        stage->in += mix->plan.sources[i].wanted;
    return FLOW_STOP;
}

static enum flow mix_pull(struct stage *stage, struct sink *sink, struct error *error)
{
    struct mix *mix = stage->state;
    struct mix_source *source = NULL;
    if (stage->run->is_dry_run)
        return pull_dry(stage, mix);
    struct batch *batch = batch_create();
    enum flow flow = FLOW_OK;
    batch->stops_at_reject = stage->run->stops_at_reject;
    while (flow == FLOW_OK && batch->bytes < BATCH_BYTES && batch->outcome_count < BATCH_BYTES / 64 &&
           (source = choose_source(mix)))
        flow = advance(mix, stage, source, batch, error);
    if (flow == FLOW_ERROR) {
        batch_free(batch);
        return flow;
    }
    bool is_at_end = !source || flow == FLOW_STOP;
    flow = sink_emit(sink, batch, error);
    return flow == FLOW_OK && is_at_end ? FLOW_STOP : flow;
}

static void mix_summarize(const struct stage *stage, struct buffer *json)
{
    const struct mix *mix = stage->state;
    buffer_append_string(json, "\"sources\":[");
    for (size_t i = 0; mix && i < mix->plan.count; i++) {
        const struct mix_source *source = &mix->plan.sources[i];
        buffer_append_string(json, i ? ",{" : "{");
        json_append_key(json, SLICE("file"));
        json_append_string(json, slice_of_string(source->path));
        buffer_append_format(json,
                             ",\"rows\":%" PRId64 ",\"tokens\":%" PRId64 ",\"planned\":%" PRId64 ",\"taken\":%" PRId64
                             ",\"share\":",
                             source->rows, source->tokens, source->wanted, source->emitted);
        json_append_double(json, source->share);
        buffer_append_byte(json, '}');
    }
    buffer_append_byte(json, ']');
}

static const struct stage_class mix_stage = {
    .name = "mix", .open = mix_open, .pull = mix_pull, .close = mix_close, .summarize = mix_summarize
};
static const struct stage_class *const mix_stages[] = { &mix_stage, NULL };

static const struct tool_example mix_examples[] = {
    { .command = "garner mix notes.jsonl:0.7 old.jsonl:0.3 > mixed.jsonl",
      .remark = "seven rows of ten from the one, three from the other" },
    { .command = "garner mix --dry-run --temperature 2 notes.jsonl old.jsonl",
      .remark = "the plan: rows of each, how often, which share" },
    { .command = "garner mix --into metadata.mix_source notes.jsonl:1 old.jsonl:9",
      .remark = "rows say where they come from" },
    { .command = NULL },
};

const struct tool tool_mix = {
    .name = "mix",
    .summary = "Mix rows of several files by weights",
    .description =
        "Takes rows of each file so that its share of the mix is its weight (without weights: its size), and spreads "
        "them evenly: every stretch of the output has about the shares of the whole. Rows of one file keep their "
        "order; which ones are taken, where not all are, and where they stand hangs on --seed alone. Files are read "
        "twice, once to be counted, and again for each repetition; memory does not grow with them.\n\n"
        "By default the mix ends where the first file is used up, and no row comes twice. Rows that are not taken are "
        "dropped with the reason not_taken. --dry-run prints the plan.",
    .group = GROUP_TRAIN,
    .reads = TOOL_NOTHING,
    .writes = TOOL_RECORDS,
    .options = mix_options,
    .options_bytes = sizeof(struct mix_options),
    .check = mix_check,
    .examples = mix_examples,
    .stages = mix_stages,
};
