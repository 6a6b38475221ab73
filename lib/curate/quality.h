/* quality.h - figures about a text by which good and bad ones are told apart.
 *
 * A measure is a named number: a count, or a share between 0 and 1. The definitions are those of the filters that
 * people use: Gopher (Rae et al. 2021, appendix A) and FineWeb as datatrove has them, NeMo Curator's heuristics. Where
 * two tools mean different things by one word there are two measures. Lengths are code points. A share of nothing is 0.
 *
 * Words are the runs between white space, or the words of text/segment.h. Three kinds of lines: `lines` end at every
 * line end that Unicode knows and may be empty; `rows` end at \n and are not blank; the duplicates of Gopher are told
 * among the pieces between runs of \n.
 *
 * A text that is measured computes each group of measures once, and only when one of them is asked for. Memory: about
 * twice the text, 20 bytes a word and 32 to 64 an n-gram, kept for the next text. One thread. Cost: one pass over the
 * text for each group; n-grams take a pass over the words for each n. */
#ifndef CURATE_QUALITY_H
#define CURATE_QUALITY_H

#include "base/error.h"
#include "base/slice.h"

struct pattern;

enum quality_measure {
    QUALITY_CHARACTERS,
    QUALITY_LINES,
    QUALITY_SENTENCES,
    QUALITY_WORDS,
    QUALITY_TEXT_WORDS,
    QUALITY_WORD_LENGTH,
    QUALITY_TEXT_WORD_LENGTH,
    QUALITY_LONGEST_WORD,
    QUALITY_ALPHABETIC_WORDS,
    QUALITY_STOP_WORDS,
    QUALITY_SYMBOL_WORDS,
    QUALITY_HASHES,
    QUALITY_ELLIPSES,
    QUALITY_NEWLINES,
    QUALITY_BULLET_LINES,
    QUALITY_ELLIPSIS_LINES,
    QUALITY_ENDED_ROWS,
    QUALITY_UNENDED_ROWS,
    QUALITY_SHORT_ROWS,
    QUALITY_LONG_LINES,
    QUALITY_BULLET_ROWS,
    QUALITY_ELLIPSIS_ROWS,
    QUALITY_REPEATED_ROW_CHARACTERS,
    QUALITY_UNIQUE_ROWS,
    QUALITY_UNIQUE_ROW_CHARACTERS,
    QUALITY_UNIQUE_PARAGRAPHS,
    QUALITY_UNIQUE_PARAGRAPH_CHARACTERS,
    QUALITY_BOILERPLATE_PARAGRAPHS,
    QUALITY_DUPLICATE_PARAGRAPHS,
    QUALITY_DUPLICATE_PARAGRAPH_CHARACTERS,
    QUALITY_DUPLICATE_LINES,
    QUALITY_DUPLICATE_LINE_CHARACTERS,
    QUALITY_TOP_GRAM,
    QUALITY_DUPLICATED_GRAMS,
    QUALITY_NEMO_TOP_GRAM,
    QUALITY_NEMO_DUPLICATED_GRAMS,
    QUALITY_NON_ALPHANUMERIC,
    QUALITY_DIGITS,
    QUALITY_URLS,
    QUALITY_WHITE_SPACE,
    QUALITY_PARENTHESES,
    QUALITY_MATCHES,
    QUALITY_MEASURE_COUNT
};

/* What a measure can be told besides the text. */
enum quality_parameter_kind {
    QUALITY_NO_PARAMETER,
    QUALITY_LENGTH, /* "length": characters of a line */
    QUALITY_WIDTH,  /* "n": words of an n-gram */
    QUALITY_LIST,   /* "words": other stop words */
    QUALITY_PATTERN /* "pattern" */
};

enum { QUALITY_WIDTH_MAXIMUM = 32, QUALITY_MATCHES_MAXIMUM = 1000000 };

struct quality_parameter {
    int64_t number;            /* length or n */
    const struct slice *words; /* NULL: the eight of Gopher */
    size_t word_count;
    const struct pattern *pattern;
};

/* The table of measures. */
struct quality_measure_row {
    const char *name;
    enum quality_parameter_kind parameter;
    int64_t initial;     /* of a length or n */
    const char *meaning; /* one line, lower case, no full stop */
};
const struct quality_measure_row *quality_measure_row(enum quality_measure measure);
/* QUALITY_MEASURE_COUNT: there is none. */
enum quality_measure quality_measure_find(struct slice name);

enum quality_words { QUALITY_WORDS_WHITE_SPACE, QUALITY_WORDS_UNICODE };

/* The text under measurement and memory for the next ones. */
struct quality;
struct quality *quality_create(enum quality_words words); /* owned: quality_free() */
void quality_free(struct quality *quality);               /* NULL is fine */

/* text: valid UTF-8, borrowed until the next one. */
void quality_begin(struct quality *quality, struct slice text);

/* Errors: E_LIMIT of a pattern, nothing else. */
bool quality_measure(struct quality *quality, enum quality_measure measure, const struct quality_parameter *parameter,
                     double *value, struct error *error) MUST_CHECK;

#endif
