/* splitter.h - cuts a text into the pieces that a byte-pair encoder merges alone ("pre-tokens").
 *
 * The well-known patterns are scanned by hand, all others by PCRE2. Each step cuts every piece of the step before; what
 * a pattern does not match is a piece of its own. Constant, thread safe. Private to the module.
 *
 * Source: the patterns of tiktoken 0.7 (r50k_base, cl100k_base, o200k_base) and of Qwen2's tokenizer.json, in the sense
 * of Rust's regex crate: Unicode classes, \s is White_Space. */
#ifndef TEXT_SPLITTER_H
#define TEXT_SPLITTER_H

#include "base/error.h"
#include "base/slice.h"
#include "text/pattern.h"

enum split_kind {
    SPLIT_GPT2,    /* 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
    SPLIT_CL100K,  /* letters with one sign before them, digits in threes, signs with line ends behind them */
    SPLIT_QWEN2,   /* the same with single digits */
    SPLIT_O200K,   /* words by case, with marks and contractions */
    SPLIT_DIGITS,  /* each number character alone, all else together */
    SPLIT_PATTERN, /* matches of a pattern */
    SPLIT_KINDS
};

struct split_step {
    enum split_kind kind;
    struct pattern *pattern; /* owned, for SPLIT_PATTERN */
};

enum { SPLIT_STEPS_MAXIMUM = 8 };

struct splitter {
    struct split_step steps[SPLIT_STEPS_MAXIMUM];
    size_t count;
};

/* Adds the step that a regular expression means. Errors: E_USAGE (a pattern that PCRE2 refuses), E_LIMIT. */
bool splitter_add_pattern(struct splitter *splitter, struct slice expression, struct error *error) MUST_CHECK;
bool splitter_add(struct splitter *splitter, enum split_kind kind, struct error *error) MUST_CHECK;

/* The regular expression that a scanner stands for; "" for SPLIT_PATTERN. */
const char *splitter_expression(enum split_kind kind);
void splitter_release(struct splitter *splitter);

/* End of the piece that begins at start, for every kind but SPLIT_PATTERN: start < result <= text.length. text is valid
 * UTF-8, start is where a piece ended before, or 0. */
typedef size_t split_next_function(struct slice text, size_t start);
split_next_function *splitter_scanner(enum split_kind kind);

/* Calls take for each piece, in order. Errors: E_LIMIT of a pattern. */
bool splitter_split(const struct splitter *splitter, struct slice text, void (*take)(void *context, struct slice piece),
                    void *context, struct error *error) MUST_CHECK;

#endif
