/* report_json.c - a report as JSON. */
#include "curate/report.h"
#include "json/write.h"

static void append_value(struct buffer *output, const struct report_value *value)
{
    switch (value->unit) {
    case REPORT_COUNT:
    case REPORT_ABOUT:
    case REPORT_BYTES:
        buffer_append_format(output, "%.0f", value->number);
        break;
    case REPORT_NUMBER:
    case REPORT_SHARE:
        json_append_double(output, value->number);
        break;
    case REPORT_TEXT:
        json_append_string(output, value->text);
        break;
    case REPORT_LIST:
        buffer_append_byte(output, '[');
        for (size_t i = 0; i < value->item_count; i++) {
            buffer_append_string(output, i ? "," : "");
            if (value->item_counts)
                buffer_append_string(output, "{\"value\":");
            json_append_string(output, value->items[i]);
            if (value->item_counts)
                buffer_append_format(output, ",\"count\":%llu}", (unsigned long long)value->item_counts[i]);
        }
        buffer_append_byte(output, ']');
        break;
    }
}

static void append_chart(struct buffer *output, const struct report_chart *chart)
{
    json_append_key(output, slice_of_string(chart->key));
    buffer_append_byte(output, chart->is_histogram ? '[' : '{');
    for (size_t i = 0; i < chart->count; i++) {
        const struct report_bar *bar = &chart->bars[i];
        if (chart->is_histogram)
            buffer_append_format(output, "%s{\"from\":%llu,\"count\":%llu}", i ? "," : "",
                                 (unsigned long long)bar->from, (unsigned long long)bar->count);
        else {
            json_append_key(output, bar->label);
            json_append_integer(output, (int64_t)bar->count);
        }
    }
    if (!chart->is_histogram && chart->rest > 0) {
        json_append_key(output, SLICE("(others)"));
        json_append_integer(output, (int64_t)chart->rest);
    }
    buffer_append_byte(output, chart->is_histogram ? ']' : '}');
}

static void append_table(struct buffer *output, const struct report_table *table)
{
    json_append_key(output, slice_of_string(table->key));
    buffer_append_byte(output, '[');
    for (size_t row = 0; row < table->rows; row++) {
        buffer_append_string(output, row ? ",{" : "{");
        for (size_t column = 0; column < table->columns; column++) {
            json_append_key(output, slice_of_string(table->keys[column]));
            append_value(output, &table->cells[row * table->columns + column]);
        }
        buffer_append_byte(output, '}');
    }
    buffer_append_byte(output, ']');
}

void report_append_json(struct buffer *output, const struct report *report)
{
    buffer_append_byte(output, '{');
    json_append_key(output, SLICE("input"));
    json_append_string(output, report->name);
    for (size_t i = 0; i < report->count; i++) {
        const struct report_section *section = &report->sections[i];
        json_append_key(output, slice_of_string(section->key));
        buffer_append_byte(output, '{');
        for (size_t j = 0; j < section->figure_count; j++) {
            json_append_key(output, slice_of_string(section->figures[j].key));
            append_value(output, &section->figures[j].value);
        }
        for (size_t j = 0; j < section->chart_count; j++)
            append_chart(output, &section->charts[j]);
        for (size_t j = 0; j < section->table_count; j++)
            append_table(output, &section->tables[j]);
        buffer_append_byte(output, '}');
    }
    buffer_append_byte(output, '}');
}

static void append_difference(struct buffer *output, const struct report_section *first,
                              const struct report_section *second)
{
    json_append_key(output, slice_of_string(first->key));
    buffer_append_byte(output, '{');
    for (size_t i = 0; i < first->figure_count; i++) {
        const struct report_figure *figure = &first->figures[i];
        const struct report_figure *other = report_find_figure(second, figure->key);
        if (!other || !report_is_number(&figure->value) || !report_is_number(&other->value))
            continue;
        struct report_value difference = figure->value;
        difference.number = other->value.number - figure->value.number;
        json_append_key(output, slice_of_string(figure->key));
        append_value(output, &difference);
    }
    buffer_append_byte(output, '}');
}

void report_append_json_pair(struct buffer *output, const struct report *first, const struct report *second)
{
    buffer_append_string(output, "{\"inputs\":[");
    report_append_json(output, first);
    buffer_append_byte(output, ',');
    report_append_json(output, second);
    buffer_append_string(output, "],\"difference\":{");
    for (size_t i = 0; i < first->count; i++) {
        const struct report_section *other = report_find_section(second, first->sections[i].key);
        if (other)
            append_difference(output, &first->sections[i], other);
    }
    buffer_append_string(output, "}}");
}
