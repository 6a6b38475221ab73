/* pack.c - documents into rows of one length in tokens. */
#include "dataset/pack.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "dataset/fit.h"
#include "json/write.h"

/* A piece that waits for its row; places in packer->hold. */
struct held {
    size_t offset, length, document, document_length;
    uint32_t tokens;
    bool is_start, is_end;
    bool is_separator; /* of a wrapped stream */
};

enum { PIECE_OVERHEAD = 96 /* bytes that a piece of the window costs beside its content */ };

struct packer {
    struct pack_settings settings;
    struct pack_output output;
    struct pack_figures figures;
    struct buffer hold;
    struct held *pieces;
    size_t count, capacity;
    uint32_t used; /* of the row that greedy and wrapped fill: tokens with separators */
    struct fitter *fitter;
    uint32_t *sizes, *bins; /* by piece */
    size_t *order, *starts; /* pieces by bin; where each bin begins */
    size_t fit_capacity;
};

uint32_t pack_piece_maximum(const struct pack_settings *settings, bool is_end)
{
    bool pays_separator = settings->emits_ids ? is_end : !settings->is_between;
    return settings->length - (pays_separator ? settings->separator_tokens : 0);
}

/* What a row holds at most, and what a piece takes of it: a separator that does not stand at the row's end is paid by
 * every piece and given to the row once more than it has. */
static uint32_t row_capacity(const struct pack_settings *settings)
{
    return settings->length + (settings->is_between && !settings->emits_ids ? settings->separator_tokens : 0);
}

static uint32_t cost_of(const struct packer *packer, const struct held *piece)
{
    bool has_separator = !packer->settings.emits_ids || piece->is_end;
    return piece->tokens + (has_separator ? packer->settings.separator_tokens : 0);
}

struct packer *packer_create(const struct pack_settings *settings, const struct pack_output *output)
{
    struct packer *packer = memory_allocate_zeroed(1, sizeof *packer);
    packer->settings = *settings;
    packer->output = *output;
    if (settings->strategy == PACK_BEST_FIT)
        packer->fitter = fitter_create(row_capacity(settings));
    return packer;
}

void packer_free(struct packer *packer)
{
    if (!packer)
        return;
    fitter_free(packer->fitter);
    buffer_release(&packer->hold);
    memory_free(packer->pieces);
    memory_free(packer->sizes);
    memory_free(packer->bins);
    memory_free(packer->order);
    memory_free(packer->starts);
    memory_free(packer);
}

const struct pack_figures *packer_figures(const struct packer *packer)
{
    return &packer->figures;
}

/* The pieces of one row, in order. */
struct row {
    const struct packer *packer;
    const size_t *order; /* NULL: all pieces that are held */
    size_t count;
};

static size_t number_in(const struct row *row, size_t place)
{
    return row->order ? row->order[place] : place;
}

static const struct held *piece_in(const struct row *row, size_t place)
{
    return &row->packer->pieces[number_in(row, place)];
}

/* Whether a piece goes on where the one before it in the row ended. */
static bool is_continued(const struct row *row, size_t place)
{
    return place > 0 && number_in(row, place) == number_in(row, place - 1) + 1 && !piece_in(row, place)->is_start;
}

/* Whether the separator stands behind a piece. */
static bool has_separator(const struct row *row, size_t place)
{
    const struct pack_settings *settings = &row->packer->settings;
    const struct held *piece = piece_in(row, place);
    bool is_last = place + 1 == row->count;
    if (settings->separator.length == 0 || settings->strategy == PACK_WRAPPED)
        return false;
    if (settings->emits_ids)
        return piece->is_end;
    if (is_last)
        return piece->is_end && !settings->is_between;
    return !is_continued(row, place + 1);
}

/* The contents and separators; returns their tokens. */
static uint32_t append_content(const struct row *row, struct buffer *line)
{
    const struct packer *packer = row->packer;
    const char *joint = packer->settings.emits_ids ? "," : "";
    uint32_t tokens = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct held *piece = piece_in(row, i);
        if (i > 0)
            buffer_append_string(line, joint);
        buffer_append(line, packer->hold.bytes + piece->offset, piece->length);
        tokens += piece->tokens;
        if (!has_separator(row, i))
            continue;
        buffer_append_string(line, joint);
        buffer_append_slice(line, packer->settings.separator);
        tokens += packer->settings.separator_tokens;
    }
    return tokens;
}

/* The tokens of each document's part in the row, as a list, or as the positions inside each part. */
static void append_lengths(const struct row *row, bool as_positions, struct buffer *line)
{
    uint32_t tokens = 0;
    bool is_first = true;
    json_append_key(line, as_positions ? SLICE("position_ids") : SLICE("seq_lengths"));
    buffer_append_byte(line, '[');
    for (size_t i = 0; i < row->count; i++) {
        tokens += piece_in(row, i)->tokens + (has_separator(row, i) ? row->packer->settings.separator_tokens : 0);
        if (i + 1 < row->count && is_continued(row, i + 1))
            continue;
        for (uint32_t k = as_positions ? 0 : tokens; k < tokens || (!as_positions && k == tokens); k++) {
            if (!is_first)
                buffer_append_byte(line, ',');
            is_first = false;
            buffer_append_decimal(line, k);
        }
        tokens = 0;
    }
    buffer_append_byte(line, ']');
}

static void append_documents(const struct row *row, struct buffer *line)
{
    json_append_key(line, SLICE("documents"));
    buffer_append_byte(line, '[');
    bool is_first = true;
    for (size_t i = 0; i < row->count; i++) {
        const struct held *piece = piece_in(row, i);
        if (is_continued(row, i) || piece->document_length == 0)
            continue;
        if (!is_first)
            buffer_append_byte(line, ',');
        is_first = false;
        buffer_append(line, row->packer->hold.bytes + piece->document, piece->document_length);
    }
    buffer_append_byte(line, ']');
}

static enum flow write_row(struct packer *packer, const size_t *order, size_t count, struct error *error)
{
    const struct pack_settings *settings = &packer->settings;
    struct row row = { packer, order, count };
    struct buffer *line = packer->output.begin(packer->output.context);
    buffer_append_byte(line, '{');
    json_append_key(line, slice_of_string(settings->emits_ids ? "input_ids" : settings->key));
    buffer_append_byte(line, settings->emits_ids ? '[' : '"');
    uint32_t tokens = append_content(&row, line);
    buffer_append_byte(line, settings->emits_ids ? ']' : '"');
    if (settings->emits_ids)
        append_lengths(&row, false, line);
    if (settings->emits_ids && settings->has_positions)
        append_lengths(&row, true, line);
    if (settings->names_documents)
        append_documents(&row, line);
    buffer_append_byte(line, '}');
    packer->figures.rows++;
    packer->figures.tokens += tokens;
    return packer->output.end(packer->output.context, tokens, error);
}

static void forget_pieces(struct packer *packer)
{
    packer->count = 0;
    packer->used = 0;
    buffer_reset(&packer->hold);
}

static enum flow write_held(struct packer *packer, struct error *error)
{
    bool drops_separator = packer->settings.is_between && !packer->settings.emits_ids;
    if (drops_separator && packer->count > 0 && packer->pieces[packer->count - 1].is_separator)
        packer->count--;
    enum flow flow = packer->count ? write_row(packer, NULL, packer->count, error) : FLOW_OK;
    forget_pieces(packer);
    return flow;
}

/* A place for a piece whose content the caller appends to the hold. */
static struct held *hold(struct packer *packer, struct slice document)
{
    if (packer->count == packer->capacity)
        packer->pieces = memory_grow(packer->pieces, &packer->capacity, packer->count + 1, sizeof *packer->pieces);
    struct held *piece = &packer->pieces[packer->count++];
    *piece = (struct held){ .document = packer->hold.length };
    if (packer->settings.names_documents) {
        buffer_append_slice(&packer->hold, document);
        piece->document_length = document.length;
    }
    piece->offset = packer->hold.length;
    return piece;
}

/* A bin as one row, or as several when its pieces are too large for one line. */
static enum flow write_bin(struct packer *packer, const size_t *order, size_t count, struct error *error)
{
    size_t start = 0, bytes = 0;
    enum flow flow = FLOW_OK;
    for (size_t i = 0; i < count && flow == FLOW_OK; i++) {
        size_t length = packer->pieces[order[i]].length;
        if (i > start && bytes + length > PACK_ROW_BYTES) {
            flow = write_row(packer, order + start, i - start, error);
            start = i;
            bytes = 0;
        }
        bytes += length;
    }
    return flow == FLOW_OK ? write_row(packer, order + start, count - start, error) : flow;
}

/* The window as rows. */
static enum flow write_window(struct packer *packer, struct error *error)
{
    size_t count = packer->count;
    if (count + 1 > packer->fit_capacity) {
        packer->fit_capacity = count + 1;
        packer->sizes = memory_resize(packer->sizes, count + 1, sizeof *packer->sizes);
        packer->bins = memory_resize(packer->bins, count + 1, sizeof *packer->bins);
        packer->order = memory_resize(packer->order, count + 1, sizeof *packer->order);
        packer->starts = memory_resize(packer->starts, count + 2, sizeof *packer->starts);
    }
    for (size_t i = 0; i < count; i++)
        packer->sizes[i] = cost_of(packer, &packer->pieces[i]);
    size_t bins = fitter_fit(packer->fitter, packer->sizes, count, packer->bins);
    memset(packer->starts, 0, (bins + 2) * sizeof *packer->starts);
    /* starts[b + 1] moves from the start of bin b to its end while the bins are filled. */
    for (size_t i = 0; i < count; i++)
        packer->starts[packer->bins[i] + 2]++;
    for (size_t b = 2; b < bins + 2; b++)
        packer->starts[b] += packer->starts[b - 1];
    for (size_t i = 0; i < count; i++)
        packer->order[packer->starts[packer->bins[i] + 1]++] = i;
    enum flow flow = FLOW_OK;
    for (size_t b = 0; b < bins && flow == FLOW_OK; b++)
        flow = write_bin(packer, packer->order + packer->starts[b], packer->starts[b + 1] - packer->starts[b], error);
    forget_pieces(packer);
    return flow;
}

enum flow packer_add(struct packer *packer, const struct pack_piece *piece, struct error *error)
{
    bool fits_best = packer->settings.strategy == PACK_BEST_FIT;
    struct held new = { .tokens = piece->tokens, .is_end = piece->is_end };
    uint32_t cost = cost_of(packer, &new);
    ENSURE(cost <= row_capacity(&packer->settings));
    size_t window = packer->hold.length + piece->content.length + packer->count * PIECE_OVERHEAD;
    bool is_full = fits_best ? packer->count > 0 && window > packer->settings.window
                             : packer->used + cost > row_capacity(&packer->settings) ||
                                   (packer->count > 0 && packer->hold.length + piece->content.length > PACK_ROW_BYTES);
    enum flow flow = !is_full ? FLOW_OK : fits_best ? write_window(packer, error) : write_held(packer, error);
    struct held *held = hold(packer, piece->document);
    held->tokens = piece->tokens;
    held->length = piece->content.length;
    held->is_start = piece->is_start;
    held->is_end = piece->is_end;
    buffer_append_slice(&packer->hold, piece->content);
    packer->used += cost;
    packer->figures.pieces++;
    return flow;
}

/* Where a stream's next row ends. */
struct cut {
    size_t offset; /* into the content */
    size_t tokens; /* before it */
};

/* The last mark with at most `tokens` tokens between from and it at which no character begins before it and ends
 * behind it; without such a mark, the last character before the mark of token `tokens`. The end when there are not so
 * many. */
static struct cut cut_text(const struct pack_stream *document, struct cut from, size_t tokens)
{
    size_t left = document->tokens - from.tokens, words = (document->content.length + 63) / 64;
    struct cut best = from;
    if (left <= tokens)
        return (struct cut){ document->content.length, document->tokens };
    size_t seen = 0; /* marks from `from` on, itself included */
    for (size_t word = from.offset / 64; word < words; word++) {
        uint64_t bits = document->marks[word];
        if (word == from.offset / 64)
            bits &= ~(uint64_t)0 << (from.offset % 64);
        size_t count = (size_t)__builtin_popcountll(bits);
        /* Far from the end of the row whole words are passed over. */
        if (seen + count + 64 < tokens) {
            seen += count;
            continue;
        }
        for (; bits; bits &= bits - 1) {
            size_t offset = word * 64 + (unsigned)__builtin_ctzll(bits);
            bool is_whole = ((unsigned char)document->content.bytes[offset] & 0xc0) != 0x80;
            if (is_whole && offset > from.offset)
                best = (struct cut){ offset, from.tokens + seen };
            if (seen < tokens) {
                seen++;
                continue;
            }
            if (best.offset == from.offset)
                best = (struct cut){ utf8_cut(document->content, offset), from.tokens + seen };
            return best;
        }
    }
    return best;
}

static struct cut cut_ids(const struct pack_stream *document, struct cut from, size_t tokens)
{
    size_t left = document->tokens - from.tokens;
    if (left <= tokens)
        return (struct cut){ document->content.length, document->tokens };
    const char *place = document->content.bytes + from.offset,
               *end = document->content.bytes + document->content.length;
    for (size_t i = 0; i < tokens && place; i++) {
        place = memchr(place, ',', (size_t)(end - place));
        place = place ? place + 1 : NULL;
    }
    ENSURE(place != NULL);
    return (struct cut){ (size_t)(place - document->content.bytes), from.tokens + tokens };
}

/* A part of a stream into the row. */
static void hold_part(struct packer *packer, const struct pack_stream *document, struct cut from, struct cut to)
{
    struct held *held = hold(packer, document->document);
    struct slice part = slice_between(document->content, from.offset, to.offset);
    held->tokens = (uint32_t)(to.tokens - from.tokens);
    held->is_start = from.offset == 0;
    size_t before = packer->hold.length;
    if (!packer->settings.emits_ids)
        json_append_escaped(&packer->hold, part);
    else
        buffer_append(&packer->hold, part.bytes, part.length - (slice_ends_with(part, SLICE(",")) ? 1 : 0));
    packer->pieces[packer->count - 1].length = packer->hold.length - before;
    packer->used += held->tokens;
    packer->figures.pieces++;
}

/* Behind each document, whole, and of white space neither at a row's start nor at its end. */
static enum flow hold_separator(struct packer *packer, struct slice document, struct error *error)
{
    const struct pack_settings *settings = &packer->settings;
    enum flow flow = FLOW_OK;
    if (settings->separator.length == 0)
        return FLOW_OK;
    if (packer->used + settings->separator_tokens > settings->length)
        flow = write_held(packer, error);
    if (flow != FLOW_OK || (packer->count == 0 && settings->is_between && !settings->emits_ids))
        return flow;
    struct held *held = hold(packer, document);
    held->is_separator = true;
    held->tokens = settings->separator_tokens;
    held->length = settings->separator.length;
    buffer_append_slice(&packer->hold, settings->separator);
    packer->used += settings->separator_tokens;
    return FLOW_OK;
}

enum flow packer_add_stream(struct packer *packer, const struct pack_stream *document, struct error *error)
{
    const struct pack_settings *settings = &packer->settings;
    struct cut from = { 0, 0 };
    enum flow flow = FLOW_OK;
    while (flow == FLOW_OK && from.offset < document->content.length) {
        size_t room = settings->length - packer->used;
        struct cut to = (settings->emits_ids ? cut_ids : cut_text)(document, from, room);
        if (packer->count > 0 && packer->hold.length + (to.offset - from.offset) > PACK_ROW_BYTES) {
            flow = write_held(packer, error);
            continue;
        }
        if (to.offset > from.offset)
            hold_part(packer, document, from, to);
        if (to.offset < document->content.length || packer->used >= settings->length)
            flow = write_held(packer, error);
        from = to;
    }
    return flow == FLOW_OK ? hold_separator(packer, document->document, error) : flow;
}

enum flow packer_finish(struct packer *packer, struct error *error)
{
    if (packer->settings.strategy == PACK_BEST_FIT)
        return packer->count ? write_window(packer, error) : FLOW_OK;
    return write_held(packer, error);
}
