/* decoder.h - private to the module: what the decoders of the formats share.
 *
 * A decoder is one thread's working memory; its buffers are emptied for each document and kept. A decode is one call of
 * document_decode. */
#ifndef DOCUMENT_DECODER_H
#define DOCUMENT_DECODER_H

#include "base/arena.h"
#include "document/document.h"

struct document_decoder {
    const struct document_options *options;
    const char *charset; /* of options, as charset_find names it; NULL */
    size_t maximum;      /* decoded bytes of one document */
    struct buffer raw;   /* a file that came in pieces */
    struct buffer utf8;  /* a file or row that had to be converted */
    struct buffer text;  /* what becomes the document's text */
    struct buffer record;
    struct arena arena;      /* reset for each document */
    struct unpacker *office; /* the child that reads office files, made when needed */
};

struct decode {
    struct document_decoder *decoder;
    const struct document_format *format;
    const struct document_source *source;
    const struct document_sink *sink;
};

/* All bytes of the source, borrowed for the decode. Errors: E_LIMIT above twice the decoder's maximum (UTF-16 halves,
 * markup goes); those of read. */
bool decode_gather(struct decode *decode, struct slice *bytes, struct error *error) MUST_CHECK;

/* bytes as UTF-8 without byte order mark: a mark decides, then declared (a charset's name or NULL; one of single bytes
 * is not believed of valid UTF-8), then valid UTF-8, the option, Western text, and last repaired UTF-8. *text borrows
 * bytes where nothing changed, else decoder->utf8. Sets charset and replaced of document. */
bool decode_charset(struct decode *decode, struct slice bytes, const char *declared, struct slice *text,
                    struct document *document, struct error *error) MUST_CHECK;

/* Fills mime, bytes and hash for the whole file. */
void decode_describe(const struct decode *decode, struct slice bytes, struct document *document);

/* A record that no tool could read is none: escapes can make six bytes of one. Errors: E_LIMIT. */
bool decode_fits_line(const struct buffer *record, struct error *error) MUST_CHECK;

/* Renders and emits a document of a whole file. Errors: E_LIMIT as above. */
bool decode_emit(struct decode *decode, const struct document *document, struct error *error) MUST_CHECK;

/* A title as metadata holds it: white space folded, cut at DOCUMENT_TITLE_BYTES. In the decoder's arena. */
enum { DOCUMENT_TITLE_BYTES = 1024 };
struct slice decode_title(struct decode *decode, struct slice text);

/* "python" for "a/b.py" and "b.py.gz", "makefile" for "Makefile"; NULL: no source code. */
const char *code_language_of_name(struct slice name);
/* The same by the program that a first line such as "#!/bin/sh" names. */
const char *code_language_of_text(struct slice text);

/* Appends reStructuredText with '#' headings. *first_title is borrowed from rst. */
void rst_to_text(struct slice rst, struct buffer *text, struct slice *first_title);

/* The formats. */
bool decode_text(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_xml(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_markdown(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_html(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_csv(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_json(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_jsonl(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_mail(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_office(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_lines(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_rst(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_rtf(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_subtitles(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_pdf(struct decode *decode, struct error *error) MUST_CHECK;
bool decode_image(struct decode *decode, struct error *error) MUST_CHECK;

#endif
