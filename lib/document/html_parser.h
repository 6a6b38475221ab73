/* html_parser.h - private to the module: what the tokenizer (html.c) and the stack of open elements share. */
#ifndef DOCUMENT_HTML_PARSER_H
#define DOCUMENT_HTML_PARSER_H

#include "document/html.h"
#include "document/html_flow.h"
#include "document/html_tags.h"

enum { DEPTH_MAXIMUM = 512 /* as browsers: deeper elements are siblings */ };

enum html_open_flag {
    OPEN_HIDES = 1,
    OPEN_FLOWS = 2
}; /* what it holds is left out; its end has an effect on the flow */

struct html_open {
    uint8_t tag;
    uint8_t flags;
    uint16_t name; /* hash of an unknown element's */
};

struct html_parser {
    struct html_flow flow;
    const struct html_settings *settings;
    struct html_facts *facts;
    const char *start, *next, *end;
    bool is_xml;
    bool has_dropped_navigation;
    unsigned hidden;   /* open elements that hide */
    unsigned sections; /* open elements whose footers are content */
    size_t depth;
    size_t overflow; /* open elements beyond the stack */
    uint16_t counts[HTML_TAG_COUNT];
    struct html_open open[DEPTH_MAXIMUM];
};

/* Of a start tag, as far as they matter here. */
struct html_attributes {
    struct slice alternative, language, role, start, value;
    bool hides;         /* by attribute or style */
    bool is_decorative; /* aria-hidden */
    bool is_open;
    bool is_link_sign; /* class headerlink or mw-editsection */
    bool closes_itself;
    uint16_t name; /* hash of an unknown element's name, else 0 */
};

/* From behind a tag's name to behind its '>'; NULL: the tag does not end. */
const char *html_read_attributes(const char *next, const char *end, struct html_attributes *attributes);

/* Closes the nearest open `tag` in scope and what is open in it; the flow hears of every end. name is that of an
 * unknown element, else 0. */
bool html_close(struct html_parser *parser, enum html_tag tag, uint16_t name);
void html_close_all(struct html_parser *parser);

/* What the start tag ends without saying so, whether it hides, its effect on the flow, and its place on the stack.
 * Returns whether what it holds is seen. */
bool html_open(struct html_parser *parser, enum html_tag tag, const struct html_attributes *attributes);

#endif
