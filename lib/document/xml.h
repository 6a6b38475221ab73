/* xml.h - XML of strangers as a stream of elements and text. Private to document; the one wrapper of expat.
 *
 * A document type declaration is refused where it stands, so there are no entities to expand but the five of XML, and
 * nothing outside of the text is ever fetched. Names come without their prefix: the formats that are read here can do
 * without namespaces, and files in the strict and the usual form of Office Open XML differ in nothing else. One thread;
 * in the decoder child only. */
#ifndef DOCUMENT_XML_H
#define DOCUMENT_XML_H

#include <string.h>

#include "base/error.h"
#include "base/slice.h"

enum {
    XML_DEPTH_MAXIMUM = 512,      /* elements around an element */
    XML_TAG_MAXIMUM = 1024 * 1024 /* bytes of one tag: expat reads an unfinished one again with each piece */
};

/* attributes: name, value, name, value, NULL; names with their prefix. */
struct xml_handlers {
    void *context;
    void (*start)(void *context, const char *name, const char *const *attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, struct slice text); /* valid UTF-8, in pieces of any size; NULL: not wanted */
};

struct xml_reader;

/* part: the file's name inside its container, for messages; both are borrowed. Owned: xml_close(). */
struct xml_reader *xml_open(const struct xml_handlers *handlers, const char *part);

/* The next bytes; the last call has is_last and may have none. Errors, which name the part: E_XML not well-formed or
 * with a document type declaration; E_LIMIT. */
bool xml_feed(struct xml_reader *reader, struct slice bytes, bool is_last, struct error *error) MUST_CHECK;

void xml_close(struct xml_reader *reader); /* NULL is fine */

/* All of it at once. */
bool xml_parse(const struct xml_handlers *handlers, const char *part, struct slice bytes,
               struct error *error) MUST_CHECK;

/* The value of the attribute of that name, whatever its prefix; NULL without one. */
const char *xml_attribute(const char *const *attributes, const char *name);
/* The same with the prefix as it is written: "r:id" beside "id". */
const char *xml_attribute_exact(const char *const *attributes, const char *name);

/* A whole number from 0 to maximum, else otherwise; text may be NULL. */
long xml_number(const char *text, long maximum, long otherwise);

static inline bool xml_is(const char *name, const char *wanted)
{
    return strcmp(name, wanted) == 0;
}

#endif
