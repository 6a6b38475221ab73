/* vocabulary.h - the tokens of a byte-level byte-pair encoder, read from a .tiktoken file or a tokenizer.json.
 *
 * .tiktoken: a line a token, BASE64(bytes) SPACE rank; the rank is id and order of merging. The splitting that belongs
 * to it is told by the name of the file (r50k, p50k, cl100k, o200k), else by the number of tokens.
 * tokenizer.json (Hugging Face tokenizers): a "BPE" model of byte-level tokens with "vocab" and "merges",
 * "added_tokens", a normalizer of Unicode forms, and a pre_tokenizer of Split, Digits and ByteLevel steps. What a file
 * asks for and we do not do is refused, never passed over: counts are exact or not given. Tokens that a post-processor
 * puts around a text (start of sentence) are not counted.
 *
 * Constant after reading, thread safe. Memory: about 30 bytes a token besides its own, 50 more a merge. Cost of
 * reading: cl100k 15 ms, Qwen's 11 MB of JSON 150 ms.
 * Source: Sennrich, Haddow, Birch 2016 (byte pair encoding); Radford et al. 2019 (bytes as the alphabet). */
#ifndef TEXT_VOCABULARY_H
#define TEXT_VOCABULARY_H

#include "base/error.h"
#include "base/slice.h"

enum {
    VOCABULARY_FILE_MAXIMUM = 256 * 1024 * 1024, /* bytes of a file */
    VOCABULARY_TOKENS_MAXIMUM = 4 * 1000 * 1000, /* and the largest id */
    VOCABULARY_TOKEN_BYTES_MAXIMUM = 65535
};

struct vocabulary;

/* Reads a file; what it holds tells which of the two forms it is. Owned: vocabulary_close(). Errors: E_NO_INPUT, E_IO,
 * E_LIMIT; E_DATA, placed (a .tiktoken line), for what is not such a file or needs what we do not do. */
struct vocabulary *vocabulary_open(const char *path, struct error *error) MUST_CHECK;
/* The same of a file's content; path only names it. */
struct vocabulary *vocabulary_read(const char *path, struct slice content, struct error *error) MUST_CHECK;
void vocabulary_close(struct vocabulary *vocabulary);

/* "cl100k_base" for a path that ends in cl100k_base.tiktoken; for tokenizer.json the name of its folder. */
const char *vocabulary_name(const struct vocabulary *vocabulary);
struct slice vocabulary_name_of(const char *path); /* borrowed from the path */

/* The bytes of a token, which need not be whole characters; false when there is no such id. */
bool vocabulary_token(const struct vocabulary *vocabulary, uint32_t id, struct slice *bytes);

#endif
