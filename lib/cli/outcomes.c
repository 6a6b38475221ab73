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

bool outcomes_open(struct outcomes *outcomes, const struct common_options *common, bool skips_by_default,
                   bool is_dry_run, struct error *error)
{
    *outcomes = (struct outcomes){ .common = common };
    if (!parse_limit(outcomes, common->max_errors, error))
        return false;
    bool skips = common->rejects || common->max_errors || skips_by_default;
    if (common->on_error != ON_ERROR_DEFAULT)
        skips = common->on_error == ON_ERROR_SKIP;
    outcomes->stops_at_reject = !skips;
    return open_file(common->rejects, is_dry_run, &outcomes->rejects, error) &&
           open_file(common->dropped, is_dry_run, &outcomes->dropped, error);
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

/* With a rejects file the file has it all; without, the first few are shown, and every one with --verbose. */
static void show(struct outcomes *outcomes, const struct outcome *outcome)
{
    bool shows_all = outcomes->common->verbose > 0;
    if (outcomes->common->quiet || (outcomes->rejects && !shows_all))
        return;
    if (!shows_all && outcomes->shown_count > MESSAGES_SHOWN)
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

static struct stage *stage_of(struct stage *stages, size_t count, const struct stage *wanted)
{
    ENSURE(wanted >= stages && (size_t)(wanted - stages) < count);
    return stages + (wanted - stages);
}

static bool settle_reject(struct outcomes *outcomes, struct stage *stage, const struct outcome *outcome,
                          struct error *error)
{
    stage->rejected++;
    outcomes->rejected_count++;
    map_insert(&outcomes->rejects_by_code, slice_of_string(code_name(outcome)), NULL)->value++;
    if (!keep(outcomes, outcomes->rejects, outcome, error))
        return false;
    if (outcomes->stops_at_reject) {
        error_of_outcome(outcome, error);
        return false;
    }
    show(outcomes, outcome);
    if (outcomes->has_limit && outcomes->limit_count >= 0 && outcomes->rejected_count > outcomes->limit_count)
        return error_set(error, E_TOO_MANY, "%lld records were rejected, --max-errors allows %lld",
                         (long long)outcomes->rejected_count, (long long)outcomes->limit_count);
    return true;
}

static bool settle_one(struct outcomes *outcomes, struct stage *stage, const struct outcome *outcome,
                       struct error *error)
{
    struct error message;
    switch (outcome->kind) {
    case OUTCOME_REJECTED:
        return settle_reject(outcomes, stage, outcome, error);
    case OUTCOME_DROPPED:
        stage->dropped++;
        outcomes->dropped_count++;
        map_insert(&outcomes->drops_by_code, slice_of_string(code_name(outcome)), NULL)->value++;
        return keep(outcomes, outcomes->dropped, outcome, error);
    case OUTCOME_WARNED:
        break;
    }
    error_of_outcome(outcome, &message);
    say_warning(stage->class->name, &message);
    return true;
}

bool outcomes_settle(struct outcomes *outcomes, struct stage *stages, size_t stage_count, struct batch *batch,
                     struct error *error)
{
    size_t count = batch->outcome_count;
    batch->outcome_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!settle_one(outcomes, stage_of(stages, stage_count, batch->outcomes[i].stage), &batch->outcomes[i], error))
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
