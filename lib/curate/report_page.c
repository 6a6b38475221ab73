/* report_page.c - a report as one HTML page.
 *
 * Bars are SVG with coordinates in per cent, so that they take the width of a phone or a desk while letters keep their
 * size. Colours come from CSS variables, which prefers-color-scheme turns dark. */
#include "curate/report.h"
#include "curate/report_change.h"

static const char style[] =
    ":root{--page:#f6f7f9;--card:#fff;--text:#1c2330;--soft:#5b6577;--line:#dfe3ea;--one:#2f6fde;--two:#e0862b;"
    "color-scheme:light dark}"
    "@media(prefers-color-scheme:dark){:root{--page:#12151b;--card:#1b2029;--text:#e6e9ef;--soft:#9aa5b8;"
    "--line:#303847;--one:#6aa0ff;--two:#f0a455}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,"
    "'Noto Sans',sans-serif;-webkit-text-size-adjust:100%}"
    "main{max-width:1080px;margin:0 auto;padding:24px 16px 48px}"
    "h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}"
    "h2{font-size:1.15rem;margin:0 0 12px}h3{font-size:.95rem;margin:20px 0 8px;color:var(--soft);font-weight:600}"
    "section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;margin-top:16px}"
    ".names{color:var(--soft);margin:0;overflow-wrap:anywhere}"
    ".key{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em;vertical-align:-.05em}"
    ".k1{background:var(--one)}.k2{background:var(--two)}"
    "dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(122px,1fr));gap:12px 16px;margin:0}"
    "dt{color:var(--soft);font-size:.82rem;line-height:1.3}"
    "dd{margin:0;font-size:1.1rem;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}"
    ".overview dl{grid-template-columns:repeat(auto-fill,minmax(150px,1fr))}.overview dd{font-size:1.45rem}"
    "dd span{display:block;font-weight:600}dd small{display:block;color:var(--soft);font-weight:400;font-size:.8rem}"
    ".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:0 32px}"
    "figure{margin:0;min-width:0}svg{display:block;width:100%;overflow:visible}"
    ".one{fill:var(--one)}.two{fill:var(--two)}.axis{stroke:var(--line)}"
    "svg text{fill:var(--soft);font-size:11px;text-anchor:middle}"
    ".rows{display:grid;grid-template-columns:fit-content(34%) 1fr auto;gap:5px 10px;align-items:center;"
    "font-size:.88rem}"
    ".rows b{font-weight:400;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}"
    ".rows small{color:var(--soft);display:inline-block;min-width:4.2em}"
    ".rows i{font-style:normal;text-align:right;font-variant-numeric:tabular-nums}"
    ".wide{overflow-x:auto;margin:0 -16px;padding:0 16px}"
    "table{border-collapse:collapse;width:100%;font-size:.85rem}"
    "th,td{text-align:left;vertical-align:top;padding:5px 14px 5px 0;border-bottom:1px solid var(--line)}"
    "th{color:var(--soft);font-weight:600;white-space:nowrap}td{overflow-wrap:break-word}"
    "td:first-child{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.8rem}"
    ".fields table{min-width:62rem}td:first-child,td:last-child{overflow-wrap:anywhere}"
    ".fields "
    "td:first-child{min-width:14em}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    "@media(max-width:600px){.minor{display:none}main{padding:16px 10px 32px}section{padding:14px 12px}"
    "dl{grid-template-columns:repeat(auto-fill,minmax(104px,1fr))}.wide{margin:0 -12px;padding:0 12px}}"
    "@media print{body{background:#fff}section{break-inside:avoid}}";

enum { CHART_HEIGHT = 130, LABEL_SPACE = 20, TOP_SPACE = 6, MINOR_ABOVE = 9 };

/* Text between tags or in a quoted attribute. Control characters, which HTML does not take, become U+FFFD. */
static void append_text(struct buffer *output, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte == '<')
            buffer_append_string(output, "&lt;");
        else if (byte == '>')
            buffer_append_string(output, "&gt;");
        else if (byte == '&')
            buffer_append_string(output, "&amp;");
        else if (byte == '"')
            buffer_append_string(output, "&quot;");
        else if (byte == '\'')
            buffer_append_string(output, "&#39;");
        else if (byte < ' ' || byte == 0x7f)
            buffer_append_string(output, byte == '\n' || byte == '\t' || byte == '\r' ? " " : "\xef\xbf\xbd");
        else
            buffer_append_byte(output, (char)byte);
    }
}

static void append_value(struct buffer *output, const struct report_value *value)
{
    struct buffer text = { 0 };
    report_append_value(&text, value);
    append_text(output, buffer_slice(&text));
    buffer_release(&text);
}

static void append_figures(struct buffer *output, const struct report_section *section,
                           const struct report_section *other, bool is_pair)
{
    const char *group = NULL;
    buffer_append_string(output, "<dl>");
    for (size_t i = 0; i < section->figure_count; i++) {
        const struct report_figure *figure = &section->figures[i], *second = report_find_figure(other, figure->key);
        if (figure->group && (!group || strcmp(figure->group, group) != 0))
            buffer_append_format(output, "</dl>\n<h3>%s</h3>\n<dl>", figure->group);
        group = figure->group;
        buffer_append_string(output, "<div><dt>");
        append_text(output, slice_of_string(figure->label));
        buffer_append_string(output, "</dt><dd>");
        append_value(output, &figure->value);
        if (is_pair && second && figure->value.unit != REPORT_TEXT) {
            buffer_append_string(output, "<span>");
            append_value(output, &second->value);
            buffer_append_string(output, "</span><small>");
            report_append_change(output, &figure->value, &second->value);
            buffer_append_string(output, "</small>");
        }
        buffer_append_string(output, "</dd></div>\n");
    }
    buffer_append_string(output, "</dl>\n");
}

static uint64_t sum_of(const struct report_chart *chart)
{
    uint64_t sum = 0;
    for (size_t i = 0; chart && i < chart->count; i++)
        sum += chart->bars[i].count;
    return sum > 0 ? sum : 1;
}

/* One bar of a histogram. Heights are shares of a chart's own records, so that inputs of any size compare. */
static void append_column(struct buffer *output, const char *class, double left, double width, double height,
                          struct slice label, uint64_t count)
{
    struct report_value value = { .unit = REPORT_COUNT, .number = (double)count };
    if (count == 0)
        return;
    if (height < 1)
        height = 1;
    buffer_append_format(output,
                         "<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" y=\"%.1f\" height=\"%.1f\"><title>from ",
                         class, left, width, TOP_SPACE + CHART_HEIGHT - height, height);
    append_text(output, label);
    buffer_append_string(output, ": ");
    append_value(output, &value);
    buffer_append_string(output, "</title></rect>");
}

/* Bars that stand in either chart, in order of where they begin. */
static size_t join_bars(const struct report_chart *chart, const struct report_chart *other, struct report_bar *bars)
{
    size_t count = 0, i = 0, j = 0, other_count = other ? other->count : 0;
    while (i < chart->count || j < other_count) {
        bool takes_other = i == chart->count || (j < other_count && other->bars[j].from < chart->bars[i].from);
        uint64_t from = takes_other ? other->bars[j].from : chart->bars[i].from;
        bars[count++] = takes_other ? other->bars[j] : chart->bars[i];
        i += i < chart->count && chart->bars[i].from == from;
        j += j < other_count && other->bars[j].from == from;
    }
    return count;
}

static void append_histogram(struct buffer *output, const struct report_chart *chart, const struct report_chart *other)
{
    struct report_bar bars[128];
    size_t count = chart->count + (other ? other->count : 0) <= 128 ? join_bars(chart, other, bars) : 0;
    double one = (double)report_most(chart) / (double)sum_of(chart);
    double two = other ? (double)report_most(other) / (double)sum_of(other) : 0, most = one > two ? one : two;
    buffer_append_format(
        output, "<svg height=\"%d\" role=\"img\"><line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>",
        TOP_SPACE + CHART_HEIGHT + LABEL_SPACE, TOP_SPACE + CHART_HEIGHT, TOP_SPACE + CHART_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        const struct report_bar *mine = report_find_bar(chart, &bars[i]), *theirs = report_find_bar(other, &bars[i]);
        double step = 100.0 / (double)count, left = step * (double)i, width = other ? step * 0.42 : step * 0.86;
        uint64_t a = mine ? mine->count : 0, b = theirs ? theirs->count : 0;
        append_column(output, "one", left + step * 0.07, width,
                      CHART_HEIGHT * ((double)a / (double)sum_of(chart)) / most, bars[i].label, a);
        if (other)
            append_column(output, "two", left + step * 0.51, width,
                          CHART_HEIGHT * ((double)b / (double)sum_of(other)) / most, bars[i].label, b);
        buffer_append_format(output, "<text%s x=\"%.2f%%\" y=\"%d\">",
                             count > MINOR_ABOVE && i % 3 ? " class=\"minor\"" : "", left + step / 2,
                             TOP_SPACE + CHART_HEIGHT + 15);
        append_text(output, bars[i].label);
        buffer_append_string(output, "</text>");
    }
    buffer_append_string(output, "</svg>");
}

/* width: of the bar, in per cent; all: the records of the chart. */
static void append_row(struct buffer *output, struct slice label, const char *class, uint64_t count, double width,
                       uint64_t all)
{
    struct report_value value = { .unit = REPORT_COUNT, .number = (double)count };
    struct report_value share = { .unit = REPORT_SHARE, .number = (double)count / (double)all };
    buffer_append_string(output, "<b title=\"");
    append_text(output, label);
    buffer_append_string(output, "\">");
    append_text(output, label);
    buffer_append_format(output,
                         "</b><svg height=\"14\"><rect class=\"%s\" rx=\"2\" width=\"%.2f%%\" height=\"14\"/></svg><i>",
                         class, count && width < 0.4 ? 0.4 : width);
    append_value(output, &value);
    buffer_append_string(output, " <small>");
    append_value(output, &share);
    buffer_append_string(output, "</small>");
    buffer_append_string(output, "</i>\n");
}

static void append_categories(struct buffer *output, const struct report_chart *chart, const struct report_chart *other)
{
    uint64_t all = sum_of(chart) + chart->rest, theirs_all = other ? sum_of(other) + other->rest : 1;
    double one = (double)report_most(chart), two = (double)report_most(other);
    if (other && one / (double)all > two / (double)theirs_all)
        two = one / (double)all * (double)theirs_all;
    else if (other)
        one = two / (double)theirs_all * (double)all;
    buffer_append_string(output, "<div class=\"rows\">");
    for (size_t i = 0; i < chart->count; i++) {
        const struct report_bar *bar = &chart->bars[i], *theirs = report_find_bar(other, bar);
        append_row(output, bar->label, "one", bar->count, 100 * (double)bar->count / one, all);
        if (other)
            append_row(output, SLICE(""), "two", theirs ? theirs->count : 0,
                       theirs ? 100 * (double)theirs->count / two : 0, theirs_all);
    }
    for (size_t i = 0; other && i < other->count; i++)
        if (!report_find_bar(chart, &other->bars[i]))
            append_row(output, other->bars[i].label, "two", other->bars[i].count,
                       100 * (double)other->bars[i].count / two, theirs_all);
    if (chart->rest)
        append_row(output, SLICE("(others)"), "one", chart->rest,
                   (double)chart->rest > one ? 100 : 100 * (double)chart->rest / one, all);
    buffer_append_string(output, "</div>");
}

static void append_chart(struct buffer *output, const struct report_chart *chart, const struct report_chart *other)
{
    buffer_append_string(output, "<figure><h3>");
    append_text(output, slice_of_string(chart->title));
    buffer_append_string(output, "</h3>");
    if (chart->is_histogram)
        append_histogram(output, chart, other);
    else
        append_categories(output, chart, other);
    buffer_append_string(output, "</figure>\n");
}

static void append_table(struct buffer *output, const struct report_table *table, struct slice name)
{
    buffer_append_string(output, "<h3>");
    append_text(output, slice_of_string(table->title));
    if (name.length)
        buffer_append_string(output, " &middot; ");
    append_text(output, name);
    buffer_append_string(output, "</h3>\n<div class=\"wide\"><table><thead><tr>");
    for (size_t column = 0; column < table->columns; column++)
        buffer_append_format(output, "<th%s>%s</th>", report_has_numbers(table, column) ? " class=\"n\"" : "",
                             table->headers[column]);
    buffer_append_string(output, "</tr></thead><tbody>\n");
    for (size_t row = 0; row < table->rows; row++) {
        buffer_append_string(output, "<tr>");
        for (size_t column = 0; column < table->columns; column++) {
            buffer_append_string(output, report_has_numbers(table, column) ? "<td class=\"n\">" : "<td>");
            append_value(output, &table->cells[row * table->columns + column]);
            buffer_append_string(output, "</td>");
        }
        buffer_append_string(output, "</tr>\n");
    }
    buffer_append_string(output, "</tbody></table></div>\n");
    if (table->remark) {
        buffer_append_string(output, "<p class=\"names\">");
        append_text(output, slice_of_string(table->remark));
        buffer_append_string(output, "</p>\n");
    }
}

/* second NULL: there is one report. */
static void append_section(struct buffer *output, const struct report_section *section,
                           const struct report_section *other, const struct report *first, const struct report *second)
{
    buffer_append_format(output, "<section class=\"%s\"><h2>%s</h2>\n", section->key, section->title);
    append_figures(output, section, other, second != NULL);
    if (section->chart_count)
        buffer_append_string(output, "<div class=\"charts\">");
    for (size_t i = 0; i < section->chart_count; i++)
        append_chart(output, &section->charts[i], report_find_chart(other, section->charts[i].key));
    if (section->chart_count)
        buffer_append_string(output, "</div>");
    for (size_t i = 0; i < section->table_count; i++)
        append_table(output, &section->tables[i], second ? first->name : SLICE(""));
    for (size_t i = 0; second && other && i < other->table_count; i++)
        append_table(output, &other->tables[i], second->name);
    buffer_append_string(output, "</section>\n");
}

void report_append_page(struct buffer *output, const struct report *first, const struct report *second,
                        struct slice title)
{
    buffer_append_string(output, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                                 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    append_text(output, title);
    buffer_append_format(output, "</title>\n<style>%s</style></head>\n<body><main>\n<h1>", style);
    append_text(output, title);
    buffer_append_string(output, "</h1>\n<p class=\"names\">");
    buffer_append_string(output, second ? "<span class=\"key k1\"></span>" : "");
    append_text(output, first->name);
    if (second) {
        buffer_append_string(output, "<br><span class=\"key k2\"></span>");
        append_text(output, second->name);
    }
    buffer_append_string(output, "</p>\n");
    for (size_t i = 0; i < first->count; i++)
        append_section(output, &first->sections[i], report_find_section(second, first->sections[i].key), first, second);
    for (size_t i = 0; second && i < second->count; i++)
        if (!report_find_section(first, second->sections[i].key))
            append_section(output, &second->sections[i], NULL, second, NULL);
    buffer_append_string(output, "</main></body></html>\n");
}
