/* tokens.h - how many tokens a text has for a model, and where they begin.
 *
 * A tokenizer marks the bytes at which tokens begin. A part of the text that begins behind white space has, counted
 * alone, as many tokens as marks, and one more when it does not begin at a mark; a part that begins elsewhere may
 * differ in its first TOKENIZER_NEAR bytes, and by one behind them. So a chunker can work with the marks of the whole.
 * Constant and thread safe.
 *
 * The builtin ones estimate without a vocabulary, from the classes of neighbouring bytes: a mark for each word and
 * another for a long one, digits in threes, runs of punctuation, indentation, line ends, and by script. They differ
 * only outside ASCII, where the two vocabularies do. Measured error against the real tokenizers: estimate.c.
 * Cost: about 1.3 GB/s of ASCII with AVX2.
 *
 * One with a vocabulary (text/vocabulary.h) is exact, needs a thread's own memory, and treats the text as it stands:
 * marks know neither normal forms nor added tokens. */
#ifndef TEXT_TOKENS_H
#define TEXT_TOKENS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

enum { TOKENIZER_NEAR = 64 };

struct vocabulary;

struct tokenizer {
    const char *name;
    /* text: valid UTF-8. Fills all (length + 63) / 64 words of marks: bit i % 64 of marks[i / 64] says that a token
     * begins at byte i; bits beyond the text are 0. memory: of tokenizer_memory(). Errors: E_LIMIT, a split pattern of
     * a tokenizer.json gave up; the builtin ones never fail. */
    bool (*mark)(const struct tokenizer *tokenizer, void *memory, struct slice text, uint64_t *marks,
                 struct error *error);
    const void *data;              /* the tokenizer's own */
    struct vocabulary *vocabulary; /* owned; NULL: an estimate */
};

/* "o200k-estimate" and "cl100k-estimate". */
extern const struct tokenizer tokenizer_o200k_estimate;
extern const struct tokenizer tokenizer_cl100k_estimate;

/* Their names, for messages; ends with NULL. */
extern const char *const tokenizer_builtin_names[];

/* A builtin one by its name, else the vocabulary in that file. A name without '/' and '.' also stands for NAME.tiktoken
 * and NAME/tokenizer.json in $XDG_DATA_HOME/garner/tokenizers (~/.local/share/garner/tokenizers). The result is
 * released by tokenizer_release(), its copies are not. Errors: E_USAGE for a name that is nothing of this; those of
 * vocabulary_open(). */
bool tokenizer_open(const char *name, struct tokenizer *tokenizer, struct error *error) MUST_CHECK;
void tokenizer_release(struct tokenizer *tokenizer);

/* Whether tokenizer_open() would find something, without reading it. Errors: as there. */
bool tokenizer_check(const char *name, struct error *error) MUST_CHECK;

/* Appends what tokenizer_open() would call it, without reading it. Errors: as there. */
bool tokenizer_name(const char *name, struct buffer *text, struct error *error) MUST_CHECK;

/* A thread's memory; NULL for the builtin ones, which need none. Owned: tokenizer_memory_free(). */
void *tokenizer_memory(const struct tokenizer *tokenizer);
void tokenizer_memory_free(const struct tokenizer *tokenizer, void *memory);

/* Tokens of a text. Errors: as mark. */
bool tokenizer_count_text(const struct tokenizer *tokenizer, void *memory, struct slice text, size_t *count,
                          struct error *error) MUST_CHECK;

/* The same for a builtin one. */
size_t tokenizer_count(const struct tokenizer *tokenizer, struct slice text);

#endif
