/* ngram_index.c - the n-grams of evaluation items, and where a text has one of them. */
#include "curate/ngram_index.h"

#include "base/hash.h"
#include "base/memory.h"

enum { FILTER_BITS = 16 /* an n-gram: one text word in sixteen at most asks the table in vain */ };

static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);

struct gram {
    uint64_t hash; /* of its words; of a short item those of its first `shortest` ones */
    uint64_t start;
    uint32_t length, words, item;
};

struct ngram_index {
    struct ngram_settings settings;
    struct buffer text; /* forms of the items, one behind the other */
    struct gram *grams;
    size_t count, capacity;
    uint32_t items;
    bool has_short;  /* some items are n-grams as a whole */
    uint32_t *slots; /* number of the gram and 1; 0 is free */
    size_t slot_count;
    uint64_t *filter;
    unsigned filter_shift; /* of a hash to a bit's number */
};

/* The hash of the last `width` words, rolling. Source: Karp and Rabin 1987. */
struct rolling {
    uint64_t words[NGRAM_WIDTH_MAXIMUM], value, oldest;
    unsigned width;
};

static struct rolling rolling_begin(unsigned width)
{
    struct rolling rolling = { .oldest = 1, .width = width };
    for (unsigned i = 0; i < width; i++)
        rolling.oldest *= factor;
    return rolling;
}

/* number: of the word; from width - 1 on the result is that of `width` words. */
static inline uint64_t rolling_add(struct rolling *rolling, size_t number, uint64_t word)
{
    uint64_t *place = &rolling->words[number % rolling->width];
    rolling->value = rolling->value * factor + word;
    if (number >= rolling->width)
        rolling->value -= rolling->oldest * *place;
    *place = word;
    return (rolling->value ^ rolling->value >> 32) * factor;
}

static uint64_t hash_word(const struct word_forms *words, size_t number)
{
    return hash_64(word_forms_stretch(words, number, 1), hash_table_seed());
}

struct ngram_index *ngram_index_create(const struct ngram_settings *settings)
{
    ENSURE(settings->shortest >= 1 && settings->shortest <= settings->width && settings->width <= NGRAM_WIDTH_MAXIMUM);
    struct ngram_index *index = memory_allocate_zeroed(1, sizeof *index);
    index->settings = *settings;
    return index;
}

void ngram_index_free(struct ngram_index *index)
{
    if (!index)
        return;
    buffer_release(&index->text);
    memory_free(index->grams);
    memory_free(index->slots);
    memory_free(index->filter);
    memory_free(index);
}

static size_t power_above(size_t least)
{
    size_t power = 1024;
    while (power < least)
        power *= 2;
    return power;
}

/* With the table that is to come. */
static bool fits(const struct ngram_index *index, size_t grams, size_t text, struct error *error)
{
    size_t table = power_above(grams * 2) * sizeof *index->slots + power_above(grams * FILTER_BITS) / 8;
    if (grams < UINT32_MAX && grams * sizeof *index->grams + table + text <= index->settings.memory)
        return true;
    return error_set(error, E_LIMIT, "the n-grams to compare with need more than %zu MiB, the limit of --memory",
                     index->settings.memory >> 20);
}

static void add_gram(struct ngram_index *index, uint64_t hash, uint64_t text, const struct word_forms *words,
                     size_t first, size_t count)
{
    struct slice stretch = word_forms_stretch(words, first, count);
    if (index->count == index->capacity)
        index->grams = memory_grow(index->grams, &index->capacity, index->count + 1, sizeof *index->grams);
    index->grams[index->count++] =
        (struct gram){ hash, text + words->words[first].form, (uint32_t)stretch.length, (uint32_t)count, index->items };
}

/* The wide n-grams of words [first, end) that end behind `skipped`. */
static void add_wide(struct ngram_index *index, const struct word_forms *words, size_t first, size_t end,
                     size_t skipped)
{
    struct rolling rolling = rolling_begin(index->settings.width);
    uint64_t text = index->text.length;
    for (size_t i = first; i < end; i++) {
        uint64_t hash = rolling_add(&rolling, i - first, hash_word(words, i));
        if (i + 1 >= first + rolling.width && i >= skipped)
            add_gram(index, hash, text, words, i + 1 - rolling.width, rolling.width);
    }
}

/* Words [first, end) as one, found by the first `shortest` of them. */
static void add_short(struct ngram_index *index, const struct word_forms *words, size_t first, size_t end)
{
    struct rolling rolling = rolling_begin(index->settings.shortest);
    uint64_t hash = 0;
    if (end - first < rolling.width || end - first >= index->settings.width)
        return;
    for (size_t i = 0; i < rolling.width; i++)
        hash = rolling_add(&rolling, i, hash_word(words, first + i));
    add_gram(index, hash, index->text.length, words, first, end - first);
    index->has_short = true;
}

bool ngram_index_add(struct ngram_index *index, const struct word_forms *words, const size_t *parts, size_t count,
                     bool *is_short, struct error *error)
{
    const struct ngram_settings *settings = &index->settings;
    size_t before = index->count, skipped = settings->only_last ? parts[count - 1] : 0;
    if (!fits(index, before + words->count, index->text.length + words->forms.length, error))
        return false;
    if (settings->crosses)
        add_wide(index, words, 0, words->count, skipped);
    for (size_t i = settings->only_last ? count - 1 : 0; i < count; i++) {
        size_t end = i + 1 < count ? parts[i + 1] : words->count;
        if (!settings->crosses)
            add_wide(index, words, parts[i], end, 0);
        add_short(index, words, parts[i], end);
    }
    if (index->count == before && settings->crosses && skipped < words->count)
        add_short(index, words, 0, words->count);
    *is_short = index->count == before;
    if (!*is_short)
        buffer_append_slice(&index->text, buffer_slice(&words->forms));
    index->items++;
    return true;
}

static struct slice text_of(const struct ngram_index *index, const struct gram *gram)
{
    return slice_of(index->text.bytes + gram->start, gram->length);
}

static size_t filter_place(const struct ngram_index *index, uint64_t hash)
{
    return (size_t)(hash >> index->filter_shift);
}

/* Puts a gram in its slot unless an equal one is there. */
static bool place_gram(struct ngram_index *index, size_t number)
{
    const struct gram *gram = &index->grams[number];
    size_t slot = (size_t)gram->hash & (index->slot_count - 1), bit = filter_place(index, gram->hash);
    for (; index->slots[slot]; slot = (slot + 1) & (index->slot_count - 1)) {
        const struct gram *other = &index->grams[index->slots[slot] - 1];
        if (other->hash == gram->hash && slice_equal(text_of(index, other), text_of(index, gram)))
            return false;
    }
    index->slots[slot] = (uint32_t)number + 1;
    index->filter[bit / 64] |= UINT64_C(1) << bit % 64;
    return true;
}

bool ngram_index_finish(struct ngram_index *index, struct error *error)
{
    size_t bits = power_above(index->count * FILTER_BITS), kept = 0;
    if (!fits(index, index->count, index->text.length, error))
        return false;
    index->slot_count = power_above(index->count * 2);
    index->slots = memory_allocate_zeroed(index->slot_count, sizeof *index->slots);
    index->filter = memory_allocate_zeroed(bits / 64, sizeof *index->filter);
    index->filter_shift = 64;
    for (size_t size = bits; size > 1; size /= 2)
        index->filter_shift--;
    for (size_t i = 0; i < index->count; i++) {
        index->grams[kept] = index->grams[i];
        kept += place_gram(index, kept);
    }
    index->count = kept;
    return true;
}

uint64_t ngram_index_count(const struct ngram_index *index)
{
    return index->count;
}

uint32_t ngram_index_items(const struct ngram_index *index)
{
    return index->items;
}

uint32_t ngram_index_item(const struct ngram_index *index, uint32_t gram)
{
    return index->grams[gram].item;
}

struct slice ngram_index_text(const struct ngram_index *index, uint32_t gram)
{
    return text_of(index, &index->grams[gram]);
}

static void add_hit(struct ngram_hits *hits, uint32_t gram, size_t first, uint32_t count)
{
    if (hits->count == hits->capacity)
        hits->hits = memory_grow(hits->hits, &hits->capacity, hits->count + 1, sizeof *hits->hits);
    hits->hits[hits->count++] = (struct ngram_hit){ gram, (uint32_t)first, count };
}

/* The longest gram with that hash that begins at the word `first`. width: of n-grams; 0: whole items. */
static void look_up(const struct ngram_index *index, const struct word_forms *words, uint64_t hash, size_t first,
                    unsigned width, struct ngram_hits *hits)
{
    size_t bit = filter_place(index, hash);
    uint32_t best = 0, best_words = 0;
    if (!(index->filter[bit / 64] >> bit % 64 & 1))
        return;
    for (size_t slot = (size_t)hash & (index->slot_count - 1); index->slots[slot];
         slot = (slot + 1) & (index->slot_count - 1)) {
        uint32_t number = index->slots[slot] - 1;
        const struct gram *gram = &index->grams[number];
        if (gram->hash != hash || (gram->words == index->settings.width) != (width > 0) || gram->words <= best_words ||
            first + gram->words > words->count ||
            !slice_equal(text_of(index, gram), word_forms_stretch(words, first, gram->words)))
            continue;
        best = number;
        best_words = gram->words;
    }
    if (best_words > 0)
        add_hit(hits, best, first, best_words);
}

void ngram_index_find(const struct ngram_index *index, const struct word_forms *words, struct ngram_hits *hits)
{
    struct rolling wide = rolling_begin(index->settings.width), narrow = rolling_begin(index->settings.shortest);
    size_t lead = index->settings.width - index->settings.shortest;
    if (index->count == 0)
        return;
    if (!index->has_short) {
        for (size_t i = 0; i < words->count; i++) {
            uint64_t hash = rolling_add(&wide, i, hash_word(words, i));
            if (i + 1 >= index->settings.width)
                look_up(index, words, hash, i + 1 - index->settings.width, index->settings.width, hits);
        }
        return;
    }
    /* Both windows begin at the same word: the narrow one is behind by what the wide one has more. */
    for (size_t i = 0; i < words->count + lead; i++) {
        if (i < words->count) {
            uint64_t hash = rolling_add(&wide, i, hash_word(words, i));
            if (i + 1 >= index->settings.width)
                look_up(index, words, hash, i + 1 - index->settings.width, index->settings.width, hits);
        }
        if (i < lead)
            continue;
        size_t k = i - lead;
        uint64_t hash = rolling_add(&narrow, k, wide.words[k % wide.width]);
        if (k + 1 >= index->settings.shortest)
            look_up(index, words, hash, k + 1 - index->settings.shortest, 0, hits);
    }
}
