/* stats.c - figures of many records. */
#include "curate/stats.h"

#include "base/utf8.h"
#include "text/letters.h"

const char *const stats_form_names[STATS_FORMS] = { "document",    "chat",     "preference", "prompt",
                                                    "instruction", "question", "other" };

void stats_init(struct stats *stats)
{
    *stats = (struct stats){ 0 };
    tally_init(&stats->languages, STATS_NAMES);
    tally_init(&stats->sources, STATS_NAMES);
    tally_init(&stats->rules, STATS_NAMES);
    tally_init(&stats->roles, STATS_NAMES);
    tally_init(&stats->exact, STATS_FINGERPRINTS);
    tally_init(&stats->folded, STATS_FINGERPRINTS);
}

void stats_release(struct stats *stats)
{
    struct histogram *histograms[] = { &stats->characters, &stats->words,  &stats->tokens,
                                       &stats->turns,      &stats->chosen, &stats->rejected };
    struct tally *tallies[] = { &stats->languages, &stats->sources, &stats->rules,
                                &stats->roles,     &stats->exact,   &stats->folded };
    for (size_t i = 0; i < sizeof histograms / sizeof(void *); i++)
        histogram_release(histograms[i]);
    for (size_t i = 0; i < STATS_ROLES; i++)
        histogram_release(&stats->role_characters[i]);
    for (size_t i = 0; i < sizeof tallies / sizeof(void *); i++)
        tally_release(tallies[i]);
    stats_fields_release(&stats->fields);
}

static struct slice member_text(const struct json_object *object, const char *name, struct arena *arena)
{
    const struct json_field *field = json_object_find(object, slice_of_string(name));
    struct slice text = SLICE("");
    struct error error;
    if (field && field->value.type == JSON_STRING && !json_decode(field->value, arena, &text, &error))
        text = SLICE("");
    return text;
}

static struct json_value metadata_member(const struct json_object *object, const char *name)
{
    const struct json_field *metadata = json_object_find(object, SLICE("metadata"));
    if (!metadata || metadata->value.type != JSON_OBJECT)
        return (struct json_value){ 0 };
    return json_member(metadata->value, slice_of_string(name));
}

static struct slice metadata_text(const struct json_object *object, const char *name, struct arena *arena)
{
    struct json_value value = metadata_member(object, name);
    struct slice text = SLICE("");
    struct error error;
    return value.type == JSON_STRING && json_decode(value, arena, &text, &error) ? text : SLICE("");
}

static bool has_member(const struct json_object *object, const char *name)
{
    return json_object_find(object, slice_of_string(name)) != NULL;
}

static enum stats_form form_of(const struct json_object *object)
{
    if (has_member(object, "messages") || has_member(object, "conversations"))
        return STATS_CHAT;
    if (has_member(object, "chosen") && has_member(object, "rejected"))
        return STATS_PREFERENCE;
    if (has_member(object, "prompt") && has_member(object, "completion"))
        return STATS_PROMPT;
    if (has_member(object, "instruction"))
        return STATS_INSTRUCTION;
    if (has_member(object, "question") && has_member(object, "answer"))
        return STATS_QUESTION;
    return has_member(object, "text") ? STATS_DOCUMENT : STATS_OTHER;
}

/* What a record comes from: the host of an address, the folder or archive of a path, else the whole. */
static struct slice source_group(struct slice source)
{
    size_t scheme = slice_find(source, SLICE("://"));
    if (scheme < source.length) {
        struct slice rest = slice_from(source, scheme + 3);
        return slice_between(rest, 0, slice_find_byte(rest, '/'));
    }
    size_t member = slice_find(source, SLICE("!/"));
    if (member < source.length)
        return slice_between(source, 0, member);
    for (size_t at = source.length; at > 0; at--)
        if (source.bytes[at - 1] == '/')
            return slice_between(source, 0, at);
    return source;
}

static void add_source(struct stats *stats, const struct json_object *object, struct arena *arena)
{
    struct slice found[4] = { metadata_text(object, "source", arena), metadata_text(object, "url", arena),
                              member_text(object, "source", arena), member_text(object, "url", arena) };
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (found[i].length) {
            tally_add_text(&stats->sources, source_group(found[i]), 1);
            return;
        }
}

struct texts {
    struct slice *items; /* arena of the batch */
    size_t count;        /* 0: there are none, or they are no strings */
};

/* Errors, placed: half a surrogate pair. */
static bool find_texts(const struct stats_settings *settings, struct batch *batch, struct record *record,
                       struct texts *texts, struct error *error)
{
    struct json_value *values;
    *texts = (struct texts){ 0 };
    if (!text_fields_find(&settings->texts, batch, record, &values, &texts->count, error)) {
        texts->count = 0;
        return true;
    }
    texts->items = arena_allocate(&batch->arena, texts->count * sizeof *texts->items);
    for (size_t i = 0; i < texts->count; i++)
        if (!json_decode(values[i], &batch->arena, &texts->items[i], error))
            return error_place(error, record->file, record->line_number, 0);
    return true;
}

static void add_language(struct stats *stats, const struct stats_settings *settings, const struct json_object *object,
                         const struct texts *texts, struct arena *arena)
{
    struct slice code = language_primary(metadata_text(object, "language", arena), arena);
    if (code.length == 0)
        code = slice_of_string(language_identify(settings->identifier, texts->items, texts->count).code);
    tally_add_text(&stats->languages, code, 1);
}

/* Lengths and language of all texts together. */
static void add_texts(struct stats *stats, const struct stats_settings *settings, void *memory,
                      const struct texts *texts, const struct json_object *object, struct arena *arena)
{
    size_t characters = 0, words = 0, tokens = 0, more;
    struct error error;
    stats->without_text += texts->count == 0;
    for (size_t i = 0; i < texts->count; i++) {
        characters += utf8_count(texts->items[i]);
        words += text_count_words(texts->items[i]);
        tokens += tokenizer_count_text(&settings->tokenizer, memory, texts->items[i], &more, &error) ? more : 0;
    }
    if (texts->count == 0)
        return;
    histogram_add(&stats->characters, characters);
    histogram_add(&stats->words, words);
    histogram_add(&stats->tokens, tokens);
    add_language(stats, settings, object, texts, arena);
}

static void add_fingerprint(struct tally *tally, const struct fingerprint *fingerprint, struct batch *batch,
                            struct record *record, struct buffer *scratch)
{
    struct hash128 hash;
    bool has_hash;
    struct error error;
    if (fingerprint_take(fingerprint, batch, record, scratch, &hash, &has_hash, &error) && has_hash)
        tally_add(tally, SLICE(""), hash.high, 1);
}

bool stats_add_rule(struct stats *stats, const struct json_object *row, struct arena *arena)
{
    struct slice tool = member_text(row, "tool", arena), code = member_text(row, "code", arena);
    if (tool.length == 0 || code.length == 0 || !has_member(row, "reason") ||
        !(has_member(row, "record") || has_member(row, "raw")))
        return false;
    struct slice name =
        slice_of_string(arena_format(arena, "%.*s %.*s", (int)(tool.length < 40 ? tool.length : 40), tool.bytes,
                                     (int)(code.length < 50 ? code.length : 50), code.bytes));
    tally_add_text(&stats->rules, slice_between(name, 0, utf8_valid_length(name)), 1);
    return true;
}

static enum stats_split split_of(struct slice file)
{
    size_t start = file.length;
    while (start > 0 && file.bytes[start - 1] != '/')
        start--;
    struct slice name = slice_from(file, start);
    if (slice_find(name, SLICE("valid")) < name.length || slice_find(name, SLICE("dev")) < name.length)
        return STATS_VALIDATION;
    return slice_find(name, SLICE("test")) < name.length ? STATS_TEST : STATS_TRAIN;
}

/* Nothing is counted of a record with an error. */
static bool add_record(struct stats *stats, const struct stats_settings *settings, void *memory, struct batch *batch,
                       struct record *record, struct buffer *scratch, struct error *error)
{
    const struct json_object *object = record->object;
    struct texts texts;
    if (!find_texts(settings, batch, record, &texts, error))
        return false;
    stats->records++;
    stats->bytes += record->line.length + 1;
    enum stats_split split = split_of(slice_of_string(record->file));
    stats->split_records[split]++;
    stats->split_bytes[split] += record->line.length + 1;
    stats->forms[form_of(object)]++;
    add_texts(stats, settings, memory, &texts, object, &batch->arena);
    add_source(stats, object, &batch->arena);
    add_fingerprint(&stats->exact, &settings->exact, batch, record, scratch);
    add_fingerprint(&stats->folded, &settings->folded, batch, record, scratch);
    stats_add_rows(stats, object, &batch->arena);
    stats_fields_add(&stats->fields, object, scratch, &batch->arena);
    return true;
}

bool stats_add(struct stats *stats, const struct stats_settings *settings, void *memory, struct batch *batch,
               struct record *record, struct buffer *scratch, struct error *error)
{
    if (record->kind == RECORD_TOMBSTONE)
        stats->tombstones++;
    if (record->kind != RECORD_DATA)
        return true;
    const struct json_object *object = record_object(batch, record, error);
    if (!object)
        return false;
    if (!stats_add_rule(stats, object, &batch->arena))
        return add_record(stats, settings, memory, batch, record, scratch, error);
    const struct json_field *field = json_object_find(object, SLICE("record"));
    struct record inner = { .line = field ? field->value.text : SLICE(""), .file = record->file };
    struct error ignored; /* what a record was rejected for */
    (void)(field && field->value.type == JSON_OBJECT && record_object(batch, &inner, &ignored) &&
           add_record(stats, settings, memory, batch, &inner, scratch, &ignored));
    return true;
}

void stats_merge(struct stats *stats, const struct stats *other)
{
    stats->records += other->records;
    stats->bytes += other->bytes;
    stats->tombstones += other->tombstones;
    stats->without_text += other->without_text;
    for (size_t i = 0; i < STATS_FORMS; i++)
        stats->forms[i] += other->forms[i];
    for (size_t i = 0; i < STATS_SPLITS; i++) {
        stats->split_records[i] += other->split_records[i];
        stats->split_bytes[i] += other->split_bytes[i];
    }
    histogram_merge(&stats->characters, &other->characters);
    histogram_merge(&stats->words, &other->words);
    histogram_merge(&stats->tokens, &other->tokens);
    tally_merge(&stats->languages, &other->languages);
    tally_merge(&stats->sources, &other->sources);
    tally_merge(&stats->exact, &other->exact);
    tally_merge(&stats->folded, &other->folded);
    tally_merge(&stats->rules, &other->rules);
    stats_fields_merge(&stats->fields, &other->fields);
    histogram_merge(&stats->turns, &other->turns);
    tally_merge(&stats->roles, &other->roles);
    for (size_t i = 0; i < STATS_ROLES; i++)
        histogram_merge(&stats->role_characters[i], &other->role_characters[i]);
    stats->chats_with_system += other->chats_with_system;
    histogram_merge(&stats->chosen, &other->chosen);
    histogram_merge(&stats->rejected, &other->rejected);
    stats->chosen_longer += other->chosen_longer;
    stats->rejected_longer += other->rejected_longer;
    stats->equally_long += other->equally_long;
}
