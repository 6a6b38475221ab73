/* stops.h - the punctuation that ends sentences and clauses; private to the module. */
#ifndef TEXT_STOPS_H
#define TEXT_STOPS_H

#include <stdbool.h>
#include <stdint.h>

enum stop_kind {
    STOP_NONE,
    STOP_FULL,   /* . : many other uses */
    STOP_STRONG, /* ! ? … and those of other scripts: white space must follow */
    STOP_WIDE    /* of scripts without blanks: nothing need follow */
};

/* The parts beyond ASCII follow the property Sentence_Terminal for living scripts. */
static inline enum stop_kind stop_kind(uint32_t code_point)
{
    switch (code_point) {
    case '.':
        return STOP_FULL;
    case '!':
    case '?':
    case 0x589:  /* Armenian */
    case 0x61f:  /* Arabic question mark */
    case 0x6d4:  /* Urdu */
    case 0x964:  /* danda */
    case 0x965:  /* double danda */
    case 0x104a: /* Myanmar */
    case 0x104b:
    case 0x1362: /* Ethiopic */
    case 0x1367:
    case 0x17d4: /* Khmer */
    case 0x17d5:
    case 0x2026: /* ellipsis */
    case 0x203c:
    case 0x203d:
    case 0x2047:
    case 0x2048:
    case 0x2049:
        return STOP_STRONG;
    case 0x3002: /* ideographic full stop */
    case 0xff01:
    case 0xff0e:
    case 0xff1f:
    case 0xff61:
        return STOP_WIDE;
    default:
        return STOP_NONE;
    }
}

/* Commas and their relatives beyond ASCII, after which nothing need follow. */
static inline bool is_wide_clause(uint32_t code_point)
{
    return code_point == 0x3001 || code_point == 0xff0c || code_point == 0xff1a || code_point == 0xff1b ||
           code_point == 0xff64;
}

/* Quotes, brackets and marks of emphasis that may stand between a stop and the white space after it. */
static inline bool is_closer(uint32_t code_point)
{
    switch (code_point) {
    case ')':
    case ']':
    case '}':
    case '"':
    case '\'':
    case '*':
    case '_':
    case '`':
    case 0xbb:
    case 0x2018:
    case 0x2019:
    case 0x201c:
    case 0x201d:
    case 0x203a:
    case 0x3009:
    case 0x300b:
    case 0x300d:
    case 0x300f:
    case 0x3011:
    case 0xff09:
    case 0xff3d:
    case 0xff5d:
        return true;
    default:
        return false;
    }
}

/* The same before the first character of a sentence. */
static inline bool is_opener(uint32_t code_point)
{
    switch (code_point) {
    case '(':
    case '[':
    case '{':
    case '"':
    case '\'':
    case '*':
    case '_':
    case '`':
    case 0xa1:
    case 0xab:
    case 0xbf:
    case 0x2018:
    case 0x2019:
    case 0x201a:
    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0x2039:
        return true;
    default:
        return false;
    }
}

#endif
