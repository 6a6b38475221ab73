/* lines.h - whole lines from an input, in blocks.
 *
 * A block holds one or more whole lines, is owned by whoever took it, and lives until lines_block_release(): workers
 * may hold many at once. A final line without newline is a line. A CR before the newline stays (JSON white space). An
 * empty line is a line. Blocks go back to the reader's pool, also after lines_close(). */
#ifndef STREAM_LINES_H
#define STREAM_LINES_H

#include "stream/input.h"

enum { LINE_BYTES_MAXIMUM = 64 * 1024 * 1024 };

struct lines; /* reader */

struct lines_block {
    struct slice text;  /* whole lines; every one but perhaps the very last ends in \n; no byte order mark in front */
    int64_t first_line; /* 1-based number of the first line */
    int64_t line_count;
    void *owner; /* private */
};

/* Takes over input (closed by lines_close). block_bytes: wanted size, one longer line makes it larger; 0 for
 * STREAM_BLOCK_BYTES. Owned: lines_close(). */
struct lines *lines_create(struct input *input, size_t block_bytes);

/* From the first block on: an input that is a JSON array is lines of its elements (array_lines.h). One that ends inside
 * the array is E_DATA. */
void lines_take_arrays(struct lines *lines);

/* *block with line_count 0 at the end. Errors: those of input_read, after the whole lines before the fault were handed
 * out; E_LINE_LENGTH for a line above LINE_BYTES_MAXIMUM, placed: another call goes on with the line after it.
 * With is_eager a short read from a pipe gives the whole lines it has at once, so a live stream is not held back. */
bool lines_read(struct lines *lines, bool is_eager, struct lines_block *block, struct error *error) MUST_CHECK;
/* Any thread. The zeroed block is fine. */
void lines_block_release(struct lines_block *text);
/* Calls visit for each line that is not blank, without its newline, until one returns false or the input ends. number
 * is 1-based. For readers of whole files that need no blocks. Errors: those of lines_read and of visit. */
bool lines_visit(struct lines *lines,
                 bool (*visit)(void *context, struct slice line, int64_t number, struct error *error), void *context,
                 struct error *error) MUST_CHECK;
const struct input *lines_input(const struct lines *lines);
/* Whether the input began with a byte order mark, which no block holds; known from the first block on. */
bool lines_had_mark(const struct lines *lines);
void lines_close(struct lines *lines);

#endif
