/* digest.h - hashes by which rows are compared: the whole row, its prompt, an answer. 64 bits of XXH3; 0 stands for
 * none. Thread safe. */
#ifndef DATASET_DIGEST_H
#define DATASET_DIGEST_H

#include "base/buffer.h"
#include "dataset/row.h"

/* Equal for values that differ in the order of keys, escapes and white space only. Numbers are compared by their text.
 * scratch: decoded strings. Linear. */
uint64_t dataset_hash_value(struct json_value value, struct arena *scratch);

/* Of what a model is asked: all messages up to the last turn of the assistant, without system texts; of a text row, the
 * text. folded (may be NULL): the texts as text/fold.h makes them, a buffer for reuse. */
uint64_t dataset_hash_prompt(const struct dataset_row *row, struct buffer *folded);

uint64_t dataset_hash_answer(const struct dataset_answer *answer);

#endif
