/* report.c - figures, charts and tables in sections. */
#include "curate/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct report_section *report_add_section(struct report *report, const char *key, const char *title)
{
    if (report->count == report->capacity)
        report->sections =
            arena_grow(report->arena, report->sections, &report->capacity, report->count + 1, sizeof *report->sections);
    report->sections[report->count] = (struct report_section){ .key = key, .title = title };
    return &report->sections[report->count++];
}

struct report_figure *report_add_figure(struct report *report, struct report_section *section, const char *key,
                                        const char *label, struct report_value value)
{
    if (section->figure_count == section->figure_capacity)
        section->figures = arena_grow(report->arena, section->figures, &section->figure_capacity,
                                      section->figure_count + 1, sizeof *section->figures);
    section->figures[section->figure_count] = (struct report_figure){ .key = key, .label = label, .value = value };
    return &section->figures[section->figure_count++];
}

struct report_chart *report_add_chart(struct report *report, struct report_section *section, const char *key,
                                      const char *title, size_t bars)
{
    if (section->chart_count == section->chart_capacity)
        section->charts = arena_grow(report->arena, section->charts, &section->chart_capacity, section->chart_count + 1,
                                     sizeof *section->charts);
    struct report_chart *chart = &section->charts[section->chart_count++];
    *chart = (struct report_chart){ .key = key, .title = title };
    chart->bars = arena_allocate_zeroed(report->arena, bars + 1, sizeof *chart->bars);
    return chart;
}

struct report_table *report_add_table(struct report *report, struct report_section *section, const char *key,
                                      const char *title)
{
    if (section->table_count == section->table_capacity)
        section->tables = arena_grow(report->arena, section->tables, &section->table_capacity, section->table_count + 1,
                                     sizeof *section->tables);
    section->tables[section->table_count] = (struct report_table){ .key = key, .title = title };
    return &section->tables[section->table_count++];
}

struct report_value *report_add_row(struct report *report, struct report_table *table)
{
    size_t needed = (table->rows + 1) * table->columns;
    if (needed > table->capacity)
        table->cells = arena_grow(report->arena, table->cells, &table->capacity, needed, sizeof *table->cells);
    struct report_value *row = table->cells + table->rows++ * table->columns;
    memset(row, 0, table->columns * sizeof *row);
    return row;
}

const struct report_section *report_find_section(const struct report *report, const char *key)
{
    for (size_t i = 0; report && i < report->count; i++)
        if (strcmp(report->sections[i].key, key) == 0)
            return &report->sections[i];
    return NULL;
}

const struct report_figure *report_find_figure(const struct report_section *section, const char *key)
{
    for (size_t i = 0; section && i < section->figure_count; i++)
        if (strcmp(section->figures[i].key, key) == 0)
            return &section->figures[i];
    return NULL;
}

const struct report_chart *report_find_chart(const struct report_section *section, const char *key)
{
    for (size_t i = 0; section && i < section->chart_count; i++)
        if (strcmp(section->charts[i].key, key) == 0)
            return &section->charts[i];
    return NULL;
}

const struct report_bar *report_find_bar(const struct report_chart *chart, const struct report_bar *like)
{
    for (size_t i = 0; chart && i < chart->count; i++)
        if (chart->is_histogram ? chart->bars[i].from == like->from : slice_equal(chart->bars[i].label, like->label))
            return &chart->bars[i];
    return NULL;
}

uint64_t report_most(const struct report_chart *chart)
{
    uint64_t most = 1;
    for (size_t i = 0; chart && i < chart->count; i++)
        most = chart->bars[i].count > most ? chart->bars[i].count : most;
    return most;
}

/* 1,234,567 */
static void append_grouped(struct buffer *output, double number)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%.0f", number);
    for (int i = 0; i < length; i++) {
        buffer_append_byte(output, text[i]);
        if (text[i] != '-' && i + 1 < length && (length - i - 1) % 3 == 0)
            buffer_append_byte(output, ',');
    }
}

void report_append_short(struct buffer *output, uint64_t number)
{
    static const char units[] = "KMGTPE";
    double value = (double)number;
    unsigned unit = 0;
    if (number < 1000) {
        buffer_append_decimal(output, (int64_t)number);
        return;
    }
    value /= 1000;
    while (value >= 999.5 && units[unit + 1]) {
        value /= 1000;
        unit++;
    }
    char text[32];
    (void)snprintf(text, sizeof text, "%.*f", value < 99.95 ? 1 : 0, value);
    size_t length = strlen(text);
    if (length > 2 && strcmp(text + length - 2, ".0") == 0)
        text[length - 2] = '\0';
    buffer_append_format(output, "%s%c", text, units[unit]);
}

/* 950 B, 1.2 MB */
static void append_bytes(struct buffer *output, double bytes)
{
    struct buffer number = { 0 };
    report_append_short(&number, (uint64_t)fabs(bytes));
    char last = number.bytes[number.length - 1];
    bool has_unit = last > '9';
    buffer_append(output, number.bytes, number.length - has_unit);
    buffer_append_byte(output, ' ');
    if (has_unit)
        buffer_append_byte(output, last == 'K' ? 'k' : last);
    buffer_append_byte(output, 'B');
    buffer_release(&number);
}

void report_append_value(struct buffer *output, const struct report_value *value)
{
    switch (value->unit) {
    case REPORT_COUNT:
        append_grouped(output, value->number);
        break;
    case REPORT_ABOUT:
        buffer_append_byte(output, '~');
        append_grouped(output, value->number);
        break;
    case REPORT_BYTES:
        append_bytes(output, value->number);
        break;
    case REPORT_NUMBER:
        buffer_append_format(output, "%.1f", value->number);
        break;
    case REPORT_SHARE:
        buffer_append_format(output, "%.1f %%", 100 * value->number);
        break;
    case REPORT_TEXT:
        buffer_append_slice(output, value->text);
        break;
    case REPORT_LIST:
        for (size_t i = 0; i < value->item_count; i++) {
            buffer_append_string(output, i ? ", " : "");
            buffer_append_slice(output, value->items[i]);
            if (value->item_counts && value->item_count > 1)
                buffer_append_format(output, " (%llu)", (unsigned long long)value->item_counts[i]);
        }
        break;
    }
}
