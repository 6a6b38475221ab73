/* archive.c - members of archives, and the plain text of compressed streams. */
#include "stream/archive.h"

#include <errno.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "stream/archive_library.h"
#include "stream/input.h"
#include "stream/system.h"

enum { RETRIES_MAXIMUM = 10, ZEROS = 64 * 1024, LAYER_OF_SOURCE = 1 };

struct archive_reader {
    const struct archive_library *library;
    struct archive *archive;
    struct archive_entry *entry; /* NULL before the first member */
    char *name;
    enum archive_form form;
    bool is_usable;
    bool is_at_source_end; /* a fault then means that the data were cut */

    struct archive_source source; /* read NULL: descriptor or memory */
    int descriptor;
    struct slice memory;
    char *block;          /* for a descriptor */
    int64_t offset;       /* where the next read starts: descriptors and memory */
    int64_t given;        /* bytes that the library took from us */
    struct error failure; /* of the source, until the library has come back to us */

    struct buffer member_name, raw_name;
    int64_t member_offset; /* bytes of the member handed out */
    int64_t hole;          /* zeros to hand out first */
    struct slice pending;  /* then these */
    bool is_at_member_end;
};

static const char zeros[ZEROS];

static int64_t position(const struct archive_reader *reader)
{
    return reader->library->archive_filter_bytes(reader->archive, -1);
}

/* The library's messages begin with a capital and may quote names from the archive. */
static bool set_fault(struct archive_reader *reader, enum code code, struct error *error)
{
    if (error_is_set(&reader->failure)) {
        if (error)
            *error = reader->failure;
        return error_place(error, reader->name, 0, 0);
    }
    const char *text = reader->library->archive_error_string(reader->archive);
    struct buffer message = { 0 };
    buffer_append_string(&message, text && text[0] ? text : "damaged archive");
    char *first = message.bytes;
    if (first[0] >= 'A' && first[0] <= 'Z' && first[1] >= 'a' && first[1] <= 'z')
        first[0] = (char)(first[0] + ('a' - 'A'));
    while (message.length > 1 && (first[message.length - 1] == '.' || first[message.length - 1] == '\n'))
        first[--message.length] = '\0';
    if (reader->form == ARCHIVE_COMPRESSED)
        error_set(error, E_COMPRESSED, "%s after byte %lld: %s", reader->is_at_source_end ? "cut short" : "damaged",
                  (long long)position(reader), buffer_string(&message));
    else
        error_set(error, code, "%s", buffer_string(&message));
    buffer_release(&message);
    return error_place(error, reader->name, 0, 0);
}

static bool read_descriptor(struct archive_reader *reader, struct slice *bytes)
{
    if (!reader->block)
        reader->block = memory_allocate(STREAM_BLOCK_BYTES);
    ssize_t count = system_read(reader->descriptor, reader->block, STREAM_BLOCK_BYTES, &reader->failure);
    *bytes = slice_of(reader->block, count > 0 ? (size_t)count : 0);
    return count >= 0;
}

/* Callbacks of the library. */
static la_ssize_t read_callback(struct archive *archive, void *context, const void **start)
{
    struct archive_reader *reader = context;
    struct slice bytes = { 0 };
    bool is_good = true;
    if (reader->source.read)
        is_good = reader->source.read(reader->source.context, &bytes, &reader->failure);
    else if (reader->descriptor >= 0)
        is_good = read_descriptor(reader, &bytes);
    else
        bytes = slice_from(reader->memory, (size_t)reader->offset);
    if (!is_good) {
        reader->library->archive_set_error(archive, EIO, "cannot read");
        return ARCHIVE_FATAL;
    }
    reader->offset += (int64_t)bytes.length;
    reader->given += (int64_t)bytes.length;
    reader->is_at_source_end = bytes.length == 0;
    *start = bytes.bytes;
    return (la_ssize_t)bytes.length;
}

static bool move_to(struct archive_reader *reader, int64_t offset)
{
    if (reader->source.read && !reader->source.seek(reader->source.context, offset, &reader->failure))
        return false;
    if (!reader->source.read && reader->descriptor >= 0 && lseek(reader->descriptor, offset, SEEK_SET) < 0)
        return false;
    reader->offset = offset;
    return true;
}

static la_int64_t seek_callback(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct archive_reader *reader = context;
    int64_t start = whence == SEEK_CUR ? reader->offset : whence == SEEK_END ? reader->source.size : 0;
    int64_t wanted;
    if (!__builtin_add_overflow(start, offset, &wanted) && wanted >= 0 && wanted <= reader->source.size &&
        move_to(reader, wanted))
        return wanted;
    reader->library->archive_set_error(archive, EIO, "cannot move to byte %lld", (long long)wanted);
    return ARCHIVE_FATAL;
}

/* Skips what lies inside the file; the library reads what we do not skip. */
static la_int64_t skip_callback(struct archive *archive, void *context, la_int64_t request)
{
    (void)archive;
    struct archive_reader *reader = context;
    int64_t left = reader->source.size - reader->offset;
    int64_t count = request < left ? request : left;
    return count > 0 && move_to(reader, reader->offset + count) ? count : 0;
}

/* ARCHIVE_WARN from a filter would mean an external program: never. */
static bool support(struct archive_reader *reader)
{
    const struct archive_library *library = reader->library;
    struct archive *archive = reader->archive;
    int result = library->archive_read_support_filter_gzip(archive);
    result |= library->archive_read_support_filter_bzip2(archive);
    result |= library->archive_read_support_filter_xz(archive);
    result |= library->archive_read_support_filter_zstd(archive);
    result |= library->archive_read_support_filter_lz4(archive);
    if (reader->form == ARCHIVE_COMPRESSED) {
        result |= library->archive_read_support_format_empty(archive);
        result |= library->archive_read_support_format_raw(archive);
        return result == ARCHIVE_OK;
    }
    result |= library->archive_read_support_format_tar(archive);
    result |= library->archive_read_support_format_zip(archive);
    result |= library->archive_read_support_format_7zip(archive);
    result |= library->archive_read_support_format_cpio(archive);
    result |= library->archive_read_support_format_ar(archive);
    return result == ARCHIVE_OK;
}

static bool open_library(struct archive_reader *reader, struct error *error)
{
    const struct archive_library *library = reader->library;
    struct archive *archive = reader->archive;
    if (!support(reader))
        return error_set(error, E_UNAVAILABLE, "libarchive was built without a needed format: install libarchive13");
    library->archive_read_set_callback_data(archive, reader);
    library->archive_read_set_read_callback(archive, read_callback);
    if (reader->source.size >= 0) {
        library->archive_read_set_seek_callback(archive, seek_callback);
        library->archive_read_set_skip_callback(archive, skip_callback);
    }
    if (library->archive_read_open1(archive) != ARCHIVE_OK)
        return set_fault(reader, E_ARCHIVE, error);
    int layers = library->archive_filter_count(archive) - LAYER_OF_SOURCE;
    if (layers > ARCHIVE_FILTERS_MAXIMUM)
        return error_set(error, E_LIMIT, "compressed more than %d times over", ARCHIVE_FILTERS_MAXIMUM);
    if (reader->form == ARCHIVE_COMPRESSED && layers == 0)
        return error_set(error, E_COMPRESSED, "not in gzip, bzip2, xz, zstd or lz4 form");
    reader->is_usable = true;
    return true;
}

/* reader has its source set. Takes it over. */
static struct archive_reader *open_reader(struct archive_reader *reader, struct error *error)
{
    reader->library = archive_library(error);
    if (reader->library) {
        reader->archive = reader->library->archive_read_new();
        if (!reader->archive)
            memory_exit(EXIT_OSERR, "out of memory");
        if (open_library(reader, error))
            return reader;
    }
    error_place(error, reader->name, 0, 0);
    archive_close(reader);
    return NULL;
}

static struct archive_reader *create(const char *name, enum archive_form form)
{
    struct archive_reader *reader = memory_allocate_zeroed(1, sizeof *reader);
    reader->name = memory_copy_string(name);
    reader->form = form;
    reader->descriptor = -1;
    reader->source.size = -1;
    return reader;
}

struct archive_reader *archive_open_descriptor(int descriptor, const char *name, enum archive_form form,
                                               struct error *error)
{
    struct archive_reader *reader = create(name, form);
    reader->descriptor = descriptor;
    struct stat status;
    off_t offset = lseek(descriptor, 0, SEEK_CUR);
    /* The library takes the first byte for offset 0. */
    if (offset == 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
        reader->source.size = status.st_size;
    return open_reader(reader, error);
}

struct archive_reader *archive_open_memory(struct slice bytes, const char *name, enum archive_form form,
                                           struct error *error)
{
    struct archive_reader *reader = create(name, form);
    reader->memory = bytes;
    reader->source.size = (int64_t)bytes.length;
    return open_reader(reader, error);
}

struct archive_reader *archive_open_source(const struct archive_source *source, const char *name,
                                           enum archive_form form, struct error *error)
{
    struct archive_reader *reader = create(name, form);
    reader->source = *source;
    if (!source->seek)
        reader->source.size = -1;
    return open_reader(reader, error);
}

/* Bytes after the last stream of bzip2 or lz4: the library passes over them without a word. */
static bool check_rest(struct archive_reader *reader, struct error *error)
{
    if (reader->form != ARCHIVE_COMPRESSED)
        return true;
    const void *start;
    la_ssize_t more = reader->given - position(reader);
    if (more == 0)
        more = read_callback(reader->archive, reader, &start);
    if (more == 0)
        return true;
    if (more < 0)
        return set_fault(reader, E_ARCHIVE, error);
    error_set(error, E_COMPRESSED, "followed by other bytes after byte %lld", (long long)position(reader));
    return error_place(error, reader->name, 0, 0);
}

static void set_names(struct archive_reader *reader)
{
    const struct archive_library *library = reader->library;
    const char *name = library->archive_entry_pathname_utf8(reader->entry);
    const char *raw = library->archive_entry_pathname(reader->entry);
    buffer_reset(&reader->raw_name);
    buffer_append_string(&reader->raw_name, raw ? raw : name ? name : "");
    buffer_reset(&reader->member_name);
    utf8_append_repaired(&reader->member_name, name ? slice_of_string(name) : buffer_slice(&reader->raw_name));
}

static enum archive_member_kind kind_of(const struct archive_reader *reader)
{
    const struct archive_library *library = reader->library;
    if (library->archive_entry_hardlink(reader->entry))
        return ARCHIVE_LINK;
    switch (library->archive_entry_filetype(reader->entry)) {
    case AE_IFREG:
    case 0: /* raw, and zip written by systems without file types */
        return ARCHIVE_FILE;
    case AE_IFDIR:
        return ARCHIVE_FOLDER;
    case AE_IFLNK:
        return ARCHIVE_LINK;
    default:
        return ARCHIVE_OTHER;
    }
}

static void describe(struct archive_reader *reader, struct archive_member *member)
{
    const struct archive_library *library = reader->library;
    struct archive_entry *entry = reader->entry;
    if (reader->form == ARCHIVE_MEMBERS)
        set_names(reader); /* the raw format calls its member "data" */
    *member = (struct archive_member){
        .name = buffer_slice(&reader->member_name),
        .raw_name = buffer_slice(&reader->raw_name),
        .kind = kind_of(reader),
        .is_encrypted = library->archive_entry_is_encrypted(entry) != 0,
        .size = library->archive_entry_size_is_set(entry) ? library->archive_entry_size(entry) : -1,
        .modified = library->archive_entry_mtime_is_set(entry) ? library->archive_entry_mtime(entry) : INT64_MIN,
    };
    reader->member_offset = 0;
    reader->hole = 0;
    reader->pending = slice_of("", 0);
    reader->is_at_member_end = false;
}

bool archive_next(struct archive_reader *reader, struct archive_member *member, bool *has_member, struct error *error)
{
    *member = (struct archive_member){ .size = -1, .modified = INT64_MIN };
    *has_member = false;
    int result = ARCHIVE_RETRY;
    for (int i = 0; i < RETRIES_MAXIMUM && result == ARCHIVE_RETRY; i++)
        result = reader->library->archive_read_next_header(reader->archive, &reader->entry);
    if (result == ARCHIVE_EOF)
        return check_rest(reader, error);
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
        *has_member = true;
        describe(reader, member);
        return true;
    }
    reader->is_usable = result == ARCHIVE_FAILED && !error_is_set(&reader->failure);
    bool is_encrypted = reader->library->archive_read_has_encrypted_entries(reader->archive) == 1;
    return set_fault(reader, is_encrypted ? E_ENCRYPTED : E_ARCHIVE, error);
}

/* The next block of the library: sets hole and pending, or the end. */
static bool next_block(struct archive_reader *reader, struct error *error)
{
    const void *bytes = NULL;
    size_t length = 0;
    la_int64_t offset = reader->member_offset;
    int result = ARCHIVE_RETRY;
    for (int i = 0; i < RETRIES_MAXIMUM && result == ARCHIVE_RETRY; i++)
        result = reader->library->archive_read_data_block(reader->archive, &bytes, &length, &offset);
    if (result != ARCHIVE_OK && result != ARCHIVE_EOF) {
        /* A warning here is a wrong checksum: what came before it cannot be trusted. */
        reader->is_usable = result != ARCHIVE_FATAL && !error_is_set(&reader->failure);
        bool is_encrypted = reader->entry && reader->library->archive_entry_is_encrypted(reader->entry);
        return set_fault(reader, is_encrypted ? E_ENCRYPTED : E_ARCHIVE, error);
    }
    reader->is_at_member_end = result == ARCHIVE_EOF;
    reader->pending = reader->is_at_member_end ? slice_of("", 0) : slice_of(bytes, length);
    reader->hole = offset - reader->member_offset;
    if (reader->is_at_member_end && reader->hole < 0)
        reader->hole = 0; /* only sparse formats say where the end is */
    if (reader->hole >= 0)
        return !reader->is_at_member_end || check_rest(reader, error);
    error_set(error, E_ARCHIVE, "blocks of a sparse member overlap");
    return error_place(error, reader->name, 0, 0);
}

bool archive_read(struct archive_reader *reader, struct slice *bytes, struct error *error)
{
    *bytes = slice_of("", 0);
    while (reader->hole == 0 && reader->pending.length == 0) {
        if (reader->is_at_member_end)
            return true;
        if (!next_block(reader, error))
            return false;
    }
    if (reader->hole > 0) {
        size_t length = reader->hole < ZEROS ? (size_t)reader->hole : ZEROS;
        *bytes = slice_of(zeros, length);
        reader->hole -= (int64_t)length;
    } else {
        *bytes = reader->pending;
        reader->pending = slice_of("", 0);
    }
    reader->member_offset += (int64_t)bytes->length;
    return true;
}

bool archive_is_usable(const struct archive_reader *reader)
{
    return reader->is_usable;
}

const char *archive_kind(const struct archive_reader *reader)
{
    switch (reader->entry ? reader->library->archive_format(reader->archive) & ARCHIVE_FORMAT_BASE_MASK : 0) {
    case ARCHIVE_FORMAT_ZIP:
        return "zip";
    case ARCHIVE_FORMAT_TAR:
        return "tar";
    case ARCHIVE_FORMAT_7ZIP:
        return "7zip";
    case ARCHIVE_FORMAT_CPIO:
        return "cpio";
    case ARCHIVE_FORMAT_AR:
        return "ar";
    default:
        return "";
    }
}

void archive_close(struct archive_reader *reader)
{
    if (!reader)
        return;
    if (reader->archive)
        reader->library->archive_read_free(reader->archive);
    buffer_release(&reader->member_name);
    buffer_release(&reader->raw_name);
    memory_free(reader->block);
    memory_free(reader->name);
    memory_free(reader);
}
