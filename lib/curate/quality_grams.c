/* quality_grams.c - n words in a row that come again.
 *
 * Most n-grams of a text come once, and a cheap look tells most of those: each is thrown at one of many bits, and only
 * what fell on a bit that was hit more than once is put into a table. For duplicated n-grams the look is at the first
 * 16 bytes, without white space, from a word's start on: datatrove joins the words of an n-gram with nothing, and
 * n-grams that are equal begin with equal bytes, whatever n is; so one look serves every n. In the table n-grams are
 * known by 64 bits of hash: two that differ have one by chance in 2^64 cases, and nothing is compared again. */
#include "base/memory.h"
#include "curate/quality_private.h"

enum { WINDOW_BYTES = 16, BITS_A_GRAM = 16 };
static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);

struct gram_word {
    uint64_t hash;
    uint32_t bytes, characters; /* of all words before it */
};

/* A distinct n-gram. */
struct gram_slot {
    uint64_t key; /* 0: free */
    uint32_t count, first;
};

/* Bits by which what comes once is told: `seen`, and behind them `again`. */
struct gram_filter {
    uint64_t *seen, *again;
    unsigned shift; /* of a mixed key, to the number of its bit */
};

static void append_word(struct quality *quality, struct slice word)
{
    struct gram_word *last = &quality->grams[quality->gram_count++];
    last->hash = hash_64(word, 0);
    last[1] = (struct gram_word){ .bytes = last->bytes + (uint32_t)word.length,
                                  .characters = last->characters + (uint32_t)length_of(quality, word) };
    buffer_append_slice(&quality->joined, word);
}

static struct gram_filter begin_filter(struct quality *quality, size_t count)
{
    unsigned bits = 10;
    while (bits < 40 && (size_t)1 << bits < BITS_A_GRAM * count)
        bits++;
    size_t words = ((size_t)1 << bits) / 64;
    if (2 * words > quality->filter_capacity)
        quality->filter = memory_grow(quality->filter, &quality->filter_capacity, 2 * words, sizeof *quality->filter);
    memset(quality->filter, 0, 2 * words * sizeof *quality->filter);
    return (struct gram_filter){ quality->filter, quality->filter + words, 64 - bits };
}

static inline void filter_add(const struct gram_filter *filter, uint64_t key)
{
    uint64_t place = key * factor >> filter->shift, bit = UINT64_C(1) << place % 64;
    filter->again[place / 64] |= filter->seen[place / 64] & bit;
    filter->seen[place / 64] |= bit;
}

/* Whether another key may have been the same. */
static inline bool filter_has(const struct gram_filter *filter, uint64_t key)
{
    uint64_t place = key * factor >> filter->shift;
    return filter->again[place / 64] >> place % 64 & 1;
}

/* The first bytes from the word on. The text is followed by as many zeros. */
static inline uint64_t window_of(const struct quality *quality, size_t first)
{
    uint64_t parts[2];
    memcpy(parts, quality->joined.bytes + quality->grams[first].bytes, sizeof parts);
    return (parts[0] ^ parts[1] >> 29) * factor ^ (parts[1] + (parts[0] >> 32));
}

/* Marks the words from which on a duplicated n-gram may begin. */
static void find_repeated(struct quality *quality)
{
    size_t words = quality->gram_count / 64 + 1;
    struct gram_filter filter = begin_filter(quality, quality->gram_count);
    if (words > quality->repeated_capacity)
        quality->repeated =
            memory_grow(quality->repeated, &quality->repeated_capacity, words, sizeof *quality->repeated);
    memset(quality->repeated, 0, words * sizeof *quality->repeated);
    for (size_t i = 0; i < quality->gram_count; i++)
        filter_add(&filter, window_of(quality, i));
    for (size_t i = 0; i < quality->gram_count; i++)
        quality->repeated[i / 64] |= (uint64_t)filter_has(&filter, window_of(quality, i)) << i % 64;
}

static void prepare(struct quality *quality)
{
    size_t position = 0;
    struct slice word;
    if (quality->has_grams)
        return;
    quality->has_grams = true;
    quality->gram_count = 0;
    buffer_reset(&quality->joined);
    do {
        if (quality->gram_count + 2 > quality->gram_capacity)
            quality->grams =
                memory_grow(quality->grams, &quality->gram_capacity, quality->gram_count + 2, sizeof *quality->grams);
        if (quality->gram_count == 0)
            quality->grams[0] = (struct gram_word){ 0 };
    } while (quality_next_word(quality, &position, &word) && (append_word(quality, word), true));
    buffer_append_repeated(&quality->joined, '\0', WINDOW_BYTES);
    find_repeated(quality);
}

/* Words in their order. */
static uint64_t gram_key(const struct quality *quality, size_t first, size_t width)
{
    uint64_t key = 0;
    for (size_t i = first; i < first + width; i++)
        key = key * factor + quality->grams[i].hash;
    key ^= key >> 32;
    return key + (key == 0);
}

/* The words without anything between them. */
static uint64_t joined_key(const struct quality *quality, size_t first, size_t width)
{
    uint32_t start = quality->grams[first].bytes, end = quality->grams[first + width].bytes;
    return hash_64(slice_between(buffer_slice(&quality->joined), start, end), 0);
}

static inline bool may_be_duplicate(const struct quality *quality, size_t first, size_t width)
{
    return quality->repeated[first / 64] >> first % 64 & 1 ||
           quality->grams[first + width].bytes - quality->grams[first].bytes < WINDOW_BYTES;
}

static size_t count_candidates(const struct quality *quality, size_t count, size_t width)
{
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++)
        candidates += may_be_duplicate(quality, i, width);
    return candidates;
}

/* Characters of the words alone. */
static size_t characters_of(const struct quality *quality, size_t first, size_t width)
{
    return quality->grams[first + width].characters - quality->grams[first].characters;
}

static size_t gram_total(const struct quality *quality, size_t width)
{
    return width > 0 && quality->gram_count >= width ? quality->gram_count - width + 1 : 0;
}

/* Empties the table; large texts begin with a small one. */
static void begin_slots(struct quality *quality, size_t count)
{
    enum { SLOTS_MINIMUM = 16, SLOTS_AT_FIRST = 1 << 14 };
    size_t slots = SLOTS_MINIMUM;
    while (slots < 2 * count && slots < SLOTS_AT_FIRST)
        slots *= 2;
    if (slots > quality->slot_capacity) {
        memory_free(quality->slots);
        quality->slots = memory_allocate(slots * sizeof *quality->slots);
        quality->slot_capacity = slots;
    }
    quality->slot_count = slots;
    memset(quality->slots, 0, slots * sizeof *quality->slots);
}

static struct gram_slot *find_slot(const struct quality *quality, uint64_t key)
{
    size_t place = (size_t)(key * factor >> 32) & (quality->slot_count - 1);
    while (quality->slots[place].key != key && quality->slots[place].key != 0)
        place = (place + 1) & (quality->slot_count - 1);
    return &quality->slots[place];
}

static void grow_slots(struct quality *quality)
{
    struct gram_slot *before = quality->slots;
    size_t count = quality->slot_count;
    quality->slot_count = quality->slot_capacity = 2 * count;
    quality->slots = memory_allocate_zeroed(quality->slot_count, sizeof *quality->slots);
    for (size_t i = 0; i < count; i++)
        if (before[i].key)
            *find_slot(quality, before[i].key) = before[i];
    memory_free(before);
}

/* The most frequent, of equals the one that comes first. count: at least 1. */
static struct gram_slot find_top(struct quality *quality, size_t width, size_t count)
{
    struct gram_slot best = { .count = 1, .first = 0 };
    struct gram_filter filter = begin_filter(quality, count);
    size_t used = 0;
    begin_slots(quality, count);
    for (size_t i = 0; i < count; i++)
        filter_add(&filter, gram_key(quality, i, width));
    for (size_t i = 0; i < count; i++) {
        uint64_t key = gram_key(quality, i, width);
        if (!filter_has(&filter, key))
            continue;
        if (2 * used > quality->slot_count)
            grow_slots(quality);
        struct gram_slot *slot = find_slot(quality, key);
        if (slot->count++ == 0) {
            slot->key = key;
            slot->first = (uint32_t)i;
            used++;
        }
        if (slot->count > best.count || (slot->count == best.count && slot->first < best.first))
            best = *slot;
    }
    return best;
}

double quality_top_gram(struct quality *quality, size_t width)
{
    prepare(quality);
    size_t count = gram_total(quality, width);
    if (count == 0)
        return 0;
    struct gram_slot top = find_top(quality, width, count);
    size_t length = characters_of(quality, top.first, width) + width - 1;
    return share(length * top.count, quality->characters);
}

double quality_duplicated_grams(struct quality *quality, size_t width)
{
    prepare(quality);
    size_t count = gram_total(quality, width), characters = 0;
    key_set_begin(&quality->set, count_candidates(quality, count, width));
    for (size_t i = 0; i < count;) {
        bool is_new = !may_be_duplicate(quality, i, width) || key_set_add(&quality->set, joined_key(quality, i, width));
        if (!is_new)
            characters += characters_of(quality, i, width);
        i += is_new ? 1 : width;
    }
    return share(characters, quality->characters);
}

/* The words with one blank between them, in scratch. */
static struct slice join_words(struct quality *quality, size_t first, size_t width)
{
    size_t position = 0;
    struct slice word;
    buffer_reset(&quality->scratch);
    for (size_t i = 0; i < first + width && quality_next_word(quality, &position, &word); i++)
        if (i >= first) {
            if (i > first)
                buffer_append_byte(&quality->scratch, ' ');
            buffer_append_slice(&quality->scratch, word);
        }
    return buffer_slice(&quality->scratch);
}

/* NeMo Curator takes the characters of the most frequent n-gram out wherever it stands with single blanks, also inside
 * of words. Of several as frequent it takes any; here the first. */
double quality_nemo_top_gram(struct quality *quality, size_t width)
{
    prepare(quality);
    size_t count = gram_total(quality, width), found = 0;
    if (count == 0)
        return 1;
    struct slice gram = join_words(quality, find_top(quality, width, count).first, width), text = quality->text;
    for (size_t place = 0; (place += slice_find(slice_from(text, place), gram)) < text.length; place += gram.length)
        found++;
    return share(found * length_of(quality, gram), quality->characters);
}

/* Words of an n-gram that stood before count once, although the next one may hold them, too; so do the blanks. */
double quality_nemo_duplicated_grams(struct quality *quality, size_t width)
{
    prepare(quality);
    size_t count = gram_total(quality, width), characters = 0, counted = 0;
    if (count == 0)
        return 1;
    key_set_begin(&quality->set, count_candidates(quality, count, width));
    for (size_t i = 0; i < count; i++) {
        if (may_be_duplicate(quality, i, width) && !key_set_add(&quality->set, gram_key(quality, i, width))) {
            size_t blanks = counted ? width - counted : width - 1;
            characters += characters_of(quality, i + counted, width - counted) + blanks;
            counted = width;
        }
        counted -= counted > 0;
    }
    return share(characters, quality->characters);
}

void quality_grams_release(struct quality *quality)
{
    memory_free(quality->grams);
    memory_free(quality->slots);
    memory_free(quality->filter);
    memory_free(quality->repeated);
    buffer_release(&quality->joined);
}
