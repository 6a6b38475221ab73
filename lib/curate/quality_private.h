/* quality_private.h - what the measures of a text share; private to the module. */
#ifndef CURATE_QUALITY_PRIVATE_H
#define CURATE_QUALITY_PRIVATE_H

#include "base/hash.h"
#include "base/utf8.h"
#include "curate/byte_masks.h"
#include "curate/quality.h"
#include "text/segment.h"

/* What is computed in one go. */
enum quality_group {
    GROUP_NONE, /* known from the start */
    GROUP_BYTES,
    GROUP_WORDS,
    GROUP_RATIOS, /* of what the two before it have */
    GROUP_LINES,
    GROUP_ROWS,
    GROUP_PARAGRAPHS,
    GROUP_DUPLICATES,
    GROUP_URLS,
    GROUP_SENTENCES,
    GROUP_OF_PARAMETER /* anew for each parameter */
};

/* Distinct 64-bit keys, open addressing; emptied for each use. It grows with what is in it. */
struct key_set {
    uint64_t *slots; /* 0: free */
    size_t used, slot_count, slot_capacity;
};
/* Empties it, for about so many at most. */
void key_set_begin(struct key_set *set, size_t count);
/* false: it was there. */
bool key_set_add(struct key_set *set, uint64_t key);
void key_set_release(struct key_set *set);

struct gram_word;
struct gram_slot;

struct quality {
    enum quality_words words;
    struct slice text;
    size_t characters; /* code points */
    unsigned done;     /* bit i: enum quality_group i */
    double values[QUALITY_MEASURE_COUNT];
    size_t hash_marks, newlines, ellipses; /* GROUP_BYTES */
    size_t word_count;                     /* GROUP_WORDS */
    struct byte_masks *masks;              /* of the text when has_masks */
    size_t mask_capacity;
    bool has_masks;
    struct key_set set;
    struct gram_word *grams; /* of the text, one more than words; see quality_grams.c */
    size_t gram_count, gram_capacity;
    bool has_grams;
    struct gram_slot *slots;
    size_t slot_count, slot_capacity;
    struct buffer joined;        /* its words without white space */
    uint64_t *filter, *repeated; /* see quality_grams.c */
    size_t filter_capacity, repeated_capacity;
    struct buffer scratch;
};

static inline double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static inline size_t length_of(const struct quality *quality, struct slice part)
{
    return quality->characters == quality->text.length ? part.length : utf8_count(part);
}

static inline struct slice without_white(struct slice text)
{
    unsigned char first = (unsigned char)slice_byte(text, 0);
    unsigned char last = text.length ? (unsigned char)text.bytes[text.length - 1] : 0;
    if (first > ' ' && first < 0x80 && last > ' ' && last < 0x80)
        return text;
    size_t start = white_space_end(text, 0);
    return slice_between(text, start, white_space_start(text, start, text.length));
}

/* As C4 and NeMo Curator know the end of a sentence. */
static inline bool has_end_mark(struct slice line)
{
    char last = slice_byte(line, line.length - 1);
    return last == '.' || last == '?' || last == '!' || last == '"' || last == '\'';
}

/* NeMo Curator's ellipses, in lower case. */
enum { NEMO_ELLIPSES = 8 };
extern const struct slice nemo_ellipses[NEMO_ELLIPSES];

/* The next word at or after *position; moves it to the word's end. */
bool quality_next_word(struct quality *quality, size_t *position, struct slice *word);

void quality_count_bytes(struct quality *quality);
void quality_count_words(struct quality *quality);
void quality_count_lines(struct quality *quality);
void quality_count_rows(struct quality *quality);
void quality_count_paragraphs(struct quality *quality);
void quality_count_duplicates(struct quality *quality);
void quality_count_urls(struct quality *quality);
double quality_count_stop_words(struct quality *quality, const struct quality_parameter *parameter);
double quality_short_rows(const struct quality *quality, size_t length);
double quality_long_lines(const struct quality *quality, size_t length);

double quality_top_gram(struct quality *quality, size_t width);
double quality_duplicated_grams(struct quality *quality, size_t width);
double quality_nemo_top_gram(struct quality *quality, size_t width);
double quality_nemo_duplicated_grams(struct quality *quality, size_t width);
void quality_grams_release(struct quality *quality);

/* The next line of text[*position...], without its end, at every line end of Python's splitlines. false: no more. */
bool quality_next_line(struct slice text, size_t *position, struct slice *line);

#endif
