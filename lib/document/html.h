/* html.h - HTML to text that reads well: one pass, no tree, linear in the input, no recursion.
 *
 * Headings become "# " lines by level, list items "- " or "1. " lines indented by depth, table rows `a | b | c` lines,
 * <pre> a fenced block; blocks are separated by newlines or blank lines, white space is folded as browsers do,
 * character references are decoded, an image leaves its alternative text in brackets.
 *
 * Left out: scripts, styles, templates, frames, form choices, drawings, what is hidden (`hidden`, display:none,
 * visibility:hidden, and inline elements with aria-hidden), and navigation: <nav>, the roles navigation, search, menu,
 * menubar, toolbar, dialog and alertdialog, and a page's footer (<footer> or role contentinfo outside of article,
 * section and main). <header> and <aside> stay: they often hold the headline or notes. Classes are not looked at but
 * two that mark edit and permanent links. A page of which nothing would remain keeps its navigation.
 *
 * Tokens follow the HTML standard (comments, raw text, attributes, character references); elements are closed by a
 * small stack with the standard's rules for scope and implied ends, which is what text needs of them. */
#ifndef DOCUMENT_HTML_H
#define DOCUMENT_HTML_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

struct html_settings {
    bool keeps_navigation;
    size_t maximum;         /* bytes of text */
    const char *limit_name; /* of maximum, in its message */
};

/* What a page says about itself. Borrowed: from html, or from text. */
struct html_facts {
    struct slice title;    /* text of the first <title>, raw: html_append_decoded() */
    struct slice heading;  /* of the first <h1> in text; empty: none */
    struct slice language; /* of <html lang> */
};

/* html: valid UTF-8. Appends to text, which must be empty. Errors: E_LIMIT. Thread safe. */
bool html_to_text(struct slice html, const struct html_settings *settings, struct buffer *text,
                  struct html_facts *facts, struct error *error) MUST_CHECK;

/* Appends text with its character references decoded. */
void html_append_decoded(struct buffer *output, struct slice text, bool is_attribute);

/* The charset that <meta> or an XML declaration in the first bytes declares, as charset_find names it, or NULL. */
const char *html_declared_charset(struct slice bytes);

/* text without white space around it where it is a language tag such as "en" or "zh-Hant"; else empty. */
struct slice html_language_tag(struct slice text);

/* Decodes the character reference at the start of text (which is '&'): returns how many bytes it takes, 0 when it is
 * none, and writes up to HTML_REFERENCE_BYTES of UTF-8. In attributes "&copy=1" is none. */
enum { HTML_REFERENCE_BYTES = 8 };
size_t html_reference(struct slice text, bool is_attribute, char *bytes, size_t *length);

#endif
