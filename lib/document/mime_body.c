/* mime_body.c - what a mail's body stands for: transfer encodings and flowed text. */
#include "base/number.h"
#include "document/mime.h"

enum mime_encoding mime_encoding_of(struct slice value)
{
    static const struct {
        struct slice name;
        enum mime_encoding encoding;
    } names[] = { { SLICE_INIT("quoted-printable"), MIME_QUOTED_PRINTABLE },
                  { SLICE_INIT("base64"), MIME_BASE64 },
                  { SLICE_INIT("x-uuencode"), MIME_UUENCODE },
                  { SLICE_INIT("x-uue"), MIME_UUENCODE },
                  { SLICE_INIT("uuencode"), MIME_UUENCODE } };
    struct buffer name = { 0 };
    enum mime_encoding encoding = MIME_IDENTITY;
    mime_append_value(&name, value);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal(buffer_slice(&name), names[i].name))
            encoding = names[i].encoding;
    buffer_release(&name);
    return encoding;
}

/* 0 to 63; 64: no character of the alphabet, 65: padding. */
static const unsigned char *base64_values(void)
{
    enum { NO = 64, PAD = 65 };
#define NO_8  NO, NO, NO, NO, NO, NO, NO, NO
#define NO_32 NO_8, NO_8, NO_8, NO_8
    static const unsigned char values[256] = {
        NO_32,                                                              /* control bytes */
        NO_8,  NO, NO, NO, 62, NO, 62, NO, 63,                              /* space to '/'; '-' as in base64url */
        52,    53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, PAD, NO, NO, /* digits */
        NO,    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12,  13, 14, /* upper case */
        15,    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO,  NO, 63, NO,    26,    27,    28,
        29,    30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, /* lower case */
        41,    42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO,  NO, NO, NO_32, NO_32, NO_32, NO_32,
    };
    return values;
}

/* As mail programs do: white space and strays are passed over; what follows padding is a new text. */
static void append_base64(struct buffer *output, struct slice body)
{
    const unsigned char *values = base64_values();
    uint32_t bits = 0;
    unsigned count = 0;
    char *place = buffer_reserve(output, body.length / 4 * 3 + 3);
    char *start = place;
    for (size_t i = 0; i < body.length; i++) {
        unsigned value = values[(unsigned char)body.bytes[i]];
        if (value < 64) {
            bits = bits << 6 | value;
            if (++count == 4) {
                *place++ = (char)(bits >> 16 & 0xff);
                *place++ = (char)(bits >> 8 & 0xff);
                *place++ = (char)(bits & 0xff);
                count = 0;
            }
        }
        if (value == 65 || i + 1 == body.length) { /* the last, shorter group */
            if (count >= 2)
                *place++ = (char)(bits << 6 * (4 - count) >> 16 & 0xff);
            if (count == 3)
                *place++ = (char)(bits << 6 >> 8 & 0xff);
            count = 0;
        }
    }
    output->length += (size_t)(place - start);
}

/* Without the white space at its end, which transport may have put there. */
static struct slice trim_end(struct slice line)
{
    while (line.length > 0 && (line.bytes[line.length - 1] == ' ' || line.bytes[line.length - 1] == '\t' ||
                               line.bytes[line.length - 1] == '\r'))
        line.length--;
    return line;
}

static void append_quoted_printable(struct buffer *output, struct slice body)
{
    while (body.length > 0) {
        size_t length = slice_find_byte(body, '\n');
        bool is_last = length == body.length;
        struct slice line = trim_end(slice_between(body, 0, length));
        body = slice_from(body, length + 1);
        for (size_t i = 0; i < line.length; i++) {
            int high = line.bytes[i] == '=' ? number_hexadecimal(slice_byte(line, i + 1)) : -1;
            int low = high >= 0 ? number_hexadecimal(slice_byte(line, i + 2)) : -1;
            if (low >= 0) {
                buffer_append_byte(output, (char)(high << 4 | low));
                i += 2;
            } else if (line.bytes[i] != '=' || i + 1 < line.length) {
                buffer_append_byte(output, line.bytes[i]);
            }
        }
        bool is_soft = line.length > 0 && line.bytes[line.length - 1] == '=';
        if (!is_soft && !is_last)
            buffer_append_byte(output, '\n');
    }
}

/* Lines of 'length character' and four characters for three bytes, between "begin" and "end". */
static void append_uuencoded(struct buffer *output, struct slice body)
{
    bool is_inside = false;
    while (body.length > 0) {
        size_t length = slice_find_byte(body, '\n');
        struct slice line = trim_end(slice_between(body, 0, length));
        body = slice_from(body, length + 1);
        if (!is_inside || line.length == 0 || slice_equal(line, SLICE("end"))) {
            is_inside = is_inside ? !slice_equal(line, SLICE("end")) : slice_starts_with(line, SLICE("begin "));
            continue;
        }
        size_t wanted = (size_t)((line.bytes[0] - ' ') & 0x3f);
        for (size_t i = 1; i + 1 < line.length && wanted > 0; i += 4) {
            uint32_t bits = 0;
            for (size_t k = 0; k < 4; k++)
                bits = bits << 6 | (uint32_t)((i + k < line.length ? line.bytes[i + k] - ' ' : 0) & 0x3f);
            for (int shift = 16; shift >= 0 && wanted > 0; shift -= 8, wanted--)
                buffer_append_byte(output, (char)(bits >> shift & 0xff));
        }
    }
}

void mime_append_decoded(struct buffer *output, struct slice body, enum mime_encoding encoding)
{
    switch (encoding) {
    case MIME_IDENTITY:
        buffer_append_slice(output, body);
        break;
    case MIME_QUOTED_PRINTABLE:
        append_quoted_printable(output, body);
        break;
    case MIME_BASE64:
        append_base64(output, body);
        break;
    case MIME_UUENCODE:
        append_uuencoded(output, body);
        break;
    }
}

static size_t quote_depth(struct slice line)
{
    size_t depth = 0;
    while (depth < line.length && line.bytes[depth] == '>')
        depth++;
    return depth;
}

/* A line that ends with a space goes on in the next one of the same quote; "-- " is a signature's mark (RFC 3676). */
void mime_append_plain(struct buffer *output, struct slice text, bool is_flowed, bool drops_space)
{
    bool goes_on = false;
    size_t depth = 0;
    while (text.length > 0) {
        size_t length = slice_find_byte(text, '\n');
        bool is_last = length == text.length;
        struct slice line = slice_between(text, 0, length);
        text = slice_from(text, length + 1);
        if (line.length > 0 && line.bytes[line.length - 1] == '\r')
            line.length--;
        size_t quote = is_flowed ? quote_depth(line) : 0;
        struct slice inner = slice_from(line, quote);
        if (is_flowed && slice_byte(inner, 0) == ' ')
            inner = slice_from(inner, 1);
        bool is_mark = slice_equal(inner, SLICE("-- "));
        if (goes_on && (quote != depth || is_mark)) {
            buffer_append_byte(output, '\n');
            goes_on = false;
        }
        if (!goes_on && quote > 0) {
            buffer_append_repeated(output, '>', quote);
            buffer_append_byte(output, ' ');
        }
        bool is_soft = is_flowed && !is_last && !is_mark && inner.length > 0 && inner.bytes[inner.length - 1] == ' ';
        buffer_append_slice(output, is_soft && drops_space ? slice_between(inner, 0, inner.length - 1) : inner);
        if (!is_soft && !is_last)
            buffer_append_byte(output, '\n');
        goes_on = is_soft;
        depth = quote;
    }
}
