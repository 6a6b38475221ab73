/* array_lines.c - splits a JSON array at the commas between its elements. */
#include "stream/array_lines.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Returns where the array's inside begins, or length. */
static size_t decide(struct array_lines *array, char *bytes, size_t length)
{
    static const char mark[3] = { '\xef', '\xbb', '\xbf' }; /* byte order */
    for (size_t i = 0; i < length; i++) {
        if (is_blank(bytes[i]) || memchr(mark, bytes[i], sizeof mark))
            continue;
        array->state = bytes[i] == '[' ? ARRAY_INSIDE : ARRAY_NONE;
        if (array->state == ARRAY_NONE)
            return length;
        bytes[i] = ' ';
        return i + 1;
    }
    return length;
}

/* In a string: the place behind the byte that ends it, or length. */
static size_t skip_string(struct array_lines *array, const char *bytes, size_t length, size_t at)
{
    for (; at < length; at++)
        if (array->is_escaped) {
            array->is_escaped = false;
        } else if (bytes[at] == '\\') {
            array->is_escaped = true;
        } else if (bytes[at] == '"') {
            array->is_in_string = false;
            return at + 1;
        }
    return length;
}

/* A byte between elements, or one that opens one. */
static void take_outside(struct array_lines *array, char *byte)
{
    if (is_blank(*byte)) {
        *byte = ' ';
    } else if (*byte == ',' && array->has_element) {
        *byte = '\n';
        array->has_element = false;
    } else if (*byte == ']') {
        array->state = ARRAY_BEHIND;
        if (array->has_element)
            *byte = '\n';
    } else {
        array->is_in_string = *byte == '"';
        array->depth += *byte == '{' || *byte == '[';
        array->has_element = true;
    }
}

static void take_inside(struct array_lines *array, char *byte)
{
    if (*byte == '\n' || *byte == '\r')
        *byte = ' ';
    else if (*byte == '"')
        array->is_in_string = true;
    else if (*byte == '{' || *byte == '[')
        array->depth++;
    else if (*byte == '}' || *byte == ']')
        array->depth--;
}

void array_lines_take(struct array_lines *array, char *bytes, size_t length)
{
    size_t at = array->state == ARRAY_UNDECIDED ? decide(array, bytes, length) : 0;
    while (at < length && array->state == ARRAY_INSIDE) {
        if (array->is_in_string) {
            at = skip_string(array, bytes, length, at);
            continue;
        }
        if (array->depth > 0)
            take_inside(array, &bytes[at]);
        else
            take_outside(array, &bytes[at]);
        at++;
    }
}
