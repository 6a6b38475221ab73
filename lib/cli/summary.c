/* summary.c - the figures of a run. */
#include "cli/summary.h"

#include "record/expression.h"
#include "json/write.h"

static void append_count(struct buffer *json, const char *key, int64_t count)
{
    json_append_key(json, slice_of_string(key));
    json_append_integer(json, count);
}

static void append_text(struct buffer *json, const char *key, const char *text)
{
    json_append_key(json, slice_of_string(key));
    json_append_string(json, slice_of_string(text));
}

static void append_codes(struct buffer *json, const char *key, const struct map *counts)
{
    json_append_key(json, slice_of_string(key));
    buffer_append_byte(json, '{');
    for (size_t i = 0; i < counts->count; i++) {
        json_append_key(json, counts->entries[i].key);
        json_append_integer(json, (int64_t)counts->entries[i].value);
    }
    buffer_append_byte(json, '}');
}

static void append_step(struct buffer *json, const struct step_totals *step)
{
    if (json->bytes[json->length - 1] != '[')
        buffer_append_byte(json, ',');
    buffer_append_byte(json, '{');
    append_text(json, "name", step->name);
    append_count(json, "in", step->in);
    append_count(json, "out", step->out);
    append_count(json, "kept", step->kept);
    append_count(json, "dropped", step->dropped);
    append_count(json, "rejected", step->rejected);
    for (size_t i = 0; i < step->stage_count; i++) {
        const struct stage *stage = &step->first[i];
        if (!stage->class->summarize)
            continue;
        size_t before = json->length;
        buffer_append_byte(json, ',');
        stage->class->summarize(stage, json);
        if (json->length == before + 1) /* it had nothing to say */
            json->length = before;
    }
    buffer_append_byte(json, '}');
}

/* The members path, bytes and hash of one. */
static void append_output(struct buffer *json, const struct writer_part *part)
{
    char digest[HASH128_TEXT + 1] = "";
    if (part->digest)
        hash128_format(hash_stream_digest_128(part->digest), digest);
    append_text(json, "path", output_name(part->output));
    append_count(json, "bytes", output_position(part->output));
    append_text(json, "hash", digest);
}

static void append_outputs(struct buffer *json, const struct writer *writer)
{
    if (writer->whole.output) {
        json_append_key(json, SLICE("output"));
        buffer_append_byte(json, '{');
        append_output(json, &writer->whole);
        buffer_append_byte(json, '}');
    }
    if (!writer->set)
        return;
    json_append_key(json, SLICE("outputs"));
    for (size_t i = 0; i < writer->part_count; i++) {
        buffer_append_string(json, i ? ",{" : "[{");
        append_output(json, &writer->parts[i]);
        append_count(json, "records", writer->parts[i].records);
        buffer_append_byte(json, '}');
    }
    buffer_append_string(json, writer->part_count ? "]" : "[]");
}

static void append_error(struct buffer *json, const struct error *error)
{
    json_append_key(json, SLICE("error"));
    buffer_append_byte(json, '{');
    append_text(json, "code", code_entry(error->code)->name);
    append_text(json, "file", error->file);
    append_count(json, "line", error->line);
    append_text(json, "message", error->message);
    buffer_append_byte(json, '}');
}

void summary_append(const struct summary *summary, struct buffer *json)
{
    int64_t dropped = 0, rejected = 0;
    for (size_t i = 0; i < summary->step_count; i++) {
        dropped += summary->steps[i].dropped;
        rejected += summary->steps[i].rejected;
    }
    buffer_append_byte(json, '{');
    append_text(json, "tool", summary->tool_name);
    append_count(json, "exit", summary->exit_code);
    append_count(json, "in", summary->step_count ? summary->steps[0].in : 0);
    append_count(json, "out", summary->step_count ? summary->steps[summary->step_count - 1].out : 0);
    append_count(json, "kept", summary->step_count ? summary->steps[summary->step_count - 1].kept : 0);
    append_count(json, "dropped", dropped);
    append_count(json, "rejected", rejected);
    json_append_key(json, SLICE("seconds"));
    buffer_append_format(json, "%.3f", summary->seconds);
    append_codes(json, "codes", &summary->outcomes->rejects_by_code);
    append_codes(json, "drops", &summary->outcomes->drops_by_code);
    json_append_key(json, SLICE("steps"));
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < summary->step_count; i++)
        append_step(json, &summary->steps[i]);
    buffer_append_byte(json, ']');
    if (summary->writer)
        append_outputs(json, summary->writer);
    if (summary->error && error_is_set(summary->error))
        append_error(json, summary->error);
    buffer_append_byte(json, '}');
}

static bool compile_gate(const char *gate, struct arena *arena, struct expression **expression, struct error *error)
{
    *expression = expression_compile_condition(slice_of_string(gate), arena, error);
    if (*expression)
        return true;
    char reason[ERROR_MESSAGE_BYTES];
    memcpy(reason, error->message, sizeof reason);
    return error_set(error, E_USAGE, "--require: column %lld: %s", (long long)error->column, reason);
}

bool summary_check_gates(const struct option_list *gates, struct error *error)
{
    struct arena arena = { 0 };
    bool is_good = true;
    for (size_t i = 0; i < gates->count && is_good; i++) {
        struct expression *expression;
        is_good = compile_gate(gates->values[i], &arena, &expression, error);
        if (is_good)
            expression_free(expression);
    }
    arena_release(&arena);
    return is_good;
}

static bool check_gate(const char *gate, struct batch *batch, struct record *record, struct error *error)
{
    struct expression *expression;
    if (!compile_gate(gate, &batch->arena, &expression, error))
        return false;
    enum truth truth = TRUTH_UNKNOWN;
    bool is_good = expression_test_record(expression, batch, record, &truth, error);
    expression_free(expression);
    if (is_good && truth != TRUTH_TRUE)
        return error_set(error, E_GATE, "--require '%s' is not met", gate);
    return is_good;
}

bool summary_require_of(struct slice json, const struct option_list *gates, struct error *error)
{
    struct batch *batch = batch_create();
    struct record *record = batch_append(batch);
    record->line = json;
    bool is_good = true;
    for (size_t i = 0; i < gates->count && is_good; i++)
        is_good = check_gate(gates->values[i], batch, record, error);
    batch_free(batch);
    return is_good;
}

bool summary_require(const struct summary *summary, const struct option_list *gates, struct error *error)
{
    if (gates->count == 0)
        return true;
    struct buffer json = { 0 };
    summary_append(summary, &json);
    bool is_good = summary_require_of(buffer_slice(&json), gates, error);
    buffer_release(&json);
    return is_good;
}
