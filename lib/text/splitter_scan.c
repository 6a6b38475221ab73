/* splitter_scan.c - the well-known split patterns, by hand.
 *
 * Each scanner gives what a backtracking matcher would give at that place, alternative by alternative. The classes of a
 * pattern are sets of bits, so that a run is one test a character; ASCII never leaves the table. */
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/letters.h"
#include "text/splitter.h"

enum {
    UPPER = 1, /* Lu, Lt */
    LOWER = 2, /* Ll */
    PLAIN = 4, /* Lm, Lo: letters of both or of no case */
    MARK = 8,  /* M */
    NUMBER = 16,
    BLANK = 32, /* white space but for \r and \n */
    LINE = 64,  /* \r \n */
    OTHER = 128,

    LETTER = UPPER | LOWER | PLAIN,
    SPACE = BLANK | LINE,
    SIGN = OTHER | MARK /* [^\s\p{L}\p{N}] */
};

#define X8(class)  class, class, class, class, class, class, class, class
#define X26(class) X8(class), X8(class), X8(class), class, class

static const unsigned char
    ascii_class[128] = { X8(OTHER),  OTHER,     BLANK,     LINE,      BLANK,  BLANK,  LINE,
                         OTHER,      OTHER,     X8(OTHER), X8(OTHER), /* 0x00 - 0x1f */
                         BLANK,      OTHER,     OTHER,     OTHER,     OTHER,  OTHER,  OTHER,
                         OTHER,      X8(OTHER), /* space to / */
                         NUMBER,     NUMBER,    NUMBER,    NUMBER,    NUMBER, NUMBER, NUMBER,
                         NUMBER,     NUMBER,    NUMBER,                                      /* 0 to 9 */
                         OTHER,      OTHER,     OTHER,     OTHER,     OTHER,  OTHER,  OTHER, /* : to @ */
                         X26(UPPER), OTHER,     OTHER,     OTHER,     OTHER,  OTHER,  OTHER,
                         X26(LOWER), OTHER,     OTHER,     OTHER,     OTHER,  OTHER };

static unsigned class_of(uint32_t code_point)
{
    if ((code_point >= 0x4e00 && code_point <= 0x9fff) || (code_point >= 0xac00 && code_point <= 0xd7a3))
        return PLAIN;
    switch ((int)utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return UPPER;
    case UTF8PROC_CATEGORY_LL:
        return LOWER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return PLAIN;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return MARK;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return NUMBER;
    default:
        return text_is_space(code_point) ? BLANK : OTHER;
    }
}

/* Class and length of the character at place, which is below text.length. */
static inline unsigned look(struct slice text, size_t place, size_t *length)
{
    unsigned char byte = (unsigned char)text.bytes[place];
    *length = 1;
    if (byte < 0x80)
        return ascii_class[byte];
    uint32_t code_point = 0;
    *length = utf8_decode(slice_from(text, place), &code_point);
    if (*length == 0) { /* never in valid text; no scanner may stand still */
        *length = 1;
        return OTHER;
    }
    return class_of(code_point);
}

/* Where the run of characters of these classes ends. */
static inline size_t run_end(struct slice text, size_t place, unsigned classes)
{
    while (place < text.length) {
        size_t length;
        if (!(look(text, place, &length) & classes))
            break;
        place += length;
    }
    return place;
}

/* Up to `most` of them. */
static inline size_t run_of(struct slice text, size_t place, unsigned classes, unsigned most)
{
    for (unsigned i = 0; i < most && place < text.length; i++) {
        size_t length;
        if (!(look(text, place, &length) & classes))
            break;
        place += length;
    }
    return place;
}

/* Length of 's 't 're 've 'm 'll 'd at place, 0 for none. Without case s has a third form, U+017F. */
static size_t contraction(struct slice text, size_t place, bool ignores_case)
{
    size_t left = text.length - place;
    if (left < 2 || text.bytes[place] != '\'')
        return 0;
    unsigned char fold = ignores_case ? 0x20 : 0;
    unsigned char first = (unsigned char)text.bytes[place + 1] | fold;
    if (first == 's' || first == 't' || first == 'm' || first == 'd')
        return 2;
    unsigned char second = left >= 3 ? (unsigned char)text.bytes[place + 2] | fold : 0;
    if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l'))
        return 3;
    return ignores_case && left >= 3 && (unsigned char)text.bytes[place + 1] == 0xc5 &&
                   (unsigned char)text.bytes[place + 2] == 0xbf
               ? 3
               : 0;
}

/* \s*[\r\n]+ (where has_lines), \s+(?!\S), \s+ */
static size_t split_space(struct slice text, size_t start, bool has_lines)
{
    size_t place = start, last = start, behind_line = 0;
    while (place < text.length) {
        size_t length;
        unsigned class = look(text, place, &length);
        if (!(class & SPACE))
            break;
        last = place;
        place += length;
        if (class & LINE)
            behind_line = place;
    }
    if (has_lines && behind_line)
        return behind_line;
    return place == text.length || last == start ? place : last;
}

static size_t next_gpt2(struct slice text, size_t start)
{
    size_t length, next_length;
    unsigned class = look(text, start, &length);
    size_t short_form = contraction(text, start, false);
    if (short_form)
        return start + short_form;
    size_t place = start;
    if (text.bytes[start] == ' ' && start + 1 < text.length) {
        unsigned behind = look(text, start + 1, &next_length);
        if (!(behind & SPACE)) {
            class = behind;
            place = start + 1;
        }
    }
    if (class & SPACE)
        return split_space(text, start, false);
    return run_end(text, place, class & LETTER ? LETTER : class & NUMBER ? NUMBER : SIGN);
}

/* What cl100k and its relatives share; digits: how many make a piece. */
static inline size_t next_cl100k_like(struct slice text, size_t start, unsigned digits)
{
    size_t length, next_length;
    unsigned class = look(text, start, &length);
    if (class & LETTER)
        return run_end(text, start + length, LETTER);
    if (class & NUMBER)
        return run_of(text, start, NUMBER, digits);
    size_t short_form = contraction(text, start, true);
    if (short_form)
        return start + short_form;
    size_t next = start + length;
    unsigned behind = next < text.length ? look(text, next, &next_length) : SPACE;
    if (!(class & LINE) && (behind & LETTER))
        return run_end(text, next + next_length, LETTER);
    if ((class & SIGN) || (text.bytes[start] == ' ' && (behind & SIGN))) {
        size_t end = run_end(text, next, SIGN);
        while (end < text.length && (text.bytes[end] == '\r' || text.bytes[end] == '\n'))
            end++;
        return end;
    }
    return split_space(text, start, true);
}

static size_t next_cl100k(struct slice text, size_t start)
{
    return next_cl100k_like(text, start, 3);
}

static size_t next_qwen2(struct slice text, size_t start)
{
    return next_cl100k_like(text, start, 1);
}

enum { FIRST_PART = UPPER | PLAIN | MARK, LAST_PART = LOWER | PLAIN | MARK };

/* [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+ at start; 0: no match. *upper_end: where the first part
 * ends when it takes all it can, which is what the other alternative takes. */
static size_t cased_word(struct slice text, size_t start, size_t *upper_end)
{
    size_t place = start, behind_both = 0;
    while (place < text.length) {
        size_t length;
        unsigned class = look(text, place, &length);
        if (!(class & FIRST_PART)) {
            if (class & LOWER) {
                *upper_end = place;
                return run_end(text, place + length, LAST_PART);
            }
            break;
        }
        place += length;
        if (class & LAST_PART) /* the last character that may stand in either part: given back, it matches */
            behind_both = place;
    }
    *upper_end = place;
    return behind_both;
}

static size_t next_o200k(struct slice text, size_t start)
{
    size_t length, next_length;
    unsigned class = look(text, start, &length);
    size_t next = start + length, end = 0, upper_with = next, upper_alone = start;
    if (class & NUMBER)
        return run_of(text, start, NUMBER, 3);
    bool has_sign = !(class & (LINE | LETTER));
    unsigned behind = next < text.length ? look(text, next, &next_length) : SPACE;
    if (has_sign && (behind & (LETTER | MARK)))
        end = cased_word(text, next, &upper_with);
    if (!end && (class & (LETTER | MARK)))
        end = cased_word(text, start, &upper_alone);
    if (!end && has_sign && upper_with > next)
        end = upper_with;
    if (!end && upper_alone > start)
        end = upper_alone;
    if (end)
        return end + contraction(text, end, true);
    if ((class & SIGN) || (text.bytes[start] == ' ' && (behind & SIGN))) {
        end = run_end(text, next, SIGN);
        while (end < text.length && (text.bytes[end] == '\r' || text.bytes[end] == '\n' || text.bytes[end] == '/'))
            end++;
        return end;
    }
    return split_space(text, start, true);
}

static size_t next_digits(struct slice text, size_t start)
{
    size_t length;
    return look(text, start, &length) & NUMBER ? start + length : run_end(text, start, 0xff & ~(unsigned)NUMBER);
}

split_next_function *splitter_scanner(enum split_kind kind)
{
    static split_next_function *const scanners[SPLIT_KINDS] = { [SPLIT_GPT2] = next_gpt2,
                                                                [SPLIT_CL100K] = next_cl100k,
                                                                [SPLIT_QWEN2] = next_qwen2,
                                                                [SPLIT_O200K] = next_o200k,
                                                                [SPLIT_DIGITS] = next_digits };
    return scanners[kind];
}
