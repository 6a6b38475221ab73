/* mail_members.c - messages and mailboxes: the document of each message, and the files in it. */
#include "document/mail.h"
#include "document/mbox.h"
#include "document/outer.h"

enum { NAME_BYTES_MAXIMUM = 1024 };

/* Signatures and keys are about the message; nobody looks for their text. */
static bool is_of_interest(const struct mail_part *part)
{
    static const char *const types[] = { "application/pgp-signature", "application/pkcs7-signature",
                                         "application/x-pkcs7-signature", "application/pgp-keys",
                                         "application/pgp-encrypted" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_equal(part->type, slice_of_string(types[i])))
            return false;
    return part->role == MAIL_ATTACHMENT;
}

static bool is_message(const struct mail_part *part)
{
    return slice_equal(part->type, SLICE("message/rfc822")) || slice_equal(part->type, SLICE("message/global"));
}

/* "part-3.pdf" for a part without a name. */
static void append_part_name(struct buffer *name, const struct mail_part *part, size_t number)
{
    if (part->name.length > 0) {
        buffer_append_slice(name, slice_between(part->name, 0, NAME_BYTES_MAXIMUM));
        return;
    }
    buffer_append_format(name, "part-%zu", number);
    struct slice extension = is_message(part) ? SLICE("eml") : document_extension_of_mime(part->type);
    if (extension.length > 0)
        buffer_append_format(name, ".%.*s", (int)extension.length, extension.bytes);
}

static void read_part(struct outer *outer, const struct mail_part *part, size_t number)
{
    struct piece member;
    struct buffer name = { 0 }, content = { 0 };
    append_part_name(&name, part, number);
    if (outer_name_file(outer, buffer_slice(&name), &member)) {
        mime_append_decoded(&content, part->body, part->encoding);
        member.charset = part->charset;
        member.mime = part->type;
        if (is_message(part))
            member.format = document_format_find(SLICE("eml"));
        struct content whole = { .bytes = buffer_slice(&content), .is_whole = true };
        reader_handle(outer->reader, &member, &whole);
    }
    buffer_release(&name);
    buffer_release(&content);
}

static bool may_open(struct file_reader *reader, const struct piece *piece)
{
    if (piece->nesting <= (unsigned)reader->settings->max_nesting)
        return true;
    struct error error;
    error_set(&error, E_LIMIT, "the attachments of a message inside %u others are not opened (--max-nesting)",
              piece->nesting);
    reader_report(reader, piece, &error);
    return false;
}

/* The message's own document was made by the decoder, which tells what is wrong with the whole. */
static void read_attachments(struct file_reader *reader, const struct piece *piece, struct slice message)
{
    struct arena arena = { 0 };
    struct mail mail;
    struct error error;
    struct outer outer = { .reader = reader, .piece = piece };
    bool is_good = mail_parse(message, &arena, &mail, &error), is_checked = false;
    for (size_t i = 0; is_good && i < mail.count && !outer.is_ended && !reader->is_stopped; i++) {
        if (!is_of_interest(&mail.parts[i]))
            continue;
        if (!is_checked && !may_open(reader, piece))
            break;
        is_checked = true;
        if (outer_count_entry(&outer))
            read_part(&outer, &mail.parts[i], i + 1);
    }
    if (is_good && mail.limit && piece->is_taken) {
        error_set(&error, E_LIMIT, "the message has more than %s, the rest is left out", mail.limit);
        reader_report(reader, piece, &error);
    }
    outer_release(&outer);
    arena_release(&arena);
}

void reader_mail(struct file_reader *reader, const struct piece *piece, struct content *content,
                 const struct document_format *format)
{
    struct buffer kept = { 0 };
    struct error error;
    error_reset(&error);
    size_t maximum = 2 * reader->settings->decode.max_document_bytes;
    if (!content_gather(content, &kept, maximum, &error)) {
        reader_report(reader, piece, &error);
    } else {
        if (piece->is_taken)
            reader_decode(reader, piece, content, format);
        if (content->is_whole && !reader->is_stopped)
            read_attachments(reader, piece, content->bytes);
    }
    buffer_release(&kept);
}

/* A message is called by its Message-ID, which stays when others come and go; one without by its content. */
static void name_message(struct buffer *name, struct slice message)
{
    struct slice value = mime_find_field(message, SLICE("Message-ID"));
    struct slice id = mime_next_id(&value);
    buffer_reset(name);
    if (id.length > 0 && id.length <= NAME_BYTES_MAXIMUM) {
        struct buffer text = { 0 };
        mime_append_words(&text, id);
        member_append_name(name, buffer_slice(&text));
        buffer_release(&text);
        return;
    }
    char digits[HASH128_TEXT + 1];
    hash128_format(hash_128(message), digits);
    buffer_append_format(name, "message-%s", digits);
}

static void read_message(struct outer *outer, const struct mbox_message *message)
{
    struct piece member;
    name_message(&outer->inner, message->bytes);
    if (!outer_take_name(outer, &member))
        return;
    if (message->is_cut) {
        struct error error;
        error_set(&error, E_LIMIT, "the message at byte %lld has more than twice the %zu bytes of --max-document-bytes",
                  (long long)message->offset, outer->reader->settings->decode.max_document_bytes);
        reader_report(outer->reader, &member, &error);
        return;
    }
    member.format = document_format_find(SLICE("eml"));
    struct content content = { .bytes = message->bytes, .is_whole = true };
    reader_handle(outer->reader, &member, &content);
}

void reader_mbox(struct outer *outer, struct content *content)
{
    struct file_reader *reader = outer->reader;
    struct mbox *mbox = mbox_open(content, 2 * reader->settings->decode.max_document_bytes);
    struct mbox_message message;
    struct error error;
    bool has_message = true;
    while (has_message && !outer->is_ended && !reader->is_stopped) {
        error_reset(&error);
        if (!mbox_next(mbox, &message, &has_message, &error)) {
            outer_report(outer, &error);
            break;
        }
        if (has_message && outer_count_entry(outer))
            read_message(outer, &message);
    }
    mbox_close(mbox);
}
