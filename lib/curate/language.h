/* language.h - which natural language a text is in; needs no model file.
 *
 * The script decides first: Thai, Greek or Hangul letters mean one language here, kana among Han characters mean
 * Japanese. Languages that share Latin, Cyrillic, Arabic, Devanagari, Bengali or Hebrew letters are told apart by
 * sequences of up to five letters (language_tables.h; a naive Bayes classifier over the longest known sequence that
 * ends at each letter). 89 languages are known; a text in another one gets the name of a neighbour, with little
 * confidence at best.
 *
 * A long text is not read as a whole: four pieces of LANGUAGE_PIECE bytes, evenly spread, and four more between them
 * unless the first ones agree. Integers only, so the answer is the same on every processor. */
#ifndef CURATE_LANGUAGE_H
#define CURATE_LANGUAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"

enum { LANGUAGE_PIECES = 8, LANGUAGE_PIECE = 128, LANGUAGE_LOOK = LANGUAGE_PIECES * LANGUAGE_PIECE };

struct language_guess {
    const char *code; /* borrowed from the identifier; ISO 639-1, or 639-3 where there is none; "und": no letters of a
                         known script */
    unsigned confidence; /* 0 to 1000: how likely that language is among those of its script, times the share of the
                            text that looks like it; less for what looks like no words at all */
};

/* The tables, made ready: 1 MB, 1 ms. Constant and thread safe. Owned: language_identifier_free(). */
struct language_identifier;
struct language_identifier *language_identifier_create(void);
void language_identifier_free(struct language_identifier *identifier);

/* The language of all texts together (valid UTF-8). Cost: bounded by LANGUAGE_LOOK, some 10 ns a letter looked at. */
struct language_guess language_identify(const struct language_identifier *identifier, const struct slice *texts,
                                        size_t count);

/* Whether that is the code of a language that can be found, or "und". */
bool language_is_known(struct slice code);

/* The code that stands for all regional and older forms of a tag: en-GB is en, nb and nn are no; arena. */
struct slice language_primary(struct slice tag, struct arena *arena);

/* All codes, in byte order, with blanks between them; arena. */
const char *language_codes(struct arena *arena);

#endif
