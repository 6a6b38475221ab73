/* filter_rules.c - filter's rules about the quality of texts. */
#include "filter_rules.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "cli/topics.h"
#include "record/expression.h"
#include "record/text_fields.h"
#include "stream/input.h"
#include "json/write.h"

enum { ACTION_DROP, ACTION_TAG };
const char *const filter_words_choices[] = { "whitespace", "unicode", NULL };
const char *const filter_action_choices[] = { "drop", "tag", NULL };

struct rules_worker {
    struct rule_checker *checker;
    int64_t *failed; /* of each rule, and of empty texts behind them */
    int64_t edited, records;
    struct slice *texts;
    size_t text_capacity;
    struct buffer line, json;
};

struct filter_rules {
    struct arena arena;
    struct rule_set set;
    struct text_fields fields;
    struct json_path into;
    bool tags;
    struct rules_worker *workers;
    unsigned jobs;
};

bool filter_rules_given(const struct filter_rules_options *options)
{
    return options->presets.count > 0 || options->files.count > 0;
}

bool filter_rules_tag(const struct filter_rules_options *options)
{
    return filter_rules_given(options) && options->action == ACTION_TAG;
}

static bool add_presets(const struct filter_rules_options *options, struct rule_set *set, struct error *error)
{
    for (size_t i = 0; i < options->presets.count; i++)
        if (!rules_add_preset(set, slice_of_string(options->presets.values[i]), error))
            return expression_label_error(error, "--preset");
    return true;
}

static bool set_thresholds(const struct filter_rules_options *options, struct rule_set *set, struct error *error)
{
    for (size_t i = 0; i < options->thresholds.count; i++)
        if (!rules_set_threshold(set, slice_of_string(options->thresholds.values[i]), error))
            return expression_label_error(error, "--threshold");
    return true;
}

bool filter_rules_check(const struct filter_rules_options *options, struct arena *arena, struct error *error)
{
    struct rule_set set = { 0 };
    struct json_path into;
    if (!filter_rules_given(options) && options->thresholds.count > 0)
        return error_set(error, E_USAGE, "--threshold: belongs to --preset or --rules, which are not given");
    if (!filter_rules_given(options) && options->action == ACTION_TAG)
        return error_set(error, E_USAGE, "--action: 'tag' belongs to --preset or --rules, which are not given");
    if (!json_path_compile(slice_of_string(options->into), arena, &into, error))
        return expression_label_error(error, "--into");
    bool is_good = add_presets(options, &set, error);
    if (is_good && options->files.count == 0) /* else they may be about rules of the files */
        is_good = set_thresholds(options, &set, error);
    rules_release(&set);
    return is_good;
}

static bool add_file(struct rule_set *set, const char *path, struct error *error)
{
    struct input_settings settings = { .decoded_maximum = RULES_FILE_BYTES_MAXIMUM,
                                       .limit_name = "8 MiB for a file of rules" };
    struct buffer content = { 0 };
    bool is_good =
        input_read_all(path, &settings, &content, error) &&
        (utf8_is_valid(buffer_slice(&content)) || error_set(error, E_CONFIG, "'%s' is not valid UTF-8", path)) &&
        rules_add_yaml(set, buffer_slice(&content), path, error);
    buffer_release(&content);
    return is_good;
}

static bool compile_paths(const struct filter_rules_options *options, const struct option_list *fields,
                          struct filter_rules *rules, struct error *error)
{
    if (!json_path_compile(slice_of_string(options->into), &rules->arena, &rules->into, error))
        return expression_label_error(error, "--into");
    if (!text_fields_compile(fields->values, fields->count, &rules->arena, &rules->fields, error))
        return expression_label_error(error, "--field");
    return true;
}

struct filter_rules *filter_rules_open(const struct filter_rules_options *options, const struct option_list *fields,
                                       unsigned jobs, struct error *error)
{
    struct filter_rules *rules = memory_allocate_zeroed(1, sizeof *rules);
    bool is_good = compile_paths(options, fields, rules, error) && add_presets(options, &rules->set, error);
    for (size_t i = 0; is_good && i < options->files.count; i++)
        is_good = add_file(&rules->set, options->files.values[i], error);
    if (!is_good || !set_thresholds(options, &rules->set, error)) {
        filter_rules_close(rules);
        return NULL;
    }
    rules->tags = options->action == ACTION_TAG;
    rules->jobs = jobs;
    rules->workers = memory_allocate_zeroed(jobs, sizeof *rules->workers);
    for (unsigned i = 0; i < jobs; i++) {
        rules->workers[i].checker =
            rule_checker_create(&rules->set, options->words == 1 ? QUALITY_WORDS_UNICODE : QUALITY_WORDS_WHITE_SPACE);
        rules->workers[i].failed = memory_allocate_zeroed(rules->set.count + 1, sizeof(int64_t));
    }
    return rules;
}

void filter_rules_close(struct filter_rules *rules)
{
    if (!rules)
        return;
    for (unsigned i = 0; i < rules->jobs; i++) {
        struct rules_worker *worker = &rules->workers[i];
        rule_checker_free(worker->checker);
        memory_free(worker->failed);
        memory_free(worker->texts);
        buffer_release(&worker->line);
        buffer_release(&worker->json);
    }
    memory_free(rules->workers);
    rules_release(&rules->set);
    arena_release(&rules->arena);
    memory_free(rules);
}

static bool decode_texts(struct rules_worker *worker, struct batch *batch, const struct record *record,
                         const struct json_value *values, size_t count, struct error *error)
{
    if (count > worker->text_capacity)
        worker->texts = memory_grow(worker->texts, &worker->text_capacity, count, sizeof *worker->texts);
    for (size_t i = 0; i < count; i++)
        if (!json_decode(values[i], &batch->arena, &worker->texts[i], error))
            return error_place(error, record->file, record->line_number, 0);
    return true;
}

/* The line with the texts that lines were cut out of; the values stand in its order. */
static void splice(struct rules_worker *worker, struct batch *batch, struct record *record,
                   const struct json_value *values, size_t count)
{
    const char *copied = record->line.bytes;
    bool is_changed;
    buffer_reset(&worker->line);
    for (size_t i = 0; i < count; i++) {
        struct slice text = rules_text(worker->checker, i, &is_changed);
        if (!is_changed)
            continue;
        buffer_append(&worker->line, copied, (size_t)(values[i].text.bytes - copied));
        json_append_string(&worker->line, text);
        copied = values[i].text.bytes + values[i].text.length;
    }
    if (worker->line.length == 0)
        return;
    buffer_append(&worker->line, copied, (size_t)(record->line.bytes + record->line.length - copied));
    record->line = arena_copy(&batch->arena, buffer_slice(&worker->line));
    record->object = NULL;
    worker->edited++;
}

/* {"rule":null,"values":{"gopher-quality.min-words":120,...}} */
static bool tag(const struct filter_rules *rules, struct rules_worker *worker, struct batch *batch,
                struct record *record, const char *code, bool is_empty, struct error *error)
{
    struct buffer *json = &worker->json;
    const double *values = rules_values(worker->checker);
    buffer_reset(json);
    buffer_append_string(json, "{\"rule\":");
    if (code)
        json_append_string(json, slice_of_string(code));
    else
        buffer_append_string(json, "null");
    buffer_append_string(json, ",\"values\":{");
    for (size_t i = 0; i < rules->set.count && !is_empty; i++) {
        const struct rule *rule = &rules->set.rules[i];
        if (rule->is_off || rule->check == RULE_LINE)
            continue;
        json_append_key(json, slice_of_string(rule->name));
        json_append_double(json, values[i]);
    }
    buffer_append_string(json, "}}");
    buffer_reset(&worker->line);
    if (!json_path_set(&rules->into, record->object, buffer_slice(json), &worker->line, error))
        return error_place(error, record->file, record->line_number, 0);
    record->line = arena_copy(&batch->arena, buffer_slice(&worker->line));
    record->object = NULL;
    return true;
}

static void explain(const struct rule_verdict *found, struct batch *batch, struct filter_verdict *verdict)
{
    *verdict = (struct filter_verdict){ NULL, "", "" };
    if (found->is_empty)
        *verdict = (struct filter_verdict){ "empty", "", "the text has no characters but white space" };
    else if (found->rule)
        *verdict =
            (struct filter_verdict){ found->rule->name, "", rule_reason(found->rule, found->value, &batch->arena) };
}

bool filter_rules_take(struct filter_rules *rules, unsigned number, struct batch *batch, struct record *record,
                       bool may_change, struct filter_verdict *verdict, struct error *error)
{
    struct rules_worker *worker = &rules->workers[number];
    struct rule_verdict found;
    struct json_value *values;
    size_t count;
    if (!text_fields_find(&rules->fields, batch, record, &values, &count, error))
        return false;
    count = text_fields_order(values, count);
    if (!decode_texts(worker, batch, record, values, count, error))
        return false;
    if (!rules_check(worker->checker, worker->texts, count, rules->tags, &found, error))
        return error_place(error, record->file, record->line_number, 0);
    worker->records++;
    if (found.is_empty)
        worker->failed[rules->set.count]++;
    else if (found.rule)
        worker->failed[found.rule - rules->set.rules]++;
    explain(&found, batch, verdict);
    if (rules->tags) {
        const char *code = verdict->code;
        verdict->code = NULL;
        return tag(rules, worker, batch, record, code, found.is_empty, error);
    }
    if (!verdict->code && may_change && rules_edit(&rules->set))
        splice(worker, batch, record, values, count);
    return true;
}

static int64_t total_failed(const struct filter_rules *rules, size_t number)
{
    int64_t total = 0;
    for (unsigned i = 0; i < rules->jobs; i++)
        total += rules->workers[i].failed[number];
    return total;
}

static const char *rule_name(const struct filter_rules *rules, size_t number)
{
    return number < rules->set.count ? rules->set.rules[number].name : "empty";
}

static int64_t total_cut(const struct filter_rules *rules, enum line_rule line)
{
    int64_t total = 0;
    for (unsigned i = 0; i < rules->jobs; i++) {
        const struct line_counts *counts = rules_line_counts(rules->workers[i].checker);
        total += line == LINE_RULE_COUNT ? counts->kept : counts->cut[line];
    }
    return total;
}

static int64_t total_edited(const struct filter_rules *rules)
{
    int64_t total = 0;
    for (unsigned i = 0; i < rules->jobs; i++)
        total += rules->workers[i].edited;
    return total;
}

static bool cuts(const struct rule *rule)
{
    return rule->check == RULE_LINE && rule->line != LINE_LOREM_IPSUM && rule->line != LINE_CURLY_BRACKET;
}

static void append_member(struct buffer *json, const char *key, int64_t count)
{
    json_append_key(json, slice_of_string(key));
    json_append_integer(json, count);
}

void filter_rules_summarize(const struct filter_rules *rules, struct buffer *json)
{
    buffer_append_string(json, "\"rules\":{");
    for (size_t i = 0; i <= rules->set.count; i++)
        if (total_failed(rules, i) > 0)
            append_member(json, rule_name(rules, i), total_failed(rules, i));
    buffer_append_byte(json, '}');
    if (!rules_edit(&rules->set))
        return;
    buffer_append_format(json, ",\"edited\":%lld,\"lines\":{", (long long)total_edited(rules));
    append_member(json, "kept", total_cut(rules, LINE_RULE_COUNT));
    for (size_t i = 0; i < rules->set.count; i++)
        if (cuts(&rules->set.rules[i]) && total_cut(rules, rules->set.rules[i].line) > 0)
            append_member(json, rules->set.rules[i].name, total_cut(rules, rules->set.rules[i].line));
    buffer_append_byte(json, '}');
}

void filter_rules_describe(const struct filter_rules *rules, struct buffer *line)
{
    size_t start = line->length;
    for (size_t i = 0; i <= rules->set.count; i++)
        if (total_failed(rules, i) > 0)
            buffer_append_format(line, "%s%s %lld", line->length > start ? ", " : "failed: ", rule_name(rules, i),
                                 (long long)total_failed(rules, i));
    if (line->length == start)
        buffer_append_string(line, "no text failed a rule");
    if (!rules_edit(&rules->set))
        return;
    buffer_append_format(line, "; lines kept %lld", (long long)total_cut(rules, LINE_RULE_COUNT));
    for (size_t i = 0; i < rules->set.count; i++)
        if (cuts(&rules->set.rules[i]) && total_cut(rules, rules->set.rules[i].line) > 0)
            buffer_append_format(line, ", %s %lld", rules->set.rules[i].name,
                                 (long long)total_cut(rules, rules->set.rules[i].line));
    buffer_append_format(line, "; %lld texts edited", (long long)total_edited(rules));
}
