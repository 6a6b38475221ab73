/* unpack.h - members of archives through a decoder child.
 *
 * libarchive has crashed and looped on hostile files, so it runs in a child process of our own binary (hidden tool
 * "decode") with limits on memory, time and what it may do. One child serves one reader, archive after archive; one
 * that died or lies is replaced for the next archive, and what it did becomes one error.
 *
 * Frames. To the child: 'O' open {kind, size, name}: a path that it opens itself, or bytes that it asks for; 'R' read
 * the office file {size, entries, expansion, text, navigation, format} as one document; 'B' bytes asked for, empty at
 * the end. From the child: 'W' wants {offset, length}; 'M' member {kind, encrypted, size, modified, name, raw name};
 * 'D' data of it; 'E' its end; of a document 'T' text, 'K' a fact {number, text}, 'P' pages {code point...}; 'F' fault
 * {code, usable, message}; 'Z' end of the archive or document. The child
 * writes only when nobody owes it an answer, and we write only when it asked: neither can block the other for ever. */
#ifndef DOCUMENT_UNPACK_H
#define DOCUMENT_UNPACK_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

struct unpacker;

enum { UNPACK_SILENCE_SECONDS = 300 };

/* What a child may take; 0 for the defaults: UNPACK_SILENCE_SECONDS and those of document_options. */
struct unpack_limits {
    int64_t memory_bytes;
    unsigned cpu_seconds; /* for one step: a member's header, or 64 MiB of content */
    int silence_seconds;  /* a child of which nothing is heard for so long is given up */
};

/* program: NULL for our own binary; tests give one that misbehaves. Owned: unpacker_free(). No child is started yet. */
struct unpacker *unpacker_create(const char *program, const struct unpack_limits *limits);
void unpacker_free(struct unpacker *unpacker); /* NULL is fine; ends the child */

enum unpack_kind { UNPACK_FILE, UNPACK_FOLDER, UNPACK_LINK, UNPACK_SPECIAL };

/* Borrowed until the next unpack_next(). */
struct unpack_member {
    struct slice name; /* valid UTF-8, else as stored */
    struct slice raw_name;
    enum unpack_kind kind;
    bool is_encrypted;
    int64_t size;     /* -1 unknown */
    int64_t modified; /* INT64_MIN unknown */
};

/* Begins an archive: the file at path, which the child opens itself, or bytes (path NULL), which must stay until its
 * end. What was left of the archive before is given up. Errors: E_UNAVAILABLE, E_SYSTEM when no child can be had. */
bool unpack_open(struct unpacker *unpacker, const char *path, struct slice bytes, struct error *error) MUST_CHECK;

/* The next member; *has_member is false after the last one and after an error that ends the archive; after another one
 * the next call goes on behind the member at fault. Errors: those of stream/archive.h; E_DECODER when the child died or
 * broke the protocol, with its signal or exit code. */
bool unpack_next(struct unpacker *unpacker, struct unpack_member *member, bool *has_member,
                 struct error *error) MUST_CHECK;

/* The next bytes of the member, none at its end; borrowed until the next call. Errors: as above. */
bool unpack_read(struct unpacker *unpacker, struct slice *bytes, struct error *error) MUST_CHECK;

/* What an office file or book may come to, and becomes. */
struct unpack_request {
    const char *format; /* name of a row in the table of formats */
    size_t text_maximum;
    int64_t max_entries, max_expansion; /* as of struct file_settings */
    bool keeps_navigation;
};

enum unpack_fact { UNPACK_TITLE, UNPACK_AUTHOR, UNPACK_LANGUAGE, UNPACK_CREATED, UNPACK_LAST_CHANGED, UNPACK_FACTS };

/* Release each buffer. Nothing in it is trusted to be valid UTF-8. */
struct unpack_document {
    struct buffer text, facts[UNPACK_FACTS];
    int64_t *pages; /* code points at which pages begin; memory_free() */
    size_t page_count, page_capacity;
};

/* Reads the office file that bytes hold in the child; document is zeroed. Errors: those of office.h; E_DECODER. */
bool unpack_read_document(struct unpacker *unpacker, struct slice bytes, const struct unpack_request *request,
                          struct unpack_document *document, struct error *error) MUST_CHECK;

/* Whether unpack_next() may still be called after an error. */
bool unpack_is_usable(const struct unpacker *unpacker);

/* The child: serves archives until input ends. Confines the calling process for good. arguments: {memory_bytes,
 * cpu_seconds}, as unpacker_create() hands them on. Returns the exit code. */
int unpack_child(int input, int output, const char *const *arguments, size_t count);

#endif
