/* follow.c - a file that grows, in pieces of whole rows. */
#define _GNU_SOURCE /* memrchr */
#include "document/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "document/follow_siblings.h"
#include "stream/lines.h"

enum {
    READ_BYTES = 256 * 1024,
    PREFIX_BYTES = 256, /* of a file's start, by which it is known again */
    TAILS_MAXIMUM = 64,
    LINGERING_MAXIMUM = 8 /* tails; older ones are done with when they are read to their end */
};

/* How often siblings are looked for when nothing tells that there are new ones. */
#define SIBLINGS_SECONDS 1.0

/* One file that is read, of those that stood or stand under the path. */
struct tail {
    int descriptor; /* -1: only what is held is left */
    struct identity identity;
    int64_t offset;     /* of what was read */
    struct buffer held; /* the header, and rows not yet handed out */
    size_t header;      /* bytes of it; stays in front */
    int64_t header_lines;
    size_t scanned; /* bytes of held that were looked at for row ends */
    size_t whole;   /* up to there held is whole rows */
    bool is_between_quotes;
    bool is_skipping; /* to the end of a row that was too long */
    int64_t lines;    /* before what is held behind the header */
    char prefix[PREFIX_BYTES];
    size_t prefix_length;
    bool is_retired; /* another file stands under the path */
    double quiet_since;
};

struct follow {
    char *path;
    struct input *input; /* instead */
    struct follow_settings settings;
    struct tail tails[TAILS_MAXIMUM]; /* oldest first */
    size_t tail_count;
    struct tail *handed;    /* its whole rows were handed out by the last call */
    struct identity *known; /* siblings that are none of our business, or done with */
    size_t known_count, known_capacity;
    struct document_growth growth;
    struct follow_counts counts;
    double searched; /* siblings */
    bool has_left;   /* there was no room for all that was missed */
    bool is_ended;
};

static struct follow *create(const struct follow_settings *settings)
{
    struct follow *follow = memory_allocate_zeroed(1, sizeof *follow);
    follow->settings = *settings;
    return follow;
}

/* Files that are gone are forgotten with it. */
static void know_siblings(struct follow *follow, const struct siblings *siblings)
{
    follow->known_count = 0;
    for (size_t i = 0; i < siblings->count; i++) {
        if (siblings->list[i].is_left)
            continue;
        follow->known =
            memory_grow(follow->known, &follow->known_capacity, follow->known_count + 1, sizeof *follow->known);
        follow->known[follow->known_count++] = siblings->list[i].identity;
    }
}

static bool is_known(const struct follow *follow, const struct identity *identity)
{
    for (size_t i = 0; i < follow->known_count; i++)
        if (identity_equal(&follow->known[i], identity))
            return true;
    for (size_t i = 0; i < follow->tail_count; i++)
        if (identity_equal(&follow->tails[i].identity, identity))
            return true;
    return false;
}

struct follow *follow_open(const char *path, const struct follow_settings *settings)
{
    struct follow *follow = create(settings);
    struct siblings siblings;
    follow->path = memory_copy_string(path);
    siblings_find(follow->path, &siblings);
    know_siblings(follow, &siblings);
    siblings_release(&siblings);
    return follow;
}

struct follow *follow_open_input(struct input *input, const struct follow_settings *settings)
{
    struct follow *follow = create(settings);
    follow->input = input;
    follow->tails[follow->tail_count++] = (struct tail){ .descriptor = -1 };
    return follow;
}

static void release_tail(struct tail *tail)
{
    if (tail->descriptor >= 0)
        close(tail->descriptor);
    buffer_release(&tail->held);
}

void follow_close(struct follow *follow)
{
    if (!follow)
        return;
    for (size_t i = 0; i < follow->tail_count; i++)
        release_tail(&follow->tails[i]);
    input_close(follow->input);
    document_growth_release(&follow->growth);
    memory_free(follow->known);
    memory_free(follow->path);
    memory_free(follow);
}

const struct follow_counts *follow_counts(const struct follow *follow)
{
    return &follow->counts;
}

bool follow_wait_input(const struct follow *follow, int milliseconds)
{
    return follow->is_ended || input_wait(follow->input, milliseconds);
}

static void remove_tail(struct follow *follow, size_t index)
{
    release_tail(&follow->tails[index]);
    memmove(&follow->tails[index], &follow->tails[index + 1],
            (follow->tail_count - index - 1) * sizeof follow->tails[0]);
    follow->tail_count--;
}

/* The new tail, with its descriptor; NULL when there are too many: then the path waits for its turn. */
static struct tail *add_tail(struct follow *follow, int descriptor)
{
    struct stat status;
    if (descriptor < 0 || follow->tail_count == TAILS_MAXIMUM) {
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    struct tail *tail = &follow->tails[follow->tail_count++];
    *tail = (struct tail){ .descriptor = descriptor, .quiet_since = clock_seconds() };
    (void)identify(descriptor, "", &tail->identity, &status);
    return tail;
}

/* The same in front of the one that stands under the path: of an older file. There is room. */
static struct tail *insert_tail(struct follow *follow, int descriptor)
{
    struct tail *tail = add_tail(follow, descriptor), added = *tail;
    if (follow->tail_count < 2 || tail[-1].is_retired)
        return tail;
    *tail = tail[-1];
    tail[-1] = added;
    return tail - 1;
}

static int64_t count_lines(struct slice text)
{
    int64_t count = 0;
    for (size_t at = 0; at < text.length; at += slice_find_byte(slice_from(text, at), '\n') + 1)
        count++;
    return count;
}

/* What the last call handed out is done with. */
static void forget_handed(struct follow *follow)
{
    struct tail *tail = follow->handed;
    follow->handed = NULL;
    if (!tail)
        return;
    struct slice rows = slice_of(tail->held.bytes + tail->header, tail->whole - tail->header);
    tail->lines += count_lines(rows);
    memmove(tail->held.bytes + tail->header, tail->held.bytes + tail->whole, tail->held.length - tail->whole);
    tail->held.length -= rows.length;
    tail->scanned -= rows.length;
    tail->whole = tail->header;
}

/* A header is no row: it becomes the front of all pieces. */
static void take_header(struct follow *follow, struct tail *tail, size_t end)
{
    if (!follow->settings.has_header || tail->header > 0)
        return;
    tail->header = end;
    tail->header_lines = count_lines(slice_of(tail->held.bytes, end));
    tail->lines = tail->header_lines;
}

/* Moves `whole` to the end of the last row that is there. */
static void find_rows(struct follow *follow, struct tail *tail)
{
    const char *bytes = tail->held.bytes;
    size_t from = tail->scanned, length = tail->held.length;
    tail->scanned = length;
    if (!follow->settings.is_quoted) {
        const char *newline = length > from ? memrchr(bytes + from, '\n', length - from) : NULL;
        if (newline)
            tail->whole = (size_t)(newline - bytes) + 1;
        return;
    }
    for (size_t i = from; i < length; i++) {
        tail->is_between_quotes ^= bytes[i] == '"';
        if (bytes[i] != '\n' || tail->is_between_quotes)
            continue;
        take_header(follow, tail, i + 1);
        tail->whole = i + 1;
    }
}

/* A row that no record could hold goes out as far as it came, to be rejected, and the rest of it is passed over. */
static void cut_long_row(struct tail *tail)
{
    if (tail->held.length - tail->header <= (size_t)LINE_BYTES_MAXIMUM + 1 || tail->whole > tail->header)
        return;
    tail->whole = tail->scanned = tail->held.length;
    tail->is_skipping = true;
    tail->is_between_quotes = false;
}

static void skip_row(struct tail *tail, size_t before)
{
    struct slice added = slice_of(tail->held.bytes + before, tail->held.length - before);
    size_t end = slice_find_byte(added, '\n');
    tail->is_skipping = end == added.length;
    size_t rest = tail->is_skipping ? 0 : added.length - end - 1;
    memmove(tail->held.bytes + before, added.bytes + added.length - rest, rest);
    tail->held.length = before + rest;
}

static bool is_prefix_kept(const struct tail *tail, int descriptor)
{
    char bytes[PREFIX_BYTES];
    ssize_t length = pread(descriptor, bytes, tail->prefix_length, 0);
    return length == (ssize_t)tail->prefix_length && memcmp(bytes, tail->prefix, tail->prefix_length) == 0;
}

/* Reads once; *length 0 at the end of what is there. */
static bool read_tail(struct follow *follow, struct tail *tail, size_t *length, struct error *error)
{
    size_t before = tail->held.length;
    char *place = buffer_reserve(&tail->held, READ_BYTES);
    *length = 0;
    if (follow->input) {
        if (!input_wait(follow->input, 0))
            return true;
        if (!input_fill(follow->input, place, READ_BYTES, length, error))
            return false;
        follow->is_ended = *length == 0;
    } else if (tail->descriptor >= 0) {
        ssize_t count = pread(tail->descriptor, place, READ_BYTES, tail->offset);
        if (count < 0 && errno != EINTR) {
            error_set_system(error, E_IO, errno, "cannot read");
            return error_place(error, follow->path, 0, 0);
        }
        *length = count > 0 ? (size_t)count : 0;
        /* Emptied and filled again beyond our place: these are not the bytes that follow. */
        if (*length > 0 && !tail->is_retired && !is_prefix_kept(tail, tail->descriptor))
            *length = 0;
    }
    if (*length == 0)
        return true;
    if (tail->prefix_length < PREFIX_BYTES && (size_t)tail->offset == tail->prefix_length) {
        size_t room = PREFIX_BYTES - tail->prefix_length, taken = *length < room ? *length : room;
        memcpy(tail->prefix + tail->prefix_length, place, taken);
        tail->prefix_length += taken;
    }
    tail->offset += (int64_t)*length;
    tail->held.length += *length;
    if (tail->is_skipping)
        skip_row(tail, before);
    return true;
}

static void hand_out(struct follow *follow, struct tail *tail, struct follow_piece *piece)
{
    follow->growth.lines = tail->lines - tail->header_lines;
    follow->handed = tail;
    *piece = (struct follow_piece){ slice_of(tail->held.bytes, tail->whole), &follow->growth };
}

/* The last row of a file that is done with needs no line end. */
static bool end_tail(struct tail *tail)
{
    tail->whole = tail->scanned = tail->held.length;
    return tail->whole > tail->header;
}

static bool has_lingered(const struct follow *follow, const struct tail *tail)
{
    if (!tail->is_retired)
        return false;
    bool is_old = follow->tail_count - (size_t)(tail - follow->tails) > LINGERING_MAXIMUM;
    return tail->descriptor < 0 || is_old || clock_seconds() - tail->quiet_since >= FOLLOW_LINGER;
}

/* Whole rows of one tail, if there are any now. */
static enum follow_step read_rows(struct follow *follow, struct tail *tail, struct follow_piece *piece,
                                  struct error *error)
{
    for (;;) {
        size_t length;
        if (!read_tail(follow, tail, &length, error))
            return FOLLOW_FAULT;
        if (length == 0)
            break;
        tail->quiet_since = clock_seconds();
        find_rows(follow, tail);
        cut_long_row(tail);
        if (tail->whole > tail->header) {
            hand_out(follow, tail, piece);
            return FOLLOW_PIECE;
        }
    }
    bool is_done = has_lingered(follow, tail) || (follow->input && follow->is_ended);
    if (!is_done || !end_tail(tail))
        return FOLLOW_QUIET;
    hand_out(follow, tail, piece);
    return FOLLOW_PIECE;
}

/* A copy of what stands under the path now, perhaps in the making: it is none of the past. */
static bool is_copy_of_present(const struct follow *follow, int sibling)
{
    char here[PREFIX_BYTES], there[PREFIX_BYTES];
    int present = open(follow->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t length = present < 0 ? 0 : pread(present, here, sizeof here, 0);
    ssize_t other = pread(sibling, there, sizeof there, 0);
    if (present >= 0)
        close(present);
    ssize_t common = length < other ? length : other;
    return other <= 0 || (common > 0 && memcmp(here, there, (size_t)common) == 0);
}

/* false: it is to be looked at again. */
static bool take_sibling(struct follow *follow, int descriptor)
{
    char first[8] = { 0 };
    ssize_t length = descriptor < 0 ? 0 : pread(descriptor, first, sizeof first, 0);
    bool is_packed = length > 0 && compression_of(slice_of(first, (size_t)length));
    if (descriptor < 0 || is_packed || is_copy_of_present(follow, descriptor)) {
        if (descriptor >= 0)
            close(descriptor);
        return is_packed;
    }
    struct tail *tail = insert_tail(follow, descriptor);
    tail->is_retired = true;
    follow->counts.rotations++;
    return true;
}

/* Files that stood under the path between two looks, and were moved on. true: there were some. */
static bool take_missed(struct follow *follow)
{
    struct siblings siblings;
    struct identity present = { 0 };
    struct stat status;
    size_t before = follow->tail_count;
    siblings_find(follow->path, &siblings);
    /* Looked at behind the siblings: what is moved meanwhile is not both. */
    bool has_present = identify(AT_FDCWD, follow->path, &present, &status);
    follow->searched = clock_seconds();
    follow->has_left = false;
    for (size_t i = 0; i < siblings.count; i++) {
        struct sibling *sibling = &siblings.list[i];
        if (is_known(follow, &sibling->identity))
            continue;
        bool has_room = follow->tail_count + 1 < TAILS_MAXIMUM;
        follow->has_left |= !has_room;
        sibling->is_left = !has_room || (has_present && identity_equal(&sibling->identity, &present)) ||
                           !take_sibling(follow, sibling_open(&siblings, sibling));
    }
    know_siblings(follow, &siblings);
    siblings_release(&siblings);
    return follow->tail_count > before;
}

/* The copy that was made before the file was emptied: opened, or -1. */
static int find_copy(const struct follow *follow, const struct tail *tail)
{
    struct siblings siblings;
    int copy = -1;
    siblings_find(follow->path, &siblings);
    for (size_t i = 0; i < siblings.count && copy < 0; i++) {
        const struct sibling *sibling = &siblings.list[i];
        if (sibling->size < tail->offset || is_known(follow, &sibling->identity))
            continue;
        copy = sibling_open(&siblings, sibling);
        if (copy >= 0 && !is_prefix_kept(tail, copy)) {
            close(copy);
            copy = -1;
        }
    }
    siblings_release(&siblings);
    return copy;
}

/* The current file was emptied: what is held, and the rest of the copy, are an old file now. */
static void take_truncation(struct follow *follow)
{
    struct tail *tail = &follow->tails[follow->tail_count - 1];
    int copy = find_copy(follow, tail), own = tail->descriptor;
    follow->counts.truncations++;
    follow->counts.cut += copy < 0;
    tail->descriptor = copy;
    tail->is_retired = true;
    tail->quiet_since = clock_seconds();
    if (copy >= 0) {
        struct stat status;
        (void)identify(copy, "", &tail->identity, &status);
    } else {
        tail->identity = (struct identity){ 0 };
    }
    add_tail(follow, own);
    (void)take_missed(follow);
}

static struct tail *current_tail(struct follow *follow)
{
    struct tail *tail = follow->tail_count ? &follow->tails[follow->tail_count - 1] : NULL;
    return tail && !tail->is_retired ? tail : NULL;
}

static void retire(struct tail *tail)
{
    if (!tail)
        return;
    tail->is_retired = true;
    tail->quiet_since = clock_seconds();
}

/* Looks at what stands under the path now. true: there may be more to read. */
static bool look(struct follow *follow, struct error *error)
{
    struct tail *tail = current_tail(follow);
    struct identity identity;
    struct stat status;
    if (follow->tail_count + 2 > TAILS_MAXIMUM)
        return false;
    if (!identify(AT_FDCWD, follow->path, &identity, &status)) {
        if (tail && fstat(tail->descriptor, &status) == 0 && status.st_nlink == 0)
            retire(tail);
        return false;
    }
    if (tail && identity_equal(&tail->identity, &identity)) {
        bool is_cut = fstat(tail->descriptor, &status) == 0 && status.st_size < tail->offset;
        if (!is_cut && (tail->prefix_length == 0 || is_prefix_kept(tail, tail->descriptor))) {
            bool is_time = follow->has_left || clock_seconds() - follow->searched >= SIBLINGS_SECONDS;
            return is_time && take_missed(follow);
        }
        take_truncation(follow);
        return true;
    }
    follow->counts.rotations += tail != NULL;
    retire(tail);
    if (follow->tail_count > 0)
        (void)take_missed(follow);
    int descriptor = open(follow->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0 && errno != ENOENT) {
        error_set_system(error, E_NO_INPUT, errno, "cannot open");
        error_place(error, follow->path, 0, 0);
    }
    return add_tail(follow, descriptor) != NULL;
}

static enum follow_step read_tails(struct follow *follow, struct follow_piece *piece, struct error *error)
{
    for (size_t i = 0; i < follow->tail_count;) {
        enum follow_step step = read_rows(follow, &follow->tails[i], piece, error);
        if (step != FOLLOW_QUIET)
            return step;
        if (has_lingered(follow, &follow->tails[i]))
            remove_tail(follow, i);
        else
            i++;
    }
    return FOLLOW_QUIET;
}

enum follow_step follow_read(struct follow *follow, struct follow_piece *piece, struct error *error)
{
    forget_handed(follow);
    enum follow_step step;
    error_reset(error);
    do {
        step = read_tails(follow, piece, error);
    } while (step == FOLLOW_QUIET && !follow->input && look(follow, error));
    if (step == FOLLOW_QUIET && error_is_set(error))
        return FOLLOW_FAULT;
    return step == FOLLOW_QUIET && follow->is_ended ? FOLLOW_END : step;
}
