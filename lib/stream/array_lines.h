/* array_lines.h - a JSON array as lines, an element each, in place.
 *
 * An input whose first byte but white space and byte order mark is [ is a JSON array: its brackets and the white space
 * between tokens become blanks, the commas between its elements newlines, so that line N is element N, blank lines in
 * front aside. Any other input stays as it is. What is wrong with the array (no element between two commas, something
 * behind its end) stays in the text, where whoever reads the lines finds it. Cost: a look at each byte. */
#ifndef STREAM_ARRAY_LINES_H
#define STREAM_ARRAY_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct array_lines {
    enum { ARRAY_UNDECIDED, ARRAY_NONE, ARRAY_INSIDE, ARRAY_BEHIND } state;
    size_t depth; /* of brackets inside an element */
    bool is_in_string, is_escaped, has_element;
};

/* The next bytes of the input; a zeroed struct begins one. */
void array_lines_take(struct array_lines *array, char *bytes, size_t length);

/* At the end of the input: the array's end is missing. */
static inline bool array_lines_is_cut(const struct array_lines *array)
{
    return array->state == ARRAY_INSIDE;
}

#endif
