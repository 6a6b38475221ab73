/* docx_styles.c - styles and list numbering of Word documents. */
#include "document/docx.h"

#include <stdio.h>

enum { HEADINGS = 6, NUMBER_MAXIMUM = 1000000000 };

struct styles_walk {
    struct docx_styles *styles;
    struct docx_style *open; /* NULL outside of a style */
};

/* "heading 3" to 3, "Title" to 1, other names to 0. */
static unsigned heading_of_name(struct slice name)
{
    struct slice start = SLICE("heading ");
    if (slice_equal_ignore_case(name, SLICE("title")))
        return 1;
    if (name.length != start.length + 1 || !slice_equal_ignore_case(slice_between(name, 0, start.length), start))
        return 0;
    char digit = name.bytes[start.length];
    return digit >= '1' && digit <= '9' ? (digit <= '0' + HEADINGS ? (unsigned)(digit - '0') : HEADINGS) : 0;
}

static bool is_code_name(struct slice name)
{
    static const struct slice names[] = { SLICE_INIT("source code"), SLICE_INIT("html preformatted"),
                                          SLICE_INIT("code"),        SLICE_INIT("preformatted text"),
                                          SLICE_INIT("code block"),  SLICE_INIT("macro text") };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal_ignore_case(name, names[i]))
            return true;
    return false;
}

static void open_style(struct styles_walk *walk, const char *const *attributes)
{
    struct docx_styles *styles = walk->styles;
    const char *id = xml_attribute(attributes, "styleId");
    bool is_new = false;
    walk->open = NULL;
    if (!id)
        return;
    struct map_entry *entry = map_insert(&styles->by_id, slice_of_string(id), &is_new);
    if (!is_new)
        return;
    if (styles->style_count == styles->style_capacity)
        styles->styles = arena_grow(&styles->arena, styles->styles, &styles->style_capacity, styles->style_count + 1,
                                    sizeof *styles->styles);
    entry->value = styles->style_count;
    walk->open = &styles->styles[styles->style_count++];
    *walk->open = (struct docx_style){ .list = DOCX_NO_LIST };
}

static void start_of_style(void *context, const char *name, const char *const *attributes)
{
    struct styles_walk *walk = context;
    struct docx_style *style = walk->open;
    const char *value = xml_attribute(attributes, "val");
    if (xml_is(name, "style"))
        open_style(walk, attributes);
    else if (!style || !value)
        return;
    else if (xml_is(name, "name")) {
        unsigned heading = heading_of_name(slice_of_string(value));
        if (heading && !style->has_outline)
            style->heading = heading;
        style->is_code = is_code_name(slice_of_string(value));
    } else if (xml_is(name, "basedOn"))
        style->base = arena_copy(&walk->styles->arena, slice_of_string(value));
    else if (xml_is(name, "outlineLvl") && style->heading == 0) {
        long level = xml_number(value, DOCX_LIST_LEVELS, DOCX_LIST_LEVELS);
        style->has_outline = true;
        style->heading = level >= DOCX_LIST_LEVELS ? 0 : level < HEADINGS ? (unsigned)level + 1 : HEADINGS;
    } else if (xml_is(name, "numId"))
        style->list = xml_number(value, NUMBER_MAXIMUM, DOCX_NO_LIST);
    else if (xml_is(name, "ilvl"))
        style->level = xml_number(value, DOCX_LIST_LEVELS - 1, 0);
}

static void end_of_style(void *context, const char *name)
{
    struct styles_walk *walk = context;
    if (xml_is(name, "style"))
        walk->open = NULL;
}

bool docx_read_styles(struct docx_styles *styles, struct package *package, struct slice part, struct error *error)
{
    struct styles_walk walk = { styles, NULL };
    struct xml_handlers handlers = { &walk, start_of_style, end_of_style, NULL };
    return package_parse(package, part, &handlers, error);
}

struct docx_style docx_style_of(const struct docx_styles *styles, const char *id)
{
    struct docx_style result = { .list = DOCX_NO_LIST };
    struct slice next = slice_of_string(id);
    for (int i = 0; i < DOCX_CHAIN_MAXIMUM && next.length; i++) {
        const struct map_entry *entry = map_find(&styles->by_id, next);
        if (!entry)
            break;
        const struct docx_style *style = &styles->styles[entry->value];
        if (result.heading == 0 && !result.has_outline) {
            result.heading = style->heading;
            result.has_outline = style->has_outline;
        }
        if (result.list == DOCX_NO_LIST && style->list != DOCX_NO_LIST) {
            result.list = style->list;
            result.level = style->level;
        }
        result.is_code |= style->is_code;
        next = style->base;
    }
    return result;
}

struct numbering_walk {
    struct docx_styles *styles;
    size_t open; /* index + 1 of the abstract list, 0 outside of one */
    long level;  /* of it, DOCX_NO_LIST outside of one */
    struct slice list;
};

static void open_abstract(struct numbering_walk *walk, const char *id)
{
    struct docx_styles *styles = walk->styles;
    if (!id)
        return;
    if (styles->abstract_count == styles->abstract_capacity)
        styles->abstracts = arena_grow(&styles->arena, styles->abstracts, &styles->abstract_capacity,
                                       styles->abstract_count + 1, sizeof *styles->abstracts);
    struct docx_abstract *abstract = &styles->abstracts[styles->abstract_count++];
    *abstract = (struct docx_abstract){ 0 };
    for (size_t i = 0; i < DOCX_LIST_LEVELS; i++)
        abstract->start[i] = 1;
    map_insert(&styles->abstract_ids, slice_of_string(id), NULL)->value = styles->abstract_count;
    walk->open = styles->abstract_count;
}

static void start_of_numbering(void *context, const char *name, const char *const *attributes)
{
    struct numbering_walk *walk = context;
    struct docx_styles *styles = walk->styles;
    const char *value = xml_attribute(attributes, "val");
    struct docx_abstract *abstract = walk->open ? &styles->abstracts[walk->open - 1] : NULL;
    if (xml_is(name, "abstractNum")) {
        walk->level = DOCX_NO_LIST;
        open_abstract(walk, xml_attribute(attributes, "abstractNumId"));
    } else if (xml_is(name, "num")) {
        const char *id = xml_attribute(attributes, "numId");
        walk->list = arena_copy(&styles->arena, slice_of_string(id ? id : ""));
    } else if (xml_is(name, "abstractNumId") && value && walk->list.length) {
        const struct map_entry *entry = map_find(&styles->abstract_ids, slice_of_string(value));
        map_insert(&styles->lists, walk->list, NULL)->value = entry ? entry->value : 0;
    } else if (xml_is(name, "lvl") && abstract)
        walk->level = xml_number(xml_attribute(attributes, "ilvl"), DOCX_LIST_LEVELS - 1, DOCX_NO_LIST);
    else if (!abstract || walk->level == DOCX_NO_LIST || !value)
        return;
    else if (xml_is(name, "numFmt"))
        abstract->is_ordered[walk->level] = !xml_is(value, "bullet") && !xml_is(value, "none");
    else if (xml_is(name, "start"))
        abstract->start[walk->level] = xml_number(value, NUMBER_MAXIMUM, 1);
}

static void end_of_numbering(void *context, const char *name)
{
    struct numbering_walk *walk = context;
    if (xml_is(name, "abstractNum"))
        walk->open = 0;
    else if (xml_is(name, "num"))
        walk->list = SLICE("");
    else if (xml_is(name, "lvl"))
        walk->level = DOCX_NO_LIST;
}

bool docx_read_numbering(struct docx_styles *styles, struct package *package, struct slice part, struct error *error)
{
    struct numbering_walk walk = { .styles = styles, .level = DOCX_NO_LIST };
    struct xml_handlers handlers = { &walk, start_of_numbering, end_of_numbering, NULL };
    return package_parse(package, part, &handlers, error);
}

struct docx_abstract *docx_list_of(const struct docx_styles *styles, long number)
{
    char text[24];
    if (number <= 0)
        return NULL;
    int length = snprintf(text, sizeof text, "%ld", number);
    const struct map_entry *entry = map_find(&styles->lists, slice_of(text, (size_t)length));
    return entry && entry->value ? &styles->abstracts[entry->value - 1] : NULL;
}

void docx_styles_release(struct docx_styles *styles)
{
    map_release(&styles->by_id);
    map_release(&styles->lists);
    map_release(&styles->abstract_ids);
    arena_release(&styles->arena);
}
