/* decontaminate_against.c - the evaluation items that records are compared with. */
#include <inttypes.h>

#include "base/memory.h"
#include "cli/say.h"
#include "decontaminate.h"
#include "document/table.h"
#include "json/write.h"

enum { SHORT_SHOWN = 100 /* lines of items that are too short, in the summary */, DEPTH_MAXIMUM = JSON_DEPTH_MAXIMUM };

/* What is read at the moment. */
struct reading {
    struct decon_against *against;
    const struct decon_options *options;
    struct text_fields fields;
    uint32_t file;
    struct arena arena; /* of one row */
    struct word_forms words;
    size_t *parts;
    size_t count, capacity;
};

static bool is_one_of(const struct json_field *field, const char *const *names)
{
    for (; *names; names++)
        if (json_key_equal(field, slice_of_string(*names)))
            return true;
    return false;
}

static const char *const id_keys[] = { "id", "_id", "task_id", "question_id", "qid", NULL };
static const char *const other_keys[] = { "role", "from", "type", "metadata", NULL };

static bool is_text_key(const struct json_field *field)
{
    return !is_one_of(field, id_keys) && !is_one_of(field, other_keys) && !slice_ends_with(field->key, SLICE("_id"));
}

static bool add_part(struct reading *reading, struct json_value value, struct error *error)
{
    struct slice text;
    if (!json_decode(value, &reading->arena, &text, error))
        return false;
    if (reading->count == reading->capacity)
        reading->parts = memory_grow(reading->parts, &reading->capacity, reading->count + 1, sizeof *reading->parts);
    reading->parts[reading->count++] = reading->words.count;
    word_forms_add(&reading->words, text, reading->against->form);
    return true;
}

/* All strings, but for names and kinds. */
static bool add_leaves(struct reading *reading, struct slice object, struct error *error)
{
    struct json_iterator levels[DEPTH_MAXIMUM + 1];
    struct json_field field;
    size_t depth = 0;
    levels[0] = json_iterate((struct json_value){ .text = object, .type = JSON_OBJECT });
    for (;;) {
        if (!json_next(&levels[depth], &field)) {
            if (depth-- == 0)
                return true;
            continue;
        }
        if (field.key.length > 0 && !is_text_key(&field))
            continue;
        if (field.value.type == JSON_STRING && !add_part(reading, field.value, error))
            return false;
        if ((field.value.type == JSON_ARRAY || field.value.type == JSON_OBJECT) && depth < DEPTH_MAXIMUM)
            levels[++depth] = json_iterate(field.value);
    }
}

static bool add_fields(struct reading *reading, const struct json_object *row, struct error *error)
{
    for (size_t i = 0; i < reading->fields.count; i++) {
        const struct json_path *path = &reading->fields.paths[i];
        struct json_value *values;
        size_t count = json_path_find_all(path, row, &reading->arena, &values);
        for (size_t k = 0; k < count; k++)
            if (values[k].type == JSON_STRING && !add_part(reading, values[k], error))
                return false;
    }
    if (reading->count > 0)
        return true;
    struct slice first = reading->fields.paths[0].text;
    error_set(error, E_FIELD_MISSING, "no string at '%.*s', which --against-field names", (int)first.length,
              first.bytes);
    return false;
}

static struct slice id_of(const struct json_object *row, struct arena *arena)
{
    for (size_t i = 0; id_keys[i]; i++) {
        const struct json_field *field = json_object_find(row, slice_of_string(id_keys[i]));
        if (field && (field->value.type == JSON_STRING || field->value.type == JSON_NUMBER))
            return arena_copy(arena, field->value.text);
    }
    return SLICE("");
}

static bool visit(void *context, const struct json_object *row, int64_t line, struct error *error)
{
    struct reading *reading = context;
    struct decon_against *against = reading->against;
    struct decon_item item = { .file = reading->file, .line = line, .id = id_of(row, &against->arena) };
    arena_reset(&reading->arena);
    word_forms_reset(&reading->words);
    reading->count = 0;
    if (!(reading->fields.is_given ? add_fields(reading, row, error) : add_leaves(reading, row->text, error)))
        return false;
    if (reading->count == 0) {
        error_set(error, E_FIELD_MISSING, "an item without any string, expected a question or text");
        return false;
    }
    if (!ngram_index_add(against->index, &reading->words, reading->parts, reading->count, &item.is_short, error))
        return false;
    if (against->count == against->capacity)
        against->items = memory_grow(against->items, &against->capacity, against->count + 1, sizeof *against->items);
    against->items[against->count++] = item;
    return true;
}

static bool read_files(struct reading *reading, struct error *error)
{
    const struct option_list *files = &reading->options->against;
    for (size_t i = 0; i < files->count; i++) {
        size_t before = reading->against->count;
        reading->file = (uint32_t)i;
        if (!table_read(files->values[i], visit, reading, error))
            return false;
        if (reading->against->count == before)
            return error_set(error, E_DATA, "'%s' has no items to compare with", files->values[i]);
    }
    return ngram_index_finish(reading->against->index, error);
}

bool decon_against_open(struct decon_against *against, const struct decon_options *options, struct error *error)
{
    static const enum word_form forms[] = {
        [DECON_OWN] = WORD_FORM_LETTERS, [DECON_DATATROVE] = WORD_FORM_SIMPLE, [DECON_NEMO] = WORD_FORM_STRIPPED
    };
    struct ngram_settings settings = { .width = (unsigned)options->ngram,
                                       .shortest = (unsigned)options->shortest,
                                       .crosses = options->preset != DECON_NEMO,
                                       .only_last = options->preset == DECON_DATATROVE,
                                       .memory = (size_t)options->memory };
    struct reading reading = { .against = against, .options = options };
    against->form = forms[options->preset];
    against->index = ngram_index_create(&settings);
    bool is_good = text_fields_compile(options->against_field.values, options->against_field.count, &against->arena,
                                       &reading.fields, error) &&
                   read_files(&reading, error);
    arena_release(&reading.arena);
    word_forms_release(&reading.words);
    memory_free(reading.parts);
    return is_good;
}

void decon_against_close(struct decon_against *against)
{
    ngram_index_free(against->index);
    memory_free(against->items);
    arena_release(&against->arena);
}

/* Of one file; *first: the line of the first short one. */
struct figures {
    int64_t items, short_items, found, first;
};

static struct figures count_items(const struct decon_against *against, size_t file, const unsigned char *found)
{
    struct figures figures = { 0 };
    for (size_t i = 0; i < against->count; i++) {
        const struct decon_item *item = &against->items[i];
        if (item->file != file)
            continue;
        figures.items++;
        figures.found += found && found[i];
        if (item->is_short && figures.short_items++ == 0)
            figures.first = item->line;
    }
    return figures;
}

void decon_against_warn(const struct decon_against *against, const struct decon_options *options, const char *step)
{
    for (size_t i = 0; i < options->against.count; i++) {
        struct figures figures = count_items(against, i, NULL);
        struct error warning;
        if (figures.short_items == 0)
            continue;
        error_set(&warning, W_ITEM_SHORT,
                  "%" PRId64 " of %" PRId64 " items have fewer than %" PRId64
                  " words in a row and are not looked for; this is the first",
                  figures.short_items, figures.items, options->shortest);
        error_place(&warning, options->against.values[i], figures.first, 0);
        say_warning(step, &warning);
    }
}

static void append_short(const struct decon_against *against, size_t file, struct buffer *json)
{
    int64_t shown = 0;
    buffer_append_string(json, ",\"short_lines\":[");
    for (size_t i = 0; i < against->count && shown < SHORT_SHOWN; i++)
        if (against->items[i].file == file && against->items[i].is_short)
            buffer_append_format(json, "%s%" PRId64, shown++ ? "," : "", against->items[i].line);
    buffer_append_byte(json, ']');
}

void decon_against_summarize(const struct decon_against *against, const struct decon_options *options,
                             const unsigned char *found, struct buffer *json)
{
    buffer_append_string(json, "\"against\":[");
    for (size_t i = 0; i < options->against.count; i++) {
        struct figures figures = count_items(against, i, found);
        buffer_append_string(json, i ? ",{" : "{");
        json_append_key(json, SLICE("file"));
        json_append_string(json, slice_of_string(options->against.values[i]));
        buffer_append_format(json, ",\"items\":%" PRId64 ",\"found\":%" PRId64 ",\"short\":%" PRId64, figures.items,
                             figures.found, figures.short_items);
        append_short(against, i, json);
        buffer_append_byte(json, '}');
    }
    buffer_append_format(json, "],\"ngrams\":%" PRIu64, ngram_index_count(against->index));
}
