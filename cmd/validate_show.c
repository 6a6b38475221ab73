/* validate_show.c - faults and verdicts for people, programs, JUnit and GitHub. */
#include <inttypes.h>

#include "cli/say.h"
#include "dataset/read.h"
#include "dataset/render.h"
#include "validate.h"
#include "json/write.h"

static bool write_text(struct validate_run *run, struct buffer *text)
{
    bool is_good = output_write(run->call->output, buffer_slice(text), run->error);
    buffer_reset(text);
    return is_good;
}

static bool is_warning(enum code code)
{
    return code_entry(code)->name[0] == 'W';
}

static void append_member(struct buffer *json, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    json_append_key(json, slice_of_string(key));
    json_append_string(json, slice_of_string(value));
}

/* The names that OpenAI's cookbook gives to the faults of a chat file, which scripts know. */
static const char *alias_of(const struct validate_fault *fault)
{
    bool is_row = !fault->pointer[0];
    const char *last = strrchr(fault->pointer, '/');
    bool is_content = last && strcmp(last, "/content") == 0;
    switch ((int)fault->code) { /* those that have one */
    case E_RECORD_TYPE:
        return "data_type";
    case E_KEY_MISSING:
        if (strcmp(fault->pointer, "/messages") == 0)
            return "missing_messages_list";
        return is_content ? "missing_content" : "message_missing_key";
    case E_KEY_UNKNOWN:
        return is_row ? NULL : "message_unrecognized_key";
    case E_ROLE_UNKNOWN:
        return "unrecognized_role";
    case E_EMPTY:
    case E_TYPE:
        return is_content ? "missing_content" : NULL;
    case E_NO_ASSISTANT:
        return "example_missing_assistant_message";
    default:
        return NULL;
    }
}

static void append_jsonl(const struct validate_run *run, const struct profile *profile,
                         const struct validate_fault *fault, struct buffer *text)
{
    buffer_append_byte(text, '{');
    append_member(text, "file", run->path);
    if (fault->line > 0)
        buffer_append_format(text, ",\"line\":%" PRId64, fault->line);
    append_member(text, "profile", profile->name);
    append_member(text, "severity", is_warning(fault->code) ? "warning" : "error");
    append_member(text, "code", code_entry(fault->code)->name);
    json_append_key(text, SLICE("pointer"));
    json_append_string(text, slice_of_string(fault->pointer));
    append_member(text, "message", fault->message);
    append_member(text, "expected", fault->expected);
    append_member(text, "hint", fault->hint);
    append_member(text, "alias", alias_of(fault));
    buffer_append_string(text, "}\n");
}

static void append_sentence(const struct validate_fault *fault, struct buffer *text)
{
    text_append_printable(text, slice_of_string(fault->message));
    if (fault->expected) {
        buffer_append_string(text, ", expected ");
        text_append_printable(text, slice_of_string(fault->expected));
    }
    if (fault->hint) {
        buffer_append_string(text, "; ");
        text_append_printable(text, slice_of_string(fault->hint));
    }
}

static void append_line(const struct validate_run *run, const struct validate_fault *fault, struct buffer *text)
{
    text_append_printable(text, slice_of_string(run->path));
    if (fault->line > 0)
        buffer_append_format(text, ":%" PRId64, fault->line);
    buffer_append_format(text, ": %s ", code_entry(fault->code)->name);
    if (fault->pointer[0]) {
        text_append_printable(text, slice_of_string(fault->pointer));
        buffer_append_string(text, ": ");
    }
    append_sentence(fault, text);
    buffer_append_byte(text, '\n');
}

/* What a workflow command may not hold is percent-encoded. */
static void append_command_text(struct buffer *text, const char *value, bool is_property)
{
    for (; *value; value++)
        if (*value == '%' || *value == '\n' || *value == '\r' || (is_property && (*value == ':' || *value == ',')))
            buffer_append_format(text, "%%%02X", (unsigned)(unsigned char)*value);
        else
            buffer_append_byte(text, *value);
}

static void append_github(const struct validate_run *run, const struct validate_fault *fault, struct buffer *text)
{
    struct buffer sentence = { 0 };
    append_sentence(fault, &sentence);
    buffer_append_format(text, "::%s file=", is_warning(fault->code) ? "warning" : "error");
    append_command_text(text, run->path, true);
    if (fault->line > 0)
        buffer_append_format(text, ",line=%" PRId64, fault->line);
    buffer_append_format(text, ",title=%s::", code_entry(fault->code)->name);
    append_command_text(text, fault->pointer, false);
    buffer_append_string(text, fault->pointer[0] ? ": " : "");
    append_command_text(text, buffer_string(&sentence), false);
    buffer_append_byte(text, '\n');
    buffer_release(&sentence);
}

static void append_xml(struct buffer *text, const char *value)
{
    for (; *value; value++)
        switch (*value) {
        case '<':
            buffer_append_string(text, "&lt;");
            break;
        case '>':
            buffer_append_string(text, "&gt;");
            break;
        case '&':
            buffer_append_string(text, "&amp;");
            break;
        case '"':
            buffer_append_string(text, "&quot;");
            break;
        default:
            buffer_append_byte(text, (unsigned char)*value < ' ' ? '?' : *value);
        }
}

/* Cases wait in run->report, since their number stands in front of them. */
static void append_junit(struct validate_run *run, const struct profile *profile, const struct validate_fault *fault)
{
    struct buffer sentence = { 0 };
    struct buffer *text = &run->report;
    append_sentence(fault, &sentence);
    buffer_append_string(text, "    <testcase classname=\"");
    append_xml(text, profile->name);
    buffer_append_string(text, "\" name=\"");
    append_xml(text, run->path);
    buffer_append_format(text, ":%" PRId64 " %s ", fault->line, code_entry(fault->code)->name);
    append_xml(text, fault->pointer);
    bool is_failure = !is_warning(fault->code) || run->options->is_strict;
    buffer_append_format(
        text, is_failure ? "\"><failure type=\"%s\" message=\"" : "\"><system-out>%s: ", code_entry(fault->code)->name);
    append_xml(text, buffer_string(&sentence));
    buffer_append_string(text, is_failure ? "\"/></testcase>\n" : "</system-out></testcase>\n");
    buffer_release(&sentence);
}

bool validate_show_fault(struct validate_run *run, const struct profile *profile, const struct validate_fault *fault)
{
    struct buffer text = { 0 };
    if (run->options->fixes) { /* rows go out; what could not be mended is told beside */
        struct error error = { 0 };
        append_sentence(fault, &text);
        error_set(&error, fault->code, "%s %s%s%s", code_entry(fault->code)->name, fault->pointer,
                  fault->pointer[0] ? ": " : "", buffer_string(&text));
        error_place(&error, run->path, fault->line, 0);
        say_warning("validate", &error);
        buffer_release(&text);
        return true;
    }
    switch ((enum validate_format)run->options->format) {
    case VALIDATE_TABLE:
        append_line(run, fault, &text);
        break;
    case VALIDATE_JSONL:
        append_jsonl(run, profile, fault, &text);
        break;
    case VALIDATE_GITHUB:
        append_github(run, fault, &text);
        break;
    case VALIDATE_JUNIT:
        append_junit(run, profile, fault);
        break;
    }
    bool is_good = write_text(run, &text);
    buffer_release(&text);
    return is_good;
}

void validate_append_counts(const int64_t *counts, struct buffer *json)
{
    buffer_append_byte(json, '{');
    for (enum code code = E_NONE; code < CODE_COUNT; code++)
        if (counts[code] > 0) {
            json_append_key(json, slice_of_string(code_entry(code)->name));
            json_append_integer(json, counts[code]);
        }
    buffer_append_byte(json, '}');
}

/* {"file","profile","valid","rows","faulty","warned","bytes","codes","first","mend"} */
static void append_verdict(const struct validate_run *run, const struct validate_verdict *verdict, struct buffer *json)
{
    buffer_append_byte(json, '{');
    append_member(json, "file", run->path);
    append_member(json, "profile", verdict->profile->name);
    buffer_append_format(json,
                         ",\"valid\":%s,\"rows\":%" PRId64 ",\"faulty\":%" PRId64 ",\"warned\":%" PRId64
                         ",\"bytes\":%" PRId64 ",\"codes\":",
                         validate_accepts(run, verdict) ? "true" : "false", verdict->rows, verdict->faulty,
                         verdict->warned, run->bytes);
    validate_append_counts(verdict->counts, json);
    append_member(json, "mend", verdict->mend);
    buffer_append_byte(json, '}');
}

static void append_totals(const struct validate_run *run, const struct validate_verdict *verdict, struct buffer *text)
{
    text_append_printable(text, slice_of_string(run->path));
    buffer_append_format(text, ": %s: %s, %" PRId64 " %s, %" PRId64 " refused, %" PRId64 " with remarks\n",
                         verdict->profile->name, validate_accepts(run, verdict) ? "yes" : "no", verdict->rows,
                         verdict->rows == 1 ? "row" : "rows", verdict->faulty, verdict->warned);
    for (enum code code = E_NONE; code < CODE_COUNT; code++)
        if (verdict->counts[code] > 0) {
            buffer_append_format(text, "  %-28s %8" PRId64, code_entry(code)->name, verdict->counts[code]);
            if (verdict->counts[code] > verdict->shown[code])
                buffer_append_format(text, "  (%" PRId64 " shown)", verdict->shown[code]);
            buffer_append_byte(text, '\n');
        }
}

/* The profile that the file is of: the one that takes most of it, of equals the first; our own form, which takes much
 * of what others write, only when nobody else does. */
static const struct validate_verdict *find_source(const struct validate_run *run)
{
    const struct validate_verdict *best = NULL;
    for (size_t p = 0; p < run->profile_count; p++) {
        const struct validate_verdict *verdict = &run->verdicts[p];
        bool is_ours = strcmp(verdict->profile->name, "garner") == 0;
        if (verdict->sample && !is_ours && (!best || verdict->faulty < best->faulty))
            best = verdict;
    }
    for (size_t p = 0; p < run->profile_count && !best; p++)
        best = run->verdicts[p].sample ? &run->verdicts[p] : NULL;
    return best;
}

/* Would `convert` write the file so that the profile takes it? One row is tried. NULL: no. */
static const char *find_mend(const struct validate_run *run, const struct validate_verdict *source,
                             const struct validate_verdict *target)
{
    struct arena arena = { 0 };
    struct json_object object;
    struct dataset_row row;
    struct dataset_faults faults = { .arena = &arena };
    struct buffer output = { 0 };
    struct error error = { 0 };
    unsigned losses;
    const struct dataset_render_options options = { .keeps_extras = false };
    const char *mend = NULL;
    if (source != target && target->faulty > 0 &&
        json_scan_object(slice_of_string(source->sample), &arena, &object, &error)) {
        const struct profile_layout *layout = dataset_layout_of(source->profile, &object, &faults);
        if (layout)
            dataset_read(source->profile, layout, &object, &arena, &row, &faults);
        if (layout && dataset_render(target->profile, &row, &options, &arena, &output, &losses, &error))
            mend = arena_format(run->call->arena, "garner convert --from %s --to %s %s", source->profile->name,
                                target->profile->name, run->path);
    }
    buffer_release(&output);
    arena_release(&arena);
    return mend;
}

static void append_reason(const struct validate_verdict *verdict, struct buffer *text)
{
    const struct validate_fault *first = &verdict->first;
    if (first->code == E_NONE)
        return;
    buffer_append_format(text, "%s %s", code_entry(first->code)->name, first->pointer[0] ? first->pointer : "");
    if (first->pointer[0])
        buffer_append_string(text, ": ");
    text_append_printable(text, slice_of_string(first->message));
    buffer_append_format(text, " (%" PRId64 ")", verdict->counts[first->code]);
}

static bool show_grid(struct validate_run *run)
{
    struct buffer text = { 0 };
    size_t width = strlen("profile");
    for (size_t p = 0; p < run->profile_count; p++)
        width = strlen(run->profiles[p]->name) > width ? strlen(run->profiles[p]->name) : width;
    text_append_printable(&text, slice_of_string(run->path));
    buffer_append_format(&text, ": %" PRId64 " rows\n%-*s  takes it    refused  first reason (how many)\n",
                         run->verdicts[0].rows, (int)width, "profile");
    for (size_t p = 0; p < run->profile_count; p++) {
        const struct validate_verdict *verdict = &run->verdicts[p];
        bool is_accepted = validate_accepts(run, verdict);
        buffer_append_format(&text, "%-*s  %-8s %10" PRId64, (int)width, verdict->profile->name,
                             is_accepted ? "yes" : "no", verdict->faulty);
        if (!is_accepted) {
            buffer_append_string(&text, "  ");
            append_reason(verdict, &text);
            if (verdict->mend)
                buffer_append_format(&text, "\n%-*s    %s", (int)width, "", verdict->mend);
        }
        buffer_append_byte(&text, '\n');
    }
    bool is_good = write_text(run, &text);
    buffer_release(&text);
    return is_good;
}

static void append_suite(struct validate_run *run, struct buffer *text)
{
    for (size_t p = 0; p < run->profile_count; p++) {
        const struct validate_verdict *verdict = &run->verdicts[p];
        int64_t shown = 0, failures = 0;
        for (enum code code = E_NONE; code < CODE_COUNT; code++) {
            shown += verdict->shown[code];
            failures += is_warning(code) && !run->options->is_strict ? 0 : verdict->shown[code];
        }
        buffer_append_string(text, "  <testsuite name=\"");
        append_xml(text, run->path);
        bool is_accepted = validate_accepts(run, verdict);
        bool is_grid = run->profile_count > 1;
        buffer_append_format(text, " (%s)\" tests=\"%" PRId64 "\" failures=\"%" PRId64 "\">\n", verdict->profile->name,
                             is_grid ? 1 : shown + is_accepted, is_grid ? (int64_t)!is_accepted : failures);
        if (is_grid && !is_accepted) {
            struct validate_fault reason = verdict->first;
            buffer_reset(&run->report);
            append_junit(run, verdict->profile, &reason);
        }
        buffer_append_slice(text, buffer_slice(&run->report));
        if (is_accepted)
            buffer_append_format(text, "    <testcase classname=\"%s\" name=\"%" PRId64 " rows\"/>\n",
                                 verdict->profile->name, verdict->rows);
        buffer_append_string(text, "  </testsuite>\n");
        buffer_reset(&run->report);
    }
}

bool validate_show_file(struct validate_run *run)
{
    struct buffer text = { 0 };
    const struct validate_verdict *source = run->profile_count > 1 ? find_source(run) : NULL;
    bool is_good = true;
    for (size_t p = 0; p < run->profile_count; p++) {
        run->verdicts[p].mend = source ? find_mend(run, source, &run->verdicts[p]) : NULL;
        buffer_append_string(&run->summary, run->summary.length ? "," : "");
        append_verdict(run, &run->verdicts[p], &run->summary);
        run->rows_sum += run->verdicts[p].rows;
        run->faulty_sum += run->verdicts[p].faulty;
        run->warned_sum += run->verdicts[p].warned;
        for (enum code code = E_NONE; code < CODE_COUNT; code++)
            run->counts_sum[code] += run->verdicts[p].counts[code];
        if (run->options->format == VALIDATE_JSONL && !run->options->fixes) {
            append_verdict(run, &run->verdicts[p], &text);
            buffer_append_byte(&text, '\n');
        }
    }
    if (run->seen_is_full)
        say_note("validate", "%s: rows were compared with those before only as far as --memory allows", run->path);
    if (run->options->fixes)
        say_note("validate", "%s: %" PRId64 " rows mended, %" PRId64 " of %" PRId64 " still refused", run->path,
                 run->fixes, run->verdicts[0].faulty, run->verdicts[0].rows);
    else if (run->options->format == VALIDATE_TABLE && run->profile_count > 1)
        is_good = show_grid(run);
    else if (run->options->format == VALIDATE_TABLE)
        append_totals(run, &run->verdicts[0], &text);
    else if (run->options->format == VALIDATE_JUNIT)
        append_suite(run, &text);
    else if (run->options->format == VALIDATE_GITHUB)
        for (size_t p = 0; p < run->profile_count; p++)
            if (run->profile_count > 1 && run->verdicts[p].first.code != E_NONE)
                append_github(run, &run->verdicts[p].first, &text);
    is_good = is_good && write_text(run, &text);
    buffer_release(&text);
    return is_good;
}

bool validate_show_begin(struct validate_run *run)
{
    return run->options->format != VALIDATE_JUNIT || run->options->fixes ||
           output_write(run->call->output, SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"),
                        run->error);
}

bool validate_show_end(struct validate_run *run)
{
    return run->options->format != VALIDATE_JUNIT || run->options->fixes ||
           output_write(run->call->output, SLICE("</testsuites>\n"), run->error);
}

bool validate_show_list(struct tool_call *call, bool is_json, struct error *error)
{
    struct buffer text = { 0 };
    for (size_t i = 0; i < profile_count; i++) {
        const struct profile *profile = profiles[i];
        if (!is_json) {
            buffer_append_format(&text, "%-24s %-26s %s  %s\n    %s\n", profile->name, profile->version, profile->date,
                                 profile->title, profile->source);
            if (profile->note)
                buffer_append_format(&text, "    %s\n", profile->note);
            continue;
        }
        buffer_append_byte(&text, '{');
        append_member(&text, "name", profile->name);
        append_member(&text, "title", profile->title);
        append_member(&text, "version", profile->version);
        append_member(&text, "date", profile->date);
        append_member(&text, "source", profile->source);
        append_member(&text, "note", profile->note);
        buffer_append_string(&text, ",\"forms\":[");
        for (size_t j = 0; profile->layouts[j]; j++)
            buffer_append_format(&text, "%s\"%s\"", j ? "," : "", dataset_form_names[profile->layouts[j]->form]);
        buffer_append_string(&text, "]}\n");
    }
    bool is_good = output_write(call->output, buffer_slice(&text), error);
    buffer_release(&text);
    return is_good;
}
