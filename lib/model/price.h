/* price.h - what tokens cost, in exact integers.
 *
 * Prices are told in money per million tokens, as services print them; with up to six decimals they are whole numbers
 * of pico-money (10^-12) per token, so sums are exact and do not depend on the order of answers. Which money it is only
 * the user knows.
 *
 * A price table is a YAML file, dated by its user:
 *     gpt-4o-mini: {input: 0.15, output: 0.60}
 *     "claude-*": {input: 3, output: 15, batch: 0.5}     # * at the end: every model that begins so; the longest wins
 * batch (1 unless told) is the factor for batch files. */
#ifndef MODEL_PRICE_H
#define MODEL_PRICE_H

#include "base/arena.h"
#include "base/error.h"

struct price {
    int64_t input, output;  /* pico-money a token */
    int64_t batch_permille; /* 1000: batch files cost the same; 0 counts as 1000 */
    bool is_known;
};

enum { PRICE_TABLE_BYTES_MAXIMUM = 1024 * 1024 };

/* Reads FILE and finds the model's row. Errors: E_NO_INPUT, E_CONFIG with file, line and column; E_CONFIG when no row
 * is this model's. */
bool price_find(const char *file, const char *model, struct price *price, struct error *error) MUST_CHECK;

/* "3", "0.15": money per million tokens as pico-money a token, and "12.50" as pico-money. Errors: E_USAGE: negative, no
 * number, more than six decimals (twelve), too large. */
bool price_parse_million(struct slice text, int64_t *pico, struct error *error) MUST_CHECK;
bool price_parse_money(struct slice text, int64_t *pico, struct error *error) MUST_CHECK;

/* Saturates at INT64_MAX. Negative counts (unknown) cost nothing. */
int64_t price_of(const struct price *price, int64_t input_tokens, int64_t output_tokens);

/* 1234500000000 as "1.2345": shortest exact decimal. Appends. */
void price_append_money(int64_t pico, struct buffer *text);

#endif
