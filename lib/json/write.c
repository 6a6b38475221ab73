/* write.c - JSON text: strings, numbers, keys. */
#include "json/write.h"

#include "base/cpu.h"
#include "base/number.h"
#include "json/escape.h"

enum { ESCAPE_PIECE_BYTES = 4096 };

static char *escape(char *output, struct slice text)
{
#if defined(__x86_64__)
    if (text.length >= 32 && cpu_level() >= CPU_AVX2)
        return json_escape_avx2(output, text);
#endif
    return json_escape_bytes(output, text);
}

void json_append_escaped(struct buffer *output, struct slice text)
{
    /* Piece by piece, so that room for the worst case is small. */
    while (text.length) {
        struct slice piece = slice_between(text, 0, ESCAPE_PIECE_BYTES);
        char *place = buffer_reserve(output, piece.length * JSON_ESCAPE_BYTES + 64);
        char *end = escape(place, piece);
        output->length += (size_t)(end - place);
        text = slice_from(text, piece.length);
    }
    buffer_reserve(output, 0)[0] = '\0';
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
    enum { FLOAT_TEXT = 23 }; /* the longest: -100000000000000000000 and a comma */
    char *place = buffer_reserve(output, count * FLOAT_TEXT + NUMBER_TEXT + 2), *next = place;
    *next++ = '[';
    for (size_t i = 0; i < count; i++) {
        next += number_format_float(values[i], next);
        *next++ = ',';
    }
    next -= count > 0; /* the last comma */
    *next++ = ']';
    *next = '\0';
    output->length += (size_t)(next - place);
}

void json_append_key(struct buffer *output, struct slice key)
{
    bool is_first =
        output->length == 0 || output->bytes[output->length - 1] == '{' || output->bytes[output->length - 1] == '[';
    if (!is_first)
        buffer_append_byte(output, ',');
    json_append_string(output, key);
    buffer_append_byte(output, ':');
}
