/* document_json.c - a document to its record. */
#include "document/document.h"
#include "json/json.h"
#include "json/write.h"

/* Members in braces, so that they can be walked over. */
static struct json_value in_braces(struct buffer *buffer, struct slice members)
{
    buffer_append_byte(buffer, '{');
    buffer_append_slice(buffer, members);
    buffer_append_byte(buffer, '}');
    return (struct json_value){ .text = buffer_slice(buffer), .type = JSON_OBJECT };
}

static bool has_member(struct json_value object, struct slice key)
{
    struct json_iterator iterator = json_iterate(object);
    struct json_field field;
    while (json_next(&iterator, &field))
        if (json_key_equal(&field, key))
            return true;
    return false;
}

void document_append_key(struct buffer *output, struct slice key)
{
    static const struct slice facts[] = { SLICE_INIT("source"),   SLICE_INIT("mime"),    SLICE_INIT("bytes"),
                                          SLICE_INIT("hash"),     SLICE_INIT("charset"), SLICE_INIT("replaced"),
                                          SLICE_INIT("raw_name"), SLICE_INIT("sha256"),  SLICE_INIT("pages"),
                                          SLICE_INIT("times") };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (slice_equal(key, facts[i])) {
            char renamed[32] = "document_";
            memcpy(renamed + strlen(renamed), key.bytes, key.length + 1);
            json_append_key(output, slice_of_string(renamed));
            return;
        }
    json_append_key(output, key);
}

static void append_text_member(struct buffer *output, const char *key, struct slice text)
{
    if (text.length == 0)
        return;
    json_append_key(output, slice_of_string(key));
    json_append_string(output, text);
}

static void append_integer_member(struct buffer *output, const char *key, int64_t number)
{
    json_append_key(output, slice_of_string(key));
    buffer_append_decimal(output, number);
}

static void append_members(struct buffer *output, struct slice members)
{
    if (members.length == 0)
        return;
    if (output->bytes[output->length - 1] != '{')
        buffer_append_byte(output, ',');
    buffer_append_slice(output, members);
}

/* What is said about a document by itself (own), and by what stands around it (given). */
struct claims {
    struct buffer own_text, given_text;
    struct json_value own, given;
};

static bool is_claimed(const struct claims *claims, const char *key)
{
    return has_member(claims->own, slice_of_string(key)) || has_member(claims->given, slice_of_string(key));
}

/* What is derived from a text gives way to what is said. */
static void append_fact(struct buffer *output, const struct claims *claims, const char *key, struct slice text)
{
    if (text.length > 0 && !is_claimed(claims, key))
        append_text_member(output, key, text);
}

/* The members around a document, but for those that it has itself. */
static void append_given(struct buffer *output, const struct claims *claims, bool has_modified)
{
    struct json_iterator iterator = json_iterate(claims->given);
    struct json_field field;
    while (json_next(&iterator, &field)) {
        if ((has_modified && json_key_equal(&field, SLICE("modified"))) || has_member(claims->own, field.key))
            continue;
        const char *start = field.key.bytes - 1, *end = field.value.text.bytes + field.value.text.length;
        append_members(output, slice_of(start, (size_t)(end - start)));
    }
}

static void append_metadata(struct buffer *output, const struct document_source *source,
                            const struct document *document, const struct claims *claims)
{
    append_text_member(output, "source", source->name);
    append_text_member(output, "mime", slice_of_string(document->mime));
    if (document->bytes >= 0)
        append_integer_member(output, "bytes", document->bytes);
    if (document->has_hash) {
        char digits[HASH128_TEXT + 1];
        hash128_format(document->hash, digits);
        append_text_member(output, "hash", slice_of(digits, HASH128_TEXT));
    }
    append_fact(output, claims, "title", document->title);
    append_fact(output, claims, "language", document->language);
    append_text_member(output, "charset", slice_of_string(document->charset));
    if (document->replaced > 0)
        append_integer_member(output, "replaced", document->replaced);
    bool has_modified = document->modified != 0 && date_is_known(document->modified);
    if (has_modified && !has_member(claims->own, SLICE("modified"))) {
        json_append_key(output, SLICE("modified"));
        buffer_append_byte(output, '"');
        date_append(output, document->modified);
        buffer_append_byte(output, '"');
    }
    append_members(output, document->metadata);
    append_given(output, claims, has_modified);
}

void document_append_json(struct buffer *output, const struct document_source *source, const struct document *document)
{
    struct claims claims = { 0 };
    if (document->metadata.length > 0)
        claims.own = in_braces(&claims.own_text, document->metadata);
    if (source->metadata.length > 0)
        claims.given = in_braces(&claims.given_text, source->metadata);
    buffer_append_string(output, "{\"id\":");
    json_append_string(output, document->id.length ? document->id : source->name);
    buffer_append_string(output, ",\"text\":");
    json_append_string(output, document->text);
    buffer_append_string(output, ",\"metadata\":{");
    append_metadata(output, source, document, &claims);
    buffer_append_string(output, "}}");
    buffer_release(&claims.own_text);
    buffer_release(&claims.given_text);
}
