/* rows.c - a moving window over the source, and the frame of the records that rows become. */
#include "document/rows.h"

#include <string.h>

#include "base/utf8.h"
#include "document/charset.h"
#include "json/json.h"
#include "json/write.h"

/* Reads on until the window has `wanted` bytes or the source ends. */
static bool fill(struct row_window *window, size_t wanted, struct error *error)
{
    const struct document_source *source = window->decode->source;
    struct buffer *held = &window->decode->decoder->raw;
    if (!source->read)
        return true;
    while (held->length < wanted && !window->is_last) {
        struct slice piece;
        if (!source->read(source->context, &piece, error))
            return false;
        buffer_append_slice(held, piece);
        window->is_last = piece.length == 0;
    }
    window->bytes = buffer_slice(held).bytes + window->skipped;
    window->length = held->length - window->skipped;
    return true;
}

static bool convert_wide(struct row_window *window, const char *charset, size_t mark, struct error *error)
{
    struct document_decoder *decoder = window->decode->decoder;
    size_t maximum = decoder->maximum * 2;
    int64_t replaced = 0;
    if (!fill(window, maximum + 1, error))
        return false;
    if (window->length > maximum)
        return error_set(error, E_LIMIT, "%s, and larger than twice the %zu bytes of --max-document-bytes", charset,
                         decoder->maximum);
    struct slice bytes = slice_from(slice_of(window->bytes, window->length), mark);
    buffer_reset(&decoder->utf8);
    if (!charset_append_utf8(&decoder->utf8, bytes, charset, maximum, &replaced, error))
        return false;
    window->bytes = buffer_slice(&decoder->utf8).bytes;
    window->length = decoder->utf8.length;
    window->is_last = true;
    return true;
}

bool row_window_open(struct row_window *window, struct decode *decode, const char **charset, struct error *error)
{
    const struct document_source *source = decode->source;
    *window = (struct row_window){ .decode = decode, .bytes = source->bytes.bytes, .length = source->bytes.length };
    window->is_last = !source->read;
    if (source->read) {
        buffer_append_slice(&decode->decoder->raw, source->bytes);
        if (!fill(window, DOCUMENT_SNIFF_BYTES, error))
            return false;
    }
    struct slice bytes = slice_of(window->bytes, window->length);
    size_t mark;
    *charset = charset_of_mark(bytes, &mark);
    if (!*charset)
        *charset = charset_guess_wide(bytes);
    if (*charset && charset_unit_bytes(*charset) > 1)
        return convert_wide(window, *charset, mark, error);
    *charset = NULL;
    window->skipped = mark;
    window->bytes += mark;
    window->length -= mark;
    return true;
}

bool row_window_more(struct row_window *window, size_t keep, struct error *error)
{
    if (window->is_last)
        return true;
    struct buffer *held = &window->decode->decoder->raw;
    if (keep) {
        keep += window->skipped;
        window->skipped = 0;
    }
    size_t kept = held->length - keep;
    memmove(held->bytes, held->bytes + keep, kept);
    held->length = kept;
    return fill(window, kept > ROWS_WINDOW_BYTES ? 2 * kept : kept + ROWS_WINDOW_BYTES, error);
}

unsigned row_fact_of(struct slice key)
{
    static const struct {
        struct slice name;
        enum row_fact fact;
    } facts[] = { { SLICE_INIT("source"), ROW_SOURCE },   { SLICE_INIT("mime"), ROW_MIME },
                  { SLICE_INIT("bytes"), ROW_BYTES },     { SLICE_INIT("hash"), ROW_HASH },
                  { SLICE_INIT("charset"), ROW_CHARSET }, { SLICE_INIT("replaced"), ROW_REPLACED } };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (slice_equal(key, facts[i].name))
            return facts[i].fact;
    return 0;
}

/* Splits source->metadata, so that a row's own field of the same name can stand for a member. */
static bool read_extras(struct rows *rows, struct error *error)
{
    struct arena *arena = &rows->decode->decoder->arena;
    struct slice members = rows->decode->source->metadata;
    struct json_object object;
    if (members.length == 0)
        return true;
    char *text = arena_allocate_text(arena, members.length + 2);
    text[0] = '{';
    memcpy(text + 1, members.bytes, members.length);
    text[members.length + 1] = '}';
    if (!json_scan_object(slice_of(text, members.length + 2), arena, &object, error))
        return false;
    rows->extras = arena_allocate_zeroed(arena, object.count, sizeof *rows->extras);
    rows->extra_count = object.count;
    for (size_t i = 0; i < object.count; i++) {
        const struct json_field *field = &object.fields[i];
        const char *start = field->key.bytes - 1, *end = field->value.text.bytes + field->value.text.length;
        rows->extras[i] = (struct row_extra){ field->key, slice_of(start, (size_t)(end - start)) };
    }
    return true;
}

bool rows_open(struct rows *rows, struct decode *decode, struct error *error)
{
    *rows = (struct rows){ .decode = decode };
    if (!row_window_open(&rows->window, decode, &rows->file_charset, error))
        return false;
    struct document_growth *growth = decode->source->growth;
    rows->ids = growth && growth->ids ? growth->ids : row_ids_create();
    if (growth) {
        growth->ids = rows->ids;
        rows->row_charset = growth->row_charset;
    }
    if (!read_extras(rows, error))
        return false;
    struct arena *arena = &decode->decoder->arena;
    struct buffer text = { 0 };
    buffer_append_string(&text, "{\"id\":\"");
    json_append_escaped(&text, decode->source->name);
    buffer_append_byte(&text, '#');
    rows->id_start = rows_pad(arena, buffer_slice(&text));
    buffer_reset(&text);
    buffer_append_string(&text, "\"source\":");
    json_append_string(&text, decode->source->name);
    buffer_append_byte(&text, ',');
    rows->facts[0] = rows_pad(arena, buffer_slice(&text));
    size_t source_end = text.length;
    buffer_append_string(&text, "\"mime\":");
    json_append_string(&text, slice_of_string(decode->format->mime));
    buffer_append_byte(&text, ',');
    rows->facts[1] = rows_pad(arena, slice_from(buffer_slice(&text), source_end));
    buffer_append_string(&text, "\"bytes\":");
    rows->start = rows_pad(arena, buffer_slice(&text));
    buffer_release(&text);
    return true;
}

struct slice rows_pad(struct arena *arena, struct slice text)
{
    char *copy = arena_allocate_text(arena, text.length + ROWS_PADDING);
    memcpy(copy, text.bytes, text.length);
    memset(copy + text.length, 0, ROWS_PADDING);
    return slice_of(copy, text.length);
}

void rows_close(struct rows *rows)
{
    struct document_growth *growth = rows->decode->source->growth;
    if (growth)
        growth->row_charset = rows->row_charset;
    else
        row_ids_free(rows->ids);
    buffer_release(&rows->converted);
}

struct slice rows_file(const struct rows *rows)
{
    const struct decode *decode = rows->decode;
    return decode->source->read ? buffer_slice(&decode->decoder->raw) : decode->source->bytes;
}

bool rows_convert(struct rows *rows, struct slice row, struct slice *text, const char **charset, int64_t *replaced,
                  struct error *error)
{
    *replaced = 0;
    *text = row;
    *charset = rows->file_charset;
    if (utf8_is_valid(row))
        return true;
    /* The first row that is not UTF-8, and what is known around it, decides for all that are not. */
    if (!rows->row_charset) {
        struct slice sample = slice_of(rows->window.bytes, rows->window.length);
        const char *guess = charset_looks_western(sample) ? "windows-1252" : "UTF-8";
        rows->row_charset = rows->decode->decoder->charset ? rows->decode->decoder->charset : guess;
    }
    buffer_reset(&rows->converted);
    size_t maximum = rows->decode->decoder->maximum * 2;
    if (!charset_append_utf8(&rows->converted, row, rows->row_charset, maximum, replaced, error))
        return false;
    *text = buffer_slice(&rows->converted);
    *charset = rows->row_charset;
    return true;
}

struct row_hash row_hash_of(const struct rows *rows, struct slice raw)
{
    struct row_hash hash = { .hash = hash_128(raw) };
    row_ids_prefetch(rows->ids, hash.hash);
    hash128_format(hash.hash, hash.digits);
    return hash;
}

size_t rows_append_hash_id(const struct rows *rows, struct buffer *output, const struct row_hash *hash)
{
    rows_append_padded(output, rows->id_start);
    rows_append_padded(output, slice_of(hash->digits, HASH128_TEXT));
    return output->length;
}

void rows_number(struct rows *rows, struct buffer *output, size_t id_end, const struct row_hash *hash)
{
    uint64_t seen = row_ids_add(rows->ids, hash->hash);
    if (seen == 1)
        return;
    size_t length = output->length, moved = length - id_end;
    buffer_append_byte(output, '~');
    buffer_append_decimal(output, (int64_t)seen);
    char suffix[24];
    size_t suffix_length = output->length - length;
    memcpy(suffix, output->bytes + length, suffix_length);
    memmove(output->bytes + id_end + suffix_length, output->bytes + id_end, moved);
    memcpy(output->bytes + id_end, suffix, suffix_length);
}

void rows_append_facts(const struct rows *rows, struct buffer *output, unsigned taken, size_t bytes,
                       const struct row_hash *hash, const char *charset, int64_t replaced)
{
    if (!(taken & (ROW_SOURCE | ROW_MIME | ROW_BYTES))) {
        rows_append_padded(output, rows->start);
    } else {
        if (!(taken & ROW_SOURCE))
            rows_append_padded(output, rows->facts[0]);
        if (!(taken & ROW_MIME))
            rows_append_padded(output, rows->facts[1]);
        if (!(taken & ROW_BYTES))
            buffer_append(output, "\"bytes\":", 8);
    }
    if (!(taken & ROW_BYTES)) {
        buffer_append_decimal(output, (int64_t)bytes);
        buffer_append_byte(output, ',');
    }
    if (!(taken & ROW_HASH)) {
        rows_append_padded(output, slice_of("\"hash\":\"\0\0\0\0\0\0\0", 8));
        rows_append_padded(output, slice_of(hash->digits, HASH128_TEXT));
        rows_append_padded(output, slice_of("\",\0\0\0\0\0\0\0\0\0\0\0\0\0", 2));
    }
    if (charset && strcmp(charset, "UTF-8") != 0 && !(taken & ROW_CHARSET)) {
        buffer_append_string(output, "\"charset\":");
        json_append_string(output, slice_of_string(charset));
        buffer_append_byte(output, ',');
    }
    if (replaced && !(taken & ROW_REPLACED)) {
        buffer_append_string(output, "\"replaced\":");
        buffer_append_decimal(output, replaced);
        buffer_append_byte(output, ',');
    }
}

void document_growth_release(struct document_growth *growth)
{
    row_ids_free(growth->ids);
    *growth = (struct document_growth){ 0 };
}

/* The line in the whole of a source that grows. */
static int64_t number_line(const struct rows *rows, int64_t line)
{
    const struct document_growth *growth = rows->decode->source->growth;
    return growth && line > 0 ? growth->lines + line : line;
}

bool rows_emit(struct rows *rows, struct buffer *record, int64_t line, struct error *error)
{
    const struct document_sink *sink = rows->decode->sink;
    if (record->bytes[record->length - 1] == ',')
        record->length--;
    buffer_append(record, "}}", 2);
    if (!decode_fits_line(record, error))
        return false;
    if (!sink->emit(sink->context, buffer_slice(record), number_line(rows, line)))
        rows->is_stopped = true;
    return true;
}

void rows_reject(struct rows *rows, struct error *error, int64_t line, struct slice raw)
{
    const struct document_sink *sink = rows->decode->sink;
    error_place(error, rows->decode->source->path, number_line(rows, line), 0);
    if (!sink->reject(sink->context, error, raw))
        rows->is_stopped = true;
}

int64_t count_newlines(struct slice text)
{
    int64_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.bytes[i] == '\n';
    return count;
}
