/* language_letters.h - letters of the scripts that language.h knows. */
#ifndef CURATE_LANGUAGE_LETTERS_H
#define CURATE_LANGUAGE_LETTERS_H

#include <stdint.h>

#include "curate/language_tables.h"

enum language_script {
    /* those with a table come first, in its order */
    SCRIPT_HAN = LANGUAGE_TABLES,
    SCRIPT_KANA,
    SCRIPT_HANGUL,
    SCRIPT_GREEK,
    SCRIPT_ARMENIAN,
    SCRIPT_GEORGIAN,
    SCRIPT_GURMUKHI,
    SCRIPT_GUJARATI,
    SCRIPT_ORIYA,
    SCRIPT_TAMIL,
    SCRIPT_TELUGU,
    SCRIPT_KANNADA,
    SCRIPT_MALAYALAM,
    SCRIPT_SINHALA,
    SCRIPT_THAI,
    SCRIPT_LAO,
    SCRIPT_TIBETAN,
    SCRIPT_MYANMAR,
    SCRIPT_KHMER,
    SCRIPT_ETHIOPIC,
    SCRIPTS,
    SCRIPT_NONE = SCRIPTS, /* ends a word */
    SCRIPT_IGNORED         /* joiners: as if they were not there */
};

/* The language of a script without a table: that of its most speakers. */
extern const char *const language_of_script[SCRIPTS];

enum { LANGUAGE_CASED_END = 0x2000, LANGUAGE_CODE_POINTS = 0x10000 };

struct language_letters {
    uint8_t script[LANGUAGE_CODE_POINTS]; /* enum language_script */
    uint16_t lower[LANGUAGE_CASED_END];   /* simple mapping; code points above have no case that matters here */
};

void language_letters_fill(struct language_letters *letters);

#endif
