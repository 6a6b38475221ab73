/* fold.c - texts that differ only in how they are set become the same bytes. */
#include "text/fold.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/fold_kernel.h"
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

/* ASCII up to the first other byte or the end; `is_open` says that a blank would follow nothing or a blank. A blank is
 * written in any case, and written over by what follows another one. */
static size_t append_ascii(fold_kernel *kernel, struct slice text, char *output, size_t *written, bool *is_open)
{
    size_t count = 0, place = kernel ? kernel(ascii, text, output, &count, is_open) : 0, is_blank_before = *is_open;
    for (; place < text.length && (unsigned char)text.bytes[place] < sizeof ascii; place++) {
        char byte = ascii[(unsigned char)text.bytes[place]];
        size_t is_blank = byte == ' ';
        output[count] = byte;
        count += 1 - (is_blank & is_blank_before);
        is_blank_before = is_blank;
    }
    *written = count;
    *is_open = is_blank_before;
    return place;
}

/* Whether anything but ASCII was appended. */
static bool append_lowered(struct buffer *output, struct slice text)
{
    size_t start = output->length, place = 0;
    bool is_open = true, has_wide = false;
    fold_kernel *kernel = fold_kernel_find();
    while (place < text.length) {
        size_t written;
        uint32_t code_point;
        char *end = buffer_reserve(output, text.length - place + FOLD_SLACK);
        place += append_ascii(kernel, slice_from(text, place), end, &written, &is_open);
        output->length += written;
        if (place == text.length)
            break;
        place += utf8_decode(slice_from(text, place), &code_point);
        code_point = fold_wide(code_point);
        has_wide |= code_point >= sizeof ascii;
        if (code_point != ' ')
            utf8_append(output, code_point);
        else if (!is_open)
            buffer_append_byte(output, ' ');
        is_open = code_point == ' ';
    }
    if (output->length > start && output->bytes[output->length - 1] == ' ')
        output->length--;
    if (output->bytes)
        output->bytes[output->length] = '\0';
    return has_wide;
}

void text_fold(struct buffer *output, struct slice text)
{
    size_t start = output->length;
    struct slice folded;
    if (!append_lowered(output, text))
        return;
    folded = slice_from(buffer_slice(output), start);
    if (!normal_form_is_needed(folded, NORMAL_NFC))
        return;
    struct buffer lowered = { 0 };
    buffer_append_slice(&lowered, folded);
    output->length = start;
    normal_form_append(output, buffer_slice(&lowered), NORMAL_NFC);
    buffer_release(&lowered);
}
