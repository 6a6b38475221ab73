/* eval.c - how well a ranking answers judged queries. */
#include <math.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "cli/say.h"
#include "cli/summary.h"
#include "index/evaluate.h"
#include "record/expression.h"
#include "tools.h"
#include "json/write.h"

struct eval_options {
    const char *judgements;
    struct option_list runs;
    struct option_list cutoffs;
    bool complete;
    bool per_query;
    unsigned format;
};

enum { FORMAT_AUTO, FORMAT_TABLE, FORMAT_JSONL };
static const char *const format_choices[] = { "", "table", "jsonl", NULL };

#define FIELD(name) OPTION_FIELD(struct eval_options, name)
static const struct option eval_options[] = {
    { .name = "qrels",
      FIELD(judgements),
      .is_operand = true,
      .is_required = true,
      .meaning = MEANING_FILE,
      .argument = "QRELS",
      .help = "judgements: TREC's four columns, or BEIR's three" },
    { .name = "runs",
      FIELD(runs),
      .is_operand = true,
      .is_required = true,
      .meaning = MEANING_FILE,
      .argument = "RUN",
      .help = "rankings: TREC's six columns, or lines of 'query --queries'; - is stdin" },
    { .name = "top-k",
      .letter = 'k',
      FIELD(cutoffs),
      .argument = "N",
      .initial = "5,10,20,100",
      .help = "depths at which nDCG, recall and precision are taken" },
    { .name = "complete",
      FIELD(complete),
      .help = "count judged queries that the run does not answer as 0, like trec_eval -c" },
    { .name = "per-query", FIELD(per_query), .help = "the figures of each query, too" },
    { .name = "format",
      FIELD(format),
      .argument = "FORM",
      .choices = format_choices,
      .help = "table on a terminal, else jsonl" },
    { .name = NULL },
};

struct eval_run {
    const struct eval_options *options;
    struct tool_call *call;
    int64_t cutoffs[EVALUATE_CUTOFFS_MAXIMUM];
    size_t cutoff_count;
    struct evaluation_set judgements;
    bool is_table;
};

/* The mean over queries, and how many there are. */
struct means {
    struct evaluation_scores sum;
    int64_t queries, missing;
};

static bool parse_cutoffs(struct eval_run *run, struct error *error)
{
    const struct option_list *list = &run->options->cutoffs;
    if (list->count > EVALUATE_CUTOFFS_MAXIMUM)
        return error_set(error, E_USAGE, "--top-k: more than %d depths", EVALUATE_CUTOFFS_MAXIMUM);
    for (size_t i = 0; i < list->count; i++) {
        int64_t cutoff;
        if (!number_parse_integer(slice_of_string(list->values[i]), &cutoff) || cutoff < 1)
            return error_set(error, E_USAGE, "--top-k: '%s' is not an integer of 1 or more", list->values[i]);
        run->cutoffs[run->cutoff_count++] = cutoff;
    }
    return true;
}

static void add_scores(const struct eval_run *run, struct means *means, const struct evaluation_scores *scores)
{
    for (size_t c = 0; c < run->cutoff_count; c++) {
        means->sum.ndcg[c] += scores->ndcg[c];
        means->sum.recall[c] += scores->recall[c];
        means->sum.precision[c] += scores->precision[c];
    }
    means->sum.map += scores->map;
    means->sum.mrr += scores->mrr;
    means->sum.relevant += scores->relevant;
    means->sum.retrieved += scores->retrieved;
    means->sum.relevant_retrieved += scores->relevant_retrieved;
    means->queries++;
}

static void append_figure(struct buffer *json, const char *name, int64_t cutoff, double value)
{
    struct buffer key = { 0 };
    buffer_append_string(&key, name);
    if (cutoff)
        buffer_append_format(&key, "_%lld", (long long)cutoff);
    json_append_key(json, buffer_slice(&key));
    buffer_append_format(json, "%.4f", value);
    buffer_release(&key);
}

static void append_json(const struct eval_run *run, const char *file, struct slice query,
                        const struct evaluation_scores *scores, double count, struct buffer *json)
{
    buffer_append_byte(json, '{');
    json_append_key(json, SLICE("run"));
    json_append_string(json, slice_of_string(file));
    if (query.bytes) {
        json_append_key(json, SLICE("query"));
        json_append_string(json, query);
    } else {
        json_append_key(json, SLICE("queries"));
        json_append_integer(json, (int64_t)count);
    }
    for (size_t c = 0; c < run->cutoff_count; c++) {
        append_figure(json, "ndcg", run->cutoffs[c], count > 0 ? scores->ndcg[c] / count : 0);
        append_figure(json, "recall", run->cutoffs[c], count > 0 ? scores->recall[c] / count : 0);
        append_figure(json, "precision", run->cutoffs[c], count > 0 ? scores->precision[c] / count : 0);
    }
    append_figure(json, "map", 0, count > 0 ? scores->map / count : 0);
    append_figure(json, "mrr", 0, count > 0 ? scores->mrr / count : 0);
    json_append_key(json, SLICE("relevant"));
    json_append_integer(json, scores->relevant);
    json_append_key(json, SLICE("retrieved"));
    json_append_integer(json, scores->retrieved);
    json_append_key(json, SLICE("relevant_retrieved"));
    json_append_integer(json, scores->relevant_retrieved);
    buffer_append_byte(json, '}');
}

static void append_row(struct buffer *text, const char *name, const struct eval_run *run, const double *values,
                       double count)
{
    buffer_append_format(text, "  %-12s", name);
    for (size_t c = 0; c < run->cutoff_count; c++)
        buffer_append_format(text, "%10.4f", count > 0 ? values[c] / count : 0);
    buffer_append_byte(text, '\n');
}

static void append_table(const struct eval_run *run, const char *file, struct slice query,
                         const struct evaluation_scores *scores, double count, struct buffer *text)
{
    text_append_printable(text, slice_of_string(file));
    if (query.bytes) {
        buffer_append_string(text, ", query ");
        text_append_printable(text, query);
        buffer_append_byte(text, '\n');
    } else {
        buffer_append_format(text, ", %.0f queries\n", count);
    }
    buffer_append_format(text, "  %-12s", "at");
    for (size_t c = 0; c < run->cutoff_count; c++)
        buffer_append_format(text, "%10lld", (long long)run->cutoffs[c]);
    buffer_append_byte(text, '\n');
    append_row(text, "nDCG", run, scores->ndcg, count);
    append_row(text, "recall", run, scores->recall, count);
    append_row(text, "precision", run, scores->precision, count);
    buffer_append_format(text, "  %-12s%10.4f\n  %-12s%10.4f\n", "MAP", count > 0 ? scores->map / count : 0, "MRR",
                         count > 0 ? scores->mrr / count : 0);
    buffer_append_format(text, "  %lld relevant, %lld retrieved, %lld of them relevant\n", (long long)scores->relevant,
                         (long long)scores->retrieved, (long long)scores->relevant_retrieved);
}

static bool print(struct eval_run *run, const char *file, struct slice query, const struct evaluation_scores *scores,
                  double count, struct error *error)
{
    struct buffer text = { 0 };
    if (run->is_table) {
        append_table(run, file, query, scores, count, &text);
    } else {
        append_json(run, file, query, scores, count, &text);
        buffer_append_byte(&text, '\n');
    }
    bool is_good = output_write(run->call->output, buffer_slice(&text), error);
    buffer_release(&text);
    return is_good;
}

static bool score_queries(struct eval_run *run, const char *file, struct evaluation_set *ranking, struct means *means,
                          struct error *error)
{
    for (size_t q = 0; q < run->judgements.queries.count; q++) {
        struct evaluation_list *judgements = &run->judgements.lists[q];
        const struct map_entry *entry = map_find(&ranking->queries, judgements->query);
        means->missing += !entry;
        if (!entry && !run->options->complete)
            continue;
        struct evaluation_scores scores;
        evaluate_query(entry ? &ranking->lists[entry->value] : NULL, judgements, run->cutoffs, run->cutoff_count,
                       &scores);
        add_scores(run, means, &scores);
        if (run->options->per_query && !print(run, file, judgements->query, &scores, 1, error))
            return false;
    }
    return true;
}

/* Gates name the figures as the JSON line does: ndcg_10 > 0.37. */
static bool check_gates(const struct eval_run *run, const char *file, const struct means *means, struct error *error)
{
    struct buffer json = { 0 };
    append_json(run, file, (struct slice){ NULL, 0 }, &means->sum, (double)means->queries, &json);
    bool is_good = summary_require_of(buffer_slice(&json), &run->call->common.require, error);
    buffer_release(&json);
    if (is_good || error->code != E_GATE)
        return is_good;
    struct error inner = *error;
    return error_set(error, E_GATE, "%s: %s", file, inner.message);
}

static bool evaluate_file(struct eval_run *run, const char *file, struct error *error)
{
    struct evaluation_set ranking = { 0 };
    struct means means = { 0 };
    bool is_good = evaluation_read_run(&ranking, file, error) && score_queries(run, file, &ranking, &means, error);
    if (is_good && means.missing)
        say_note("eval", "%s: %lld judged queries have no answer and %s", file, (long long)means.missing,
                 run->options->complete ? "count as 0" : "are left out; --complete counts them as 0");
    is_good = is_good && print(run, file, (struct slice){ NULL, 0 }, &means.sum, (double)means.queries, error) &&
              check_gates(run, file, &means, error);
    evaluation_release(&ranking);
    return is_good;
}

static int run_eval(struct tool_call *call, struct error *error)
{
    struct eval_run run = { .options = call->options, .call = call };
    bool is_terminal = !call->common.output && isatty(STDOUT_FILENO);
    run.is_table = run.options->format ? run.options->format == FORMAT_TABLE : is_terminal;
    bool is_good =
        parse_cutoffs(&run, error) && evaluation_read_judgements(&run.judgements, run.options->judgements, error);
    for (size_t i = 0; i < run.options->runs.count && is_good; i++)
        is_good = evaluate_file(&run, run.options->runs.values[i], error);
    evaluation_release(&run.judgements);
    return is_good || !error_is_set(error) ? EXIT_DONE : error_exit_code(error);
}

static const struct tool_example eval_examples[] = {
    { .command = "garner query kb/ --queries queries.jsonl -k 100 --format trec |\n  garner eval qrels.tsv -",
      .remark = "how good the index is" },
    { .command = "garner eval qrels.tsv run.txt --require 'ndcg_10 >= 0.37'",
      .remark = "a gate for CI: exit 1 below it" },
    { .command = NULL },
};

const struct tool tool_eval = {
    .name = "eval",
    .summary = "Measure rankings against judged queries",
    .description =
        "Computes nDCG, recall and precision at the depths of --top-k, MAP and MRR, as trec_eval does: documents go by "
        "score, ties by id, the greater first; gains are the relevance, discounts log2(rank + 1); means are over the "
        "judged queries that the run answers, or over all of them with --complete.\n\n"
        "--require takes the names of the JSON output: ndcg_10, recall_100, precision_5, map, mrr.",
    .group = GROUP_SEARCH,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = eval_options,
    .options_bytes = sizeof(struct eval_options),
    .examples = eval_examples,
    .run = run_eval,
};
