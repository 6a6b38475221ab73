/* html_names.h - private to the module: the table of named character references. */
#ifndef DOCUMENT_HTML_NAMES_H
#define DOCUMENT_HTML_NAMES_H

enum { HTML_NAME_COUNT = 2125, HTML_NAME_BYTES = 32, HTML_OLD_NAME_COUNT = 106, HTML_OLD_NAME_BYTES = 7 };

struct html_name {
    char name[HTML_NAME_BYTES]; /* without & and ; */
    char text[8];               /* UTF-8 */
};

/* Sorted by strcmp. */
extern const struct html_name html_names[HTML_NAME_COUNT];

/* Those that also count without their semicolon, sorted. */
extern const char html_old_names[HTML_OLD_NAME_COUNT][HTML_OLD_NAME_BYTES];

#endif
