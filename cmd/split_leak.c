/* split_leak.c - rows of different splits that have too much in common. */
#include <stdlib.h>

#include "base/big_endian.h"
#include "base/memory.h"
#include "curate/ngram_index.h"
#include "split.h"

enum { REPRESENTATIVES_MAXIMUM = 16 /* unlike rows of one band that later ones are compared with */ };

const char *const split_leak_names[] = { "exact", "normalized", "prompt", "ngram", "near", NULL };
const enum code split_leak_codes[] = { E_LEAK_EXACT, E_LEAK_NORMALISED, E_LEAK_PROMPT, E_LEAK_NGRAM, E_LEAK_NEAR };

struct record *split_read(struct split_waiting *waiting, size_t row, struct batch *batch, struct error *error)
{
    if (!spool_get(waiting->spool, waiting->rows[row].place, &waiting->packed, error))
        return NULL;
    return record_unpack(batch, buffer_slice(&waiting->packed), &waiting->files);
}

/* The text of a row that waits. */
static bool read_text(struct split_waiting *waiting, size_t row, struct buffer *text, struct error *error)
{
    struct batch *batch = batch_create();
    struct record *record = split_read(waiting, row, batch, error);
    buffer_reset(text);
    if (record)
        split_append_text(&waiting->plan, batch, record, text);
    batch_free(batch);
    return record != NULL;
}

static bool moves(const struct split_waiting *waiting)
{
    return waiting->plan.options->on_leak == LEAK_MOVE;
}

/* Each row counts once a kind; the first kind is the one that is told. */
static void note(struct split_waiting *waiting, uint64_t row, uint64_t twin, enum split_leak kind)
{
    struct split_row *at = &waiting->rows[row];
    waiting->leaks[kind]++;
    if (at->leak)
        return;
    at->leak = (unsigned char)(1 + kind);
    waiting->twins[row] = twin;
}

/* Rows that have the same: those behind the least split leak from its first row. */
static void note_run(struct split_waiting *waiting, const uint64_t *rows, size_t count, enum split_leak kind)
{
    uint64_t first = rows[0];
    for (size_t i = 1; i < count; i++)
        if (waiting->rows[rows[i]].split < waiting->rows[first].split)
            first = rows[i];
    for (size_t i = 0; i < count; i++) {
        if (waiting->rows[rows[i]].split > waiting->rows[first].split)
            note(waiting, rows[i], first, kind);
        if (moves(waiting))
            union_find_join(&waiting->sets, rows[0], rows[i]);
    }
}

/* Calls use for each stretch of sorted items that agree but for the row behind `prefix` bytes. */
static bool each_run(struct sorter *sorter, size_t prefix,
                     bool (*use)(void *context, struct slice common, const uint64_t *rows, size_t count,
                                 struct error *error),
                     void *context, struct error *error)
{
    struct buffer common = { 0 }, rows = { 0 };
    struct slice key, payload;
    bool has_item = false, is_good = sorter_finish(sorter, error);
    while (is_good && (is_good = sorter_next(sorter, &key, &payload, &has_item, error))) {
        struct slice start = has_item ? slice_between(key, 0, prefix) : SLICE("");
        if (rows.length > 0 && (!has_item || !slice_equal(start, buffer_slice(&common)))) {
            is_good = use(context, buffer_slice(&common), (const uint64_t *)(const void *)rows.bytes,
                          rows.length / sizeof(uint64_t), error);
            buffer_reset(&rows);
        }
        if (!has_item)
            break;
        uint64_t row = big_endian_read(slice_from(key, prefix), BIG_ENDIAN_BYTES);
        buffer_reset(&common);
        buffer_append_slice(&common, start);
        buffer_append(&rows, &row, sizeof row);
    }
    buffer_release(&common);
    buffer_release(&rows);
    return is_good;
}

static bool use_equal(void *context, struct slice common, const uint64_t *rows, size_t count, struct error *error)
{
    (void)error;
    note_run(context, rows, count, (enum split_leak)common.bytes[0]);
    return true;
}

/* Shingle hashes of rows that others are compared with. */
struct alike {
    struct split_waiting *waiting;
    struct buffer text, folded, wide;
    struct buffer shingles[REPRESENTATIVES_MAXIMUM], own;
    struct minhash_set set; /* of own */
};

static bool read_shingles(struct alike *alike, uint64_t row, struct buffer *shingles, struct error *error)
{
    if (!read_text(alike->waiting, row, &alike->text, error))
        return false;
    buffer_reset(&alike->wide);
    buffer_reset(shingles);
    minhash_shingles(alike->waiting->plan.minhash, buffer_slice(&alike->text), &alike->folded, &alike->wide);
    for (size_t i = 0; i < alike->wide.length; i += sizeof(uint64_t)) {
        uint64_t hash;
        memcpy(&hash, alike->wide.bytes + i, sizeof hash);
        uint32_t narrow = (uint32_t)hash;
        buffer_append(shingles, &narrow, sizeof narrow);
    }
    return true;
}

static const uint32_t *hashes_of(const struct buffer *shingles)
{
    return (const uint32_t *)(const void *)shingles->bytes;
}

/* Each row is compared with the unlike ones before it. */
static bool use_band(void *context, struct slice common, const uint64_t *rows, size_t count, struct error *error)
{
    struct alike *alike = context;
    struct union_find *near = &alike->waiting->near;
    uint64_t representatives[REPRESENTATIVES_MAXIMUM];
    double least = alike->waiting->plan.options->threshold;
    size_t known = 0;
    (void)common;
    for (size_t i = 0; i < count && count > 1; i++) {
        bool is_joined = i > 0 && union_find_root(near, rows[i]) == union_find_root(near, rows[0]);
        if (is_joined)
            continue;
        if (!read_shingles(alike, rows[i], &alike->own, error))
            return false;
        if (known > 0)
            minhash_set_fill(&alike->set, hashes_of(&alike->own), alike->own.length / sizeof(uint32_t));
        for (size_t k = 0; k < known && !is_joined; k++)
            if (minhash_set_jaccard(&alike->set, hashes_of(&alike->shingles[k]),
                                    alike->shingles[k].length / sizeof(uint32_t), least) >= least) {
                union_find_join(near, representatives[k], rows[i]);
                is_joined = true;
            }
        if (is_joined || known == REPRESENTATIVES_MAXIMUM)
            continue;
        buffer_reset(&alike->shingles[known]);
        buffer_append_slice(&alike->shingles[known], buffer_slice(&alike->own));
        representatives[known++] = rows[i];
    }
    return true;
}

bool split_join_near(struct split_waiting *waiting, struct error *error)
{
    struct alike alike = { .waiting = waiting };
    union_find_grow(&waiting->near, waiting->count);
    bool is_good = each_run(waiting->bands, 1 + sizeof(uint64_t), use_band, &alike, error);
    buffer_release(&alike.text);
    buffer_release(&alike.folded);
    buffer_release(&alike.wide);
    minhash_set_release(&alike.set);
    buffer_release(&alike.own);
    for (size_t i = 0; i < REPRESENTATIVES_MAXIMUM; i++)
        buffer_release(&alike.shingles[i]);
    return is_good;
}

static void find_near(struct split_waiting *waiting)
{
    uint64_t *firsts =
        memory_allocate((waiting->count + 1) * sizeof *firsts); /* of each root: the row of least split */
    for (size_t i = 0; i < waiting->count; i++)
        firsts[i] = i;
    for (size_t i = 0; i < waiting->count; i++) {
        uint64_t *first = &firsts[union_find_root(&waiting->near, i)];
        if (waiting->rows[i].split < waiting->rows[*first].split)
            *first = i;
    }
    for (size_t i = 0; i < waiting->count; i++) {
        uint64_t root = union_find_root(&waiting->near, i), first = firsts[root];
        if (waiting->rows[i].split > waiting->rows[first].split && waiting->rows[i].split != SPLIT_NONE)
            note(waiting, i, first, LEAK_NEAR);
        if (moves(waiting))
            union_find_join(&waiting->sets, root, i);
    }
    memory_free(firsts);
}

/* N-grams: those of all rows but the first split's are in the index; then it is known which rows have them. */
struct grams {
    struct split_waiting *waiting;
    struct ngram_index *index;
    struct word_forms words;
    struct ngram_hits hits;
    struct buffer text;
    uint64_t *holders; /* of each n-gram: the row of the least split that has it, 1 more; 0: none yet */
};

static bool read_words(struct grams *grams, size_t row, struct error *error)
{
    if (!read_text(grams->waiting, row, &grams->text, error))
        return false;
    word_forms_reset(&grams->words);
    word_forms_add(&grams->words, buffer_slice(&grams->text), WORD_FORM_LETTERS);
    return true;
}

static bool look(struct grams *grams, size_t row, struct error *error)
{
    grams->hits.count = 0;
    if (!read_words(grams, row, error))
        return false;
    ngram_index_find(grams->index, &grams->words, &grams->hits);
    return true;
}

static bool fill_index(struct grams *grams, struct error *error)
{
    const struct split_options *options = grams->waiting->plan.options;
    const struct ngram_settings settings = { .width = (unsigned)options->ngram,
                                             .shortest = (unsigned)options->ngram,
                                             .crosses = true,
                                             .memory = (size_t)options->memory };
    size_t part = 0;
    bool is_short;
    grams->index = ngram_index_create(&settings);
    for (size_t i = 0; i < grams->waiting->count; i++) {
        unsigned char split = grams->waiting->rows[i].split;
        if (split == 0 || split == SPLIT_NONE)
            continue;
        if (!read_words(grams, i, error) || !ngram_index_add(grams->index, &grams->words, &part, 1, &is_short, error))
            return false;
    }
    return ngram_index_finish(grams->index, error);
}

static bool find_holders(struct grams *grams, struct error *error)
{
    struct split_waiting *waiting = grams->waiting;
    grams->holders = memory_allocate_zeroed((size_t)ngram_index_count(grams->index) + 1, sizeof *grams->holders);
    for (size_t i = 0; i < waiting->count; i++) {
        if (waiting->rows[i].split == SPLIT_NONE)
            continue;
        if (!look(grams, i, error))
            return false;
        for (size_t k = 0; k < grams->hits.count; k++) {
            uint64_t *holder = &grams->holders[grams->hits.hits[k].gram];
            if (*holder && moves(waiting))
                union_find_join(&waiting->sets, *holder - 1, i);
            if (!*holder || waiting->rows[i].split < waiting->rows[*holder - 1].split)
                *holder = i + 1;
        }
    }
    return true;
}

static bool note_grams(struct grams *grams, struct error *error)
{
    struct split_waiting *waiting = grams->waiting;
    for (size_t i = 0; i < waiting->count; i++) {
        if (waiting->rows[i].split == 0 || waiting->rows[i].split == SPLIT_NONE)
            continue;
        if (!look(grams, i, error))
            return false;
        for (size_t k = 0; k < grams->hits.count; k++) {
            uint64_t holder = grams->holders[grams->hits.hits[k].gram] - 1;
            if (waiting->rows[holder].split >= waiting->rows[i].split)
                continue;
            note(waiting, i, holder, LEAK_NGRAM);
            break;
        }
    }
    return true;
}

static bool find_grams(struct split_waiting *waiting, struct error *error)
{
    struct grams grams = { .waiting = waiting };
    bool is_good = fill_index(&grams, error) && find_holders(&grams, error) && note_grams(&grams, error);
    ngram_index_free(grams.index);
    word_forms_release(&grams.words);
    memory_free(grams.hits.hits);
    memory_free(grams.holders);
    buffer_release(&grams.text);
    return is_good;
}

static int compare_groups(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right; /* hash, row */
    if (a[0] != b[0])
        return a[0] < b[0] ? -1 : 1;
    return a[1] < b[1] ? -1 : a[1] > b[1];
}

/* What stays together moves together. */
static void join_groups(struct split_waiting *waiting)
{
    uint64_t(*places)[2] = memory_allocate((waiting->count + 1) * sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->rows[i].split != SPLIT_NONE) {
            places[count][0] = waiting->rows[i].hash;
            places[count++][1] = i;
        }
    qsort(places, count, sizeof *places, compare_groups);
    for (size_t i = 1; i < count; i++)
        if (places[i][0] == places[i - 1][0])
            union_find_join(&waiting->sets, places[i - 1][1], places[i][1]);
    memory_free(places);
}

/* Every set goes to the least of its splits. */
static void move_sets(struct split_waiting *waiting)
{
    unsigned char *least = memory_allocate(waiting->count + 1);
    join_groups(waiting);
    memset(least, SPLIT_NONE, waiting->count + 1);
    for (size_t i = 0; i < waiting->count; i++) {
        unsigned char *at = &least[union_find_root(&waiting->sets, i)];
        *at = waiting->rows[i].split < *at ? waiting->rows[i].split : *at;
    }
    for (size_t i = 0; i < waiting->count; i++) {
        unsigned char split = least[union_find_root(&waiting->sets, i)];
        if (waiting->rows[i].split == SPLIT_NONE || waiting->rows[i].split == split)
            continue;
        waiting->rows[i].split = split;
        waiting->moved++;
    }
    memory_free(least);
}

bool split_find_leaks(struct split_waiting *waiting, struct error *error)
{
    const struct split_plan *plan = &waiting->plan;
    waiting->twins = memory_allocate_zeroed(waiting->count + 1, sizeof *waiting->twins);
    union_find_grow(&waiting->sets, waiting->count);
    if (waiting->hashes && !each_run(waiting->hashes, 1 + sizeof(struct hash128), use_equal, waiting, error))
        return false;
    if (plan->leaks[LEAK_NGRAM] && !find_grams(waiting, error))
        return false;
    if (plan->leaks[LEAK_NEAR]) {
        if (waiting->near.count == 0 && !split_join_near(waiting, error))
            return false;
        find_near(waiting);
    }
    if (moves(waiting))
        move_sets(waiting);
    return true;
}
