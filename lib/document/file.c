/* file.c - a file, whatever it holds, to records. */
#include "document/file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "document/image.h"
#include "document/reader.h"
#include "document/sidecar.h"
#include "stream/archive.h"
#include "json/write.h"

struct file_reader *file_reader_create(const struct file_settings *settings, struct error *error)
{
    struct document_decoder *decoder = document_decoder_create(&settings->decode, error);
    if (!decoder)
        return NULL;
    struct file_reader *reader = memory_allocate_zeroed(1, sizeof *reader);
    reader->settings = settings;
    reader->decoder = decoder;
    return reader;
}

void file_reader_free(struct file_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i <= FILE_NESTING_MAXIMUM; i++)
        unpacker_free(reader->unpackers[i]);
    document_decoder_free(reader->decoder);
    buffer_release(&reader->first);
    buffer_release(&reader->block);
    buffer_release(&reader->metadata);
    buffer_release(&reader->sidecar);
    memory_free(reader);
}

const struct file_counts *file_reader_counts(const struct file_reader *reader)
{
    return &reader->counts;
}

void reader_report(struct file_reader *reader, const struct piece *piece, struct error *error)
{
    error_place(error, piece->path, 0, 0);
    if (!reader->sink->reject(reader->sink->context, error, slice_of("", 0)))
        reader->is_stopped = true;
}

bool reader_count_unpacked(struct file_reader *reader, size_t bytes, struct error *error)
{
    reader->unpacked += (int64_t)bytes;
    if (reader->unpacked <= FILE_EXPANSION_FREE_BYTES)
        return true;
    int64_t packed = reader->packed;
    if (packed < 0 && reader->packed_input)
        packed = input_position(reader->packed_input);
    if (packed < 0 || reader->unpacked / reader->settings->max_expansion <= packed)
        return true;
    return error_set(error, E_LIMIT, "unpacks to more than %lld times its size (--max-expansion)",
                     (long long)reader->settings->max_expansion);
}

static void append_key(struct buffer *metadata, const char *key)
{
    buffer_append_format(metadata, "%s\"%s\":", metadata->length ? "," : "", key);
}

/* Members that every document of the piece gets. sha256: NULL for none. */
static struct slice make_metadata(struct file_reader *reader, const struct piece *piece, const char *sha256)
{
    struct buffer *metadata = &reader->metadata;
    buffer_reset(metadata);
    if (reader->settings->with_modified && date_is_known(piece->modified)) {
        append_key(metadata, "modified");
        buffer_append_byte(metadata, '"');
        date_append(metadata, piece->modified);
        buffer_append_byte(metadata, '"');
    }
    if (piece->metadata.length > 0) {
        buffer_append_string(metadata, metadata->length ? "," : "");
        buffer_append_slice(metadata, piece->metadata);
    }
    if (piece->raw_name.length > 0) {
        struct buffer printable = { 0 };
        text_append_printable(&printable, piece->raw_name);
        append_key(metadata, "raw_name");
        json_append_string(metadata, buffer_slice(&printable));
        buffer_release(&printable);
    }
    if (sha256) {
        append_key(metadata, "sha256");
        json_append_string(metadata, slice_of_string(sha256));
    }
    return buffer_slice(metadata);
}

struct emission {
    struct file_reader *reader;
    const struct piece *piece;
};

static bool emit_record(void *context, struct slice record, int64_t line)
{
    struct emission *emission = context;
    struct file_reader *reader = emission->reader;
    if (!reader->sink->emit(reader->sink->context, record, emission->piece->path, line) || interrupt_signal())
        reader->is_stopped = true;
    return !reader->is_stopped;
}

static bool reject_row(void *context, const struct error *error, struct slice raw)
{
    struct emission *emission = context;
    struct file_reader *reader = emission->reader;
    if (!reader->sink->reject(reader->sink->context, error, raw))
        reader->is_stopped = true;
    return !reader->is_stopped;
}

/* An image that is a document all the same. */
static bool is_reference(const struct file_reader *reader, const struct document_format *format)
{
    return reader->settings->decode.with_images && strcmp(format->name, "image") == 0;
}

void reader_decode(struct file_reader *reader, const struct piece *piece, struct content *content,
                   const struct document_format *format)
{
    struct buffer kept = { 0 };
    struct error error;
    error_reset(&error);
    char sha256[DIGEST_TEXT + 1];
    bool has_digest = reader->settings->with_sha256 && (format->shape == DOCUMENT_ONE || is_reference(reader, format));
    bool is_good =
        !has_digest || content_gather(content, &kept, 2 * reader->settings->decode.max_document_bytes, &error);
    if (is_good && has_digest)
        digest_sha256(content->bytes, sha256);
    struct emission emission = { reader, piece };
    struct document_sink sink = { &emission, emit_record, reject_row };
    struct document_source source = { .name = piece->source,
                                      .path = piece->path,
                                      .is_file = piece->is_file && piece->filters == 0,
                                      .bytes = content->bytes,
                                      .read = content->is_whole ? NULL : content->read,
                                      .context = content->context,
                                      .charset = piece->charset,
                                      .metadata = make_metadata(reader, piece, has_digest ? sha256 : NULL) };
    if (!is_good || !document_decode(reader->decoder, format, &source, &sink, &error))
        reader_report(reader, piece, &error);
    buffer_release(&kept);
}

/* What is no text at all and stands beside documents in every folder. Named by the user it is a reject like any other.
 */
static bool is_left_out(const struct document_format *format)
{
    static const char *const names[] = { "image", "audio", "video", "executable", "binary", "ar" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(format->name, names[i]) == 0)
            return true;
    return false;
}

static void refuse(struct file_reader *reader, const struct piece *piece, struct content *content,
                   const struct document_format *format)
{
    /* A drawing in XML has no header to read a size from: it is left out as before. */
    bool has_header = content->bytes.length == 0 || image_is_known(content->bytes);
    if (piece->is_operand || !is_left_out(format) || (is_reference(reader, format) && has_header))
        reader_decode(reader, piece, content, format);
    else if (!reader->sink->drop(reader->sink->context, piece->path, format))
        reader->is_stopped = true;
}

/* The name without what compression has put behind it: "a.md.gz" is read as "a.md", "x.tgz" as "x.tar". */
static struct slice name_inside(struct slice name)
{
    static const char *const ends[] = { ".gz", ".zst", ".xz", ".bz2", ".lz4", ".z" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with(name, slice_of_string(ends[i])))
            return slice_between(name, 0, name.length - strlen(ends[i]));
    return name;
}

struct inflow {
    struct file_reader *reader;
    struct input *input;
};

static bool read_input(void *context, struct slice *bytes, struct error *error)
{
    struct inflow *inflow = context;
    return input_read(inflow->input, bytes, error) && reader_count_unpacked(inflow->reader, bytes->length, error);
}

static struct input *open_packed(struct file_reader *reader, const struct piece *piece, struct content *content,
                                 struct buffer *kept, struct error *error)
{
    if (piece->is_file && piece->filters == 0 && !content->is_whole)
        return input_open(piece->path, NULL, error);
    size_t maximum = reader->settings->decode.max_document_bytes;
    if (!content_gather(content, kept, maximum, error))
        return NULL;
    if (content->is_whole)
        return input_open_memory(content->bytes, piece->path, NULL, error);
    error_set(error, E_LIMIT, "compressed inside another file and larger than %zu bytes (--max-document-bytes)",
              maximum);
    return NULL;
}

static void handle_compressed(struct file_reader *reader, const struct piece *piece, struct content *content)
{
    struct error error;
    error_reset(&error);
    struct buffer packed = { 0 }, kept = { 0 };
    struct input *input = NULL;
    if (piece->filters >= FILTERS_MAXIMUM)
        error_set(&error, E_LIMIT, "compressed more than %d times over", FILTERS_MAXIMUM);
    else
        input = open_packed(reader, piece, content, &packed, &error);
    struct inflow inflow = { reader, input };
    struct content plain = { .read = read_input, .context = &inflow };
    if (input && content_gather(&plain, &kept, CONTENT_BLOCK_BYTES, &error)) {
        struct piece inner = *piece;
        inner.name = name_inside(piece->name);
        inner.filters++;
        reader_handle(reader, &inner, &plain);
    }
    if (error_is_set(&error))
        reader_report(reader, piece, &error);
    input_close(input);
    buffer_release(&packed);
    buffer_release(&kept);
}

/* The name by which the content's format is told: a type that is more than "some text" or "some bytes" says more than a
 * name, which says more than "some text". */
static struct slice telling_name(const struct piece *piece, char room[], size_t bytes)
{
    struct slice extension = document_extension_of_mime(piece->mime);
    if (extension.length == 0 || extension.length + 2 > bytes)
        return piece->name;
    bool is_vague = slice_starts_with(piece->mime, SLICE("text/plain"));
    if (is_vague && document_format_of_name(piece->name))
        return piece->name;
    room[0] = '.';
    memcpy(room + 1, extension.bytes, extension.length);
    return slice_of(room, extension.length + 1);
}

/* --as holds for everything but archives; office files are zip archives only on the outside. */
static const struct document_format *choose_format(const struct file_reader *reader, const struct piece *piece,
                                                   struct slice bytes, bool is_archive)
{
    const struct document_format *as = reader->settings->as;
    if (as && !is_archive)
        return as;
    char room[16];
    const struct document_format *format = document_sniff(bytes, telling_name(piece, room, sizeof room));
    return as && format->shape != DOCUMENT_ARCHIVE ? as : format;
}

static void hand_over(struct file_reader *reader, const struct piece *piece, struct slice bytes)
{
    struct file_member member = { .source = piece->source,
                                  .name = piece->name,
                                  .raw_name = piece->raw_name,
                                  .path = piece->path,
                                  .modified = piece->modified,
                                  .format = piece->format,
                                  .mime = piece->mime,
                                  .charset = piece->charset,
                                  .metadata = piece->metadata,
                                  .nesting = piece->nesting };
    if (!reader->sink->member(reader->sink->context, &member, bytes) || interrupt_signal())
        reader->is_stopped = true;
}

void reader_handle(struct file_reader *reader, const struct piece *piece, struct content *content)
{
    if (!piece->format && compression_of(content->bytes)) {
        handle_compressed(reader, piece, content);
        return;
    }
    bool is_archive = !piece->format && archive_format_of(content->bytes) != NULL;
    const struct document_format *format = piece->format;
    if (!format)
        format = choose_format(reader, piece, content->bytes, is_archive);
    if (reader->sink->member && piece->nesting > 0 && content->is_whole && piece->is_taken &&
        !(is_archive && format->shape == DOCUMENT_ARCHIVE)) {
        hand_over(reader, piece, content->bytes);
        return;
    }
    if (format->shape == DOCUMENT_ARCHIVE)
        reader_unpack(reader, piece, content, format);
    else if (strcmp(format->name, "eml") == 0)
        reader_mail(reader, piece, content, format);
    else if (!piece->is_taken)
        return;
    else if (format->shape == DOCUMENT_REFUSED)
        refuse(reader, piece, content, format);
    else
        reader_decode(reader, piece, content, format);
}

/* Fills `first` up to `wanted` bytes. *is_whole: the file ended before. */
static bool read_first(struct file_reader *reader, int descriptor, size_t wanted, bool *is_whole, struct error *error)
{
    while (reader->first.length < wanted) {
        char *place = buffer_reserve(&reader->first, wanted - reader->first.length);
        ssize_t length = read(descriptor, place, wanted - reader->first.length);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return error_set_system(error, E_IO, errno, "cannot read");
        reader->first.length += (size_t)length;
        *is_whole = length == 0;
        if (*is_whole)
            return true;
    }
    return true;
}

struct plain_file {
    struct file_reader *reader;
    int descriptor;
};

static bool read_plain(void *context, struct slice *bytes, struct error *error)
{
    struct plain_file *file = context;
    struct buffer *block = &file->reader->block;
    buffer_reset(block);
    char *place = buffer_reserve(block, CONTENT_BLOCK_BYTES);
    ssize_t length;
    do
        length = read(file->descriptor, place, CONTENT_BLOCK_BYTES);
    while (length < 0 && errno == EINTR);
    *bytes = slice_of(place, length > 0 ? (size_t)length : 0);
    return length >= 0 || error_set_system(error, E_IO, errno, "cannot read");
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static struct file_state state_of(const struct file_reader *reader, const struct piece *piece,
                                  const struct stat *status)
{
    struct file_state state = { .size = (int64_t)status->st_size,
                                .modified = nanoseconds(status->st_mtim),
                                .changed = nanoseconds(status->st_ctim),
                                .inode = (int64_t)status->st_ino };
    if (reader->settings->with_sidecars)
        sidecar_add_state(piece->path, &state);
    return state;
}

/* With a sidecar the hash is of both. */
static struct hash128 add_hash(struct hash128 first, struct hash128 second)
{
    struct hash128 both[2] = { first, second };
    return hash_128(slice_of((const char *)both, sizeof both));
}

static bool is_same_state(const struct file_state *a, const struct file_state *b)
{
    return a->size == b->size && a->modified == b->modified && a->changed == b->changed && a->inode == b->inode;
}

/* The hash of what is in `first` and of the rest, which is read ahead without moving the file's position. */
static bool hash_all(struct file_reader *reader, int descriptor, bool is_whole, struct hash128 *hash,
                     struct error *error)
{
    struct slice first = buffer_slice(&reader->first);
    if (is_whole) {
        *hash = hash_128(first);
        return true;
    }
    struct hash_stream *stream = hash_stream_create();
    hash_stream_add(stream, first);
    off_t offset = (off_t)first.length;
    ssize_t length = 1;
    while (length > 0) {
        buffer_reset(&reader->block);
        char *place = buffer_reserve(&reader->block, CONTENT_BLOCK_BYTES);
        length = pread(descriptor, place, CONTENT_BLOCK_BYTES, offset);
        bool is_again = length < 0 && errno == EINTR;
        if (length > 0)
            hash_stream_add(stream, slice_of(place, (size_t)length));
        offset += length > 0 ? length : 0;
        length = is_again ? 1 : length;
    }
    *hash = hash_stream_digest_128(stream);
    hash_stream_free(stream);
    return length == 0 || error_set_system(error, E_IO, errno, "cannot read");
}

/* A regular file: its first bytes, or all of it when it is not large, in one buffer that is used again and again. */
static void handle_regular(struct file_reader *reader, struct piece *piece, int descriptor, struct error *sidecar_fault)
{
    struct error error;
    error_reset(&error);
    struct plain_file file = { reader, descriptor };
    struct content content = { .read = read_plain, .context = &file };
    struct stat status = { 0 };
    bool is_examined = reader->sink->examine != NULL;
    bool needs_status = is_examined || reader->settings->with_modified;
    bool is_good = true;
    buffer_reset(&reader->first);
    if (needs_status && fstat(descriptor, &status) != 0)
        is_good = error_set_system(&error, E_IO, errno, "cannot read");
    is_good = is_good && read_first(reader, descriptor, CONTENT_BLOCK_BYTES, &content.is_whole, &error);
    if (is_good && !content.is_whole && !needs_status && fstat(descriptor, &status) != 0)
        is_good = error_set_system(&error, E_IO, errno, "cannot read");
    if (reader->settings->with_modified)
        piece->modified = status.st_mtime;
    if (is_good && !content.is_whole && status.st_size <= CONTENT_WHOLE_BYTES)
        is_good = read_first(reader, descriptor, CONTENT_WHOLE_BYTES + 1, &content.is_whole, &error);
    struct file_state state = is_examined ? state_of(reader, piece, &status) : (struct file_state){ 0 };
    if (is_good && is_examined)
        is_good = hash_all(reader, descriptor, content.is_whole, &state.hash, &error);
    struct slice sidecar = error_is_set(sidecar_fault) ? slice_of_string(sidecar_fault->message) : piece->metadata;
    if (sidecar.length > 0)
        state.hash = add_hash(state.hash, hash_128(sidecar));
    reader->packed = content.is_whole || !is_good ? (int64_t)reader->first.length : status.st_size;
    content.bytes = buffer_slice(&reader->first);
    if (!is_good) {
        reader_report(reader, piece, &error);
        return;
    }
    if (is_examined && !reader->sink->examine(reader->sink->context, &state))
        return;
    if (error_is_set(sidecar_fault))
        reader_report(reader, piece, sidecar_fault);
    else
        reader_handle(reader, piece, &content);
    struct file_state after = { 0 };
    if (is_examined && fstat(descriptor, &status) == 0)
        after = state_of(reader, piece, &status);
    reader->is_stable = is_same_state(&state, &after);
}

/* Standard input, or a pipe that the user named. */
static void handle_stream(struct file_reader *reader, const struct piece *piece)
{
    struct error error;
    error_reset(&error);
    struct buffer kept = { 0 };
    struct input *input = input_open(piece->path, NULL, &error);
    struct inflow inflow = { reader, input };
    struct content content = { .read = read_input, .context = &inflow };
    reader->packed_input = input;
    reader->packed = -1;
    struct piece plain = *piece;
    plain.filters = 1; /* the input has taken one off, if there was one */
    plain.name = name_inside(piece->name);
    if (input && content_gather(&content, &kept, CONTENT_BLOCK_BYTES, &error))
        reader_handle(reader, &plain, &content);
    if (error_is_set(&error))
        reader_report(reader, piece, &error);
    reader->packed_input = NULL;
    input_close(input);
    buffer_release(&kept);
}

static bool is_stream(const char *path)
{
    struct stat status;
    return strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
}

/* A faulty one sets error. */
static void read_sidecar(struct file_reader *reader, struct piece *piece, struct error *error)
{
    error_reset(error);
    buffer_reset(&reader->sidecar);
    if (reader->settings->with_sidecars && sidecar_read(piece->path, &reader->sidecar, error))
        piece->metadata = buffer_slice(&reader->sidecar);
}

bool file_reader_read(struct file_reader *reader, const struct walk_file *file, const struct file_sink *sink)
{
    reader->sink = sink;
    reader->is_stopped = false;
    reader->unpacked = reader->entries = 0;
    struct piece piece = { .source = file->source,
                           .path = file->path,
                           .name = file->source,
                           .is_taken = file->is_taken,
                           .is_operand = file->is_operand,
                           .modified = INT64_MIN };
    if (file->has_raw_name)
        piece.raw_name = slice_of_string(file->path);
    if (file->is_operand && is_stream(file->path)) {
        handle_stream(reader, &piece);
        return !reader->is_stopped;
    }
    piece.is_file = true;
    if (reader->settings->with_sidecars && !file->is_operand && sidecar_belongs(file->path)) {
        if (!sink->drop(sink->context, file->path, document_format_find(SLICE("sidecar"))))
            reader->is_stopped = true;
        return !reader->is_stopped;
    }
    int descriptor = walk_file_open(file->path, reader->settings->follows_links || file->is_operand);
    if (descriptor < 0) {
        struct error error;
        error_set_system(&error, E_NO_INPUT, errno, "cannot open");
        reader_report(reader, &piece, &error);
        return !reader->is_stopped;
    }
    struct error fault;
    read_sidecar(reader, &piece, &fault);
    handle_regular(reader, &piece, descriptor, &fault);
    close(descriptor);
    return !reader->is_stopped;
}

bool file_reader_is_stable(const struct file_reader *reader)
{
    return reader->is_stable;
}

bool file_reader_decode(struct file_reader *reader, const struct file_member *member, struct slice bytes,
                        const struct file_sink *sink)
{
    struct piece piece = { .source = member->source,
                           .path = member->path,
                           .name = member->name,
                           .is_taken = true,
                           .modified = member->modified,
                           .raw_name = member->raw_name,
                           .format = member->format,
                           .mime = member->mime,
                           .charset = member->charset,
                           .metadata = member->metadata,
                           .nesting = member->nesting };
    struct content content = { .bytes = bytes, .is_whole = true };
    reader->sink = sink;
    reader->is_stopped = false;
    reader->unpacked = reader->entries = 0;
    reader->packed = (int64_t)bytes.length;
    reader_handle(reader, &piece, &content);
    return !reader->is_stopped;
}
