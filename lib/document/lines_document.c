/* lines_document.c - text of which every line is a document: logs, messages of a broker. */
#include <string.h>

#include "document/rows.h"
#include "stream/lines.h"
#include "json/write.h"

/* raw: the line without its end. */
static void take_line(struct rows *rows, struct slice raw, int64_t line)
{
    struct document_decoder *decoder = rows->decode->decoder;
    struct buffer *record = &decoder->record;
    struct slice text;
    const char *charset;
    int64_t replaced;
    struct error error;
    error_reset(&error);
    if (raw.length > decoder->maximum) {
        error_set(&error, E_LIMIT, "the line is larger than the %zu bytes of --max-document-bytes", decoder->maximum);
        rows_reject(rows, &error, line, slice_between(raw, 0, 65536));
        return;
    }
    struct row_hash hash = row_hash_of(rows, raw);
    buffer_reset(record);
    size_t id_end = rows_append_hash_id(rows, record, &hash);
    bool is_good = rows_convert(rows, raw, &text, &charset, &replaced, &error);
    if (is_good) {
        buffer_append_string(record, "\",\"text\":");
        json_append_string(record, text);
        buffer_append_string(record, ",\"metadata\":{");
        rows_append_facts(rows, record, 0, raw.length, &hash, charset, replaced);
        buffer_append_slice(record, rows->decode->source->metadata);
        rows_number(rows, record, id_end, &hash);
        is_good = rows_emit(rows, record, line, &error);
    }
    if (!is_good)
        rows_reject(rows, &error, line, slice_between(raw, 0, 65536));
}

/* What is longer than any record may be is passed over to its end. */
static bool skip_line(struct row_window *window, size_t *at, struct error *error)
{
    for (;;) {
        struct slice rest = slice_of(window->bytes + *at, window->length - *at);
        size_t length = slice_find_byte(rest, '\n');
        *at += length;
        if (length < rest.length || window->is_last)
            return true;
        if (!row_window_more(window, *at, error))
            return false;
        *at = 0;
    }
}

static bool take_lines(struct rows *rows, struct error *error)
{
    struct row_window *window = &rows->window;
    size_t at = 0;
    for (int64_t line = 1; !rows->is_stopped; line++) {
        struct slice rest = slice_of(window->bytes + at, window->length - at);
        size_t length = slice_find_byte(rest, '\n');
        while (length == rest.length && !window->is_last && length <= LINE_BYTES_MAXIMUM) {
            if (!row_window_more(window, at, error))
                return false;
            at = 0;
            rest = slice_of(window->bytes, window->length);
            length += slice_find_byte(slice_from(rest, length), '\n');
        }
        if (rest.length == 0)
            return true;
        struct slice text = slice_between(rest, 0, length);
        if (slice_ends_with(text, SLICE("\r")))
            text.length--;
        if (slice_trim(text).length)
            take_line(rows, text, line);
        at += length;
        if (length == rest.length && !window->is_last && !skip_line(window, &at, error))
            return false;
        at += at < window->length;
    }
    return true;
}

bool decode_lines(struct decode *decode, struct error *error)
{
    struct rows rows;
    bool is_done = rows_open(&rows, decode, error) && take_lines(&rows, error);
    rows_close(&rows);
    return is_done;
}
