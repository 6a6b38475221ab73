/* html_document.c - an HTML file to its document: charset, title, language. */
#include "document/charset.h"
#include "document/decoder.h"
#include "document/html.h"

enum { DECLARATION_BYTES = 4096 }; /* browsers look at 1024 first, and again while they parse */

/* The value behind "charset" or "encoding", "=", and perhaps a quote. */
static const char *charset_value(struct slice text, struct slice key)
{
    for (; text.length > key.length; text = slice_from(text, 1)) {
        if (!slice_equal_ignore_case(slice_between(text, 0, key.length), key))
            continue;
        struct slice rest = slice_trim(slice_from(text, key.length));
        if (rest.length == 0 || rest.bytes[0] != '=')
            continue;
        rest = slice_trim(slice_from(rest, 1));
        if (rest.length && (rest.bytes[0] == '"' || rest.bytes[0] == '\''))
            rest = slice_from(rest, 1);
        size_t length = 0;
        while (length < rest.length && rest.bytes[length] > ' ' && rest.bytes[length] != '"' &&
               rest.bytes[length] != '\'' && rest.bytes[length] != ';' && rest.bytes[length] != '>' &&
               rest.bytes[length] != '/' && rest.bytes[length] != '?')
            length++;
        return charset_find(slice_between(rest, 0, length));
    }
    return NULL;
}

const char *html_declared_charset(struct slice bytes)
{
    struct slice rest = slice_between(bytes, 0, DECLARATION_BYTES);
    if (slice_starts_with(rest, SLICE("<?xml"))) {
        const char *charset = charset_value(slice_between(rest, 0, slice_find(rest, SLICE("?>"))), SLICE("encoding"));
        if (charset)
            return charset;
    }
    while (rest.length) {
        rest = slice_from(rest, slice_find_byte(rest, '<'));
        size_t end = slice_find_byte(rest, '>') + 1;
        if (slice_starts_with(rest, SLICE("<!--")))
            end = slice_find(rest, SLICE("-->")) + 3;
        else if (rest.length > 5 && slice_equal_ignore_case(slice_between(rest, 0, 5), SLICE("<meta"))) {
            const char *charset = charset_value(slice_between(rest, 5, end), SLICE("charset"));
            if (charset)
                return charset;
        }
        rest = slice_from(rest, end);
    }
    return NULL;
}

struct slice html_language_tag(struct slice text)
{
    text = slice_trim(text);
    if (text.length < 2 || text.length > 35)
        return SLICE("");
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!is_letter && (i < 2 || !((c >= '0' && c <= '9') || c == '-')))
            return SLICE("");
    }
    return text;
}

bool decode_html(struct decode *decode, struct error *error)
{
    struct document_decoder *decoder = decode->decoder;
    struct document document = { 0 };
    struct html_facts facts;
    struct slice bytes, html;
    if (!decode_gather(decode, &bytes, error))
        return false;
    /* HTTP goes before the page's own word, as in browsers. */
    const char *declared = decode->source->charset ? decode->source->charset : html_declared_charset(bytes);
    if (!decode_charset(decode, bytes, declared, &html, &document, error))
        return false;
    const struct html_settings settings = { decoder->options->keeps_navigation, decoder->maximum,
                                            "--max-document-bytes" };
    if (!html_to_text(html, &settings, &decoder->text, &facts, error))
        return false;
    document.text = buffer_slice(&decoder->text);
    document.language = html_language_tag(facts.language);
    document.title = decode_title(decode, facts.heading);
    struct buffer title = { 0 };
    html_append_decoded(&title, slice_between(facts.title, 0, (size_t)16 * DOCUMENT_TITLE_BYTES), false);
    if (slice_trim(buffer_slice(&title)).length)
        document.title = decode_title(decode, buffer_slice(&title));
    buffer_release(&title);
    decode_describe(decode, bytes, &document);
    return decode_emit(decode, &document, error);
}
