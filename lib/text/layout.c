/* layout.c - any text on a terminal. */
#include "text/layout.h"

#include <utf8proc.h>

#include "base/error.h"
#include "base/utf8.h"

enum { WIDTH_MINIMUM = 10, TAB_BLANKS = 4 };

static size_t character_width(uint32_t code_point)
{
    if (code_point >= 0x20 && code_point < 0x7f)
        return 1;
    int width = utf8proc_charwidth((utf8proc_int32_t)code_point);
    return width > 0 ? (size_t)width : 0;
}

size_t layout_width(struct slice text)
{
    size_t width = 0;
    while (text.length > 0) {
        uint32_t code_point;
        size_t bytes = utf8_decode(text, &code_point);
        width += bytes ? character_width(code_point) : 1;
        text = slice_from(text, bytes ? bytes : 1);
    }
    return width;
}

/* One line without its end: tabs become blanks, the rest is made printable. */
static void make_printable(struct buffer *printable, struct slice line)
{
    buffer_reset(printable);
    if (line.length > 0 && line.bytes[line.length - 1] == '\r')
        line.length--;
    while (line.length > 0) {
        size_t tab = slice_find_byte(line, '\t');
        text_append_printable(printable, slice_between(line, 0, tab));
        if (tab < line.length)
            buffer_append_repeated(printable, ' ', TAB_BLANKS);
        line = slice_from(line, tab + 1);
    }
}

void layout_append_cut(struct buffer *output, struct slice text, size_t width)
{
    static const struct slice dots = SLICE_INIT("...");
    /* More than that cannot be shown, so a text of megabytes costs nothing. */
    struct slice start = slice_between(text, 0, width * 8 + 64);
    struct buffer flat = { 0 }, printable = { 0 };
    for (size_t i = 0; i < start.length; i++) {
        char byte = start.bytes[i];
        buffer_append_byte(&flat, byte == '\n' || byte == '\r' || byte == '\t' ? ' ' : byte);
    }
    text_append_printable(&printable, buffer_slice(&flat));
    struct slice rest = buffer_slice(&printable);
    bool is_whole = start.length == text.length && layout_width(rest) <= width;
    size_t room = is_whole || width < dots.length ? width : width - dots.length, column = 0, end = 0;
    while (end < rest.length) {
        uint32_t code_point;
        size_t bytes = utf8_decode(slice_from(rest, end), &code_point);
        size_t columns = character_width(code_point);
        if (column + columns > room)
            break;
        column += columns;
        end += bytes;
    }
    buffer_append_slice(output, slice_between(rest, 0, end));
    if (!is_whole && width >= dots.length)
        buffer_append_slice(output, dots);
    buffer_release(&flat);
    buffer_release(&printable);
}

/* Punctuation that must not begin a line in Chinese and Japanese. */
static bool is_closing(uint32_t code_point)
{
    static const uint32_t closing[] = { 0x3001, 0x3002, 0x3009, 0x300b, 0x300d, 0x300f, 0x3011, 0x30fc, 0xff01,
                                        0xff09, 0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff1f, 0xff3d, 0xff5d };
    for (size_t i = 0; i < sizeof closing / sizeof closing[0]; i++)
        if (closing[i] == code_point)
            return true;
    return false;
}

/* Where a line that begins at `start` ends, so that it has at most `width` columns: after a blank or beside a wide
 * character if there is one, else before the character that does not fit. */
static size_t find_break(struct slice line, size_t start, size_t width)
{
    size_t position = start, column = 0, chance = 0;
    bool may_break = false; /* behind the character before */
    while (position < line.length) {
        uint32_t code_point;
        size_t bytes = utf8_decode(slice_from(line, position), &code_point);
        size_t columns = character_width(code_point);
        if ((may_break || columns == 2) && position > start && !is_closing(code_point))
            chance = position;
        if (column + columns > width && position > start)
            return code_point == ' ' || chance <= start ? position : chance;
        column += columns;
        position += bytes;
        may_break = code_point == ' ' || columns == 2;
    }
    return line.length;
}

struct wrapping {
    struct buffer *output;
    const struct layout *layout;
    size_t lines; /* written so far */
};

static bool is_full(const struct wrapping *wrapping)
{
    return wrapping->layout->lines_maximum > 0 && wrapping->lines >= wrapping->layout->lines_maximum;
}

/* Returns how many bytes of line were written. */
static size_t wrap_line(struct wrapping *wrapping, struct slice line)
{
    size_t indent = wrapping->layout->indent, width = wrapping->layout->width, lead = 0;
    width = width > indent + WIDTH_MINIMUM ? width - indent : WIDTH_MINIMUM;
    while (lead < line.length && line.bytes[lead] == ' ')
        lead++;
    size_t kept = lead < width / 2 ? lead : width / 2;
    size_t start = lead;
    do {
        if (is_full(wrapping))
            return start;
        size_t end = find_break(line, start, width - kept), last = end;
        while (last > start && line.bytes[last - 1] == ' ')
            last--;
        if (last > start) {
            buffer_append_repeated(wrapping->output, ' ', indent + kept);
            buffer_append_slice(wrapping->output, slice_between(line, start, last));
        }
        buffer_append_byte(wrapping->output, '\n');
        wrapping->lines++;
        for (start = end; start < line.length && line.bytes[start] == ' ';)
            start++;
    } while (start < line.length);
    return line.length;
}

void layout_append_wrapped(struct buffer *output, struct slice text, const struct layout *layout)
{
    struct wrapping wrapping = { output, layout, 0 };
    struct buffer printable = { 0 };
    size_t missing = 0; /* characters that had no room */
    while (text.length > 0 && !is_full(&wrapping)) {
        size_t length = slice_find_byte(text, '\n');
        make_printable(&printable, slice_between(text, 0, length));
        size_t written = wrap_line(&wrapping, buffer_slice(&printable));
        missing += utf8_count(slice_from(buffer_slice(&printable), written));
        text = slice_from(text, length + 1);
    }
    if (text.length > 0 && utf8_is_valid(text))
        missing += utf8_count(text);
    else
        missing += text.length;
    if (missing > 0) {
        buffer_append_repeated(output, ' ', layout->indent);
        buffer_append_format(output, "[%zu more characters]\n", missing);
    }
    buffer_release(&printable);
}
