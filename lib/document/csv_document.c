/* csv_document.c - a CSV or TSV file to one document a row. */
#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "document/csv.h"
#include "document/rows.h"
#include "json/json.h"
#include "json/write.h"

/* What a column gives to a record; texts are ready to be copied into JSON. */
struct column {
    struct slice name;
    struct slice label; /* `\nname: `, escaped, padded */
    struct slice key;   /* `"name":`, padded */
};

struct csv_decode {
    struct rows rows;
    struct csv_dialect dialect;
    struct column *columns;
    size_t count;
    size_t *text_columns;
    size_t text_count;
    bool has_labels; /* in the text */
    size_t *metadata_columns;
    size_t metadata_count;
    size_t id_column;    /* SIZE_MAX: hash */
    unsigned taken;      /* facts that columns stand for */
    struct buffer extra; /* what the source adds to metadata */
    uint16_t positions[CSV_PIECE_BYTES];
    struct slice *fields; /* of the row at hand: count of them */
    enum csv_form *forms;
    const char *readable; /* up to where memory behind them may be looked at; NULL: their ends */
    size_t careful;       /* bytes to read with care: the rows around a fault */
    struct csv_row row;
    int64_t line;     /* of the next row */
    size_t wasted;    /* bytes that were read for quotes that are not closed */
    bool keeps_lines; /* too many of them */
};

static const struct document_options *options_of(const struct csv_decode *csv)
{
    return csv->rows.decode->decoder->options;
}

static struct arena *arena_of(const struct csv_decode *csv)
{
    return &csv->rows.decode->decoder->arena;
}

/* Names must differ to be keys: an empty one becomes column3, a second "x" x_2. */
static struct slice column_name(struct map *names, struct slice name, size_t number, struct arena *arena)
{
    char *text = name.length ? NULL : arena_format(arena, "column%zu", number);
    struct slice wanted = text ? slice_of_string(text) : arena_copy(arena, name);
    bool is_new;
    struct map_entry *entry = map_insert(names, wanted, &is_new);
    uint64_t suffix = 1;
    struct slice unique = wanted;
    while (!is_new) {
        suffix = ++entry->value + 1;
        unique = slice_of_string(arena_format(arena, "%.*s_%llu", (int)(wanted.length < 1000 ? wanted.length : 1000),
                                              wanted.bytes, (unsigned long long)suffix));
        map_insert(names, unique, &is_new);
        entry = map_find(names, wanted);
    }
    return unique;
}

static void set_columns(struct csv_decode *csv, const struct slice *names, size_t count)
{
    struct arena *arena = arena_of(csv);
    struct map seen = { 0 };
    struct buffer text = { 0 };
    csv->count = count;
    csv->columns = arena_allocate_zeroed(arena, count, sizeof *csv->columns);
    csv->fields = arena_allocate_zeroed(arena, count, sizeof *csv->fields);
    csv->forms = arena_allocate_zeroed(arena, count, sizeof *csv->forms);
    csv->text_columns = arena_allocate_zeroed(arena, count, sizeof *csv->text_columns);
    csv->metadata_columns = arena_allocate_zeroed(arena, count, sizeof *csv->metadata_columns);
    for (size_t i = 0; i < count; i++) {
        struct column *column = &csv->columns[i];
        column->name = column_name(&seen, names ? slice_trim(names[i]) : SLICE(""), i + 1, arena);
        buffer_reset(&text);
        buffer_append_string(&text, "\\n");
        json_append_escaped(&text, column->name);
        buffer_append_string(&text, ": ");
        column->label = rows_pad(arena, buffer_slice(&text));
        buffer_reset(&text);
        json_append_string(&text, column->name);
        buffer_append_byte(&text, ':');
        column->key = rows_pad(arena, buffer_slice(&text));
    }
    buffer_release(&text);
    map_release(&seen);
}

static bool find_column(const struct csv_decode *csv, const char *name, const char *option, size_t *found,
                        struct error *error)
{
    for (*found = 0; *found < csv->count; ++*found)
        if (slice_equal(csv->columns[*found].name, slice_of_string(name)))
            return true;
    const char **names = memory_allocate_zeroed(csv->count + 1, sizeof *names);
    for (size_t i = 0; i < csv->count; i++)
        names[i] = arena_copy_string(arena_of(csv), csv->columns[i].name);
    const char *nearest = nearest_name(slice_of_string(name), names, csv->count);
    memory_free(names);
    error_set(error, E_FIELD_MISSING, nearest ? "no column '%s' for %s, nearest is '%s'" : "no column '%s' for %s",
              name, option, nearest);
    return false;
}

/* A column given twice would be a key twice. */
static void add_column(size_t *columns, size_t *count, size_t column)
{
    for (size_t i = 0; i < *count; i++)
        if (columns[i] == column)
            return;
    columns[(*count)++] = column;
}

static bool choose_metadata(struct csv_decode *csv, struct error *error)
{
    const struct document_options *options = options_of(csv);
    bool takes_rest = options->metadata_field_count == 0 && options->text_field_count > 0;
    for (size_t i = 0; i < options->metadata_field_count; i++) {
        const char *name = options->metadata_fields[i];
        size_t column;
        if (strcmp(name, "*") == 0)
            takes_rest = true;
        else if (!find_column(csv, name, "--metadata-fields", &column, error))
            return false;
        else
            add_column(csv->metadata_columns, &csv->metadata_count, column);
    }
    for (size_t i = 0; takes_rest && i < csv->count; i++) {
        bool is_text = false;
        for (size_t k = 0; options->text_field_count && k < csv->text_count; k++)
            is_text |= csv->text_columns[k] == i;
        if (!is_text)
            add_column(csv->metadata_columns, &csv->metadata_count, i);
    }
    return true;
}

static bool choose_columns(struct csv_decode *csv, struct error *error)
{
    const struct document_options *options = options_of(csv);
    csv->id_column = SIZE_MAX;
    if (options->id_field && !find_column(csv, options->id_field, "--id-field", &csv->id_column, error))
        return false;
    csv->has_labels = options->text_field_count == 0;
    for (size_t i = 0; i < options->text_field_count; i++) {
        size_t column;
        if (!find_column(csv, options->text_fields[i], "--text-field", &column, error))
            return false;
        add_column(csv->text_columns, &csv->text_count, column);
    }
    for (size_t i = 0; csv->has_labels && i < csv->count; i++)
        csv->text_columns[csv->text_count++] = i;
    if (!choose_metadata(csv, error))
        return false;
    for (size_t i = 0; i < csv->metadata_count; i++)
        csv->taken |= row_fact_of(csv->columns[csv->metadata_columns[i]].name);
    for (size_t i = 0; i < csv->rows.extra_count; i++) {
        bool is_taken = false;
        for (size_t k = 0; k < csv->metadata_count; k++)
            is_taken |= slice_equal(csv->columns[csv->metadata_columns[k]].name, csv->rows.extras[i].key);
        if (!is_taken) {
            buffer_append_slice(&csv->extra, csv->rows.extras[i].member);
            buffer_append_byte(&csv->extra, ',');
        }
    }
    return true;
}

/* The text of a field that is or could be quoted, without its quotes. */
static struct slice inner_of(struct slice field, enum csv_form *form)
{
    *form = CSV_BARE;
    if (field.length == 0 || field.bytes[0] != '"')
        return field;
    if (field.length < 2 || field.bytes[field.length - 1] != '"')
        return field; /* the quote in it will be found */
    *form = CSV_QUOTED;
    return slice_between(field, 1, field.length - 1);
}

/* A cell that is a JSON number stays that number, digit for digit. */
static bool is_number(struct slice field)
{
    char first = slice_byte(field, 0);
    double value;
    return field.length < 40 && (first == '-' || (first >= '0' && first <= '9')) && number_parse_double(field, &value);
}

static bool append_text(struct csv_decode *csv, struct buffer *record)
{
    size_t start = record->length;
    for (size_t i = 0; i < csv->text_count; i++) {
        size_t column = csv->text_columns[i];
        struct slice field = csv->fields[column];
        if (field.length == 0)
            continue;
        bool is_first = record->length == start;
        if (csv->has_labels) {
            rows_append_padded(record, csv->columns[column].label);
            if (is_first) { /* without its newline */
                memmove(record->bytes + start, record->bytes + start + 2, record->length - start - 2);
                record->length -= 2;
            }
        } else if (!is_first) {
            buffer_append(record, "\\n\\n", 4);
        }
        if (!csv_append_escaped(record, field, csv->forms[column], csv->readable))
            return false;
    }
    return true;
}

static bool append_metadata(struct csv_decode *csv, struct buffer *record)
{
    for (size_t i = 0; i < csv->metadata_count; i++) {
        size_t column = csv->metadata_columns[i];
        struct slice field = csv->fields[column];
        if (field.length == 0)
            continue;
        rows_append_padded(record, csv->columns[column].key);
        bool is_bare = csv->forms[column] != CSV_QUOTED && is_number(field);
        if (!is_bare)
            buffer_append_byte(record, '"');
        if (!csv_append_escaped(record, field, csv->forms[column], csv->readable))
            return false;
        if (!is_bare)
            buffer_append_byte(record, '"');
        buffer_append_byte(record, ',');
    }
    return true;
}

/* Everything behind the id, from its closing quote on. false: a quote that only the careful reader understands. */
static bool append_body(struct csv_decode *csv, struct buffer *body, struct slice raw, const struct row_hash *hash,
                        const char *charset, int64_t replaced)
{
    buffer_append(body, "\",\"text\":\"", 10);
    if (!append_text(csv, body))
        return false;
    buffer_append(body, "\",\"metadata\":{", 14);
    rows_append_facts(&csv->rows, body, csv->taken, raw.length, hash, charset, replaced);
    if (!append_metadata(csv, body))
        return false;
    buffer_append_slice(body, buffer_slice(&csv->extra));
    return true;
}

static void reject(struct csv_decode *csv, struct error *error, struct slice raw)
{
    rows_reject(&csv->rows, error, csv->line, raw);
}

/* Renders and emits the fields at hand. raw: the row in the file, without its line end. false as above. */
static bool emit_row(struct csv_decode *csv, struct slice raw, const char *charset, int64_t replaced)
{
    struct document_decoder *decoder = csv->rows.decode->decoder;
    struct buffer *record = &decoder->record;
    struct error error;
    bool has_hash_id = csv->id_column == SIZE_MAX;
    struct slice id = has_hash_id ? SLICE("") : csv->fields[csv->id_column];
    if (raw.length > decoder->maximum) {
        error_set(&error, E_LIMIT, "the row is larger than the %zu bytes of --max-document-bytes", decoder->maximum);
        reject(csv, &error, raw);
        return true;
    }
    if (!has_hash_id && id.length == 0) {
        error_set(&error, E_FIELD_MISSING, "column '%s' for --id-field is empty", options_of(csv)->id_field);
        reject(csv, &error, raw);
        return true;
    }
    struct row_hash hash = row_hash_of(&csv->rows, raw);
    buffer_reset(record);
    size_t id_end = 0;
    if (has_hash_id) {
        id_end = rows_append_hash_id(&csv->rows, record, &hash);
    } else {
        buffer_append_string(record, "{\"id\":\"");
        if (!csv_append_escaped(record, id, csv->forms[csv->id_column], csv->readable))
            return false;
    }
    if (!append_body(csv, record, raw, &hash, charset, replaced))
        return false;
    if (has_hash_id)
        rows_number(&csv->rows, record, id_end, &hash);
    if (!rows_emit(&csv->rows, record, csv->line, &error))
        reject(csv, &error, slice_between(raw, 0, 65536));
    return true;
}

static int64_t count_lines(struct slice raw, char newline)
{
    int64_t count = 0;
    for (const char *at = raw.bytes; (at = memchr(at, newline, raw.length - (size_t)(at - raw.bytes))) != NULL; at++)
        count++;
    return count;
}

/* The rows of piece that follow the rules; returns the bytes they take. The first one that does not ends them. is_end:
 * nothing follows the piece. */
static size_t fast_rows(struct csv_decode *csv, struct slice piece, bool is_end)
{
    size_t valid = utf8_valid_length(piece), count = csv_index(piece, csv->dialect, csv->positions);
    size_t row_start = 0, start = 0, fields = 0, filled = 0;
    csv->readable = csv->rows.window.bytes + csv->rows.window.length;
    for (size_t i = 0; i < count + is_end && !csv->rows.is_stopped; i++) {
        size_t end = i < count ? csv->positions[i] : piece.length;
        bool is_line = i == count || piece.bytes[end] == csv->dialect.newline;
        if (end > valid)
            return row_start;
        if (is_line && end > start && piece.bytes[end - 1] == '\r')
            end--;
        if (fields < csv->count)
            csv->fields[fields] = inner_of(slice_between(piece, start, end), &csv->forms[fields]);
        filled |= fields < csv->count ? csv->fields[fields].length : end - start;
        fields++;
        start = (i < count ? csv->positions[i] : piece.length) + 1;
        if (!is_line)
            continue;
        struct slice raw = slice_between(piece, row_start, end);
        if (filled) {
            if (fields != csv->count || !emit_row(csv, raw, csv->rows.file_charset, 0)) {
                csv->careful = CSV_PIECE_BYTES;
                return row_start;
            }
        }
        csv->line += 1 + count_lines(raw, csv->dialect.newline);
        row_start = start < piece.length ? start : piece.length;
        fields = filled = 0;
    }
    return row_start;
}

/* Fields of a careful row beyond the header's must be empty: some programs end lines with delimiters. */
static bool fits_header(const struct csv_decode *csv, struct error *error)
{
    size_t count = csv->row.count;
    while (count > csv->count && csv->row.fields[count - 1].length == 0)
        count--;
    if (count == csv->count)
        return true;
    return error_set(error, E_CSV_FIELDS, "%zu fields, expected %zu as in the header", csv->row.count, csv->count);
}

static bool is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->fields[i].length)
            return false;
    return true;
}

static struct slice without_line_end(struct slice row, char newline)
{
    if (row.length && slice_byte(row, row.length - 1) == newline)
        row.length--;
    if (row.length && slice_byte(row, row.length - 1) == '\r')
        row.length--;
    return row;
}

/* A whole row that the careful reader found. Errors: only those that end the file. */
static bool careful_emit(struct csv_decode *csv, struct slice raw, struct error *error)
{
    struct slice text = SLICE("");
    const char *charset;
    int64_t replaced;
    if (!rows_convert(&csv->rows, raw, &text, &charset, &replaced, error))
        return false;
    if (text.bytes != raw.bytes)
        csv_read_row(text, csv->dialect, true, csv->keeps_lines, &csv->row);
    if (is_blank(&csv->row))
        return true;
    struct error fault;
    if (!fits_header(csv, &fault)) {
        reject(csv, &fault, raw);
        return true;
    }
    for (size_t i = 0; i < csv->count; i++) {
        csv->fields[i] = csv->row.fields[i];
        csv->forms[i] = CSV_PLAIN;
    }
    csv->readable = NULL;
    return emit_row(csv, raw, charset, replaced);
}

/* Passes over the rest of a line that is too long to be held. */
static bool skip_line(struct csv_decode *csv, size_t *at, struct error *error)
{
    struct row_window *window = &csv->rows.window;
    for (;;) {
        struct slice rest = slice_of(window->bytes + *at, window->length - *at);
        size_t length = slice_find_byte(rest, csv->dialect.newline);
        if (length < rest.length || window->is_last) {
            *at += length + (length < rest.length);
            csv->line++;
            return true;
        }
        if (!row_window_more(window, window->length, error))
            return false;
        *at = 0;
    }
}

/* A quote that nothing closes spoils its own line and no other: the next line is tried as a row. What was read in vain
 * is bounded: after that, no quoted field takes in lines any more. */
static bool reject_unclosed(struct csv_decode *csv, size_t *at, struct error *error)
{
    struct row_window *window = &csv->rows.window;
    struct slice rest = slice_of(window->bytes + *at, window->length - *at);
    struct slice line = slice_between(rest, 0, slice_find_byte(rest, csv->dialect.newline));
    struct error fault;
    csv->wasted += csv->row.length;
    csv->keeps_lines |= csv->wasted > 4 * csv->rows.decode->decoder->maximum;
    error_set(&fault, E_CSV_QUOTE, "the quote that opens field %zu is not closed", csv->row.column);
    reject(csv, &fault, without_line_end(line, csv->dialect.newline));
    return skip_line(csv, at, error);
}

/* One row at *at, whatever it holds; *at moves behind it. */
static bool careful_row(struct csv_decode *csv, size_t *at, struct error *error)
{
    struct row_window *window = &csv->rows.window;
    size_t maximum = csv->rows.decode->decoder->maximum;
    for (;;) {
        struct slice rest = slice_of(window->bytes + *at, window->length - *at);
        bool is_huge = rest.length / 2 > maximum;
        enum csv_end end = csv_read_row(rest, csv->dialect, window->is_last || is_huge, csv->keeps_lines, &csv->row);
        if (end == CSV_CUT) {
            if (!row_window_more(window, *at, error))
                return false;
            *at = 0;
            continue;
        }
        if (end == CSV_UNCLOSED)
            return reject_unclosed(csv, at, error);
        size_t length = csv->row.length;
        struct slice raw = without_line_end(slice_between(rest, 0, length), csv->dialect.newline);
        bool is_whole = length < rest.length || window->is_last;
        struct error fault;
        if (!is_whole) {
            error_set(&fault, E_LIMIT, "larger than twice the %zu bytes of --max-document-bytes", maximum);
            reject(csv, &fault, slice_between(raw, 0, 65536));
            return skip_line(csv, at, error);
        }
        if (end == CSV_MANY) {
            error_set(&fault, E_LIMIT, "more than %d fields", CSV_FIELDS_MAXIMUM);
            reject(csv, &fault, raw);
        } else if (!careful_emit(csv, raw, error)) {
            return false;
        }
        csv->line += 1 + count_lines(raw, csv->dialect.newline);
        *at += length;
        csv->careful -= length < csv->careful ? length : csv->careful;
        return true;
    }
}

/* The next row that is not blank, without emitting it; *at stands behind it and *start before. false at the end too,
 * with no error set. */
static bool first_row(struct csv_decode *csv, size_t *at, struct slice *raw, struct error *error)
{
    struct row_window *window = &csv->rows.window;
    while (*at < window->length) {
        struct slice rest = slice_of(window->bytes + *at, window->length - *at);
        enum csv_end end = csv_read_row(rest, csv->dialect, window->is_last, false, &csv->row);
        if (end == CSV_CUT && rest.length / 2 <= csv->rows.decode->decoder->maximum) {
            if (!row_window_more(window, *at, error))
                return false;
            *at = 0;
            continue;
        }
        if (end != CSV_ROW) {
            error_set(error, end == CSV_UNCLOSED ? E_CSV_QUOTE : E_LIMIT,
                      end == CSV_UNCLOSED ? "the quote that opens field %zu of the header is not closed"
                                          : "the header has %zu fields or more, too many or too long",
                      csv->row.column);
            return error_place(error, NULL, csv->line, 0);
        }
        *raw = slice_between(rest, 0, csv->row.length);
        *at += csv->row.length;
        csv->line += 1 + count_lines(without_line_end(*raw, csv->dialect.newline), csv->dialect.newline);
        if (!is_blank(&csv->row))
            return true;
    }
    return false;
}

/* "sep=;" in the first line is Excel's way to say it. */
static size_t read_separator_line(struct csv_decode *csv)
{
    struct slice start = slice_of(csv->rows.window.bytes, csv->rows.window.length);
    struct slice line = slice_trim(slice_between(start, 0, slice_find_byte(start, csv->dialect.newline)));
    if (line.length != 5 || !slice_equal_ignore_case(slice_between(line, 0, 4), SLICE("sep=")))
        return 0;
    csv->dialect.delimiter = line.bytes[4];
    csv->line++;
    return slice_find_byte(start, csv->dialect.newline) + 1;
}

/* Dialect and columns. *at: where the rows begin. *is_empty: there are none. */
static bool read_header(struct csv_decode *csv, size_t *at, bool *is_empty, struct error *error)
{
    struct row_window *window = &csv->rows.window;
    const struct document_options *options = options_of(csv);
    if (window->length < CSV_PIECE_BYTES && !row_window_more(window, 0, error))
        return false;
    struct slice start = slice_between(slice_of(window->bytes, window->length), 0, CSV_PIECE_BYTES);
    bool has_newline = slice_find_byte(start, '\n') < start.length;
    csv->dialect.newline = '\n';
    if (!has_newline && slice_find_byte(start, '\r') < start.length)
        csv->dialect.newline = '\r';
    bool is_tsv = strcmp(csv->rows.decode->format->name, "tsv") == 0;
    csv->dialect.delimiter = options->delimiter;
    if (!options->delimiter)
        csv->dialect.delimiter = (char)(is_tsv ? '\t' : csv_sniff_delimiter(start));
    *at = options->delimiter ? 0 : read_separator_line(csv);
    struct slice raw = SLICE(""), text = SLICE("");
    const char *charset;
    int64_t replaced;
    size_t rows_start = *at;
    int64_t first_line = csv->line;
    error_reset(error);
    if (!first_row(csv, at, &raw, error)) {
        *is_empty = !error_is_set(error);
        return *is_empty;
    }
    if (!rows_convert(&csv->rows, raw, &text, &charset, &replaced, error))
        return false;
    csv_read_row(text, csv->dialect, true, false, &csv->row);
    size_t count = csv->row.count;
    set_columns(csv, options->has_no_header ? NULL : csv->row.fields, count);
    if (options->has_no_header) { /* the window may have moved, but not behind its start */
        *at = *at >= raw.length ? *at - raw.length : rows_start;
        csv->line = first_line;
    }
    return choose_columns(csv, error);
}

static bool decode_rows(struct csv_decode *csv, struct error *error)
{
    struct row_window *window = &csv->rows.window;
    size_t at = 0;
    bool is_empty = false;
    if (!read_header(csv, &at, &is_empty, error))
        return false;
    while (!is_empty && !csv->rows.is_stopped) {
        if (window->length - at < CSV_PIECE_BYTES && !window->is_last) {
            if (!row_window_more(window, at, error))
                return false;
            at = 0;
        }
        size_t left = window->length - at, taken = 0;
        if (left == 0)
            break;
        if (!csv->keeps_lines && csv->careful == 0) {
            struct slice piece = slice_of(window->bytes + at, left < CSV_PIECE_BYTES ? left : CSV_PIECE_BYTES);
            taken = fast_rows(csv, piece, window->is_last && piece.length == left);
            at += taken;
        }
        if (taken == 0 && !csv->rows.is_stopped && !careful_row(csv, &at, error))
            return false;
    }
    return true;
}

bool decode_csv(struct decode *decode, struct error *error)
{
    struct csv_decode *csv = memory_allocate_zeroed(1, sizeof *csv);
    csv->line = 1;
    bool is_done = rows_open(&csv->rows, decode, error) && decode_rows(csv, error);
    rows_close(&csv->rows);
    csv_row_release(&csv->row);
    buffer_release(&csv->extra);
    memory_free(csv);
    return is_done;
}
