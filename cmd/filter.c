/* filter.c - keeps the records for which a condition holds. */
#include <stdatomic.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/say.h"
#include "filter_language.h"
#include "filter_rules.h"
#include "record/expression.h"
#include "text/pattern.h"
#include "tools.h"

struct filter_options {
    const char *expression, *where;
    struct option_list match, fields;
    struct filter_language_options language;
    struct filter_rules_options rules;
    bool inverts;
};

#define FIELD(name) OPTION_FIELD(struct filter_options, name)
static const struct option filter_options[] = {
    { .name = "expression",
      .is_operand = true,
      .is_required = true,
      .yields_to = "where,match,language,preset,rules",
      FIELD(expression),
      .meaning = MEANING_EXPRESSION,
      .argument = "EXPR",
      .help = "what must hold for a record to be kept",
      .details = "See 'garner help expressions' for the language. A text that begins with { is a filter as S3 Vectors "
                 "takes it. With --where, --match, --preset or --rules there is no EXPR: all operands are files." },
    { .name = "where",
      FIELD(where),
      .meaning = MEANING_EXPRESSION,
      .argument = "EXPR",
      .help = "the same as an option: beside --match, --language, --preset",
      .details = "All that is given must hold: the condition is asked first, then patterns, language, rules." },
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
      FIELD(fields),
      .meaning = MEANING_PATH,
      .argument = "PATH",
      .help = "the text that patterns, language and rules look at [text, or the contents of messages]",
      .details = "Rules take the texts of a record together, as if blank lines stood between them; lines are cut out "
                 "of each by itself." },
    { .name = "not",
      FIELD(inverts),
      .help = "keep exactly the records that would be dropped",
      .details = "No line is cut out of them. With --language they are told their language as others are." },
    FILTER_RULES_ROWS(struct filter_options, rules),
    { .name = NULL },
};

enum { SAMPLE_BYTES_MAXIMUM = 65536 };

struct filter {
    struct arena arena;
    struct expression *condition, *match; /* NULL: not asked for */
    struct filter_language *language;     /* likewise */
    struct filter_rules *rules;
    bool inverts;
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
    static const char *usual_fields[] = { "text", "messages[*].content" };
    struct option_list fields = options->fields;
    if (fields.count == 0)
        fields = (struct option_list){ usual_fields, sizeof usual_fields / sizeof usual_fields[0] };
    if (!check_patterns(&options->match, error))
        return false;
    for (size_t i = 0; i < options->match.count * fields.count; i++) {
        buffer_append_format(text, "%s%s ~ ", text->length ? " OR " : "", fields.values[i % fields.count]);
        append_quoted(text, options->match.values[i / fields.count]);
    }
    return true;
}

static bool check_fields(const struct filter_options *options, struct arena *arena, struct error *error)
{
    struct json_path path;
    for (size_t i = 0; i < options->fields.count; i++)
        if (!json_path_compile(slice_of_string(options->fields.values[i]), arena, &path, error))
            return expression_label_error(error, "--field");
    return true;
}

/* What --match asks; NULL with an error, or when it asks nothing. Owned: expression_free(). */
static struct expression *compile_match(const struct filter_options *options, struct arena *arena, struct error *error)
{
    struct buffer text = { 0 };
    struct expression *expression = NULL;
    if (options->match.count > 0 && append_matches(options, &text, error))
        expression = expression_compile(buffer_slice(&text), arena, error);
    buffer_release(&text);
    return expression;
}

/* What EXPR or --where asks, likewise. */
static struct expression *compile_condition(const struct filter_options *options, struct arena *arena,
                                            struct error *error)
{
    const char *text = options->where ? options->where : options->expression;
    struct expression *expression = text ? expression_compile_condition(slice_of_string(text), arena, error) : NULL;
    if (text && !expression)
        expression_label_error(error, options->where ? "--where" : "expression");
    return expression;
}

static bool check_expressions(const struct filter_options *options, struct arena *arena, struct error *error)
{
    error_reset(error);
    struct expression *condition = compile_condition(options, arena, error);
    bool is_file = error_is_set(error) && !options->where && access(options->expression, R_OK) == 0;
    struct expression *match = error_is_set(error) ? NULL : compile_match(options, arena, error);
    expression_free(condition);
    expression_free(match);
    if (is_file)
        return error_set(error, E_USAGE, "'%s' is a file, expected an expression as the first operand",
                         options->expression);
    return !error_is_set(error);
}

static bool filter_check(const struct tool_call *call, struct error *error)
{
    const struct filter_options *options = call->options;
    struct arena arena = { 0 };
    bool has_text =
        options->match.count > 0 || options->language.wanted.count > 0 || filter_rules_given(&options->rules);
    if (options->fields.count > 0 && !has_text)
        return error_set(error, E_USAGE,
                         "--field: names the text for --match, --language, --preset, --rules: none is given");
    if (options->inverts && filter_rules_tag(&options->rules))
        return error_set(error, E_USAGE, "--not: --action tag keeps all records, expected one of the two");
    bool is_good = check_fields(options, &arena, error) && filter_language_check(&options->language, error) &&
                   filter_rules_check(&options->rules, &arena, error) && check_expressions(options, &arena, error);
    arena_release(&arena);
    return is_good;
}

static bool filter_open(struct stage *stage, struct error *error)
{
    const struct filter_options *options = stage->options;
    struct filter *filter = memory_allocate_zeroed(1, sizeof *filter);
    stage->state = filter;
    filter->inverts = options->inverts;
    atomic_flag_clear(&filter->has_sample);
    error_reset(error);
    filter->condition = compile_condition(options, &filter->arena, error);
    if (!error_is_set(error))
        filter->match = compile_match(options, &filter->arena, error);
    if (!error_is_set(error) && options->language.wanted.count > 0)
        filter->language = filter_language_open(&options->language, &options->fields, stage->run->jobs, error);
    if (!error_is_set(error) && filter_rules_given(&options->rules))
        filter->rules = filter_rules_open(&options->rules, &options->fields, stage->run->jobs, error);
    if (error_is_set(error))
        return false;
    if (filter->condition && expression_compares_null(filter->condition)) {
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

static struct filter_verdict verdict_of_condition(enum truth truth)
{
    if (truth == TRUTH_FALSE)
        return (struct filter_verdict){ "condition_false", "", "the condition is false" };
    if (truth == TRUTH_TRUE)
        return (struct filter_verdict){ NULL, "", "" };
    return (struct filter_verdict){ "condition_unknown", "",
                                    "the condition is unknown: a field is missing or null, or types differ" };
}

/* Why a record that passes is dropped: --not. */
static struct filter_verdict verdict_of_passing(const struct filter *filter)
{
    if (filter->rules)
        return (struct filter_verdict){ "passed", "", "the text passes all rules" };
    if (filter->language)
        return (struct filter_verdict){ "language_wanted", "metadata.language", "the language is one of --language" };
    if (filter->match)
        return (struct filter_verdict){ "match", "", "the text matches" };
    return (struct filter_verdict){ "condition_true", "", "the condition is true" };
}

/* The condition, then the patterns. */
static bool judge_fields(const struct filter *filter, struct batch *batch, struct record *record,
                         struct filter_verdict *verdict, struct error *error)
{
    enum truth truth = TRUTH_TRUE;
    if (filter->condition && !expression_test_record(filter->condition, batch, record, &truth, error))
        return false;
    *verdict = verdict_of_condition(truth);
    if (verdict->code || !filter->match)
        return true;
    if (!expression_test_record(filter->match, batch, record, &truth, error))
        return false;
    if (truth != TRUTH_TRUE)
        *verdict = (struct filter_verdict){ "no_match", "", "the text does not match" };
    return true;
}

/* The language is written into the record. */
static bool judge_language(const struct filter *filter, unsigned worker, struct batch *batch, struct record *record,
                           struct filter_verdict *verdict, struct error *error)
{
    struct filter_language_verdict found;
    if (!filter_language_test(filter->language, worker, batch, record, &found, error))
        return false;
    if (found.line.bytes != record->line.bytes)
        record->object = NULL;
    record->line = found.line;
    if (!verdict->code && !found.is_wanted)
        *verdict = (struct filter_verdict){ found.code, "metadata.language", found.reason };
    return true;
}

/* Condition, patterns, language, rules: the first that does not hold gives the verdict. What --not keeps is told its
 * language, too. */
static bool judge(const struct filter *filter, unsigned worker, struct batch *batch, struct record *record,
                  struct filter_verdict *verdict, struct error *error)
{
    if (!judge_fields(filter, batch, record, verdict, error))
        return false;
    if (filter->language && (!verdict->code || filter->inverts) &&
        !judge_language(filter, worker, batch, record, verdict, error))
        return false;
    return verdict->code || !filter->rules ||
           filter_rules_take(filter->rules, worker, batch, record, !filter->inverts, verdict, error);
}

/* Whether the record goes on. *stops: a reject ends the run. */
static bool is_kept(struct stage *stage, unsigned worker, struct batch *batch, struct record *record, bool *stops)
{
    struct filter *filter = stage->state;
    struct arena before = batch->arena;
    struct error error;
    struct filter_verdict verdict;
    struct slice line = record->line;
    if (record->kind != RECORD_DATA)
        return true;
    if (!judge(filter, worker, batch, record, &verdict, &error)) {
        *stops = !batch_reject(batch, stage, record, &error);
        return false;
    }
    if (!verdict.code != filter->inverts)
        return true;
    record->line = line; /* as it came */
    record->object = NULL;
    if (filter->condition && !filter->match)
        keep_sample(filter, record);
    if (!filter->language && !filter->rules) /* else the reason may be a text of the arena */
        arena_rewind(&batch->arena, &before);
    if (!verdict.code)
        verdict = verdict_of_passing(filter);
    batch_drop(batch, stage, record, verdict.code, verdict.field, verdict.reason);
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
static void hint(const struct stage *stage)
{
    const struct filter *filter = stage->state;
    struct error found, note;
    if (stage->out > 0 || filter->sample.length == 0 || stage->run->is_quiet ||
        !expression_hint(filter->condition, filter->sample, &found))
        return;
    error_set(&note, found.code, "nothing was kept: %s", found.message);
    stage->run->say(stage->step, &note);
}

static enum flow filter_finish(struct stage *stage, struct sink *sink, struct error *error)
{
    const struct filter *filter = stage->state;
    (void)sink;
    (void)error;
    hint(stage);
    if (filter->rules) {
        struct buffer line = { 0 };
        filter_rules_describe(filter->rules, &line);
        say_detail(1, stage->step, "%s", buffer_string(&line));
        buffer_release(&line);
    }
    return FLOW_OK;
}

static void filter_summarize(const struct stage *stage, struct buffer *json)
{
    const struct filter *filter = stage->state;
    if (!filter)
        return;
    if (filter->language)
        filter_language_summarize(filter->language, json);
    if (filter->language && filter->rules)
        buffer_append_byte(json, ',');
    if (filter->rules)
        filter_rules_summarize(filter->rules, json);
}

static void filter_close(struct stage *stage)
{
    struct filter *filter = stage->state;
    if (!filter)
        return;
    expression_free(filter->condition);
    expression_free(filter->match);
    filter_language_free(filter->language);
    filter_rules_close(filter->rules);
    arena_release(&filter->arena);
    memory_free(filter);
    stage->state = NULL;
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
    { "garner filter --preset c4 --threshold c4.min-sentences=1",
      "{\"text\":\"Home | Login\\nWe walked to the end of the pier, and that was it.[1]\"}\n"
      "{\"text\":\"Buy now!\"}\n",
      "{\"text\":\"We walked to the end of the pier, and that was it.\"}\n", "by the rules of known filters" },
    { .command = "garner filter --rules rules.yaml --dropped dropped.jsonl notes.jsonl",
      .remark = "by rules of your own, with the reason of each drop" },
    { .command = NULL },
};

const struct tool tool_filter = {
    .name = "filter",
    .summary = "Keep the records for which a condition holds",
    .description = "Keeps each record for which EXPR is true, byte for byte and in order, and drops the others: those "
                   "for which it is false, and those for which it is unknown since a field is missing. Dropped records "
                   "go to --dropped, with the reason; dropping all of them is no failure.\n\n"
                   "EXPR compares fields as SQL does: length(text) > 200 AND metadata.language IN ('en', 'de'). The "
                   "whole language: garner help expressions.\n\n"
                   "Instead of EXPR, or beside it as --where, patterns (--match) and rules about the quality of texts "
                   "(--preset, --rules) may be given: all must hold. The first rule that a text fails is the reason, "
                   "with what was found and what was expected; --summary has the counts. A text without anything but "
                   "white space is dropped as 'empty' wherever there are rules.",
    .group = GROUP_SHAPE,
    .reads = TOOL_RECORDS,
    .writes = TOOL_RECORDS,
    .options = filter_options,
    .options_bytes = sizeof(struct filter_options),
    .check = filter_check,
    .topic = &filter_presets_topic,
    .examples = filter_examples,
    .stages = filter_stages,
};
