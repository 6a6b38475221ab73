/* json_document.c - JSON and JSONL files: an object is a document, an array or lines of them are rows. */
#include <string.h>

#include "base/memory.h"
#include "document/json_extent.h"
#include "document/json_row.h"
#include "stream/lines.h"

/* The place in the window, with the number of its line. */
struct cursor {
    struct row_window *window;
    size_t at;
    int64_t line;
    size_t counted; /* newlines before this offset are in line */
};

static void count_to(struct cursor *cursor, size_t at)
{
    const char *bytes = cursor->window->bytes;
    cursor->line += count_newlines(slice_of(bytes + cursor->counted, at - cursor->counted));
    cursor->counted = at;
}

/* Reads more, keeping what lies behind keep; offsets move along. */
static bool read_more(struct cursor *cursor, size_t keep, struct error *error)
{
    count_to(cursor, cursor->counted > keep ? cursor->counted : keep);
    bool is_last = cursor->window->is_last;
    if (!row_window_more(cursor->window, keep, error))
        return false;
    if (!is_last) {
        cursor->at -= keep;
        cursor->counted -= keep;
    }
    return true;
}

static bool fault(struct cursor *cursor, struct error *error, const char *message)
{
    count_to(cursor, cursor->at);
    error_set(error, E_JSON_SYNTAX, "%s", message);
    return error_place(error, NULL, cursor->line, 0);
}

/* To the next byte that is no white space; *next 0 at the end. keep: what must stay in the window, or SIZE_MAX. */
static bool skip_space(struct cursor *cursor, size_t keep, char *next, struct error *error)
{
    struct row_window *window = cursor->window;
    for (;;) {
        for (; cursor->at < window->length; cursor->at++) {
            char c = window->bytes[cursor->at];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                *next = c;
                return true;
            }
        }
        *next = '\0';
        if (window->is_last)
            return true;
        if (!read_more(cursor, keep < cursor->at ? keep : cursor->at, error))
            return false;
    }
}

/* One value at cursor->at, which moves behind it. keep as above. *is_held is false when it was too long to be kept:
 * then it is only passed over. *value is borrowed until the window moves. */
static bool take_value(struct cursor *cursor, bool keeps_all, struct slice *value, bool *is_held, struct error *error)
{
    struct row_window *window = cursor->window;
    struct json_extent extent = { .at = cursor->at };
    count_to(cursor, cursor->at);
    *is_held = true;
    while (!json_extent_find(&extent, slice_of(window->bytes, window->length))) {
        if (window->is_last) {
            if (extent.is_scalar)
                break;
            return fault(cursor, error, "a value that begins here is not closed");
        }
        size_t start = *is_held ? cursor->at : window->length;
        if (*is_held && window->length - cursor->at > LINE_BYTES_MAXIMUM) {
            *is_held = false;
            start = window->length;
        }
        size_t keep = keeps_all && *is_held ? 0 : start;
        cursor->at = start;
        if (!read_more(cursor, keep, error))
            return false;
        extent.at -= keep;
    }
    *value = slice_of(window->bytes + cursor->at, extent.at - cursor->at);
    cursor->at = extent.at;
    return true;
}

/* Hands the value on; line: where it began. */
static void take_row(struct json_rows *json, struct slice value, bool is_held, int64_t line)
{
    if (is_held) {
        json_row(json, value, line, 0);
        return;
    }
    struct error error;
    error_set(&error, E_LINE_LENGTH, "more than the %d bytes of a record", LINE_BYTES_MAXIMUM);
    rows_reject(&json->rows, &error, line, slice_between(value, 0, 65536));
}

/* Behind the opening bracket: values with commas between them. */
static bool decode_array(struct json_rows *json, struct cursor *cursor, struct error *error)
{
    char next = '\0';
    cursor->at++;
    if (!skip_space(cursor, SIZE_MAX, &next, error))
        return false;
    bool is_open = next != ']';
    while (is_open && !json->rows.is_stopped) {
        struct slice value = SLICE("");
        bool is_held = false;
        if (next == '\0' || next == ',' || next == ']' || next == '}' || next == ':')
            return fault(cursor, error, next ? "a value is missing" : "the array is not closed");
        count_to(cursor, cursor->at);
        int64_t line = cursor->line;
        if (!take_value(cursor, false, &value, &is_held, error))
            return false;
        take_row(json, value, is_held, line);
        if (!skip_space(cursor, SIZE_MAX, &next, error))
            return false;
        is_open = next == ',';
        if (!is_open && next != ']')
            return fault(cursor, error, next ? "expected ',' or ']' behind a value" : "the array is not closed");
        cursor->at += is_open;
        if (is_open && !skip_space(cursor, SIZE_MAX, &next, error))
            return false;
    }
    if (json->rows.is_stopped)
        return true;
    cursor->at++;
    if (!skip_space(cursor, SIZE_MAX, &next, error))
        return false;
    return !next || fault(cursor, error, "text behind the end of the array");
}

/* One object is one document; more of them, however they are split into lines, are rows. */
static bool decode_values(struct json_rows *json, struct cursor *cursor, char next, struct error *error)
{
    struct row_window *window = cursor->window;
    for (bool is_first = true; next && !json->rows.is_stopped; is_first = false) {
        struct slice value = SLICE("");
        bool is_held = false;
        count_to(cursor, cursor->at);
        int64_t line = cursor->line;
        if (!take_value(cursor, is_first, &value, &is_held, error))
            return false;
        if (!is_first) {
            take_row(json, value, is_held, line);
        } else {
            size_t end = cursor->at;
            if (!skip_space(cursor, 0, &next, error))
                return false;
            value = slice_of(window->bytes + end - value.length, value.length);
            if (!next && is_held)
                return json_whole(json, value, error);
            take_row(json, value, is_held, line);
        }
        if (!skip_space(cursor, SIZE_MAX, &next, error))
            return false;
    }
    return true;
}

bool decode_json(struct decode *decode, struct error *error)
{
    struct json_rows json;
    bool is_done = json_rows_open(&json, decode, error);
    if (is_done) {
        struct cursor cursor = { &json.rows.window, 0, 1, 0 };
        char next = '\0';
        is_done = skip_space(&cursor, 0, &next, error);
        if (is_done && !next)
            is_done = fault(&cursor, error, "the file is empty, expected an object or array");
        else if (is_done && next == '[')
            is_done = decode_array(&json, &cursor, error);
        else if (is_done)
            is_done = decode_values(&json, &cursor, next, error);
    }
    json_rows_close(&json);
    return is_done;
}

/* A line that does not fit: passed over to its end. */
static bool skip_line(struct cursor *cursor, struct error *error)
{
    struct row_window *window = cursor->window;
    for (;;) {
        struct slice rest = slice_of(window->bytes + cursor->at, window->length - cursor->at);
        size_t length = slice_find_byte(rest, '\n');
        cursor->at += length;
        if (length < rest.length || window->is_last)
            return true;
        if (!read_more(cursor, window->length, error))
            return false;
    }
}

static bool take_lines(struct json_rows *json, struct error *error)
{
    struct row_window *window = &json->rows.window;
    struct cursor cursor = { window, 0, 1, 0 };
    size_t looked = 0; /* bytes of the line without a newline */
    while (!json->rows.is_stopped) {
        struct slice rest = slice_of(window->bytes + cursor.at, window->length - cursor.at);
        size_t length = looked + slice_find_byte(slice_from(rest, looked), '\n');
        bool is_whole = length < rest.length || window->is_last;
        if (!is_whole && length <= LINE_BYTES_MAXIMUM) {
            looked = length;
            if (!read_more(&cursor, cursor.at, error))
                return false;
            continue;
        }
        looked = 0;
        if (rest.length == 0)
            return true;
        struct slice line = slice_trim(slice_between(rest, 0, length));
        int64_t number = cursor.line;
        if (is_whole) {
            if (line.length)
                json_row(json, line, number, 1 + line.bytes - rest.bytes);
            cursor.at += length;
        } else {
            take_row(json, line, false, number);
            if (!skip_line(&cursor, error))
                return false;
        }
        cursor.at += cursor.at < window->length;
        cursor.line = number + 1;
        cursor.counted = cursor.at;
    }
    return true;
}

bool decode_jsonl(struct decode *decode, struct error *error)
{
    struct json_rows json;
    bool is_done = json_rows_open(&json, decode, error) && take_lines(&json, error);
    json_rows_close(&json);
    return is_done;
}
