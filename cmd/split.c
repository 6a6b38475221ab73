/* split.c - training rows into train, validation and test. */
#include "split.h"

#include "base/memory.h"
#include "cli/parse.h"
#include "stream/output_set.h"
#include "tools.h"
#include "json/write.h"

static const char *const on_leak_choices[] = { "report", "move", "drop", NULL };
static const char *const split_output_names[] = { "split", NULL };

#define FIELD(name) OPTION_FIELD(struct split_options, name)
static const struct option split_options[] = {
    { .name = "ratio",
      FIELD(ratio),
      .argument = "NAME=SHARE",
      .initial = "train=0.9,validation=0.05,test=0.05",
      .help = "the splits and their shares, which make 1" },
    { .name = "count",
      FIELD(count),
      .argument = "NAME=ROWS",
      .help = "instead: splits of so many rows; train gets the others",
      .details = "Rows wait until the input ends. Rows that come later may move those that were there." },
    { .name = "by",
      FIELD(by),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "rows with the same value go to the same split [the same prompt]",
      .details = "The choice hangs on that value and --seed alone, so rows that come later move none. Without --by it "
                 "hangs on the prompt, whatever its letter case, blanks and marks: of messages, conversations and the "
                 "like the user's turns, of an instruction with its input both, of a text all of it." },
    { .name = "stratify",
      FIELD(stratify),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the shares hold among the rows of each value, too" },
    { .name = "time",
      FIELD(time),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the earliest rows go to the first split, the latest to the last",
      .details = "Numbers, or texts in an order such as 2026-11-27T10:00:00Z. Rows of one time stay together." },
    { .name = "cut",
      FIELD(cut),
      .argument = "TIME",
      .help = "with --time: where the second split begins, and each later one" },
    { .name = "leak",
      FIELD(leak),
      .argument = "KIND",
      .help = "look for rows that a split before has, too: exact, normalized, prompt, ngram, near",
      .details =
          "exact: all but id and metadata; normalized: but for letter case, blanks and marks, too; prompt: what "
          "is asked; ngram: --ngram words in a row; near: --threshold of their stretches of five words. Kinds of "
          "equality look at all rows, near at those that MinHash brings together." },
    { .name = "on-leak",
      FIELD(on_leak),
      .argument = "WHAT",
      .initial = "report",
      .choices = on_leak_choices,
      .help = "report: warn and count; move: all such rows to the first of their splits; drop" },
    { .name = "group-near",
      FIELD(group_near),
      .help = "rows that are much alike go to the same split",
      .details = "Rows that are alike through a third one count as one group. It goes where its first row goes." },
    { .name = "threshold",
      FIELD(threshold),
      .argument = "SHARE",
      .initial = "0.7",
      .minimum = 0.01,
      .maximum = 1,
      .help = "of their shingles that near rows share (Jaccard)" },
    { .name = "ngram",
      FIELD(ngram),
      .argument = "WORDS",
      .initial = "13",
      .minimum = 2,
      .maximum = 64,
      .help = "words in a row that are a leak" },
    { .name = "into",
      FIELD(into),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "put the split's name there [metadata.split, without {split} in -o]" },
    { .name = "memory",
      FIELD(memory),
      .meaning = MEANING_BYTES,
      .argument = "SIZE",
      .initial = "256M",
      .minimum = 4 * SORTER_MEMORY_MINIMUM,
      .maximum = (double)((int64_t)1 << 40),
      .help = "memory for rows that wait; more go to a temporary file in $TMPDIR" },
    { .name = NULL },
};

static bool split_check(const struct tool_call *call, struct error *error)
{
    const struct split_options *options = call->options;
    struct split_plan plan = { 0 };
    if (options->count.count && tool_call_has(call, "ratio"))
        return error_set(error, E_USAGE, "--count: excludes --ratio");
    if (options->cut.count && !options->time)
        return error_set(error, E_USAGE, "--cut: needs --time");
    if (options->time && (options->by.count || options->stratify || options->group_near))
        return error_set(error, E_USAGE, "--time: excludes --by, --stratify and --group-near");
    if (options->stratify && options->count.count)
        return error_set(error, E_USAGE, "--stratify: excludes --count");
    if (options->cut.count && options->count.count)
        return error_set(error, E_USAGE, "--cut: excludes --count");
    if (tool_call_has(call, "on-leak") && options->leak.count == 0)
        return error_set(error, E_USAGE, "--on-leak: needs --leak");
    if (output_template_is(call->common.output) && !output_template_has(call->common.output, "split"))
        return error_set(error, E_USAGE, "--output: '%s' has no {split}", call->common.output);
    bool is_good = split_plan_make(&plan, options, error);
    split_plan_release(&plan);
    return is_good;
}

bool split_open_outputs(struct split_plan *plan, const struct stage *stage, struct error *error)
{
    static const char metadata_split[] = "metadata.split";
    for (unsigned i = 0; i < plan->count && stage->outputs; i++) {
        struct slice name = slice_of_string(plan->names[i]);
        if (!output_set_find(stage->outputs, &name, &plan->parts[i], error))
            return false;
    }
    if (stage->outputs || plan->has_into)
        return true;
    plan->has_into = true;
    return json_path_compile(SLICE(metadata_split), &plan->arena, &plan->into, error);
}

void split_append_counts(const struct split_plan *plan, const int64_t *rows, struct buffer *json)
{
    buffer_append_string(json, "\"splits\":{");
    for (unsigned i = 0; i < plan->count; i++) {
        json_append_key(json, slice_of_string(plan->names[i]));
        json_append_integer(json, rows[i]);
    }
    buffer_append_byte(json, '}');
}

/* Where each row decides for itself. */
struct plain_worker {
    struct split_scratch scratch;
    int64_t rows[SPLITS_MAXIMUM];
};

struct plain {
    struct split_plan plan;
    struct plain_worker *workers;
    unsigned count;
};

static bool plain_open(struct stage *stage, struct error *error)
{
    struct plain *plain = memory_allocate_zeroed(1, sizeof *plain);
    stage->state = plain;
    plain->count = stage->run->jobs;
    plain->workers = memory_allocate_zeroed(plain->count, sizeof *plain->workers);
    return split_plan_make(&plain->plan, stage->options, error) && split_open_outputs(&plain->plan, stage, error);
}

static void plain_close(struct stage *stage)
{
    struct plain *plain = stage->state;
    if (!plain)
        return;
    for (unsigned i = 0; i < plain->count; i++)
        split_scratch_release(&plain->workers[i].scratch);
    memory_free(plain->workers);
    split_plan_release(&plain->plan);
    memory_free(plain);
    stage->state = NULL;
}

static bool choose(const struct stage *stage, struct plain_worker *worker, struct batch *batch, struct record *record,
                   unsigned *split, struct error *error)
{
    const struct plain *plain = stage->state;
    uint64_t hash;
    if (!record_object(batch, record, error))
        return false;
    if (plain->plan.options->time) {
        buffer_reset(&worker->scratch.text);
        if (!split_time_key(&plain->plan, batch, record, &worker->scratch.text, error))
            return false;
        *split = split_by_cuts(&plain->plan, buffer_slice(&worker->scratch.text));
        return true;
    }
    if (!split_group(&plain->plan, stage->run->seed, batch, record, &worker->scratch, &hash, error))
        return false;
    *split = split_by_hash(&plain->plan, hash);
    return true;
}

static bool take_record(const struct stage *stage, struct plain_worker *worker, struct batch *batch,
                        struct record *record)
{
    struct plain *plain = stage->state;
    struct error error;
    unsigned split = 0;
    error_reset(&error);
    if (!choose(stage, worker, batch, record, &split, &error)) {
        error_place(&error, record->file, record->line_number, 0);
        return batch_reject(batch, stage, record, &error);
    }
    size_t before = batch->count;
    bool goes_on = split_emit(&plain->plan, stage, batch, record, split);
    worker->rows[split] += (int64_t)(batch->count - before);
    return goes_on;
}

static enum flow plain_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                            struct error *error)
{
    struct plain *plain = stage->state;
    size_t count;
    struct record *records = batch_take_records(batch, &count);
    for (size_t i = 0; i < count; i++) {
        if (records[i].kind != RECORD_DATA)
            *batch_append(batch) = records[i];
        else if (!take_record(stage, &plain->workers[worker], batch, &records[i]))
            break;
    }
    return sink_emit(sink, batch, error);
}

static void plain_summarize(const struct stage *stage, struct buffer *json)
{
    const struct plain *plain = stage->state;
    int64_t rows[SPLITS_MAXIMUM] = { 0 };
    for (unsigned i = 0; plain && i < plain->count; i++)
        for (unsigned k = 0; k < plain->plan.count; k++)
            rows[k] += plain->workers[i].rows[k];
    if (plain)
        split_append_counts(&plain->plan, rows, json);
}

static const struct stage_class plain_stage = { .name = "split",
                                                .is_parallel = true,
                                                .open = plain_open,
                                                .push = plain_push,
                                                .close = plain_close,
                                                .summarize = plain_summarize };
static const struct stage_class *const plain_stages[] = { &plain_stage, NULL };

static const struct stage_class *const *choose_stages(const void *values)
{
    const struct split_options *options = values;
    bool waits = options->count.count || options->stratify || options->leak.count || options->group_near ||
                 (options->time && options->cut.count == 0);
    return waits ? split_waiting_stages : plain_stages;
}

static const struct tool_example split_examples[] = {
    { .command = "garner split -o 'out/{split}.jsonl' notes.jsonl",
      .remark = "out/train.jsonl, out/validation.jsonl, out/test.jsonl; one prompt, one file" },
    { .command = "garner split --ratio train=0.8,test=0.2 --by metadata.source notes.jsonl",
      .remark = "documents whole; the name in metadata.split" },
    { .command = "garner split --count test=2 --leak near --on-leak drop notes.jsonl",
      .remark = "two rows for the test, but none that is much like a row of train" },
    { "garner split --time day --cut 2026-02-01 --ratio old=0.5,new=0.5 --into split",
      "{\"day\":\"2026-01-31\"}\n{\"day\":\"2026-02-01\"}\n",
      "{\"day\":\"2026-01-31\",\"split\":\"old\"}\n{\"day\":\"2026-02-01\",\"split\":\"new\"}\n", "by time" },
    { .command = NULL },
};

const struct tool tool_split = {
    .name = "split",
    .summary = "Part rows into train, validation and test",
    .description =
        "Each row goes to one of the splits, by a hash of its prompt or of the value of --by: what belongs together "
        "stays together, and rows that are added later move none. With {split} in -o each split is a file of its own; "
        "all of them appear together, when everything went well. Without it rows go on with the name in "
        "metadata.split.\n\n"
        "--leak looks for rows that have too much in common with a row of a split before theirs: test rows that "
        "train has, too. Then, and for --count, --stratify and --time without --cut, rows wait until the input ends, "
        "on disk where --memory is short; 24 to 56 bytes a row stay in memory.",
    .group = GROUP_TRAIN,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .output_names = split_output_names,
    .options = split_options,
    .options_bytes = sizeof(struct split_options),
    .check = split_check,
    .examples = split_examples,
    .stages = plain_stages,
    .choose_stages = choose_stages,
};
