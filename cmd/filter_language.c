/* filter_language.c - which language a record is in, and whether it is wanted. */
#include "filter_language.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/number.h"
#include "curate/language.h"
#include "record/text_fields.h"
#include "json/write.h"

/* The longest code that is counted apart; what records say may be anything. */
enum { CODE_LENGTH_MAXIMUM = 16, CODES_MAXIMUM = 256 };

struct filter_language {
    struct arena arena;
    const struct filter_language_options *options;
    struct language_identifier *identifier;
    struct text_fields fields;
    struct json_path language, confidence;
    struct slice *wanted; /* options->wanted.count of them */
    bool wants_any;
    unsigned jobs;
    struct map *counts; /* of each worker: by code */
};

/* What a record is in. */
struct found {
    struct slice code;
    double confidence; /* -1: the record says the language, but nothing about this */
};

bool filter_language_check(const struct filter_language_options *options, struct error *error)
{
    struct arena arena = { 0 };
    bool is_good = true;
    for (size_t i = 0; is_good && i < options->wanted.count; i++) {
        struct slice given = slice_of_string(options->wanted.values[i]);
        if (!slice_equal(given, SLICE("any")) && !language_is_known(language_primary(given, &arena)))
            is_good = error_set(error, E_USAGE, "--language: '%s' is no language that is known, expected any or: %s",
                                options->wanted.values[i], language_codes(&arena));
    }
    arena_release(&arena);
    if (is_good && options->wanted.count == 0 && options->detects)
        return error_set(error, E_USAGE, "--detect: belongs to --language, which is not given");
    return is_good;
}

struct filter_language *filter_language_open(const struct filter_language_options *options,
                                             const struct option_list *fields, unsigned jobs, struct error *error)
{
    struct filter_language *filter = memory_allocate_zeroed(1, sizeof *filter);
    filter->options = options;
    filter->identifier = language_identifier_create();
    filter->jobs = jobs;
    filter->counts = memory_allocate_zeroed(jobs, sizeof *filter->counts);
    filter->wanted = arena_allocate_zeroed(&filter->arena, options->wanted.count, sizeof *filter->wanted);
    for (size_t i = 0; i < options->wanted.count; i++) {
        filter->wanted[i] = language_primary(slice_of_string(options->wanted.values[i]), &filter->arena);
        filter->wants_any = filter->wants_any || slice_equal(filter->wanted[i], SLICE("any"));
    }
    if (text_fields_compile(fields->values, fields->count, &filter->arena, &filter->fields, error) &&
        json_path_compile(SLICE("metadata.language"), &filter->arena, &filter->language, error) &&
        json_path_compile(SLICE("metadata.language_confidence"), &filter->arena, &filter->confidence, error))
        return filter;
    filter_language_free(filter);
    return NULL;
}

void filter_language_free(struct filter_language *filter)
{
    if (!filter)
        return;
    for (unsigned i = 0; i < filter->jobs; i++)
        map_release(&filter->counts[i]);
    memory_free(filter->counts);
    language_identifier_free(filter->identifier);
    arena_release(&filter->arena);
    memory_free(filter);
}

/* What the record says itself. *found stays empty when it says nothing. */
static bool read_said(const struct filter_language *filter, struct batch *batch, struct record *record,
                      struct found *found, struct error *error)
{
    const struct json_object *object = record_object(batch, record, error);
    if (!object)
        return false;
    bool is_ambiguous = false;
    struct json_value said = json_path_find(&filter->language, object, &is_ambiguous);
    struct slice text;
    if (is_ambiguous)
        error_set(error, E_JSON_DUPKEY, "a key of 'metadata.language' stands twice");
    else if (said.type == JSON_MISSING || said.type == JSON_NULL || filter->options->detects)
        return true;
    else if (said.type != JSON_STRING)
        error_set(error, E_FIELD_TYPE, "field 'metadata.language' is %s, expected a string",
                  json_type_phrase(said.type));
    else if (json_decode(said, &batch->arena, &text, error)) {
        found->code = language_primary(text, &batch->arena);
        if (!json_double(json_path_find(&filter->confidence, object, NULL), &found->confidence))
            found->confidence = -1;
        return true;
    }
    error_field(error, filter->language.text);
    return error_place(error, record->file, record->line_number, 0);
}

/* What the text says. */
static bool look(const struct filter_language *filter, struct batch *batch, struct record *record, struct found *found,
                 struct error *error)
{
    struct json_value *values;
    size_t count;
    if (!text_fields_find(&filter->fields, batch, record, &values, &count, error))
        return false;
    struct slice *texts = arena_allocate(&batch->arena, count * sizeof *texts);
    for (size_t i = 0; i < count; i++)
        if (!json_decode(values[i], &batch->arena, &texts[i], error))
            return error_place(error, record->file, record->line_number, 0);
    struct language_guess guess = language_identify(filter->identifier, texts, count);
    *found = (struct found){ slice_of_string(guess.code), guess.confidence / 1000.0 };
    return true;
}

/* The record with what was found, in the batch's arena. */
static bool write_found(const struct filter_language *filter, struct batch *batch, struct record *record,
                        const struct found *found, struct slice *line, struct error *error)
{
    struct buffer json = { 0 }, first = { 0 }, second = { 0 };
    struct json_object object;
    buffer_append_format(&json, "\"%.*s\"", (int)found->code.length, found->code.bytes);
    bool is_good = json_path_set(&filter->language, record->object, buffer_slice(&json), &first, error) &&
                   json_scan_object(buffer_slice(&first), &batch->arena, &object, error);
    buffer_reset(&json);
    json_append_double(&json, found->confidence);
    is_good = is_good && json_path_set(&filter->confidence, &object, buffer_slice(&json), &second, error);
    if (is_good)
        *line = arena_copy(&batch->arena, buffer_slice(&second));
    buffer_release(&json);
    buffer_release(&first);
    buffer_release(&second);
    return is_good || error_place(error, record->file, record->line_number, 0);
}

static bool is_listed(const struct filter_language *filter, struct slice code)
{
    for (size_t i = 0; i < filter->options->wanted.count && !filter->wants_any; i++)
        if (slice_equal(code, filter->wanted[i]))
            return true;
    return filter->wants_any;
}

/* Codes that are too many or too long are counted under "other". */
static void count_code(struct map *counts, struct slice code)
{
    bool is_kept = code.length <= CODE_LENGTH_MAXIMUM && (counts->count < CODES_MAXIMUM || map_find(counts, code));
    map_insert(counts, is_kept ? code : SLICE("other"), NULL)->value++;
}

/* 'da' with confidence 0.312, expected one of en,de with 0.5 */
static const char *describe(const struct filter_language *filter, struct arena *arena, const struct found *found)
{
    const struct option_list *wanted = &filter->options->wanted;
    int length = (int)(found->code.length < CODE_LENGTH_MAXIMUM ? found->code.length : CODE_LENGTH_MAXIMUM);
    struct buffer list = { 0 };
    for (size_t i = 0; i < wanted->count; i++)
        buffer_append_format(&list, "%s%s", i ? "," : wanted->count > 1 ? "one of " : "", wanted->values[i]);
    const char *reason = found->confidence < 0 ? arena_format(arena, "the record says '%.*s', expected %s", length,
                                                              found->code.bytes, buffer_string(&list))
                                               : arena_format(arena, "'%.*s' with confidence %.3f, expected %s with %g",
                                                              length, found->code.bytes, found->confidence,
                                                              buffer_string(&list), filter->options->confidence);
    buffer_release(&list);
    return reason;
}

bool filter_language_test(struct filter_language *filter, unsigned worker, struct batch *batch, struct record *record,
                          struct filter_language_verdict *verdict, struct error *error)
{
    struct found found = { { 0 }, -1 };
    *verdict = (struct filter_language_verdict){ .is_wanted = true, .line = record->line };
    if (!read_said(filter, batch, record, &found, error))
        return false;
    bool is_said = found.code.length > 0;
    if (!is_said && (!look(filter, batch, record, &found, error) ||
                     !write_found(filter, batch, record, &found, &verdict->line, error)))
        return false;
    count_code(&filter->counts[worker], found.code);
    bool is_sure = found.confidence < 0 || found.confidence >= filter->options->confidence;
    if (is_listed(filter, found.code) && (is_sure || filter->wants_any))
        return true;
    verdict->is_wanted = false;
    verdict->code = is_listed(filter, found.code) ? "language_confidence" : "language";
    verdict->reason = describe(filter, &batch->arena, &found);
    return true;
}

static int compare_codes(const void *a, const void *b)
{
    const struct map_entry *left = a, *right = b;
    return slice_compare(left->key, right->key);
}

void filter_language_summarize(const struct filter_language *filter, struct buffer *json)
{
    struct map all = { 0 };
    for (unsigned worker = 0; worker < filter->jobs; worker++)
        for (size_t i = 0; i < filter->counts[worker].count; i++)
            map_insert(&all, filter->counts[worker].entries[i].key, NULL)->value +=
                filter->counts[worker].entries[i].value;
    if (all.count > 1)
        qsort(all.entries, all.count, sizeof *all.entries, compare_codes);
    buffer_append_string(json, "\"languages\":{");
    for (size_t i = 0; i < all.count; i++) {
        json_append_key(json, all.entries[i].key);
        json_append_integer(json, (int64_t)all.entries[i].value);
    }
    buffer_append_byte(json, '}');
    map_release(&all);
}
