/* buffer.c - bytes that grow. */
#include "base/buffer.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

char *buffer_reserve(struct buffer *buffer, size_t bytes)
{
    size_t needed = buffer->length + bytes + 1;
    if (needed > buffer->capacity)
        buffer->bytes = memory_grow(buffer->bytes, &buffer->capacity, needed < 64 ? 64 : needed, 1);
    return buffer->bytes + buffer->length;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    char *place = buffer_reserve(buffer, length);
    if (length)
        memcpy(place, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_append_string(struct buffer *buffer, const char *string)
{
    buffer_append(buffer, string, strlen(string));
}

void buffer_append_repeated(struct buffer *buffer, char byte, size_t count)
{
    memset(buffer_reserve(buffer, count), byte, count);
    buffer->length += count;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_append_decimal(struct buffer *buffer, int64_t number)
{
    char digits[24];
    size_t position = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--position] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        digits[--position] = '-';
    buffer_append(buffer, digits + position, sizeof digits - position);
}

void buffer_append_format_list(struct buffer *buffer, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    char *place = buffer_reserve(buffer, 128);
    int wanted = vsnprintf(place, buffer->capacity - buffer->length, format, arguments);
    if (wanted > 0 && (size_t)wanted >= buffer->capacity - buffer->length) {
        place = buffer_reserve(buffer, (size_t)wanted);
        wanted = vsnprintf(place, buffer->capacity - buffer->length, format, again);
    }
    va_end(again);
    if (wanted > 0)
        buffer->length += (size_t)wanted;
}

void buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buffer_append_format_list(buffer, format, arguments);
    va_end(arguments);
}

void buffer_release(struct buffer *buffer)
{
    memory_free(buffer->bytes);
    *buffer = (struct buffer){ 0 };
}
