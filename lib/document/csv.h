/* csv.h - private to the module: rows of delimited text (RFC 4180 and what programs really write).
 *
 * A field that begins with a quote ends with one; inside, two quotes are one, and delimiters and line ends are text. A
 * quote in another place is text. Lines end in LF, CR LF, or, in a file without any LF, CR.
 *
 * Two ways to the same rows: an index of delimiters and line ends outside of quotes, 64 bytes a step, good wherever
 * quotes are used by the rules; and a careful reader of one row that takes all the rest. */
#ifndef DOCUMENT_CSV_H
#define DOCUMENT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

enum {
    CSV_FIELDS_MAXIMUM = 65536, /* columns */
    CSV_PIECE_BYTES = 65536     /* indexed at once */
};

struct csv_dialect {
    char delimiter;
    char newline; /* '\n', or '\r' where a file has no other */
};

/* The delimiter among , ; tab | that splits the first lines most evenly into the most fields; ',' when none does. */
char csv_sniff_delimiter(struct slice start);

/* Offsets of all delimiters and newlines of bytes (at most CSV_PIECE_BYTES) outside of quotes, which begin outside.
 * positions: room for bytes.length. Returns how many. */
size_t csv_index(struct slice bytes, struct csv_dialect dialect, uint16_t *positions);
size_t csv_index_scalar(struct slice bytes, struct csv_dialect dialect, uint16_t *positions);

/* How a field's text is written. */
enum csv_form {
    CSV_BARE,   /* without quotes: one in it is a fault */
    CSV_QUOTED, /* what stands between its quotes: two are one */
    CSV_PLAIN   /* already itself */
};

/* Appends a field, valid UTF-8, as the inside of a JSON string. readable: up to where memory may be looked at, at least
 * the field's end (NULL: just that); 16 bytes more make short fields fast. false: a quote against the rules of its
 * form; output is as before. */
bool csv_append_escaped(struct buffer *output, struct slice field, enum csv_form form, const char *readable);
bool csv_append_escaped_scalar(struct buffer *output, struct slice field, enum csv_form form, const char *readable);

enum csv_end {
    CSV_ROW,      /* a whole row */
    CSV_CUT,      /* the bytes end first and more may come */
    CSV_UNCLOSED, /* a quote is not closed, or is followed by text after lines of it */
    CSV_MANY      /* more than CSV_FIELDS_MAXIMUM fields */
};

struct csv_row {
    struct slice *fields; /* plain text; in the row's buffer or the input */
    size_t count;
    size_t capacity;
    size_t length; /* bytes taken, with the line end; for CSV_UNCLOSED bytes looked at */
    size_t column; /* 1-based field of the fault */
    struct buffer plain;
};

/* Reads the row at the start of bytes. is_last: nothing follows them. keeps_lines: a quoted field ends with its line
 * too. The row is reused from call to call; csv_row_release(). */
enum csv_end csv_read_row(struct slice bytes, struct csv_dialect dialect, bool is_last, bool keeps_lines,
                          struct csv_row *row);
void csv_row_release(struct csv_row *row);

#endif
