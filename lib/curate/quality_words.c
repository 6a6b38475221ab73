/* quality_words.c - measures of the words of a text. */
#include "base/memory.h"
#include "curate/quality_private.h"
#include "text/letters.h"
#include "text/marks.h"

/* What the bytes of a word say together. */
enum {
    WORD_PLAIN = 1, /* more than punctuation */
    WORD_LETTER = 2,
    WORD_HIGH = 4, /* beyond ASCII */
    WORD_HASH = 8
};

static void prepare_masks(struct quality *quality)
{
    if (quality->has_masks)
        return;
    size_t blocks = quality->text.length / MASK_BYTES + 1;
    if (blocks > quality->mask_capacity) {
        memory_free(quality->masks);
        quality->masks = memory_allocate(blocks * sizeof *quality->masks);
        quality->mask_capacity = blocks;
    }
    byte_masks_fill(quality->text, quality->masks);
    quality->has_masks = true;
}

static unsigned flags_of(const struct byte_masks *masks, uint64_t within)
{
    uint64_t letter = masks->letter & within, digit = masks->digit & within;
    return ((letter | digit) != 0 ? WORD_PLAIN : 0U) | (letter != 0 ? WORD_LETTER : 0U) |
           ((masks->high & within) != 0 ? WORD_HIGH : 0U) | ((masks->hash & within) != 0 ? WORD_HASH : 0U);
}

static unsigned flags_between(const struct quality *quality, size_t start, size_t end)
{
    size_t block = start / MASK_BYTES, last = (end - 1) / MASK_BYTES;
    uint64_t first = UINT64_MAX << start % MASK_BYTES, rest = UINT64_MAX >> (MASK_BYTES - 1 - (end - 1) % MASK_BYTES);
    if (block == last)
        return flags_of(&quality->masks[block], first & rest);
    unsigned flags = flags_of(&quality->masks[block], first) | flags_of(&quality->masks[last], rest);
    while (++block < last)
        flags |= flags_of(&quality->masks[block], UINT64_MAX);
    return flags;
}

/* The masks must be there. */
static bool next_word(const struct quality *quality, size_t *position, struct slice *word)
{
    if (quality->words == QUALITY_WORDS_UNICODE)
        return word_next(quality->text, position, word);
    size_t length = quality->text.length, start = *position;
    if (start >= length || (start = mask_find(quality->masks, start, length, false)) == length)
        return false;
    *position = mask_find(quality->masks, start, length, true);
    *word = slice_between(quality->text, start, *position);
    return true;
}

bool quality_next_word(struct quality *quality, size_t *position, struct slice *word)
{
    prepare_masks(quality);
    return next_word(quality, position, word);
}

/* Adds what the characters beyond ASCII say. */
static unsigned look_closer(struct slice word, unsigned flags)
{
    const unsigned wanted = WORD_PLAIN | WORD_LETTER;
    for (size_t place = 0; place < word.length && (flags & wanted) != wanted;) {
        uint32_t code_point;
        place += utf8_decode(slice_from(word, place), &code_point);
        if (code_point < 0x80)
            continue;
        if (text_is_letter(code_point))
            flags |= WORD_LETTER;
        if (!text_is_mark(code_point) && !text_ends_sentence(code_point))
            flags |= WORD_PLAIN;
    }
    return flags;
}

static bool is_one_of(struct slice word, const struct slice *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(word, words[i]))
            return true;
    return false;
}

#define LETTERS(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* Gopher's eight, by their letters in one number. */
static bool is_stop_word(struct slice word)
{
    uint32_t letters = 0;
    if (word.length < 2 || word.length > 4)
        return false;
    for (size_t i = 0; i < word.length; i++)
        letters |= (uint32_t)(unsigned char)word.bytes[i] << 8 * i;
    switch (letters) {
    case LETTERS('t', 'h', 'e', 0):
    case LETTERS('b', 'e', 0, 0):
    case LETTERS('t', 'o', 0, 0):
    case LETTERS('o', 'f', 0, 0):
    case LETTERS('a', 'n', 'd', 0):
    case LETTERS('t', 'h', 'a', 't'):
    case LETTERS('h', 'a', 'v', 'e'):
    case LETTERS('w', 'i', 't', 'h'):
        return true;
    default:
        return false;
    }
}

double quality_count_stop_words(struct quality *quality, const struct quality_parameter *parameter)
{
    size_t position = 0, count = 0;
    struct slice word;
    while (quality_next_word(quality, &position, &word))
        count += is_one_of(word, parameter->words, parameter->word_count);
    return (double)count;
}

/* NeMo Curator: an ellipsis, or more runs of # than half of the characters. */
static bool is_symbol(const struct quality *quality, struct slice word, unsigned flags)
{
    size_t runs = 0;
    if (flags & WORD_HASH)
        for (size_t i = 0; i < word.length; i++)
            runs += word.bytes[i] == '#' && (i == 0 || word.bytes[i - 1] != '#');
    return 2 * runs > length_of(quality, word) || is_one_of(word, nemo_ellipses, NEMO_ELLIPSES);
}

void quality_count_words(struct quality *quality)
{
    size_t position = 0, count = 0, text_count = 0, characters = 0, text_characters = 0, longest = 0, alphabetic = 0,
           stop = 0, symbols = 0;
    struct slice word;
    prepare_masks(quality);
    while (next_word(quality, &position, &word)) {
        size_t start = (size_t)(word.bytes - quality->text.bytes);
        unsigned flags = flags_between(quality, start, start + word.length);
        size_t length = flags & WORD_HIGH ? utf8_count(word) : word.length;
        if (flags & WORD_HIGH)
            flags = look_closer(word, flags);
        count++;
        characters += length;
        longest = length > longest ? length : longest;
        alphabetic += (flags & WORD_LETTER) != 0;
        if (flags & WORD_PLAIN) {
            text_count++;
            text_characters += length;
        }
        if (flags & WORD_LETTER)
            stop += is_stop_word(word);
        else
            symbols += is_symbol(quality, word, flags);
        if ((flags & (WORD_LETTER | WORD_HASH)) == (WORD_LETTER | WORD_HASH))
            symbols += is_symbol(quality, word, flags);
    }
    quality->word_count = count;
    quality->values[QUALITY_WORDS] = (double)count;
    quality->values[QUALITY_TEXT_WORDS] = (double)text_count;
    quality->values[QUALITY_WORD_LENGTH] = share(characters, count);
    quality->values[QUALITY_TEXT_WORD_LENGTH] = share(text_characters, text_count);
    quality->values[QUALITY_LONGEST_WORD] = (double)longest;
    quality->values[QUALITY_ALPHABETIC_WORDS] = share(alphabetic, count);
    quality->values[QUALITY_STOP_WORDS] = (double)stop;
    quality->values[QUALITY_SYMBOL_WORDS] = share(symbols, count);
}
