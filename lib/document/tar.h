/* tar.h - the members of a tar archive: v7, ustar, pax and GNU headers.
 *
 * In this process and without a library: headers are fixed fields whose numbers are all checked, and contents are
 * handed on as slices of what the source gave. Nothing is seeked, so any stream will do. What is sparse or spread over
 * volumes is told as such, not read. Not thread safe: one reader. Source: POSIX.1-2008 pax, "ustar Interchange
 * Format"; GNU tar manual, "Basic Tar Format". */
#ifndef DOCUMENT_TAR_H
#define DOCUMENT_TAR_H

#include "base/error.h"
#include "base/slice.h"

enum { TAR_HEADER_BYTES_MAXIMUM = 1024 * 1024 /* of one pax header or GNU long name */ };

struct tar_source {
    void *context;
    /* The next bytes, at least one, none at the end; borrowed until the next call. */
    bool (*read)(void *context, struct slice *bytes, struct error *error);
};

enum tar_kind { TAR_FILE, TAR_FOLDER, TAR_LINK, TAR_SPECIAL, TAR_SPARSE };

/* Borrowed until the next tar_next(). */
struct tar_member {
    struct slice name; /* the bytes as stored */
    enum tar_kind kind;
    int64_t size;     /* of what tar_read() gives */
    int64_t modified; /* seconds since 1970 */
};

struct tar;

/* Owned: tar_close(). */
struct tar *tar_open(const struct tar_source *source);

/* The next member; *has_member is false after the last one. What was left unread of the member before is skipped.
 * Errors: E_ARCHIVE with the byte offset for a damaged header or an archive that is cut short; E_LIMIT for a header
 * beyond TAR_HEADER_BYTES_MAXIMUM; those of the source. After an error the archive is at its end. */
bool tar_next(struct tar *tar, struct tar_member *member, bool *has_member, struct error *error) MUST_CHECK;

/* The next bytes of the member, none at its end; borrowed until the next call of any function here. */
bool tar_read(struct tar *tar, struct slice *bytes, struct error *error) MUST_CHECK;

/* All that is left of the member when it lies in what the source gave last, so that it costs no copy; else false and
 * nothing is taken. Borrowed as above. */
bool tar_read_whole(struct tar *tar, struct slice *bytes);

void tar_close(struct tar *tar); /* NULL is fine */

#endif
