/* csv_row.c - one row of delimited text, read with care; and which delimiter a text uses. */
#include <string.h>

#include "base/memory.h"
#include "document/csv.h"

static struct slice *add_field(struct csv_row *row)
{
    if (row->count == row->capacity)
        row->fields = memory_grow(row->fields, &row->capacity, row->count + 1, sizeof *row->fields);
    return &row->fields[row->count++];
}

/* One field read: where it ended. */
struct reading {
    struct slice bytes;
    struct csv_dialect dialect;
    bool is_last;
    bool keeps_lines;
    size_t at;
};

static bool ends_field(const struct reading *reading, size_t at)
{
    char c = reading->bytes.bytes[at];
    return c == reading->dialect.delimiter || c == reading->dialect.newline;
}

/* CR LF: the CR belongs to the line end. */
static bool is_line_end(const struct reading *reading, size_t at)
{
    const char *text = reading->bytes.bytes + at;
    size_t left = reading->bytes.length - at;
    return left == 0 || ends_field(reading, at) || (*text == '\r' && (left == 1 ? reading->is_last : text[1] == '\n'));
}

/* A field without a quote at its start goes up to the delimiter or line end, whatever it holds. */
static enum csv_end read_bare(struct reading *reading, struct csv_row *row)
{
    size_t start = reading->at, at = start;
    while (at < reading->bytes.length && !ends_field(reading, at))
        at++;
    if (at == reading->bytes.length && !reading->is_last)
        return CSV_CUT;
    reading->at = at;
    bool is_line = at == reading->bytes.length || reading->bytes.bytes[at] == reading->dialect.newline;
    size_t end = is_line && at > start && reading->bytes.bytes[at - 1] == '\r' ? at - 1 : at;
    *add_field(row) = slice_between(reading->bytes, start, end);
    return CSV_ROW;
}

/* Text stands behind a quote inside of a quoted field. If the line has a quote further on that could close it, this one
 * is text (he said "so, so" there); else it closes, and what follows belongs to the field. Returns the place of that
 * closing quote, 0 for none, SIZE_MAX when the line is not whole. */
static size_t find_closing(const struct reading *reading, size_t at)
{
    const char *text = reading->bytes.bytes;
    for (; at < reading->bytes.length && text[at] != reading->dialect.newline; at++)
        if (text[at] == '"' && is_line_end(reading, at + 1))
            return at;
    return at == reading->bytes.length && !reading->is_last ? SIZE_MAX : 0;
}

/* A quoted field, whose text goes to row->plain. A quote that is followed by text after lines were taken in is no
 * closing quote: rather the opening one was none. */
static enum csv_end read_quoted(struct reading *reading, struct csv_row *row)
{
    const char *text = reading->bytes.bytes;
    size_t end = reading->bytes.length, at = reading->at + 1, plain_start = row->plain.length, closing = 0;
    char newline = reading->dialect.newline;
    bool has_lines = false;
    for (;;) {
        size_t start = at;
        while (at < end && text[at] != '"' && !(reading->keeps_lines && text[at] == newline))
            at++;
        buffer_append(&row->plain, text + start, at - start);
        has_lines = has_lines || memchr(text + start, newline, at - start);
        if (at == end || text[at] != '"') {
            reading->at = at;
            return at == end && !reading->is_last ? CSV_CUT : CSV_UNCLOSED;
        }
        at++;
        if (!reading->is_last && (at == end || (at + 1 == end && text[at] == '\r')))
            return CSV_CUT;
        if (at < end && text[at] == '"') {
            buffer_append_byte(&row->plain, '"');
            at++;
        } else if (is_line_end(reading, at)) {
            break;
        } else if (has_lines) {
            reading->at = at;
            return CSV_UNCLOSED;
        } else {
            closing = at <= closing ? closing : find_closing(reading, at);
            if (closing == SIZE_MAX)
                return CSV_CUT;
            if (closing == 0) {
                for (start = at; at < end && !is_line_end(reading, at);)
                    at++;
                buffer_append(&row->plain, text + start, at - start);
                break;
            }
            buffer_append_byte(&row->plain, '"');
        }
    }
    at += at < end && text[at] == '\r' && newline != '\r' ? 1 : 0;
    reading->at = at;
    /* Without a place for now: the buffer may still move. */
    *add_field(row) = slice_of(NULL, row->plain.length - plain_start);
    return CSV_ROW;
}

static void place_plain_fields(struct csv_row *row)
{
    const char *plain = buffer_string(&row->plain);
    for (size_t i = 0; i < row->count; i++)
        if (!row->fields[i].bytes) {
            row->fields[i].bytes = plain;
            plain += row->fields[i].length;
        }
}

enum csv_end csv_read_row(struct slice bytes, struct csv_dialect dialect, bool is_last, bool keeps_lines,
                          struct csv_row *row)
{
    struct reading reading = { bytes, dialect, is_last, keeps_lines, 0 };
    row->count = 0;
    buffer_reset(&row->plain);
    for (;;) {
        bool is_quoted = reading.at < bytes.length && bytes.bytes[reading.at] == '"';
        enum csv_end end = is_quoted ? read_quoted(&reading, row) : read_bare(&reading, row);
        row->column = row->count + (end != CSV_ROW);
        row->length = reading.at;
        if (end != CSV_ROW)
            return end;
        if (reading.at == bytes.length || bytes.bytes[reading.at] == dialect.newline) {
            row->length += reading.at < bytes.length;
            place_plain_fields(row);
            return row->count > CSV_FIELDS_MAXIMUM ? CSV_MANY : CSV_ROW;
        }
        if (row->count > CSV_FIELDS_MAXIMUM) /* the rest of the line is passed over */
            row->count = CSV_FIELDS_MAXIMUM + 1;
        reading.at++;
    }
}

void csv_row_release(struct csv_row *row)
{
    memory_free(row->fields);
    buffer_release(&row->plain);
    *row = (struct csv_row){ 0 };
}

/* How many of the first lines have as many fields as the first one, and how many fields that are. */
static size_t score(struct slice start, char delimiter, size_t *fields)
{
    enum { LINES = 20 };
    size_t even = 0, first = 0, count = 1, lines = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < start.length && lines < LINES; i++) {
        char c = start.bytes[i];
        if (c == '"')
            is_quoted = !is_quoted;
        else if (is_quoted)
            continue;
        else if (c == delimiter)
            count++;
        else if (c == '\n' || c == '\r') {
            bool is_empty = i == 0 || start.bytes[i - 1] == '\n' || start.bytes[i - 1] == '\r';
            if (!is_empty) {
                first = lines == 0 ? count : first;
                even += count == first;
                lines++;
            }
            count = 1;
        }
    }
    if (lines == 0) {
        first = count;
        even = 1;
    }
    *fields = first;
    return even;
}

char csv_sniff_delimiter(struct slice start)
{
    static const char candidates[] = { ',', ';', '\t', '|' };
    char best = ',';
    size_t best_even = 0, best_fields = 1;
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t fields, even = score(start, candidates[i], &fields);
        if (fields < 2)
            continue;
        if (even > best_even || (even == best_even && fields > best_fields)) {
            best = candidates[i];
            best_even = even;
            best_fields = fields;
        }
    }
    return best;
}
