/* sentences.c - where sentences end, without knowing the language. */
#include "text/segment.h"

#include <string.h>

#include "base/utf8.h"
#include "text/kinds.h"
#include "text/stops.h"

enum { ABBREVIATION_BYTES = 8, NUMBER_DIGITS = 3 };

/* Short forms that stand before a name, by first letter. What may as well end a sentence (etc. Inc. Co.) is not in the
 * lists: before a lower-case letter it ends none anyway. */
static const char *const before_names[26] = {
    ['a' - 'a'] = " approx ",
    ['b' - 'a'] = " bzw ",
    ['c' - 'a'] = " capt cf col ca ",
    ['d' - 'a'] = " dr dipl dott ",
    ['e' - 'a'] = " ed eds ",
    ['f' - 'a'] = " fr ",
    ['g' - 'a'] = " gen gov ",
    ['h' - 'a'] = " hr hon hrsg ",
    ['i' - 'a'] = " ing inkl ",
    ['l' - 'a'] = " lt ",
    ['m' - 'a'] = " mr mrs ms mme mlle messrs ",
    ['o' - 'a'] = " op ",
    ['p' - 'a'] = " prof ph pres ",
    ['r' - 'a'] = " rev rep resp ",
    ['s' - 'a'] = " st ste sr sra srta sgt sen sog sig ",
    ['v' - 'a'] = " vs vgl ",
};

/* Short forms that stand before a number. */
static const char *const before_numbers[26] = {
    ['a' - 'a'] = " art al abb abs apr aug ",
    ['b' - 'a'] = " bd ",
    ['c' - 'a'] = " ch chap ",
    ['d' - 'a'] = " dec dez ",
    ['e' - 'a'] = " eq eqs ",
    ['f' - 'a'] = " fig figs feb ",
    ['j' - 'a'] = " jan jun jul ",
    ['k' - 'a'] = " kap ",
    ['m' - 'a'] = " mar max min ",
    ['n' - 'a'] = " no nos nr num nov ",
    ['o' - 'a'] = " oct okt ",
    ['p' - 'a'] = " p pp par ",
    ['r' - 'a'] = " ref refs rev ",
    ['s' - 'a'] = " sec sect sep sept ",
    ['t' - 'a'] = " tab ",
    ['v' - 'a'] = " vol vols ver ",
};

static bool is_listed(struct slice word, const char *const lists[26])
{
    char wanted[ABBREVIATION_BYTES + 3] = " ";
    size_t length = 1;
    for (size_t i = 0; i < word.length; i++) {
        if (!is_ascii_letter((unsigned char)word.bytes[i]))
            return false;
        wanted[length++] = (char)(word.bytes[i] | 0x20);
    }
    wanted[length] = ' ';
    const char *list = lists[wanted[1] - 'a'];
    return list && strstr(list, wanted);
}

/* Over the closing quotes, brackets and marks of emphasis. */
static size_t skip_closers(struct slice text, size_t offset)
{
    for (;;) {
        uint32_t code_point;
        size_t length = utf8_decode(slice_from(text, offset), &code_point);
        if (length == 0 || !is_closer(code_point))
            return offset;
        offset += length;
    }
}

/* The first character of what may be a sentence, behind opening quotes and brackets. */
static uint32_t first_of_next(struct slice text, size_t offset)
{
    for (;;) {
        uint32_t code_point = 0;
        size_t length = utf8_decode(slice_from(text, offset), &code_point);
        if (length == 0 || !is_opener(code_point))
            return code_point;
        offset += length;
    }
}

/* The word right before offset, empty when there is none or it is too long to be an abbreviation. */
static struct slice word_before(struct slice text, size_t offset)
{
    size_t start = offset;
    while (start > 0 && offset - start <= ABBREVIATION_BYTES) {
        unsigned char byte = (unsigned char)text.bytes[start - 1];
        if (!is_ascii_letter(byte) && byte < 0x80)
            break;
        start--;
    }
    return offset - start > ABBREVIATION_BYTES ? slice_of(text.bytes, 0) : slice_between(text, start, offset);
}

/* Is what stands before the full stop the number of a list item, alone on its line? */
static bool is_item_number(struct slice text, size_t offset)
{
    size_t start = offset;
    while (start > 0 && is_ascii_digit((unsigned char)text.bytes[start - 1]) && offset - start <= NUMBER_DIGITS)
        start--;
    if (start == offset || offset - start > NUMBER_DIGITS)
        return false;
    while (start > 0 && (text.bytes[start - 1] == ' ' || text.bytes[start - 1] == '\t' || text.bytes[start - 1] == '#'))
        start--;
    return start == 0 || text.bytes[start - 1] == '\n';
}

/* One letter of a script with case: an initial, or the last part of e.g. and z.B. */
static bool is_initial(struct slice word)
{
    uint32_t code_point;
    size_t length = utf8_decode(word, &code_point);
    if (length == 0 || length != word.length)
        return false;
    enum letter_kind kind = letter_kind(code_point);
    return kind == LETTER_LOWER || kind == LETTER_UPPER;
}

static bool full_stop_ends(struct slice text, size_t offset, uint32_t next)
{
    if (is_item_number(text, offset))
        return false;
    struct slice word = word_before(text, offset);
    if (word.length == 0)
        return true;
    if (is_initial(word) || is_listed(word, before_names))
        return false;
    return letter_kind(next) != LETTER_DIGIT || !is_listed(word, before_numbers);
}

bool sentence_ends_at(struct slice text, size_t offset, size_t *next)
{
    /* Most that end nothing are inside a word, number or address. */
    if ((unsigned char)text.bytes[offset] < 0x80 && offset + 1 < text.length &&
        is_ascii_alphanumeric((unsigned char)text.bytes[offset + 1]))
        return false;
    uint32_t stop, after = 0;
    size_t length = utf8_decode(slice_from(text, offset), &stop);
    enum stop_kind kind = stop_kind(stop);
    if (length == 0 || kind == STOP_NONE)
        return false;
    size_t end = skip_closers(text, offset + length);
    length = utf8_decode(slice_from(text, end), &after);
    if (length && stop_kind(after) != STOP_NONE) /* ?! ... the last one decides */
        return false;
    *next = white_space_end(text, end);
    if (*next == text.length || kind == STOP_WIDE)
        return true;
    if (*next == end)
        return kind == STOP_STRONG && letter_kind(after) == LETTER_SINGLE;
    uint32_t first = first_of_next(text, *next);
    if (letter_kind(first) == LETTER_LOWER)
        return false;
    return kind != STOP_FULL || full_stop_ends(text, offset, first);
}

/* Start of the sentence after the one that begins at start. */
static size_t sentence_end(struct slice text, size_t start)
{
    size_t next = text.length;
    for (size_t i = start; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte == '\n' && segment_newline(text, i) != NEWLINE_WRAP)
            return white_space_end(text, i);
        if ((byte == '.' || byte == '!' || byte == '?' || byte >= 0xc2) && sentence_ends_at(text, i, &next))
            return next;
    }
    return text.length;
}

bool sentence_next(struct slice text, size_t *position, struct slice *sentence)
{
    size_t start = white_space_end(text, *position);
    if (start >= text.length) {
        *position = text.length;
        return false;
    }
    *position = sentence_end(text, start);
    *sentence = slice_between(text, start, white_space_start(text, start, *position));
    return true;
}
