/* dedup_repeats.c - which stretches of which rows stand in an earlier row.
 *
 * Lines and windows of sentences that are the same are equal in group and hash: the first row keeps its own. For
 * substring that holds for stretches around equal anchors, which is most of what copies have in common. Where stretches
 * of one group differ, some of their windows may still be equal: each window of them is hashed and sorted, once more by
 * sorter. So the answer is that of a suffix array over everything (all windows of the length that stand in an earlier
 * row), in memory for a few buffers. */
#include "base/hash.h"
#include "base/memory.h"
#include "dedup_cut.h"

enum { GROUP_BYTES = 8, PENDING_MAXIMUM = 4096, WINDOW_BYTES = 16 };

size_t cut_least(const struct dedup_options *options)
{
    static const size_t usual[] = { [DEDUP_LINES] = 20, [DEDUP_SENTENCES] = 10, [DEDUP_SUBSTRING] = 100 };
    if (options->least > 0)
        return (size_t)options->least;
    return options->method == DEDUP_SUBSTRING && options->unit == DEDUP_WORDS ? 50 : usual[options->method];
}

void cut_scratch_release(struct cut_scratch *scratch)
{
    buffer_release(&scratch->folded);
    symbols_release(&scratch->symbols);
}

/* Stretches of anchors are numbered in symbols: here they become bytes, for lack of a better common measure. */
static void add_anchors(const struct dedup_options *options, struct slice text, size_t base,
                        struct cut_scratch *scratch, struct buffer *stretches)
{
    size_t first = stretches->length;
    symbols_open(&scratch->symbols, text, options->unit == DEDUP_WORDS);
    stretches_add_anchors(&scratch->symbols, cut_least(options), stretches);
    for (size_t place = first; place < stretches->length; place += sizeof(struct stretch)) {
        struct stretch *stretch = (struct stretch *)(void *)(stretches->bytes + place);
        stretch->start = (uint32_t)(base + symbols_place(&scratch->symbols, stretch->start));
        stretch->end = (uint32_t)(base + symbols_place(&scratch->symbols, stretch->end));
    }
}

void cut_add_stretches(const struct dedup_options *options, const struct dedup_texts *texts,
                       struct cut_scratch *scratch, struct buffer *stretches)
{
    size_t base = 0, least = cut_least(options);
    for (size_t i = 0; i < texts->count; i++) {
        struct slice text = texts->texts[i].decoded;
        if (options->method == DEDUP_LINES)
            stretches_add_lines(text, base, least, stretches);
        else if (options->method == DEDUP_SENTENCES)
            stretches_add_sentences(text, base, (size_t)options->window, least, &scratch->folded, stretches);
        else
            add_anchors(options, text, base, scratch, stretches);
        base += text.length;
    }
}

bool cut_add(struct cut_state *state, uint64_t row, size_t start, size_t end, uint64_t first, struct error *error)
{
    char key[DEDUP_ROW_BYTES + CUT_PLACE_BYTES], payload[CUT_PLACE_BYTES + DEDUP_ROW_BYTES];
    if (row < state->report.against)
        return true;
    big_endian_write(row, key, DEDUP_ROW_BYTES);
    big_endian_write(start, key + DEDUP_ROW_BYTES, CUT_PLACE_BYTES);
    big_endian_write(end, payload, CUT_PLACE_BYTES);
    big_endian_write(first, payload + CUT_PLACE_BYTES, DEDUP_ROW_BYTES);
    if (state->report.emit == DEDUP_CLUSTERS)
        union_find_join(&state->sets, first, row);
    return sorter_add(state->cuts, slice_of(key, sizeof key), slice_of(payload, sizeof payload), error);
}

/* A stretch as it comes out of the sorter. */
struct found {
    char content[CUT_CONTENT_BYTES];
    uint64_t row;
    size_t start, end;
};

/* Stretches of one group that no earlier row holds whole: kept back until two rows have unlike ones. */
struct repeats {
    struct cut_state *state;
    struct sorter *regions; /* row, start: end; of stretches whose windows must be looked at */
    struct sorter *windows; /* content, row, start: end */
    struct found last;
    uint64_t first_row; /* of its content */
    uint64_t group_row; /* the first of the group */
    struct found *pending;
    size_t pending_count;
    bool is_first, has_contents, has_rows;
};

static bool next_found(struct sorter *sorter, size_t content_bytes, struct found *found, bool *has_item,
                       struct error *error)
{
    struct slice key, payload;
    if (!sorter_next(sorter, &key, &payload, has_item, error))
        return false;
    if (*has_item) {
        memcpy(found->content, key.bytes, content_bytes);
        key = slice_from(key, content_bytes);
        found->row = big_endian_read(key, DEDUP_ROW_BYTES);
        found->start = big_endian_read(slice_from(key, DEDUP_ROW_BYTES), CUT_PLACE_BYTES);
        found->end = big_endian_read(payload, CUT_PLACE_BYTES);
    }
    return true;
}

static bool add_region(struct repeats *repeats, const struct found *found, struct error *error)
{
    char key[DEDUP_ROW_BYTES + CUT_PLACE_BYTES], payload[CUT_PLACE_BYTES];
    big_endian_write(found->row, key, DEDUP_ROW_BYTES);
    big_endian_write(found->start, key + DEDUP_ROW_BYTES, CUT_PLACE_BYTES);
    big_endian_write(found->end, payload, CUT_PLACE_BYTES);
    return sorter_add(repeats->regions, slice_of(key, sizeof key), slice_of(payload, sizeof payload), error);
}

/* All that were kept back, and this one. More than some are not kept back: that costs time, and changes nothing. */
static bool add_regions(struct repeats *repeats, const struct found *found, struct error *error)
{
    bool must_go = repeats->has_contents && repeats->has_rows;
    if (!must_go && repeats->pending_count < PENDING_MAXIMUM) {
        repeats->pending[repeats->pending_count++] = *found;
        return true;
    }
    for (size_t i = 0; i < repeats->pending_count; i++)
        if (!add_region(repeats, &repeats->pending[i], error))
            return false;
    repeats->pending_count = 0;
    return add_region(repeats, found, error);
}

static bool take_stretch(struct repeats *repeats, const struct found *found, struct error *error)
{
    bool is_same = !repeats->is_first && memcmp(found->content, repeats->last.content, CUT_CONTENT_BYTES) == 0;
    bool is_grouped = !repeats->is_first && memcmp(found->content, repeats->last.content, GROUP_BYTES) == 0;
    if (!is_grouped) {
        repeats->group_row = found->row;
        repeats->pending_count = 0;
        repeats->has_contents = repeats->has_rows = false;
    }
    if (!is_same)
        repeats->first_row = found->row;
    repeats->is_first = false;
    repeats->last = *found;
    if (found->row != repeats->first_row)
        return cut_add(repeats->state, found->row, found->start, found->end, repeats->first_row, error);
    if (!repeats->regions)
        return true;
    repeats->has_contents |= is_grouped && !is_same;
    repeats->has_rows |= found->row != repeats->group_row;
    return add_regions(repeats, found, error);
}

/* The texts of a row that waits, and the regions of it that are looked at. */
struct looker {
    struct repeats *repeats;
    struct cut_scratch scratch;
    struct found region;
    bool has_region;
};

static bool add_window(struct looker *looker, uint64_t row, struct slice content, size_t start, size_t end,
                       struct error *error)
{
    char key[WINDOW_BYTES + DEDUP_ROW_BYTES + CUT_PLACE_BYTES], payload[CUT_PLACE_BYTES];
    struct hash128 hash = hash_128(content);
    memcpy(key, &hash, WINDOW_BYTES);
    big_endian_write(row, key + WINDOW_BYTES, DEDUP_ROW_BYTES);
    big_endian_write(start, key + WINDOW_BYTES + DEDUP_ROW_BYTES, CUT_PLACE_BYTES);
    big_endian_write(end, payload, CUT_PLACE_BYTES);
    return sorter_add(looker->repeats->windows, slice_of(key, sizeof key), slice_of(payload, sizeof payload), error);
}

/* The first symbol at or behind a place. */
static size_t symbol_at(const struct symbols *symbols, size_t place)
{
    size_t low = 0, high = symbols_count(symbols);
    if (!symbols->has_words)
        return place;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symbols_place(symbols, middle) < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* All windows of the regions that lie in one text of a row. */
static bool look_at_text(struct looker *looker, uint64_t row, struct slice text, size_t base, struct error *error)
{
    const struct dedup_options *options = looker->repeats->state->options;
    const struct symbols *symbols = &looker->scratch.symbols;
    size_t length = cut_least(options), done = 0; /* regions overlap: each window once */
    symbols_open(&looker->scratch.symbols, text, options->unit == DEDUP_WORDS);
    while (looker->has_region && looker->region.row == row && looker->region.start < base + text.length) {
        size_t first = symbol_at(symbols, looker->region.start - base);
        size_t end = symbol_at(symbols, looker->region.end - base);
        for (size_t i = first > done ? first : done; i + length <= end; i++) {
            if (!add_window(looker, row, symbols_window(symbols, i, length), base + symbols_place(symbols, i),
                            base + symbols_place(symbols, i + length), error))
                return false;
            done = i + 1;
        }
        if (!next_found(looker->repeats->regions, 0, &looker->region, &looker->has_region, error))
            return false;
    }
    return true;
}

static bool look_at_row(void *context, struct batch *batch, uint64_t row, struct record *record, struct error *error)
{
    struct looker *looker = context;
    struct dedup_texts texts;
    size_t base = 0;
    if (!looker->has_region || looker->region.row != row)
        return true;
    if (!dedup_find_texts(&looker->repeats->state->fields, batch, record, &texts, error))
        return false;
    for (size_t i = 0; i < texts.count; base += texts.texts[i++].decoded.length)
        if (!look_at_text(looker, row, texts.texts[i].decoded, base, error))
            return false;
    return true;
}

static bool hash_windows(struct repeats *repeats, struct error *error)
{
    struct looker looker = { .repeats = repeats };
    bool is_good = sorter_finish(repeats->regions, error) &&
                   next_found(repeats->regions, 0, &looker.region, &looker.has_region, error) &&
                   (!looker.has_region || dedup_waiting_visit(&repeats->state->waiting, &looker, look_at_row, error));
    cut_scratch_release(&looker.scratch);
    return is_good;
}

static bool cut_windows(struct repeats *repeats, struct error *error)
{
    struct found found, last = { 0 };
    bool has_item = false, is_first = true, is_good = sorter_finish(repeats->windows, error);
    while (is_good && (is_good = next_found(repeats->windows, WINDOW_BYTES, &found, &has_item, error)) && has_item) {
        if (is_first || memcmp(found.content, last.content, WINDOW_BYTES) != 0)
            last = found;
        else if (found.row != last.row)
            is_good = cut_add(repeats->state, found.row, found.start, found.end, last.row, error);
        is_first = false;
    }
    return is_good;
}

bool cut_find_repeats(struct cut_state *state, struct error *error)
{
    struct repeats repeats = { .state = state, .is_first = true };
    size_t memory = (size_t)state->options->memory;
    struct found found;
    bool has_item = false, is_good = sorter_finish(state->stretches, error);
    if (state->options->method == DEDUP_SUBSTRING) {
        repeats.regions = sorter_create(memory / 8);
        repeats.pending = memory_allocate(PENDING_MAXIMUM * sizeof *repeats.pending);
    }
    while (is_good && (is_good = next_found(state->stretches, CUT_CONTENT_BYTES, &found, &has_item, error)) && has_item)
        is_good = take_stretch(&repeats, &found, error);
    memory_free(repeats.pending);
    state->spilled += sorter_spilled(state->stretches);
    sorter_free(state->stretches);
    state->stretches = NULL;
    if (repeats.regions) {
        repeats.windows = sorter_create(memory / 2);
        is_good = is_good && hash_windows(&repeats, error) && cut_windows(&repeats, error);
        state->spilled += sorter_spilled(repeats.regions) + sorter_spilled(repeats.windows);
        sorter_free(repeats.regions);
        sorter_free(repeats.windows);
    }
    return is_good;
}
