/* document.h - bytes of a file in, document records out.
 *
 * A format is recognised by content first, then by name (document_sniff). A decoder turns one file, or one member of an
 * archive, into records `{"id","text","metadata":{...}}`: one for a text, Markdown or HTML file, one a row for CSV,
 * JSONL and a JSON array. Row formats stream: memory holds one row, whatever the length of the file. What a file holds
 * is never trusted: every decoder is linear in its input, recursion-free and bounded by document_options.
 *
 * Text: always valid UTF-8 without a byte order mark. Text and Markdown files are otherwise kept as they are, line ends
 * included, so that offsets mean something in the file too; HTML becomes readable text (html.h says how). Wrong bytes
 * become U+FFFD and are counted in metadata.replaced.
 *
 * Identity: a whole file's id is its source name. A row's id is the value of id_field, else source + "#" + the hash of
 * the row's bytes, and "~2", "~3" for repeats of the same row. A JSON row that is a document already ("id" and "text",
 * both strings) keeps its id and all of its fields; only a missing metadata.source is added. A row of the BEIR layout
 * ("_id", "title", "text") keeps its id; title and text make the text. Nothing that a JSON file says is an order: a row
 * with "deleted" or "garner" is a document like others.
 *
 * An image (with_images) is a document by reference: its text is the attribute "caption", or else "alt", of
 * document_source.metadata, or empty. metadata.width and height are those of its header; metadata.image is the path by
 * which it can be opened, where there is one: no member of an archive has that.
 *
 * metadata, in this order, as far as known: source, mime, bytes and hash (of what the document was made of: the file,
 * the member, or the row), title, language, charset (when not UTF-8), replaced, modified (RFC 3339, UTC), the fields of
 * a row or what the format knows, and last what document_source.metadata brings. Where a row has a field of one of
 * these names, the row's stands. */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/slice.h"
#include "document/date.h"

enum {
    /* Rises when a decoder's output changes or a format is added: ledgers then have files read again. */
    DOCUMENT_RECIPE = 1,
    DOCUMENT_BYTES_MAXIMUM = 48 * 1024 * 1024,   /* default of max_document_bytes: decoded text of one document */
    DOCUMENT_DECODER_MEMORY = 512 * 1024 * 1024, /* default of decoder_memory */
    DOCUMENT_DECODER_SECONDS = 60,               /* default of decoder_seconds */
    DOCUMENT_SNIFF_BYTES = 4096                  /* that many first bytes are enough for document_sniff */
};

enum document_shape {
    DOCUMENT_ONE,     /* the file is one document */
    DOCUMENT_ROWS,    /* one document a row, streamed */
    DOCUMENT_ARCHIVE, /* holds files: not for document_decode */
    DOCUMENT_REFUSED  /* recognised, and not read */
};

/* A row of the table of formats; static. */
struct document_format {
    const char *name;       /* as in --as: "html" */
    const char *title;      /* in messages: "a PDF file" */
    const char *mime;       /* metadata.mime */
    const char *extensions; /* lower case, between spaces: " html htm " */
    enum document_shape shape;
};

/* All formats, `count` of them; the first ones are those that --as takes. */
const struct document_format *document_formats(size_t *count);

/* By the name of --as (or an extension); NULL if there is none. */
const struct document_format *document_format_find(struct slice name);

/* By the extension of a file's name; NULL if it has none that is known. */
const struct document_format *document_format_of_name(struct slice name);

/* A file's extension for a media type in lower case without parameters ("html" for "text/html"); empty: unknown. */
struct slice document_extension_of_mime(struct slice mime);

/* Whether the text of documents with that metadata.mime has Markdown headings. */
bool document_has_headings(struct slice mime);

/* By content, then by the extension of name (which may be empty). first_bytes: the start of the file,
 * DOCUMENT_SNIFF_BYTES of it or all; already decompressed. Never NULL: what is nothing else is text, or binary and
 * refused. */
const struct document_format *document_sniff(struct slice first_bytes, struct slice name);

/* Constant while a decoder uses it; the zeroed struct holds the defaults. */
struct document_options {
    const char *charset;            /* label for bytes that neither declare one nor are UTF-8; NULL: see charset.h */
    const char *const *text_fields; /* columns or JSON paths that make the text, in this order */
    size_t text_field_count;        /* 0: CSV all columns, JSON the field text, content or body, else all values */
    const char *const *metadata_fields; /* columns or JSON paths that go to metadata; {"*"}: all but the text's */
    size_t metadata_field_count;        /* 0: all but the text's when text comes from certain fields, else none */
    const char *id_field;               /* column or JSON path; NULL: own id or hash */
    char delimiter;                     /* of CSV; 0: sniffed among , ; tab | */
    bool has_no_header;                 /* CSV: the first row is data, columns are called column1, column2, ... */
    bool keeps_navigation;              /* HTML: what html.h calls navigation stays */
    bool with_images;                   /* an image is a document by reference, instead of being refused */
    size_t max_document_bytes;          /* decoded text of one document; 0: DOCUMENT_BYTES_MAXIMUM */
    int64_t decoder_memory;             /* address space of a decoder program; 0: the default */
    int64_t max_entries, max_expansion; /* of an office file, as of struct file_settings; 0: the defaults there */
    unsigned decoder_seconds;           /* CPU time of one for a document; 0: the default */
};

/* What goes on from piece to piece of a source that grows: its rows so far. The zeroed struct is a new one. */
struct row_ids;
struct document_growth {
    struct row_ids *ids;     /* of the rows, so that repeats are numbered through */
    const char *row_charset; /* of the rows that are not UTF-8; NULL until there was one */
    int64_t lines;           /* that stand before this piece: kept by the caller */
};
void document_growth_release(struct document_growth *growth);

/* One file or archive member. */
struct document_source {
    struct slice name;  /* metadata.source and the id: "docs/a.md", "docs/x.tar!/a.md"; valid UTF-8 */
    const char *path;   /* as the user knows it, for messages */
    bool is_file;       /* path is that of a file which holds these bytes as they are */
    struct slice bytes; /* the first bytes, borrowed for the whole decode; all of them when read is NULL */
    /* The following bytes: at least one, or none at the end; borrowed until the next call. Errors go through. */
    bool (*read)(void *context, struct slice *bytes, struct error *error);
    void *context;       /* of read */
    struct hash128 hash; /* of all bytes, if the caller has it already */
    bool has_hash;
    const char *charset;            /* as declared around it (HTTP, MIME), a name of charset_find(); NULL: not */
    struct document_growth *growth; /* not NULL: a piece of something that grows, whole rows of it */
    struct slice metadata; /* more members for every document, checked JSON without braces: "\"sha256\":\"...\"" */
};

/* Where records go. */
struct document_sink {
    void *context;
    /* One record: JSON text without newline, valid for the call; line is where it begins in the source (1-based, 0 for
     * a whole file). false: nobody wants more; document_decode returns true at once. */
    bool (*emit)(void *context, struct slice record, int64_t line);
    /* A row that cannot be used: error is placed (path, line), raw are its bytes (perhaps cut). The decode goes on with
     * the next row. false as above. */
    bool (*reject)(void *context, const struct error *error, struct slice raw);
};

/* One thread's working memory. */
struct document_decoder;

/* options are borrowed for its life. Owned: document_decoder_free(). NULL and E_USAGE: a field that is no path, an
 * unknown charset. */
struct document_decoder *document_decoder_create(const struct document_options *options,
                                                 struct error *error) MUST_CHECK;

/* Decodes source as format. false: this file failed (the error is placed), what was emitted before stands. Errors:
 * E_FORMAT a format that is not read, or binary data; E_DATA; E_IMAGE; E_LIMIT; E_JSON_...; those of source->read. */
bool document_decode(struct document_decoder *decoder, const struct document_format *format,
                     const struct document_source *source, const struct document_sink *sink,
                     struct error *error) MUST_CHECK;

void document_decoder_free(struct document_decoder *decoder);

/* What a decoder knows about one document, before it is JSON. */
struct document {
    struct slice id;   /* empty: the source's name */
    struct slice text; /* valid UTF-8 */
    const char *mime;
    int64_t bytes; /* negative: unknown */
    struct hash128 hash;
    bool has_hash;
    struct slice title, language; /* valid UTF-8; empty: unknown */
    const char *charset;          /* NULL: UTF-8 */
    int64_t replaced;             /* U+FFFD that stand for wrong bytes */
    int64_t modified;             /* seconds since 1970, as the document says; DATE_UNKNOWN or 0: it does not */
    struct slice metadata;        /* members of its own, checked JSON without braces */
};

/* Appends `"key":`, with a comma where one belongs, for an attribute that somebody wrote: one with the name of a fact
 * of our own gets "document_" in front. key is followed by a NUL. */
void document_append_key(struct buffer *output, struct slice key);

/* Appends the record, without newline. A key stands once: what the document says itself goes before what the source's
 * metadata say, and both before a title and a language that were found in the text. */
void document_append_json(struct buffer *output, const struct document_source *source, const struct document *document);

#endif
