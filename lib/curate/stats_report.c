/* stats_report.c - figures of many records as a report. */
#include "curate/stats_report.h"

#include <math.h>

#include "base/number.h"
#include "base/utf8.h"

enum { CATEGORIES_SHOWN = 20, EXAMPLES_SHOWN = 3, VALUES_SHOWN = 6, EXAMPLE_BYTES = 48 };

static struct report_value count_of(uint64_t number)
{
    return (struct report_value){ .unit = REPORT_COUNT, .number = (double)number };
}

static struct report_value share_of(uint64_t part, uint64_t whole)
{
    return (struct report_value){ .unit = REPORT_SHARE, .number = whole ? (double)part / (double)whole : 0 };
}

static struct report_value number_of(double number)
{
    return (struct report_value){ .unit = REPORT_NUMBER, .number = number };
}

static struct report_value text_of(struct slice text)
{
    return (struct report_value){ .unit = REPORT_TEXT, .text = text };
}

static void add_bar(struct report *report, struct report_chart *chart, uint64_t from, uint64_t count)
{
    struct buffer label = { 0 };
    report_append_short(&label, from);
    chart->bars[chart->count++] =
        (struct report_bar){ .label = arena_copy(report->arena, buffer_slice(&label)), .from = from, .count = count };
    buffer_release(&label);
}

/* Bars from the first to the last that are not empty. is_small: numbers below 10 have a bar each. */
static void add_histogram(struct report *report, struct report_section *section, const char *key, const char *title,
                          const struct histogram *histogram, bool is_small)
{
    enum { SMALL = 10, FIRST_LARGE = 4 /* the bar that begins with 10 */ };
    uint64_t bars[HISTOGRAM_BARS];
    unsigned first = is_small ? FIRST_LARGE : 0, end = HISTOGRAM_BARS;
    struct report_chart *chart = report_add_chart(report, section, key, title, HISTOGRAM_BARS + SMALL);
    chart->is_histogram = true;
    for (unsigned i = 0; is_small && i < SMALL; i++)
        if (i >= histogram->least && i <= histogram->greatest)
            add_bar(report, chart, i, histogram_at(histogram, i));
    histogram_bars(histogram, bars);
    while (chart->count == 0 && first < HISTOGRAM_BARS && bars[first] == 0)
        first++;
    while (end > first && bars[end - 1] == 0)
        end--;
    for (unsigned i = first; i < end; i++)
        add_bar(report, chart, histogram_bar_from(i), bars[i]);
}

static void add_categories(struct report *report, struct report_section *section, const char *key, const char *title,
                           const struct tally *tally)
{
    const struct tally_entry **ranked = tally_ranked(tally, report->arena);
    size_t shown = tally->count < CATEGORIES_SHOWN ? tally->count : CATEGORIES_SHOWN;
    struct report_chart *chart = report_add_chart(report, section, key, title, shown);
    chart->rest = tally->total;
    for (size_t i = 0; i < shown; i++) {
        chart->bars[chart->count++] = (struct report_bar){ .label = ranked[i]->text, .count = ranked[i]->count };
        chart->rest -= ranked[i]->count;
    }
}

static const char *joined(struct report *report, const char *prefix, const char *suffix)
{
    return arena_format(report->arena, "%s_%s", prefix, suffix);
}

/* all, mean, median, ... of one histogram. */
static void add_spread(struct report *report, struct report_section *section, const char *key, const char *group,
                       const struct histogram *histogram)
{
    const struct {
        const char *key, *label;
        struct report_value value;
    } figures[] = {
        { "total", "all", count_of(histogram->sum) },
        { "mean", "mean", number_of(histogram_mean(histogram)) },
        { "minimum", "least", count_of(histogram->least) },
        { "p50", "median", count_of(histogram_percentile(histogram, 50)) },
        { "p90", "90 % up to", count_of(histogram_percentile(histogram, 90)) },
        { "p99", "99 % up to", count_of(histogram_percentile(histogram, 99)) },
        { "maximum", "most", count_of(histogram->greatest) },
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        report_add_figure(report, section, joined(report, key, figures[i].key), figures[i].label, figures[i].value)
            ->group = group;
}

static void add_overview(struct report *report, const struct stats *stats)
{
    struct report_section *section = report_add_section(report, "overview", "Overview");
    report_add_figure(report, section, "records", "Records", count_of(stats->records));
    report_add_figure(report, section, "bytes", "Size",
                      (struct report_value){ .unit = REPORT_BYTES, .number = (double)stats->bytes });
    report_add_figure(report, section, "tokens", "Tokens", count_of(stats->tokens.sum));
    report_add_figure(report, section, "characters", "Characters", count_of(stats->characters.sum));
    report_add_figure(report, section, "without_text", "Without text", count_of(stats->without_text));
    if (stats->tombstones)
        report_add_figure(report, section, "tombstones", "Deleted documents", count_of(stats->tombstones));
    struct report_chart *chart = report_add_chart(report, section, "forms", "Forms", STATS_FORMS);
    for (unsigned i = 0; i < STATS_FORMS; i++)
        if (stats->forms[i])
            chart->bars[chart->count++] =
                (struct report_bar){ .label = slice_of_string(stats_form_names[i]), .count = stats->forms[i] };
}

static void add_lengths(struct report *report, const struct stats *stats, const struct stats_settings *settings)
{
    struct report_section *section = report_add_section(report, "lengths", "Lengths");
    report_add_figure(report, section, "tokenizer", "Tokenizer", text_of(slice_of_string(settings->tokenizer.name)));
    add_spread(report, section, "characters", "Characters", &stats->characters);
    add_spread(report, section, "words", "Words", &stats->words);
    add_spread(report, section, "tokens", "Tokens", &stats->tokens);
    add_histogram(report, section, "characters", "Records by characters", &stats->characters, false);
    add_histogram(report, section, "words", "Records by words", &stats->words, false);
    add_histogram(report, section, "tokens", "Records by tokens", &stats->tokens, false);
}

static void add_names(struct report *report, const char *key, const char *title, const char *chart_title,
                      const struct tally *tally)
{
    if (tally->total == 0)
        return;
    struct report_section *section = report_add_section(report, key, title);
    struct report_value distinct = count_of(tally_distinct(tally));
    if (!tally_is_exact(tally))
        distinct.unit = REPORT_ABOUT;
    report_add_figure(report, section, "distinct", "Different", distinct);
    add_categories(report, section, "records", chart_title, tally);
}

static void add_duplicates(struct report *report, const struct stats *stats)
{
    struct report_section *section = report_add_section(report, "duplicates", "Duplicates");
    bool is_exact = tally_is_exact(&stats->exact) && tally_is_exact(&stats->folded);
    report_add_figure(report, section, "exact", "Equal to an earlier record", count_of(tally_repeats(&stats->exact)));
    report_add_figure(report, section, "exact_share", "Equal, share",
                      share_of(tally_repeats(&stats->exact), stats->exact.total));
    report_add_figure(report, section, "normalized", "Alike but for case, space, punctuation",
                      count_of(tally_repeats(&stats->folded)));
    report_add_figure(report, section, "normalized_share", "Alike, share",
                      share_of(tally_repeats(&stats->folded), stats->folded.total));
    report_add_figure(report, section, "counted", "Counted", text_of(is_exact ? SLICE("exactly") : SLICE("estimated")));
}

static void add_chats(struct report *report, const struct stats *stats)
{
    if (stats->turns.count == 0)
        return;
    struct report_section *section = report_add_section(report, "chats", "Chats");
    report_add_figure(report, section, "chats", "Chats", count_of(stats->turns.count));
    report_add_figure(report, section, "messages", "Messages", count_of(stats->turns.sum));
    report_add_figure(report, section, "with_system", "With a system message",
                      share_of(stats->chats_with_system, stats->turns.count));
    report_add_figure(report, section, "turns_mean", "Messages a chat, mean", number_of(histogram_mean(&stats->turns)));
    report_add_figure(report, section, "turns_maximum", "Messages a chat, most", count_of(stats->turns.greatest));
    add_categories(report, section, "roles", "Messages by role", &stats->roles);
    add_histogram(report, section, "turns", "Chats by messages", &stats->turns, true);
    struct report_table *table = report_add_table(report, section, "lengths", "Characters of a message");
    static const char *const keys[] = { "role", "messages", "mean", "p50", "p90", "maximum" };
    static const char *const headers[] = { "Role", "Messages", "Mean", "Median", "90 %", "Most" };
    table->columns = sizeof keys / sizeof *keys;
    table->keys = keys;
    table->headers = headers;
    for (unsigned i = 0; i < STATS_ROLES; i++) {
        const struct histogram *lengths = &stats->role_characters[i];
        if (lengths->count == 0)
            continue;
        struct report_value *row = report_add_row(report, table);
        row[0] = text_of(slice_of_string(stats_role_names[i]));
        row[1] = count_of(lengths->count);
        row[2] = number_of(histogram_mean(lengths));
        row[3] = count_of(histogram_percentile(lengths, 50));
        row[4] = count_of(histogram_percentile(lengths, 90));
        row[5] = count_of(lengths->greatest);
    }
}

static void add_preferences(struct report *report, const struct stats *stats)
{
    uint64_t pairs = stats->chosen.count;
    if (pairs == 0)
        return;
    struct report_section *section = report_add_section(report, "preferences", "Preferences");
    report_add_figure(report, section, "pairs", "Pairs", count_of(pairs));
    report_add_figure(report, section, "chosen_mean", "Chosen, characters, mean",
                      number_of(histogram_mean(&stats->chosen)));
    report_add_figure(report, section, "rejected_mean", "Rejected, characters, mean",
                      number_of(histogram_mean(&stats->rejected)));
    report_add_figure(report, section, "chosen_longer", "Chosen is longer", share_of(stats->chosen_longer, pairs));
    report_add_figure(report, section, "rejected_longer", "Rejected is longer",
                      share_of(stats->rejected_longer, pairs));
    report_add_figure(report, section, "equally_long", "Equally long", share_of(stats->equally_long, pairs));
    add_histogram(report, section, "chosen", "Chosen answers by characters", &stats->chosen, false);
    add_histogram(report, section, "rejected", "Rejected answers by characters", &stats->rejected, false);
}

static struct slice shortened(struct slice text, struct arena *arena)
{
    if (text.length <= EXAMPLE_BYTES)
        return text;
    return slice_of_string(arena_format(arena, "%.*s...", (int)utf8_cut(text, EXAMPLE_BYTES), text.bytes));
}

/* The commonest values with their counts where there are few, else some as examples. */
static struct report_value examples_of(const struct stats_field *field, struct arena *arena)
{
    const struct tally_entry **ranked = tally_ranked(&field->values, arena);
    bool are_few = tally_is_exact(&field->values) && field->values.count <= VALUES_SHOWN &&
                   field->values.total > field->values.count;
    size_t shown = are_few ? VALUES_SHOWN : EXAMPLES_SHOWN;
    if (shown > field->values.count)
        shown = field->values.count;
    struct slice *items = arena_allocate(arena, (shown + 1) * sizeof *items);
    uint64_t *counts = arena_allocate(arena, (shown + 1) * sizeof *counts);
    for (size_t i = 0; i < shown; i++) {
        items[i] = shortened(ranked[i]->text, arena);
        counts[i] = ranked[i]->count;
    }
    return (struct report_value){
        .unit = REPORT_LIST, .items = items, .item_counts = are_few ? counts : NULL, .item_count = shown
    };
}

static struct report_value types_of(const struct stats_field *field, struct arena *arena)
{
    struct slice *items = arena_allocate(arena, STATS_TYPES * sizeof *items);
    uint64_t *counts = arena_allocate(arena, STATS_TYPES * sizeof *counts);
    size_t count = 0;
    for (unsigned type = STATS_NULL + 1; type < STATS_TYPES; type++)
        if (field->types[type]) {
            items[count] = slice_of_string(stats_type_names[type]);
            counts[count++] = field->types[type];
        }
    return (struct report_value){ .unit = REPORT_LIST, .items = items, .item_counts = counts, .item_count = count };
}

static void append_extent(struct buffer *text, const struct stats_extent *extent, const char *of)
{
    if (extent->count == 0)
        return;
    buffer_append_format(text, "%s%llu", text->length ? "; " : "", (unsigned long long)extent->least);
    if (extent->greatest > extent->least)
        buffer_append_format(text, " to %llu", (unsigned long long)extent->greatest);
    buffer_append_format(text, " %s", of);
}

static void append_numbers(struct buffer *text, const struct stats_field *field)
{
    char least[NUMBER_TEXT], greatest[NUMBER_TEXT];
    if (field->types[STATS_NUMBER] == 0) {
        buffer_append_format(text, "%lld", (long long)field->least_integer);
        if (field->greatest_integer > field->least_integer)
            buffer_append_format(text, " to %lld", (long long)field->greatest_integer);
    } else if (isfinite(field->least) && isfinite(field->greatest))
        buffer_append_format(text, "%.*s to %.*s", (int)number_format_double(field->least, least), least,
                             (int)number_format_double(field->greatest, greatest), greatest);
}

/* 1 to 20 characters; 2 elements; -1 to 7.5 */
static struct report_value range_of(const struct stats_field *field, struct arena *arena)
{
    struct buffer text = { 0 };
    if (field->types[STATS_INTEGER] + field->types[STATS_NUMBER])
        append_numbers(&text, field);
    append_extent(&text, &field->characters, "characters");
    append_extent(&text, &field->elements, "elements");
    struct report_value value = text_of(arena_copy(arena, buffer_slice(&text)));
    buffer_release(&text);
    return value;
}

static void add_fields(struct report *report, const struct stats *stats)
{
    static const char *const keys[] = { "path", "records", "share", "types", "null", "distinct", "range", "examples" };
    static const char *const headers[] = {
        "Path", "Records", "Share", "Types", "Null", "Different", "Range", "Values"
    };
    const struct stats_field **fields = stats_fields_sorted(&stats->fields, report->arena);
    if (stats->fields.count == 0)
        return;
    struct report_section *section = report_add_section(report, "fields", "Fields");
    report_add_figure(report, section, "paths", stats->fields.is_cut ? "Paths, at least" : "Paths",
                      count_of(stats->fields.count));
    struct report_table *table = report_add_table(report, section, "fields", "What stands where");
    table->columns = sizeof keys / sizeof *keys;
    table->keys = keys;
    table->headers = headers;
    if (stats->fields.is_cut)
        table->remark = "There are more paths; the shallowest are shown.";
    for (size_t i = 0; i < stats->fields.count; i++) {
        struct report_value *row = report_add_row(report, table);
        row[0] = text_of(fields[i]->path);
        row[1] = count_of(fields[i]->records);
        row[2] = share_of(fields[i]->records, stats->records);
        row[3] = types_of(fields[i], report->arena);
        row[4] = count_of(fields[i]->types[STATS_NULL]);
        row[5] = count_of(tally_distinct(&fields[i]->values));
        if (!tally_is_exact(&fields[i]->values))
            row[5].unit = REPORT_ABOUT;
        row[6] = range_of(fields[i], report->arena);
        row[7] = examples_of(fields[i], report->arena);
    }
}

struct report *stats_report(const struct stats *stats, const struct stats_settings *settings, struct slice name,
                            struct arena *arena)
{
    struct report *report = arena_allocate_zeroed(arena, 1, sizeof *report);
    report->name = name;
    report->arena = arena;
    add_overview(report, stats);
    if (stats->characters.count)
        add_lengths(report, stats, settings);
    add_names(report, "languages", "Languages", "Records by language", &stats->languages);
    add_names(report, "sources", "Sources", "Records by source", &stats->sources);
    if (stats->exact.total)
        add_duplicates(report, stats);
    add_names(report, "rules", "Rules", "Dropped and rejected, by tool and code", &stats->rules);
    add_chats(report, stats);
    add_preferences(report, stats);
    add_fields(report, stats);
    return report;
}
