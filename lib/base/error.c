/* error.c - what went wrong, where, and with which code. */
#define _GNU_SOURCE /* strerrordesc_np */
#include "base/error.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

void error_reset(struct error *error)
{
    error->code = E_NONE;
    error->signal = 0;
    error->line = 0;
    error->column = 0;
    error->file[0] = '\0';
    error->field[0] = '\0';
    error->message[0] = '\0';
}

static bool is_unsafe(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || code_point == 0x2028 ||
           code_point == 0x2029 || (code_point >= 0x202a && code_point <= 0x202e) ||
           (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0x200e || code_point == 0x200f ||
           code_point == 0x61c;
}

void text_append_printable(struct buffer *output, struct slice text)
{
    size_t position = 0;
    while (position < text.length) {
        uint32_t code_point;
        size_t bytes = utf8_decode(slice_from(text, position), &code_point);
        if (bytes == 0) {
            buffer_append_format(output, "\\x%02x", (unsigned)(unsigned char)text.bytes[position]);
            bytes = 1;
        } else if (code_point == '\n') {
            buffer_append_string(output, "\\n");
        } else if (code_point == '\t') {
            buffer_append_string(output, "\\t");
        } else if (is_unsafe(code_point)) {
            buffer_append_format(output, code_point < 0x80 ? "\\x%02x" : "\\u{%04x}", (unsigned)code_point);
        } else {
            buffer_append(output, text.bytes + position, bytes);
        }
        position += bytes;
    }
}

/* Copies what fits, cut at a character. */
static void copy_cut(char *target, size_t capacity, struct slice text)
{
    size_t length = text.length < capacity ? text.length : utf8_cut(text, capacity - 1);
    if (length)
        memcpy(target, text.bytes, length);
    target[length] = '\0';
}

static bool set_list(struct error *error, enum code code, const char *suffix, const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));
static bool set_list(struct error *error, enum code code, const char *suffix, const char *format, va_list arguments)
{
    if (!error)
        return false;
    struct buffer raw = { 0 }, safe = { 0 };
    buffer_append_format_list(&raw, format, arguments);
    if (suffix) {
        buffer_append_string(&raw, ": ");
        buffer_append_string(&raw, suffix);
    }
    text_append_printable(&safe, buffer_slice(&raw));
    error_reset(error);
    error->code = code;
    copy_cut(error->message, sizeof error->message, buffer_slice(&safe));
    buffer_release(&raw);
    buffer_release(&safe);
    return false;
}

bool error_set(struct error *error, enum code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_list(error, code, NULL, format, arguments);
    va_end(arguments);
    return false;
}

bool error_set_system(struct error *error, enum code code, int errno_value, const char *format, ...)
{
    const char *reason = strerrordesc_np(errno_value);
    char first[128];
    snprintf(first, sizeof first, "%s", reason ? reason : "unknown error");
    if (first[0] >= 'A' && first[0] <= 'Z' && !(first[1] >= 'A' && first[1] <= 'Z'))
        first[0] = (char)(first[0] + ('a' - 'A'));
    va_list arguments;
    va_start(arguments, format);
    set_list(error, code, first, format, arguments);
    va_end(arguments);
    return false;
}

bool error_place(struct error *error, const char *file, int64_t line, int64_t column)
{
    if (error && !error->file[0] && file)
        copy_cut(error->file, sizeof error->file, slice_of_string(file));
    if (error && !error->line)
        error->line = line;
    if (error && !error->column)
        error->column = column;
    return false;
}

bool error_field(struct error *error, struct slice field)
{
    if (error && !error->field[0])
        copy_cut(error->field, sizeof error->field, field);
    return false;
}

void error_format(const struct error *error, struct buffer *output)
{
    if (error->file[0]) {
        text_append_printable(output, slice_of_string(error->file));
        if (error->line)
            buffer_append_format(output, ":%lld", (long long)error->line);
        if (error->column)
            buffer_append_format(output, ":%lld", (long long)error->column);
        buffer_append_string(output, ": ");
    }
    buffer_append_string(output, error->message);
}

int error_exit_code(const struct error *error)
{
    return error->signal ? 128 + error->signal : (int)code_entry(error->code)->exit_code;
}

void ensure_failed(const char *file, int line, const char *condition)
{
    char message[512];
    snprintf(message, sizeof message, "internal error: %s:%d: %s", file, line, condition);
    memory_exit(EXIT_SOFTWARE, message);
}
