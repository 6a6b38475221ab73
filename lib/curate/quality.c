/* quality.c - the table of measures, and which pass computes which. */
#include "curate/quality.h"

#include "base/memory.h"
#include "curate/quality_private.h"
#include "text/pattern.h"

struct measure_entry {
    struct quality_measure_row row;
    enum quality_group group;
};

#define MEASURE(name_, group_, meaning_)                                                                               \
    {                                                                                                                  \
        { name_, QUALITY_NO_PARAMETER, 0, meaning_ }, group_                                                           \
    }
#define MEASURE_WITH(name_, kind, initial_, meaning_)                                                                  \
    {                                                                                                                  \
        { name_, kind, initial_, meaning_ }, GROUP_OF_PARAMETER                                                        \
    }

static const struct measure_entry measures[QUALITY_MEASURE_COUNT] = {
    [QUALITY_CHARACTERS] = MEASURE("characters", GROUP_NONE, "code points"),
    [QUALITY_LINES] = MEASURE("lines", GROUP_LINES, "lines, blank ones too"),
    [QUALITY_SENTENCES] = MEASURE("sentences", GROUP_SENTENCES, "sentences"),
    [QUALITY_WORDS] = MEASURE("words", GROUP_WORDS, "words"),
    [QUALITY_TEXT_WORDS] = MEASURE("text-words", GROUP_WORDS, "words that are more than punctuation"),
    [QUALITY_WORD_LENGTH] = MEASURE("word-length", GROUP_WORDS, "mean length of words"),
    [QUALITY_TEXT_WORD_LENGTH] = MEASURE("text-word-length", GROUP_WORDS, "mean length of text-words"),
    [QUALITY_LONGEST_WORD] = MEASURE("longest-word", GROUP_WORDS, "length of the longest word"),
    [QUALITY_ALPHABETIC_WORDS] = MEASURE("alphabetic-words", GROUP_WORDS, "share of words with a letter"),
    [QUALITY_STOP_WORDS] =
        MEASURE_WITH("stop-words", QUALITY_LIST, 0, "how many words are one of the, be, to, of, and, that, have, with"),
    [QUALITY_SYMBOL_WORDS] = MEASURE("symbol-words", GROUP_WORDS, "share of words that are # signs or an ellipsis"),
    [QUALITY_HASHES] = MEASURE("hashes", GROUP_RATIOS, "# signs for each word"),
    [QUALITY_ELLIPSES] = MEASURE("ellipses", GROUP_RATIOS, "... and \xe2\x80\xa6 for each word"),
    [QUALITY_NEWLINES] = MEASURE("newlines", GROUP_RATIOS, "newlines for each word"),
    [QUALITY_BULLET_LINES] = MEASURE("bullet-lines", GROUP_LINES, "share of lines that begin with \xe2\x80\xa2 or -"),
    [QUALITY_ELLIPSIS_LINES] = MEASURE("ellipsis-lines", GROUP_LINES, "share of lines that end in an ellipsis"),
    [QUALITY_ENDED_ROWS] = MEASURE("ended-rows", GROUP_ROWS, "share of rows that end as sentences of any script do"),
    [QUALITY_UNENDED_ROWS] = MEASURE("unended-rows", GROUP_ROWS, "share of rows that do not end in . ? ! \" or '"),
    [QUALITY_SHORT_ROWS] = MEASURE_WITH("short-rows", QUALITY_LENGTH, 30, "share of rows of at most that length"),
    [QUALITY_LONG_LINES] = MEASURE_WITH("long-lines", QUALITY_LENGTH, 200, "lines of at least that length"),
    [QUALITY_BULLET_ROWS] = MEASURE("bullet-rows", GROUP_ROWS, "share of rows that begin with one of 12 bullets"),
    [QUALITY_ELLIPSIS_ROWS] = MEASURE("ellipsis-rows", GROUP_ROWS, "share of rows that end in ... or 'read more'"),
    [QUALITY_REPEATED_ROW_CHARACTERS] =
        MEASURE("repeated-row-characters", GROUP_ROWS, "share of characters in rows that stood before"),
    [QUALITY_UNIQUE_ROWS] = MEASURE("unique-rows", GROUP_ROWS, "distinct rows as a share of all"),
    [QUALITY_UNIQUE_ROW_CHARACTERS] = MEASURE("unique-row-characters", GROUP_ROWS, "the same by length"),
    [QUALITY_UNIQUE_PARAGRAPHS] =
        MEASURE("unique-paragraphs", GROUP_PARAGRAPHS, "distinct paragraphs as a share of all"),
    [QUALITY_UNIQUE_PARAGRAPH_CHARACTERS] =
        MEASURE("unique-paragraph-characters", GROUP_PARAGRAPHS, "the same by length"),
    [QUALITY_BOILERPLATE_PARAGRAPHS] =
        MEASURE("boilerplate-paragraphs", GROUP_PARAGRAPHS, "share of paragraphs about cookies and terms of use"),
    [QUALITY_DUPLICATE_PARAGRAPHS] =
        MEASURE("duplicate-paragraphs", GROUP_DUPLICATES, "share of paragraphs that stood before"),
    [QUALITY_DUPLICATE_PARAGRAPH_CHARACTERS] =
        MEASURE("duplicate-paragraph-characters", GROUP_DUPLICATES, "their characters as a share of the text"),
    [QUALITY_DUPLICATE_LINES] = MEASURE("duplicate-lines", GROUP_DUPLICATES, "share of lines that stood before"),
    [QUALITY_DUPLICATE_LINE_CHARACTERS] =
        MEASURE("duplicate-line-characters", GROUP_DUPLICATES, "their characters as a share of the text"),
    [QUALITY_TOP_GRAM] =
        MEASURE_WITH("top-gram", QUALITY_WIDTH, 2, "characters of the most frequent n words as a share of the text"),
    [QUALITY_DUPLICATED_GRAMS] = MEASURE_WITH("duplicated-grams", QUALITY_WIDTH, 5,
                                              "characters of n words that stood before, as a share of the text"),
    [QUALITY_NEMO_TOP_GRAM] =
        MEASURE_WITH("nemo-top-gram", QUALITY_WIDTH, 2, "top-gram as NeMo Curator counts; 1 below n words"),
    [QUALITY_NEMO_DUPLICATED_GRAMS] = MEASURE_WITH("nemo-duplicated-grams", QUALITY_WIDTH, 5,
                                                   "duplicated-grams as NeMo Curator counts; 1 below n words"),
    [QUALITY_NON_ALPHANUMERIC] =
        MEASURE("non-alphanumeric", GROUP_BYTES, "share of all but A-Z a-z 0-9 ? ! , . and newline"),
    [QUALITY_DIGITS] = MEASURE("digits", GROUP_BYTES, "share of decimal digits"),
    [QUALITY_URLS] = MEASURE("urls", GROUP_URLS, "share of characters in http:// and https:// host names"),
    [QUALITY_WHITE_SPACE] = MEASURE("white-space", GROUP_BYTES, "share of blanks, tabs, newlines"),
    [QUALITY_PARENTHESES] = MEASURE("parentheses", GROUP_BYTES, "share of ( ) [ ] { } \xe2\x9f\xa8 \xe2\x9f\xa9"),
    [QUALITY_MATCHES] = MEASURE_WITH("matches", QUALITY_PATTERN, 0, "how often the pattern matches"),
};

const struct quality_measure_row *quality_measure_row(enum quality_measure measure)
{
    return &measures[measure].row;
}

enum quality_measure quality_measure_find(struct slice name)
{
    unsigned measure = 0;
    while (measure < QUALITY_MEASURE_COUNT && !slice_equal(name, slice_of_string(measures[measure].row.name)))
        measure++;
    return (enum quality_measure)measure;
}

struct quality *quality_create(enum quality_words words)
{
    struct quality *quality = memory_allocate_zeroed(1, sizeof *quality);
    quality->words = words;
    return quality;
}

void quality_free(struct quality *quality)
{
    if (!quality)
        return;
    key_set_release(&quality->set);
    quality_grams_release(quality);
    memory_free(quality->masks);
    buffer_release(&quality->scratch);
    memory_free(quality);
}

void quality_begin(struct quality *quality, struct slice text)
{
    quality->text = text;
    quality->characters = utf8_count(text);
    quality->values[QUALITY_CHARACTERS] = (double)quality->characters;
    quality->done = 1U << GROUP_NONE;
    quality->has_grams = false;
    quality->has_masks = false;
}

static void count_sentences(struct quality *quality)
{
    size_t position = 0, count = 0;
    struct slice sentence;
    while (sentence_next(quality->text, &position, &sentence))
        count++;
    quality->values[QUALITY_SENTENCES] = (double)count;
}

static void count_ratios(struct quality *quality);

static void compute(struct quality *quality, enum quality_group group)
{
    static void (*const passes[])(struct quality *) = {
        [GROUP_BYTES] = quality_count_bytes,
        [GROUP_WORDS] = quality_count_words,
        [GROUP_RATIOS] = count_ratios,
        [GROUP_LINES] = quality_count_lines,
        [GROUP_ROWS] = quality_count_rows,
        [GROUP_PARAGRAPHS] = quality_count_paragraphs,
        [GROUP_DUPLICATES] = quality_count_duplicates,
        [GROUP_URLS] = quality_count_urls,
        [GROUP_SENTENCES] = count_sentences,
    };
    if (quality->done & 1U << group)
        return;
    quality->done |= 1U << group;
    passes[group](quality);
}

/* # signs, dots and newlines are known by the bytes, and put beside the words. */
static void count_ratios(struct quality *quality)
{
    compute(quality, GROUP_BYTES);
    compute(quality, GROUP_WORDS);
    quality->values[QUALITY_HASHES] = share(quality->hash_marks, quality->word_count);
    quality->values[QUALITY_ELLIPSES] = share(quality->ellipses, quality->word_count);
    quality->values[QUALITY_NEWLINES] = share(quality->newlines, quality->word_count);
}

static bool count_matches(const struct quality *quality, const struct pattern *pattern, double *value,
                          struct error *error)
{
    struct pattern_search search;
    size_t count = 0;
    bool is_found = false, is_good = true;
    pattern_search_begin(&search, pattern, quality->text);
    while (count < QUALITY_MATCHES_MAXIMUM && (is_good = pattern_search_next(&search, &is_found, error)) && is_found)
        count++;
    pattern_search_end(&search);
    *value = (double)count;
    return is_good;
}

static double measure_with(struct quality *quality, enum quality_measure measure,
                           const struct quality_parameter *parameter)
{
    size_t number = (size_t)parameter->number;
    switch ((int)measure) {
    case QUALITY_STOP_WORDS:
        return quality_count_stop_words(quality, parameter);
    case QUALITY_SHORT_ROWS:
        return quality_short_rows(quality, number);
    case QUALITY_LONG_LINES:
        return quality_long_lines(quality, number);
    case QUALITY_TOP_GRAM:
        return quality_top_gram(quality, number);
    case QUALITY_DUPLICATED_GRAMS:
        return quality_duplicated_grams(quality, number);
    case QUALITY_NEMO_TOP_GRAM:
        return quality_nemo_top_gram(quality, number);
    default:
        return quality_nemo_duplicated_grams(quality, number);
    }
}

bool quality_measure(struct quality *quality, enum quality_measure measure, const struct quality_parameter *parameter,
                     double *value, struct error *error)
{
    enum quality_group group = measures[measure].group;
    if (measure == QUALITY_MATCHES)
        return count_matches(quality, parameter->pattern, value, error);
    if (measure == QUALITY_STOP_WORDS && !parameter->words)
        group = GROUP_WORDS;
    if (group == GROUP_OF_PARAMETER) {
        *value = measure_with(quality, measure, parameter);
        return true;
    }
    compute(quality, group);
    *value = quality->values[measure];
    return true;
}
