/* http_message.c - an HTTP response as a web archive keeps it. */
#include "document/http_message.h"

#include "document/mime.h"

void http_message_read(struct slice bytes, struct http_message *message)
{
    *message = (struct http_message){ 0 };
    size_t line = slice_find_byte(bytes, '\n');
    size_t space = slice_find_byte(slice_between(bytes, 0, line), ' ');
    if (!slice_starts_with(bytes, SLICE("HTTP/")) || space >= line)
        return;
    struct slice digits = slice_trim(slice_between(bytes, space, line));
    for (size_t i = 0; i < 3; i++) {
        char digit = slice_byte(digits, i);
        if (digit < '0' || digit > '9') {
            message->status = 0;
            return;
        }
        message->status = message->status * 10 + (digit - '0');
    }
    struct slice rest = slice_from(bytes, line + 1);
    struct mime_field field;
    message->header = rest;
    while (mime_next_field(&rest, &field)) {
    }
    message->header.length -= rest.length;
    message->body = bytes.length - rest.length;
    struct slice transfer = mime_find_field(message->header, SLICE("Transfer-Encoding"));
    message->is_chunked =
        transfer.length >= 7 && slice_equal_ignore_case(slice_from(transfer, transfer.length - 7), SLICE("chunked"));
}

/* The size in front of a chunk; false: the line is none. */
static bool take_size(struct slice *body, size_t *size)
{
    size_t i = 0;
    *size = 0;
    for (; i < body->length && i < 15; i++) {
        char byte = body->bytes[i], lower = (char)(byte | 0x20);
        if (byte >= '0' && byte <= '9')
            *size = *size * 16 + (size_t)(byte - '0');
        else if (lower >= 'a' && lower <= 'f')
            *size = *size * 16 + (size_t)(lower - 'a') + 10;
        else
            break;
    }
    char next = slice_byte(*body, i);
    if (i == 0 || (next != '\r' && next != '\n' && next != ';' && next != ' '))
        return false;
    *body = slice_from(*body, slice_find_byte(*body, '\n') + 1);
    return true;
}

void http_append_chunks(struct buffer *output, struct slice body)
{
    struct slice rest = body;
    size_t size;
    if (!take_size(&rest, &size)) {
        buffer_append_slice(output, body);
        return;
    }
    do {
        buffer_append_slice(output, slice_between(rest, 0, size));
        rest = slice_from(rest, size);
        rest = slice_from(rest, slice_find_byte(rest, '\n') + 1);
    } while (size > 0 && take_size(&rest, &size));
}
