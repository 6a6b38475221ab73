/* pieces.h - the pieces of a text that fit into rows (pack.h), with their tokens.
 *
 * Ids are cut exactly at the limit. Texts are cut where a word begins, up to 64 tokens before the limit, or else at a
 * token, never inside a character; put together, the pieces are the text. A piece of a text is counted alone, as the
 * trainer will do. Text that looks like a special token (<|endoftext|>) counts as text, and its ids are those of text:
 * a document cannot end itself. */
#ifndef DATASET_PIECES_H
#define DATASET_PIECES_H

#include "dataset/pack.h"
#include "text/tokens.h"

enum pack_long { PACK_LONG_SPLIT, PACK_LONG_DROP, PACK_LONG_TRUNCATE };

struct piece_settings {
    const struct tokenizer *tokenizer; /* for ids with a vocabulary */
    bool emits_ids;
    bool is_stream; /* for PACK_WRAPPED: nothing is cut */
    enum pack_long action;
    uint32_t maximum, last_maximum; /* tokens: pack_piece_maximum() */
};

/* Arena, or borrowed from the text. */
struct pack_document {
    struct pack_piece *pieces;
    size_t count;
    struct pack_stream stream; /* instead of pieces */
    size_t tokens;             /* of the whole text */
    size_t lost;               /* of these, by PACK_LONG_TRUNCATE */
    bool is_too_long;          /* for PACK_LONG_DROP: there are no pieces */
};

/* One thread's memory. settings are copied. Owned: piece_maker_free(). */
struct piece_maker;
struct piece_maker *piece_maker_create(const struct piece_settings *settings);
void piece_maker_free(struct piece_maker *maker);

/* text: a checked JSON string that is not empty. Errors: E_JSON_SURROGATE; E_LIMIT, the vocabulary's pattern gave up.
 */
bool piece_maker_cut(struct piece_maker *maker, struct json_value text, struct arena *arena,
                     struct pack_document *document, struct error *error) MUST_CHECK;

/* Ids of a text in which added tokens are tokens, as JSON split by commas: a separator. Errors: E_LIMIT. */
bool piece_ids(const struct tokenizer *tokenizer, struct slice text, struct buffer *json, uint32_t *tokens,
               struct error *error) MUST_CHECK;

#endif
