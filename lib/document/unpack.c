/* unpack.c - our side of the decoder child. */
#include "document/unpack.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "document/document.h"
#include "document/frame.h"
#include "stream/child.h"

struct unpacker {
    const char *program;
    struct unpack_limits limits;
    struct child child;
    struct frame_reader frames;
    struct slice bytes;   /* the archive, when the child asks us for it */
    struct buffer member; /* the payload of the member's 'M' */
    bool is_open;         /* an archive is under way in the child */
    bool is_in_member;    /* data may come for unpack_read() */
};

struct unpacker *unpacker_create(const char *program, const struct unpack_limits *limits)
{
    struct unpacker *unpacker = memory_allocate_zeroed(1, sizeof *unpacker);
    unpacker->program = program;
    unpacker->limits = *limits;
    if (limits->memory_bytes == 0)
        unpacker->limits.memory_bytes = DOCUMENT_DECODER_MEMORY;
    if (limits->cpu_seconds == 0)
        unpacker->limits.cpu_seconds = DOCUMENT_DECODER_SECONDS;
    if (limits->silence_seconds == 0)
        unpacker->limits.silence_seconds = UNPACK_SILENCE_SECONDS;
    return unpacker;
}

static void end_child(struct unpacker *unpacker)
{
    if (unpacker->child.pid > 0)
        child_kill(&unpacker->child);
    unpacker->child = (struct child){ .pid = 0, .input = -1, .output = -1 };
    frame_reader_release(&unpacker->frames);
    unpacker->is_open = unpacker->is_in_member = false;
}

void unpacker_free(struct unpacker *unpacker)
{
    if (!unpacker)
        return;
    end_child(unpacker);
    buffer_release(&unpacker->member);
    memory_free(unpacker);
}

/* The child is of no more use: says why and takes its place away. A child that has ended by itself keeps its own status
 * whatever is sent to it. */
static bool give_up(struct unpacker *unpacker, enum frame_status seen, struct error *error)
{
    int status;
    kill(unpacker->child.pid, SIGKILL);
    child_wait(&unpacker->child, &status);
    unpacker->child.pid = 0;
    struct buffer reason = { 0 };
    child_describe(status, &reason);
    if (interrupt_signal())
        interrupt_error(error);
    else if (seen == FRAME_SILENT)
        error_set(error, E_DECODER, "the decoder said nothing for %d seconds", unpacker->limits.silence_seconds);
    else if (seen != FRAME_END)
        error_set(error, E_DECODER, "the decoder answered nonsense");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        error_set(error, E_DECODER, "the decoder took more than %u seconds for one step (--max-decoder-seconds)",
                  unpacker->limits.cpu_seconds);
    else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_OSERR)
        error_set(error, E_LIMIT, "the decoder needs more than %lld bytes of memory (--max-decoder-memory)",
                  (long long)unpacker->limits.memory_bytes);
    else
        error_set(error, E_DECODER, "the decoder died: %s", buffer_string(&reason));
    buffer_release(&reason);
    end_child(unpacker);
    return false;
}

static bool start_child(struct unpacker *unpacker, struct error *error)
{
    if (unpacker->is_open) /* the rest of an archive that nobody wants any more */
        end_child(unpacker);
    if (unpacker->child.pid > 0)
        return true;
    char memory[32], seconds[16];
    snprintf(memory, sizeof memory, "%lld", (long long)unpacker->limits.memory_bytes);
    snprintf(seconds, sizeof seconds, "%u", unpacker->limits.cpu_seconds);
    const char *const own[] = { "garner-decode", memory, seconds, NULL }, *const other[] = { unpacker->program, NULL };
    struct child_settings settings = { .arguments = unpacker->program ? other : own,
                                       .input_descriptor = -1,
                                       .is_own_binary = !unpacker->program };
    if (!child_start(&settings, &unpacker->child, error)) {
        unpacker->child.pid = 0;
        return false;
    }
    frame_reader_init(&unpacker->frames, unpacker->child.output, unpacker->limits.silence_seconds);
    return true;
}

/* Releases the payload. */
static bool send_request(struct unpacker *unpacker, char type, struct buffer *payload, struct slice bytes,
                         struct error *error)
{
    bool is_written = payload->length <= FRAME_BYTES_MAXIMUM &&
                      frame_write(unpacker->child.input, type, buffer_slice(payload), slice_of("", 0));
    buffer_release(payload);
    unpacker->bytes = bytes;
    unpacker->is_open = true;
    unpacker->is_in_member = false;
    return is_written || give_up(unpacker, FRAME_END, error);
}

bool unpack_open(struct unpacker *unpacker, const char *path, struct slice bytes, struct error *error)
{
    if (!start_child(unpacker, error))
        return false;
    struct buffer payload = { 0 };
    frame_append_integer(&payload, path != NULL);
    frame_append_integer(&payload, path ? -1 : (int64_t)bytes.length);
    frame_append_text(&payload, slice_of_string(path));
    return send_request(unpacker, 'O', &payload, bytes, error);
}

/* The child asks for bytes of the archive. */
static bool answer(struct unpacker *unpacker, struct slice payload)
{
    int64_t offset, length;
    if (!frame_take_integer(&payload, &offset) || !frame_take_integer(&payload, &length) || offset < 0 || length < 0)
        return false;
    if (length > FRAME_BYTES_MAXIMUM)
        length = FRAME_BYTES_MAXIMUM;
    struct slice part = slice_from(unpacker->bytes, (uint64_t)offset > SIZE_MAX ? SIZE_MAX : (size_t)offset);
    part = slice_between(part, 0, (size_t)length);
    return frame_write(unpacker->child.input, 'B', part, slice_of("", 0));
}

static bool take_fault(struct unpacker *unpacker, struct slice payload, struct error *error)
{
    int64_t code, is_usable;
    struct slice message;
    if (!frame_take_integer(&payload, &code) || !frame_take_integer(&payload, &is_usable) ||
        !frame_take_text(&payload, &message) || code <= E_NONE || code >= CODE_COUNT)
        return give_up(unpacker, FRAME_BROKEN, error);
    unpacker->is_open = is_usable != 0;
    unpacker->is_in_member = false;
    return error_set(error, (enum code)code, "%.*s", (int)(message.length < 700 ? message.length : 700), message.bytes);
}

/* The next frame that is not a question. Faults become errors. */
static bool next_frame(struct unpacker *unpacker, char *type, struct slice *payload, struct error *error)
{
    for (;;) {
        enum frame_status status = frame_read(&unpacker->frames, type, payload);
        if (status != FRAME_READ)
            return give_up(unpacker, status, error);
        if (*type == 'F')
            return take_fault(unpacker, *payload, error);
        if (*type != 'W')
            return true;
        if (!answer(unpacker, *payload))
            return give_up(unpacker, FRAME_BROKEN, error);
    }
}

static bool parse_member(struct unpacker *unpacker, struct unpack_member *member)
{
    struct slice payload = buffer_slice(&unpacker->member);
    int64_t kind = -1, is_encrypted = 0;
    bool is_good = frame_take_integer(&payload, &kind) && frame_take_integer(&payload, &is_encrypted) &&
                   frame_take_integer(&payload, &member->size) && frame_take_integer(&payload, &member->modified) &&
                   frame_take_text(&payload, &member->name) && frame_take_text(&payload, &member->raw_name);
    member->kind = (enum unpack_kind)kind;
    member->is_encrypted = is_encrypted != 0;
    return is_good && kind >= UNPACK_FILE && kind <= UNPACK_SPECIAL;
}

bool unpack_next(struct unpacker *unpacker, struct unpack_member *member, bool *has_member, struct error *error)
{
    char type = 'Z';
    struct slice payload;
    *has_member = false;
    if (!unpacker->is_open)
        return true;
    do {
        if (!next_frame(unpacker, &type, &payload, error))
            return false;
        if (type == 'E' && !unpacker->is_in_member)
            return give_up(unpacker, FRAME_BROKEN, error);
        unpacker->is_in_member &= type != 'E';
    } while (type == 'E' || (type == 'D' && unpacker->is_in_member));
    if (type == 'Z') {
        unpacker->is_open = false;
        return true;
    }
    buffer_reset(&unpacker->member);
    buffer_append_slice(&unpacker->member, payload);
    if (type != 'M' || unpacker->is_in_member || !parse_member(unpacker, member))
        return give_up(unpacker, FRAME_BROKEN, error);
    unpacker->is_in_member = *has_member = true;
    return true;
}

bool unpack_read(struct unpacker *unpacker, struct slice *bytes, struct error *error)
{
    char type;
    struct slice payload;
    *bytes = slice_of("", 0);
    if (!unpacker->is_in_member)
        return true;
    if (!next_frame(unpacker, &type, &payload, error))
        return false;
    unpacker->is_in_member = type != 'E';
    if (type == 'D' && payload.length > 0)
        *bytes = payload;
    else if (type != 'E')
        return give_up(unpacker, FRAME_BROKEN, error);
    return true;
}

bool unpack_is_usable(const struct unpacker *unpacker)
{
    return unpacker->is_open;
}

static bool take_pages(struct unpack_document *document, struct slice payload)
{
    int64_t page;
    while (payload.length > 0) {
        if (!frame_take_integer(&payload, &page) || page < 0)
            return false;
        if (document->page_count == document->page_capacity)
            document->pages = memory_grow(document->pages, &document->page_capacity, document->page_count + 1,
                                          sizeof *document->pages);
        document->pages[document->page_count++] = page;
    }
    return true;
}

/* One piece of a document. false: nonsense, or more than was asked for. */
static bool take_piece(struct unpack_document *document, char type, struct slice payload, size_t text_maximum)
{
    int64_t fact;
    struct slice value;
    switch (type) {
    case 'T':
        buffer_append_slice(&document->text, payload);
        return document->text.length <= text_maximum;
    case 'K':
        if (!frame_take_integer(&payload, &fact) || !frame_take_text(&payload, &value) || fact < 0 ||
            fact >= UNPACK_FACTS)
            return false;
        buffer_reset(&document->facts[fact]);
        buffer_append_slice(&document->facts[fact], value);
        return true;
    case 'P':
        return take_pages(document, payload) && document->page_count <= text_maximum;
    default:
        return false;
    }
}

bool unpack_read_document(struct unpacker *unpacker, struct slice bytes, const struct unpack_request *request,
                          struct unpack_document *document, struct error *error)
{
    struct buffer payload = { 0 };
    struct slice piece;
    char type = '\0';
    if (!start_child(unpacker, error))
        return false;
    frame_append_integer(&payload, (int64_t)bytes.length);
    frame_append_integer(&payload, request->max_entries);
    frame_append_integer(&payload, request->max_expansion);
    frame_append_integer(&payload, (int64_t)request->text_maximum);
    frame_append_integer(&payload, request->keeps_navigation);
    frame_append_text(&payload, slice_of_string(request->format));
    if (!send_request(unpacker, 'R', &payload, bytes, error))
        return false;
    for (;;) {
        if (!next_frame(unpacker, &type, &piece, error))
            return false;
        if (type == 'Z')
            break;
        if (!take_piece(document, type, piece, request->text_maximum))
            return give_up(unpacker, FRAME_BROKEN, error);
    }
    unpacker->is_open = false;
    return true;
}
