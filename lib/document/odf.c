/* odf.c - OpenDocument texts, spreadsheets and presentations to text. Source: OASIS OpenDocument 1.3 part 3. */
#include <stdio.h>

#include "base/map.h"
#include "base/memory.h"
#include "document/office.h"

enum {
    LEVELS = 9,
    REPEATS_MAXIMUM = 64, /* a cell says that it stands so often */
    SPACES_MAXIMUM = 256,
    NUMBER_MAXIMUM = 1000000000
};

struct odf {
    struct office *office;
    struct html_flow *flow; /* of the text, or of the notes */
    struct buffer notes;
    struct html_flow notes_flow;
    size_t note_count;
    unsigned skipped; /* as in docx.c */
    unsigned paragraphs;
    bool in_body, in_note;
    bool has_begun;   /* the paragraph has text */
    unsigned heading; /* of the paragraph */
    bool is_first;    /* of its list item or note */
    bool in_description;
    struct buffer description;
    unsigned lists;     /* elements that are open; flow may have fewer */
    struct map ordered; /* list styles: 1 when level N is ordered, in bit N */
    struct map_entry *style;
    struct slice list_style; /* of the outermost open list */
    size_t cell_start;
    long repeats;
    bool is_sheet, is_slide; /* a table is a sheet, a page is a slide */
};

static void append(struct odf *odf, struct slice text)
{
    struct html_flow *flow = odf->flow;
    if (!odf->has_begun) {
        odf->has_begun = true;
        if (odf->heading)
            flow_heading_start(flow, odf->heading);
        else if (flow->table_depth > 0)
            flow_space(flow);
        else if (odf->is_first && (flow->list_depth > 0 || odf->in_note))
            odf->is_first = false;
        else
            flow_block(flow, 2);
    }
    office_append(odf->office, flow, text);
}

static void end_paragraph(struct odf *odf)
{
    struct html_flow *flow = odf->flow;
    odf->paragraphs -= odf->paragraphs > 0;
    if (odf->has_begun && odf->heading)
        flow_heading_end(flow);
    else if (odf->has_begun && flow->table_depth == 0)
        flow_break(flow, flow->list_depth ? 1 : 2);
    odf->heading = 0;
    odf->has_begun = false;
}

static bool is_ordered(const struct odf *odf, unsigned level)
{
    const struct map_entry *entry = map_find(&odf->ordered, odf->list_style);
    return entry && level < LEVELS && (entry->value >> level & 1);
}

static void start_list(struct odf *odf, const char *const *attributes)
{
    const char *style = xml_attribute(attributes, "style-name");
    if (odf->lists == 0)
        odf->list_style = slice_of("", 0);
    if (odf->lists == 0 && style && map_find(&odf->ordered, slice_of_string(style)))
        odf->list_style = map_find(&odf->ordered, slice_of_string(style))->key;
    if (odf->lists++ < LEVELS)
        flow_list_start(odf->flow, is_ordered(odf, odf->lists - 1), 1);
}

static void end_list(struct odf *odf)
{
    if (odf->lists == 0)
        return;
    if (odf->lists-- <= LEVELS && odf->flow->list_depth > 0)
        flow_list_end(odf->flow);
}

/* <text:list-level-style-number text:level="1" style:num-format="1"> */
static void list_level(struct odf *odf, const char *name, const char *const *attributes)
{
    const char *format = xml_attribute(attributes, "num-format");
    long level = xml_number(xml_attribute(attributes, "level"), LEVELS, 0);
    if (odf->style && level > 0 && xml_is(name, "list-level-style-number") && format && *format)
        odf->style->value |= (uint64_t)1 << (level - 1);
}

static void start_note(struct odf *odf)
{
    char mark[32];
    int length = snprintf(mark, sizeof mark, "[^%zu]", ++odf->note_count);
    append(odf, slice_of(mark, (size_t)length));
}

static void start_note_body(struct odf *odf)
{
    if (odf->in_note)
        return;
    odf->in_note = true;
    odf->flow = &odf->notes_flow;
    buffer_append_format(&odf->notes, "%s[^%zu]: ", odf->notes.length ? "\n\n" : "", odf->note_count);
    odf->notes_flow = (struct html_flow){ .output = &odf->notes };
    odf->is_first = true;
}

static void start_table(struct odf *odf, const char *const *attributes)
{
    const char *title = xml_attribute(attributes, "name");
    while (odf->flow->list_depth > 0)
        flow_list_end(odf->flow);
    if (odf->is_sheet && title && odf->flow->table_depth == 0) {
        flow_heading_start(odf->flow, 1);
        office_append(odf->office, odf->flow, slice_of_string(title));
        flow_heading_end(odf->flow);
    }
    flow_table_start(odf->flow);
}

static void start_cell(struct odf *odf, const char *const *attributes)
{
    flow_cell_start(odf->flow);
    odf->repeats = xml_number(xml_attribute(attributes, "number-columns-repeated"), REPEATS_MAXIMUM, 1);
    odf->cell_start = odf->flow->output->length;
}

static void start_text(struct odf *odf, const char *name, const char *const *attributes)
{
    if (xml_is(name, "s")) {
        long count = xml_number(xml_attribute(attributes, "c"), SPACES_MAXIMUM, 1);
        for (long i = 0; i < (odf->flow->pre_depth ? count : 1); i++)
            append(odf, SLICE(" "));
    } else if (xml_is(name, "tab"))
        append(odf, SLICE(" "));
    else if (xml_is(name, "line-break") && odf->has_begun)
        flow_line_end(odf->flow);
}

static void start_block(struct odf *odf, const char *name, const char *const *attributes)
{
    if (xml_is(name, "list"))
        start_list(odf, attributes);
    else if (xml_is(name, "list-item") || xml_is(name, "list-header")) {
        if (odf->flow->list_depth > 0)
            flow_item_start(odf->flow, -1);
        odf->is_first = true;
    } else if (xml_is(name, "table"))
        start_table(odf, attributes);
    else if (xml_is(name, "table-row") && odf->flow->table_depth > 0)
        flow_row_start(odf->flow);
    else if ((xml_is(name, "table-cell") || xml_is(name, "covered-table-cell")) && odf->flow->table_depth > 0)
        start_cell(odf, attributes);
    else if (xml_is(name, "page") && odf->is_slide)
        office_page(odf->office);
    else if (xml_is(name, "note"))
        start_note(odf);
    else if (xml_is(name, "note-body"))
        start_note_body(odf);
    else
        start_text(odf, name, attributes);
}

/* Comments, what was deleted, marks that stand for a note, and forms. */
static bool is_left_out(const char *name)
{
    return xml_is(name, "annotation") || xml_is(name, "tracked-changes") || xml_is(name, "note-citation") ||
           xml_is(name, "forms") || xml_is(name, "ruby-text") || xml_is(name, "script");
}

static void start_element(void *context, const char *name, const char *const *attributes)
{
    struct odf *odf = context;
    if (odf->skipped || is_left_out(name))
        odf->skipped++;
    else if (xml_is(name, "list-style")) {
        const char *style = xml_attribute(attributes, "name");
        odf->style = style ? map_insert(&odf->ordered, slice_of_string(style), NULL) : NULL;
    } else if (strncmp(name, "list-level-style", 16) == 0)
        list_level(odf, name, attributes);
    else if (xml_is(name, "text") || xml_is(name, "spreadsheet") || xml_is(name, "presentation")) {
        odf->in_body = true;
        odf->is_sheet |= name[0] == 's';
        odf->is_slide |= name[0] == 'p';
    } else if (!odf->in_body)
        return;
    else if (xml_is(name, "p") || xml_is(name, "h")) {
        odf->paragraphs++;
        odf->has_begun = false;
        odf->heading = 0;
        if (name[0] == 'h')
            odf->heading = (unsigned)xml_number(xml_attribute(attributes, "outline-level"), 6, 6);
    } else if (xml_is(name, "desc") || xml_is(name, "title")) {
        odf->in_description = true;
        buffer_reset(&odf->description);
    } else
        start_block(odf, name, attributes);
}

/* A cell that stands for several. */
static void end_cell(struct odf *odf)
{
    struct html_flow *flow = odf->flow;
    struct buffer *output = flow->output;
    size_t length = output->length - odf->cell_start;
    struct buffer copy = { 0 };
    if (odf->repeats > 1 && length > 0 && odf->is_sheet && flow->table_depth == 1) {
        struct slice text = slice_from(buffer_slice(output), odf->cell_start);
        while (text.length && (text.bytes[0] == ' ' || text.bytes[0] == '|' || text.bytes[0] == '\n'))
            text = slice_from(text, 1);
        buffer_append_slice(&copy, text);
    }
    flow_cell_end(flow);
    for (long i = 1; i < odf->repeats && flow->table_depth > 0; i++) {
        flow_cell_start(flow);
        if (copy.length)
            office_append(odf->office, flow, buffer_slice(&copy));
        flow_cell_end(flow);
    }
    odf->repeats = 1;
    buffer_release(&copy);
}

static void end_note_body(struct odf *odf)
{
    if (!odf->in_note)
        return;
    odf->in_note = false;
    odf->flow = &odf->office->flow;
    odf->has_begun = true; /* the paragraph goes on */
}

static void end_element(void *context, const char *name)
{
    struct odf *odf = context;
    struct html_flow *flow = odf->flow;
    if (odf->skipped)
        odf->skipped--;
    else if (!odf->in_body)
        return;
    else if (xml_is(name, "p") || xml_is(name, "h"))
        end_paragraph(odf);
    else if (xml_is(name, "list"))
        end_list(odf);
    else if ((xml_is(name, "list-item") || xml_is(name, "list-header")) && flow->list_depth > 0)
        flow_item_end(flow);
    else if (xml_is(name, "table") && flow->table_depth > 0)
        flow_table_end(flow);
    else if ((xml_is(name, "table-cell") || xml_is(name, "covered-table-cell")) && flow->table_depth > 0)
        end_cell(odf);
    else if (xml_is(name, "note-body"))
        end_note_body(odf);
    else if (xml_is(name, "desc") || xml_is(name, "title")) {
        odf->in_description = false;
        append(odf, SLICE(""));
        office_append_image(odf->office, flow, buffer_string(&odf->description));
    } else if (xml_is(name, "page"))
        flow_block(flow, 2);
}

static void take_text(void *context, struct slice text)
{
    struct odf *odf = context;
    if (odf->skipped || !odf->in_body)
        return;
    if (odf->in_description) {
        if (odf->description.length + text.length <= OFFICE_FACT_BYTES)
            buffer_append_slice(&odf->description, text);
    } else if (odf->paragraphs)
        append(odf, text);
}

static bool is_wanted(struct slice name)
{
    return slice_equal(name, SLICE("content.xml")) || slice_equal(name, SLICE("meta.xml"));
}

/* dc:date is when the file was changed here, and something else in a book. */
static void start_of_meta(void *context, const char *name, const char *const *attributes)
{
    office_fact_start(context, xml_is(name, "date") ? "modified" : name, attributes);
}

static void text_of_meta(void *context, struct slice text)
{
    office_fact_text(context, text);
}

static void end_of_meta(void *context, const char *name)
{
    (void)name;
    office_fact_end(context);
}

static bool read_parts(struct odf *odf, struct error *error)
{
    struct office *office = odf->office;
    struct office_facts_walk facts = { .office = office };
    const struct xml_handlers meta = { &facts, start_of_meta, end_of_meta, text_of_meta };
    const struct xml_handlers content = { odf, start_element, end_element, take_text };
    if (!package_gather(&office->package, is_wanted, error))
        return false;
    if (!package_find(&office->package, SLICE("content.xml")))
        return error_set(error, E_DATA, "the OpenDocument file has no part 'content.xml'");
    return package_parse(&office->package, SLICE("meta.xml"), &meta, error) &&
           package_parse(&office->package, SLICE("content.xml"), &content, error);
}

bool office_read_odf(struct office *office, struct error *error)
{
    struct odf *odf = memory_allocate_zeroed(1, sizeof *odf);
    odf->office = office;
    odf->flow = &office->flow;
    odf->repeats = 1;
    bool is_good = read_parts(odf, error);
    if (is_good && odf->notes.length) {
        buffer_append_string(&office->text, office->text.length ? "\n\n" : "");
        buffer_append_slice(&office->text, buffer_slice(&odf->notes));
    }
    buffer_release(&odf->notes);
    buffer_release(&odf->description);
    map_release(&odf->ordered);
    memory_free(odf);
    return is_good;
}
