/* mail_document.c - a mail message to its document: text of its body, addresses and thread of its header. */
#include "base/utf8.h"
#include "document/decoder.h"
#include "document/html.h"
#include "document/mail.h"
#include "json/write.h"

enum { IDS_MAXIMUM = 256, ADDRESSES_MAXIMUM = 1024 };

struct making {
    struct decode *decode;
    struct mail mail;
    struct slice *texts; /* of the body parts, by part */
    size_t total;        /* bytes of them */
    struct document document;
};

/* A charset that nobody told, or told wrongly, is no reason to lose a message. */
static bool to_utf8(struct making *making, const struct mail_part *part, struct slice bytes, struct slice *text,
                    struct error *error)
{
    struct decode *decode = making->decode;
    const char *declared = part->charset;
    struct document facts = { 0 };
    if (mail_is_html(part) && !declared)
        declared = html_declared_charset(bytes);
    if (!decode_charset(decode, bytes, declared, text, &facts, error)) {
        if (error->code != E_CHARSET)
            return false;
        buffer_reset(&decode->decoder->utf8);
        facts.replaced = (int64_t)utf8_append_repaired(&decode->decoder->utf8, bytes);
        *text = buffer_slice(&decode->decoder->utf8);
    }
    making->document.replaced += facts.replaced;
    if (facts.charset && !making->document.charset)
        making->document.charset = facts.charset;
    return true;
}

/* The text of one part, in the arena. */
static bool make_text(struct making *making, size_t index, struct error *error)
{
    struct document_decoder *decoder = making->decode->decoder;
    const struct mail_part *part = &making->mail.parts[index];
    struct buffer bytes = { 0 }, plain = { 0 };
    struct slice text, body = part->body;
    if (part->encoding != MIME_IDENTITY) {
        mime_append_decoded(&bytes, body, part->encoding);
        body = buffer_slice(&bytes);
    }
    bool is_good = to_utf8(making, part, body, &text, error);
    if (is_good && mail_is_html(part)) {
        const struct html_settings settings = { decoder->options->keeps_navigation, decoder->maximum,
                                                "--max-document-bytes" };
        struct html_facts facts;
        is_good = html_to_text(text, &settings, &plain, &facts, error);
    } else if (is_good) {
        mime_append_plain(&plain, text, part->is_flowed, part->drops_space);
    }
    making->total += plain.length;
    if (is_good && making->total > decoder->maximum)
        is_good =
            error_set(error, E_LIMIT, "the text has more than %zu bytes (--max-document-bytes)", decoder->maximum);
    if (is_good)
        making->texts[index] = arena_copy(&decoder->arena, buffer_slice(&plain));
    buffer_release(&bytes);
    buffer_release(&plain);
    return is_good;
}

static size_t weight(struct slice text)
{
    return slice_trim(text).length;
}

/* The part of `container` itself that holds part `index`. */
static size_t branch_of(const struct mail *mail, size_t container, size_t index)
{
    while (index > container && mail->parts[index].parent != container)
        index = mail->parts[index].parent;
    return index;
}

/* One past the last part inside of it: those come behind it without a gap. */
static size_t end_of(const struct mail *mail, size_t container)
{
    size_t end = container + 1;
    while (end < mail->count && branch_of(mail, container, end) > container)
        end++;
    return end;
}

/* Of several forms of one text the plain one is kept, else the last, which its writer held for the best. */
static void choose_form(struct making *making, size_t container)
{
    struct mail *mail = &making->mail;
    size_t end = end_of(mail, container), plain = 0, html = 0, other = 0, chosen;
    for (size_t i = container + 1; i < end; i++) {
        const struct mail_part *part = &mail->parts[i];
        if (part->role != MAIL_BODY || weight(making->texts[i]) == 0)
            continue;
        if (mail_is_html(part))
            html = i;
        else if (slice_equal(part->type, SLICE("text/plain")))
            plain = plain ? plain : i;
        else
            other = i;
    }
    chosen = plain ? plain : html ? html : other;
    if (plain && html) {
        size_t length = weight(making->texts[plain]);
        if (length < MAIL_STUB_BYTES && length * 4 < weight(making->texts[html]))
            chosen = html;
    }
    if (chosen == 0)
        return;
    size_t branch = branch_of(mail, container, chosen);
    for (size_t i = container + 1; i < end; i++)
        if (mail->parts[i].role == MAIL_BODY && branch_of(mail, container, i) != branch)
            mail->parts[i].role = MAIL_LEFT_OUT;
}

static bool make_body(struct making *making, struct error *error)
{
    struct document_decoder *decoder = making->decode->decoder;
    struct mail *mail = &making->mail;
    making->texts = arena_allocate_zeroed(&decoder->arena, mail->count, sizeof *making->texts);
    for (size_t i = 0; i < mail->count; i++)
        if (mail->parts[i].role == MAIL_BODY && !make_text(making, i, error))
            return false;
    for (size_t i = mail->count; i-- > 0;)
        if (mail->parts[i].role == MAIL_CONTAINER && slice_equal(mail->parts[i].type, SLICE("multipart/alternative")))
            choose_form(making, i);
    for (size_t i = 0; i < mail->count; i++) {
        if (mail->parts[i].role != MAIL_BODY || weight(making->texts[i]) == 0)
            continue;
        struct slice so_far = buffer_slice(&decoder->text);
        if (so_far.length > 0)
            buffer_append_string(&decoder->text, slice_ends_with(so_far, SLICE("\n")) ? "\n" : "\n\n");
        buffer_append_slice(&decoder->text, making->texts[i]);
    }
    making->document.text = buffer_slice(&decoder->text);
    return true;
}

static void append_key(struct buffer *metadata, const char *key)
{
    buffer_append_format(metadata, "%s\"%s\":", metadata->length ? "," : "", key);
}

static void append_words(struct buffer *metadata, struct slice value)
{
    struct buffer text = { 0 };
    mime_append_words(&text, value);
    json_append_string(metadata, buffer_slice(&text));
    buffer_release(&text);
}

/* A list of texts under key, when there are any. */
static void append_list(struct buffer *metadata, const char *key, struct slice value,
                        struct slice (*next)(struct slice *rest), size_t most)
{
    struct slice item = next(&value);
    if (item.length == 0)
        return;
    append_key(metadata, key);
    for (size_t i = 0; item.length > 0 && i < most; i++) {
        buffer_append_byte(metadata, i ? ',' : '[');
        append_words(metadata, item);
        item = next(&value);
    }
    buffer_append_byte(metadata, ']');
}

static void append_id(struct buffer *metadata, const char *key, struct slice value)
{
    struct slice id = mime_next_id(&value);
    if (id.length == 0)
        return;
    append_key(metadata, key);
    append_words(metadata, id);
}

static void append_header(struct slice header, struct buffer *metadata)
{
    struct slice from = mime_find_field(header, SLICE("From"));
    if (from.length > 0) {
        append_key(metadata, "from");
        append_words(metadata, from);
    }
    append_list(metadata, "to", mime_find_field(header, SLICE("To")), mime_next_address, ADDRESSES_MAXIMUM);
    append_list(metadata, "cc", mime_find_field(header, SLICE("Cc")), mime_next_address, ADDRESSES_MAXIMUM);
    append_id(metadata, "message_id", mime_find_field(header, SLICE("Message-ID")));
    append_id(metadata, "in_reply_to", mime_find_field(header, SLICE("In-Reply-To")));
    append_list(metadata, "references", mime_find_field(header, SLICE("References")), mime_next_id, IDS_MAXIMUM);
}

bool decode_mail(struct decode *decode, struct error *error)
{
    struct making making = { .decode = decode };
    struct slice bytes;
    if (!decode_gather(decode, &bytes, error) || !mail_parse(bytes, &decode->decoder->arena, &making.mail, error) ||
        !make_body(&making, error))
        return false;
    if (mail_is_encrypted(&making.mail))
        return error_set(error, E_ENCRYPTED, "the message is encrypted");
    struct slice header = making.mail.header;
    struct buffer subject = { 0 }, metadata = { 0 };
    mime_append_words(&subject, mime_find_field(header, SLICE("Subject")));
    append_header(header, &metadata);
    making.document.title = decode_title(decode, buffer_slice(&subject));
    making.document.modified = date_read_mail(mime_find_field(header, SLICE("Date")));
    making.document.metadata = buffer_slice(&metadata);
    decode_describe(decode, bytes, &making.document);
    bool is_good = decode_emit(decode, &making.document, error);
    buffer_release(&subject);
    buffer_release(&metadata);
    return is_good;
}
