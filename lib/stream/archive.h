/* archive.h - members of tar, zip, 7zip, cpio and ar archives, and the plain text of xz, bzip2 and lz4 streams.
 *
 * The one wrapper of libarchive, which is loaded on first use. That library has been seen to crash and to loop on
 * hostile files, so this is called only in a child process after child_confine(), and only with the formats and
 * filters named here. Members are read in the order of the archive, each once; nothing is ever extracted to a file.
 * Not thread safe: one reader. */
#ifndef STREAM_ARCHIVE_H
#define STREAM_ARCHIVE_H

#include "base/error.h"
#include "base/slice.h"

/* gzip in xz is two layers; a third is refused with E_LIMIT. */
enum { ARCHIVE_FILTERS_MAXIMUM = 2 };

enum archive_form {
    ARCHIVE_MEMBERS,   /* tar, zip, 7zip, cpio, ar, each also inside gzip, bzip2, xz, zstd or lz4 */
    ARCHIVE_COMPRESSED /* one compressed stream and no archive: gives a single member without a name. Faults of the data
                          are E_COMPRESSED then, and messages begin "damaged after byte N" or "cut short after byte N"
                        */
};

/* Where the bytes come from when they are neither a descriptor nor memory. Without seek, 7zip is refused and zip is
 * read front to back (sizes are then often unknown). */
struct archive_source {
    void *context;
    /* The next bytes, none at the end; borrowed until the next call. */
    bool (*read)(void *context, struct slice *bytes, struct error *error);
    /* Moves to offset from the start; may be NULL together with size -1. */
    bool (*seek)(void *context, int64_t offset, struct error *error);
    int64_t size; /* -1 unknown */
};

enum archive_member_kind { ARCHIVE_FILE, ARCHIVE_FOLDER, ARCHIVE_LINK, ARCHIVE_OTHER /* device, socket, FIFO */ };

/* Borrowed until the next archive_next() or archive_close(). */
struct archive_member {
    struct slice name;     /* valid UTF-8: bytes that are not were replaced by U+FFFD. As stored otherwise: it may start
                              with "/" or hold "..", backslashes and control characters */
    struct slice raw_name; /* the bytes as stored */
    enum archive_member_kind kind;
    bool is_encrypted;
    int64_t size;     /* bytes, -1 unknown */
    int64_t modified; /* seconds since 1970, INT64_MIN unknown */
};

struct archive_reader;

/* name is for messages. Owned: archive_close(). Errors: E_UNAVAILABLE naming package libarchive13; E_ARCHIVE no archive
 * of these formats or a damaged one; E_LIMIT too many layers; those of source; all placed. descriptor is borrowed and
 * used with lseek where that works; memory is borrowed until archive_close(). */
struct archive_reader *archive_open_descriptor(int descriptor, const char *name, enum archive_form form,
                                               struct error *error) MUST_CHECK;
struct archive_reader *archive_open_memory(struct slice bytes, const char *name, enum archive_form form,
                                           struct error *error) MUST_CHECK;
struct archive_reader *archive_open_source(const struct archive_source *source, const char *name,
                                           enum archive_form form, struct error *error) MUST_CHECK;

/* The next member; *has_member is false after the last one. What was left unread of the member before is skipped.
 * Errors: E_ARCHIVE, and those of source. */
bool archive_next(struct archive_reader *reader, struct archive_member *member, bool *has_member,
                  struct error *error) MUST_CHECK;

/* The next bytes of the member, none at its end; borrowed until the next call. Holes of sparse files come as zeros.
 * Errors: E_ENCRYPTED; E_ARCHIVE damaged, or a method that is not supported; those of source. */
bool archive_read(struct archive_reader *reader, struct slice *bytes, struct error *error) MUST_CHECK;

/* After an error: whether archive_next() may be tried, since only that member was at fault. */
bool archive_is_usable(const struct archive_reader *reader);

/* "zip", "tar", "7zip", "cpio", "ar": of the archive opened; "" before the first archive_next(). */
const char *archive_kind(const struct archive_reader *reader);

void archive_close(struct archive_reader *reader);

/* What archive the first bytes (512 suffice) say: "zip", "7zip", "tar", "cpio", "ar" or NULL. Needs no library. */
const char *archive_format_of(struct slice first_bytes);

#endif
