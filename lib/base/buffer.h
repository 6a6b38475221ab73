/* buffer.h - bytes that grow.
 *
 * The zeroed struct is a valid empty buffer. The content is always followed by a NUL that is not counted once anything
 * was appended, so that bytes can go to libc. Pointers into it end with the next append. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct buffer {
    char *bytes;
    size_t length;
    size_t capacity;
};

/* Room for `bytes` more (and the NUL); returns where they go. The caller writes them and adds to length. */
char *buffer_reserve(struct buffer *buffer, size_t bytes);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_string(struct buffer *buffer, const char *string);
void buffer_append_repeated(struct buffer *buffer, char byte, size_t count);
void buffer_append_decimal(struct buffer *buffer, int64_t number);
void buffer_append_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_append_format_list(struct buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static inline void buffer_append_slice(struct buffer *buffer, struct slice text)
{
    buffer_append(buffer, text.bytes, text.length);
}

static inline void buffer_append_byte(struct buffer *buffer, char byte)
{
    if (buffer->capacity - buffer->length < 2)
        buffer_reserve(buffer, 1);
    buffer->bytes[buffer->length++] = byte;
    buffer->bytes[buffer->length] = '\0';
}

/* Borrowed until the next append. */
static inline struct slice buffer_slice(const struct buffer *buffer)
{
    return slice_of(buffer->bytes ? buffer->bytes : "", buffer->length);
}

/* NUL-terminated content, borrowed until the next append; "" for an empty one. */
static inline const char *buffer_string(const struct buffer *buffer)
{
    return buffer->bytes && buffer->length ? buffer->bytes : "";
}

/* Empties it and keeps the memory. */
static inline void buffer_reset(struct buffer *buffer)
{
    buffer->length = 0;
}

/* Gives the memory back; the buffer is empty and usable. */
void buffer_release(struct buffer *buffer);

#endif
