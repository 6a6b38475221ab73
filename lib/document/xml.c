/* xml.c - XML of strangers as a stream of elements and text. */
#include "document/xml.h"

#include <expat.h>

#include "base/memory.h"

enum { PIECE_BYTES = 64 * 1024 };

struct xml_reader {
    const struct xml_handlers *handlers;
    const char *part;
    XML_Parser parser;
    unsigned depth;
    bool has_doctype, is_too_deep;
    int64_t fed;
};

/* Behind the last colon. */
static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct xml_reader *reader = context;
    if (++reader->depth > XML_DEPTH_MAXIMUM) {
        reader->is_too_deep = true;
        XML_StopParser(reader->parser, XML_FALSE);
        return;
    }
    reader->handlers->start(reader->handlers->context, local_name(name), (const char *const *)attributes);
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
    struct xml_reader *reader = context;
    reader->depth--;
    reader->handlers->end(reader->handlers->context, local_name(name));
}

static void XMLCALL on_text(void *context, const XML_Char *text, int length)
{
    struct xml_reader *reader = context;
    reader->handlers->text(reader->handlers->context, slice_of(text, (size_t)length));
}

static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system, const XML_Char *public,
                               int has_subset)
{
    struct xml_reader *reader = context;
    (void)name, (void)system, (void)public, (void)has_subset;
    reader->has_doctype = true;
    XML_StopParser(reader->parser, XML_FALSE);
}

struct xml_reader *xml_open(const struct xml_handlers *handlers, const char *part)
{
    struct xml_reader *reader = memory_allocate_zeroed(1, sizeof *reader);
    reader->handlers = handlers;
    reader->part = part;
    reader->parser = XML_ParserCreate(NULL);
    if (!reader->parser)
        memory_exit(EXIT_OSERR, "out of memory");
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    if (handlers->text)
        XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    return reader;
}

static bool feed_failed(const struct xml_reader *reader, struct error *error)
{
    XML_Parser parser = reader->parser;
    if (reader->has_doctype)
        return error_set(error, E_XML, "part '%s' has a document type declaration, which is refused", reader->part);
    if (reader->is_too_deep)
        return error_set(error, E_LIMIT, "part '%s' nests elements deeper than %d", reader->part, XML_DEPTH_MAXIMUM);
    if (XML_GetErrorCode(parser) == XML_ERROR_NO_MEMORY)
        return error_set(error, E_LIMIT, "part '%s' needs more memory than the decoder has", reader->part);
    return error_set(error, E_XML, "part '%s' is not well-formed at line %lu, column %lu: %s", reader->part,
                     (unsigned long)XML_GetCurrentLineNumber(parser),
                     (unsigned long)XML_GetCurrentColumnNumber(parser) + 1, XML_ErrorString(XML_GetErrorCode(parser)));
}

bool xml_feed(struct xml_reader *reader, struct slice bytes, bool is_last, struct error *error)
{
    do {
        struct slice piece = slice_between(bytes, 0, PIECE_BYTES);
        bytes = slice_from(bytes, piece.length);
        bool ends = is_last && bytes.length == 0;
        reader->fed += (int64_t)piece.length;
        if (XML_Parse(reader->parser, piece.bytes ? piece.bytes : "", (int)piece.length, ends) != XML_STATUS_OK)
            return feed_failed(reader, error);
        /* What expat keeps for later begins where its last event ended. */
        int64_t taken = XML_GetCurrentByteIndex(reader->parser);
        if (taken >= 0 && !ends && reader->fed - taken > XML_TAG_MAXIMUM + PIECE_BYTES)
            return error_set(error, E_LIMIT, "part '%s' has a tag of more than %d bytes", reader->part,
                             XML_TAG_MAXIMUM);
    } while (bytes.length > 0);
    return true;
}

void xml_close(struct xml_reader *reader)
{
    if (!reader)
        return;
    XML_ParserFree(reader->parser);
    memory_free(reader);
}

bool xml_parse(const struct xml_handlers *handlers, const char *part, struct slice bytes, struct error *error)
{
    struct xml_reader *reader = xml_open(handlers, part);
    bool is_good = xml_feed(reader, bytes, true, error);
    xml_close(reader);
    return is_good;
}

const char *xml_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(local_name(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

const char *xml_attribute_exact(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(attributes[i], name) == 0)
            return attributes[i + 1];
    return NULL;
}

long xml_number(const char *text, long maximum, long otherwise)
{
    long number = 0;
    if (!text || !*text)
        return otherwise;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return otherwise;
        number = number * 10 + (*text - '0');
        if (number > maximum)
            return otherwise;
    }
    return number;
}
