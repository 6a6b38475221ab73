/* filter.c - keeps the records for which a condition holds. */
#include <stdatomic.h>
#include <unistd.h>

#include "base/memory.h"
#include "filter_language.h"
#include "record/expression.h"
#include "text/pattern.h"
#include "tools.h"

struct filter_options {
    const char *expression;
    struct option_list match;
    struct filter_language_options language;
    const char *field;
    bool inverts;
};

#define FIELD(name) OPTION_FIELD(struct filter_options, name)
static const struct option filter_options[] = {
    { .name = "expression",
      .is_operand = true,
      .is_required = true,
      .yields_to = "match,language",
      FIELD(expression),
      .meaning = MEANING_EXPRESSION,
      .argument = "EXPR",
      .help = "what must hold for a record to be kept",
      .details = "See 'garner help expressions' for the language. A text that begins with { is a filter as S3 Vectors "
                 "takes it. With --match or --language there is no EXPR: all operands are files." },
    { .name = "match",
      FIELD(match),
      .keeps_commas = true,
      .meaning = MEANING_PATTERN,
      .argument = "PCRE",
      .help = "keep records whose text matches; of several patterns one is enough",
      .details = "Perl-compatible (PCRE2), with Unicode letters and classes. Write (?i) in front to ignore case." },
    { .name = "language",
      FIELD(language.wanted),
      .argument = "CODE",
      .help = "keep records in these languages, as en or de,fr; any: keep all",
      .details = "A record that says its language in metadata.language is believed (en-GB as en). The text of the "
                 "others is looked at, in up to eight places, and metadata.language and metadata.language_confidence "
                 "are written; und is a text without letters. 89 languages are told apart, without a model file." },
    { .name = "language-confidence",
      FIELD(language.confidence),
      .argument = "NUMBER",
      .initial = "0.5",
      .maximum = 1,
      .help = "how sure it must be that a record is in its language",
      .details = "How likely that language is among those of its script, times the share of the text that looks like "
                 "it. Texts of 20 letters and near relatives (id and ms, hr and sr, da and no) come out lower." },
    { .name = "detect",
      FIELD(language.detects),
      .help = "look at every text, also where the record says its language" },
    { .name = "field",
      FIELD(field),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the text that --match and --language look at [text, or the contents of messages]" },
    { .name = "not", FIELD(inverts), .help = "keep exactly the records that would be dropped" },
    { .name = NULL },
};

enum { SAMPLE_BYTES_MAXIMUM = 65536 };

struct filter {
    struct arena arena;
    struct expression *expression; /* NULL: --language alone */
    struct filter_language *language;
    bool inverts;
    bool has_match;
    atomic_flag has_sample;
    struct slice sample; /* a record, for did-you-mean; set by whoever takes has_sample */
};

/* 'it''s' */
static void append_quoted(struct buffer *text, const char *pattern)
{
    buffer_append_byte(text, '\'');
    for (; *pattern; pattern++)
        buffer_append_repeated(text, *pattern, *pattern == '\'' ? 2 : 1);
    buffer_append_byte(text, '\'');
}

static bool check_patterns(const struct option_list *patterns, struct error *error)
{
    for (size_t i = 0; i < patterns->count; i++) {
        struct pattern *pattern = pattern_compile(slice_of_string(patterns->values[i]), 0, error);
        if (!pattern)
            return expression_label_error(error, "--match");
        pattern_free(pattern);
    }
    return true;
}

/* --match as an expression: FIELD ~ 'one' OR FIELD ~ 'two'. */
static bool append_matches(const struct filter_options *options, struct buffer *text, struct error *error)
{
    static const char *const usual_fields[] = { "text", "messages[*].content" };
    const char *const *fields = options->field ? &options->field : usual_fields;
    size_t count = options->field ? 1 : sizeof usual_fields / sizeof usual_fields[0];
    if (!check_patterns(&options->match, error))
        return false;
    for (size_t i = 0; i < options->match.count * count; i++) {
        buffer_append_format(text, "%s%s ~ ", text->length ? " OR " : "", fields[i % count]);
        append_quoted(text, options->match.values[i / count]);
    }
    return true;
}

static bool has_expression(const struct filter_options *options)
{
    return options->expression || options->match.count > 0;
}

static bool check_field(const struct filter_options *options, struct error *error)
{
    struct arena arena = { 0 };
    struct json_path path;
    bool is_good = !options->field || json_path_compile(slice_of_string(options->field), &arena, &path, error);
    arena_release(&arena);
    return is_good || expression_label_error(error, "--field");
}

/* Owned: expression_free(). */
static struct expression *compile(const struct filter_options *options, struct arena *arena, struct error *error)
{
    if (options->match.count == 0) {
        struct expression *expression =
            expression_compile_condition(slice_of_string(options->expression), arena, error);
        if (!expression)
            expression_label_error(error, "expression");
        return expression;
    }
    struct buffer text = { 0 };
    struct expression *expression = NULL;
    if (check_field(options, error) && append_matches(options, &text, error))
        expression = expression_compile(buffer_slice(&text), arena, error);
    buffer_release(&text);
    return expression;
}

static bool filter_check(const struct tool_call *call, struct error *error)
{
    const struct filter_options *options = call->options;
    struct arena arena = { 0 };
    if (options->field && options->match.count == 0 && options->language.wanted.count == 0)
        return error_set(error, E_USAGE, "--field: names the text for --match or --language, which are not given");
    if (!filter_language_check(&options->language, error))
        return false;
    if (!has_expression(options))
        return check_field(options, error);
    struct expression *expression = compile(options, &arena, error);
    bool is_file = !expression && options->match.count == 0 && access(options->expression, R_OK) == 0;
    expression_free(expression);
    arena_release(&arena);
    if (is_file)
        return error_set(error, E_USAGE, "'%s' is a file, expected an expression as the first operand",
                         options->expression);
    return expression != NULL;
}

static bool filter_open(struct stage *stage, struct error *error)
{
    const struct filter_options *options = stage->options;
    struct filter *filter = memory_allocate_zeroed(1, sizeof *filter);
    stage->state = filter;
    filter->inverts = options->inverts;
    atomic_flag_clear(&filter->has_sample);
    filter->has_match = options->match.count > 0;
    if (options->language.wanted.count) {
        filter->language = filter_language_open(&options->language, options->field, stage->run->jobs, error);
        if (!filter->language)
            return false;
    }
    if (!has_expression(options))
        return true;
    filter->expression = compile(options, &filter->arena, error);
    if (!filter->expression)
        return false;
    if (expression_compares_null(filter->expression)) {
        struct error note;
        error_set(&note, E_USAGE, "a comparison with NULL is never true, use IS NULL");
        stage->run->say(stage->step, &note);
    }
    return true;
}

static void keep_sample(struct filter *filter, const struct record *record)
{
    if (record->line.length <= SAMPLE_BYTES_MAXIMUM && !atomic_flag_test_and_set(&filter->has_sample))
        filter->sample = arena_copy(&filter->arena, record->line);
}

static void drop(struct batch *batch, const struct stage *stage, const struct record *record, enum truth truth,
                 const struct filter_language_verdict *verdict)
{
    const struct filter *filter = stage->state;
    if (!verdict->is_wanted)
        batch_drop(batch, stage, record, verdict->code, "metadata.language", verdict->reason);
    else if (filter->language && filter->inverts)
        batch_drop(batch, stage, record, "language_wanted", "metadata.language", "the language is one of --language");
    else if (filter->has_match && filter->inverts)
        batch_drop(batch, stage, record, "match", "", "the text matches");
    else if (filter->has_match)
        batch_drop(batch, stage, record, "no_match", "", "the text does not match");
    else if (truth == TRUTH_TRUE)
        batch_drop(batch, stage, record, "condition_true", "", "the condition is true");
    else if (truth == TRUTH_FALSE)
        batch_drop(batch, stage, record, "condition_false", "", "the condition is false");
    else
        batch_drop(batch, stage, record, "condition_unknown", "",
                   "the condition is unknown: a field is missing or null, or types differ");
}

/* Whether all that is asked for holds. false: the record is at fault. */
static bool test(const struct stage *stage, unsigned worker, struct batch *batch, struct record *record,
                 enum truth *truth, struct filter_language_verdict *verdict, struct error *error)
{
    struct filter *filter = stage->state;
    *truth = TRUTH_TRUE;
    *verdict = (struct filter_language_verdict){ .is_wanted = true, .line = record->line };
    if (filter->expression && !expression_test_record(filter->expression, batch, record, truth, error))
        return false;
    return !filter->language || (*truth != TRUTH_TRUE && !filter->inverts) ||
           filter_language_test(filter->language, worker, batch, record, verdict, error);
}

/* Whether the record goes on. *stops: a reject ends the run. */
static bool is_kept(struct stage *stage, unsigned worker, struct batch *batch, struct record *record, bool *stops)
{
    struct filter *filter = stage->state;
    struct arena before = batch->arena;
    struct filter_language_verdict verdict;
    struct error error;
    enum truth truth;
    if (record->kind != RECORD_DATA)
        return true;
    if (!test(stage, worker, batch, record, &truth, &verdict, &error)) {
        *stops = !batch_reject(batch, stage, record, &error);
        return false;
    }
    if ((truth == TRUTH_TRUE && verdict.is_wanted) != filter->inverts) {
        if (verdict.line.bytes != record->line.bytes)
            record->object = NULL;
        record->line = verdict.line;
        return true;
    }
    keep_sample(filter, record);
    record->object = NULL;
    if (!filter->language)
        arena_rewind(&batch->arena, &before);
    drop(batch, stage, record, truth, &verdict);
    return false;
}

static enum flow filter_push(struct stage *stage, unsigned worker, struct batch *batch, struct sink *sink,
                             struct error *error)
{
    bool stops = false;
    size_t kept = 0;
    for (size_t i = 0; i < batch->count && !stops; i++)
        if (is_kept(stage, worker, batch, &batch->records[i], &stops)) {
            if (kept != i)
                batch->records[kept] = batch->records[i];
            kept++;
        }
    batch->count = kept;
    return sink_emit(sink, batch, error);
}

/* When nothing was kept, a mistyped field or a text beside a number is the likely reason. */
static enum flow filter_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    struct filter *filter = stage->state;
    struct error hint, note;
    (void)sink;
    (void)error;
    if (stage->out > 0 || filter->has_match || !filter->expression || filter->sample.length == 0 ||
        stage->run->is_quiet || !expression_hint(filter->expression, filter->sample, &hint))
        return FLOW_OK;
    error_set(&note, hint.code, "nothing was kept: %s", hint.message);
    stage->run->say(stage->step, &note);
    return FLOW_OK;
}

static void filter_close(struct stage *stage)
{
    struct filter *filter = stage->state;
    if (!filter)
        return;
    expression_free(filter->expression);
    filter_language_free(filter->language);
    arena_release(&filter->arena);
    memory_free(filter);
    stage->state = NULL;
}

static void filter_summarize(const struct stage *stage, struct buffer *json)
{
    const struct filter *filter = stage->state;
    if (filter && filter->language)
        filter_language_summarize(filter->language, json);
}

static const struct stage_class filter_stage = {
    .name = "filter",
    .is_parallel = true,
    .open = filter_open,
    .push = filter_push,
    .finish = filter_finish,
    .close = filter_close,
    .summarize = filter_summarize,
};
static const struct stage_class *const filter_stages[] = { &filter_stage, NULL };

#define NOTES                                                                                                          \
    "{\"id\":\"a\",\"text\":\"Tea.\",\"metadata\":{\"year\":1999}}\n"                                                  \
    "{\"id\":\"b\",\"text\":\"A longer note on tea.\",\"metadata\":{\"year\":2004}}\n"

static const struct tool_example filter_examples[] = {
    { "garner filter 'length(text) > 10'", NOTES,
      "{\"id\":\"b\",\"text\":\"A longer note on tea.\",\"metadata\":{\"year\":2004}}\n", "by a condition" },
    { "garner filter --match '(?i)^tea'", NOTES, "{\"id\":\"a\",\"text\":\"Tea.\",\"metadata\":{\"year\":1999}}\n",
      "by a pattern" },
    { "garner filter --language de", "{\"text\":\"Der Tee ist fertig.\"}\n{\"text\":\"The tea is ready.\"}\n", NULL,
      "by language" },
    { "garner filter '{\"year\": {\"$lt\": 2000}}'", NOTES,
      "{\"id\":\"a\",\"text\":\"Tea.\",\"metadata\":{\"year\":1999}}\n", "by a filter as S3 Vectors takes it" },
    { .command = NULL },
};

const struct tool tool_filter = {
    .name = "filter",
    .summary = "Keep the records for which a condition holds",
    .description = "Keeps each record for which EXPR is true, byte for byte and in order, and drops the others: those "
                   "for which it is false, and those for which it is unknown since a field is missing. Dropped records "
                   "go to --dropped, with the reason; dropping all of them is no failure.\n\n"
                   "EXPR compares fields as SQL does: length(text) > 200 AND metadata.language IN ('en', 'de'). The "
                   "whole language: garner help expressions.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = filter_options,
    .options_bytes = sizeof(struct filter_options),
    .check = filter_check,
    .examples = filter_examples,
    .stages = filter_stages,
};
