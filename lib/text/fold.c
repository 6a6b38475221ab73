/* fold.c - texts that differ only in how they are set become the same bytes. */
#include "text/fold.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/letters.h"
#include "text/normal_form.h"

/* What an ASCII byte becomes: a blank for white space and punctuation, letters lowered. */
static const char ascii[0x80] = {
    0,   1,   2,   3,   4,   5,   6,   7,   8,   ' ', ' ', ' ', ' ', ' ', 14,  15,  16,  17,  18,  19,  20,  21,
    22,  23,  24,  25,  26,  27,  28,  29,  30,  31,  ' ', ' ', ' ', ' ', '$', ' ', ' ', ' ', ' ', ' ', ' ', '+',
    ' ', ' ', ' ', ' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', ' ', '<', '=', '>', ' ', ' ', 'a',
    'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
    'x', 'y', 'z', ' ', ' ', ' ', '^', ' ', '`', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
    'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', ' ', '|', ' ', '~', 127,
};

static uint32_t fold_wide(uint32_t code_point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    if (text_is_space(code_point) || (category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO))
        return ' ';
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code_point);
}

/* A blank waits until something follows it. */
static void append_lowered(struct buffer *output, struct slice text)
{
    size_t start = output->length;
    bool has_blank = false;
    for (size_t place = 0; place < text.length;) {
        uint32_t code_point = (unsigned char)text.bytes[place];
        size_t length = 1;
        if (code_point < sizeof ascii) {
            code_point = (unsigned char)ascii[code_point];
        } else {
            length = utf8_decode(slice_from(text, place), &code_point);
            code_point = fold_wide(code_point);
        }
        place += length;
        if (code_point == ' ') {
            has_blank = output->length > start;
            continue;
        }
        if (has_blank)
            buffer_append_byte(output, ' ');
        has_blank = false;
        if (code_point < sizeof ascii)
            buffer_append_byte(output, (char)code_point);
        else
            utf8_append(output, code_point);
    }
}

void text_fold(struct buffer *output, struct slice text)
{
    if (!normal_form_is_needed(text, NORMAL_NFC)) {
        append_lowered(output, text);
        return;
    }
    struct buffer lowered = { 0 };
    append_lowered(&lowered, text);
    normal_form_append(output, buffer_slice(&lowered), NORMAL_NFC);
    buffer_release(&lowered);
}
