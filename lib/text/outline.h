/* outline.h - the headings of a Markdown text, and what must be kept whole in it; private to the module.
 *
 * Headings: ATX (up to three blanks, # to ######, a blank or the end of the line) and setext (a line of = or - under a
 * line of text). Not in fenced code and not in front matter. CommonMark 0.30 where it matters here; block quotes and
 * lists are not looked into. */
#ifndef TEXT_OUTLINE_H
#define TEXT_OUTLINE_H

#include "base/slice.h"
#include "text/breaks.h"

enum { HEADING_LEVELS = 6 };

struct heading {
    size_t start;       /* where its line begins, behind blanks */
    size_t next;        /* first content after it */
    struct slice title; /* borrowed from the text: without # and white space around it */
    unsigned level;     /* 1 to HEADING_LEVELS */
};

/* Memory is kept for the next text. */
struct outline {
    struct heading *headings;
    size_t count;
    size_t capacity;
};

/* Finds the headings and changes the levels of breaks (found, not yet joined): a heading begins a unit of the top level
 * and stays with what follows it, headings that follow each other at once stay together; breaks inside fenced code,
 * tables and front matter go down a level, so that each is one unit as long as it fits. */
void outline_find(struct outline *outline, struct slice text, struct breaks *breaks);

void outline_release(struct outline *outline);

#endif
