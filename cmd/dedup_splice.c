/* dedup_splice.c - rows without what is cut of their texts. */
#include "base/memory.h"
#include "base/utf8.h"
#include "dedup_cut.h"
#include "text/letters.h"
#include "text/segment.h"
#include "json/write.h"

/* Bytes [start, end) of a row's texts stand in the row `first`, too. */
struct cut_span {
    size_t start, end;
    uint64_t first;
};

/* What is left of one text, as the cuts leave it. base: where the text begins among the cuts. */
static void keep_rest(struct slice text, size_t base, const struct cut_span *cuts, size_t cut_count,
                      struct buffer *rest)
{
    size_t kept = 0;
    for (size_t i = 0; i < cut_count; i++) {
        if (cuts[i].end <= base || cuts[i].start >= base + text.length)
            continue;
        size_t start = cuts[i].start > base ? cuts[i].start - base : 0;
        size_t end = cuts[i].end - base < text.length ? cuts[i].end - base : text.length;
        while (start < end && ((unsigned char)text.bytes[start] & 0xc0) == 0x80)
            start++;
        while (end > start && end < text.length && ((unsigned char)text.bytes[end] & 0xc0) == 0x80)
            end--;
        if (start > kept)
            buffer_append_slice(rest, slice_between(text, kept, start));
        if (end == text.length && kept < end) /* nothing follows the white space before it */
            rest->length = white_space_start(buffer_slice(rest), 0, rest->length);
        kept = end > kept ? end : kept;
    }
    buffer_append_slice(rest, slice_from(text, kept));
}

/* The record's line without the cuts (in order; they may overlap, and are brought to whole
 * characters). *cut: bytes of text that went; *is_empty: no text is left, or fewer words than least_words. */
static void splice(const struct record *record, const struct dedup_texts *texts, const struct cut_span *cuts,
                   size_t cut_count, size_t least_words, struct buffer *line, size_t *cut, bool *is_empty)
{
    const char *copied = record->line.bytes;
    struct buffer rest = { 0 };
    size_t base = 0, words = 0;
    bool has_text = false;
    *cut = 0;
    buffer_reset(line);
    for (size_t i = 0; i < texts->count; i++) {
        const struct dedup_text *text = &texts->texts[i];
        buffer_reset(&rest);
        keep_rest(text->decoded, base, cuts, cut_count, &rest);
        base += text->decoded.length;
        *cut += text->decoded.length - rest.length;
        has_text |= text_trim(buffer_slice(&rest)).length > 0;
        words += least_words ? text_count_words(buffer_slice(&rest)) : 0;
        if (rest.length == text->decoded.length)
            continue;
        buffer_append(line, copied, (size_t)(text->value.text.bytes - copied));
        json_append_string(line, buffer_slice(&rest));
        copied = text->value.text.bytes + text->value.text.length;
    }
    buffer_append(line, copied, (size_t)(record->line.bytes + record->line.length - copied));
    *is_empty = !has_text || words < least_words;
    buffer_release(&rest);
}
/* Cuts, read beside the rows. */
struct cutting {
    struct cut_state *state;
    struct stage *stage;
    bool has_item;
    uint64_t row; /* of the next cut */
    struct cut_span next;
    struct cut_span *spans; /* of the row at hand */
    size_t count, capacity;
    struct buffer line;
};

static bool next_cut(struct cutting *cutting, struct error *error)
{
    struct slice key, payload;
    if (!sorter_next(cutting->state->cuts, &key, &payload, &cutting->has_item, error))
        return false;
    if (cutting->has_item) {
        cutting->row = big_endian_read(key, DEDUP_ROW_BYTES);
        cutting->next.start = big_endian_read(slice_from(key, DEDUP_ROW_BYTES), CUT_PLACE_BYTES);
        cutting->next.end = big_endian_read(payload, CUT_PLACE_BYTES);
        cutting->next.first = big_endian_read(slice_from(payload, CUT_PLACE_BYTES), DEDUP_ROW_BYTES);
    }
    return true;
}

/* All cuts of a row; those that touch and stand in the same first row become one. */
static bool gather_cuts(struct cutting *cutting, uint64_t row, struct error *error)
{
    for (cutting->count = 0; cutting->has_item && cutting->row == row;) {
        const struct cut_span *next = &cutting->next;
        struct cut_span *last = cutting->count ? &cutting->spans[cutting->count - 1] : NULL;
        if (last && last->first == next->first && next->start <= last->end) {
            last->end = next->end > last->end ? next->end : last->end;
        } else {
            if (cutting->count == cutting->capacity || !cutting->spans)
                cutting->spans =
                    memory_grow(cutting->spans, &cutting->capacity, cutting->count + 1, sizeof *cutting->spans);
            cutting->spans[cutting->count++] = *next;
        }
        if (!next_cut(cutting, error))
            return false;
    }
    return true;
}

/* Code points before a place in the texts, counted from one text to the next. */
static int64_t characters_before(const struct dedup_texts *texts, size_t place)
{
    size_t count = 0;
    for (size_t i = 0; i < texts->count && place > 0; i++) {
        struct slice part = slice_between(texts->texts[i].decoded, 0, place);
        count += utf8_count(part);
        place -= part.length;
    }
    return (int64_t)count;
}

static bool report_cuts(struct cutting *cutting, struct batch *batch, uint64_t row, struct record *record,
                        const struct dedup_texts *texts, struct error *error)
{
    struct cut_state *state = cutting->state;
    struct dedup_report *report = &state->report;
    buffer_reset(&state->left);
    dedup_append_label(batch, record, &state->left);
    struct slice label = buffer_slice(&state->left);
    if (report->emit == DEDUP_IDS)
        dedup_report_line(report, batch, row, label, -1, -1, NULL);
    if (report->emit == DEDUP_CLUSTERS) {
        uint64_t root = union_find_root(&state->sets, row);
        return spool_get(state->labels, state->places[root], &state->right, error) &&
               dedup_report_member(report, row, label, root, buffer_slice(&state->right), error);
    }
    for (size_t i = 0; i < cutting->count && report->emit == DEDUP_PAIRS; i++) {
        struct dedup_twin twin = { .row = cutting->spans[i].first };
        if (!spool_get(state->labels, state->places[twin.row], &state->right, error))
            return false;
        twin.label = buffer_slice(&state->right);
        dedup_report_line(report, batch, row, label, characters_before(texts, cutting->spans[i].start),
                          characters_before(texts, cutting->spans[i].end), &twin);
    }
    return true;
}

static void drop_empty(const struct cutting *cutting, struct batch *batch, const struct record *record)
{
    const struct dedup_options *options = cutting->state->options;
    const char *reason = "nothing is left: its text stands in earlier rows";
    if (options->rest > 0)
        reason = arena_format(&batch->arena, "fewer than %lld words are left: the others stand in earlier rows",
                              (long long)options->rest);
    batch_drop(batch, cutting->stage, record, "repeated", "", reason);
}

static bool settle(void *context, struct batch *batch, uint64_t row, struct record *record, struct error *error)
{
    struct cutting *cutting = context;
    struct cut_state *state = cutting->state;
    struct dedup_texts texts;
    size_t cut;
    bool is_empty;
    if (row < state->report.against)
        return true;
    if (!gather_cuts(cutting, row, error))
        return false;
    if (cutting->count == 0) {
        dedup_keep(&state->report, batch, record);
        return true;
    }
    if (!dedup_find_texts(&state->fields, batch, record, &texts, error))
        return false;
    splice(record, &texts, cutting->spans, cutting->count, (size_t)state->options->rest, &cutting->line, &cut,
           &is_empty);
    state->cut_rows++;
    state->cut_bytes += cut;
    if (is_empty)
        drop_empty(cutting, batch, record);
    else if (state->report.emit == DEDUP_ROWS)
        batch_append_changed(batch, record, arena_copy(&batch->arena, buffer_slice(&cutting->line)));
    return state->report.emit == DEDUP_ROWS || report_cuts(cutting, batch, row, record, &texts, error);
}

enum flow cut_release(struct cut_state *state, struct stage *stage, struct sink *sink, struct error *error)
{
    struct cutting cutting = { .state = state, .stage = stage };
    if (!next_cut(&cutting, error))
        return FLOW_ERROR;
    enum flow flow = dedup_let_go(&state->waiting, sink, &cutting, settle, error);
    memory_free(cutting.spans);
    buffer_release(&cutting.line);
    return flow;
}
