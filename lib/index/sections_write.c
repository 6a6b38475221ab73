/* sections_write.c - .seg files: written section by section to a temporary, then published. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/memory.h"
#include "index/sections.h"

enum { WRITE_BUFFER_BYTES = 1024 * 1024, TEMPORARY_TRIES = 100000 };

struct sections_writer {
    char *folder;
    char *path;
    int descriptor;
    int temporary; /* handle of temporary_register() */
    bool is_published;
    bool is_in_section;
    struct file_header header;
    struct section_entry entries[SECTION_COUNT_MAXIMUM];
    uint64_t written; /* bytes that reached the file */
    struct buffer buffer;
    size_t hash_start; /* where in the buffer the bytes begin that the section's checksum has not seen */
    struct hash_stream *hash;
};

/* A new file that nobody else has, flocked. The flock tells other writers that its owner lives; one that just swept it
 * away between open and flock shows by the missing link. */
static bool create_temporary(struct sections_writer *writer, enum file_kind kind, struct error *error)
{
    struct buffer path = { 0 };
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time); /* some number that is most likely free */
    for (long i = 0; i < TEMPORARY_TRIES && writer->descriptor < 0; i++) {
        buffer_reset(&path);
        buffer_append_format(&path, "%s/%s.tmp.%ld.%ld", writer->folder,
                             kind == FILE_SEGMENT ? "segment" : "tombstones", (long)getpid(),
                             (time.tv_nsec + i) % 1000000);
        /* Registered before it is made: whatever ends the process from there on, the file goes with it. */
        writer->temporary = temporary_register(buffer_string(&path));
        writer->path = memory_copy_string(buffer_string(&path));
        int descriptor = open(writer->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        int open_error = errno;
        struct stat status;
        if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &status) == 0 &&
            status.st_nlink > 0) {
            writer->descriptor = descriptor;
            break;
        }
        if (descriptor >= 0)
            close(descriptor);
        temporary_forget(writer->temporary);
        writer->temporary = -1;
        memory_free(writer->path);
        writer->path = NULL;
        if (descriptor < 0 && open_error != EEXIST) {
            error_set_system(error, E_CREATE, open_error, "cannot create '%s'", buffer_string(&path));
            break;
        }
    }
    if (!writer->path && !error_is_set(error))
        error_set(error, E_CREATE, "no name is free for a temporary file in '%s'", writer->folder);
    buffer_release(&path);
    return writer->path != NULL;
}

struct sections_writer *sections_writer_create(const char *folder, enum file_kind kind, struct error *error)
{
    struct sections_writer *writer = memory_allocate_zeroed(1, sizeof *writer);
    writer->folder = memory_copy_string(folder);
    writer->descriptor = -1;
    writer->temporary = -1;
    memcpy(writer->header.magic, FILE_MAGIC, sizeof writer->header.magic);
    writer->header.version = INDEX_FORMAT_VERSION;
    writer->header.byte_order = FILE_BYTE_ORDER;
    writer->header.kind = (uint32_t)kind;
    error_reset(error);
    if (!create_temporary(writer, kind, error)) {
        sections_writer_close(writer);
        return NULL;
    }
    /* Room for header and table, which come last. */
    buffer_append_repeated(&writer->buffer, '\0', SECTION_START);
    return writer;
}

static void hash_pending(struct sections_writer *writer)
{
    if (writer->is_in_section)
        hash_stream_add(writer->hash, slice_from(buffer_slice(&writer->buffer), writer->hash_start));
    writer->hash_start = writer->buffer.length;
}

static bool write_bytes(struct sections_writer *writer, const void *bytes, size_t length, struct error *error)
{
    if (!write_fully(writer->descriptor, bytes, length))
        return error_set_system(error, E_IO, errno, "cannot write %zu bytes to '%s'", length, writer->path);
    writer->written += length;
    return true;
}

static bool flush_buffer(struct sections_writer *writer, struct error *error)
{
    hash_pending(writer);
    if (!write_bytes(writer, writer->buffer.bytes, writer->buffer.length, error))
        return false;
    buffer_reset(&writer->buffer);
    writer->hash_start = 0;
    return true;
}

static bool append_bytes(struct sections_writer *writer, const void *bytes, size_t length, struct error *error)
{
    if (writer->buffer.length + length > WRITE_BUFFER_BYTES && !flush_buffer(writer, error))
        return false;
    if (length >= WRITE_BUFFER_BYTES) {
        if (writer->is_in_section)
            hash_stream_add(writer->hash, slice_of(bytes, length));
        return write_bytes(writer, bytes, length, error);
    }
    buffer_append(&writer->buffer, bytes, length);
    return true;
}

static uint64_t file_position(const struct sections_writer *writer)
{
    return writer->written + writer->buffer.length;
}

static bool pad_to(struct sections_writer *writer, uint64_t start, size_t alignment, struct error *error)
{
    static const char zeros[SECTION_START];
    size_t over = (size_t)((file_position(writer) - start) % alignment);
    return over == 0 || append_bytes(writer, zeros, alignment - over, error);
}

bool sections_begin(struct sections_writer *writer, enum section_type type, uint16_t version, uint32_t argument,
                    size_t alignment, struct error *error)
{
    ENSURE(!writer->is_in_section);
    if (writer->header.section_count == SECTION_COUNT_MAXIMUM)
        return error_set(error, E_LIMIT, "a file of an index has at most %d sections", (int)SECTION_COUNT_MAXIMUM);
    if (!pad_to(writer, 0, alignment, error))
        return false;
    struct section_entry *entry = &writer->entries[writer->header.section_count];
    *entry = (struct section_entry){ .type = (uint32_t)type,
                                     .version = version,
                                     .flags = type == SECTION_SCREEN ? 0 : SECTION_REQUIRED,
                                     .offset = file_position(writer),
                                     .argument = argument };
    writer->hash = hash_stream_create();
    writer->hash_start = writer->buffer.length;
    writer->is_in_section = true;
    return true;
}

bool sections_append(struct sections_writer *writer, const void *bytes, size_t length, struct error *error)
{
    ENSURE(writer->is_in_section);
    return length == 0 || append_bytes(writer, bytes, length, error);
}

uint64_t sections_position(const struct sections_writer *writer)
{
    return file_position(writer) - writer->entries[writer->header.section_count].offset;
}

bool sections_pad(struct sections_writer *writer, size_t alignment, struct error *error)
{
    return pad_to(writer, writer->entries[writer->header.section_count].offset, alignment, error);
}

void sections_end(struct sections_writer *writer)
{
    ENSURE(writer->is_in_section);
    hash_pending(writer);
    struct section_entry *entry = &writer->entries[writer->header.section_count++];
    entry->bytes = file_position(writer) - entry->offset;
    entry->checksum = hash_stream_digest_64(writer->hash);
    hash_stream_free(writer->hash);
    writer->hash = NULL;
    writer->is_in_section = false;
}

bool sections_finish(struct sections_writer *writer, uint64_t row_count, struct file_seal *seal, struct error *error)
{
    if (!flush_buffer(writer, error))
        return false;
    writer->header.file_bytes = writer->written;
    writer->header.row_count = row_count;
    writer->header.checksum = header_checksum(&writer->header, writer->entries);
    if (lseek(writer->descriptor, 0, SEEK_SET) != 0)
        return error_set_system(error, E_IO, errno, "cannot seek in '%s'", writer->path);
    char page[SECTION_START] = { 0 };
    memcpy(page, &writer->header, sizeof writer->header);
    memcpy(page + sizeof writer->header, writer->entries, writer->header.section_count * sizeof writer->entries[0]);
    if (!write_bytes(writer, page, sizeof page, error))
        return false;
    *seal = (struct file_seal){ writer->header.file_bytes, writer->header.checksum };
    return true;
}

const char *sections_writer_path(const struct sections_writer *writer)
{
    return writer->path;
}

bool sections_publish(struct sections_writer *writer, const char *name, struct error *error)
{
    if (fsync(writer->descriptor) != 0)
        return error_set_system(error, E_IO, errno, "cannot sync '%s'", writer->path);
    struct buffer target = { 0 };
    buffer_append_format(&target, "%s/%s", writer->folder, name);
    bool is_done = rename(writer->path, buffer_string(&target)) == 0;
    if (!is_done)
        error_set_system(error, E_IO, errno, "cannot rename '%s' to '%s'", writer->path, buffer_string(&target));
    buffer_release(&target);
    if (!is_done)
        return false;
    writer->is_published = true;
    temporary_forget(writer->temporary);
    writer->temporary = -1;
    return true;
}

void sections_writer_close(struct sections_writer *writer)
{
    if (!writer)
        return;
    if (writer->path && !writer->is_published)
        unlink(writer->path);
    if (writer->temporary >= 0)
        temporary_forget(writer->temporary);
    if (writer->descriptor >= 0)
        close(writer->descriptor);
    if (writer->hash)
        hash_stream_free(writer->hash);
    buffer_release(&writer->buffer);
    memory_free(writer->path);
    memory_free(writer->folder);
    memory_free(writer);
}
