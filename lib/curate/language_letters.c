/* language_letters.c - letters of the scripts that language.h knows. */
#include "curate/language_letters.h"

#include <string.h>

#include "base/utf8.h"
#include "text/letters.h"

const char *const language_of_script[SCRIPTS] = {
    [SCRIPT_HAN] = "zh",       [SCRIPT_KANA] = "ja",     [SCRIPT_HANGUL] = "ko",   [SCRIPT_GREEK] = "el",
    [SCRIPT_ARMENIAN] = "hy",  [SCRIPT_GEORGIAN] = "ka", [SCRIPT_GURMUKHI] = "pa", [SCRIPT_GUJARATI] = "gu",
    [SCRIPT_ORIYA] = "or",     [SCRIPT_TAMIL] = "ta",    [SCRIPT_TELUGU] = "te",   [SCRIPT_KANNADA] = "kn",
    [SCRIPT_MALAYALAM] = "ml", [SCRIPT_SINHALA] = "si",  [SCRIPT_THAI] = "th",     [SCRIPT_LAO] = "lo",
    [SCRIPT_TIBETAN] = "bo",   [SCRIPT_MYANMAR] = "my",  [SCRIPT_KHMER] = "km",    [SCRIPT_ETHIOPIC] = "am",
};

/* Letters and the marks that stand on them; no digits, no punctuation. Unicode 15, blocks and general categories. */
static const struct {
    uint16_t first, last;
    uint8_t script;
} ranges[] = {
    { 'A', 'Z', LANGUAGE_TABLE_LATIN },
    { 'a', 'z', LANGUAGE_TABLE_LATIN },
    { 0xc0, 0xd6, LANGUAGE_TABLE_LATIN },
    { 0xd8, 0xf6, LANGUAGE_TABLE_LATIN },
    { 0xf8, 0x24f, LANGUAGE_TABLE_LATIN },
    { 0x1e00, 0x1eff, LANGUAGE_TABLE_LATIN },
    { 0x400, 0x481, LANGUAGE_TABLE_CYRILLIC },
    { 0x48a, 0x52f, LANGUAGE_TABLE_CYRILLIC },
    { 0x620, 0x65f, LANGUAGE_TABLE_ARABIC },
    { 0x66e, 0x6d3, LANGUAGE_TABLE_ARABIC },
    { 0x6d5, 0x6ef, LANGUAGE_TABLE_ARABIC },
    { 0x6fa, 0x6ff, LANGUAGE_TABLE_ARABIC },
    { 0x750, 0x77f, LANGUAGE_TABLE_ARABIC },
    { 0x900, 0x963, LANGUAGE_TABLE_DEVANAGARI },
    { 0x971, 0x97f, LANGUAGE_TABLE_DEVANAGARI },
    { 0x980, 0x9e5, LANGUAGE_TABLE_BENGALI },
    { 0x9f0, 0x9f1, LANGUAGE_TABLE_BENGALI },
    { 0x5d0, 0x5ea, LANGUAGE_TABLE_HEBREW },
    { 0x5f0, 0x5f2, LANGUAGE_TABLE_HEBREW },
    { 0x3005, 0x3007, SCRIPT_HAN },
    { 0x3400, 0x4dbf, SCRIPT_HAN },
    { 0x4e00, 0x9fff, SCRIPT_HAN },
    { 0xf900, 0xfaff, SCRIPT_HAN },
    { 0x3041, 0x3096, SCRIPT_KANA },
    { 0x309d, 0x309f, SCRIPT_KANA },
    { 0x30a1, 0x30fa, SCRIPT_KANA },
    { 0x30fc, 0x30ff, SCRIPT_KANA },
    { 0xff66, 0xff9f, SCRIPT_KANA },
    { 0x1100, 0x11ff, SCRIPT_HANGUL },
    { 0x3131, 0x318e, SCRIPT_HANGUL },
    { 0xac00, 0xd7a3, SCRIPT_HANGUL },
    { 0x386, 0x386, SCRIPT_GREEK },
    { 0x388, 0x3f5, SCRIPT_GREEK },
    { 0x1f00, 0x1fff, SCRIPT_GREEK },
    { 0x531, 0x556, SCRIPT_ARMENIAN },
    { 0x561, 0x587, SCRIPT_ARMENIAN },
    { 0x10a0, 0x10fa, SCRIPT_GEORGIAN },
    { 0x1c90, 0x1cbf, SCRIPT_GEORGIAN },
    { 0xa01, 0xa51, SCRIPT_GURMUKHI },
    { 0xa59, 0xa5e, SCRIPT_GURMUKHI },
    { 0xa70, 0xa75, SCRIPT_GURMUKHI },
    { 0xa81, 0xae3, SCRIPT_GUJARATI },
    { 0xb01, 0xb63, SCRIPT_ORIYA },
    { 0xb82, 0xbd7, SCRIPT_TAMIL },
    { 0xc00, 0xc63, SCRIPT_TELUGU },
    { 0xc80, 0xce3, SCRIPT_KANNADA },
    { 0xd00, 0xd63, SCRIPT_MALAYALAM },
    { 0xd7a, 0xd7f, SCRIPT_MALAYALAM },
    { 0xd81, 0xddf, SCRIPT_SINHALA },
    { 0xe01, 0xe3a, SCRIPT_THAI },
    { 0xe40, 0xe4e, SCRIPT_THAI },
    { 0xe81, 0xece, SCRIPT_LAO },
    { 0xf40, 0xfbc, SCRIPT_TIBETAN },
    { 0x1000, 0x103f, SCRIPT_MYANMAR },
    { 0x1050, 0x108f, SCRIPT_MYANMAR },
    { 0x1780, 0x17d3, SCRIPT_KHMER },
    { 0x1200, 0x135f, SCRIPT_ETHIOPIC },
    { 0x1380, 0x138f, SCRIPT_ETHIOPIC },
    { 0x200c, 0x200d, SCRIPT_IGNORED },
};

void language_letters_fill(struct language_letters *letters)
{
    struct arena arena = { 0 };
    memset(letters->script, SCRIPT_NONE, sizeof letters->script);
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        memset(letters->script + ranges[i].first, ranges[i].script, (size_t)(ranges[i].last - ranges[i].first) + 1);
    for (uint32_t letter = 0; letter < LANGUAGE_CASED_END; letter++) {
        letters->lower[letter] = (uint16_t)letter;
        if (letters->script[letter] != LANGUAGE_TABLE_LATIN && letters->script[letter] != LANGUAGE_TABLE_CYRILLIC)
            continue;
        char bytes[4];
        uint32_t lower = letter;
        utf8_decode(text_lower(slice_of(bytes, utf8_encode(letter, bytes)), &arena), &lower);
        letters->lower[letter] = (uint16_t)lower;
    }
    arena_release(&arena);
}
