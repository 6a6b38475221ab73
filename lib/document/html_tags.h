/* html_tags.h - private to the module: the elements of HTML and what each means for text. */
#ifndef DOCUMENT_HTML_TAGS_H
#define DOCUMENT_HTML_TAGS_H

#include <stdint.h>

#include "base/slice.h"

enum {
    TAG_LINE = 1,      /* a line of its own */
    TAG_BLOCK = 2,     /* a blank line around it */
    TAG_OPEN = 4,      /* kept on the stack of open elements */
    TAG_VOID = 8,      /* has no content */
    TAG_RAW = 16,      /* its content is raw text, left out */
    TAG_DROP = 32,     /* left out with all it holds */
    TAG_SECTION = 64,  /* a footer inside belongs to it, not to the page */
    TAG_SCOPE = 128,   /* an end tag does not reach beyond it */
    TAG_APART = 256,   /* an inline box: white space around it */
    TAG_HEADING = 512, /* level in the last digit of its name */
    TAG_LIST = 1024,
    TAG_FOREIGN = 2048, /* svg, math */
    TAG_NONE = 0
};

/* Lines, blocks and containers, in the order of their names. */
#define HTML_TAGS(TAG)                                                                                                 \
    TAG(a, TAG_NONE)                                                                                                   \
    TAG(address, TAG_LINE | TAG_OPEN)                                                                                  \
    TAG(annotation, TAG_DROP | TAG_OPEN)                                                                               \
    TAG(applet, TAG_OPEN | TAG_SCOPE)                                                                                  \
    TAG(area, TAG_VOID)                                                                                                \
    TAG(article, TAG_BLOCK | TAG_OPEN | TAG_SECTION)                                                                   \
    TAG(aside, TAG_BLOCK | TAG_OPEN)                                                                                   \
    TAG(audio, TAG_DROP | TAG_OPEN)                                                                                    \
    TAG(base, TAG_VOID)                                                                                                \
    TAG(blockquote, TAG_BLOCK | TAG_OPEN)                                                                              \
    TAG(body, TAG_LINE)                                                                                                \
    TAG(br, TAG_VOID)                                                                                                  \
    TAG(button, TAG_OPEN | TAG_APART)                                                                                  \
    TAG(canvas, TAG_DROP | TAG_OPEN)                                                                                   \
    TAG(caption, TAG_LINE | TAG_OPEN | TAG_SCOPE)                                                                      \
    TAG(center, TAG_LINE | TAG_OPEN)                                                                                   \
    TAG(col, TAG_VOID)                                                                                                 \
    TAG(datalist, TAG_DROP | TAG_OPEN)                                                                                 \
    TAG(dd, TAG_LINE | TAG_OPEN)                                                                                       \
    TAG(details, TAG_BLOCK | TAG_OPEN)                                                                                 \
    TAG(dialog, TAG_LINE | TAG_OPEN)                                                                                   \
    TAG(dir, TAG_LINE | TAG_OPEN | TAG_LIST)                                                                           \
    TAG(div, TAG_LINE | TAG_OPEN)                                                                                      \
    TAG(dl, TAG_BLOCK | TAG_OPEN)                                                                                      \
    TAG(dt, TAG_LINE | TAG_OPEN)                                                                                       \
    TAG(embed, TAG_VOID)                                                                                               \
    TAG(fieldset, TAG_BLOCK | TAG_OPEN)                                                                                \
    TAG(figcaption, TAG_LINE | TAG_OPEN)                                                                               \
    TAG(figure, TAG_BLOCK | TAG_OPEN)                                                                                  \
    TAG(footer, TAG_BLOCK | TAG_OPEN)                                                                                  \
    TAG(foreignobject, TAG_OPEN)                                                                                       \
    TAG(form, TAG_LINE | TAG_OPEN)                                                                                     \
    TAG(frame, TAG_VOID)                                                                                               \
    TAG(h1, TAG_BLOCK | TAG_OPEN | TAG_HEADING)                                                                        \
    TAG(h2, TAG_BLOCK | TAG_OPEN | TAG_HEADING)                                                                        \
    TAG(h3, TAG_BLOCK | TAG_OPEN | TAG_HEADING)                                                                        \
    TAG(h4, TAG_BLOCK | TAG_OPEN | TAG_HEADING)                                                                        \
    TAG(h5, TAG_BLOCK | TAG_OPEN | TAG_HEADING)                                                                        \
    TAG(h6, TAG_BLOCK | TAG_OPEN | TAG_HEADING)                                                                        \
    TAG(head, TAG_NONE)                                                                                                \
    TAG(header, TAG_BLOCK | TAG_OPEN)                                                                                  \
    TAG(hgroup, TAG_BLOCK | TAG_OPEN)                                                                                  \
    TAG(hr, TAG_BLOCK | TAG_VOID)                                                                                      \
    TAG(html, TAG_NONE)                                                                                                \
    TAG(iframe, TAG_RAW)                                                                                               \
    TAG(img, TAG_VOID)                                                                                                 \
    TAG(input, TAG_VOID)                                                                                               \
    TAG(legend, TAG_LINE | TAG_OPEN)                                                                                   \
    TAG(li, TAG_OPEN)                                                                                                  \
    TAG(link, TAG_VOID)                                                                                                \
    TAG(listing, TAG_OPEN)                                                                                             \
    TAG(main, TAG_BLOCK | TAG_OPEN | TAG_SECTION)                                                                      \
    TAG(marquee, TAG_LINE | TAG_OPEN | TAG_SCOPE)                                                                      \
    TAG(math, TAG_OPEN | TAG_FOREIGN)                                                                                  \
    TAG(menu, TAG_LINE | TAG_OPEN | TAG_LIST)                                                                          \
    TAG(meta, TAG_VOID)                                                                                                \
    TAG(nav, TAG_BLOCK | TAG_OPEN)                                                                                     \
    TAG(noembed, TAG_RAW)                                                                                              \
    TAG(noframes, TAG_RAW)                                                                                             \
    TAG(noscript, TAG_DROP | TAG_OPEN)                                                                                 \
    TAG(object, TAG_OPEN | TAG_SCOPE)                                                                                  \
    TAG(ol, TAG_OPEN | TAG_LIST)                                                                                       \
    TAG(p, TAG_BLOCK)                                                                                                  \
    TAG(param, TAG_VOID)                                                                                               \
    TAG(plaintext, TAG_OPEN)                                                                                           \
    TAG(pre, TAG_OPEN)                                                                                                 \
    TAG(q, TAG_NONE)                                                                                                   \
    TAG(script, TAG_RAW)                                                                                               \
    TAG(search, TAG_LINE | TAG_OPEN)                                                                                   \
    TAG(section, TAG_BLOCK | TAG_OPEN | TAG_SECTION)                                                                   \
    TAG(select, TAG_DROP | TAG_OPEN)                                                                                   \
    TAG(source, TAG_VOID)                                                                                              \
    TAG(span, TAG_NONE)                                                                                                \
    TAG(style, TAG_RAW)                                                                                                \
    TAG(summary, TAG_LINE | TAG_OPEN)                                                                                  \
    TAG(sup, TAG_NONE)                                                                                                 \
    TAG(svg, TAG_DROP | TAG_OPEN | TAG_FOREIGN)                                                                        \
    TAG(table, TAG_OPEN | TAG_SCOPE)                                                                                   \
    TAG(tbody, TAG_NONE)                                                                                               \
    TAG(td, TAG_OPEN | TAG_SCOPE)                                                                                      \
    TAG(template, TAG_DROP | TAG_OPEN | TAG_SCOPE)                                                                     \
    TAG(textarea, TAG_RAW)                                                                                             \
    TAG(tfoot, TAG_NONE)                                                                                               \
    TAG(th, TAG_OPEN | TAG_SCOPE)                                                                                      \
    TAG(thead, TAG_NONE)                                                                                               \
    TAG(title, TAG_RAW)                                                                                                \
    TAG(tr, TAG_OPEN)                                                                                                  \
    TAG(track, TAG_VOID)                                                                                               \
    TAG(ul, TAG_OPEN | TAG_LIST)                                                                                       \
    TAG(video, TAG_DROP | TAG_OPEN)                                                                                    \
    TAG(wbr, TAG_VOID)                                                                                                 \
    TAG(xmp, TAG_OPEN)

/* HTML_UNKNOWN stands for every other element: inline, never looked at. */
enum html_tag {
    HTML_UNKNOWN,
#define HTML_TAG_ENUMERATOR(name, flags) HTML_##name,
    HTML_TAGS(HTML_TAG_ENUMERATOR)
#undef HTML_TAG_ENUMERATOR
        HTML_TAG_COUNT
};

enum { HTML_TAG_NAME_BYTES = 14 };
struct html_tag_row {
    char name[HTML_TAG_NAME_BYTES + 1]; /* small letters and digits */
    uint8_t length;
    uint16_t flags;
};

/* By enum html_tag. */
extern const struct html_tag_row html_tags[HTML_TAG_COUNT];

/* name: as it stands, letters of any case. readable: up to where memory may be looked at, at least the name's end;
 * eight bytes from its start make it fast. */
enum html_tag html_tag_find(struct slice name, const char *readable);

#endif
