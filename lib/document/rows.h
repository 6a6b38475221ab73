/* rows.h - private to the module: what the row formats share: a moving window over the source, the identity of rows,
 * and the frame of their records. */
#ifndef DOCUMENT_ROWS_H
#define DOCUMENT_ROWS_H

#include "document/decoder.h"

enum { ROWS_WINDOW_BYTES = 256 * 1024 };

/* The bytes of the source that are in memory: never more than a row and a piece. */
struct row_window {
    struct decode *decode;
    const char *bytes; /* borrowed from the source, or in decoder->raw */
    size_t length;
    bool is_last;   /* nothing comes behind them */
    size_t skipped; /* bytes of decoder->raw before them: the byte order mark */
};

/* Opens the source. UTF-16 and UTF-32 are converted as a whole first (at most twice max_document_bytes of them;
 * *charset is set); a UTF-8 mark is passed over. Errors: E_LIMIT; those of read. */
bool row_window_open(struct row_window *window, struct decode *decode, const char **charset,
                     struct error *error) MUST_CHECK;

/* Drops what lies before keep and reads on, so that at least as many bytes as were kept are added unless the source
 * ends: looking at a long row again costs no more than twice its length. */
bool row_window_more(struct row_window *window, size_t keep, struct error *error) MUST_CHECK;

/* Which rows were seen, to number repeats. Remembers a 32-bit print of each row in its bucket, 4 to 6 bytes a row, for
 * the first ROW_IDS_MAXIMUM rows of a file; a print that is shared by chance (one file in ten of that size) gives a row
 * the suffix of a repeat, which is still unique and the same on every run. */
enum { ROW_IDS_MAXIMUM = 16 * 1024 * 1024 };
struct row_ids *row_ids_create(void); /* owned: row_ids_free() */
/* Fetches what row_ids_add will look at. */
void row_ids_prefetch(const struct row_ids *ids, struct hash128 hash);
/* 1 for a new row, 2 for its first repeat, ... */
uint64_t row_ids_add(struct row_ids *ids, struct hash128 hash);
void row_ids_free(struct row_ids *ids);

/* Facts that a row's own fields may stand for. */
enum row_fact { ROW_SOURCE = 1, ROW_MIME = 2, ROW_BYTES = 4, ROW_HASH = 8, ROW_CHARSET = 16, ROW_REPLACED = 32 };

/* The fact with that name in metadata, or 0. */
unsigned row_fact_of(struct slice key);

/* A member of the source's metadata. */
struct row_extra {
    struct slice key;    /* unescaped */
    struct slice member; /* "key":value */
};

struct rows {
    struct decode *decode;
    struct row_window window;
    struct row_ids *ids;
    const char *file_charset; /* of a file that was converted as a whole; NULL */
    const char *row_charset;  /* of the rows that are not UTF-8; NULL until there is one */
    bool is_stopped;          /* the sink wants no more */
    struct slice id_start;    /* {"id":"SOURCE#, padded as the next three */
    struct slice facts[2];    /* "source":"SOURCE", and "mime":"MIME", each with a comma */
    struct slice start;       /* both, and "bytes": */
    struct buffer converted;
    struct row_extra *extras; /* members of source->metadata */
    size_t extra_count;
};

bool rows_open(struct rows *rows, struct decode *decode, struct error *error) MUST_CHECK;
void rows_close(struct rows *rows);

/* All bytes of a file of which nothing was dropped from the window. */
struct slice rows_file(const struct rows *rows);

/* A row's text as UTF-8: itself where it is valid, else converted or repaired; borrowed until the next call. */
bool rows_convert(struct rows *rows, struct slice row, struct slice *text, const char **charset, int64_t *replaced,
                  struct error *error) MUST_CHECK;

/* The hash of a row and its digits. */
struct row_hash {
    struct hash128 hash;
    char digits[HASH128_TEXT + 1];
};
struct row_hash row_hash_of(const struct rows *rows, struct slice raw);

/* Appends {"id":"SOURCE#HASH without the closing quote; returns where it ends, for rows_number(). */
size_t rows_append_hash_id(const struct rows *rows, struct buffer *output, const struct row_hash *hash);

/* Counts the row as seen, and inserts "~N" at id_end when it is a repeat: last, for a row may yet fail. */
void rows_number(struct rows *rows, struct buffer *output, size_t id_end, const struct row_hash *hash);

/* Appends the facts that `taken` does not name, each followed by a comma. */
void rows_append_facts(const struct rows *rows, struct buffer *output, unsigned taken, size_t bytes,
                       const struct row_hash *hash, const char *charset, int64_t replaced);

/* Ends the record behind its last metadata member and the comma that may stand there, and emits it. Errors: E_LIMIT as
 * decode_fits_line. */
bool rows_emit(struct rows *rows, struct buffer *record, int64_t line, struct error *error) MUST_CHECK;

/* Hands on a row that cannot be used. */
void rows_reject(struct rows *rows, struct error *error, int64_t line, struct slice raw);

/* Appends text that is followed by readable bytes up to a multiple of ROWS_PADDING: no call, no tail. */
enum { ROWS_PADDING = 16 };
static inline void rows_append_padded(struct buffer *output, struct slice text)
{
    if (output->capacity - output->length < text.length + ROWS_PADDING + 1)
        buffer_reserve(output, text.length + ROWS_PADDING);
    for (size_t i = 0; i < text.length; i += ROWS_PADDING)
        memcpy(output->bytes + output->length + i, text.bytes + i, ROWS_PADDING);
    output->length += text.length;
}
/* A padded copy of text; arena. */
struct slice rows_pad(struct arena *arena, struct slice text);

int64_t count_newlines(struct slice text);

#endif
