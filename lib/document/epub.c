/* epub.c - books to text: their pages in the order of the spine. Source: EPUB 3.3, Open Packaging Format 2.0.
 *
 * Pages are XHTML, and read as HTML is: what is left out there is left out here, and a document type declaration is of
 * no effect. The page with the table of contents is left out. */
#include "base/map.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "document/html.h"
#include "document/office.h"

enum { PAGES_MAXIMUM = 65536 };

struct item {
    struct slice part;
    bool is_page, is_contents;
};

struct book {
    struct office *office;
    struct office_facts_walk facts;
    struct slice opf; /* the part that describes the book */
    struct map by_id; /* index into items */
    struct item *items;
    size_t item_count, item_capacity;
    size_t *spine; /* indexes into items */
    size_t spine_count, spine_capacity;
};

static void start_of_container(void *context, const char *name, const char *const *attributes)
{
    struct book *book = context;
    const char *path = xml_attribute(attributes, "full-path");
    if (xml_is(name, "rootfile") && path && book->opf.length == 0)
        book->opf = package_resolve(&book->office->package, SLICE(""), slice_of_string(path));
}

static void end_nothing(void *context, const char *name)
{
    (void)context;
    (void)name;
}

static void add_item(struct book *book, const char *const *attributes)
{
    struct package *package = &book->office->package;
    const char *id = xml_attribute(attributes, "id"), *href = xml_attribute(attributes, "href");
    const char *type = xml_attribute(attributes, "media-type"), *properties = xml_attribute(attributes, "properties");
    bool is_new = false;
    if (!id || !href || book->item_count >= PAGES_MAXIMUM)
        return;
    struct map_entry *entry = map_insert(&book->by_id, slice_of_string(id), &is_new);
    if (!is_new)
        return;
    if (book->item_count == book->item_capacity)
        book->items = memory_grow(book->items, &book->item_capacity, book->item_count + 1, sizeof *book->items);
    entry->value = book->item_count;
    struct slice words = slice_of_string(properties ? properties : "");
    book->items[book->item_count++] =
        (struct item){ .part = package_resolve(package, book->opf, slice_of_string(href)),
                       .is_page = !type || strstr(type, "html") != NULL,
                       .is_contents = slice_equal(words, SLICE("nav")) || slice_starts_with(words, SLICE("nav ")) ||
                                      slice_ends_with(words, SLICE(" nav")) ||
                                      slice_find(words, SLICE(" nav ")) < words.length };
}

static void add_page(struct book *book, const char *id)
{
    const struct map_entry *entry = id ? map_find(&book->by_id, slice_of_string(id)) : NULL;
    if (!entry || book->spine_count >= PAGES_MAXIMUM)
        return;
    if (book->spine_count == book->spine_capacity)
        book->spine = memory_grow(book->spine, &book->spine_capacity, book->spine_count + 1, sizeof *book->spine);
    book->spine[book->spine_count++] = (size_t)entry->value;
}

static void start_of_opf(void *context, const char *name, const char *const *attributes)
{
    struct book *book = context;
    if (xml_is(name, "item"))
        add_item(book, attributes);
    else if (xml_is(name, "itemref"))
        add_page(book, xml_attribute(attributes, "idref"));
    else
        office_fact_start(&book->facts, name, attributes);
}

static void text_of_opf(void *context, struct slice text)
{
    struct book *book = context;
    office_fact_text(&book->facts, text);
}

static void end_of_opf(void *context, const char *name)
{
    struct book *book = context;
    (void)name;
    office_fact_end(&book->facts);
}

/* Pictures, sounds, fonts and styles are most of a book's bytes. */
static bool is_wanted(struct slice name)
{
    static const struct slice not_read[] = {
        SLICE_INIT(".jpg"), SLICE_INIT(".jpeg"), SLICE_INIT(".png"),   SLICE_INIT(".gif"),
        SLICE_INIT(".svg"), SLICE_INIT(".webp"), SLICE_INIT(".css"),   SLICE_INIT(".ttf"),
        SLICE_INIT(".otf"), SLICE_INIT(".woff"), SLICE_INIT(".woff2"), SLICE_INIT(".mp3"),
        SLICE_INIT(".mp4"), SLICE_INIT(".m4a"),  SLICE_INIT(".js"),    SLICE_INIT(".ncx"),
    };
    for (size_t i = 0; i < sizeof not_read / sizeof *not_read; i++)
        if (name.length >= not_read[i].length &&
            slice_equal_ignore_case(slice_from(name, name.length - not_read[i].length), not_read[i]))
            return false;
    return !slice_equal(name, SLICE("mimetype"));
}

static bool is_void(struct slice name)
{
    static const struct slice names[] = { SLICE_INIT("br"),    SLICE_INIT("hr"),    SLICE_INIT("img"),
                                          SLICE_INIT("meta"),  SLICE_INIT("link"),  SLICE_INIT("input"),
                                          SLICE_INIT("col"),   SLICE_INIT("area"),  SLICE_INIT("base"),
                                          SLICE_INIT("embed"), SLICE_INIT("param"), SLICE_INIT("source"),
                                          SLICE_INIT("track"), SLICE_INIT("wbr") };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal_ignore_case(name, names[i]))
            return true;
    return false;
}

/* The end of the tag at the start of text: behind its '>', which does not stand in quotes. */
static size_t tag_length(struct slice text)
{
    char quote = '\0';
    for (size_t i = 1; i < text.length; i++) {
        char c = text.bytes[i];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return i + 1;
    }
    return text.length;
}

void epub_append_html(struct buffer *html, struct slice xhtml)
{
    while (xhtml.length > 0) {
        size_t start = slice_find_byte(xhtml, '<');
        buffer_append_slice(html, slice_between(xhtml, 0, start));
        xhtml = slice_from(xhtml, start);
        int first = slice_byte(xhtml, 1) | 0x20;
        if (first < 'a' || first > 'z') {
            buffer_append_slice(html, slice_between(xhtml, 0, 1));
            xhtml = slice_from(xhtml, 1);
            continue;
        }
        size_t length = tag_length(xhtml), name = 1;
        struct slice tag = slice_between(xhtml, 0, length);
        while (name < tag.length && tag.bytes[name] > ' ' && tag.bytes[name] != '/' && tag.bytes[name] != '>')
            name++;
        buffer_append_slice(html, tag);
        if (slice_ends_with(tag, SLICE("/>")) && !is_void(slice_between(tag, 1, name))) {
            buffer_append_string(html, "</");
            buffer_append_slice(html, slice_between(tag, 1, name));
            buffer_append_byte(html, '>');
        }
        xhtml = slice_from(xhtml, length);
    }
}

static bool append_page(struct book *book, struct slice bytes, struct error *error)
{
    struct office *office = book->office;
    struct buffer html = { 0 }, repaired = { 0 }, text = { 0 };
    struct html_facts facts;
    if (slice_starts_with(bytes, SLICE("\xef\xbb\xbf")))
        bytes = slice_from(bytes, 3);
    if (!utf8_is_valid(bytes)) {
        utf8_append_repaired(&repaired, bytes);
        bytes = buffer_slice(&repaired);
    }
    epub_append_html(&html, bytes);
    const struct html_settings settings = { office->keeps_navigation, office->package.limits.text_maximum,
                                            "--max-document-bytes" };
    bool is_good = html_to_text(buffer_slice(&html), &settings, &text, &facts, error);
    if (is_good && text.length > 0) {
        buffer_append_string(&office->text, office->text.length ? "\n\n" : "");
        buffer_append_slice(&office->text, buffer_slice(&text));
        is_good = office_fits(office, error);
    }
    buffer_release(&html);
    buffer_release(&repaired);
    buffer_release(&text);
    return is_good;
}

static bool read_pages(struct book *book, struct error *error)
{
    for (size_t i = 0; i < book->spine_count; i++) {
        struct item *item = &book->items[book->spine[i]];
        const struct package_part *part = package_find(&book->office->package, item->part);
        if (!part || !item->is_page || (item->is_contents && !book->office->keeps_navigation))
            continue;
        item->is_page = false; /* each once */
        if (!append_page(book, part->bytes, error))
            return false;
    }
    return true;
}

static bool read_parts(struct book *book, struct error *error)
{
    struct package *package = &book->office->package;
    const struct xml_handlers container = { book, start_of_container, end_nothing, NULL };
    const struct xml_handlers opf = { book, start_of_opf, end_of_opf, text_of_opf };
    if (!package_gather(package, is_wanted, error))
        return false;
    if (package_find(package, SLICE("META-INF/encryption.xml")) && package_find(package, SLICE("META-INF/rights.xml")))
        return error_set(error, E_ENCRYPTED, "the book is encrypted");
    if (!package_parse(package, SLICE("META-INF/container.xml"), &container, error))
        return false;
    if (!package_find(package, book->opf))
        return error_set(error, E_DATA, "the book has no part with its contents (OPF)");
    return package_parse(package, book->opf, &opf, error) && read_pages(book, error);
}

bool office_read_epub(struct office *office, struct error *error)
{
    struct book *book = memory_allocate_zeroed(1, sizeof *book);
    book->office = office;
    book->facts.office = office;
    bool is_good = read_parts(book, error);
    map_release(&book->by_id);
    memory_free(book->items);
    memory_free(book->spine);
    memory_free(book);
    return is_good;
}
