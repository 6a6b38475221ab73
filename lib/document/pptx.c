/* pptx.c - presentations to text: a page for each slide, its title a heading, its notes behind it. Source: ECMA-376
 * part 1, chapters 19 (PresentationML) and 21 (DrawingML). */
#include "document/office.h"

enum { LEVELS = 9, SLIDES_MAXIMUM = 10000 };

struct slide_walk {
    struct office *office;
    unsigned skipped; /* as in docx.c */
    unsigned shapes;  /* open */
    bool is_notes;    /* the part is a page of notes */
    bool is_title;    /* the shape */
    bool is_body;     /* its paragraphs are list items */
    bool is_left_out; /* a slide number, date or footer, or on a page of notes anything but the notes */
    bool has_no_bullet, has_number;
    long level;
    bool has_begun; /* the paragraph has text */
    bool in_text;
    bool has_notes; /* text of them */
};

static void close_lists(struct html_flow *flow)
{
    while (flow->list_depth > 0)
        flow_list_end(flow);
}

static void placeholder(struct slide_walk *walk, const char *const *attributes)
{
    const char *type = xml_attribute(attributes, "type");
    if (!type)
        type = "obj";
    walk->is_title = !walk->is_notes && (xml_is(type, "title") || xml_is(type, "ctrTitle"));
    walk->is_left_out = xml_is(type, "sldNum") || xml_is(type, "dt") || xml_is(type, "ftr") || xml_is(type, "hdr") ||
                        (walk->is_notes && !xml_is(type, "body"));
    walk->is_body = !walk->is_notes && (xml_is(type, "body") || xml_is(type, "obj"));
}

static void open_item(struct slide_walk *walk)
{
    struct html_flow *flow = &walk->office->flow;
    unsigned depth = (unsigned)walk->level + 1;
    while (flow->list_depth > depth)
        flow_list_end(flow);
    if (flow->list_depth == depth && flow->lists[depth - 1].is_ordered != walk->has_number)
        flow_list_end(flow);
    while (flow->list_depth < depth)
        flow_list_start(flow, walk->has_number && flow->list_depth == depth - 1, 1);
    flow_item_start(flow, -1);
}

static void begin_paragraph(struct slide_walk *walk)
{
    struct html_flow *flow = &walk->office->flow;
    walk->has_begun = true;
    if (flow->table_depth > 0)
        flow_space(flow);
    else if (walk->is_title)
        flow_heading_start(flow, 1);
    else if ((walk->is_body || walk->has_number) && !walk->has_no_bullet)
        open_item(walk);
    else {
        close_lists(flow);
        flow_block(flow, 2);
    }
    if (walk->is_notes && !walk->has_notes)
        office_append(walk->office, flow, SLICE("Notes: "));
    walk->has_notes |= walk->is_notes;
}

static void end_paragraph(struct slide_walk *walk)
{
    struct html_flow *flow = &walk->office->flow;
    if (!walk->has_begun || flow->table_depth > 0)
        return;
    if (walk->is_title)
        flow_heading_end(flow);
    else if (flow->list_depth > 0)
        flow_item_end(flow);
    else
        flow_break(flow, 2);
}

static void append(struct slide_walk *walk, struct slice text)
{
    if (walk->is_left_out)
        return;
    if (!walk->has_begun)
        begin_paragraph(walk);
    office_append(walk->office, &walk->office->flow, text);
}

static void start_of_table(struct slide_walk *walk, const char *name)
{
    struct html_flow *flow = &walk->office->flow;
    if (xml_is(name, "tbl")) {
        close_lists(flow);
        flow_table_start(flow);
    } else if (xml_is(name, "tr") && flow->table_depth > 0)
        flow_row_start(flow);
    else if (xml_is(name, "tc") && flow->table_depth > 0)
        flow_cell_start(flow);
}

static void start_of_shape(struct slide_walk *walk)
{
    walk->shapes++;
    walk->is_title = walk->is_body = walk->is_left_out = false;
    walk->is_left_out = walk->is_notes;
}

static void start_element(void *context, const char *name, const char *const *attributes)
{
    struct slide_walk *walk = context;
    if (walk->skipped || xml_is(name, "Fallback"))
        walk->skipped++;
    else if (xml_is(name, "sp") || xml_is(name, "pic") || xml_is(name, "graphicFrame"))
        start_of_shape(walk);
    else if (xml_is(name, "ph"))
        placeholder(walk, attributes);
    else if (xml_is(name, "cNvPr")) {
        const char *description = xml_attribute(attributes, "descr");
        if (description && *description && !walk->is_left_out && walk->shapes) {
            close_lists(&walk->office->flow);
            flow_block(&walk->office->flow, 2);
            office_append_image(walk->office, &walk->office->flow, description);
            flow_break(&walk->office->flow, 2);
        }
    } else if (xml_is(name, "p")) {
        walk->has_begun = walk->has_no_bullet = walk->has_number = false;
        walk->level = 0;
    } else if (xml_is(name, "pPr"))
        walk->level = xml_number(xml_attribute(attributes, "lvl"), LEVELS - 1, 0);
    else if (xml_is(name, "buNone"))
        walk->has_no_bullet = true;
    else if (xml_is(name, "buAutoNum"))
        walk->has_number = true;
    else if (xml_is(name, "t"))
        walk->in_text = true;
    else if (xml_is(name, "br") && walk->has_begun)
        flow_line_end(&walk->office->flow);
    else
        start_of_table(walk, name);
}

static void end_element(void *context, const char *name)
{
    struct slide_walk *walk = context;
    struct html_flow *flow = &walk->office->flow;
    walk->in_text = false;
    if (walk->skipped)
        walk->skipped--;
    else if (xml_is(name, "p"))
        end_paragraph(walk);
    else if (xml_is(name, "sp") || xml_is(name, "pic") || xml_is(name, "graphicFrame")) {
        walk->shapes -= walk->shapes > 0;
        close_lists(flow);
    } else if (xml_is(name, "tbl") && flow->table_depth > 0)
        flow_table_end(flow);
    else if (xml_is(name, "tc") && flow->table_depth > 0)
        flow_cell_end(flow);
}

static void take_text(void *context, struct slice text)
{
    struct slide_walk *walk = context;
    if (walk->in_text && walk->skipped == 0)
        append(walk, text);
}

static bool read_page(struct office *office, struct slice part, bool is_notes, struct error *error)
{
    struct slide_walk walk = { .office = office, .is_notes = is_notes };
    const struct xml_handlers handlers = { &walk, start_element, end_element, take_text };
    if (!package_parse(&office->package, part, &handlers, error))
        return false;
    close_lists(&office->flow);
    flow_block(&office->flow, 2);
    return true;
}

static bool read_slide(struct office *office, struct slice part, struct error *error)
{
    struct package_relations relations = { 0 };
    office_page(office);
    return read_page(office, part, false, error) && package_relations_of(&office->package, part, &relations, error) &&
           read_page(office, package_target_of_kind(&relations, "notesSlide"), true, error) &&
           office_fits(office, error);
}

struct slides {
    struct package *package;
    struct package_relations relations;
    struct slice *parts; /* of the slides, in their order; in the package's arena */
    size_t count, capacity;
};

static void start_of_presentation(void *context, const char *name, const char *const *attributes)
{
    struct slides *slides = context;
    if (!xml_is(name, "sldId"))
        return;
    struct slice part = package_target(&slides->relations, xml_attribute_exact(attributes, "r:id"));
    if (!package_find(slides->package, part) || slides->count >= SLIDES_MAXIMUM)
        return;
    if (slides->count == slides->capacity)
        slides->parts = arena_grow(&slides->package->arena, slides->parts, &slides->capacity, slides->count + 1,
                                   sizeof *slides->parts);
    slides->parts[slides->count++] = part;
}

static void end_nothing(void *context, const char *name)
{
    (void)context;
    (void)name;
}

static bool is_wanted(struct slice name)
{
    static const struct slice not_read[] = { SLICE_INIT("ppt/theme/"),        SLICE_INIT("ppt/media/"),
                                             SLICE_INIT("ppt/slideLayouts/"), SLICE_INIT("ppt/slideMasters/"),
                                             SLICE_INIT("customXml/"),        SLICE_INIT("ppt/embeddings/"),
                                             SLICE_INIT("ppt/charts/"),       SLICE_INIT("ppt/diagrams/") };
    for (size_t i = 0; i < sizeof not_read / sizeof *not_read; i++)
        if (slice_starts_with(name, not_read[i]))
            return false;
    return slice_ends_with(name, SLICE(".xml")) || slice_ends_with(name, SLICE(".rels"));
}

bool office_read_pptx(struct office *office, struct error *error)
{
    struct package *package = &office->package;
    struct package_relations relations = { 0 };
    if (!package_gather(package, is_wanted, error) || !package_relations_of(package, SLICE(""), &relations, error))
        return false;
    struct slice main = package_target_of_kind(&relations, "officeDocument");
    if (!package_find(package, main))
        main = SLICE("ppt/presentation.xml");
    if (!package_find(package, main))
        return error_set(error, E_DATA, "the presentation has no part 'ppt/presentation.xml'");
    struct slides slides = { .package = package };
    const struct xml_handlers handlers = { &slides, start_of_presentation, end_nothing, NULL };
    if (!office_read_facts(office, package_target_of_kind(&relations, "core-properties"), error) ||
        !package_relations_of(package, main, &slides.relations, error) ||
        !package_parse(package, main, &handlers, error))
        return false;
    for (size_t i = 0; i < slides.count; i++)
        if (!read_slide(office, slides.parts[i], error))
            return false;
    return true;
}
