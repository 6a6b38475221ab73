/* encoder.h - texts to tokens of a vocabulary, exactly.
 *
 * An encoder is one thread's working memory over a constant vocabulary: it remembers what the pieces of text became
 * that it saw before, since a few thousand words make most of every text. The result never depends on what was
 * remembered.
 *
 * Cost: about 100 MB a CPU second for cl100k (`BENCH_TOKENIZER=cl100k_base.tiktoken make bench`); linear in the text
 * but for a single piece without any place to split, n log n there. */
#ifndef TEXT_ENCODER_H
#define TEXT_ENCODER_H

#include "base/buffer.h"
#include "text/vocabulary.h"

/* Text that looks like an added token (<|endoftext|>): as the kind of file has it (tokenizer.json splits it out,
 * .tiktoken leaves it text), always a token, or always text. */
enum added_tokens { ADDED_AS_FILE, ADDED_AS_TOKENS, ADDED_AS_TEXT };

struct encoder;

/* The vocabulary is borrowed for its life. Owned: encoder_free(). */
struct encoder *encoder_create(const struct vocabulary *vocabulary, enum added_tokens added);
void encoder_free(struct encoder *encoder);

/* How many tokens a text has. text: valid UTF-8. Errors: E_LIMIT, a split pattern of the file gave up on it. */
bool encoder_count(struct encoder *encoder, struct slice text, size_t *count, struct error *error) MUST_CHECK;

/* Their ids: borrowed until the next call. Errors as above. */
bool encoder_encode(struct encoder *encoder, struct slice text, const uint32_t **ids, size_t *count,
                    struct error *error) MUST_CHECK;

/* Marks the bytes at which tokens begin, of the text as it stands: no normal form, no added tokens. marks: (length +
 * 63) / 64 words, bit i % 64 of word i / 64 is byte i. Errors as above. */
bool encoder_mark(struct encoder *encoder, struct slice text, uint64_t *marks, struct error *error) MUST_CHECK;

/* Appends the bytes of the tokens. They need not be valid UTF-8. Errors: E_FIELD_VALUE, an id that the vocabulary does
 * not hold. */
bool vocabulary_decode(const struct vocabulary *vocabulary, const uint32_t *ids, size_t count, struct buffer *output,
                       struct error *error) MUST_CHECK;

#endif
