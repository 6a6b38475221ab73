/* write.c - JSON text: strings, numbers, keys. */
#include "json/write.h"

#include "base/number.h"

/* The letter behind the backslash, 'u' for \u00XX, 0 for a byte that stands for itself. */
static const char escape_of_byte[256] = {
    [0] = 'u',    [1] = 'u',    [2] = 'u',    [3] = 'u',    [4] = 'u',    [5] = 'u',     [6] = 'u',
    [7] = 'u',    ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', [0x0b] = 'u', ['\f'] = 'f',  ['\r'] = 'r',
    [0x0e] = 'u', [0x0f] = 'u', [0x10] = 'u', [0x11] = 'u', [0x12] = 'u', [0x13] = 'u',  [0x14] = 'u',
    [0x15] = 'u', [0x16] = 'u', [0x17] = 'u', [0x18] = 'u', [0x19] = 'u', [0x1a] = 'u',  [0x1b] = 'u',
    [0x1c] = 'u', [0x1d] = 'u', [0x1e] = 'u', [0x1f] = 'u', ['"'] = '"',  ['\\'] = '\\',
};

static size_t clean_length(const char *bytes, size_t length)
{
    size_t clean = 0;
    while (clean < length && !escape_of_byte[(unsigned char)bytes[clean]])
        clean++;
    return clean;
}

void json_append_escaped(struct buffer *output, struct slice text)
{
    static const char digits[] = "0123456789abcdef";
    while (text.length) {
        size_t clean = clean_length(text.bytes, text.length);
        buffer_append(output, text.bytes, clean);
        if (clean == text.length)
            break;
        unsigned char byte = (unsigned char)text.bytes[clean];
        char escape[] = { '\\', escape_of_byte[byte], '0', '0', digits[byte >> 4], digits[byte & 15] };
        buffer_append(output, escape, escape[1] == 'u' ? 6 : 2);
        text = slice_from(text, clean + 1);
    }
}

void json_append_string(struct buffer *output, struct slice text)
{
    buffer_append_byte(output, '"');
    json_append_escaped(output, text);
    buffer_append_byte(output, '"');
}

void json_append_integer(struct buffer *output, int64_t number)
{
    buffer_append_decimal(output, number);
}

void json_append_double(struct buffer *output, double number)
{
    char *place = buffer_reserve(output, NUMBER_TEXT);
    output->length += number_format_double(number, place);
    output->bytes[output->length] = '\0';
}

void json_append_floats(struct buffer *output, const float *values, size_t count)
{
    buffer_append_byte(output, '[');
    for (size_t i = 0; i < count; i++) {
        char *place = buffer_reserve(output, NUMBER_TEXT + 1);
        if (i)
            *place++ = ',';
        output->length += number_format_float(values[i], place) + (i ? 1 : 0);
    }
    buffer_append_byte(output, ']');
}

void json_append_key(struct buffer *output, struct slice key)
{
    char last = output->length ? output->bytes[output->length - 1] : '{';
    if (last != '{' && last != '[')
        buffer_append_byte(output, ',');
    json_append_string(output, key);
    buffer_append_byte(output, ':');
}
