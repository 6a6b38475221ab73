/* quality_grams.c - n words in a row that come again.
 *
 * A stretch of words is known by a polynomial over its bytes modulo 2^61 - 1 (Karp and Rabin 1987), so that its value
 * comes from those of two places, whatever its length: once with a blank behind each word, and once without, for
 * datatrove joins the words of a duplicated n-gram with nothing. Two stretches that differ have one value by chance in
 * 2^61 / length cases: nothing is compared again. */
#include "base/memory.h"
#include "curate/quality_private.h"

__extension__ typedef unsigned __int128 wide;

enum { POWERS = 1024 };
static const uint64_t modulus = (UINT64_C(1) << 61) - 1;
static const uint64_t base = UINT64_C(0x0d6e8feb86659fd9);

/* Up to the word with that number: what all before it are. */
struct gram_word {
    uint64_t joined, blank; /* their values without and with blanks */
    uint32_t bytes, characters;
};

/* A distinct n-gram. */
struct gram_slot {
    uint64_t key; /* 0: free */
    uint32_t count, first;
};

/* Both below 2^62; the result below 2^62, not always the least one. */
static inline uint64_t multiply(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;
    return ((uint64_t)product & modulus) + (uint64_t)(product >> 61);
}

static inline uint64_t reduce(uint64_t value)
{
    value = (value & modulus) + (value >> 61);
    return value >= modulus ? value - modulus : value;
}

static void prepare_powers(struct quality *quality)
{
    if (quality->powers)
        return;
    quality->powers = memory_allocate(POWERS * sizeof *quality->powers);
    quality->powers[0] = 1;
    for (size_t i = 1; i < POWERS; i++)
        quality->powers[i] = reduce(multiply(quality->powers[i - 1], base));
}

static uint64_t power(const struct quality *quality, size_t exponent)
{
    if (exponent < POWERS)
        return quality->powers[exponent];
    uint64_t result = 1, square = base;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = reduce(multiply(result, square));
        square = reduce(multiply(square, square));
    }
    return result;
}

static uint64_t word_value(struct slice word)
{
    uint64_t value = 0;
    for (size_t i = 0; i < word.length; i++)
        value = reduce(multiply(value, base)) + (unsigned char)word.bytes[i] + 1;
    return value;
}

static void append_word(struct quality *quality, struct slice word)
{
    const struct gram_word *before = &quality->grams[quality->gram_count];
    uint64_t value = word_value(word), factor = power(quality, word.length);
    struct gram_word next;
    next.joined = reduce(multiply(before->joined, factor) + value);
    next.blank = reduce(multiply(before->blank, factor) + value);
    next.blank = reduce(multiply(next.blank, base) + ' ' + 1);
    next.bytes = before->bytes + (uint32_t)word.length;
    next.characters = before->characters + (uint32_t)length_of(quality, word);
    quality->grams[++quality->gram_count] = next;
}

static void prepare(struct quality *quality)
{
    size_t position = 0;
    struct slice word;
    if (quality->has_grams)
        return;
    prepare_powers(quality);
    quality->gram_count = 0;
    quality->has_grams = true;
    do {
        if (quality->gram_count + 2 > quality->gram_capacity)
            quality->grams =
                memory_grow(quality->grams, &quality->gram_capacity, quality->gram_count + 2, sizeof *quality->grams);
        if (quality->gram_count == 0)
            quality->grams[0] = (struct gram_word){ 0 };
    } while (quality_next_word(quality, &position, &word) && (append_word(quality, word), true));
}

static uint64_t blank_key(const struct quality *quality, size_t first, size_t width)
{
    const struct gram_word *start = &quality->grams[first], *end = &quality->grams[first + width];
    uint64_t before = reduce(multiply(start->blank, power(quality, end->bytes - start->bytes + width)));
    return reduce(end->blank + modulus - before) + 1;
}

static uint64_t joined_key(const struct quality *quality, size_t first, size_t width)
{
    const struct gram_word *start = &quality->grams[first], *end = &quality->grams[first + width];
    uint64_t before = reduce(multiply(start->joined, power(quality, end->bytes - start->bytes)));
    return reduce(end->joined + modulus - before) + 1;
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

/* How many slots are in use for so many grams; emptied. */
static size_t begin_slots(struct quality *quality, size_t count)
{
    size_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    if (slots > quality->slot_capacity) {
        memory_free(quality->slots);
        quality->slots = memory_allocate(slots * sizeof *quality->slots);
        quality->slot_capacity = slots;
    }
    memset(quality->slots, 0, slots * sizeof *quality->slots);
    return slots;
}

static struct gram_slot *find_slot(const struct quality *quality, size_t slots, uint64_t key)
{
    size_t place = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (slots - 1);
    while (quality->slots[place].key != key && quality->slots[place].key != 0)
        place = (place + 1) & (slots - 1);
    return &quality->slots[place];
}

/* The most frequent, of equals the one that comes first. count: at least 1. */
static struct gram_slot find_top(struct quality *quality, size_t width, size_t count)
{
    struct gram_slot best = { 0 };
    size_t slots = begin_slots(quality, count);
    for (size_t i = 0; i < count; i++) {
        uint64_t key = blank_key(quality, i, width);
        struct gram_slot *slot = find_slot(quality, slots, key);
        if (slot->count++ == 0) {
            slot->key = key;
            slot->first = (uint32_t)i;
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
    key_set_begin(&quality->set, count);
    for (size_t i = 0; i < count;) {
        bool is_new = key_set_add(&quality->set, joined_key(quality, i, width));
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
    key_set_begin(&quality->set, count);
    for (size_t i = 0; i < count; i++) {
        if (!key_set_add(&quality->set, blank_key(quality, i, width))) {
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
    memory_free(quality->powers);
}
