/* report_markdown.c - a report as sections in Markdown. */
#include "curate/report.h"

#include <string.h>

/* Text in a cell of a table: on one line, and what Markdown and HTML would read as their own is escaped. */
static void append_text(struct buffer *output, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if ((unsigned char)byte < ' ' || byte == 0x7f) {
            buffer_append_byte(output, ' ');
            continue;
        }
        if (strchr("\\`*_{}[]<>#|~&!", byte))
            buffer_append_byte(output, '\\');
        buffer_append_byte(output, byte);
    }
}

static void append_value(struct buffer *output, const struct report_value *value)
{
    struct buffer text = { 0 };
    report_append_value(&text, value);
    append_text(output, buffer_slice(&text));
    buffer_release(&text);
}

static void append_figures(struct buffer *output, const struct report_section *section)
{
    buffer_append_string(output, "| | |\n| --- | ---: |\n");
    for (size_t i = 0; i < section->figure_count; i++) {
        buffer_append_string(output, "| ");
        if (section->figures[i].group)
            buffer_append_format(output, "%s, ", section->figures[i].group);
        append_text(output, slice_of_string(section->figures[i].label));
        buffer_append_string(output, " | ");
        append_value(output, &section->figures[i].value);
        buffer_append_string(output, " |\n");
    }
}

static void append_chart(struct buffer *output, const struct report_chart *chart)
{
    buffer_append_format(output, "\n%s:\n\n| | records |\n| --- | ---: |\n", chart->title);
    for (size_t i = 0; i < chart->count; i++) {
        struct report_value count = { .unit = REPORT_COUNT, .number = (double)chart->bars[i].count };
        buffer_append_string(output, chart->is_histogram ? "| from " : "| ");
        append_text(output, chart->bars[i].label);
        buffer_append_string(output, " | ");
        append_value(output, &count);
        buffer_append_string(output, " |\n");
    }
}

static void append_table(struct buffer *output, const struct report_table *table)
{
    buffer_append_string(output, "\n|");
    for (size_t column = 0; column < table->columns; column++)
        buffer_append_format(output, " %s |", table->headers[column]);
    buffer_append_string(output, "\n|");
    for (size_t column = 0; column < table->columns; column++)
        buffer_append_string(output, report_has_numbers(table, column) ? " ---: |" : " --- |");
    buffer_append_byte(output, '\n');
    for (size_t row = 0; row < table->rows; row++) {
        buffer_append_byte(output, '|');
        for (size_t column = 0; column < table->columns; column++) {
            buffer_append_byte(output, ' ');
            append_value(output, &table->cells[row * table->columns + column]);
            buffer_append_string(output, " |");
        }
        buffer_append_byte(output, '\n');
    }
    if (table->remark)
        buffer_append_format(output, "\n%s\n", table->remark);
}

void report_append_markdown(struct buffer *output, const struct report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct report_section *section = &report->sections[i];
        buffer_append_format(output, "\n## %s\n\n", section->title);
        append_figures(output, section);
        for (size_t j = 0; j < section->chart_count; j++)
            append_chart(output, &section->charts[j]);
        for (size_t j = 0; j < section->table_count; j++)
            append_table(output, &section->tables[j]);
    }
}
