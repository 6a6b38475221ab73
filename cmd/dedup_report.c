/* dedup_report.c - what becomes of duplicates: dropped with a reason, and told as pairs, ids or clusters. */
#include "dedup.h"
#include "reorder.h"

#include <inttypes.h>
#include <stdio.h>

#include "json/write.h"

enum { LABEL_ID = 'i', LABEL_PLACE = 'p' };

static bool append_id(const struct json_object *object, struct slice key, struct buffer *label)
{
    const struct json_field *field = json_object_find(object, key);
    if (!field || (field->value.type != JSON_STRING && field->value.type != JSON_NUMBER) ||
        field->value.text.length > DEDUP_LABEL_MAXIMUM)
        return false;
    buffer_append_byte(label, LABEL_ID);
    buffer_append_slice(label, field->value.text);
    return true;
}

void dedup_append_label(struct batch *batch, struct record *record, struct buffer *label)
{
    struct error ignored;
    const struct json_object *object = record_object(batch, record, &ignored);
    if (object && (append_id(object, SLICE("id"), label) || append_id(object, SLICE("_id"), label)))
        return;
    buffer_append_byte(label, LABEL_PLACE);
    text_append_printable(label, slice_of_string(record->file));
    if (record->line_number > 0)
        buffer_append_format(label, ":%" PRId64, record->line_number);
}

void dedup_report_open(struct dedup_report *report, const struct dedup_options *options)
{
    *report = (struct dedup_report){ .emit = options->emit, .phrase = "the same as" };
    if (report->emit == DEDUP_CLUSTERS)
        report->members = sorter_create((size_t)options->memory / 8);
}

void dedup_report_close(struct dedup_report *report)
{
    sorter_free(report->members);
    buffer_release(&report->scratch);
}

void dedup_keep(const struct dedup_report *report, struct batch *batch, const struct record *record)
{
    if (report->emit == DEDUP_ROWS)
        *batch_append(batch) = *record;
}

/* `"KEY":ID,"KEY_row":N`, as far as the row has them. Of rows of --against only files know the number. */
static void append_row(const struct dedup_report *report, const char *key, const char *row_key, uint64_t row,
                       struct slice label, struct buffer *line)
{
    struct slice text = slice_from(label, 1);
    bool is_known = row < report->against;
    buffer_append_format(line, "\"%s\":", key);
    if (label.bytes[0] == LABEL_ID)
        buffer_append_slice(line, text);
    else if (is_known)
        json_append_string(line, text);
    else
        buffer_append_string(line, "null");
    if (is_known)
        buffer_append_string(line, ",\"against\":true");
    else
        buffer_append_format(line, ",\"%s\":%" PRIu64, row_key, row - report->against + 1);
}

static void append_line(struct batch *batch, struct slice line)
{
    struct record *record = batch_append(batch);
    *record = (struct record){ .line = arena_copy(&batch->arena, line), .file = "", .kind = RECORD_DATA };
    batch->bytes += line.length;
}

static void drop_with_reason(const struct dedup_report *report, const struct stage *stage, struct batch *batch,
                             const struct record *record, struct slice label)
{
    struct slice name = slice_from(label, 1);
    char reason[DEDUP_LABEL_MAXIMUM + 128];
    snprintf(reason, sizeof reason, "%s %s%.*s", report->phrase, label.bytes[0] == LABEL_ID ? "the row with id " : "",
             (int)name.length, name.bytes);
    batch_drop(batch, stage, record, "duplicate", "", reason);
}

static bool add_member(struct dedup_report *report, uint64_t cluster, uint64_t row, struct slice label,
                       struct error *error)
{
    char key[2 * DEDUP_ROW_BYTES];
    big_endian_write(cluster, key, DEDUP_ROW_BYTES);
    big_endian_write(row, key + DEDUP_ROW_BYTES, DEDUP_ROW_BYTES);
    return sorter_add(report->members, slice_of(key, sizeof key), label, error);
}

bool dedup_report_member(struct dedup_report *report, uint64_t row, struct slice label, uint64_t first,
                         struct slice first_label, struct error *error)
{
    return add_member(report, first, first, first_label, error) && add_member(report, first, row, label, error);
}

void dedup_report_line(struct dedup_report *report, struct batch *batch, uint64_t row, struct slice label,
                       int64_t start, int64_t end, const struct dedup_twin *twin)
{
    struct buffer line = { 0 };
    buffer_append_byte(&line, '{');
    append_row(report, "id", "row", row, label, &line);
    if (start >= 0)
        buffer_append_format(&line, ",\"start\":%" PRId64 ",\"end\":%" PRId64, start, end);
    if (report->emit == DEDUP_PAIRS) {
        buffer_append_byte(&line, ',');
        append_row(report, "duplicate_of", "duplicate_of_row", twin->row, twin->label, &line);
    }
    buffer_append_byte(&line, '}');
    append_line(batch, buffer_slice(&line));
    buffer_release(&line);
}

bool dedup_drop(struct dedup_report *report, const struct stage *stage, struct batch *batch, struct record *record,
                uint64_t row, const struct dedup_twin *twin, struct error *error)
{
    struct buffer *label = &report->scratch;
    drop_with_reason(report, stage, batch, record, twin->label);
    if (report->emit == DEDUP_ROWS)
        return true;
    buffer_reset(label);
    dedup_append_label(batch, record, label);
    if (report->emit == DEDUP_CLUSTERS)
        return dedup_report_member(report, row, buffer_slice(label), twin->row, twin->label, error);
    dedup_report_line(report, batch, row, buffer_slice(label), -1, -1, twin);
    return true;
}

/* The kept row was added once for each of its duplicates. */
static void append_member(struct dedup_report *report, uint64_t *cluster, struct slice key, struct slice label,
                          struct batch *batch)
{
    uint64_t kept = big_endian_read(key, DEDUP_ROW_BYTES),
             row = big_endian_read(slice_from(key, DEDUP_ROW_BYTES), DEDUP_ROW_BYTES);
    struct buffer *line = &report->scratch;
    *cluster += kept == row;
    buffer_reset(line);
    buffer_append_format(line, "{\"cluster\":%" PRIu64 ",", *cluster);
    append_row(report, "id", "row", row, label, line);
    buffer_append_string(line, kept == row ? ",\"kept\":true}" : ",\"kept\":false}");
    append_line(batch, buffer_slice(line));
}

enum flow dedup_report_finish(struct dedup_report *report, struct sink *sink, struct error *error)
{
    if (!report->members)
        return FLOW_OK;
    struct batch *batch = NULL;
    struct slice key, label;
    char last[2 * DEDUP_ROW_BYTES] = { 0 };
    bool has_item = false, has_last = false, is_good = sorter_finish(report->members, error);
    enum flow flow = reorder_batch(sink, &batch, error);
    uint64_t cluster = 0;
    while (flow == FLOW_OK && is_good && (is_good = sorter_next(report->members, &key, &label, &has_item, error)) &&
           has_item) {
        if (has_last && slice_equal(key, slice_of(last, sizeof last)))
            continue;
        memcpy(last, key.bytes, sizeof last);
        has_last = true;
        append_member(report, &cluster, key, label, batch);
        flow = reorder_batch(sink, &batch, error);
    }
    if (flow == FLOW_OK && is_good)
        return sink_emit(sink, batch, error);
    batch_free(batch);
    return flow == FLOW_OK ? FLOW_ERROR : flow;
}
