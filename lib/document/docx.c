/* docx.c - Word documents to text. Source: ECMA-376 part 1, chapter 17 (WordprocessingML). */
#include "document/docx.h"

#include <stdio.h>

#include "base/memory.h"
#include "document/office.h"

enum {
    PARAGRAPHS_DEEP = 16, /* a text box stands in a paragraph; deeper ones share the last place */
    NOTES_MAXIMUM = 10000,
    NUMBER_MAXIMUM = 1000000000
};

struct paragraph {
    struct docx_style style;
    bool has_begun; /* there is text of it, or a list item was opened */
    bool is_block;  /* it ends with a blank line; else it is joined to its table cell */
    bool is_list_item;
    bool is_heading;
};

/* A footnote or endnote. */
struct note {
    size_t start, end; /* in docx.notes */
    bool is_endnote;
    long id;
};

struct docx {
    struct office *office;
    struct docx_styles styles;
    struct html_flow *flow; /* of the text, or of a note */
    struct paragraph paragraphs[PARAGRAPHS_DEEP];
    unsigned depth;      /* paragraphs that are open */
    unsigned skipped;    /* elements open inside of one that is left out, itself included; 0: none */
    unsigned properties; /* the same for paragraph properties */
    unsigned run_properties;
    unsigned runs;
    bool in_text;   /* a <w:t> */
    bool is_hidden; /* the run */
    bool is_raised; /* the run is superscript */
    bool in_code;   /* a fenced block is open */

    struct buffer notes; /* texts of notes */
    struct html_flow notes_flow;
    struct note *items;
    size_t item_count, item_capacity;
    bool in_endnotes;
    struct note *references; /* in the order of the text; start and end unused */
    size_t reference_count, reference_capacity;
};

static void close_lists(struct docx *docx)
{
    while (docx->flow->list_depth > 0)
        flow_list_end(docx->flow);
}

static void close_code(struct docx *docx)
{
    if (docx->in_code)
        flow_pre_end(docx->flow);
    docx->in_code = false;
}

static struct paragraph *paragraph_of(struct docx *docx)
{
    return docx->depth == 0 ? NULL
                            : &docx->paragraphs[docx->depth < PARAGRAPHS_DEEP ? docx->depth - 1 : PARAGRAPHS_DEEP - 1];
}

static void open_item(struct docx *docx, long level, struct docx_abstract *list)
{
    struct html_flow *flow = docx->flow;
    while (flow->list_depth > (unsigned)level + 1)
        flow_list_end(flow);
    bool is_other = flow->list_depth == (unsigned)level + 1 &&
                    flow->lists[level < FLOW_LISTS ? level : FLOW_LISTS - 1].is_ordered != list->is_ordered[level];
    if (is_other)
        flow_list_end(flow);
    while (flow->list_depth < (unsigned)level + 1)
        flow_list_start(flow, list->is_ordered[flow->list_depth], 1);
    for (long deeper = level + 1; deeper < DOCX_LIST_LEVELS; deeper++)
        list->next[deeper] = 0;
    if (list->next[level] == 0)
        list->next[level] = list->start[level];
    flow_item_start(flow, list->next[level]);
    if (list->next[level] < NUMBER_MAXIMUM)
        list->next[level]++;
}

static void begin_code(struct docx *docx)
{
    close_lists(docx);
    if (docx->in_code) {
        flow_append(docx->flow, SLICE("\n"));
        return;
    }
    flow_pre_start(docx->flow);
    docx->in_code = true;
}

/* What lies before the first text of a paragraph. */
static void begin_paragraph(struct docx *docx, struct paragraph *paragraph)
{
    struct html_flow *flow = docx->flow;
    const struct docx_style *style = &paragraph->style;
    struct docx_abstract *list = style->heading ? NULL : docx_list_of(&docx->styles, style->list);
    bool in_cell = flow->table_depth > 0;
    paragraph->has_begun = true;
    paragraph->is_block = !in_cell;
    if (style->is_code && !in_cell) {
        begin_code(docx);
        return;
    }
    close_code(docx);
    if (style->heading) {
        close_lists(docx);
        flow_heading_start(flow, style->heading);
        paragraph->is_heading = paragraph->is_block = true;
    } else if (list) {
        open_item(docx, style->level, list);
        paragraph->is_list_item = true;
    } else if (!in_cell) {
        close_lists(docx);
        flow_block(flow, 2);
    } else
        flow_space(flow);
}

static void end_paragraph(struct docx *docx)
{
    struct html_flow *flow = docx->flow;
    struct paragraph *paragraph = paragraph_of(docx);
    if (!paragraph)
        return;
    if (!paragraph->has_begun && paragraph->style.is_code && docx->in_code)
        begin_paragraph(docx, paragraph);
    if (paragraph->is_heading)
        flow_heading_end(flow);
    else if (paragraph->is_list_item)
        flow_item_end(flow);
    else if (paragraph->has_begun && !docx->in_code && paragraph->is_block)
        flow_break(flow, 2);
    else if (!paragraph->is_block && !docx->in_code)
        flow_space(flow);
    docx->depth--;
}

static void append(struct docx *docx, struct slice text)
{
    struct paragraph *paragraph = paragraph_of(docx);
    if (docx->is_hidden)
        return;
    if (paragraph && !paragraph->has_begun)
        begin_paragraph(docx, paragraph);
    if (docx->is_raised)
        flow_superscript(docx->flow);
    office_append(docx->office, docx->flow, text);
}

/* A mark as Markdown has it; the number counts all notes in the order of the text. */
static void append_reference(struct docx *docx, const char *const *attributes, bool is_endnote)
{
    if (docx->reference_count >= NOTES_MAXIMUM || docx->flow != &docx->office->flow)
        return;
    if (docx->reference_count == docx->reference_capacity)
        docx->references = memory_grow(docx->references, &docx->reference_capacity, docx->reference_count + 1,
                                       sizeof *docx->references);
    docx->references[docx->reference_count++] =
        (struct note){ .is_endnote = is_endnote,
                       .id = xml_number(xml_attribute(attributes, "id"), NUMBER_MAXIMUM, -1) };
    char mark[32];
    int length = snprintf(mark, sizeof mark, "[^%zu]", docx->reference_count);
    docx->is_raised = false;
    append(docx, slice_of(mark, (size_t)length));
}

static void open_note(struct docx *docx, const char *const *attributes)
{
    if (docx->item_count >= NOTES_MAXIMUM)
        return;
    if (docx->item_count == docx->item_capacity)
        docx->items = memory_grow(docx->items, &docx->item_capacity, docx->item_count + 1, sizeof *docx->items);
    docx->items[docx->item_count++] =
        (struct note){ .start = docx->notes.length,
                       .end = docx->notes.length,
                       .is_endnote = docx->in_endnotes,
                       .id = xml_number(xml_attribute(attributes, "id"), NUMBER_MAXIMUM, -1) };
}

static void close_note(struct docx *docx)
{
    close_lists(docx);
    close_code(docx);
    if (docx->item_count > 0)
        docx->items[docx->item_count - 1].end = docx->notes.length;
}

/* Left out with all that is in them. */
static bool is_left_out(const char *name)
{
    static const char *const names[] = {
        "Fallback",        /* the same once more for older readers */
        "moveFrom",        /* stands again where it was moved to */
        "sdtPr",     "rt", /* reading aids above characters */
        "pPrChange", "rPrChange", "sectPr", "tblPr", "trPr", "tcPr", "tblGrid", "instrText", "delText",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (xml_is(name, names[i]))
            return true;
    return false;
}

static void paragraph_property(struct docx *docx, const char *name, const char *const *attributes)
{
    struct paragraph *paragraph = paragraph_of(docx);
    const char *value = xml_attribute(attributes, "val");
    if (!paragraph || !value || docx->run_properties)
        return;
    struct docx_style *style = &paragraph->style;
    if (xml_is(name, "pStyle")) {
        *style = docx_style_of(&docx->styles, value);
    } else if (xml_is(name, "outlineLvl")) {
        long level = xml_number(value, 8, 9);
        style->heading = level > 8 ? 0 : level < 6 ? (unsigned)level + 1 : 6;
    } else if (xml_is(name, "numId"))
        style->list = xml_number(value, NUMBER_MAXIMUM, DOCX_NO_LIST);
    else if (xml_is(name, "ilvl"))
        style->level = xml_number(value, DOCX_LIST_LEVELS - 1, 0);
}

static bool is_off(const char *value)
{
    return value && (xml_is(value, "0") || xml_is(value, "false") || xml_is(value, "off"));
}

static void run_property(struct docx *docx, const char *name, const char *const *attributes)
{
    const char *value = xml_attribute(attributes, "val");
    if (xml_is(name, "vanish"))
        docx->is_hidden = !is_off(value);
    else if (xml_is(name, "vertAlign"))
        docx->is_raised = value && xml_is(value, "superscript");
}

static void start_paragraph(struct docx *docx)
{
    docx->depth++;
    *paragraph_of(docx) = (struct paragraph){ .style = { .list = DOCX_NO_LIST } };
}

static void line_end(struct docx *docx)
{
    struct paragraph *paragraph = paragraph_of(docx);
    if (docx->is_hidden || !paragraph)
        return;
    if (paragraph->has_begun)
        flow_line_end(docx->flow);
    else if (paragraph->style.is_code)
        append(docx, SLICE("\n"));
}

static void start_table_part(struct docx *docx, const char *name)
{
    struct html_flow *flow = docx->flow;
    if (xml_is(name, "tbl")) {
        close_code(docx);
        close_lists(docx);
        flow_table_start(flow);
    } else if (xml_is(name, "tr") && flow->table_depth > 0)
        flow_row_start(flow);
    else if (xml_is(name, "tc") && flow->table_depth > 0)
        flow_cell_start(flow);
}

static void start_inline(struct docx *docx, const char *name, const char *const *attributes)
{
    if (xml_is(name, "t"))
        docx->in_text = true;
    else if ((xml_is(name, "tab") || xml_is(name, "ptab")) && docx->runs)
        append(docx, docx->flow->pre_depth ? SLICE("\t") : SLICE(" "));
    else if (xml_is(name, "br") || xml_is(name, "cr"))
        line_end(docx);
    else if (xml_is(name, "noBreakHyphen"))
        append(docx, SLICE("-"));
    else if (xml_is(name, "footnoteReference") || xml_is(name, "endnoteReference"))
        append_reference(docx, attributes, name[0] == 'e');
    else if (xml_is(name, "docPr")) {
        const char *description = xml_attribute(attributes, "descr");
        if (description && *description && !docx->is_hidden) {
            append(docx, SLICE(""));
            office_append_image(docx->office, docx->flow, description);
        }
    }
}

static void start_element(void *context, const char *name, const char *const *attributes)
{
    struct docx *docx = context;
    if (docx->skipped || is_left_out(name))
        docx->skipped++;
    else if (docx->run_properties || xml_is(name, "rPr")) {
        docx->run_properties++;
        if (!docx->properties)
            run_property(docx, name, attributes);
    } else if (docx->properties || xml_is(name, "pPr")) {
        docx->properties++;
        paragraph_property(docx, name, attributes);
    } else if (xml_is(name, "p"))
        start_paragraph(docx);
    else if (xml_is(name, "r")) {
        docx->runs++;
        docx->is_hidden = docx->is_raised = false;
    } else if (xml_is(name, "footnote") || xml_is(name, "endnote"))
        open_note(docx, attributes);
    else if (name[0] == 't' && (name[1] == 'b' || name[1] == 'r' || name[1] == 'c'))
        start_table_part(docx, name);
    else
        start_inline(docx, name, attributes);
}

static void end_element(void *context, const char *name)
{
    struct docx *docx = context;
    struct html_flow *flow = docx->flow;
    docx->in_text = false;
    if (docx->skipped)
        docx->skipped--;
    else if (docx->run_properties)
        docx->run_properties--;
    else if (docx->properties)
        docx->properties--;
    else if (xml_is(name, "p"))
        end_paragraph(docx);
    else if (xml_is(name, "r")) {
        docx->runs -= docx->runs > 0;
        docx->is_hidden = docx->is_raised = false;
    } else if (xml_is(name, "footnote") || xml_is(name, "endnote"))
        close_note(docx);
    else if (xml_is(name, "tbl") && flow->table_depth > 0)
        flow_table_end(flow);
    else if (xml_is(name, "tc") && flow->table_depth > 0) {
        close_code(docx);
        close_lists(docx);
        flow_cell_end(flow);
    }
}

static void take_text(void *context, struct slice text)
{
    struct docx *docx = context;
    if (docx->in_text && docx->skipped == 0 && docx->properties == 0 && docx->run_properties == 0)
        append(docx, text);
}

/* Everything but pictures, fonts and what Word keeps for itself. */
static bool is_wanted(struct slice name)
{
    static const struct slice not_read[] = { SLICE_INIT("word/theme/"), SLICE_INIT("word/media/"),
                                             SLICE_INIT("customXml/"), SLICE_INIT("word/embeddings/"),
                                             SLICE_INIT("word/charts/") };
    for (size_t i = 0; i < sizeof not_read / sizeof *not_read; i++)
        if (slice_starts_with(name, not_read[i]))
            return false;
    return slice_ends_with(name, SLICE(".xml")) || slice_ends_with(name, SLICE(".rels"));
}

static bool read_body(struct docx *docx, struct slice part, struct html_flow *flow, struct error *error)
{
    const struct xml_handlers handlers = { docx, start_element, end_element, take_text };
    docx->flow = flow;
    if (!package_parse(&docx->office->package, part, &handlers, error))
        return false;
    close_code(docx);
    close_lists(docx);
    return true;
}

static const struct note *find_note(const struct docx *docx, const struct note *reference)
{
    for (size_t i = 0; i < docx->item_count; i++)
        if (docx->items[i].id == reference->id && docx->items[i].is_endnote == reference->is_endnote)
            return &docx->items[i];
    return NULL;
}

static void append_notes(struct docx *docx)
{
    struct buffer *text = &docx->office->text;
    for (size_t i = 0; i < docx->reference_count && text->length <= docx->office->package.limits.text_maximum; i++) {
        const struct note *note = find_note(docx, &docx->references[i]);
        if (!note)
            continue;
        buffer_append_format(text, "\n\n[^%zu]: ", i + 1);
        buffer_append_slice(text, slice_trim(slice_between(buffer_slice(&docx->notes), note->start, note->end)));
    }
}

static bool read_notes(struct docx *docx, const struct package_relations *relations, struct error *error)
{
    if (docx->reference_count == 0)
        return true;
    docx->notes_flow.output = &docx->notes;
    if (!read_body(docx, package_target_of_kind(relations, "footnotes"), &docx->notes_flow, error))
        return false;
    docx->in_endnotes = true;
    if (!read_body(docx, package_target_of_kind(relations, "endnotes"), &docx->notes_flow, error))
        return false;
    append_notes(docx);
    return true;
}

static bool read_parts(struct docx *docx, struct error *error)
{
    struct office *office = docx->office;
    struct package *package = &office->package;
    struct package_relations relations = { 0 };
    if (!package_gather(package, is_wanted, error) || !package_relations_of(package, SLICE(""), &relations, error))
        return false;
    struct slice body = package_target_of_kind(&relations, "officeDocument");
    struct slice core = package_target_of_kind(&relations, "core-properties");
    if (!package_find(package, body))
        body = SLICE("word/document.xml");
    if (!package_find(package, body))
        return error_set(error, E_DATA, "the Word document has no part 'word/document.xml'");
    return office_read_facts(office, core, error) && package_relations_of(package, body, &relations, error) &&
           docx_read_styles(&docx->styles, package, package_target_of_kind(&relations, "styles"), error) &&
           docx_read_numbering(&docx->styles, package, package_target_of_kind(&relations, "numbering"), error) &&
           read_body(docx, body, &office->flow, error) && office_fits(office, error) &&
           read_notes(docx, &relations, error);
}

bool office_read_docx(struct office *office, struct error *error)
{
    struct docx *docx = memory_allocate_zeroed(1, sizeof *docx);
    docx->office = office;
    bool is_good = read_parts(docx, error);
    docx_styles_release(&docx->styles);
    buffer_release(&docx->notes);
    memory_free(docx->items);
    memory_free(docx->references);
    memory_free(docx);
    return is_good;
}
