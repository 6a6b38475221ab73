/* estimate_tables.h - what the token estimate learned from two vocabularies; private to the module.
 *
 * Learned once, by counting with the real tokenizers over texts of 60 languages and six programming languages: the
 * pairs of letters by a greedy fit that adds the pair which lowers the squared error of tokens a word most, English
 * words weighing as much as all other languages together; the weights of scripts as tokens a character inside a run. */
#ifndef TEXT_ESTIMATE_TABLES_H
#define TEXT_ESTIMATE_TABLES_H

#include "text/estimate.h"

#define O200K_PAIRS                                                                                                    \
    {                                                                                                                  \
        .first = { 0,  32, 12, 4,   36, 96, 0,  72, 0,   64, 128, 0, 36, 32, 32, 96,                                   \
                   76, 12, 96, 196, 68, 98, 41, 72, 194, 24, 136, 0, 0,  0,  0,  0 },                                  \
        .second = { 0, 16, 152, 8, 152, 0,  8,  28, 50, 16, 178, 105, 144, 129, 5, 2,                                  \
                    1, 6,  0,   1, 1,   19, 26, 2,  25, 17, 37,  0,   0,   0,   0, 0 },                                \
    }
#define CL100K_PAIRS                                                                                                   \
    {                                                                                                                  \
        .first = { 0,  37, 10, 4,  7,  17, 9,   8, 13, 16,  64, 64, 14, 9, 5, 36,                                      \
                   28, 6,  5,  76, 12, 5,  198, 4, 7,  186, 72, 0,  0,  0, 0, 0 },                                     \
        .second = { 0, 32, 192, 128, 128, 32,  128, 8,  179, 16,  245, 59, 192, 66, 2, 0,                              \
                    0, 4,  64,  0,   0,   144, 10,  17, 192, 128, 167, 0,  0,   0,  0, 0 },                            \
    }

/* Characters from first to the next row's first: 64ths of a token each, in cl100k and o200k. */
struct script_weight {
    uint32_t first;
    uint8_t cl100k, o200k;
};

static const struct script_weight script_weights[] = {
    { 0x80, 64, 64 },      /* Latin-1 signs */
    { 0xc0, 92, 76 },      /* Latin letters */
    { 0x250, 64, 64 },     /* phonetic letters, combining marks */
    { 0x370, 68, 22 },     /* Greek */
    { 0x400, 35, 17 },     /* Cyrillic */
    { 0x530, 137, 22 },    /* Armenian */
    { 0x590, 80, 25 },     /* Hebrew */
    { 0x600, 58, 23 },     /* Arabic */
    { 0x700, 128, 64 },    /* Syriac and others */
    { 0x900, 84, 24 },     /* Devanagari */
    { 0x980, 93, 25 },     /* Bengali */
    { 0xa00, 130, 42 },    /* Gurmukhi */
    { 0xa80, 130, 29 },    /* Gujarati */
    { 0xb00, 130, 64 },    /* Odia */
    { 0xb80, 101, 26 },    /* Tamil */
    { 0xc00, 130, 32 },    /* Telugu */
    { 0xc80, 130, 28 },    /* Kannada */
    { 0xd00, 118, 25 },    /* Malayalam */
    { 0xd80, 142, 42 },    /* Sinhala */
    { 0xe00, 62, 27 },     /* Thai */
    { 0xe80, 130, 64 },    /* Lao, Tibetan */
    { 0x1000, 137, 37 },   /* Myanmar */
    { 0x10a0, 136, 20 },   /* Georgian */
    { 0x1100, 128, 64 },   /* Hangul jamo */
    { 0x1200, 180, 100 },  /* Ethiopic, Cherokee */
    { 0x1780, 107, 34 },   /* Khmer */
    { 0x1800, 170, 110 },  /* Mongolian and others */
    { 0x1e00, 84, 24 },    /* Latin letters of Vietnamese */
    { 0x1f00, 100, 60 },   /* old Greek */
    { 0x2000, 64, 64 },    /* punctuation */
    { 0x2070, 96, 96 },    /* symbols */
    { 0x3000, 72, 70 },    /* CJK punctuation */
    { 0x3040, 61, 47 },    /* kana */
    { 0x3100, 120, 96 },   /* Bopomofo and others */
    { 0x3400, 150, 120 },  /* rare ideographs; the common ones are apart */
    { 0xa000, 150, 120 },  /* Yi and others; Hangul syllables are apart */
    { 0xd7b0, 128, 96 },   /* private use, presentation forms */
    { 0xff00, 85, 85 },    /* fullwidth forms */
    { 0x10000, 160, 150 }, /* emoji and what else is beyond */
};

#endif
