/* file.h - a file, whatever it holds, to records: opens it, unpacks it, finds out what it is, decodes it.
 *
 * A compressed file is one document, or whatever it holds. The members of an archive are documents of their own, under
 * the name OUTER!/INNER, and may be archives themselves. tar is read in this process, also when it is compressed; the
 * other kinds in a decoder child. A mailbox holds messages, a message holds attachments. What cannot be read is one
 * reject and the rest goes on.
 *
 * Memory: a file that is one document is held whole, of any other a block; nested archives up to max_document_bytes. */
#ifndef DOCUMENT_FILE_H
#define DOCUMENT_FILE_H

#include "document/document.h"
#include "document/walk.h"

enum { FILE_NESTING_MAXIMUM = 8, FILE_EXPANSION_FREE_BYTES = 64 * 1024 * 1024 };

/* Constant while readers use it. */
struct file_settings {
    struct document_options decode;
    const struct document_format *as;          /* what files and members are read as; NULL: by content and name */
    const struct glob_list *include, *exclude; /* for members of archives */
    bool with_hidden, follows_links;
    bool with_modified;
    bool with_sidecars;    /* FILE.metadata.json belongs to FILE (sidecar.h) and is no document of its own */
    bool with_sha256;      /* of files and members that are one document each; digest_load() was called */
    int64_t max_entries;   /* members of one archive, nested ones included */
    int64_t max_expansion; /* how many times its size a file may unpack to, beyond FILE_EXPANSION_FREE_BYTES */
    int64_t max_nesting;   /* archives in archives; at most FILE_NESTING_MAXIMUM */
};

/* A member of an archive that is held whole: borrowed for the call that hands it over. */
struct file_member {
    struct slice source, name, raw_name;
    const char *path;
    int64_t modified;
    const struct document_format *format; /* these four as in struct piece of reader.h */
    struct slice mime;
    const char *charset;
    struct slice metadata;
    unsigned nesting;
};

/* What a regular file is while it is open, before any of it is decoded. Times in nanoseconds since 1970. */
struct file_state {
    int64_t size, modified, changed, inode;
    struct hash128 hash; /* of all its bytes */
};

struct file_sink {
    void *context;
    /* NULL: nobody asks. Called once for a regular file that could be opened and read. false: it is not wanted after
     * all. A file that does not fit in memory is read twice for it. */
    bool (*examine)(void *context, const struct file_state *state);
    /* One record, as of document_sink. path: of the file or member, for messages; both borrowed for the call. */
    bool (*emit)(void *context, struct slice record, const char *path, int64_t line);
    /* A file, member or row that cannot be read; error is placed. raw: the row's bytes, else empty. */
    bool (*reject)(void *context, const struct error *error, struct slice raw);
    /* An image, a program and the like, found in a folder or archive: left out by design. */
    bool (*drop)(void *context, const char *path, const struct document_format *format);
    /* Takes a member that is no archive instead of having it decoded: copied, it can be decoded by another reader, on
     * another thread, by file_reader_decode(). NULL: everything is decoded here. */
    bool (*member)(void *context, const struct file_member *member, struct slice bytes);
};

struct file_counts {
    int64_t links, special; /* members passed over */
    int64_t members;        /* files taken from archives */
    int64_t web_passed;     /* records of web archives that hold no page: requests, redirects, revisits, ... */
};

/* One thread's memory, and its decoder children. */
struct file_reader;

/* settings are borrowed. Owned: file_reader_free(). Errors: those of document_decoder_create(). */
struct file_reader *file_reader_create(const struct file_settings *settings, struct error *error) MUST_CHECK;

/* Everything the file holds goes to sink. false: sink wants no more. */
bool file_reader_read(struct file_reader *reader, const struct walk_file *file, const struct file_sink *sink);

/* After file_reader_read() of a file that examine() wanted: it is still as it was before. */
bool file_reader_is_stable(const struct file_reader *reader);

/* What a sink's member() took. false: sink wants no more. */
bool file_reader_decode(struct file_reader *reader, const struct file_member *member, struct slice bytes,
                        const struct file_sink *sink);

const struct file_counts *file_reader_counts(const struct file_reader *reader);
void file_reader_free(struct file_reader *reader); /* NULL is fine */

#endif
