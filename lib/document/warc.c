/* warc.c - the records of a web archive, front to back. */
#include "document/warc.h"

#include "base/memory.h"
#include "base/number.h"
#include "document/mime.h"

struct warc {
    struct content *content;
    struct slice block;   /* what is left of the last read */
    struct buffer header; /* of the record */
    int64_t position;     /* of the block's first byte in the file */
    int64_t left;         /* bytes of the record's block */
    int64_t start;        /* of the record */
    bool is_at_end;
    bool is_lost; /* the next record has to be looked for */
};

struct warc *warc_open(struct content *content)
{
    struct warc *warc = memory_allocate_zeroed(1, sizeof *warc);
    warc->content = content;
    return warc;
}

void warc_close(struct warc *warc)
{
    if (!warc)
        return;
    buffer_release(&warc->header);
    memory_free(warc);
}

/* Makes sure that the block has bytes, unless the file is at its end. */
static bool fill(struct warc *warc, struct error *error)
{
    if (warc->block.length > 0 || warc->is_at_end)
        return true;
    if (!content_next(warc->content, &warc->block, error)) {
        warc->is_at_end = true;
        warc->left = 0;
        return false;
    }
    warc->is_at_end = warc->block.length == 0;
    return true;
}

static struct slice take(struct warc *warc, size_t length)
{
    struct slice taken = slice_between(warc->block, 0, length);
    warc->block = slice_from(warc->block, taken.length);
    warc->position += (int64_t)taken.length;
    return taken;
}

/* Appends the next line with its end. Of a line beyond the maximum of a header only the start is kept. */
static bool take_line(struct warc *warc, struct error *error)
{
    for (;;) {
        if (!fill(warc, error))
            return false;
        size_t length = slice_find_byte(warc->block, '\n');
        bool is_whole = length < warc->block.length;
        struct slice piece = take(warc, length + is_whole);
        if (warc->header.length <= WARC_HEADER_BYTES_MAXIMUM)
            buffer_append_slice(&warc->header, piece);
        if (is_whole || warc->is_at_end)
            return true;
    }
}

static bool set_damaged(struct warc *warc, const char *what, struct error *error)
{
    warc->is_lost = true;
    warc->left = 0;
    return error_set(error, E_WARC, "%s at byte %lld", what, (long long)warc->start);
}

/* Skips the rest of the block. */
static bool skip_block(struct warc *warc, struct error *error)
{
    while (warc->left > 0) {
        if (!fill(warc, error))
            return false;
        if (warc->is_at_end)
            return set_damaged(warc, "the record is cut short that begins", error);
        warc->left -= (int64_t)take(warc, warc->left < INT32_MAX ? (size_t)warc->left : INT32_MAX).length;
    }
    return true;
}

/* The line that begins the next record, past blank ones; when we are lost, past all others. false without an error:
 * there is none. */
static bool find_start(struct warc *warc, bool *is_found, struct error *error)
{
    *is_found = false;
    while (!warc->is_at_end) {
        buffer_reset(&warc->header);
        warc->start = warc->position;
        if (!take_line(warc, error))
            return false;
        struct slice line = buffer_slice(&warc->header);
        *is_found = slice_starts_with(line, SLICE("WARC/"));
        if (*is_found)
            return true;
        if (!warc->is_lost && slice_trim(line).length > 0)
            return set_damaged(warc, "no WARC record, expected 'WARC/1.0' or 'WARC/1.1',", error);
    }
    return true;
}

static struct slice without_brackets(struct slice url)
{
    if (slice_byte(url, 0) == '<' && slice_ends_with(url, SLICE(">")))
        return slice_between(url, 1, url.length - 1);
    return url;
}

/* The fields behind the first line, up to a blank one. */
static bool read_header(struct warc *warc, struct warc_record *record, struct error *error)
{
    size_t first = warc->header.length, before;
    do {
        before = warc->header.length;
        if (!take_line(warc, error))
            return false;
        if (warc->header.length > WARC_HEADER_BYTES_MAXIMUM)
            return set_damaged(warc, "a header of more than 262144 bytes", error);
    } while (warc->header.length > before && slice_trim(slice_from(buffer_slice(&warc->header), before)).length > 0);
    struct slice header = slice_from(buffer_slice(&warc->header), first);
    if (warc->header.length == before)
        return set_damaged(warc, "the record is cut short that begins", error);
    *record = (struct warc_record){ .header = header,
                                    .type = mime_find_field(header, SLICE("WARC-Type")),
                                    .url = without_brackets(mime_find_field(header, SLICE("WARC-Target-URI"))),
                                    .offset = warc->start };
    if (!number_parse_integer(mime_find_field(header, SLICE("Content-Length")), &record->length) || record->length < 0)
        return set_damaged(warc, "no Content-Length in the record", error);
    return true;
}

bool warc_next(struct warc *warc, struct warc_record *record, bool *has_record, struct error *error)
{
    *has_record = false;
    if (!skip_block(warc, error) || !find_start(warc, has_record, error))
        return false;
    if (!*has_record)
        return true;
    warc->is_lost = false;
    *has_record = read_header(warc, record, error);
    if (*has_record)
        warc->left = record->length;
    return *has_record;
}

bool warc_read(struct warc *warc, struct slice *bytes, struct error *error)
{
    *bytes = slice_of("", 0);
    if (warc->left == 0)
        return true;
    if (!fill(warc, error))
        return false;
    if (warc->is_at_end)
        return set_damaged(warc, "the record is cut short that begins", error);
    *bytes = take(warc, warc->left < INT32_MAX ? (size_t)warc->left : INT32_MAX);
    warc->left -= (int64_t)bytes->length;
    return true;
}
