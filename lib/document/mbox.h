/* mbox.h - the messages of a mailbox file, one at a time: mboxo and mboxrd.
 *
 * A message begins with a line "From ADDRESS DATE" at the start of the file or behind a blank line; a line that only
 * begins with "From " and tells no date is text. ">From " loses its '>', ">>From " one of them (mboxrd). Memory: the
 * longest message, cut at the maximum. Private to document. */
#ifndef DOCUMENT_MBOX_H
#define DOCUMENT_MBOX_H

#include "document/content.h"

struct mbox;

/* content is borrowed and read to its end. Owned: mbox_close(). */
struct mbox *mbox_open(struct content *content, size_t maximum);

/* Borrowed until the next call. */
struct mbox_message {
    struct slice bytes; /* header and body, without the From line */
    int64_t offset;     /* of that line in the file */
    bool is_cut;        /* it is longer than the maximum */
};

/* The next message; *has_message is false after the last one. Errors: those of content. */
bool mbox_next(struct mbox *mbox, struct mbox_message *message, bool *has_message, struct error *error) MUST_CHECK;

void mbox_close(struct mbox *mbox); /* NULL is fine */

#endif
