/* unpack_child.c - the decoder child: libarchive, and what reads office files with it, behind frames. */
#include <errno.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/number.h"
#include "document/frame.h"
#include "document/office.h"
#include "document/unpack.h"
#include "document/walk.h"
#include "stream/archive.h"
#include "stream/child.h"

enum { BYTES_A_GRANT = 64 * 1024 * 1024, NAME_BYTES_MAXIMUM = 64 * 1024, PAGES_A_FRAME = 4096 };

struct server {
    int input, output;
    struct frame_reader frames;
    struct buffer payload;
    int64_t size;     /* of an archive that the parent holds */
    int64_t position; /* in it */
    unsigned cpu_seconds;
};

/* Sends the error as it stands. */
static bool send_fault(struct server *server, const struct error *error, bool is_usable)
{
    buffer_reset(&server->payload);
    frame_append_integer(&server->payload, error->code);
    frame_append_integer(&server->payload, is_usable);
    frame_append_text(&server->payload, slice_of_string(error->message));
    return frame_write(server->output, 'F', buffer_slice(&server->payload), slice_of("", 0));
}

static bool ask_parent(void *context, struct slice *bytes, struct error *error)
{
    struct server *server = context;
    char type;
    buffer_reset(&server->payload);
    frame_append_integer(&server->payload, server->position);
    frame_append_integer(&server->payload, 256 * 1024);
    if (!frame_write(server->output, 'W', buffer_slice(&server->payload), slice_of("", 0)) ||
        frame_read(&server->frames, &type, bytes) != FRAME_READ || type != 'B')
        return error_set(error, E_IO, "the parent is gone");
    server->position += (int64_t)bytes->length;
    return true;
}

static bool seek_parent(void *context, int64_t offset, struct error *error)
{
    struct server *server = context;
    (void)error;
    server->position = offset;
    return true;
}

static struct slice short_name(struct slice name)
{
    return slice_between(name, 0, NAME_BYTES_MAXIMUM);
}

static bool send_member(struct server *server, const struct archive_member *member)
{
    static const enum unpack_kind kinds[] = { [ARCHIVE_FILE] = UNPACK_FILE,
                                              [ARCHIVE_FOLDER] = UNPACK_FOLDER,
                                              [ARCHIVE_LINK] = UNPACK_LINK,
                                              [ARCHIVE_OTHER] = UNPACK_SPECIAL };
    buffer_reset(&server->payload);
    frame_append_integer(&server->payload, kinds[member->kind]);
    frame_append_integer(&server->payload, member->is_encrypted);
    frame_append_integer(&server->payload, member->size);
    frame_append_integer(&server->payload, member->modified);
    frame_append_text(&server->payload, short_name(member->name));
    frame_append_text(&server->payload, short_name(member->raw_name));
    return frame_write(server->output, 'M', buffer_slice(&server->payload), slice_of("", 0));
}

/* false with an error: of the member; without: the parent is gone. */
static bool send_content(struct server *server, struct archive_reader *archive, struct error *error)
{
    struct slice bytes;
    int64_t granted = 0;
    for (;;) {
        if (!archive_read(archive, &bytes, error))
            return false;
        if (bytes.length == 0)
            return true;
        granted += (int64_t)bytes.length;
        if (granted > BYTES_A_GRANT) {
            granted = 0;
            child_grant_cpu(server->cpu_seconds);
        }
        while (bytes.length > 0) {
            struct slice part = slice_between(bytes, 0, FRAME_BYTES_MAXIMUM);
            if (!frame_write(server->output, 'D', part, slice_of("", 0)))
                return false;
            bytes = slice_from(bytes, part.length);
        }
    }
}

/* All members of an open archive. false: the parent is gone. */
static bool send_archive(struct server *server, struct archive_reader *archive)
{
    struct archive_member member;
    bool has_member = true, is_there = true;
    while (has_member && is_there) {
        struct error error;
        error_reset(&error);
        child_grant_cpu(server->cpu_seconds);
        if (archive_next(archive, &member, &has_member, &error)) {
            if (!has_member)
                return frame_write(server->output, 'Z', slice_of("", 0), slice_of("", 0));
            is_there = send_member(server, &member);
            if (is_there && member.kind == ARCHIVE_FILE && !member.is_encrypted)
                is_there = send_content(server, archive, &error) || error_is_set(&error);
            if (is_there && !error_is_set(&error))
                is_there = frame_write(server->output, 'E', slice_of("", 0), slice_of("", 0));
        }
        if (error_is_set(&error)) {
            bool is_usable = archive_is_usable(archive);
            is_there = send_fault(server, &error, is_usable);
            has_member = is_usable;
        }
    }
    return is_there;
}

static struct archive_reader *open_archive(struct server *server, struct slice request, int *descriptor,
                                           struct error *error)
{
    int64_t is_path;
    struct slice name;
    if (!frame_take_integer(&request, &is_path) || !frame_take_integer(&request, &server->size) ||
        !frame_take_text(&request, &name)) {
        error_set(error, E_INTERNAL, "a request that cannot be read");
        return NULL;
    }
    server->position = 0;
    if (!is_path) {
        struct archive_source source = { server, ask_parent, seek_parent, server->size };
        return archive_open_source(&source, "", ARCHIVE_MEMBERS, error);
    }
    struct buffer path = { 0 };
    buffer_append_slice(&path, name);
    *descriptor = walk_file_open(buffer_string(&path), true);
    struct archive_reader *archive = NULL;
    if (*descriptor < 0)
        error_set_system(error, E_NO_INPUT, errno, "cannot open");
    else
        archive = archive_open_descriptor(*descriptor, "", ARCHIVE_MEMBERS, error);
    buffer_release(&path);
    return archive;
}

static bool serve(struct server *server, struct slice request)
{
    struct error error;
    int descriptor = -1;
    error_reset(&error);
    child_grant_cpu(server->cpu_seconds);
    struct archive_reader *archive = open_archive(server, request, &descriptor, &error);
    bool is_there = archive ? send_archive(server, archive) : send_fault(server, &error, false);
    archive_close(archive);
    if (descriptor >= 0)
        close(descriptor);
    return is_there;
}

static void grant_cpu(void *context)
{
    const struct server *server = context;
    child_grant_cpu(server->cpu_seconds);
}

static struct archive_reader *open_package(void *context, struct error *error)
{
    struct server *server = context;
    struct archive_source source = { server, ask_parent, seek_parent, server->size };
    server->position = 0;
    return archive_open_source(&source, "", ARCHIVE_MEMBERS, error);
}

/* Numbers of facts are the same on both sides. */
_Static_assert((int)OFFICE_FACTS == (int)UNPACK_FACTS && (int)OFFICE_MODIFIED == (int)UNPACK_LAST_CHANGED,
               "facts of office.h and unpack.h");

static bool send_fact(struct server *server, int64_t fact, struct slice value)
{
    if (value.length == 0)
        return true;
    buffer_reset(&server->payload);
    frame_append_integer(&server->payload, fact);
    frame_append_text(&server->payload, value);
    return frame_write(server->output, 'K', buffer_slice(&server->payload), slice_of("", 0));
}

static bool send_pages(struct server *server, const struct office *office)
{
    size_t sent = 0;
    while (sent < office->page_count) {
        buffer_reset(&server->payload);
        for (size_t i = 0; i < PAGES_A_FRAME && sent < office->page_count; i++)
            frame_append_integer(&server->payload, office->pages[sent++]);
        if (!frame_write(server->output, 'P', buffer_slice(&server->payload), slice_of("", 0)))
            return false;
    }
    return true;
}

static bool send_document(struct server *server, const struct office *office)
{
    struct slice text = buffer_slice(&office->text);
    for (int fact = 0; fact < OFFICE_FACTS; fact++)
        if (!send_fact(server, fact, buffer_slice(&office->facts[fact])))
            return false;
    while (text.length > 0) {
        struct slice piece = slice_between(text, 0, FRAME_BYTES_MAXIMUM);
        if (!frame_write(server->output, 'T', piece, slice_of("", 0)))
            return false;
        text = slice_from(text, piece.length);
    }
    return send_pages(server, office) && frame_write(server->output, 'Z', slice_of("", 0), slice_of("", 0));
}

static bool take_request(struct server *server, struct slice request, struct office *office, struct buffer *format)
{
    struct package *package = &office->package;
    int64_t text_maximum, keeps_navigation;
    struct slice name;
    if (!frame_take_integer(&request, &package->size) || !frame_take_integer(&request, &package->limits.max_entries) ||
        !frame_take_integer(&request, &package->limits.max_expansion) || !frame_take_integer(&request, &text_maximum) ||
        !frame_take_integer(&request, &keeps_navigation) || !frame_take_text(&request, &name) ||
        package->limits.max_expansion < 1)
        return false;
    package->open = open_package;
    package->context = server;
    package->grant = grant_cpu;
    package->limits.text_maximum = (size_t)text_maximum;
    server->size = package->size;
    office->keeps_navigation = keeps_navigation != 0;
    buffer_append_slice(format, name);
    return true;
}

/* An office file as one document. */
static bool serve_document(struct server *server, struct slice request)
{
    struct error error;
    struct office office = { 0 };
    struct buffer format = { 0 };
    error_reset(&error);
    grant_cpu(server);
    if (!take_request(server, request, &office, &format))
        error_set(&error, E_INTERNAL, "a request that cannot be read");
    bool is_read = !error_is_set(&error) && office_read(&office, buffer_string(&format), &error);
    bool is_there = is_read ? send_document(server, &office) : send_fault(server, &error, false);
    office_release(&office);
    buffer_release(&format);
    return is_there;
}

int unpack_child(int input, int output, const char *const *arguments, size_t count)
{
    int64_t memory, seconds;
    if (count != 2 || !number_parse_integer(slice_of_string(arguments[0]), &memory) ||
        !number_parse_integer(slice_of_string(arguments[1]), &seconds) || seconds < 1 || seconds > INT32_MAX)
        return EXIT_USAGE;
    struct server server = { .input = input, .output = output, .cpu_seconds = (unsigned)seconds };
    char type;
    struct slice request;
    bool is_there = true;
    child_confine(memory, server.cpu_seconds);
    frame_reader_init(&server.frames, input, 0);
    while (is_there && frame_read(&server.frames, &type, &request) == FRAME_READ && (type == 'O' || type == 'R'))
        is_there = type == 'O' ? serve(&server, request) : serve_document(&server, request);
    frame_reader_release(&server.frames);
    buffer_release(&server.payload);
    return EXIT_DONE;
}
