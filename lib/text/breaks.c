/* breaks.c - every place where a text may be cut, as bits. */
#include "text/breaks.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "text/segment.h"
#include "text/stops.h"

enum { ARRAYS = BREAK_LEVELS + 4 };

/* One allocation for all arrays, each one word longer than needed so that what spills over the end has a place. Those
 * that are only added to come first and begin empty. */
static void breaks_reserve(struct breaks *breaks, size_t length)
{
    enum { EMPTY_ARRAYS = 6 };
    breaks->words = bits_words(length);
    size_t each = breaks->words + 1, needed = each * ARRAYS;
    uint64_t *memory = breaks->bits[BREAK_HEADING];
    if (needed > breaks->capacity)
        memory = memory_grow(memory, &breaks->capacity, needed, sizeof *memory);
    uint64_t **const arrays[ARRAYS] = {
        &breaks->bits[BREAK_HEADING],
        &breaks->bits[BREAK_BLANK],
        &breaks->bits[BREAK_CLAUSE],
        &breaks->bits[BREAK_WORD],
        &breaks->stops,
        &breaks->white,
        &breaks->bits[BREAK_LINE],
        &breaks->bits[BREAK_SENTENCE],
        &breaks->points,
        &breaks->newline,
    };
    for (size_t i = 0; i < ARRAYS; i++)
        *arrays[i] = memory + i * each;
    memset(memory, 0, EMPTY_ARRAYS * each * sizeof *memory);
    breaks->points[breaks->words] = breaks->newline[breaks->words] = breaks->bits[BREAK_LINE][breaks->words] = 0;
}

void breaks_release(struct breaks *breaks)
{
    memory_free(breaks->bits[BREAK_HEADING]);
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
        size_t next = place + length;
        if (stop_kind(code_point) != STOP_NONE)
            bits_set(breaks->stops, place);
        else if (is_wide_clause(code_point) && (next = white_space_end(text, next)) < text.length &&
                 can_begin(text, next))
            breaks_set(breaks, BREAK_CLAUSE, next);
        else if (white_space_length(slice_from(text, place)))
            set_range(breaks->white, place, length);
    }
}

/* The masks of the block before. */
struct carry {
    uint64_t white, clause, newline;
};

/* Of the places in one word those that do not begin inside a cluster (a blank with a combining mark on it). */
static uint64_t without_joined(struct slice text, size_t word, uint64_t places, uint64_t high)
{
    for (uint64_t left = places & high; left; left &= left - 1)
        if (!can_begin(text, word * BITS_PER_WORD + (size_t)__builtin_ctzll(left)))
            places &= ~(left & -left);
    return places;
}

/* Starts of words, clauses and lines. A line that begins at its margin with anything but a small letter is one for
 * sure. */
static void find_starts(struct breaks *breaks, size_t word, uint64_t present, const struct break_classes *classes,
                        struct carry *carry)
{
    uint64_t white = breaks->white[word];
    uint64_t begin = ~white & (white << 1 | carry->white >> (BITS_PER_WORD - 1)) & present;
    if (begin & classes->high)
        begin = without_joined(breaks->text, word, begin, classes->high);
    uint64_t line =
        begin & ~(classes->lower | classes->high) & (classes->newline << 1 | carry->newline >> (BITS_PER_WORD - 1));
    breaks->bits[BREAK_WORD][word] |= begin;
    breaks->bits[BREAK_CLAUSE][word] |= line | (begin & (classes->clause << 2 | carry->clause >> (BITS_PER_WORD - 2)));
    breaks->bits[BREAK_LINE][word] = breaks->bits[BREAK_SENTENCE][word] = line;
    *carry = (struct carry){ white, classes->clause, classes->newline };
}

/* First pass: classes, and from them what neighbours alone can tell. */
static void find_classes(struct breaks *breaks, struct slice text)
{
    break_classes_function *classify = break_classes();
    struct carry carry = { 0 };
    for (size_t word = 0; word < breaks->words; word++) {
        size_t offset = word * BITS_PER_WORD;
        size_t length = text.length - offset < BITS_PER_WORD ? text.length - offset : BITS_PER_WORD;
        struct break_classes classes;
        uint64_t present = ~(uint64_t)0;
        if (length == BITS_PER_WORD) {
            classify((const unsigned char *)text.bytes + offset, &classes);
        } else {
            /* Filled up with a letter that belongs to no class of interest. */
            unsigned char padded[BITS_PER_WORD];
            memset(padded, 'x', sizeof padded);
            memcpy(padded, text.bytes + offset, length);
            classify(padded, &classes);
            present = bits_below(length);
        }
        breaks->points[word] = classes.points & present;
        breaks->newline[word] = classes.newline;
        breaks->stops[word] |= classes.stop;
        breaks->white[word] |= classes.white;
        if (classes.wide)
            find_wide(breaks, text, offset, classes.wide);
        find_starts(breaks, word, present, &classes, &carry);
    }
}

void breaks_set(struct breaks *breaks, enum break_level level, size_t place)
{
    for (unsigned i = level; i < BREAK_LEVELS; i++)
        bits_set(breaks->bits[i], place);
}

/* A run of white space with at least one newline; returns where it ends. */
static size_t mark_newline(struct breaks *breaks, struct slice text, size_t place)
{
    size_t next = bits_first(breaks->bits[BREAK_WORD], place + 1, text.length);
    if (next == BITS_NONE)
        return text.length;
    enum newline_kind kind = NEWLINE_LINE;
    if (next == place + 1)
        kind = segment_newline(text, place);
    else if (bits_first(breaks->newline, place + 1, next) != BITS_NONE)
        kind = NEWLINE_BLANK;
    if (kind != NEWLINE_WRAP)
        breaks_set(breaks, kind == NEWLINE_BLANK ? BREAK_BLANK : BREAK_LINE, next);
    return next;
}

/* Second pass: the newlines of blank lines, before indented lines, and before small letters. */
static void find_lines(struct breaks *breaks, struct slice text)
{
    const uint64_t *lines = breaks->bits[BREAK_LINE];
    size_t white_until = 0;
    for (size_t word = 0; word < breaks->words; word++) {
        uint64_t known = lines[word] >> 1 | lines[word + 1] << (BITS_PER_WORD - 1);
        for (uint64_t left = breaks->newline[word] & ~known; left; left &= left - 1) {
            size_t place = word * BITS_PER_WORD + (size_t)__builtin_ctzll(left);
            if (place >= white_until)
                white_until = mark_newline(breaks, text, place);
        }
    }
}

void breaks_find(struct breaks *breaks, struct slice text)
{
    breaks->text = text;
    breaks_reserve(breaks, text.length);
    find_classes(breaks, text);
    find_lines(breaks, text);
}

void breaks_lower(struct breaks *breaks, size_t start, size_t end)
{
    for (size_t word = start / BITS_PER_WORD; word <= end / BITS_PER_WORD && word < breaks->words; word++) {
        uint64_t inside = ~(uint64_t)0;
        if (word == start / BITS_PER_WORD)
            inside &= ~bits_below(start) & ~((uint64_t)1 << (start % BITS_PER_WORD));
        if (word == end / BITS_PER_WORD)
            inside &= bits_below(end) | (uint64_t)1 << (end % BITS_PER_WORD);
        uint64_t *blank = &breaks->bits[BREAK_BLANK][word], *line = &breaks->bits[BREAK_LINE][word];
        uint64_t *sentence = &breaks->bits[BREAK_SENTENCE][word];
        *sentence = (*sentence & ~inside) | (*line & inside);
        *line = (*line & ~inside) | (*blank & inside);
        *blank &= ~inside;
        breaks->stops[word] &= ~inside;
    }
}

/* Between a stop and the place behind it stand closers and white space: so far one looks back for stops. */
enum { STOP_DISTANCE = 16 };

static bool stop_place(const struct breaks *breaks, size_t stop, size_t *place)
{
    return sentence_ends_at(breaks->text, stop, place) && *place < breaks->text.length &&
           can_begin(breaks->text, *place);
}

static size_t last_sentence(const struct breaks *breaks, size_t start, size_t end)
{
    size_t stop = end, place, from = start > STOP_DISTANCE ? start - STOP_DISTANCE : 0;
    while ((stop = bits_last(breaks->stops, from, stop)) != BITS_NONE)
        if (stop_place(breaks, stop, &place) && place < end)
            return place >= start ? place : BITS_NONE;
    return BITS_NONE;
}

static size_t first_sentence(const struct breaks *breaks, size_t start, size_t end)
{
    size_t stop = start > STOP_DISTANCE ? start - STOP_DISTANCE : 0, place;
    for (; (stop = bits_first(breaks->stops, stop, end)) != BITS_NONE; stop++)
        if (stop_place(breaks, stop, &place) && place >= start)
            return place < end ? place : BITS_NONE;
    return BITS_NONE;
}

size_t breaks_last(const struct breaks *breaks, enum break_level level, size_t start, size_t end)
{
    size_t place = bits_last(breaks->bits[level], start, end);
    if (level != BREAK_SENTENCE)
        return place;
    size_t sentence = last_sentence(breaks, place == BITS_NONE ? start : place + 1, end);
    return sentence != BITS_NONE ? sentence : place;
}

size_t breaks_first(const struct breaks *breaks, enum break_level level, size_t start, size_t end)
{
    size_t place = bits_first(breaks->bits[level], start, end);
    if (level < BREAK_SENTENCE)
        return place;
    size_t sentence = first_sentence(breaks, start, place == BITS_NONE ? end : place);
    return sentence != BITS_NONE ? sentence : place;
}
