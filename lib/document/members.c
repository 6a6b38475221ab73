/* members.c - the members of archives to records. */
#include <string.h>

#include "document/outer.h"
#include "document/tar.h"

/* The content of a member whose read is set. */
static void handle_member(struct outer *outer, const struct piece *member, struct content *content, int64_t size)
{
    struct error error;
    error_reset(&error);
    size_t wanted = size >= 0 && size <= CONTENT_WHOLE_BYTES ? CONTENT_WHOLE_BYTES : CONTENT_BLOCK_BYTES;
    if (content_gather(content, &outer->kept, wanted, &error))
        reader_handle(outer->reader, member, content);
    else
        reader_report(outer->reader, member, &error);
}

static bool read_tar(void *context, struct slice *bytes, struct error *error)
{
    return tar_read(context, bytes, error);
}

static void handle_tar_member(struct outer *outer, struct tar *tar, const struct tar_member *found)
{
    struct piece member;
    outer->reader->counts.links += found->kind == TAR_LINK;
    outer->reader->counts.special += found->kind == TAR_SPECIAL;
    if ((found->kind != TAR_FILE && found->kind != TAR_SPARSE) || !outer_name_file(outer, found->name, &member))
        return;
    member.modified = found->modified;
    if (found->kind == TAR_SPARSE) {
        outer_report_member(outer, &member, E_ARCHIVE, "a sparse or multi-volume member, which is not read");
        return;
    }
    struct content content = { .read = read_tar, .context = tar };
    content.is_whole = tar_read_whole(tar, &content.bytes);
    handle_member(outer, &member, &content, found->size);
}

static void unpack_tar(struct outer *outer, struct content *content)
{
    struct tar_source source = { content, content_next };
    struct tar *tar = tar_open(&source);
    struct tar_member member;
    bool has_member = true;
    while (has_member && !outer->is_ended && !outer->reader->is_stopped) {
        struct error error;
        error_reset(&error);
        if (!tar_next(tar, &member, &has_member, &error))
            outer_report(outer, &error);
        else if (has_member && outer_count_entry(outer))
            handle_tar_member(outer, tar, &member);
    }
    tar_close(tar);
}

struct child_content {
    struct file_reader *reader;
    struct unpacker *unpacker;
};

static bool read_child(void *context, struct slice *bytes, struct error *error)
{
    struct child_content *content = context;
    return unpack_read(content->unpacker, bytes, error) && reader_count_unpacked(content->reader, bytes->length, error);
}

static void handle_child_member(struct outer *outer, struct unpacker *unpacker, const struct unpack_member *found)
{
    struct piece member;
    outer->reader->counts.links += found->kind == UNPACK_LINK;
    outer->reader->counts.special += found->kind == UNPACK_SPECIAL;
    if (found->kind != UNPACK_FILE || !outer_name_file(outer, found->raw_name, &member))
        return;
    member.modified = found->modified;
    if (found->is_encrypted) {
        outer_report_member(outer, &member, E_ENCRYPTED, "the member is encrypted");
        return;
    }
    struct child_content child = { outer->reader, unpacker };
    struct content content = { .read = read_child, .context = &child };
    handle_member(outer, &member, &content, found->size);
}

/* What nobody wanted of the member counts as unpacked all the same: a bomb costs time even where it is not read. */
static void drain_member(struct outer *outer, struct unpacker *unpacker)
{
    struct child_content child = { outer->reader, unpacker };
    struct slice bytes = SLICE(".");
    struct error error;
    error_reset(&error);
    while (bytes.length > 0 && read_child(&child, &bytes, &error)) {
    }
    if (!error_is_set(&error))
        return;
    outer_report(outer, &error);
    outer->is_ended = error.code == E_LIMIT || !unpack_is_usable(unpacker);
}

/* Opens the archive in the child: by its path, or from memory when it is inside something else. */
static bool open_in_child(struct outer *outer, struct unpacker *unpacker, struct content *content,
                          struct buffer *archive, struct error *error)
{
    const struct piece *piece = outer->piece;
    if (piece->is_file && piece->filters == 0)
        return unpack_open(unpacker, piece->path, slice_of("", 0), error);
    size_t maximum = outer->reader->settings->decode.max_document_bytes;
    if (!content_gather(content, archive, maximum, error))
        return false;
    if (!content->is_whole)
        return error_set(error, E_LIMIT,
                         "an archive of this kind that is no file of its own may have %zu bytes "
                         "(--max-document-bytes)",
                         maximum);
    return unpack_open(unpacker, NULL, content->bytes, error);
}

static void unpack_in_child(struct outer *outer, struct content *content)
{
    struct file_reader *reader = outer->reader;
    struct unpacker **unpacker = &reader->unpackers[outer->piece->nesting];
    const struct document_options *options = &reader->settings->decode;
    const struct unpack_limits limits = { options->decoder_memory, options->decoder_seconds, 0 };
    if (!*unpacker)
        *unpacker = unpacker_create(NULL, &limits);
    struct buffer archive = { 0 };
    struct error error;
    error_reset(&error);
    bool has_member = open_in_child(outer, *unpacker, content, &archive, &error);
    if (!has_member)
        reader_report(reader, outer->piece, &error);
    while (has_member && !outer->is_ended && !reader->is_stopped) {
        struct unpack_member member;
        error_reset(&error);
        if (!unpack_next(*unpacker, &member, &has_member, &error)) {
            outer_report(outer, &error);
            has_member = unpack_is_usable(*unpacker);
        } else if (has_member && outer_count_entry(outer)) {
            handle_child_member(outer, *unpacker, &member);
            if (!reader->is_stopped && !outer->is_ended)
                drain_member(outer, *unpacker);
        }
    }
    buffer_release(&archive);
}

void reader_unpack(struct file_reader *reader, const struct piece *piece, struct content *content,
                   const struct document_format *format)
{
    struct error error;
    if (piece->nesting > (unsigned)reader->settings->max_nesting) {
        if (!piece->is_taken)
            return;
        error_set(&error, E_LIMIT, "an archive inside %u others is not opened (--max-nesting)", piece->nesting);
        reader_report(reader, piece, &error);
        return;
    }
    struct outer outer = { .reader = reader, .piece = piece };
    if (strcmp(format->name, "tar") == 0)
        unpack_tar(&outer, content);
    else if (strcmp(format->name, "mbox") == 0)
        reader_mbox(&outer, content);
    else if (strcmp(format->name, "warc") == 0)
        reader_warc(&outer, content);
    else
        unpack_in_child(&outer, content);
    outer_release(&outer);
}
