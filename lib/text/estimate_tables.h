/* estimate_tables.h - what the token estimate learned from two vocabularies; private to the module.
 *
 * Learned once, by counting with the real tokenizers over texts of 60 languages and six programming languages: the
 * pairs of letters by a greedy fit that adds the pair which lowers the squared error of tokens a word most, English
 * words weighing as much as all other languages together; the weights of scripts as tokens a character inside a run. */
#ifndef TEXT_ESTIMATE_TABLES_H
#define TEXT_ESTIMATE_TABLES_H

#include "text/estimate.h"

/* clang-format off */
#define O200K_PAIRS(ROW) \
    ROW(0x0020520) /* a: ehjq */ \
    ROW(0x4500980) /* b: ghktvz */ \
    ROW(0x40844c4) /* c: bfgjnsz */ \
    ROW(0x551410c) /* d: bchnptvxz */ \
    ROW(0x4200c04) /* e: bjkuz */ \
    ROW(0x4810004) /* f: bpwz */ \
    ROW(0x281045a) /* g: acdfjpwy */ \
    ROW(0x0811440) /* h: fjlpw */ \
    ROW(0x0200300) /* i: hiu */ \
    ROW(0x0111054) /* j: bdflpt */ \
    ROW(0x224b602) /* k: aijlmoruy */ \
    ROW(0x4004500) /* l: hjnz */ \
    ROW(0x5c40508) /* m: chjrvwxz */ \
    ROW(0x1000100) /* n: hx */ \
    ROW(0x4020100) /* o: hqz */ \
    ROW(0x5824440) /* p: fjnqwxz */ \
    ROW(0x0804040) /* q: fnw */ \
    ROW(0x4000500) /* r: hjz */ \
    ROW(0x5027404) /* s: bjlmnqxz */ \
    ROW(0x4404480) /* t: gjnvz */ \
    ROW(0x4628500) /* u: hjoquvz */ \
    ROW(0x679705c) /* v: bcdflmnpstuvyz */ \
    ROW(0x631200c) /* w: bcmptuyz */ \
    ROW(0x0a8b154) /* x: bdfhlmosuw */ \
    ROW(0x26017ce) /* y: abcfghijluvy */ \
    ROW(0x0c43494) /* z: bdgjlmrvw */

#define CL100K_PAIRS(ROW) \
    ROW(0x0020d22) /* a: aehjkq */ \
    ROW(0x4514984) /* b: bghknptvz */ \
    ROW(0x40844c4) /* c: bfgjnsz */ \
    ROW(0x5d54500) /* d: hjnprtvwxz */ \
    ROW(0x4200f04) /* e: bhijkuz */ \
    ROW(0x0810004) /* f: bpw */ \
    ROW(0x2c10412) /* g: adjpvwy */ \
    ROW(0x4c100c8) /* h: cfgpvwz */ \
    ROW(0x2200700) /* i: hijuy */ \
    ROW(0x0101040) /* j: flt */ \
    ROW(0x664b60e) /* k: abcijlmoruvyz */ \
    ROW(0x4426d80) /* l: ghjkmnqvz */ \
    ROW(0x5c40588) /* m: cghjrvwxz */ \
    ROW(0x1860504) /* n: bhjqrwx */ \
    ROW(0x4020520) /* o: ehjqz */ \
    ROW(0x1024440) /* p: fjnqx */ \
    ROW(0x0004040) /* q: fn */ \
    ROW(0x4820500) /* r: hjqwz */ \
    ROW(0x5023414) /* s: bdjlmqxz */ \
    ROW(0x4404484) /* t: bgjnvz */ \
    ROW(0x6e28d00) /* u: hjkoquvwyz */ \
    ROW(0x67f751c) /* v: bcdhjlmnpqrstuvyz */ \
    ROW(0x6312014) /* w: bdmptuyz */ \
    ROW(0x0a8b954) /* x: bdfhklmosuw */ \
    ROW(0x2e007fe) /* y: abcdefghijuvwy */ \
    ROW(0x0c435d6) /* z: abdfghjlmrvw */
/* clang-format on */

#define PAIRS_QUARTER_0(row) (uint8_t)((row)&0xff),
#define PAIRS_QUARTER_1(row) (uint8_t)((row) >> 8 & 0xff),
#define PAIRS_QUARTER_2(row) (uint8_t)((row) >> 16 & 0xff),
#define PAIRS_QUARTER_3(row) (uint8_t)((row) >> 24 & 0xff),
#define PAIRS(rows)                                                                                                    \
    {                                                                                                                  \
        {                                                                                                              \
            { 0, rows(PAIRS_QUARTER_0) }, { 0, rows(PAIRS_QUARTER_1) }, { 0, rows(PAIRS_QUARTER_2) },                  \
                { 0, rows(PAIRS_QUARTER_3) },                                                                          \
        }                                                                                                              \
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
