/* estimate.h - the classes of 64 neighbouring bytes, for the token estimate; private to the module. */
#ifndef TEXT_ESTIMATE_H
#define TEXT_ESTIMATE_H

#include <stdint.h>

/* Pairs of letters that a vocabulary seldom has inside one token: those whose first and second letter share one of
 * eight groups. Letter 1 is a, of either case, 26 is z. */
struct estimate_pairs {
    uint8_t first[32], second[32]; /* groups, a bit each */
};

/* Which characters are one token each: bit i of word w is U+4E00, or U+AC00, plus 64 w + i. */
enum { IDEOGRAPH_FIRST = 0x4e00, IDEOGRAPH_LAST = 0x9fff, SYLLABLE_FIRST = 0xac00, SYLLABLE_LAST = 0xd7a3 };
struct estimate_singles {
    uint64_t ideographs[(IDEOGRAPH_LAST - IDEOGRAPH_FIRST) / 64 + 1];
    uint64_t syllables[(SYLLABLE_LAST - SYLLABLE_FIRST) / 64 + 1];
};
extern const struct estimate_singles cl100k_singles, o200k_singles;

/* Bit i of each: byte i belongs to the class. No byte is in two of the first six. */
struct byte_classes {
    uint64_t upper, lower, digit;
    uint64_t blank;   /* space, \t \v \f */
    uint64_t newline; /* \n \r */
    uint64_t high;    /* 0x80 and above */
    uint64_t same;    /* equal to the byte before */
    uint64_t pair;    /* a letter that makes a rare pair with the one before; also set where these are not letters */
};

/* bytes: 64 of them, and the one before at bytes[-1]. The same result on every CPU. */
typedef void classify_bytes_function(const unsigned char *bytes, const struct estimate_pairs *pairs,
                                     struct byte_classes *classes);
classify_bytes_function classify_bytes_scalar;
#if defined(__x86_64__)
classify_bytes_function classify_bytes_avx2, classify_bytes_avx512;
#endif
classify_bytes_function *classify_bytes(void);

#endif
