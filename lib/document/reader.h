/* reader.h - what file.c and members.c share. Private to document. */
#ifndef DOCUMENT_READER_H
#define DOCUMENT_READER_H

#include "document/content.h"
#include "document/date.h"
#include "document/file.h"
#include "document/unpack.h"
#include "stream/input.h"

enum { FILTERS_MAXIMUM = 2 /* compression around one content */ };

struct file_reader {
    const struct file_settings *settings;
    const struct file_sink *sink; /* of the file under way */
    struct document_decoder *decoder;
    struct unpacker *unpackers[FILE_NESTING_MAXIMUM + 1]; /* by nesting: an archive waits while one inside it is read */
    struct buffer first;                                  /* the first bytes of a plain file, or all */
    struct buffer block;                                  /* those after them */
    struct buffer metadata;
    struct buffer sidecar;      /* attributes beside the file under way */
    struct input *packed_input; /* what the figures of packed come from when the size is not known */
    int64_t packed;             /* size of the file; -1: ask packed_input */
    int64_t unpacked;           /* bytes that came out of it, all layers together */
    int64_t entries;
    struct file_counts counts;
    bool is_stopped; /* the sink wants no more */
    bool is_stable;  /* the file under way did not change while it was read */
};

/* A file or a member on its way. */
struct piece {
    struct slice source; /* its id */
    const char *path;    /* for messages, and to open it when is_file */
    struct slice name;   /* by which the format is told */
    bool is_file;        /* a regular file at path */
    bool is_taken, is_operand;
    int64_t modified; /* seconds since 1970, INT64_MIN unknown */
    struct slice raw_name;
    const struct document_format *format; /* known from what is around it; NULL: by content, mime and name */
    struct slice mime;                    /* as told by what is around it; empty: nothing */
    const char *charset;                  /* likewise, as charset_find names it; NULL */
    struct slice metadata;                /* members for its documents, JSON without braces */
    unsigned nesting;                     /* archives around it */
    unsigned filters;                     /* compressions taken off */
};

/* Finds out what the content is and reads it. Reports what fails. */
void reader_handle(struct file_reader *reader, const struct piece *piece, struct content *content);

/* What content holds, which is of that format, to the sink. Reports what fails. */
void reader_decode(struct file_reader *reader, const struct piece *piece, struct content *content,
                   const struct document_format *format);

/* A mail message: its document, and the files in it. */
void reader_mail(struct file_reader *reader, const struct piece *piece, struct content *content,
                 const struct document_format *format);

/* The messages of a mailbox. */
struct outer;
void reader_mbox(struct outer *outer, struct content *content);

/* The pages of a web archive. */
void reader_warc(struct outer *outer, struct content *content);

/* The members of an archive, mailbox or web archive. */
void reader_unpack(struct file_reader *reader, const struct piece *piece, struct content *content,
                   const struct document_format *format);

/* One reject, placed at the piece unless it has a place. */
void reader_report(struct file_reader *reader, const struct piece *piece, struct error *error);

/* Counts bytes that came out of the file. Errors: E_LIMIT. */
bool reader_count_unpacked(struct file_reader *reader, size_t bytes, struct error *error) MUST_CHECK;

#endif
