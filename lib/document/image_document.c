/* image_document.c - an image as a document by reference: where it is, what it is, how large it is. */
#include "base/utf8.h"
#include "document/decoder.h"
#include "document/image.h"
#include "json/json.h"
#include "json/write.h"

/* What the attributes around the image say that it shows. */
static bool find_caption(struct decode *decode, struct slice *caption, struct error *error)
{
    static const struct slice keys[] = { SLICE_INIT("caption"), SLICE_INIT("alt") };
    struct slice members = decode->source->metadata;
    struct arena *arena = &decode->decoder->arena;
    *caption = slice_of("", 0);
    char *text = arena_allocate_text(arena, members.length + 2);
    text[0] = '{';
    if (members.length > 0)
        memcpy(text + 1, members.bytes, members.length);
    text[members.length + 1] = '}';
    const struct json_value attributes = { .text = slice_of(text, members.length + 2), .type = JSON_OBJECT };
    for (size_t i = 0; i < sizeof keys / sizeof *keys && caption->length == 0; i++) {
        struct json_value value = json_member(attributes, keys[i]);
        if (value.type == JSON_STRING && !json_decode(value, arena, caption, error))
            return false;
    }
    return true;
}

bool decode_image(struct decode *decode, struct error *error)
{
    const struct document_source *source = decode->source;
    struct document document = { 0 };
    struct image image;
    struct slice bytes;
    if (!decode_gather(decode, &bytes, error) || !image_read(bytes, &image, error) ||
        !find_caption(decode, &document.text, error))
        return false;
    struct buffer *members = &decode->decoder->text;
    struct slice path = slice_of_string(source->path);
    if (source->is_file && utf8_is_valid(path)) {
        json_append_key(members, SLICE("image"));
        json_append_string(members, path);
    }
    json_append_key(members, SLICE("width"));
    buffer_append_decimal(members, image.width);
    json_append_key(members, SLICE("height"));
    buffer_append_decimal(members, image.height);
    document.metadata = buffer_slice(members);
    decode_describe(decode, bytes, &document);
    document.mime = image.mime;
    return decode_emit(decode, &document, error);
}
