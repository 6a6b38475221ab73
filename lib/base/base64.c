/* base64.c - RFC 4648 section 4, with padding. */
#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_append(struct buffer *output, struct slice bytes)
{
    const unsigned char *from = (const unsigned char *)bytes.bytes;
    size_t left = bytes.length;
    char *to = buffer_reserve(output, (left + 2) / 3 * 4);
    char *start = to;
    for (; left >= 3; left -= 3, from += 3, to += 4) {
        uint32_t three = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
        to[0] = alphabet[three >> 18];
        to[1] = alphabet[three >> 12 & 63];
        to[2] = alphabet[three >> 6 & 63];
        to[3] = alphabet[three & 63];
    }
    if (left) {
        uint32_t rest = (uint32_t)from[0] << 16 | (left == 2 ? (uint32_t)from[1] << 8 : 0);
        to[0] = alphabet[rest >> 18];
        to[1] = alphabet[rest >> 12 & 63];
        to[2] = left == 2 ? alphabet[rest >> 6 & 63] : '=';
        to[3] = '=';
        to += 4;
    }
    output->length += (size_t)(to - start);
    output->bytes[output->length] = '\0';
}

/* 64 and more for what is no digit. */
static unsigned digit_value(char character)
{
    unsigned char byte = (unsigned char)character;
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26u;
    if (byte >= '0' && byte <= '9')
        return byte - '0' + 52u;
    return byte == '+' ? 62 : byte == '/' ? 63 : 64;
}

bool base64_decode(struct slice text, void *bytes, size_t *length)
{
    unsigned char *to = bytes;
    if (text.length % 4 == 0)
        for (int i = 0; i < 2 && text.length && text.bytes[text.length - 1] == '='; i++)
            text.length--;
    size_t position = 0;
    for (; text.length - position >= 4; position += 4) {
        unsigned a = digit_value(text.bytes[position]), b = digit_value(text.bytes[position + 1]);
        unsigned c = digit_value(text.bytes[position + 2]), d = digit_value(text.bytes[position + 3]);
        if ((a | b | c | d) > 63)
            return false;
        *to++ = (unsigned char)(a << 2 | b >> 4);
        *to++ = (unsigned char)(b << 4 | c >> 2);
        *to++ = (unsigned char)(c << 6 | d);
    }
    size_t left = text.length - position;
    if (left == 1)
        return false;
    if (left) {
        unsigned a = digit_value(text.bytes[position]), b = digit_value(text.bytes[position + 1]);
        unsigned c = left == 3 ? digit_value(text.bytes[position + 2]) : 0;
        if ((a | b | c) > 63 || (left == 2 && (b & 15)) || (left == 3 && (c & 3)))
            return false;
        *to++ = (unsigned char)(a << 2 | b >> 4);
        if (left == 3)
            *to++ = (unsigned char)(b << 4 | c >> 2);
    }
    *length = (size_t)(to - (unsigned char *)bytes);
    return true;
}
