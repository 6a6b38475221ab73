/* office_document.c - an office file or book to its document. It is read in the decoder child: what comes back is
 * checked like anything else from outside. */
#include "base/memory.h"
#include "base/utf8.h"
#include "document/decoder.h"
#include "document/html.h"
#include "document/unpack.h"
#include "json/write.h"

enum { ENTRIES_MAXIMUM = 1000000, EXPANSION_MAXIMUM = 100 };

static void append_member(struct buffer *metadata, const char *key)
{
    buffer_append_format(metadata, "%s\"%s\":", metadata->length ? "," : "", key);
}

/* Valid UTF-8, folded and cut like a title; in the decoder's arena. */
static struct slice clean(struct decode *decode, const struct buffer *value)
{
    struct buffer repaired = { 0 };
    buffer_append(&repaired, "", 0);
    utf8_append_repaired(&repaired, buffer_slice(value));
    struct slice result = decode_title(decode, buffer_slice(&repaired));
    buffer_release(&repaired);
    return result;
}

static struct slice make_metadata(struct decode *decode, const struct unpack_document *found)
{
    struct buffer metadata = { 0 };
    struct slice author = clean(decode, &found->facts[UNPACK_AUTHOR]);
    int64_t created = date_read_iso(slice_trim(buffer_slice(&found->facts[UNPACK_CREATED])));
    if (author.length) {
        append_member(&metadata, "author");
        json_append_string(&metadata, author);
    }
    if (date_is_known(created)) {
        append_member(&metadata, "created");
        buffer_append_byte(&metadata, '"');
        date_append(&metadata, created);
        buffer_append_byte(&metadata, '"');
    }
    if (found->page_count) {
        append_member(&metadata, "pages");
        for (size_t i = 0; i < found->page_count; i++)
            buffer_append_format(&metadata, "%c%lld", i ? ',' : '[', (long long)found->pages[i]);
        buffer_append_byte(&metadata, ']');
    }
    struct slice result = arena_copy(&decode->decoder->arena, buffer_slice(&metadata));
    buffer_release(&metadata);
    return result;
}

static bool emit(struct decode *decode, struct slice bytes, const struct unpack_document *found, struct error *error)
{
    struct document document = { .text = buffer_slice(&found->text) };
    if (!utf8_is_valid(document.text)) {
        document.replaced = (int64_t)utf8_append_repaired(&decode->decoder->utf8, document.text);
        document.text = buffer_slice(&decode->decoder->utf8);
    }
    document.title = clean(decode, &found->facts[UNPACK_TITLE]);
    document.language = html_language_tag(clean(decode, &found->facts[UNPACK_LANGUAGE]));
    document.modified = date_read_iso(slice_trim(buffer_slice(&found->facts[UNPACK_LAST_CHANGED])));
    document.metadata = make_metadata(decode, found);
    decode_describe(decode, bytes, &document);
    return decode_emit(decode, &document, error);
}

bool decode_office(struct decode *decode, struct error *error)
{
    struct document_decoder *decoder = decode->decoder;
    const struct document_options *options = decoder->options;
    struct unpack_document found = { 0 };
    struct slice bytes;
    const struct unpack_request request = {
        .format = decode->format->name,
        .text_maximum = decoder->maximum,
        .max_entries = options->max_entries ? options->max_entries : ENTRIES_MAXIMUM,
        .max_expansion = options->max_expansion ? options->max_expansion : EXPANSION_MAXIMUM,
        .keeps_navigation = options->keeps_navigation,
    };
    const struct unpack_limits limits = { options->decoder_memory, options->decoder_seconds, 0 };
    if (!decode_gather(decode, &bytes, error))
        return false;
    if (!decoder->office)
        decoder->office = unpacker_create(NULL, &limits);
    bool is_good =
        unpack_read_document(decoder->office, bytes, &request, &found, error) && emit(decode, bytes, &found, error);
    buffer_release(&found.text);
    for (size_t i = 0; i < UNPACK_FACTS; i++)
        buffer_release(&found.facts[i]);
    memory_free(found.pages);
    return is_good;
}
