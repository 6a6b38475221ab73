/* vocabulary_private.h - how a vocabulary lies in memory; for its readers and the encoder. */
#ifndef TEXT_VOCABULARY_PRIVATE_H
#define TEXT_VOCABULARY_PRIVATE_H

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "text/normal_form.h"
#include "text/splitter.h"
#include "text/vocabulary.h"

#define TOKEN_NONE UINT32_MAX

/* A slot of the table of tokens by their bytes; id TOKEN_NONE: free. */
struct token_slot {
    uint32_t check; /* upper half of the hash */
    uint32_t id;
};

/* Two tokens that become one: left << 32 | right; merged TOKEN_NONE: free. */
struct merge_slot {
    uint64_t pair;
    uint32_t rank; /* lower ones first */
    uint32_t merged;
};

/* A token that is looked for in the text before it is split. */
struct added_token {
    struct slice text;
    uint32_t id;
    bool takes_left, takes_right; /* white space there becomes part of it */
    bool is_single_word;          /* not inside a word */
};

struct vocabulary {
    char *name;
    struct buffer bytes; /* of all tokens, in the order of ids */
    uint32_t *offsets;   /* count + 1 into bytes */
    uint32_t count;
    struct token_slot *slots;
    uint32_t slot_mask;
    uint32_t byte_tokens[256];
    /* With merges, pairs of ids decide; without, the token of both parts' bytes is what they become, and its id is the
     * rank. Then byte_pairs answers for two single bytes. */
    struct merge_slot *merges;
    uint64_t merge_mask;
    uint32_t *byte_pairs; /* 65536 */
    bool takes_whole;     /* a piece that is a token is not merged ("ignore_merges"; always without merges) */
    struct splitter splitter;
    bool adds_space; /* before a text that does not begin with one */
    enum normal_form form;
    struct added_token *added; /* longest first */
    size_t added_count;
    bool added_first[256]; /* bytes that an added token begins with */
    bool splits_added;     /* unless the caller says otherwise */
    struct arena arena;
};

/* Good for short byte strings; equal for equal bytes on every machine. */
static inline uint64_t token_hash(const char *bytes, size_t length)
{
    uint64_t first = 0, last = 0;
    if (length > 16)
        return hash_64(slice_of(bytes, length), 0);
    if (length >= 8) {
        memcpy(&first, bytes, 8);
        memcpy(&last, bytes + length - 8, 8);
    } else if (length >= 4) {
        memcpy(&first, bytes, 4);
        memcpy(&last, bytes + length - 4, 4);
    } else if (length > 0) {
        first = (unsigned char)bytes[0];
        last = (uint64_t)(unsigned char)bytes[length / 2] << 8 | (unsigned char)bytes[length - 1];
    }
    __extension__ unsigned __int128 product =
        (unsigned __int128)(first ^ 0x9e3779b97f4a7c15u ^ length) * ((last << 1 | 1) ^ 0xd6e8feb86659fd93u << 1);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The token of these bytes, TOKEN_NONE if there is none. */
static inline uint32_t token_find(const struct vocabulary *vocabulary, const char *bytes, size_t length)
{
    uint64_t hash = token_hash(bytes, length);
    uint32_t check = (uint32_t)(hash >> 32);
    for (uint32_t i = (uint32_t)hash & vocabulary->slot_mask;; i = (i + 1) & vocabulary->slot_mask) {
        const struct token_slot *slot = &vocabulary->slots[i];
        if (slot->id == TOKEN_NONE)
            return TOKEN_NONE;
        const uint32_t *offset = &vocabulary->offsets[slot->id];
        if (slot->check == check && offset[1] - offset[0] == length &&
            memcmp(vocabulary->bytes.bytes + offset[0], bytes, length) == 0)
            return slot->id;
    }
}

static inline uint64_t merge_hash(uint64_t pair)
{
    pair *= 0x9e3779b97f4a7c15u;
    return pair ^ pair >> 29;
}

/* What two tokens become, NULL when they stay apart. */
static inline const struct merge_slot *merge_find(const struct vocabulary *vocabulary, uint32_t left, uint32_t right)
{
    uint64_t pair = (uint64_t)left << 32 | right;
    for (uint64_t i = merge_hash(pair) & vocabulary->merge_mask;; i = (i + 1) & vocabulary->merge_mask) {
        const struct merge_slot *slot = &vocabulary->merges[i];
        if (slot->merged == TOKEN_NONE)
            return NULL;
        if (slot->pair == pair)
            return slot;
    }
}

/* What a reader collects before the tables are made. */
struct vocabulary_entry {
    struct slice bytes; /* borrowed until the tables are made */
    uint32_t id;
    bool is_added; /* known by its id only: text is never merged into it */
};

/* Fills bytes, offsets, count, slots and byte_tokens; entries are put in the order of their ids. Errors: E_DATA for an
 * id or token that comes twice, or a byte without token. */
bool vocabulary_build(struct vocabulary *vocabulary, struct vocabulary_entry *entries, size_t count,
                      struct error *error) MUST_CHECK;

/* The readers: content is the whole file. */
bool vocabulary_read_tiktoken(struct vocabulary *vocabulary, struct slice content, struct error *error) MUST_CHECK;
bool vocabulary_read_json(struct vocabulary *vocabulary, struct slice content, struct error *error) MUST_CHECK;

#endif
