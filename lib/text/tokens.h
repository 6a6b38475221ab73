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
 * Cost: about 1.3 GB/s of ASCII with AVX2. */
#ifndef TEXT_TOKENS_H
#define TEXT_TOKENS_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { TOKENIZER_NEAR = 64 };

struct tokenizer {
    const char *name;
    /* text: valid UTF-8. Fills all (length + 63) / 64 words of marks: bit i % 64 of marks[i / 64] says that a token
     * begins at byte i; bits beyond the text are 0. */
    void (*mark)(const struct tokenizer *tokenizer, struct slice text, uint64_t *marks);
    const void *data; /* the tokenizer's own */
};

/* "o200k-estimate" and "cl100k-estimate". */
extern const struct tokenizer tokenizer_o200k_estimate;
extern const struct tokenizer tokenizer_cl100k_estimate;

/* The builtin tokenizer of that name, NULL if there is none. */
const struct tokenizer *tokenizer_find(struct slice name);

size_t tokenizer_count(const struct tokenizer *tokenizer, struct slice text);

#endif
