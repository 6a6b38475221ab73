/* analyser.h - a text to the terms of lexical search; the same for documents and queries.
 *
 * Words are those of text/segment.h in lower case, without the language's stop words, reduced to their stems
 * (Snowball). Ideographs, kana, Hangul and the clusters of Thai, Lao, Khmer and Myanmar give single characters and
 * pairs of neighbours, since words are not marked there. An identifier such as RFC-0011, foo_bar, std::vector or a/b.c
 * gives its parts and, as one more term, itself: parts find it by what one remembers, the whole one ranks the exact
 * spelling first. An analyser is constant; a scratch belongs to one thread. */
#ifndef INDEX_ANALYSER_H
#define INDEX_ANALYSER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

enum { TERM_BYTES_MAXIMUM = 128 };

struct analyser;
struct analyser_scratch;

/* "none" (no stems, no stop words), then the languages; ends with NULL. */
extern const char *const analyser_languages[];

/* Owned: analyser_close(). Errors: E_USAGE for an unknown language, naming the nearest. */
struct analyser *analyser_open(struct slice language, struct error *error) MUST_CHECK;
void analyser_close(struct analyser *analyser);

/* Owned: analyser_scratch_free(). Keeps the words that were seen with their stems, at most some
 * 20 MB between two refreshes. */
struct analyser_scratch *analyser_scratch_create(const struct analyser *analyser);
void analyser_scratch_free(struct analyser_scratch *scratch);

/* term->key is the term, term->hash its hash by base/map.h; both live until analyser_refresh(). The receiver may keep
 * in term->value what it likes: equal terms have the same one, and it begins as 0. The entry itself is borrowed for the
 * call. counts: false for a pair or a whole identifier, which do not count for the length of the text. */
typedef void analyser_emit(void *context, struct map_entry *term, bool counts);

/* Calls emit for each term, in order. text: valid UTF-8. */
void analyser_terms(struct analyser_scratch *scratch, struct slice text, void *context, analyser_emit *emit);

/* A number that no earlier call gave: tells the marks of one row from those that older rows left behind. */
uint32_t analyser_generation(struct analyser_scratch *scratch);

/* Forgets words and terms when there are very many: between two texts whose marks have nothing to do with one another.
 */
void analyser_refresh(struct analyser_scratch *scratch);

#endif
