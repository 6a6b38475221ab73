/* decontaminate.c - finds what training rows share with evaluation sets, and drops, cuts or marks it. */
#include "decontaminate.h"

#include "base/memory.h"
#include "cli/parse.h"
#include "cli/say.h"
#include "record/expression.h"
#include "tools.h"

enum { MEMORY_MINIMUM = 1024 * 1024, CHARACTERS_MAXIMUM = 1000000 };

static const char *const presets[] = { "", "datatrove", "nemo", NULL };
static const char *const actions[] = { "drop", "cut", "tag", NULL };

#define FIELD(name) OPTION_FIELD(struct decon_options, name)
static const struct option decon_options[] = {
    { .name = "against",
      FIELD(against),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .is_required = true,
      .help = "evaluation sets: JSONL, JSON, CSV or TSV",
      .details = "A JSON file is an array of objects, or an object with one such array in it; a CSV file names its "
                 "columns in the first row." },
    { .name = "against-field",
      FIELD(against_field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "their fields to look for, in this order: question,answer [all strings but ids and metadata]" },
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the texts to look at [text, or the messages, prompt, answers of the form found]" },
    { .name = "preset",
      FIELD(preset),
      .argument = "NAME",
      .choices = presets,
      .help = "the words and defaults of another tool",
      .details = "datatrove: 12 words, numbers alike, only n-grams that reach into the last of the item's fields, its "
                 "answer. nemo: 13 words, items from 8 words on as a whole, --max-matches 10, --action cut." },
    { .name = "ngram",
      FIELD(ngram),
      .argument = "WORDS",
      .initial = "13",
      .minimum = 2,
      .maximum = NGRAM_WIDTH_MAXIMUM,
      .help = "so many words in a row make a leak" },
    { .name = "shortest",
      FIELD(shortest),
      .argument = "WORDS",
      .initial = "8",
      .minimum = 1,
      .maximum = NGRAM_WIDTH_MAXIMUM,
      .help = "a shorter field of an item is looked for as a whole from so many words on" },
    { .name = "max-matches",
      FIELD(max_matches),
      .argument = "N",
      .minimum = 0,
      .maximum = 1e9,
      .help = "n-grams found more often than that are common words and no leak [0: none is]",
      .details = "From the first row with any n-gram on all rows wait until the input ends, on disk where --memory is "
                 "short." },
    { .name = "action",
      FIELD(action),
      .argument = "WHAT",
      .initial = "drop",
      .choices = actions,
      .help = "what becomes of a row with a leak",
      .details = "drop: it goes to --dropped, with the item's file, line and id and the words. cut: --cut-characters "
                 "around each leak go, up to the end of a sentence; pieces of not more than --keep-characters go, too, "
                 "and a row of which nothing is left is dropped. tag: --into gets a list of what it shares." },
    { .name = "cut-characters",
      FIELD(around),
      .argument = "N",
      .initial = "200",
      .minimum = 0,
      .maximum = CHARACTERS_MAXIMUM,
      .help = "characters that are cut on each side of a leak" },
    { .name = "keep-characters",
      FIELD(keep),
      .argument = "N",
      .initial = "200",
      .minimum = 0,
      .maximum = CHARACTERS_MAXIMUM,
      .help = "pieces of not more characters are cut away, too" },
    { .name = "max-pieces",
      FIELD(max_pieces),
      .argument = "N",
      .initial = "10",
      .minimum = 1,
      .maximum = CHARACTERS_MAXIMUM,
      .help = "a text of which more pieces are left is dropped with its row" },
    { .name = "into",
      FIELD(into),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .initial = "metadata.contamination",
      .help = "where --action tag puts its list" },
    { .name = "memory",
      FIELD(memory),
      .meaning = MEANING_BYTES,
      .argument = "SIZE",
      .initial = "1G",
      .minimum = MEMORY_MINIMUM,
      .maximum = (double)((int64_t)1 << 40),
      .help = "for the n-grams of the evaluation sets: a limit" },
    { .name = NULL },
};

/* What a preset sets unless the user does. */
static bool decon_fill(struct tool_call *call, struct error *error)
{
    struct decon_options *options = call->options;
    (void)error;
    if (options->preset == DECON_DATATROVE && !tool_call_has(call, "ngram"))
        options->ngram = 12;
    if (options->preset == DECON_DATATROVE && !tool_call_has(call, "shortest"))
        options->shortest = options->ngram;
    if (options->preset == DECON_NEMO && !tool_call_has(call, "max-matches"))
        options->max_matches = 10;
    if (options->preset == DECON_NEMO && !tool_call_has(call, "action"))
        options->action = DECON_CUT;
    if (!tool_call_has(call, "shortest") && options->shortest > options->ngram)
        options->shortest = options->ngram;
    return true;
}

static bool compile_paths(const struct decon_options *options, struct decon *decon, struct error *error)
{
    if (!text_fields_compile(options->field.values, options->field.count, &decon->arena, &decon->fields, error))
        return expression_label_error(error, "--field");
    if (!json_path_compile(slice_of_string(options->into), &decon->arena, &decon->into, error))
        return expression_label_error(error, "--into");
    return true;
}

static bool decon_check(const struct tool_call *call, struct error *error)
{
    const struct decon_options *options = call->options;
    struct decon decon = { 0 };
    if (options->shortest > options->ngram)
        return error_set(error, E_USAGE, "--shortest: %lld is above --ngram %lld", (long long)options->shortest,
                         (long long)options->ngram);
    bool is_good = compile_paths(options, &decon, error);
    arena_release(&decon.arena);
    return is_good;
}

static bool decon_open(struct stage *stage, struct error *error)
{
    struct decon *decon = memory_allocate_zeroed(1, sizeof *decon);
    stage->state = decon;
    decon->options = stage->options;
    if (!compile_paths(decon->options, decon, error) || !decon_against_open(&decon->against, decon->options, error))
        return false;
    decon_against_warn(&decon->against, decon->options, stage->step);
    decon->worker_count = stage->run->jobs;
    decon->workers = memory_allocate_zeroed(decon->worker_count, sizeof *decon->workers);
    for (unsigned i = 0; i < decon->worker_count; i++)
        decon->workers[i].found = memory_allocate_zeroed(decon->against.count, 1);
    return true;
}

static void close_worker(struct decon_worker *worker)
{
    word_forms_release(&worker->words);
    memory_free(worker->hits.hits);
    memory_free(worker->spans.spans);
    buffer_release(&worker->line);
    buffer_release(&worker->piece);
    redact_paths_release(&worker->paths);
    memory_free(worker->found);
}

static void decon_close(struct stage *stage)
{
    struct decon *decon = stage->state;
    if (!decon)
        return;
    for (unsigned i = 0; i < decon->worker_count; i++)
        close_worker(&decon->workers[i]);
    memory_free(decon->workers);
    decon_against_close(&decon->against);
    arena_release(&decon->arena);
    memory_free(decon);
    stage->state = NULL;
}

static enum flow decon_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    struct decon *decon = stage->state;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        if (records[i].kind != RECORD_DATA)
            *batch_append(batch) = records[i];
        else if (!decon_take(decon, &decon->workers[worker], stage, batch, &records[i]))
            break;
    }
    return sink_emit(sink, batch, error);
}

/* The n-grams of a record that follow each other without overlap. */
static struct slice copy_grams(const struct ngram_hits *hits, struct arena *arena)
{
    uint32_t *grams = arena_allocate(arena, (hits->count + 1) * sizeof *grams);
    size_t count = 0, end = 0;
    for (size_t i = 0; i < hits->count; i++) {
        if (hits->hits[i].first < end)
            continue;
        end = (size_t)hits->hits[i].first + hits->hits[i].count;
        grams[count++] = hits->hits[i].gram;
    }
    return slice_of((const char *)grams, count * sizeof *grams);
}

/* Of one push. */
struct counting {
    const struct decon *decon;
    struct decon_worker *worker;
};

static bool count_record(void *context, struct batch *batch, struct record *record, void *item, struct error *error)
{
    const struct counting *counting = context;
    struct slice *grams = item;
    if (!decon_look(counting->decon, counting->worker, batch, record, error))
        return false;
    *grams = copy_grams(&counting->worker->hits, &batch->arena);
    return true;
}

/* Only looks; decon_waiting_stage acts. */
static enum flow count_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    struct decon *decon = stage->state;
    struct counting counting = { decon, &decon->workers[worker] };
    struct decon_found *found = arena_allocate_zeroed(&batch->arena, 1, sizeof *found);
    found->decon = decon;
    found->grams = batch_look(batch, stage, sizeof *found->grams, count_record, &counting);
    batch->payload = found;
    return sink_emit(sink, batch, error);
}

static void decon_summarize(const struct stage *stage, struct buffer *json)
{
    const struct decon *decon = stage->state;
    int64_t records = 0;
    if (!decon || !decon->workers)
        return;
    unsigned char *found = memory_allocate_zeroed(decon->against.count, 1);
    for (unsigned i = 0; i < decon->worker_count; i++) {
        records += decon->workers[i].records;
        for (size_t k = 0; k < decon->against.count; k++)
            found[k] |= decon->workers[i].found[k];
    }
    decon_against_summarize(&decon->against, decon->options, found, json);
    buffer_append_format(json, ",\"contaminated\":%lld", (long long)records);
    memory_free(found);
}

static const struct stage_class decon_stage = { .name = "decontaminate",
                                                .is_parallel = true,
                                                .open = decon_open,
                                                .push = decon_push,
                                                .close = decon_close,
                                                .summarize = decon_summarize };
static const struct stage_class count_stage = { .name = "decontaminate",
                                                .is_parallel = true,
                                                .open = decon_open,
                                                .push = count_push,
                                                .close = decon_close,
                                                .summarize = decon_summarize };
static const struct stage_class *const plain_stages[] = { &decon_stage, NULL };
static const struct stage_class *const counting_stages[] = { &count_stage, &decon_waiting_stage, NULL };

static const struct stage_class *const *choose_stages(const void *options)
{
    return ((const struct decon_options *)options)->max_matches > 0 ? counting_stages : plain_stages;
}

static const struct tool_example decon_examples[] = {
    { .command = "garner decontaminate --against eval.jsonl --dropped leaks notes.jsonl",
      .remark = "what shares 13 words in a row with an item goes to leaks, which names it" },
    { .command = "garner decontaminate --against eval.jsonl --action tag notes.jsonl",
      .remark = "rows stay and say what they share" },
    { .command = "garner decontaminate --against eval.jsonl --preset datatrove notes.jsonl",
      .remark = "as datatrove: 12 words, only what reaches into the answers" },
    { .command = NULL },
};

const struct tool tool_decontaminate = {
    .name = "decontaminate",
    .summary = "Drop, cut or mark what evaluation sets hold, too",
    .description =
        "Looks in each row for stretches of --ngram words that an item of an evaluation set has as well. Words are "
        "runs of letters and digits in lower case; ideographs are words of their own. What is found is compared word "
        "by word, so there is no hit by chance of a hash. A stretch may begin in one field and end in the next: in a "
        "question and its answer.\n\n"
        "A field of an item that has fewer words, but at least --shortest, is looked for as a whole. Items with less "
        "than that are not looked for: a warning (W_ITEM_SHORT) counts them, --summary names their lines. A leak that "
        "changes every few words is not seen: take a lower --ngram.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = decon_options,
    .options_bytes = sizeof(struct decon_options),
    .fill = decon_fill,
    .check = decon_check,
    .examples = decon_examples,
    .stages = plain_stages,
    .choose_stages = choose_stages,
};
