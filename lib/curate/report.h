/* report.h - figures, charts and tables in sections, and the forms in which they are shown.
 *
 * A report is built once (stats_report.h) and rendered as JSON, as lines for a terminal, as a page or as Markdown. Two
 * reports may stand side by side: what has the same keys is compared. Texts may be hostile: each form escapes them.
 * Everything lives in the arena of whoever builds it. */
#ifndef CURATE_REPORT_H
#define CURATE_REPORT_H

#include "base/arena.h"
#include "base/buffer.h"

enum report_unit {
    REPORT_COUNT,
    REPORT_ABOUT, /* a count that is estimated */
    REPORT_BYTES,
    REPORT_NUMBER, /* one decimal */
    REPORT_SHARE,  /* 0 to 1 */
    REPORT_TEXT,
    REPORT_LIST /* of texts */
};

struct report_value {
    enum report_unit unit;
    double number;
    struct slice text;
    const struct slice *items;   /* item_count of them */
    const uint64_t *item_counts; /* how often each occurs; NULL: not known */
    size_t item_count;
};

struct report_figure {
    const char *key, *label;
    const char *group; /* what figures that follow one another belong to: "Characters"; NULL: nothing */
    struct report_value value;
};

struct report_bar {
    struct slice label; /* of a category; of a histogram the number it begins with */
    uint64_t from;      /* of a histogram */
    uint64_t count;
};

struct report_chart {
    const char *key, *title;
    bool is_histogram;
    struct report_bar *bars;
    size_t count;
    uint64_t rest; /* of categories: in those that are not shown */
};

enum { REPORT_COLUMNS_MAXIMUM = 8 };

struct report_table {
    const char *key, *title;
    const char *const *keys, *const *headers; /* columns of them, static */
    size_t columns;                           /* at most REPORT_COLUMNS_MAXIMUM */
    struct report_value *cells;               /* rows x columns */
    size_t rows, capacity;
    const char *remark; /* may be NULL */
};

struct report_section {
    const char *key, *title;
    struct report_figure *figures;
    size_t figure_count, figure_capacity;
    struct report_chart *charts;
    size_t chart_count, chart_capacity;
    struct report_table *tables;
    size_t table_count, table_capacity;
};

struct report {
    struct slice name; /* of what it is about */
    struct arena *arena;
    struct report_section *sections;
    size_t count, capacity;
};

/* Borrowed until the next one is added; likewise below. */
struct report_section *report_add_section(struct report *report, const char *key, const char *title);
struct report_figure *report_add_figure(struct report *report, struct report_section *section, const char *key,
                                        const char *label, struct report_value value);
struct report_chart *report_add_chart(struct report *report, struct report_section *section, const char *key,
                                      const char *title, size_t bars);
struct report_table *report_add_table(struct report *report, struct report_section *section, const char *key,
                                      const char *title);
/* The cells of a new row, zeroed. */
struct report_value *report_add_row(struct report *report, struct report_table *table);

/* What has that key in a section or report; NULL: nothing. section may be NULL. */
const struct report_section *report_find_section(const struct report *report, const char *key);
const struct report_figure *report_find_figure(const struct report_section *section, const char *key);
const struct report_chart *report_find_chart(const struct report_section *section, const char *key);
const struct report_bar *report_find_bar(const struct report_chart *chart, const struct report_bar *like);

static inline bool report_is_number(const struct report_value *value)
{
    return value->unit != REPORT_TEXT && value->unit != REPORT_LIST;
}

/* By its first row. */
static inline bool report_has_numbers(const struct report_table *table, size_t column)
{
    return table->rows > 0 && report_is_number(&table->cells[column]);
}

/* The highest bar, at least 1. chart may be NULL. */
uint64_t report_most(const struct report_chart *chart);

/* As people read it: 12,345; ~12,345; 1.2 MB; 34.5 %; texts as they are. */
void report_append_value(struct buffer *output, const struct report_value *value);
/* The same for a number alone: 950, 12.5K, 3.1M. */
void report_append_short(struct buffer *output, uint64_t number);

/* One JSON object without newline. */
void report_append_json(struct buffer *output, const struct report *report);
/* {"inputs": [A, B], "difference": {...}}: figures of the second minus those of the first. */
void report_append_json_pair(struct buffer *output, const struct report *first, const struct report *second);

/* Lines for a terminal of that many columns, ASCII but for the texts. second may be NULL. */
void report_append_lines(struct buffer *output, const struct report *first, const struct report *second,
                         unsigned width);

/* A whole HTML page: no script, nothing from elsewhere, light and dark. */
void report_append_page(struct buffer *output, const struct report *first, const struct report *second,
                        struct slice title);

/* Sections in Markdown, without a title. */
void report_append_markdown(struct buffer *output, const struct report *report);

#endif
