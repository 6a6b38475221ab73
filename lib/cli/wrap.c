/* wrap.c - plain prose into lines of a given width. */
#include "cli/wrap.h"

#include "base/utf8.h"

void wrap_append(struct buffer *output, struct slice text, size_t column, size_t indent, size_t width)
{
    bool is_first = true;
    for (size_t position = 0; position < text.length;) {
        if (text.bytes[position] == ' ' || text.bytes[position] == '\n') {
            position++;
            continue;
        }
        size_t end = position;
        while (end < text.length && text.bytes[end] != ' ' && text.bytes[end] != '\n')
            end++;
        struct slice word = slice_between(text, position, end);
        size_t columns = utf8_count(word);
        if (!is_first && column + 1 + columns > width) {
            buffer_append_byte(output, '\n');
            buffer_append_repeated(output, ' ', indent);
            column = indent;
        } else if (!is_first) {
            buffer_append_byte(output, ' ');
            column++;
        }
        buffer_append_slice(output, word);
        column += columns;
        is_first = false;
        position = end;
    }
    buffer_append_byte(output, '\n');
}

bool wrap_next_line(struct slice *rest, struct slice *line)
{
    if (rest->length == 0)
        return false;
    size_t length = slice_find_byte(*rest, '\n');
    *line = slice_between(*rest, 0, length);
    *rest = slice_from(*rest, length + 1);
    return true;
}

void wrap_append_paragraphs(struct buffer *output, struct slice text, size_t width)
{
    struct slice line;
    const char *start = NULL; /* of the paragraph that is being gathered */
    const char *end = NULL;
    while (wrap_next_line(&text, &line)) {
        bool is_prose = line.length > 0 && line.bytes[0] != ' ';
        if (is_prose) {
            start = start ? start : line.bytes;
            end = line.bytes + line.length;
            continue;
        }
        if (start)
            wrap_append(output, slice_of(start, (size_t)(end - start)), 0, 0, width);
        start = NULL;
        buffer_append_slice(output, line);
        buffer_append_byte(output, '\n');
    }
    if (start)
        wrap_append(output, slice_of(start, (size_t)(end - start)), 0, 0, width);
}
