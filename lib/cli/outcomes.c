/* outcomes.c - what became of records that did not go on. */
#include "cli/outcomes.h"

#include "base/base64.h"
#include "base/number.h"
#include "cli/say.h"
#include "json/write.h"

enum { MESSAGES_SHOWN = 10 };

static bool parse_limit(struct outcomes *outcomes, const char *text, struct error *error)
{
    if (!text)
        return true;
    struct slice number = slice_of_string(text);
    bool is_share = slice_ends_with(number, SLICE("%"));
    outcomes->has_limit = true;
    outcomes->limit_count = -1;
    if (is_share)
        number.length--;
    double share = 0;
    if (is_share && number_parse_double(number, &share) && share >= 0 && share <= 100) {
        outcomes->limit_share = share / 100;
        return true;
    }
    if (!is_share && number_parse_integer(number, &outcomes->limit_count) && outcomes->limit_count >= 0)
        return true;
    return error_set(error, E_USAGE, "--max-errors: '%s' is neither a count such as 10 nor a share such as 1%%", text);
}

static bool open_file(const char *path, bool is_dry_run, struct output **output, struct error *error)
{
    static const struct output_settings settings = { .is_private = true };
    if (!path || is_dry_run)
        return true;
    *output = output_open(path, &settings, error);
    return *output != NULL;
}

enum wish { WISH_NONE, WISH_SKIP, WISH_FAIL };

static enum wish wish_of(const struct common_options *common)
{
    if (common->on_error != ON_ERROR_DEFAULT)
        return common->on_error == ON_ERROR_FAIL ? WISH_FAIL : WISH_SKIP;
    return common->rejects || common->max_errors ? WISH_SKIP : WISH_NONE;
}

/* A step's own word, else the run's, else the tool's habit. */
static bool decide_stop(const struct outcomes *outcomes, bool skips_by_default)
{
    enum wish wish = wish_of(outcomes->common);
    if (wish == WISH_NONE && outcomes->whole)
        wish = wish_of(outcomes->whole->common);
    return wish == WISH_NONE ? !skips_by_default : wish == WISH_FAIL;
}

bool outcomes_open(struct outcomes *outcomes, const struct common_options *common, struct outcomes *whole,
                   bool skips_by_default, struct error *error)
{
    *outcomes = (struct outcomes){ .common = common, .whole = whole };
    if (!parse_limit(outcomes, common->max_errors, error))
        return false;
    outcomes->stops_at_reject = decide_stop(outcomes, skips_by_default);
    return open_file(common->rejects, common->dry_run, &outcomes->rejects, error) &&
           open_file(common->dropped, common->dry_run, &outcomes->dropped, error);
}

static const char *code_name(const struct outcome *outcome)
{
    return outcome->reason_code ? outcome->reason_code : code_entry(outcome->code)->name;
}

/* {"tool","file","line","field","code","reason","record" or "raw"}: one shape for rejected and dropped. */
static void append_outcome(struct buffer *line, const struct outcome *outcome)
{
    buffer_append_byte(line, '{');
    json_append_key(line, SLICE("tool"));
    json_append_string(line, slice_of_string(outcome->stage->class->name));
    json_append_key(line, SLICE("file"));
    json_append_string(line, slice_of_string(outcome->file ? outcome->file : ""));
    json_append_key(line, SLICE("line"));
    json_append_integer(line, outcome->line_number);
    json_append_key(line, SLICE("field"));
    json_append_string(line, slice_of_string(outcome->field ? outcome->field : ""));
    json_append_key(line, SLICE("code"));
    json_append_string(line, slice_of_string(code_name(outcome)));
    json_append_key(line, SLICE("reason"));
    json_append_string(line, slice_of_string(outcome->reason ? outcome->reason : ""));
    if (outcome->is_raw) {
        json_append_key(line, SLICE("raw"));
        buffer_append_byte(line, '"');
        base64_append(line, outcome->record);
        buffer_append_byte(line, '"');
    } else if (outcome->record.length) {
        json_append_key(line, SLICE("record"));
        buffer_append_slice(line, outcome->record);
    }
    buffer_append_string(line, "}\n");
}

static bool keep(struct outcomes *outcomes, struct output *output, const struct outcome *outcome, struct error *error)
{
    if (!output)
        return true;
    buffer_reset(&outcomes->scratch);
    append_outcome(&outcomes->scratch, outcome);
    return output_write(output, buffer_slice(&outcomes->scratch), error);
}

static void error_of_outcome(const struct outcome *outcome, struct error *error)
{
    error_set(error, outcome->code, "%s", outcome->reason ? outcome->reason : "");
    error_place(error, outcome->file, outcome->line_number, 0);
    error_field(error, slice_of_string(outcome->field));
}

/* The step's own file, else the run's. */
static struct output *rejects_of(const struct outcomes *outcomes)
{
    return outcomes->rejects || !outcomes->whole ? outcomes->rejects : outcomes->whole->rejects;
}

static struct output *dropped_of(const struct outcomes *outcomes)
{
    return outcomes->dropped || !outcomes->whole ? outcomes->dropped : outcomes->whole->dropped;
}

/* What is missing on this machine is missing for the next file too: told once, counted at the end. */
static bool is_known_lack(const struct outcomes *outcomes, const struct outcome *outcome)
{
    if (code_entry(outcome->code)->exit_code != EXIT_UNAVAILABLE)
        return false;
    const struct map_entry *entry = map_find(&outcomes->rejects_by_code, slice_of_string(code_name(outcome)));
    return entry && entry->value > 1;
}

/* With a rejects file the file has it all; without, the first few are shown, and every one with --verbose. */
static void show(struct outcomes *outcomes, const struct outcome *outcome)
{
    const struct common_options *common = outcomes->whole ? outcomes->whole->common : outcomes->common;
    bool shows_all = common->verbose > 0;
    if (common->quiet || (rejects_of(outcomes) && !shows_all))
        return;
    if (!shows_all && (outcomes->shown_count > MESSAGES_SHOWN || is_known_lack(outcomes, outcome)))
        return;
    const char *tool = outcome->stage->class->name;
    if (!shows_all && outcomes->shown_count++ == MESSAGES_SHOWN) {
        say_note(tool, "more rejects are counted but not shown; --rejects FILE keeps them, --verbose shows them");
        return;
    }
    struct error message;
    error_of_outcome(outcome, &message);
    say_error(tool, &message);
}

/* The first few of a step, and every one with --verbose. */
static void warn(struct outcomes *outcomes, const struct outcome *outcome)
{
    const struct common_options *common = outcomes->whole ? outcomes->whole->common : outcomes->common;
    bool shows_all = common->verbose > 0;
    if (common->quiet || (!shows_all && outcomes->warned_count > MESSAGES_SHOWN))
        return;
    const char *tool = outcome->stage->class->name;
    if (!shows_all && outcomes->warned_count++ == MESSAGES_SHOWN) {
        say_note(tool, "more remarks are not shown; --verbose shows them, --summary counts them");
        return;
    }
    struct error message;
    error_of_outcome(outcome, &message);
    say_warning(tool, &message);
}

static bool check_count(const struct outcomes *outcomes, struct error *error)
{
    if (!outcomes || !outcomes->has_limit || outcomes->limit_count < 0 ||
        outcomes->rejected_count <= outcomes->limit_count)
        return true;
    return error_set(error, E_TOO_MANY, "%lld records were rejected, --max-errors allows %lld",
                     (long long)outcomes->rejected_count, (long long)outcomes->limit_count);
}

static void count_reject(struct outcomes *outcomes, const struct outcome *outcome)
{
    outcomes->rejected_count++;
    map_insert(&outcomes->rejects_by_code, slice_of_string(code_name(outcome)), NULL)->value++;
}

static bool settle_reject(struct outcomes *outcomes, const struct outcome *outcome, struct error *error)
{
    count_reject(outcomes, outcome);
    if (outcomes->whole)
        count_reject(outcomes->whole, outcome);
    if (!keep(outcomes, rejects_of(outcomes), outcome, error))
        return false;
    if (outcomes->stops_at_reject) {
        error_of_outcome(outcome, error);
        return false;
    }
    show(outcomes, outcome);
    return check_count(outcomes, error) && check_count(outcomes->whole, error);
}

static void count_drop(struct outcomes *outcomes, const char *name)
{
    outcomes->dropped_count++;
    if (name != outcomes->last_drop) {
        const struct map_entry *entry = map_insert(&outcomes->drops_by_code, slice_of_string(name), NULL);
        outcomes->last_drop = name;
        outcomes->last_drop_entry = (size_t)(entry - outcomes->drops_by_code.entries);
    }
    outcomes->drops_by_code.entries[outcomes->last_drop_entry].value++;
}

static bool settle_drop(struct outcomes *outcomes, const struct outcome *outcome, struct error *error)
{
    for (struct outcomes *each = outcomes; each; each = each->whole)
        count_drop(each, code_name(outcome));
    return keep(outcomes, dropped_of(outcomes), outcome, error);
}

static bool settle_one(const struct outcome *outcome, struct error *error)
{
    struct outcomes *outcomes = outcome->stage->private_driver;
    struct stage *stage = outcomes->stages + (outcome->stage - outcomes->stages);
    switch (outcome->kind) {
    case OUTCOME_REJECTED:
        stage->rejected++;
        return settle_reject(outcomes, outcome, error);
    case OUTCOME_DROPPED:
        stage->dropped++;
        return settle_drop(outcomes, outcome, error);
    case OUTCOME_WARNED:
        break;
    }
    warn(outcomes, outcome);
    return true;
}

bool outcomes_settle(struct batch *batch, struct error *error)
{
    size_t count = batch->outcome_count;
    batch->outcome_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!settle_one(&batch->outcomes[i], error))
            return false;
    return true;
}

bool outcomes_check_share(const struct outcomes *outcomes, int64_t in, struct error *error)
{
    if (!outcomes->has_limit || outcomes->limit_count >= 0 ||
        (double)outcomes->rejected_count <= outcomes->limit_share * (double)in)
        return true;
    return error_set(error, E_TOO_MANY, "%lld of %lld records were rejected, --max-errors allows %g%%",
                     (long long)outcomes->rejected_count, (long long)in, outcomes->limit_share * 100);
}

bool outcomes_commit(struct outcomes *outcomes, struct error *error)
{
    bool is_good = !outcomes->rejects || output_commit(outcomes->rejects, error);
    return (!outcomes->dropped || output_commit(outcomes->dropped, is_good ? error : NULL)) && is_good;
}

void outcomes_close(struct outcomes *outcomes)
{
    output_close(outcomes->rejects);
    output_close(outcomes->dropped);
    map_release(&outcomes->rejects_by_code);
    map_release(&outcomes->drops_by_code);
    buffer_release(&outcomes->scratch);
}

void outcomes_describe(const struct map *by_code, struct buffer *text)
{
    for (size_t i = 0; i < by_code->count; i++)
        buffer_append_format(text, "%s%.*s %llu", i ? ", " : "", (int)by_code->entries[i].key.length,
                             by_code->entries[i].key.bytes, (unsigned long long)by_code->entries[i].value);
}
