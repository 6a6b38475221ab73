/* pack.h - documents into rows of one length in tokens, so that a trainer pads little or nothing.
 *
 * A piece is a document, or a part of one that is too long for a row (pieces.h). Rows are made in the order of the
 * input: of best fit in that of their first pieces, and pieces inside a row in that of the input, too.
 *
 * PACK_GREEDY    the next piece goes into the row as long as it fits
 * PACK_BEST_FIT  best fit decreasing (fit.h) over a window of pieces: no piece is cut, hardly any room is left
 * PACK_WRAPPED   one stream cut every `length` tokens: no room is left, documents are cut anywhere
 *
 * Texts: a separator stands behind each document, and between any two pieces that did not follow one another in one
 * document. One of white space does not stand at a row's end. Ids: the separator's ids stand behind each document.
 *
 * A row also ends where its content would pass PACK_ROW_BYTES: a vocabulary may have tokens of any length, such as for
 * runs of blanks, and a row must stay a line that can be read.
 *
 * One thread. Memory: the window, or one row. */
#ifndef DATASET_PACK_H
#define DATASET_PACK_H

#include "record/stage.h"

enum pack_strategy { PACK_GREEDY, PACK_BEST_FIT, PACK_WRAPPED };

enum {
    PACK_LENGTH_MAXIMUM = 4 * 1024 * 1024, /* tokens of a row */
    PACK_ROW_BYTES = 32 * 1024 * 1024      /* of several pieces; one alone may be larger */
};

struct pack_settings {
    enum pack_strategy strategy;
    uint32_t length;           /* tokens of a row, 1 to PACK_LENGTH_MAXIMUM */
    struct slice separator;    /* JSON: what stands between the quotes, or ids split by commas */
    uint32_t separator_tokens; /* below length */
    bool is_between;           /* the separator is white space in texts */
    bool emits_ids;            /* {"input_ids":[..],"seq_lengths":[..]} instead of {key: text} */
    bool has_positions;        /* ids: also "position_ids", from 0 in each document */
    bool names_documents;      /* also "documents": the ids of whose text it is */
    const char *key;           /* of texts */
    size_t window;             /* bytes of pieces that best fit chooses among */
};

struct pack_piece {
    struct slice content;  /* JSON, like the separator */
    struct slice document; /* JSON of the document's id; empty: unknown */
    uint32_t tokens;       /* with the separator at most pack_piece_maximum() */
    bool is_start, is_end; /* of its document */
};

/* A whole document for PACK_WRAPPED. */
struct pack_stream {
    struct slice content;  /* the text itself, or JSON of the ids */
    struct slice document; /* as above */
    size_t tokens;
    const uint64_t *marks; /* texts: where tokens begin (tokens.h) */
};

/* Where rows go: begin gives the buffer to which the line is appended, end takes it. */
struct pack_output {
    void *context;
    struct buffer *(*begin)(void *context);
    enum flow (*end)(void *context, uint32_t tokens, struct error *error);
};

struct pack_figures {
    int64_t rows, tokens; /* tokens of rows, with separators */
    int64_t pieces;
};

/* The most tokens that a piece may have; is_end: behind which a separator stands. */
uint32_t pack_piece_maximum(const struct pack_settings *settings, bool is_end);

/* settings are copied; what they point to must outlive the packer. Owned: packer_free(). */
struct packer *packer_create(const struct pack_settings *settings, const struct pack_output *output);
void packer_free(struct packer *packer);

/* Content is copied. */
enum flow packer_add(struct packer *packer, const struct pack_piece *piece, struct error *error);
enum flow packer_add_stream(struct packer *packer, const struct pack_stream *document, struct error *error);
/* The rows that are left. */
enum flow packer_finish(struct packer *packer, struct error *error);

const struct pack_figures *packer_figures(const struct packer *packer);

#endif
