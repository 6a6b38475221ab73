/* decontaminate_record.c - what one record shares with evaluation items, and what becomes of it. */
#include "base/memory.h"
#include "base/utf8.h"
#include "decontaminate.h"
#include "json/write.h"

/* The texts of a record, for as long as it is looked at; arena of the batch. */
struct texts {
    struct json_value *values;
    struct slice *decoded;
    size_t *firsts; /* the number of the first word of each */
    size_t count;
};

static bool read_texts(const struct decon *decon, struct decon_worker *worker, struct batch *batch,
                       struct record *record, struct texts *texts, struct error *error)
{
    if (!text_fields_find(&decon->fields, batch, record, &texts->values, &texts->count, error))
        return false;
    texts->count = text_fields_order(texts->values, texts->count);
    texts->decoded = arena_allocate_zeroed(&batch->arena, texts->count, sizeof *texts->decoded);
    texts->firsts = arena_allocate_zeroed(&batch->arena, texts->count, sizeof *texts->firsts);
    word_forms_reset(&worker->words);
    for (size_t i = 0; i < texts->count; i++) {
        if (!json_decode(texts->values[i], &batch->arena, &texts->decoded[i], error))
            return error_place(error, record->file, record->line_number, 0);
        texts->firsts[i] = worker->words.count;
        word_forms_add(&worker->words, texts->decoded[i], decon->against.form);
    }
    return true;
}

/* N-grams that so many records have are nobody's. */
static void leave_common(const struct decon *decon, struct ngram_hits *hits)
{
    size_t kept = 0;
    for (size_t i = 0; i < hits->count; i++)
        if (decon->counts[hits->hits[i].gram] <= (uint64_t)decon->options->max_matches)
            hits->hits[kept++] = hits->hits[i];
    hits->count = kept;
}

static bool look(const struct decon *decon, struct decon_worker *worker, struct batch *batch, struct record *record,
                 struct texts *texts, struct error *error)
{
    worker->hits.count = 0;
    if (!read_texts(decon, worker, batch, record, texts, error))
        return false;
    ngram_index_find(decon->against.index, &worker->words, &worker->hits);
    if (decon->counts)
        leave_common(decon, &worker->hits);
    return true;
}

bool decon_look(const struct decon *decon, struct decon_worker *worker, struct batch *batch, struct record *record,
                struct error *error)
{
    struct texts texts;
    return look(decon, worker, batch, record, &texts, error);
}

static const struct decon_item *item_of(const struct decon *decon, uint32_t gram)
{
    return &decon->against.items[ngram_index_item(decon->against.index, gram)];
}

static const char *file_of(const struct decon *decon, const struct decon_item *item)
{
    return decon->options->against.values[item->file];
}

/* Says which item has what: "shares 'a b c' with eval.jsonl:17 (id "q1")". */
static const char *tell(const struct decon *decon, struct arena *arena, const struct contaminated *span)
{
    const struct decon_item *item = item_of(decon, span->gram);
    struct slice words = ngram_index_text(decon->against.index, span->gram);
    struct buffer text = { 0 };
    buffer_append_format(&text, "shares '%.*s' with %s:%lld", (int)words.length, words.bytes, file_of(decon, item),
                         (long long)item->line);
    if (item->id.length > 0)
        buffer_append_format(&text, " (id %.*s)", (int)item->id.length, item->id.bytes);
    const char *told = arena_copy_string(arena, buffer_slice(&text));
    buffer_release(&text);
    return told;
}

static void drop(const struct decon *decon, struct decon_worker *worker, const struct stage *stage, struct batch *batch,
                 struct record *record, const struct texts *texts, const char *why)
{
    const struct contaminated *span = &worker->spans.spans[0];
    redact_paths_begin(&worker->paths, record->object);
    struct slice path = redact_paths_find(&worker->paths, texts->values[span->text]);
    const char *field = arena_copy_string(&batch->arena, path);
    const char *told = tell(decon, &batch->arena, span);
    batch_drop(batch, stage, record, "contaminated", field,
               *why ? arena_format(&batch->arena, "%s: %s", why, told) : told);
}

static void append_tag(const struct decon *decon, struct decon_worker *worker, const struct texts *texts,
                       const struct contaminated *span, struct buffer *list)
{
    const struct decon_item *item = item_of(decon, span->gram);
    struct slice text = texts->decoded[span->text];
    size_t start = utf8_count(slice_between(text, 0, span->start));
    struct buffer name = { 0 };
    buffer_append_format(&name, "%s:%lld", file_of(decon, item), (long long)item->line);
    buffer_append_string(list, list->length > 1 ? ",{\"against\":" : "{\"against\":");
    json_append_string(list, buffer_slice(&name));
    if (item->id.length > 0)
        buffer_append_format(list, ",\"id\":%.*s", (int)item->id.length, item->id.bytes);
    buffer_append_string(list, ",\"path\":");
    json_append_string(list, redact_paths_find(&worker->paths, texts->values[span->text]));
    buffer_append_format(list, ",\"start\":%zu,\"end\":%zu", start,
                         start + utf8_count(slice_between(text, span->start, span->end)));
    if (span->count > 0) {
        buffer_append_format(list, ",\"ngrams\":%u,\"ngram\":", span->count);
        json_append_string(list, ngram_index_text(decon->against.index, span->gram));
    }
    buffer_append_byte(list, '}');
    buffer_release(&name);
}

static bool tag(const struct decon *decon, struct decon_worker *worker, struct batch *batch, struct record *record,
                const struct texts *texts, struct error *error)
{
    struct buffer *list = &worker->piece;
    buffer_reset(list);
    buffer_reset(&worker->line);
    buffer_append_byte(list, '[');
    redact_paths_begin(&worker->paths, record->object);
    for (size_t i = 0; i < worker->spans.count; i++)
        append_tag(decon, worker, texts, &worker->spans.spans[i], list);
    buffer_append_byte(list, ']');
    if (!json_path_set(&decon->into, record->object, buffer_slice(list), &worker->line, error))
        return error_place(error, record->file, record->line_number, 0);
    batch_append_changed(batch, record, arena_copy(&batch->arena, buffer_slice(&worker->line)));
    return true;
}

/* The record without what it shares; one of whose texts nothing is left goes as a whole. */
static void cut(const struct decon *decon, struct decon_worker *worker, const struct stage *stage, struct batch *batch,
                struct record *record, const struct texts *texts)
{
    const struct contamination_cut rule = { decon->options->around, decon->options->keep };
    const struct contaminated *spans = worker->spans.spans;
    const char *copied = record->line.bytes, *end = copied + record->line.length, *why = "";
    buffer_reset(&worker->line);
    for (size_t i = 0, next; i < worker->spans.count && !*why; i = next) {
        struct slice value = texts->values[spans[i].text].text;
        for (next = i; next < worker->spans.count && spans[next].text == spans[i].text;)
            next++;
        buffer_reset(&worker->piece);
        size_t pieces = contamination_cut(&rule, texts->decoded[spans[i].text], &spans[i], next - i, &worker->piece);
        if (pieces == 0)
            why = "nothing is left without it";
        else if (pieces > (size_t)decon->options->max_pieces)
            why = "more pieces than --max-pieces are left without it";
        buffer_append(&worker->line, copied, (size_t)(value.bytes - copied));
        json_append_string(&worker->line, buffer_slice(&worker->piece));
        copied = value.bytes + value.length;
    }
    if (*why) {
        drop(decon, worker, stage, batch, record, texts, why);
        return;
    }
    buffer_append(&worker->line, copied, (size_t)(end - copied));
    batch_append_changed(batch, record, arena_copy(&batch->arena, buffer_slice(&worker->line)));
}

static void note_found(const struct decon *decon, struct decon_worker *worker)
{
    worker->records++;
    for (size_t i = 0; i < worker->hits.count; i++)
        worker->found[ngram_index_item(decon->against.index, worker->hits.hits[i].gram)] = 1;
}

bool decon_take(const struct decon *decon, struct decon_worker *worker, const struct stage *stage, struct batch *batch,
                struct record *record)
{
    struct texts texts;
    struct error error;
    error_reset(&error);
    if (!look(decon, worker, batch, record, &texts, &error))
        return batch_reject(batch, stage, record, &error);
    if (worker->hits.count == 0) {
        *batch_append(batch) = *record;
        return true;
    }
    note_found(decon, worker);
    worker->spans.count = 0;
    contamination_gather(decon->against.index, &worker->hits, &worker->words, texts.firsts, texts.count,
                         &worker->spans);
    switch ((enum decon_action)decon->options->action) {
    case DECON_DROP:
        drop(decon, worker, stage, batch, record, &texts, "");
        return true;
    case DECON_CUT:
        cut(decon, worker, stage, batch, record, &texts);
        return true;
    case DECON_TAG:
        return tag(decon, worker, batch, record, &texts, &error) || batch_reject(batch, stage, record, &error);
    }
    return true;
}
