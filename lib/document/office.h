/* office.h - office files and books to one text. Private to document; in the decoder child only.
 *
 * The text has the form that html.h describes: '#' headings, list markers, `a | b` rows. Notes stand at its end and are
 * marked [^1]; comments, deleted text, headers and footers are left out. */
#ifndef DOCUMENT_OFFICE_H
#define DOCUMENT_OFFICE_H

#include "document/html_flow.h"
#include "document/package.h"

/* What a file says about itself, as it stands there. */
enum office_fact { OFFICE_TITLE, OFFICE_AUTHOR, OFFICE_LANGUAGE, OFFICE_CREATED, OFFICE_MODIFIED, OFFICE_FACTS };
enum { OFFICE_FACT_BYTES = 4096 };

struct office {
    struct package package;
    bool keeps_navigation; /* of the pages of a book */
    struct buffer text;
    struct html_flow flow; /* of text */
    struct buffer facts[OFFICE_FACTS];
    int64_t *pages; /* code points at which slides begin; memory_free() */
    size_t page_count, page_capacity;
};

/* format: the name of a row in the table of formats. office has its package's open, context, size and limits set. */
bool office_read(struct office *office, const char *format, struct error *error) MUST_CHECK;
void office_release(struct office *office);

/* The formats. */
bool office_read_docx(struct office *office, struct error *error) MUST_CHECK;
bool office_read_pptx(struct office *office, struct error *error) MUST_CHECK;
bool office_read_xlsx(struct office *office, struct error *error) MUST_CHECK;
bool office_read_odf(struct office *office, struct error *error) MUST_CHECK;
bool office_read_epub(struct office *office, struct error *error) MUST_CHECK;

/* XHTML as HTML has it: an element that ends in its own tag gets an end tag, but for those that never have one. */
void epub_append_html(struct buffer *html, struct slice xhtml);

/* Text into a flow, white space folded, or kept inside of pre. Beyond text_maximum nothing is appended. */
void office_append(struct office *office, struct html_flow *flow, struct slice text);
/* An image's description, in brackets. */
void office_append_image(struct office *office, struct html_flow *flow, const char *description);

/* false with E_LIMIT once the text is longer than it may be. */
bool office_fits(const struct office *office, struct error *error) MUST_CHECK;

/* Handlers for a part with facts in Dublin Core elements: docProps/core.xml, meta.xml, the head of an OPF file. The
 * first value of each stands. */
struct office_facts_walk {
    struct office *office;
    struct buffer *open; /* of the element under way, NULL in any other */
};
void office_fact_start(struct office_facts_walk *walk, const char *name, const char *const *attributes);
void office_fact_text(struct office_facts_walk *walk, struct slice text);
void office_fact_end(struct office_facts_walk *walk);
/* Parses the part of that name for nothing else. */
bool office_read_facts(struct office *office, struct slice part, struct error *error) MUST_CHECK;

/* A page begins at the next text. */
void office_page(struct office *office);

#endif
