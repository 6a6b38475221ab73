/* query.c - ask an index. */
#include "query.h"

#include <math.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/interrupt.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"
#include "cli/say.h"
#include "stream/lines.h"
#include "tools.h"

static const char *const format_choices[] = { "", "jsonl", "table", "trec", "prompt", NULL };
static const char *const mode_choices[] = { "", "hybrid", "vector", "lexical", NULL };

#define FIELD(name) OPTION_FIELD(struct query_options, name)
static const struct option query_options[] = {
    { .name = "path",
      FIELD(path),
      .is_operand = true,
      .is_required = true,
      .meaning = MEANING_FOLDER,
      .argument = "DIR",
      .help = "the index" },
    { .name = "text",
      FIELD(text),
      .is_operand = true,
      .is_required = true,
      .yields_to = "queries",
      .argument = "TEXT",
      .help = "the question" },
    { .name = "queries",
      FIELD(queries),
      .meaning = MEANING_FILE,
      .argument = "FILE",
      .help = "many questions: {\"id\",\"text\"} lines; - is stdin" },
    { .name = "top-k",
      .letter = 'k',
      FIELD(top_k),
      .argument = "N",
      .initial = "10",
      .minimum = 1,
      .maximum = SEARCH_LIMIT_MAXIMUM,
      .help = "how many answers to each question" },
    { .name = "mode",
      FIELD(mode),
      .argument = "MODE",
      .choices = mode_choices,
      .help = "by words, by vectors or both; hybrid when the index has vectors" },
    { .name = "where",
      FIELD(where),
      .meaning = MEANING_EXPRESSION,
      .argument = "EXPR",
      .help = "only rows for which this is true; applied before the search",
      .details = "The language of 'garner help expressions', or the S3 Vectors form when it starts with '{'." },
    { .name = "by",
      FIELD(by),
      .meaning = MEANING_EXPRESSION,
      .argument = "PATH",
      .help = "only the best row of each value, such as metadata.document_id" },
    { .name = "format",
      FIELD(format),
      .argument = "FORM",
      .choices = format_choices,
      .help = "table on a terminal, else jsonl; trec for eval; prompt for a chat model" },
    { .name = "budget",
      FIELD(budget),
      .argument = "TOKENS",
      .initial = "4000",
      .minimum = 1,
      .maximum = 10000000,
      .help = "tokens that a prompt may have; passages that do not fit are left out" },
    { .name = "weights",
      FIELD(weights),
      .heading = "Ranking",
      .argument = "WORDS,VECTORS",
      .initial = "1,1",
      .help = "how much each ranking counts in a hybrid answer" },
    { .name = "rrf-k",
      FIELD(rrf_k),
      .argument = "K",
      .initial = "60",
      .minimum = 0,
      .maximum = 1000000,
      .help = "of reciprocal rank fusion: weight / (K + rank)" },
    { .name = "k1", FIELD(k1), .argument = "K1", .initial = "1.2", .minimum = 0, .maximum = 100, .help = "of BM25" },
    { .name = "b", FIELD(b), .argument = "B", .initial = "0.75", .minimum = 0, .maximum = 1, .help = "of BM25" },
    EMBED_MODEL_ROWS(struct query_options),
    { .name = NULL },
};

struct query_run {
    const struct query_options *options;
    struct tool_call *call;
    struct arena arena;
    struct index *index;
    struct index_filter filter;
    struct analyser *analyser;
    struct analyser_scratch *scratch;
    struct embedder *embedder; /* NULL: lexical only */
    struct expression *where, *by;
    struct query_text *queries;
    size_t query_count, query_capacity;
    enum query_mode mode;
    struct fusion fusion;
    const float **vectors; /* of each query */
    int64_t hit_count;
};

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
                   compile(&run, "by", options->by, &run.by, error);
    if (run.where)
        expression_free(run.where);
    if (run.by)
        expression_free(run.by);
    arena_release(&run.arena);
    return is_good;
}

/* {"id","text"}, or {"_id","text"} as BEIR has it; an id may be an integer, as in an index. */
static bool read_query(struct query_run *run, struct batch *batch, struct record *record, struct query_text *query,
                       struct error *error)
{
    struct slice id = { 0 }, text = { 0 };
    const struct json_object *object = record_object(batch, record, error);
    if (!object)
        return false;
    bool is_beir = !json_object_find(object, SLICE("id")) && json_object_find(object, SLICE("_id"));
    struct slice key = is_beir ? SLICE("_id") : SLICE("id");
    const struct json_field *field = json_object_find(object, key);
    int64_t number = 0;
    if (field && json_object_count(object, key) == 1 && json_integer(field->value, &number))
        id = field->value.text;
    else if (!record_text(batch, record, key, &id, error))
        return false;
    if (!record_text(batch, record, SLICE("text"), &text, error))
        return false;
    *query = (struct query_text){ arena_copy(&run->arena, id), arena_copy(&run->arena, text) };
    return true;
}

static bool add_query(void *context, struct slice line, int64_t number, struct error *error)
{
    struct query_run *run = context;
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    *record = (struct record){ .line = line, .file = run->options->queries, .line_number = number };
    run->queries = memory_grow(run->queries, &run->query_capacity, run->query_count + 1, sizeof *run->queries);
    bool is_good = read_query(run, batch, record, &run->queries[run->query_count], error);
    run->query_count += is_good;
    batch_free(batch);
    return is_good;
}

static bool read_queries(struct query_run *run, struct error *error)
{
    struct input *input = input_open(run->options->queries, NULL, error);
    if (!input)
        return false;
    struct lines *lines = lines_create(input, 0);
    bool is_good = lines_visit(lines, add_query, run, error);
    lines_close(lines);
    return is_good;
}

static bool take_questions(struct query_run *run, struct error *error)
{
    if (run->options->queries)
        return read_queries(run, error);
    struct slice text = slice_of_string(run->options->text);
    if (!utf8_is_valid(text))
        return error_set(error, E_USAGE, "TEXT is not valid UTF-8");
    if (slice_trim(text).length == 0)
        return error_set(error, E_USAGE, "TEXT is empty");
    run->queries = memory_allocate(sizeof *run->queries);
    run->queries[0] = (struct query_text){ SLICE("1"), text };
    run->query_count = 1;
    return true;
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

/* The index says which model, the user says where it is. */
static bool model_settings(struct query_run *run, struct embedder_settings *settings, struct error *error)
{
    const struct index_settings *index = &run->index->manifest.settings;
    struct embed_model_options options = run->options->model;
    enum embed_provider provider;
    struct slice model = { NULL, 0 };
    int64_t dimension = 0;
    bool is_known = embedding_model_split(index->model, &provider, &model, &dimension);
    if (!is_known && !options.url && !options.command && !options.provider)
        return error_set(error, E_USAGE,
                         "the vectors of the index come from '%.*s', which garner does not know; name a model with "
                         "--url or --command, or use --mode lexical",
                         (int)index->model.length, index->model.bytes);
    if (is_known && !options.provider && !options.url && !options.command)
        options.provider = (unsigned)provider + 1;
    if (is_known && options.provider == EMBED_OPENAI + 1 && !options.url)
        return error_set(error, E_USAGE,
                         "the index was embedded by '%.*s'; --url says where that model is, or use --mode lexical",
                         (int)index->model.length, index->model.bytes);
    if (is_known && options.provider == EMBED_COMMAND + 1 && !options.command)
        return error_set(error, E_USAGE,
                         "the index was embedded by a command; --command names it, or use --mode lexical");
    if (!embed_model_settings(&options, run->call->common.offline, settings, error))
        return false;
    if (is_known && !settings->model && model.length)
        settings->model = arena_copy_string(&run->arena, model);
    if (settings->provider == EMBED_BUILTIN)
        settings->dimension = index->dimension;
    if (!settings->query_prefix && index->query_prefix.length)
        settings->query_prefix = arena_copy_string(&run->arena, index->query_prefix);
    if (!settings->document_prefix && index->document_prefix.length)
        settings->document_prefix = arena_copy_string(&run->arena, index->document_prefix);
    return true;
}

static double cosine(const float *a, const float *b, uint32_t dimension)
{
    double dot = 0, aa = 0, bb = 0;
    for (uint32_t i = 0; i < dimension; i++) {
        dot += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    return aa > 0 && bb > 0 ? dot / sqrt(aa * bb) : 0;
}

/* The same name and dimension do not make the same model: a text of the index is embedded again and compared. Only of
 * the builtin ones the name says it all. */
static bool check_probe(struct query_run *run, bool is_builtin, struct error *error)
{
    const struct index_settings *settings = &run->index->manifest.settings;
    struct embed_result result;
    bool is_same_name = slice_equal(slice_of_string(embedder_model(run->embedder)), settings->model);
    if (settings->probe_count == 0 || (is_builtin && is_same_name))
        return true;
    const struct probe *probe = &settings->probes[0];
    if (!embedder_embed(run->embedder, EMBED_DOCUMENT, &probe->text, 1, &run->arena, &result, error))
        return false;
    if (!result.vector)
        return error_set(error, E_INDEX_MODEL, "the model refuses a text of the index: %s", result.reason);
    if (embedder_dimension(run->embedder) != settings->dimension)
        return error_set(error, E_INDEX_MODEL, "the model '%s' gives %u numbers, the index has %u",
                         embedder_model(run->embedder), embedder_dimension(run->embedder), settings->dimension);
    double nearness = cosine(result.vector, probe->vector, settings->dimension);
    if (nearness >= PROBE_COSINE)
        return true;
    return error_set(
        error, E_INDEX_MODEL,
        "the model '%s' is not the one that made the index ('%.*s'), or gets another prefix: a text of the index has "
        "another vector (cosine %.4f)",
        embedder_model(run->embedder), (int)settings->model.length, settings->model.bytes, nearness);
}

static bool embed_queries(struct query_run *run, struct error *error)
{
    struct embedder_settings settings;
    if (run->mode == QUERY_MODE_LEXICAL || run->query_count == 0)
        return true;
    if (!model_settings(run, &settings, error))
        return false;
    run->embedder = embedder_open(&settings, error);
    if (!run->embedder || !check_probe(run, settings.provider == EMBED_BUILTIN, error))
        return false;
    struct slice *texts = arena_allocate(&run->arena, run->query_count * sizeof *texts);
    struct embed_result *results = arena_allocate_zeroed(&run->arena, run->query_count, sizeof *results);
    run->vectors = arena_allocate_zeroed(&run->arena, run->query_count, sizeof *run->vectors);
    for (size_t i = 0; i < run->query_count; i++)
        texts[i] = run->queries[i].text;
    if (!embedder_embed(run->embedder, EMBED_QUERY, texts, run->query_count, &run->arena, results, error))
        return false;
    if (embedder_dimension(run->embedder) != run->index->manifest.settings.dimension)
        return error_set(error, E_INDEX_MODEL, "the model gives %u numbers, the index has %u",
                         embedder_dimension(run->embedder), run->index->manifest.settings.dimension);
    for (size_t i = 0; i < run->query_count; i++) {
        if (!results[i].vector)
            return error_set(error, results[i].code, "query '%.*s': %s", (int)run->queries[i].id.length,
                             run->queries[i].id.bytes, results[i].reason);
        run->vectors[i] = results[i].vector;
    }
    return true;
}

/* Enough of each ranking that the fused top is settled, and that groups can be thinned out. */
static size_t candidates(const struct query_run *run)
{
    size_t wanted = (size_t)run->options->top_k;
    size_t limit = run->mode == QUERY_MODE_HYBRID || run->by ? wanted * 10 : wanted;
    if (limit > wanted && limit < 100)
        limit = 100;
    return limit < SEARCH_LIMIT_MAXIMUM ? limit : SEARCH_LIMIT_MAXIMUM;
}

static unsigned jobs_of(const struct query_run *run)
{
    return run->call->common.jobs > 0 ? (unsigned)run->call->common.jobs : cpu_count();
}

static bool search(struct query_run *run, size_t number, struct arena *arena, struct search_hits *hits,
                   struct error *error)
{
    struct bm25 bm25 = { run->options->k1, run->options->b };
    struct search_hits lexical = { 0 }, vectors = { 0 };
    size_t limit = candidates(run);
    if (run->mode != QUERY_MODE_VECTOR && !search_lexical(run->index, run->scratch, &bm25, run->queries[number].text,
                                                          &run->filter, limit, arena, &lexical, error))
        return false;
    if (run->mode != QUERY_MODE_LEXICAL &&
        !search_vectors(run->index, run->vectors[number], &run->filter, limit, jobs_of(run), arena, &vectors, error))
        return false;
    if (run->mode == QUERY_MODE_HYBRID)
        search_fuse(run->index, &lexical, &vectors, &run->fusion, limit, arena, hits);
    else
        *hits = run->mode == QUERY_MODE_LEXICAL ? lexical : vectors;
    return true;
}

static void append_value(const struct value *value, struct buffer *key)
{
    switch (value->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
        buffer_append_string(key, value->boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        buffer_append_decimal(key, value->integer);
        break;
    case VALUE_DOUBLE: {
        char text[NUMBER_TEXT];
        buffer_append(key, text, isfinite(value->number) ? number_format_double(value->number, text) : 0);
        break;
    }
    case VALUE_TEXT:
        buffer_append_slice(key, value->text);
        break;
    case VALUE_JSON:
        buffer_append_slice(key, value->json.text);
        break;
    }
}

/* The group of a hit; an empty key (no such field) is a group of its own for each hit. */
static bool group_key(struct query_run *run, const struct search_hit *hit, struct index_scratch *scratch,
                      struct buffer *key, struct error *error)
{
    struct slice json;
    struct value value = { .type = VALUE_NULL };
    if (!index_record(run->index, hit->row, scratch, &json, error))
        return false;
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    record->line = json;
    bool is_good = expression_value_record(run->by, batch, record, &value, error);
    if (is_good && value.type != VALUE_NULL) {
        buffer_append_byte(key, (char)('0' + (int)value.type));
        append_value(&value, key);
    }
    batch_free(batch);
    return is_good;
}

static bool thin_out(struct query_run *run, struct search_hits *hits, struct error *error)
{
    struct index_scratch scratch = { 0 };
    struct map seen = { 0 };
    struct buffer key = { 0 };
    size_t kept = 0, wanted = (size_t)run->options->top_k;
    bool is_good = true;
    for (size_t i = 0; run->by && i < hits->count && kept < wanted && is_good; i++) {
        bool is_new = true;
        buffer_reset(&key);
        is_good = group_key(run, &hits->list[i], &scratch, &key, error);
        if (is_good && key.length)
            map_insert(&seen, buffer_slice(&key), &is_new);
        if (is_good && is_new)
            hits->list[kept++] = hits->list[i];
    }
    if (run->by)
        hits->count = kept;
    if (hits->count > wanted)
        hits->count = wanted;
    index_scratch_release(&scratch);
    map_release(&seen);
    buffer_release(&key);
    return is_good;
}

static enum query_format format_of(const struct query_run *run)
{
    if (run->options->format)
        return (enum query_format)run->options->format;
    bool is_terminal = !run->call->common.output && isatty(STDOUT_FILENO);
    return is_terminal ? QUERY_TABLE : QUERY_JSONL;
}

static bool answer_one(struct query_run *run, size_t number, struct error *error)
{
    struct arena arena = { 0 };
    struct search_hits hits = { 0 };
    struct buffer text = { 0 };
    size_t left_out = 0;
    struct query_answer answer = { &run->queries[number], run->index, &hits, run->mode == QUERY_MODE_HYBRID,
                                   run->options->queries != NULL };
    bool is_good = search(run, number, &arena, &hits, error) && thin_out(run, &hits, error) &&
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
    return parse_weights(options->weights, &run->fusion, error) && take_questions(run, error) &&
           open_filter(run, error) && choose_mode(run, error);
}

static void close_run(struct query_run *run)
{
    if (run->where)
        expression_free(run->where);
    if (run->by)
        expression_free(run->by);
    embedder_close(run->embedder);
    analyser_scratch_free(run->scratch);
    analyser_close(run->analyser);
    memory_free(run->queries);
    index_close(run->index);
    arena_release(&run->arena);
}

static int say_plan(const struct query_run *run)
{
    static const char *const names[] = { "", "hybrid", "vector", "lexical" };
    say_note("query", "dry run: %zu questions, %s, %llu of %llu rows; nothing was asked", run->query_count,
             names[run->mode], (unsigned long long)run->filter.count,
             (unsigned long long)run->index->manifest.row_count);
    return EXIT_DONE;
}

static int run_query(struct tool_call *call, struct error *error)
{
    struct query_run run = { .options = call->options, .call = call };
    bool is_good = open_run(&run, error);
    if (is_good && call->common.dry_run) {
        say_plan(&run);
        close_run(&run);
        return EXIT_DONE;
    }
    is_good = is_good && embed_queries(&run, error);
    for (size_t i = 0; i < run.query_count && is_good; i++)
        is_good = interrupt_signal() ? interrupt_error(error) : answer_one(&run, i, error);
    int64_t hits = run.hit_count;
    close_run(&run);
    if (is_good)
        return hits ? EXIT_DONE : EXIT_NO;
    /* A reader that left is no fault: main ends the process the way the shell expects. */
    return error_is_set(error) ? error_exit_code(error) : EXIT_DONE;
}

static const struct tool_example query_examples[] = {
    { .command = "garner query kb/ 'how do I rotate the keys?'",
      .remark = "a table on a terminal, JSON lines in a pipe" },
    { .command = "garner query kb/ 'late fees' --where \"metadata.source LIKE 'handbook/%'\" -k 3",
      .remark = "only some documents" },
    { .command = "garner query kb/ --queries queries.jsonl --format trec > run.txt", .remark = "what eval reads" },
    { .command = "garner query kb/ 'how do I rotate the keys?' --format prompt --budget 2000",
      .remark = "numbered passages for a chat model" },
    { .command = NULL },
};

const struct tool tool_query = {
    .name = "query",
    .summary = "Ask an index",
    .description =
        "Finds the rows of an index that answer a question: by words (BM25), by vectors (exact), or both, fused by "
        "reciprocal rank. Filters come before the search, so nothing is lost under a narrow one. Provider, model, "
        "dimension and prefixes are those of the index; where the model's server is, only the user says (--url).\n\n"
        "JSON lines are the stored records with rank and score appended. Exit code 1: no hit.",
    .group = GROUP_SEARCH,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .options = query_options,
    .options_bytes = sizeof(struct query_options),
    .check = query_check,
    .examples = query_examples,
    .run = run_query,
};
