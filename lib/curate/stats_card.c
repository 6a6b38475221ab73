/* stats_card.c - a dataset card with the front matter that Hugging Face reads. */
#include "curate/stats_report.h"
#include "json/write.h"

enum { LANGUAGES_SHOWN = 30, FEATURE_DEPTH = 6 };

static const char *size_category(uint64_t records)
{
    static const struct {
        uint64_t below;
        const char *name;
    } categories[] = { { 1000, "n<1K" },           { 10000, "1K<n<10K" },    { 100000, "10K<n<100K" },
                       { 1000000, "100K<n<1M" },   { 10000000, "1M<n<10M" }, { 100000000, "10M<n<100M" },
                       { 1000000000, "100M<n<1B" } };
    for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
        if (records < categories[i].below)
            return categories[i].name;
    return "n>1B";
}

static bool is_code(struct slice text)
{
    bool is_good = text.length == 2 || text.length == 3;
    for (size_t i = 0; i < text.length && is_good; i++)
        is_good = text.bytes[i] >= 'a' && text.bytes[i] <= 'z';
    return is_good && !slice_equal(text, SLICE("und"));
}

/* Those that at least one record in a hundred is in. */
static void append_languages(struct buffer *output, const struct stats *stats, struct arena *arena)
{
    const struct tally_entry **ranked = tally_ranked(&stats->languages, arena);
    bool is_first = true;
    for (size_t i = 0; i < stats->languages.count && i < LANGUAGES_SHOWN; i++) {
        if (!is_code(ranked[i]->text) || ranked[i]->count * 100 < stats->languages.total)
            continue;
        buffer_append_string(output, is_first ? "language:\n" : "");
        buffer_append_format(output, "- %s\n", ranked[i]->text.bytes);
        is_first = false;
    }
}

static const char *data_type(const struct stats_field *field)
{
    if (field->types[STATS_STRING])
        return "string";
    if (field->types[STATS_NUMBER])
        return "float64";
    if (field->types[STATS_INTEGER])
        return "int64";
    return field->types[STATS_BOOLEAN] ? "bool" : "null";
}

struct features {
    struct buffer *output;
    const struct stats_field **fields;
    size_t count;
};

static const struct stats_field *find_path(const struct features *features, struct slice path, const char *suffix)
{
    for (size_t i = 0; i < features->count; i++)
        if (features->fields[i]->path.length == path.length + strlen(suffix) &&
            slice_starts_with(features->fields[i]->path, path) &&
            slice_ends_with(features->fields[i]->path, slice_of_string(suffix)))
            return features->fields[i];
    return NULL;
}

/* The plain key that path has behind parent, "" when it is no child of it. */
static struct slice key_below(struct slice parent, struct slice path)
{
    if (!slice_starts_with(path, parent) || path.length <= parent.length)
        return SLICE("");
    struct slice rest = slice_from(path, parent.length);
    if (parent.length) {
        if (rest.bytes[0] != '.')
            return SLICE("");
        rest = slice_from(rest, 1);
    }
    return slice_find_byte(rest, '.') < rest.length || slice_find_byte(rest, '[') < rest.length ? SLICE("") : rest;
}

static void append_children(const struct features *features, struct slice parent, unsigned indent);

static void append_type(const struct features *features, const struct stats_field *field, unsigned indent)
{
    const struct stats_field *element = find_path(features, field->path, "[*]");
    if (field->types[STATS_OBJECT] && indent < 4 * FEATURE_DEPTH) {
        buffer_append_format(features->output, "%*sstruct:\n", (int)indent, "");
        append_children(features, field->path, indent);
    } else if (field->types[STATS_ARRAY] && element && element->types[STATS_OBJECT] && indent < 4 * FEATURE_DEPTH) {
        buffer_append_format(features->output, "%*slist:\n", (int)indent, "");
        append_children(features, element->path, indent);
    } else if (field->types[STATS_ARRAY])
        buffer_append_format(features->output, "%*ssequence: %s\n", (int)indent, "",
                             element ? data_type(element) : "null");
    else
        buffer_append_format(features->output, "%*sdtype: %s\n", (int)indent, "", data_type(field));
}

static void append_children(const struct features *features, struct slice parent, unsigned indent)
{
    for (size_t i = 0; i < features->count; i++) {
        struct slice key = key_below(parent, features->fields[i]->path);
        if (key.length == 0)
            continue;
        buffer_append_format(features->output, "%*s- name: ", (int)indent, "");
        json_append_string(features->output, key);
        buffer_append_byte(features->output, '\n');
        append_type(features, features->fields[i], indent + 2);
    }
}

static void append_splits(struct buffer *output, const struct stats *stats)
{
    static const char *const names[STATS_SPLITS] = { "train", "validation", "test" };
    buffer_append_string(output, "  splits:\n");
    for (unsigned i = 0; i < STATS_SPLITS; i++)
        if (stats->split_records[i])
            buffer_append_format(output, "  - name: %s\n    num_bytes: %llu\n    num_examples: %llu\n", names[i],
                                 (unsigned long long)stats->split_bytes[i],
                                 (unsigned long long)stats->split_records[i]);
    buffer_append_format(output, "  dataset_size: %llu\n", (unsigned long long)stats->bytes);
}

/* A heading on one line. */
static void append_heading(struct buffer *output, struct slice title)
{
    buffer_append_string(output, "\n# ");
    for (size_t i = 0; i < title.length; i++) {
        if (title.bytes[i] == '<' || title.bytes[i] == '\\' || title.bytes[i] == '`' || title.bytes[i] == '[')
            buffer_append_byte(output, '\\');
        buffer_append_byte(output, (unsigned char)title.bytes[i] < ' ' ? ' ' : title.bytes[i]);
    }
    buffer_append_byte(output, '\n');
}

void stats_append_card(struct buffer *output, const struct stats *stats, const struct report *report,
                       struct slice title, struct arena *arena)
{
    struct features features = { output, stats_fields_sorted(&stats->fields, arena), stats->fields.count };
    buffer_append_string(output, "---\npretty_name: ");
    json_append_string(output, title);
    buffer_append_byte(output, '\n');
    append_languages(output, stats, arena);
    buffer_append_format(output, "size_categories:\n- %s\ndataset_info:\n", size_category(stats->records));
    if (stats->fields.count) {
        buffer_append_string(output, "  features:\n");
        append_children(&features, SLICE(""), 2);
    }
    append_splits(output, stats);
    buffer_append_string(output, "---\n");
    append_heading(output, title);
    report_append_markdown(output, report);
}
