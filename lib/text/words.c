/* words.c - words: what people count, in any script. */
#include "text/segment.h"

#include "base/utf8.h"
#include "text/kinds.h"

struct character {
    uint32_t code_point;
    size_t length; /* 0 at the end of the text */
    enum letter_kind kind;
};

static inline struct character character_at(struct slice text, size_t offset)
{
    struct character character = { 0, 0, LETTER_NONE };
    character.length = utf8_decode(slice_from(text, offset), &character.code_point);
    if (character.length)
        character.kind = letter_kind(character.code_point);
    return character;
}

/* Letters, digits and _ of ASCII are 2, what can only stand between words 1, ' , and . (which may join) 0; so is all
 * beyond ASCII. */
enum { OTHER, BETWEEN, INSIDE };
static const uint8_t class_of_byte[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* controls */
    1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, /* blank to ? */
    1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 2, /* @ to _ */
    1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, /* ` to DEL */
};

static inline uint8_t byte_class(struct slice text, size_t place)
{
    return class_of_byte[(unsigned char)text.bytes[place]];
}

static inline bool is_letter(enum letter_kind kind)
{
    return kind == LETTER_LOWER || kind == LETTER_UPPER || kind == LETTER_UNCASED;
}

static bool joins_letters(uint32_t code_point)
{
    return code_point == '\'' || code_point == '.' || code_point == 0x2019 || code_point == 0xb7;
}

static bool joins_digits(uint32_t code_point)
{
    return code_point == '.' || code_point == ',' || code_point == '\'';
}

/* Bytes of a sign that joins what stands on both sides of it, 0 if it does not. */
static size_t joiner_length(struct slice text, size_t offset, struct character sign, enum letter_kind left)
{
    if (sign.kind != LETTER_NONE || (!joins_letters(sign.code_point) && !joins_digits(sign.code_point)))
        return 0;
    struct character right = character_at(text, offset + sign.length);
    if (is_letter(left) && is_letter(right.kind) && joins_letters(sign.code_point))
        return sign.length;
    if (left == LETTER_DIGIT && right.kind == LETTER_DIGIT && joins_digits(sign.code_point))
        return sign.length;
    return 0;
}

/* End of the word that begins with the character first at start. */
static size_t word_end(struct slice text, size_t start, struct character first)
{
    size_t place = start + first.length;
    bool is_single = first.kind == LETTER_SINGLE;
    enum letter_kind left = first.kind;
    for (;;) {
        if (!is_single) {
            size_t run = place;
            while (place < text.length && byte_class(text, place) == INSIDE)
                place++;
            if (place > run)
                left = letter_kind((unsigned char)text.bytes[place - 1]);
        }
        if (place < text.length && byte_class(text, place) == BETWEEN)
            return place;
        struct character next = character_at(text, place);
        if (next.length == 0)
            return place;
        if (next.kind == LETTER_JOINER) {
            place += next.length;
        } else if (!is_single && (is_letter(next.kind) || next.kind == LETTER_DIGIT || next.kind == LETTER_CONNECTOR)) {
            left = next.kind;
            place += next.length;
        } else {
            size_t joiner = is_single ? 0 : joiner_length(text, place, next, left);
            if (joiner == 0)
                return place;
            place += joiner;
        }
    }
}

bool word_next(struct slice text, size_t *position, struct slice *word)
{
    size_t place = *position;
    while (place < text.length) {
        if (byte_class(text, place) == BETWEEN) {
            place++;
            continue;
        }
        struct character first = character_at(text, place);
        if (is_letter(first.kind) || first.kind == LETTER_DIGIT || first.kind == LETTER_SINGLE) {
            size_t end = word_end(text, place, first);
            *word = slice_between(text, place, end);
            *position = end;
            return true;
        }
        place += first.length ? first.length : 1;
    }
    *position = text.length;
    return false;
}
