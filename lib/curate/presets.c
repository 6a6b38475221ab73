/* presets.c - the rules of the known filters, in their order. */
#include "curate/rules.h"

#define AT_LEAST(name_, measure_, threshold_)                                                                          \
    {                                                                                                                  \
        .name = (name_), .check = RULE_MINIMUM, .measure = (measure_), .threshold = (threshold_)                       \
    }
#define AT_MOST(name_, measure_, threshold_)                                                                           \
    {                                                                                                                  \
        .name = (name_), .check = RULE_MAXIMUM, .measure = (measure_), .threshold = (threshold_)                       \
    }
#define AT_LEAST_OF(name_, measure_, number_, threshold_)                                                              \
    {                                                                                                                  \
        .name = (name_), .check = RULE_MINIMUM, .measure = (measure_), .parameter = { .number = (number_) },           \
        .threshold = (threshold_)                                                                                      \
    }
#define AT_MOST_OF(name_, measure_, number_, threshold_)                                                               \
    {                                                                                                                  \
        .name = (name_), .check = RULE_MAXIMUM, .measure = (measure_), .parameter = { .number = (number_) },           \
        .threshold = (threshold_)                                                                                      \
    }
#define LINES(name_, line_, threshold_)                                                                                \
    {                                                                                                                  \
        .name = (name_), .check = RULE_LINE, .line = (line_), .threshold = (threshold_)                                \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

static const struct rule gopher_quality[] = {
    AT_LEAST("gopher-quality.min-words", QUALITY_TEXT_WORDS, 50),
    AT_MOST("gopher-quality.max-words", QUALITY_TEXT_WORDS, 100000),
    AT_LEAST("gopher-quality.min-word-length", QUALITY_TEXT_WORD_LENGTH, 3),
    AT_MOST("gopher-quality.max-word-length", QUALITY_TEXT_WORD_LENGTH, 10),
    AT_MOST("gopher-quality.max-hashes", QUALITY_HASHES, 0.1),
    AT_MOST("gopher-quality.max-ellipses", QUALITY_ELLIPSES, 0.1),
    AT_MOST("gopher-quality.max-bullet-lines", QUALITY_BULLET_LINES, 0.9),
    AT_MOST("gopher-quality.max-ellipsis-lines", QUALITY_ELLIPSIS_LINES, 0.3),
    AT_LEAST("gopher-quality.min-alphabetic-words", QUALITY_ALPHABETIC_WORDS, 0.8),
    AT_LEAST("gopher-quality.min-stop-words", QUALITY_STOP_WORDS, 2),
    END,
};

static const struct rule gopher_repetition[] = {
    AT_MOST("gopher-repetition.max-duplicate-paragraphs", QUALITY_DUPLICATE_PARAGRAPHS, 0.3),
    AT_MOST("gopher-repetition.max-duplicate-paragraph-characters", QUALITY_DUPLICATE_PARAGRAPH_CHARACTERS, 0.2),
    AT_MOST("gopher-repetition.max-duplicate-lines", QUALITY_DUPLICATE_LINES, 0.3),
    AT_MOST("gopher-repetition.max-duplicate-line-characters", QUALITY_DUPLICATE_LINE_CHARACTERS, 0.2),
    AT_MOST_OF("gopher-repetition.max-top-2-gram", QUALITY_TOP_GRAM, 2, 0.2),
    AT_MOST_OF("gopher-repetition.max-top-3-gram", QUALITY_TOP_GRAM, 3, 0.18),
    AT_MOST_OF("gopher-repetition.max-top-4-gram", QUALITY_TOP_GRAM, 4, 0.16),
    AT_MOST_OF("gopher-repetition.max-duplicated-5-grams", QUALITY_DUPLICATED_GRAMS, 5, 0.15),
    AT_MOST_OF("gopher-repetition.max-duplicated-6-grams", QUALITY_DUPLICATED_GRAMS, 6, 0.14),
    AT_MOST_OF("gopher-repetition.max-duplicated-7-grams", QUALITY_DUPLICATED_GRAMS, 7, 0.13),
    AT_MOST_OF("gopher-repetition.max-duplicated-8-grams", QUALITY_DUPLICATED_GRAMS, 8, 0.12),
    AT_MOST_OF("gopher-repetition.max-duplicated-9-grams", QUALITY_DUPLICATED_GRAMS, 9, 0.11),
    AT_MOST_OF("gopher-repetition.max-duplicated-10-grams", QUALITY_DUPLICATED_GRAMS, 10, 0.1),
    END,
};

static const struct rule c4[] = {
    LINES("c4.long-word", LINE_LONG_WORD, 1000),
    LINES("c4.citations", LINE_CITATIONS, 0),
    LINES("c4.no-end-mark", LINE_NO_END_MARK, 0),
    LINES("c4.few-words", LINE_FEW_WORDS, 3),
    LINES("c4.lorem-ipsum", LINE_LOREM_IPSUM, 0),
    LINES("c4.javascript", LINE_JAVASCRIPT, 0),
    LINES("c4.curly-bracket", LINE_CURLY_BRACKET, 0),
    LINES("c4.policy", LINE_POLICY, 0),
    { .name = "c4.min-sentences", .check = RULE_SENTENCES, .threshold = 5 },
    END,
};

static const struct rule c4_paragraphs[] = {
    AT_LEAST_OF("c4-paragraphs.min-long-lines", QUALITY_LONG_LINES, 200, 3),
    END,
};

static const struct rule fineweb[] = {
    AT_LEAST("fineweb.min-ended-rows", QUALITY_ENDED_ROWS, 0.12),
    AT_MOST_OF("fineweb.max-short-rows", QUALITY_SHORT_ROWS, 30, 0.67),
    AT_MOST("fineweb.max-repeated-row-characters", QUALITY_REPEATED_ROW_CHARACTERS, 0.01),
    AT_MOST("fineweb.max-newlines", QUALITY_NEWLINES, 0.3),
    END,
};

static const struct rule nemo[] = {
    AT_MOST("nemo.max-non-alphanumeric", QUALITY_NON_ALPHANUMERIC, 0.25),
    AT_MOST("nemo.max-symbol-words", QUALITY_SYMBOL_WORDS, 0.1),
    AT_MOST("nemo.max-digits", QUALITY_DIGITS, 0.15),
    AT_MOST("nemo.max-urls", QUALITY_URLS, 0.2),
    AT_MOST("nemo.max-white-space", QUALITY_WHITE_SPACE, 0.25),
    AT_MOST("nemo.max-parentheses", QUALITY_PARENTHESES, 0.1),
    AT_MOST("nemo.max-boilerplate-paragraphs", QUALITY_BOILERPLATE_PARAGRAPHS, 0.4),
    AT_LEAST("nemo.min-unique-rows", QUALITY_UNIQUE_ROWS, 0.7),
    AT_LEAST("nemo.min-unique-paragraphs", QUALITY_UNIQUE_PARAGRAPHS, 0.7),
    AT_LEAST("nemo.min-unique-row-characters", QUALITY_UNIQUE_ROW_CHARACTERS, 0.8),
    AT_LEAST("nemo.min-unique-paragraph-characters", QUALITY_UNIQUE_PARAGRAPH_CHARACTERS, 0.8),
    AT_LEAST("nemo.min-words", QUALITY_WORDS, 50),
    AT_MOST("nemo.max-words", QUALITY_WORDS, 100000),
    AT_MOST("nemo.max-unended-rows", QUALITY_UNENDED_ROWS, 0.85),
    AT_LEAST("nemo.min-alphabetic-words", QUALITY_ALPHABETIC_WORDS, 0.8),
    AT_LEAST("nemo.min-stop-words", QUALITY_STOP_WORDS, 2),
    AT_LEAST("nemo.min-word-length", QUALITY_WORD_LENGTH, 3),
    AT_MOST("nemo.max-word-length", QUALITY_WORD_LENGTH, 10),
    AT_MOST("nemo.max-longest-word", QUALITY_LONGEST_WORD, 1000),
    AT_MOST("nemo.max-ellipsis-rows", QUALITY_ELLIPSIS_ROWS, 0.3),
    AT_MOST_OF("nemo.max-top-2-gram", QUALITY_NEMO_TOP_GRAM, 2, 0.2),
    AT_MOST_OF("nemo.max-top-3-gram", QUALITY_NEMO_TOP_GRAM, 3, 0.18),
    AT_MOST_OF("nemo.max-top-4-gram", QUALITY_NEMO_TOP_GRAM, 4, 0.16),
    AT_MOST_OF("nemo.max-duplicated-5-grams", QUALITY_NEMO_DUPLICATED_GRAMS, 5, 0.15),
    AT_MOST_OF("nemo.max-duplicated-6-grams", QUALITY_NEMO_DUPLICATED_GRAMS, 6, 0.14),
    AT_MOST_OF("nemo.max-duplicated-7-grams", QUALITY_NEMO_DUPLICATED_GRAMS, 7, 0.13),
    AT_MOST_OF("nemo.max-duplicated-8-grams", QUALITY_NEMO_DUPLICATED_GRAMS, 8, 0.12),
    AT_MOST_OF("nemo.max-duplicated-9-grams", QUALITY_NEMO_DUPLICATED_GRAMS, 9, 0.11),
    AT_MOST_OF("nemo.max-duplicated-10-grams", QUALITY_NEMO_DUPLICATED_GRAMS, 10, 0.1),
    AT_MOST("nemo.max-bullet-rows", QUALITY_BULLET_ROWS, 0.9),
    END,
};

const struct preset presets[] = {
    { "gopher-quality", "Gopher's quality rules, as datatrove has them", gopher_quality },
    { "gopher-repetition", "Gopher's repetition rules, as datatrove has them", gopher_repetition },
    { "c4", "C4's rules: lines that are no prose are cut out", c4 },
    { "c4-paragraphs", "mC4's rule: three long lines", c4_paragraphs },
    { "fineweb", "FineWeb's own rules", fineweb },
    { "nemo", "NeMo Curator's heuristics for English", nemo },
    { NULL, NULL, NULL },
};
