/* office_fuzz.c - fuzz entry: parts of office files and books. The first byte chooses the format; parts are separated
 * by a NUL. Whatever they hold, the text is valid UTF-8 within its limit, and pages rise. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "document/office.h"
#include "zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { PARTS = 6, TEXT_MAXIMUM = 1 << 18 };

static const struct {
    const char *format, *parts[PARTS];
} formats[] = {
    { "docx",
      { "word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "word/endnotes.xml" } },
    { "pptx", { "ppt/slides/s1.xml", "ppt/slides/s2.xml", "ppt/n.xml", "ppt/presentation.xml" } },
    { "xlsx", { "xl/w/s.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml" } },
    { "odt", { "content.xml", "meta.xml" } },
    { "epub", { "OPS/a.xhtml", "OPS/b.opf", "OPS/c.xhtml" } },
};

static const char relations[] = "<R><Relationship Id=\"r1\" Type=\"/officeDocument\" Target=\"%s\"/></R>";
static const char targets[] =
    "<R><Relationship Id=\"r1\" Type=\"/styles\" Target=\"styles.xml\"/><Relationship Id=\"r2\" Type=\"/numbering\" "
    "Target=\"numbering.xml\"/><Relationship Id=\"r3\" Type=\"/footnotes\" Target=\"footnotes.xml\"/><Relationship "
    "Id=\"r4\" Type=\"/endnotes\" Target=\"endnotes.xml\"/><Relationship Id=\"r5\" Type=\"/sharedStrings\" "
    "Target=\"sharedStrings.xml\"/><Relationship Id=\"s1\" Type=\"/worksheet\" Target=\"w/s.xml\"/><Relationship "
    "Id=\"p1\" Type=\"/slide\" Target=\"slides/s1.xml\"/><Relationship Id=\"p2\" Type=\"/slide\" "
    "Target=\"slides/s2.xml\"/></R>";
static const char notes[] = "<R><Relationship Id=\"n\" Type=\"/notesSlide\" Target=\"../n.xml\"/></R>";

static struct archive_reader *open_zip(void *context, struct error *error)
{
    return archive_open_memory(buffer_slice(context), "a", ARCHIVE_MEMBERS, error);
}

static void add_relations(struct zip *zip, const char *format)
{
    static const char *const mains[][3] = {
        { "docx", "word/document.xml", "word/_rels/document.xml.rels" },
        { "pptx", "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels" },
        { "xlsx", "xl/workbook.xml", "xl/_rels/workbook.xml.rels" },
    };
    for (size_t i = 0; i < sizeof mains / sizeof *mains; i++) {
        if (strcmp(format, mains[i][0]) != 0)
            continue;
        struct buffer text = { 0 };
        buffer_append_format(&text, relations, mains[i][1]);
        zip_add(zip, "_rels/.rels", buffer_slice(&text));
        zip_add(zip, mains[i][2], SLICE(targets));
        zip_add(zip, "ppt/slides/_rels/s1.xml.rels", SLICE(notes));
        buffer_release(&text);
    }
    zip_add(zip, "META-INF/container.xml", SLICE("<c><rootfile full-path=\"OPS/b.opf\"/></c>"));
}

static void check(const struct office *office, bool is_read)
{
    if (!is_read)
        return;
    bool is_good = utf8_is_valid(buffer_slice(&office->text)) && office->text.length <= TEXT_MAXIMUM;
    for (size_t i = 1; i < office->page_count; i++)
        is_good = is_good && office->pages[i] > office->pages[i - 1];
    if (!is_good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice rest = slice_of((const char *)bytes, length);
    struct zip zip = { 0 };
    struct error error = { 0 };
    if (length == 0)
        return 0;
    size_t format = bytes[0] % (sizeof formats / sizeof *formats);
    rest = slice_from(rest, 1);
    add_relations(&zip, formats[format].format);
    for (size_t i = 0; i < PARTS && formats[format].parts[i] && rest.length > 0; i++) {
        size_t end = slice_find_byte(rest, '\0');
        zip_add(&zip, formats[format].parts[i], slice_between(rest, 0, end));
        rest = slice_from(rest, end + 1);
    }
    zip_end(&zip);
    struct office office = { .package = { .open = open_zip,
                                          .context = &zip.bytes,
                                          .size = (int64_t)zip.bytes.length,
                                          .limits = { TEXT_MAXIMUM, 1000, 100 } } };
    check(&office, office_read(&office, formats[format].format, &error));
    office_release(&office);
    zip_release(&zip);
    return 0;
}
