/* follow.h - a file that grows, in pieces of whole rows: logs, JSONL, CSV; or a stream such as standard input.
 *
 * Like tail -F, but without a loss: a file that was renamed is read on until it has been quiet for FOLLOW_LINGER
 * seconds, since its writer may not have noticed yet; files that came and went between two looks are found among the
 * path's siblings (NAME.1, NAME-20260101), where a file is new when its device, inode and birth are; after a
 * copy-and-truncate the rest of the old content is read from the copy, when there is one. A path that does not exist is
 * waited for. A row is handed out when its line end is there; the last one of a file also when the file is done with.
 *
 * follow_read() never waits; whoever calls watches the folder, or comes back in a while. Not thread safe. */
#ifndef DOCUMENT_FOLLOW_H
#define DOCUMENT_FOLLOW_H

#include "document/document.h"
#include "stream/input.h"

#define FOLLOW_LINGER 5.0

struct follow;

struct follow_settings {
    bool is_quoted;  /* CSV: a line end between quotes ends no row */
    bool has_header; /* CSV: the first row of each file stands before every piece of it */
};

/* The file need not be there yet. Owned: follow_close(). */
struct follow *follow_open(const char *path, const struct follow_settings *settings);
/* input is taken over. It ends some time. */
struct follow *follow_open_input(struct input *input, const struct follow_settings *settings);
void follow_close(struct follow *follow); /* NULL is fine; what was held of an unfinished row is not handed out */

enum follow_step {
    FOLLOW_PIECE,
    FOLLOW_QUIET, /* nothing new */
    FOLLOW_END,   /* of an input */
    FOLLOW_FAULT  /* error is filled and placed; another call goes on */
};

struct follow_piece {
    struct slice bytes;             /* whole rows; borrowed until the next call */
    struct document_growth *growth; /* for document_source.growth */
};

enum follow_step follow_read(struct follow *follow, struct follow_piece *piece, struct error *error) MUST_CHECK;

/* What happened so far. */
struct follow_counts {
    int64_t rotations, truncations;
    int64_t cut; /* truncations of which the rest of the old content was not found */
};
const struct follow_counts *follow_counts(const struct follow *follow);

/* Of an input: whether follow_read() would have something to do, after waiting so long for it. */
bool follow_wait_input(const struct follow *follow, int milliseconds);

#endif
