/* ngram_index.h - the n-grams of evaluation items, and where a text has one of them.
 *
 * An item is a sequence of words (text/word_forms.h) in parts: question, answer. Each stretch of `width` words of it is
 * an n-gram. A part that is shorter, but has at least `shortest` words, is one as a whole; so is an item of which that
 * is true and that has no n-gram yet. An item without any is too short to be looked for. An n-gram that several items
 * have belongs to the first of them. Found n-grams are compared by their text: hashes only say where to look, so there
 * is no false hit. Constant and thread safe once filled.
 *
 * Memory: 34 to 54 bytes an n-gram, and the items' words. Cost of looking: a rolling hash of the words and one probe of
 * a table of 2 bytes an n-gram for each; twice that where there are short parts. */
#ifndef CURATE_NGRAM_INDEX_H
#define CURATE_NGRAM_INDEX_H

#include "base/error.h"
#include "text/word_forms.h"

enum { NGRAM_WIDTH_MAXIMUM = 64 };

struct ngram_settings {
    unsigned width, shortest; /* 1 <= shortest <= width <= NGRAM_WIDTH_MAXIMUM */
    bool crosses;             /* n-grams go over from one part into the next */
    bool only_last;           /* those that lie in front of the last part are left out: the question's */
    size_t memory;            /* bytes for all of it */
};

struct ngram_index;

/* Owned: ngram_index_free(). */
struct ngram_index *ngram_index_create(const struct ngram_settings *settings);
void ngram_index_free(struct ngram_index *index);

/* Takes an item in, the next number from 0 on. parts: the first word of each of its `count` parts, one at least.
 * *is_short: it has no n-gram. Errors: E_LIMIT naming --memory. */
bool ngram_index_add(struct ngram_index *index, const struct word_forms *words, const size_t *parts, size_t count,
                     bool *is_short, struct error *error) MUST_CHECK;

/* No more items come: makes the table. Errors: E_LIMIT. */
bool ngram_index_finish(struct ngram_index *index, struct error *error) MUST_CHECK;

uint64_t ngram_index_count(const struct ngram_index *index); /* of n-grams */
uint32_t ngram_index_items(const struct ngram_index *index);

/* Of an n-gram: the item that it belongs to, and its words. */
uint32_t ngram_index_item(const struct ngram_index *index, uint32_t gram);
struct slice ngram_index_text(const struct ngram_index *index, uint32_t gram);

struct ngram_hit {
    uint32_t gram;         /* number of the n-gram, from 0 on */
    uint32_t first, count; /* of the words that were looked through */
};

struct ngram_hits {
    struct ngram_hit *hits; /* by first word; of one first word the wide one first */
    size_t count, capacity;
};

/* Appends all hits. */
void ngram_index_find(const struct ngram_index *index, const struct word_forms *words, struct ngram_hits *hits);

#endif
