/* breaks.c - every place where a text may be cut, as bits. */
#include "text/breaks.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "text/segment.h"
#include "text/stops.h"

enum { ARRAYS = BREAK_LEVELS + 4 };

/* One allocation for all arrays, each one word longer than needed so that what spills over the end has a place. */
static void breaks_reserve(struct breaks *breaks, size_t length)
{
    breaks->words = bits_words(length);
    size_t needed = (breaks->words + 1) * ARRAYS;
    uint64_t *memory = breaks->levels[0];
    if (needed > breaks->capacity)
        memory = memory_grow(memory, &breaks->capacity, needed, sizeof *memory);
    size_t each = breaks->words + 1;
    for (int i = 0; i < BREAK_LEVELS; i++)
        breaks->levels[i] = memory + (size_t)i * each;
    breaks->points = memory + BREAK_LEVELS * each;
    breaks->white = breaks->points + each;
    breaks->newline = breaks->white + each;
    breaks->stops = breaks->newline + each;
    memset(memory, 0, needed * sizeof *memory);
}

void breaks_release(struct breaks *breaks)
{
    memory_free(breaks->levels[0]);
    *breaks = (struct breaks){ 0 };
}

/* May a character with this first byte join what stands before it? No for most letters of most scripts. */
static inline bool may_join(unsigned char byte)
{
    return byte >= 0xcc && !(byte >= 0xce && byte <= 0xd1) && !(byte >= 0xd3 && byte <= 0xd5) &&
           !(byte >= 0xe4 && byte <= 0xe9) && !(byte >= 0xeb && byte <= 0xed);
}

static inline bool can_begin(struct slice text, size_t place)
{
    return !may_join((unsigned char)text.bytes[place]) || grapheme_is_boundary(text, 0, place);
}

static void set_range(uint64_t *bits, size_t place, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bits_set(bits, place + i);
}

/* White space and punctuation beyond ASCII. */
static void find_wide(struct breaks *breaks, struct slice text, size_t offset, uint64_t candidates)
{
    for (; candidates; candidates &= candidates - 1) {
        size_t place = offset + (size_t)__builtin_ctzll(candidates);
        uint32_t code_point = 0;
        size_t length = utf8_decode(slice_from(text, place), &code_point);
        if (stop_kind(code_point) != STOP_NONE)
            bits_set(breaks->stops, place);
        else if (is_wide_clause(code_point) && place + length < text.length)
            bits_set(breaks->levels[BREAK_CLAUSE], place + length);
        else if (white_space_length(slice_from(text, place)))
            set_range(breaks->white, place, length);
    }
}

/* First pass: classes, and from them the starts of words and clauses. */
static void find_classes(struct breaks *breaks, struct slice text)
{
    break_classes_function *classify = break_classes();
    uint64_t white_before = 0, clause_before = 0;
    for (size_t word = 0; word < breaks->words; word++) {
        size_t offset = word * BITS_PER_WORD;
        size_t length = text.length - offset < BITS_PER_WORD ? text.length - offset : BITS_PER_WORD;
        struct break_classes classes;
        if (length == BITS_PER_WORD) {
            classify((const unsigned char *)text.bytes + offset, &classes);
        } else {
            /* Filled up with a letter that belongs to no class. */
            unsigned char padded[BITS_PER_WORD];
            memset(padded, 'x', sizeof padded);
            memcpy(padded, text.bytes + offset, length);
            classify(padded, &classes);
            classes.points &= bits_below(length);
        }
        breaks->points[word] = classes.points;
        breaks->newline[word] = classes.newline;
        breaks->stops[word] |= classes.stop;
        breaks->white[word] |= classes.white;
        if (classes.wide)
            find_wide(breaks, text, offset, classes.wide);
        uint64_t white = breaks->white[word];
        uint64_t after_white = white << 1 | white_before >> (BITS_PER_WORD - 1);
        uint64_t begin = ~white & after_white;
        if (length < BITS_PER_WORD)
            begin &= bits_below(length);
        breaks->levels[BREAK_WORD][word] = begin;
        breaks->levels[BREAK_CLAUSE][word] |= begin & (classes.clause << 2 | clause_before >> (BITS_PER_WORD - 2));
        white_before = white;
        clause_before = classes.clause;
    }
}

/* Words and clauses that would begin inside a cluster (a blank with a combining mark on it) do not begin. */
static void remove_joined(struct breaks *breaks, struct slice text)
{
    for (int level = BREAK_CLAUSE; level <= BREAK_WORD; level++) {
        uint64_t *bits = breaks->levels[level];
        for (size_t word = 0; word < breaks->words; word++) {
            /* Only ASCII here and at the start of the next word: nothing joins. */
            if (breaks->points[word] == ~(uint64_t)0 && breaks->points[word + 1] & 1)
                continue;
            for (uint64_t left = bits[word]; left; left &= left - 1) {
                size_t place = word * BITS_PER_WORD + (size_t)__builtin_ctzll(left);
                if (!can_begin(text, place))
                    bits_clear(bits, place);
            }
        }
    }
}

/* A run of white space with at least one newline; returns where it ends. */
static size_t mark_newline(struct breaks *breaks, struct slice text, size_t place)
{
    size_t next = bits_first(breaks->levels[BREAK_WORD], place + 1, text.length);
    if (next == BITS_NONE)
        return text.length;
    enum newline_kind kind = NEWLINE_BLANK;
    if (bits_first(breaks->newline, place + 1, next) == BITS_NONE)
        kind = segment_newline(text, place);
    if (kind == NEWLINE_BLANK)
        bits_set(breaks->levels[BREAK_BLANK], next);
    else if (kind == NEWLINE_LINE)
        bits_set(breaks->levels[BREAK_LINE], next);
    return next;
}

/* Second pass: lines and sentences. */
static void find_lines_and_sentences(struct breaks *breaks, struct slice text)
{
    size_t white_until = 0;
    for (size_t word = 0; word < breaks->words; word++) {
        uint64_t newlines = breaks->newline[word];
        for (uint64_t left = newlines | breaks->stops[word]; left; left &= left - 1) {
            size_t place = word * BITS_PER_WORD + (size_t)__builtin_ctzll(left), next;
            if (place < white_until)
                continue;
            if (left & -left & newlines)
                white_until = mark_newline(breaks, text, place);
            else if (sentence_ends_at(text, place, &next) && next < text.length && can_begin(text, next))
                bits_set(breaks->levels[BREAK_SENTENCE], next);
        }
    }
}

void breaks_find(struct breaks *breaks, struct slice text)
{
    breaks_reserve(breaks, text.length);
    find_classes(breaks, text);
    remove_joined(breaks, text);
    find_lines_and_sentences(breaks, text);
}

void breaks_join(struct breaks *breaks)
{
    for (size_t word = 0; word < breaks->words; word++) {
        uint64_t above = 0;
        for (int level = 0; level < BREAK_LEVELS; level++) {
            above |= breaks->levels[level][word];
            breaks->levels[level][word] = above;
        }
    }
}
