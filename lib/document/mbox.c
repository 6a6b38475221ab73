/* mbox.c - the messages of a mailbox file, one at a time. */
#include "document/mbox.h"

#include "base/memory.h"
#include "document/date.h"

enum { DATE_WORDS_MAXIMUM = 8, SEPARATOR_BYTES_MAXIMUM = 1024, LINE_BYTES_HELD = 1024 * 1024 };

struct mbox {
    struct content *content;
    size_t maximum;
    struct slice block;  /* what is left of the last read */
    struct buffer line;  /* one that lies in several blocks, its beginning at least */
    struct buffer bytes; /* the message */
    int64_t position;    /* of the next line */
    int64_t start;       /* of the separator that was read last */
    bool has_separator;  /* and the message behind it was not handed out */
    bool is_at_end;
    bool is_inside; /* of a line that was too long to be held */
};

struct mbox *mbox_open(struct content *content, size_t maximum)
{
    struct mbox *mbox = memory_allocate_zeroed(1, sizeof *mbox);
    mbox->content = content;
    mbox->maximum = maximum;
    return mbox;
}

void mbox_close(struct mbox *mbox)
{
    if (!mbox)
        return;
    buffer_release(&mbox->line);
    buffer_release(&mbox->bytes);
    memory_free(mbox);
}

/* The next line with its end, or a piece of one that is longer than LINE_BYTES_HELD; empty at the end of the file. */
static bool next_line(struct mbox *mbox, struct slice *line, struct error *error)
{
    buffer_reset(&mbox->line);
    for (;;) {
        if (mbox->block.length == 0 && !mbox->is_at_end) {
            if (!content_next(mbox->content, &mbox->block, error))
                return false;
            mbox->is_at_end = mbox->block.length == 0;
        }
        size_t length = slice_find_byte(mbox->block, '\n');
        bool is_whole = length < mbox->block.length;
        *line = slice_between(mbox->block, 0, length + is_whole);
        mbox->block = slice_from(mbox->block, line->length);
        mbox->position += (int64_t)line->length;
        if (mbox->line.length > 0 || !is_whole) {
            buffer_append_slice(&mbox->line, *line);
            *line = buffer_slice(&mbox->line);
        }
        if (is_whole || mbox->is_at_end || line->length > LINE_BYTES_HELD)
            return true;
    }
}

/* "From joe@example.org Thu Jan  4 12:00:00 2024", with an address of one or more words. */
static bool is_separator(struct slice line)
{
    if (!slice_starts_with(line, SLICE("From ")) || line.length > SEPARATOR_BYTES_MAXIMUM)
        return false;
    struct slice rest = slice_trim(slice_from(line, 5));
    for (int words = 0; rest.length > 0 && words < DATE_WORDS_MAXIMUM; words++) {
        if (slice_find_byte(rest, ':') < rest.length && date_read_mail(rest) != DATE_UNKNOWN)
            return true;
        rest = slice_trim(slice_from(rest, slice_find_byte(rest, ' ') + 1));
    }
    return false;
}

static bool is_blank(struct slice line)
{
    return line.length <= 2 && slice_trim(line).length == 0;
}

/* Any number of '>' and then "From ". */
static bool is_quoted_from(struct slice line)
{
    size_t i = 0;
    while (i < line.length && line.bytes[i] == '>')
        i++;
    return i > 0 && slice_starts_with(slice_from(line, i), SLICE("From "));
}

static void add_line(struct mbox *mbox, struct slice line)
{
    if (mbox->bytes.length <= mbox->maximum)
        buffer_append_slice(&mbox->bytes, line);
}

/* The blank line before the next separator belongs to that. */
static void end_message(struct mbox *mbox, struct mbox_message *message, int64_t start)
{
    struct slice bytes = buffer_slice(&mbox->bytes);
    if (slice_ends_with(bytes, SLICE("\n\n")))
        bytes.length--;
    else if (slice_ends_with(bytes, SLICE("\n\r\n")))
        bytes.length -= 2;
    *message = (struct mbox_message){ bytes, start, mbox->bytes.length > mbox->maximum };
}

bool mbox_next(struct mbox *mbox, struct mbox_message *message, bool *has_message, struct error *error)
{
    struct slice line;
    bool is_behind_blank = !mbox->has_separator;
    int64_t start = mbox->start, before;
    *has_message = false;
    buffer_reset(&mbox->bytes);
    for (;;) {
        before = mbox->position;
        if (!next_line(mbox, &line, error))
            return false;
        if (line.length == 0) {
            *has_message = mbox->bytes.length > 0;
            mbox->has_separator = false;
            end_message(mbox, message, start);
            return true;
        }
        bool is_first = before == 0 && slice_starts_with(line, SLICE("From "));
        if (!mbox->is_inside && (is_first || (is_behind_blank && is_separator(line)))) {
            end_message(mbox, message, start);
            mbox->start = start = before;
            mbox->has_separator = true;
            if (slice_trim(message->bytes).length > 0) {
                *has_message = true;
                return true;
            }
            buffer_reset(&mbox->bytes);
            is_behind_blank = false;
            continue;
        }
        is_behind_blank = !mbox->is_inside && is_blank(line);
        bool is_quoted = !mbox->is_inside && is_quoted_from(line);
        mbox->is_inside = line.bytes[line.length - 1] != '\n';
        add_line(mbox, is_quoted ? slice_from(line, 1) : line);
    }
}
