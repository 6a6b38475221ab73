/* mail.c - the parts of a mail message. */
#include "document/mail.h"

#include "document/charset.h"

/* A multipart whose parts are being taken. */
struct level {
    size_t part;
    struct slice rest;     /* of its body */
    struct slice boundary; /* with "--" in front */
};

struct parser {
    struct arena *arena;
    struct mail *mail;
    size_t capacity;
    struct level levels[MAIL_DEPTH_MAXIMUM];
    size_t depth;
};

static bool is_type(struct slice type, const char *wanted)
{
    return slice_equal(type, slice_of_string(wanted));
}

static struct slice copy_value(struct arena *arena, struct slice value)
{
    struct buffer text = { 0 };
    mime_append_value(&text, value);
    struct slice copy = arena_copy(arena, buffer_slice(&text));
    buffer_release(&text);
    return copy;
}

static struct slice copy_parameter(struct arena *arena, struct slice value, const char *name)
{
    struct buffer text = { 0 };
    mime_append_parameter(&text, value, slice_of_string(name));
    struct slice copy = arena_copy(arena, buffer_slice(&text));
    buffer_release(&text);
    return copy;
}

/* Where the header ends and the body begins. */
static void split_header(struct slice message, struct slice *header, struct slice *body)
{
    struct mime_field field;
    *body = message;
    while (mime_next_field(body, &field)) {
    }
    *header = slice_between(message, 0, message.length - body->length);
}

bool mail_is_html(const struct mail_part *part)
{
    return is_type(part->type, "text/html") || is_type(part->type, "application/xhtml+xml");
}

/* Types that are read as the text of a message: also reports of mail servers. */
static bool is_text(struct slice type)
{
    static const char *const types[] = {
        "text/plain",    "text/html",       "application/xhtml+xml",   "text/enriched",
        "text/richtext", "text/x-amp-html", "message/delivery-status", "text/rfc822-headers"
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is_type(type, types[i]))
            return true;
    return type.length == 0 || is_type(type, "text");
}

static void read_fields(struct parser *parser, struct mail_part *part, bool is_in_digest)
{
    struct slice type = mime_find_field(part->header, SLICE("Content-Type"));
    struct slice disposition = mime_find_field(part->header, SLICE("Content-Disposition"));
    struct arena *arena = parser->arena;
    part->type = copy_value(arena, type);
    if (part->type.length == 0)
        part->type = is_in_digest ? SLICE("message/rfc822") : SLICE("text/plain");
    part->encoding = mime_encoding_of(mime_find_field(part->header, SLICE("Content-Transfer-Encoding")));
    part->name = copy_parameter(arena, disposition, "filename");
    if (part->name.length == 0)
        part->name = copy_parameter(arena, type, "name");
    part->charset = charset_find(copy_parameter(arena, type, "charset"));
    part->is_flowed = slice_equal_ignore_case(copy_parameter(arena, type, "format"), SLICE("flowed"));
    part->drops_space = slice_equal_ignore_case(copy_parameter(arena, type, "delsp"), SLICE("yes"));
    bool is_attached = slice_equal(copy_value(arena, disposition), SLICE("attachment"));
    part->role = is_text(part->type) && !is_attached && part->name.length == 0 ? MAIL_BODY : MAIL_ATTACHMENT;
}

/* Opens a part that has parts of its own. */
static void open_level(struct parser *parser, size_t index)
{
    struct mail_part *part = &parser->mail->parts[index];
    if (!slice_starts_with(part->type, SLICE("multipart/")))
        return;
    struct buffer boundary = { 0 };
    buffer_append_string(&boundary, "--");
    bool has_boundary =
        mime_append_parameter(&boundary, mime_find_field(part->header, SLICE("Content-Type")), SLICE("boundary"));
    if (!has_boundary || boundary.length == 2) {
        part->type = SLICE("text/plain"); /* without a boundary it is one text */
        part->role = MAIL_BODY;
    } else if (parser->depth == MAIL_DEPTH_MAXIMUM) {
        parser->mail->limit = "20 multiparts inside each other";
        part->role = MAIL_LEFT_OUT;
    } else {
        part->role = MAIL_CONTAINER;
        parser->levels[parser->depth++] =
            (struct level){ index, part->body, arena_copy(parser->arena, buffer_slice(&boundary)) };
    }
    buffer_release(&boundary);
}

static void add_part(struct parser *parser, struct slice bytes, size_t parent)
{
    struct mail *mail = parser->mail;
    if (mail->count == MAIL_PARTS_MAXIMUM) {
        mail->limit = "10000 parts";
        parser->depth = 0;
        return;
    }
    if (mail->count == parser->capacity)
        mail->parts = arena_grow(parser->arena, mail->parts, &parser->capacity, mail->count + 1, sizeof *mail->parts);
    struct mail_part *part = &mail->parts[mail->count];
    *part = (struct mail_part){ .parent = parent };
    split_header(bytes, &part->header, &part->body);
    bool is_in_digest = mail->count > 0 && is_type(mail->parts[parent].type, "multipart/digest");
    read_fields(parser, part, is_in_digest);
    open_level(parser, mail->count++);
}

/* The next line that is a delimiter: where it begins (with the line break in front) and where the line after it.
 * false: there is none. */
static bool find_delimiter(struct slice rest, struct slice boundary, size_t *start, size_t *end, bool *is_last)
{
    size_t from = 0;
    for (;;) {
        size_t at = from + slice_find(slice_from(rest, from), boundary);
        if (at >= rest.length)
            return false;
        from = at + boundary.length;
        struct slice line = slice_from(rest, from);
        size_t length = slice_find_byte(line, '\n');
        struct slice behind = slice_between(line, 0, length);
        *is_last = slice_starts_with(behind, SLICE("--"));
        if ((at > 0 && rest.bytes[at - 1] != '\n') || (!*is_last && slice_trim(behind).length > 0))
            continue;
        *end = from + length + (length < line.length);
        *start = at;
        *start -= *start > 0;
        *start -= *start > 0 && rest.bytes[*start] == '\n' && rest.bytes[*start - 1] == '\r';
        return true;
    }
}

/* Takes the next part of the innermost multipart, or leaves it. The text before the first delimiter and after the last
 * one is for programs that know no MIME. */
static void take_part(struct parser *parser)
{
    struct level *level = &parser->levels[parser->depth - 1];
    size_t start, end, next_start, next_end;
    bool is_last, is_end;
    if (!find_delimiter(level->rest, level->boundary, &start, &end, &is_last) || is_last) {
        parser->depth--;
        return;
    }
    struct slice part = slice_from(level->rest, end);
    if (find_delimiter(part, level->boundary, &next_start, &next_end, &is_end)) {
        /* The delimiter is found again as the first one of what is left. */
        level->rest = slice_from(part, next_start);
        if (slice_byte(level->rest, 0) == '\r')
            level->rest = slice_from(level->rest, 1);
        if (slice_byte(level->rest, 0) == '\n')
            level->rest = slice_from(level->rest, 1);
        part = slice_between(part, 0, next_start);
    } else {
        level->rest = slice_from(part, part.length);
    }
    add_part(parser, part, level->part);
}

bool mail_parse(struct slice message, struct arena *arena, struct mail *mail, struct error *error)
{
    struct parser parser = { .arena = arena, .mail = mail };
    struct slice body;
    *mail = (struct mail){ 0 };
    split_header(message, &mail->header, &body);
    if (mail->header.length > MAIL_HEADER_BYTES_MAXIMUM)
        return error_set(error, E_LIMIT, "the header of the message has %zu bytes, %d are the limit",
                         mail->header.length, MAIL_HEADER_BYTES_MAXIMUM);
    if (slice_find_byte(mail->header, ':') == mail->header.length)
        return error_set(error, E_MAIL, "no header field at the start, expected a line such as 'Subject: ...'");
    add_part(&parser, message, 0);
    while (parser.depth > 0)
        take_part(&parser);
    return true;
}

bool mail_is_encrypted(const struct mail *mail)
{
    struct slice type = mail->parts[0].type;
    if (is_type(type, "multipart/encrypted"))
        return true;
    if (!is_type(type, "application/pkcs7-mime") && !is_type(type, "application/x-pkcs7-mime"))
        return false;
    struct buffer kind = { 0 };
    mime_append_parameter(&kind, mime_find_field(mail->header, SLICE("Content-Type")), SLICE("smime-type"));
    bool is_signed = slice_equal_ignore_case(buffer_slice(&kind), SLICE("signed-data"));
    buffer_release(&kind);
    return !is_signed;
}
