/* normal_form.c - Unicode normal forms. */
#include "text/normal_form.h"

#include <utf8proc.h>

#include "base/memory.h"

/* NFC leaves all below U+0300 alone, the others all of ASCII. */
static unsigned char first_byte_at_risk(enum normal_form form)
{
    return form == NORMAL_NFC ? 0xcc : 0x80;
}

bool normal_form_is_needed(struct slice text, enum normal_form form)
{
    unsigned char least = first_byte_at_risk(form);
    unsigned found = 0;
    for (size_t i = 0; form != NORMAL_NONE && i < text.length; i++)
        found |= (unsigned char)text.bytes[i] >= least;
    return found;
}

static void append_stretch(struct buffer *output, struct slice text, enum normal_form form)
{
    static const int options[] = { [NORMAL_NFC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
                                   [NORMAL_NFD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
                                   [NORMAL_NFKC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
                                   [NORMAL_NFKD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT };
    enum { FEW = 256 };
    utf8proc_int32_t few[FEW], *all = few;
    utf8proc_option_t option = (utf8proc_option_t)options[form];
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.bytes;
    utf8proc_ssize_t length = (utf8proc_ssize_t)text.length;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, length, few, FEW, option);
    if (count > FEW) {
        all = memory_allocate((size_t)count * sizeof *all);
        count = utf8proc_decompose(bytes, length, all, count, option);
    }
    if (count >= 0)
        count = utf8proc_normalize_utf32(all, count, option);
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        char *to = buffer_reserve(output, 4);
        output->length += (size_t)utf8proc_encode_char(all[i], (utf8proc_uint8_t *)to);
    }
    if (count < 0) /* not valid UTF-8, against the contract: nothing is lost */
        buffer_append_slice(output, text);
    if (all != few)
        memory_free(all);
}

void normal_form_append(struct buffer *output, struct slice text, enum normal_form form)
{
    unsigned char least = first_byte_at_risk(form);
    size_t clean = 0, place = 0;
    buffer_reserve(output, text.length);
    while (place < text.length) {
        if ((unsigned char)text.bytes[place] < least) {
            place++;
            continue;
        }
        size_t start = place, end = place;
        while (start > clean && (unsigned char)text.bytes[start] >= 0x80)
            start--;
        while (end < text.length && (unsigned char)text.bytes[end] >= 0x80)
            end++;
        buffer_append_slice(output, slice_between(text, clean, start));
        append_stretch(output, slice_between(text, start, end), form);
        clean = place = end;
    }
    buffer_append_slice(output, slice_from(text, clean));
}
