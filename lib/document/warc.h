/* warc.h - the records of a web archive (WARC 1.0 and 1.1), front to back.
 *
 * Nothing is seeked and a record's block is not held: any stream will do, so a .warc.gz of one gzip member a record is
 * read like a plain file. After a record that is damaged the next line that begins with "WARC/" is looked for. Not
 * thread safe: one reader. Private to document. Source: ISO 28500:2017, and its text by the IIPC. */
#ifndef DOCUMENT_WARC_H
#define DOCUMENT_WARC_H

#include "document/content.h"

enum { WARC_HEADER_BYTES_MAXIMUM = 256 * 1024 };

struct warc;

/* content is borrowed and read to its end. Owned: warc_close(). */
struct warc *warc_open(struct content *content);

/* Borrowed until the next warc_next(). */
struct warc_record {
    struct slice header; /* its fields, for mime_find_field() */
    struct slice type;   /* "response" */
    struct slice url;    /* WARC-Target-URI without brackets; empty: none */
    int64_t length;      /* of the block */
    int64_t offset;      /* of the record in the unpacked file */
};

/* The next record; *has_record is false after the last one. What was left unread of the one before is skipped. Errors:
 * E_WARC with the offset for what is no record, or a block that is cut short, after which the next call goes on behind
 * it; those of content, after which the file is at its end. */
bool warc_next(struct warc *warc, struct warc_record *record, bool *has_record, struct error *error) MUST_CHECK;

/* The next bytes of the block, none at its end; borrowed until the next call of any function here. */
bool warc_read(struct warc *warc, struct slice *bytes, struct error *error) MUST_CHECK;

void warc_close(struct warc *warc); /* NULL is fine */

#endif
