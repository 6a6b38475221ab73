/* encoder_private.h - what the parts of the encoder share. */
#ifndef TEXT_ENCODER_PRIVATE_H
#define TEXT_ENCODER_PRIVATE_H

#include "text/encoder.h"
#include "text/vocabulary_private.h"

enum {
    PIECE_BYTES = 15, /* longer pieces are rare, and not remembered */
    PIECE_IDS = 3,    /* likewise pieces of more tokens */
    PIECE_SLOTS = 1 << 18,
    PIECE_WAYS = 2 /* neighbours that share a line of the cache: the newer one stands first */
};

/* A piece that was seen: its bytes and, in the last one, their number. Zero: free. */
struct piece_slot {
    uint64_t key[2];
    uint32_t ids[PIECE_IDS];
    uint32_t count;
};

/* A part of a piece while it is merged. */
struct merge_part {
    uint32_t start;
    uint32_t id;
    uint32_t rank;   /* of merging it with the next part; TOKEN_NONE: they stay apart */
    uint32_t merged; /* what they become */
    uint32_t previous, next;
};

struct merge_candidate {
    uint32_t rank, part;
};

struct token_ids {
    uint32_t *all;
    size_t count, capacity;
};

struct encoder {
    const struct vocabulary *vocabulary;
    bool splits_added, counts_only;
    char *piece_memory;
    struct piece_slot *pieces; /* PIECE_SLOTS of them, aligned to a line of the cache */
    struct token_ids ids;
    size_t count;
    struct merge_part *parts;
    size_t part_capacity;
    struct merge_candidate *heap;
    size_t heap_capacity;
    struct buffer normalized;
};

/* Merges one piece and appends its tokens to encoder->ids, whatever counts_only says. */
void encoder_merge(struct encoder *encoder, struct slice piece);

#endif
