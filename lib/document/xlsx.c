/* xlsx.c - workbooks to text: a heading for each sheet, a line for each row. Source: ECMA-376 part 1, chapter 18
 * (SpreadsheetML).
 *
 * Sheets are streamed, since they are long; strings and number formats, which may stand behind them in the container,
 * are held from a pass before. The text of a sheet goes to a buffer of its own and takes its place at the end. */
#include "document/office.h"

#include "base/map.h"
#include "base/memory.h"
#include "document/xlsx.h"

enum {
    GAP_MAXIMUM = 64, /* empty cells in front of one are written out up to so many */
    COLUMNS_MAXIMUM = 16384,
    NUMBER_MAXIMUM = 1000000000
};

struct sheet {
    struct slice name, part; /* in the package's arena */
    struct buffer text;
    bool is_read;
};

struct workbook {
    struct office *office;
    struct package_relations relations;
    struct sheet *sheets;
    size_t sheet_count, sheet_capacity;
    bool has_1904_dates;

    struct buffer strings; /* shared ones, one behind the other */
    size_t *string_ends;
    size_t string_count, string_capacity;
    struct xlsx_formats formats;
    size_t written; /* bytes of all sheets */

    /* The walk under way. */
    unsigned skipped;
    bool in_text, in_value, in_row;
    struct sheet *sheet;
    struct buffer cell;
    char kind; /* of the cell: s shared, i inline or string, b boolean, n number, e error, d date */
    size_t style;
    size_t column, next_column; /* of the cell, and the one behind the last that was written; 0-based */
};

static void take_text(void *context, struct slice text)
{
    struct workbook *book = context;
    if ((book->in_text || book->in_value) && book->skipped == 0 &&
        book->cell.length + text.length <= book->office->package.limits.text_maximum)
        buffer_append_slice(&book->cell, text);
}

static void start_of_strings(void *context, const char *name, const char *const *attributes)
{
    struct workbook *book = context;
    (void)attributes;
    if (book->skipped || xml_is(name, "rPh"))
        book->skipped++;
    else if (xml_is(name, "si"))
        buffer_reset(&book->cell);
    else
        book->in_text = xml_is(name, "t");
}

static void end_of_strings(void *context, const char *name)
{
    struct workbook *book = context;
    book->in_text = false;
    if (book->skipped) {
        book->skipped--;
        return;
    }
    if (!xml_is(name, "si"))
        return;
    buffer_append_slice(&book->strings, buffer_slice(&book->cell));
    if (book->string_count == book->string_capacity)
        book->string_ends =
            memory_grow(book->string_ends, &book->string_capacity, book->string_count + 1, sizeof *book->string_ends);
    book->string_ends[book->string_count++] = book->strings.length;
}

static struct slice shared_string(const struct workbook *book, struct slice number)
{
    char text[16];
    if (number.length == 0 || number.length >= sizeof text)
        return SLICE("");
    memcpy(text, number.bytes, number.length);
    text[number.length] = '\0';
    long index = xml_number(text, NUMBER_MAXIMUM, -1);
    if (index < 0 || (size_t)index >= book->string_count)
        return SLICE("");
    return slice_between(buffer_slice(&book->strings), index ? book->string_ends[index - 1] : 0,
                         book->string_ends[index]);
}

/* A cell's text on one line: white space folded, a bar escaped as Markdown has it. */
static void append_folded(struct buffer *output, struct slice text)
{
    bool has_space = false;
    text = slice_trim(text);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            has_space = true;
            continue;
        }
        if (has_space)
            buffer_append_byte(output, ' ');
        has_space = false;
        buffer_append_byte(output, c);
    }
}

static void append_value(struct workbook *book, struct buffer *output)
{
    struct slice value = buffer_slice(&book->cell);
    switch (book->kind) {
    case 's':
        append_folded(output, shared_string(book, slice_trim(value)));
        break;
    case 'b':
        buffer_append_slice(output, slice_equal(slice_trim(value), SLICE("1")) ? SLICE("TRUE") : SLICE("FALSE"));
        break;
    case 'n':
        xlsx_append_number(output, slice_trim(value), xlsx_form_of(&book->formats, book->style), book->has_1904_dates);
        break;
    default:
        append_folded(output, value);
    }
}

/* What separates a cell from the one before it comes only with its text: a row of empty cells leaves nothing. */
static void end_cell(struct workbook *book)
{
    struct buffer *output = &book->sheet->text;
    size_t before = output->length, maximum = book->office->package.limits.text_maximum;
    if (book->cell.length == 0 || book->written > maximum)
        return;
    size_t gap = book->column - book->next_column;
    if (gap > GAP_MAXIMUM)
        gap = GAP_MAXIMUM;
    if (book->in_row) {
        for (size_t i = 0; i <= gap; i++)
            buffer_append_string(output, " |");
        buffer_append_byte(output, ' ');
    } else {
        if (output->length)
            buffer_append_byte(output, '\n');
        for (size_t i = 0; i < gap; i++)
            buffer_append_string(output, i ? " |" : "|");
        if (gap)
            buffer_append_byte(output, ' ');
    }
    size_t start = output->length;
    append_value(book, output);
    if (output->length == start) {
        output->length = before;
        return;
    }
    book->in_row = true;
    book->next_column = book->column + 1;
    book->written += output->length - before;
}

/* "BC12" to 54. */
static size_t column_of(const char *reference, size_t otherwise)
{
    size_t column = 0;
    if (!reference || *reference < 'A' || *reference > 'Z')
        return otherwise;
    for (; *reference >= 'A' && *reference <= 'Z' && column < COLUMNS_MAXIMUM; reference++)
        column = column * 26 + (size_t)(*reference - 'A') + 1;
    return column - 1 < otherwise || column > COLUMNS_MAXIMUM ? otherwise : column - 1;
}

static void start_cell(struct workbook *book, const char *const *attributes)
{
    const char *type = xml_attribute(attributes, "t");
    buffer_reset(&book->cell);
    book->column = column_of(xml_attribute(attributes, "r"), book->column);
    book->style = (size_t)xml_number(xml_attribute(attributes, "s"), NUMBER_MAXIMUM, 0);
    book->kind = 'n';
    if (type && (xml_is(type, "s") || xml_is(type, "b") || xml_is(type, "e") || xml_is(type, "d")))
        book->kind = type[0];
    else if (type && (xml_is(type, "str") || xml_is(type, "inlineStr")))
        book->kind = 'i';
}

static void start_of_sheet(void *context, const char *name, const char *const *attributes)
{
    struct workbook *book = context;
    if (book->skipped || xml_is(name, "rPh") || xml_is(name, "f") || xml_is(name, "headerFooter"))
        book->skipped++;
    else if (xml_is(name, "row")) {
        book->in_row = false;
        book->column = book->next_column = 0;
    } else if (xml_is(name, "c"))
        start_cell(book, attributes);
    else if (xml_is(name, "v"))
        book->in_value = true;
    else
        book->in_text = xml_is(name, "t");
}

static void end_of_sheet(void *context, const char *name)
{
    struct workbook *book = context;
    book->in_text = book->in_value = false;
    if (book->skipped)
        book->skipped--;
    else if (xml_is(name, "c")) {
        end_cell(book);
        book->column++;
        buffer_reset(&book->cell);
    }
}

static bool visit_sheet(void *context, struct slice name, struct error *error)
{
    struct workbook *book = context;
    const struct xml_handlers handlers = { book, start_of_sheet, end_of_sheet, take_text };
    for (size_t i = 0; i < book->sheet_count; i++) {
        struct sheet *sheet = &book->sheets[i];
        if (sheet->is_read || !slice_equal(sheet->part, name))
            continue;
        sheet->is_read = true;
        book->sheet = sheet;
        book->skipped = 0;
        book->column = book->next_column = 0;
        book->in_row = false;
        if (!package_read_xml(&book->office->package, &handlers, error))
            return false;
        size_t maximum = book->office->package.limits.text_maximum;
        return book->written <= maximum ||
               error_set(error, E_LIMIT, "the text has more than the %zu bytes of --max-document-bytes", maximum);
    }
    return true;
}

static void start_of_workbook(void *context, const char *name, const char *const *attributes)
{
    struct workbook *book = context;
    struct arena *arena = &book->office->package.arena;
    const char *value = xml_attribute(attributes, "date1904"), *title = xml_attribute(attributes, "name");
    if (xml_is(name, "workbookPr") && value)
        book->has_1904_dates = xml_is(value, "1") || xml_is(value, "true");
    if (!xml_is(name, "sheet") || !title)
        return;
    struct slice part = package_target(&book->relations, xml_attribute_exact(attributes, "r:id"));
    if (part.length == 0 || book->sheet_count >= XLSX_SHEETS_MAXIMUM)
        return;
    if (book->sheet_count == book->sheet_capacity)
        book->sheets =
            arena_grow(arena, book->sheets, &book->sheet_capacity, book->sheet_count + 1, sizeof *book->sheets);
    book->sheets[book->sheet_count++] =
        (struct sheet){ .name = arena_copy(arena, slice_of_string(title)), .part = part };
}

static void end_nothing(void *context, const char *name)
{
    (void)context;
    (void)name;
}

/* What is small, and the shared strings; sheets come in the second pass. */
static bool is_wanted(struct slice name)
{
    return slice_ends_with(name, SLICE(".rels")) || slice_starts_with(name, SLICE("docProps/")) ||
           (slice_ends_with(name, SLICE(".xml")) && slice_starts_with(name, SLICE("xl/")) &&
            slice_find_byte(slice_from(name, 3), '/') == name.length - 3);
}

static void join_sheets(struct workbook *book)
{
    struct buffer *text = &book->office->text;
    for (size_t i = 0; i < book->sheet_count; i++) {
        struct sheet *sheet = &book->sheets[i];
        if (sheet->text.length) {
            buffer_append_string(text, text->length ? "\n\n# " : "# ");
            append_folded(text, sheet->name);
            buffer_append_string(text, "\n\n");
            buffer_append_slice(text, buffer_slice(&sheet->text));
        }
        buffer_release(&sheet->text); /* at once: all sheets twice would be much */
    }
}

static bool read_parts(struct workbook *book, struct error *error)
{
    struct package *package = &book->office->package;
    struct package_relations relations = { 0 };
    if (!package_gather(package, is_wanted, error) || !package_relations_of(package, SLICE(""), &relations, error))
        return false;
    struct slice main = package_target_of_kind(&relations, "officeDocument");
    if (!package_find(package, main))
        main = SLICE("xl/workbook.xml");
    if (!package_find(package, main))
        return error_set(error, E_DATA, "the workbook has no part 'xl/workbook.xml'");
    const struct xml_handlers workbook = { book, start_of_workbook, end_nothing, NULL };
    const struct xml_handlers strings = { book, start_of_strings, end_of_strings, take_text };
    return office_read_facts(book->office, package_target_of_kind(&relations, "core-properties"), error) &&
           package_relations_of(package, main, &book->relations, error) &&
           package_parse(package, main, &workbook, error) &&
           package_parse(package, package_target_of_kind(&book->relations, "sharedStrings"), &strings, error) &&
           xlsx_read_formats(&book->formats, package, package_target_of_kind(&book->relations, "styles"), error) &&
           package_pass(package, visit_sheet, book, error);
}

bool office_read_xlsx(struct office *office, struct error *error)
{
    struct workbook *book = memory_allocate_zeroed(1, sizeof *book);
    book->office = office;
    bool is_good = read_parts(book, error);
    join_sheets(book);
    buffer_release(&book->strings);
    buffer_release(&book->cell);
    memory_free(book->string_ends);
    xlsx_formats_release(&book->formats);
    memory_free(book);
    return is_good;
}
