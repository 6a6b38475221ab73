/* office.c - what the readers of office files and books share. */
#include "document/office.h"

#include "base/memory.h"
#include "base/utf8.h"

/* Bytes to code points. */
static void count_pages(struct office *office)
{
    struct slice text = buffer_slice(&office->text);
    size_t bytes = 0, points = 0;
    for (size_t i = 0; i < office->page_count; i++) {
        size_t place = (size_t)office->pages[i];
        points += utf8_count(slice_between(text, bytes, place));
        bytes = place;
        office->pages[i] = (int64_t)points;
    }
}

bool office_read(struct office *office, const char *format, struct error *error)
{
    static const struct {
        const char *format;
        bool (*read)(struct office *office, struct error *error);
    } readers[] = {
        { "docx", office_read_docx }, { "pptx", office_read_pptx }, { "xlsx", office_read_xlsx },
        { "odt", office_read_odf },   { "ods", office_read_odf },   { "odp", office_read_odf },
        { "epub", office_read_epub },
    };
    office->flow.output = &office->text;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (strcmp(format, readers[i].format) == 0) {
            bool is_good = readers[i].read(office, error) && office_fits(office, error);
            count_pages(office);
            return is_good;
        }
    return error_set(error, E_INTERNAL, "'%s' is no format of an office file", format);
}

void office_release(struct office *office)
{
    package_release(&office->package);
    buffer_release(&office->text);
    for (size_t i = 0; i < OFFICE_FACTS; i++)
        buffer_release(&office->facts[i]);
    memory_free(office->pages);
}

bool office_fits(const struct office *office, struct error *error)
{
    size_t maximum = office->package.limits.text_maximum;
    if (office->text.length <= maximum)
        return true;
    return error_set(error, E_LIMIT, "the text has more than the %zu bytes of --max-document-bytes", maximum);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void office_append(struct office *office, struct html_flow *flow, struct slice text)
{
    if (flow->output->length + text.length > office->package.limits.text_maximum) {
        /* One byte too many is enough for office_fits() to see it. */
        text = SLICE("");
        if (flow->output->length <= office->package.limits.text_maximum)
            buffer_append_repeated(flow->output, '.', office->package.limits.text_maximum + 1 - flow->output->length);
    }
    if (flow->pre_depth) {
        if (text.length)
            flow_append(flow, text);
        return;
    }
    for (size_t i = 0; i < text.length;) {
        size_t start = i;
        while (i < text.length && !is_space(text.bytes[i]))
            i++;
        if (i > start)
            flow_append(flow, slice_between(text, start, i));
        for (; i < text.length && is_space(text.bytes[i]); i++)
            flow_space(flow);
    }
}

void office_append_image(struct office *office, struct html_flow *flow, const char *description)
{
    struct slice text = slice_trim(slice_of_string(description));
    if (text.length == 0 || flow->pre_depth)
        return;
    flow_append(flow, SLICE("["));
    office_append(office, flow, text);
    flow_append(flow, SLICE("]"));
}

void office_fact_start(struct office_facts_walk *walk, const char *name, const char *const *attributes)
{
    static const struct {
        const char *name;
        enum office_fact fact;
    } elements[] = {
        { "title", OFFICE_TITLE },
        { "creator", OFFICE_AUTHOR },
        { "language", OFFICE_LANGUAGE },
        { "created", OFFICE_CREATED },
        { "modified", OFFICE_MODIFIED }, /* dcterms, of Office Open XML */
        { "initial-creator", OFFICE_AUTHOR },
        { "creation-date", OFFICE_CREATED },     /* of OpenDocument */
        { "dcterms:modified", OFFICE_MODIFIED }, /* <meta property> of EPUB 3 */
    };
    const char *property = xml_attribute(attributes, "property");
    if (xml_is(name, "meta") && property)
        name = property;
    walk->open = NULL;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (xml_is(name, elements[i].name) && walk->office->facts[elements[i].fact].length == 0)
            walk->open = &walk->office->facts[elements[i].fact];
}

void office_fact_text(struct office_facts_walk *walk, struct slice text)
{
    if (walk->open && walk->open->length + text.length <= OFFICE_FACT_BYTES)
        buffer_append_slice(walk->open, text);
}

void office_fact_end(struct office_facts_walk *walk)
{
    walk->open = NULL;
}

static void facts_start(void *context, const char *name, const char *const *attributes)
{
    office_fact_start(context, name, attributes);
}

static void facts_text(void *context, struct slice text)
{
    office_fact_text(context, text);
}

static void facts_end(void *context, const char *name)
{
    (void)name;
    office_fact_end(context);
}

bool office_read_facts(struct office *office, struct slice part, struct error *error)
{
    struct office_facts_walk walk = { .office = office };
    struct xml_handlers handlers = { &walk, facts_start, facts_end, facts_text };
    return package_parse(&office->package, part, &handlers, error);
}

/* Neighbours must differ by a character at least, else one of the pages would not count: an empty page is a newline. */
void office_page(struct office *office)
{
    if (office->page_count > 0 && office->pages[office->page_count - 1] == (int64_t)office->text.length)
        buffer_append_byte(&office->text, '\n');
    if (office->page_count == office->page_capacity)
        office->pages =
            memory_grow(office->pages, &office->page_capacity, office->page_count + 1, sizeof *office->pages);
    office->pages[office->page_count++] = (int64_t)office->text.length; /* bytes, made code points at the end */
}
