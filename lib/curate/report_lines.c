/* report_lines.c - a report as lines for a terminal. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "curate/report.h"
#include "curate/report_change.h"

enum { LABEL_WIDTH = 34, VALUE_WIDTH = 14, BAR_LABEL_WIDTH = 24, BAR_MAXIMUM = 40, CELL_MAXIMUM = 44 };

static void append_padded(struct buffer *output, struct slice text, size_t width, bool is_right)
{
    size_t length = utf8_count(text);
    if (is_right && length < width)
        buffer_append_repeated(output, ' ', width - length);
    buffer_append_slice(output, text);
    if (!is_right && length < width)
        buffer_append_repeated(output, ' ', width - length);
}

/* Without blanks at the end. */
static void end_line(struct buffer *output)
{
    while (output->length && output->bytes[output->length - 1] == ' ')
        output->length--;
    buffer_append_byte(output, '\n');
}

/* Safe for a terminal, and no longer than that many characters. */
static void append_cut(struct buffer *output, struct slice text, size_t limit)
{
    struct buffer safe = { 0 };
    text_append_printable(&safe, text);
    struct slice shown = buffer_slice(&safe);
    if (utf8_count(shown) > limit) {
        buffer_append(output, shown.bytes, utf8_offset(shown, limit > 3 ? limit - 3 : limit));
        buffer_append_string(output, limit > 3 ? "..." : "");
    } else
        buffer_append_slice(output, shown);
    buffer_release(&safe);
}

static void append_cell(struct buffer *output, const struct report_value *value, size_t width, bool is_right)
{
    struct buffer text = { 0 }, cut = { 0 };
    report_append_value(&text, value);
    append_cut(&cut, buffer_slice(&text), CELL_MAXIMUM);
    append_padded(output, buffer_slice(&cut), width, is_right);
    buffer_release(&text);
    buffer_release(&cut);
}

static void append_figures(struct buffer *output, const struct report_section *section,
                           const struct report_section *other, bool is_pair)
{
    for (size_t i = 0; i < section->figure_count; i++) {
        const struct report_figure *figure = &section->figures[i];
        const struct report_figure *second = report_find_figure(other, figure->key);
        buffer_append_string(output, "  ");
        struct buffer label = { 0 };
        buffer_append_format(&label, "%s%s%s", figure->group ? figure->group : "", figure->group ? ", " : "",
                             figure->label);
        append_padded(output, buffer_slice(&label), LABEL_WIDTH, false);
        buffer_release(&label);
        append_cell(output, &figure->value, VALUE_WIDTH, true);
        if (is_pair && second) {
            buffer_append_string(output, "  ");
            append_cell(output, &second->value, VALUE_WIDTH, true);
            buffer_append_string(output, "  ");
            report_append_change(output, &figure->value, &second->value);
        }
        end_line(output);
    }
}

static void append_bar(struct buffer *output, struct slice label, uint64_t count, uint64_t most, size_t room)
{
    struct report_value value = { .unit = REPORT_COUNT, .number = (double)count };
    struct buffer cut = { 0 };
    append_cut(&cut, label, BAR_LABEL_WIDTH - 1);
    buffer_append_string(output, "    ");
    append_padded(output, buffer_slice(&cut), BAR_LABEL_WIDTH, false);
    append_cell(output, &value, VALUE_WIDTH, true);
    buffer_append_string(output, "  ");
    buffer_append_repeated(output, '#', (size_t)(((double)count / (double)most) * (double)room + 0.5));
    end_line(output);
    buffer_release(&cut);
}

static void append_chart(struct buffer *output, const struct report_chart *chart, const struct report_chart *other,
                         bool is_pair, unsigned width)
{
    size_t used = 4 + BAR_LABEL_WIDTH + VALUE_WIDTH + 2;
    size_t room = width > used + 1 ? width - used - 1 : 1;
    if (room > BAR_MAXIMUM)
        room = BAR_MAXIMUM;
    buffer_append_format(output, "  %s\n", chart->title);
    for (size_t i = 0; i < chart->count; i++) {
        const struct report_bar *second = report_find_bar(other, &chart->bars[i]);
        append_bar(output, chart->bars[i].label, chart->bars[i].count, report_most(chart), room);
        if (is_pair)
            append_bar(output, SLICE("  against"), second ? second->count : 0, report_most(other), room);
    }
    for (size_t i = 0; is_pair && other && i < other->count; i++)
        if (!report_find_bar(chart, &other->bars[i])) {
            append_bar(output, other->bars[i].label, 0, 1, room);
            append_bar(output, SLICE("  against"), other->bars[i].count, report_most(other), room);
        }
    if (chart->rest)
        append_bar(output, SLICE("(others)"), chart->rest,
                   report_most(chart) > chart->rest ? report_most(chart) : chart->rest, room);
}

static void append_table(struct buffer *output, const struct report_table *table, struct slice name)
{
    size_t widths[REPORT_COLUMNS_MAXIMUM];
    struct buffer text = { 0 };
    if (name.length) {
        buffer_append_string(output, "  ");
        append_cut(output, name, CELL_MAXIMUM);
        buffer_append_byte(output, '\n');
    }
    for (size_t column = 0; column < table->columns; column++) {
        widths[column] = strlen(table->headers[column]);
        for (size_t row = 0; row < table->rows; row++) {
            buffer_reset(&text);
            append_cell(&text, &table->cells[row * table->columns + column], 0, false);
            size_t length = utf8_count(buffer_slice(&text));
            widths[column] = length > widths[column] ? length : widths[column];
        }
    }
    for (size_t row = 0; row <= table->rows; row++) {
        buffer_append_string(output, "  ");
        for (size_t column = 0; column < table->columns; column++) {
            struct report_value header = { .unit = REPORT_TEXT, .text = slice_of_string(table->headers[column]) };
            append_cell(output, row == 0 ? &header : &table->cells[(row - 1) * table->columns + column], widths[column],
                        report_has_numbers(table, column));
            buffer_append_string(output, "  ");
        }
        end_line(output);
    }
    if (table->remark)
        buffer_append_format(output, "  %s\n", table->remark);
    buffer_release(&text);
}

static void append_section(struct buffer *output, const struct report_section *section,
                           const struct report_section *other, const struct report *first, const struct report *second,
                           unsigned width)
{
    buffer_append_format(output, "\n%s\n", section->title);
    append_figures(output, section, other, second != NULL);
    for (size_t i = 0; i < section->chart_count; i++)
        append_chart(output, &section->charts[i], report_find_chart(other, section->charts[i].key), second != NULL,
                     width);
    for (size_t i = 0; i < section->table_count; i++)
        append_table(output, &section->tables[i], second ? first->name : SLICE(""));
    for (size_t i = 0; second && other && i < other->table_count; i++)
        append_table(output, &other->tables[i], second->name);
}

void report_append_lines(struct buffer *output, const struct report *first, const struct report *second, unsigned width)
{
    append_cut(output, first->name, width);
    if (second) {
        buffer_append_string(output, " against ");
        append_cut(output, second->name, width);
    }
    buffer_append_byte(output, '\n');
    for (size_t i = 0; i < first->count; i++)
        append_section(output, &first->sections[i], report_find_section(second, first->sections[i].key), first, second,
                       width);
    for (size_t i = 0; second && i < second->count; i++)
        if (!report_find_section(first, second->sections[i].key)) {
            buffer_append_string(output, "\nonly in ");
            append_cut(output, second->name, width);
            append_section(output, &second->sections[i], NULL, second, NULL, width);
        }
}
