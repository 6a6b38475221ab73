/* catalog.c - asks a ledger in SQL what was ingested. */
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "document/walk.h"
#include "store/ledger.h"
#include "text/layout.h"
#include "tools.h"
#include "json/write.h"

enum {
    WIDTH_ROWS = 500,        /* of a table are looked at before the first is shown */
    LAST_CELL_COLUMNS = 500, /* nothing stands behind it */
    CELL_COLUMNS = 60,       /* a longer cell is cut */
    READ_SECONDS = 60,       /* wait for a run that writes */
    COLUMNS_MAXIMUM = 2000   /* of SQLite */
};

enum catalog_format { CATALOG_TABLE, CATALOG_JSONL, CATALOG_CSV };
static const char *const formats[] = { "table", "jsonl", "csv", NULL };

struct catalog_options {
    const char *path, *query;
    unsigned format;
    bool csv_safe;
    int64_t max_steps;
};

#define FIELD(name) OPTION_FIELD(struct catalog_options, name)
static const struct option catalog_options[] = {
    { .name = "path",
      .is_operand = true,
      .is_required = true,
      FIELD(path),
      .meaning = MEANING_FILE,
      .argument = "LEDGER",
      .help = "the file of 'garner ingest --ledger'" },
    { .name = "query",
      .is_operand = true,
      FIELD(query),
      .argument = "SQL",
      .help = "one SELECT; without it the tables are listed" },
    { .name = "format",
      FIELD(format),
      .argument = "FORMAT",
      .choices = formats,
      .initial = "table",
      .help = "how the result is shown",
      .details = "In a table long values are cut; jsonl and csv have all of them." },
    { .name = "csv-safe",
      FIELD(csv_safe),
      .help = "csv: put ' before text that a spreadsheet would take for a formula" },
    { .name = "max-steps",
      FIELD(max_steps),
      .argument = "N",
      .initial = "2000000000",
      .minimum = 1,
      .maximum = 9e18,
      .help = "steps of SQLite's machine that a query may take",
      .details = "Some tens of millions are a second." },
    { .name = NULL },
};

/* Our own question, when there is none. */
static const char tables_query[] =
    "select name as 'table',case name when 'inventory' then (select count(*) from inventory) when 'journal' then "
    "(select "
    "count(*) from journal) when 'files' then (select count(*) from files) when 'documents' then (select count(*) from "
    "documents) when 'faults' then (select count(*) from faults) when 'runs' then (select count(*) from runs) end as "
    "rows,(select group_concat(p.name,' ') from pragma_table_info(s.name) p) as columns from sqlite_schema s "
    "where "
    "type='view' order by rowid";

struct result {
    struct statement *statement;
    int columns;
    const struct catalog_options *options;
    struct output *output;
    struct buffer line;
    size_t *widths;     /* of a table */
    struct slice *held; /* its first rows, WIDTH_ROWS x columns cells */
    size_t held_rows;
    struct arena arena;
    bool is_shown; /* the held rows are out */
};

static void append_number(struct buffer *output, const struct statement *statement, int column)
{
    double number = statement_real(statement, column);
    if (statement_kind(statement, column) == CELL_INTEGER)
        buffer_append_decimal(output, statement_integer(statement, column));
    else if (isfinite(number))
        json_append_double(output, number);
    else
        buffer_append_string(output, "null");
}

/* Text as it is, but always UTF-8; bytes in hexadecimal. */
static void append_text(struct buffer *output, const struct statement *statement, int column)
{
    if (statement_kind(statement, column) == CELL_TEXT) {
        walk_append_source(output, statement_text(statement, column));
        return;
    }
    struct slice bytes = statement_bytes(statement, column);
    for (size_t i = 0; i < bytes.length; i++)
        buffer_append_format(output, "%02x", (unsigned)(unsigned char)bytes.bytes[i]);
}

static bool is_number(const struct statement *statement, int column)
{
    enum cell_kind kind = statement_kind(statement, column);
    return kind == CELL_INTEGER || kind == CELL_REAL;
}

static void append_json_row(struct result *result)
{
    struct buffer text = { 0 };
    buffer_append_byte(&result->line, '{');
    for (int i = 0; i < result->columns; i++) {
        json_append_key(&result->line, slice_of_string(statement_column_name(result->statement, i)));
        if (is_number(result->statement, i)) {
            append_number(&result->line, result->statement, i);
        } else if (statement_kind(result->statement, i) == CELL_NULL) {
            buffer_append_string(&result->line, "null");
        } else {
            buffer_reset(&text);
            append_text(&text, result->statement, i);
            json_append_string(&result->line, buffer_slice(&text));
        }
    }
    buffer_append_string(&result->line, "}\n");
    buffer_release(&text);
}

/* RFC 4180: quoted where need be, quotes doubled. */
static void append_csv_cell(struct result *result, struct slice text, bool is_text)
{
    bool is_formula = result->options->csv_safe && is_text && text.length > 0 && strchr("=+-@\t\r", text.bytes[0]);
    bool is_quoted = is_formula;
    for (size_t i = 0; i < text.length && !is_quoted; i++)
        is_quoted = strchr(",\"\r\n", text.bytes[i]) != NULL;
    if (is_quoted)
        buffer_append_byte(&result->line, '"');
    if (is_formula)
        buffer_append_byte(&result->line, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '"')
            buffer_append_byte(&result->line, '"');
        buffer_append_byte(&result->line, text.bytes[i]);
    }
    if (is_quoted)
        buffer_append_byte(&result->line, '"');
}

static void append_csv_row(struct result *result)
{
    struct buffer text = { 0 };
    for (int i = 0; i < result->columns; i++) {
        bool is_plain = is_number(result->statement, i);
        buffer_reset(&text);
        if (is_plain)
            append_number(&text, result->statement, i);
        else if (statement_kind(result->statement, i) != CELL_NULL)
            append_text(&text, result->statement, i);
        if (i > 0)
            buffer_append_byte(&result->line, ',');
        append_csv_cell(result, buffer_slice(&text), !is_plain);
    }
    buffer_append_byte(&result->line, '\n');
    buffer_release(&text);
}

/* The last column is not padded. */
static void append_table_row(struct result *result, const struct slice *cells)
{
    for (int i = 0; i < result->columns; i++) {
        size_t before = result->line.length;
        layout_append_cut(&result->line, cells[i], i + 1 < result->columns ? CELL_COLUMNS : LAST_CELL_COLUMNS);
        size_t width = layout_width(slice_from(buffer_slice(&result->line), before));
        if (i + 1 < result->columns)
            buffer_append_repeated(&result->line, ' ', (width < result->widths[i] ? result->widths[i] - width : 0) + 2);
    }
    while (result->line.length > 0 && result->line.bytes[result->line.length - 1] == ' ')
        result->line.length--;
    buffer_append_byte(&result->line, '\n');
}

static void widen(struct result *result, const struct slice *cells)
{
    struct buffer cut = { 0 };
    for (int i = 0; i < result->columns; i++) {
        buffer_reset(&cut);
        layout_append_cut(&cut, cells[i], CELL_COLUMNS);
        size_t width = layout_width(buffer_slice(&cut));
        if (width > result->widths[i])
            result->widths[i] = width;
    }
    buffer_release(&cut);
}

/* Column names, then the rows that were held back for their widths. */
static void show_held(struct result *result)
{
    struct slice *names = arena_allocate(&result->arena, (size_t)(result->columns + 1) * sizeof *names);
    for (int i = 0; i < result->columns; i++)
        names[i] = slice_of_string(statement_column_name(result->statement, i));
    widen(result, names);
    for (size_t row = 0; row < result->held_rows; row++)
        widen(result, result->held + row * (size_t)result->columns);
    append_table_row(result, names);
    for (size_t row = 0; row < result->held_rows; row++)
        append_table_row(result, result->held + row * (size_t)result->columns);
    result->is_shown = true;
    arena_reset(&result->arena);
}

static void take_table_row(struct result *result)
{
    size_t slot = result->is_shown ? 0 : result->held_rows++;
    struct slice *cells = result->held + slot * (size_t)result->columns;
    struct buffer text = { 0 };
    for (int i = 0; i < result->columns; i++) {
        buffer_reset(&text);
        if (is_number(result->statement, i))
            append_number(&text, result->statement, i);
        else if (statement_kind(result->statement, i) != CELL_NULL)
            append_text(&text, result->statement, i);
        cells[i] = arena_copy(&result->arena, buffer_slice(&text));
    }
    buffer_release(&text);
    if (result->is_shown) {
        append_table_row(result, cells);
        arena_reset(&result->arena);
    } else if (result->held_rows == WIDTH_ROWS) {
        show_held(result);
    }
}

static bool write_line(struct result *result, struct error *error)
{
    bool is_good = output_write(result->output, buffer_slice(&result->line), error);
    buffer_reset(&result->line);
    return is_good;
}

static void start_result(struct result *result)
{
    result->columns = statement_column_count(result->statement);
    ENSURE(result->columns <= COLUMNS_MAXIMUM);
    result->widths = memory_allocate_zeroed((size_t)result->columns + 1, sizeof *result->widths);
    result->held = memory_allocate_zeroed((size_t)result->columns * WIDTH_ROWS + 1, sizeof *result->held);
    for (int i = 0; i < result->columns && result->options->format == CATALOG_CSV; i++) {
        if (i > 0)
            buffer_append_byte(&result->line, ',');
        append_csv_cell(result, slice_of_string(statement_column_name(result->statement, i)), true);
        if (i + 1 == result->columns)
            buffer_append_byte(&result->line, '\n');
    }
}

static bool write_rows(struct result *result, struct error *error)
{
    bool has_row = true;
    while (statement_step(result->statement, &has_row, error)) {
        if (!has_row) {
            if (result->options->format == CATALOG_TABLE && !result->is_shown && result->columns > 0)
                show_held(result);
            return write_line(result, error);
        }
        if (result->options->format == CATALOG_JSONL)
            append_json_row(result);
        else if (result->options->format == CATALOG_CSV)
            append_csv_row(result);
        else
            take_table_row(result);
        if (!write_line(result, error))
            return false;
    }
    return false;
}

static bool answer(const struct catalog_options *options, struct database *database, struct output *output,
                   struct error *error)
{
    struct result result = { .options = options, .output = output };
    if (options->query)
        database_confine(database, options->max_steps, "--max-steps");
    result.statement = statement_create(database, options->query ? options->query : tables_query, error);
    bool is_good = result.statement != NULL;
    if (is_good) {
        start_result(&result);
        is_good = write_rows(&result, error);
    }
    statement_free(result.statement);
    buffer_release(&result.line);
    memory_free(result.widths);
    memory_free(result.held);
    arena_release(&result.arena);
    return is_good;
}

static int catalog_run(struct tool_call *call, struct error *error)
{
    const struct catalog_options *options = call->options;
    struct ledger *ledger = ledger_open(options->path, LEDGER_READ, READ_SECONDS, error);
    bool is_good = ledger && answer(options, ledger_database(ledger), call->output, error);
    ledger_close(ledger);
    return is_good || !error_is_set(error) ? EXIT_DONE : error_exit_code(error);
}

static const struct tool_example catalog_examples[] = {
    { .command = "garner catalog L \"select key, size from inventory order by size desc limit 10\"",
      .remark = "The largest files." },
    { .command = "garner catalog L \"select * from faults\" --format=csv",
      .remark = "Which files could not be read, for a spreadsheet." },
    { .command = "garner catalog L \"select record_type, key from journal limit 20\"",
      .remark = "What changed first." },
    { .command = NULL },
};

const struct tool tool_catalog = {
    .name = "catalog",
    .summary = "Ask a ledger in SQL what was ingested",
    .description =
        "Tables: inventory (the files that are there) and journal (CREATE, UPDATE and DELETE, each with a sequence "
        "number) have the columns of S3 Metadata's tables of these names; those that make no sense for a folder are "
        "NULL. files, documents, faults and runs say what the ledger knows beside: whether a file is pending, done, "
        "failed or gone, which documents came of it, and what was wrong with it.\n\n"
        "The ledger is only read: no statement can change it, open another file or run for ever (--max-steps).",
    .group = GROUP_LOOK,
    .reads = TOOL_NOTHING,
    .writes = TOOL_BYTES,
    .has_few_common = true,
    .options = catalog_options,
    .options_bytes = sizeof(struct catalog_options),
    .examples = catalog_examples,
    .run = catalog_run,
};
