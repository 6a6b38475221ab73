/* measure.c - how much a part of a text measures. */
#include "text/measure.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/kinds.h"

enum { RATIO_ONE = 65536 };

void measure_prepare(struct measure *measure, const uint64_t *marks, struct slice text, enum measure_start start)
{
    size_t words = bits_words(text.length);
    if (words + 1 > measure->capacity)
        measure->before = memory_grow(measure->before, &measure->capacity, words + 1, sizeof *measure->before);
    uint32_t sum = 0;
    for (size_t i = 0; i < words; i++) {
        measure->before[i] = sum;
        sum += bits_count(marks[i]);
    }
    measure->before[words] = sum;
    measure->words_a_mark = sum ? (words * RATIO_ONE) / sum : 0;
    measure->marks = marks;
    measure->text = text;
    measure->start = start;
}

void measure_release(struct measure *measure)
{
    memory_free(measure->before);
    *measure = (struct measure){ 0 };
}

/* Tokens that a part has besides its marks: the most by which any of its first bytes, counted alone, go beyond. */
static size_t extra_tokens(const struct measure *measure, size_t start)
{
    if (start == 0 || (unsigned char)measure->text.bytes[start - 1] <= ' ')
        return !bits_get(measure->marks, start);
    struct slice rest = slice_from(measure->text, start);
    struct slice near = slice_between(rest, 0, utf8_cut(rest, TOKENIZER_NEAR));
    uint64_t alone[TOKENIZER_NEAR / BITS_PER_WORD];
    struct error ignored;
    if (!measure->tokenizer->mark(measure->tokenizer, measure->tokenizer_memory, near, alone, &ignored))
        return near.length; /* a pattern that gives up on so few bytes: at worst each is a token */
    long difference = 0, most = 0;
    for (size_t i = 0; i < near.length; i++) {
        difference += (long)bits_get(alone, i) - (long)bits_get(measure->marks, start + i);
        most = difference > most ? difference : most;
    }
    if (near.length < rest.length && difference == most)
        most++;
    return (size_t)most;
}

size_t measure_extra(const struct measure *measure, size_t start)
{
    if (measure->start == MEASURE_EXACT || start >= measure->text.length)
        return 0;
    if (measure->start == MEASURE_TOKENS)
        return extra_tokens(measure, start);
    if (bits_get(measure->marks, start))
        return 0;
    /* Inside a word when a part of one stands here or right before. */
    uint32_t here = 0, before = 0;
    utf8_decode(slice_from(measure->text, start), &here);
    if (start > 0)
        utf8_decode(slice_from(measure->text, character_before(measure->text, 0, start)), &before);
    return letter_kind(here) != LETTER_NONE || letter_kind(before) != LETTER_NONE;
}

/* The word of marks that holds the mark with that number, which there must be; near: a word not far from it. Costs no
 * more than a look at every eighth word between them. */
static size_t find_word(const struct measure *measure, size_t number, size_t near)
{
    enum { STRIDE = 8 };
    const uint32_t *before = measure->before;
    size_t words = bits_words(measure->text.length), word = near;
    while (before[word] > number)
        word = word > STRIDE ? word - STRIDE : 0;
    while (words - word > STRIDE && before[word + STRIDE] <= number)
        word += STRIDE;
    while (before[word + 1] <= number)
        word++;
    return word;
}

static size_t place_near(const struct measure *measure, size_t number, size_t near)
{
    size_t words = bits_words(measure->text.length);
    if (number >= measure->before[words])
        return measure->text.length;
    /* As far away as marks are dense on average. */
    size_t word = near / BITS_PER_WORD < words ? near / BITS_PER_WORD : words - 1;
    int64_t distance = ((int64_t)number - measure->before[word]) * (int64_t)measure->words_a_mark / RATIO_ONE;
    if (distance < 0)
        word = (size_t)-distance < word ? word - (size_t)-distance : 0;
    else
        word = (size_t)distance < words - word ? word + (size_t)distance : words - 1;
    word = find_word(measure, number, word);
    return word * BITS_PER_WORD + bits_select(measure->marks[word], (unsigned)(number - measure->before[word]));
}

size_t measure_place(const struct measure *measure, size_t number)
{
    size_t low = 0, high = bits_words(measure->text.length);
    if (number >= measure->before[high])
        return measure->text.length;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (measure->before[middle] <= number)
            low = middle;
        else
            high = middle;
    }
    return place_near(measure, number, low * BITS_PER_WORD);
}

size_t measure_reach(const struct measure *measure, size_t start, size_t count)
{
    size_t extra = measure_extra(measure, start);
    if (count < extra)
        return start;
    size_t before = measure_before(measure, start);
    if (count - extra > SIZE_MAX - before)
        return measure->text.length;
    return place_near(measure, before + count - extra, start);
}

size_t measure_reach_back(const struct measure *measure, size_t end, size_t count)
{
    size_t before = measure_before(measure, end);
    return before <= count ? 0 : place_near(measure, before - count, end);
}
