/* query.c - ask an index. */
#include "query.h"

#include <math.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/number.h"
#include "cli/say.h"
#include "tools.h"

static bool parse_weights(const char *text, struct fusion *fusion, struct error *error)
{
    struct slice whole = slice_of_string(text);
    size_t comma = slice_find_byte(whole, ',');
    bool is_good = comma < whole.length &&
                   number_parse_double(slice_trim(slice_of(whole.bytes, comma)), &fusion->lexical_weight) &&
                   number_parse_double(slice_trim(slice_from(whole, comma + 1)), &fusion->vector_weight) &&
                   fusion->lexical_weight >= 0 && fusion->vector_weight >= 0 && isfinite(fusion->lexical_weight) &&
                   isfinite(fusion->vector_weight) && fusion->lexical_weight + fusion->vector_weight > 0;
    return is_good ||
           error_set(error, E_USAGE,
                     "--weights: '%s' is not two numbers such as 1,0.5 (words, vectors), not below 0 and not "
                     "both 0",
                     text);
}

static bool compile(struct query_run *run, const char *option, const char *text, struct expression **expression,
                    struct error *error)
{
    *expression = NULL;
    if (!text)
        return true;
    *expression = expression_compile_condition(slice_of_string(text), &run->arena, error);
    if (*expression)
        return true;
    char reason[ERROR_MESSAGE_BYTES];
    memcpy(reason, error->message, sizeof reason);
    return error_set(error, E_USAGE, "--%s, column %lld: %s", option, (long long)error->column, reason);
}

static bool query_check(const struct tool_call *call, struct error *error)
{
    const struct query_options *options = call->options;
    struct query_run run = { 0 };
    struct fusion fusion;
    bool is_good = parse_weights(options->weights, &fusion, error) &&
                   compile(&run, "where", options->where, &run.where, error) &&
                   compile(&run, "by", options->by, &run.by, error) && query_check_reranker(options, error) &&
                   query_check_chat(options, error);
    if (run.where)
        expression_free(run.where);
    if (run.by)
        expression_free(run.by);
    arena_release(&run.arena);
    return is_good;
}

static bool open_filter(struct query_run *run, struct error *error)
{
    const struct query_options *options = run->options;
    return compile(run, "where", options->where, &run->where, error) &&
           compile(run, "by", options->by, &run->by, error) &&
           index_filter(run->index, run->where, &run->arena, &run->filter, error);
}

static bool choose_mode(struct query_run *run, struct error *error)
{
    bool has_vectors = run->index->manifest.settings.dimension > 0;
    run->mode = (enum query_mode)run->options->mode;
    if (run->mode == QUERY_MODE_AUTO)
        run->mode = has_vectors ? QUERY_MODE_HYBRID : QUERY_MODE_LEXICAL;
    if (has_vectors || run->mode == QUERY_MODE_LEXICAL)
        return true;
    return error_set(error, E_USAGE, "the index has no vectors; --mode lexical searches its words");
}

static enum query_format format_of(const struct query_run *run)
{
    if (run->options->format)
        return (enum query_format)run->options->format;
    bool is_terminal = !run->call->common.output && isatty(STDOUT_FILENO);
    return is_terminal ? QUERY_TABLE : QUERY_JSONL;
}

/* The chat model's answer from what is found. */
static bool ask_one(struct query_run *run, size_t number, struct error *error)
{
    struct arena arena = { 0 };
    struct query_hits hits = { 0 };
    struct buffer text = { 0 };
    const struct question *question = &run->questions[number];
    bool is_good = query_search(run, question, &arena, &hits, error) &&
                   query_answer(run, question, &hits, format_of(run), &text, error) &&
                   output_write(run->call->output, buffer_slice(&text), error);
    run->hit_count += (int64_t)hits.count;
    buffer_release(&text);
    arena_release(&arena);
    return is_good;
}

static bool answer_one(struct query_run *run, size_t number, struct error *error)
{
    struct arena arena = { 0 };
    struct query_hits hits = { 0 };
    struct buffer text = { 0 };
    size_t left_out = 0;
    struct query_answer answer = { &run->questions[number], run->index, &hits, run->mode == QUERY_MODE_HYBRID,
                                   run->options->queries != NULL };
    bool is_good = query_search(run, &run->questions[number], &arena, &hits, error) &&
                   query_append(&answer, format_of(run), run->options->budget, &text, &left_out, error) &&
                   output_write(run->call->output, buffer_slice(&text), error);
    if (left_out)
        say_note("query", "%zu passages did not fit into --budget %lld and are left out", left_out,
                 (long long)run->options->budget);
    run->hit_count += (int64_t)hits.count;
    buffer_release(&text);
    arena_release(&arena);
    return is_good;
}

static bool open_run(struct query_run *run, struct error *error)
{
    const struct query_options *options = run->options;
    run->index = index_open(options->path, error);
    if (!run->index)
        return false;
    struct slice language = run->index->manifest.settings.language;
    run->analyser = analyser_open(language.length ? language : SLICE("none"), error);
    if (!run->analyser)
        return false;
    run->scratch = analyser_scratch_create(run->analyser);
    run->fusion.rrf_k = options->rrf_k;
    return parse_weights(options->weights, &run->fusion, error) && query_take_questions(run, error) &&
           open_filter(run, error) && choose_mode(run, error);
}

static void close_run(struct query_run *run)
{
    if (run->where)
        expression_free(run->where);
    if (run->by)
        expression_free(run->by);
    embedder_close(run->embedder);
    reranker_close(run->reranker);
    chat_close(run->chat);
    analyser_scratch_free(run->scratch);
    analyser_close(run->analyser);
    memory_free(run->questions);
    index_close(run->index);
    arena_release(&run->arena);
}

/* What would be asked: an answer at most once, wordings once, rows as many as the reranker may see. */
static void say_plan(const struct query_run *run)
{
    static const char *const names[] = { "", "hybrid", "vector", "lexical" };
    const struct query_options *options = run->options;
    struct buffer asked = { 0 };
    if (options->rewrite)
        buffer_append_format(&asked, ", %zu to be worded anew", run->question_count);
    if (query_has_reranker(options))
        buffer_append_format(&asked, ", up to %zu rows to be reranked",
                             run->question_count * query_rerank_candidates(options));
    if (query_has_chat(options))
        buffer_append_format(&asked, ", up to %zu answers of a chat model (%lld tokens each at most, and %lld said)",
                             run->question_count, (long long)options->budget, (long long)options->answer_tokens);
    say_note("query", "dry run: %zu questions, %s, %llu of %llu rows%s; nothing was asked", run->question_count,
             names[run->mode], (unsigned long long)run->filter.count,
             (unsigned long long)run->index->manifest.row_count, buffer_string(&asked));
    buffer_release(&asked);
}

static int run_query(struct tool_call *call, struct error *error)
{
    struct query_run run = { .options = call->options, .call = call };
    bool asks = query_has_chat(run.options);
    bool is_good = open_run(&run, error);
    if (is_good && call->common.dry_run) {
        say_plan(&run);
        close_run(&run);
        return EXIT_DONE;
    }
    is_good = is_good && query_open_chat(&run, error) && query_rewrite(&run, error) && query_embed(&run, error) &&
              query_open_reranker(&run, error);
    for (size_t i = 0; i < run.question_count && is_good; i++)
        is_good = interrupt_signal() ? interrupt_error(error)
                  : asks             ? ask_one(&run, i, error)
                                     : answer_one(&run, i, error);
    int code = run.has_no || run.hit_count == 0 ? EXIT_NO : run.has_unfinished ? EXIT_REJECTED : EXIT_DONE;
    close_run(&run);
    if (is_good)
        return code;
    /* A reader that left is no fault: main ends the process the way the shell expects. */
    return error_is_set(error) ? error_exit_code(error) : EXIT_DONE;
}

static const struct tool_example query_examples[] = {
    { .command = "garner query kb/ 'how do I rotate the keys?'",
      .remark = "a table on a terminal, JSON lines in a pipe" },
    { .command = "garner query kb/ 'late fees' --where \"metadata.source LIKE 'handbook/%'\" -k 3",
      .remark = "only some documents" },
    { .command = "garner query kb/ --queries queries.jsonl --format trec > run.txt", .remark = "what eval reads" },
    { .command = "garner query kb/ 'rotate the keys' 'change the key code'",
      .remark = "two wordings of one question, one answer" },
    { .command = "garner query kb/ 'how do I rotate the keys?' --format prompt --budget 2000",
      .remark = "numbered passages for a chat model" },
    { .command = "garner query kb/ 'late fees' --rerank http://127.0.0.1:8082 -k 3",
      .remark = "a reranker orders the best 50" },
    { .command = "garner query kb/ 'late fees' --answer http://127.0.0.1:8081 --check-citations",
      .remark = "an answer, exit 1 when it cites what is not there" },
    { .command = "GARNER_CONFIG=models.yaml garner query kb/ fees --answer paid --dry-run",
      .remark = "by a named model" },
    { .command = NULL },
};

const struct tool tool_query = {
    .name = "query",
    .summary = "Ask an index",
    .description =
        "Finds the rows of an index that answer a question: by words (BM25), by vectors (exact), or both, fused by "
        "reciprocal rank. Filters come before the search, so nothing is lost under a narrow one. Provider, model, "
        "dimension and prefixes are those of the index; where the model's server is, only the user says (--url).\n\n"
        "--rerank, --answer and --rewrite-by take the name of a model of $GARNER_CONFIG, ~/.config/garner/config.yaml "
        "or a pipeline's 'models:', which says its provider, url, model, limits and where its key is. The options "
        "given "
        "here win. --timeout, --max-wait, --concurrency, --requests-per-minute, --tokens-per-minute, "
        "--allow-plain-http and the cache's hold for each model that is asked.\n\n"
        "JSON lines are the stored records with rank and score appended. Exit code 1: no hit, no answer in the "
        "documents (--answer), or a wrong citation (--check-citations); 2: an answer that broke off.\n\n"
        "In this order: the question is worded anew (--rewrite), all wordings are searched and fused, the best rows "
        "reranked (--rerank), pieces become parents (--parents), --by and --top-k thin them out, a model answers from "
        "them (--answer).",
    .group = GROUP_SEARCH,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = query_table,
    .options_bytes = sizeof(struct query_options),
    .fill = query_fill,
    .check = query_check,
    .examples = query_examples,
    .run = run_query,
};
