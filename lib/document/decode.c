/* decode.c - a source to the decoder of its format; whole files to one document. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "document/charset.h"
#include "document/decoder.h"
#include "document/front_matter.h"
#include "document/html.h"
#include "document/unpack.h"
#include "stream/lines.h"

struct document_decoder *document_decoder_create(const struct document_options *options, struct error *error)
{
    const char *charset = NULL;
    if (options->charset) {
        charset = charset_find(slice_of_string(options->charset));
        if (!charset) {
            error_set(error, E_USAGE, "'%s' is not a charset, expected a label such as windows-1251 or shift_jis",
                      options->charset);
            return NULL;
        }
    }
    struct document_decoder *decoder = memory_allocate_zeroed(1, sizeof *decoder);
    decoder->options = options;
    decoder->charset = charset;
    decoder->maximum = options->max_document_bytes ? options->max_document_bytes : DOCUMENT_BYTES_MAXIMUM;
    return decoder;
}

/* One large document must not hold its memory for all that follow. */
static void buffer_trim(struct buffer *buffer)
{
    if (buffer->capacity > 4 * 1024 * 1024)
        buffer_release(buffer);
    buffer_reset(buffer);
}

static void decoder_reset(struct document_decoder *decoder)
{
    buffer_trim(&decoder->raw);
    buffer_trim(&decoder->utf8);
    buffer_trim(&decoder->text);
    buffer_trim(&decoder->record);
    arena_reset(&decoder->arena);
}

void document_decoder_free(struct document_decoder *decoder)
{
    if (!decoder)
        return;
    buffer_release(&decoder->raw);
    buffer_release(&decoder->utf8);
    buffer_release(&decoder->text);
    buffer_release(&decoder->record);
    arena_release(&decoder->arena);
    unpacker_free(decoder->office);
    memory_free(decoder);
}

bool decode_gather(struct decode *decode, struct slice *bytes, struct error *error)
{
    struct document_decoder *decoder = decode->decoder;
    const struct document_source *source = decode->source;
    size_t maximum = decoder->maximum > SIZE_MAX / 4 ? SIZE_MAX / 2 : decoder->maximum * 2;
    struct slice piece = source->bytes;
    *bytes = piece;
    if (source->read) {
        if (!source->read(source->context, &piece, error))
            return false;
        if (piece.length > 0)
            buffer_append_slice(&decoder->raw, source->bytes);
        while (piece.length > 0 && decoder->raw.length <= maximum) {
            buffer_append_slice(&decoder->raw, piece);
            *bytes = buffer_slice(&decoder->raw);
            if (!source->read(source->context, &piece, error))
                return false;
        }
    }
    if (bytes->length > maximum)
        return error_set(error, E_LIMIT, "larger than twice the %zu bytes of --max-document-bytes", decoder->maximum);
    return true;
}

static bool is_too_long(const struct decode *decode, size_t length, struct error *error)
{
    size_t maximum = decode->decoder->maximum;
    if (length <= maximum)
        return false;
    error_set(error, E_LIMIT, "the text has %zu bytes, more than the %zu of --max-document-bytes", length, maximum);
    return true;
}

/* A few wrong bytes are repaired. Where every fifth character is wrong, the text is one of a charset that nobody told,
 * and nothing that reads it would be served. */
static bool is_spoiled(int64_t replaced, struct slice text)
{
    return replaced >= 64 && (size_t)replaced * 5 > utf8_count(text);
}

bool decode_charset(struct decode *decode, struct slice bytes, const char *declared, struct slice *text,
                    struct document *document, struct error *error)
{
    struct document_decoder *decoder = decode->decoder;
    size_t mark;
    const char *charset = charset_of_mark(bytes, &mark);
    if (!charset)
        charset = charset_guess_wide(bytes);
    if (!charset && !declared)
        charset = charset_guess_escaped(bytes);
    bytes = slice_from(bytes, mark);
    /* Who declares UTF-16 in bytes that read as ASCII is wrong about it: the declaration was read, so it is not. */
    if (!charset && declared && charset_unit_bytes(declared) == 1)
        charset = declared;
    bool is_utf8 = !charset || strcmp(charset, "UTF-8") == 0;
    /* Many pages say latin1 and are UTF-8: text with accents that is valid UTF-8 by chance does not occur. */
    bool may_be_utf8 = is_utf8 || (charset_unit_bytes(charset) == 1 && charset_is_single_byte(charset));
    if (may_be_utf8 && utf8_is_valid(bytes)) {
        *text = bytes;
        return !is_too_long(decode, text->length, error);
    }
    bool is_unknown = !charset && !decoder->charset;
    if (!charset)
        charset = decoder->charset ? decoder->charset : charset_looks_western(bytes) ? "windows-1252" : "UTF-8";
    buffer_reset(&decoder->utf8);
    if (!charset_append_utf8(&decoder->utf8, bytes, charset, decoder->maximum, &document->replaced, error))
        return false;
    *text = buffer_slice(&decoder->utf8);
    if (is_unknown && is_spoiled(document->replaced, *text))
        return error_set(error, E_CHARSET,
                         "neither UTF-8 nor Western text, and no charset is declared, expected "
                         "--charset with its name");
    document->charset = strcmp(charset, "UTF-8") == 0 ? NULL : charset;
    return true;
}

void decode_describe(const struct decode *decode, struct slice bytes, struct document *document)
{
    document->mime = decode->format->mime;
    document->bytes = (int64_t)bytes.length;
    document->hash = decode->source->has_hash ? decode->source->hash : hash_128(bytes);
    document->has_hash = true;
}

bool decode_fits_line(const struct buffer *record, struct error *error)
{
    if (record->length <= LINE_BYTES_MAXIMUM)
        return true;
    return error_set(error, E_LIMIT, "the record would have %zu bytes, %d are the limit of a line", record->length,
                     LINE_BYTES_MAXIMUM);
}

bool decode_emit(struct decode *decode, const struct document *document, struct error *error)
{
    struct buffer *record = &decode->decoder->record;
    buffer_reset(record);
    document_append_json(record, decode->source, document);
    if (!decode_fits_line(record, error))
        return false;
    decode->sink->emit(decode->sink->context, buffer_slice(record), 0);
    return true;
}

struct slice decode_title(struct decode *decode, struct slice text)
{
    text = slice_trim(text);
    bool is_cut = text.length > DOCUMENT_TITLE_BYTES;
    text.length = utf8_cut(text, DOCUMENT_TITLE_BYTES);
    char *title = arena_allocate_text(&decode->decoder->arena, text.length + 4);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        bool is_space = text.bytes[i] == ' ' || (text.bytes[i] >= '\t' && text.bytes[i] <= '\r');
        if (!is_space && text.bytes[i] != '\0')
            title[length++] = text.bytes[i];
        else if (is_space && length > 0 && title[length - 1] != ' ')
            title[length++] = ' ';
    }
    if (is_cut)
        length += utf8_encode(0x2026, title + length);
    return slice_of(title, length);
}

/* Text stays as it is. What its name says about it becomes metadata: the language of source code; of notes in plain
 * text their front matter. */
bool decode_text(struct decode *decode, struct error *error)
{
    struct document document = { 0 };
    struct slice bytes;
    if (!decode_gather(decode, &bytes, error) ||
        !decode_charset(decode, bytes, decode->source->charset, &document.text, &document, error))
        return false;
    const char *language = code_language_of_name(decode->source->name);
    if (!language)
        language = code_language_of_text(document.text);
    char member[64];
    if (language) {
        int length = snprintf(member, sizeof member, "\"code_language\":\"%s\"", language);
        document.metadata = slice_of(member, (size_t)length);
    } else if (!front_matter_read(decode, document.text, &document, error))
        return false;
    decode_describe(decode, bytes, &document);
    return decode_emit(decode, &document, error);
}

/* XML stays as it is written, but for the charset that its declaration names. */
bool decode_xml(struct decode *decode, struct error *error)
{
    struct document document = { 0 };
    struct slice bytes;
    if (!decode_gather(decode, &bytes, error))
        return false;
    const char *declared = decode->source->charset ? decode->source->charset : html_declared_charset(bytes);
    if (!decode_charset(decode, bytes, declared, &document.text, &document, error))
        return false;
    decode_describe(decode, bytes, &document);
    return decode_emit(decode, &document, error);
}

bool document_decode(struct document_decoder *decoder, const struct document_format *format,
                     const struct document_source *source, const struct document_sink *sink, struct error *error)
{
    static const struct {
        const char *format;
        bool (*decode)(struct decode *decode, struct error *error);
    } decoders[] = {
        { "rst", decode_rst },           { "srt", decode_subtitles }, { "vtt", decode_subtitles },
        { "rtf", decode_rtf },           { "text", decode_text },     { "xml", decode_xml },
        { "markdown", decode_markdown }, { "html", decode_html },     { "csv", decode_csv },
        { "tsv", decode_csv },           { "json", decode_json },     { "jsonl", decode_jsonl },
        { "pdf", decode_pdf },           { "eml", decode_mail },      { "docx", decode_office },
        { "pptx", decode_office },       { "xlsx", decode_office },   { "odt", decode_office },
        { "ods", decode_office },        { "odp", decode_office },    { "epub", decode_office },
        { "lines", decode_lines },       { "image", decode_image },
    };
    struct decode decode = { decoder, format, source, sink };
    if (strcmp(format->name, "image") == 0 && !decoder->options->with_images) {
        error_set(error, E_FORMAT, "an image, which is read by reference only with --images");
        return error_place(error, source->path, 0, 0);
    }
    for (size_t i = 0; i < sizeof decoders / sizeof *decoders; i++)
        if (strcmp(format->name, decoders[i].format) == 0) {
            decoder_reset(decoder);
            return decoders[i].decode(&decode, error) || error_place(error, source->path, 0, 0);
        }
    if (strcmp(format->name, "binary") == 0)
        error_set(error, E_FORMAT, "binary data, not text (--as text reads it all the same)");
    else
        error_set(error, E_FORMAT, "%s, which this version does not read", format->title);
    return error_place(error, source->path, 0, 0);
}
