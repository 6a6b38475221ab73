/* simplify.c - the forms in which other tools compare texts. */
#include "text/simplify.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/fold.h"
#include "text/kinds.h"
#include "text/letters.h"
#include "text/marks.h"
#include "text/normal_form.h"

static utf8proc_category_t category_of(uint32_t code_point)
{
    return utf8proc_category((utf8proc_int32_t)code_point);
}

static uint32_t lowered(uint32_t code_point)
{
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code_point);
}

size_t simplify_number_end(struct slice text, size_t place)
{
    size_t end = place;
    if ((unsigned char)text.bytes[place] < 0x80 && !is_ascii_digit((unsigned char)text.bytes[place]))
        return place;
    bool has_separator = false;
    for (size_t at = place; at < text.length;) {
        uint32_t code_point;
        size_t length = utf8_decode(slice_from(text, at), &code_point);
        if (category_of(code_point) == UTF8PROC_CATEGORY_ND) {
            at += length;
            end = at;
            continue;
        }
        bool is_separator = code_point == '.' || code_point == ',' || code_point == 0x60c || code_point == 0x66b ||
                            (code_point >= 0x2396 && code_point <= 0x2398);
        if (!is_separator || has_separator || end != at || at == place)
            break;
        has_separator = true;
        at += length;
    }
    return end;
}

/* A blank waits until something follows it. */
struct words {
    struct buffer *output;
    size_t start;
    bool has_blank;
};

static void append_character(struct words *words, uint32_t code_point)
{
    if (words->has_blank && words->output->length > words->start)
        buffer_append_byte(words->output, ' ');
    words->has_blank = false;
    if (code_point < 0x80)
        buffer_append_byte(words->output, (char)code_point);
    else
        utf8_append(words->output, code_point);
}

static void append_simple(struct buffer *output, struct slice text)
{
    struct words words = { output, output->length, false };
    for (size_t place = 0; place < text.length;) {
        uint32_t code_point;
        unsigned char byte = (unsigned char)text.bytes[place];
        if (byte < 0x80 && !is_ascii_digit(byte)) { /* letters, marks, white space and controls */
            if (is_ascii_letter(byte))
                append_character(&words, byte | 0x20);
            else
                words.has_blank = true;
            place++;
            continue;
        }
        size_t end = simplify_number_end(text, place);
        if (end > place) {
            append_character(&words, '0');
            place = end;
            continue;
        }
        place += utf8_decode(slice_from(text, place), &code_point);
        code_point = lowered(code_point);
        if (text_is_space(code_point) || text_is_mark(code_point))
            words.has_blank = true;
        else
            append_character(&words, code_point);
    }
}

void simplify_append_bare(struct buffer *output, struct slice form, struct buffer *scratch)
{
    buffer_reset(scratch);
    normal_form_append(scratch, form, NORMAL_NFD);
    struct slice rest = buffer_slice(scratch);
    for (size_t place = 0; place < rest.length;) {
        uint32_t code_point;
        place += utf8_decode(slice_from(rest, place), &code_point);
        if (category_of(code_point) != UTF8PROC_CATEGORY_MN)
            utf8_append(output, code_point);
    }
}

/* Taking marks away may leave blanks at the ends. */
void text_simplify(struct buffer *output, struct slice text)
{
    struct buffer simple = { 0 }, bare = { 0 }, scratch = { 0 };
    append_simple(&simple, text);
    if (!normal_form_is_needed(buffer_slice(&simple), NORMAL_NFD)) {
        buffer_append_slice(output, buffer_slice(&simple));
        buffer_release(&simple);
        return;
    }
    simplify_append_bare(&bare, buffer_slice(&simple), &scratch);
    buffer_append_slice(output, text_trim(buffer_slice(&bare)));
    buffer_release(&simple);
    buffer_release(&bare);
    buffer_release(&scratch);
}

static bool is_of_word(uint32_t code_point)
{
    utf8proc_category_t category = category_of(code_point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NL) || category == UTF8PROC_CATEGORY_PC;
}

void text_lower_words(struct buffer *output, struct slice text, bool cuts_everywhere)
{
    struct words words = { output, output->length, false };
    for (size_t place = 0; place < text.length;) {
        uint32_t code_point;
        unsigned char byte = (unsigned char)text.bytes[place];
        if (is_ascii_alphanumeric(byte)) {
            append_character(&words, is_ascii_letter(byte) ? byte | 0x20 : byte);
            place++;
            continue;
        }
        place += utf8_decode(slice_from(text, place), &code_point);
        code_point = lowered(code_point);
        if (cuts_everywhere)
            utf8_append(output, is_of_word(code_point) ? code_point : ' ');
        else if (text_is_space(code_point))
            words.has_blank = true;
        else
            append_character(&words, code_point);
    }
}
